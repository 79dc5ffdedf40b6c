/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The estimate against reservations that were found by trying, on Debian's
 * kernels under QEMU: never less, for that would be a lost dump, and not much
 * more.  Sizes are those of the measurement, in hundredths of a MiB.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>
#include <cmocka.h>

#include "../../lib/decide/estimate.h"
#include "../../lib/parse/rootfs.h"

#define HUNDREDTHS(n) ((n) * KD_MIB / 100)
#define EXCESS_MAX (16 * KD_MIB)	/* of one case, above what was measured */
#define EXCESS_MEAN 8			/* MiB, of all */

struct kernel {
	const char *name, *release;
	uint64_t init_size, elfcorehdr;
};

static const struct kernel cloud_6_1 = { "6.1 cloud", "6.1.0-50-cloud-amd64", HUNDREDTHS(5147), 0 };
static const struct kernel cloud_7_2 = {
	"7.2 cloud", "7.2.12+deb13-cloud-amd64", HUNDREDTHS(6021), 917616
};
static const struct kernel generic_7_2 = {
	"7.2 generic", "7.2.12+deb13-amd64", HUNDREDTHS(6229), 917616
};

#define ZSTD	(4 * KD_MIB)
#define XZ	(8 * KD_MIB)
#define LZ4	(8 * KD_MIB)
#define NONE	0

static const struct {
	const struct kernel *kernel;
	const char *image;
	uint64_t stored, unpacked, window;
	const char *append;
	uint64_t minimum;		/* MiB */
} rows[] = {
	{ &cloud_7_2, "a zstd", HUNDREDTHS(240), HUNDREDTHS(560), ZSTD, "", 90 },
	{ &cloud_7_2, "a zstd, 1 GiB", HUNDREDTHS(240), HUNDREDTHS(560), ZSTD, "", 92 },
	{ &cloud_7_2, "b zstd", HUNDREDTHS(3450), HUNDREDTHS(3760), ZSTD, "", 169 },
	{ &cloud_7_2, "c zstd", HUNDREDTHS(250), HUNDREDTHS(6960), ZSTD, "", 201 },
	{ &cloud_7_2, "c zstd", HUNDREDTHS(250), HUNDREDTHS(6960), ZSTD, "rootfstype=ramfs", 159 },
	{ &cloud_7_2, "c zstd", HUNDREDTHS(250), HUNDREDTHS(6960), ZSTD, "root=/dev/vda1", 159 },
	{ &cloud_7_2, "c gzip", HUNDREDTHS(2210), HUNDREDTHS(6960), NONE, "", 221 },
	{ &cloud_7_2, "c gzip", HUNDREDTHS(2210), HUNDREDTHS(6960), NONE, "rootfstype=ramfs", 173 },
	{ &cloud_7_2, "c xz", HUNDREDTHS(210), HUNDREDTHS(6960), XZ, "", 201 },
	{ &cloud_7_2, "c lz4", HUNDREDTHS(330), HUNDREDTHS(6960), LZ4, "", 202 },
	{ &cloud_7_2, "c stored", HUNDREDTHS(6960), HUNDREDTHS(6960), NONE, "", 270 },
	{ &cloud_7_2, "initramfs-tools", HUNDREDTHS(2260), HUNDREDTHS(5160), ZSTD, "", 185 },
	{ &cloud_7_2, "initramfs-tools", HUNDREDTHS(2260), HUNDREDTHS(5160), ZSTD,
	  "rootfstype=ramfs", 160 },
	{ &cloud_7_2, "dracut", HUNDREDTHS(2670), HUNDREDTHS(6420), ZSTD, "", 217 },
	{ &cloud_7_2, "dracut", HUNDREDTHS(2670), HUNDREDTHS(6420), ZSTD, "rootfstype=ramfs", 177 },
	{ &generic_7_2, "a zstd", HUNDREDTHS(240), HUNDREDTHS(560), ZSTD, "", 97 },
	{ &generic_7_2, "initramfs-tools", HUNDREDTHS(5180), HUNDREDTHS(8320), ZSTD, "", 283 },
	{ &cloud_6_1, "a zstd", HUNDREDTHS(240), HUNDREDTHS(560), ZSTD, "", 81 },
	{ &cloud_6_1, "b zstd", HUNDREDTHS(3450), HUNDREDTHS(3760), ZSTD, "", 158 },
	{ &cloud_6_1, "c zstd", HUNDREDTHS(250), HUNDREDTHS(6960), ZSTD, "", 190 },
	{ &cloud_6_1, "initramfs-tools", HUNDREDTHS(1650), HUNDREDTHS(6060), ZSTD, "", 186 },
};

#define MEASURED_WITH "console=ttyS0 nr_cpus=1 reset_devices irqpoll panic=-1 " \
	"cgroup_disable=memory udev.children-max=2 "

static void make_case(size_t i, struct kd_estimate_machine *machine, struct kd_image_sums *sums)
{
	static char line[256];
	struct kd_rootfs rootfs;

	snprintf(line, sizeof(line), "%s%s", MEASURED_WITH, rows[i].append);
	kd_rootfs_limit(line, true, &rootfs);
	*machine = (struct kd_estimate_machine){
		.arch = &kd_arch_x86_64,
		.page_size = 4096,
		.ram = 2 * KD_GIB,
		.elfcorehdr = rows[i].kernel->elfcorehdr ? rows[i].kernel->elfcorehdr : 4096,
		.elfcorehdr_known = rows[i].kernel->elfcorehdr,
		.tmpfs_percent = rootfs.percent,
		.cmdline = line,
	};
	*sums = (struct kd_image_sums){
		.kernel = { .init_size = rows[i].kernel->init_size, .alignment = 2 * KD_MIB,
			    .pref_address = 16 * KD_MIB, .cmdline_size = 2047 },
		.initramfs = { .stored = rows[i].stored, .unpacked = rows[i].unpacked,
			       .pages = { rows[i].unpacked }, .window = rows[i].window },
	};
	strcpy(sums->kernel.release, rows[i].kernel->release);
}

/* Where a reservation of up to 640 MiB lay on the 2 GiB machine, by its top. */
static const uint64_t places[] = { 0, 0x56000000, 0x57000000, 0x5d000000, 0x6e000000 };

static void test_measured(void **state)
{
	uint64_t sum = 0, most = 0;
	unsigned cases = 0;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		for (size_t p = 0; p < KD_ARRAY_SIZE(places); p++) {
			struct kd_estimate_machine machine;
			struct kdump_estimate est = { 0 };
			struct kd_image_sums sums;
			uint64_t true_need = rows[i].minimum * KD_MIB, excess;

			make_case(i, &machine, &sums);
			machine.has_main = places[p];
			machine.main.start = places[p];
			machine.main.end = places[p] + 640 * KD_MIB - 1;
			kd_estimate_fill(&machine, &sums, &est);
			excess = est.main_alone - true_need;
			if (est.main_alone < true_need || excess > EXCESS_MAX)
				fail_msg("%s, %s, \"%s\", at 0x%llx: %llu MiB, measured %llu",
					 rows[i].kernel->name, rows[i].image, rows[i].append,
					 (unsigned long long)places[p],
					 (unsigned long long)(est.main_alone / KD_MIB),
					 (unsigned long long)rows[i].minimum);
			sum += excess / KD_MIB;
			most = kd_max(most, excess / KD_MIB);
			cases++;
		}
	}
	print_message("# %u cases: none below what was measured, above by %.1f MiB in the mean, "
		      "%llu at most\n", cases, (double)sum / cases, (unsigned long long)most);
	assert_true(sum <= EXCESS_MEAN * cases);
}

/* Beside 512 MiB of CMA 65 MiB of main were enough, and beside those 27 MiB of CMA. */
static void test_cma(void **state)
{
	struct kdump_range range = { 0x4e000000, 0x6dffffff };
	struct kd_ranges cma = { &range, 1, 1 };
	struct kd_estimate_machine machine;
	struct kdump_estimate est = { 0 }, without = { 0 };
	struct kd_image_sums sums;

	(void)state;
	make_case(0, &machine, &sums);
	machine.ram = 3 * KD_GIB;
	machine.has_main = true;
	machine.main = (struct kdump_range){ 0x6e000000, 0x7dffffff };
	kd_estimate_fill(&machine, &sums, &without);
	machine.cma = &cma;
	kd_estimate_fill(&machine, &sums, &est);
	assert_int_equal(est.main_with_cma, 65 * KD_MIB);
	assert_int_equal(without.main_with_cma, 65 * KD_MIB);
	assert_true(est.cma >= 27 * KD_MIB);
	assert_true(without.cma >= 27 * KD_MIB);
	assert_true(without.cma <= 27 * KD_MIB + EXCESS_MAX);
	/* CMA has struct pages too: with 512 MiB of it a few MiB more are needed in all. */
	assert_true(est.total_with_cma >= without.main_alone - KD_MIB);
	assert_true(est.total_with_cma <= without.main_alone + 5 * 2 * KD_MIB + KD_MIB);
	assert_int_equal(est.main_alone, without.main_alone);
}

/* Above 4 GiB the low region holds the 64 MiB SWIOTLB where it has 72. */
static void test_high(void **state)
{
	struct kd_estimate_machine machine;
	struct kdump_estimate est = { 0 };
	struct kd_image_sums sums;

	(void)state;
	make_case(0, &machine, &sums);
	machine.ram = 6 * KD_GIB;
	machine.has_main = true;
	machine.main = (struct kdump_range){ 0x160000000, 0x16fffffff };
	kd_estimate_fill(&machine, &sums, &est);
	assert_int_equal(est.low, 0);
	machine.above_4g = true;
	kd_estimate_fill(&machine, &sums, &est);
	assert_int_equal(est.low, 72 * KD_MIB);
	assert_true(est.main_alone >= 90 * KD_MIB);
	assert_true(est.main_alone <= 90 * KD_MIB + EXCESS_MAX);
}

/* What is shown adds up to what is said. */
static void test_parts_add_up(void **state)
{
	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		enum kdump_wall binding;
		uint64_t walls[KDUMP_WALLS] = { 0 }, most = 0;
		struct kd_estimate_machine machine;
		struct kdump_estimate est = { 0 };
		struct kd_image_sums sums;

		make_case(i, &machine, &sums);
		kd_estimate_fill(&machine, &sums, &est);
		assert_true(est.n_parts > 0 && est.n_parts < KD_PARTS_MAX);
		for (size_t k = 0; k < est.n_parts; k++) {
			const struct kdump_part *part = kdump_estimate_get_part(&est, k);

			assert_string_not_equal(kdump_part_get_id(part), "");
			assert_string_not_equal(kdump_part_get_title(part), "");
			assert_string_not_equal(kdump_part_get_source(part), "");
			assert_true(kdump_part_get_low(part) <= kdump_part_get_bytes(part));
			assert_true(kdump_part_get_bytes(part) <= kdump_part_get_high(part));
			for (unsigned w = 0; w < KDUMP_WALLS; w++)
				walls[w] += kdump_part_get_bytes(part) *
					    kdump_part_get_factor(part, (enum kdump_wall)w);
		}
		assert_null(kdump_estimate_get_part(&est, est.n_parts));
		if (!machine.tmpfs_percent)
			walls[KDUMP_WALL_TMPFS] = 0;
		for (unsigned w = 0; w < KDUMP_WALLS; w++) {
			assert_int_equal(kdump_estimate_get_wall(&est, (enum kdump_wall)w),
					 walls[w]);
			walls[w] += kdump_estimate_get_margin(&est, (enum kdump_wall)w);
			most = kd_max(most, walls[w]);
		}
		binding = kdump_estimate_get_binding_wall(&est);
		assert_int_equal(walls[binding], most);
		assert_int_equal(kdump_estimate_get_need(&est, KDUMP_POOL_MAIN, false),
				 kd_round_up(most, KD_MIB));
	}
}

/* Each part of an image that grows makes the need grow, and never the other way. */
static void test_more_needs_more(void **state)
{
	struct kd_estimate_machine machine;
	struct kdump_estimate est = { 0 }, more = { 0 };
	struct kd_image_sums sums, larger;

	(void)state;
	make_case(3, &machine, &sums);
	kd_estimate_fill(&machine, &sums, &est);
	for (unsigned what = 0; what < 3; what++) {
		larger = sums;
		if (what == 0)
			larger.initramfs.pages[0] += 10 * KD_MIB;
		else if (what == 1)
			larger.initramfs.stored += 10 * KD_MIB;
		else
			larger.kernel.init_size += 10 * KD_MIB;
		kd_estimate_fill(&machine, &larger, &more);
		/* The root tmpfs holds what is unpacked once and may fill half. */
		assert_true(more.main_alone >= est.main_alone + (what ? 10 : 20) * KD_MIB);
		assert_true(more.main_alone <= est.main_alone + (what ? 14 : 24) * KD_MIB);
	}
}

/* A segment that could not be unpacked counts for several times what is stored. */
static void test_unread_part(void **state)
{
	struct kd_estimate_machine machine;
	struct kdump_estimate est = { 0 }, more = { 0 };
	struct kd_image_sums sums;

	(void)state;
	make_case(4, &machine, &sums);
	kd_estimate_fill(&machine, &sums, &est);
	sums.initramfs.partial = true;
	sums.initramfs.partial_stored = 10 * KD_MIB;
	kd_estimate_fill(&machine, &sums, &more);
	assert_true(more.main_alone >= est.main_alone + 30 * KD_MIB);
}

/* Numbers that no file could have do not wrap around. */
static void test_absurd(void **state)
{
	struct kd_estimate_machine machine;
	struct kdump_estimate est = { 0 };
	struct kd_image_sums sums;

	(void)state;
	make_case(0, &machine, &sums);
	sums.initramfs.pages[0] = UINT64_MAX / 2;
	kd_estimate_fill(&machine, &sums, &est);
	assert_true(est.main_alone >= UINT64_MAX / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_measured),
		cmocka_unit_test(test_cma),
		cmocka_unit_test(test_high),
		cmocka_unit_test(test_parts_add_up),
		cmocka_unit_test(test_more_needs_more),
		cmocka_unit_test(test_unread_part),
		cmocka_unit_test(test_absurd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
