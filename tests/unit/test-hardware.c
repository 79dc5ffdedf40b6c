/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What a machine shows of its memory's encryption, framebuffers and modules. */
#include "machine.h"

#include "../../lib/facts/hardware.h"
#include "../../lib/parse/cpuinfo.h"

struct scene {
	struct machine m;
	struct kdump_ctx *ctx;
	struct kd_hardware hardware;
};

static int set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	machine_begin(&s->m, &s->ctx);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;

	kd_hardware_free(&s->hardware);
	machine_end(&s->m, s->ctx);
	free(s);
	return 0;
}

static void look(struct scene *s)
{
	kd_hardware_free(&s->hardware);
	assert_int_equal(kd_hardware_read(s->ctx, &s->hardware), 0);
}

static void test_flags(void **state)
{
	static const char text[] = "processor\t: 0\nflags_x\t: nope\nflags\t\t: fpu sev_es  sme\n"
				   "bugs\t\t: spectre\n\nprocessor\t: 1\nflags\t\t: other\n";

	(void)state;
	assert_true(kd_cpuinfo_has(text, "fpu"));
	assert_true(kd_cpuinfo_has(text, "sme"));
	assert_false(kd_cpuinfo_has(text, "sev"));
	assert_false(kd_cpuinfo_has(text, "nope"));
	assert_false(kd_cpuinfo_has(text, "spectre"));
	assert_false(kd_cpuinfo_has(text, "other"));
	assert_false(kd_cpuinfo_has(text, ""));
	assert_false(kd_cpuinfo_has("", "fpu"));
	assert_false(kd_cpuinfo_has("flags", "fpu"));
	assert_true(kd_cpuinfo_has("flags: fpu", "fpu"));
	assert_int_equal(kd_cpuinfo_first(text), strstr(text, "\n\n") + 1 - text);
	assert_int_equal(kd_cpuinfo_first("flags: fpu\n"), 11);
}

static void test_boot_apicid(void **state)
{
	static const struct {
		const char *text;
		bool known;
		uint32_t apicid;
	} rows[] = {
		{ "processor\t: 0\ninitial apicid\t: 12\nflags\t: fpu\n", true, 12 },
		{ "initial apicid\t: 0", true, 0 },
		{ "initial apicid:4294967295\n", true, UINT32_MAX },
		{ "initial apicid\t: 4294967296\n", false, 0 },
		{ "initial apicid\t: 99999999999999999999999\n", false, 0 },
		{ "initial apicid\t: -1\n", false, 0 }, { "initial apicid\t:\n", false, 0 },
		{ "initial apicid\t: 1x\n", false, 0 }, { "apicid\t: 1\n", false, 0 },
		{ "initial apicid", false, 0 }, { "", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		uint32_t apicid = 0;

		assert_int_equal(kd_cpuinfo_boot_apicid(rows[i].text, &apicid), rows[i].known);
		assert_int_equal(apicid, rows[i].apicid);
	}
}

static void test_encryption(void **state)
{
	static const struct {
		const char *flags;
		enum kd_encryption expected;
	} rows[] = {
		{ "fpu vme", KD_ENCRYPTION_NONE },
		{ "fpu sme sev sev_es", KD_ENCRYPTION_HOST },
		{ "fpu sev sev_es", KD_ENCRYPTION_NONE },	/* it runs such guests */
		{ "fpu hypervisor", KD_ENCRYPTION_NONE },
		{ "fpu hypervisor sev", KD_ENCRYPTION_GUEST },
		{ "fpu hypervisor sev_snp", KD_ENCRYPTION_GUEST },
		{ "fpu hypervisor tdx_guest", KD_ENCRYPTION_GUEST },
	};
	struct scene *s = *state;
	char text[128];

	look(s);
	assert_int_equal(s->hardware.encryption, KD_ENCRYPTION_NONE);
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		snprintf(text, sizeof(text), "processor\t: 0\nflags\t\t: %s\n", rows[i].flags);
		machine_put(&s->m, "proc/cpuinfo", text);
		look(s);
		assert_int_equal(s->hardware.encryption, rows[i].expected);
	}
	machine_put(&s->m, "proc/cpuinfo", "flags\t\t: hypervisor\n");
	machine_mkdirs(&s->m, "sys/devices/platform/sev-guest");
	look(s);
	assert_int_equal(s->hardware.encryption, KD_ENCRYPTION_GUEST);
}

static void put_framebuffer(struct scene *s, unsigned i, const char *name, const char *size,
			    const char *stride)
{
	char path[64];

	snprintf(path, sizeof(path), "sys/class/graphics/fb%u/name", i);
	machine_put(&s->m, path, name);
	snprintf(path, sizeof(path), "sys/class/graphics/fb%u/virtual_size", i);
	machine_put(&s->m, path, size);
	snprintf(path, sizeof(path), "sys/class/graphics/fb%u/stride", i);
	machine_put(&s->m, path, stride);
}

static void test_framebuffers(void **state)
{
	struct scene *s = *state;

	look(s);
	assert_int_equal(s->hardware.framebuffers, 0);
	put_framebuffer(s, 0, "EFI VGA\n", "1024,768\n", "4096\n");
	look(s);
	assert_int_equal(s->hardware.framebuffers, 0);
	put_framebuffer(s, 0, "simpledrmdrmfb\n", "1024,768\n", "4096\n");
	put_framebuffer(s, 3, "astdrmfb\n", "1920,1080\n", "7680\n");
	look(s);
	assert_int_equal(s->hardware.framebuffers, 768 * 4096 + 1080 * 7680);
	put_framebuffer(s, 3, "astdrmfb\n", "1920\n", "7680\n");
	look(s);
	assert_int_equal(s->hardware.framebuffers, 768 * 4096);
	put_framebuffer(s, 3, "astdrmfb\n", "1,18446744073709551615\n", "18446744073709551615\n");
	look(s);
	assert_true(s->hardware.framebuffers == UINT64_MAX);
}

static void test_modules(void **state)
{
	struct scene *s = *state;

	look(s);
	assert_false(s->hardware.has_modules);
	machine_put(&s->m, "proc/modules", "xfs 2584576 1 - Live 0x0000000000000000\n");
	look(s);
	assert_true(s->hardware.has_modules);
	assert_int_equal(s->hardware.modules.n, 1);
	/* A kernel without modules has an empty file; nonsense is as none at all. */
	machine_put(&s->m, "proc/modules", "");
	look(s);
	assert_true(s->hardware.has_modules);
	machine_put(&s->m, "proc/modules", "nonsense\n");
	look(s);
	assert_false(s->hardware.has_modules);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_boot_apicid),
		cmocka_unit_test_setup_teardown(test_encryption, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_framebuffers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_modules, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
