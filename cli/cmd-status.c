/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <string.h>

#include "names.h"
#include "options.h"
#include "out.h"
#include "session.h"

struct status_options {
	struct globals *g;
	bool strict, ours, metrics;
};

enum { OPT_STRICT = 0x300, OPT_OURS, OPT_METRICS };

static const struct argp_option options[] = {
	{ "strict", OPT_STRICT, NULL, 0, "any finding is exit code 2", 0 },
	{ "ours", OPT_OURS, NULL, 0,
	  "exit code 0 if the image is crashctl's to keep, else 1 and why", 0 },
	{ "openmetrics", OPT_METRICS, NULL, 0,
	  "write metrics for Prometheus, as node_exporter's textfile collector reads them", 0 },
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
	case OPT_OURS:
		opt->ours = true;
		return 0;
	case OPT_METRICS:
		opt->metrics = true;
		return 0;
	case ARGP_KEY_END:
		if (opt->ours && (opt->strict || opt->metrics))
			return options_wrong(state, opt->g, "--ours: not together with %s",
					     opt->strict ? "--strict" : "--openmetrics");
		if (opt->metrics && opt->g->json)
			return options_wrong(state, opt->g,
					     "--openmetrics: not together with --json");
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
	       "Exit codes: 0 captured, 2 degraded (too small, stale, or the dump would be "
	       "lost), 3 reserved but not loaded, 4 nothing reserved, 5 impossible, 6 not to be "
	       "seen by this user, 1 failed, 64 wrong arguments. With --ours: 0 or 1.",
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

/* Who captures panics in crashctl's place, or why nobody can, by its finding. */
static bool is_others(const struct kdump_report *report, struct error *error)
{
	static const char *const ids[] = {
		"other-owner", "fadump", "fadump-not-registered", "xen-pv",
		"kexec-not-built-in", "arch-not-supported",
	};

	for (size_t i = 0; i < kdump_report_count_findings(report); i++) {
		const struct kdump_finding *finding = kdump_report_get_finding(report, i);
		const char *id = kdump_finding_get_id(finding);

		for (size_t k = 0; k < ARRAY_SIZE(ids); k++) {
			if (strcmp(id, ids[k]))
				continue;
			error_set(error, 0, id, kdump_finding_get_advice(finding), "%s",
				  kdump_finding_get_text(finding));
			return true;
		}
	}
	return false;
}

/*
 * 1, or 0 or -1 with the reason.  Where words asked for memory and the kernel set none
 * aside it is ours all the same: that is for a load to fail of, not to be passed over.
 */
static int judge_ours(const struct kdump_report *report, struct error *error)
{
	uint64_t reserved = 0, booted = 0;
	bool known = kdump_report_get_size(report, KDUMP_POOL_MAIN, KDUMP_VIEW_RESERVED,
					   &reserved);

	kdump_report_get_size(report, KDUMP_POOL_MAIN, KDUMP_VIEW_BOOTED, &booted);
	if (is_others(report, error))
		return 0;
	if (reserved || booted)
		return 1;
	if (!known) {
		error_set(error, 0, "reserved-not-known", "run as root",
			  "how much is reserved is not to be seen");
		return -1;
	}
	error_set(error, 0, "not-reserved",
		  "crashctl reserve auto reserves it at the next boot (--dry-run shows how)",
		  "no memory is reserved for a crash kernel, and none was asked for");
	return 0;
}

static int show(const struct session *s, bool metrics, const struct error *error)
{
	struct error unused;
	struct status_view view = {
		.snap = s->snap, .config = s->config, .boot = s->boot,
		.report = s->report,
		.ours = s->report ? judge_ours(s->report, &unused) : -1,
	};

	if (metrics)
		return out_status_metrics(&view);
	if (s->g->json)
		return out_status_json(&view, error);
	if (s->g->quiet || error->id[0])
		return 0;
	return out_status_text(&view);
}

static int look(struct session *s, struct globals *g, struct error *error)
{
	if (session_open(s, g, error) || session_config(s, NULL, error))
		return -1;
	s->wants_boot = s->wants_capture = true;
	return session_image(s, error);
}

/*
 * By what unit files and hooks ask at each boot and each update: kernel, initramfs and
 * boot loader are not looked at.
 */
static int run_ours(struct globals *g)
{
	struct status_view view = { .ours = -1 };
	struct error error = { .code = 0 };
	struct session s;

	if (!session_open(&s, g, &error) && !session_config(&s, NULL, &error) &&
	    !session_report(&s, &error))
		view.ours = judge_ours(s.report, &error);
	if (error.id[0])
		msg_error(&error);
	view.snap = s.snap;
	view.config = s.config;
	if (g->json && out_status_json(&view, &error))
		view.ours = -1;
	session_close(&s);
	return view.ours == 1 ? EXIT_DONE : EXIT_FAILED;
}

static int run(struct globals *g, int argc, char **argv)
{
	struct status_options opt = { .g = g };
	struct error error = { .code = 0 };
	struct session s;
	int code;

	if (options_parse(&argp, g, argc, argv, 0, &opt, &code))
		return code;
	if (opt.ours)
		return run_ours(g);
	if (look(&s, g, &error))
		code = EXIT_FAILED;
	else
		code = exit_code(s.report, opt.strict);
	if (error.id[0])
		msg_error(&error);
	if (show(&s, opt.metrics, &error))
		code = EXIT_FAILED;
	session_save(&s);
	session_close(&s);
	return code;
}

const struct command cmd_status = {
	"status", "say whether a panic now would be captured", run,
};
