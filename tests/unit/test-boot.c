/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Which boot loader is there, and which entries: lib/facts/boot*.c. */
#include "boot-trees.h"

static void test_none(void **state)
{
	struct boot_scene *s = *state;

	scene_open(s);
	scene_assert(s, "", 0, "no-boot-loader");
	assert_non_null(kdump_boot_get_problem_advice(s->boot));
	assert_null(kdump_boot_get_entry(s->boot, 0));
	assert_int_equal(scene_try(s, "grub"), -EINVAL);
	assert_string_equal(kdump_ctx_get_error_id(s->ctx), "bad-bootloader");
	assert_int_equal(scene_try(s, "lilo"), -EINVAL);
}

/* Everything that is to be known of an entry, and which one boots next. */
static void test_entries(void **state)
{
	struct boot_scene *s = *state;
	const struct kdump_entry *a, *b;

	tree_grubby(&s->m);
	scene_open(s);
	scene_assert(s, "grubby", 2, NULL);
	a = scene_entry(s, ID_A);
	b = scene_entry(s, ID_B);
	assert_string_equal(kdump_entry_get_title(a), "New");
	assert_string_equal(kdump_entry_get_release(a), MACHINE_RELEASE);
	assert_string_equal(kdump_entry_get_kernel(a), "/vmlinuz-" MACHINE_RELEASE);
	assert_string_equal(kdump_entry_get_cmdline(a),
			    "root=/dev/vda1 ro crashkernel=256M quiet");
	assert_true(kdump_entry_is_ours(a) && !kdump_entry_get_problem(a));
	assert_int_equal(a->cma, KD_CONFIG_Y);
	assert_int_equal(b->cma, KD_CONFIG_N);
	assert_int_equal(b->kexec_file, KD_CONFIG_Y);
	assert_true(b->has_version && b->version.major == 6 && b->version.minor == 1);
	assert_true(b->nokaslr && !a->nokaslr);
	assert_true(kdump_entry_is_default(b) && !kdump_entry_is_default(a));
	machine_put(&s->m, "boot/grub2/grubenv", "saved_entry=gone\n");
	scene_open(s);
	assert_true(scene_entry(s, ID_A)->is_default);
	machine_put(&s->m, "boot/grub2/grubenv", "next_entry=" ID_B "\nsaved_entry=" ID_A "\n");
	scene_open(s);
	assert_true(scene_entry(s, ID_B)->is_default);
}

static void test_grub(void **state)
{
	struct boot_scene *s = *state;
	const struct kdump_entry *entry;

	tree_grub(&s->m);
	scene_open(s);
	scene_assert(s, "grub", 3, NULL);
	entry = scene_entry(s, "gnulinux-simple-x");
	assert_string_equal(entry->cmdline, "root=/dev/vda1 ro quiet");
	assert_string_equal(entry->release, MACHINE_RELEASE);
	assert_true(entry->is_default && entry->ours && !entry->why);
	assert_string_equal(scene_entry(s, RECOVERY)->release, OLD_RELEASE);
	assert_true(s->boot->dropins);
	assert_string_equal(s->boot->checker, "/usr/bin/grub-script-check");
	machine_put(&s->m, "boot/grub/grubenv", "saved_entry=gnulinux-advanced-x>Debian, old\n");
	scene_open(s);
	assert_true(scene_entry(s, "gnulinux-" OLD_RELEASE "-advanced-x")->is_default);
	machine_put(&s->m, "boot/grub/grubenv", "saved_entry=gone\nnext_entry=1>1\n");
	scene_open(s);
	assert_true(scene_entry(s, RECOVERY)->is_default);
	machine_drop(&s->m, "usr/sbin/grub-mkconfig");
	scene_open(s);
	scene_assert(s, "grub", 3, "no-mkconfig");
}

/* Entries that are not made from the variables, or not of this system; one title twice. */
static void test_grub_custom(void **state)
{
	struct boot_scene *s = *state;

	tree_grub(&s->m);
	machine_put(&s->m, "boot/grub/grub.cfg",
		    "### BEGIN /etc/grub.d/30_os-prober ###\n"
		    "menuentry 'Windows' --id osprober-efi-1 { chainloader /x.efi; }\n"
		    "### END /etc/grub.d/30_os-prober ###\n### BEGIN /etc/grub.d/40_custom ###\n"
		    "menuentry 'mine' {\n linux /boot/vmlinuz-" OLD_RELEASE
		    " ro crashkernel=1M\n}\n"
		    "menuentry 'mine' {\n linux /boot/vmlinuz-" OLD_RELEASE " ro\n}\n"
		    "### END /etc/grub.d/40_custom ###\n");
	scene_open(s);
	scene_assert(s, "grub", 3, NULL);
	assert_false(scene_entry(s, "osprober-efi-1")->ours);
	assert_true(scene_entry(s, "mine")->ours);
	assert_non_null(scene_entry(s, "mine")->why);
	assert_string_equal(scene_entry(s, "mine#2")->cmdline, "ro");
	machine_put(&s->m, "boot/grub/grub.cfg",
		    "### BEGIN /etc/grub.d/30_os-prober ###\n"
		    "menuentry 'Windows' { chainloader /x.efi; }\n"
		    "### END /etc/grub.d/30_os-prober ###\n");
	scene_open(s);
	scene_assert(s, "grub", 1, "no-boot-entries");
	machine_put(&s->m, "boot/grub/grub.cfg", "menuentry 'open { linux /x }\n");
	scene_open(s);
	scene_assert(s, "grub", 0, "boot-config-bad");
}

/* With less and less of what it takes, another one is found. */
static void test_order(void **state)
{
	struct boot_scene *s = *state;

	tree_systemd(&s->m);
	tree_extlinux(&s->m);
	tree_grubby(&s->m);
	machine_put(&s->m, "etc/sysconfig/bootloader", "LOADER_TYPE=\"grub2-bls\"\n");
	tree_program(&s->m, "usr/sbin/pbl");
	tree_program(&s->m, "usr/bin/rpm-ostree");
	machine_put(&s->m, "run/ostree-booted", "");
	scene_open(s);
	assert_string_equal(kdump_boot_get_loader(s->boot), "ostree");
	machine_drop(&s->m, "run/ostree-booted");
	scene_open(s);
	assert_string_equal(kdump_boot_get_loader(s->boot), "pbl");
	machine_put(&s->m, "etc/sysconfig/bootloader", "LOADER_TYPE=\"none\"\n");
	scene_open(s);
	assert_string_equal(kdump_boot_get_loader(s->boot), "grubby");
	machine_drop(&s->m, "usr/sbin/grubby");
	scene_open(s);
	assert_string_equal(kdump_boot_get_loader(s->boot), "grub-bls");
	assert_int_equal(scene_try(s, "extlinux"), 0);
	scene_assert(s, "extlinux", 2, NULL);
	machine_drop(&s->m, "boot/grub2/grub.cfg");
	scene_open(s);
	assert_string_equal(kdump_boot_get_loader(s->boot), "systemd-boot");
}

static void test_systemd(void **state)
{
	static const char oneshot[] = "\7\0\0\0o\0l\0d\0.\0c\0o\0n\0f\0\0\0";
	struct boot_scene *s = *state;

	tree_systemd(&s->m);
	machine_put(&s->m, "efi/loader/entries/windows.conf",
		    "title Windows\nefi /EFI/Microsoft/Boot/bootmgfw.efi\n");
	machine_link(&s->m, "efi/loader/entries/gone.conf", "nowhere");
	scene_open(s);
	scene_assert(s, "systemd-boot", 3, NULL);
	assert_true(scene_entry(s, ID_A)->is_default);
	assert_false(kdump_entry_is_ours(scene_entry(s, "windows.conf")));
	machine_put(&s->m, "efi/loader/entries/00.conf",
		    ENTRY("Same", MACHINE_RELEASE, "/vmlinuz-" MACHINE_RELEASE, "ro"));
	scene_open(s);
	assert_true(scene_entry(s, ID_A)->is_default);
	machine_put(&s->m, "efi/loader/loader.conf", "timeout 3\ndefault *-" OLD_RELEASE ".co?f\n");
	scene_open(s);
	assert_true(scene_entry(s, ID_B)->is_default);
	machine_put(&s->m, "efi/loader/entries/old.conf",
		    ENTRY("Rescue", OLD_RELEASE, "/vmlinuz-" OLD_RELEASE, "ro"));
	machine_put_bytes(&s->m, "sys/firmware/efi/efivars/LoaderEntryOneShot-"
			  "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f", oneshot, sizeof(oneshot) - 1);
	scene_open(s);
	assert_true(scene_entry(s, "old.conf")->is_default);
}

/* Arch and others: the kernel's file has no version in its name. */
static void test_unnamed(void **state)
{
	struct boot_scene *s = *state;

	tree_systemd(&s->m);
	machine_put(&s->m, "efi/loader/entries/arch.conf",
		    "title Arch\nlinux /vmlinuz-linux\noptions ro\n");
	scene_open(s);
	assert_null(scene_entry(s, "arch.conf")->release);
	assert_false(scene_entry(s, "arch.conf")->has_version);
	machine_put_kernel(&s->m, "boot/vmlinuz-linux",
			   &(struct machine_kernel){ .release = OLD_RELEASE });
	scene_open(s);
	assert_string_equal(scene_entry(s, "arch.conf")->release, OLD_RELEASE);
	machine_put_kernel(&s->m, "efi/vmlinuz-linux",
			   &(struct machine_kernel){ .release = MACHINE_RELEASE });
	scene_open(s);
	assert_string_equal(scene_entry(s, "arch.conf")->release, MACHINE_RELEASE);
	assert_int_equal(scene_entry(s, "arch.conf")->cma, KD_CONFIG_Y);
	machine_put(&s->m, "efi/vmlinuz-linux", "no kernel");
	machine_drop(&s->m, "boot/vmlinuz-linux");
	scene_open(s);
	assert_null(scene_entry(s, "arch.conf")->release);
}

/* Two are there: what booted the machine counts, where it says so. */
static void test_left_over(void **state)
{
	static const char variable[] = "sys/firmware/efi/efivars/LoaderInfo-"
				       "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";
	static const char systemd[] = "\6\0\0\0s\0y\0s\0t\0e\0m\0d\0-\0b\0o\0o\0t\0 \0" "2\0";
	static const char grub[] = "\6\0\0\0G\0R\0U\0B\0 \0" "2\0";
	struct boot_scene *s = *state;

	tree_grub(&s->m);
	tree_systemd(&s->m);
	scene_open(s);
	scene_assert(s, "grub", 3, NULL);
	machine_put_bytes(&s->m, variable, systemd, sizeof(systemd));
	scene_open(s);
	scene_assert(s, "systemd-boot", 2, NULL);
	assert_int_equal(scene_try(s, "grub"), 0);
	scene_assert(s, "grub", 3, NULL);
	machine_put_bytes(&s->m, variable, grub, sizeof(grub));
	scene_open(s);
	scene_assert(s, "grub", 3, NULL);
	machine_put_bytes(&s->m, variable, systemd, sizeof(systemd));
	machine_remove(machine_path(&s->m, "efi"));
	scene_open(s);
	scene_assert(s, "grub", 3, NULL);
}

/* Entries as nobody should write them. */
static void test_hostile(void **state)
{
	struct boot_scene *s = *state;
	char *text = malloc(KD_MIB + 64);

	tree_systemd(&s->m);
	machine_put(&s->m, "efi/loader/entries/crlf.conf",
		    "title CRLF\r\nlinux /vmlinuz-" OLD_RELEASE "\r\noptions ro quiet");
	machine_mkdirs(&s->m, "efi/loader/entries/folder.conf");
	scene_open(s);
	assert_string_equal(scene_entry(s, "crlf.conf")->cmdline, "ro quiet");
	assert_string_equal(scene_entry(s, "crlf.conf")->release, OLD_RELEASE);
	assert_string_equal(kdump_boot_get_problem_id(s->boot), "boot-config-unreadable");
	assert_int_equal(rmdir(machine_path(&s->m, "efi/loader/entries/folder.conf")), 0);
	scene_open(s);
	scene_assert(s, "systemd-boot", 3, NULL);
	assert_non_null(text);
	memset(text, 'x', KD_MIB + 64);
	memcpy(text, "linux /a\noptions ", 17);
	machine_put_bytes(&s->m, "efi/loader/entries/long.conf", text, KD_MIB + 64);
	free(text);
	scene_open(s);
	scene_assert(s, "systemd-boot", 3, "boot-config-bad");
	assert_non_null(strstr(kdump_boot_get_problem(s->boot), "long.conf"));
}

/* A thousand entries of one title, and more files than anybody can want to read. */
static void test_many(void **state)
{
	struct boot_scene *s = *state;
	size_t len = 4 * KD_MIB - 64;
	char *text = malloc(len), path[64];
	size_t n = 0;

	assert_non_null(text);
	tree_grub(&s->m);
	for (unsigned i = 0; i < 1000; i++)
		n += (size_t)snprintf(text + n, len - n, "menuentry 'x' {\n linux /vmlinuz\n}\n");
	machine_put_bytes(&s->m, "boot/grub/grub.cfg", text, n);
	scene_open(s);
	scene_assert(s, "grub", 1000, NULL);
	assert_string_equal(s->boot->entries[999].id, "x#1000");
	machine_drop(&s->m, "boot/grub/grub.cfg");
	machine_mkdirs(&s->m, "efi/EFI");
	memset(text, '#', len);
	for (size_t i = 999; i < len; i += 1000)
		text[i] = '\n';
	for (unsigned i = 0; i < 20; i++) {
		snprintf(path, sizeof(path), "efi/loader/entries/%u.conf", i);
		machine_put_bytes(&s->m, path, text, len);
	}
	free(text);
	scene_open(s);
	assert_string_equal(kdump_boot_get_problem_id(s->boot), "boot-config-bad");
}

static void test_uki(void **state)
{
	static const char on[] = "\6\0\0\0\1";
	struct boot_scene *s = *state;

	tree_uki(&s->m);
	scene_open(s);
	scene_assert(s, "uki", 2, NULL);
	assert_string_equal(scene_entry(s, "a.efi")->cmdline, "root=/dev/vda1 ro");
	assert_string_equal(scene_entry(s, "b.efi")->release, OLD_RELEASE);
	assert_true(scene_entry(s, "a.efi")->is_default);
	tree_pe(&s->m, "efi/loader/addons/crashctl.addon.efi", "crashkernel=1M", NULL);
	tree_pe(&s->m, "efi/EFI/Linux/b.efi.extra.d/x.addon.efi", "crashkernel=2M", NULL);
	scene_open(s);
	assert_string_equal(scene_entry(s, "a.efi")->cmdline, "root=/dev/vda1 ro crashkernel=1M");
	assert_null(scene_entry(s, "a.efi")->why);
	assert_string_equal(scene_entry(s, "b.efi")->cmdline,
			    "root=/dev/vda1 ro crashkernel=1M crashkernel=2M");
	assert_non_null(scene_entry(s, "b.efi")->why);
	machine_put_bytes(&s->m, "sys/firmware/efi/efivars/SecureBoot-"
			  "8be4df61-93ca-11d2-aa0d-00e098032b8c", on, 5);
	scene_open(s);
	scene_assert(s, "uki", 2, "uki-signed");
	machine_drop(&s->m, "usr/bin/ukify");
	scene_open(s);
	scene_assert(s, "uki", 2, "uki-no-tool");
	machine_put(&s->m, "efi/EFI/Linux/c.efi", "MZ and nothing more");
	scene_open(s);
	scene_assert(s, "uki", 2, "boot-config-bad");
}

/* A deployment's place is its name: files are renamed with each change. */
static void test_ostree(void **state)
{
	struct boot_scene *s = *state;

	tree_program(&s->m, "usr/bin/rpm-ostree");
	machine_put(&s->m, "run/ostree-booted", "");
	machine_put(&s->m, "boot/loader.1/entries/ostree-1-fedora.conf",
		    ENTRY("Fedora (1)", "1", "/ostree/fedora-1/vmlinuz-" OLD_RELEASE, "ro"));
	machine_put(&s->m, "boot/loader.1/entries/ostree-2-fedora.conf",
		    ENTRY("Fedora (0)", "2", "/ostree/fedora-2/vmlinuz-" MACHINE_RELEASE, "ro"));
	machine_link(&s->m, "boot/loader", "loader.1");
	scene_open(s);
	scene_assert(s, "ostree", 2, NULL);
	assert_string_equal(scene_entry(s, "ostree:0")->title, "Fedora (0)");
	assert_string_equal(scene_entry(s, "ostree:0")->release, MACHINE_RELEASE);
	assert_true(scene_entry(s, "ostree:0")->is_default);
	assert_null(scene_entry(s, "ostree:0")->why);
	assert_non_null(scene_entry(s, "ostree:1")->why);
	assert_true(scene_entry(s, "ostree:0")->ours);
	assert_false(scene_entry(s, "ostree:1")->ours);
}

static void test_extlinux_zipl(void **state)
{
	struct boot_scene *s = *state;

	tree_extlinux(&s->m);
	scene_open(s);
	scene_assert(s, "extlinux", 2, NULL);
	assert_true(scene_entry(s, "l1")->is_default);
	assert_string_equal(scene_entry(s, "l0")->release, OLD_RELEASE);
	machine_put(&s->m, "etc/zipl.conf",
		    "[defaultboot]\ndefault=two\n[one]\n\timage=/boot/vmlinuz-" OLD_RELEASE "\n"
		    "\tparameters=\"root=/dev/dasda1\"\n[two]\n\timage=/boot/vmlinuz-"
		    MACHINE_RELEASE "\n\tparameters=\"root=/dev/dasda1 crashkernel=9M\"\n");
	tree_program(&s->m, "usr/sbin/zipl");
	scene_open(s);
	scene_assert(s, "zipl", 2, NULL);
	assert_true(scene_entry(s, "two")->is_default);
	assert_string_equal(scene_entry(s, "two")->cmdline, "root=/dev/dasda1 crashkernel=9M");
}

/* Two systems on one disk; one that was made as an image of another name. */
static void test_machine_id(void **state)
{
	struct boot_scene *s = *state;

	tree_systemd(&s->m);
	machine_put(&s->m, "etc/machine-id", "0123456789abcdef0123456789abcdef\n");
	scene_open(s);
	assert_true(scene_entry(s, ID_A)->ours && scene_entry(s, ID_B)->ours);
	machine_put(&s->m, "etc/machine-id", "ffffffffffffffffffffffffffffffff\n");
	machine_mkdirs(&s->m, "usr/lib/modules/" OLD_RELEASE);
	scene_open(s);
	assert_false(scene_entry(s, ID_A)->ours);
	assert_true(scene_entry(s, ID_B)->ours && scene_entry(s, ID_B)->is_default);
	machine_put(&s->m, "etc/machine-id", "uninitialized\n");
	scene_open(s);
	assert_true(scene_entry(s, ID_A)->ours);
}

/* On s390 nothing boots that zipl has not written. */
static void test_zipl_bls(void **state)
{
	struct boot_scene *s = *state;

	tree_entries(&s->m, "boot/loader/entries");
	machine_put(&s->m, "proc/sys/kernel/arch", "s390x\n");
	machine_put(&s->m, "etc/zipl.conf", "[defaultboot]\ndefaultauto\ntarget=/boot\n");
	scene_open(s);
	scene_assert(s, "", 0, "no-boot-loader");
	tree_program(&s->m, "sbin/zipl");
	scene_open(s);
	scene_assert(s, "zipl", 2, NULL);
	assert_true(scene_entry(s, ID_A)->is_default);
	assert_int_equal(scene_change(s, "crashkernel=9M"), 0);
	assert_string_equal(scene_commands(s), "/sbin/zipl\n");
}

#define MOUNTS "2 1 0:3 / / rw - ext4 /dev/vda1 rw\n"

static void test_mounts(void **state)
{
	struct boot_scene *s = *state;

	tree_systemd(&s->m);
	machine_put(&s->m, "etc/fstab", "/dev/vda2 /efi vfat defaults 0 0\n");
	scene_open(s);
	scene_assert(s, "systemd-boot", 2, "esp-not-mounted");
	machine_put(&s->m, "proc/self/mountinfo",
		    MOUNTS "3 2 0:4 / /efi ro,relatime - vfat /dev/vda2 rw\n");
	scene_open(s);
	scene_assert(s, "systemd-boot", 2, "boot-read-only");
	assert_true(s->boot->not_atomic);
	machine_put(&s->m, "proc/self/mountinfo",
		    MOUNTS "3 2 0:4 / /efi rw - vfat /dev/vda2 rw\n");
	scene_open(s);
	scene_assert(s, "systemd-boot", 2, NULL);
	machine_remove(machine_path(&s->m, "efi"));
	machine_put(&s->m, "proc/self/mountinfo", MOUNTS);
	scene_open(s);
	scene_assert(s, "", 0, "esp-not-mounted");
	machine_put(&s->m, "etc/fstab", "/dev/vda2 /boot ext4 defaults 0 0\n");
	scene_open(s);
	scene_assert(s, "", 0, "boot-not-mounted");
	tree_systemd(&s->m);
	machine_put(&s->m, "etc/fstab", "/dev/vda2 /efi vfat defaults 0 0\n");
	/* A copy of a machine is mounted by nobody. */
	machine_drop(&s->m, "proc/self/mountinfo");
	scene_open(s);
	scene_assert(s, "systemd-boot", 2, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_none, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_entries, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_grub, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_grub_custom, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_order, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_systemd, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_unnamed, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_left_over, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_hostile, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_many, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_uki, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_ostree, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_extlinux_zipl, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_machine_id, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_zipl_bls, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_mounts, scene_set_up, scene_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
