/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Records of crash kernels: whole ones are read, half of one is none. */
#include "machine.h"

#include "../../lib/parse/observed.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_healthy),
		cmocka_unit_test(test_broken_lines),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
