/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <errno.h>
#include <stdlib.h>

#include "machine.h"
#include "options.h"
#include "out.h"
#include "privs.h"
#include "rehearse.h"
#include "session.h"

#define TIMEOUT_DEFAULT	300
#define TIMEOUT_MAX	86400

struct rehearse_options {
	struct globals *g;
	struct image_options image;
	struct machine_options machine;
	uint64_t main;			/* 0: what is reserved, else the estimate */
	uint64_t timeout;
	bool bisect;
};

enum { OPT_MAIN = 0x300, OPT_RAM, OPT_CPUS, OPT_TIMEOUT, OPT_BISECT };

static const struct argp_option options[] = {
	{ "main", OPT_MAIN, "SIZE", 0,
	  "what main is to be: what is reserved, else what estimate says", 0 },
	{ "ram", OPT_RAM, "SIZE", 0, "memory of the guest: as much as this takes", 0 },
	{ "cpus", OPT_CPUS, "N", 0, "CPUs of the machine: as this one has", 0 },
	{ "timeout", OPT_TIMEOUT, "SECONDS", 0, "how long a guest may run: 300", 0 },
	{ "bisect", OPT_BISECT, NULL, 0,
	  "find the smallest main that boots, and keep it for estimate", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 }
};

static error_t parse_count(struct argp_state *state, struct globals *g, const char *arg,
			   uint64_t most, uint64_t *ret)
{
	unsigned long long n;
	char *end;

	errno = 0;
	n = strtoull(arg, &end, 10);
	if (*arg < '0' || *arg > '9' || *end || errno || !n || n > most)
		return options_wrong(state, g, "%.64s: not a number from 1 to %llu", arg,
				     (unsigned long long)most);
	*ret = n;
	return 0;
}

/* 0 is "not said" below. */
static error_t parse_size(struct argp_state *state, struct globals *g, const char *arg,
			  uint64_t *ret)
{
	error_t err = options_size(state, g, arg, ret);

	return !err && !*ret ? options_wrong(state, g, "%.64s: nothing of it is too little", arg)
			     : err;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct rehearse_options *opt = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &opt->image;
		state->child_inputs[1] = opt->g;
		return 0;
	case OPT_MAIN:
		return parse_size(state, opt->g, arg, &opt->main);
	case OPT_RAM:
		return parse_size(state, opt->g, arg, &opt->machine.ram);
	case OPT_CPUS:
		return parse_count(state, opt->g, arg, 65536, &opt->machine.cpus);
	case OPT_TIMEOUT:
		return parse_count(state, opt->g, arg, TIMEOUT_MAX, &opt->timeout);
	case OPT_BISECT:
		opt->bisect = true;
		return 0;
	case ARGP_KEY_END:
		if (opt->g->sysroot)
			return options_wrong(state, opt->g, "-R: only this machine's own files "
					     "are rehearsed");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	CHILD_IMAGE, CHILD_GLOBAL, { NULL, 0, NULL, 0 },
};
static const struct argp argp = {
	.options = options,
	.parser = parse,
	.doc = "Crash this kernel with this initramfs in QEMU, and say whether the crash kernel "
	       "boots. Touches nothing of the machine.",
	.children = children,
	.help_filter = options_help,
};

/* A search begins where the model says, and needs no size. */
static int choose_main(const struct session *s, const struct rehearse_options *opt,
		       struct kdump_rehearsal *r)
{
	uint64_t main = opt->main;

	if (!main && !opt->bisect && s->report)
		kdump_report_get_size(s->report, KDUMP_POOL_MAIN, KDUMP_VIEW_RESERVED, &main);
	return main ? kdump_rehearsal_set_main(r, main) : 0;
}

static int prepare(struct session *s, const struct rehearse_options *opt, struct rehearse *run,
		   struct error *error)
{
	int ret;

	if (session_open(s, opt->g, error) || session_look(s, &opt->image, error))
		return EXIT_FAILED;
	session_warn(s);
	if (s->image_error.id[0]) {
		*error = s->image_error;
		return EXIT_FAILED;
	}
	run->ctx = s->ctx;
	run->machine = kdump_snapshot_get_arch(s->snap);
	ret = kdump_rehearsal_new(s->ctx, s->image, s->est, &run->rehearsal);
	if (!ret)
		ret = choose_main(s, opt, run->rehearsal);
	if (ret) {
		error_from_ctx(error, s->ctx, ret);
		return ret == -EINVAL && opt->main ? EXIT_USAGE : EXIT_FAILED;
	}
	kdump_rehearsal_set_guest(run->rehearsal, opt->machine.ram, run->seconds);
	return EXIT_DONE;
}

static bool would_boot(const struct rehearse *run)
{
	enum kdump_rehearsed below;

	if (run->search)
		return kdump_rehearsal_get_minimum(run->rehearsal, &below) != 0;
	return kdump_rehearsal_get_result(run->rehearsal) == KDUMP_REHEARSED_BOOTS;
}

/* An ordinary user's are shown and not kept: others could not believe them. */
static int keep(struct rehearse *run, struct error *error)
{
	int ret = privs_raise();

	if (!ret)
		ret = kdump_rehearsal_save(run->rehearsal);
	privs_lower();
	run->kept = !ret;
	if (ret >= 0)
		return 0;
	error_from_ctx(error, run->ctx, ret);
	return -1;
}

static int rehearse(struct session *s, const struct rehearse_options *opt, struct rehearse *run,
		    struct error *error)
{
	int code = prepare(s, opt, run, error);

	if (code != EXIT_DONE)
		return code;
	if (rehearse_run(run, error))
		return EXIT_FAILED;
	if (!would_boot(run))
		return EXIT_DEGRADED;
	return opt->bisect && keep(run, error) ? EXIT_FAILED : EXIT_DONE;
}

static int show(const struct globals *g, const struct rehearse_view *view,
		const struct error *error)
{
	if (g->json)
		return out_rehearse_json(view, error);
	if (g->quiet || error->id[0])
		return 0;
	return out_rehearse_text(view);
}

static int run(struct globals *g, int argc, char **argv)
{
	struct rehearse_options opt = {
		.g = g, .machine.g = g, .timeout = TIMEOUT_DEFAULT,
	};
	struct rehearse run = { .g = g, .kept = -1 };
	struct rehearse_view view = { .run = &run };
	struct error error = { .code = 0 };
	struct session s;
	int code;

	opt.image.machine = &opt.machine;
	if (options_parse(&argp, g, argc, argv, 0, &opt, &code))
		return code;
	run.search = opt.bisect;
	run.seconds = (unsigned)opt.timeout;
	code = rehearse(&s, &opt, &run, &error);
	view.config = s.config;
	view.image = s.est ? s.image : NULL;
	if (error.id[0])
		msg_error(&error);
	if (show(g, &view, &error))
		code = EXIT_FAILED;
	rehearse_free(&run);
	session_save(&s);
	session_close(&s);
	return code;
}

const struct command cmd_rehearse = {
	"rehearse", "crash this kernel in QEMU, and see whether it would be captured", run,
};
