/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Records of crash kernels: see observed.h. */
#include "observed.h"

#include <errno.h>
#include <stdlib.h>
#include <syslog.h>

#include "../core/root.h"
#include "config.h"

/* A folder of more dumps has another use as well. */
#define DUMPS_MAX 4096

bool kd_dump_is_trusted(struct kdump_ctx *ctx, const char *dump, uid_t owner)
{
	struct stat st;

	return !kd_root_stat(ctx, dump, &st) && S_ISDIR(st.st_mode) && st.st_uid == owner;
}

int kd_observed_read(struct kdump_ctx *ctx, const char *path, struct kd_observed *ret)
{
	struct kd_buf buf;
	int err;

	err = kd_root_read(ctx, path, KD_OBSERVED_MAX, &buf);
	if (err)
		return err == -ENOMEM ? err : 0;
	err = kd_observed_parse(buf.data, buf.len, ret);
	kd_buf_free(&buf);
	if (!err)
		return 1;
	if (err != -ENOMEM)
		kd_log(ctx, LOG_NOTICE, "%s: not a whole record, passed over", path);
	return err == -ENOMEM ? err : 0;
}

/* One dump after the other: *@newest so far, once *@found. */
static int look(struct kdump_ctx *ctx, const char *folder, const char *name, uid_t owner,
		struct kdump_observed *newest, bool *found)
{
	struct kd_observed record;
	struct kd_text path;
	int r;

	kd_text_set(&path, "%s/%s", folder, name);
	if (!kd_dump_is_trusted(ctx, path.s, owner))
		return 0;
	kd_text_append(&path, "/" KD_OBSERVED_NAME);
	r = kd_observed_read(ctx, path.s, &record);
	if (r <= 0 || (*found && record.time < newest->record.time))
		return r < 0 ? r : 0;
	newest->record = record;
	newest->path = path;
	*found = true;
	return 0;
}

int kd_observed_find(struct kdump_ctx *ctx, const char *folder, struct kdump_observed *ret)
{
	struct kdump_observed newest;
	struct kd_names names;
	bool found = false;
	struct stat st;
	int err;

	err = kd_root_stat(ctx, folder, &st);
	if (!err)
		err = kd_root_list(ctx, folder, DUMPS_MAX, &names);
	if (err) {
		if (err != -ENOENT && err != -ENOMEM)
			kd_log(ctx, LOG_NOTICE, "%s: %s", folder, kd_errno_text(err));
		return err == -ENOMEM ? err : 0;
	}
	for (size_t i = 0; i < names.n && !err; i++)
		err = look(ctx, folder, names.v[i], st.st_uid, &newest, &found);
	kd_names_free(&names);
	if (err)
		return err;
	if (found)
		*ret = newest;
	return found;
}

/* A dump that goes elsewhere has no record here, and one from before says little of it. */
const char *kd_dump_folder(const struct kd_dump_facts *target)
{
	if (target->kind == KD_TARGET_UNKNOWN)
		return "/var/crash";
	return *target->folder.s ? target->folder.s : NULL;
}

static int find_for(struct kdump_config *config, struct kdump_observed *ret)
{
	const char *folder = kd_dump_folder(&config->target);

	if (!folder || kdump_config_is_elsewhere(config))
		return 0;
	return kd_observed_find(config->ctx, folder, ret);
}

KD_API int kdump_config_read_observed(struct kdump_config *config, bool use)
{
	struct kdump_observed *observed = calloc(1, sizeof(*observed));
	int r;

	kd_begin(config->ctx);
	r = observed ? find_for(config, observed) : -ENOMEM;
	free(config->observed);
	config->observed = r > 0 ? observed : NULL;
	config->use_observed = use;
	if (r <= 0)
		free(observed);
	if (r == -ENOMEM)
		return kd_oom(config->ctx);
	if (!r && use) {
		kd_advise(config->ctx, "crashctl-memory-watch(8) says how it gets there");
		return kd_fail_id(config->ctx, -ENOENT, "no-observed",
				  "no crash kernel has left a record of its memory");
	}
	return r;
}

KD_API const struct kdump_observed *kdump_config_get_observed(const struct kdump_config *config)
{
	return config->observed;
}

KD_API const char *kdump_observed_get_path(const struct kdump_observed *observed)
{
	return observed->path.s;
}

KD_API const char *kdump_observed_get_release(const struct kdump_observed *observed)
{
	return observed->record.release;
}

KD_API int64_t kdump_observed_get_time(const struct kdump_observed *observed)
{
	return (int64_t)observed->record.time;
}

KD_API uint64_t kdump_observed_get_ram(const struct kdump_observed *observed)
{
	return observed->record.ram;
}

KD_API uint64_t kdump_observed_get_lowest(const struct kdump_observed *observed)
{
	return observed->record.lowest;
}
