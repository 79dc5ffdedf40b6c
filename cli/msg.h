/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Why a command failed, once, for both people and programs; and everything that
 * is written to standard error: the error, what the library logs, progress.
 */
#ifndef CRASHCTL_MSG_H
#define CRASHCTL_MSG_H

#include <libkdump.h>

#include "cmd.h"

struct error {
	int code;		/* errno, 0 where there is none */
	char id[64];		/* stable; "" is no error */
	char message[1200];
	char advice[1200];	/* "" where nothing is known */
};

void error_set(struct error *error, int code, const char *id, const char *advice,
	       const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* What the context says of the call that just failed with @ret (-errno). */
void error_from_ctx(struct error *error, const struct kdump_ctx *ctx, int ret);
void error_memory(struct error *error);

/* How a change that failed left the machine, behind the reason why it failed. */
void error_add_outcome(struct error *error, bool changed, enum kdump_outcome outcome);

/* "crashctl: WHAT: WHY [identifier]", then what to do. */
void msg_error(const struct error *error);
/* A line of crashctl.conf that is of no use, and why. */
void msg_ignored(const char *text);

/* A kdump_log_fn. */
void msg_log(void *data, int priority, const char *text);

/* A line on a terminal for what takes longer than a second. */
struct progress {
	bool wanted, shown;
	int64_t start;		/* monotonic, nanoseconds */
	unsigned percent;
};
void progress_start(struct progress *p, const struct globals *g);
void progress_show(struct progress *p, uint64_t done, uint64_t total);
/* Of what has no end that is known: what it is at, and for how many seconds. */
void progress_say(struct progress *p, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void progress_end(struct progress *p);

#endif
