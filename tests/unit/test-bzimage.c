/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The x86 setup header: a small healthy image is made here, and spoilt in one
 * place at a time.  What is in its payload: test-kernel.c.
 */
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../lib/parse/bzimage.h"

#define SECTORS		7u		/* setup_sects */
#define SETUP		((SECTORS + 1) * 512)
#define PAYLOAD_AT	0x2c0u		/* behind the setup part */
#define PAYLOAD_LEN	3000u
#define BODY		4096u		/* the protected-mode part */
#define UNPACKED	(24u * 1024 * 1024)
#define INIT_SIZE	(32u * 1024 * 1024)
#define VERSION_AT	0x800u		/* in the file */
#define VERSION		"7.2.13-cloud-amd64 (root@build) #1 SMP"

static unsigned char image[SETUP + BODY];

static void put(size_t at, uint64_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		image[at + i] = (unsigned char)(value >> (8 * i));
}

static void make_image(void)
{
	memset(image, 0xcc, sizeof(image));
	put(0x1f1, SECTORS, 1);
	put(0x1f4, BODY / 16, 4);
	put(0x1fe, 0xaa55, 2);
	put(0x200, 0x6aeb, 2);
	memcpy(image + 0x202, "HdrS", 4);
	put(0x206, 0x20f, 2);
	put(0x20e, VERSION_AT - 0x200, 2);
	put(0x211, 0x01, 1);
	put(0x230, 0x200000, 4);
	put(0x234, 1, 1);
	put(0x235, 0x15, 1);
	put(0x236, 0x7f, 2);
	put(0x238, 2047, 4);
	put(0x248, PAYLOAD_AT, 4);
	put(0x24c, PAYLOAD_LEN, 4);
	put(0x258, 0x1000000, 8);
	put(0x260, INIT_SIZE, 4);
	memcpy(image + VERSION_AT, VERSION, sizeof(VERSION));
	memcpy(image + SETUP + PAYLOAD_AT, "\x28\xb5\x2f\xfd", 4);
	put(SETUP + PAYLOAD_AT + PAYLOAD_LEN - 4, UNPACKED, 4);
}

static const unsigned char *tail(void)
{
	return image + SETUP + PAYLOAD_AT + PAYLOAD_LEN - 4;
}

static int parse(const void *last, struct kd_kernel *out, struct kd_text *why)
{
	return kd_bzimage_parse(image, sizeof(image), sizeof(image), last, out, why);
}

static void test_healthy(void **state)
{
	struct kd_text why = { "" };
	struct kd_kernel out;

	(void)state;
	make_image();
	assert_true(kd_bzimage_probe(image, sizeof(image)));
	assert_int_equal(parse(NULL, &out, &why), 0);
	assert_int_equal(out.unpacked_size, 0);
	assert_int_equal(parse(tail(), &out, &why), 0);
	assert_string_equal(out.release, "7.2.13-cloud-amd64");
	assert_int_equal(out.kind, KD_KERNEL_BZIMAGE);
	assert_string_equal(out.arch, "x86_64");
	assert_int_equal(out.page_size, 4096);
	assert_int_equal(out.initramfs_options, -1);
	assert_int_equal(out.init_size, INIT_SIZE);
	assert_int_equal(out.alignment, 0x200000);
	assert_int_equal(out.pref_address, 0x1000000);
	assert_int_equal(out.cmdline_size, 2047);
	assert_int_equal(out.payload_offset, SETUP + PAYLOAD_AT);
	assert_int_equal(out.payload_size, PAYLOAD_LEN);
	assert_int_equal(out.unpacked_size, UNPACKED);
	assert_string_equal(why.s, "");
}

/* One field changed: what then is said.  NULL: still healthy. */
static const struct {
	size_t at, bytes;
	uint64_t value;
	int err;
	const char *why;
} spoilt[] = {
	{ 0x1fe, 2, 0xaa54, -ENOEXEC, "not a bzImage" },
	{ 0x202, 1, 'h', -ENOEXEC, "not a bzImage" },
	{ 0x206, 2, 0x20b, -ENOTSUP, "boot protocol 2.11, kexec needs 2.12" },
	{ 0x206, 2, 0x20c, 0, NULL },
	{ 0x206, 2, 0, -ENOTSUP, "boot protocol 0.00, kexec needs 2.12" },
	{ 0x211, 1, 0xfe, -ENOTSUP, "a zImage, which kexec does not take" },
	{ 0x236, 2, 0x7e, -ENOTSUP, "a 32-bit kernel: kexec does not take it" },
	{ 0x236, 2, 0x7d, -ENOTSUP, "cannot lie above 4 GiB, as kexec asks" },
	{ 0x236, 2, 0x03, 0, NULL },
	{ 0x234, 1, 0, -ENOTSUP,
	  "not relocatable: it would run where the crashed kernel is" },

	{ 0x201, 1, 0x61, -EBADMSG, "the setup header ends before init_size" },
	{ 0x201, 1, 0x62, 0, NULL },
	{ 0x1f1, 1, 255, -EBADMSG, "cut: 8192 bytes, the setup part alone has 131072" },
	{ 0x1f1, 1, 16, -EBADMSG, "cut: 8192 bytes, the setup part alone has 8704" },
	{ 0x1f1, 1, 15, -EBADMSG, "cut: 8192 bytes, the header says 12288" },
	{ 0x1f4, 4, BODY / 16 + 1, -EBADMSG, "cut: 8192 bytes, the header says 8208" },
	{ 0x1f4, 4, UINT32_MAX, -EBADMSG,
	  "cut: 8192 bytes, the header says 68719480816" },
	{ 0x1f4, 4, 0, 0, NULL },

	{ 0x20e, 2, 0, 0, NULL },
	{ 0x20e, 2, 0xffff, -EBADMSG, "no version string where the header says" },
	{ 0x20e, 2, SETUP - 0x200, -EBADMSG, "no version string where the header says" },
	{ VERSION_AT, 1, 0, -EBADMSG, "no version string where the header says" },
	{ VERSION_AT, 1, ' ', -EBADMSG, "no version string where the header says" },
	{ VERSION_AT, 1, 0xc3, -EBADMSG, "the version string is no text" },
	{ VERSION_AT + 3, 1, '\n', -EBADMSG, "the version string is no text" },
	{ VERSION_AT + 3, 1, 0x7f, -EBADMSG, "the version string is no text" },
	{ VERSION_AT + 3, 1, 0, 0, NULL },

	{ 0x230, 4, 0, -EBADMSG, "kernel_alignment 0x0 is no power of two" },
	{ 0x230, 4, 0x300000, -EBADMSG, "kernel_alignment 0x300000 is no power of two" },
	{ 0x230, 4, 0x80000000, 0, NULL },
	{ 0x260, 4, 0, -EBADMSG, "init_size is 0" },
	{ 0x260, 4, 1, -EBADMSG, "the payload unpacks to 25165824 bytes, more than "
				 "init_size 1" },
	{ 0x260, 4, UNPACKED, 0, NULL },
	{ 0x260, 4, UNPACKED - 1, -EBADMSG,
	  "the payload unpacks to 25165824 bytes, more than init_size 25165823" },
	{ 0x260, 4, UINT32_MAX, 0, NULL },

	{ 0x24c, 4, 0, -EBADMSG, "no payload" },
	{ 0x24c, 4, 4, -EBADMSG, "no payload" },
	{ 0x24c, 4, BODY - PAYLOAD_AT, 0, NULL },
	{ 0x24c, 4, BODY - PAYLOAD_AT + 1, -EBADMSG,
	  "the payload ends at 8193, the file at 8192" },
	{ 0x24c, 4, UINT32_MAX, -EBADMSG,
	  "the payload ends at 4294972095, the file at 8192" },
	{ 0x248, 4, UINT32_MAX, -EBADMSG,
	  "the payload ends at 4294974391, the file at 8192" },
	{ SETUP + PAYLOAD_AT + PAYLOAD_LEN - 4, 4, 0, -EBADMSG,
	  "the payload unpacks to nothing" },
};

static void test_spoilt(void **state)
{
	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(spoilt); i++) {
		struct kd_text why = { "" };
		struct kd_kernel out;
		int err;

		make_image();
		put(spoilt[i].at, spoilt[i].value, spoilt[i].bytes);
		memset(&out, 0x5a, sizeof(out));
		err = parse(tail(), &out, &why);
		assert_string_equal(why.s, spoilt[i].why ? spoilt[i].why : "");
		assert_int_equal(err, spoilt[i].err);
		if (err)
			assert_int_equal(out.init_size, 0x5a5a5a5a5a5a5a5a);
		assert_int_equal(kd_bzimage_probe(image, sizeof(image)), err != -ENOEXEC);
	}
}

/* The segment would be smaller than what is to be copied into it. */
static void test_file_beyond_init_size(void **state)
{
	const size_t len = sizeof(image);
	uint64_t most = SETUP + UNPACKED;
	struct kd_text why = { "" };
	struct kd_kernel out;

	(void)state;
	make_image();
	put(0x260, UNPACKED, 4);
	assert_int_equal(kd_bzimage_parse(image, len, most, NULL, &out, &why), 0);
	most++;
	assert_int_equal(kd_bzimage_parse(image, len, most, NULL, &out, &why), -EBADMSG);
	assert_string_equal(why.s, "init_size 25165824 is less than the file holds");
}

/* setup_sects 0 means 4 (boot.rst). */
static void test_four_sectors(void **state)
{
	struct kd_kernel four, zero;

	(void)state;
	make_image();
	put(0x1f1, 4, 1);
	assert_int_equal(parse(NULL, &four, NULL), 0);
	put(0x1f1, 0, 1);
	assert_int_equal(parse(NULL, &zero, NULL), 0);
	assert_int_equal(zero.payload_offset, 5 * 512 + PAYLOAD_AT);
	assert_int_equal(zero.payload_offset, four.payload_offset);
}

/* Only so much of the file was read: what lies behind is not known, not touched. */
static void test_short_head(void **state)
{
	struct kd_kernel out;

	(void)state;
	make_image();
	for (size_t len = 0; len <= sizeof(image); len++) {
		unsigned char *head = malloc(len ? len : 1);
		int err;

		assert_non_null(head);
		memcpy(head, image, len);
		err = kd_bzimage_parse(head, len, sizeof(image), tail(), &out, NULL);
		if (len < 1024) {
			assert_int_equal(err, -ENOEXEC);
		} else if (len < VERSION_AT + strlen("7.2.13-cloud-amd64 ")) {
			assert_int_equal(err, -EBADMSG);
		} else {
			assert_int_equal(err, 0);
			assert_string_equal(out.release, "7.2.13-cloud-amd64");
		}
		free(head);
	}
}

/* A file cut anywhere is never taken for whole. */
static void test_truncated_file(void **state)
{
	struct kd_kernel out;

	(void)state;
	make_image();
	/* What syssize counts may end in a part of its last paragraph. */
	for (size_t len = 0; len < sizeof(image) - 15; len++) {
		int err = kd_bzimage_parse(image, sizeof(image), len, NULL, &out, NULL);

		assert_int_equal(err, len < 1024 ? -ENOEXEC : -EBADMSG);
	}
	assert_int_equal(kd_bzimage_parse(image, sizeof(image), sizeof(image) - 15, NULL,
					  &out, NULL), 0);
}

static void test_long_release(void **state)
{
	struct kd_text why = { "" };
	struct kd_kernel out;

	(void)state;
	make_image();
	memset(image + VERSION_AT, 'v', sizeof(out.release) - 1);
	put(VERSION_AT + sizeof(out.release) - 1, ' ', 1);
	assert_int_equal(parse(NULL, &out, NULL), 0);
	assert_int_equal(strlen(out.release), sizeof(out.release) - 1);
	put(VERSION_AT + sizeof(out.release) - 1, 'v', 1);
	assert_int_equal(parse(NULL, &out, &why), -EBADMSG);
	assert_string_equal(why.s, "the version string is no text");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_healthy),
		cmocka_unit_test(test_spoilt),
		cmocka_unit_test(test_file_beyond_init_size),
		cmocka_unit_test(test_four_sectors),
		cmocka_unit_test(test_short_head),
		cmocka_unit_test(test_truncated_file),
		cmocka_unit_test(test_long_release),
	};

	return cmocka_run_group_tests_name("bzimage", tests, NULL, NULL);
}
