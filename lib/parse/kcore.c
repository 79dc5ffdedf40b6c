/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* See kcore.h. */
#include "kcore.h"

#include <elf.h>
#include <errno.h>

/*
 * The kernel writes its header in its own byte order, which is ours: the headers
 * that are made of this are of little-endian machines.
 */
static int take_header(const void *data, size_t len, Elf64_Ehdr *ret, struct kd_text *why)
{
	static const unsigned char ident[] = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
					       ELFDATA2LSB };

	if (len < sizeof(*ret))
		return kd_why(why, -EBADMSG, "cut");
	memcpy(ret, data, sizeof(*ret));
	if (memcmp(ret->e_ident, ident, sizeof(ident)) || ret->e_type != ET_CORE ||
	    ret->e_phentsize != sizeof(Elf64_Phdr))
		return kd_why(why, -EBADMSG, "not an ELF core of 64 bits");
	if (ret->e_phoff > KD_MIB)
		return kd_why(why, -EBADMSG, "its program headers are far behind its beginning");
	return 0;
}

int kd_kcore_bytes(const void *data, size_t len, size_t *ret, struct kd_text *why)
{
	Elf64_Ehdr header;
	int err = take_header(data, len, &header, why);

	if (err)
		return err;
	*ret = header.e_phoff + (size_t)header.e_phnum * sizeof(Elf64_Phdr);
	return 0;
}

/* What is not RAM has no physical address: vmalloc, vmemmap, modules. */
static bool is_memory(const Elf64_Phdr *load)
{
	return load->p_type == PT_LOAD && load->p_paddr != UINT64_MAX && load->p_memsz &&
	       load->p_memsz - 1 <= UINT64_MAX - load->p_paddr;
}

static bool holds(const Elf64_Phdr *load, uint64_t at)
{
	return load->p_paddr <= at && at - load->p_paddr < load->p_memsz;
}

static void load_at(const void *data, const Elf64_Ehdr *header, size_t i, Elf64_Phdr *ret)
{
	memcpy(ret, (const char *)data + header->e_phoff + i * sizeof(*ret), sizeof(*ret));
}

/*
 * The kernel's image is mapped twice, and is smaller than the piece of RAM that it
 * lies in: so the largest load tells how RAM is mapped, and one that begins where
 * the kernel does, and is mapped otherwise, is its image (KCORE_TEXT).
 */
int kd_kcore_parse(const void *data, size_t len, uint64_t kernel, struct kd_kcore *ret,
		   struct kd_text *why)
{
	struct kd_kcore kcore = { 0 };
	Elf64_Phdr load, largest = { 0 };
	Elf64_Ehdr header;
	int err = take_header(data, len, &header, why);

	if (err)
		return err;
	if (len < header.e_phoff ||
	    (len - header.e_phoff) / sizeof(load) < header.e_phnum)
		return kd_why(why, -EBADMSG, "cut in its program headers");
	for (size_t i = 0; i < header.e_phnum; i++) {
		load_at(data, &header, i, &load);
		if (is_memory(&load) && load.p_memsz > largest.p_memsz)
			largest = load;
	}
	kcore.has_direct_map = largest.p_memsz;
	kcore.direct_map = largest.p_vaddr - largest.p_paddr;
	for (size_t i = 0; kernel && i < header.e_phnum; i++) {
		load_at(data, &header, i, &load);
		if (!is_memory(&load) || !holds(&load, kernel) ||
		    load.p_vaddr - load.p_paddr == kcore.direct_map)
			continue;
		kcore.text.start = load.p_paddr;
		kcore.text.end = load.p_paddr + (load.p_memsz - 1);
		kcore.text_virtual = load.p_vaddr;
		break;
	}
	*ret = kcore;
	return 0;
}
