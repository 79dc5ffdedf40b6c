/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What a system call takes out of what the kernel's loaders do not know
 * (kernel/kexec_file.c: arch loaders for bzImage, Image and ELF only): see unpack.h.
 * Beside the memory file itself there is one chunk, however large the image.
 */
#include "unpack.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "../core/sys.h"
#include "../parse/inflate.h"

#define CHUNK ((size_t)(256 * KD_KIB))

struct job {
	struct kdump_image *image;
	const struct kd_file *file;
	int to;
	uint64_t written;
	unsigned char *chunk;
};

static int no_file(const struct job *job, int err)
{
	const struct kd_file *file = job->file;

	kd_advise(job->image->ctx, "name an image that need not be unpacked, or free memory");
	return kd_fail_id(job->image->ctx, err == -ENOMEM || err == -ENOSPC ? err : -EIO,
			  "unpack-failed", "%s: unpacked to memory: %s", file->path,
			  kd_errno_text(err));
}

static int broken(const struct job *job, const char *why)
{
	return kd_fail_id(job->image->ctx, -EBADMSG, "kernel-broken", "%s: %s",
			  job->file->path, why);
}

static int changed(const struct job *job)
{
	kd_advise(job->image->ctx, "try again when it is complete");
	return kd_fail_id(job->image->ctx, -ESTALE, "file-changed",
			  "%s: changed after it was read", job->file->path);
}

static int write_all(struct job *job, const unsigned char *p, size_t len)
{
	ssize_t n;

	for (; len; p += n, len -= (size_t)n) {
		n = kd_sys_write(job->to, p, len);
		if (n <= 0)
			return no_file(job, n ? (int)n : -EIO);
		job->written += (uint64_t)n;
	}
	return 0;
}

/* Of @len bytes at @at, at least one. */
static int read_some(const struct job *job, uint64_t at, uint64_t len, size_t *ret)
{
	ssize_t n = kd_sys_pread(job->file->fd, job->chunk, (size_t)kd_min(CHUNK, len), at);

	if (n < 0)
		return kd_fail_id(job->image->ctx, -EIO, "read-failed", "%s: %s",
				  job->file->path, kd_errno_text((int)n));
	if (!n)
		return changed(job);
	*ret = (size_t)n;
	return 0;
}

/* ---- copied ---- */

static int copy(struct job *job, uint64_t at, uint64_t len)
{
	size_t n;
	int err = 0;

	while (!err && len) {
		err = read_some(job, at, len, &n);
		if (err)
			return err;
		err = write_all(job, job->chunk, n);
		at += n;
		len -= n;
	}
	return err;
}

/* ---- unpacked ---- */

/* Through the decoder; 1 = its stream has ended. */
static int inflate(struct job *job, const struct kd_inflate_ops *ops, void *stream, size_t len)
{
	uint64_t most = job->image->sums.kernel.unpacked_size;
	struct kd_inflate_io io = { .in = job->chunk, .in_len = len };
	struct kd_text why;
	size_t before;
	int r, err;

	do {
		before = io.in_len;
		r = ops->run(stream, &io, &why);
		if (r == -ENOMEM)
			return kd_oom(job->image->ctx);
		if (r < 0)
			return broken(job, why.s);
		if (io.out_len > most - job->written)
			return changed(job);
		err = write_all(job, io.out, io.out_len);
		if (err)
			return err;
		if (!r && before && before == io.in_len && !io.out_len)
			return broken(job, "the decoder is stuck");
	} while (!r && (io.in_len || io.out_len));
	return r;
}

static int inflate_all(struct job *job, const struct kd_inflate_ops *ops, void *stream)
{
	uint64_t at = job->image->sums.kernel.payload_offset;
	uint64_t len = job->image->sums.kernel.payload_size;
	size_t n;
	int r = 0;

	while (!r && len) {
		r = read_some(job, at, len, &n);
		if (r)
			return r;
		r = inflate(job, ops, stream, n);
		at += n;
		len -= n;
	}
	if (r < 0)
		return r;
	/* It was whole when it was read. */
	if (job->written != job->image->sums.kernel.unpacked_size)
		return changed(job);
	return 0;
}

static int unpack_stream(struct job *job)
{
	enum kd_codec codec = job->image->sums.kernel.codec;
	const struct kd_inflate_ops *ops = kd_inflate_find(codec);
	void *stream;
	int err;

	if (!ops)
		return kd_fail_id(job->image->ctx, -EBADMSG, "kernel-broken",
				  "%s: this build cannot unpack its stream (%s)",
				  job->file->path, kd_codec_name(codec));
	if (ops->open(&stream))
		return kd_oom(job->image->ctx);
	err = inflate_all(job, ops, stream);
	ops->close(stream);
	return err;
}

/* ---- both files ---- */

static int unpack_kernel(struct job *job)
{
	const struct kd_kernel *kernel = &job->image->sums.kernel;

	/* An empty file would be refused too late: the old image would be gone by then. */
	if (!kernel->image_size)
		return changed(job);
	/* A bzImage unpacks itself. */
	if (kernel->kind == KD_KERNEL_BZIMAGE || kernel->codec == KD_CODEC_NONE)
		return copy(job, kernel->image_offset, kernel->image_size);
	return unpack_stream(job);
}

static int unpack_initramfs(struct job *job)
{
	return copy(job, job->image->initramfs_offset, job->image->initramfs_bytes);
}

/* What was read is true only if the file was the same from then until now. */
static int check_same(const struct job *job)
{
	struct kd_identity now;
	struct stat st;
	int err = kd_sys_fstat(job->file->fd, &st);

	if (err)
		return kd_fail_id(job->image->ctx, -EIO, "read-failed", "%s: %s",
				  job->file->path, kd_errno_text(err));
	kd_identify(&st, &now);
	return kd_identity_equal(&now, &job->file->id) ? 0 : changed(job);
}

static int run(struct kdump_image *image, const struct kd_file *file, const char *name,
	       int (*work)(struct job *), int *ret)
{
	struct job job = { .image = image, .file = file, .to = -1 };
	int err;

	job.chunk = malloc(CHUNK);
	if (!job.chunk)
		return kd_oom(image->ctx);
	job.to = kd_sys_memfd(name);
	err = job.to < 0 ? no_file(&job, job.to) : work(&job);
	if (!err)
		err = check_same(&job);
	free(job.chunk);
	if (!err)
		*ret = job.to;
	else if (job.to >= 0)
		kd_sys_close(job.to);
	return err;
}

int kd_unpack(struct kdump_image *image, struct kd_unpacked *ret)
{
	struct kd_unpacked out = { image->kernel.fd, image->initramfs.fd, false, false };
	int err = 0;

	if (image->sums.kernel.container != KD_KERNEL_BARE) {
		err = run(image, &image->kernel, "kernel", unpack_kernel, &out.kernel);
		out.owns_kernel = !err;
	}
	if (!err && image->initramfs_inside) {
		err = run(image, &image->initramfs, "initramfs", unpack_initramfs,
			  &out.initramfs);
		out.owns_initramfs = !err;
	}
	if (err)
		kd_unpacked_close(&out);
	else
		*ret = out;
	return err;
}

void kd_unpacked_close(struct kd_unpacked *unpacked)
{
	if (unpacked->owns_kernel)
		kd_sys_close(unpacked->kernel);
	if (unpacked->owns_initramfs)
		kd_sys_close(unpacked->initramfs);
	unpacked->owns_kernel = unpacked->owns_initramfs = false;
	unpacked->kernel = unpacked->initramfs = -1;
}
