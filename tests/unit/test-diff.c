/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Unified diffs: as diff -u writes them, and they lead from one text to the other. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../lib/parse/diff.h"
#include "random.h"

static char *diff(const char *old, const char *new_text)
{
	char *text = NULL;
	size_t len = 0;

	assert_int_equal(kd_diff(&text, &len, "/etc/f", old, old ? strlen(old) : 0, new_text,
				 new_text ? strlen(new_text) : 0), 0);
	assert_int_equal(text ? strlen(text) : 0, len);
	return text ? text : strdup("");
}

#define H "--- /etc/f\n+++ /etc/f\n"

static const struct {
	const char *old, *new_text, *want;
} texts[] = {
	{ "", "", "" },
	{ NULL, NULL, "" },
	{ NULL, "", "" },
	{ "a\n", "a\n", "" },
	{ "a\n", "b\n", H "@@ -1 +1 @@\n-a\n+b\n" },
	{ "a", "a\n", H "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n" },
	{ "a\n", "a", H "@@ -1 +1 @@\n-a\n+a\n\\ No newline at end of file\n" },
	{ "a\nb", "a\nc", H "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n"
	  "+c\n\\ No newline at end of file\n" },
	{ "a\nb", "c\nb", H "@@ -1,2 +1,2 @@\n-a\n+c\n b\n\\ No newline at end of file\n" },
	{ "", "a\nb\n", H "@@ -0,0 +1,2 @@\n+a\n+b\n" },
	{ "a\n", "", H "@@ -1 +0,0 @@\n-a\n" },
	{ NULL, "a\n", "--- /dev/null\n+++ /etc/f\n@@ -0,0 +1 @@\n+a\n" },
	{ "a\nb\n", NULL, "--- /etc/f\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n" },
	{ "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n6\n7\n8\n9\n",
	  H "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n" },
	{ "1\n2\n3\n4\n5\n", "1\n2\n3\n4\n5\n6\n", H "@@ -3,3 +3,4 @@\n 3\n 4\n 5\n+6\n" },
	/* Six lines between two changes are one hunk, seven are two. */
	{ "a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n",
	  H "@@ -1,8 +1,8 @@\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n+B\n" },
	{ "a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n",
	  H "@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+B\n" },
	{ "a\r\nb\r\n", "a\r\nc\r\n", H "@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n" },
};

static void test_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(texts); i++) {
		char *text = diff(texts[i].old, texts[i].new_text);

		assert_string_equal(text, texts[i].want);
		free(text);
	}
}

static void test_append(void **state)
{
	char *text = NULL;
	size_t len = 0;

	(void)state;
	assert_int_equal(kd_diff(&text, &len, "a", "1\n", 2, "1\n", 2), 0);
	assert_int_equal(len, 0);
	assert_int_equal(kd_diff(&text, &len, "a", "1\n", 2, "2\n", 2), 0);
	assert_int_equal(kd_diff(&text, &len, "b", "1\n", 2, "1\n", 2), 0);
	assert_int_equal(kd_diff(&text, &len, "c \"\\\t\177é", NULL, 0, "2\n", 2), 0);
	assert_string_equal(text, "--- a\n+++ a\n@@ -1 +1 @@\n-1\n+2\n"
			    "--- /dev/null\n+++ \"c \\\"\\\\\\011\\177é\"\n@@ -0,0 +1 @@\n+2\n");
	assert_int_equal(len, strlen(text));
	free(text);
}

static void test_long_lines(void **state)
{
	char *old = malloc(1024 * 1024 + 1), *text;

	(void)state;
	assert_non_null(old);
	memset(old, 'x', 1024 * 1024);
	memcpy(old + 4094, "aéé", 5);
	old[1024 * 1024] = '\0';
	text = diff(old, "y\n");
	assert_int_equal(strlen(text), strlen(H "@@ -1 +1 @@\n-") + 4095 +
			 strlen("…\n\\ No newline at end of file\n+y\n"));
	assert_non_null(strstr(text, "xa…\n\\ No newline"));
	free(text);
	old[4096] = '\n';
	old[4097] = '\0';
	text = diff(old, "y\n");
	assert_null(strstr(text, "…"));
	free(text);
	free(old);
}

/* Takes a line of @old that has to be there. */
static void take(const char **old, const char *line, size_t len)
{
	assert_true(strlen(*old) >= len);
	assert_memory_equal(*old, line, len);
	*old += len;
}

static void copy_lines(const char **old, size_t n, char *out, size_t *out_len)
{
	while (n--) {
		size_t len = strcspn(*old, "\n") + 1;

		assert_true(len <= strlen(*old));
		memcpy(out + *out_len, *old, len);
		*out_len += len;
		*old += len;
	}
}

/* Does what patch(1) does, without any fuzz. */
static void apply(const char *old, const char *patch, char *out)
{
	unsigned long at = 0, from, to;
	size_t n = 0;

	if (*patch)
		patch = strstr(patch, "@@");
	while (*patch) {
		size_t len = strcspn(patch, "\n") + 1, text;

		assert_true(strlen(patch) >= len);
		if (*patch == '@') {
			unsigned long lines = 1;

			assert_true(sscanf(patch, "@@ -%lu,%lu +%lu", &from, &lines, &to) == 3 ||
				    sscanf(patch, "@@ -%lu +%lu", &from, &to) == 2);
			from -= lines > 0;
			assert_true(from >= at);
			copy_lines(&old, from - at, out, &n);
			at = from;
			patch += len;
			continue;
		}
		text = len - 1 - !strncmp(patch + len, "\\ No newline", 12);
		if (*patch != '+') {
			take(&old, patch + 1, text);
			at++;
		}
		if (*patch != '-') {
			memcpy(out + n, patch + 1, text);
			n += text;
		}
		patch += len;
		if (*patch == '\\')
			patch += strcspn(patch, "\n") + 1;
	}
	memcpy(out + n, old, strlen(old) + 1);
}

static void random_text(struct random *r, char *out, size_t size)
{
	size_t n = random_below(r, 30), len = 0;

	*out = '\0';
	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(out + len, size - len, "%c%s",
					(char)('a' + random_below(r, 4)),
					i + 1 < n || random_below(r, 3) ? "\n" : "");
}

/* Lines changed, put in and taken out here and there. */
static void mutate(struct random *r, const char *text, char *out)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		len += text[len] == '\n';
		switch (random_below(r, 12)) {
		case 0:
			break;
		case 1:
			out = stpcpy(out, "new\n");
			/* fallthrough */
		default:
			memcpy(out, text, len);
			out += len;
		}
		text += len;
	}
	*out = '\0';
}

static void test_properties(void **state)
{
	struct random random = { 8 };
	char old[256], new_text[512], out[1024];

	(void)state;
	for (size_t i = 0; i < 20000; i++) {
		char *text;

		random_text(&random, old, sizeof(old));
		if (i % 2)
			random_text(&random, new_text, sizeof(new_text));
		else
			mutate(&random, old, new_text);
		text = diff(old, new_text);
		assert_int_equal(!*text, !strcmp(old, new_text));
		apply(old, text, out);
		assert_string_equal(out, new_text);
		free(text);
	}
}

static size_t count_changed(const char *text)
{
	size_t n = 0;

	for (const char *p = text; (p = strchr(p, '\n')); p++)
		n += p[1] == '+' || p[1] == '-';
	return n;
}

static size_t longest_common(const char *a, const char *b)
{
	size_t rows[64][64] = { { 0 } }, n = strlen(a) / 2, m = strlen(b) / 2;

	for (size_t i = 1; i <= n; i++) {
		for (size_t j = 1; j <= m; j++) {
			rows[i][j] = kd_max(rows[i - 1][j], rows[i][j - 1]);
			if (a[2 * i - 2] == b[2 * j - 2])
				rows[i][j] = rows[i - 1][j - 1] + 1;
		}
	}
	return rows[n][m];
}

/* No way with fewer lines is there. */
static void test_fewest(void **state)
{
	struct random random = { 9 };
	char a[256], b[256];

	(void)state;
	for (size_t i = 0; i < 2000; i++) {
		char *text;

		do
			random_text(&random, a, sizeof(a));
		while (strlen(a) % 2);
		do
			random_text(&random, b, sizeof(b));
		while (strlen(b) % 2);
		text = diff(a, b);
		assert_int_equal(count_changed(text) - (*text ? 1 : 0),
				 strlen(a) / 2 + strlen(b) / 2 - 2 * longest_common(a, b));
		free(text);
	}
}

/* Too much to look for the fewest: still right, and soon done. */
static void test_many(void **state)
{
	struct random random = { 10 };
	size_t n = 50000, len = 2 * n;
	char *a = malloc(len + 1), *b = malloc(len + 1), *out = malloc(3 * len), *text;

	(void)state;
	assert_true(a && b && out);
	for (size_t i = 0; i < n; i++) {
		a[2 * i] = (char)('a' + random_below(&random, 20));
		b[2 * i] = (char)('a' + random_below(&random, 20));
		a[2 * i + 1] = b[2 * i + 1] = '\n';
	}
	a[len] = b[len] = '\0';
	text = diff(a, b);
	apply(a, text, out);
	assert_string_equal(out, b);
	free(text);
	free(out);
	free(b);
	free(a);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_append),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_properties),
		cmocka_unit_test(test_fewest),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests_name("diff", tests, NULL, NULL);
}
