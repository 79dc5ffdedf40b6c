/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * An archive as the kernel unpacks it, written: "newc" of
 * Documentation/driver-api/early-userspace/buffer-format.rst.  cpio.h reads it.
 */
#ifndef KD_PARSE_NEWC_H
#define KD_PARSE_NEWC_H

#include "../core/base.h"

struct kd_newc_entry {
	const char *name;		/* shorter than KD_NEWC_NAME */
	uint32_t mode;			/* with its type; owned by root */
	uint32_t size;
	uint32_t rdev_major, rdev_minor;
};

#define KD_NEWC_NAME	32
#define KD_NEWC_HEADER	(110 + KD_NEWC_NAME + 4)
#define KD_NEWC_SIZE_MAX UINT32_MAX

/*
 * The header with the name, padded: so many bytes of @ret.  Behind it come the @size bytes
 * of the file and kd_newc_padding() zeros.
 */
size_t kd_newc_header(const struct kd_newc_entry *entry, char ret[KD_NEWC_HEADER]);
size_t kd_newc_padding(uint64_t size);

/* What ends an archive. */
extern const struct kd_newc_entry kd_newc_trailer;

#endif
