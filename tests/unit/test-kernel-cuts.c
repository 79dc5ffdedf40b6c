/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Images of every form, cut at any byte and with any number of their headers
 * made absurd: refused with a reason, or what is accepted of them lies in the
 * file.
 */
#include "walk-kernel.h"

#include <elf.h>

#define HEADERS 1200u			/* bytes from the start that are cut one by one */

/* With one section, to its end, as the EFI stub has them. */
static struct bytes with_section(struct bytes b)
{
	unsigned char *p = b.p + 0x40 + 24;

	poke(b.p + 0x40 + 6, 2, false, 1);
	poke(b.p + 0x40 + 20, 2, false, 0);
	memcpy(p, ".text", 6);
	poke(p + 8, 4, false, b.len - 0x1000);
	poke(p + 16, 4, false, b.len - 0x1000);
	poke(p + 20, 4, false, 0x1000);
	return b;
}

static struct bytes new_image(void)
{
	return with_section(image_new("ARM\x64", 2));
}

static struct bytes new_riscv(void)
{
	return with_section(image_new("RSC\x05", 0));
}

static struct bytes new_zboot(void)
{
	return zboot_new(pack_with_size(new_image(), pack_zstd), true);
}

static struct bytes new_gzip(void)
{
	return pack_gzip(new_image());
}

static struct bytes new_elf(void)
{
	return vmlinux_new(&(struct vmlinux){ 0 });
}

static struct bytes new_powerpc(void)
{
	return vmlinux_new(&(struct vmlinux){ .machine = EM_PPC64 });
}

/* Nine bytes last, and padded to 512. */
static struct bytes uki_of(struct bytes kernel)
{
	struct bytes uname = { NULL, 0 };

	put(&uname, "6.1.0-uki", 9);
	return uki_new((struct uki_section[]){ { ".linux", kernel },
		       { ".initrd", cpio_new(300) }, { ".uname", uname },
		       { NULL, { NULL, 0 } } });
}

static struct bytes new_uki(void)
{
	return uki_of(good_bzimage());
}

static struct bytes new_uki_zboot(void)
{
	return uki_of(new_zboot());
}

/*
 * @padding: bytes at the end that nothing needs; of an ELF file all behind what
 * it loads, and an s390 image does not say where it ends.
 */
static const struct form {
	const char *name;
	struct bytes (*make)(void);
	size_t padding, least;
} forms[] = {
	{ "bzImage", good_bzimage, 0, 0 }, { "Image", new_image, 0, 0 },
	{ "riscv", new_riscv, 0, 0 }, { "zboot", new_zboot, 100, 0 },
	{ "gzip", new_gzip, 0, 0 }, { "ELF", new_elf, SIZE_MAX, VMLINUX_BODY },
	{ "powerpc", new_powerpc, SIZE_MAX, VMLINUX_BODY }, { "UKI", new_uki, 503, 0 },
	{ "UKI with zboot", new_uki_zboot, 503, 0 },
	{ "s390", s390_new, SIZE_MAX, S390_TEXT + 1 },
};

static bool is_inside(uint64_t offset, uint64_t bytes, uint64_t size)
{
	return offset <= size && bytes <= size - offset;
}

static void check_accepted(const struct kd_kernel *k, uint64_t size)
{
	assert_true(is_inside(k->image_offset, k->image_size, size));
	assert_true(is_inside(k->payload_offset, k->payload_size, size));
	assert_true(is_inside(k->initrd_offset, k->initrd_size, size));
	assert_true(is_inside(k->cmdline_offset, k->cmdline_bytes, size));
	assert_true(is_inside(k->uname_offset, k->uname_bytes, size));
	assert_true(k->image_size && *k->arch);
	assert_true(k->payload_offset >= k->image_offset || !k->payload_size);
	assert_true(k->text_offset <= k->init_size && k->resident <= k->init_size);
	assert_true(k->alignment && !(k->alignment & (k->alignment - 1)));
	assert_true(memchr(k->release, 0, sizeof(k->release)));
}

static bool is_accepted(struct bytes b)
{
	struct kd_kernel out;
	int err = read_in_pieces(b, 4096, &out, &why);

	if (!err) {
		check_accepted(&out, b.len);
	} else if (err != -ENOEXEC && err != -EBADMSG && err != -ENOTSUP && err != -EFBIG) {
		fail_msg("%d %s", err, why.s);
	}
	return !err;
}

static void test_cuts(void **state)
{
	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(forms); i++) {
		struct bytes whole = forms[i].make(), b = whole;
		size_t least = kd_max(forms[i].least, kd_sub_floor(whole.len, forms[i].padding));
		size_t step;

		assert_true(is_accepted(whole));
		for (b.len = 0; b.len < least; b.len += step) {
			step = b.len < HEADERS ? 1 : 127;
			if (is_accepted(b))
				fail_msg("%s cut at %zu of %zu is accepted", forms[i].name,
					 b.len, whole.len);
		}
		b.len = least;
		if (!is_accepted(b))
			fail_msg("%s cut at %zu: %s", forms[i].name, least, why.s);
		b.len--;
		assert_false(is_accepted(b));
		free(whole.p);
	}
}

static void test_absurd_numbers(void **state)
{
	static const uint64_t numbers[] = {
		0, 1, 0x7f, 0x8000, UINT16_MAX, INT32_MAX, 0x80000000, UINT32_MAX - 3,
		UINT32_MAX, INT64_MAX, UINT64_MAX - 4095, UINT64_MAX,
	};
	unsigned accepted = 0, refused = 0;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(forms); i++) {
		struct bytes b = forms[i].make();
		size_t begin = forms[i].make == s390_new ? 0x10400 : 0;
		unsigned char kept[8];

		for (size_t at = begin; at < begin + 0x280 && at + 8 <= b.len; at += 4) {
			memcpy(kept, b.p + at, 8);
			for (size_t n = 0; n < 2 * KD_ARRAY_SIZE(numbers); n++) {
				poke(b.p + at, n % 2 ? 8 : 4, forms[i].make == s390_new,
				     numbers[n / 2]);
				is_accepted(b) ? accepted++ : refused++;
				memcpy(b.p + at, kept, 8);
			}
		}
		free(b.p);
	}
	assert_true(accepted > 1000 && refused > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_absurd_numbers),
	};

	return cmocka_run_group_tests_name("kernel, cut and absurd", tests, NULL, NULL);
}
