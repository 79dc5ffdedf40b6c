/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <libkdump.h>

#include "json.h"
#include "msg.h"
#include "options.h"

enum {
	OPT_JSON = 0x100, OPT_HELP, OPT_USAGE, OPT_VERSION,
	OPT_KERNEL, OPT_INITRAMFS, OPT_APPEND, OPT_REUSE,
	OPT_DRY_RUN, OPT_FORCE,
};

/* ---- global ---- */

static const struct argp_option global_options[] = {
	{ "sysroot", 'R', "DIR", 0,
	  "take every file from below DIR; nothing live is asked", 0 },
	{ "json", OPT_JSON, NULL, 0, "one JSON document on standard output", 0 },
	{ "quiet", 'q', NULL, 0, "errors and the exit code only", 0 },
	{ "verbose", 'v', NULL, 0, "say on standard error what is read and done", 0 },
	{ "help", OPT_HELP, NULL, 0, "show this and end", -1 },
	{ "usage", OPT_USAGE, NULL, 0, "show the options in short and end", -1 },
	{ "version", OPT_VERSION, NULL, 0, "show the version and end", -1 },
	{ NULL, 'h', NULL, OPTION_HIDDEN, NULL, -1 },
	{ NULL, 0, NULL, 0, NULL, 0 }
};

/* ARGP_NO_EXIT is on, so that main() can see whether writing this failed. */
static error_t answer_help(struct argp_state *state, struct globals *g, unsigned flags)
{
	argp_state_help(state, stdout, flags);
	g->answered = true;
	return ECANCELED;
}

static error_t answer_version(struct globals *g)
{
	printf("crashctl %d.%d.%d\n", KDUMP_VERSION_MAJOR, KDUMP_VERSION_MINOR,
	       KDUMP_VERSION_PATCH);
	g->answered = true;
	return ECANCELED;
}

static error_t parse_global(int key, char *arg, struct argp_state *state)
{
	struct globals *g = state->input;

	switch (key) {
	case 'R':
		g->sysroot = arg;
		return 0;
	case OPT_JSON:
		g->json = true;
		return 0;
	case 'q':
		g->quiet = true;
		return 0;
	case 'v':
		g->verbose = true;
		return 0;
	case 'h':
	case OPT_HELP:
		return answer_help(state, g, ARGP_HELP_STD_HELP);
	case OPT_USAGE:
		return answer_help(state, g, ARGP_HELP_USAGE);
	case OPT_VERSION:
		return answer_version(g);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp global_argp = { .options = global_options, .parser = parse_global };

char *options_help(int key, const char *text, void *input)
{
	(void)input;
	return key == ARGP_KEY_HELP_DUP_ARGS_NOTE ? NULL : (char *)text;
}

/* ---- which image ---- */

static const struct argp_option image_options[] = {
	{ "kernel", OPT_KERNEL, "FILE", 0, "kernel image, below the root of -R", 0 },
	{ "initramfs", OPT_INITRAMFS, "FILE", 0, "initramfs, below the root of -R", 0 },
	{ "append", OPT_APPEND, "WORDS", 0,
	  "words to append to the command line, in place of the distribution's", 0 },
	{ "reuse-cmdline", OPT_REUSE, NULL, 0,
	  "keep the running kernel's command line whole, without crashkernel=", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 }
};

static error_t parse_image(int key, char *arg, struct argp_state *state)
{
	struct image_options *image = state->input;

	switch (key) {
	case OPT_KERNEL:
		image->kernel = arg;
		return 0;
	case OPT_INITRAMFS:
		image->initramfs = arg;
		return 0;
	case OPT_APPEND:
		image->append = arg;
		return 0;
	case OPT_REUSE:
		image->reuse_cmdline = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp image_argp = { .options = image_options, .parser = parse_image };

/* ---- how a change is made ---- */

static const struct argp_option change_options[] = {
	{ "dry-run", OPT_DRY_RUN, NULL, 0, "say what would be done, change nothing", 0 },
	{ "force", OPT_FORCE, "ID[,ID...]", 0,
	  "override the refusals of these identifiers", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 }
};

static error_t parse_change(int key, char *arg, struct argp_state *state)
{
	struct change_options *change = state->input;

	switch (key) {
	case OPT_DRY_RUN:
		change->dry_run = true;
		return 0;
	case OPT_FORCE:
		if (change->n_force == FORCE_MAX)
			return options_wrong(state, change->g,
					     "more than %d times --force", FORCE_MAX);
		change->force[change->n_force++] = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp change_argp = { .options = change_options, .parser = parse_change };

static int each_id(const char *list, int (*add)(void *data, const char *id), void *data)
{
	char id[64];
	int ret = 0;

	while (!ret) {
		size_t len = strcspn(list, ",");

		/* An identifier that is too long is none, and is refused as such. */
		snprintf(id, sizeof(id), "%.*s",
			 (int)(len < sizeof(id) ? len : sizeof(id)), list);
		ret = add(data, id);
		if (!list[len])
			break;
		list += len + 1;
	}
	return ret;
}

int options_each_force(const struct change_options *change,
		       int (*add)(void *data, const char *id), void *data)
{
	int ret = 0;

	for (size_t i = 0; i < change->n_force && !ret; i++)
		ret = each_id(change->force[i], add, data);
	return ret;
}

/* ---- parsing ---- */

error_t options_wrong(struct argp_state *state, struct globals *g, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(g->usage_error, sizeof(g->usage_error), fmt, args);
	va_end(args);
	argp_error(state, "%s", g->usage_error);
	return EINVAL;
}

error_t options_size(struct argp_state *state, struct globals *g, const char *arg,
		     uint64_t *ret)
{
	int err = kdump_size_parse(arg, ret);

	if (err == -ERANGE)
		return options_wrong(state, g, "%s: too large a number", arg);
	if (err)
		return options_wrong(state, g, "%s: not a size (as 64M, 1G, or bytes)",
				     arg);
	return 0;
}

/* What getopt() refuses ends the parsing before a --json that stands behind it. */
static bool asks_for_json(const struct globals *g, int argc, char **argv)
{
	bool found = g->json;

	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++)
		found |= !strcmp(argv[i], "--json");
	return found;
}

void options_usage_json(const struct globals *g, int argc, char **argv,
			const struct error *error)
{
	if (asks_for_json(g, argc, argv))
		doc_print_error(error);
}

int options_parse(const struct argp *argp, struct globals *g, int argc, char **argv,
		  unsigned flags, void *input, int *code)
{
	error_t err = argp_parse(argp, argc, argv, flags | ARGP_NO_EXIT | ARGP_NO_HELP,
				 NULL, input);
	struct error error;

	if (!err)
		return 0;
	*code = g->answered ? EXIT_DONE : EXIT_USAGE;
	if (g->answered)
		return -1;
	if (err == ENOMEM) {
		*code = EXIT_FAILED;
		error_memory(&error);
		msg_error(&error);
		return -1;
	}
	error_set(&error, EINVAL, "usage", "", "%s", g->usage_error[0] ? g->usage_error :
		  "the arguments are wrong; standard error says which");
	options_usage_json(g, argc, argv, &error);
	return -1;
}
