/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "options.h"
#include "watch.h"

enum { OPT_ONCE = 0x300, OPT_SETTLE, OPT_AT_MOST, OPT_FORCE };

static const struct argp_option options[] = {
	{ "once", OPT_ONCE, NULL, 0, "end when nothing is pending any more", 0 },
	{ "settle", OPT_SETTLE, "SECONDS", 0,
	  "a burst of events is over after so long a silence (default 1)", 0 },
	{ "at-most", OPT_AT_MOST, "SECONDS", 0,
	  "or after that, at the latest; and no two loads are closer (default 10)", 0 },
	{ "force", OPT_FORCE, "ID[,ID...]", 0,
	  "override the refusals of these identifiers", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 }
};

/* Parts of a second too. */
static error_t parse_seconds(struct argp_state *state, struct globals *g, const char *option,
			     const char *arg, unsigned *ret)
{
	char *end;
	double seconds;

	errno = 0;
	seconds = strtod(arg, &end);
	if (end == arg || *end || errno || !isfinite(seconds) || seconds < 0.001 ||
	    seconds > 3600)
		return options_wrong(state, g, "--%s: '%s' is not 0.001 to 3600 seconds", option,
				     arg);
	*ret = (unsigned)(seconds * 1000 + 0.5);
	return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct watch_options *opt = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = opt->g;
		return 0;
	case OPT_ONCE:
		opt->once = true;
		return 0;
	case OPT_SETTLE:
		return parse_seconds(state, opt->g, "settle", arg, &opt->settle);
	case OPT_AT_MOST:
		return parse_seconds(state, opt->g, "at-most", arg, &opt->at_most);
	case OPT_FORCE:
		if (opt->change.n_force == FORCE_MAX)
			return options_wrong(state, opt->g, "more than %d times --force",
					     FORCE_MAX);
		opt->change.force[opt->change.n_force++] = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { CHILD_GLOBAL, { NULL, 0, NULL, 0 } };
static const struct argp argp = {
	.options = options,
	.parser = parse,
	.doc = "Keep the crash image right while memory, CPUs, kernel, initramfs and "
	       "configuration change.",
	.children = children,
	.help_filter = options_help,
};

static int run(struct globals *g, int argc, char **argv)
{
	struct watch_options opt = {
		.g = g,
		.image = { .as_loaded = true },
		.change = { .g = g },
	};
	int code;

	if (options_parse(&argp, g, argc, argv, 0, &opt, &code))
		return code;
	return watch_run(g, &opt);
}

const struct command cmd_watch = {
	"watch", "keep what is loaded right while the machine changes", run,
};
