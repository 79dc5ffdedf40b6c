/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "out.h"
#include "session.h"

#define WORD "crashkernel="

struct explain_options {
	struct globals *g;
	char **words;
	int n_words;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct explain_options *opt = state->input;

	(void)arg;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = opt->g;
		return 0;
	case ARGP_KEY_ARGS:
		opt->words = state->argv + state->next;
		opt->n_words = state->argc - state->next;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { CHILD_GLOBAL, { NULL, 0, NULL, 0 } };
static const struct argp argp = {
	.parser = parse,
	.args_doc = "[WORD...]",
	.doc = "What crashkernel= words mean to this machine's kernel. Each WORD may be "
	       "given with or without `crashkernel='; without words, those of this "
	       "boot.\v"
	       "Exit code 1 if the kernel would refuse one of them, or find no memory for "
	       "what they ask for.",
	.children = children,
	.help_filter = options_help,
};

/* NULL without memory; to be freed. */
static char *make_line(const struct explain_options *opt)
{
	char *line = NULL;
	size_t size;
	FILE *out = open_memstream(&line, &size);

	if (!out)
		return NULL;
	for (int i = 0; i < opt->n_words; i++)
		fprintf(out, "%s%s%s", i ? " " : "",
			strstr(opt->words[i], WORD) ? "" : WORD, opt->words[i]);
	if (fclose(out)) {
		free(line);
		return NULL;
	}
	return line;
}

static int read_words(struct session *s, const struct explain_options *opt,
		      struct kdump_words **ret, struct error *error)
{
	char *line = NULL;
	int err;

	if (opt->n_words) {
		line = make_line(opt);
		if (!line) {
			error_memory(error);
			return -1;
		}
	}
	err = kdump_words_new(s->ctx, s->snap, line, ret);
	if (err)
		error_from_ctx(error, s->ctx, err);
	free(line);
	return err;
}

/* The first word that would be refused is the error, or else that there is no room. */
static int check(const struct kdump_words *words, struct error *error)
{
	for (size_t i = 0; i < kdump_words_count(words); i++) {
		if (kdump_words_get_fate(words, i) != KDUMP_FATE_REFUSED)
			continue;
		error_set(error, 0, "word-refused", "", "%s: the kernel refuses it: %s",
			  kdump_words_get_text(words, i), kdump_words_get_note(words, i));
		return EXIT_FAILED;
	}
	if (kdump_words_get_placed(words) != KDUMP_PLACED_FAILS)
		return EXIT_DONE;
	error_set(error, 0, "will-not-fit", "", "the kernel would reserve nothing: %s",
		  kdump_words_get_placed_why(words));
	return EXIT_FAILED;
}

static int show(const struct globals *g, const struct kdump_words *words,
		const struct error *error)
{
	if (g->json)
		return out_explain_json(words, error);
	if (g->quiet || !words)
		return 0;
	return out_explain_text(words);
}

static int run(struct globals *g, int argc, char **argv)
{
	struct explain_options opt = { .g = g };
	struct kdump_words *words = NULL;
	struct error error = { .code = 0 };
	struct session s;
	int code;

	if (options_parse(&argp, g, argc, argv, 0, &opt, &code))
		return code;
	if (session_open(&s, g, &error) || read_words(&s, &opt, &words, &error))
		code = EXIT_FAILED;
	else
		code = check(words, &error);
	if (show(g, words, &error))
		code = EXIT_FAILED;
	if (error.id[0])
		msg_error(&error);
	kdump_words_unref(words);
	session_close(&s);
	return code;
}

const struct command cmd_explain = {
	"explain", "say what crashkernel= words mean here", run,
};
