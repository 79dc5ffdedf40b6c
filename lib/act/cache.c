/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The cache, written: an entry for each file that was read, and never more than
 * a few in all.  Takes no lock: an entry is whole or not there, and of two
 * that write the same one either is right.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "../core/root.h"
#include "../core/sys.h"
#include "../facts/cache.h"
#include "../facts/sums.h"

#define ENTRIES_MAX	16		/* eight images: more than a machine keeps kernels */
#define FOLDER_MAX	4096
#define NAME_LEN	(KD_SHA256_HEX - 1)

/* Written to within the resolution of its times, a file may change and look the same. */
#define SETTLED_SECONDS 2

/* Is it still the file that was opened, and will any change of it show? */
static bool is_settled(const struct kd_file *file)
{
	int64_t age = kd_sys_time() - file->id.ctime;
	struct kd_identity now;
	struct stat st;

	if (kd_sys_fstat(file->fd, &st))
		return false;
	kd_identify(&st, &now);
	return kd_identity_equal(&now, &file->id) &&
	       (age >= SETTLED_SECONDS || age <= -SETTLED_SECONDS);
}

static int write_entry(struct kdump_ctx *ctx, enum kd_cache_kind kind,
		       const struct kd_identity *id, const char *text, size_t len)
{
	char path[KD_CACHE_PATH];

	kd_cache_path(kind, id, path);
	return kd_root_replace(ctx, path, text, len, 0644);
}

/* A build without its codec could not read all of it; another may. */
static int save_kernel(struct kdump_image *image)
{
	char *text = NULL;
	size_t len = 0;
	int err;

	if (image->kernel_known || !kd_kernel_is_exact(&image->sums.kernel) ||
	    !is_settled(&image->kernel))
		return 1;
	err = kd_sums_write_kernel(&image->sums.kernel, &text, &len);
	if (!err)
		err = write_entry(image->ctx, KD_CACHE_KERNEL, &image->kernel.id, text, len);
	free(text);
	image->kernel_known = !err;
	return err;
}

static int save_initramfs(struct kdump_image *image)
{
	char *text = NULL;
	size_t len = 0;
	int err;

	if (image->initramfs_known || image->sums.initramfs.partial ||
	    !is_settled(&image->initramfs))
		return 1;
	err = kd_sums_write_initramfs(&image->sums.initramfs, &image->contents, &text, &len);
	if (!err)
		err = write_entry(image->ctx, KD_CACHE_INITRAMFS, &image->initramfs.id, text,
				  len);
	free(text);
	image->initramfs_known = !err;
	return err;
}

/* ---- old entries ---- */

struct entry {
	char path[KD_CACHE_PATH];
	struct timespec written;
};

static int by_age(const void *a, const void *b)
{
	const struct timespec *s = &((const struct entry *)a)->written;
	const struct timespec *t = &((const struct entry *)b)->written;

	if (s->tv_sec != t->tv_sec)
		return s->tv_sec < t->tv_sec ? -1 : 1;
	return (s->tv_nsec > t->tv_nsec) - (s->tv_nsec < t->tv_nsec);
}

/* Files by our names alone: what else lies there is not ours to remove. */
static size_t find_entries(struct kdump_ctx *ctx, const struct kd_names *names,
			   struct entry *ret)
{
	size_t n = 0;
	struct stat st;

	for (size_t i = 0; i < names->n; i++) {
		const char *name = names->v[i];

		if (strlen(name) != NAME_LEN || strspn(name, "0123456789abcdef") != NAME_LEN)
			continue;
		snprintf(ret[n].path, KD_CACHE_PATH, KD_CACHE_FOLDER "/%s", name);
		if (kd_root_stat(ctx, ret[n].path, &st))
			continue;
		ret[n++].written = st.st_mtim;
	}
	return n;
}

static int prune(struct kdump_ctx *ctx)
{
	struct entry *entries;
	struct kd_names names;
	size_t n;
	int err = kd_root_list(ctx, KD_CACHE_FOLDER, FOLDER_MAX, &names);

	if (err)
		return err;
	entries = calloc(names.n + 1, sizeof(*entries));
	if (!entries) {
		kd_names_free(&names);
		return -ENOMEM;
	}
	n = find_entries(ctx, &names, entries);
	qsort(entries, n, sizeof(*entries), by_age);
	for (size_t i = 0; i + ENTRIES_MAX < n && !err; i++)
		err = kd_root_unlink(ctx, entries[i].path);
	free(entries);
	kd_names_free(&names);
	/* Another one may be at it as well. */
	return err == -ENOENT ? 0 : err;
}

static int save(struct kdump_image *image)
{
	int kernel, initramfs, err;

	err = kd_root_mkdirs(image->ctx, KD_CACHE_FOLDER, 0755);
	if (err)
		return err;
	kernel = save_kernel(image);
	if (kernel < 0)
		return kernel;
	initramfs = save_initramfs(image);
	if (initramfs < 0)
		return initramfs;
	return kernel && initramfs ? 1 : prune(image->ctx);
}

KD_API int kdump_image_save(struct kdump_image *image)
{
	int r;

	kd_begin(image->ctx);
	if (!image->complete || !kdump_ctx_is_live(image->ctx) || image->ctx->no_cache ||
	    (image->kernel_known && image->initramfs_known))
		return 1;
	r = save(image);
	if (r == -EACCES || r == -EPERM || r == -EROFS)
		return 1;
	if (r == -ENOMEM)
		return kd_oom(image->ctx);
	if (r < 0)
		return kd_fail_id(image->ctx, -EIO, "file-unusable", KD_CACHE_FOLDER ": %s",
				  kd_errno_text(r));
	return r;
}
