/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Kernel and initramfs as a system call takes them: the files themselves, or, out
 * of a UKI, an EFI zboot or a compressed image, memory files of their own.
 */
#ifndef KD_FACTS_UNPACK_H
#define KD_FACTS_UNPACK_H

#include "image.h"

struct kd_unpacked {
	int kernel, initramfs;		/* descriptors to read from */
	bool owns_kernel, owns_initramfs;	/* memory files: closed by kd_unpacked_close() */
};

/* Of an image that is wholly read.  Told: -EIO, -EBADMSG, -ESTALE, -ENOSPC, -ENOMEM. */
int kd_unpack(struct kdump_image *image, struct kd_unpacked *ret);
void kd_unpacked_close(struct kd_unpacked *unpacked);

#endif
