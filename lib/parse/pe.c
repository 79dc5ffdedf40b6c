/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Kernels that are EFI programs: see pe.h. */
#include "pe.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

/* arch/{arm64,riscv,loongarch}/include/asm/image.h: the same places in all three. */
enum image_offset {
	TEXT_OFFSET	= 0x08,		/* loongarch: the entry */
	IMAGE_SIZE	= 0x10,		/* in memory, .bss and all */
	FLAGS		= 0x18,		/* loongarch: text_offset */
	MAGIC		= 0x38,
	PE_OFFSET	= 0x3c,
};

#define FLAG_BIG_ENDIAN		1u
#define FLAG_PAGE_SHIFT		1	/* arm64: 1 = 4 KiB, 2 = 16 KiB, 3 = 64 KiB */
#define LINUX_PE_MAGIC		"\xcd\x23\x82\x81"	/* include/linux/pe.h */
#define MACHINE_LOONGARCH	0x6264u

enum pe_offset {
	PE_MACHINE	= 4,
	PE_SECTIONS	= 6,
	PE_OPTIONAL	= 20,		/* bytes of the header that follows */
	PE_HEADER	= 24,
	SECTION_NAME	= 8,		/* its length */
	SECTION_VIRTUAL	= 8,
	SECTION_SIZE	= 16,
	SECTION_OFFSET	= 20,
	SECTION_BYTES	= 40,
};

#define SECTIONS_MOST 512	/* each profile of a UKI has a handful */

enum zboot_offset {
	ZBOOT_MAGIC	= 0x04,
	ZBOOT_OFFSET	= 0x08,
	ZBOOT_SIZE	= 0x0c,
	ZBOOT_HEADER	= 0x40,
};

/* Where "PE\0\0" stands, with the header of file and optional header behind it; 0 = no. */
static size_t pe_header(const unsigned char *p, size_t len)
{
	uint32_t at;

	if (len < PE_OFFSET + 4 || memcmp(p, "MZ", 2))
		return 0;
	at = kd_le32(p + PE_OFFSET);
	if (at < 4 || at > len || len - at < PE_HEADER || memcmp(p + at, "PE\0", 4))
		return 0;
	return at;
}

bool kd_pe_probe(const void *head, size_t len)
{
	return pe_header(head, len);
}

bool kd_pe_promised(const void *head, size_t len)
{
	const unsigned char *p = head;

	return len >= 2 && !memcmp(p, "MZ", 2) &&
	       (len < PE_OFFSET + 4 || kd_le32(p + PE_OFFSET));
}

static const char *image_arch(const unsigned char *p, size_t len)
{
	size_t pe = pe_header(p, len);

	if (len < MAGIC + 4)
		return NULL;
	if (!memcmp(p + MAGIC, "ARM\x64", 4))
		return "aarch64";
	if (!memcmp(p + MAGIC, "RSC\x05", 4))
		return "riscv64";
	if (!memcmp(p + MAGIC, LINUX_PE_MAGIC, 4) && pe && !kd_zboot_probe(p, len) &&
	    kd_le16(p + pe + PE_MACHINE) == MACHINE_LOONGARCH)
		return "loongarch64";
	return NULL;
}

bool kd_image_probe(const void *head, size_t len)
{
	return image_arch(head, len);
}

/*
 * The segment's size is image_size, on arm64 with text_offset before it
 * (arch/arm64/kernel/kexec_image.c:image_load(), arch/riscv/kernel/kexec_image.c,
 * arch/loongarch/kernel/kexec_efi.c); all three ask for 2 MiB.
 */
static void read_image(const unsigned char *p, struct kd_kernel *out)
{
	uint64_t flags = kd_le64(p + FLAGS);

	out->init_size = kd_le64(p + IMAGE_SIZE);
	out->resident = out->init_size;
	out->alignment = 2 * KD_MIB;
	if (kd_streq(out->arch, "riscv64"))
		out->page_size = 4 * KD_KIB;
	if (!kd_streq(out->arch, "aarch64"))
		return;
	out->text_offset = kd_le64(p + TEXT_OFFSET);
	out->init_size = kd_add(out->init_size, out->text_offset);
	if (flags >> FLAG_PAGE_SHIFT & 3)
		out->page_size = KD_KIB << 2 * (flags >> FLAG_PAGE_SHIFT & 3);
}

int kd_image_parse(const void *head, size_t len, uint64_t size, struct kd_kernel *ret,
		   struct kd_text *why)
{
	const unsigned char *p = head;
	const char *arch = image_arch(p, len);
	struct kd_kernel out = *ret;

	if (!arch)
		return kd_why(why, -EBADMSG, "not an Image");
	out.kind = KD_KERNEL_IMAGE;
	snprintf(out.arch, sizeof(out.arch), "%s", arch);
	read_image(p, &out);
	if (!kd_streq(arch, "loongarch64") && kd_le64(p + FLAGS) & FLAG_BIG_ENDIAN)
		return kd_why(why, -ENOTSUP, "a big-endian kernel");
	if (!out.resident)
		return kd_why(why, -ENOTSUP, "the header does not say its size, as kexec asks");
	if (out.init_size > KD_GIB)
		return kd_why(why, -EBADMSG, "image_size %" PRIu64 " is no kernel's",
			      out.init_size);
	if (size > kd_round_up(out.init_size, 4 * KD_KIB))
		return kd_why(why, -EBADMSG, "image_size %" PRIu64 " is less than the file holds",
			      out.init_size);
	*ret = out;
	return 0;
}

bool kd_zboot_probe(const void *head, size_t len)
{
	const unsigned char *p = head;

	return len >= ZBOOT_HEADER && !memcmp(p, "MZ", 2) && !memcmp(p + ZBOOT_MAGIC, "zimg", 4);
}

static int check_extent(const struct kd_pe_section *section, uint64_t size, const char *what,
			struct kd_text *why)
{
	uint64_t end = section->offset + section->size;		/* of 32 bits each */

	if (end > size)
		return kd_why(why, -EBADMSG, "%s ends at %" PRIu64 ", the file at %" PRIu64,
			      what, end, size);
	return 0;
}

int kd_zboot_parse(const void *head, size_t len, uint64_t size,
		   struct kd_pe_section *ret, struct kd_text *why)
{
	const unsigned char *p = head;
	struct kd_pe_section out;
	int err;

	if (!kd_zboot_probe(head, len))
		return kd_why(why, -EBADMSG, "not an EFI zboot image");
	out.offset = kd_le32(p + ZBOOT_OFFSET);
	out.size = kd_le32(p + ZBOOT_SIZE);
	if (out.size <= 4)
		return kd_why(why, -EBADMSG, "no payload");
	err = check_extent(&out, size, "the payload", why);
	if (!err)
		*ret = out;
	return err;
}

/* Raw data are padded to the file's alignment: the virtual size is the true one. */
static void read_pe_section(const unsigned char *p, struct kd_pe_section *ret)
{
	ret->offset = kd_le32(p + SECTION_OFFSET);
	ret->size = kd_min(kd_le32(p + SECTION_VIRTUAL), kd_le32(p + SECTION_SIZE));
}

struct table {
	const unsigned char *p;
	unsigned n;
	uint64_t end;			/* of the headers */
};

static int find_table(const unsigned char *p, size_t len, struct table *ret,
		      struct kd_text *why)
{
	size_t pe = pe_header(p, len), at;

	if (!pe)
		return kd_why(why, -EBADMSG, "not a PE file");
	ret->n = kd_le16(p + pe + PE_SECTIONS);
	at = pe + PE_HEADER + kd_le16(p + pe + PE_OPTIONAL);
	if (at > len || (len - at) / SECTION_BYTES < ret->n)
		return kd_why(why, -EBADMSG, "cut in its table of sections");
	ret->p = p + at;
	ret->end = at + (size_t)ret->n * SECTION_BYTES;
	return 0;
}

int kd_pe_find(const void *head, size_t len, uint64_t size, const char *name,
	       struct kd_pe_section *ret, struct kd_text *why)
{
	struct kd_pe_section found = { 0 }, section;
	struct table table;
	int err = find_table(head, len, &table, why);

	if (err)
		return err;
	for (const unsigned char *p = table.p; table.n; table.n--, p += SECTION_BYTES) {
		read_pe_section(p, &section);
		err = check_extent(&section, size, "one of its sections", why);
		if (err)
			return err;
		if (!strncmp((const char *)p, name, SECTION_NAME))
			found = section;
	}
	*ret = found;
	return 0;
}

static bool overlap(const struct kd_pe_section *a, const struct kd_pe_section *b)
{
	return a->size && b->size && a->offset < b->offset + b->size &&
	       b->offset < a->offset + a->size;
}

int kd_pe_check_apart(const void *head, size_t len, struct kd_text *why)
{
	struct kd_pe_section a, b;
	struct table table;
	int err = find_table(head, len, &table, why);

	if (err)
		return err;
	if (table.n > SECTIONS_MOST)
		return kd_why(why, -EBADMSG, "%u sections, and no UKI has so many", table.n);
	for (unsigned i = 0; i < table.n; i++) {
		read_pe_section(table.p + i * SECTION_BYTES, &a);
		if (a.size && a.offset < table.end)
			return kd_why(why, -EBADMSG, "a section begins in the header");
		for (unsigned k = 0; k < i; k++) {
			read_pe_section(table.p + k * SECTION_BYTES, &b);
			if (overlap(&a, &b))
				return kd_why(why, -EBADMSG, "two of its sections overlap");
		}
	}
	return 0;
}
