/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Records of crash kernels: whole ones are read, half of one is none; what they are worth. */
#include "machine.h"

#include "../../lib/decide/observed.h"

#define HEALTHY							\
	"RELEASE=7.2.12-test\nTIME=1795208463\nRAM=268435456\n"	\
	"MEM_AVAILABLE_LOWEST=31457280\n"

static void assert_healthy(const char *text)
{
	struct kd_observed o = { "", 0, 0, 0 };

	assert_int_equal(kd_observed_parse(text, strlen(text), &o), 0);
	assert_string_equal(o.release, "7.2.12-test");
	assert_int_equal(o.time, 1795208463);
	assert_int_equal(o.ram, 268435456);
	assert_int_equal(o.lowest, 31457280);
}

static void test_healthy(void **state)
{
	(void)state;
	assert_healthy(HEALTHY);
	/* What a later version adds, and another order, do no harm. */
	assert_healthy("NEW=1\n\n# x\nMEM_AVAILABLE_LOWEST=31457280\nRAM='268435456'\n"
		       "TIME=1795208463\nRELEASE=\"7.2.12-test\"\n");
}

static void assert_broken(const char *text, size_t len)
{
	struct kd_observed o = { "as it was", 1, 2, 3 };

	assert_int_equal(kd_observed_parse(text, len, &o), -EBADMSG);
	assert_string_equal(o.release, "as it was");
	assert_true(o.time == 1 && o.ram == 2 && o.lowest == 3);
}

/* One line other than the healthy ones, at the end, where the last of a key counts. */
static void test_broken_lines(void **state)
{
	static const char *const lines[] = {
		"RELEASE=", "RELEASE=$(uname -r)",
		"RELEASE=12345678901234567890123456789012345678901234567890123456789012345",
		"TIME=", "TIME=-1", "TIME=+1", "TIME=' 1'", "TIME=0x10", "TIME=1.5",
		"TIME=9223372036854775808",
		"RAM=0", "RAM=31457279", "RAM=1099511627777", "RAM=99999999999999999999",
		"MEM_AVAILABLE_LOWEST=268435457", "MEM_AVAILABLE_LOWEST=-4096",
		"MEM_AVAILABLE_LOWEST=1M", "MEM_AVAILABLE_LOWEST='", "TIME+=1",
	};
	char text[512];

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(lines); i++) {
		snprintf(text, sizeof(text), HEALTHY "%s\n", lines[i]);
		print_message("# %s\n", lines[i]);
		assert_broken(text, strlen(text));
	}
}

static void test_limits(void **state)
{
	char text[KD_OBSERVED_MAX + 2], release[KD_OBSERVED_RELEASE];
	struct kd_observed o;

	(void)state;
	memset(release, 'r', sizeof(release) - 1);
	release[sizeof(release) - 1] = '\0';
	snprintf(text, sizeof(text), HEALTHY "RELEASE=%s\nRAM=1099511627776\n"
		 "MEM_AVAILABLE_LOWEST=1099511627776\nTIME=9223372036854775807\n", release);
	assert_int_equal(kd_observed_parse(text, strlen(text), &o), 0);
	assert_string_equal(o.release, release);
	assert_int_equal(o.lowest, UINT64_C(1) << 40);
	assert_int_equal(o.time, INT64_MAX);
	/* Longer than any record, though each line is fine. */
	memset(text, '\n', sizeof(text));
	memcpy(text, HEALTHY, strlen(HEALTHY));
	assert_int_equal(kd_observed_parse(text, KD_OBSERVED_MAX, &o), 0);
	assert_broken(text, KD_OBSERVED_MAX + 1);
}

/* Cut anywhere, it is none: not a smaller number either. */
static void test_cut(void **state)
{
	(void)state;
	for (size_t len = 0; len < strlen(HEALTHY); len++) {
		char *copy = malloc(len + 1);

		/* Without a NUL behind it, so that a byte too far is found. */
		assert_non_null(copy);
		memcpy(copy, HEALTHY, len);
		copy = realloc(copy, len ? len : 1);
		assert_broken(copy, len);
		free(copy);
	}
}

static void test_need(void **state)
{
	const struct kd_observed healthy = { "7.2", 1, 256 * KD_MIB, 31 * KD_MIB };
	const struct kd_observed broken = { "7.2", 1, 1, 2 };

	(void)state;
	assert_int_equal(kd_observed_need(&healthy, 917616), 225 * KD_MIB + 917616);
	assert_int_equal(kd_observed_need(&healthy, UINT64_MAX), UINT64_MAX);
	assert_int_equal(kd_observed_need(&broken, 0), 0);
}

/* By the kernel's name and the time at which the initramfs was written. */
static void test_fits(void **state)
{
	struct kd_observed o = { "7.2.12-test", 1000, 2, 1 };
	struct kdump_image image = {
		.sums.kernel.release = "7.2.12-test", .initramfs.id.mtime = 1000,
	};

	(void)state;
	assert_true(kd_observed_fits(&o, &image));
	image.initramfs.id.mtime = 1001;
	assert_false(kd_observed_fits(&o, &image));
	image.initramfs.id.mtime = -1;
	assert_true(kd_observed_fits(&o, &image));
	strcpy(o.release, "7.2.12-tes");
	assert_false(kd_observed_fits(&o, &image));
	strcpy(image.sums.kernel.release, "");
	assert_false(kd_observed_fits(&o, &image));
}

static void test_apply(void **state)
{
	static struct kdump_estimate est = {
		.n_parts = 2,
		.parts = { { .id = "a", .bytes = 7, .factor = { 1, 1, 1, 1 } },
			   { .id = "b", .bytes = 8, .factor = { 0, 0, 0, 1 } } },
	};
	const struct kd_observed o = { "7.2", 1, 256 * KD_MIB, 31 * KD_MIB };
	const struct kdump_part *part = &est.parts[2];

	(void)state;
	kd_observed_apply(&est, &o, KD_MIB);
	assert_int_equal(est.n_parts, 3);
	for (unsigned w = 0; w < KDUMP_WALLS; w++) {
		assert_int_equal(est.parts[0].factor[w], w != KDUMP_WALL_DUMP);
		assert_int_equal(est.parts[1].factor[w], 0);
		assert_int_equal(part->factor[w], w == KDUMP_WALL_DUMP);
	}
	assert_int_equal(part->bytes, 226 * KD_MIB);
	assert_string_equal(part->arithmetic, "256 MiB - 31 MiB + 1 MiB of elfcorehdr");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_healthy),
		cmocka_unit_test(test_broken_lines),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_need),
		cmocka_unit_test(test_fits),
		cmocka_unit_test(test_apply),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
