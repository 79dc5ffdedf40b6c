/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Facts files as text: what is written is read again, what is none is refused. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../lib/parse/facts-file.h"

#define HEAD "{\"schema\":1,\"version\":\"0.1.0\",\"facts\":{\"taken\":7,"

static struct kd_answers *new_answers(void)
{
	struct kd_answers *answers = calloc(1, sizeof(*answers));

	assert_non_null(answers);
	return answers;
}

static void put(struct kd_answers *answers, enum kd_question question, const char *path,
		const char *text)
{
	assert_int_equal(kd_answers_put(answers, question, path, 0, text, strlen(text)), 0);
}

static void assert_text(const struct kd_answers *answers, enum kd_question question,
			const char *path, const char *expected)
{
	const struct kd_answer *answer = kd_answers_find(answers, question, path);

	assert_non_null(answer);
	assert_int_equal(answer->error, 0);
	assert_string_equal(answer->data, expected);
	assert_int_equal(answer->len, strlen(expected));
}

static void assert_error(const struct kd_answers *answers, enum kd_question question,
			 const char *path, int error)
{
	const struct kd_answer *answer = kd_answers_find(answers, question, path);

	assert_non_null(answer);
	assert_int_equal(answer->error, error);
}

static void test_answers(void **state)
{
	struct kd_answers *answers = new_answers();

	(void)state;
	put(answers, KD_ASK_TEXT, "/proc/a", "one");
	put(answers, KD_ASK_LINK, "proc/a", "two");
	assert_text(answers, KD_ASK_TEXT, "proc/a", "one");
	assert_text(answers, KD_ASK_LINK, "//proc/a", "two");
	assert_null(kd_answers_find(answers, KD_ASK_STAT, "proc/a"));
	assert_null(kd_answers_find(answers, KD_ASK_TEXT, "proc/b"));
	assert_int_equal(answers->n, 1);
	/* The last answer counts, and the first is no longer counted. */
	put(answers, KD_ASK_TEXT, "proc/a", "longer");
	assert_text(answers, KD_ASK_TEXT, "proc/a", "longer");
	assert_int_equal(answers->bytes, 9);
	assert_int_equal(kd_answers_put(answers, KD_ASK_TEXT, "proc/a", -EACCES, "x", 1), 0);
	assert_error(answers, KD_ASK_TEXT, "proc/a", -EACCES);
	assert_int_equal(answers->bytes, 3);
	assert_int_equal(answers->error, 0);
	kd_answers_free(answers);
	kd_answers_free(NULL);
}

static void test_answers_have_bounds(void **state)
{
	struct kd_answers *answers = new_answers();
	char *much = calloc(1, KD_ANSWERS_BYTES), path[16];

	(void)state;
	assert_non_null(much);
	put(answers, KD_ASK_TEXT, "a", "1");
	assert_int_equal(kd_answers_put(answers, KD_ASK_TEXT, "b", 0, much, KD_ANSWERS_BYTES),
			 -EFBIG);
	assert_null(kd_answers_find(answers, KD_ASK_TEXT, "b"));
	assert_int_equal(answers->error, -EFBIG);
	assert_int_equal(kd_answers_put(answers, KD_ASK_TEXT, "b", 0, much,
					KD_ANSWERS_BYTES - 1), 0);
	for (unsigned i = 2; i < KD_ANSWERS_MAX; i++) {
		snprintf(path, sizeof(path), "%u", i);
		assert_int_equal(kd_answers_put(answers, KD_ASK_STAT, path, 0, "", 0), 0);
	}
	assert_int_equal(kd_answers_put(answers, KD_ASK_STAT, "one more", 0, NULL, 0), -EFBIG);
	assert_int_equal(kd_answers_put(answers, KD_ASK_STAT, "2", -ENOENT, NULL, 0), 0);
	free(much);
	kd_answers_free(answers);
}

/* Writes and reads again; the caller frees. */
static struct kd_answers *again(const struct kd_answers *answers, char **text)
{
	struct kd_answers *read;
	struct kd_text why;
	size_t len;

	assert_int_equal(kd_facts_write(answers, "0.1.0", 7, text, &len), 0);
	assert_int_equal(len, strlen(*text));
	assert_int_equal(kd_facts_parse(*text, len, &read, &why), 0);
	return read;
}

static void test_form(void **state)
{
	struct kd_answers *answers = new_answers(), *read;
	char *text;

	(void)state;
	put(answers, KD_ASK_VALUE, "page_size", "4096");
	put(answers, KD_ASK_TEXT, "/proc/x", "a\tb\n");
	put(answers, KD_ASK_LINK, "sys/l", "../\"q\"\\");
	put(answers, KD_ASK_NAMES, "sys", "l/m/");
	put(answers, KD_ASK_STAT, "sys", "40755 0");
	assert_int_equal(kd_answers_put(answers, KD_ASK_STAT, "no", -ENOENT, NULL, 0), 0);
	assert_int_equal(kd_answers_put(answers, KD_ASK_TEXT, "no", -EACCES, NULL, 0), 0);
	read = again(answers, &text);
	assert_string_equal(text, HEAD "\"values\":{\"page_size\":\"4096\"},\"files\":{"
			    "\"proc/x\":{\"text\":\"a\\tb\\n\"},"
			    "\"sys/l\":{\"link\":\"../\\\"q\\\"\\\\\"},"
			    "\"sys\":{\"stat\":\"40755 0\",\"names\":\"l/m/\"},"
			    "\"no\":{\"text\":{\"errno\":\"EACCES\"},"
			    "\"stat\":{\"errno\":\"ENOENT\"}}}}}\n");
	assert_text(read, KD_ASK_VALUE, "page_size", "4096");
	assert_text(read, KD_ASK_TEXT, "proc/x", "a\tb\n");
	assert_text(read, KD_ASK_LINK, "sys/l", "../\"q\"\\");
	assert_text(read, KD_ASK_NAMES, "sys", "l/m/");
	assert_text(read, KD_ASK_STAT, "sys", "40755 0");
	assert_error(read, KD_ASK_STAT, "no", -ENOENT);
	assert_error(read, KD_ASK_TEXT, "no", -EACCES);
	assert_int_equal(read->n, answers->n);
	kd_answers_free(answers);
	kd_answers_free(read);
	free(text);
}

/* A file of the kernel, and a path, may hold each byte there is. */
static void test_bytes(void **state)
{
	struct kd_answers *answers = new_answers(), *read;
	const struct kd_answer *answer;
	char bytes[256], path[256], *text;

	(void)state;
	for (unsigned i = 0; i < 256; i++) {
		bytes[i] = (char)i;
		path[i] = (char)(i + 1);
	}
	assert_int_equal(kd_answers_put(answers, KD_ASK_TEXT, path, 0, bytes, 256), 0);
	read = again(answers, &text);
	for (const char *p = text; *p != '\n'; p++)
		assert_true(*p >= ' ' && *p <= '~');
	answer = kd_answers_find(read, KD_ASK_TEXT, path);
	assert_non_null(answer);
	assert_int_equal(answer->len, 256);
	assert_memory_equal(answer->data, bytes, 256);
	kd_answers_free(answers);
	kd_answers_free(read);
	free(text);
}

static void assert_refused(const char *text, size_t len, int err, const char *why_not)
{
	struct kd_answers *read = (struct kd_answers *)1;
	struct kd_text why = { "" };

	assert_int_equal(kd_facts_parse(text, len, &read, &why), err);
	assert_ptr_equal(read, (struct kd_answers *)1);
	if (!strstr(why.s, why_not))
		fail_msg("%s: %s", why_not, why.s);
}

static void test_refused(void **state)
{
	static const char *const rows[][2] = {
		{ "", "is cut" },
		{ "hello", "is no JSON" },
		{ "{} {}", "is no JSON" },
		{ "null\n", "is no facts file" },
		{ "[]", "is no facts file" },
		{ "{}", "is no facts file" },
		{ "{\"schema\":1,\"facts\":7}", "is no facts file" },
		{ "{\"facts\":{\"values\":{},\"files\":{}}}", "is no facts file" },
		{ "{\"schema\":2,\"facts\":{\"values\":{},\"files\":{}}}", "another schema" },
		{ "{\"schema\":\"1\",\"facts\":{\"values\":{},\"files\":{}}}", "another schema" },
		{ HEAD "\"values\":{}}}", "not of the form" },
		{ HEAD "\"files\":{}}}", "not of the form" },
		{ HEAD "\"values\":[],\"files\":{}}}", "not of the form" },
		{ HEAD "\"values\":{\"a\":true},\"files\":{}}}", "not of the form" },
		{ HEAD "\"values\":{\"a\":null},\"files\":{}}}", "not of the form" },
		{ HEAD "\"values\":{},\"files\":{\"a\":\"text\"}}}", "not of the form" },
		{ HEAD "\"values\":{},\"files\":{\"a\":{\"text\":7}}}}", "not of the form" },
		{ HEAD "\"values\":{},\"files\":{\"a\":{\"text\":{}}}}}", "not of the form" },
		{ HEAD "\"values\":{},\"files\":{\"a\":{\"text\":{\"errno\":2}}}}}",
		  "not of the form" },
		{ HEAD "\"values\":{},\"files\":{\"a\":{\"stat\":true}}}}", "not of the form" },
		{ HEAD "\"values\":{},\"files\":{\"a\":{\"text\":\"\\u0100\"}}}}",
		  "not of the form" },
		{ HEAD "\"values\":{},\"files\":{\"\\u20ac\":{\"text\":\"\"}}}}",
		  "not of the form" },
		{ HEAD "\"values\":{\"a\":[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]},\"files\":{}}}",
		  "is no JSON" },
		{ HEAD "\"values\":{\"a\":\"\xff\"},\"files\":{}}}", "is no JSON" },
	};

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++)
		assert_refused(rows[i][0], strlen(rows[i][0]), -EBADMSG, rows[i][1]);
}

/* What a newer version says besides is passed over; an errno of another system is some. */
static void test_taken(void **state)
{
	static const char text[] =
		" {\"new\":[{}],\"schema\":1,\"facts\":{\"values\":{},\"new\":{},"
		"\"files\":{\"a\":{\"new\":{\"x\":[1]},"
		"\"text\":{\"errno\":\"EOTHER\",\"y\":1}},"
		"\"b\":{\"text\":\"\\u00e4\"}}}}\n \n";
	struct kd_answers *read;

	(void)state;
	assert_int_equal(kd_facts_parse(text, strlen(text), &read, NULL), 0);
	assert_error(read, KD_ASK_TEXT, "a", -EIO);
	assert_text(read, KD_ASK_TEXT, "b", "\xe4");
	kd_answers_free(read);
}

static void test_cut_anywhere(void **state)
{
	struct kd_answers *answers = new_answers(), *read;
	size_t len;
	char *text;

	(void)state;
	put(answers, KD_ASK_VALUE, "name", "value");
	put(answers, KD_ASK_TEXT, "proc/x", "1234\n");
	assert_int_equal(kd_answers_put(answers, KD_ASK_LINK, "proc/x", -EINVAL, NULL, 0), 0);
	assert_int_equal(kd_facts_write(answers, "0.1.0", 7, &text, &len), 0);
	for (size_t n = 0; n < len - 1; n++)
		assert_refused(text, n, -EBADMSG, n ? "is " : "is cut");
	/* All but the line end. */
	assert_int_equal(kd_facts_parse(text, len - 1, &read, NULL), 0);
	kd_answers_free(read);
	kd_answers_free(answers);
	free(text);
}

/* Neither may take memory that is out of proportion to the file. */
static void test_too_much(void **state)
{
	size_t len = KD_FACTS_FILE_MAX + 1, n = 0;
	char *text = malloc(len + 1);

	(void)state;
	assert_non_null(text);
	memset(text, ' ', len);
	assert_refused(text, len, -EFBIG, "more than a machine");
	assert_refused(text, len - 1, -EBADMSG, "is cut");
	memset(text, '[', 200000);
	assert_refused(text, 200000, -EFBIG, "more than a machine");
	n = (size_t)sprintf(text, HEAD "\"values\":{},\"files\":{\"0\":{}");
	for (unsigned i = 1; i <= KD_ANSWERS_MAX; i++)
		n += (size_t)sprintf(text + n, ",\"%u\":{\"stat\":\"\"}", i);
	n += (size_t)sprintf(text + n, ",\"x\":{\"stat\":\"\"}}}}");
	assert_refused(text, n, -EFBIG, "more than a machine");
	free(text);
}

static void test_more_than_a_file_holds(void **state)
{
	struct kd_answers *answers = new_answers();
	char *text = (char *)1, *much = malloc(KD_ANSWERS_BYTES);
	size_t len = 77;

	(void)state;
	assert_non_null(much);
	/* Each of them takes six characters. */
	memset(much, 1, KD_ANSWERS_BYTES);
	assert_int_equal(kd_answers_put(answers, KD_ASK_TEXT, "a", 0, much, KD_ANSWERS_BYTES), 0);
	assert_int_equal(kd_facts_write(answers, "0.1.0", 7, &text, &len), -EFBIG);
	assert_ptr_equal(text, (char *)1);
	assert_int_equal(len, 77);
	free(much);
	kd_answers_free(answers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_answers_have_bounds),
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_taken),
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_too_much),
		cmocka_unit_test(test_more_than_a_file_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
