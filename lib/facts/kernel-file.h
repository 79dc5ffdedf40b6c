/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The kernel's file: read piece by piece, and judged whether it is one for here. */
#ifndef KD_FACTS_KERNEL_FILE_H
#define KD_FACTS_KERNEL_FILE_H

#include "image.h"

/*
 * Reads on, about 8 MiB a call, into @image->sums.kernel.  KDUMP_AGAIN; 0 all is
 * known; what spoils the image is returned and noted there.
 */
int kd_kernel_file_read(struct kdump_image *image);

/* Is what is known of it a kernel for here?  The last that reading does. */
int kd_kernel_file_check(struct kdump_image *image);

#endif
