/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The machine as an image knows it: what makes another of it, and what does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../lib/facts/layout.h"

static struct kdump_range ram[] = { { 0x1000, 0x9ffff }, { 0x100000, 0x7fffffff } };
static struct kdump_range crash[] = { { 0x60000000, 0x6fffffff } };
static struct kdump_range cma[] = { { 0x40000000, 0x4fffffff } };

static struct kdump_snapshot make(void)
{
	struct kdump_snapshot snap = {
		.has_iomem = true, .has_version = true, .version = { .major = 7, .minor = 2 },
		.arch_name = (char *)"x86_64",
		.iomem = { .ram = { .v = ram, .n = 2 }, .crash = { .v = crash, .n = 1 } },
		.kexec = { .cma = { .v = cma, .n = 1 } },
	};

	kd_sha256_of("0-7", 3, snap.cpus_possible_sum);
	kd_sha256_of("0-3", 3, snap.cpus_present_sum);
	return snap;
}

static enum kd_layout_change change(const struct kdump_snapshot *then,
				    const struct kdump_snapshot *now, enum kdump_syscall call)
{
	struct kd_layout a, b;

	kd_layout_of(then, call, &a);
	kd_layout_of(now, call, &b);
	return kd_layout_compare(&a, &b);
}

static void test_memory(void **state)
{
	const struct kdump_snapshot then = make();
	struct kdump_range more[] = { ram[0], ram[1], { 0x100000000, 0x107ffffff } };
	struct kdump_range moved[] = { { 0x50000000, 0x5fffffff } };
	struct kdump_snapshot now = make();

	(void)state;
	assert_int_equal(change(&then, &now, KDUMP_SYSCALL_FILE), KD_LAYOUT_SAME);
	now.iomem.ram = (struct kd_ranges){ .v = more, .n = 3 };
	assert_int_equal(change(&then, &now, KDUMP_SYSCALL_FILE), KD_LAYOUT_MEMORY);
	assert_int_equal(change(&then, &now, KDUMP_SYSCALL_SEGMENTS), KD_LAYOUT_MEMORY);
	now = make();
	now.iomem.driver_ram = (struct kd_ranges){ .v = &more[2], .n = 1 };
	assert_int_equal(change(&then, &now, KDUMP_SYSCALL_FILE), KD_LAYOUT_MEMORY);
	now = make();
	now.iomem.crash.v = moved;
	assert_int_equal(change(&then, &now, KDUMP_SYSCALL_FILE), KD_LAYOUT_MEMORY);
	now = make();
	now.kexec.cma.v = moved;
	assert_int_equal(change(&then, &now, KDUMP_SYSCALL_FILE), KD_LAYOUT_MEMORY);
	/* The same range of another kind is another layout. */
	now = make();
	now.iomem.crash.v = cma;
	now.kexec.cma.v = crash;
	assert_int_equal(change(&then, &now, KDUMP_SYSCALL_FILE), KD_LAYOUT_MEMORY);
}

static void test_hidden(void **state)
{
	const struct kdump_snapshot then = make();
	struct kdump_snapshot now = make();

	(void)state;
	now.iomem = (struct kd_iomem){ .hidden = true, .crash_count = 1 };
	assert_int_equal(change(&then, &now, KDUMP_SYSCALL_FILE), KD_LAYOUT_HIDDEN);
	/* What was not to be seen then tells nothing now. */
	assert_int_equal(change(&now, &then, KDUMP_SYSCALL_FILE), KD_LAYOUT_SAME);
	now.has_iomem = false;
	assert_int_equal(change(&then, &now, KDUMP_SYSCALL_FILE), KD_LAYOUT_HIDDEN);
	/* CPUs are no secret. */
	kd_sha256_of("0-2", 3, now.cpus_present_sum);
	assert_int_equal(change(&then, &now, KDUMP_SYSCALL_SEGMENTS), KD_LAYOUT_CPUS);
}

/* kexec_file_load() of 6.6 and later describes those that may come, too. */
static void test_cpus(void **state)
{
	struct kdump_snapshot then = make(), now = make();

	(void)state;
	kd_sha256_of("0-4", 3, now.cpus_present_sum);
	assert_int_equal(change(&then, &now, KDUMP_SYSCALL_FILE), KD_LAYOUT_SAME);
	assert_int_equal(change(&then, &now, KDUMP_SYSCALL_SEGMENTS), KD_LAYOUT_CPUS);
	then.version.major = now.version.major = 6;
	then.version.minor = now.version.minor = 1;
	assert_int_equal(change(&then, &now, KDUMP_SYSCALL_FILE), KD_LAYOUT_CPUS);
	now.cpus_present_sum[0] = '\0';
	assert_int_equal(change(&then, &now, KDUMP_SYSCALL_FILE), KD_LAYOUT_SAME);
}

/* arch/s390/kernel/crash_dump.c: the crash kernel asks the machine itself. */
static void test_s390(void **state)
{
	struct kdump_snapshot then = make(), now = make();

	(void)state;
	then.arch_name = now.arch_name = (char *)"s390x";
	now.iomem.ram.n = 1;
	kd_sha256_of("0-4", 3, now.cpus_present_sum);
	assert_int_equal(change(&then, &now, KDUMP_SYSCALL_FILE), KD_LAYOUT_SAME);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_hidden),
		cmocka_unit_test(test_cpus),
		cmocka_unit_test(test_s390),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
