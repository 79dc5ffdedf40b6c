/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * load, reload and unload: the same objects, and one function of the library
 * that differs.
 */
#include <errno.h>

#include "names.h"
#include "options.h"
#include "out.h"
#include "session.h"

struct load_options {
	struct globals *g;
	struct image_options image;
	struct change_options change;
	bool if_stale;
};

enum { OPT_IF_STALE = 0x300, OPT_SYSCALL };

#define SYSCALL_OPTION { "syscall", OPT_SYSCALL, "CALL", 0, \
	"auto, file (kexec_file_load) or segments (kexec_load)", 0 }

static const struct argp_option load_only_options[] = {
	SYSCALL_OPTION,
	{ NULL, 0, NULL, 0, NULL, 0 }
};
static const struct argp_option reload_options[] = {
	SYSCALL_OPTION,
	{ "if-stale", OPT_IF_STALE, NULL, 0,
	  "only if what is loaded is not what would be loaded now", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct load_options *opt = state->input;
	enum kdump_syscall call;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &opt->image;
		state->child_inputs[1] = &opt->change;
		state->child_inputs[2] = opt->g;
		return 0;
	case OPT_IF_STALE:
		opt->if_stale = true;
		return 0;
	case OPT_SYSCALL:
		if (syscall_by_name(arg, &call))
			return options_wrong(state, opt->g,
					     "--syscall: '%s' is none of auto, file, segments",
					     arg);
		opt->image.syscall = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_unload(int key, char *arg, struct argp_state *state)
{
	struct load_options *opt = state->input;

	(void)arg;
	if (key != ARGP_KEY_INIT)
		return ARGP_ERR_UNKNOWN;
	state->child_inputs[0] = opt->g;
	return 0;
}

static const struct argp_child load_children[] = {
	CHILD_IMAGE, CHILD_CHANGE, CHILD_GLOBAL, { NULL, 0, NULL, 0 },
};
static const struct argp_child unload_children[] = { CHILD_GLOBAL, { NULL, 0, NULL, 0 } };

static const struct argp load_argp = {
	.options = load_only_options,
	.parser = parse,
	.doc = "Load the crash kernel and its initramfs, in place of what is loaded.",
	.children = load_children,
	.help_filter = options_help,
};
static const struct argp reload_argp = {
	.options = reload_options,
	.parser = parse,
	.doc = "Load the crash kernel and its initramfs again.",
	.children = load_children,
	.help_filter = options_help,
};
static const struct argp unload_argp = {
	.parser = parse_unload,
	.doc = "Unload the crash kernel: a panic is not captured until the next load.",
	.children = unload_children,
	.help_filter = options_help,
};

struct load_run {
	struct session s;
	struct kdump_request *rq;
	struct load_view *view;
	struct error error;
};

static int fail(struct load_run *run, int ret)
{
	error_from_ctx(&run->error, run->s.ctx, ret);
	return EXIT_FAILED;
}

static int make_request(struct load_run *run, const struct load_options *opt)
{
	int ret = session_request(&run->s, &opt->change, &run->rq, &run->error);

	/* An identifier that nothing has is a wrong argument, found out late. */
	if (ret)
		return ret == -EINVAL ? EXIT_USAGE : EXIT_FAILED;
	return EXIT_DONE;
}

/* Unloading nothing changes nothing. */
static bool is_changed(const struct load_run *run)
{
	switch (run->view->outcome) {
	case KDUMP_OUTCOME_LOADED:
	case KDUMP_OUTCOME_REPLACED:
		return true;
	case KDUMP_OUTCOME_UNPROTECTED:
		return kdump_report_is_loaded(run->s.report) != 0;
	default:
		return false;
	}
}

static int change(struct load_run *run, int (*call)(struct kdump_request *rq))
{
	struct session_change change;
	int ret;

	if (session_change_begin(&change, &run->error))
		return EXIT_FAILED;
	ret = call(run->rq);
	if (ret)
		fail(run, ret);
	session_change_end(&change);
	run->view->attempted = true;
	run->view->request = run->rq;
	run->view->outcome = kdump_request_get_outcome(run->rq);
	run->view->note = kdump_request_get_note(run->rq);
	run->view->changed = is_changed(run);
	if (!ret)
		return EXIT_DONE;
	error_add_outcome(&run->error, run->view->changed, run->view->outcome);
	return run->view->changed ? EXIT_CHANGED : EXIT_FAILED;
}

/* The check looks at what only root may see too. */
static int check(struct load_run *run)
{
	struct session_change change;
	int ret;

	if (session_change_begin(&change, &run->error))
		return EXIT_FAILED;
	ret = kdump_request_check(run->rq);
	if (ret)
		fail(run, ret);
	session_change_end(&change);
	run->view->request = run->rq;
	return ret ? EXIT_FAILED : EXIT_DONE;
}

static int load(struct load_run *run, const struct load_options *opt)
{
	struct session *s = &run->s;
	int code;

	if (session_open(s, opt->g, &run->error) ||
	    session_look(s, &opt->image, &run->error))
		return EXIT_FAILED;
	if (s->image_error.id[0]) {
		run->error = s->image_error;
		return EXIT_FAILED;
	}
	run->view->image = s->image;
	code = make_request(run, opt);
	if (code)
		return code;
	if (opt->if_stale &&
	    kdump_report_get_freshness(s->report) == KDUMP_FRESHNESS_FRESH) {
		run->view->skipped = true;
		return EXIT_DONE;
	}
	return opt->change.dry_run ? check(run) : change(run, kdump_request_load);
}

static int unload(struct load_run *run, const struct load_options *opt)
{
	int code;

	if (session_open(&run->s, opt->g, &run->error) ||
	    session_config(&run->s, NULL, &run->error) ||
	    session_report(&run->s, &run->error))
		return EXIT_FAILED;
	code = make_request(run, opt);
	return code ? code : change(run, kdump_request_unload);
}

static int show(const struct globals *g, const struct load_view *view,
		const struct error *error)
{
	if (g->json)
		return out_load_json(view, error);
	if (g->quiet || error->id[0])
		return 0;
	return out_load_text(view);
}

/* @act is one of the two above. */
static int run_command(struct globals *g, int argc, char **argv, const struct argp *argp,
		       const char *name,
		       int (*act)(struct load_run *run, const struct load_options *opt))
{
	struct load_options opt = { .g = g, .change = { .g = g } };
	struct load_view view = { .command = name, .note = "" };
	struct load_run run = { .view = &view };
	int code;

	if (options_parse(argp, g, argc, argv, 0, &opt, &code))
		return code;
	code = act(&run, &opt);
	g->changed = view.changed;
	view.config = act == unload ? NULL : run.s.config;
	view.dry_run = opt.change.dry_run;
	session_warn(&run.s);
	if (run.error.id[0])
		msg_error(&run.error);
	if (show(g, &view, &run.error))
		code = g->changed ? EXIT_CHANGED : EXIT_FAILED;
	kdump_request_unref(run.rq);
	session_close(&run.s);
	return code;
}

static int run_load(struct globals *g, int argc, char **argv)
{
	return run_command(g, argc, argv, &load_argp, "load", load);
}

static int run_reload(struct globals *g, int argc, char **argv)
{
	return run_command(g, argc, argv, &reload_argp, "reload", load);
}

static int run_unload(struct globals *g, int argc, char **argv)
{
	return run_command(g, argc, argv, &unload_argp, "unload", unload);
}

const struct command cmd_load = {
	"load", "load the crash kernel", run_load,
};
const struct command cmd_reload = {
	"reload", "load it again, after something changed", run_reload,
};
const struct command cmd_unload = {
	"unload", "unload the crash kernel", run_unload,
};
