/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The top level: global options, the table of commands, and the end of every
 * run, where an answer that could not be written counts as a failure.
 */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "options.h"
#include "text.h"

enum { OPT_LIST_COMMANDS = 0x200 };

static const struct command *const commands[] = {
	&cmd_status, &cmd_estimate, &cmd_reserve, &cmd_load, &cmd_reload, &cmd_unload,
	&cmd_watch, &cmd_rehearse, &cmd_test, &cmd_history, &cmd_facts, &cmd_explain,
};

struct top {
	struct globals *g;
	int command;		/* its place in argv, 0 if there is none */
};

static void list_commands(FILE *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(out, "  %-10s%s\n", commands[i]->name, commands[i]->summary);
}

static error_t answer_commands(struct globals *g)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		puts(commands[i]->name);
	g->answered = true;
	return ECANCELED;
}

static const struct argp_option options[] = {
	{ "list-commands", OPT_LIST_COMMANDS, NULL, OPTION_HIDDEN, NULL, 0 },
	{ NULL, 0, NULL, 0, NULL, 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct top *top = state->input;

	(void)arg;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = top->g;
		return 0;
	case OPT_LIST_COMMANDS:
		return answer_commands(top->g);
	case ARGP_KEY_ARG:
		/* What follows belongs to the command. */
		top->command = state->next - 1;
		state->next = state->argc;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static char *list_in_help(int key, const char *text, void *input)
{
	char *list = NULL;
	size_t size;
	FILE *out;

	if (key != ARGP_KEY_HELP_POST_DOC)
		return options_help(key, text, input);
	out = open_memstream(&list, &size);
	if (!out)
		return NULL;
	fputs("Commands:\n", out);
	list_commands(out);
	fputs("\n`crashctl COMMAND --help' has a command's own options; crashctl(8) has "
	      "the rest.", out);
	return fclose(out) ? NULL : list;
}

static const struct argp_child children[] = { CHILD_GLOBAL, { NULL, 0, NULL, 0 } };
static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "COMMAND [ARGUMENT...]",
	.doc = "Reserve memory for a crash kernel, load it, and say whether a panic now "
	       "would be captured.\v",
	.children = children,
	.help_filter = list_in_help,
};

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

static int no_command(const struct globals *g, int argc, char **argv, const char *name)
{
	struct error error;

	if (name)
		error_set(&error, EINVAL, "usage", "", "%s: no such command", name);
	else
		error_set(&error, EINVAL, "usage", "", "no command given");
	msg_error(&error);
	fputs("Commands:\n", stderr);
	list_commands(stderr);
	options_usage_json(g, argc, argv, &error);
	return EXIT_USAGE;
}

static int run(struct globals *g, int argc, char **argv)
{
	static char self[] = "crashctl";
	struct top top = { .g = g };
	const struct command *command;
	char name[64];
	int code;

	/* argp and getopt() begin their messages with these names. */
	argv[0] = self;
	if (options_parse(&argp, g, argc, argv, ARGP_IN_ORDER, &top, &code))
		return code;
	command = top.command ? find_command(argv[top.command]) : NULL;
	if (!command)
		return no_command(g, argc, argv, top.command ? argv[top.command] : NULL);
	snprintf(name, sizeof(name), "crashctl %s", command->name);
	argv[top.command] = name;
	return command->run(g, argc - top.command, argv + top.command);
}

/*
 * Where standard output or error is closed, the next file opened would take its
 * place, and the next message would be written into it: a file of /sys perhaps.
 */
static int keep_standard_fds(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return -1;
	} while (fd <= STDERR_FILENO);
	close(fd);
	return 0;
}

/* A full disk, or a pipe that nobody reads, shows at the last flush. */
static int finish(const struct globals *g, int code)
{
	bool failed = ferror(stdout);	/* and its reason is long gone */
	const char *why = fflush(stdout) ? strerror(errno) : "write error";

	if (!failed && !ferror(stdout))
		return code;
	fprintf(stderr, "crashctl: standard output: %s\n", why);
	return code == EXIT_CHANGED || g->changed ? EXIT_CHANGED : EXIT_FAILED;
}

int main(int argc, char **argv)
{
	struct globals g = { .sysroot = NULL };

	if (keep_standard_fds())
		return EXIT_FAILED;
	/* For the width of characters; numbers and messages stay as they are. */
	setlocale(LC_CTYPE, "");
	return finish(&g, run(&g, argc, argv));
}
