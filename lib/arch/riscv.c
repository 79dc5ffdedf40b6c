/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* riscv64 (arch/riscv/include/asm/crash_reserve.h, arch/riscv/mm/init.c). */
#include "arch.h"

const struct kd_arch kd_arch_riscv = {
	.name = "riscv64",
	.high_low = true,
	.align = 2 * KD_MIB,
	.low_max = 4 * KD_GIB,
	.default_low = 128 * KD_MIB,
	.cma_since = { 7, 3 },
	/*
	 * The oldest whose source was read.  Before a fix of 2024 the search could go
	 * on for ever where all memory is low.
	 */
	.generic_since = { 6, 12 },
	.may_shrink_to_zero = true,
	.section_bytes = 128 * KD_MIB,
	.page_size = 4 * KD_KIB,
	.cmdline_size = 1024,
	.model = KD_MODEL_DERIVED,
};
