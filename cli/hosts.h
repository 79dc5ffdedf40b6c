/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Estimates for many machines, one facts file each: a table or a document of
 * them all.  One is open at a time, so that a fleet needs no more files and no
 * more memory than a machine.
 */
#ifndef CRASHCTL_HOSTS_H
#define CRASHCTL_HOSTS_H

#include "out.h"
#include "session.h"

/*
 * Opens a session on @file and fills @view, of which @opt says how.  Returns: the
 * exit code that this machine alone would have.
 */
typedef int host_look_fn(struct session *s, const void *opt, const char *file,
			 struct estimate_view *view, struct error *error);

/* Returns: the worst of their exit codes, EXIT_FAILED being the worst of all. */
int hosts_run(const struct globals *g, const char *const *files, size_t n,
	      host_look_fn *look, const void *opt);

#endif
