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
#include "text.h"

#define TIMEOUT_DEFAULT	300
#define TIMEOUT_MAX	86400

struct rehearse_options {
	struct globals *g;
	struct image_options image;
	struct machine_options machine;
	uint64_t main;			/* 0: what is reserved, else the estimate */
	uint64_t cma;			/* beside it, where that was said; else as here */
	bool has_cma;
	uint64_t timeout;
	bool bisect;
};

enum { OPT_MAIN = 0x300, OPT_CMA, OPT_RAM, OPT_CPUS, OPT_TIMEOUT, OPT_BISECT };

static const struct argp_option options[] = {
	{ "main", OPT_MAIN, "SIZE", 0,
	  "what main is to be: what is reserved, else what estimate says", 0 },
	{ "cma", OPT_CMA, "SIZE", 0, "CMA beside it: what is reserved; 0: none", 0 },
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
	case OPT_CMA:
		opt->has_cma = true;
		return options_size(state, opt->g, arg, &opt->cma);
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
		if (opt->bisect && opt->has_cma)
			return options_wrong(state, opt->g, "--cma: --bisect looks for a main "
					     "that holds alone");
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

static uint64_t pool(const struct session *s, enum kdump_pool which, enum kdump_view view)
{
	uint64_t bytes = 0;

	kdump_report_get_size(s->report, which, view, &bytes);
	return bytes;
}

/* Of CMA kernels before 6.19 do not say what they have set aside. */
static uint64_t reserved_cma(const struct session *s)
{
	uint64_t bytes;

	if (kdump_report_get_size(s->report, KDUMP_POOL_CMA, KDUMP_VIEW_RESERVED, &bytes))
		return bytes;
	return pool(s, KDUMP_POOL_CMA, KDUMP_VIEW_BOOTED);
}

/* What this machine's crash kernel has beside main, as long as there is a reservation. */
static void choose_beside(const struct session *s, const struct rehearse_options *opt,
			  struct kdump_rehearsal *r)
{
	uint64_t cma = opt->cma, low = 0;

	if (s->report && pool(s, KDUMP_POOL_MAIN, KDUMP_VIEW_RESERVED)) {
		low = pool(s, KDUMP_POOL_LOW, KDUMP_VIEW_RESERVED);
		if (!opt->has_cma)
			cma = reserved_cma(s);
	}
	kdump_rehearsal_set_beside(r, cma, low);
}

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
	choose_beside(s, opt, run->rehearsal);
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

/* A death that may be for the want of what the guest had not is no word of this machine. */
static int judge(const struct rehearse *run, struct error *error)
{
	const struct kdump_rehearsal *r = run->rehearsal;
	char main[SIZE_TEXT], lacked[SIZE_TEXT];

	if (!kdump_rehearsal_is_open(r))
		return EXIT_DEGRADED;
	error_set(error, 0, "rehearsal-lacks", "give it a --main that would hold alone",
		  "%s with %s of main, without the %s that the crash kernel has beside it here: "
		  "that says nothing of it", out_rehearsed_text(kdump_rehearsal_get_result(r)),
		  size_text(kdump_rehearsal_get_main(r), main),
		  size_text(kdump_rehearsal_get_lacked(r), lacked));
	return EXIT_FAILED;
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
		return judge(run, error);
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
