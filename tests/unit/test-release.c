/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* A config of another kernel than the running one. */
#include "machine.h"

#include "../../lib/facts/config.h"

struct scene {
	struct machine m;
	struct kdump_ctx *ctx;
	struct kdump_snapshot *snap;
	struct kdump_config *config;
};

static int set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	machine_begin(&s->m, &s->ctx);
	machine_fill(&s->m);
	assert_int_equal(kdump_snapshot_new(s->ctx, &s->snap), 0);
	assert_int_equal(kdump_config_new(s->ctx, s->snap, &s->config), 0);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;

	kdump_config_unref(s->config);
	kdump_snapshot_unref(s->snap);
	machine_end(&s->m, s->ctx);
	free(s);
	return 0;
}

/* Files, crashctl.conf and the options of another kernel; what is named stays. */
static void test_release(void **state)
{
	struct scene *s = *state;
	char longest[300];

	machine_put(&s->m, "boot/vmlinuz-9.9-new", "x");
	machine_put(&s->m, "boot/config-9.9-new",
		    "# CONFIG_KEXEC_FILE is not set\n# CONFIG_KEXEC is not set\n"
		    "# CONFIG_CMA is not set\n");
	assert_string_equal(kdump_config_get_kernel(s->config), MACHINE_KERNEL);
	assert_int_equal(s->config->kexec_file, KD_CONFIG_Y);
	assert_int_equal(kdump_config_set_release(s->config, "9.9-new"), 0);
	assert_string_equal(kdump_config_get_kernel(s->config), "/boot/vmlinuz-9.9-new");
	/* Never that of another kernel. */
	assert_null(kdump_config_get_initramfs(s->config));
	assert_null(kdump_config_get_initramfs_source(s->config));
	assert_int_equal(s->config->kexec_file, KD_CONFIG_N);
	assert_int_equal(s->config->cma, KD_CONFIG_N);
	machine_put(&s->m, "etc/crashctl.conf", "initramfs = /boot/%v.img\nkernel = /boot/%v\n");
	assert_int_equal(kdump_config_set_kernel(s->config, "/mine"), 0);
	assert_int_equal(kdump_config_set_release(s->config, "9.9-new"), 0);
	assert_string_equal(kdump_config_get_initramfs(s->config), "/boot/9.9-new.img");
	assert_int_equal(kdump_config_set_release(s->config, MACHINE_RELEASE), 0);
	assert_string_equal(kdump_config_get_kernel(s->config), "/mine");
	assert_string_equal(kdump_config_get_initramfs(s->config), "/boot/" MACHINE_RELEASE ".img");
	assert_int_equal(s->config->kexec_file, KD_CONFIG_Y);
	assert_false(kdump_config_is_elsewhere(s->config));
	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(kdump_config_set_release(s->config, ""), -EINVAL);
	assert_int_equal(kdump_config_set_release(s->config, "../9.9"), -EINVAL);
	assert_int_equal(kdump_config_set_release(s->config, longest), -EINVAL);
	assert_string_equal(kdump_ctx_get_error_id(s->ctx), "bad-release");
	assert_string_equal(kd_config_release(s->config), MACHINE_RELEASE);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_release),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
