/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What the crash kernel needs while it writes the dump, when the initramfs as
 * stored and the decompressor's window are long given back: the program that
 * copies, the way to the target, the key of an encrypted disk.
 *
 * To /dev/null this never was what decided.  What stands on a way that was
 * never measured is an allowance, says so, and has 0 as its lower end.
 */
#ifndef KD_DECIDE_ESTIMATE_DUMP_H
#define KD_DECIDE_ESTIMATE_DUMP_H

#include "../facts/target.h"
#include "estimate.h"

struct kd_dump_machine {
	uint64_t ram;			/* of the machine that crashes; 0 unknown */
	uint64_t page_size;
	const char *cmdline;		/* of the crash kernel */
	uint64_t cpus;			/* that the crash kernel brings up */
};

#define KD_DUMP_PARTS_MAX 16

/* Parts of the dump wall; returns how many. */
size_t kd_dump_parts(const struct kd_dump_facts *facts, const struct kd_dump_settings *settings,
		     const struct kd_dump_machine *machine,
		     struct kdump_part ret[KD_DUMP_PARTS_MAX]);

#endif
