/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Headers of dumps: see vmcore.h.  The forms of 64-bit kernels, of either byte order. */
#include "vmcore.h"

/* Elf64_Ehdr, Elf64_Phdr (elf.h); PT_NOTE, PT_LOAD. */
#define EHDR 64u
#define PHDR 56u
#define LOAD 1u
#define NOTE 4u
#define PPC64 21u
#define ELF_INCOMPLETE 1u		/* DUMP_ELF_INCOMPLETE: the disk was full */

/* makedumpfile: diskdump_mod.h, struct disk_dump_header and page_desc. */
#define DISK_HEADER 464u
#define PAGE_DESC 24u
#define INCOMPLETE 0x8u		/* DUMP_DH_COMPRESSED_INCOMPLETE: the disk was full */

/* makedumpfile.h: MAX_SIZE_MDF_HEADER, struct makedumpfile_data_header. */
#define FLAT_HEADER 4096u
#define FLAT_BLOCK 16u

static uint32_t get32(const struct kd_vmcore *v, const unsigned char *p)
{
	uint32_t n = kd_le32(p);

	return v->big_endian ? __builtin_bswap32(n) : n;
}

static uint64_t get64(const struct kd_vmcore *v, const unsigned char *p)
{
	uint64_t n = kd_le64(p);

	return v->big_endian ? __builtin_bswap64(n) : n;
}

static void end(struct kd_vmcore *v, int complete, const char *why)
{
	v->stage = KD_VMCORE_DONE;
	v->complete = complete;
	v->why = why;
}

static void end_full(struct kd_vmcore *v)
{
	v->disk_full = true;
	end(v, 0, "makedumpfile had no room for all of it");
}

/* What lies behind the end of the file is missing from it: no need to look. */
static void want(struct kd_vmcore *v, enum kd_vmcore_stage stage, uint64_t offset, uint64_t len)
{
	if (offset > v->size || len > v->size - offset) {
		end(v, 0, "it ends before its headers say");
		return;
	}
	v->stage = stage;
	v->offset = offset;
	v->len = kd_min(len, KD_VMCORE_READ);
}

static void take_release(struct kd_vmcore *v, const unsigned char *from, size_t room)
{
	char release[KD_VMCORE_RELEASE];
	size_t n;

	for (n = 0; n < room && n < sizeof(release) - 1 && from[n] > ' ' && from[n] < 0x7f; n++)
		release[n] = (char)from[n];
	release[n] = '\0';
	memcpy(v->release, release, n + 1);
}

/* ---- makedumpfile's own ---- */

static bool is_kdump(const unsigned char *data, size_t len)
{
	static const char magic[] = "KDUMP   ";

	return len >= sizeof(magic) - 1 && !memcmp(data, magic, sizeof(magic) - 1);
}

/* The version tells the byte order: it is below 16, so the other order has it above. */
static void read_kdump_origin(struct kd_vmcore *v, const unsigned char *data)
{
	v->big_endian = kd_le32(data + 8) > 0xffff;
	take_release(v, data + 12 + 2 * 65, 65);
	v->time = (int64_t)get64(v, data + 408);
	if (v->time < 0)
		v->time = 0;
}

/*
 * Header, sub-header and bitmaps in blocks; a descriptor for each page; what they describe.
 * Whoever is killed meanwhile leaves no mark, but descriptors are written from the first
 * to the last.
 */
static void read_kdump(struct kd_vmcore *v, const unsigned char *data, size_t len)
{
	uint32_t status, block, sub, bitmap;

	if (len < DISK_HEADER) {
		end(v, 0, "it ends within its header");
		return;
	}
	read_kdump_origin(v, data);
	status = get32(v, data + 424);
	block = get32(v, data + 428);
	sub = get32(v, data + 432);
	bitmap = get32(v, data + 436);
	if (status & INCOMPLETE) {
		end_full(v);
		return;
	}
	if (block < 512 || block > KD_MIB || block & (block - 1)) {
		end(v, -1, "its header is not understood");
		return;
	}
	v->block = block;
	v->pages = kd_mul(kd_add(1 + (uint64_t)sub, bitmap), block);
	want(v, KD_VMCORE_FIRST_PAGE, v->pages, PAGE_DESC);
}

/*
 * Data begins behind the last descriptor, with a page of zeros that all such pages share:
 * the first descriptor is of that one, or of what stands behind it.
 */
static void read_first_page(struct kd_vmcore *v, const unsigned char *data)
{
	uint64_t first = get64(v, data), data_at = first;

	if (!first) {
		end(v, 0, "its pages are missing");
		return;
	}
	if (first > v->pages && (first - v->pages) % PAGE_DESC)
		data_at = kd_sub_floor(first, v->block);
	if (data_at < v->pages + PAGE_DESC || (data_at - v->pages) % PAGE_DESC) {
		end(v, -1, "its pages are in an order that is not known");
		return;
	}
	want(v, KD_VMCORE_LAST_PAGE, data_at - PAGE_DESC, PAGE_DESC);
}

static void read_last_page(struct kd_vmcore *v, const unsigned char *data)
{
	uint64_t at = get64(v, data), bytes = get32(v, data + 8);

	if (!at)
		end(v, 0, "its last pages are missing");
	else if (at > v->size || bytes > v->size - at)
		end(v, 0, "it ends before its last page");
	else
		end(v, 1, "");
}

/* ---- ELF ---- */

static bool is_elf(const unsigned char *data, size_t len)
{
	return len >= 5 && !memcmp(data, "\177ELF", 4) && data[4] == 2;
}

/* Program headers are in the order of what they describe: the last one tells the length. */
static void read_elf(struct kd_vmcore *v, const unsigned char *data, size_t len)
{
	uint32_t each, n, machine;
	uint64_t at;

	if (len < EHDR) {
		end(v, 0, "it ends within its header");
		return;
	}
	v->big_endian = data[5] == 2;
	at = get64(v, data + 32);
	each = get32(v, data + 52) >> (v->big_endian ? 0 : 16) & 0xffff;
	n = get32(v, data + 56) >> (v->big_endian ? 16 : 0) & 0xffff;
	machine = get32(v, data + 16) >> (v->big_endian ? 0 : 16) & 0xffff;
	/* 0xffff is PN_XNUM: the number stands in a section header. */
	if (each != PHDR || !n || n == 0xffff || at > v->size) {
		end(v, -1, "its header is not understood");
		return;
	}
	/* On ppc64 e_flags has the number of the ABI. */
	if (machine != PPC64 && get32(v, data + 48) & ELF_INCOMPLETE) {
		end_full(v);
		return;
	}
	if (at <= len && len - at >= PHDR && get32(v, data + at) == NOTE) {
		v->notes = get64(v, data + at + 8);
		v->notes_len = get64(v, data + at + 32);
	}
	want(v, KD_VMCORE_PROGRAM, at + (uint64_t)(n - 1) * PHDR, PHDR);
}

static void read_program(struct kd_vmcore *v, const unsigned char *data)
{
	uint64_t at = get64(v, data + 8), bytes = get64(v, data + 32);
	uint64_t tail = kd_min(v->notes_len, KD_VMCORE_READ);

	if (get32(v, data) != LOAD && get32(v, data) != NOTE) {
		end(v, -1, "its header is not understood");
		return;
	}
	v->end = kd_add(at, bytes);
	if (v->end > v->size) {
		end(v, 0, "it ends before its headers say");
		return;
	}
	/* VMCOREINFO is the last note (fs/proc/vmcore.c:merge_note_headers_elf64()). */
	if (tail)
		want(v, KD_VMCORE_NOTES, kd_add(v->notes, v->notes_len - tail), tail);
	else
		end(v, 1, "");
}

static void read_notes(struct kd_vmcore *v, const unsigned char *data, size_t len)
{
	static const char key[] = "OSRELEASE=";
	const size_t n = sizeof(key) - 1;

	for (size_t i = 0; i + n <= len; i++)
		if (!memcmp(data + i, key, n)) {
			take_release(v, data + i + n, len - i - n);
			break;
		}
	end(v, 1, "");
}

/* ---- which of them ---- */

/* Both numbers of the last block are -1 (makedumpfile.h: END_FLAG_FLAT_HEADER). */
static void read_tail(struct kd_vmcore *v, const unsigned char *data)
{
	for (unsigned i = 0; i < FLAT_BLOCK; i++)
		if (data[i] != 0xff) {
			end(v, 0, "the stream has no end mark");
			return;
		}
	end(v, 1, "");
}

static void read_flattened(struct kd_vmcore *v, const unsigned char *data, size_t len)
{
	const size_t skip = FLAT_HEADER + FLAT_BLOCK;

	v->form = KD_VMCORE_FLATTENED;
	if (len >= skip + DISK_HEADER && is_kdump(data + skip, len - skip))
		read_kdump_origin(v, data + skip);
	if (v->size < skip)
		end(v, 0, "the stream has no end mark");
	else
		want(v, KD_VMCORE_TAIL, v->size - FLAT_BLOCK, FLAT_BLOCK);
}

static bool is_filtered(const unsigned char *data, size_t len)
{
	static const struct {
		const char *magic;
		size_t len;
	} filters[] = {
		{ "\x1f\x8b", 2 }, { "BZh", 3 }, { "\xfd" "7zXZ", 5 }, { "\x04\x22\x4d\x18", 4 },
		{ "\x28\xb5\x2f\xfd", 4 },
	};

	for (size_t i = 0; i < KD_ARRAY_SIZE(filters); i++)
		if (len >= filters[i].len && !memcmp(data, filters[i].magic, filters[i].len))
			return true;
	return false;
}

static void read_head(struct kd_vmcore *v, const unsigned char *data, size_t len)
{
	if (len >= 16 && !memcmp(data, "makedumpfile\0\0\0\0", 16)) {
		read_flattened(v, data, len);
	} else if (is_kdump(data, len)) {
		v->form = KD_VMCORE_KDUMP;
		read_kdump(v, data, len);
	} else if (is_elf(data, len)) {
		v->form = KD_VMCORE_ELF;
		read_elf(v, data, len);
	} else if (is_filtered(data, len)) {
		v->form = KD_VMCORE_FILTERED;
		end(v, -1, "it is compressed as a whole, and not looked into");
	} else {
		end(v, -1, "it is of no form that is known");
	}
}

void kd_vmcore_start(struct kd_vmcore *v, uint64_t size)
{
	*v = (struct kd_vmcore){ .complete = -1, .why = "", .size = size };
	if (size)
		want(v, KD_VMCORE_HEAD, 0, kd_min(size, KD_VMCORE_READ));
	else
		end(v, 0, "it is empty");
}

bool kd_vmcore_wants(const struct kd_vmcore *v, uint64_t *offset, size_t *len)
{
	if (v->stage == KD_VMCORE_DONE)
		return false;
	*offset = v->offset;
	*len = (size_t)v->len;
	return true;
}

void kd_vmcore_feed(struct kd_vmcore *v, const unsigned char *data, size_t len)
{
	if (v->stage == KD_VMCORE_DONE)
		return;
	if (len < v->len) {
		end(v, -1, "it cannot be read");
		return;
	}
	switch (v->stage) {
	case KD_VMCORE_HEAD:
		read_head(v, data, len);
		break;
	case KD_VMCORE_TAIL:
		read_tail(v, data);
		break;
	case KD_VMCORE_FIRST_PAGE:
		read_first_page(v, data);
		break;
	case KD_VMCORE_LAST_PAGE:
		read_last_page(v, data);
		break;
	case KD_VMCORE_PROGRAM:
		read_program(v, data);
		break;
	case KD_VMCORE_NOTES:
		read_notes(v, data, len);
		break;
	case KD_VMCORE_DONE:
		break;
	}
}
