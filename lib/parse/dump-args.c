/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* makedumpfile's options: see dump-args.h. */
#include "dump-args.h"

/* Quotes as well: kdump.conf(5) shows core_collector "cp --sparse=always". */
#define BLANKS " \t\r\n\"'"

/* A word in place; the last option of a kind wins, as with getopt_long(). */
struct arg {
	const char *s;
	size_t len;
};

static bool next_arg(const char **p, struct arg *ret)
{
	*p += strspn(*p, BLANKS);
	*ret = (struct arg){ *p, strcspn(*p, BLANKS) };
	*p += ret->len;
	return ret->len;
}

static bool arg_is(struct arg arg, const char *text)
{
	return arg.len == strlen(text) && !memcmp(arg.s, text, arg.len);
}

/* At most @max; what is no number is 0, as atoi() has it. */
static uint64_t number(struct arg arg, uint64_t max)
{
	uint64_t n = 0;

	for (size_t i = 0; i < arg.len && arg.s[i] >= '0' && arg.s[i] <= '9'; i++)
		n = kd_min(n * 10 + (uint64_t)(arg.s[i] - '0'), max);
	return n;
}

static unsigned levels(struct arg arg)
{
	unsigned common = KD_DUMP_LEVEL_MAX;
	struct arg rest = arg;

	for (;;) {
		common &= (unsigned)number(rest, KD_DUMP_LEVEL_MAX);
		while (rest.len && *rest.s != ',')
			rest.s++, rest.len--;
		if (!rest.len)
			return common;
		rest.s++, rest.len--;
	}
}

#define THREADS_MAX	65536
#define BUFFER_MAX	(UINT64_C(1) << 32)	/* KiB */

enum option { OPT_OTHER, OPT_THREADS, OPT_BUFFER };

/* The long options of makedumpfile.c:longopts that take a value. */
static const struct {
	const char *name;
	enum option option;
} longs[] = {
	{ "num-threads", OPT_THREADS },
	{ "cyclic-buffer", OPT_BUFFER },
	{ "xen-syms", OPT_OTHER },
	{ "xen-vmcoreinfo", OPT_OTHER },
	{ "xen_phys_start", OPT_OTHER },
	{ "message-level", OPT_OTHER },
	{ "vtop", OPT_OTHER },
	{ "config", OPT_OTHER },
	{ "eppic", OPT_OTHER },
	{ "diskset", OPT_OTHER },
	{ "splitblock-size", OPT_OTHER },
	{ "work-dir", OPT_OTHER },
};

static void take_long(struct arg name, const char **p, struct kd_dump_settings *ret)
{
	struct arg value = { name.s, 0 };
	size_t i = 0;

	while (value.len < name.len && name.s[value.len] != '=')
		value.len++;
	name.len = value.len;
	while (i < KD_ARRAY_SIZE(longs) && !arg_is(name, longs[i].name))
		i++;
	if (i == KD_ARRAY_SIZE(longs))
		return;
	if (name.s[name.len] == '=')
		value = (struct arg){ name.s + name.len + 1,
				      strcspn(name.s + name.len + 1, BLANKS) };
	else if (!next_arg(p, &value))
		return;
	if (longs[i].option == OPT_THREADS)
		ret->threads = (unsigned)number(value, THREADS_MAX);
	else if (longs[i].option == OPT_BUFFER)
		ret->buffer = number(value, BUFFER_MAX) * KD_KIB;
}

/* Letters in one word ("-ld31"); those with a value take the rest of it, or the next word. */
static void take_short(struct arg letters, const char **p, struct kd_dump_settings *ret)
{
	for (size_t i = 0; i < letters.len; i++) {
		struct arg value = { letters.s + i + 1, letters.len - i - 1 };
		char c = letters.s[i];

		if (memchr("clpz", c, 4))
			ret->compression = c;
		/* makedumpfile.c:main(): "b:cDd:eEFfg:hi:lL:pRvXx:z" */
		if (!memchr("bdgiLx", c, 6))
			continue;
		if ((value.len || next_arg(p, &value)) && c == 'd')
			ret->level = levels(value);
		return;
	}
}

void kd_dump_options_parse(const char *options, struct kd_dump_settings *ret)
{
	struct arg arg;

	*ret = (struct kd_dump_settings){ 0 };
	while (next_arg(&options, &arg)) {
		if (arg.len > 2 && !memcmp(arg.s, "--", 2))
			take_long((struct arg){ arg.s + 2, arg.len - 2 }, &options, ret);
		else if (arg.len > 1 && *arg.s == '-' && arg.s[1] != '-')
			take_short((struct arg){ arg.s + 1, arg.len - 1 }, &options, ret);
	}
}

void kd_dump_command_parse(const char *command, struct kd_dump_settings *ret)
{
	struct arg program;
	const char *name;

	next_arg(&command, &program);
	name = memrchr(program.s, '/', program.len);
	if (name) {
		program.len -= (size_t)(name + 1 - program.s);
		program.s = name + 1;
	}
	if (!arg_is(program, "makedumpfile")) {
		*ret = (struct kd_dump_settings){ .other = true };
		return;
	}
	kd_dump_options_parse(command, ret);
}
