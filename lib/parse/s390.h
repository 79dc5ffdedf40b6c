/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The image of s390x (bzImage there, but nothing like x86's): loaded to the
 * reservation's first byte as it is, with no field that says how large it
 * becomes (arch/s390/kernel/kexec_image.c).
 */
#ifndef KD_PARSE_S390_H
#define KD_PARSE_S390_H

#include "kernel.h"

/* What tells more than the first bytes: entry points and parameters. */
#define KD_S390_AREA		0x10000u
#define KD_S390_AREA_BYTES	0x440u

bool kd_s390_probe(const void *head, size_t len);

/*
 * By the bytes at KD_S390_AREA of a file of @size bytes; @text: where its
 * version string stands, 0 for none.  -EBADMSG.
 */
int kd_s390_parse(const void *area, size_t len, uint64_t size, struct kd_kernel *ret,
		  uint64_t *text, struct kd_text *why);

#endif
