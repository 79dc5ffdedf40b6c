/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hosts.h"
#include "machine.h"
#include "options.h"
#include "out.h"
#include "session.h"

struct estimate_options {
	struct globals *g;
	struct image_options image;
	struct machine_options machine;
	bool check, explain, cma, no_cache;
	const char **facts;		/* files of other machines */
	size_t n_facts;
};

enum { OPT_CHECK = 0x300, OPT_EXPLAIN, OPT_CMA, OPT_NO_CACHE, OPT_FACTS, OPT_RELEASE };

static const struct argp_option options[] = {
	{ "check", OPT_CHECK, NULL, 0,
	  "exit code 0: enough is reserved, 2: too little, 4: nothing", 0 },
	{ "explain", OPT_EXPLAIN, NULL, 0,
	  "show where each part comes from, its arithmetic and its spread", 0 },
	{ "cma", OPT_CMA, NULL, 0,
	  "show beside it what a reservation that leans on CMA takes", 0 },
	{ "no-cache", OPT_NO_CACHE, NULL, 0,
	  "read the files again, and do not keep what was read", 0 },
	{ "release", OPT_RELEASE, "V", 0,
	  "for the kernel of this release, as uname -r gives it, in place of the running one", 0 },
	{ "facts", OPT_FACTS, "FILE...", 0,
	  "for the machine that these facts are of; of many, one line for each", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 }
};

static error_t add_facts(struct estimate_options *opt, const char *file)
{
	const char **grown = reallocarray(opt->facts, opt->n_facts + 1, sizeof(*grown));

	if (!grown)
		return ENOMEM;
	grown[opt->n_facts++] = file;
	opt->facts = grown;
	return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct estimate_options *opt = state->input;

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
	case OPT_RELEASE:
		if (!*arg || strchr(arg, '/'))
			return options_wrong(state, opt->g, "%.64s: not a release (as uname -r "
					     "gives it)", arg);
		opt->image.release = arg;
		return 0;
	case OPT_FACTS:
		return add_facts(opt, arg);
	case ARGP_KEY_ARG:
		/* --facts *.json */
		return opt->n_facts ? add_facts(opt, arg) : ARGP_ERR_UNKNOWN;
	case ARGP_KEY_END:
		if (opt->n_facts && opt->g->sysroot)
			return options_wrong(state, opt->g, "--facts: not together with -R");
		if (opt->n_facts && opt->image.release)
			return options_wrong(state, opt->g,
					     "--facts: not together with --release");
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

static int open_one(struct session *s, const struct estimate_options *opt,
		    const char *facts, struct error *error)
{
	int ret = facts ? session_open_facts(s, opt->g, facts, error)
			: session_open(s, opt->g, error);

	if (!ret)
		kdump_ctx_set_cache(s->ctx, !opt->no_cache);
	return ret;
}

static int look(struct session *s, const void *data, const char *facts,
		struct estimate_view *view, struct error *error)
{
	const struct estimate_options *opt = data;
	int code = EXIT_FAILED;

	if (open_one(s, opt, facts, error) || session_look(s, &opt->image, error))
		;
	else if (s->image_error.id[0])
		*error = s->image_error;
	else
		code = opt->check ? check(s->report, error) : EXIT_DONE;
	view->config = s->config;
	view->image = s->est ? s->image : NULL;
	view->est = s->est;
	view->report = s->report;
	view->explain = opt->explain;
	view->cma = opt->cma;
	view->use_observed = opt->machine.use_observed;
	view->host = facts && s->snap ? kdump_snapshot_get_host(s->snap) : NULL;
	return code;
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

static int run_one(const struct estimate_options *opt)
{
	struct estimate_view view = { .explain = false };
	struct error error = { .code = 0 };
	struct session s;
	int code = look(&s, opt, opt->n_facts ? opt->facts[0] : NULL, &view, &error);

	if (error.id[0])
		msg_error(&error);
	if (show(opt->g, &view, &error))
		code = EXIT_FAILED;
	session_save(&s);
	session_close(&s);
	return code;
}

static int run(struct globals *g, int argc, char **argv)
{
	struct estimate_options opt = { .g = g, .machine.g = g };
	int code;

	opt.image.machine = &opt.machine;
	if (!options_parse(&argp, g, argc, argv, 0, &opt, &code))
		code = opt.n_facts > 1 ? hosts_run(g, opt.facts, opt.n_facts, look, &opt)
				       : run_one(&opt);
	free(opt.facts);
	return code;
}

const struct command cmd_estimate = {
	"estimate", "say how much memory the crash kernel needs", run,
};
