/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Other crashkernel= words on a command line, and every other byte kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../lib/parse/cmdline.h"
#include "../../lib/parse/crashkernel.h"
#include "random.h"

#define C "crashkernel="

static const struct {
	const char *line, *words, *want;
} edits[] = {
	/* At the end, before "--", before an open quote. */
	{ "", "", "" },
	{ "", C "1M", C "1M" },
	{ "\n", C "1M", C "1M\n" },
	{ "a b", "", "a b" },
	{ " a  b ", "", " a  b " },
	{ "a b", C "1M", "a b " C "1M" },
	{ "a b\n", C "1M", "a b " C "1M\n" },
	{ "a b ", C "1M", "a b  " C "1M" },
	{ "a -- b", C "1M", "a " C "1M -- b" },
	{ "a\t-- b\n", C "1M", "a\t" C "1M -- b\n" },
	{ "-- b", C "1M", C "1M -- b" },
	{ "a \"--\" b", C "1M", "a " C "1M \"--\" b" },
	{ "a b=\"c d", C "1M", "a " C "1M b=\"c d" },
	{ "a b=\"c -- d", C "1M", "a " C "1M b=\"c -- d" },

	/* In the place of the first; the others go with one space. */
	{ "a " C "2M b", C "1M", "a " C "1M b" },
	{ C "2M b", C "1M", C "1M b" },
	{ "b " C "2M", C "1M", "b " C "1M" },
	{ "b " C "2M\n", C "1M", "b " C "1M\n" },
	{ "b " C "2M  \n", C "1M", "b " C "1M  \n" },
	{ "a " C "2M,cma b " C "3M c", C "4M,cma " C "1M", "a " C "4M,cma " C "1M b c" },
	{ "a " C "2M,high  b " C "3M,low", C "1M", "a " C "1M  b" },
	{ C "2M " C "3M " C "4M", C "1M", C "1M" },
	{ "a -- " C "2M", C "1M", "a " C "1M --" },
	{ "a -- " C "2M b", C "1M", "a " C "1M -- b" },
	{ "a " C "2M -- b " C "3M c", C "1M", "a " C "1M -- b c" },
	{ "a \"" C "2M\" b", C "1M", "a " C "1M b" },
	{ "a " C "\"2M 3M\" b", C "1M", "a " C "1M b" },
	{ "a " C "\"2M b", C "1M", "a " C "1M" },

	/* Only a space ends such a word for the kernel, and half a letter stays. */
	{ "a\t" C "2M\tb", C "1M", "a\t" C "1M b" },
	{ "a\n" C "2M\nb", C "1M", "a\n" C "1M b" },
	{ "a=\xc3\xa0" C "2M\xa0" "b", C "1M", "a=\xc3\xa0" C "1M \xa0" "b" },

	{ C "2M", "", "" },
	{ C "2M\n", "", "\n" },
	{ "a " C "2M", "", "a" },
	{ "a  " C "2M", "", "a " },
	{ "a " C "2M  ", "", "a  " },
	{ "a " C "2M  b", "", "a  b" },
	{ " " C "2M\t" C "3M b", "", " b" },
	{ "a -- " C "2M", "", "a --" },
	{ "a=\xc3\xa0" C "2M", "", "a=\xc3\xa0" },

	/* No words of that name. */
	{ "crashkernel b", C "1M", "crashkernel b " C "1M" },
	{ "x" C "2M b", C "1M", "x" C "2M b " C "1M" },
	{ "a=\"b " C "2M\" c", "", "a=\"b " C "2M\" c" },
	{ "Crashkernel=2M", "", "Crashkernel=2M" },
};

static char *set(const char *line, const char *words)
{
	char *out;

	assert_int_equal(kd_cmdline_set_crashkernel(line, words, &out), 0);
	return out;
}

static char *get(const char *line)
{
	char *out;

	assert_int_equal(kd_cmdline_get_crashkernel(line, &out), 0);
	return out;
}

static void test_set(void **state)
{
	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(edits); i++) {
		char *out = set(edits[i].line, edits[i].words);
		char *again = set(out, edits[i].words), *words = get(out);

		assert_string_equal(out, edits[i].want);
		assert_string_equal(again, out);
		assert_string_equal(words, edits[i].words);
		free(words);
		free(again);
		free(out);
	}
}

static const struct {
	const char *line, *words;
} gets[] = {
	{ "", "" },
	{ "\n", "" },
	{ "a b", "" },
	{ "crashkernel a", "" },
	{ "x." C "1M a=\" " C "2M\"", "" },
	{ "a " C "1M\n", C "1M" },
	{ C "1M,cma a\t" C "2M\t-- b " C "3M c", C "1M,cma " C "2M " C "3M" },
	{ "\"" C "1M\" b " C "\"2 M\"", "\"" C "1M\" " C "\"2 M\"" },
	{ C, C },
};

static void test_get(void **state)
{
	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(gets); i++) {
		char *words = get(gets[i].line);

		assert_string_equal(words, gets[i].words);
		free(words);
	}
}

static const char *const sizes[] = {
	"256M", "1G,high", "128M,low", "512M,cma", "64M@0x30000000", "1G-4G:160M,4G-:256M",
	"0", "", "auto", "1x", "3000M", "2G-:64M@16M",
};

static void random_wish(struct random *r, char *out, size_t size)
{
	size_t n = random_below(r, 4), len = 0;

	*out = '\0';
	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(out + len, size - len, "%s" C "%s", i ? " " : "",
					sizes[random_below(r, KD_ARRAY_SIZE(sizes))]);
}

static void random_line(struct random *r, char *out, size_t size)
{
	static const char *const pieces[] = {
		"a", "b=c", "root=/dev/sda1 ", "\"", "\"", "=", " ", " ", " ", "\t", "\n",
		"quiet ", "--", " -- ", " \"--\" ", "\xa0", "\xc3\xa0", " " C "1G ",
		"\t" C "64M,high\t", " " C "32M,cma", " " C "\"1M 2M\" ", "\"" C "1M\"",
		"crashkernel ", " " C, " " C "1M", "x." C "7M ", "=\"", "crash-kernel=1M ",
	};
	size_t n = random_below(r, 14), len = 0;

	*out = '\0';
	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(out + len, size - len, "%s",
					pieces[random_below(r, KD_ARRAY_SIZE(pieces))]);
}

/* What the kernel makes of two lines, but for where the words stand. */
static void assert_same_wish(const struct kd_ck *a, const struct kd_ck *b)
{
	assert_int_equal(a->n, b->n);
	for (size_t i = 0; i < a->n; i++) {
		assert_int_equal(a->words[i].len, b->words[i].len);
		assert_int_equal(a->words[i].kind, b->words[i].kind);
		assert_int_equal(a->words[i].fate, b->words[i].fate);
		assert_int_equal(a->words[i].size, b->words[i].size);
		assert_int_equal(a->words[i].base, b->words[i].base);
		assert_string_equal(a->words[i].note, b->words[i].note);
	}
	assert_int_equal(a->main, b->main);
	assert_int_equal(a->base, b->base);
	assert_int_equal(a->low, b->low);
	assert_int_equal(a->cma, b->cma);
	assert_int_equal(a->high, b->high);
	assert_int_equal(a->low_is_auto, b->low_is_auto);
}

static const struct kd_ck_kernel kernel = {
	.ram = 8 * KD_GIB, .knows_cma = true, .has_cma = true, .knows_high_low = true,
	.high_has_auto_low = true, .default_low = 256 * KD_MIB,
};

/* Returns whether the line had nothing else for the kernel to find. */
static bool check_parse(const char *rest, const char *edited, const char *wish)
{
	struct kd_ck got, want;

	if (strstr(rest, C))
		return false;
	assert_int_equal(kd_ck_parse(edited, &kernel, &got, NULL), 0);
	assert_int_equal(kd_ck_parse(wish, &kernel, &want, NULL), 0);
	assert_same_wish(&got, &want);
	return true;
}

static void test_properties(void **state)
{
	struct random random = { 4 };
	char line[512], wish[256];
	size_t parsed = 0;

	(void)state;
	for (size_t i = 0; i < 50000; i++) {
		char *edited, *again, *words, *rest, *rest_edited;

		random_line(&random, line, sizeof(line));
		random_wish(&random, wish, sizeof(wish));
		edited = set(line, wish);
		words = get(edited);
		assert_string_equal(words, wish);
		again = set(edited, wish);
		assert_string_equal(again, edited);
		rest = set(line, "");
		rest_edited = set(edited, "");
		assert_string_equal(rest_edited, rest);
		parsed += check_parse(rest, edited, wish);
		free(rest_edited);
		free(rest);
		free(again);
		free(words);
		free(edited);
	}
	assert_true(parsed > 25000);
}

/* Behind the edit, words that are no crashkernel= word are the ones that were there. */
static void test_other_words(void **state)
{
	struct random random = { 5 };
	char line[512];

	(void)state;
	for (size_t i = 0; i < 20000; i++) {
		size_t was_pos = 0, is_pos = 0;
		struct kd_word was, is;
		char *edited;

		random_line(&random, line, sizeof(line));
		edited = set(line, C "1G,cma " C "256M");
		while (kd_cmdline_next(line, &was_pos, &was)) {
			if (kd_word_is(&was, "crashkernel") && was.value)
				continue;
			do
				assert_true(kd_cmdline_next(edited, &is_pos, &is));
			while (kd_word_is(&is, "crashkernel") && is.value);
			assert_int_equal(is.len, was.len);
			assert_memory_equal(edited + is.start, line + was.start, was.len);
		}
		free(edited);
	}
}

static void test_has(void **state)
{
	static const struct {
		const char *line, *words;
		bool has;
	} rows[] = {
		{ "quiet crashkernel=1G,cma ro crashkernel=64M",
		  "crashkernel=1G,cma crashkernel=64M", true },
		{ "crashkernel=64M crashkernel=1G,cma",
		  "crashkernel=1G,cma crashkernel=64M", false },
		{ "crashkernel=64M", "", false },
		{ "quiet", "", true },
		{ NULL, "", false },
	};
	bool has;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		assert_int_equal(kd_cmdline_has_crashkernel(rows[i].line, rows[i].words, &has), 0);
		assert_int_equal(has, rows[i].has);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_get),
		cmocka_unit_test(test_properties),
		cmocka_unit_test(test_other_words),
		cmocka_unit_test(test_has),
	};

	return cmocka_run_group_tests_name("cmdline-edit", tests, NULL, NULL);
}
