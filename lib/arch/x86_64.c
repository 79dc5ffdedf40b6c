/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* x86_64 (arch/x86/include/asm/crash_reserve.h, arch/x86/include/asm/sparsemem.h). */
#include "arch.h"
#include "x86-boot.h"

const struct kd_arch kd_arch_x86_64 = {
	.name = "x86_64",
	.high_low = true,
	.align = 16 * KD_MIB,
	.low_max = 4 * KD_GIB,
	/* max(swiotlb_size_or_default() + 8 MiB, 256 MiB), with SWIOTLB at its 64 MiB */
	.default_low = 256 * KD_MIB,
	.high_max = 64 * 1024 * KD_GIB,
	/* commit 9c08a2a139fe, "x86: kdump: use generic interface …" */
	.generic_since = { 6, 7 },
	/* CONFIG_PHYSICAL_START: arch/x86/Kconfig */
	.load_address = 16 * KD_MIB,
	.cma_since = { 6, 17 },
	.may_shrink_to_zero = true,
	.section_bytes = 128 * KD_MIB,
	.page_size = 4 * KD_KIB,
	.cmdline_size = 2048,
	.loads = true,
	.grows = true,
	.boot = &kd_x86_boot,
	.model = KD_MODEL_MEASURED,
};
