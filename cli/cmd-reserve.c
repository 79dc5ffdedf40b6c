/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <string.h>

#include "out.h"
#include "reserve.h"

enum {
	OPT_CMA = 0x300, OPT_LOW, OPT_HIGH, OPT_AT, OPT_POLICY, OPT_LIVE, OPT_CONFIG,
	OPT_KERNEL, OPT_BOOTLOADER, OPT_UNDO, OPT_RECOVER, OPT_LOAD_MODULE, OPT_CONFIGURED,
};

static const struct argp_option options[] = {
	{ "cma", OPT_CMA, "SIZE|auto", 0,
	  "memory that is lent to the running system until the crash", 0 },
	{ "low", OPT_LOW, "SIZE|auto", 0, "memory below 4 GiB, beside a main part above", 0 },
	{ "high", OPT_HIGH, NULL, 0, "main may lie above 4 GiB from the start", 0 },
	{ "at", OPT_AT, "ADDRESS", 0, "main begins there; for entries with nokaslr", 0 },
	{ "policy", OPT_POLICY, "WAY", 0,
	  "bottom-up or top-down: main as low or as high as it may lie", 0 },
	{ "live", OPT_LIVE, NULL, 0, "only what can be done now", 0 },
	{ "config", OPT_CONFIG, NULL, 0, "only what is for the next boot", 0 },
	{ "load-module", OPT_LOAD_MODULE, NULL, 0,
	  "load crash_grow, which is experimental, where main is to grow now", 0 },
	{ "configured", OPT_CONFIGURED, NULL, 0,
	  "now, and at least, what crashctl.conf wants reserved", 0 },
	{ "kernel", OPT_KERNEL, "RELEASE|all", 0,
	  "only the boot entries of that kernel", 0 },
	{ "bootloader", OPT_BOOTLOADER, "NAME", 0,
	  "the boot loader to configure, in place of the one that is found", 0 },
	{ "undo", OPT_UNDO, NULL, 0, "put the words of the last change back", 0 },
	{ "recover", OPT_RECOVER, NULL, 0,
	  "put a change back that was interrupted", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 }
};

static error_t parse_size(struct argp_state *state, const char *arg, enum kdump_pool pool)
{
	struct reserve_options *opt = state->input;
	struct size_option *size = &opt->size[pool];

	if (!strcmp(arg, "auto")) {
		size->kind = SIZE_AUTO;
		return 0;
	}
	size->kind = SIZE_BYTES;
	return options_size(state, opt->g, arg, &size->bytes);
}

/* SIZE, auto, or SIZE@ADDRESS with a way to look for a place beside it. */
static error_t parse_main(struct argp_state *state, const char *arg)
{
	struct reserve_options *opt = state->input;

	if (!strpbrk(arg, "@#"))
		return parse_size(state, arg, KDUMP_POOL_MAIN);
	opt->text = arg;
	return 0;
}

static error_t parse_policy(struct argp_state *state, const char *arg)
{
	struct reserve_options *opt = state->input;

	if (!strcmp(arg, "bottom-up"))
		opt->policy = KDUMP_POLICY_BOTTOM_UP;
	else if (!strcmp(arg, "top-down"))
		opt->policy = KDUMP_POLICY_TOP_DOWN;
	else
		return options_wrong(state, opt->g, "%s: bottom-up or top-down", arg);
	return 0;
}

static bool names_a_pool(const struct reserve_options *opt)
{
	bool named = opt->high || opt->text;

	for (unsigned pool = 0; pool < KDUMP_POOLS; pool++)
		named |= opt->size[pool].kind != SIZE_UNSAID;
	return named;
}

/* These three say by themselves what is to be done. */
static error_t check_whole(struct argp_state *state, const struct reserve_options *opt)
{
	bool named = names_a_pool(opt) || opt->at || opt->policy || opt->live ||
		     opt->config || opt->release;

	if (opt->undo + opt->recover + opt->configured > 1)
		return options_wrong(state, opt->g,
				     "--undo, --recover and --configured: one of them");
	if (opt->recover && opt->change.dry_run)
		return options_wrong(state, opt->g, "--recover has no --dry-run: crashctl "
				     "status says whether there is something to put back");
	if (named && opt->configured)
		return options_wrong(state, opt->g, "--configured says all: no size and no "
				     "place beside it");
	if (named || (opt->load_module && !opt->configured))
		return options_wrong(state, opt->g,
				     "--undo and --recover say all: no size and "
				     "no place beside them");
	return 0;
}

static error_t check_options(struct argp_state *state, const struct reserve_options *opt)
{
	bool named = names_a_pool(opt);

	if (opt->undo || opt->recover || opt->configured)
		return check_whole(state, opt);
	if (!named)
		return options_wrong(state, opt->g,
				     "say what to reserve: SIZE, auto, --cma, "
				     "--low or --high");
	if (opt->text && (opt->at || opt->policy))
		return options_wrong(state, opt->g,
				     "%s: says where already, without --at and --policy",
				     opt->text);
	if ((opt->at || opt->policy) && opt->size[KDUMP_POOL_MAIN].kind == SIZE_UNSAID)
		return options_wrong(state, opt->g, "--at and --policy want a SIZE");
	if (opt->live && opt->config)
		return options_wrong(state, opt->g,
				     "--live and --config: one or neither");
	if (opt->config && opt->load_module)
		return options_wrong(state, opt->g, "--load-module is for what is done now: "
				     "not beside --config");
	return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct reserve_options *opt = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &opt->change;
		state->child_inputs[1] = opt->g;
		return 0;
	case ARGP_KEY_ARG:
		return state->arg_num ? ARGP_ERR_UNKNOWN
				      : parse_main(state, arg);
	case ARGP_KEY_END:
		return check_options(state, opt);
	case OPT_CMA:
		return parse_size(state, arg, KDUMP_POOL_CMA);
	case OPT_LOW:
		return parse_size(state, arg, KDUMP_POOL_LOW);
	case OPT_HIGH:
		opt->high = true;
		return 0;
	case OPT_LIVE:
		opt->live = true;
		return 0;
	case OPT_CONFIG:
		opt->config = true;
		return 0;
	case OPT_LOAD_MODULE:
		opt->load_module = true;
		return 0;
	case OPT_CONFIGURED:
		opt->configured = true;
		return 0;
	case OPT_AT:
		opt->at = true;
		return options_size(state, opt->g, arg, &opt->address);
	case OPT_POLICY:
		return parse_policy(state, arg);
	case OPT_KERNEL:
		opt->release = strcmp(arg, "all") ? arg : NULL;
		return 0;
	case OPT_BOOTLOADER:
		opt->loader = arg;
		return 0;
	case OPT_UNDO:
		opt->undo = true;
		return 0;
	case OPT_RECOVER:
		opt->recover = true;
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
	.args_doc = "[SIZE|auto|SIZE@ADDRESS[#BU|#TD]]",
	.doc = "Set aside memory for the crash kernel: now what can be done now, and in "
	       "the boot configuration what takes a reboot.\v"
	       "SIZE is 64M, 1G or bytes, in whole MiB; `auto' takes what the image "
	       "needs; 0 gives the memory back. A pool that is not named stays as it is "
	       "configured. #BU and #TD look for a place from ADDRESS upwards or "
	       "downwards.",
	.children = children,
	.help_filter = options_help,
};

/* A plan that was refused is worth showing only to whoever asked for the plan. */
static int show(const struct globals *g, const struct reserve_view *view,
		const struct error *error)
{
	if (g->json)
		return out_reserve_json(view, error);
	if (g->quiet)
		return 0;
	out_reserve_recovered(view);
	if (view->unconfigured)
		out_reserve_unconfigured(view);
	if (!view->plan || (view->refused && !view->dry_run))
		return 0;
	return out_reserve_text(view);
}

static int run(struct globals *g, int argc, char **argv)
{
	struct reserve_options opt = { .g = g, .change = { .g = g } };
	struct reserve_run run = { .wish = NULL };
	struct reserve_view view = { .note = "" };
	int code;

	if (options_parse(&argp, g, argc, argv, 0, &opt, &code))
		return code;
	code = reserve_run(&run, &opt, &view);
	g->changed = view.changed;
	view.plan = run.plan;
	view.dry_run = opt.change.dry_run;
	view.recover = opt.recover;
	if (show(g, &view, &run.error))
		code = g->changed ? EXIT_CHANGED : EXIT_FAILED;
	if (run.error.id[0])
		msg_error(&run.error);
	if (view.refused)
		reserve_tell_refusals(run.plan);
	reserve_close(&run);
	return code;
}

const struct command cmd_reserve = {
	"reserve", "set memory aside for the crash kernel, or give it back", run,
};
