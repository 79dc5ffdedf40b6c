/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Kernel configurations: the lines that kconfig writes, and what only looks like them. */
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
	"CONFIG_EMPTY=\n"
	"CONFIG_YES=yes\n"
	"CONFIG_09_AZ_az=y\n"
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

static void test_no_config(void **state)
{
	static const char *const texts[] = {
		"", "\n\n", "hello\n", "CONFIG\n", "CONFIG_\n", "CONFIG_=y\n",
		"CONFIG_X\n", "# CONFIG_X\n", "xCONFIG_X=y\n", "#CONFIG_X is not set\n",
	};

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(texts); i++) {
		size_t len = strlen(texts[i]);

		assert_false(kd_kconfig_probe(texts[i], len));
		assert_int_equal(kd_kconfig_get(texts[i], len, "X"), KD_CONFIG_UNKNOWN);
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

static void test_pick(void **state)
{
	static const struct {
		const char *text, *left;
	} rows[] = {
		{ "", "" },
		{ "hello\n", "" },
		{ "# comment\nCONFIG_X=y\nCONFIG_A=m\nCONFIG_AB=y\n# CONFIG_B is not set\n",
		  "CONFIG_X=y\nCONFIG_A=m\n# CONFIG_B is not set\n" },
		/* The first option stays, as proof; it need not be among them. */
		{ "# CONFIG_X is not set\nCONFIG_Y=y\n", "# CONFIG_X is not set\n" },
		{ "CONFIG_A=y\nCONFIG_A=n\nCONFIG_C=1", "CONFIG_A=y\nCONFIG_A=n\n" },
		{ "CONFIG_Y=y\nCONFIG_B=1", "CONFIG_Y=y\nCONFIG_B=1" },
	};
	static const char *const names[] = { "A", "B", NULL };

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		char *copy = strdup(rows[i].text);

		assert_non_null(copy);
		assert_int_equal(kd_kconfig_pick(copy, strlen(copy), names),
				 strlen(rows[i].left));
		assert_string_equal(copy, rows[i].left);
		assert_int_equal(kd_kconfig_get(copy, strlen(copy), "A"),
				 kd_kconfig_get(rows[i].text, strlen(rows[i].text), "A"));
		free(copy);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_no_config),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_pick),
	};

	return cmocka_run_group_tests_name("kconfig", tests, NULL, NULL);
}
