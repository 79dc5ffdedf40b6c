/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* /proc/modules. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>
#include <cmocka.h>

#include "../../lib/parse/modules.h"

static uint64_t bytes_of(const struct kd_modules *modules, const char *name)
{
	const struct kd_module *module = kd_modules_find(modules, name, strlen(name));

	return module ? module->bytes : 0;
}

/* As a kernel writes it, to root and to others. */
static void test_lines(void **state)
{
	static const char text[] =
		"nvme_core 180224 1 nvme, Live 0xffffffffc04d1000\n"
		"xfs 2584576 1 - Live 0x0000000000000000\n"
		"oot_module 16384 0 - Loading 0x0000000000000000 (OE+)\n"
		"no_unload 12288 2 a,b, [permanent], Live 0x0000000000000000\n";
	struct kd_modules modules;

	(void)state;
	assert_int_equal(kd_modules_parse(text, &modules, NULL), 0);
	assert_int_equal(modules.n, 4);
	assert_int_equal(bytes_of(&modules, "xfs"), 2584576);
	assert_int_equal(bytes_of(&modules, "no_unload"), 12288);
	/* The file is nvme-core.ko; a name is not its beginning. */
	assert_int_equal(bytes_of(&modules, "nvme-core"), 180224);
	assert_int_equal(bytes_of(&modules, "nvme"), 0);
	assert_int_equal(bytes_of(&modules, "nvme_core_x"), 0);
	assert_int_equal(bytes_of(&modules, ""), 0);
	kd_modules_free(&modules);
	assert_int_equal(kd_modules_parse("", &modules, NULL), 0);
	assert_int_equal(modules.n, 0);
	kd_modules_free(&modules);
}

static void test_bad(void **state)
{
	static const char *const texts[] = {
		"xfs", "xfs ", " 1", "xfs -1 0", "xfs 1x 0", "xfs 1 0\n\nnvme 1 0", "\n",
		"a_name_of_sixty_four_bytes_which_is_longer_than_the_kernel_takes 1 0",
	};
	struct kd_modules modules = { 0 };
	struct kd_text why;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(texts); i++) {
		why.s[0] = '\0';
		assert_int_equal(kd_modules_parse(texts[i], &modules, &why), -EBADMSG);
		assert_true(*why.s);
		assert_null(modules.v);
	}
}

static void test_bounds(void **state)
{
	char *text = malloc(4 * (KD_MODULES_MAX + 1) + 1), *p = text;
	struct kd_modules modules;

	(void)state;
	assert_non_null(text);
	for (unsigned i = 0; i <= KD_MODULES_MAX; i++)
		p = stpcpy(p, "a 1\n");
	assert_int_equal(kd_modules_parse(text, &modules, NULL), -EBADMSG);
	p[-4] = '\0';
	assert_int_equal(kd_modules_parse(text, &modules, NULL), 0);
	assert_int_equal(modules.n, KD_MODULES_MAX);
	kd_modules_free(&modules);
	free(text);
	assert_int_equal(kd_modules_parse("a 99999999999999999999 0", &modules, NULL), 0);
	assert_true(modules.v[0].bytes == UINT64_MAX);
	kd_modules_free(&modules);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
