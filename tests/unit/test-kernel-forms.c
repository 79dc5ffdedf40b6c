/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Image, and what a kernel is packed in: zboot, UKI, a compressor's stream. */
#include "walk-kernel.h"

/* ---- Image ---- */

static void test_image(void **state)
{
	static const struct {
		const char *magic;
		uint64_t flags;
		const char *arch;
		uint64_t page_size;
	} cases[] = {
		{ "ARM\x64", 0, "aarch64", 0 }, { "ARM\x64", 2, "aarch64", 4096 },
		{ "ARM\x64", 4, "aarch64", 16384 }, { "ARM\x64", 14, "aarch64", 65536 },
		{ "RSC\x05", 0, "riscv64", 4096 },
		{ "\xcd\x23\x82\x81", 0x200000, "loongarch64", 0 },
	};
	struct kd_kernel out;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(cases); i++) {
		assert_int_equal(read_kernel(image_new(cases[i].magic, cases[i].flags), &out), 0);
		assert_int_equal(out.kind, KD_KERNEL_IMAGE);
		assert_string_equal(kd_kernel_form(&out), "an Image");
		assert_string_equal(out.arch, cases[i].arch);
		assert_string_equal(out.release, VMLINUX_RELEASE);
		assert_int_equal(out.page_size, cases[i].page_size);
		assert_int_equal(out.init_size, IMAGE_SIZE);
		assert_int_equal(out.resident, IMAGE_SIZE);
		assert_int_equal(out.alignment, 2 << 20);
		assert_int_equal(out.initramfs_options, 1);
	}
}

static struct bytes image_changed(size_t at, size_t bytes, uint64_t value)
{
	struct bytes b = image_new("ARM\x64", 2);

	poke(b.p + at, bytes, false, value);
	return b;
}

static void test_spoilt_image(void **state)
{
	struct bytes b = image_new("ARM\x64", 2);
	struct kd_kernel out;

	(void)state;
	assert_int_equal(read_kernel(image_changed(0x08, 8, 0x80000), &out), 0);
	assert_int_equal(out.init_size, IMAGE_SIZE + 0x80000);
	assert_int_equal(out.resident, IMAGE_SIZE);
	refuse(image_changed(0x10, 8, 0), -ENOTSUP, "its size");
	refuse(image_changed(0x10, 8, IMAGE_FILE - 4096), -EBADMSG, "less than the file holds");
	refuse(image_changed(0x10, 8, UINT64_MAX), -EBADMSG, "is no kernel's");
	refuse(image_changed(0x08, 8, UINT64_MAX), -EBADMSG, "is no kernel's");
	refuse(image_changed(0x18, 8, 3), -ENOTSUP, "big-endian");
	refuse(image_changed(0x38, 4, 0), -ENOEXEC, "without a kernel");
	/* One section, beyond the file: it is cut. */
	poke(b.p + 0x40 + 6, 2, false, 1);
	poke(b.p + 0x40 + 24 + 8, 4, false, IMAGE_FILE);
	poke(b.p + 0x40 + 24 + 16, 4, false, IMAGE_FILE);
	poke(b.p + 0x40 + 24 + 20, 4, false, 1);
	refuse(b, -EBADMSG, "one of its sections ends at 16385, the file at 16384");
}

/* ---- containers ---- */

static void test_zboot(void **state)
{
	struct kd_kernel out;
	struct bytes b;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(codecs); i++) {
		b = pack_with_size(image_new("ARM\x64", 2), codecs[i].pack);
		b = zboot_new(b, codecs[i].codec != KD_CODEC_GZIP);
		assert_int_equal(read_kernel(b, &out), 0);
		assert_int_equal(out.container, KD_KERNEL_ZBOOT);
		assert_int_equal(out.kind, KD_KERNEL_IMAGE);
		assert_string_equal(out.arch, "aarch64");
		assert_int_equal(out.codec, codecs[i].codec);
		assert_int_equal(out.page_size, 4096);
		assert_int_equal(out.resident, IMAGE_SIZE);
		assert_int_equal(out.unpacked_size, IMAGE_FILE);
		assert_int_equal(out.payload_offset, ZBOOT_PAYLOAD);
		assert_string_equal(out.release, VMLINUX_RELEASE);
	}
}

static struct bytes zboot_changed(size_t at, uint64_t value)
{
	struct bytes b = pack_with_size(image_new("ARM\x64", 2), pack_zstd);

	b = zboot_new(b, true);
	poke(b.p + at, 4, false, value);
	return b;
}

static void test_bad_zboot(void **state)
{
	struct bytes b;

	(void)state;
	refuse(zboot_changed(8, UINT32_MAX), -EBADMSG, "the payload ends at");
	refuse(zboot_changed(12, UINT32_MAX), -EBADMSG, "the payload ends at");
	refuse(zboot_changed(12, 4), -EBADMSG, "no payload");
	refuse(zboot_changed(12, 20), -EBADMSG, "has no end");
	refuse(zboot_changed(ZBOOT_PAYLOAD, 0x4c89), -ENOTSUP, "cannot unpack its stream (lzo)");
	refuse(zboot_changed(ZBOOT_PAYLOAD, 0), -ENOTSUP, "cannot unpack its stream (none)");
	/* What is appended is not all there, or another size. */
	b = zboot_changed(12, 0);
	poke(b.p + 12, 4, false, b.len - ZBOOT_PAYLOAD);
	refuse(b, -EBADMSG, "cut");
	b = zboot_changed(12, 0);
	poke(b.p + 12, 4, false, b.len - ZBOOT_PAYLOAD - 50);
	refuse(b, -EBADMSG, "its trailer says 0");
}

static void test_compressed(void **state)
{
	struct kd_kernel out;
	struct bytes bomb;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(codecs); i++) {
		assert_int_equal(read_kernel(codecs[i].pack(image_new("RSC\x05", 0)), &out), 0);
		assert_int_equal(out.container, KD_KERNEL_COMPRESSED);
		assert_string_equal(out.arch, "riscv64");
		assert_int_equal(out.resident, IMAGE_SIZE);
		assert_int_equal(read_kernel(codecs[i].pack(vmlinux_new(&(struct vmlinux){ 0 })),
					     &out), 0);
		assert_int_equal(out.kind, KD_KERNEL_ELF);
		assert_vmlinux(&out);
	}
	refuse(pack_gzip(good_bzimage()), -ENOEXEC, "neither an ELF file nor an Image");
	bomb = vmlinux_new(&(struct vmlinux){ 0 });
	put(&bomb, NULL, 16 << 20);
	refuse(pack_gzip(bomb), -EFBIG, "unpacks to more than");
	refuse(pack_gzip(room(1000)), -ENOEXEC, "neither an ELF file nor an Image");
}

static struct bytes text_of(const char *text)
{
	struct bytes b = { NULL, 0 };

	put(&b, text, strlen(text));
	return b;
}

static void test_uki(void **state)
{
	struct kd_kernel out;
	struct bytes b = uki_new((struct uki_section[]){
		{ ".cmdline", text_of("console=ttyS0") },
		{ ".initrd", text_of("the initramfs") },
		{ ".linux", good_bzimage() }, { NULL, { NULL, 0 } } });
	char initrd[14] = "";

	(void)state;
	assert_int_equal(read_in_pieces(b, 4096, &out, &why), 0);
	assert_int_equal(out.initrd_size, 13);
	memcpy(initrd, b.p + out.initrd_offset, 13);
	assert_string_equal(initrd, "the initramfs");
	assert_memory_equal(b.p + out.payload_offset, "\x28\xb5\x2f\xfd", 4);
	assert_int_equal(read_kernel(b, &out), 0);
	assert_vmlinux(&out);
	assert_int_equal(out.kind, KD_KERNEL_BZIMAGE);
	assert_int_equal(out.container, KD_KERNEL_UKI);
	assert_string_equal(kd_kernel_form(&out), "a UKI");
	assert_int_equal(out.init_size, BZIMAGE_INIT);
	/* zboot in a UKI, and no initramfs. */
	b = zboot_new(pack_with_size(image_new("ARM\x64", 2), pack_gzip), false);
	b = uki_new((struct uki_section[]){ { ".linux", b }, { NULL, { NULL, 0 } } });
	assert_int_equal(read_kernel(b, &out), 0);
	assert_int_equal(out.container, KD_KERNEL_UKI);
	assert_string_equal(out.arch, "aarch64");
	assert_int_equal(out.initrd_size, 0);
}

/* All parts in any order, and the release from .uname where only that has it. */
static void test_uki_parts(void **state)
{
	static const struct {
		const char *uname, *release;
		bool has_banner;
	} cases[] = {
		{ "6.1.0-other", VMLINUX_RELEASE, true },
		{ "6.1.0-other", "6.1.0-other", false },
		{ "6.1.0-other\n", "6.1.0-other", false },
		{ "6.1.0 other", "6.1.0", false }, { "6.1.0\tother", "", false },
		{ "x6.1.0", "", false }, { "\n", "", false },
		{ "6.1.0-other", "6.1.0-other", false },
	};
	struct bytes image, b;
	struct kd_kernel out;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(cases); i++) {
		image = image_new("ARM\x64", 2);
		if (!cases[i].has_banner)
			memset(image.p + 0x900, 0, 14);
		b = uki_new((struct uki_section[]){
			{ i % 2 ? ".uname" : ".sbat", text_of(cases[i].uname) },
			{ ".cmdline", text_of("quiet") },
			{ ".linux", i % 3 ? image : zboot_new(pack_gzip(image), false) },
			{ i % 2 ? ".sbat" : ".uname", text_of(cases[i].uname) },
			{ NULL, { NULL, 0 } } });
		assert_int_equal(read_in_pieces(b, 4096, &out, &why), 0);
		assert_memory_equal(b.p + out.uname_offset, cases[i].uname, out.uname_bytes);
		assert_int_equal(out.uname_bytes, strlen(cases[i].uname));
		assert_int_equal(out.cmdline_bytes, 5);
		assert_memory_equal(b.p + out.cmdline_offset, "quiet", 5);
		assert_memory_equal(b.p + out.image_offset, "MZ", 2);
		assert_int_equal(i % 3 ? out.image_size : IMAGE_FILE, IMAGE_FILE);
		assert_int_equal(read_kernel(b, &out), 0);
		assert_string_equal(out.release, cases[i].release);
	}
}

#define UKI_TABLE (0x80 + 24 + 240)

static struct bytes two_parts(void)
{
	return uki_new((struct uki_section[]){ { ".linux", good_bzimage() },
					       { ".initrd", text_of("the initramfs") },
					       { NULL, { NULL, 0 } } });
}

static void test_bad_uki(void **state)
{
	const struct uki_section end = { NULL, { NULL, 0 } };
	struct bytes b = uki_new((struct uki_section[]){ { ".linux", good_bzimage() }, end });

	(void)state;
	refuse(uki_new((struct uki_section[]){ { ".linux", b }, end }), -ENOEXEC,
	       "no kernel in its .linux");
	refuse(uki_new((struct uki_section[]){ { ".linux2", good_bzimage() }, end }), -ENOEXEC,
	       "without a kernel");
	refuse(uki_new((struct uki_section[]){ { ".linux", text_of("x") }, end }), -ENOEXEC,
	       "no kernel in its .linux");
	b = uki_new((struct uki_section[]){ { ".linux", good_bzimage() }, end });
	poke(b.p + 0x80 + 6, 2, false, UINT16_MAX);
	refuse(b, -EBADMSG, "cut in its table of sections");
	b = uki_new((struct uki_section[]){ { ".linux", good_bzimage() }, end });
	poke(b.p + 0x80 + 24 + 240 + 20, 4, false, UINT32_MAX);
	refuse(b, -EBADMSG, "one of its sections ends at");
	b = two_parts();
	poke(b.p + UKI_TABLE + 40 + 20, 4, false, kd_le32(b.p + UKI_TABLE + 20) + 1);
	refuse(b, -EBADMSG, "two of its sections overlap");
	b = two_parts();
	poke(b.p + UKI_TABLE + 40 + 20, 4, false, UKI_TABLE);
	refuse(b, -EBADMSG, "a section begins in the header");
	b = two_parts();
	poke(b.p + 0x80 + 6, 2, false, 1000);
	put(&b, NULL, 1000 * 40);
	refuse(b, -EBADMSG, "no UKI has so many");
}

static void test_s390(void **state)
{
	struct bytes b = s390_new();
	struct kd_kernel out;

	(void)state;
	assert_int_equal(read_kernel(b, &out), 0);
	assert_int_equal(out.kind, KD_KERNEL_S390);
	assert_string_equal(kd_kernel_form(&out), "an s390 image");
	assert_string_equal(out.arch, "s390x");
	assert_string_equal(out.release, VMLINUX_RELEASE);
	assert_int_equal(out.init_size, S390_FILE);
	assert_int_equal(out.cmdline_size, 4095);
	assert_int_equal(out.page_size, 4096);
	assert_int_equal(out.resident, 0);
	assert_int_equal(out.initramfs_options, -1);
	/* Kernels before 5.17, one without a version, and one whose version ends the file. */
	b = s390_new();
	poke(b.p + 0x10430, 8, true, 0);
	poke(b.p + 0x10428, 8, true, 0);
	assert_int_equal(read_kernel(b, &out), 0);
	assert_int_equal(out.cmdline_size, 895);
	assert_string_equal(out.release, "");
	b = s390_new();
	poke(b.p + 0x10428, 8, true, S390_FILE - 3);
	memcpy(b.p + S390_FILE - 3, "7.2", 3);
	assert_int_equal(read_kernel(b, &out), 0);
	assert_string_equal(out.release, "");
	b = s390_new();
	poke(b.p + 0x10428, 8, true, S390_FILE - 4);
	memcpy(b.p + S390_FILE - 4, "7.2", 4);
	assert_int_equal(read_kernel(b, &out), 0);
	assert_string_equal(out.release, "7.2");
}

static void test_bad_s390(void **state)
{
	struct bytes b = s390_new();

	(void)state;
	memcpy(b.p + 0x10008, "S390ep", 6);
	refuse(b, -EBADMSG, "without a kernel's entry");
	b = s390_new();
	poke(b.p + 0x10428, 8, true, S390_FILE);
	refuse(b, -EBADMSG, "no version string where");
	b = s390_new();
	poke(b.p + 0x10428, 8, true, 0x10000);
	refuse(b, -EBADMSG, "no version string where");
	b = s390_new();
	poke(b.p + 0x10430, 8, true, UINT64_MAX);
	refuse(b, -EBADMSG, "is no kernel's");
	b = s390_new();
	b.len = 0x10410;
	refuse(b, -EBADMSG, "cut: ");
	b = s390_new();
	b.len = 0x1000;
	refuse(b, -EBADMSG, "cut: ");
}

static void test_none(void **state)
{
	(void)state;
	refuse(text_of("#!/bin/sh\n"), -ENOEXEC, "not a bzImage");
	refuse(text_of("x"), -ENOEXEC, "not a bzImage");
	refuse(room(100000), -ENOEXEC, "not a bzImage");
	refuse(text_of("MZ"), -ENOEXEC, "not a bzImage");
	refuse(text_of("\x7f" "ELF"), -EBADMSG, "not an ELF file");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_image),
		cmocka_unit_test(test_spoilt_image),
		cmocka_unit_test(test_zboot),
		cmocka_unit_test(test_bad_zboot),
		cmocka_unit_test(test_compressed),
		cmocka_unit_test(test_uki),
		cmocka_unit_test(test_uki_parts),
		cmocka_unit_test(test_bad_uki),
		cmocka_unit_test(test_s390),
		cmocka_unit_test(test_bad_s390),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests_name("kernel, forms", tests, NULL, NULL);
}
