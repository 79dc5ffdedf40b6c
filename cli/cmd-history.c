/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include "options.h"
#include "out.h"
#include "session.h"

static error_t parse(int key, char *arg, struct argp_state *state)
{
	(void)arg;
	if (key != ARGP_KEY_INIT)
		return ARGP_ERR_UNKNOWN;
	state->child_inputs[0] = state->input;
	return 0;
}

static const struct argp_child children[] = { CHILD_GLOBAL, { NULL, 0, NULL, 0 } };
static const struct argp argp = {
	.parser = parse,
	.doc = "What earlier panics have left: the dumps that are there, the newest first, and "
	       "the last words of crash kernels that died.\v"
	       "Whether a dump is complete is told from a few KiB of it; it is not read.",
	.children = children,
	.help_filter = options_help,
};

static int look(struct session *s, const struct globals *g, struct error *error)
{
	int ret;

	if (session_open(s, g, error) || session_config(s, NULL, error))
		return -1;
	session_warn(s);
	ret = kdump_config_read_history(s->config);
	if (ret)
		error_from_ctx(error, s->ctx, ret);
	return ret;
}

static int show(const struct globals *g, const struct kdump_history *history,
		const struct error *error)
{
	if (g->json)
		return out_history_json(history, error);
	if (g->quiet || !history)
		return 0;
	return out_history_text(history);
}

static int run(struct globals *g, int argc, char **argv)
{
	struct error error = { .code = 0 };
	struct session s;
	int code;

	if (options_parse(&argp, g, argc, argv, 0, g, &code))
		return code;
	code = look(&s, g, &error) ? EXIT_FAILED : EXIT_DONE;
	if (show(g, s.config ? kdump_config_get_history(s.config) : NULL, &error))
		code = EXIT_FAILED;
	if (error.id[0])
		msg_error(&error);
	session_close(&s);
	return code;
}

const struct command cmd_history = {
	"history", "list the dumps that are there", run,
};
