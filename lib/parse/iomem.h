/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * /proc/iomem as text in, address ranges out (kernel/resource.c:r_show()).
 * Knows which entries matter to a crash kernel; knows nothing of files.
 */
#ifndef KD_PARSE_IOMEM_H
#define KD_PARSE_IOMEM_H

#include "../core/ranges.h"
#include "../core/text.h"

/* All lists are ascending. */
struct kd_iomem {
	/*
	 * Every address is 0: the one who opened the file lacked
	 * CAP_SYS_ADMIN.  Lines are counted all the same, ranges stay empty.
	 */
	bool hidden;
	size_t crash_count;		/* "Crash kernel" entries, hidden or not */
	/*
	 * "System RAM" that lies in no other: at top level, or below what
	 * describes the device ("CXL Window 0").
	 */
	struct kd_ranges ram;
	/*
	 * "System RAM (kmem)", "System RAM (virtio_mem)": added by a driver
	 * after boot (mm/memory_hotplug.c:add_memory_driver_managed()), so not
	 * counted when crashkernel= is read.
	 */
	struct kd_ranges driver_ram;
	struct kd_ranges crash;		/* with two, the first is the low region */
	/*
	 * "System RAM" inside "System RAM": what a crash region gave back
	 * through kexec_crash_size (kernel/crash_core.c:__crash_shrink_memory()).
	 */
	struct kd_ranges given_back;
	struct kd_ranges kernel;	/* "Kernel code", "… rodata", "… data", "… bss" */
};

/*
 * Returns 0, -ENOMEM, or -EBADMSG with the line's number in @why.  An entry of
 * a kind we do not know is passed over; an empty text is -EBADMSG, and so is
 * one that is cut: the kernel ends every line with a newline.
 */
int kd_iomem_parse(const char *text, size_t len, struct kd_iomem *ret,
		   struct kd_text *why);
void kd_iomem_free(struct kd_iomem *iomem);

#endif
