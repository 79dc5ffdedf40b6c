/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The memory map that an x86 crash kernel is given. */
#ifndef KD_ARCH_X86_E820_H
#define KD_ARCH_X86_E820_H

#include "handover.h"

/* Types: arch/x86/include/uapi/asm/setup_data.h (asm/e820/types.h before). */
#define KD_E820_RAM		1
#define KD_E820_RESERVED	2
#define KD_E820_ACPI		3
#define KD_E820_NVS		4

struct kd_e820_entry {
	uint64_t at, bytes;
	uint32_t type;
};

struct kd_e820 {
	size_t n, room;
	struct kd_e820_entry *v;
};

/*
 * As arch/x86/kernel/crash.c:crash_setup_memmap_entries(): RAM of the first MiB, what
 * firmware keeps, the crash regions but @kept (elfcorehdr), CMA.  -ENOMEM.
 */
int kd_e820_make(const struct kd_handover *handover, const struct kdump_range *kept,
		 struct kd_e820 *ret);
void kd_e820_free(struct kd_e820 *e820);

#endif
