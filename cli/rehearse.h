/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The guests that a rehearsal wants, one after the other: started, listened to, ended.
 * What it all means is for the library to say.
 */
#ifndef CRASHCTL_REHEARSE_H
#define CRASHCTL_REHEARSE_H

#include <sys/types.h>

#include <libkdump.h>

#include "msg.h"

struct rehearse_trial {
	uint64_t main;
	enum kdump_rehearsed result;
};

#define REHEARSE_TRIALS_MAX 40

struct rehearse {
	const struct globals *g;
	struct kdump_ctx *ctx;
	struct kdump_rehearsal *rehearsal;
	const char *machine;		/* as uname -m names it */
	bool search;
	unsigned seconds;
	char *program;			/* QEMU's; NULL until it was found */
	bool kvm;
	gid_t kvm_group;
	bool sandbox;
	struct rehearse_trial trials[REHEARSE_TRIALS_MAX];
	size_t n_trials;
	int64_t milliseconds;		/* that all of them took */
	int kept;			/* the minimum, for estimate: 1, 0, -1 there is none */
};

/*
 * Ends by the signal, with nothing left behind, if one comes.  Returns: 0 each guest was
 * heard to its end, -1 with @error.
 */
int rehearse_run(struct rehearse *run, struct error *error);
void rehearse_free(struct rehearse *run);

#endif
