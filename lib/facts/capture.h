/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What decides, besides memory, whether a panic ends in a dump: whether an oops or a
 * hang is one, what may reset the machine meanwhile, whether there is room for the
 * dump, and what the crash kernel has to have at hand to write it.
 */
#ifndef KD_FACTS_CAPTURE_H
#define KD_FACTS_CAPTURE_H

#include "../parse/contents.h"
#include "config.h"
#include "mounts.h"

/* One that runs now, and goes on when this kernel is gone. */
struct kd_watchdog {
	char name[16];			/* "watchdog0" */
	char identity[64];		/* what its driver calls it; "" not known */
	char module[KD_MODULE_FILE_NAME];	/* of its driver; "" built in, or not known */
	uint64_t timeout;		/* seconds; 0 not known */
};

#define KD_WATCHDOGS_MAX	8
#define KD_WAY_MODULES_MAX	32

struct kd_way_modules {
	size_t n;
	char v[KD_WAY_MODULES_MAX][KD_MODULE_FILE_NAME];
};

struct kd_capture {
	/* Of proc/sys/kernel and sys/module/kernel: 0, 1, or -1 not to be seen. */
	int panic_on_oops, hung_task_panic, softlockup_panic, hardlockup_panic;
	int post_notifiers;
	size_t n_watchdogs;
	struct kd_watchdog watchdogs[KD_WATCHDOGS_MAX];
	/* When a panic does not come by itself: -1 not to be seen. */
	int sysrq, unknown_nmi, panic_timeout;
	bool target_is_known;		/* else nothing below is */
	bool is_remote;			/* in the network */
	bool has_folder;		/* it is a folder of this machine, and: */
	struct kd_mount_look folder;
	bool has_room;
	uint64_t room;			/* bytes: free for files there, or of the raw device */
	bool protected;			/* nobody may write to the raw device */
	/* The crash kernel mounts the root file system and goes on from there. */
	bool from_root;
	int root_has_tool;		/* makedumpfile is on it; -1 not looked for */
	/*
	 * Loaded now as modules: for the file system that the crash kernel needs first, all of
	 * them; of network cards, one at least.
	 */
	struct kd_way_modules needed, cards;
};

#endif
