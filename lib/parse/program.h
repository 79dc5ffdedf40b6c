/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* A program in an initramfs: for which machine it is, and what it needs beside itself. */
#ifndef KD_PARSE_PROGRAM_H
#define KD_PARSE_PROGRAM_H

#include "../core/base.h"

#define KD_PROGRAM_MAX		((size_t)(4 * KD_MIB))	/* larger ones are not read */
#define KD_PROGRAM_NEEDS	32
#define KD_LIBRARY_NAME		64

struct kd_program {
	char arch[16];			/* as uname -m and kd_arch have it */
	uint64_t page_size;		/* the largest that it can be mapped with, up to 64 KiB */
	/* Libraries and the dynamic linker, by their names alone: "libelf.so.1". */
	size_t n_needs;
	char needs[KD_PROGRAM_NEEDS][KD_LIBRARY_NAME];
};

/* False: no program of 64 bits, for no machine that is known, or it contradicts itself. */
bool kd_program_read(const void *file, size_t len, struct kd_program *ret);

#endif
