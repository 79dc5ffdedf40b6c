/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Records: what is written comes back, whatever it holds; half of one is none. */
#include "machine.h"
#include "same.h"

#include "../../lib/core/root.h"
#include "../../lib/facts/record.h"
#include "random.h"

#define PATH KD_RECORD_PATH
#define KEPT "/var/lib/crashctl/last-good/record"

struct scene {
	struct machine m;
	struct kdump_ctx *ctx;
};

static int set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	machine_begin(&s->m, &s->ctx);
	machine_put(&s->m, "proc/sys/kernel/random/boot_id", MACHINE_BOOT_ID "\n");
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;

	machine_end(&s->m, s->ctx);
	free(s);
	return 0;
}

/* Every number another one, so that two that are mixed up are found. */
static struct kd_record make(const char *kernel, const char *initramfs, const char *cmdline)
{
	struct kd_record r = {
		.kernel = { (char *)kernel, { 1, 2, 3, -4, 5, 6, 7 }, "aa" },
		.initramfs = { (char *)initramfs, { 8, UINT64_MAX, 10, 11, 12, INT64_MIN, 14 },
			       "bb" },
		.cmdline = (char *)cmdline,
		.configured = (char *)"as configured",
		.boot_id = (char *)MACHINE_BOOT_ID,
		.time = 1767225600,
		.sums = {
			.kernel = { .release = "7.2.12-test", .init_size = 62914560,
				    .alignment = 2097152, .pref_address = 16777216,
				    .cmdline_size = 2047, .kind = KD_KERNEL_ELF,
				    .container = KD_KERNEL_UKI, .arch = "aarch64",
				    .page_size = 65536, .resident = 31, .text = 32, .data = 33,
				    .bss = 34, .init = 35, .percpu = 36,
				    .initramfs_options = -1 },
			.initramfs = { .stored = 15, .unpacked = 16, .content = 17,
				       .pages = { 18, 27, 28 },
				       .files = 20, .regular = 19, .window = 21 },
		},
		.need_main = 22, .need_main_with_cma = 23, .need_low = 24, .need_cma = 25,
		.need_total_with_cma = 26, .given = 3, .has_sums = true,
		.call = KDUMP_SYSCALL_SEGMENTS, .version = "0.1.0", .hotplug = 1,
		.layout = { .memory = "cc", .cpus = "dd" }, .reserved = 29,
		.kernel_copy = "ee", .initramfs_copy = "ff",
	};

	return r;
}

static void assert_same_file(const struct kd_record_file *a, const struct kd_record_file *b)
{
	assert_string_equal(a->path, b->path);
	assert_true(kd_identity_equal(&a->id, &b->id));
	assert_string_equal(a->sha256, b->sha256);
}

static void assert_same(const struct kd_record *a, const struct kd_record *b)
{
	assert_same_file(&a->kernel, &b->kernel);
	assert_same_file(&a->initramfs, &b->initramfs);
	assert_string_equal(a->cmdline, b->cmdline);
	assert_string_equal(a->configured, b->configured);
	assert_string_equal(a->boot_id, b->boot_id);
	assert_int_equal(a->time, b->time);
	assert_same_kernel(&a->sums.kernel, &b->sums.kernel);
	assert_same_initramfs(&a->sums.initramfs, &b->sums.initramfs);
	assert_int_equal(a->need_main, b->need_main);
	assert_int_equal(a->need_main_with_cma, b->need_main_with_cma);
	assert_int_equal(a->need_low, b->need_low);
	assert_int_equal(a->need_cma, b->need_cma);
	assert_int_equal(a->need_total_with_cma, b->need_total_with_cma);
	assert_int_equal(a->given, b->given);
	assert_int_equal(a->has_sums, b->has_sums);
	assert_int_equal(a->call, b->call);
	assert_string_equal(a->version, b->version);
	assert_string_equal(a->layout.memory, b->layout.memory);
	assert_string_equal(a->layout.cpus, b->layout.cpus);
	assert_int_equal(a->hotplug, b->hotplug);
	assert_int_equal(a->reserved, b->reserved);
	assert_string_equal(a->kernel_copy, b->kernel_copy);
	assert_string_equal(a->initramfs_copy, b->initramfs_copy);
}

static void put_record(struct scene *s, const char *path, const struct kd_record *record)
{
	char *text;
	size_t len;

	assert_int_equal(kd_record_write(record, &text, &len), 0);
	assert_int_equal(strlen(text), len);
	machine_put_bytes(&s->m, path, text, len);
	free(text);
}

static void assert_none(struct scene *s, const char *path)
{
	struct kd_record record = { .time = 77 };

	assert_int_equal(kd_record_read(s->ctx, path, &record), 0);
	kd_record_free(&record);
}

static void assert_comes_back(struct scene *s, const struct kd_record *record)
{
	struct kd_record back;

	put_record(s, PATH, record);
	assert_int_equal(kd_record_read(s->ctx, PATH, &back), 1);
	assert_same(record, &back);
	kd_record_free(&back);
}

static void test_round_trip(void **state)
{
	static const char *const strings[] = {
		"/boot/vmlinuz", "", " ",
		"it's \"quoted\"", "a\nCMDLINE=b\nc",
		"$(reboot) `reboot` ${x} \\", "#comment",
		"tab\there\x7f\x01\x1b[31m", "\xff\xfe\x80 no utf-8",
		"''", "''\"x\"", "a=b;c&d|e>f",
		"~root", "\r\n", "ends with \\",
	};
	struct scene *s = *state;
	size_t n = KD_ARRAY_SIZE(strings);

	for (size_t i = 0; i < n; i++) {
		struct kd_record r = make(strings[i], strings[(i + 1) % n], strings[(i + 2) % n]);

		assert_comes_back(s, &r);
	}
}

/* Any bytes that a path may hold. */
static void test_round_trip_random(void **state)
{
	struct scene *s = *state;
	struct random r = { 20260103 };

	for (unsigned round = 0; round < 300; round++) {
		char text[3][64] = { { 0 } };
		struct kd_record record;

		for (size_t t = 0; t < 3; t++) {
			size_t len = random_below(&r, 63);

			for (size_t i = 0; i < len; i++)
				text[t][i] = (char)(1 + random_below(&r, 255));
		}
		record = make(text[0], text[1], text[2]);
		assert_comes_back(s, &record);
	}
}

/*
 * Cut at any byte it is no record, for a number that lost its end would be another;
 * of all but the sums, which are asked for by themselves.
 */
static void test_truncated(void **state)
{
	struct scene *s = *state;
	struct kd_record record = make("/k", "/i", "a 'b' c"), back;
	size_t len, own = 0;
	char *text;

	assert_int_equal(kd_record_write(&record, &text, &len), 0);
	record.has_sums = false;
	record.sums = (struct kd_image_sums){ .kernel = { .kind = KD_KERNEL_UNKNOWN } };
	for (size_t cut = 0; cut < len; cut++) {
		machine_put_bytes(&s->m, PATH, text, cut);
		if (kd_record_read(s->ctx, PATH, &back) != 1)
			continue;
		assert_int_equal(text[cut - 1], '\n');
		assert_false(back.has_sums);
		back.sums = record.sums;
		assert_same(&record, &back);
		kd_record_free(&back);
		own = own ? own : cut;
	}
	/* Not before the last of its own lines. */
	assert_true(own > 0);
	text[own] = '\0';
	assert_non_null(strstr(text, "\nGIVEN=3\n"));
	free(text);
}

/* Without the lines that @keys begin. */
static void put_without(struct scene *s, const struct kd_record *record,
			const char *const *keys)
{
	char *text, *at, *end;
	size_t len;

	assert_int_equal(kd_record_write(record, &text, &len), 0);
	for (; *keys; keys++) {
		at = !strncmp(text, *keys, strlen(*keys)) ? text : strstr(text, *keys);
		assert_non_null(at);
		at += *at == '\n';
		end = strchr(at, '\n') + 1;
		memmove(at, end, strlen(end) + 1);
	}
	machine_put(&s->m, PATH, text);
	free(text);
}

/* A record that the first version wrote, before there were these. */
static void test_old_record(void **state)
{
	static const char *const later[] = {
		"SYSCALL=", "VERSION=", "LAYOUT=", "LAYOUT_CPUS=", "HOTPLUG=", "RESERVED=",
		"KERNEL_COPY=", "INITRAMFS_COPY=", NULL
	};
	static const char *const sums[] = { "\nARCH=", NULL };
	struct kd_record record = make("/k", "/i", "words"), back;
	struct scene *s = *state;

	put_without(s, &record, later);
	record.call = KDUMP_SYSCALL_FILE;
	record.version[0] = record.layout.memory[0] = record.layout.cpus[0] = '\0';
	record.kernel_copy[0] = record.initramfs_copy[0] = '\0';
	record.hotplug = -1;
	record.reserved = 0;
	assert_int_equal(kd_record_read(s->ctx, PATH, &back), 1);
	assert_same(&record, &back);
	kd_record_free(&back);
	/* Of a version that reads other things out of a kernel. */
	put_without(s, &record, sums);
	assert_int_equal(kd_record_read(s->ctx, PATH, &back), 1);
	assert_false(back.has_sums);
	assert_string_equal(back.kernel.path, "/k");
	kd_record_free(&back);
}

static void test_overtaken(void **state)
{
	static const struct {
		int64_t then;
		uint64_t reserved;
		int loaded, now;
		uint64_t size;
		bool overtaken;
	} rows[] = {
		{ 1, 64, 1, 1, 64, false },
		{ 0, 64, 1, 0, 64, false },
		/* By kexec_load() without the flag, and the other way. */
		{ 1, 64, 1, 0, 64, true },
		{ 0, 64, 1, 1, 64, true },
		{ -1, 64, 1, 0, 64, false },
		{ 1, 64, 1, -1, 64, false },
		/* Resized between, for which nothing may be loaded. */
		{ 1, 64, 1, 1, 32, true },
		{ 1, 0, 1, 1, 32, false },
		/* Nothing is loaded: that is no other image. */
		{ 1, 64, 0, 0, 64, false },
		{ 1, 64, 0, 0, 32, false },
		{ 1, 64, -1, 0, 32, false },
	};

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		const struct kd_record record = { .hotplug = rows[i].then,
						  .reserved = rows[i].reserved };
		const struct kdump_snapshot snap = {
			.kexec = { .loaded = rows[i].loaded, .hotplug = rows[i].now,
				   .has_size = true, .size = rows[i].size },
		};

		assert_int_equal(kd_record_is_overtaken(&record, &snap), rows[i].overtaken);
	}
}

static void test_another_boot(void **state)
{
	struct scene *s = *state;
	struct kd_record record = make("/k", "/i", ""), back;

	machine_put(&s->m, "proc/sys/kernel/random/boot_id",
		    "11111111-7a49-4cc5-9d3e-0123456789ab\n");
	put_record(s, PATH, &record);
	assert_none(s, PATH);
	/* What is kept for the next time is good in any boot. */
	put_record(s, KEPT, &record);
	assert_int_equal(kd_record_read(s->ctx, KEPT, &back), 1);
	assert_same(&record, &back);
	kd_record_free(&back);
	/* Without a boot id nobody knows. */
	machine_drop(&s->m, "proc/sys/kernel/random/boot_id");
	assert_none(s, PATH);
	record.boot_id = (char *)"";
	put_record(s, PATH, &record);
	assert_none(s, PATH);
}

static void put_changed(struct scene *s, const char *from, const char *to)
{
	struct kd_record record = make("/k", "/i", "words");
	char *text, *at, changed[8192];
	size_t len;

	assert_int_equal(kd_record_write(&record, &text, &len), 0);
	at = strstr(text, from);
	assert_non_null(at);
	snprintf(changed, sizeof(changed), "%.*s%s%s", (int)(at - text), text, to,
		 at + strlen(from));
	machine_put(&s->m, PATH, changed);
	free(text);
}

static void test_broken(void **state)
{
	static const char *const changes[][2] = {
		{ "KERNEL_DEV=1", "KERNEL_DEV=" },
		{ "KERNEL_DEV=1", "KERNEL_DEV=x" },
		{ "KERNEL_DEV=1", "KERNEL_DEV=-1" },
		{ "KERNEL_DEV=1", "KERNEL_DEV=1x" },
		{ "KERNEL_DEV=1", "KERNEL_DEV=99999999999999999999" },
		{ "KERNEL_DEV=1", "KERNEL_DEVX=1" },
		{ "TIME=1767225600", "TIME=soon" },
		{ "CMDLINE=words", "CMDLINE=$words" },
		{ "SYSCALL=2", "SYSCALL=3" },
		{ "HOTPLUG=1", "HOTPLUG=" },
		{ "KERNEL_SHA256=aa", "KERNEL_SHA256="
		  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" },
	};
	static const char *const sums[][2] = {
		{ "ALIGNMENT=2097152", "ALIGNMENT=0" },
		{ "ALIGNMENT=2097152", "ALIGNMENT=2097153" },
		{ "INIT_SIZE=62914560", "INIT_SIZE=18446744073709551615" },
	};
	struct scene *s = *state;
	struct kd_record back;

	for (size_t i = 0; i < KD_ARRAY_SIZE(changes); i++) {
		put_changed(s, changes[i][0], changes[i][1]);
		assert_none(s, PATH);
	}
	for (size_t i = 0; i < KD_ARRAY_SIZE(sums); i++) {
		put_changed(s, sums[i][0], sums[i][1]);
		assert_int_equal(kd_record_read(s->ctx, PATH, &back), 1);
		assert_false(back.has_sums);
		kd_record_free(&back);
	}
}

static void test_no_record(void **state)
{
	struct scene *s = *state;

	assert_none(s, PATH);
	machine_mkdirs(&s->m, "run/crashctl");
	assert_int_equal(mkfifo(machine_path(&s->m, PATH), 0600), 0);
	assert_none(s, PATH);
	machine_drop(&s->m, PATH);
	machine_mkdirs(&s->m, PATH);
	assert_none(s, PATH);
	assert_int_equal(rmdir(machine_path(&s->m, PATH)), 0);
	machine_put(&s->m, PATH, "");
	assert_none(s, PATH);
	machine_put(&s->m, PATH, "\x7f" "ELF\n\n\n=\n");
	assert_none(s, PATH);
	assert_int_equal(truncate(machine_path(&s->m, PATH), (off_t)1 << 32), 0);
	assert_none(s, PATH);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_round_trip),
		ONE(test_round_trip_random),
		ONE(test_truncated),
		ONE(test_old_record),
		ONE(test_overtaken),
		ONE(test_another_boot),
		ONE(test_broken),
		ONE(test_no_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
