/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What the machine adds to the estimate: CPUs, bounce buffer, framebuffer, size itself. */
#include <stdarg.h>
#include <stdlib.h>

#include <setjmp.h>
#include <cmocka.h>

#include "../../lib/decide/estimate-machine.h"

static void test_cpus(void **state)
{
	static const struct {
		const char *cmdline;
		uint64_t of, possible, online;
	} rows[] = {
		{ "nr_cpus=1", 64, 1, 1 },
		{ "nr_cpus=4", 64, 4, 4 },
		{ "nr_cpus=0x10", 64, 16, 16 },
		{ "nr_cpus=32", 8, 8, 8 },
		{ "nr_cpus=0", 8, 8, 8 },		/* ignored */
		{ "nr_cpus=x", 8, 8, 8 },
		{ "", 8, 8, 8 },
		{ "nr_cpus=2 nr_cpus=4", 8, 4, 4 },
		/* Not brought up, but possible: memory is set aside for them. */
		{ "maxcpus=1", 64, 64, 1 },
		{ "maxcpus=0", 64, 64, 1 },
		{ "nosmp", 64, 64, 1 },
		{ "nr_cpus=8 maxcpus=2", 64, 8, 2 },
		{ "possible_cpus=3", 64, 3, 3 },
		{ "possible_cpus=0", 64, 1, 1 },
		{ "nr_cpus=1", 0, 1, 1 },
	};
	struct kd_crash_cpus cpus;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		print_message("'%s' of %u\n", rows[i].cmdline, (unsigned)rows[i].of);
		kd_crash_cpus(rows[i].cmdline, rows[i].of, &cpus);
		assert_int_equal(cpus.possible, rows[i].possible);
		assert_int_equal(cpus.online, rows[i].online);
	}
}

#define SOME (200 * KD_MIB)

static void test_bounce(void **state)
{
	static const struct {
		const char *cmdline;
		struct kd_bounce_machine machine;
		uint64_t bytes;
	} rows[] = {
		/* Seen on 7.2 with main above 4 GiB: "software IO TLB: mapped … (64MB)". */
		{ "nr_cpus=1", { .above_4g = true, .memory = SOME }, 64 * KD_MIB },
		{ "nr_cpus=1", { .memory = SOME }, 0 },
		{ "", { KD_ENCRYPTION_HOST, false, 1, SOME }, 64 * KD_MIB },
		{ "", { KD_ENCRYPTION_GUEST, false, 1, SOME }, 64 * KD_MIB },
		/* 6 % of 4 GiB, to whole segments; at most 1 GiB. */
		{ "", { KD_ENCRYPTION_GUEST, false, 1, 4 * KD_GIB }, 256 * KD_MIB },
		{ "", { KD_ENCRYPTION_GUEST, false, 1, 100 * KD_GIB }, KD_GIB },
		{ "", { KD_ENCRYPTION_HOST, false, 1, 100 * KD_GIB }, 64 * KD_MIB },
		/* The command line says how much, in slabs of 2 KiB, and the kernel rounds. */
		{ "swiotlb=16384", { .above_4g = true }, 32 * KD_MIB },
		{ "swiotlb=16385", { .above_4g = true }, 64 * KD_MIB },
		{ "swiotlb=1", { .above_4g = true }, 256 * KD_KIB },
		{ "swiotlb=16384", { KD_ENCRYPTION_GUEST, false, 1, 4 * KD_GIB }, 32 * KD_MIB },
		{ "swiotlb=noforce", { .above_4g = true }, 0 },
		{ "swiotlb=noforce", { KD_ENCRYPTION_GUEST, true, 1, SOME }, 0 },
		{ "swiotlb=16384,noforce", { .above_4g = true }, 0 },
		{ "swiotlb=force", { .memory = SOME }, 64 * KD_MIB },
		{ "swiotlb=16384,force", { .memory = SOME }, 32 * KD_MIB },
		{ "swiotlb=,force", { .memory = SOME }, 64 * KD_MIB },
		{ "swiotlb=16384,1024,force", { .memory = SOME }, 256 * KD_MIB },
		{ "swiotlb=16384", { .memory = SOME }, 0 },
		{ "swiotlb", { .memory = SOME }, 0 },
		/* A segment for each CPU: more than 256 make it larger. */
		{ "", { .above_4g = true, .possible_cpus = 256 }, 64 * KD_MIB },
		{ "", { .above_4g = true, .possible_cpus = 257 }, 128 * KD_MIB },
	};

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		print_message("row %zu: '%s'\n", i, rows[i].cmdline);
		assert_int_equal(kd_bounce_bytes(rows[i].cmdline, &rows[i].machine),
				 rows[i].bytes);
	}
	/* Nonsense stays a number. */
	assert_true(kd_bounce_bytes("swiotlb=99999999999999999999,99999999999999999999",
				    &(struct kd_bounce_machine){ .above_4g = true }) >= KD_GIB);
}

static void test_growth(void **state)
{
	const char never[] = "transparent_hugepage=never";
	uint64_t last = 0;

	(void)state;
	assert_int_equal(kd_growth_bytes("", 0), 0);
	assert_int_equal(kd_growth_bytes("", 300 * KD_MIB), 0);
	for (uint64_t mib = 301; mib < 8192; mib += 64) {
		assert_true(kd_growth_bytes("", mib * KD_MIB) >= last);
		assert_true(kd_growth_bytes(never, mib * KD_MIB) <=
			    kd_growth_bytes("", mib * KD_MIB));
		last = kd_growth_bytes("", mib * KD_MIB);
	}
	/*
	 * 1324 MiB: 1856 KiB of hashes; min_free_kbytes 4657 in place of 2217; with
	 * huge pages 44 MiB, all that is asked for, in place of 5 % of 300 MiB.
	 */
	assert_int_equal(kd_growth_bytes(never, 1324 * KD_MIB),
			 1856 * KD_KIB + (4657 - 2217) * KD_KIB);
	assert_int_equal(kd_growth_bytes("", 1324 * KD_MIB), 1856 * KD_KIB + 29 * KD_MIB);
	assert_true(kd_growth_bytes("", UINT64_MAX) > KD_GIB);
}

static const struct kdump_part *part_of(const struct kdump_part *parts, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++)
		if (kd_streq(parts[i].id, id))
			return &parts[i];
	return NULL;
}

static uint64_t bytes_of(const struct kd_machine_view *view, const char *id)
{
	struct kdump_part parts[KD_MACHINE_PARTS_MAX];
	size_t n = kd_machine_parts(view, parts);
	const struct kdump_part *part = part_of(parts, n, id);

	for (size_t i = 0; i < n; i++) {
		assert_true(parts[i].bytes);
		assert_true(parts[i].low <= parts[i].bytes && parts[i].bytes <= parts[i].high);
		assert_int_equal(parts[i].factor[KDUMP_WALL_LOAD], 0);
		assert_int_equal(parts[i].factor[KDUMP_WALL_RUN], 1);
		assert_int_equal(parts[i].factor[KDUMP_WALL_DUMP], 1);
	}
	return part ? part->bytes : 0;
}

/* The guests that the constant was measured on add nothing to it. */
static void test_measured(void **state)
{
	static const struct kd_hardware plain = { 0 };
	const struct kd_machine_view view = {
		.cmdline = "nr_cpus=1 reset_devices", .cpus_possible = 8, .percpu = 220 * KD_KIB,
		.page_size = 4096, .memory = 283 * KD_MIB, .hardware = &plain,
	};
	struct kdump_part parts[KD_MACHINE_PARTS_MAX];

	(void)state;
	assert_int_equal(kd_machine_parts(&view, parts), 0);
}

static void test_parts(void **state)
{
	struct kd_hardware hardware = { .framebuffers = 1920 * 1080 * 4 };
	struct kd_machine_view view = {
		.cmdline = "nr_cpus=4 maxcpus=2", .cpus_possible = 64, .percpu = 220 * KD_KIB,
		.page_size = 4096, .memory = SOME, .hardware = &hardware,
	};

	(void)state;
	assert_int_equal(bytes_of(&view, "cpus"), 3 * 256 * KD_KIB);
	assert_int_equal(bytes_of(&view, "cpus-online"), KD_MIB);
	assert_int_equal(bytes_of(&view, "framebuffer"), 2 * 1920 * 1080 * 4);
	assert_int_equal(bytes_of(&view, "swiotlb"), 0);
	assert_int_equal(bytes_of(&view, "growth"), 0);
	view.percpu = 0;
	assert_int_equal(bytes_of(&view, "cpus"), 3 * 292 * KD_KIB);
	view.page_size = 64 * KD_KIB;
	assert_int_equal(bytes_of(&view, "cpus"), 3 * 320 * KD_KIB);
	/* Above 4 GiB the buffer lies in low, and its table in main. */
	view.page_size = 4096;
	view.above_4g = true;
	assert_int_equal(bytes_of(&view, "swiotlb"), 768 * KD_KIB);
	view.above_4g = false;
	hardware.encryption = KD_ENCRYPTION_HOST;
	assert_int_equal(bytes_of(&view, "swiotlb"), 64 * KD_MIB + 768 * KD_KIB);
	view.memory = KD_GIB;
	assert_int_equal(bytes_of(&view, "growth"), kd_growth_bytes("", KD_GIB));
	view.cpus_possible = UINT64_MAX;
	view.cmdline = "";
	assert_true(bytes_of(&view, "cpus") == UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cpus),
		cmocka_unit_test(test_bounce),
		cmocka_unit_test(test_growth),
		cmocka_unit_test(test_measured),
		cmocka_unit_test(test_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
