/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The loop of `crashctl watch`: waits for events, signals and the time to look
 * again, looks, loads where it has to, and tells people, programs and the service
 * manager what came of it.
 */
#ifndef CRASHCTL_WATCH_H
#define CRASHCTL_WATCH_H

#include "session.h"

struct watch_options {
	struct globals *g;
	struct image_options image;
	struct change_options change;
	bool once;
	unsigned settle, at_most;	/* milliseconds; 0: the library's own */
};

/* Until it is told to end, or, with @once, nothing is pending.  Returns the exit code. */
int watch_run(struct globals *g, const struct watch_options *opt);

#endif
