/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The estimate: see estimate.h. */
#include "estimate.h"

#include <stdio.h>

#include "estimate-machine.h"
#include "measured.h"
#include "observed.h"

#define SWIOTLB_REST	(8 * KD_MIB)	/* what the kernel adds itself: arch/x86 crash_reserve.h */

/* struct page is 64 bytes, and vmemmap is populated by whole sections (mm/sparse-vmemmap.c). */
#define STRUCT_PAGE	64

/* With pages of 64 KiB arm64 has larger ones (arch/arm64/include/asm/sparsemem.h). */
static uint64_t section_bytes(const struct kd_estimate_machine *m)
{
	if (m->arch == &kd_arch_arm64 && m->page_size == 64 * KD_KIB)
		return 512 * KD_MIB;
	return m->arch->section_bytes;
}

static uint64_t section_pages(const struct kd_estimate_machine *m, uint64_t sections)
{
	return kd_mul(sections, section_bytes(m) / m->page_size * STRUCT_PAGE);
}

static uint64_t sections_of(const struct kd_estimate_machine *m, uint64_t start, uint64_t bytes)
{
	uint64_t unit = section_bytes(m), first = start / unit;

	return bytes ? (start + bytes - 1) / unit - first + 1 : 0;
}

static uint64_t wall_sum(const struct kdump_estimate *est, enum kdump_wall wall)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < est->n_parts; i++)
		sum = kd_add(sum, kd_mul(est->parts[i].bytes, est->parts[i].factor[wall]));
	return sum;
}

/*
 * The spreads of independent parts add up by their squares.  Three standard
 * deviations are exceeded once in 740 on the side that counts.  The spread of
 * the measurement, in whole MiB, is one of them.
 */
#define DEVIATIONS	3
#define RESOLUTION	(KD_MIB / 3)

static uint64_t wall_margin(const struct kdump_estimate *est, enum kdump_wall wall)
{
	uint64_t squares = 0, deviation;

	for (size_t i = 0; i < est->n_parts; i++) {
		/* In KiB, so that the squares stay small. */
		deviation = kd_mul(est->parts[i].sigma, est->parts[i].factor[wall]) / KD_KIB;
		squares = kd_add(squares, kd_mul(deviation, deviation));
	}
	if (!squares)
		return 0;
	deviation = RESOLUTION / KD_KIB;
	return DEVIATIONS * kd_square_root(squares + deviation * deviation) * KD_KIB;
}

/* What memory alone must hold: every wall but that of the load. */
static uint64_t memory_sum(const struct kdump_estimate *est, const struct kd_estimate_machine *m)
{
	uint64_t most = 0;

	for (unsigned w = 0; w < KDUMP_WALLS; w++)
		if (w != KDUMP_WALL_LOAD && (w != KDUMP_WALL_TMPFS || m->tmpfs_percent))
			most = kd_max(most, kd_add(wall_sum(est, w), wall_margin(est, w)));
	return most;
}

/*
 * The more memory, the more struct pages for it: the sections that a main part
 * of @bytes touches, and one for the low 640 KiB that every x86 crash kernel
 * gets (arch/x86/kernel/crash.c:crash_setup_memmap_entries()).
 */
static uint64_t main_sections(const struct kd_estimate_machine *m, uint64_t bytes)
{
	uint64_t low = m->arch == &kd_arch_x86_64;

	if (m->has_main)
		return low + sections_of(m, m->main.start, bytes);
	return low + sections_of(m, section_bytes(m) - m->arch->align, bytes);
}

static uint64_t add_struct_pages(struct kdump_estimate *est, const struct kd_estimate_machine *m)
{
	uint64_t without = memory_sum(est, m), pages = 0, need = without, sections = 0;
	struct kdump_part part = {
		.id = "struct-pages", .title = "struct pages",
		.source = m->has_main ? "sections that the reservation touches"
				      : "sections, at the worst place",
		.basis = KDUMP_BASIS_COMPUTED, .factor = { 0, 1, 1, 1 },
	};

	for (unsigned i = 0; i < 3; i++) {
		sections = main_sections(m, need);
		pages = section_pages(m, sections);
		need = kd_add(without, pages);
	}
	part.bytes = part.high = pages;
	part.low = section_pages(m, 2);
	snprintf(part.arithmetic, sizeof(part.arithmetic),
		 "%llu sections x %llu MiB / %llu KiB x %u", (unsigned long long)sections,
		 (unsigned long long)(section_bytes(m) / KD_MIB),
		 (unsigned long long)(m->page_size / KD_KIB), STRUCT_PAGE);
	kd_estimate_add(est, &part);
	return need;
}

/* Struct pages that main has here, with what was measured, and had not in the guest. */
static uint64_t more_sections(const struct kd_estimate_machine *m)
{
	const struct kd_measured_main *measured = m->measured;
	uint64_t here = main_sections(m, measured->bytes), there;

	there = (m->arch == &kd_arch_x86_64) + sections_of(m, measured->start, measured->bytes);
	return section_pages(m, kd_sub_floor(here, there));
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

/* What the segments take beside kernel, initramfs and elfcorehdr, by placing them all. */
static void add_load_rest(struct kdump_estimate *est, const struct kd_estimate_machine *m,
			  const struct kd_image_sums *sums)
{
	struct kd_segment segments[KD_SEGMENTS_MAX];
	uint64_t base = m->has_main ? m->main.start : m->arch->align, load;
	size_t n = kd_estimate_segments(m, sums, segments);

	/* Lower down the segments' own minima would count; no crash region lies there. */
	load = kd_place_least(segments, n, kd_max(base, 32 * KD_MIB), m->page_size);
	kd_estimate_add(est, &(struct kdump_part){
		.id = "load-rest", .title = "boot parameters, purgatory, alignment",
		.source = "segments placed as the kernel places them",
		.bytes = kd_sub_floor(load, wall_sum(est, KDUMP_WALL_LOAD)),
		.basis = KDUMP_BASIS_COMPUTED, .factor = { 1, 0, 0, 0 } });
}

/* Devices that reach no higher need a bounce buffer there, if main lies above. */
static uint64_t low_bytes(const struct kd_estimate_machine *m)
{
	struct kd_bounce_machine machine = { .above_4g = true, .memory = m->ram };
	struct kd_crash_cpus cpus;
	uint64_t bytes;

	kd_crash_cpus(m->cmdline, m->cpus, &cpus);
	machine.possible_cpus = cpus.possible;
	machine.encryption = m->hardware ? m->hardware->encryption : KD_ENCRYPTION_NONE;
	bytes = kd_bounce_bytes(m->cmdline, &machine);
	return bytes ? kd_round_up(kd_add(bytes, SWIOTLB_REST), KD_MIB) : 0;
}

void kd_estimate_fill(const struct kd_estimate_machine *m, const struct kd_image_sums *sums,
		      struct kdump_estimate *est)
{
	size_t machine_first, machine_end;
	uint64_t alone;

	est->n_parts = 0;
	kd_estimate_add_image(est, m, sums);
	kd_estimate_add_boot(est, m, sums);
	machine_first = est->n_parts;
	kd_estimate_add_machine(est, m, &sums->kernel);
	machine_end = est->n_parts;
	kd_estimate_add_work(est, m);
	add_load_rest(est, m, sums);
	alone = add_struct_pages(est, m);
	if (m->observed) {
		kd_observed_apply(est, m->observed, m->elfcorehdr);
		alone = memory_sum(est, m);
	}
	if (m->measured) {
		kd_measured_apply(est, m, machine_first, machine_end, more_sections(m));
		alone = memory_sum(est, m);
	}
	for (size_t i = 0; !m->tmpfs_percent && i < est->n_parts; i++)
		est->parts[i].factor[KDUMP_WALL_TMPFS] = 0;
	for (unsigned w = 0; w < KDUMP_WALLS; w++) {
		est->walls[w] = wall_sum(est, w);
		est->margins[w] = wall_margin(est, w);
	}
	est->main_with_cma = kd_round_up(est->walls[KDUMP_WALL_LOAD], KD_MIB);
	alone = kd_max(alone, est->walls[KDUMP_WALL_LOAD]);
	est->asked_margin = kd_margin_of(&m->margin, alone);
	alone = kd_add(alone, est->asked_margin);
	est->main_alone = kd_round_up(alone, KD_MIB);
	est->low_if_above = low_bytes(m);
	est->low = m->above_4g ? est->low_if_above : 0;
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
