/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What the machine adds to a crash kernel beyond the guests that the constant
 * "allocations of the boot" was measured on: these had one CPU in use, no
 * encryption, no framebuffer, pages of 4 KiB, and 81 to 283 MiB.  Per-CPU
 * memory of the first CPU, hashes, watermarks and page tables of such a kernel
 * are inside that constant and do not come again here.
 */
#ifndef KD_DECIDE_ESTIMATE_MACHINE_H
#define KD_DECIDE_ESTIMATE_MACHINE_H

#include "../facts/hardware.h"
#include "estimate.h"

struct kd_crash_cpus {
	uint64_t possible;		/* that per-CPU memory is set aside for */
	uint64_t online;		/* that are brought up */
};

/* Of @possible CPUs of the machine, by the crash kernel's command line. */
void kd_crash_cpus(const char *cmdline, uint64_t possible, struct kd_crash_cpus *ret);

struct kd_bounce_machine {
	enum kd_encryption encryption;
	bool above_4g;			/* some of the crash kernel's memory is */
	uint64_t possible_cpus;		/* of the crash kernel */
	uint64_t memory;		/* of the crash kernel; 0 unknown */
};

/* Bytes of the bounce buffer (SWIOTLB); 0 where the crash kernel has none. */
uint64_t kd_bounce_bytes(const char *cmdline, const struct kd_bounce_machine *machine);

/*
 * What a crash kernel of @memory bytes sets aside of it for hashes and
 * watermarks, beyond what one that was measured does.
 */
uint64_t kd_growth_bytes(const char *cmdline, uint64_t memory);

struct kd_machine_view {
	const char *cmdline;		/* of the crash kernel */
	uint64_t cpus_possible;		/* of the machine; 0 unknown */
	uint64_t percpu;		/* the image's template; 0 unknown */
	uint64_t page_size;
	uint64_t memory;		/* of the crash kernel; 0 unknown */
	bool above_4g;
	const struct kd_hardware *hardware;
};

#define KD_MACHINE_PARTS_MAX 8

/* Parts that lie in main; the bounce buffer is among them unless it lies in low. */
size_t kd_machine_parts(const struct kd_machine_view *view,
			struct kdump_part ret[KD_MACHINE_PARTS_MAX]);

#endif
