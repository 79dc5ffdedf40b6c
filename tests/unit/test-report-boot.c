/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What the next boot brings, in the report: lib/decide/report-boot.c. */
#include "boot-trees.h"

static struct kdump_report *report;

static void look(struct boot_scene *s)
{
	scene_open(s);
	kdump_report_unref(report);
	assert_int_equal(kdump_report_new(s->ctx, s->config, NULL, NULL, s->boot, &report), 0);
}

static int tear_down(void **state)
{
	report = kdump_report_unref(report);
	return scene_tear_down(state);
}

static const struct kdump_finding *find(const char *id)
{
	for (size_t i = 0; i < kdump_report_count_findings(report); i++)
		if (kd_streq(kdump_finding_get_id(kdump_report_get_finding(report, i)), id))
			return kdump_report_get_finding(report, i);
	return NULL;
}

static void assert_configured(uint64_t main_mib, uint64_t cma_mib, int pending)
{
	uint64_t bytes;

	assert_true(kdump_report_get_size(report, KDUMP_POOL_MAIN, KDUMP_VIEW_CONFIGURED, &bytes));
	assert_int_equal(bytes / KD_MIB, main_mib);
	assert_true(kdump_report_get_size(report, KDUMP_POOL_CMA, KDUMP_VIEW_CONFIGURED, &bytes));
	assert_int_equal(bytes / KD_MIB, cma_mib);
	assert_int_equal(kdump_report_is_reboot_pending(report), pending);
	assert_int_equal(find("reboot-pending") != NULL, pending);
}

/* The machine was booted with 256 MiB and 512 MiB of CMA. */
static void test_pending(void **state)
{
	struct boot_scene *s = *state;

	tree_grub(&s->m);
	look(s);
	assert_configured(0, 0, 1);
	assert_int_equal(kdump_finding_get_severity(find("reboot-pending")), KDUMP_SEVERITY_NOTE);
	assert_non_null(strstr(kdump_finding_get_text(find("reboot-pending")),
			       "asks for no crash memory"));
	assert_non_null(strstr(kdump_finding_get_advice(find("reboot-pending")), "reserve auto"));
	assert_null(find("entries-differ"));
	tree_cfg(&s->m, "crashkernel=512M,cma crashkernel=256M");
	look(s);
	assert_configured(256, 512, 0);
	tree_cfg(&s->m, "crashkernel=512M,cma crashkernel=0x10000000");
	look(s);
	assert_configured(256, 512, 0);
	tree_cfg(&s->m, "crashkernel=512M,cma crashkernel=256M,high");
	look(s);
	assert_configured(256, 512, 1);
	tree_cfg(&s->m, "crashkernel=512M,cma crashkernel=256M,high crashkernel=0,low");
	look(s);
	assert_configured(256, 512, 1);
}

/* What the next boot is to have was taken at run time already, but for what it was not. */
static void test_grown(void **state)
{
	struct boot_scene *s = *state;

	tree_grub(&s->m);
	machine_put(&s->m, "proc/iomem", "00001000-7fffffff : System RAM\n"
					 "  60000000-77ffffff : Crash kernel\n");
	machine_put(&s->m, "sys/kernel/kexec/crash_size", "402653184\n");
	tree_cfg(&s->m, "crashkernel=512M,cma crashkernel=384M");
	look(s);
	assert_configured(384, 512, 0);
	tree_cfg(&s->m, "crashkernel=512M,cma crashkernel=400M");
	look(s);
	assert_configured(400, 512, 1);
	tree_cfg(&s->m, "crashkernel=256M,cma crashkernel=384M");
	look(s);
	assert_configured(384, 256, 1);
}

/* By the kernel of the entry, not by the one that runs: 6.1 knows no ,cma. */
static void test_kernel_of_entry(void **state)
{
	struct boot_scene *s = *state;
	uint64_t bytes;

	tree_grub(&s->m);
	tree_cfg(&s->m, "crashkernel=512M,cma crashkernel=256M");
	machine_put(&s->m, "boot/grub/grubenv", "saved_entry=1>0\n");
	look(s);
	assert_configured(256, 0, 1);
	assert_true(kdump_report_get_entry_size(report, 0, KDUMP_POOL_CMA, &bytes));
	assert_int_equal(bytes, 512 * KD_MIB);
	assert_true(kdump_report_get_entry_size(report, 1, KDUMP_POOL_CMA, &bytes));
	assert_int_equal(bytes, 0);
	assert_false(kdump_report_get_entry_size(report, 3, KDUMP_POOL_CMA, &bytes));
}

static void test_entries_differ(void **state)
{
	struct boot_scene *s = *state;

	tree_systemd(&s->m);
	machine_put(&s->m, "efi/loader/entries/windows.conf", "title Windows\nefi /w.efi\n");
	look(s);
	assert_configured(256, 0, 1);
	assert_non_null(find("entries-differ"));
	assert_non_null(strstr(kdump_finding_get_text(find("entries-differ")), "Old"));
	assert_non_null(strstr(kdump_finding_get_text(find("entries-differ")), "1 of 2"));
}

/* The default is another system: then the running kernel's entry counts. */
static void test_other_system(void **state)
{
	struct boot_scene *s = *state;

	tree_systemd(&s->m);
	machine_put(&s->m, "efi/loader/entries/windows.conf",
		    "title Windows\nefi /EFI/Microsoft/Boot/bootmgfw.efi\n");
	machine_put(&s->m, "efi/loader/loader.conf", "default windows.conf\n");
	look(s);
	assert_true(scene_entry(s, "windows.conf")->is_default);
	assert_configured(256, 0, 1);
}

static void test_unknown(void **state)
{
	struct boot_scene *s = *state;
	uint64_t bytes;

	look(s);
	assert_false(kdump_report_get_size(report, KDUMP_POOL_MAIN, KDUMP_VIEW_CONFIGURED,
					   &bytes));
	assert_int_equal(kdump_report_is_reboot_pending(report), -1);
	assert_null(find("no-boot-loader"));
	tree_grub(&s->m);
	machine_put(&s->m, "boot/grub/grub.cfg", "menuentry 'open {\n");
	look(s);
	assert_int_equal(kdump_report_is_reboot_pending(report), -1);
	assert_int_equal(kdump_finding_get_severity(find("boot-config-bad")),
			 KDUMP_SEVERITY_NOTE);
	kdump_report_unref(report);
	assert_int_equal(kdump_report_new(s->ctx, s->config, NULL, NULL, NULL, &report), 0);
	assert_int_equal(kdump_report_is_reboot_pending(report), -1);
	assert_null(find("boot-config-bad"));
}

static void test_interrupted(void **state)
{
	struct boot_scene *s = *state;

	tree_grub(&s->m);
	look(s);
	assert_null(find("interrupted-change"));
	machine_put(&s->m, KD_JOURNAL_DIR "/open", "nonsense\n");
	look(s);
	assert_int_equal(s->boot->journal.state, KD_JOURNAL_BAD);
	assert_int_equal(kdump_finding_get_severity(find("interrupted-change")),
			 KDUMP_SEVERITY_WARNING);
	assert_non_null(strstr(kdump_finding_get_advice(find("interrupted-change")),
			       "--recover"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_pending, scene_set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_grown, scene_set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_kernel_of_entry, scene_set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_entries_differ, scene_set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_other_system, scene_set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_unknown, scene_set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_interrupted, scene_set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
