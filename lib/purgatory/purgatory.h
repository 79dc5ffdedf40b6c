/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The purgatory: a few KiB of code that the dying kernel jumps to.  It computes
 * SHA-256 of the segments where they lie, and only if all are whole, starts the
 * crash kernel; else it says so on the console and halts.  What is in target/ is
 * compiled by itself, for the bare processor, into a flat image that the library
 * carries; this is what both sides know.
 */
#ifndef KD_PURGATORY_PURGATORY_H
#define KD_PURGATORY_PURGATORY_H

#include "../core/base.h"
#include "../core/sha256.h"

#define KD_PURGATORY_REGIONS	16		/* KEXEC_SEGMENT_MAX */
#define KD_PURGATORY_STACK	(8 * KD_KIB)	/* behind the image */

enum kd_purgatory_console {
	KD_CONSOLE_NONE,
	KD_CONSOLE_8250_PORT,		/* by port number (x86) */
	KD_CONSOLE_8250_MEMORY,		/* registers of one byte, one behind the other */
	KD_CONSOLE_8250_MEMORY32,	/* four bytes apart, written as 32 bits */
	KD_CONSOLE_PL011,		/* by address */
};

struct kd_purgatory_region {
	uint64_t at, bytes;
	char name[16];
	unsigned char digest[KD_SHA256_BYTES];
};

/* What is told to it: the last bytes of its image, in the machine's byte order. */
struct kd_purgatory {
	uint64_t entry;			/* of the crash kernel, physical */
	uint64_t argument;		/* its boot parameters, or device tree */
	uint64_t console;		/* enum kd_purgatory_console */
	uint64_t console_at;
	uint64_t screen;		/* text screen of a PC, 0 none */
	uint64_t screen_columns;	/* its first line is used */
	uint64_t n;
	struct kd_purgatory_region region[KD_PURGATORY_REGIONS];
};

/* The architecture this build has a purgatory for, as uname -m gives it; "" none. */
const char *kd_purgatory_arch(void);

/* Bytes of its image, and of the memory it needs from there on, for its stack. */
size_t kd_purgatory_bytes(void);
size_t kd_purgatory_size(void);

/* Its image, told @told; @ret has kd_purgatory_bytes() bytes. */
void kd_purgatory_make(const struct kd_purgatory *told, unsigned char *ret);

/* One more region to verify, with the digest of the @bytes that will lie at @at. */
void kd_purgatory_add(struct kd_purgatory *told, const char *name, uint64_t at,
		      const unsigned char *data, uint64_t bytes);

#endif
