/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Dumps of each form: whole, cut anywhere, marked as not whole, and by whose kernel. */
#include "machine.h"

#include "../../lib/parse/vmcore.h"

#define BLOCK 4096u
#define PAGES 5u

struct file {
	unsigned char *data;
	size_t len;
	bool big;
};

static struct file make_file(size_t len, bool big)
{
	struct file f = { calloc(1, len), len, big };

	assert_non_null(f.data);
	return f;
}

static void put(struct file *f, size_t at, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		f->data[at + (f->big ? bytes - 1 - i : i)] = (unsigned char)(value >> 8 * i);
}

/* A header, a sub-header, two blocks of bitmaps, PAGES descriptors, zeros, two pages. */
static struct file make_kdump(bool big)
{
	struct file f = make_file(4 * BLOCK + PAGES * 24 + 3 * BLOCK, big);
	size_t at = 4 * BLOCK, zeros = at + PAGES * 24;

	memcpy(f.data, "KDUMP   ", 8);
	put(&f, 8, 6, 4);
	memcpy(f.data + 12 + 130, "7.2.12-test", 11);
	put(&f, 408, 1795208463, 8);
	put(&f, 424, 1, 4);
	put(&f, 428, BLOCK, 4);
	put(&f, 432, 1, 4);
	put(&f, 436, 2, 4);
	for (unsigned i = 0; i < PAGES; i++) {
		put(&f, at + 24 * i, zeros + (i < 2 ? i + 1 : 0) * BLOCK, 8);
		put(&f, at + 24 * i + 8, BLOCK, 4);
	}
	return f;
}

static struct file make_elf(bool big)
{
	static const char info[] = "VMCOREINFO\0\0OSRELEASE=7.2.12-test\nPAGESIZE=4096\n";
	struct file f = make_file(3 * BLOCK, big);

	memcpy(f.data, "\177ELF\2\1\1", 7);
	f.data[5] = big ? 2 : 1;
	put(&f, 32, 64, 8);
	put(&f, 54, 56, 2);
	put(&f, 56, 2, 2);
	put(&f, 64, 4, 4);
	put(&f, 72, BLOCK, 8);
	put(&f, 96, 1024, 8);
	put(&f, 120, 1, 4);
	put(&f, 128, 2 * BLOCK, 8);
	put(&f, 152, BLOCK, 8);
	memcpy(f.data + BLOCK + 900, info, sizeof(info));
	return f;
}

static struct file make_flattened(void)
{
	struct file inner = make_kdump(false);
	struct file f = make_file(BLOCK + 16 + inner.len + 16, true);

	memcpy(f.data, "makedumpfile", 12);
	put(&f, 16, 1, 8);
	put(&f, 24, 1, 8);
	put(&f, BLOCK + 8, inner.len, 8);
	memcpy(f.data + BLOCK + 16, inner.data, inner.len);
	memset(f.data + f.len - 16, 0xff, 16);
	free(inner.data);
	return f;
}

/* Copies are as long as what is wanted, so that a byte too far is found. */
static struct kd_vmcore look(const struct file *f, size_t len)
{
	struct kd_vmcore v;
	uint64_t offset;
	size_t n;

	kd_vmcore_start(&v, len);
	while (kd_vmcore_wants(&v, &offset, &n)) {
		unsigned char *copy = malloc(n);

		assert_non_null(copy);
		assert_true(n && offset <= len && n <= len - offset);
		memcpy(copy, f->data + offset, n);
		kd_vmcore_feed(&v, copy, n);
		free(copy);
	}
	return v;
}

static void assert_judged(const struct file *f, size_t len, int complete, const char *why)
{
	struct kd_vmcore v = look(f, len);

	if (v.complete != complete || !strstr(v.why, why))
		fail_msg("%zu bytes: %d, \"%s\"", len, v.complete, v.why);
}

static void assert_whole(struct file f, enum kd_vmcore_form form, int64_t time)
{
	struct kd_vmcore v = look(&f, f.len);

	assert_string_equal(v.why, "");
	assert_int_equal(v.complete, 1);
	assert_int_equal(v.form, form);
	assert_int_equal(v.time, time);
	assert_string_equal(v.release, "7.2.12-test");
	free(f.data);
}

static void test_whole(void **state)
{
	(void)state;
	for (unsigned big = 0; big < 2; big++) {
		assert_whole(make_kdump(big), KD_VMCORE_KDUMP, 1795208463);
		assert_whole(make_elf(big), KD_VMCORE_ELF, 0);
	}
	assert_whole(make_flattened(), KD_VMCORE_FLATTENED, 1795208463);
}

/* The last two pages of make_kdump() are zeros, whose data stands in front: not looked for. */
static void test_cut(void **state)
{
	struct file files[] = { make_kdump(false), make_elf(true), make_flattened() };

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(files); i++) {
		size_t whole = i ? files[i].len : files[i].len - 2 * BLOCK;

		for (size_t len = 0; len < whole; len += len < 5000 ? 1 : 97) {
			struct kd_vmcore v = look(&files[i], len);

			assert_true(v.complete < 1);
			assert_true(*v.why);
			/* Long enough to be known for what it is. */
			if (len >= 16)
				assert_int_equal(v.complete, 0);
		}
		assert_judged(&files[i], 0, 0, "empty");
		free(files[i].data);
	}
}

/* What a makedumpfile leaves that was killed, or found the disk full. */
static void test_unfinished(void **state)
{
	struct file f = make_kdump(false);
	size_t at = 4 * BLOCK;

	(void)state;
	put(&f, at + 24 * (PAGES - 1), f.len - 1, 8);
	assert_judged(&f, f.len, 0, "before its last page");
	put(&f, at + 24 * (PAGES - 1), 0, 8);
	assert_judged(&f, f.len, 0, "last pages are missing");
	put(&f, at, 0, 8);
	assert_judged(&f, f.len, 0, "pages are missing");
	put(&f, 424, 9, 4);
	assert_judged(&f, f.len, 0, "no room");
	free(f.data);
	f = make_elf(true);
	put(&f, 48, 1, 4);
	assert_judged(&f, f.len, 0, "no room");
	assert_true(look(&f, f.len).disk_full);
	put(&f, 18, 21, 2);
	assert_judged(&f, f.len, 1, "");
	free(f.data);
	f = make_flattened();
	f.data[f.len - 3] = 0;
	assert_judged(&f, f.len, 0, "no end mark");
	free(f.data);
}

/* With or without a first page of zeros, data begins behind the last descriptor. */
static void test_first_page(void **state)
{
	struct file f = make_kdump(false);
	size_t at = 4 * BLOCK;

	(void)state;
	put(&f, at, at + PAGES * 24, 8);
	assert_judged(&f, f.len, 1, "");
	put(&f, at, at + PAGES * 24 + 8, 8);
	assert_judged(&f, f.len, -1, "not known");
	put(&f, at, at, 8);
	assert_judged(&f, f.len, -1, "not known");
	put(&f, at, UINT64_MAX, 8);
	assert_judged(&f, f.len, -1, "not known");
	free(f.data);
}

static void test_hostile(void **state)
{
	struct file f = make_kdump(false);

	(void)state;
	put(&f, 432, UINT32_MAX, 4);
	put(&f, 436, UINT32_MAX, 4);
	assert_judged(&f, f.len, 0, "before its headers say");
	put(&f, 428, 0, 4);
	assert_judged(&f, f.len, -1, "not understood");
	put(&f, 428, 4095, 4);
	assert_judged(&f, f.len, -1, "not understood");
	free(f.data);
	f = make_elf(false);
	put(&f, 152, UINT64_MAX, 8);
	assert_judged(&f, f.len, 0, "before its headers say");
	put(&f, 120, 9, 4);
	assert_judged(&f, f.len, -1, "not understood");
	put(&f, 56, 0xffff, 2);
	assert_judged(&f, f.len, -1, "not understood");
	put(&f, 56, 2, 2);
	put(&f, 32, UINT64_MAX - 8, 8);
	assert_judged(&f, f.len, -1, "not understood");
	free(f.data);
}

static void test_others(void **state)
{
	struct file f = make_file(BLOCK, false);

	(void)state;
	assert_judged(&f, f.len, -1, "no form");
	memcpy(f.data, "\x1f\x8b", 2);
	assert_judged(&f, f.len, -1, "compressed as a whole");
	assert_int_equal(look(&f, f.len).form, KD_VMCORE_FILTERED);
	free(f.data);
}

/* A name that could steer a terminal ends where it begins to. */
static void test_release(void **state)
{
	struct file f = make_kdump(false);

	(void)state;
	memcpy(f.data + 12 + 130, "7.2\033[31m", 8);
	assert_string_equal(look(&f, f.len).release, "7.2");
	memset(f.data + 12 + 130, 'r', 65);
	assert_int_equal(strlen(look(&f, f.len).release), 64);
	free(f.data);
}

static void test_unreadable(void **state)
{
	struct kd_vmcore v;

	(void)state;
	kd_vmcore_start(&v, 100);
	kd_vmcore_feed(&v, (const unsigned char *)"", 0);
	assert_int_equal(v.complete, -1);
	assert_string_equal(v.why, "it cannot be read");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_unfinished),
		cmocka_unit_test(test_first_page),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_release),
		cmocka_unit_test(test_unreadable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
