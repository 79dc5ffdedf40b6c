/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What a rehearsal has measured: what it takes the place of in an estimate, and what not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../lib/decide/measured.h"
#include "../../lib/facts/measured.h"

static const struct kd_measured_main measured = {
	.bytes = 89 * KD_MIB, .start = 112 * KD_MIB, .cpus = 1, .time = 1795224000,
};

static const struct kd_image_sums sums = {
	.kernel = { .release = "7.2.12-test", .init_size = 60 * KD_MIB, .resident = 50 * KD_MIB,
		    .alignment = 2 * KD_MIB },
	.initramfs = { .stored = 2 * KD_MIB, .files = 14, .regular = 14, .content = 5 * KD_MIB,
		       .pages = { 6 * KD_MIB, 6 * KD_MIB, 6 * KD_MIB } },
};

static struct kd_estimate_machine machine(const char *cmdline)
{
	return (struct kd_estimate_machine){
		.arch = &kd_arch_x86_64, .page_size = 4096, .ram = 2 * KD_GIB,
		.elfcorehdr = 917616, .elfcorehdr_known = true, .tmpfs = true,
		.tmpfs_percent = 50, .cmdline = cmdline, .cpus = 1,
	};
}

static const struct kdump_part *find(const struct kdump_estimate *est, const char *id)
{
	for (size_t i = 0; i < est->n_parts; i++)
		if (kd_streq(est->parts[i].id, id))
			return &est->parts[i];
	return NULL;
}

static void test_replaces(void **state)
{
	struct kd_estimate_machine m = machine("nr_cpus=1");
	struct kdump_estimate *without = calloc(1, sizeof(*without));
	struct kdump_estimate *with = calloc(1, sizeof(*with));

	(void)state;
	assert_true(without && with);
	kd_estimate_fill(&m, &sums, without);
	assert_null(find(without, "measured"));
	m.measured = &measured;
	kd_estimate_fill(&m, &sums, with);
	assert_non_null(find(with, "measured"));
	assert_int_equal(find(with, "measured")->basis, KDUMP_BASIS_MEASURED);
	assert_int_equal(with->walls[KDUMP_WALL_RUN], 89 * KD_MIB);
	assert_int_equal(with->walls[KDUMP_WALL_TMPFS], 89 * KD_MIB);
	assert_in_range(with->margins[KDUMP_WALL_RUN], KD_MIB, 2 * KD_MIB);
	/* What was not rehearsed is as it was. */
	assert_int_equal(with->walls[KDUMP_WALL_LOAD], without->walls[KDUMP_WALL_LOAD]);
	assert_int_equal(with->walls[KDUMP_WALL_DUMP], without->walls[KDUMP_WALL_DUMP]);
	assert_true(with->main_alone >= 91 * KD_MIB);
	assert_true(with->main_alone < without->main_alone);
	/* Where there is no limit on the root, that one does not stand. */
	m.tmpfs_percent = 0;
	kd_estimate_fill(&m, &sums, with);
	assert_int_equal(with->walls[KDUMP_WALL_TMPFS], 0);
	assert_int_equal(with->walls[KDUMP_WALL_RUN], 89 * KD_MIB);
	free(without);
	free(with);
}

/* Measured where main touched fewer sections than here, or with less to describe. */
static void test_another_place(void **state)
{
	struct kd_estimate_machine m = machine("nr_cpus=1");
	struct kd_measured_main lucky = measured;
	struct kdump_estimate *est = calloc(1, sizeof(*est));

	(void)state;
	assert_non_null(est);
	lucky.start = 0;
	m.measured = &lucky;
	kd_estimate_fill(&m, &sums, est);
	assert_int_equal(est->walls[KDUMP_WALL_RUN], (89 + 2) * KD_MIB);
	assert_string_equal(find(est, "measured")->arithmetic,
			    "89 MiB + 2 MiB of this machine's");
	m.has_main = true;
	m.main = (struct kdump_range){ 0x58000000, 0x58000000 + 128 * KD_MIB - 1 };
	kd_estimate_fill(&m, &sums, est);
	assert_int_equal(est->walls[KDUMP_WALL_RUN], 89 * KD_MIB);
	/* The other way round nothing is taken off. */
	m.measured = &measured;
	kd_estimate_fill(&m, &sums, est);
	assert_int_equal(est->walls[KDUMP_WALL_RUN], 89 * KD_MIB);
	m.elfcorehdr_known = false;
	m.elfcorehdr = 5000;
	kd_estimate_fill(&m, &sums, est);
	assert_int_equal(est->walls[KDUMP_WALL_RUN], 89 * KD_MIB + 8192);
	free(est);
}

/* A guest has one CPU's memory where the crash kernel here has that of many. */
static void test_fits(void **state)
{
	struct kd_measured_main none = measured;

	(void)state;
	assert_true(kd_measured_fits(&measured, "nr_cpus=1", 64));
	assert_true(kd_measured_fits(&measured, "", 1));
	assert_false(kd_measured_fits(&measured, "", 64));
	assert_false(kd_measured_fits(&measured, "nr_cpus=2", 64));
	none.bytes = 0;
	assert_false(kd_measured_fits(&none, "nr_cpus=1", 64));
}

static void test_names(void **state)
{
	struct kd_measured_entry entry = { .cmdline = (char[]){ "a" } };
	char path[KD_CACHE_PATH], other[KD_CACHE_PATH];
	const char *name = path + strlen(KD_CACHE_FOLDER "/");

	(void)state;
	kd_measured_path(&entry, path);
	assert_true(kd_measured_is_name(name));
	entry.cmdline[0] = 'b';
	kd_measured_path(&entry, other);
	assert_string_not_equal(path, other);
	/* Not one of an image that was read, nor anything else. */
	assert_false(kd_measured_is_name(name + strlen(KD_MEASURED_PREFIX)));
	assert_false(kd_measured_is_name(KD_MEASURED_PREFIX));
	path[strlen(path) - 1] = 'g';
	assert_false(kd_measured_is_name(name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replaces), cmocka_unit_test(test_another_place),
		cmocka_unit_test(test_fits), cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
