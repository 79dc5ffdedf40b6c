/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The tables of architectures, and kernel versions. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>
#include <cmocka.h>

#include "../../lib/arch/arch.h"

/* Against arch/<arch>/include/asm/crash_reserve.h and the others named in each table. */
static void test_tables(void **state)
{
	static const struct {
		const char *name;
		uint64_t align, low_max, default_low, section;
		struct kd_version cma;
		bool high_low, to_zero;
		enum kd_model model;
	} rows[] = {
		{ "x86_64", 16 * KD_MIB, 4 * KD_GIB, 256 * KD_MIB, 128 * KD_MIB, { 6, 17 },
		  true, true, KD_MODEL_MEASURED },
		{ "aarch64", 2 * KD_MIB, 4 * KD_GIB, 128 * KD_MIB, 128 * KD_MIB, { 7, 3 },
		  true, true, KD_MODEL_DERIVED },
		{ "riscv64", 2 * KD_MIB, 4 * KD_GIB, 128 * KD_MIB, 128 * KD_MIB, { 7, 3 },
		  true, true, KD_MODEL_DERIVED },
		{ "loongarch64", 2 * KD_MIB, 4 * KD_GIB, 128 * KD_MIB, 512 * KD_MIB, { 0, 0 },
		  true, true, KD_MODEL_DERIVED },
		{ "ppc64le", 64 * KD_KIB, 0, 0, 16 * KD_MIB, { 7, 0 }, false, false,
		  KD_MODEL_NONE },
		{ "s390x", KD_MIB, 0, 0, 128 * KD_MIB, { 0, 0 }, false, true,
		  KD_MODEL_NONE },
	};

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		const struct kd_arch *arch = kd_arch_find(rows[i].name);

		assert_non_null(arch);
		assert_string_equal(arch->name, rows[i].name);
		assert_int_equal(arch->align, rows[i].align);
		assert_int_equal(arch->low_max, rows[i].low_max);
		assert_int_equal(arch->default_low, rows[i].default_low);
		assert_int_equal(arch->section_bytes, rows[i].section);
		assert_int_equal(arch->cma_since.major, rows[i].cma.major);
		assert_int_equal(arch->cma_since.minor, rows[i].cma.minor);
		assert_int_equal(arch->high_low, rows[i].high_low);
		assert_int_equal(arch->may_shrink_to_zero, rows[i].to_zero);
		assert_int_equal(arch->model, rows[i].model);
		/* What arithmetic relies on. */
		assert_true(arch->page_size && arch->align && arch->section_bytes);
		assert_int_equal(arch->section_bytes % arch->page_size, 0);
		assert_int_equal(arch->align & (arch->align - 1), 0);
		assert_true(!arch->high_low || arch->default_low);
	}
}

static void test_unknown(void **state)
{
	static const char *const names[] = { "", "x86", "x86_64 ", "X86_64", "i686", "armv7l" };

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(names); i++)
		assert_null(kd_arch_find(names[i]));
}

static void test_versions(void **state)
{
	static const struct {
		const char *release;
		int err;
		unsigned major, minor;
	} rows[] = {
		{ "6.17.13+deb14-amd64", 0, 6, 17 },
		{ "7.2.12-test", 0, 7, 2 },
		{ "6.1.0-50-cloud-amd64", 0, 6, 1 },
		{ "5.14.0-70.el9.x86_64", 0, 5, 14 },
		{ "7.3-rc7", 0, 7, 3 },
		{ "10.0", 0, 10, 0 },
		{ "", -EINVAL, 0, 0 },
		{ "6", -EINVAL, 0, 0 },
		{ "6.", -EINVAL, 0, 0 },
		{ ".1", -EINVAL, 0, 0 },
		{ "-6.1", -EINVAL, 0, 0 },
		{ " 6.1", -EINVAL, 0, 0 },
		{ "v6.1", -EINVAL, 0, 0 },
		{ "6.-1", -EINVAL, 0, 0 },
		{ "6.x", -EINVAL, 0, 0 },
		{ "99999999999999999999.1", -EINVAL, 0, 0 },
		{ "6.99999999999999999999", -EINVAL, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		struct kd_version v = { 77, 77 };

		assert_int_equal(kd_version_parse(rows[i].release, &v), rows[i].err);
		assert_int_equal(v.major, rows[i].err ? 77 : rows[i].major);
		assert_int_equal(v.minor, rows[i].err ? 77 : rows[i].minor);
	}
}

static void test_at_least(void **state)
{
	const struct kd_version v = { 6, 17 };

	(void)state;
	assert_true(kd_version_at_least(v, 6, 17));
	assert_true(kd_version_at_least(v, 6, 16));
	assert_true(kd_version_at_least(v, 5, 99));
	assert_false(kd_version_at_least(v, 6, 18));
	assert_false(kd_version_at_least(v, 7, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_at_least),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
