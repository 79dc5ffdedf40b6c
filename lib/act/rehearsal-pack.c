/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What a guest is started with: its kernel, and the archive of its init, which holds the
 * same kernel again, and the initramfs, for the crash.
 */
#include <errno.h>
#include <stdlib.h>

#include "../core/sys.h"
#include "../facts/unpack.h"
#include "../parse/newc.h"
#include "rehearsal.h"

#define CHUNK ((size_t)(256 * KD_KIB))

#define FOLDER_MODE	0040755
#define PROGRAM_MODE	0100755
#define FILE_MODE	0100644
#define CONSOLE_MODE	0020600

struct pack {
	struct kdump_rehearsal *r;
	int to;
	uint64_t written;
	char *chunk;
};

static int write_all(struct pack *pack, const char *from, size_t len)
{
	ssize_t n;

	for (; len; from += n, len -= (size_t)n) {
		n = kd_sys_write(pack->to, from, len);
		if (n <= 0) {
			int err = n ? (int)n : -EIO;

			kd_advise(pack->r->ctx, "free memory, and try again");
			return kd_fail_id(pack->r->ctx, err == -ENOSPC ? err : -EIO,
					  "pack-failed", "packing it for a guest: %s",
					  kd_errno_text(err));
		}
		pack->written += (uint64_t)n;
	}
	return 0;
}

static int changed(struct kdump_rehearsal *r, const struct kd_file *file)
{
	kd_advise(r->ctx, "try again when it is complete");
	return kd_fail_id(r->ctx, -ESTALE, "file-changed", "%s: changed after it was read",
			  file->path);
}

/* The whole of @fd, which is @file or unpacked out of it, and has @size bytes. */
static int copy(struct pack *pack, const struct kd_file *file, int fd, uint64_t size)
{
	uint64_t at = 0;
	ssize_t n;
	int err;

	while (at < size) {
		n = kd_sys_pread(fd, pack->chunk, (size_t)kd_min(CHUNK, size - at), at);
		if (n < 0)
			return kd_fail_id(pack->r->ctx, -EIO, "read-failed", "%s: %s",
					  file->path, kd_errno_text((int)n));
		if (!n)
			return changed(pack->r, file);
		err = write_all(pack, pack->chunk, (size_t)n);
		if (err)
			return err;
		at += (uint64_t)n;
	}
	return 0;
}

static int put_header(struct pack *pack, const struct kd_newc_entry *entry)
{
	char header[KD_NEWC_HEADER];

	return write_all(pack, header, kd_newc_header(entry, header));
}

static int put_padding(struct pack *pack, uint64_t size)
{
	static const char zeros[4];

	return write_all(pack, zeros, kd_newc_padding(size));
}

static int put_bytes(struct pack *pack, const char *name, uint32_t mode, const void *bytes,
		     size_t len)
{
	int err = put_header(pack, &(struct kd_newc_entry){
		.name = name, .mode = mode, .size = (uint32_t)len });

	if (!err)
		err = write_all(pack, bytes, len);
	return err ? err : put_padding(pack, len);
}

static int size_of(struct pack *pack, const struct kd_file *file, int fd, uint64_t *ret)
{
	struct stat st;
	int err = kd_sys_fstat(fd, &st);

	if (err)
		return kd_fail_id(pack->r->ctx, -EIO, "read-failed", "%s: %s", file->path,
				  kd_errno_text(err));
	*ret = (uint64_t)st.st_size;
	if (*ret > KD_NEWC_SIZE_MAX)
		return kd_fail_id(pack->r->ctx, -EFBIG, "rehearsal-too-large",
				  "%s: more than 4 GiB cannot be packed for a guest",
				  file->path);
	return 0;
}

static int put_file(struct pack *pack, const char *name, const struct kd_file *file, int fd)
{
	uint64_t size;
	int err = size_of(pack, file, fd, &size);

	if (!err)
		err = put_header(pack, &(struct kd_newc_entry){
			.name = name, .mode = FILE_MODE, .size = (uint32_t)size });
	if (!err)
		err = copy(pack, file, fd, size);
	return err ? err : put_padding(pack, size);
}

static int put_archive(struct pack *pack, const struct kd_unpacked *files, const void *init,
		       size_t len)
{
	static const struct kd_newc_entry nodes[] = {
		{ .name = "dev", .mode = FOLDER_MODE },
		{ .name = "sys", .mode = FOLDER_MODE },
		{ .name = "dev/console", .mode = CONSOLE_MODE, .rdev_major = 5, .rdev_minor = 1 },
	};
	const struct kdump_rehearsal *r = pack->r;
	int err = 0;

	for (size_t i = 0; i < KD_ARRAY_SIZE(nodes) && !err; i++)
		err = put_header(pack, &nodes[i]);
	if (!err)
		err = put_bytes(pack, "init", PROGRAM_MODE, init, len);
	if (!err)
		err = put_bytes(pack, "cmdline", FILE_MODE, r->cmdline, strlen(r->cmdline));
	if (!err)
		err = put_file(pack, "kernel", &r->image->kernel, files->kernel);
	if (!err)
		err = put_file(pack, "initramfs", &r->image->initramfs, files->initramfs);
	return err ? err : put_header(pack, &kd_newc_trailer);
}

/* What was packed is what was read, and so what the estimate is of. */
static int check_same(struct kdump_rehearsal *r, const struct kd_file *file)
{
	struct kd_identity now;
	struct stat st;
	int err = kd_sys_fstat(file->fd, &st);

	if (err)
		return kd_fail_id(r->ctx, -EIO, "read-failed", "%s: %s", file->path,
				  kd_errno_text(err));
	kd_identify(&st, &now);
	return kd_identity_equal(&now, &file->id) ? 0 : changed(r, file);
}

int kd_rehearsal_check_same(struct kdump_rehearsal *r)
{
	int err = check_same(r, &r->image->kernel);

	return err ? err : check_same(r, &r->image->initramfs);
}

static int put_all(struct pack *pack, const struct kd_unpacked *files, const void *init,
		   size_t len, int kernel_fd, int archive_fd)
{
	const struct kd_file *kernel = &pack->r->image->kernel;
	uint64_t size;
	int err = size_of(pack, kernel, files->kernel, &size);

	pack->to = kernel_fd;
	if (!err)
		err = copy(pack, kernel, files->kernel, size);
	pack->to = archive_fd;
	pack->written = 0;
	if (!err)
		err = put_archive(pack, files, init, len);
	return err ? err : kd_rehearsal_check_same(pack->r);
}

KD_API int kdump_rehearsal_pack(struct kdump_rehearsal *r, const void *init, size_t len,
				int kernel_fd, int archive_fd)
{
	struct pack pack = { .r = r };
	struct kd_unpacked files;
	int err;

	kd_begin(r->ctx);
	err = kd_unpack(r->image, &files);
	if (err)
		return err;
	pack.chunk = malloc(CHUNK);
	err = pack.chunk ? put_all(&pack, &files, init, len, kernel_fd, archive_fd)
			 : kd_oom(r->ctx);
	free(pack.chunk);
	kd_unpacked_close(&files);
	if (!err)
		r->archive = pack.written;
	return err;
}
