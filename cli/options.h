/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Options that several commands share, each a child for argp, and the one way
 * to parse a command line.  Knows argp; knows nothing of crash kernels but how
 * a size is written.
 */
#ifndef CRASHCTL_OPTIONS_H
#define CRASHCTL_OPTIONS_H

#include <argp.h>
#include <stddef.h>
#include <stdint.h>

#include "msg.h"

/* -R, --json, -q, -v, --help, --usage, --version; input: struct globals. */
extern const struct argp global_argp;

/* A help_filter: without argp's lecture on the arguments of short options. */
char *options_help(int key, const char *text, void *input);

struct machine_options;

/* Which kernel, initramfs and command line; NULL where not said. */
struct image_options {
	const char *release;			/* NULL: the running kernel's */
	const char *kernel;
	const char *initramfs;
	const char *append;
	bool reuse_cmdline;
	const char *syscall;			/* one of name_syscall() */
	bool as_loaded;				/* what was named at the last load is named again */
	const struct machine_options *machine;	/* NULL: this machine */
};
extern const struct argp image_argp;

/* How a change is made; every use of --force is kept as it was written. */
#define FORCE_MAX 16
struct change_options {
	struct globals *g;
	bool dry_run;
	const char *force[FORCE_MAX];
	size_t n_force;
};
extern const struct argp change_argp;

/* Children as struct argp.children wants them, under one heading each. */
#define CHILD_GLOBAL { &global_argp, 0, "Before or after the command:", 9 }
#define CHILD_IMAGE { &image_argp, 0, "Which image (found by itself where not said):", 1 }
#define CHILD_CHANGE { &change_argp, 0, "How:", 2 }

/**
 * options_parse - one command's arguments
 * @code: the exit code, where there is nothing more to do
 *
 * Returns: 0, or -1: --help was answered or the arguments are wrong, which has
 * been said, also in JSON.
 */
int options_parse(const struct argp *argp, struct globals *g, int argc, char **argv,
		  unsigned flags, void *input, int *code);

/* Wrong arguments in JSON too, wherever --json stands in them. */
void options_usage_json(const struct globals *g, int argc, char **argv,
			const struct error *error);

/* Wrong arguments: says so and returns what a parser has to return. */
error_t options_wrong(struct argp_state *state, struct globals *g, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* A size, or NULL for a text that is none, having said so. */
error_t options_size(struct argp_state *state, struct globals *g, const char *arg,
		     uint64_t *ret);

/* Calls @add for each identifier of each --force; stops at its first failure. */
int options_each_force(const struct change_options *change,
		       int (*add)(void *data, const char *id), void *data);

#endif
