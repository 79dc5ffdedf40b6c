/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What the machine adds: see estimate-machine.h. */
#include "estimate-machine.h"

#include <stdlib.h>

#include "../parse/cmdline.h"

/*
 * nr_cpus= limits which CPUs are possible (kernel/smp.c:nrcpus(), where 0 is no
 * limit), possible_cpus= the same on x86 (prefill_possible_map()); maxcpus= and
 * nosmp only which are brought up, where 0 means the first alone.
 */
void kd_crash_cpus(const char *cmdline, uint64_t possible, struct kd_crash_cpus *ret)
{
	struct kd_word word;
	uint64_t n;

	*ret = (struct kd_crash_cpus){ .possible = kd_max(possible, 1) };
	if (kd_cmdline_number(cmdline, "possible_cpus", &n))
		ret->possible = kd_min(ret->possible, kd_max(n, 1));
	if (kd_cmdline_number(cmdline, "nr_cpus", &n) && n)
		ret->possible = kd_min(ret->possible, n);
	ret->online = ret->possible;
	if (kd_cmdline_number(cmdline, "maxcpus", &n))
		ret->online = kd_min(ret->online, kd_max(n, 1));
	if (kd_cmdline_last(cmdline, "nosmp", &word))
		ret->online = 1;
}

/* kernel/dma/swiotlb.c, include/linux/swiotlb.h */
#define SLAB		(2 * KD_KIB)		/* IO_TLB_SIZE */
#define SEGMENT_SLABS	128			/* IO_TLB_SEGSIZE */
#define DEFAULT_SLABS	(64 * KD_MIB / SLAB)	/* IO_TLB_DEFAULT_SIZE */
#define SLOT_BYTES	24			/* struct io_tlb_slot, one a slab */

/* swiotlb=[slabs][,areas][,force|noforce]: setup_io_tlb_npages() */
struct bounce {
	uint64_t slabs, areas;
	bool force, off;
};

static uint64_t round_up_power(uint64_t n)
{
	uint64_t power = 1;

	while (power < n && power <= UINT64_MAX / 2)
		power *= 2;
	return power;
}

/* Each area has a segment at least: round_up_default_nslabs(). */
static void adjust_areas(struct bounce *bounce, uint64_t areas)
{
	bounce->areas = round_up_power(kd_max(areas, 1));
	bounce->slabs = round_up_power(kd_max(bounce->slabs,
					      kd_mul(bounce->areas, SEGMENT_SLABS)));
}

#define SLABS_MAX (UINT64_C(1) << 32)	/* 8 TiB: as good as any that cannot be had */

static void parse_bounce(const char *cmdline, struct bounce *ret)
{
	char text[64] = "", *p = text;
	struct kd_word word;

	*ret = (struct bounce){ .slabs = DEFAULT_SLABS };
	if (!kd_cmdline_last(cmdline, "swiotlb", &word) || !word.value)
		return;
	memcpy(text, word.value, kd_min(word.value_len, sizeof(text) - 1));
	if (*p >= '0' && *p <= '9')
		ret->slabs = kd_round_up(kd_min(strtoull(p, &p, 0), SLABS_MAX), SEGMENT_SLABS);
	p += *p == ',';
	if (*p >= '0' && *p <= '9')
		adjust_areas(ret, kd_min(strtoull(p, &p, 0), SLABS_MAX));
	p += *p == ',';
	ret->force = kd_streq(p, "force");
	ret->off = kd_streq(p, "noforce");
}

/*
 * Who has one: whoever has memory that a 32-bit device cannot reach, whose
 * devices cannot read encrypted memory, or who asks (arch/x86/kernel/pci-dma.c:
 * pci_swiotlb_detect()).  A guest with encrypted memory makes it 6 % of all, 64
 * MiB to 1 GiB, unless the command line says how much
 * (arch/x86/mm/mem_encrypt_amd.c:sev_setup_arch(), swiotlb_adjust_size()).
 */
uint64_t kd_bounce_bytes(const char *cmdline, const struct kd_bounce_machine *m)
{
	struct bounce bounce;
	uint64_t share;

	parse_bounce(cmdline, &bounce);
	if (bounce.off ||
	    (!m->above_4g && m->encryption == KD_ENCRYPTION_NONE && !bounce.force))
		return 0;
	if (m->encryption == KD_ENCRYPTION_GUEST && bounce.slabs == DEFAULT_SLABS) {
		share = kd_mul(m->memory / 100, 6);
		share = kd_min(kd_max(share, DEFAULT_SLABS * SLAB), KD_GIB);
		bounce.slabs = kd_round_up(share, SLAB * SEGMENT_SLABS) / SLAB;
	}
	if (!bounce.areas)
		adjust_areas(&bounce, m->possible_cpus);
	return kd_mul(bounce.slabs, SLAB);
}

/* The largest crash kernel whose allocations are inside the measured constant. */
#define MEASURED_MAX	(300 * KD_MIB)

/*
 * mm/mm_init.c:alloc_large_system_hash() for dentries (8 bytes for each 8 KiB
 * of memory), inodes (16 KiB), TCP, UDP, mounts and PIDs: 1.8 MiB a GiB.
 */
#define HASHES_A_GIB	(1856 * KD_KIB)

/* mm/khugepaged.c:set_recommended_min_free_kbytes(): page blocks of 2 MiB, two zones. */
#define HUGE_RESERVE	(2 * 2 * KD_MIB * (2 + 3 * 3))
#define HUGE_SHARE	20			/* but not more than 5 % */

/* Below this only the kernel itself gets memory: mm/page_alloc.c:calculate_min_free_kbytes(). */
static uint64_t watermark(uint64_t memory, bool huge)
{
	uint64_t kib = kd_square_root(memory / KD_KIB * 16);
	uint64_t least = kd_min(kd_max(kib, 128), 262144) * KD_KIB;

	return huge ? kd_max(least, kd_min(HUGE_RESERVE, memory / HUGE_SHARE)) : least;
}

uint64_t kd_growth_bytes(const char *cmdline, uint64_t memory)
{
	struct kd_word word;
	bool huge;

	if (memory <= MEASURED_MAX)
		return 0;
	huge = !kd_cmdline_last(cmdline, "transparent_hugepage", &word) ||
	       word.value_len != 5 || memcmp(word.value, "never", 5);
	memory = kd_min(memory, UINT64_C(1) << 50);
	return kd_add((memory - MEASURED_MAX) / KD_MIB * (HASHES_A_GIB / 1024),
		      watermark(memory, huge) - watermark(MEASURED_MAX, huge));
}

/*
 * What one CPU more takes.  Of its area, set aside before anything else: the
 * template, what modules may use and the first dynamic part
 * (mm/percpu.c:pcpu_embed_first_chunk() gives back what is behind these).
 * Once it is up: its threads, stacks and slabs.
 */
#define PERCPU_RESERVED		(8 * KD_KIB)	/* PERCPU_MODULE_RESERVE */
#define PERCPU_DYNAMIC		(28 * KD_KIB)	/* PERCPU_DYNAMIC_RESERVE */
#define PERCPU_TEMPLATE		(256 * KD_KIB)	/* where the image does not tell: 200 to 250 */
#define CPU_ONLINE		KD_MIB
#define CPU_ONLINE_MIN		(300 * KD_KIB)

#define BEFORE_ROOTFS	{ 0, 1, 1, 1 }
#define BEFORE_INIT	{ 0, 0, 1, 1 }

static size_t put(struct kdump_part *to, struct kdump_part part)
{
	if (!part.bytes)
		return 0;
	*to = part;
	return 1;
}

static size_t put_cpus(const struct kd_machine_view *v, const struct kd_crash_cpus *cpus,
		       struct kdump_part *to)
{
	uint64_t area = kd_add(v->percpu ? v->percpu : PERCPU_TEMPLATE,
			       PERCPU_RESERVED + PERCPU_DYNAMIC);
	uint64_t bytes = kd_mul(cpus->possible - 1, kd_round_up(area, v->page_size));
	uint64_t more = cpus->online - 1;
	size_t n;

	n = put(to, (struct kdump_part){
		.id = "cpus", .title = "per-CPU memory of more CPUs than one",
		.source = v->percpu ? "the image's template, for each possible CPU"
				    : "256 KiB for each possible CPU",
		.bytes = bytes, .low = bytes, .high = bytes,
		.basis = KDUMP_BASIS_COMPUTED, .factor = BEFORE_ROOTFS });
	return n + put(to + n, (struct kdump_part){
		.id = "cpus-online", .title = "threads and stacks of more CPUs than one",
		.source = "1 MiB for each that is brought up (not measured)",
		.bytes = kd_mul(more, CPU_ONLINE), .low = kd_mul(more, CPU_ONLINE_MIN),
		.high = kd_mul(more, CPU_ONLINE),
		.basis = KDUMP_BASIS_MODELLED, .factor = BEFORE_INIT });
}

static size_t put_bounce(const struct kd_machine_view *v, const struct kd_crash_cpus *cpus,
			 struct kdump_part *to)
{
	const struct kd_bounce_machine machine = {
		.encryption = v->hardware->encryption,
		.above_4g = v->above_4g,
		.possible_cpus = cpus->possible,
		.memory = v->memory,
	};
	uint64_t buffer = kd_bounce_bytes(v->cmdline, &machine);
	uint64_t slots = kd_round_up(kd_mul(buffer / SLAB, SLOT_BYTES), v->page_size);
	uint64_t bytes = v->above_4g ? slots : kd_add(buffer, slots);

	return put(to, (struct kdump_part){
		.id = "swiotlb",
		.title = v->above_4g ? "table of the bounce buffer in low"
				     : "bounce buffer (SWIOTLB)",
		.source = v->hardware->encryption == KD_ENCRYPTION_NONE
			  ? "kernel/dma/swiotlb.c" : "memory is encrypted: devices need it",
		.bytes = bytes, .low = bytes, .high = bytes,
		.basis = KDUMP_BASIS_COMPUTED, .factor = BEFORE_ROOTFS });
}

/*
 * simpledrm and other DRM drivers draw into memory and copy from there: a
 * buffer object and a shadow of it (drivers/gpu/drm/drm_fb_helper.c).
 */
#define FRAMEBUFFER_COPIES 2

size_t kd_machine_parts(const struct kd_machine_view *v,
			struct kdump_part ret[KD_MACHINE_PARTS_MAX])
{
	uint64_t pixels = kd_mul(v->hardware->framebuffers, FRAMEBUFFER_COPIES);
	uint64_t growth = kd_growth_bytes(v->cmdline, v->memory);
	struct kd_crash_cpus cpus;
	size_t n;

	kd_crash_cpus(v->cmdline, v->cpus_possible, &cpus);
	n = put_cpus(v, &cpus, ret);
	n += put_bounce(v, &cpus, ret + n);
	n += put(ret + n, (struct kdump_part){
		.id = "framebuffer", .title = "framebuffer",
		.source = "twice the pixels shown now (not measured)",
		.bytes = pixels, .low = 0, .high = pixels,
		.basis = KDUMP_BASIS_MODELLED, .factor = BEFORE_INIT });
	return n + put(ret + n, (struct kdump_part){
		.id = "growth", .title = "hashes and watermarks of a large crash kernel",
		.source = "mm/mm_init.c, mm/page_alloc.c: beyond 300 MiB",
		.bytes = growth, .low = growth, .high = growth,
		.basis = KDUMP_BASIS_COMPUTED, .factor = BEFORE_INIT });
}
