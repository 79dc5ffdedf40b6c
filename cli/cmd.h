/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What a command is: a name, a sentence for the list of commands, and a
 * function that returns the exit code.  The table in main.c is the only list of
 * them: help, completion and dispatch all come from it.
 */
#ifndef CRASHCTL_CMD_H
#define CRASHCTL_CMD_H

#include <stdbool.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Exit codes; those of a verdict are in names.h. */
enum {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,	/* nothing was changed */
	EXIT_DEGRADED = 2,	/* estimate --check: too small; rehearse: it died */
	EXIT_NOT_LOADED = 3,
	EXIT_NOT_RESERVED = 4,
	EXIT_IMPOSSIBLE = 5,
	EXIT_UNKNOWN = 6,
	EXIT_CHANGED = 7,	/* failed, and the machine is left different */
	EXIT_USAGE = 64,
};

struct globals {
	const char *sysroot;		/* NULL is "/" */
	bool json, quiet, verbose;
	bool changed;			/* this run changed the machine */
	bool answered;			/* --help or --version was all that was asked */
	char usage_error[256];		/* which argument is wrong, "" if not known */
};

struct command {
	const char *name;
	const char *summary;
	int (*run)(struct globals *g, int argc, char **argv);
};

extern const struct command cmd_status, cmd_estimate, cmd_reserve, cmd_load, cmd_reload,
	cmd_unload, cmd_watch, cmd_rehearse, cmd_test, cmd_history, cmd_facts, cmd_explain;

#endif
