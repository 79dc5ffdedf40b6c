/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * ppc64le (arch/powerpc/kexec/core.c, arch/powerpc/include/asm/crash_reserve.h).
 * Since 6.17 the reservation is not in the resource tree, and shrinking it to
 * nothing would release a resource that has no parent
 * (kernel/crash_core.c:__crash_shrink_memory()): 0 is never written here.
 */
#include "arch.h"

const struct kd_arch kd_arch_powerpc = {
	.name = "ppc64le",
	.align = 64 * KD_KIB,
	.cma_since = { 7, 0 },
	.section_bytes = 16 * KD_MIB,
	.page_size = 64 * KD_KIB,
	.cmdline_size = 2048,
};
