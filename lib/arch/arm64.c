/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * arm64 (arch/arm64/include/asm/crash_reserve.h).  The low limit is
 * arm64_dma_phys_limit, which depends on the board: 4 GiB nearly everywhere.
 */
#include "arch.h"
#include "arm64-boot.h"

const struct kd_arch kd_arch_arm64 = {
	.name = "aarch64",
	.high_low = true,
	.align = 2 * KD_MIB,
	.low_max = 4 * KD_GIB,
	.default_low = 128 * KD_MIB,
	/* commit a9ae89df7377, "arm64: kdump: Provide default size …" */
	.auto_low_since = { 6, 2 },
	/* commit fdc268232dbb, "arm64: kdump: use generic interface …" */
	.generic_since = { 6, 7 },
	.cma_since = { 7, 3 },
	.may_shrink_to_zero = true,
	.section_bytes = 128 * KD_MIB,
	.page_size = 4 * KD_KIB,
	.cmdline_size = 2048,
	.loads = true,
	.boot = &kd_arm64_boot,
	.model = KD_MODEL_DERIVED,
};
