/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The monitor: all that may put a crash image out of date, behind one
 * descriptor that can be polled.  It tells what happened, in the order in which
 * it was heard; what follows from that is not its business.
 */
#ifndef KD_FACTS_MONITOR_H
#define KD_FACTS_MONITOR_H

#include "../core/sys.h"
#include "follow.h"

struct kdump_event {
	enum kdump_event_kind kind;
	struct kd_text subject;
	bool writing;
};

/* Numbers of what is polled. */
enum kd_source { KD_SOURCE_UEVENTS, KD_SOURCE_FILES, KD_SOURCE_MOUNTS, KD_SOURCE_TIMER };

struct kdump_monitor {
	unsigned refs;
	struct kdump_ctx *ctx;
	int poller, mounts, timer;
	struct kd_uevents *uevents;
	struct kd_follow files;
	unsigned ready;			/* a bit a source: not yet drained */
	bool ticking, looking;
	size_t look;
	struct kdump_event event;	/* lent to the caller */
};

#endif
