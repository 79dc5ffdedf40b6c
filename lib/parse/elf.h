/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * An ELF kernel (vmlinux) as it streams by: keeps its header, its program
 * headers and the neighbourhood of its section headers, nothing else.
 */
#ifndef KD_PARSE_ELF_H
#define KD_PARSE_ELF_H

#include "../core/text.h"

#define KD_ELF_HEAD	4096u		/* header and program headers: a linker puts them first */
#define KD_ELF_TABLES	(128 * 1024u)	/* section names and section headers: last */

struct kd_elf {
	uint64_t tables;		/* offset of what is in late[]; UINT64_MAX none */
	uint64_t loaded;		/* where what is loaded ends in the file */
	bool begun;			/* head[] was understood */
	bool big_endian;
	uint64_t section_offset;
	unsigned segments, sections, names;
	uint64_t segment_offset;
	uint16_t machine;
	size_t head_len, late_len;
	unsigned char head[KD_ELF_HEAD];
	unsigned char late[KD_ELF_TABLES];
};

/* All bytes; 0 where the file does not tell. */
struct kd_elf_sums {
	const char *arch;		/* as uname -m */
	uint64_t span;			/* all that is loaded, first to last byte */
	uint64_t align;			/* the largest of a segment */
	/* See parse/kernel.h; they need section headers, resident only on x86. */
	uint64_t resident, text, data, bss, init, percpu;
};

bool kd_elf_probe(const void *head, size_t len);

/* As uname -m; NULL not known. */
const char *kd_elf_arch(uint16_t machine, bool big_endian);

/* A number of @bytes bytes in the file's order. */
uint64_t kd_elf_number(bool big_endian, const unsigned char *p, size_t bytes);

void kd_elf_init(struct kd_elf *elf);

/*
 * @len bytes that stand at @offset; in order, but what kd_elf_next() passes over
 * may be left out.  -EBADMSG a header that cannot be true; -ENOTSUP 32 bit, or
 * an architecture that is not known.
 */
int kd_elf_feed(struct kd_elf *elf, uint64_t offset, const void *data, size_t len,
		struct kd_text *why);

/* Where what is loaded ends: what stands behind is no part of the kernel. */
uint64_t kd_elf_loaded(const struct kd_elf *elf);

/* From where on bytes matter again, @offset and all before having been fed. */
uint64_t kd_elf_next(const struct kd_elf *elf, uint64_t offset);

/* The file has @size bytes.  -EBADMSG it is cut or contradicts itself; -ENOTSUP as above. */
int kd_elf_finish(struct kd_elf *elf, uint64_t size, struct kd_elf_sums *ret,
		  struct kd_text *why);

#endif
