/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include "names.h"
#include "options.h"
#include "out.h"
#include "session.h"

struct status_options {
	struct globals *g;
	bool strict;
};

enum { OPT_STRICT = 0x300 };

static const struct argp_option options[] = {
	{ "strict", OPT_STRICT, NULL, 0, "any finding is exit code 2", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct status_options *opt = state->input;

	(void)arg;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = opt->g;
		return 0;
	case OPT_STRICT:
		opt->strict = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { CHILD_GLOBAL, { NULL, 0, NULL, 0 } };
static const struct argp argp = {
	.options = options,
	.parser = parse,
	.doc = "Would a panic now be captured? If not: why, and what to do.\v"
	       "Exit codes: 0 captured, 2 degraded (too small or stale), 3 reserved but "
	       "not loaded, 4 nothing reserved, 5 impossible, 6 not to be seen by this "
	       "user, 1 failed, 64 wrong arguments.",
	.children = children,
	.help_filter = options_help,
};

static int exit_code(const struct kdump_report *report, bool strict)
{
	int code = verdict_exit_code(kdump_report_get_verdict(report));

	if (!code && strict && kdump_report_count_findings(report))
		return EXIT_DEGRADED;
	return code;
}

static int show(const struct session *s, const struct error *error)
{
	struct status_view view = {
		.snap = s->snap, .config = s->config, .boot = s->boot,
		.report = s->report,
	};

	if (s->g->json)
		return out_status_json(&view, error);
	if (s->g->quiet || error->id[0])
		return 0;
	return out_status_text(&view);
}

static int look(struct session *s, struct globals *g, struct error *error)
{
	if (session_open(s, g, error))
		return -1;
	s->wants_boot = true;
	return session_look(s, NULL, error);
}

static int run(struct globals *g, int argc, char **argv)
{
	struct status_options opt = { .g = g };
	struct error error = { .code = 0 };
	struct session s;
	int code;

	if (options_parse(&argp, g, argc, argv, 0, &opt, &code))
		return code;
	if (look(&s, g, &error))
		code = EXIT_FAILED;
	else
		code = exit_code(s.report, opt.strict);
	if (error.id[0])
		msg_error(&error);
	if (show(&s, &error))
		code = EXIT_FAILED;
	session_save(&s);
	session_close(&s);
	return code;
}

const struct command cmd_status = {
	"status", "say whether a panic now would be captured", run,
};
