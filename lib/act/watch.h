/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The one who watches, of whom there is one on a machine: the policy, fed with
 * events and reports by its owner's loop, and the record that it leaves for
 * others.  Loads nothing itself.
 */
#ifndef KD_ACT_WATCH_H
#define KD_ACT_WATCH_H

#include "../decide/policy.h"
#include "../facts/watch.h"

struct kdump_watch {
	unsigned refs;
	struct kdump_ctx *ctx;
	int lock;
	struct kd_policy policy;
	bool unprotected;		/* nothing is loaded, after a load that failed */
	bool now;			/* look at once, whatever the policy says */
	struct kd_choice choice;
	unsigned counts[KD_EVENT_KINDS];	/* of the burst that the choice is about */
	uint64_t begun;			/* when it was made, by the monotonic clock */
	struct kd_watch_record record, left;	/* left: as it was last written */
	struct kd_identity written;	/* the last load's own record: its events are no news */
	struct kd_text note;
};

#endif
