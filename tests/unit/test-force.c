/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What can be forced by name, and that nothing else can. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>
#include <cmocka.h>

#include "../../lib/decide/force.h"
#include "../../lib/libkdump.h"

static const char *const ids[] = {
	"too-small", "no-fallback", "other-owner", "cma-unsupported", "unknown-need",
	"cma-needs-no-user-pages", "cma-too-large", "will-not-fit",
	"not-captured", "unknown-image", "folder-not-seen",
};

static void test_each(void **state)
{
	(void)state;
	assert_int_equal(KD_ARRAY_SIZE(ids), KD_FORCES);
	for (unsigned i = 0; i < KD_FORCES; i++) {
		struct kd_forces forces = { { false } };

		assert_string_equal(kd_force_id((enum kd_force)i), ids[i]);
		assert_int_equal(kd_forces_add(&forces, ids[i]), 0);
		for (unsigned k = 0; k < KD_FORCES; k++)
			assert_int_equal(forces.given[k], k == i);
	}
}

static void test_unknown(void **state)
{
	static const char *const wrong[] = {
		"", "all", "too-smal", "too-small ", "TOO-SMALL", "frozen", "zero-unsafe",
		"too-small,no-fallback",
	};

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(wrong); i++) {
		struct kd_forces forces = { { false } };

		assert_int_equal(kd_forces_add(&forces, wrong[i]), -EINVAL);
		for (unsigned k = 0; k < KD_FORCES; k++)
			assert_false(forces.given[k]);
	}
}

/* The list that an unknown one is answered with: all of them, once each, in words of its own. */
static void test_list(void **state)
{
	char expected[256] = "";

	(void)state;
	for (unsigned i = 0; i < KD_FORCES; i++) {
		strcat(expected, i ? ", " : "");
		strcat(expected, kd_force_id((enum kd_force)i));
	}
	assert_string_equal(kd_forces_list(), expected);
}

static void test_told(void **state)
{
	struct kdump_ctx *ctx;
	struct kdump_wish *wish;

	(void)state;
	assert_int_equal(kdump_ctx_new(&ctx), 0);
	assert_int_equal(kdump_wish_new(ctx, &wish), 0);
	assert_int_equal(kdump_wish_add_force(wish, "no-fallback"), 0);
	assert_string_equal(kdump_ctx_get_error(ctx), "");
	assert_int_equal(kdump_wish_add_force(wish, "everything"), -EINVAL);
	assert_string_equal(kdump_ctx_get_error_id(ctx), "bad-force");
	assert_non_null(strstr(kdump_ctx_get_error(ctx), "everything"));
	assert_non_null(strstr(kdump_ctx_get_error(ctx), kd_forces_list()));
	kdump_wish_unref(wish);
	kdump_ctx_unref(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
