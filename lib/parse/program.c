/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Programs: see program.h.  The format: include/uapi/linux/elf.h, fs/binfmt_elf.c. */
#include "program.h"

#include <elf.h>
#include <stddef.h>

#include "elf.h"

#define SEGMENTS_MAX	64
#define PAGE_MOST	((uint64_t)(64 * KD_KIB))
#define PAGE_LEAST	((uint64_t)(4 * KD_KIB))

struct file {
	const unsigned char *p;
	size_t len;
	bool big_endian;
	const unsigned char *segments;
	size_t n_segments;
};

#define FIELD(file, at, type, member) kd_elf_number((file)->big_endian, \
	(at) + offsetof(type, member), sizeof(((type *)0)->member))
#define OF(file, segment, member) FIELD(file, segment, Elf64_Phdr, member)

static bool begin(struct file *file, struct kd_program *ret)
{
	const char *arch;
	uint64_t at;

	if (file->len < sizeof(Elf64_Ehdr) || memcmp(file->p, ELFMAG, SELFMAG) ||
	    file->p[EI_CLASS] != ELFCLASS64)
		return false;
	file->big_endian = file->p[EI_DATA] == ELFDATA2MSB;
	arch = kd_elf_arch((uint16_t)FIELD(file, file->p, Elf64_Ehdr, e_machine),
			   file->big_endian);
	at = FIELD(file, file->p, Elf64_Ehdr, e_phoff);
	file->n_segments = FIELD(file, file->p, Elf64_Ehdr, e_phnum);
	if (!arch || FIELD(file, file->p, Elf64_Ehdr, e_phentsize) != sizeof(Elf64_Phdr) ||
	    !file->n_segments || file->n_segments > SEGMENTS_MAX || at > file->len ||
	    file->n_segments * sizeof(Elf64_Phdr) > file->len - at)
		return false;
	file->segments = file->p + at;
	memcpy(ret->arch, arch, strlen(arch) + 1);
	return true;
}

static const unsigned char *segment_of(const struct file *file, size_t i)
{
	return file->segments + i * sizeof(Elf64_Phdr);
}

/* What is loaded begins as far into a page of memory as into one of the file: elf_map(). */
static uint64_t page_size(const struct file *file)
{
	uint64_t size = PAGE_MOST;

	for (size_t i = 0; i < file->n_segments; i++) {
		const unsigned char *s = segment_of(file, i);

		if (OF(file, s, p_type) != PT_LOAD)
			continue;
		while (size > PAGE_LEAST &&
		       (OF(file, s, p_vaddr) - OF(file, s, p_offset)) % size)
			size /= 2;
	}
	return size;
}

/* The bytes in the file of what is loaded at @address, to the segment's end; NULL. */
static const char *loaded(const struct file *file, uint64_t address, size_t *len)
{
	for (size_t i = 0; i < file->n_segments; i++) {
		const unsigned char *s = segment_of(file, i);
		uint64_t begin = OF(file, s, p_vaddr), bytes = OF(file, s, p_filesz);
		uint64_t offset = OF(file, s, p_offset);

		if (OF(file, s, p_type) != PT_LOAD || address < begin ||
		    address - begin >= bytes || offset > file->len ||
		    bytes > file->len - offset)
			continue;
		*len = (size_t)(bytes - (address - begin));
		return (const char *)file->p + offset + (address - begin);
	}
	return NULL;
}

/* A name, or a path to it, that ends within @len bytes. */
static bool add_need(struct kd_program *program, const char *text, size_t len)
{
	size_t n = strnlen(text, len);
	const char *name = text;

	if (n == len)
		return false;
	name = kd_last_of(text);
	n = strlen(name);
	if (!n || n >= KD_LIBRARY_NAME || program->n_needs == KD_PROGRAM_NEEDS)
		return false;
	memcpy(program->needs[program->n_needs++], name, n + 1);
	return true;
}

static bool add_interpreter(const struct file *file, const unsigned char *s,
			    struct kd_program *ret)
{
	uint64_t offset = OF(file, s, p_offset), bytes = OF(file, s, p_filesz);

	return offset <= file->len && bytes <= file->len - offset &&
	       add_need(ret, (const char *)file->p + offset, (size_t)bytes);
}

static bool add_libraries(const struct file *file, const unsigned char *s,
			  struct kd_program *ret)
{
	uint64_t offset = OF(file, s, p_offset), bytes = OF(file, s, p_filesz), tag, value;
	const unsigned char *p = file->p + offset;
	const char *names = NULL;
	size_t len = 0, n;

	if (offset > file->len || bytes > file->len - offset)
		return false;
	n = (size_t)bytes / sizeof(Elf64_Dyn);
	for (size_t i = 0; i < n && !names; i++)
		if (FIELD(file, p + i * sizeof(Elf64_Dyn), Elf64_Dyn, d_tag) == DT_STRTAB)
			names = loaded(file, FIELD(file, p + i * sizeof(Elf64_Dyn), Elf64_Dyn,
						   d_un), &len);
	for (size_t i = 0; i < n; i++) {
		tag = FIELD(file, p + i * sizeof(Elf64_Dyn), Elf64_Dyn, d_tag);
		value = FIELD(file, p + i * sizeof(Elf64_Dyn), Elf64_Dyn, d_un);
		if (tag == DT_NULL)
			break;
		if (tag == DT_NEEDED &&
		    (!names || value >= len || !add_need(ret, names + value, len - value)))
			return false;
	}
	return true;
}

bool kd_program_read(const void *text, size_t len, struct kd_program *ret)
{
	struct file file = { .p = text, .len = len };
	bool good;

	*ret = (struct kd_program){ .n_needs = 0 };
	good = begin(&file, ret);
	for (size_t i = 0; good && i < file.n_segments; i++) {
		const unsigned char *s = segment_of(&file, i);

		if (OF(&file, s, p_type) == PT_INTERP)
			good = add_interpreter(&file, s, ret);
		else if (OF(&file, s, p_type) == PT_DYNAMIC)
			good = add_libraries(&file, s, ret);
	}
	if (good)
		ret->page_size = page_size(&file);
	return good;
}
