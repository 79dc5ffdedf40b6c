/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Records of crash kernels: see observed.h. */
#include "observed.h"

#include <errno.h>
#include <stdlib.h>
#include <syslog.h>

#include "../core/root.h"
#include "../parse/dumpname.h"
#include "config.h"

/* A folder of more dumps has another use as well. */
#define DUMPS_MAX 1024

int kd_dumps_list(struct kdump_ctx *ctx, const char *folder, uint64_t (*rank)(const char *name),
		  uid_t *owner, struct kd_ranking *ret)
{
	struct stat st;
	int err = kd_root_stat(ctx, folder, &st);

	if (err)
		return err;
	*owner = st.st_uid;
	return kd_root_list_best(ctx, folder, DUMPS_MAX, rank, owner, ret);
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
static int look(struct kdump_ctx *ctx, const char *folder, const char *name,
		struct kdump_observed *newest, bool *found)
{
	struct kd_observed record;
	struct kd_text path;
	int r;

	kd_text_set(&path, "%s/%s/" KD_OBSERVED_NAME, folder, name);
	r = kd_observed_read(ctx, path.s, &record);
	if (r <= 0 || (*found && record.time < newest->record.time))
		return r < 0 ? r : 0;
	newest->record = record;
	newest->path = path;
	*found = true;
	return 0;
}

/* A record counts by the time in it, whatever its folder is called. */
static uint64_t rank_any(const char *name)
{
	enum kdump_layout layout;

	return 1 + kd_dump_folder_date(name, &layout);
}

int kd_observed_find(struct kdump_ctx *ctx, const char *folder, struct kdump_observed *ret)
{
	struct kdump_observed newest;
	struct kd_ranking ranking;
	bool found = false;
	uid_t owner;
	int err;

	err = kd_dumps_list(ctx, folder, rank_any, &owner, &ranking);
	if (err) {
		if (err != -ENOENT && err != -ENOMEM)
			kd_log(ctx, LOG_NOTICE, "%s: %s", folder, kd_errno_text(err));
		return err == -ENOMEM ? err : 0;
	}
	for (size_t i = 0; i < ranking.n && !err; i++)
		err = look(ctx, folder, ranking.v[i].name, &newest, &found);
	kd_ranking_free(&ranking);
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
