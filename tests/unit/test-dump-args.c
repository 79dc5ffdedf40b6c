/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The command that copies the dump, as configurations have it. */
#include <stdarg.h>
#include <stdlib.h>

#include <setjmp.h>
#include <cmocka.h>

#include "../../lib/parse/dump-args.h"

static const struct {
	const char *command;
	struct kd_dump_settings expected;
} rows[] = {
	/* kdump.conf(5), kdump-config, and what people write. */
	{ "makedumpfile -l --message-level 1 -d 31", { .level = 31, .compression = 'l' } },
	{ "makedumpfile -F -l --message-level 7 -d 31", { .level = 31, .compression = 'l' } },
	{ "/usr/sbin/makedumpfile -F -c -d31", { .level = 31, .compression = 'c' } },
	{ "\"makedumpfile -zd 17\"", { .level = 17, .compression = 'z' } },
	{ "makedumpfile -p --num-threads 8 --cyclic-buffer=2048",
	  { .threads = 8, .buffer = 2048 * KD_KIB, .compression = 'p' } },
	/* Of several levels, what each of them leaves out; the last -d wins. */
	{ "makedumpfile -d 11,31", { .level = 11 } },
	{ "makedumpfile -d 16,8", { .level = 0 } },
	{ "makedumpfile -d 31 -d 1", { .level = 1 } },
	{ "makedumpfile -d 99", { .level = 31 } },
	{ "makedumpfile -d x", { .level = 0 } },
	/* A value is no option, even if it looks like one. */
	{ "makedumpfile -x -d -c", { .compression = 'c' } },
	{ "makedumpfile --work-dir -c -d 1", { .level = 1 } },
	{ "makedumpfile --num-threads", { 0 } },
	{ "makedumpfile -d", { 0 } },
	{ "makedumpfile --no-such-option 7 -d 2", { .level = 2 } },
	{ "makedumpfile --num-threads 99999999999999999999", { .threads = 65536 } },
	{ "makedumpfile", { 0 } },
	/* Other programs have other options. */
	{ "cp --sparse=always", { .other = true } },
	{ "scp -d 31 -c", { .other = true } },
	{ "makedumpfile2 -d 31", { .other = true } },
	{ "", { .other = true } },
	{ " / ", { .other = true } },
};

static void assert_same(const struct kd_dump_settings *a, const struct kd_dump_settings *b)
{
	assert_int_equal(a->other, b->other);
	assert_int_equal(a->level, b->level);
	assert_int_equal(a->threads, b->threads);
	assert_int_equal(a->thread_per_cpu, b->thread_per_cpu);
	assert_int_equal(a->buffer, b->buffer);
	assert_int_equal(a->compression, b->compression);
}

static void test_commands(void **state)
{
	struct kd_dump_settings settings;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		print_message("%s\n", rows[i].command);
		kd_dump_command_parse(rows[i].command, &settings);
		assert_same(&settings, &rows[i].expected);
	}
}

/* MAKEDUMP_ARGS of kdump-tools has no program in front. */
static void test_options(void **state)
{
	struct kd_dump_settings settings;

	(void)state;
	kd_dump_options_parse("-c -d 31", &settings);
	assert_same(&settings, &(struct kd_dump_settings){ .level = 31, .compression = 'c' });
	kd_dump_options_parse("makedumpfile -d 3", &settings);
	assert_same(&settings, &(struct kd_dump_settings){ .level = 3 });
	kd_dump_options_parse("", &settings);
	assert_same(&settings, &(struct kd_dump_settings){ 0 });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
