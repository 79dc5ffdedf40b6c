/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Wishes in words: every form of a size with a place, and what is none. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>
#include <cmocka.h>

#include "../../lib/decide/plan.h"

struct row {
	const char *text;
	enum kd_ask ask;
	uint64_t mib;
	bool has_place;
	uint64_t address;
	enum kdump_policy policy;
};

static const struct row rows[] = {
	{ "256M", KD_ASK_SIZE, 256, false, 0, KDUMP_POLICY_NONE },
	{ "0", KD_ASK_SIZE, 0, false, 0, KDUMP_POLICY_NONE },
	{ "0x10000000", KD_ASK_SIZE, 256, false, 0, KDUMP_POLICY_NONE },
	{ "64T", KD_ASK_SIZE, 64 << 20, false, 0, KDUMP_POLICY_NONE },
	{ "auto", KD_ASK_AUTO, 0, false, 0, KDUMP_POLICY_NONE },
	{ "256M@0x30000000", KD_ASK_SIZE, 256, true, 0x30000000, KDUMP_POLICY_NONE },
	{ "256M@768M", KD_ASK_SIZE, 256, true, 0x30000000, KDUMP_POLICY_NONE },
	{ "256M@0x30000000#BU", KD_ASK_SIZE, 256, true, 0x30000000, KDUMP_POLICY_BOTTOM_UP },
	{ "1G@4G#TD", KD_ASK_SIZE, 1024, true, 4 * KD_GIB, KDUMP_POLICY_TOP_DOWN },
	{ "auto@1G#BU", KD_ASK_AUTO, 0, true, KD_GIB, KDUMP_POLICY_BOTTOM_UP },
	{ "auto@1G", KD_ASK_AUTO, 0, true, KD_GIB, KDUMP_POLICY_NONE },
	/* The kernel too takes 0 for anywhere. */
	{ "256M@0", KD_ASK_SIZE, 256, false, 0, KDUMP_POLICY_NONE },
	{ "256M@0#TD", KD_ASK_SIZE, 256, true, 0, KDUMP_POLICY_TOP_DOWN },
};

static const struct {
	const char *text;
	int code;
	const char *id;
} bad[] = {
	{ "", -EINVAL, "bad-size" },
	{ "M", -EINVAL, "bad-size" },
	{ "256M ", -EINVAL, "bad-size" },
	{ "256M,high", -EINVAL, "bad-size" },
	{ "1G-:256M", -EINVAL, "bad-size" },
	{ "automatic", -EINVAL, "bad-size" },
	{ "256M#BU", -EINVAL, "bad-size" },
	{ "1", -EINVAL, "bad-size" },
	{ "65T", -ERANGE, "bad-size" },
	{ "99999999999999999999", -ERANGE, "bad-size" },
	{ "256M@", -EINVAL, "bad-place" },
	{ "256M@x", -EINVAL, "bad-place" },
	{ "256M@99999999999999999999", -EINVAL, "bad-place" },
	{ "256M@1G#", -EINVAL, "bad-place" },
	{ "256M@1G#UP", -EINVAL, "bad-place" },
	{ "256M@1G#BU ", -EINVAL, "bad-place" },
	{ "256M@1G@2G", -EINVAL, "bad-place" },
	{ "auto@1G,high", -EINVAL, "bad-place" },
};

static int set_up(void **state)
{
	struct kdump_ctx *ctx;

	assert_int_equal(kdump_ctx_new(&ctx), 0);
	assert_int_equal(kdump_wish_new(ctx, (struct kdump_wish **)state), 0);
	kdump_ctx_unref(ctx);
	return 0;
}

static int tear_down(void **state)
{
	kdump_wish_unref(*state);
	return 0;
}

static void test_texts(void **state)
{
	struct kdump_wish *wish = *state;

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		const struct kd_asked *main = &wish->pools[KDUMP_POOL_MAIN];

		assert_int_equal(kdump_wish_set_place(wish, 0, KDUMP_POLICY_NONE), 0);
		if (kdump_wish_set_text(wish, rows[i].text) || main->ask != rows[i].ask ||
		    main->bytes != rows[i].mib * KD_MIB || wish->has_place != rows[i].has_place ||
		    (wish->has_place && (wish->address != rows[i].address ||
					 wish->policy != rows[i].policy)))
			fail_msg("%s", rows[i].text);
	}
}

static void test_bad_texts(void **state)
{
	struct kdump_wish *wish = *state;

	assert_int_equal(kdump_wish_set_text(wish, "128M@1G#TD"), 0);
	for (size_t i = 0; i < KD_ARRAY_SIZE(bad); i++) {
		int code = kdump_wish_set_text(wish, bad[i].text);
		const char *id = kdump_ctx_get_error_id(wish->ctx);

		if (code != bad[i].code || strcmp(id, bad[i].id))
			fail_msg("%s: %d, %s", bad[i].text, code, id);
		/* What failed left everything alone. */
		assert_int_equal(wish->pools[KDUMP_POOL_MAIN].bytes, 128 * KD_MIB);
		assert_int_equal(wish->pools[KDUMP_POOL_MAIN].ask, KD_ASK_SIZE);
		assert_int_equal(wish->address, KD_GIB);
		assert_int_equal(wish->policy, KDUMP_POLICY_TOP_DOWN);
	}
}

static void test_setters(void **state)
{
	struct kdump_wish *wish = *state;

	assert_int_equal(kdump_wish_set_place(wish, 0, (enum kdump_policy)3), -EINVAL);
	assert_string_equal(kdump_ctx_get_error_id(wish->ctx), "bad-place");
	assert_false(wish->has_place);
	assert_int_equal(kdump_wish_set_place(wish, 0, KDUMP_POLICY_TOP_DOWN), 0);
	assert_true(wish->has_place);
	assert_int_equal(kdump_wish_set_place(wish, 0, KDUMP_POLICY_NONE), 0);
	assert_false(wish->has_place);
	assert_int_equal(kdump_wish_set_release(wish, "6.1.0-50"), 0);
	assert_int_equal(kdump_wish_set_release(wish, "7.2.12"), 0);
	assert_string_equal(wish->release, "7.2.12");
	assert_int_equal(kdump_wish_set_release(wish, NULL), 0);
	assert_null(wish->release);
	assert_int_equal(kdump_wish_set_release(wish, "7.2.12"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_texts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bad_texts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_setters, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
