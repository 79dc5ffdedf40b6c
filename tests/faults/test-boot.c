/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The boot configuration read, and a change of it made, with everything failing:
 * out of memory is said, never taken for a machine that boots in another way.
 */
#define _GNU_SOURCE
#include "faults.h"

#include "../unit/boot-trees.h"

struct tree {
	const char *loader;
	void (*fill)(const struct machine *m);
};

static void fill_systemd(const struct machine *m)
{
	tree_systemd(m);
	machine_put(m, "efi/loader/loader.conf", "default *.conf\n");
	machine_put(m, "efi/loader/entries/arch.conf", "linux /vmlinuz-linux\n");
	machine_put_kernel(m, "efi/vmlinuz-linux", &(struct machine_kernel){ 0 });
}

static void fill_grub_bls(const struct machine *m)
{
	tree_grubby(m);
	machine_drop(m, "usr/sbin/grubby");
}

static void fill_pbl(const struct machine *m)
{
	tree_grubby(m);
	tree_program(m, "usr/sbin/pbl");
	machine_put(m, "etc/sysconfig/bootloader", "LOADER_TYPE=\"grub2-bls\"\n");
}

static void fill_ostree(const struct machine *m)
{
	tree_program(m, "usr/bin/rpm-ostree");
	machine_put(m, "run/ostree-booted", "");
	machine_put(m, "boot/loader/entries/ostree-1-fedora.conf",
		    ENTRY("Fedora", "1", "/ostree/f-1/vmlinuz-" MACHINE_RELEASE, "ro"));
}

static void fill_uki(const struct machine *m)
{
	tree_uki(m);
	tree_pe(m, ADDON, "crashkernel=5M", NULL);
}

static void fill_uboot(const struct machine *m)
{
	tree_extlinux(m);
	tree_program(m, "usr/sbin/u-boot-update");
}

static const struct tree trees[] = {
	{ "grub", tree_grub }, { "grubby", tree_grubby }, { "grub-bls", fill_grub_bls },
	{ "pbl", fill_pbl },
	{ "ostree", fill_ostree }, { "systemd-boot", fill_systemd }, { "uki", fill_uki },
	{ "extlinux", fill_uboot },
};

static unsigned long unreadable;	/* a file was, and that was said */

static int make_change(struct kdump_boot *boot, struct kd_change *change)
{
	const char *of_entry[8] = { NULL };
	struct kd_entry_words words = { of_entry, "crashkernel=9M" };
	struct kd_text why;

	for (size_t i = 0; i < boot->n_entries; i++)
		if (!boot->entries[i].why)
			of_entry[i] = words.of_later;
	return kd_change_make(boot, &words, change, &why);
}

static bool once(const struct machine *m, const struct tree *tree, const struct fault *fault,
		 unsigned long n)
{
	struct kd_change change = { 0 };
	struct kdump_boot *boot = NULL;
	struct objects o = { 0 };
	bool met;
	int err;

	fake_start(m->root);
	assert_int_equal(kdump_ctx_new(&o.ctx), 0);
	assert_int_equal(kdump_snapshot_new(o.ctx, &o.snap), 0);
	assert_int_equal(kdump_config_new(o.ctx, o.snap, &o.config), 0);
	begin_fault(fault, n);
	err = MAKE(boot, kdump_boot_new(o.ctx, o.config, NULL, &boot));
	if (!err) {
		const char *problem = kdump_boot_get_problem_id(boot);

		unreadable += problem && kd_streq(problem, "boot-config-unreadable");
		err = make_change(boot, &change);
	}
	met = end_fault(fault);
	if (met && !fault->err)
		assert_int_equal(err, -ENOMEM);
	if (!met) {
		assert_int_equal(err, 0);
		assert_string_equal(kdump_boot_get_loader(boot), tree->loader);
		assert_true(change.n_ops);
	}
	kd_change_free(&change);
	kdump_boot_unref(boot);
	release(&o);
	assert_int_equal(fake_open_files(), 0);
	return met;
}

static void try_tree(const struct tree *tree, unsigned long *tried)
{
	static const struct fault faults[] = { { 0, false }, { EIO, false }, { EACCES, false } };
	struct machine m;

	machine_new(&m);
	machine_fill(&m);
	tree->fill(&m);
	for (size_t i = 0; i < KD_ARRAY_SIZE(faults); i++) {
		for (unsigned long n = 1; ; n++, ++*tried) {
			snprintf(where, sizeof(where), "%s: call %lu, errno %d", tree->loader, n,
				 faults[i].err);
			if (!once(&m, tree, &faults[i], n))
				break;
			assert_true(n < 2000);
		}
	}
	where[0] = '\0';
	machine_free(&m);
	/* What is there and may not be read is no failure. */
	assert_true(unreadable);
	unreadable = 0;
}

static void test_boot(void **state)
{
	unsigned long tried = 0;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(trees); i++)
		try_tree(&trees[i], &tried);
	print_message("%lu faults\n", tried);
	assert_true(tried > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_boot, tell_where),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
