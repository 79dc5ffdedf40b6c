/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "file.h"
#include "json.h"
#include "machine.h"
#include "options.h"
#include "session.h"

struct facts_options {
	struct globals *g;
	struct image_options image;
	const char *output;
};

enum { OPT_OUTPUT = 0x300 };

static const struct argp_option options[] = {
	{ "output", OPT_OUTPUT, "FILE", 0,
	  "write them into FILE, in place of what it was, for its owner alone to read", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct facts_options *opt = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &opt->image;
		state->child_inputs[1] = opt->g;
		return 0;
	case OPT_OUTPUT:
		opt->output = arg;
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
	.doc = "Write what an estimate for this machine is made from as one JSON document, "
	       "for \"crashctl estimate --facts\" on another one. It holds command lines, "
	       "the memory map, mounts and the configuration of kdump. Changes nothing.",
	.children = children,
	.help_filter = options_help,
};

/* An image that cannot be read is a fact too: it is told, and stands in the file. */
static int look(struct session *s, const struct facts_options *opt,
		struct kdump_facts **facts, struct error *error)
{
	int ret;

	if (session_record(s, opt->g, error) || session_look(s, &opt->image, error))
		return EXIT_FAILED;
	if (s->image_error.id[0])
		msg_error(&s->image_error);
	ret = kdump_facts_new(s->ctx, s->image, facts);
	if (!ret)
		return EXIT_DONE;
	error_from_ctx(error, s->ctx, ret);
	return EXIT_FAILED;
}

/* With --json there is a document on standard output whatever else is written. */
static int show(const struct facts_options *opt, const struct kdump_facts *facts,
		struct error *error)
{
	const char *text = kdump_facts_get_text(facts);
	int ret = opt->output ? file_replace(opt->output, text, strlen(text)) : 0;

	if (ret) {
		error_set(error, -ret, "not-written", "", "%s: %s", opt->output,
			  strerror(-ret));
		return EXIT_FAILED;
	}
	/* What fails to be written is seen when main() flushes standard output. */
	if (!opt->output || opt->g->json)
		fputs(text, stdout);
	return EXIT_DONE;
}

static int run(struct globals *g, int argc, char **argv)
{
	/* Everything that an estimate asks is asked here too. */
	static const struct machine_options nothing;
	struct facts_options opt = { .g = g, .image.machine = &nothing };
	struct kdump_facts *facts = NULL;
	struct error error = { .code = 0 };
	struct session s;
	int code;

	if (options_parse(&argp, g, argc, argv, 0, &opt, &code))
		return code;
	code = look(&s, &opt, &facts, &error);
	if (!code)
		code = show(&opt, facts, &error);
	if (code) {
		msg_error(&error);
		if (g->json && doc_print_error(&error))
			code = EXIT_FAILED;
	}
	kdump_facts_unref(facts);
	session_close(&s);
	return code;
}

const struct command cmd_facts = {
	"facts", "write what an estimate needs to know of this machine", run,
};
