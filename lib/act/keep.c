/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The last good image: kernel and initramfs as they were handed to the kernel,
 * unpacked where they had to be, and the record, copied after a load that went well.
 * The record is written last and taken away first, so that what
 * an interruption leaves is never taken for a whole copy.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "../core/root.h"
#include "../core/sys.h"
#include "request.h"

#define FOLDER "/var/lib/crashctl/last-good"
#define KERNEL FOLDER "/kernel"
#define INITRAMFS FOLDER "/initramfs"
#define RECORD FOLDER "/record"
#define CHUNK (64 * KD_KIB)

/* A full /var would hurt more than a missing fallback. */
#define SPARE (64 * KD_MIB)

/* The descriptor of a copy whose hash is right; -EBADMSG. */
static int open_one(struct kdump_ctx *ctx, const char *path, const char *sha256)
{
	char actual[KD_SHA256_HEX];
	struct stat st;
	int fd, err;

	fd = kd_root_open_regular(ctx, path, &st);
	if (fd < 0)
		return fd;
	err = kd_hash_file(fd, actual);
	if (!err && !kd_streq(actual, sha256))
		err = -EBADMSG;
	if (!err)
		return fd;
	kd_sys_close(fd);
	return err;
}

static int verify_one(struct kdump_ctx *ctx, const char *path, const char *sha256)
{
	int fd = open_one(ctx, path, sha256);

	if (fd < 0)
		return fd;
	kd_sys_close(fd);
	return 0;
}

static const char *kernel_sum(const struct kd_record *kept)
{
	return *kept->kernel_copy ? kept->kernel_copy : kept->kernel.sha256;
}

static const char *initramfs_sum(const struct kd_record *kept)
{
	return *kept->initramfs_copy ? kept->initramfs_copy : kept->initramfs.sha256;
}

static bool is_of(const struct kd_record *kept, const struct kd_record *record)
{
	return kd_streq(kept->kernel.sha256, record->kernel.sha256) &&
	       kd_streq(kept->initramfs.sha256, record->initramfs.sha256);
}

/* The record of the copy; -ENOENT, -EBADMSG. */
static int verify(struct kdump_ctx *ctx, const struct kd_record *record, struct kd_record *ret)
{
	struct kd_record kept;
	int err = kd_record_read(ctx, RECORD, &kept);

	if (err <= 0)
		return err ? err : -ENOENT;
	err = is_of(&kept, record) ? 0 : -ENOENT;
	if (!err)
		err = verify_one(ctx, KERNEL, kernel_sum(&kept));
	if (!err)
		err = verify_one(ctx, INITRAMFS, initramfs_sum(&kept));
	if (err)
		kd_record_free(&kept);
	else
		*ret = kept;
	return err;
}

int kd_keep_verify(struct kdump_ctx *ctx, const struct kd_record *record)
{
	struct kd_record kept;
	int err = verify(ctx, record, &kept);

	if (!err)
		kd_record_free(&kept);
	return err;
}

static int copy_bytes(int to, int from)
{
	char *chunk = malloc(CHUNK);
	uint64_t offset = 0;
	ssize_t n, done;

	if (!chunk)
		return -ENOMEM;
	while ((n = kd_sys_pread(from, chunk, CHUNK, offset)) > 0) {
		for (ssize_t at = 0; at < n; at += done) {
			done = kd_sys_write(to, chunk + at, (size_t)(n - at));
			if (done <= 0) {
				free(chunk);
				return done ? (int)done : -EIO;
			}
		}
		offset += (uint64_t)n;
	}
	free(chunk);
	return (int)n;
}

static int copy_into(int dir, const char *name, int from)
{
	int to, err;

	to = kd_sys_open(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600, 0);
	if (to < 0)
		return to;
	err = kd_sys_reflink(to, from);
	if (err)
		err = copy_bytes(to, from);
	if (!err)
		err = kd_sys_fsync(to);
	kd_sys_close(to);
	return err;
}

static int save_one(struct kdump_ctx *ctx, const char *path, int from)
{
	const char *name;
	int dir, err;

	dir = kd_root_open_parent(ctx, path, &name);
	if (dir < 0)
		return dir;
	kd_sys_unlink(dir, ".new");
	err = copy_into(dir, ".new", from);
	if (!err)
		err = kd_sys_rename(dir, ".new", name);
	if (err)
		kd_sys_unlink(dir, ".new");
	kd_sys_close(dir);
	return err;
}

static int check_room(struct kdump_ctx *ctx, int kernel, int initramfs)
{
	uint64_t free_bytes, need = SPARE;
	struct stat st;
	int fd, err;

	err = kd_sys_fstat(kernel, &st);
	if (err)
		return err;
	need = kd_add(need, (uint64_t)st.st_size);
	err = kd_sys_fstat(initramfs, &st);
	if (err)
		return err;
	need = kd_add(need, (uint64_t)st.st_size);
	fd = kd_root_open(ctx, FOLDER, O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		return fd;
	err = kd_sys_free_bytes(fd, false, &free_bytes);
	kd_sys_close(fd);
	if (err)
		return err == -ENODATA ? 0 : err;
	return free_bytes < need ? -ENOSPC : 0;
}

static int write_record(struct kdump_ctx *ctx, const struct kd_record *record)
{
	char *text;
	size_t len;
	int err = kd_record_write(record, &text, &len);

	if (err)
		return err;
	err = kd_root_replace(ctx, RECORD, text, len, 0600);
	free(text);
	return err;
}

/* Other words, another call, another boot, and the files that are kept already. */
static int save_record_again(struct kdump_ctx *ctx, const struct kd_record *kept,
			     const struct kd_record *record)
{
	struct kd_record again = *record;

	memcpy(again.kernel_copy, kept->kernel_copy, KD_SHA256_HEX);
	memcpy(again.initramfs_copy, kept->initramfs_copy, KD_SHA256_HEX);
	return write_record(ctx, &again);
}

/* The sum of what is copied, "" where that is the file itself, whose sum is known. */
static int sum_unless_same(int from, const struct kd_record_file *file, char ret[KD_SHA256_HEX])
{
	struct kd_identity id;
	struct stat st;
	int err = kd_sys_fstat(from, &st);

	*ret = '\0';
	if (err)
		return err;
	kd_identify(&st, &id);
	return kd_identity_equal(&id, &file->id) ? 0 : kd_hash_file(from, ret);
}

static int save_all(struct kdump_ctx *ctx, const struct kd_record *record, int kernel,
		    int initramfs)
{
	struct kd_record kept = *record;
	int err;

	err = kd_root_unlink(ctx, RECORD);
	if (err && err != -ENOENT)
		return err;
	err = sum_unless_same(kernel, &record->kernel, kept.kernel_copy);
	if (!err)
		err = sum_unless_same(initramfs, &record->initramfs, kept.initramfs_copy);
	if (!err)
		err = save_one(ctx, KERNEL, kernel);
	if (!err)
		err = save_one(ctx, INITRAMFS, initramfs);
	return err ? err : write_record(ctx, &kept);
}

int kd_keep_save(struct kdump_ctx *ctx, const struct kd_record *record, int kernel,
		 int initramfs, const struct kd_record *known)
{
	struct kd_record kept;
	int err;

	if (known && is_of(known, record))
		return save_record_again(ctx, known, record);
	if (!verify(ctx, record, &kept)) {
		err = save_record_again(ctx, &kept, record);
		kd_record_free(&kept);
		return err;
	}
	err = kd_root_mkdirs(ctx, FOLDER, 0700);
	if (!err)
		err = check_room(ctx, kernel, initramfs);
	return err ? err : save_all(ctx, record, kernel, initramfs);
}

int kd_keep_open(struct kdump_ctx *ctx, int *kernel, int *initramfs, struct kd_record *ret)
{
	struct kd_record record;
	int k, i, r;

	r = kd_record_read(ctx, RECORD, &record);
	if (r <= 0)
		return r ? r : -ENOENT;
	k = open_one(ctx, KERNEL, kernel_sum(&record));
	i = k < 0 ? k : open_one(ctx, INITRAMFS, initramfs_sum(&record));
	if (i >= 0) {
		*kernel = k;
		*initramfs = i;
		*ret = record;
		return 0;
	}
	if (k >= 0)
		kd_sys_close(k);
	kd_record_free(&record);
	return i;
}

int kd_fallback_open(struct kdump_request *rq)
{
	struct kd_fallback *fallback = &rq->fallback;
	int err;

	kd_fallback_close(rq);
	err = kd_keep_open(rq->ctx, &fallback->kernel, &fallback->initramfs, &fallback->record);
	fallback->open = !err;
	return err;
}

void kd_fallback_close(struct kdump_request *rq)
{
	struct kd_fallback *fallback = &rq->fallback;

	if (!fallback->open)
		return;
	kd_sys_close(fallback->kernel);
	kd_sys_close(fallback->initramfs);
	kd_record_free(&fallback->record);
	fallback->open = false;
}
