/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Lists of address ranges. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../lib/core/ranges.h"
#include "random.h"

static void test_add(void **state)
{
	struct kd_ranges r = { 0 };

	(void)state;
	assert_int_equal(kd_ranges_bytes(&r), 0);
	/* Enough to grow a few times; order is the order of adding. */
	for (uint64_t i = 0; i < 100; i++)
		assert_int_equal(kd_ranges_add(&r, 1000 - 10 * i, 1004 - 10 * i), 0);
	assert_int_equal(r.n, 100);
	for (size_t i = 0; i < r.n; i++) {
		assert_int_equal(r.v[i].start, 1000 - 10 * i);
		assert_int_equal(r.v[i].end, 1004 - 10 * i);
	}
	assert_int_equal(kd_ranges_bytes(&r), 500);

	assert_int_equal(kd_ranges_add(&r, 2, 1), -ERANGE);
	assert_int_equal(kd_ranges_add(&r, UINT64_MAX, 0), -ERANGE);
	assert_int_equal(r.n, 100);
	assert_int_equal(kd_ranges_add(&r, 7, 7), 0);
	assert_int_equal(kd_ranges_bytes(&r), 501);
	kd_ranges_free(&r);
	assert_int_equal(r.n, 0);
	assert_null(r.v);
	kd_ranges_free(&r);
}

static void test_sort(void **state)
{
	static const uint64_t starts[] = {
		5, UINT64_MAX - 9, 0, 7, UINT64_C(1) << 63, 5, 1,
	};
	struct kd_ranges r = { 0 };

	(void)state;
	kd_ranges_sort(&r);
	for (size_t i = 0; i < KD_ARRAY_SIZE(starts); i++)
		assert_int_equal(kd_ranges_add(&r, starts[i], starts[i] + i), 0);
	kd_ranges_sort(&r);
	assert_int_equal(r.n, KD_ARRAY_SIZE(starts));
	for (size_t i = 1; i < r.n; i++)
		assert_true(r.v[i - 1].start <= r.v[i].start);
	/* Each kept its end. */
	assert_int_equal(r.v[0].end, 2);
	assert_int_equal(r.v[1].end, 7);
	assert_int_equal(r.v[r.n - 1].end, UINT64_MAX - 8);
	kd_ranges_free(&r);
}

/* Sums stop at the top: all of the address space does not look empty. */
static void test_bytes(void **state)
{
	const struct kdump_range all = { 0, UINT64_MAX }, one = { 5, 5 };
	struct kd_ranges r = { 0 };

	(void)state;
	assert_int_equal(kd_range_bytes(&one), 1);
	assert_int_equal(kd_range_bytes(&all), UINT64_MAX);
	assert_int_equal(kd_ranges_add(&r, 0, UINT64_MAX), 0);
	assert_int_equal(kd_ranges_add(&r, 0, UINT64_MAX), 0);
	assert_int_equal(kd_ranges_bytes(&r), UINT64_MAX);
	kd_ranges_free(&r);
}

static void test_holds(void **state)
{
	const struct kdump_range outer = { 10, 20 };
	static const struct {
		struct kdump_range inner;
		bool held;
	} cases[] = {
		{ { 10, 20 }, true }, { { 11, 19 }, true }, { { 10, 10 }, true },
		{ { 20, 20 }, true }, { { 9, 20 }, false }, { { 10, 21 }, false },
		{ { 21, 30 }, false }, { { 0, 9 }, false }, { { 0, UINT64_MAX }, false },
	};

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(cases); i++)
		assert_int_equal(kd_range_holds(&outer, &cases[i].inner), cases[i].held);
}

/* Ranges on a line of 40 numbers, against a mark for each of them. */
static void test_cut(void **state)
{
	struct random random = { 20260105 };

	(void)state;
	for (unsigned round = 0; round < 5000; round++) {
		uint64_t shift = round % 2 ? 0 : UINT64_MAX - 39;
		bool marked[40] = { false };
		struct kd_ranges r = { 0 };
		struct kdump_range cut;
		size_t n = random_below(&random, 6), at = 0;

		for (size_t i = 0; i < n; i++) {
			size_t start = at + random_below(&random, 4);
			size_t end = start + random_below(&random, 6);

			if (end >= 40)
				break;
			assert_int_equal(kd_ranges_add(&r, shift + start, shift + end), 0);
			memset(marked + start, true, end - start + 1);
			at = end + 1;
		}
		cut.start = random_below(&random, 40);
		cut.end = cut.start + random_below(&random, 40 - cut.start);
		memset(marked + cut.start, false, cut.end - cut.start + 1);
		cut.start += shift;
		cut.end += shift;
		assert_int_equal(kd_ranges_cut(&r, &cut), 0);
		for (size_t i = 0; i < r.n; i++) {
			assert_true(r.v[i].start <= r.v[i].end);
			for (uint64_t j = r.v[i].start - shift; j <= r.v[i].end - shift; j++) {
				assert_true(j < 40 && marked[j]);
				marked[j] = false;
			}
		}
		for (size_t i = 0; i < 40; i++)
			assert_false(marked[i]);
		kd_ranges_free(&r);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_add),
		cmocka_unit_test(test_sort),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_holds),
	};

	return cmocka_run_group_tests_name("ranges", tests, NULL, NULL);
}
