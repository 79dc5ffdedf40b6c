/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include "machine.h"
#include "options.h"
#include "out.h"
#include "session.h"

struct estimate_options {
	struct globals *g;
	struct image_options image;
	struct machine_options machine;
	bool check, explain, cma, no_cache;
};

enum { OPT_CHECK = 0x300, OPT_EXPLAIN, OPT_CMA, OPT_NO_CACHE };

static const struct argp_option options[] = {
	{ "check", OPT_CHECK, NULL, 0,
	  "exit code 0: enough is reserved, 2: too little, 4: nothing", 0 },
	{ "explain", OPT_EXPLAIN, NULL, 0,
	  "show where each part comes from, its arithmetic and its spread", 0 },
	{ "cma", OPT_CMA, NULL, 0,
	  "show beside it what a reservation that leans on CMA takes", 0 },
	{ "no-cache", OPT_NO_CACHE, NULL, 0,
	  "read the files again, and do not keep what was read", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct estimate_options *opt = state->input;

	(void)arg;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &opt->image;
		state->child_inputs[1] = &opt->machine;
		state->child_inputs[2] = opt->g;
		return 0;
	case OPT_CHECK:
		opt->check = true;
		return 0;
	case OPT_EXPLAIN:
		opt->explain = true;
		return 0;
	case OPT_CMA:
		opt->cma = true;
		return 0;
	case OPT_NO_CACHE:
		opt->no_cache = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	CHILD_IMAGE, CHILD_MACHINE, CHILD_GLOBAL, { NULL, 0, NULL, 0 },
};
static const struct argp argp = {
	.options = options,
	.parser = parse,
	.doc = "How much memory the crash kernel needs, part by part. Changes nothing.",
	.children = children,
	.help_filter = options_help,
};

static int check(const struct kdump_report *report, struct error *error)
{
	int enough = report ? kdump_report_is_enough(report) : -1;
	uint64_t main = 0;

	if (!report) {
		error_set(error, 0, "reserved-not-known", "leave --check out",
			  "what is reserved on another machine cannot be seen from here");
		return EXIT_FAILED;
	}
	if (enough < 0) {
		error_set(error, 0, "reserved-not-known", "run as root",
			  "how much is reserved is not to be seen");
		return EXIT_FAILED;
	}
	kdump_report_get_size(report, KDUMP_POOL_MAIN, KDUMP_VIEW_RESERVED, &main);
	if (!main)
		return EXIT_NOT_RESERVED;
	return enough ? EXIT_DONE : EXIT_DEGRADED;
}

static int look(struct session *s, const struct estimate_options *opt,
		struct estimate_view *view, struct error *error)
{
	if (session_open(s, opt->g, error))
		return EXIT_FAILED;
	kdump_ctx_set_cache(s->ctx, !opt->no_cache);
	if (session_look(s, &opt->image, error))
		return EXIT_FAILED;
	if (s->image_error.id[0]) {
		*error = s->image_error;
		return EXIT_FAILED;
	}
	view->image = s->image;
	return opt->check ? check(s->report, error) : EXIT_DONE;
}

static int show(const struct globals *g, const struct estimate_view *view,
		const struct error *error)
{
	if (g->json)
		return out_estimate_json(view, error);
	if (g->quiet || error->id[0])
		return 0;
	return out_estimate_text(view);
}

static int run(struct globals *g, int argc, char **argv)
{
	struct estimate_options opt = { .g = g, .machine.g = g };
	struct estimate_view view = { .explain = false };
	struct error error = { .code = 0 };
	struct session s;
	int code;

	opt.image.machine = &opt.machine;
	if (options_parse(&argp, g, argc, argv, 0, &opt, &code))
		return code;
	code = look(&s, &opt, &view, &error);
	view.config = s.config;
	view.est = s.est;
	view.report = s.report;
	view.explain = opt.explain;
	view.cma = opt.cma;
	view.use_observed = opt.machine.use_observed;
	if (error.id[0])
		msg_error(&error);
	if (show(g, &view, &error))
		code = EXIT_FAILED;
	session_save(&s);
	session_close(&s);
	return code;
}

const struct command cmd_estimate = {
	"estimate", "say how much memory the crash kernel needs", run,
};
