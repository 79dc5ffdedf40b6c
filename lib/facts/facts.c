/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Facts of one machine for another: see facts.h and parse/facts-file.h. */
#include "facts.h"

#include <errno.h>
#include <stdlib.h>

#include "../core/sys.h"
#include "../parse/facts-file.h"
#include "image.h"

KD_API int kdump_ctx_record(struct kdump_ctx *ctx)
{
	kd_begin(ctx);
	if (ctx->replayed)
		return kd_fail_id(ctx, -EINVAL, "facts-of-facts",
				  "what comes from a facts file is not recorded again");
	if (!ctx->recorded)
		ctx->recorded = calloc(1, sizeof(*ctx->recorded));
	return ctx->recorded ? 0 : kd_oom(ctx);
}

static int read_failed(struct kdump_ctx *ctx, const char *path, int err)
{
	switch (err) {
	case -ENOMEM:
		return kd_oom(ctx);
	case -ENOENT:
	case -ENOTDIR:
	case -EACCES:
	case -EISDIR:
	case -EFBIG:
		break;
	default:
		kd_fail(ctx, err, "%s", kd_errno_text(err));
		return kd_fail_id(ctx, -EIO, "facts-unusable", "%s", path);
	}
	return kd_fail_id(ctx, err, "facts-unusable", "%s: %s", path, kd_errno_text(err));
}

KD_API int kdump_ctx_set_facts(struct kdump_ctx *ctx, const char *path)
{
	struct kd_answers *answers;
	struct kd_text why;
	struct kd_buf buf;
	int err;

	kd_begin(ctx);
	if (!ctx->live || ctx->recorded)
		return kd_fail_id(ctx, -EINVAL, "facts-unusable",
				  "%s: the context has another root, or records", path);
	err = kd_read_given(path, KD_FACTS_FILE_MAX, &buf);
	if (err)
		return read_failed(ctx, path, err);
	err = kd_facts_parse(buf.data, buf.len, &answers, &why);
	kd_buf_free(&buf);
	if (err == -ENOMEM)
		return kd_oom(ctx);
	if (err)
		return kd_fail_id(ctx, err, "facts-unusable", "%s: %s", path, why.s);
	ctx->replayed = answers;
	ctx->live = false;
	return 0;
}

static int write_text(struct kdump_ctx *ctx, struct kdump_facts *facts)
{
	size_t len;
	int err = ctx->recorded->error;

	if (!err)
		err = kd_facts_write(ctx->recorded, kdump_library_get_version(), kd_sys_time(),
				     &facts->text, &len);
	if (err == -ENOMEM)
		return kd_oom(ctx);
	if (err)
		return kd_fail_id(ctx, err, "facts-too-large",
				  "what was read is more than a facts file holds (8 MiB)");
	return 0;
}

KD_API int kdump_facts_new(struct kdump_ctx *ctx, struct kdump_image *image,
			   struct kdump_facts **ret)
{
	struct kdump_facts *facts;
	int err;

	kd_begin(ctx);
	if (!ctx->recorded)
		return kd_fail_id(ctx, -EINVAL, "not-recorded",
				  "nothing was recorded from the beginning");
	facts = calloc(1, sizeof(*facts));
	if (!facts)
		return kd_oom(ctx);
	facts->refs = 1;
	err = image ? kd_image_record(image) : 0;
	if (!err)
		err = write_text(ctx, facts);
	if (err) {
		kdump_facts_unref(facts);
		return err;
	}
	*ret = facts;
	return 0;
}

KD_API struct kdump_facts *kdump_facts_ref(struct kdump_facts *facts)
{
	facts->refs++;
	return facts;
}

KD_API struct kdump_facts *kdump_facts_unref(struct kdump_facts *facts)
{
	if (!facts || --facts->refs)
		return NULL;
	free(facts->text);
	free(facts);
	return NULL;
}

KD_API const char *kdump_facts_get_text(const struct kdump_facts *facts)
{
	return facts->text;
}
