/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The kernel in a bzImage and as an ELF file, and each spoilt in one place at
 * a time.  Named files are real kernels to try: test-kernel /boot/vmlinuz-*
 */
#include <inttypes.h>

#include "walk-kernel.h"

/* ---- bzImage ---- */

static void test_bzimage(void **state)
{
	struct kd_kernel out;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(codecs); i++) {
		struct bytes vmlinux = vmlinux_with_relocs();
		size_t size = vmlinux.len;

		assert_int_equal(read_kernel(bzimage_new(pack_with_size(vmlinux,
									codecs[i].pack)),
					     &out), 0);
		assert_vmlinux(&out);
		assert_int_equal(out.kind, KD_KERNEL_BZIMAGE);
		assert_int_equal(out.container, KD_KERNEL_BARE);
		assert_string_equal(kd_kernel_form(&out), "a bzImage");
		assert_string_equal(out.arch, "x86_64");
		assert_int_equal(out.codec, codecs[i].codec);
		assert_int_equal(out.init_size, BZIMAGE_INIT);
		assert_int_equal(out.alignment, 2 << 20);
		assert_int_equal(out.pref_address, 16 << 20);
		assert_int_equal(out.cmdline_size, 2047);
		assert_int_equal(out.page_size, 4096);
		assert_int_equal(out.unpacked_size, size);
		assert_int_equal(out.payload_offset, BZIMAGE_SETUP);
	}
}

static void test_without_options(void **state)
{
	struct bytes b = vmlinux_new(&(struct vmlinux){ .no_options = true });
	struct kd_kernel out;

	(void)state;
	assert_int_equal(read_kernel(bzimage_new(pack_with_size(b, pack_zstd)), &out), 0);
	assert_int_equal(out.initramfs_options, 0);
	assert_int_equal(out.resident, VMLINUX_RESIDENT);
}

/* LZO has no decoder here, and no one knows what comes: the header must do. */
static void test_opaque(void **state)
{
	static const char *const magics[] = { "\x89\x4c", "\x1f\x9e", "??" };
	struct kd_kernel out;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(magics); i++) {
		struct bytes payload = { NULL, 0 };

		put(&payload, magics[i], 2);
		put(&payload, NULL, 3000);
		put_le32(&payload, 20 << 20);
		assert_int_equal(read_kernel(bzimage_new(payload), &out), 0);
		assert_false(kd_kernel_is_exact(&out));
		assert_int_equal(out.initramfs_options, -1);
		assert_int_equal(out.init_size, BZIMAGE_INIT);
		assert_int_equal(out.unpacked_size, 20 << 20);
		assert_string_equal(out.release, VMLINUX_RELEASE);
	}
}

static struct bytes bzimage_changed(size_t at, size_t bytes, uint64_t value)
{
	struct bytes b = good_bzimage();

	poke(b.p + at, bytes, false, value);
	return b;
}

static struct bytes bzimage_of(struct bytes inside)
{
	return bzimage_new(pack_with_size(inside, pack_gzip));
}

static void test_bad_bzimage(void **state)
{
	struct bytes b = good_bzimage();
	size_t len = b.len;

	(void)state;
	free(b.p);
	refuse(bzimage_changed(len - 4, 4, 5), -EBADMSG,
	       "its trailer says 5");
	refuse(bzimage_changed(0x206, 2, 0x200), -ENOTSUP, "boot protocol");
	refuse(bzimage_changed(BZIMAGE_SETUP + 4, 4, UINT32_MAX), -EBADMSG,
	       "zstd stream at byte 2560: ");
	refuse(bzimage_changed(0x24c, 4, len - BZIMAGE_SETUP - 8), -EBADMSG,
	       "the zstd stream at byte 2560 has no end");
	refuse(bzimage_changed(0x260, 4, 0x2800), -EFBIG, "unpacks to more than 10240 bytes");
	/* As large as what it unpacks to, but not as what that needs. */
	refuse(bzimage_changed(0x260, 4, 0x20000), -EBADMSG,
	       "the kernel inside needs 12582912 bytes, init_size is 131072");
	refuse(bzimage_of(image_new("ARM\x64", 2)), -EBADMSG, "no ELF file");
	refuse(bzimage_of(vmlinux_new(&(struct vmlinux){ .machine = EM_AARCH64 })), -EBADMSG,
	       "the kernel inside is one for aarch64");
	b = room(5000);
	memset(b.p, 'x', b.len);
	refuse(bzimage_of(b), -EBADMSG, "neither an ELF file nor an Image");
	b = room(10);
	memset(b.p, 'x', b.len);
	refuse(bzimage_of(b), -EBADMSG, "neither an ELF file nor an Image");
}

/* However the file is cut, it is never taken for a whole one. */
static void test_cut(void **state)
{
	struct bytes b = good_bzimage();
	struct kd_kernel out;

	(void)state;
	for (size_t len = 0; len < b.len; len += len < 3000 ? 97 : 1) {
		struct bytes cut = { b.p, len };
		int err = read_in_pieces(cut, 4096, &out, &why);

		assert_true(err == -ENOEXEC || err == -EBADMSG);
	}
	free(b.p);
}

/* The file shrinks while it is being read. */
static void test_short_feed(void **state)
{
	struct bytes b = good_bzimage();
	struct kd_kernel_walker *w;
	struct kd_kernel out;

	(void)state;
	for (size_t len = 0; len < b.len; len += 331) {
		assert_int_equal(kd_kernel_walker_new(b.len, &w), 0);
		assert_int_equal(kd_kernel_walker_feed(w, b.p, len, NULL), 0);
		assert_true(kd_kernel_walker_finish(w, &out, NULL) < 0);
		kd_kernel_walker_free(w);
	}
	free(b.p);
}

/* ---- ELF ---- */

static void test_elf(void **state)
{
	static const struct {
		struct vmlinux v;
		const char *arch;
	} cases[] = {
		{ { .machine = EM_X86_64 }, "x86_64" }, { { .machine = EM_AARCH64 }, "aarch64" },
		{ { .machine = EM_RISCV }, "riscv64" }, { { .machine = 258 }, "loongarch64" },
		{ { .machine = EM_PPC64 }, "ppc64le" },
		{ { .machine = EM_S390, .big_endian = true }, "s390x" },
	};
	struct kd_kernel out;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(cases); i++) {
		assert_int_equal(read_kernel(vmlinux_new(&cases[i].v), &out), 0);
		assert_vmlinux(&out);
		assert_int_equal(out.kind, KD_KERNEL_ELF);
		assert_string_equal(out.arch, cases[i].arch);
		assert_int_equal(out.init_size, VMLINUX_SPAN);
		assert_int_equal(out.alignment, 0x200000);
		assert_int_equal(out.codec, KD_CODEC_NONE);
	}
}

/* Only on x86 there is something among the segments that does not stay. */
static void test_stripped(void **state)
{
	struct kd_kernel out;

	(void)state;
	assert_int_equal(read_kernel(vmlinux_new(&(struct vmlinux){ .no_sections = true }),
				     &out), 0);
	assert_false(kd_kernel_is_exact(&out));
	assert_int_equal(out.init_size, VMLINUX_SPAN);
	assert_int_equal(out.initramfs_options, 1);
	assert_int_equal(read_kernel(vmlinux_new(&(struct vmlinux){ .machine = EM_AARCH64,
								    .no_sections = true }),
				     &out), 0);
	assert_int_equal(out.resident, VMLINUX_SPAN);
	assert_int_equal(out.text, 0);
}

/* Debug information between what is loaded and the tables is not even read. */
static void test_debug_info(void **state)
{
	struct bytes b = vmlinux_new(&(struct vmlinux){ .no_sections = true });
	struct vmlinux v = { 0 };
	struct kd_kernel_walker *w;
	struct kd_kernel out;
	uint64_t at, most = 0;

	(void)state;
	put(&b, NULL, 1 << 20);
	put_sections(&b, &v);
	assert_int_equal(kd_kernel_walker_new(b.len, &w), 0);
	while ((at = kd_kernel_walker_next(w)) < b.len) {
		if (at < 1 << 19)
			most = at;
		assert_int_equal(kd_kernel_walker_feed(w, b.p + at, kd_min(4096, b.len - at),
						       NULL), 0);
	}
	assert_int_equal(most, 0x1000);
	assert_int_equal(kd_kernel_walker_finish(w, &out, NULL), 0);
	assert_vmlinux(&out);
	kd_kernel_walker_free(w);
	free(b.p);
}

#define PH(i, member) (sizeof(Elf64_Ehdr) + (i) * sizeof(Elf64_Phdr) + \
		       offsetof(Elf64_Phdr, member))
#define EH(member) offsetof(Elf64_Ehdr, member)

/* Of the file's header and program headers; what is only wrong in sections is not known. */
static const struct {
	size_t at, bytes;
	uint64_t value;
	int err;
	const char *why;
} spoilt[] = {
	{ EI_CLASS, 1, ELFCLASS32, -ENOTSUP, "32-bit" },
	{ EI_DATA, 1, ELFDATA2MSB, -EBADMSG, "program headers" },
	{ EH(e_machine), 2, EM_ARM, -ENOTSUP, "ELF machine 40" },
	{ EH(e_machine), 2, EM_S390, -ENOTSUP, "ELF machine 22" },
	{ EH(e_phnum), 2, 0, -EBADMSG, "program headers" },
	{ EH(e_phnum), 2, 73, -EBADMSG, "program headers" },
	{ EH(e_phnum), 2, UINT16_MAX, -EBADMSG, "program headers" },
	{ EH(e_phentsize), 2, 32, -EBADMSG, "program headers" },
	{ EH(e_phoff), 8, 4000, -EBADMSG, "program headers" },
	{ EH(e_phoff), 8, UINT64_MAX, -EBADMSG, "program headers" },
	{ EH(e_phoff), 8, 0x2000, -EBADMSG, "program headers" },
	{ PH(0, p_offset), 8, 0x10000, -EBADMSG, "cut" },
	{ PH(0, p_offset), 8, UINT64_MAX, -EBADMSG, "cut" },
	{ PH(0, p_filesz), 8, 0x200001, -EBADMSG, "cut" },
	{ PH(0, p_memsz), 8, 0x3ff, -EBADMSG, "cannot be true" },
	{ PH(0, p_memsz), 8, UINT64_MAX, -EBADMSG, "cannot be true" },
	{ PH(0, p_paddr), 8, UINT64_MAX, -EBADMSG, "cannot be true" },
	{ PH(0, p_align), 8, 3, -EBADMSG, "cannot be true" },
};

static void test_spoilt_elf(void **state)
{
	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(spoilt); i++) {
		struct bytes b = vmlinux_new(&(struct vmlinux){ 0 });

		poke(b.p + spoilt[i].at, spoilt[i].bytes, false, spoilt[i].value);
		refuse(b, spoilt[i].err, spoilt[i].why);
	}
}

/* No table of sections that could be believed: as if there were none. */
static void test_spoilt_sections(void **state)
{
	static const struct {
		size_t at, bytes;
		uint64_t value;
	} cases[] = {
		{ EH(e_shnum), 2, 0 }, { EH(e_shnum), 2, 1025 }, { EH(e_shnum), 2, 1024 },
		{ EH(e_shstrndx), 2, VMLINUX_SECTIONS }, { EH(e_shentsize), 2, 40 },
		{ EH(e_shoff), 8, UINT64_MAX }, { EH(e_shoff), 8, UINT64_MAX - 100 },
		{ EH(e_shoff), 8, 1 << 20 }, { EH(e_shoff), 8, 0 },
	};
	struct kd_kernel out;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(cases); i++) {
		struct bytes b = vmlinux_new(&(struct vmlinux){ 0 });

		poke(b.p + cases[i].at, cases[i].bytes, false, cases[i].value);
		assert_int_equal(read_kernel(b, &out), 0);
		if (kd_kernel_is_exact(&out))
			fail_msg("case %zu is exact", i);
	}
}

/* A kernel of nothing that is loaded. */
static void test_no_segment(void **state)
{
	struct bytes b = vmlinux_new(&(struct vmlinux){ 0 });

	(void)state;
	for (size_t i = 0; i < VMLINUX_SEGMENTS; i++)
		poke(b.p + PH(i, p_type), 4, false, PT_NOTE);
	refuse(b, -EBADMSG, "no segment");
}

/* ---- real ones ---- */

static void check_real_kernel(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct kd_kernel out;
	struct bytes b;

	assert_non_null(file);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	b = room((size_t)ftell(file));
	rewind(file);
	assert_int_equal(fread(b.p, 1, b.len, file), b.len);
	fclose(file);
	if (read_in_pieces(b, KD_MIB, &out, &why))
		fail_msg("%s: %s", path, why.s);
	assert_true(out.release[0] >= '2' && out.release[0] <= '9');
	assert_true(kd_kernel_is_exact(&out));
	print_message("# %s: %s, %s, init_size %" PRIu64 ", resident %" PRIu64 ", init %" PRIu64
		      ", per CPU %" PRIu64 ", initramfs_options %d\n", path, out.release,
		      kd_codec_name(out.codec), out.init_size, out.resident, out.init,
		      out.percpu, (int)out.initramfs_options);
	free(b.p);
}

static char **paths;

static void test_real(void **state)
{
	(void)state;
	for (char **path = paths; *path; path++)
		check_real_kernel(*path);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bzimage),
		cmocka_unit_test(test_without_options),
		cmocka_unit_test(test_opaque),
		cmocka_unit_test(test_bad_bzimage),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_short_feed),
		cmocka_unit_test(test_elf),
		cmocka_unit_test(test_stripped),
		cmocka_unit_test(test_debug_info),
		cmocka_unit_test(test_spoilt_elf),
		cmocka_unit_test(test_spoilt_sections),
		cmocka_unit_test(test_no_segment),
	};
	const struct CMUnitTest real[] = { cmocka_unit_test(test_real) };

	paths = argv + 1;
	if (argc > 1)
		return cmocka_run_group_tests_name("kernel, real", real, NULL, NULL);
	return cmocka_run_group_tests_name("kernel", tests, NULL, NULL);
}
