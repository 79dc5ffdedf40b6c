/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The kernel command line: splitting as lib/cmdline.c:next_arg() does, and editing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../lib/parse/cmdline.h"

/* Each word as "name", or "name=value" with a '|' for the '='. */
static const struct {
	const char *line, *words;
} splits[] = {
	{ "", "" },
	{ " \t ", "" },
	{ "\n", "" },
	{ "quiet", "quiet;" },
	{ "quiet\n", "quiet;" },
	{ "a b  c", "a;b;c;" },
	{ "  a\tb\vc\fd\re\nf", "a;b;c;d;e;f;" },
	{ "root=/dev/sda1 ro", "root|/dev/sda1;ro;" },
	{ "root=UUID=1-2", "root|UUID=1-2;" },
	{ "a= b", "a|;b;" },
	{ "=a b", "=a;b;" },
	{ "=a=b", "=a|b;" },
	{ "==b", "=|b;" },

	/* Quotes: around the value, around the word, in the middle, open. */
	{ "a=\"b c\" d", "a|b c;d;" },
	{ "\"a=b c\" d", "a|b c;d;" },
	{ "a=\"b c", "a|b c;" },
	{ "\"a b", "a b;" },
	{ "a\"b c\"d e", "a\"b c\"d;e;" },
	{ "a=b\"c d\" e", "a|b\"c d\";e;" },
	{ "a=\"b\"c d", "a|b\"c;d;" },
	{ "a=\"b\"c\" d", "a|b\"c\" d;" },
	{ "a=\"\" b", "a|;b;" },
	{ "a=\"", "a|;" },
	{ "\"", ";" },
	{ "\"\" a", ";a;" },
	{ "\"a\"", "a;" },
	{ "\"a=\"b c\"", "a|b;c\";" },
	{ "\"a=\"\" b", "a|\" b;" },
	{ "dyndbg=\"file drivers/usb/* +p; module x +p\" y",
	  "dyndbg|file drivers/usb/* +p; module x +p;y;" },

	/* The kernel's isspace() takes a no-break space, in UTF-8 letters too. */
	{ "a\xa0" "b", "a;b;" },
	{ "a=\xc3\xa0" "b", "a|\xc3;b;" },

	/* What is behind a lone "--" is for init. */
	{ "a -- b c", "a;" },
	{ "-- b", "" },
	{ "a \"--\" b", "a;" },
	{ "a --b --=c -", "a;--b;--|c;-;" },
};

static void describe(const char *line, char *out, size_t size)
{
	struct kd_word word;
	size_t pos = 0, n = 0;

	out[0] = '\0';
	while (kd_cmdline_next(line, &pos, &word)) {
		n += (size_t)snprintf(out + n, size - n, "%.*s", (int)word.name_len,
				      word.name);
		if (word.value)
			n += (size_t)snprintf(out + n, size - n, "|%.*s",
					      (int)word.value_len, word.value);
		n += (size_t)snprintf(out + n, size - n, ";");
	}
}

static void test_split(void **state)
{
	char out[256];

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(splits); i++) {
		describe(splits[i].line, out, sizeof(out));
		assert_string_equal(out, splits[i].words);
	}
}

static void test_place(void **state)
{
	static const char line[] = " a \"b=c d\" e=\"f";
	struct kd_word word;
	size_t pos = 0;

	(void)state;
	assert_true(kd_cmdline_next(line, &pos, &word));
	assert_int_equal(word.start, 1);
	assert_int_equal(word.len, 1);
	assert_int_equal(pos, 2);
	assert_null(word.value);
	assert_true(kd_cmdline_next(line, &pos, &word));
	assert_int_equal(word.start, 3);
	assert_int_equal(word.len, 7);
	assert_false(word.open);
	assert_true(kd_cmdline_next(line, &pos, &word));
	assert_int_equal(word.start, 11);
	assert_int_equal(word.len, 4);
	assert_true(word.open);
	assert_false(kd_cmdline_next(line, &pos, &word));
	assert_int_equal(word.start, 11);

	pos = 0;
	assert_true(kd_cmdline_next("a -- b", &pos, &word));
	assert_false(kd_cmdline_next("a -- b", &pos, &word));
	assert_int_equal(pos, 2);
	assert_false(kd_cmdline_next("a -- b", &pos, &word));
	assert_int_equal(pos, 2);
}

static const struct {
	const char *line, *name;
	bool is;
} names[] = {
	{ "nr_cpus=1", "nr_cpus", true },	{ "nr-cpus=1", "nr_cpus", true },
	{ "nr_cpus", "nr-cpus", true },		{ "nr_cpus=1", "nr_cpu", false },
	{ "nr_cpux=1", "nr_cpus", false },	{ "Nr_cpus=1", "nr_cpus", false },
	{ "x.nr_cpus=1", "nr_cpus", false },	{ "\"nr_cpus=1\"", "nr_cpus", true },
};

static void test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(names); i++) {
		struct kd_word word;
		size_t pos = 0;

		assert_true(kd_cmdline_next(names[i].line, &pos, &word));
		assert_int_equal(kd_word_is(&word, names[i].name), names[i].is);
	}
}

static void test_last(void **state)
{
	static const char line[] = "root=a quiet root=b ro -- root=c";
	struct kd_word word = { 0 };

	(void)state;
	assert_true(kd_cmdline_last(line, "root", &word));
	assert_int_equal(word.start, 13);
	assert_int_equal(word.value_len, 1);
	assert_memory_equal(word.value, "b", 1);
	assert_true(kd_cmdline_last(line, "ro", &word));
	assert_null(word.value);
	memset(&word, 0x5a, sizeof(word));
	assert_false(kd_cmdline_last(line, "rootfstype", &word));
	assert_int_equal(word.len, 0x5a5a5a5a5a5a5a5a);
}

static const char *const some[] = { "crashkernel", "nr_cpus", "quiet", NULL };
static const char *const none[] = { NULL };

static const struct {
	const char *line, *append, *want;
} edits[] = {
	{ "", NULL, "" },
	{ "", "x y", "x y" },
	{ "\n", "x", "x" },
	{ "a b", NULL, "a b" },
	{ "a  b ", NULL, "a  b " },
	{ "a  b \n", NULL, "a  b " },
	{ "a b", "", "a b" },
	{ "a b", "x", "a b x" },
	{ "a b ", "x", "a b x" },
	{ "a b\n", "x y", "a b x y" },

	/* The space behind goes along; behind the last word, the one before it. */
	{ "crashkernel=1M a", NULL, "a" },
	{ "a crashkernel=1M b", NULL, "a b" },
	{ "a crashkernel=1M", NULL, "a" },
	{ "a crashkernel=1M\n", "x", "a x" },
	{ "a  crashkernel=1M  b", NULL, "a  b" },
	{ "a crashkernel=1M  ", NULL, "a" },
	{ "crashkernel=1M", NULL, "" },
	{ "crashkernel=1M", "x", "x" },
	{ " crashkernel=1M\tcrashkernel=2M,cma ", NULL, "" },
	{ "crashkernel=2M,cma a crashkernel=1M quiet b nr-cpus=2", NULL, "a b" },
	{ "\"crashkernel=1M\" a crashkernel=\"1 M\" b", NULL, "a b" },
	{ "a crashkernel=\"1M b c", NULL, "a" },
	{ "quiets aquiet x.quiet", NULL, "quiets aquiet x.quiet" },
	{ "a=\"quiet b\" quiet c", NULL, "a=\"quiet b\" c" },

	/* init's words stay, and what the kernel shall see goes before them. */
	{ "a quiet -- quiet b", NULL, "a -- quiet b" },
	{ "a -- b", "x", "a x -- b" },
	{ "a\t-- b\n", "x", "a\tx -- b" },
	{ "-- b", "x", "x -- b" },
	{ "quiet -- b", "x y", "x y -- b" },
	{ "a \"--\"", "x", "a x \"--\"" },

	/* Behind an open quote nothing is a word. */
	{ "a b=\"c", "x", "a x b=\"c" },
	{ "\"a", "x", "x \"a" },
	{ "a b=\"c -- d", "x", "a x b=\"c -- d" },
};

static void test_compose(void **state)
{
	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(edits); i++) {
		char *out;

		assert_int_equal(kd_cmdline_compose(edits[i].line, some, edits[i].append,
						    &out), 0);
		assert_string_equal(out, edits[i].want);
		free(out);
	}
}

/* "name=value" is that value's word alone. */
static void test_compose_values(void **state)
{
	static const char *const going[] = {
		"console=hvc0", "a-b=", "=x", "q=\"r s\"", "", "-=", NULL,
	};
	static const char *const rows[][2] = {
		{ "console=hvc0 console=tty0 console console=hvc01",
		  "console=tty0 console console=hvc01" },
		{ "a_b= a-b=1 a_b", "a-b=1 a_b" },
		{ "console=\"hvc0\" x", "x" },
		{ "q=\"r s\" x=hvc0 -- console=hvc0", "q=\"r s\" x=hvc0 -- console=hvc0" },
	};

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		char *out;

		assert_int_equal(kd_cmdline_compose(rows[i][0], going, NULL, &out), 0);
		assert_string_equal(out, rows[i][1]);
		free(out);
	}
}

/* Words are taken out, the kernel's strstr() looks further. */
static void test_left_over(void **state)
{
	static const char *const lines[] = {
		"a x.crashkernel=1M", "a b=\"crashkernel=1M c\"", "a -- crashkernel=1M",
		"a crash-kernel=crashkernel=1M",
	};
	char *out;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(lines); i++) {
		assert_int_equal(kd_cmdline_compose(lines[i], some, "x", &out), 0);
		assert_non_null(strstr(out, "crashkernel="));
		free(out);
	}
	assert_int_equal(kd_cmdline_compose("a crashkernel=1M,high crashkernel=1M,low b",
					    some, NULL, &out), 0);
	assert_null(strstr(out, "crashkernel="));
	free(out);
}

static unsigned next_random(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16;
}

static void random_line(unsigned *seed, char *out, size_t size)
{
	static const char *const pieces[] = {
		"a", "b=c", "\"", "=", " ", " ", "\t", "quiet ", " quiet=1", "--", "-- ",
		" \"--\" ", "nr-cpus=2 ", "\xa0", "crashkernel=", "\n", "=\"",
	};
	unsigned n = next_random(seed) % 12;
	const char *piece;
	size_t len = 0;

	out[0] = '\0';
	while (n--) {
		piece = pieces[next_random(seed) % KD_ARRAY_SIZE(pieces)];
		len += (size_t)snprintf(out + len, size - len, "%s", piece);
	}
	/* One newline at the end is not part of the line, a second one is. */
	while (len > 1 && out[len - 1] == '\n' && out[len - 2] == '\n')
		out[--len] = '\0';
}

/* The words of @line but those named, then "x" and "y|z": what compose must leave. */
static void describe_wanted(const char *line, char *out, size_t size)
{
	struct kd_word word;
	size_t pos = 0, n = 0;
	bool added = false;

	out[0] = '\0';
	while (kd_cmdline_next(line, &pos, &word)) {
		if (kd_word_is(&word, some[0]) || kd_word_is(&word, some[1]) ||
		    kd_word_is(&word, some[2]))
			continue;
		if (word.open) {
			n += (size_t)snprintf(out + n, size - n, "x;y|z;");
			added = true;
		}
		n += (size_t)snprintf(out + n, size - n, "%.*s", (int)word.name_len,
				      word.name);
		if (word.value)
			n += (size_t)snprintf(out + n, size - n, "|%.*s",
					      (int)word.value_len, word.value);
		n += (size_t)snprintf(out + n, size - n, ";");
	}
	if (!added)
		snprintf(out + n, size - n, "x;y|z;");
}

static void test_properties(void **state)
{
	char line[256], want[512], got[512], *out, *again;
	unsigned seed = 3;
	size_t len;

	(void)state;
	for (int round = 0; round < 50000; round++) {
		random_line(&seed, line, sizeof(line));
		len = strlen(line);

		assert_int_equal(kd_cmdline_compose(line, none, NULL, &out), 0);
		if (len && line[len - 1] == '\n')
			len--;
		assert_int_equal(strlen(out), len);
		assert_memory_equal(out, line, len);
		free(out);

		assert_int_equal(kd_cmdline_compose(line, some, "x y=z", &out), 0);
		describe(out, got, sizeof(got));
		describe_wanted(line, want, sizeof(want));
		assert_string_equal(got, want);

		assert_int_equal(kd_cmdline_compose(out, some, NULL, &again), 0);
		describe(again, got, sizeof(got));
		assert_string_equal(got, want);
		free(again);
		free(out);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_place),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_last),
		cmocka_unit_test(test_compose),
		cmocka_unit_test(test_compose_values),
		cmocka_unit_test(test_left_over),
		cmocka_unit_test(test_properties),
	};

	return cmocka_run_group_tests_name("cmdline", tests, NULL, NULL);
}
