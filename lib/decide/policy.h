/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * When a watcher looks at the machine, and what it does about what it finds
 * there: at most one reload a burst of events, none where the image is right,
 * and longer and longer waits after failures.  Time is a number that is passed in,
 * in milliseconds from anywhere.
 */
#ifndef KD_DECIDE_POLICY_H
#define KD_DECIDE_POLICY_H

#include "report.h"

#define KD_EVENT_KINDS 8
#define KD_NEVER UINT64_MAX

struct kd_policy {
	/* How long a burst is over before it counts, and how long one may last at most. */
	uint64_t settle, most;
	bool pending;			/* events came that nobody has looked at yet */
	uint64_t first, last;		/* of them */
	bool writing[KD_EVENT_KINDS];	/* a file of the kind is being written */
	unsigned counts[KD_EVENT_KINDS];
	uint64_t not_before;		/* one load follows another no sooner than that */
	unsigned failures, overtaken;	/* in a row */
	uint64_t retry;			/* KD_NEVER: nothing is to be tried again */
};

void kd_policy_init(struct kd_policy *policy, uint64_t settle, uint64_t most);

/* Something happened; @writing as kdump_event_is_writing(). */
void kd_policy_note(struct kd_policy *policy, enum kdump_event_kind kind, bool writing,
		    uint64_t now);

/* When to look; KD_NEVER: not before something happens. */
uint64_t kd_policy_due(const struct kd_policy *policy);

/* Somebody looks now: what comes from here on is another burst. */
void kd_policy_looked(struct kd_policy *policy);

/* What a load has done to the image that was there. */
enum kd_touched {
	KD_TOUCHED_NOTHING,		/* or there was none, or none is there now */
	KD_TOUCHED_REPLACED,		/* it was out for a moment, for another or for itself */
};

/*
 * What came of it: @err 0 the image is right, else it is to be tried again; -ESTALE: soon,
 * for all was different by then.  Is it a failure?
 */
bool kd_policy_done(struct kd_policy *policy, int err, enum kd_touched touched, uint64_t now);

/* What is to be done about a report. */
struct kd_choice {
	enum kdump_choice what;
	const char *reason;		/* a stable identifier; crashctl(8) lists them */
	struct kd_text text;		/* the same for people */
};

void kd_policy_choose(const struct kdump_report *report, struct kd_choice *ret);

#endif
