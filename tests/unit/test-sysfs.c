/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* CPU lists, CMA ranges, bracketed choices and tables, good and bad. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>
#include <cmocka.h>

#include "../../lib/parse/sysfs.h"

#define UNTOUCHED UINT64_C(0x5a5a5a5a)

static void test_cpulist(void **state)
{
	static const struct {
		const char *text;
		int err;
		uint64_t n;
	} rows[] = {
		{ "0", 0, 1 },
		{ "0\n", 0, 1 },
		{ "0-3\n", 0, 4 },
		{ "0-3,8,10-11\n", 0, 7 },
		{ "7", 0, 1 },
		{ "0-8191", 0, 8192 },
		{ "", -EBADMSG, 0 },
		{ "\n", -EBADMSG, 0 },
		{ "-3", -EBADMSG, 0 },
		{ "0-", -EBADMSG, 0 },
		{ "3-1", -EBADMSG, 0 },
		{ "0,,1", -EBADMSG, 0 },
		{ "0,", -EBADMSG, 0 },
		{ "0 1", -EBADMSG, 0 },
		{ " 0", -EBADMSG, 0 },
		{ "+1", -EBADMSG, 0 },
		{ "0x1", -EBADMSG, 0 },
		{ "0-99999999999999999999999", -EBADMSG, 0 },
		{ "0-18446744073709551615", -EBADMSG, 0 },
	};

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		uint64_t n = UNTOUCHED;

		assert_int_equal(kd_cpulist_count(rows[i].text, &n), rows[i].err);
		assert_int_equal(n, rows[i].err ? UNTOUCHED : rows[i].n);
	}
}

static void test_cma_ranges(void **state)
{
	static const struct {
		const char *text;
		int err;
		size_t n;
		struct kdump_range first, last;
	} rows[] = {
		{ "", 0, 0, { 0, 0 }, { 0, 0 } },
		{ "67000000-76ffffff\n", 0, 1, { 0x67000000, 0x76ffffff },
		  { 0x67000000, 0x76ffffff } },
		{ "01000000-01ffffff\n140000000-14fffffff\n", 0, 2, { 0x1000000, 0x1ffffff },
		  { 0x140000000, 0x14fffffff } },
		{ "0-ffffffffffffffff\n", 0, 1, { 0, UINT64_MAX }, { 0, UINT64_MAX } },
		{ "67000000-76ffffff", -EBADMSG, 0, { 0, 0 }, { 0, 0 } },
		{ "67000000-76ff", -EBADMSG, 0, { 0, 0 }, { 0, 0 } },
		{ "67000000\n", -EBADMSG, 0, { 0, 0 }, { 0, 0 } },
		{ "67000000-\n", -EBADMSG, 0, { 0, 0 }, { 0, 0 } },
		{ "-67000000\n", -EBADMSG, 0, { 0, 0 }, { 0, 0 } },
		{ "\n", -EBADMSG, 0, { 0, 0 }, { 0, 0 } },
		{ "76ffffff-67000000\n", -EBADMSG, 0, { 0, 0 }, { 0, 0 } },
		{ "1-2\n\n", -EBADMSG, 0, { 0, 0 }, { 0, 0 } },
		{ "1-2\n10000000000000000-2\n", -EBADMSG, 0, { 0, 0 }, { 0, 0 } },
		{ "g-2\n", -EBADMSG, 0, { 0, 0 }, { 0, 0 } },
	};
	struct kd_text why;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		struct kd_ranges r = { .n = 77 };

		kd_text_clear(&why);
		assert_int_equal(kd_cma_ranges_parse(rows[i].text, &r, &why), rows[i].err);
		if (rows[i].err) {
			assert_int_equal(r.n, 77);
			assert_string_not_equal(why.s, "");
			continue;
		}
		assert_int_equal(r.n, rows[i].n);
		if (r.n) {
			assert_memory_equal(&r.v[0], &rows[i].first, sizeof(r.v[0]));
			assert_memory_equal(&r.v[r.n - 1], &rows[i].last, sizeof(r.v[0]));
		}
		kd_ranges_free(&r);
	}
}

static void test_choice(void **state)
{
	static const struct {
		const char *text;
		int err;
		const char *word;
	} rows[] = {
		{ "[none] integrity confidentiality\n", 0, "none" },
		{ "none [integrity] confidentiality\n", 0, "integrity" },
		{ "none integrity [confidentiality]", 0, "confidentiality" },
		{ "[seven77]", 0, "seven77" },
		{ "none integrity", -EBADMSG, NULL },
		{ "", -EBADMSG, NULL },
		{ "[none", -EBADMSG, NULL },
		{ "none] [", -EBADMSG, NULL },
		{ "[]", -EBADMSG, NULL },
		{ "[sixteen-letters-]", -EBADMSG, NULL },
	};

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		char word[16] = "untouched";

		assert_int_equal(kd_choice_parse(rows[i].text, word, sizeof(word)), rows[i].err);
		assert_string_equal(word, rows[i].err ? "untouched" : rows[i].word);
	}
}

static void test_table(void **state)
{
	static const char text[] = "MemTotal:        1753200 kB\n"
				   "MemFree:               0 kB\n"
				   "CmaTotal:         524288 kB\n"
				   "Odd:       many\n"
				   "CapPrm:\t000001ffffffffff\n"
				   "Last: 7";
	static const struct {
		const char *name;
		int base, err;
		uint64_t n;
	} rows[] = {
		{ "MemTotal", 10, 0, 1753200 },
		{ "MemFree", 10, 0, 0 },
		{ "CmaTotal", 10, 0, 524288 },
		{ "CapPrm", 16, 0, 0x1ffffffffff },
		{ "Last", 10, 0, 7 },
		{ "Mem", 10, -ENOENT, 0 },
		{ "Total", 10, -ENOENT, 0 },
		{ "MemTotalX", 10, -ENOENT, 0 },
		{ "Odd", 10, -EBADMSG, 0 },
	};

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		uint64_t n = UNTOUCHED;

		assert_int_equal(kd_table_get(text, rows[i].name, rows[i].base, &n), rows[i].err);
		assert_int_equal(n, rows[i].err ? UNTOUCHED : rows[i].n);
	}
}

static void test_zones(void **state)
{
	static const struct {
		const char *text;
		bool movable;
	} rows[] = {
		{ "", false },
		{ "Node 0, zone   Normal\n  pages free     1\n        present  262144\n", false },
		{ "Node 0, zone  Movable\n  pages free     0\n        present  0\n", false },
		{ "Node 0, zone  Movable\n  pages free     9\n        present  32768\n", true },
		{ "Node 0, zone  Movable\n        present  0\nNode 1, zone  Movable\n"
		  "        present  4096", true },
		{ "Node 0, zone  Movable\n        present  0\nNode 1, zone   Device\n"
		  "        present  4096\n", false },
	};

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++)
		assert_int_equal(kd_zoneinfo_has_movable(rows[i].text), rows[i].movable);
	assert_true(kd_zones_are_movable("Movable"));
	assert_false(kd_zones_are_movable("Normal Movable"));
	assert_false(kd_zones_are_movable("Normal"));
	assert_false(kd_zones_are_movable("none"));
}

static void test_range(void **state)
{
	static const char *const wrong[] = {
		"", "-", "67000000", "67000000-", "-76ffffff", "67000000-66ffffff",
		"67000000-76ffffff ", "67000000-76ffffff\n",
		"67000000 - 76ffffff", "10000000000000000-10000000000000001",
	};
	struct kdump_range range = { 1, 2 };

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(wrong); i++)
		assert_int_equal(kd_range_parse(wrong[i], &range), -EBADMSG);
	assert_int_equal(range.start, 1);
	assert_int_equal(kd_range_parse("0000000067000000-0000000076ffffff", &range), 0);
	assert_int_equal(range.start, 0x67000000);
	assert_int_equal(range.end, 0x76ffffff);
	assert_int_equal(kd_range_parse("0-ffffffffffffffff", &range), 0);
	assert_int_equal(range.end, UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cpulist),
		cmocka_unit_test(test_cma_ranges),
		cmocka_unit_test(test_choice),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_zones),
		cmocka_unit_test(test_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
