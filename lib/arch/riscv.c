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
	.may_shrink_to_zero = true,
	.section_bytes = 128 * KD_MIB,
	.page_size = 4 * KD_KIB,
	.model = KD_MODEL_DERIVED,
};
