/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The grammar of crashctl.conf. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>
#include <cmocka.h>

#include "../../lib/parse/conf.h"

static void parse(const char *text, struct kd_conf *conf)
{
	assert_int_equal(kd_conf_parse(text, strlen(text), conf, NULL), 0);
}

/* One entry: its value, or NULL where the line is wrong. */
static void test_values(void **state)
{
	static const struct {
		const char *text, *key, *value;
	} rows[] = {
		{ "kernel = /boot/vmlinuz", "kernel", "/boot/vmlinuz" },
		{ "kernel=/k", "kernel", "/k" },
		{ " \t kernel \t=\t /k \t ", "kernel", "/k" },
		{ "kernel = /k\r\n", "kernel", "/k" },
		{ "kernel =", "kernel", "" },
		{ "kernel = \"\"", "kernel", "" },
		{ "a = \"b c\"", "a", "b c" },
		{ "a = 'b c'", "a", "b c" },
		{ "a = \" b \"", "a", " b " },
		{ "a = x=\"b c\"", "a", "x=\"b c\"" },
		{ "a = \"b c\" d=\"e\"", "a", "\"b c\" d=\"e\"" },
		{ "a = 'b' 'c'", "a", "'b' 'c'" },
		{ "a = b # c", "a", "b # c" },
		{ "a = b ; c", "a", "b ; c" },
		{ "a = b = c", "a", "b = c" },
		{ "a = b \\\n c", "a", "b c" },
		{ "a = b\\\nc", "a", "b c" },
		{ "a = b \\\n# no\n ; nor\n c \\\n d", "a", "b c d" },
		{ "a \\\n = b", "a", "b" },
		{ "a = b \\", "a", "b" },
		{ "a = b \\\n\n", "a", "b" },
		{ "a = b\\c", "a", "b\\c" },
		{ "a = \xc3\xa9\ttab", "a", "\xc3\xa9\ttab" },
		{ "A-b_1 = c", "A-b_1", "c" },
		{ "= b", "", NULL }, { "a", "", NULL }, { "[section]", "", NULL },
		{ "a = $(uname -r)", "", NULL }, { "a = $X", "", NULL }, { "a = `x`", "", NULL },
		{ "a = \"b", "", NULL }, { "a = b\x01", "", NULL }, { "a\x7f = b", "", NULL },
		{ "\\", "", NULL },
		{ "a b = c", "", NULL }, { "[a = b", "", NULL }, { "\xc3\xa9 = b", "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		struct kd_conf conf;

		parse(rows[i].text, &conf);
		assert_int_equal(conf.n, 1);
		assert_int_equal(conf.v[0].line, 1);
		if (!!conf.v[0].wrong == !!rows[i].value)
			fail_msg("%s", rows[i].text);
		assert_string_equal(conf.v[0].key, rows[i].key);
		assert_string_equal(conf.v[0].value, rows[i].value ? rows[i].value : "");
		kd_conf_free(&conf);
	}
}

static void test_lines(void **state)
{
	static const char text[] = "# a comment\n\n  ; another\na = 1\n\nb = 2 \\\n  3\nwrong\n"
				   "c = 4";
	static const unsigned lines[] = { 4, 6, 8, 9 };
	struct kd_conf conf;

	(void)state;
	parse(text, &conf);
	assert_int_equal(conf.n, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(conf.v[i].line, lines[i]);
		assert_int_equal(!!conf.v[i].wrong, i == 2);
	}
	assert_string_equal(conf.v[1].value, "2 3");
	kd_conf_free(&conf);
	parse("", &conf);
	assert_int_equal(conf.n, 0);
	kd_conf_free(&conf);
	parse("\n\n#\n", &conf);
	assert_int_equal(conf.n, 0);
	kd_conf_free(&conf);
	/* A NUL is a control character. */
	assert_int_equal(kd_conf_parse("a = b\0c\nd = e", 13, &conf, NULL), 0);
	assert_int_equal(conf.n, 2);
	assert_non_null(conf.v[0].wrong);
	assert_string_equal(conf.v[1].value, "e");
	kd_conf_free(&conf);
}

static void test_limits(void **state)
{
	struct kd_conf conf = { .n = 7 };
	struct kd_text why = { "" };
	char *text = malloc(KD_CONF_TEXT_MAX + 1);

	(void)state;
	assert_non_null(text);
	memset(text, '\n', KD_CONF_TEXT_MAX + 1);
	assert_int_equal(kd_conf_parse(text, KD_CONF_TEXT_MAX + 1, &conf, &why), -EFBIG);
	assert_true(*why.s);
	assert_int_equal(conf.n, 7);
	assert_int_equal(kd_conf_parse(text, KD_CONF_TEXT_MAX, &conf, NULL), 0);
	assert_int_equal(conf.n, 0);
	for (size_t i = 0; i < KD_CONF_MAX + 1; i++)
		memcpy(text + 4 * i, "a=b\n", 4);
	assert_int_equal(kd_conf_parse(text, 4 * KD_CONF_MAX, &conf, NULL), 0);
	assert_int_equal(conf.n, KD_CONF_MAX);
	kd_conf_free(&conf);
	assert_int_equal(kd_conf_parse(text, 4 * KD_CONF_MAX + 4, &conf, &why), -EFBIG);
	free(text);
}

static void test_yes(void **state)
{
	static const char *const yes[] = { "yes", "true", "on", "1" };
	static const char *const no[] = { "no", "false", "off", "0" };
	static const char *const neither[] = { "", "Yes", "y", "10", "yes " };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		bool is = false;

		assert_true(kd_conf_yes(yes[i], &is) && is);
		assert_true(kd_conf_yes(no[i], &is) && !is);
	}
	for (size_t i = 0; i < KD_ARRAY_SIZE(neither); i++) {
		bool is = true;

		assert_false(kd_conf_yes(neither[i], &is));
		assert_true(is);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_yes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
