/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What `reserve' does between its arguments and its output: wish, plan,
 * refusals, steps.
 */
#ifndef CRASHCTL_RESERVE_H
#define CRASHCTL_RESERVE_H

#include "out.h"
#include "session.h"

struct size_option {
	enum { SIZE_UNSAID, SIZE_AUTO, SIZE_BYTES } kind;
	uint64_t bytes;
};

struct reserve_options {
	struct globals *g;
	struct change_options change;
	struct size_option size[KDUMP_POOLS];
	const char *text;		/* SIZE@ADDRESS…, in place of main's size */
	bool high, live, config;
	bool at;
	uint64_t address;		/* where @at */
	enum kdump_policy policy;
	const char *release, *loader;	/* NULL: all, and as found */
	bool undo, recover, configured, load_module;
};

/* What a run holds; NULL as long as it was not come to. */
struct reserve_run {
	struct session s;
	struct kdump_wish *wish;
	struct kdump_plan *plan;
	struct kdump_request *rq;
	struct kdump_apply *apply;
	struct error error;
};

/* Returns the exit code; what it learnt stands in @run and @view. */
int reserve_run(struct reserve_run *run, const struct reserve_options *opt,
		struct reserve_view *view);
/* On standard error, all but the first, which is the error of the run. */
void reserve_tell_refusals(const struct kdump_plan *plan);
void reserve_close(struct reserve_run *run);

#endif
