/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The estimate: what an image needs on a machine, as a sum of named parts at
 * four walls.  Numbers in, numbers out.
 *
 *	load	the segments do not fit into main, and the load is refused
 *	tmpfs	the root tmpfs, half of the memory, cannot hold the initramfs
 *	run	memory runs out while the crash kernel unpacks and starts
 *	dump	memory runs out while the dump is written
 *
 * The need is the highest of them, each with its margin.  With a CMA pool
 * only the load wall must stand inside main.
 */
#ifndef KD_DECIDE_ESTIMATE_H
#define KD_DECIDE_ESTIMATE_H

#include "../arch/arch.h"
#include "../core/error.h"
#include "../core/ranges.h"
#include "../facts/image.h"
#include "../facts/observed.h"
#include "../facts/hardware.h"
#include "../facts/target.h"
#include "placement.h"

#define KD_ARITHMETIC 96

struct kdump_part {
	const char *id, *title, *source;
	uint64_t bytes, low, high;
	uint64_t sigma;			/* standard deviation of what was measured; 0 exact */
	enum kdump_basis basis;
	unsigned factor[KDUMP_WALLS];
	char arithmetic[KD_ARITHMETIC];	/* "3 sections x 2 MiB"; "" where there is none */
};

#define KD_PARTS_MAX 40

/* What would make the crash kernel need less, and by how much. */
struct kdump_suggestion {
	const char *id;
	char text[128];
	uint64_t bytes;			/* of main; never 0 */
};

#define KD_SUGGESTIONS_MAX 4

struct kdump_estimate {
	unsigned refs;
	size_t n_parts;
	struct kdump_part parts[KD_PARTS_MAX];
	/* Without CMA and without margin; 0: does not stand. */
	uint64_t walls[KDUMP_WALLS], margins[KDUMP_WALLS];
	uint64_t asked_margin;		/* on top of them, because the caller wants it */
	/*
	 * With the CMA that is reserved now (or none): bytes that must be
	 * there in all, and that part of it that goes to its struct pages.
	 */
	uint64_t total_with_cma;
	uint64_t main_alone, main_with_cma, low, cma;
	uint64_t low_if_above;		/* what low would be if main lay above 4 GiB */
	size_t n_suggestions;
	struct kdump_suggestion suggestions[KD_SUGGESTIONS_MAX];
	uint64_t observed_need;		/* of main, by a crash kernel's record; 0 there is none */
	bool observed_fits;		/* that was of this image */
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
	bool tmpfs;			/* the root is one, else a ramfs */
	unsigned tmpfs_percent;		/* of memory that the root may fill; 0 no limit */
	const char *cmdline;		/* of the crash kernel, never NULL */
	uint64_t cpus;			/* of the machine; 0 unknown */
	/* NULL: not looked at, and not counted. */
	const struct kd_hardware *hardware;
	const struct kd_contents *contents;
	const struct kd_dump_facts *target;
	const struct kd_dump_settings *dump;
	struct kd_margin margin;	/* asked for on top of the statistical one */
	const struct kd_observed *observed; /* in place of the parts at the dump wall, or NULL */
	const struct kd_measured_main *measured; /* of those at root and start, or NULL */
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

/* Puts one more part; low and high are its bytes unless it has a spread. */
void kd_estimate_add(struct kdump_estimate *est, const struct kdump_part *part);

/* Parts by what they are read from: the image, the boot of its kernel. */
void kd_estimate_add_image(struct kdump_estimate *est, const struct kd_estimate_machine *m,
			   const struct kd_image_sums *sums);
void kd_estimate_add_boot(struct kdump_estimate *est, const struct kd_estimate_machine *m,
			  const struct kd_image_sums *sums);

void kd_estimate_add_machine(struct kdump_estimate *est, const struct kd_estimate_machine *m,
			     const struct kd_kernel *kernel);
/* What is done once init runs: modules, and the work of the dump. */
void kd_estimate_add_work(struct kdump_estimate *est, const struct kd_estimate_machine *m);

/* Is the module loaded in the crash kernel, as far as can be told? */
bool kd_module_is_used(const struct kd_module_file *file, const struct kd_hardware *hardware);

/* Fills est->suggestions, by estimating again with what would be different. */
void kd_suggest(const struct kd_estimate_machine *machine, const struct kd_image_sums *sums,
		struct kdump_estimate *est);

/* The parts and walls; cannot fail on sums that came out of our parsers. */
void kd_estimate_fill(const struct kd_estimate_machine *machine,
		      const struct kd_image_sums *sums, struct kdump_estimate *ret);

/*
 * The segments of a kexec_file_load() in the kernel's order, and as one more
 * what the kernel takes beside them; returns how many.
 */
size_t kd_estimate_segments(const struct kd_estimate_machine *machine,
			    const struct kd_image_sums *sums,
			    struct kd_segment ret[KD_SEGMENTS_MAX]);

/* From snapshot, config and image: what both estimate and load check by. */
void kd_estimate_machine(const struct kdump_image *image, struct kd_estimate_machine *ret);

#endif
