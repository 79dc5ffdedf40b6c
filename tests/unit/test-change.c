/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Changes of the boot configuration as operations: lib/decide/change*.c. */
#include "boot-trees.h"

#define WORDS "crashkernel=512M,cma crashkernel=128M"

static void assert_change(struct boot_scene *s, const char *words, size_t ops, const char *commands)
{
	int err = scene_change(s, words);

	if (err)
		fail_msg("%s", s->why.s);
	assert_string_equal(scene_commands(s), commands);
	assert_int_equal(s->change.n_ops, ops);
}

static void assert_refused(struct boot_scene *s, const char *words, const char *why)
{
	assert_int_equal(scene_change(s, words), -ENOTSUP);
	if (!strstr(s->why.s, why))
		fail_msg("\"%s\" is not in \"%s\"", why, s->why.s);
	assert_int_equal(s->change.n_ops, 0);
}

static void assert_words(struct boot_scene *s, const char *id, const char *cmdline)
{
	assert_string_equal(scene_entry(s, id)->cmdline, cmdline);
}

static void test_systemd(void **state)
{
	struct boot_scene *s = *state;
	char *before;

	tree_systemd(&s->m);
	before = machine_get(&s->m, "efi/loader/entries/" ID_B);
	scene_open(s);
	assert_change(s, WORDS, 3, "");
	assert_string_equal(s->change.old_words, "crashkernel=256M");
	assert_string_equal(s->change.new_words, WORDS);
	assert_int_equal(s->change.n_expected, 2);
	assert_non_null(strstr(s->change.diff, "+options root=/dev/vda1 ro " WORDS " quiet\n"));
	scene_carry_out(s);
	machine_assert_text(&s->m, "etc/kernel/cmdline", "root=/dev/vda1 ro " WORDS "\n");
	scene_open(s);
	assert_words(s, ID_A, "root=/dev/vda1 ro " WORDS " quiet");
	assert_words(s, ID_B, "root=/dev/vda1 ro nokaslr " WORDS);
	assert_change(s, WORDS, 0, "");
	assert_string_equal(s->change.diff, "");
	assert_change(s, "", 3, "");
	scene_carry_out(s);
	machine_assert_text(&s->m, "efi/loader/entries/" ID_B, before);
	machine_assert_text(&s->m, "etc/kernel/cmdline", "root=/dev/vda1 ro\n");
	free(before);
}

/* One kernel has words of its own, and kernels to come are left alone. */
static void test_one_entry(void **state)
{
	struct boot_scene *s = *state;
	const char *of_entry[2] = { NULL };
	struct kd_entry_words words = { of_entry, NULL };

	tree_systemd(&s->m);
	scene_open(s);
	of_entry[scene_entry(s, ID_B) - s->boot->entries] = "crashkernel=99M";
	assert_int_equal(kd_change_make(s->boot, &words, &s->change, &s->why), 0);
	assert_int_equal(s->change.n_ops, 1);
	assert_int_equal(s->change.n_expected, 1);
	assert_string_equal(s->change.expected[0].id, ID_B);
	assert_true(s->change.ops[0].had && s->change.ops[0].has);
}

/* What nobody can change, and nobody has to. */
static void test_foreign(void **state)
{
	struct boot_scene *s = *state;
	const char *of_entry[3] = { WORDS, WORDS, WORDS };
	struct kd_entry_words words = { of_entry, WORDS };

	tree_systemd(&s->m);
	machine_put(&s->m, "efi/loader/entries/windows.conf",
		    "title Windows\nefi /EFI/Microsoft/Boot/bootmgfw.efi\n");
	scene_open(s);
	assert_int_equal(kd_change_make(s->boot, &words, &s->change, &s->why), -ENOTSUP);
	assert_non_null(strstr(s->why.s, "Windows"));
	assert_change(s, WORDS, 3, "");
	for (size_t i = 0; i < s->change.n_ops; i++)
		assert_null(strstr(s->change.ops[i].path, "windows"));
}

static void test_grubby(void **state)
{
	struct boot_scene *s = *state;
	const char *of_entry[3] = { NULL };
	struct kd_entry_words words = { of_entry, NULL };

	tree_grubby(&s->m);
	scene_open(s);
	assert_change(s, WORDS, 1,
		      "/usr/sbin/grubby --update-kernel=ALL '--args=" WORDS "'\n");
	assert_int_equal(s->change.n_guarded, 4);
	assert_string_equal(s->change.ops[0].argv[2], "--args=" WORDS);
	assert_null(s->change.ops[0].argv[3]);
	assert_change(s, "", 1,
		      "/usr/sbin/grubby --update-kernel=ALL --remove-args=crashkernel\n");
	of_entry[scene_entry(s, ID_B) - s->boot->entries] = "crashkernel=9M";
	kd_change_free(&s->change);
	assert_int_equal(kd_change_make(s->boot, &words, &s->change, &s->why), 0);
	assert_string_equal(scene_commands(s), "/usr/sbin/grubby --update-kernel=/vmlinuz-"
			    OLD_RELEASE " --args=crashkernel=9M\n");
	machine_put(&s->m, "proc/self/mountinfo", "2 1 0:3 / / rw - ext4 /dev/vda1 rw\n"
		    "3 2 0:4 / /boot rw - ext4 /dev/vda2 rw\n");
	scene_open(s);
	assert_int_equal(kd_change_make(s->boot, &words, &s->change, &s->why), 0);
	assert_string_equal(scene_commands(s), "/usr/sbin/grubby --update-kernel=/boot/vmlinuz-"
			    OLD_RELEASE " --args=crashkernel=9M\n");
	machine_put(&s->m, "boot/loader/entries/x.conf",
		    ENTRY("Same", OLD_RELEASE, "/vmlinuz-" OLD_RELEASE, "ro single"));
	scene_open(s);
	assert_int_equal(kd_change_make(s->boot, &words, &s->change, &s->why), -ENOTSUP);
	for (size_t i = 0; i < 3; i++)
		of_entry[i] = "crashkernel=9M";
	assert_int_equal(kd_change_make(s->boot, &words, &s->change, &s->why), 0);
	assert_int_equal(s->change.n_ops, 2);
}

/* Where ALL would reach another system's entries, each kernel is named. */
static void test_grubby_foreign(void **state)
{
	struct boot_scene *s = *state;

	tree_grubby(&s->m);
	machine_put(&s->m, "boot/loader/entries/other.conf", "title Other\nefi /x.efi\n");
	machine_put(&s->m, "proc/sys/kernel/arch", "s390x\n");
	tree_program(&s->m, "usr/sbin/zipl");
	scene_open(s);
	assert_change(s, "crashkernel=9M", 3,
		      "/usr/sbin/grubby --update-kernel=/vmlinuz-" OLD_RELEASE
		      " --args=crashkernel=9M\n"
		      "/usr/sbin/grubby --update-kernel=/vmlinuz-" MACHINE_RELEASE
		      " --args=crashkernel=9M\n"
		      "/usr/sbin/zipl\n");
}

static void test_grub_bls(void **state)
{
	struct boot_scene *s = *state;

	tree_grubby(&s->m);
	machine_drop(&s->m, "usr/sbin/grubby");
	scene_open(s);
	assert_change(s, WORDS, 3, "");
	scene_carry_out(s);
	machine_assert_text(&s->m, "etc/default/grub", "GRUB_CMDLINE_LINUX=\"ro " WORDS "\"\n"
						       "GRUB_ENABLE_BLSCFG=true\n");
	scene_open(s);
	assert_words(s, ID_B, "root=/dev/vda1 ro nokaslr " WORDS);
	assert_change(s, WORDS, 0, "");
	machine_put(&s->m, "etc/default/grub", "GRUB_CMDLINE_LINUX=\"$X crashkernel=1M\"\n");
	scene_open(s);
	assert_refused(s, "crashkernel=7M", "/etc/default/grub");
}

#define DROPIN "etc/default/grub.d/zz-crashctl.cfg"
#define MADE "/usr/sbin/grub-mkconfig -o /boot/grub/grub.cfg.crashctl\n"	\
	"/usr/bin/grub-script-check /boot/grub/grub.cfg.crashctl\n"

static void test_grub(void **state)
{
	struct boot_scene *s = *state;

	tree_grub(&s->m);
	scene_open(s);
	assert_change(s, "", 0, "");
	assert_change(s, WORDS, 4, MADE);
	assert_string_equal(s->change.ops[0].path, "/" DROPIN);
	assert_int_equal(s->change.ops[3].kind, KD_OP_INSTALL);
	assert_string_equal(s->change.ops[3].from, "/boot/grub/grub.cfg.crashctl");
	assert_string_equal(s->change.ops[3].path, "/boot/grub/grub.cfg");
	assert_int_equal(s->change.n_expected, 3);
	scene_carry_out(s);
	/* grub.cfg is older than what it is made from. */
	scene_open(s);
	assert_change(s, WORDS, 3, MADE);
	tree_cfg(&s->m, WORDS);
	scene_open(s);
	assert_change(s, WORDS, 0, "");
	assert_change(s, "crashkernel=1M", 4, MADE);
	assert_change(s, "", 4, MADE);
	assert_false(s->change.ops[0].has);
	/* And the other way round: the words would go with the next kernel. */
	tree_cfg(&s->m, "crashkernel=7M");
	scene_open(s);
	assert_change(s, "crashkernel=7M", 4, MADE);
	machine_put(&s->m, "etc/default/grub.d/notes.cfg", "  # crashkernel=1M\n");
	scene_open(s);
	assert_change(s, "", 4, MADE);
	assert_false(s->change.ops[0].has);
	machine_put(&s->m, "etc/default/grub.d/kdump-tools.cfg",
		    "# crashkernel\nGRUB_CMDLINE_LINUX_DEFAULT=\"$X crashkernel=3M\"\n");
	scene_open(s);
	assert_change(s, "", 4, MADE);
	assert_true(s->change.ops[0].has);
	scene_carry_out(s);
	tree_cfg(&s->m, "");
	scene_open(s);
	assert_change(s, "", 0, "");
}

/* Words of the user's that no drop-in is needed for. */
static void test_grub_present(void **state)
{
	struct boot_scene *s = *state;

	tree_grub(&s->m);
	tree_cfg(&s->m, "crashkernel=3M");
	machine_put(&s->m, "etc/default/grub", "GRUB_CMDLINE_LINUX=\"crashkernel=3M\"\n");
	scene_open(s);
	assert_change(s, "crashkernel=3M", 0, "");
	machine_put(&s->m, "etc/default/grub.d/zzz.cfg", "GRUB_CMDLINE_LINUX+=crashkernel=4M\n");
	scene_open(s);
	assert_refused(s, "crashkernel=5M", "/etc/default/grub.d/zzz.cfg");
}

/* grub.cfg has the words, and would lose them, or get others, with the next kernel. */
static void test_grub_will_not_stay(void **state)
{
	struct boot_scene *s = *state;

	tree_grub(&s->m);
	tree_cfg(&s->m, "crashkernel=9M");
	scene_open(s);
	assert_int_equal(scene_change(s, "crashkernel=9M"), 0);
	assert_int_equal(s->change.n_ops, 4);
	assert_string_equal(s->change.ops[0].path, KD_BOOT_DROPIN);
	/* It has them from there. */
	machine_put(&s->m, "etc/default/grub", "GRUB_CMDLINE_LINUX=\"crashkernel=9M\"\n");
	scene_open(s);
	assert_int_equal(scene_change(s, "crashkernel=9M"), 0);
	assert_int_equal(s->change.n_ops, 0);
	machine_put(&s->m, "etc/default/grub", "GRUB_CMDLINE_LINUX=\"crashkernel=8M\"\n");
	scene_open(s);
	assert_int_equal(scene_change(s, "crashkernel=9M"), 0);
	assert_int_equal(s->change.n_ops, 4);
	tree_cfg(&s->m, "");
	scene_open(s);
	assert_int_equal(scene_change(s, ""), 0);
	assert_int_equal(s->change.n_ops, 4);
}

static void test_grub_one_kernel(void **state)
{
	struct boot_scene *s = *state;
	const char *of_entry[3] = { WORDS, NULL, NULL };
	struct kd_entry_words words = { of_entry, NULL };

	tree_grub(&s->m);
	scene_open(s);
	assert_int_equal(kd_change_make(s->boot, &words, &s->change, &s->why), -ENOTSUP);
	words.of_later = WORDS;
	assert_int_equal(kd_change_make(s->boot, &words, &s->change, &s->why), -ENOTSUP);
	assert_non_null(strstr(s->why.s, "Debian, old"));
}

/* A grub-mkconfig that reads no folder. */
static void test_grub_defaults(void **state)
{
	struct boot_scene *s = *state;

	tree_grub(&s->m);
	tree_program(&s->m, "usr/sbin/grub-mkconfig");
	machine_put(&s->m, "etc/default/grub", "GRUB_CMDLINE_LINUX=\"a\"\n"
		    "GRUB_CMDLINE_LINUX_DEFAULT='quiet crashkernel=1M'\n");
	scene_open(s);
	assert_false(s->boot->dropins);
	assert_change(s, "crashkernel=9M", 4, MADE);
	scene_carry_out(s);
	machine_assert_text(&s->m, "etc/default/grub",
			    "GRUB_CMDLINE_LINUX=\"a crashkernel=9M\"\n"
			    "GRUB_CMDLINE_LINUX_DEFAULT='quiet'\n");
	machine_put(&s->m, "etc/default/grub", "GRUB_CMDLINE_LINUX=\"a\n");
	scene_open(s);
	assert_refused(s, "crashkernel=9M", "/etc/default/grub");
}

/* Recovery entries lack the variable that pbl changes. */
static void test_pbl_grub(void **state)
{
	struct boot_scene *s = *state;

	tree_grub(&s->m);
	tree_program(&s->m, "sbin/update-bootloader");
	machine_put(&s->m, "etc/sysconfig/bootloader", "LOADER_TYPE=\"grub2\"\n");
	scene_open(s);
	assert_non_null(scene_entry(s, RECOVERY)->why);
	assert_int_equal(scene_change(s, "crashkernel=9M"), 0);
	assert_int_equal(s->change.n_expected, 2);
	assert_int_equal(s->change.n_guarded, 3);
}

static void test_kernelopts(void **state)
{
	struct boot_scene *s = *state;

	tree_grubby(&s->m);
	machine_put(&s->m, "boot/loader/entries/" ID_A,
		    ENTRY("New", MACHINE_RELEASE, "/vmlinuz-" MACHINE_RELEASE, "$kernelopts"));
	machine_put(&s->m, "boot/grub2/grubenv", "kernelopts=root=/dev/vda1 crashkernel=5M\n");
	scene_open(s);
	assert_words(s, ID_A, "root=/dev/vda1 crashkernel=5M");
	assert_change(s, "crashkernel=5M", 1,
		      "/usr/sbin/grubby --update-kernel=ALL --args=crashkernel=5M\n");
	machine_drop(&s->m, "usr/sbin/grubby");
	scene_open(s);
	assert_non_null(scene_entry(s, ID_A)->why);
}

#define FIVE \
	"crashkernel=1M crashkernel=1M crashkernel=1M crashkernel=1M crashkernel=1M "

static void test_pbl(void **state)
{
	struct boot_scene *s = *state;

	tree_grubby(&s->m);
	tree_program(&s->m, "usr/sbin/pbl");
	machine_put(&s->m, "etc/sysconfig/bootloader", "LOADER_TYPE=\"grub2-bls\"\n");
	scene_open(s);
	assert_change(s, WORDS, 3,
		      "/usr/sbin/pbl --del-option crashkernel\n"
		      "/usr/sbin/pbl --add-option '" WORDS "'\n/usr/sbin/pbl --config\n");
	assert_change(s, "", 2,
		      "/usr/sbin/pbl --del-option crashkernel\n/usr/sbin/pbl --config\n");
	/* Each call of an old one takes out one word. */
	machine_put(&s->m, "boot/loader/entries/" ID_A,
		    ENTRY("New", MACHINE_RELEASE, "/vmlinuz-" MACHINE_RELEASE, "a " WORDS));
	scene_open(s);
	assert_change(s, "", 3,
		      "/usr/sbin/pbl --del-option crashkernel\n"
		      "/usr/sbin/pbl --del-option crashkernel\n/usr/sbin/pbl --config\n");
	machine_put(&s->m, "boot/loader/entries/" ID_A,
		    ENTRY("New", MACHINE_RELEASE, "/vmlinuz-" MACHINE_RELEASE,
			  FIVE FIVE FIVE "crashkernel=1M crashkernel=1M"));
	scene_open(s);
	assert_refused(s, "", "more crashkernel= words");
}

static void test_ostree(void **state)
{
	struct boot_scene *s = *state;

	tree_program(&s->m, "usr/bin/rpm-ostree");
	machine_put(&s->m, "run/ostree-booted", "");
	machine_put(&s->m, "boot/loader/entries/ostree-1-fedora.conf",
		    ENTRY("Fedora", "1", "/ostree/f-1/vmlinuz-" MACHINE_RELEASE,
			  "ro crashkernel=1M crashkernel=2M,high"));
	scene_open(s);
	assert_change(s, WORDS, 1,
		      "/usr/bin/rpm-ostree kargs --delete-if-present=crashkernel=1M "
		      "--delete-if-present=crashkernel=2M,high --append=crashkernel=512M,cma "
		      "--append=crashkernel=128M\n");
	assert_change(s, "crashkernel=1M crashkernel=2M,high", 0, "");
}

static void test_zipl(void **state)
{
	struct boot_scene *s = *state;

	machine_put(&s->m, "etc/zipl.conf", "[defaultboot]\ndefault=one\n[one]\n"
		    "\timage=/boot/vmlinuz-" OLD_RELEASE "\n\tparameters=\"root=/dev/dasda1\"\n");
	tree_program(&s->m, "usr/sbin/zipl");
	scene_open(s);
	assert_change(s, "crashkernel=9M", 2, "/usr/sbin/zipl\n");
	assert_int_equal(s->change.ops[0].kind, KD_OP_WRITE);
	scene_carry_out(s);
	scene_open(s);
	assert_change(s, "crashkernel=9M", 0, "");
}

static void test_extlinux(void **state)
{
	struct boot_scene *s = *state;

	tree_extlinux(&s->m);
	scene_open(s);
	assert_change(s, WORDS, 1, "");
	scene_carry_out(s);
	scene_open(s);
	assert_words(s, "l0", "root=/dev/vda1 ro " WORDS);
	assert_words(s, "l1", "root=/dev/vda1 ro " WORDS);
	assert_change(s, WORDS, 0, "");
}

/* u-boot-menu's default would be lost beside our words. */
static void test_uboot(void **state)
{
	struct boot_scene *s = *state;

	tree_extlinux(&s->m);
	tree_program(&s->m, "usr/sbin/u-boot-update");
	scene_open(s);
	assert_change(s, "crashkernel=9M", 2, "/usr/sbin/u-boot-update\n");
	assert_int_equal(s->change.n_guarded, 1);
	scene_carry_out(s);
	machine_assert_text(&s->m, "etc/default/u-boot",
			    "U_BOOT_PARAMETERS=\"ro quiet crashkernel=9M\"\n");
	machine_drop(&s->m, "etc/default/u-boot");
	machine_put(&s->m, "etc/kernel/cmdline", "ro x\n");
	scene_open(s);
	assert_change(s, "crashkernel=9M", 2, "/usr/sbin/u-boot-update\n");
	assert_string_equal(s->change.ops[0].path, "/etc/kernel/cmdline");
	machine_put(&s->m, "etc/default/u-boot", "U_BOOT_PARAMETERS=\"a crashkernel=1M b\"\n");
	scene_open(s);
	assert_change(s, "crashkernel=9M", 2, "/usr/sbin/u-boot-update\n");
	scene_carry_out(s);
	machine_assert_text(&s->m, "etc/default/u-boot",
			    "U_BOOT_PARAMETERS=\"a crashkernel=9M b\"\n");
}

#define UKIFY "/usr/bin/ukify build '--cmdline=%s' " \
	"--stub=/usr/lib/systemd/boot/efi/addonx64.efi.stub " \
	"--output=/var/lib/crashctl/crashctl.addon.efi\n"
#define OWN "efi/EFI/Linux/b.efi.extra.d/crashctl.addon.efi"

static void test_uki(void **state)
{
	struct boot_scene *s = *state;
	const char *of_entry[2] = { NULL };
	struct kd_entry_words words = { of_entry, NULL };

	tree_uki(&s->m);
	scene_open(s);
	assert_change(s, "", 0, "");
	assert_int_equal(scene_change(s, WORDS), 0);
	assert_int_equal(s->change.n_ops, 2);
	assert_string_equal(s->change.ops[0].argv[2], "--cmdline=" WORDS);
	assert_int_equal(s->change.ops[1].kind, KD_OP_INSTALL);
	assert_string_equal(s->change.ops[1].path, "/" ADDON);
	tree_pe(&s->m, ADDON, "crashkernel=5M", NULL);
	scene_open(s);
	assert_change(s, "crashkernel=5M", 0, "");
	assert_change(s, "", 1, "");
	assert_false(s->change.ops[0].has);
	assert_string_equal(s->change.ops[0].path, "/" ADDON);
	/* b gets its own, and a one with what it had. */
	of_entry[scene_entry(s, "b.efi") - s->boot->entries] = "crashkernel=9M";
	kd_change_free(&s->change);
	assert_int_equal(kd_change_make(s->boot, &words, &s->change, &s->why), 0);
	assert_int_equal(s->change.n_ops, 5);
	assert_string_equal(s->change.ops[0].path, "/" ADDON);
	assert_string_equal(s->change.ops[1].argv[2], "--cmdline=crashkernel=5M");
	assert_string_equal(s->change.ops[4].path, "/" OWN);
	tree_pe(&s->m, OWN, "crashkernel=9M", NULL);
	machine_drop(&s->m, ADDON);
	scene_open(s);
	assert_int_equal(scene_change(s, WORDS), 0);
	assert_string_equal(s->change.ops[0].path, "/" OWN);
	assert_false(s->change.ops[0].has);
	assert_string_equal(s->change.ops[2].path, "/" ADDON);
}

/* Images beside entries: both are changed, each in its way. */
static void test_mixed(void **state)
{
	struct boot_scene *s = *state;

	tree_systemd(&s->m);
	tree_uki(&s->m);
	scene_open(s);
	assert_int_equal(s->boot->n_entries, 4);
	assert_int_equal(scene_change(s, WORDS), 0);
	assert_int_equal(s->change.n_ops, 5);
	assert_int_equal(s->change.n_expected, 4);
	assert_string_equal(s->change.ops[4].path, "/" ADDON);
	assert_string_equal(s->change.ops[3].argv[2], "--cmdline=" WORDS);
	machine_drop(&s->m, "usr/bin/ukify");
	scene_open(s);
	assert_non_null(scene_entry(s, "a.efi")->why);
	assert_null(scene_entry(s, ID_A)->why);
	assert_int_equal(scene_change(s, WORDS), 0);
	assert_int_equal(s->change.n_ops, 3);
	assert_int_equal(s->change.n_expected, 2);
}

/* What the image itself brings cannot be taken out. */
static void test_uki_embedded(void **state)
{
	struct boot_scene *s = *state;
	const char *of_entry[2] = { "", "" };
	struct kd_entry_words words = { of_entry, "" };

	tree_uki(&s->m);
	tree_pe(&s->m, "efi/EFI/Linux/a.efi", "ro crashkernel=1M", MACHINE_RELEASE);
	scene_open(s);
	assert_int_equal(kd_change_make(s->boot, &words, &s->change, &s->why), -ENOTSUP);
	assert_non_null(strstr(s->why.s, "a.efi"));
}

static void test_obstacle(void **state)
{
	struct boot_scene *s = *state;

	scene_open(s);
	assert_refused(s, WORDS, "no boot loader");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_systemd, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_one_entry, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_foreign, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_grubby, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_grubby_foreign, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_grub_bls, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_grub, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_grub_present, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_grub_will_not_stay, scene_set_up,
						scene_tear_down),
		cmocka_unit_test_setup_teardown(test_grub_one_kernel, scene_set_up,
						scene_tear_down),
		cmocka_unit_test_setup_teardown(test_grub_defaults, scene_set_up,
						scene_tear_down),
		cmocka_unit_test_setup_teardown(test_pbl_grub, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_kernelopts, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_pbl, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_ostree, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_zipl, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_extlinux, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_uboot, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_uki, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_mixed, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_uki_embedded, scene_set_up, scene_tear_down),
		cmocka_unit_test_setup_teardown(test_obstacle, scene_set_up, scene_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
