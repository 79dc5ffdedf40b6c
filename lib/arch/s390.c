/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * s390x (arch/s390/kernel/setup.c): one region of its own, taken out of
 * memblock; no ,high, ,low or ,cma.
 */
#include "arch.h"

const struct kd_arch kd_arch_s390 = {
	.name = "s390x",
	.align = 1 * KD_MIB,
	.may_shrink_to_zero = true,
	.section_bytes = 128 * KD_MIB,
	.page_size = 4 * KD_KIB,
	/* CONFIG_COMMAND_LINE_SIZE, its default */
	.cmdline_size = 4096,
};
