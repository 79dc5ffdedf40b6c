/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The device tree that a crash kernel of arm64 is started with: that of this
 * boot, with another /chosen.  A machine with ACPI has one too, with nothing but
 * /chosen in it (drivers/firmware/efi/libstub/fdt.c).
 */
#ifndef KD_ARCH_ARM64_TREE_H
#define KD_ARCH_ARM64_TREE_H

#include "../core/ranges.h"
#include "../core/text.h"
#include "../purgatory/purgatory.h"

#define KD_TREE_MAX	(2 * KD_MIB)	/* Documentation/arch/arm64/booting.rst */

struct kd_tree_told {
	struct kdump_range main, low;	/* low: end 0 = there is none */
	const struct kd_ranges *cma;
	uint64_t elfcorehdr, elfcorehdr_bytes;
	uint64_t initramfs, initramfs_bytes;	/* 0 bytes: none */
	uint64_t page_size;
	const char *cmdline;
};

/*
 * Its size does not depend on the addresses.  The tree is from malloc().  -ENOTSUP
 * this build has no libfdt; -EBADMSG broken; -E2BIG larger than a kernel takes;
 * -ENOMEM.
 */
int kd_tree_make(const unsigned char *tree, size_t bytes, const struct kd_tree_told *told,
		 unsigned char **ret, size_t *ret_bytes, struct kd_text *why);

/* The serial port that stdout-path names, where purgatory can write to it. */
void kd_tree_console(const unsigned char *tree, size_t bytes, struct kd_purgatory *told);

#endif
