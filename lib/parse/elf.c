/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * ELF kernels: see elf.h.  The format is elf(5); what a section's name means
 * is include/asm-generic/vmlinux.lds.h and arch/x86/kernel/vmlinux.lds.S.
 */
#include "elf.h"

#include <elf.h>
#include <errno.h>
#include <inttypes.h>

#define SEGMENTS_MAX	((KD_ELF_HEAD - sizeof(Elf64_Ehdr)) / sizeof(Elf64_Phdr))
#define NAMES_BEFORE	(KD_ELF_TABLES / 4)
#define SECTIONS_MAX	(KD_ELF_TABLES / 2 / sizeof(Elf64_Shdr))
#define PAGE		4096u

struct segment {
	uint64_t offset, address, virtual, in_file, in_memory, align;
};

struct section {
	const char *name;
	uint32_t type;
	uint64_t flags, virtual, size;
};

static const struct {
	uint16_t machine;
	bool big_endian;
	const char *arch;
} machines[] = {
	{ EM_X86_64, false, "x86_64" }, { EM_AARCH64, false, "aarch64" },
	{ EM_RISCV, false, "riscv64" }, { 258 /* EM_LOONGARCH */, false, "loongarch64" },
	{ EM_PPC64, false, "ppc64le" }, { EM_S390, true, "s390x" },
};

const char *kd_elf_arch(uint16_t machine, bool big_endian)
{
	for (size_t i = 0; i < KD_ARRAY_SIZE(machines); i++)
		if (machines[i].machine == machine && machines[i].big_endian == big_endian)
			return machines[i].arch;
	return NULL;
}

uint64_t kd_elf_number(bool big_endian, const unsigned char *p, size_t bytes)
{
	uint64_t n = 0;

	for (size_t i = 0; i < bytes; i++)
		n = n << 8 | p[big_endian ? i : bytes - 1 - i];
	return n;
}

#define FIELD(elf, at, type, member) kd_elf_number((elf)->big_endian, \
	(at) + offsetof(type, member), sizeof(((type *)0)->member))

bool kd_elf_probe(const void *head, size_t len)
{
	return len >= SELFMAG && !memcmp(head, ELFMAG, SELFMAG);
}

void kd_elf_init(struct kd_elf *elf)
{
	elf->begun = false;
	elf->head_len = elf->late_len = 0;
	elf->tables = UINT64_MAX;
	elf->loaded = 0;
}

static void read_segment(const struct kd_elf *elf, unsigned i, struct segment *ret)
{
	const unsigned char *p = elf->head + elf->segment_offset + i * sizeof(Elf64_Phdr);

	*ret = (struct segment){
		.offset = FIELD(elf, p, Elf64_Phdr, p_offset),
		.address = FIELD(elf, p, Elf64_Phdr, p_paddr),
		.virtual = FIELD(elf, p, Elf64_Phdr, p_vaddr),
		.in_file = FIELD(elf, p, Elf64_Phdr, p_filesz),
		.in_memory = FIELD(elf, p, Elf64_Phdr, p_memsz),
		.align = FIELD(elf, p, Elf64_Phdr, p_align),
	};
}

/* Only what is loaded counts. */
static bool next_segment(const struct kd_elf *elf, unsigned *i, struct segment *ret)
{
	for (; *i < elf->segments; (*i)++) {
		const unsigned char *p = elf->head + elf->segment_offset +
					 *i * sizeof(Elf64_Phdr);

		if (FIELD(elf, p, Elf64_Phdr, p_type) != PT_LOAD)
			continue;
		read_segment(elf, (*i)++, ret);
		return true;
	}
	return false;
}

/* Sections of a kernel with its debug information stand at the end of a long file. */
static void find_tables(struct kd_elf *elf)
{
	uint64_t end;

	if (!elf->sections || elf->sections > SECTIONS_MAX || elf->names >= elf->sections ||
	    FIELD(elf, elf->head, Elf64_Ehdr, e_shentsize) != sizeof(Elf64_Shdr) ||
	    __builtin_add_overflow(elf->section_offset,
				   elf->sections * sizeof(Elf64_Shdr), &end))
		return;
	elf->tables = kd_sub_floor(elf->section_offset, NAMES_BEFORE);
}

static int read_header(struct kd_elf *elf)
{
	const unsigned char *p = elf->head;

	elf->machine = (uint16_t)FIELD(elf, p, Elf64_Ehdr, e_machine);
	elf->segment_offset = FIELD(elf, p, Elf64_Ehdr, e_phoff);
	elf->segments = (unsigned)FIELD(elf, p, Elf64_Ehdr, e_phnum);
	elf->section_offset = FIELD(elf, p, Elf64_Ehdr, e_shoff);
	elf->sections = (unsigned)FIELD(elf, p, Elf64_Ehdr, e_shnum);
	elf->names = (unsigned)FIELD(elf, p, Elf64_Ehdr, e_shstrndx);
	if (!elf->segments || elf->segments > SEGMENTS_MAX ||
	    FIELD(elf, p, Elf64_Ehdr, e_phentsize) != sizeof(Elf64_Phdr) ||
	    elf->segment_offset > elf->head_len ||
	    elf->head_len - elf->segment_offset < elf->segments * sizeof(Elf64_Phdr))
		return -EBADMSG;
	return 0;
}

static int begin(struct kd_elf *elf, struct kd_text *why)
{
	struct segment segment;

	if (!kd_elf_probe(elf->head, elf->head_len) || elf->head_len < sizeof(Elf64_Ehdr))
		return kd_why(why, -EBADMSG, "not an ELF file");
	if (elf->head[EI_CLASS] != ELFCLASS64)
		return kd_why(why, -ENOTSUP, "a 32-bit kernel: kexec does not take it");
	elf->big_endian = elf->head[EI_DATA] == ELFDATA2MSB;
	if (read_header(elf))
		return kd_why(why, -EBADMSG, "ELF without program headers where they belong");
	if (!kd_elf_arch(elf->machine, elf->big_endian))
		return kd_why(why, -ENOTSUP, "a kernel for ELF machine %u, which is not known",
			      elf->machine);
	for (unsigned i = 0; next_segment(elf, &i, &segment);)
		elf->loaded = kd_max(elf->loaded, kd_add(segment.offset, segment.in_file));
	find_tables(elf);
	elf->begun = true;
	return 0;
}

/* That part of the @len bytes at @offset that belongs behind the @have ones at @start. */
static size_t keep(unsigned char *to, size_t have, size_t size, uint64_t start,
		   uint64_t offset, const unsigned char *data, size_t len)
{
	uint64_t want = kd_add(start, have), n;

	if (have == size || offset > want || want - offset >= len)
		return have;
	n = kd_min(size - have, len - (want - offset));
	memcpy(to + have, data + (want - offset), n);
	return have + (size_t)n;
}

static void keep_tables(struct kd_elf *elf, uint64_t offset, const void *data, size_t len)
{
	if (elf->tables != UINT64_MAX)
		elf->late_len = keep(elf->late, elf->late_len, KD_ELF_TABLES, elf->tables,
				     offset, data, len);
}

/* The tables of a small file begin in its head. */
static int begin_tables(struct kd_elf *elf, struct kd_text *why)
{
	int err = begin(elf, why);

	if (!err)
		keep_tables(elf, 0, elf->head, elf->head_len);
	return err;
}

int kd_elf_feed(struct kd_elf *elf, uint64_t offset, const void *data, size_t len,
		struct kd_text *why)
{
	int err;

	if (!elf->begun) {
		elf->head_len = keep(elf->head, elf->head_len, KD_ELF_HEAD, 0, offset, data, len);
		if (elf->head_len < KD_ELF_HEAD)
			return 0;
		err = begin_tables(elf, why);
		if (err)
			return err;
	}
	keep_tables(elf, offset, data, len);
	return 0;
}

/* Not before its head has been seen whole, however it came. */
uint64_t kd_elf_loaded(const struct kd_elf *elf)
{
	return kd_max(elf->loaded, KD_ELF_HEAD);
}

uint64_t kd_elf_next(const struct kd_elf *elf, uint64_t offset)
{
	if (!elf->begun || offset < kd_elf_loaded(elf))
		return offset;
	if (elf->tables == UINT64_MAX || elf->late_len == KD_ELF_TABLES)
		return UINT64_MAX;
	return kd_max(offset, elf->tables);
}

static int add_segments(const struct kd_elf *elf, uint64_t size, struct kd_elf_sums *out,
			struct kd_text *why)
{
	uint64_t low = UINT64_MAX, high = 0, end;
	struct segment s;

	out->align = PAGE;
	for (unsigned i = 0; next_segment(elf, &i, &s);) {
		if (kd_add(s.offset, s.in_file) > size)
			return kd_why(why, -EBADMSG,
				      "cut: %" PRIu64 " bytes, the last segment ends at %" PRIu64,
				      size, kd_add(s.offset, s.in_file));
		if (s.in_file > s.in_memory ||
		    __builtin_add_overflow(s.address, s.in_memory, &end) ||
		    (s.align & (s.align - 1) && s.align))
			return kd_why(why, -EBADMSG, "a program header that cannot be true");
		low = kd_min(low, s.address);
		high = kd_max(high, end);
		out->align = kd_max(out->align, s.align);
	}
	if (high <= low)
		return kd_why(why, -EBADMSG, "no segment to be loaded");
	out->span = high - low;
	return 0;
}

/* NULL: not among what was kept. */
static const unsigned char *kept(const struct kd_elf *elf, uint64_t offset, uint64_t bytes)
{
	uint64_t at = offset - elf->tables;

	if (offset < elf->tables || at > elf->late_len || elf->late_len - at < bytes)
		return NULL;
	return elf->late + at;
}

static const unsigned char *header_of(const struct kd_elf *elf, unsigned i)
{
	return kept(elf, elf->section_offset + i * sizeof(Elf64_Shdr), sizeof(Elf64_Shdr));
}

/* The table of names, which must end with a NUL; NULL = none. */
static const char *find_names(const struct kd_elf *elf, uint64_t *ret_size)
{
	const unsigned char *p, *names;
	uint64_t size;

	if (elf->tables == UINT64_MAX || !header_of(elf, elf->sections - 1))
		return NULL;
	p = header_of(elf, elf->names);
	if (!p)
		return NULL;
	size = FIELD(elf, p, Elf64_Shdr, sh_size);
	names = kept(elf, FIELD(elf, p, Elf64_Shdr, sh_offset), size);
	if (!names || !size || names[size - 1])
		return NULL;
	*ret_size = size;
	return (const char *)names;
}

static void read_section(const struct kd_elf *elf, unsigned i, const char *names,
			 uint64_t names_size, struct section *ret)
{
	const unsigned char *p = header_of(elf, i);
	uint64_t name = FIELD(elf, p, Elf64_Shdr, sh_name);

	*ret = (struct section){
		.name = name < names_size ? names + name : "",
		.type = (uint32_t)FIELD(elf, p, Elf64_Shdr, sh_type),
		.flags = FIELD(elf, p, Elf64_Shdr, sh_flags),
		.virtual = FIELD(elf, p, Elf64_Shdr, sh_addr),
		.size = FIELD(elf, p, Elf64_Shdr, sh_size),
	};
}

/* Where a section lies from the first loaded byte on; false = it is not loaded. */
static bool place_section(const struct kd_elf *elf, const struct section *section,
			  uint64_t *ret)
{
	uint64_t low = UINT64_MAX, at = 0;
	bool found = false;
	struct segment s;

	for (unsigned i = 0; next_segment(elf, &i, &s);) {
		low = kd_min(low, s.address);
		if (found || section->virtual < s.virtual ||
		    section->virtual - s.virtual >= s.in_memory ||
		    s.in_memory - (section->virtual - s.virtual) < section->size)
			continue;
		at = s.address + (section->virtual - s.virtual);
		found = true;
	}
	if (found)
		*ret = at - low;
	return found;
}

static bool is_named(const struct section *section, const char *const *names)
{
	for (; *names; names++)
		if (kd_streq(section->name, *names))
			return true;
	return false;
}

/*
 * On x86 .brk is taken page by page and .init.scratch only while the image
 * unpacks itself: both lie behind __end_of_kernel_reserve (arch/x86/kernel/setup.c:
 * early_reserve_memory()).
 */
static const char *const not_resident[] = { ".brk", ".init.scratch", NULL };

/* What follows __init_end (include/asm-generic/vmlinux.lds.h). */
static const char *const behind_init[] = {
	".smp_locks", ".data_nosave", ".data", ".bss", NULL
};

struct places {
	uint64_t end;			/* of what is resident */
	bool has_init, has_percpu;
	uint64_t init, percpu, percpu_end;
};

static void add_section(struct kd_elf_sums *out, const struct section *section)
{
	if (section->type == SHT_NOBITS)
		out->bss = kd_add(out->bss, section->size);
	else if (section->flags & SHF_WRITE)
		out->data = kd_add(out->data, section->size);
	else
		out->text = kd_add(out->text, section->size);
}

static void note_section(struct kd_elf_sums *out, struct places *places,
			 const struct section *section, uint64_t at)
{
	if (is_named(section, not_resident)) {
		places->end = kd_min(places->end, at);
		return;
	}
	add_section(out, section);
	if (kd_streq(section->name, ".init.text")) {
		places->has_init = true;
		places->init = at;
	} else if (kd_streq(section->name, ".data..percpu")) {
		places->has_percpu = true;
		places->percpu = at;
		places->percpu_end = at + section->size;
		out->percpu = section->size;
	}
}

/* __init_begin stands before the per-CPU template, where that comes before the code. */
static uint64_t init_begin(const struct places *places)
{
	if (places->has_percpu && kd_round_up(places->percpu_end, PAGE) == places->init)
		return places->percpu;
	return places->init;
}

static uint64_t init_end(const struct kd_elf *elf, const struct places *places,
			 const char *names, uint64_t names_size)
{
	uint64_t end = places->end, at;
	struct section section;

	for (unsigned i = 0; i < elf->sections; i++) {
		read_section(elf, i, names, names_size, &section);
		if (is_named(&section, behind_init) && place_section(elf, &section, &at) &&
		    at > places->init)
			end = kd_min(end, at);
	}
	return end;
}

static void add_sections(const struct kd_elf *elf, struct kd_elf_sums *out)
{
	struct places places = { .end = out->span };
	struct section section;
	uint64_t names_size, at;
	const char *names = find_names(elf, &names_size);

	if (!names) {
		/* Other linker scripts than that of x86 lay out nothing that goes away. */
		out->resident = elf->machine == EM_X86_64 ? 0 : out->span;
		return;
	}
	for (unsigned i = 0; i < elf->sections; i++) {
		read_section(elf, i, names, names_size, &section);
		if (section.flags & SHF_ALLOC && section.size &&
		    place_section(elf, &section, &at))
			note_section(out, &places, &section, at);
	}
	out->resident = places.end;
	if (places.has_init)
		out->init = kd_sub_floor(init_end(elf, &places, names, names_size),
					 init_begin(&places));
}

int kd_elf_finish(struct kd_elf *elf, uint64_t size, struct kd_elf_sums *ret,
		  struct kd_text *why)
{
	struct kd_elf_sums out = { 0 };
	int err = elf->begun ? 0 : begin_tables(elf, why);

	if (!err)
		err = add_segments(elf, size, &out, why);
	if (err)
		return err;
	out.arch = kd_elf_arch(elf->machine, elf->big_endian);
	add_sections(elf, &out);
	*ret = out;
	return 0;
}
