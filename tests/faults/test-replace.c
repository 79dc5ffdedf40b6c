/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Replacing a file with everything failing: the old text or the new one, never half. */
#define _GNU_SOURCE
#include "faults.h"

#define PATH "/run/crashctl/file"
#define LENGTH 20000

static char old_text[LENGTH + 1], new_text[LENGTH + 1];

static void fill_texts(void)
{
	memset(old_text, 'o', LENGTH);
	memset(new_text, 'n', LENGTH);
}

/* One replacement with the @n-th call failing; false where it ended before that. */
static bool replace_once(const struct machine *m, const struct fault *fault, unsigned long n,
			 bool existed)
{
	struct kdump_ctx *ctx;
	char *text;
	bool met;
	int err;

	if (existed)
		machine_put(m, PATH, old_text);
	else
		machine_drop(m, PATH);
	fake_start(m->root);
	assert_int_equal(kdump_ctx_new(&ctx), 0);
	begin_fault(fault, n);
	err = kd_root_replace(ctx, PATH, new_text, LENGTH, 0644);
	met = end_fault(fault);
	kdump_ctx_unref(ctx);
	assert_int_equal(fake_open_files(), 0);
	text = machine_get(m, PATH);
	if (!err)
		assert_non_null(text);
	if (!text)
		assert_false(existed);
	else if (!existed || !err || strcmp(text, old_text))
		assert_string_equal(text, new_text);
	free(text);
	/* What is left of an interrupted one is in nobody's way the next time. */
	if (!fault->from)
		assert_int_equal(count_left_over(m), 0);
	return met;
}

static void replace_always(bool existed)
{
	static const struct fault faults[] = {
		{ 0, false }, { EIO, false }, { ENOSPC, false }, { EROFS, false },
		{ FAKE_SHORT, false }, { EIO, true }, { FAKE_SHORT, true },
	};
	unsigned long tried = 0, n;
	struct machine m;

	fill_texts();
	machine_new(&m);
	machine_mkdirs(&m, "run/crashctl");
	for (size_t i = 0; i < KD_ARRAY_SIZE(faults); i++) {
		/* One byte at a time from the first call on takes as many calls. */
		if (faults[i].err == FAKE_SHORT && faults[i].from) {
			assert_true(replace_once(&m, &faults[i], 1, existed));
			tried++;
			continue;
		}
		for (n = 1; ; n++) {
			snprintf(where, sizeof(where), "call %lu, errno %d", n, faults[i].err);
			if (!replace_once(&m, &faults[i], n, existed))
				break;
			assert_true(n < 100);
		}
		tried += n - 1;
	}
	where[0] = '\0';
	machine_free(&m);
	print_message("# replace %s: %lu faults in all\n", existed ? "one" : "none", tried);
	assert_true(tried > 30);
}

static void test_over_an_old_file(void **state)
{
	(void)state;
	replace_always(true);
}

static void test_where_there_was_none(void **state)
{
	(void)state;
	replace_always(false);
}

/* A folder that is half made is made whole the next time. */
static void test_mkdirs(void **state)
{
	static const struct fault fault = { EIO, false };
	struct machine m;

	(void)state;
	machine_new(&m);
	for (unsigned long n = 1; ; n++) {
		struct kdump_ctx *ctx;
		struct stat st;
		bool met;
		int err;

		fake_start(m.root);
		assert_int_equal(kdump_ctx_new(&ctx), 0);
		begin_fault(&fault, n);
		err = kd_root_mkdirs(ctx, "/a/b/c", 0700);
		met = end_fault(&fault);
		assert_true(met || !err);
		if (!err) {
			assert_int_equal(kd_root_stat(ctx, "/a/b/c", &st), 0);
			assert_int_equal(st.st_mode & 07777, 0700);
		}
		assert_int_equal(kd_root_mkdirs(ctx, "/a/b/c", 0700), 0);
		kdump_ctx_unref(ctx);
		assert_int_equal(fake_open_files(), 0);
		machine_remove(machine_path(&m, "a"));
		if (!met)
			break;
	}
	machine_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_over_an_old_file, tell_where),
		cmocka_unit_test_teardown(test_where_there_was_none, tell_where),
		cmocka_unit_test(test_mkdirs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
