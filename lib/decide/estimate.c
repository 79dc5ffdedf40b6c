/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The estimate: see estimate.h. */
#include "estimate.h"

#include "../parse/cmdline.h"

/*
 * Modelled constants: measured minima of Debian's 6.1 and 7.2 kernels, bisected
 * to 1 MiB under QEMU.  Each is the conservative end of its spread, for too
 * little is a lost dump and too much is a few MiB.
 */
#define STARTED_LESS	(10 * KD_MIB)	/* of init_size that is not resident: 10 to 12 */
#define STARTED_LESS_MAX (12 * KD_MIB)
#define BOOT_TMPFS	(5 * KD_MIB)	/* per-CPU, pools, hashes, page tables: 2.1 to 4.5 */
#define BOOT_TMPFS_MIN	(2150 * KD_KIB)
#define BOOT_RUN	(27 * KD_MIB)	/* all allocations of the boot: 14 to 27 by kernel */
#define BOOT_RUN_MIN	(14 * KD_MIB)
#define SWIOTLB		(64 * KD_MIB)	/* kernel/dma/swiotlb.c: IO_TLB_DEFAULT_SIZE */
#define SWIOTLB_REST	(8 * KD_MIB)	/* what the kernel adds itself: arch/x86 crash_reserve.h */

/* Sizes that no file tells: purgatory with its stack; zero page, EFI map, setup data. */
#define PURGATORY_BYTES	(48 * KD_KIB)
#define PARAMS_BYTES	(24 * KD_KIB)
#define ELFCOREHDR_ARG	30		/* "elfcorehdr=0x…", MAX_ELFCOREHDR_STR_LEN */

/*
 * Pages that the kernel takes for itself between the segments: control code,
 * a copy of vmcoreinfo, and tables that map all memory with 2 MiB pages
 * (arch/x86/kernel/machine_kexec_64.c:init_pgtable()).
 */
#define CONTROL_BYTES	(64 * KD_KIB)
#define TABLE_BYTES	(4 * KD_KIB)		/* for each GiB */

/* struct page is 64 bytes, and vmemmap is populated by whole sections (mm/sparse-vmemmap.c). */
#define STRUCT_PAGE	64

static uint64_t section_pages(const struct kd_estimate_machine *m, uint64_t sections)
{
	return kd_mul(sections, m->arch->section_bytes / m->page_size * STRUCT_PAGE);
}

static uint64_t sections_of(const struct kd_estimate_machine *m, uint64_t start, uint64_t bytes)
{
	uint64_t unit = m->arch->section_bytes, first = start / unit;

	return bytes ? (start + bytes - 1) / unit - first + 1 : 0;
}

size_t kd_estimate_segments(const struct kd_estimate_machine *m,
			    const struct kd_image_sums *sums,
			    struct kd_segment ret[KD_SEGMENTS_MAX])
{
	uint64_t page_size = m->page_size, tables = kd_mul(m->ram / KD_GIB + 2, TABLE_BYTES);
	const struct kd_segment list[] = {
		{ "elfcorehdr", m->elfcorehdr, page_size, 0, false, 0 },
		{ "purgatory", PURGATORY_BYTES, page_size, 0x3000, true, 0 },
		{ "boot parameters", PARAMS_BYTES + m->cmdline_len + ELFCOREHDR_ARG, 16, 0x3000,
		  true, 0 },
		{ "kernel", sums->kernel.init_size, sums->kernel.alignment,
		  kd_max(sums->kernel.pref_address, KD_MIB), true, 0 },
		{ "initramfs", sums->initramfs.stored, page_size, 16 * KD_MIB, true, 0 },
		{ "control pages", kd_add(CONTROL_BYTES, tables), page_size, 0, false, 0 },
	};

	memcpy(ret, list, sizeof(list));
	return KD_ARRAY_SIZE(list);
}

static void add(struct kdump_estimate *est, struct kdump_part part)
{
	if (!part.low && !part.high)
		part.low = part.high = part.bytes;
	if (est->n_parts < KD_PARTS_MAX)
		est->parts[est->n_parts++] = part;
}

#define FACTORS(load, tmpfs, run) { load, tmpfs, run }

/*
 * What a segment unpacks to whose codec this build lacks (or LZO, which none
 * has): real initramfs unpack to 2 to 4 times what is stored.
 */
#define UNREAD_FACTOR	5
#define UNREAD_FACTOR_MIN 2
#define UNREAD_WINDOW	(8 * KD_MIB)

static void add_unread(struct kdump_estimate *est, uint64_t stored)
{
	if (!stored)
		return;
	add(est, (struct kdump_part){
		.id = "initramfs-unread", .title = "initramfs that could not be unpacked here",
		.source = "5 times what is stored (2 to 5): its codec is not in this build",
		.bytes = kd_mul(stored, UNREAD_FACTOR), .low = kd_mul(stored, UNREAD_FACTOR_MIN),
		.high = kd_mul(stored, UNREAD_FACTOR),
		.basis = KDUMP_BASIS_MODELLED, .factor = FACTORS(0, 2, 1) });
	add(est, (struct kdump_part){
		.id = "decompressor-unread", .title = "decompressor of that part",
		.source = "the largest of the others' (measured)",
		.bytes = UNREAD_WINDOW, .low = 0, .high = UNREAD_WINDOW,
		.basis = KDUMP_BASIS_MODELLED, .factor = FACTORS(0, 0, 1) });
}

static void add_kernel(struct kdump_estimate *est, const struct kd_kernel *kernel)
{
	uint64_t init_size = kernel->init_size;

	if (kd_kernel_is_exact(kernel))
		add(est, (struct kdump_part){
			.id = "kernel", .title = "kernel in memory",
			.source = "sections and program headers of the kernel inside",
			.bytes = kernel->resident, .basis = KDUMP_BASIS_EXACT,
			.factor = FACTORS(0, 1, 1) });
	else
		add(est, (struct kdump_part){
			.id = "kernel", .title = "kernel in memory",
			.source = "init_size less 10 to 12 MiB (measured)",
			.bytes = kd_sub_floor(init_size, STARTED_LESS),
			.low = kd_sub_floor(init_size, STARTED_LESS_MAX),
			.high = kd_sub_floor(init_size, STARTED_LESS),
			.basis = KDUMP_BASIS_MODELLED, .factor = FACTORS(0, 1, 1) });
}

static void add_image(struct kdump_estimate *est, const struct kd_image_sums *sums,
		      uint64_t page_size)
{
	add(est, (struct kdump_part){
		.id = "kernel-start", .title = "kernel, while it unpacks itself",
		.source = "init_size of the setup header",
		.bytes = sums->kernel.init_size, .basis = KDUMP_BASIS_EXACT,
		.factor = FACTORS(1, 0, 0) });
	add_kernel(est, &sums->kernel);
	add(est, (struct kdump_part){
		.id = "initramfs", .title = "initramfs as stored",
		.source = "size of the file",
		.bytes = kd_round_up(sums->initramfs.stored, page_size),
		.basis = KDUMP_BASIS_EXACT, .factor = FACTORS(1, 1, 1) });
	/* tmpfs holds it once, and may fill half of the memory: twice at that wall. */
	add(est, (struct kdump_part){
		.id = "initramfs-unpacked", .title = "initramfs unpacked",
		.source = "its files, each rounded up to pages",
		.bytes = kd_initramfs_in_tmpfs(&sums->initramfs, page_size),
		.basis = KDUMP_BASIS_EXACT,
		.factor = FACTORS(0, 2, 1) });
	add(est, (struct kdump_part){
		.id = "decompressor", .title = "decompressor's window",
		.source = "header of the compressed stream",
		.bytes = sums->initramfs.window, .basis = KDUMP_BASIS_COMPUTED,
		.factor = FACTORS(0, 0, 1) });
	add_unread(est, sums->initramfs.partial_stored);
}

static void add_machine(struct kdump_estimate *est, const struct kd_estimate_machine *m)
{
	add(est, (struct kdump_part){
		.id = "elfcorehdr", .title = "description of this machine's memory",
		.source = m->elfcorehdr_known ? "crash_elfcorehdr_size"
					      : "56 bytes a CPU and a memory range",
		.bytes = kd_round_up(m->elfcorehdr, m->page_size),
		.basis = KDUMP_BASIS_COMPUTED, .factor = FACTORS(1, 1, 1) });
	add(est, (struct kdump_part){
		.id = "boot", .title = "allocations of the boot",
		.source = "14 to 27 MiB by kernel (measured)",
		.bytes = BOOT_RUN, .low = BOOT_RUN_MIN, .high = BOOT_RUN,
		.basis = KDUMP_BASIS_MODELLED, .factor = FACTORS(0, 0, 1) });
	if (m->tmpfs_limited)
		add(est, (struct kdump_part){
			.id = "boot-early", .title = "allocations before unpacking",
			.source = "2.1 to 4.5 MiB (measured)",
			.bytes = BOOT_TMPFS, .low = BOOT_TMPFS_MIN, .high = BOOT_TMPFS,
			.basis = KDUMP_BASIS_MODELLED, .factor = FACTORS(0, 1, 0) });
}

static uint64_t wall_sum(const struct kdump_estimate *est, enum kdump_wall wall)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < est->n_parts; i++)
		sum = kd_add(sum, kd_mul(est->parts[i].bytes, est->parts[i].factor[wall]));
	return sum;
}

static uint64_t run_sum(const struct kdump_estimate *est, bool tmpfs)
{
	uint64_t run = wall_sum(est, KDUMP_WALL_RUN);

	return tmpfs ? kd_max(run, wall_sum(est, KDUMP_WALL_TMPFS)) : run;
}

/*
 * The more memory, the more struct pages for it: the sections that a main part
 * of @bytes touches, and one for the low 640 KiB that every x86 crash kernel
 * gets (arch/x86/kernel/crash.c:crash_setup_memmap_entries()).
 */
static uint64_t main_sections(const struct kd_estimate_machine *m, uint64_t bytes)
{
	if (m->has_main)
		return 1 + sections_of(m, m->main.start, bytes);
	return 1 + sections_of(m, m->arch->section_bytes - m->arch->align, bytes);
}

static uint64_t add_struct_pages(struct kdump_estimate *est,
				 const struct kd_estimate_machine *m)
{
	uint64_t without = run_sum(est, m->tmpfs_limited), pages, need = without;

	for (unsigned i = 0; i < 3; i++) {
		pages = section_pages(m, main_sections(m, need));
		need = kd_add(without, pages);
	}
	add(est, (struct kdump_part){
		.id = "struct-pages", .title = "struct pages",
		.source = m->has_main ? "sections that the reservation touches"
				      : "sections, at the worst place",
		.bytes = pages, .low = section_pages(m, 2), .high = pages,
		.basis = KDUMP_BASIS_COMPUTED, .factor = FACTORS(0, 1, 1) });
	return need;
}

/* CMA is memory of the crash kernel like any other: it has struct pages too. */
static void fill_cma(struct kdump_estimate *est, const struct kd_estimate_machine *m,
		     uint64_t alone)
{
	uint64_t have = 0, sections = 0, lacking = kd_sub_floor(alone, est->main_with_cma);

	for (size_t i = 0; m->cma && i < m->cma->n; i++) {
		have = kd_add(have, kd_range_bytes(&m->cma->v[i]));
		sections += sections_of(m, m->cma->v[i].start, kd_range_bytes(&m->cma->v[i]));
	}
	est->total_with_cma = kd_add(alone, section_pages(m, sections));
	if (have)
		lacking = kd_sub_floor(est->total_with_cma, est->main_with_cma);
	else
		lacking = kd_add(lacking, section_pages(m, 1 + sections_of(m, 0, lacking)));
	est->cma = kd_round_up(lacking, KD_MIB);
}

void kd_estimate_fill(const struct kd_estimate_machine *m, const struct kd_image_sums *sums,
		      struct kdump_estimate *est)
{
	struct kd_segment segments[KD_SEGMENTS_MAX];
	uint64_t base = m->has_main ? m->main.start : m->arch->align, load, alone;
	size_t n;

	est->n_parts = 0;
	add_image(est, sums, m->page_size);
	add_machine(est, m);
	n = kd_estimate_segments(m, sums, segments);
	/* Lower down the segments' own minima would count; no crash region lies there. */
	load = kd_place_least(segments, n, kd_max(base, 32 * KD_MIB), m->page_size);
	add(est, (struct kdump_part){
		.id = "load-rest", .title = "boot parameters, purgatory, alignment",
		.source = "segments placed as the kernel places them",
		.bytes = kd_sub_floor(load, wall_sum(est, KDUMP_WALL_LOAD)),
		.basis = KDUMP_BASIS_COMPUTED, .factor = FACTORS(1, 0, 0) });
	alone = add_struct_pages(est, m);
	est->walls[KDUMP_WALL_LOAD] = wall_sum(est, KDUMP_WALL_LOAD);
	est->walls[KDUMP_WALL_RUN] = wall_sum(est, KDUMP_WALL_RUN);
	est->walls[KDUMP_WALL_TMPFS] =
		m->tmpfs_limited ? wall_sum(est, KDUMP_WALL_TMPFS) : 0;
	est->main_with_cma = kd_round_up(est->walls[KDUMP_WALL_LOAD], KD_MIB);
	est->main_alone = kd_max(kd_round_up(alone, KD_MIB), est->main_with_cma);
	est->low = m->above_4g ? SWIOTLB + SWIOTLB_REST : 0;
	fill_cma(est, m, alone);
}

int kd_needs_met(const struct kd_needs *need, uint64_t main, bool cma_known, uint64_t cma)
{
	if (main >= need->alone)
		return 1;
	if (main < need->with_cma)
		return 0;
	if (!cma_known)
		return -1;
	return cma && kd_add(main, cma) >= need->total_with_cma;
}

/*
 * A tmpfs unless root= names something, or rootfstype= names no tmpfs.  Newer
 * kernels lift the limit by initramfs_options=size=…, but older ones ignore the
 * word, and which one this is cannot be seen here: it is not counted on.
 */
bool kd_cmdline_limits_tmpfs(const char *cmdline)
{
	struct kd_word word;

	if (kd_cmdline_last(cmdline, "root", &word) && word.value_len)
		return false;
	return !kd_cmdline_last(cmdline, "rootfstype", &word) || !word.value ||
	       memmem(word.value, word.value_len, "tmpfs", 5);
}
