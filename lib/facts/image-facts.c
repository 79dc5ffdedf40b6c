/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Images in facts files: what was read of kernel and initramfs there, in place
 * of files that are not here.
 */
#include "facts.h"

#include <errno.h>
#include <stdlib.h>

#include "fields.h"
#include "image.h"
#include "sums.h"

#define FILE_FIELDS(KEY, member)							\
	KD_UINT(KEY "_FILE_SIZE", struct kdump_image, member.id.size, UINT64_MAX),	\
	KD_INT(KEY "_FILE_MTIME", struct kdump_image, member.id.mtime)

static const struct kd_field kernel_file[] = { FILE_FIELDS("KERNEL", kernel) };
static const struct kd_field initramfs_file[] = { FILE_FIELDS("INITRAMFS", initramfs) };

static int write_image(const struct kdump_image *image, char **text, size_t *len)
{
	int err = kd_sums_write(&image->sums, &image->contents, text, len);

	if (!err)
		err = kd_fields_write(kernel_file, KD_ARRAY_SIZE(kernel_file), image, text, len);
	return err ? err : kd_fields_write(initramfs_file, KD_ARRAY_SIZE(initramfs_file), image,
					   text, len);
}

int kd_image_record(struct kdump_image *image)
{
	char *text = NULL;
	size_t len = 0;
	int err;

	if (!image->complete) {
		kd_record_value(image->ctx, KD_VALUE_IMAGE_ERROR,
				image->error ? image->why.s : "it was not read");
		return 0;
	}
	err = write_image(image, &text, &len);
	if (!err)
		kd_record_value(image->ctx, KD_VALUE_IMAGE, text);
	free(text);
	return err ? kd_oom(image->ctx) : 0;
}

static int read_kernel(const struct kd_kv *kv, struct kdump_image *image)
{
	int err = kd_fields_read(kernel_file, KD_ARRAY_SIZE(kernel_file), kv, image);

	return err ? err : kd_sums_read_kernel(kv, &image->sums.kernel);
}

static int read_initramfs(const struct kd_kv *kv, struct kdump_image *image)
{
	int err = kd_fields_read(initramfs_file, KD_ARRAY_SIZE(initramfs_file), kv, image);

	return err ? err : kd_sums_read_initramfs(kv, &image->sums.initramfs, &image->contents);
}

int kd_image_replay(struct kdump_image *image)
{
	const char *text = kd_replay_value(image->ctx, KD_VALUE_IMAGE);
	size_t len = text ? strlen(text) : 0;
	struct kd_kv kv;
	int err;

	/* Cut in its last line, a number there is another. */
	if (!len || text[len - 1] != '\n')
		return -ENODATA;
	err = kd_kv_parse(text, len, &kv, NULL);
	if (err)
		return err == -ENOMEM ? err : -ENODATA;
	if (image->kernel.fd < 0)
		err = read_kernel(&kv, image);
	if (!err && image->initramfs.fd < 0)
		err = read_initramfs(&kv, image);
	kd_kv_free(&kv);
	return err && err != -ENOMEM ? -ENODATA : err;
}
