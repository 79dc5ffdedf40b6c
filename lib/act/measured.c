/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What a rehearsal has found, kept for the estimate: see facts/measured.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "../core/root.h"
#include "../core/sys.h"
#include "../facts/measured.h"
#include "rehearsal.h"

#define FOLDER_MAX	4096

struct old {
	char path[KD_CACHE_PATH];
	int64_t written;
};

/* All but the newest few. */
static int by_age(const void *a, const void *b)
{
	const struct old *s = a, *t = b;

	return (s->written > t->written) - (s->written < t->written);
}

static size_t find_old(struct kdump_ctx *ctx, const struct kd_names *names, struct old *ret)
{
	size_t n = 0;
	struct stat st;

	for (size_t i = 0; i < names->n; i++) {
		if (!kd_measured_is_name(names->v[i]))
			continue;
		snprintf(ret[n].path, KD_CACHE_PATH, KD_CACHE_FOLDER "/%.*s",
			 KD_CACHE_PATH / 2 + 16, names->v[i]);
		if (!kd_root_stat(ctx, ret[n].path, &st))
			ret[n++].written = st.st_mtim.tv_sec;
	}
	return n;
}

static int prune(struct kdump_ctx *ctx)
{
	struct kd_names names;
	struct old *old;
	size_t n;
	int err = kd_root_list(ctx, KD_CACHE_FOLDER, FOLDER_MAX, &names);

	if (err)
		return err;
	old = calloc(names.n + 1, sizeof(*old));
	n = old ? find_old(ctx, &names, old) : 0;
	if (n)
		qsort(old, n, sizeof(*old), by_age);
	for (size_t i = 0; i + KD_MEASURED_MAX < n && !err; i++)
		err = kd_root_unlink(ctx, old[i].path);
	err = old ? err : -ENOMEM;
	free(old);
	kd_names_free(&names);
	/* Another one may be at it as well. */
	return err == -ENOENT ? 0 : err;
}

static int fill(const struct kdump_rehearsal *r, uint64_t minimum, struct kd_measured_entry *ret)
{
	const struct kdump_image *image = r->image;
	int err;

	*ret = (struct kd_measured_entry){ .cmdline = strdup(image->cmdline) };
	if (!ret->cmdline)
		return -ENOMEM;
	err = kd_hash_file(image->kernel.fd, ret->kernel);
	if (!err)
		err = kd_hash_file(image->initramfs.fd, ret->initramfs);
	kd_measured_id(KD_CACHE_KERNEL, &image->kernel.id, ret->kernel_id);
	kd_measured_id(KD_CACHE_INITRAMFS, &image->initramfs.id, ret->initramfs_id);
	ret->kernel_size = image->kernel.id.size;
	ret->initramfs_size = image->initramfs.id.size;
	ret->main = (struct kd_measured_main){
		.bytes = minimum, .start = r->guest.base % r->arch->section_bytes,
		.cpus = r->cpus, .time = (uint64_t)kd_sys_time(),
	};
	return err;
}

static int save(struct kdump_rehearsal *r, uint64_t minimum)
{
	struct kd_measured_entry entry;
	char path[KD_CACHE_PATH];
	char *text = NULL;
	size_t len;
	int err = fill(r, minimum, &entry);

	/* What is summed now is still what was packed. */
	if (!err)
		err = kd_rehearsal_check_same(r);
	if (!err)
		err = kd_root_mkdirs(r->ctx, KD_CACHE_FOLDER, 0755);
	if (!err)
		err = kd_measured_write(&entry, &text, &len);
	if (!err) {
		kd_measured_path(&entry, path);
		err = kd_root_replace(r->ctx, path, text, len, 0644);
	}
	free(text);
	kd_measured_free(&entry);
	return err ? err : prune(r->ctx);
}

KD_API int kdump_rehearsal_save(struct kdump_rehearsal *r)
{
	enum kdump_rehearsed below;
	uint64_t minimum = kdump_rehearsal_get_minimum(r, &below);
	int err;

	kd_begin(r->ctx);
	if (!minimum || !r->image->cmdline || r->ctx->no_cache)
		return 1;
	err = save(r, minimum);
	if (err == -EACCES || err == -EPERM || err == -EROFS)
		return 1;
	if (err == -ENOMEM)
		return kd_oom(r->ctx);
	if (err && err != -ESTALE)
		return kd_fail_id(r->ctx, -EIO, "file-unusable", KD_CACHE_FOLDER ": %s",
				  kd_errno_text(err));
	return err;
}
