/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * loongarch64 (arch/loongarch/include/asm/crash_reserve.h).  ,cma is dropped
 * without a message: arch/loongarch/kernel/setup.c passes no place for it.
 */
#include "arch.h"

const struct kd_arch kd_arch_loongarch = {
	.name = "loongarch64",
	.high_low = true,
	.align = 2 * KD_MIB,
	.low_max = 4 * KD_GIB,
	.default_low = 128 * KD_MIB,
	/*
	 * The oldest whose source was read.  Before a fix of 2024 the search could go
	 * on for ever where all memory is low.
	 */
	.generic_since = { 6, 12 },
	.may_shrink_to_zero = true,
	.section_bytes = 512 * KD_MIB,
	.page_size = 16 * KD_KIB,
	.cmdline_size = 4096,
	.model = KD_MODEL_DERIVED,
};
