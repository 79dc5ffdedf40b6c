/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The segments of a kexec_file_load(), by architecture and in the kernel's order. */
#include "../parse/cmdline.h"
#include "estimate.h"
#include "placement.h"

/* Sizes that no file tells: purgatory with its stack; zero page, EFI map, setup data. */
#define PURGATORY_BYTES	(48 * KD_KIB)
#define PARAMS_BYTES	(24 * KD_KIB)

/* Pages that the kernel takes for itself between the segments: code, a copy of vmcoreinfo. */
#define CONTROL_BYTES	(64 * KD_KIB)
/* And tables that map all memory (arch/x86/kernel/machine_kexec_64.c:init_pgtable()). */
#define TABLE_BYTES	(4 * KD_KIB)		/* for each GiB, with pages of 2 MiB */

uint64_t kd_control_bytes(uint64_t ram)
{
	return kd_add(CONTROL_BYTES, kd_mul(ram / KD_GIB + 2, TABLE_BYTES));
}

/* arch/x86/kernel/kexec-bzimage64.c:bzImage64_load() */
static size_t x86_segments(const struct kd_estimate_machine *m, const struct kd_image_sums *sums,
			   struct kd_segment ret[KD_SEGMENTS_MAX])
{
	uint64_t page_size = m->page_size;
	const struct kd_segment list[] = {
		{ "elfcorehdr", m->elfcorehdr, page_size, 0, 0, false, 0 },
		{ "purgatory", PURGATORY_BYTES, page_size, 0x3000, 0, true, 0 },
		{ "boot parameters", PARAMS_BYTES + strlen(m->cmdline) + KD_ELFCOREHDR_ARG, 16,
		  0x3000, 0, true, 0 },
		{ "kernel", sums->kernel.init_size, sums->kernel.alignment,
		  kd_max(sums->kernel.pref_address, KD_MIB), 0, true, 0 },
		{ "initramfs", sums->initramfs.stored, page_size, 16 * KD_MIB, 0, true, 0 },
		{ "control pages", kd_control_bytes(m->ram), page_size, 0, 0, false, 0 },
	};

	memcpy(ret, list, sizeof(list));
	return KD_ARRAY_SIZE(list);
}

/* A flattened device tree of a server; it may not be larger than 2 MiB (booting.rst). */
#define TREE_BYTES	(256 * KD_KIB)
#define TREE_ALIGN	(2 * KD_MIB)
#define ELFCOREHDR_ALIGN (64 * KD_KIB)

/*
 * arch/arm64/kernel/kexec_image.c:image_load(), then machine_kexec_file.c:
 * load_other_segments(); arch/riscv/kernel does the same, loongarch without a
 * device tree.
 */
static size_t image_segments(const struct kd_estimate_machine *m,
			     const struct kd_image_sums *sums,
			     struct kd_segment ret[KD_SEGMENTS_MAX])
{
	const struct kd_segment list[] = {
		{ "kernel", sums->kernel.init_size, sums->kernel.alignment, 0, 0, false, 0 },
		{ "elfcorehdr", m->elfcorehdr, kd_max(ELFCOREHDR_ALIGN, m->page_size), 0, 0,
		  true, 0 },
		{ "initramfs", sums->initramfs.stored, m->page_size, 0, 0, false, 0 },
		{ "device tree", TREE_BYTES + strlen(m->cmdline), TREE_ALIGN, 0, 0, true, 0 },
		{ "control pages", CONTROL_BYTES, m->page_size, 0, 0, false, 0 },
	};

	memcpy(ret, list, sizeof(list));
	return KD_ARRAY_SIZE(list);
}

size_t kd_estimate_segments(const struct kd_estimate_machine *m, const struct kd_image_sums *sums,
			    struct kd_segment ret[KD_SEGMENTS_MAX])
{
	return m->arch == &kd_arch_x86_64 ? x86_segments(m, sums, ret)
					  : image_segments(m, sums, ret);
}
