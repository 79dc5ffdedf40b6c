/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The initramfs that a UKI carries: taken where none was named or found, or the
 * UKI itself was named for it.  Known by the head of the file alone, before
 * anything is read, so that record and cache find it as any other file.
 */
#include <errno.h>
#include <stdlib.h>

#include "../core/sys.h"
#include "../parse/bzimage.h"
#include "../parse/pe.h"
#include "image.h"

static bool is_wanted(const struct kdump_config *config)
{
	return config->kernel.text && (!config->initramfs.text ||
				       kd_streq(config->initramfs.text, config->kernel.text));
}

static int take(struct kdump_image *image, uint64_t offset, uint64_t bytes)
{
	int err = kd_config_use_inside(image->config);

	if (err)
		return err;
	image->initramfs_inside = true;
	image->initramfs_offset = offset;
	image->initramfs_bytes = bytes;
	return 0;
}

static int look_at(struct kdump_image *image, const unsigned char *head, size_t len)
{
	struct kd_pe_section linux_section, initrd;
	struct kd_text why;
	int err;

	if (!kd_uki_probe(head, len))
		return 0;
	err = kd_pe_find(head, len, image->kernel.id.size, ".linux", &linux_section, &why);
	if (!err)
		err = kd_pe_find(head, len, image->kernel.id.size, ".initrd", &initrd, &why);
	if (err)
		return kd_image_spoil(image, &image->kernel, err, "kernel-broken", why.s);
	if (!linux_section.size || !initrd.size)
		return 0;
	if (take(image, initrd.offset, initrd.size))
		return kd_image_spoil(image, NULL, -ENOMEM, "out-of-memory", "out of memory");
	return 0;
}

/* Fewer bytes only at the end of the file. */
static ssize_t read_head(const struct kd_file *file, unsigned char *head)
{
	size_t len = 0;
	ssize_t n;

	do {
		n = kd_sys_pread(file->fd, head + len, KD_BZIMAGE_HEAD - len, len);
		len += n > 0 ? (size_t)n : 0;
	} while (n > 0 && len < KD_BZIMAGE_HEAD);
	return n < 0 ? n : (ssize_t)len;
}

int kd_image_look_inside(struct kdump_image *image)
{
	unsigned char *head;
	ssize_t n;
	int err;

	if (!is_wanted(image->config))
		return 0;
	head = malloc(KD_BZIMAGE_HEAD);
	if (!head)
		return kd_image_spoil(image, NULL, -ENOMEM, "out-of-memory", "out of memory");
	n = read_head(&image->kernel, head);
	if (n < 0)
		err = kd_image_spoil(image, &image->kernel, -EIO, "read-failed",
				     kd_errno_text((int)n));
	else
		err = look_at(image, head, (size_t)n);
	free(head);
	return err;
}

int kd_image_replay_inside(struct kdump_image *image)
{
	const struct kd_kernel *kernel = &image->sums.kernel;

	if (!image->config->kernel.text || kernel->container != KD_KERNEL_UKI ||
	    !kernel->initrd_size)
		return 0;
	image->initramfs.path = strdup(image->config->kernel.text);
	if (!image->initramfs.path || take(image, kernel->initrd_offset, kernel->initrd_size))
		return -ENOMEM;
	return 1;
}

int kd_image_check_inside(struct kdump_image *image)
{
	const struct kd_kernel *kernel = &image->sums.kernel;

	if (!image->initramfs_inside || (kernel->initrd_offset == image->initramfs_offset &&
					 kernel->initrd_size == image->initramfs_bytes))
		return 0;
	return kd_image_spoil(image, &image->kernel, -EBADMSG, "kernel-broken",
			      "changed while it was being read");
}
