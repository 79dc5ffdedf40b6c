/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What pstore keeps of a kernel that died; and how dumps are called. */
#include "machine.h"

#include "../../lib/parse/crashlog.h"
#include "../../lib/parse/dumpname.h"
#include "../../lib/parse/pstorename.h"

#define HEAD "<5>[    0.000000] Linux version 7.2.12-test (x@y) #1\n"
#define WORDS "<6>[    0.000000] Command line: root=/dev/vda1 elfcorehdr=0x7f000000\n"
#define PANIC "<0>[    9.000000] Kernel panic - not syncing: Attempted to kill init!\n"
#define OOM "<3>[    8.000000] Out of memory: Killed process 77 (%s) total-vm:1kB\n"

static struct kd_crashlog parse(const char *text)
{
	size_t len = strlen(text);
	char *copy = malloc(len ? len : 1);
	struct kd_crashlog log;

	/* Without a NUL behind it, so that a byte too far is found. */
	assert_non_null(copy);
	memcpy(copy, text, len);
	kd_crashlog_parse(copy, len, &log);
	free(copy);
	return log;
}

static void test_crash_kernel(void **state)
{
	struct kd_crashlog log = parse("Panic#1 Part1\n" HEAD WORDS PANIC);

	(void)state;
	assert_true(log.crash_kernel);
	assert_string_equal(log.release, "7.2.12-test");
	assert_string_equal(log.why, "Kernel panic - not syncing: Attempted to kill init!");
	assert_false(log.has_wall);
}

/* The kernel that runs may die too; its log has no word of a crash kernel. */
static void test_other_kernel(void **state)
{
	(void)state;
	assert_false(parse(HEAD PANIC).crash_kernel);
	assert_false(parse("").crash_kernel);
	assert_string_equal(parse("").why, "");
	assert_false(parse("elfcorehdr").crash_kernel);
}

static void assert_wall(const char *text, enum kdump_wall wall, const char *why)
{
	struct kd_crashlog log = parse(text);

	assert_true(log.has_wall);
	assert_int_equal(log.wall, wall);
	assert_non_null(strstr(log.why, why));
}

static void test_walls(void **state)
{
	char text[1024];

	(void)state;
	snprintf(text, sizeof(text), HEAD WORDS OOM PANIC, "systemd-udevd");
	assert_wall(text, KDUMP_WALL_RUN, "Out of memory: Killed process 77 (systemd-udevd)");
	snprintf(text, sizeof(text), PANIC OOM OOM, "makedumpfile", "sh");
	assert_wall(text, KDUMP_WALL_DUMP, "(makedumpfile)");
	assert_true(parse(text).crash_kernel);
	/* What is first missing is not what is first told. */
	snprintf(text, sizeof(text), OOM WORDS PANIC
		 "[    1.0] Initramfs unpacking failed: write error\n", "sh");
	assert_wall(text, KDUMP_WALL_TMPFS, "Initramfs unpacking failed: write error");
	assert_wall("[1] Kernel panic - not syncing: System is deadlocked on memory",
		    KDUMP_WALL_RUN, "deadlocked");
}

/* What is damaged is no want of memory; who says that there was none is (lib/decompress_*.c). */
static void test_unpacking(void **state)
{
	static const char *const damaged[] = {
		"junk within compressed archive", "invalid magic at start of compressed archive",
		"Decoding failed", "XZ-compressed data is corrupt", "",
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(damaged); i++) {
		snprintf(text, sizeof(text), "[ 1.0] Initramfs unpacking failed: %s", damaged[i]);
		print_message("# %s\n", text);
		assert_false(parse(text).has_wall);
		assert_string_equal(parse(text).why, text + strlen("[ 1.0] "));
		/* Why no init is there afterwards. */
		snprintf(text, sizeof(text), PANIC "Initramfs unpacking failed: %s\n", damaged[i]);
		assert_non_null(strstr(parse(text).why, "unpacking failed"));
	}
	assert_wall("Initramfs unpacking failed: out of memory", KDUMP_WALL_TMPFS, "out of memory");
	assert_wall("rootfs image is not initramfs (write error); looks like an initrd",
		    KDUMP_WALL_TMPFS, "write error");
	assert_string_equal(parse("Initramfs unpacking failed").why, "");
}

static void test_on_purpose(void **state)
{
	(void)state;
	assert_true(parse(HEAD "Kernel panic - not syncing: sysrq triggered crash\n").on_purpose);
	assert_false(parse(HEAD PANIC).on_purpose);
}

static struct kd_pstore_name name_of(const char *name)
{
	struct kd_pstore_name ret;

	kd_pstore_parse_name(name, &ret);
	return ret;
}

static void test_pstore_names(void **state)
{
	static const struct {
		const char *name;
		enum kd_pstore_kind kind;
		int64_t time;
		unsigned part, count;
	} rows[] = {
		{ "dmesg-efi-155741337602003", KD_PSTORE_EFI, 1557413376, 2, 3 },
		{ "dmesg-efi_pstore-155741337699999", KD_PSTORE_EFI, 1557413376, 99, 999 },
		{ "dmesg-efi-155741337600003", KD_PSTORE_WHOLE, 0, 0, 0 },
		{ "dmesg-efi-1", KD_PSTORE_WHOLE, 0, 0, 0 },
		{ "dmesg-efi-18446744073709551616", KD_PSTORE_WHOLE, 0, 0, 0 },
		{ "dmesg-efi-155741337602003.enc.z", KD_PSTORE_WHOLE, 0, 0, 0 },
		{ "dmesg-erst-6655441306570751001", KD_PSTORE_ERST, 0, 0, 0 },
		{ "dmesg-erst-x", KD_PSTORE_WHOLE, 0, 0, 0 },
		{ "dmesg-ramoops-0", KD_PSTORE_WHOLE, 0, 0, 0 },
		{ "console-ramoops-0", KD_PSTORE_WHOLE, 0, 0, 0 },
		{ "dmesg.txt", KD_PSTORE_JOINED, 0, 0, 0 },
		{ "pmsg-ramoops-0", KD_PSTORE_NONE, 0, 0, 0 },
		{ "", KD_PSTORE_NONE, 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		struct kd_pstore_name name = name_of(rows[i].name);

		print_message("# %s\n", rows[i].name);
		assert_int_equal(name.kind, rows[i].kind);
		assert_int_equal(name.time, rows[i].time);
		assert_int_equal(name.part, rows[i].part);
		assert_int_equal(name.count, rows[i].count);
		assert_true(kd_pstore_rank(rows[i].name) > 0);
	}
	assert_true(kd_pstore_rank("1557413377") > kd_pstore_rank("dmesg-efi-155741337602003"));
	assert_true(kd_pstore_rank("dmesg-erst-6655441306570751001") > kd_pstore_rank("999999999"));
	assert_int_equal(kd_pstore_folder_time("1557413376"), 1557413376);
	assert_int_equal(kd_pstore_folder_time("001"), 0);
	assert_int_equal(kd_pstore_folder_time("6655441306570751001"), 0);
}

/* From the first part of a log. */
static bool goes_on(const char *name)
{
	struct kd_pstore_name first = name_of("dmesg-efi-155741337601003"), next = name_of(name);

	return kd_pstore_compare(&first, &next) < 0 && kd_pstore_goes_on(&first, &next);
}

static void test_pstore_parts(void **state)
{
	struct kd_pstore_name erst = name_of("dmesg-erst-100"), next = name_of("dmesg-erst-102");

	(void)state;
	assert_true(goes_on("dmesg-efi-155741337602003"));
	assert_true(goes_on("dmesg-efi-155741338603003"));
	assert_false(goes_on("dmesg-efi-155741338703003"));	/* eleven seconds later */
	assert_false(goes_on("dmesg-efi-155741337602004"));
	assert_false(goes_on("dmesg-efi-155741337601003"));
	erst.part = 1;
	next.part = 3;
	assert_true(kd_pstore_goes_on(&erst, &next));
	next.part = 2;
	assert_false(kd_pstore_goes_on(&erst, &next));
	next.part = 0;
	assert_false(kd_pstore_goes_on(&erst, &next));
	assert_int_equal(kd_pstore_part("Panic#1 Part13\n", 15), 13);
	assert_int_equal(kd_pstore_part("Panic#1 Part13", 14), 0);
	assert_int_equal(kd_pstore_part("Panic#1 Part1x\n", 15), 0);
	assert_int_equal(kd_pstore_part("Panic#1 Part99999\n", 18), 0);
	assert_int_equal(kd_pstore_part("a Part13\n", 9), 0);
	assert_int_equal(kd_pstore_part("", 0), 0);
}

static void test_quote(void **state)
{
	char text[1024] = "[ 1.0]   Kernel panic - not syncing: \033[31m\xff";

	(void)state;
	assert_string_equal(parse(text).why, "Kernel panic - not syncing: ?[31m?");
	memset(text + 40, 'x', 900);
	text[940] = '\0';
	assert_int_equal(strlen(parse(text).why), KD_CRASHLOG_LINE - 1);
	assert_string_equal(parse("Linux version \t").release, "");
	memset(text, 'r', 900);
	memcpy(text, "Linux version ", 14);
	assert_int_equal(strlen(parse(text).release), KD_CRASHLOG_RELEASE - 1);
}

static void test_folders(void **state)
{
	static const struct {
		const char *name;
		uint64_t date;
		enum kdump_layout layout;
	} rows[] = {
		{ "202611272341", 20261127234100, KDUMP_LAYOUT_DEBIAN },
		{ "10.0.0.1-202611272341", 20261127234100, KDUMP_LAYOUT_DEBIAN },
		{ "127.0.0.1-2026-11-27-23:41:11", 20261127234111, KDUMP_LAYOUT_FEDORA },
		{ "2026-11-27-23:41", 20261127234100, KDUMP_LAYOUT_SUSE },
		{ "host-2026-11-27-23:41", 20261127234100, KDUMP_LAYOUT_SUSE },
		{ "2026112723411", 0, KDUMP_LAYOUT_UNKNOWN },
		{ "x202611272341", 0, KDUMP_LAYOUT_UNKNOWN },
		{ "202613272341", 0, KDUMP_LAYOUT_UNKNOWN },
		{ "202611322341", 0, KDUMP_LAYOUT_UNKNOWN },
		{ "202611272441", 0, KDUMP_LAYOUT_UNKNOWN },
		{ "202611272360", 0, KDUMP_LAYOUT_UNKNOWN },
		{ "000000000000", 0, KDUMP_LAYOUT_UNKNOWN },
		{ "2026-11-27", 0, KDUMP_LAYOUT_UNKNOWN },
		{ "_usr_bin_x.0.crash", 0, KDUMP_LAYOUT_UNKNOWN },
		{ "", 0, KDUMP_LAYOUT_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		enum kdump_layout layout = KDUMP_LAYOUT_UNKNOWN;

		print_message("# %s\n", rows[i].name);
		assert_int_equal(kd_dump_folder_date(rows[i].name, &layout), rows[i].date);
		assert_int_equal(layout, rows[i].layout);
	}
}

static void test_files(void **state)
{
	static const char *const finished[] = {
		"dump.202611272341", "dump.202611272341.gz", "vmcore", "vmcore.202611272341",
		"vmcore.flat",
	};
	static const char *const unfinished[] = {
		"dump-incomplete", "dump-incomplete.lz4", "vmcore-incomplete",
		"vmcore.flat-incomplete",
	};
	static const char *const neither[] = {
		"vmcore-dmesg.txt", "vmcore-dmesg-incomplete.txt", "dmesg.202611272341",
		"README.txt", "kexec-dmesg.log", "crashctl-memory", "System.map-6.4", "dump", "",
	};

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(finished); i++)
		assert_int_equal(kd_dump_file_rank(finished[i]), KD_DUMP_FINISHED);
	for (size_t i = 0; i < KD_ARRAY_SIZE(unfinished); i++)
		assert_int_equal(kd_dump_file_rank(unfinished[i]), KD_DUMP_UNFINISHED);
	for (size_t i = 0; i < KD_ARRAY_SIZE(neither); i++)
		assert_int_equal(kd_dump_file_rank(neither[i]), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_crash_kernel),
		cmocka_unit_test(test_other_kernel),
		cmocka_unit_test(test_walls),
		cmocka_unit_test(test_unpacking),
		cmocka_unit_test(test_on_purpose),
		cmocka_unit_test(test_pstore_names),
		cmocka_unit_test(test_pstore_parts),
		cmocka_unit_test(test_quote),
		cmocka_unit_test(test_folders),
		cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
