/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The kernel's file: see kernel-file.h. */
#include "kernel-file.h"

#include <errno.h>

static const char *error_id(int err)
{
	switch (err) {
	case -ENOEXEC:
		return "not-a-kernel";
	case -ENOTSUP:
		return "kernel-unsupported";
	case -ENOMEM:
		return "out-of-memory";
	default:
		return "kernel-broken";
	}
}

static int spoil(struct kdump_image *image, int err, const char *why)
{
	if (!image->error && err == -EBADMSG)
		kd_text_set(&image->advice, "install the kernel's package again");
	else if (!image->error && err != -ENOMEM)
		kd_text_set(&image->advice,
			    "name the kernel that this machine boots (vmlinuz) with --kernel");
	return kd_image_spoil(image, &image->kernel, err, error_id(err), why);
}

/* It must be a kernel for the machine that is asked about, which may be another than this. */
int kd_kernel_file_check(struct kdump_image *image)
{
	const struct kd_arch *arch = kd_config_arch(image->config);
	const char *asked = arch ? arch->name : image->config->snap->arch_name;
	struct kd_text what;

	if (!asked || kd_streq(asked, image->sums.kernel.arch))
		return 0;
	kd_text_set(&what, "is a kernel for %s, the machine is %s", image->sums.kernel.arch,
		    asked);
	return spoil(image, -ENOTSUP, what.s);
}

static int finish(struct kdump_image *image)
{
	struct kd_text why;
	int err = kd_kernel_walker_finish(image->kernel_walker, &image->sums.kernel, &why);

	if (err)
		return spoil(image, err, why.s);
	kd_kernel_walker_free(image->kernel_walker);
	image->kernel_walker = NULL;
	image->kernel_offset = image->kernel.id.size;
	return kd_kernel_file_check(image);
}

int kd_kernel_file_read(struct kdump_image *image)
{
	struct kd_kernel_walker *w = image->kernel_walker;
	struct kd_text why;
	ssize_t n = 1;
	uint64_t at;
	int err;

	for (unsigned i = 0; i < KD_IMAGE_CHUNKS; i++) {
		at = kd_kernel_walker_next(w);
		if (!n || at == image->kernel.id.size)
			return finish(image);
		n = kd_image_read_chunk(image, &image->kernel, at);
		if (n < 0)
			return kd_image_spoil(image, &image->kernel, (int)n, "read-failed",
					      kd_errno_text((int)n));
		err = kd_kernel_walker_feed(w, image->chunk, (size_t)n, &why);
		if (err)
			return spoil(image, err, why.s);
	}
	/* A trailer may stand before what was read last. */
	image->kernel_offset = kd_max(image->kernel_offset, at);
	return KDUMP_AGAIN;
}
