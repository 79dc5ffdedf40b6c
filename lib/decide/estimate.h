/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The estimate: what an image needs on a machine, as a sum of named parts at
 * three walls.  Numbers in, numbers out.
 *
 *	load	the segments do not fit into main, and the load is refused
 *	tmpfs	the root tmpfs, half of the memory, cannot hold the initramfs
 *	run	memory runs out while the crash kernel unpacks and starts
 *
 * The need is the highest of them.  With a CMA pool only the load wall must
 * stand inside main.
 */
#ifndef KD_DECIDE_ESTIMATE_H
#define KD_DECIDE_ESTIMATE_H

#include "../arch/arch.h"
#include "../core/error.h"
#include "../core/ranges.h"
#include "../facts/image.h"
#include "placement.h"

struct kdump_part {
	const char *id, *title, *source;
	uint64_t bytes, low, high;
	enum kdump_basis basis;
	unsigned factor[KDUMP_WALLS];
};

#define KD_PARTS_MAX 16

struct kdump_estimate {
	unsigned refs;
	size_t n_parts;
	struct kdump_part parts[KD_PARTS_MAX];
	uint64_t walls[KDUMP_WALLS];	/* without CMA; 0: does not stand */
	/*
	 * With the CMA that is reserved now (or none): bytes that must be
	 * there in all, and that part of it that goes to its struct pages.
	 */
	uint64_t total_with_cma;
	uint64_t main_alone, main_with_cma, low, cma;
};

/* What the estimate takes from the machine. */
struct kd_estimate_machine {
	const struct kd_arch *arch;
	uint64_t page_size;
	uint64_t ram;			/* bytes; 0 unknown */
	uint64_t elfcorehdr;		/* bytes of the segment */
	bool elfcorehdr_known;		/* from sysfs, not computed */
	bool has_main;
	struct kdump_range main;	/* as reserved now */
	const struct kd_ranges *cma;
	bool above_4g;			/* main lies, or is to lie, above the low limit */
	bool tmpfs_limited;
	size_t cmdline_len;
};

/* What an image needs, by an estimate or by the record of its load. */
struct kd_needs {
	uint64_t alone, with_cma, total_with_cma, low;
};

/*
 * Are they met: main holds all alone, or the load at least and together with
 * CMA all?  1, 0, or -1 where it depends on CMA that cannot be seen.
 */
int kd_needs_met(const struct kd_needs *need, uint64_t main, bool cma_known, uint64_t cma);

/* The parts and walls; cannot fail on sums that came out of our parsers. */
void kd_estimate_fill(const struct kd_estimate_machine *machine,
		      const struct kd_image_sums *sums, struct kdump_estimate *ret);

/*
 * The segments of a kexec_file_load() on x86 in the kernel's order
 * (arch/x86/kernel/kexec-bzimage64.c:bzImage64_load()), and as one more what
 * the kernel takes beside them; returns how many.
 */
size_t kd_estimate_segments(const struct kd_estimate_machine *machine,
			    const struct kd_image_sums *sums,
			    struct kd_segment ret[KD_SEGMENTS_MAX]);

/* Is the root file system a tmpfs of half the memory (init/do_mounts.c:init_rootfs())? */
bool kd_cmdline_limits_tmpfs(const char *cmdline);

/* From snapshot and config: what both estimate and load check by. */
void kd_estimate_machine(const struct kdump_snapshot *snap, const char *cmdline,
			 struct kd_estimate_machine *ret);

#endif
