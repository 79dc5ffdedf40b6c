/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Listing a folder with everything failing: all names or none, and nothing left open. */
#define _GNU_SOURCE
#include "faults.h"

#define NAMES 5

/* false where the listing ended before the @n-th call. */
static bool list_once(const struct machine *m, const struct fault *fault, unsigned long n)
{
	struct kd_names names = { NULL, 77 };
	struct kdump_ctx *ctx;
	bool met;
	int err;

	fake_start(m->root);
	assert_int_equal(kdump_ctx_new(&ctx), 0);
	begin_fault(fault, n);
	err = kd_root_list(ctx, "/var/crash", NAMES, &names);
	met = end_fault(fault);
	kdump_ctx_unref(ctx);
	assert_int_equal(fake_open_files(), 0);
	assert_int_equal(names.n, err ? 77 : NAMES);
	assert_true(!met || err == (fault->err ? -fault->err : -ENOMEM));
	if (!err)
		kd_names_free(&names);
	return met;
}

static void test_list(void **state)
{
	static const struct fault faults[] = { { 0, false }, { EIO, false } };
	unsigned long tried = 0;
	struct machine m;

	(void)state;
	machine_new(&m);
	for (unsigned i = 0; i < NAMES; i++) {
		snprintf(where, sizeof(where), "var/crash/%u", i);
		machine_mkdirs(&m, where);
	}
	for (size_t i = 0; i < KD_ARRAY_SIZE(faults); i++) {
		for (unsigned long n = 1; ; n++, tried++) {
			snprintf(where, sizeof(where), "call %lu, errno %d", n, faults[i].err);
			if (!list_once(&m, &faults[i], n))
				break;
			assert_true(n < 100);
		}
	}
	where[0] = '\0';
	machine_free(&m);
	/* open, opendir, a readdir for each name and "." and ".." and the end; and memory. */
	assert_true(tried >= 2 + NAMES + 3 + NAMES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_list, tell_where),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
