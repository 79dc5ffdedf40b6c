/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Bounded texts, sizes for people, and the arithmetic of core/base.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../lib/core/text.h"

static void prepend(struct kd_text *t, const char *fmt, ...) KD_PRINTF(2, 3);
static void prepend(struct kd_text *t, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	kd_text_vprepend(t, fmt, args);
	va_end(args);
}

static void test_set(void **state)
{
	struct kd_text t;

	(void)state;
	kd_text_set(&t, "%s %d", "line", 7);
	assert_string_equal(t.s, "line 7");
	kd_text_append(&t, ", %s", "cut");
	assert_string_equal(t.s, "line 7, cut");
	kd_text_set(&t, "new");
	assert_string_equal(t.s, "new");
	kd_text_clear(&t);
	assert_string_equal(t.s, "");
	kd_text_append(&t, "from nothing");
	assert_string_equal(t.s, "from nothing");
}

static void test_prepend(void **state)
{
	struct kd_text t;

	(void)state;
	kd_text_set(&t, "no such file");
	prepend(&t, "opening %s", "/proc/iomem");
	prepend(&t, "status");
	assert_string_equal(t.s, "status: opening /proc/iomem: no such file");
	kd_text_clear(&t);
	prepend(&t, "alone");
	assert_string_equal(t.s, "alone");
}

static void test_why(void **state)
{
	struct kd_text t = { "old" };

	(void)state;
	assert_int_equal(kd_why(&t, -5, "%s", "input/output error"), -5);
	assert_string_equal(t.s, "input/output error");
	assert_int_equal(kd_why(NULL, -7, "%s", "nobody listens"), -7);
	assert_int_equal(kd_why(&t, 0, "fine"), 0);
	assert_string_equal(t.s, "fine");
}

/* Is every byte of @s part of a whole UTF-8 sequence? Enough for two-byte letters. */
static bool is_whole(const char *s)
{
	size_t n = 0;

	for (; *s; s++) {
		if (((unsigned char)*s & 0xc0) == 0xc0)
			n++;
		else if (((unsigned char)*s & 0xc0) == 0x80 && !n--)
			return false;
	}
	return !n;
}

/* Whatever is too long is cut, at the same place in every way, and whole. */
static void test_cut(void **state)
{
	char letters[2 * KD_TEXT_MAX + 1], plain[KD_TEXT_MAX + 10];
	struct kd_text t, u;

	(void)state;
	memset(plain, 'x', sizeof(plain) - 1);
	plain[sizeof(plain) - 1] = '\0';
	kd_text_set(&t, "%s", plain);
	assert_true(strlen(t.s) < KD_TEXT_MAX);
	assert_memory_equal(t.s, plain, strlen(t.s));
	for (size_t i = 0; i < KD_TEXT_MAX; i++)
		memcpy(letters + 2 * i, "\xc3\xa9", 3);
	for (int shift = 0; shift < 4; shift++) {
		kd_text_set(&t, "%.*s%s", shift, "abc", letters);
		assert_true(strlen(t.s) < KD_TEXT_MAX);
		assert_true(strlen(t.s) > KD_TEXT_MAX - 4);
		assert_true(is_whole(t.s));
		kd_text_set(&u, "%.*s", shift, "abc");
		kd_text_append(&u, "%s", letters);
		assert_string_equal(u.s, t.s);
		prepend(&u, "x");
		assert_true(is_whole(u.s));
		assert_memory_equal(u.s, "x: ", 3);
	}
	/* What is full stays as it is. */
	u = t;
	kd_text_append(&t, "%s", "more");
	assert_true(strlen(t.s) < KD_TEXT_MAX);
	assert_memory_equal(t.s, u.s, KD_TEXT_MAX - 4);
}

static const struct {
	uint64_t bytes;
	const char *text;
} sizes[] = {
	{ 1023, "1023 bytes" }, { 1024, "1 KiB" }, { 1025, "1025 bytes" },
	{ 640 * KD_KIB, "640 KiB" }, { 917616, "917616 bytes" },
	{ KD_MIB - 1, "1048575 bytes" }, { KD_MIB, "1 MiB" }, { KD_MIB + 1, "1.1 MiB" },
	{ 2 * KD_MIB - 1, "2.0 MiB" }, { 256 * KD_MIB, "256 MiB" },
	{ 100 * KD_MIB + KD_MIB / 2, "100.5 MiB" },
	{ 100 * KD_MIB + KD_MIB / 2 + 1, "100.6 MiB" },
	{ UINT64_MAX, "17592186044416.0 MiB" },
};

static void test_sizes(void **state)
{
	char out[KD_SIZE_TEXT];

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(sizes); i++) {
		assert_ptr_equal(kd_size_text(sizes[i].bytes, out), out);
		assert_string_equal(out, sizes[i].text);
	}
}

/* What is shown is never less than what is meant: people type it in again. */
static void test_sizes_round_up(void **state)
{
	char out[KD_SIZE_TEXT], *end;

	(void)state;
	for (uint64_t bytes = KD_MIB; bytes < 3 * KD_MIB; bytes += 997) {
		double shown = strtod(kd_size_text(bytes, out), &end);

		assert_string_equal(end, " MiB");
		assert_true(shown * (double)KD_MIB >= (double)bytes);
		assert_true((shown - 0.11) * (double)KD_MIB < (double)bytes);
	}
}

static void test_arithmetic(void **state)
{
	static const unsigned char bytes[] = { 1, 2, 3, 4, 5, 6, 7, 0xff };

	(void)state;
	assert_int_equal(kd_add(1, 2), 3);
	assert_int_equal(kd_add(UINT64_MAX, 1), UINT64_MAX);
	assert_int_equal(kd_add(UINT64_MAX - 1, 1), UINT64_MAX);
	assert_int_equal(kd_mul(3, 4), 12);
	assert_int_equal(kd_mul(UINT64_C(1) << 32, UINT64_C(1) << 32), UINT64_MAX);
	assert_int_equal(kd_sub_floor(5, 3), 2);
	assert_int_equal(kd_sub_floor(3, 5), 0);
	assert_int_equal(kd_round_up(0, 4096), 0);
	assert_int_equal(kd_round_up(1, 4096), 4096);
	assert_int_equal(kd_round_up(4096, 4096), 4096);
	assert_int_equal(kd_round_up(10, 7), 14);
	assert_int_equal(kd_round_up(UINT64_MAX, 4096), UINT64_MAX - 4095);
	assert_int_equal(kd_round_up(UINT64_MAX - 4095, 4096), UINT64_MAX - 4095);
	assert_int_equal(kd_round_up(UINT64_MAX, 1), UINT64_MAX);
	assert_int_equal(kd_round_down(4097, 4096), 4096);
	assert_int_equal(kd_le16(bytes), 0x0201);
	assert_int_equal(kd_le32(bytes), 0x04030201);
	assert_int_equal(kd_le32(bytes + 4), 0xff070605);
	assert_int_equal(kd_le64(bytes), UINT64_C(0xff07060504030201));
	assert_true(kd_starts("crashkernel=1M", "crashkernel="));
	assert_false(kd_starts("crash", "crashkernel="));
	assert_true(kd_streq("a", "a"));
	assert_false(kd_streq("a", "ab"));
}

static void test_shell_quote(void **state)
{
	static const struct {
		const char *argv[4], *text;
	} rows[] = {
		{ { "chroot", "/mnt", "grub-mkconfig" }, "chroot /mnt grub-mkconfig" },
		{ { "a b", "", "c'd" }, "'a b' '' 'c'\\''d'" },
		{ { "$HOME", "`x`", "\n" }, "'$HOME' '`x`' '\n'" },
		{ { NULL }, "" },
	};

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		char *text = kd_shell_quote(rows[i].argv);

		assert_non_null(text);
		assert_string_equal(text, rows[i].text);
		free(text);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_prepend),
		cmocka_unit_test(test_why),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_sizes_round_up),
		cmocka_unit_test(test_arithmetic),
		cmocka_unit_test(test_shell_quote),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
