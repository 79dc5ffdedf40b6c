/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Programs in an initramfs: for which machine they are, and what makedumpfile lacks. */
#include "walk.h"

#include <elf.h>
#include <stddef.h>

#include "../../lib/parse/program.h"

static void look(struct bytes *b, struct kd_contents *ret)
{
	newc_end(b);
	walk_contents(*b, 97, ret);
	free(b->p);
	*b = (struct bytes){ NULL, 0 };
}

/* A program of 64 bits, little-endian: what is loaded, its linker, its libraries. */
struct elf_file {
	Elf64_Ehdr head;
	Elf64_Phdr segments[3];
	char linker[32];
	Elf64_Dyn libraries[5];
	char names[48];
};

static struct elf_file elf_file(void)
{
	struct elf_file f = {
		.head = {
			.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, 1 },
			.e_machine = EM_AARCH64, .e_phoff = sizeof(Elf64_Ehdr),
			.e_phentsize = sizeof(Elf64_Phdr), .e_phnum = 3,
		},
		.segments = {
			{ .p_type = PT_LOAD, .p_vaddr = 0x410000, .p_filesz = sizeof(f) },
			{ .p_type = PT_INTERP, .p_offset = offsetof(struct elf_file, linker),
			  .p_filesz = sizeof(f.linker) },
			{ .p_type = PT_DYNAMIC,
			  .p_offset = offsetof(struct elf_file, libraries),
			  .p_filesz = sizeof(f.libraries) },
		},
		.linker = "/lib/ld-linux-aarch64.so.1",
		.libraries = {
			{ .d_tag = DT_NEEDED, .d_un.d_val = 1 },
			{ .d_tag = DT_NEEDED, .d_un.d_val = 13 },
			{ .d_tag = DT_STRTAB,
			  .d_un.d_ptr = 0x410000 + offsetof(struct elf_file, names) },
			{ .d_tag = DT_NULL },
			{ .d_tag = DT_NEEDED, .d_un.d_val = 4711 },
		},
		.names = "\0libelf.so.1\0libz.so.1",
	};

	return f;
}

static void add_program(struct bytes *b, const char *path, const struct elf_file *f)
{
	struct newc e = NEWC_FILE(path, sizeof(*f));

	e.data = f;
	newc_add(b, e);
}

static void test_libraries(void **state)
{
	struct newc link = NEWC_FILE("usr/lib/aarch64-linux-gnu/libz.so.1", 9);
	struct elf_file f = elf_file();
	struct bytes b = { NULL, 0 };
	struct kd_contents c;

	(void)state;
	add_program(&b, "usr/bin/makedumpfile", &f);
	newc_add(&b, NEWC_FILE("usr/lib/ld-linux-aarch64.so.1", 1));
	link.mode = S_IFLNK | 0777;
	newc_add(&b, link);
	look(&b, &c);
	assert_string_equal(c.arch, "aarch64");
	assert_int_equal(c.page_size, 64 * KD_KIB);
	assert_string_equal(c.missing, "libelf.so.1");
	kd_contents_free(&c);
	/* Of two the later is there; what it lacks is a list. */
	add_program(&b, "usr/bin/makedumpfile", &f);
	f.libraries[1].d_tag = DT_DEBUG;
	add_program(&b, "usr/sbin/makedumpfile", &f);
	look(&b, &c);
	assert_string_equal(c.missing, "ld-linux-aarch64.so.1, libelf.so.1");
	kd_contents_free(&c);
	/* Another program tells the machine; what that needs is not asked. */
	f.segments[0].p_vaddr = 0x401000;
	f.libraries[2].d_un.d_ptr -= 0xf000;
	add_program(&b, "bin/sh", &f);
	look(&b, &c);
	assert_string_equal(c.arch, "aarch64");
	assert_int_equal(c.page_size, 4 * KD_KIB);
	assert_string_equal(c.missing, "");
	kd_contents_free(&c);
}

/* Nothing is said of what cannot be true. */
static void test_bad_programs(void **state)
{
	struct kd_program program;
	struct elf_file f = elf_file();

	(void)state;
	assert_true(kd_program_read(&f, sizeof(f), &program));
	assert_int_equal(program.n_needs, 3);
	for (size_t len = 0; len < offsetof(struct elf_file, names) + 22; len++) {
		unsigned char *copy = malloc(len ? len : 1);

		memcpy(copy, &f, len);
		assert_false(kd_program_read(copy, len, &program));
		free(copy);
	}
#define BAD(statement) do {							\
	f = elf_file();								\
	statement;								\
	assert_false(kd_program_read(&f, sizeof(f), &program));			\
} while (0)
	BAD(f.head.e_ident[EI_CLASS] = ELFCLASS32);
	BAD(f.head.e_ident[EI_DATA] = ELFDATA2MSB);
	BAD(f.head.e_machine = EM_68K);
	BAD(f.head.e_phnum = 0);
	BAD(f.head.e_phnum = 65535);
	BAD(f.head.e_phoff = UINT64_MAX - 7);
	BAD(f.head.e_phentsize = 32);
	BAD(f.segments[1].p_filesz = UINT64_MAX);
	BAD(f.segments[1].p_filesz = 4);
	BAD(f.segments[2].p_offset = UINT64_MAX);
	BAD(f.segments[0].p_offset = UINT64_MAX);
	BAD(f.libraries[0].d_un.d_val = UINT64_MAX);
	BAD(f.libraries[2].d_un.d_ptr = 0x400000);
	BAD(memset(f.names, 'a', sizeof(f.names)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_libraries),
		cmocka_unit_test(test_bad_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
