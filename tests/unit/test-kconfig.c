/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Kernel configurations: the lines that kconfig writes, and what only looks like them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../lib/parse/kconfig.h"

static const char config[] =
	"#\n"
	"# Automatically generated file; DO NOT EDIT.\n"
	"# Linux/x86 6.1.0 Kernel Configuration\n"
	"#\n"
	"CONFIG_CC_VERSION_TEXT=\"gcc-12 (Debian) 12.2.0\"\n"
	"CONFIG_KEXEC=y\n"
	"CONFIG_KEXEC_FILE=y\n"
	"# CONFIG_KEXEC_SIG_FORCE is not set\n"
	"CONFIG_CRASH_DUMP=n\n"
	"CONFIG_ZRAM=m\n"
	"CONFIG_NR_CPUS=8192\n"
	"CONFIG_PHYSICAL_START=0x1000000\n"
	"CONFIG_NEGATIVE=-1\n"
	"CONFIG_HUGE=18446744073709551615\n"
	"CONFIG_TOO_HUGE=18446744073709551616\n"
	"CONFIG_HEX_ONLY=0x\n"
	"CONFIG_BAD_HEX=0xfg\n"
	"CONFIG_LETTERS=ff\n"
	"CONFIG_EMPTY=\n"
	"CONFIG_YES=yes\n"
	"CONFIG_09_AZ_az=y\n"
	"CONFIG_HEX=0xaf09AFd\n"
	"CONFIG_DIGITS=1234567890\n"
	"CONFIG_COLON=12:3\n"
	"CONFIG_SLASH=12/3\n"
	"CONFIG_AT=0x1@\n"
	"CONFIG_TICK=0x1`\n"
	" CONFIG_INDENTED=y\n"
	"CONFIG_SPACED =y\n"
	"#CONFIG_COMMENT=y\n"
	"# CONFIG_COMMENT=y\n"
	"# CONFIG_ALMOST is not set yet\n"
	"CONFIG_TWICE=y\n"
	"# CONFIG_TWICE is not set\n"
	"# CONFIG_AGAIN is not set\n"
	"CONFIG_AGAIN=m\n"
	"CONFIG_LAST=y";

static const struct {
	const char *name;
	enum kd_tristate want;
} options[] = {
	{ "KEXEC", KD_CONFIG_Y }, { "KEXEC_FILE", KD_CONFIG_Y },
	{ "KEXEC_SIG_FORCE", KD_CONFIG_N }, { "CRASH_DUMP", KD_CONFIG_N },
	{ "ZRAM", KD_CONFIG_M }, { "LAST", KD_CONFIG_Y }, { "TWICE", KD_CONFIG_N },
	{ "AGAIN", KD_CONFIG_M }, { "09_AZ_az", KD_CONFIG_Y },
	/* Not named at all. */
	{ "KEXE", KD_CONFIG_N }, { "KEXEC_", KD_CONFIG_N }, { "EXEC", KD_CONFIG_N },
	{ "INDENTED", KD_CONFIG_N }, { "SPACED", KD_CONFIG_N }, { "", KD_CONFIG_N },
	{ "COMMENT", KD_CONFIG_N }, { "CONFIG_KEXEC", KD_CONFIG_N },
	{ "ALMOST", KD_CONFIG_N }, { "kexec", KD_CONFIG_N },
	/* No tristates. */
	{ "NR_CPUS", KD_CONFIG_UNKNOWN }, { "EMPTY", KD_CONFIG_UNKNOWN },
	{ "YES", KD_CONFIG_UNKNOWN }, { "CC_VERSION_TEXT", KD_CONFIG_UNKNOWN },
};

static void test_options(void **state)
{
	(void)state;
	assert_true(kd_kconfig_probe(config, strlen(config)));
	for (size_t i = 0; i < KD_ARRAY_SIZE(options); i++)
		assert_int_equal(kd_kconfig_get(config, strlen(config), options[i].name),
				 options[i].want);
}

static const struct {
	const char *name;
	int err;
	uint64_t want;
} numbers[] = {
	{ "HEX", 0, 0xaf09afd }, { "DIGITS", 0, 1234567890 }, { "COLON", -EBADMSG, 0 },
	{ "SLASH", -EBADMSG, 0 }, { "AT", -EBADMSG, 0 }, { "TICK", -EBADMSG, 0 },
	{ "NR_CPUS", 0, 8192 }, { "PHYSICAL_START", 0, 0x1000000 },
	{ "HUGE", 0, UINT64_MAX }, { "TOO_HUGE", -EBADMSG, 0 },
	{ "NEGATIVE", -EBADMSG, 0 }, { "HEX_ONLY", -EBADMSG, 0 },
	{ "BAD_HEX", -EBADMSG, 0 }, { "LETTERS", -EBADMSG, 0 }, { "EMPTY", -EBADMSG, 0 },
	{ "KEXEC", -EBADMSG, 0 }, { "CC_VERSION_TEXT", -EBADMSG, 0 },
	{ "MISSING", -ENOENT, 0 }, { "KEXEC_SIG_FORCE", -ENOENT, 0 },
	{ "TWICE", -ENOENT, 0 },
};

static void test_numbers(void **state)
{
	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(numbers); i++) {
		uint64_t n = 77;

		assert_int_equal(kd_kconfig_get_number(config, strlen(config),
						       numbers[i].name, &n),
				 numbers[i].err);
		assert_int_equal(n, numbers[i].err ? 77 : numbers[i].want);
	}
}

static void test_no_config(void **state)
{
	static const char *const texts[] = {
		"", "\n\n", "hello\n", "CONFIG\n", "CONFIG_\n", "CONFIG_=y\n",
		"CONFIG_X\n", "# CONFIG_X\n", "xCONFIG_X=y\n", "#CONFIG_X is not set\n",
	};
	uint64_t n;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(texts); i++) {
		size_t len = strlen(texts[i]);

		assert_false(kd_kconfig_probe(texts[i], len));
		assert_int_equal(kd_kconfig_get(texts[i], len, "X"), KD_CONFIG_UNKNOWN);
		assert_int_equal(kd_kconfig_get_number(texts[i], len, "X", &n), -ENOENT);
	}
	assert_true(kd_kconfig_probe("# CONFIG_X is not set", 21));
	assert_true(kd_kconfig_probe("\0\n\xff\nCONFIG_X=1", 14));
}

/* Nothing behind the length given is looked at. */
static void test_cut(void **state)
{
	size_t all = strlen(config);

	(void)state;
	for (size_t len = 0; len <= all; len++) {
		char *copy = malloc(len ? len : 1);
		enum kd_tristate last;

		assert_non_null(copy);
		memcpy(copy, config, len);
		last = kd_kconfig_get(copy, len, "LAST");
		if (len == all)
			assert_int_equal(last, KD_CONFIG_Y);
		else
			assert_int_not_equal(last, KD_CONFIG_Y);
		free(copy);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_no_config),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests_name("kconfig", tests, NULL, NULL);
}
