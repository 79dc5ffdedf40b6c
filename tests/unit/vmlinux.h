/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Builds kernel images in memory: a vmlinux laid out as 6.1's for x86 is, in
 * small, and the forms it is wrapped in.  Test code: what cannot be built ends
 * the test.
 */
#ifndef TESTS_UNIT_VMLINUX_H
#define TESTS_UNIT_VMLINUX_H

#include <elf.h>
#include <stdbool.h>

#include "newc.h"

#define VMLINUX_BASE	0xffffffff81000000	/* virtual, of physical 16 MiB */
#define VMLINUX_PHYS	0x1000000
#define VMLINUX_BODY	0x2000			/* bytes in the file before its tables */
#define VMLINUX_RELEASE	"6.1.0-50-test"

struct vmlinux_segment {
	uint64_t virtual, physical, offset, in_file, in_memory;
};

struct vmlinux_section {
	const char *name;
	uint32_t type;
	uint64_t flags, virtual, size;
};

/* The per-CPU template lies at virtual 0. */
static const struct vmlinux_segment vmlinux_segments[] = {
	{ VMLINUX_BASE, VMLINUX_PHYS, 0x1000, 0x400, 0x200000 },
	{ VMLINUX_BASE + 0x200000, VMLINUX_PHYS + 0x200000, 0x1400, 0x400, 0x100000 },
	{ 0, VMLINUX_PHYS + 0x300000, 0x1800, 0x400, 0x1f800 },
	{ VMLINUX_BASE + 0x320000, VMLINUX_PHYS + 0x320000, 0x1c00, 0x400, 0x8e0000 },
};

static const struct vmlinux_section vmlinux_sections[] = {
	{ "", SHT_NULL, 0, 0, 0 },
	{ ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, VMLINUX_BASE, 0x150000 },
	{ ".rodata", SHT_PROGBITS, SHF_ALLOC, VMLINUX_BASE + 0x180000, 0x50000 },
	{ ".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, VMLINUX_BASE + 0x200000, 0xf0000 },
	{ ".data..percpu", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 0, 0x1f800 },
	{ ".init.text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, VMLINUX_BASE + 0x320000,
	  0x18000 },
	{ ".init.data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, VMLINUX_BASE + 0x340000, 0x10000 },
	{ ".smp_locks", SHT_PROGBITS, SHF_ALLOC, VMLINUX_BASE + 0x360000, 0x1000 },
	{ ".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, VMLINUX_BASE + 0x380000, 0x80000 },
	{ ".brk", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, VMLINUX_BASE + 0x400000, 0x30000 },
	{ ".init.scratch", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, VMLINUX_BASE + 0x800000,
	  0x400000 },
	{ ".comment", SHT_PROGBITS, 0, 0, 0x1234 },
	{ ".shstrtab", SHT_STRTAB, 0, 0, 0 },
};

#define VMLINUX_SPAN	0xc00000
#define VMLINUX_RESIDENT 0x400000
#define VMLINUX_TEXT	(0x150000 + 0x50000 + 0x18000 + 0x1000)
#define VMLINUX_DATA	(0xf0000 + 0x1f800 + 0x10000)
#define VMLINUX_BSS	0x80000
#define VMLINUX_INIT	0x60000			/* per-CPU template to .smp_locks */
#define VMLINUX_PERCPU	0x1f800

#define VMLINUX_SEGMENTS (sizeof(vmlinux_segments) / sizeof(*vmlinux_segments))
#define VMLINUX_SECTIONS (sizeof(vmlinux_sections) / sizeof(*vmlinux_sections))

struct vmlinux {
	uint16_t machine;		/* 0: EM_X86_64 */
	bool big_endian;
	bool no_options;		/* knows no initramfs_options= */
	bool no_sections;
};

static inline void poke(unsigned char *p, size_t bytes, bool big_endian, uint64_t n)
{
	for (size_t i = 0; i < bytes; i++, n >>= 8)
		p[big_endian ? bytes - 1 - i : i] = (unsigned char)n;
}

#define POKE(p, v, type, member, n)							\
	poke((p) + offsetof(type, member), sizeof(((type *)0)->member), (v)->big_endian, n)

static inline void poke_segments(unsigned char *p, const struct vmlinux *v)
{
	for (size_t i = 0; i < VMLINUX_SEGMENTS; i++, p += sizeof(Elf64_Phdr)) {
		const struct vmlinux_segment *s = &vmlinux_segments[i];

		POKE(p, v, Elf64_Phdr, p_type, PT_LOAD);
		POKE(p, v, Elf64_Phdr, p_offset, s->offset);
		POKE(p, v, Elf64_Phdr, p_vaddr, s->virtual);
		POKE(p, v, Elf64_Phdr, p_paddr, s->physical);
		POKE(p, v, Elf64_Phdr, p_filesz, s->in_file);
		POKE(p, v, Elf64_Phdr, p_memsz, s->in_memory);
		POKE(p, v, Elf64_Phdr, p_align, 0x200000);
	}
	POKE(p, v, Elf64_Phdr, p_type, PT_NOTE);
	POKE(p, v, Elf64_Phdr, p_memsz, 0x7fffffffffff);
}

static inline void poke_header(unsigned char *p, const struct vmlinux *v)
{
	memcpy(p, ELFMAG, SELFMAG);
	p[EI_CLASS] = ELFCLASS64;
	p[EI_DATA] = v->big_endian ? ELFDATA2MSB : ELFDATA2LSB;
	POKE(p, v, Elf64_Ehdr, e_machine, v->machine ? v->machine : EM_X86_64);
	POKE(p, v, Elf64_Ehdr, e_phoff, sizeof(Elf64_Ehdr));
	POKE(p, v, Elf64_Ehdr, e_phentsize, sizeof(Elf64_Phdr));
	POKE(p, v, Elf64_Ehdr, e_phnum, VMLINUX_SEGMENTS + 1);
	poke_segments(p + sizeof(Elf64_Ehdr), v);
}

/* The names, then the headers, as the linker has them. */
static inline void put_sections(struct bytes *b, const struct vmlinux *v)
{
	size_t names = b->len, headers, at = 0;
	unsigned char *p;

	for (size_t i = 0; i < VMLINUX_SECTIONS; i++)
		put(b, vmlinux_sections[i].name, strlen(vmlinux_sections[i].name) + 1);
	put(b, NULL, 8 - b->len % 8);
	headers = b->len;
	put(b, NULL, VMLINUX_SECTIONS * sizeof(Elf64_Shdr));
	for (size_t i = 0; i < VMLINUX_SECTIONS; i++) {
		const struct vmlinux_section *s = &vmlinux_sections[i];

		p = b->p + headers + i * sizeof(Elf64_Shdr);
		POKE(p, v, Elf64_Shdr, sh_name, at);
		POKE(p, v, Elf64_Shdr, sh_type, s->type);
		POKE(p, v, Elf64_Shdr, sh_flags, s->flags);
		POKE(p, v, Elf64_Shdr, sh_addr, s->virtual);
		POKE(p, v, Elf64_Shdr, sh_size, s->size);
		at += strlen(s->name) + 1;
	}
	POKE(p, v, Elf64_Shdr, sh_offset, names);
	POKE(p, v, Elf64_Shdr, sh_size, at);
	POKE(b->p, v, Elf64_Ehdr, e_shoff, headers);
	POKE(b->p, v, Elf64_Ehdr, e_shentsize, sizeof(Elf64_Shdr));
	POKE(b->p, v, Elf64_Ehdr, e_shnum, VMLINUX_SECTIONS);
	POKE(b->p, v, Elf64_Ehdr, e_shstrndx, VMLINUX_SECTIONS - 1);
}

/* "Linux version %s" stands before the banner, as in kernels it may. */
static inline struct bytes vmlinux_new(const struct vmlinux *v)
{
	static const char banner[] = "Linux version %s (%s)\0Linux version " VMLINUX_RELEASE
				     " (root@build) #1 SMP";
	static const char word[] = "\0initramfs_options=";
	struct bytes b = { NULL, 0 };

	put(&b, NULL, VMLINUX_BODY);
	poke_header(b.p, v);
	memcpy(b.p + 0x1080, banner, sizeof(banner));
	memcpy(b.p + 0x1180, "initramfs_options=%s", 21);
	if (!v->no_options)
		memcpy(b.p + 0x1d00, word, sizeof(word));
	if (!v->no_sections)
		put_sections(&b, v);
	return b;
}

/* Relocations stand behind the ELF file in a bzImage (vmlinux.relocs). */
static inline struct bytes vmlinux_with_relocs(void)
{
	struct bytes b = vmlinux_new(&(struct vmlinux){ 0 });

	put(&b, NULL, 5000);
	return b;
}

#define IMAGE_FILE	0x4000
#define IMAGE_SIZE	0x30000		/* in memory, .bss and all */

/* Image of arm64, riscv or loongarch by its magic number; a PE header for loongarch's sake. */
static inline struct bytes image_new(const char *magic, uint64_t flags)
{
	static const char banner[] = "Linux version " VMLINUX_RELEASE " (root@build)";
	static const char word[] = "initramfs_options=";
	struct bytes b = { NULL, 0 };

	put(&b, NULL, IMAGE_FILE);
	memcpy(b.p, "MZ", 2);
	poke(b.p + 0x10, 8, false, IMAGE_SIZE);
	poke(b.p + 0x18, 8, false, flags);
	memcpy(b.p + 0x38, magic, 4);
	poke(b.p + 0x3c, 4, false, 0x40);
	memcpy(b.p + 0x40, "PE\0\0\x64\x62", 6);
	memcpy(b.p + 0x900, banner, sizeof(banner));
	memcpy(b.p + 0xa00, word, sizeof(word));
	return b;
}

#define BZIMAGE_SETUP	(5 * 512)
#define BZIMAGE_INIT	(32 << 20)

/* Takes the payload, which has its unpacked size at its end. */
static inline struct bytes bzimage_new(struct bytes payload)
{
	struct bytes b = { NULL, 0 };
	unsigned char *p;

	put(&b, NULL, BZIMAGE_SETUP);
	put_bytes(&b, payload);
	p = b.p;
	p[0x1f1] = 4;
	poke(p + 0x1fe, 2, false, 0xaa55);
	poke(p + 0x200, 2, false, 0x66eb);
	memcpy(p + 0x202, "HdrS", 4);
	poke(p + 0x206, 2, false, 0x20f);
	poke(p + 0x20e, 2, false, 0x400 - 0x200);
	p[0x211] = 1;
	poke(p + 0x230, 4, false, 2 << 20);
	p[0x234] = 1;
	poke(p + 0x236, 2, false, 3);
	poke(p + 0x238, 4, false, 2047);
	poke(p + 0x24c, 4, false, b.len - BZIMAGE_SETUP);
	poke(p + 0x258, 8, false, 16 << 20);
	poke(p + 0x260, 4, false, BZIMAGE_INIT);
	memcpy(p + 0x400, VMLINUX_RELEASE " (x)", sizeof(VMLINUX_RELEASE) + 4);
	return b;
}

/* gzip has the size itself; the build appends it to all others. */
static inline struct bytes pack_with_size(struct bytes in, struct bytes (*pack)(struct bytes))
{
	uint32_t size = (uint32_t)in.len;

	in = pack(in);
	if (pack != pack_gzip)
		put_le32(&in, size);
	return in;
}

#define ZBOOT_PAYLOAD 0x400

/* Takes what pack_with_size() gave; the size that is appended is not counted. */
static inline struct bytes zboot_new(struct bytes payload, bool appended)
{
	struct bytes b = { NULL, 0 };

	put(&b, NULL, ZBOOT_PAYLOAD);
	memcpy(b.p, "MZ\0\0zimg", 8);
	poke(b.p + 8, 4, false, ZBOOT_PAYLOAD);
	poke(b.p + 12, 4, false, payload.len - (appended ? 4 : 0));
	memcpy(b.p + 0x38, "\xcd\x23\x82\x81", 4);
	put_bytes(&b, payload);
	put(&b, NULL, 100);
	return b;
}

struct uki_section {
	const char *name;
	struct bytes bytes;
};

#define UKI_HEAD 0x400

/* Takes the sections' bytes, up to one without a name; each padded to 512. */
static inline struct bytes uki_new(const struct uki_section *s)
{
	struct bytes b = { NULL, 0 };
	size_t at = 0x80 + 24 + 240, n = 0, size;

	put(&b, NULL, UKI_HEAD);
	memcpy(b.p, "MZ", 2);
	poke(b.p + 0x3c, 4, false, 0x80);
	memcpy(b.p + 0x80, "PE\0\0\x64\x86", 6);
	poke(b.p + 0x80 + 20, 2, false, 240);
	for (; s->name; s++, at += 40, n++) {
		size = s->bytes.len;
		memcpy(b.p + at, s->name, strlen(s->name));
		poke(b.p + at + 8, 4, false, size);
		poke(b.p + at + 16, 4, false, (size + 511) / 512 * 512);
		poke(b.p + at + 20, 4, false, b.len);
		put_bytes(&b, s->bytes);
		put(&b, NULL, (512 - size % 512) % 512);
	}
	poke(b.p + 0x80 + 6, 2, false, n);
	return b;
}

#define S390_FILE	0x20000
#define S390_TEXT	0x18000

static inline struct bytes s390_new(void)
{
	static const unsigned char head[] = {
		0x00, 0x08, 0x00, 0x00, 0x80, 0x00, 0x02, 0x00,
		0x02, 0x00, 0x00, 0x18, 0x60, 0x00, 0x00, 0x50,
		0x02, 0x00, 0x00, 0x68, 0x60, 0x00, 0x00, 0x50, 0x40, 0x40,
	};
	struct bytes b = { NULL, 0 };

	put(&b, NULL, S390_FILE);
	memcpy(b.p, head, sizeof(head));
	memcpy(b.p + 0x10008, "S390EP\0\1", 8);
	poke(b.p + 0x10428, 8, true, S390_TEXT);
	poke(b.p + 0x10430, 8, true, 4096);
	strcpy((char *)b.p + S390_TEXT, VMLINUX_RELEASE " (root@build) #1 SMP");
	return b;
}

/* An initramfs with one file of @size bytes. */
static inline struct bytes cpio_new(uint32_t size)
{
	struct bytes b = { NULL, 0 };

	newc_add(&b, NEWC_FILE("init", size));
	newc_end(&b);
	return b;
}

/* A UKI with a bzImage; takes @initrd, which no bytes are none. */
static inline struct bytes uki_with(struct bytes initrd)
{
	const struct uki_section sections[] = {
		{ ".linux", bzimage_new(pack_with_size(vmlinux_with_relocs(), pack_gzip)) },
		{ initrd.len ? ".initrd" : NULL, initrd }, { NULL, { NULL, 0 } },
	};

	return uki_new(sections);
}

#endif
