/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Sums as text: all comes back, half of it or a lie does not. */
#include "../../lib/facts/sums.h"
#include "newc.h"
#include "same.h"

#include <errno.h>

/* Every number another one, so that two that are mixed up are found. */
static struct kd_image_sums some_sums(void)
{
	return (struct kd_image_sums){
		.kernel = {
			.kind = KD_KERNEL_ELF, .container = KD_KERNEL_UKI, .arch = "aarch64",
			.release = "7.2.12-test", .init_size = 62914560, .alignment = 2097152,
			.pref_address = 16777216, .cmdline_size = 2047, .page_size = 65536,
			.codec = KD_CODEC_XZ, .payload_offset = 41, .payload_size = 42,
			.unpacked_size = 43, .resident = 31, .text = 32, .data = 33, .bss = 34,
			.init = 35, .percpu = 36, .initramfs_options = -1, .initrd_offset = 44,
			.initrd_size = 45, .text_offset = 46, .image_offset = 47,
			.image_size = 48, .cmdline_offset = 49, .cmdline_bytes = 77,
			.uname_offset = 78, .uname_bytes = 79,
		},
		.initramfs = {
			.stored = 50, .unpacked = 51, .content = 52, .pages = { 53, 54, 55 },
			.files = 60, .regular = 56, .links = 57, .symlinks = 30,
			.long_symlinks = 29, .skipped = 58, .window = 59, .n_segments = 2,
			.segments = { { KD_CODEC_NONE, 61, 62, 63, 64 },
				      { KD_CODEC_ZSTD, 65, 66, 67, 68 } },
			.no_trailer = true, .partial = false, .partial_stored = 69,
		},
	};
}

static struct kd_contents some_contents(void)
{
	static struct kd_module_file modules[] = {
		{ "8021q", 70, 71, KD_CODEC_ZSTD, 0 },
		{ "dm_crypt", 72, 0, KD_CODEC_NONE, KD_MODULE_LISTED | KD_MODULE_HOST },
		{ "ext4", UINT32_MAX, KD_GIB, KD_CODEC_XZ, KD_MODULE_NEEDED },
	};

	return (struct kd_contents){
		.maker = KD_MAKER_DRACUT, .tools = KD_TOOL_SSH | KD_TOOL_MAKEDUMPFILE,
		.microcode = 73, .n_largest = 2,
		.largest = { { (char *)"usr/lib/a\n'$`\xff b", 75 }, { (char *)"", 74 } },
		.n_modules = KD_ARRAY_SIZE(modules), .modules = modules, .modules_lost = 76,
		.deps_known = true, .lists_cut = false, .names_root = true,
		.names_rootfstype = false,
	};
}

static void assert_same_contents(const struct kd_contents *a, const struct kd_contents *b)
{
	assert_int_equal(a->maker, b->maker);
	assert_int_equal(a->tools, b->tools);
	assert_int_equal(a->microcode, b->microcode);
	assert_int_equal(a->modules_lost, b->modules_lost);
	assert_int_equal(a->deps_known, b->deps_known);
	assert_int_equal(a->lists_cut, b->lists_cut);
	assert_int_equal(a->names_root, b->names_root);
	assert_int_equal(a->names_rootfstype, b->names_rootfstype);
	assert_int_equal(a->n_largest, b->n_largest);
	for (size_t i = 0; i < a->n_largest; i++) {
		assert_string_equal(a->largest[i].path, b->largest[i].path);
		assert_int_equal(a->largest[i].bytes, b->largest[i].bytes);
	}
	assert_int_equal(a->n_modules, b->n_modules);
	for (size_t i = 0; i < a->n_modules; i++) {
		assert_string_equal(a->modules[i].name, b->modules[i].name);
		assert_int_equal(a->modules[i].stored, b->modules[i].stored);
		assert_int_equal(a->modules[i].memory, b->modules[i].memory);
		assert_int_equal(a->modules[i].codec, b->modules[i].codec);
		assert_int_equal(a->modules[i].why, b->modules[i].why);
	}
}

static void assert_comes_back(const struct kd_image_sums *sums, const struct kd_contents *c)
{
	struct kd_image_sums back;
	struct kd_contents found;
	char *text;
	size_t len;

	assert_int_equal(kd_sums_write(sums, c, &text, &len), 0);
	assert_int_equal(strlen(text), len);
	assert_true(len <= KD_KV_TEXT_MAX - KD_SUMS_SPARE);
	assert_int_equal(kd_sums_parse(text, len, &back, &found), 0);
	assert_same_kernel(&sums->kernel, &back.kernel);
	assert_same_initramfs(&sums->initramfs, &back.initramfs);
	assert_same_contents(c, &found);
	kd_contents_free(&found);
	free(text);
}

static void test_round_trip(void **state)
{
	struct kd_image_sums sums = some_sums();
	struct kd_contents contents = some_contents(), none = { .maker = KD_MAKER_UNKNOWN };

	(void)state;
	assert_comes_back(&sums, &contents);
	assert_comes_back(&sums, &none);
	sums.initramfs.n_segments = 100;
	sums.initramfs.partial = true;
	contents.names_rootfstype = contents.lists_cut = true;
	assert_comes_back(&sums, &contents);
}

/* As many and as long as the walker keeps. */
static int read_kernel_text(const char *text, size_t len, struct kd_kernel *ret)
{
	struct kd_kv kv;
	int err;

	assert_int_equal(kd_kv_parse(text, len, &kv, NULL), 0);
	err = kd_sums_read_kernel(&kv, ret);
	kd_kv_free(&kv);
	return err;
}

/* A text of before has no UNAME_BYTES, and what is cut behind any line is none. */
static void test_kernel_alone(void **state)
{
	struct kd_image_sums sums = some_sums();
	struct kd_kernel kernel;
	char *text = NULL, *line;
	size_t len = 0;

	(void)state;
	assert_int_equal(kd_sums_write_kernel(&sums.kernel, &text, &len), 0);
	assert_int_equal(read_kernel_text(text, len, &kernel), 0);
	assert_same_kernel(&kernel, &sums.kernel);
	for (size_t cut = 0; cut < len; cut++)
		if (text[cut] == '\n' && cut + 1 < len)
			assert_int_equal(read_kernel_text(text, cut + 1, &kernel), -EBADMSG);
	line = strstr(text, "UNAME_BYTES=");
	assert_non_null(line);
	memset(line, '#', strcspn(line, "\n"));
	assert_int_equal(read_kernel_text(text, len, &kernel), 0);
	assert_int_equal(kernel.uname_bytes, 0);
	assert_int_equal(kernel.uname_offset, 78);
	free(text);
}

static void test_largest_of_all(void **state)
{
	static struct kd_module_file modules[KD_CONTENTS_MODULES];
	struct kd_image_sums sums = some_sums();
	struct kd_contents contents = some_contents();
	char path[4096];

	(void)state;
	for (size_t i = 0; i < KD_CONTENTS_MODULES; i++) {
		modules[i] = (struct kd_module_file){ "", UINT32_MAX, KD_GIB, KD_CODEC_BZIP2, 7 };
		snprintf(modules[i].name, sizeof(modules[i].name), "%055zu", i);
	}
	contents.modules = modules;
	contents.n_modules = KD_CONTENTS_MODULES;
	memset(path, 1, sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	contents.n_largest = KD_CONTENTS_LARGEST;
	for (size_t i = 0; i < KD_CONTENTS_LARGEST; i++)
		contents.largest[i] = (struct kd_contents_file){ path, UINT32_MAX };
	assert_comes_back(&sums, &contents);
}

static void assert_refused(const char *text, size_t len)
{
	struct kd_image_sums sums;
	struct kd_contents contents;

	assert_int_equal(kd_sums_parse(text, len, &sums, &contents), -EBADMSG);
}

static void test_truncated(void **state)
{
	struct kd_image_sums sums = some_sums();
	struct kd_contents contents = some_contents();
	char *text;
	size_t len;

	(void)state;
	assert_int_equal(kd_sums_write(&sums, &contents, &text, &len), 0);
	for (size_t cut = 0; cut < len; cut++) {
		char *copy = malloc(cut + 1);	/* a read beyond it is found */

		assert_non_null(copy);
		memcpy(copy, text, cut);
		assert_refused(copy, cut);
		free(copy);
	}
	free(text);
}

static void test_broken(void **state)
{
	static const char *const changes[][2] = {
		{ "ALIGNMENT=2097152", "ALIGNMENT=0" },
		{ "ALIGNMENT=2097152", "ALIGNMENT=2097153" },
		{ "ALIGNMENT=2097152", "ALIGNMENT=2147483648" },
		{ "INIT_SIZE=62914560", "INIT_SIZE=18446744073709551615" },
		{ "INIT_SIZE=62914560", "INIT_SIZE=30" },
		{ "INIT_SIZE=62914560", "INIT_SIZE=-1" },
		{ "INIT_SIZE=62914560", "INIT_SIZE=' 1'" },
		{ "INIT_SIZE=62914560", "INIT_SIZE=" },
		{ "INIT_SIZE=62914560", "INIT_SIZE=$x" },
		{ "INIT_SIZE=62914560", "INIT_SIZES=1" },
		{ "KERNEL_KIND=3", "KERNEL_KIND=5" },
		{ "KERNEL_CODEC=4", "KERNEL_CODEC=8" },
		{ "PAGE_SIZE=65536", "PAGE_SIZE=65537" },
		{ "ARCH=aarch64", "ARCH=aarch64-and-more" },
		{ "INITRAMFS_OPTIONS=-1", "INITRAMFS_OPTIONS=2" },
		{ "CONTENT=52", "CONTENT=54" },
		{ "PAGES_16K=54", "PAGES_16K=56" },
		{ "FILES=60", "FILES=55" },
		{ "LONG_SYMLINKS=29", "LONG_SYMLINKS=31" },
		{ "NO_TRAILER=1", "NO_TRAILER=2" },
		{ "N_SEGMENTS=2", "N_SEGMENTS=3" },
		{ "N_SEGMENTS=2", "N_SEGMENTS=1" },
		{ "none:61:", "nothing:61:" },
		{ "none:61:", "none:x:" },
		{ "none:61:", "61:" },
		{ "65:66:67:68 ", "65:66:67:68" },
		{ "MAKER=1", "MAKER=4" },
		{ "TOOLS=9", "TOOLS=16" },
		{ "N_LARGEST=2", "N_LARGEST=3" },
		{ "N_LARGEST=2", "N_LARGEST=11" },
		{ "LARGEST_1_BYTES=74", "LARGEST_1_BYTES=76" },
		{ "LARGEST_1_BYTES=74", "LARGEST_1_BYTES=x" },
		{ "8021q:", "ext5:" },			/* not in order */
		{ "8021q:", "dm_crypt:" },		/* twice */
		{ "8021q:", "dm-c:" },
		{ "8021q:", ":" },
		{ "8021q:", "8021q:1:" },
		{ ":xz:4", ":xz:8" },
		{ "4294967295", "4294967296" },
		{ "1073741824", "1073741825" },
		{ "MODULES=", "MODULE=" },
	};
	struct kd_image_sums sums = some_sums();
	struct kd_contents contents = some_contents();
	char *text, changed[8192];
	size_t len;

	(void)state;
	assert_int_equal(kd_sums_write(&sums, &contents, &text, &len), 0);
	for (size_t i = 0; i < KD_ARRAY_SIZE(changes); i++) {
		const char *at = strstr(text, changes[i][0]);
		int n;

		if (!at)
			fail_msg("no %s in\n%s", changes[i][0], text);
		n = snprintf(changed, sizeof(changed), "%.*s%s%s", (int)(at - text), text,
			     changes[i][1], at + strlen(changes[i][0]));
		assert_refused(changed, (size_t)n);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_kernel_alone),
		cmocka_unit_test(test_largest_of_all),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
