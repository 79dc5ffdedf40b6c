/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* A panic on purpose: said, asked for once more, made; and after the next boot, recorded. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "options.h"
#include "out.h"
#include "session.h"
#include "text.h"

struct test_options {
	struct globals *g;
	struct change_options change;
	bool yes, record;
};

enum { OPT_YES = 0x300, OPT_RECORD };

static const struct argp_option options[] = {
	{ "yes-crash-now", OPT_YES, NULL, 0, "do not ask for the host name first", 0 },
	{ "record", OPT_RECORD, NULL, 0,
	  "after the next boot: write down what came of it; crashctl.service does", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct test_options *opt = state->input;

	(void)arg;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &opt->change;
		state->child_inputs[1] = opt->g;
		return 0;
	case OPT_YES:
		opt->yes = true;
		return 0;
	case OPT_RECORD:
		opt->record = true;
		return 0;
	case ARGP_KEY_END:
		if (opt->record && (opt->yes || opt->change.dry_run || opt->change.n_force))
			return options_wrong(state, opt->g, "--record stands alone");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	CHILD_CHANGE, CHILD_GLOBAL, { NULL, 0, NULL, 0 },
};
static const struct argp argp = {
	.options = options,
	.parser = parse,
	.doc = "Make this machine panic, to see whether that is captured.\v"
	       "What is not saved is lost, and every service is down until the machine is up "
	       "again. Whether a dump came of it, `crashctl status' says after the next boot.",
	.children = children,
	.help_filter = options_help,
};

struct test_run {
	struct session s;
	struct kdump_test *test;
	struct test_view view;
	struct error error;
};

static int fail(struct test_run *run, int ret)
{
	error_from_ctx(&run->error, run->s.ctx, ret);
	return EXIT_FAILED;
}

/* Whoever types the name of this machine means this machine. */
static bool is_confirmed(const struct test_run *run)
{
	const char *host = kdump_snapshot_get_host(run->s.snap);
	char line[256];

	if (!host || !isatty(STDIN_FILENO) || run->s.g->json)
		return false;
	fputs("Type the name of this host (", stderr);
	text_put(stderr, host);
	fputs(") to make it panic now: ", stderr);
	if (!fgets(line, sizeof(line), stdin))
		return false;
	line[strcspn(line, "\n")] = '\0';
	return !strcmp(line, host);
}

static int add_force(void *test, const char *id)
{
	return kdump_test_add_force(test, id);
}

static int look(struct test_run *run, const struct test_options *opt)
{
	struct session *s = &run->s;
	int ret;

	if (session_open(s, opt->g, &run->error) || session_config(s, NULL, &run->error))
		return EXIT_FAILED;
	s->wants_capture = true;
	if (session_image(s, &run->error))
		return EXIT_FAILED;
	ret = kdump_test_new(s->ctx, s->report, &run->test);
	if (ret)
		return fail(run, ret);
	ret = options_each_force(&opt->change, add_force, run->test);
	if (ret) {
		fail(run, ret);
		return EXIT_USAGE;
	}
	run->view.report = s->report;
	run->view.history = kdump_config_get_history(s->config);
	ret = kdump_test_check(run->test);
	return ret ? fail(run, ret) : EXIT_DONE;
}

/* Comes back only where it failed. */
static int go(struct test_run *run)
{
	struct session_change change;
	int ret;

	fflush(stdout);
	if (session_change_begin(&change, &run->error))
		return EXIT_FAILED;
	ret = kdump_test_panic(run->test);
	fail(run, ret);
	session_change_end(&change);
	return EXIT_FAILED;
}

static int test(struct test_run *run, const struct test_options *opt)
{
	int code = look(run, opt);

	if (code)
		return code;
	if (!opt->g->quiet && !opt->g->json && out_test_text(&run->view))
		return EXIT_FAILED;
	if (opt->change.dry_run)
		return EXIT_DONE;
	if (opt->yes || is_confirmed(run))
		return go(run);
	error_set(&run->error, 0, "not-confirmed", "crashctl test --yes-crash-now does not ask",
		  "the name of this host was not typed: nothing was done");
	return EXIT_FAILED;
}

/* That nothing waits is no failure: this is run at each boot. */
static int record(struct test_run *run, const struct test_options *opt)
{
	struct session_change change;
	struct session *s = &run->s;
	int ret;

	if (session_open(s, opt->g, &run->error) || session_config(s, NULL, &run->error))
		return EXIT_FAILED;
	if (session_change_begin(&change, &run->error))
		return EXIT_FAILED;
	ret = kdump_test_record(s->config);
	if (ret < 0)
		fail(run, ret);
	session_change_end(&change);
	run->view.recorded = ret > 0;
	opt->g->changed = ret > 0;
	return ret < 0 ? EXIT_FAILED : EXIT_DONE;
}

static int run(struct globals *g, int argc, char **argv)
{
	struct test_options opt = { .g = g, .change = { .g = g } };
	struct test_run run = { .test = NULL };
	int code;

	if (options_parse(&argp, g, argc, argv, 0, &opt, &code))
		return code;
	code = opt.record ? record(&run, &opt) : test(&run, &opt);
	run.view.dry_run = opt.change.dry_run;
	if (run.error.id[0])
		msg_error(&run.error);
	if (g->json && out_test_json(&run.view, &run.error))
		code = EXIT_FAILED;
	kdump_test_unref(run.test);
	session_close(&run.s);
	return code;
}

const struct command cmd_test = {
	"test", "make the machine panic, to see it captured", run,
};
