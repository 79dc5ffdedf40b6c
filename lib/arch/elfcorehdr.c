/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The header of the dump, as the dead kernel hands it over: see elfcorehdr.h. */
#include "elfcorehdr.h"

#include <elf.h>
#include <errno.h>
#include <stdlib.h>

struct writer {
	unsigned char *bytes;
	Elf64_Ehdr header;
	uint64_t room;			/* program headers that fit */
};

static void add_program_header(struct writer *w, const Elf64_Phdr *phdr)
{
	if (w->header.e_phnum >= w->room)
		return;
	memcpy(w->bytes + sizeof(w->header) + w->header.e_phnum++ * sizeof(*phdr), phdr,
	       sizeof(*phdr));
}

static void add_note(struct writer *w, const struct kd_piece_of_memory *note)
{
	const Elf64_Phdr phdr = {
		.p_type = PT_NOTE, .p_offset = note->at, .p_paddr = note->at,
		.p_filesz = note->bytes, .p_memsz = note->bytes,
	};

	add_program_header(w, &phdr);
}

static void add_load(struct writer *w, const struct kdump_range *range, uint64_t virtual)
{
	const Elf64_Phdr phdr = {
		.p_type = PT_LOAD, .p_flags = PF_R | PF_W | PF_X,
		.p_offset = range->start, .p_vaddr = virtual, .p_paddr = range->start,
		.p_filesz = kd_range_bytes(range), .p_memsz = kd_range_bytes(range),
	};

	add_program_header(w, &phdr);
}

/* RAM that the crash kernel may dump: what it lives in itself is not. */
static int find_memory(const struct kd_handover *h, const struct kd_elfcorehdr_form *form,
		       struct kd_ranges *ret)
{
	int err = 0;

	for (size_t i = 0; !err && i < h->ram.n; i++)
		err = kd_ranges_add(ret, h->ram.v[i].start, h->ram.v[i].end);
	if (!err && form->not_below)
		err = kd_ranges_cut(ret, &(struct kdump_range){ 0, form->not_below - 1 });
	if (!err && h->main.end)
		err = kd_ranges_cut(ret, &h->main);
	if (!err && h->low.end)
		err = kd_ranges_cut(ret, &h->low);
	for (size_t i = 0; !err && i < h->cma.n; i++)
		err = kd_ranges_cut(ret, &h->cma.v[i]);
	kd_ranges_sort(ret);
	return err;
}

static void write_headers(struct writer *w, const struct kd_handover *h,
			  const struct kd_elfcorehdr_form *form, const struct kd_ranges *memory)
{
	w->header = (Elf64_Ehdr){
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
			     EV_CURRENT, ELFOSABI_NONE },
		.e_type = ET_CORE, .e_machine = form->machine, .e_version = EV_CURRENT,
		.e_phoff = sizeof(Elf64_Ehdr), .e_ehsize = sizeof(Elf64_Ehdr),
		.e_phentsize = sizeof(Elf64_Phdr),
	};
	for (size_t i = 0; i < h->n_cpus; i++)
		add_note(w, &h->cpus[i]);
	add_note(w, &h->vmcoreinfo);
	if (form->kernel_map)
		add_load(w, &h->text, h->text_virtual);
	for (size_t i = 0; i < memory->n; i++)
		add_load(w, &memory->v[i], memory->v[i].start + h->direct_map);
	memcpy(w->bytes, &w->header, sizeof(w->header));
}

static int check(const struct kd_handover *h, const struct kd_elfcorehdr_form *form,
		 struct kd_text *why)
{
	if (!h->n_cpus || !h->vmcoreinfo.bytes)
		return kd_why(why, -ENODATA, "where the kernel will leave the registers of "
			      "CPUs is not known");
	if (!h->ram.n)
		return kd_why(why, -ENODATA, "where memory lies is not known");
	if (!h->has_direct_map || (form->kernel_map && !h->text.end))
		return kd_why(why, -ENODATA, "at which addresses the kernel has memory is "
			      "not known");
	return 0;
}

/* Little-endian headers are made on a machine that is so: see kd_assemble(). */
static int add_segment(const struct kd_handover *h, const struct kd_elfcorehdr_form *form,
		       const struct kd_ranges *memory, struct kd_assembly *assembly,
		       struct kd_text *why)
{
	uint64_t count = h->n_cpus + 1 + form->kernel_map + memory->n, size;
	struct kd_segment place = {
		.name = "elfcorehdr", .align = form->align, .top_down = form->top_down,
	};
	struct kd_assembled *segment;
	struct writer w = { .room = count };

	if (count >= PN_XNUM)
		return kd_why(why, -EFBIG, "%llu CPUs and ranges of memory are more than an ELF "
			      "header can hold", (unsigned long long)count);
	/* The kernel's own is a multiple of ELF_CORE_HEADER_ALIGN too, and compared with this. */
	size = kd_round_up(sizeof(Elf64_Ehdr) + count * sizeof(Elf64_Phdr), 4 * KD_KIB);
	place.size = kd_max(size, h->elfcorehdr_bytes ? kd_add(h->elfcorehdr_bytes,
							       sizeof(Elf64_Ehdr)) : 0);
	segment = kd_assembly_add(assembly, &place);
	if (!segment)
		return kd_why(why, -EFBIG, "too many segments");
	w.bytes = calloc(1, size);
	if (!w.bytes)
		return kd_why(why, -ENOMEM, "out of memory");
	write_headers(&w, h, form, memory);
	segment->owned = w.bytes;
	segment->data = w.bytes;
	segment->bytes = size;
	segment->unverified = h->elfcorehdr_bytes;
	return 0;
}

int kd_elfcorehdr_lay_out(const struct kd_handover *handover,
			  const struct kd_elfcorehdr_form *form, struct kd_assembly *assembly,
			  struct kd_text *why)
{
	struct kd_ranges memory = { 0 };
	int err = check(handover, form, why);

	if (err)
		return err;
	err = find_memory(handover, form, &memory);
	err = err ? kd_why(why, err, "out of memory")
		  : add_segment(handover, form, &memory, assembly, why);
	kd_ranges_free(&memory);
	return err;
}
