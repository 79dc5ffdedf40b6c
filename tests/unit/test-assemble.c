/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The segments of a kexec_load(), by reading back what was built: places, boot
 * parameters, memory map, elfcorehdr, and what purgatory is told.
 */
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>
#include <cmocka.h>

#include "../../lib/arch/x86-boot.h"
#include "../../lib/decide/assemble.h"

#define PAGE		4096u
#define KERNEL_BYTES	(3 * 512 + 300000)	/* two sectors of setup, and the rest */
#define INITRAMFS_BYTES	12345
#define INIT_SIZE	(8 * KD_MIB)
#define SETUP_DATA	0x250

/* A machine of 8 GiB, main above 4 GiB, low below, two ranges of CMA. */
struct scene {
	struct kd_handover h;
	struct kdump_range ram[4], cma[2];
	struct kd_piece_of_memory cpus[3];
	struct kd_firmware_range firmware[300];
	unsigned char boot_params[PAGE], kernel[KERNEL_BYTES], initramfs[INITRAMFS_BYTES];
	unsigned char efi_map[80];
	struct kd_boot_input in;
	struct kd_assembly a;
	struct kd_text why;
};

static void make_kernel(unsigned char *kernel)
{
	for (size_t i = 0; i < KERNEL_BYTES; i++)
		kernel[i] = (unsigned char)(i * 13 >> 2);
	kernel[0x1f1] = 2;
	kernel[0x201] = 0x6a;
	memcpy(kernel + 0x202, "HdrS", 4);
	memset(kernel + SETUP_DATA, 0xee, 8);
}

static void make_machine(struct scene *s)
{
	static const struct kd_firmware_range firmware[] = {
		{ { 0, 0x9fbff }, 1 }, { { 0x9fc00, 0x9ffff }, 2 }, { { 0xf0000, 0xfffff }, 2 },
		{ { 0x100000, 0xbffdcfff }, 1 }, { { 0xbffdd000, 0xbffeffff }, 3 },
		{ { 0xbfff0000, 0xbfffffff }, 4 }, { { 0x100000000, 0x23fffffff }, 1 },
		{ { 0xfd00000000, 0xffffffffff }, 0 },
	};
	static const struct kdump_range ram[] = {
		{ 0x1000, 0x9fbff }, { 0x100000, 0xbffdcfff }, { 0x100000000, 0x23fffffff },
	};

	memcpy(s->firmware, firmware, sizeof(firmware));
	memcpy(s->ram, ram, sizeof(ram));
	s->cma[0] = (struct kdump_range){ 0x60000000, 0x67ffffff };
	s->cma[1] = (struct kdump_range){ 0x100000000, 0x107ffffff };
	for (unsigned i = 0; i < KD_ARRAY_SIZE(s->cpus); i++)
		s->cpus[i] = (struct kd_piece_of_memory){ 0x23e000000 + i * 0x40000, 376 };
	s->h = (struct kd_handover){
		.page_size = PAGE, .ram = { s->ram, 3, 3 }, .cma = { s->cma, 2, 2 },
		.main = { 0x22c000000, 0x22fffffff }, .low = { 0xaf000000, 0xb6ffffff },
		.cpus = s->cpus, .n_cpus = 3, .vmcoreinfo = { 0x103456000, 4096 },
		.has_direct_map = true, .direct_map = 0xffff888000000000,
		.text = { 0x29400000, 0x2c62ffff }, .text_virtual = 0xffffffffb4600000,
		.firmware = s->firmware, .n_firmware = KD_ARRAY_SIZE(firmware),
		.boot_params = s->boot_params, .acpi_rsdp = 0xf59d0,
	};
}

static int set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	make_kernel(s->kernel);
	memset(s->initramfs, 0x33, sizeof(s->initramfs));
	for (size_t i = 0; i < PAGE; i++)
		s->boot_params[i] = (unsigned char)(i * 5 + 1);
	memset(s->boot_params + 0x1c0, 0, 32);
	make_machine(s);
	s->in = (struct kd_boot_input){
		.handover = &s->h, .kernel = s->kernel, .kernel_bytes = sizeof(s->kernel),
		.init_size = INIT_SIZE, .alignment = 2 * KD_MIB, .pref_address = 16 * KD_MIB,
		.initramfs = s->initramfs, .initramfs_bytes = sizeof(s->initramfs),
		.cmdline = "console=ttyS1,115200 quiet", .cmdline_max = 2048,
	};
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;

	kd_assembly_free(&s->a);
	free(s);
	return 0;
}

static int try(struct scene *s)
{
	kd_assembly_free(&s->a);
	kd_text_clear(&s->why);
	return kd_assemble(&kd_arch_x86_64, &s->in, &s->a, &s->why);
}

/* False on builds whose purgatory is another one's, where it must say so. */
static bool build(struct scene *s)
{
	int err = try(s);

	if (kd_streq(kd_purgatory_arch(), "x86_64")) {
		assert_string_equal(s->why.s, "");
		assert_int_equal(err, 0);
		return true;
	}
	assert_int_equal(err, -ENOTSUP);
	return false;
}

static const struct kd_assembled *get(struct scene *s, const char *name)
{
	const struct kd_assembled *segment = kd_assembly_find(&s->a, name);

	assert_non_null(segment);
	return segment;
}

static void told_to(struct scene *s, struct kd_purgatory *ret)
{
	const struct kd_assembled *purgatory = get(s, "purgatory");

	memcpy(ret, purgatory->data + purgatory->bytes - sizeof(*ret), sizeof(*ret));
}

static void test_places(void **state)
{
	struct scene *s = *state;

	if (!build(s))
		return;
	assert_int_equal(s->a.n, 5);
	for (size_t i = 0; i < s->a.n; i++) {
		const struct kd_assembled *x = &s->a.v[i];

		assert_int_equal(x->place.at % PAGE, 0);
		assert_int_equal(x->place.size % PAGE, 0);
		assert_true(x->bytes <= x->place.size && x->bytes);
		assert_true(x->place.at >= s->h.main.start);
		assert_true(x->place.at + x->place.size - 1 <= s->h.main.end);
		for (size_t j = 0; j < i; j++)
			assert_true(x->place.at + x->place.size <= s->a.v[j].place.at ||
				    s->a.v[j].place.at + s->a.v[j].place.size <= x->place.at);
	}
	assert_int_equal(get(s, "kernel")->place.size, INIT_SIZE);
	assert_int_equal(get(s, "kernel")->place.at % (2 * KD_MIB), 0);
	assert_ptr_equal(get(s, "kernel")->data, s->kernel + 3 * 512);
	assert_int_equal(get(s, "kernel")->bytes, KERNEL_BYTES - 3 * 512);
	assert_int_equal(s->a.entry, get(s, "purgatory")->place.at);
}

/* Everything that does not change is verified, and with the right sum. */
static void test_told(void **state)
{
	struct scene *s = *state;
	struct kd_purgatory told;

	if (!build(s))
		return;
	told_to(s, &told);
	assert_int_equal(told.entry, get(s, "kernel")->place.at + 0x200);
	assert_int_equal(told.argument, get(s, "boot parameters")->place.at);
	assert_int_equal(told.console, KD_CONSOLE_8250_PORT);
	assert_int_equal(told.console_at, 0x2f8);
	assert_int_equal(told.n, 4);
	for (size_t i = 0; i < told.n; i++) {
		const struct kd_assembled *x = get(s, told.region[i].name);
		unsigned char digest[KD_SHA256_BYTES];
		struct kd_sha256 sha;

		kd_sha256_init(&sha);
		kd_sha256_feed(&sha, x->data, x->bytes);
		kd_sha256_finish(&sha, digest);
		assert_memory_equal(digest, told.region[i].digest, sizeof(digest));
		assert_int_equal(told.region[i].at, x->place.at);
		assert_int_equal(told.region[i].bytes, x->bytes);
	}
}

static void test_params(void **state)
{
	struct scene *s = *state;
	const struct kd_assembled *params, *initramfs;
	const unsigned char *p;
	char line[128];

	if (!build(s))
		return;
	params = get(s, "boot parameters");
	initramfs = get(s, "initramfs");
	p = params->data;
	/* The image's header, but for what the loader writes. */
	assert_memory_equal(p + 0x1f1, s->kernel + 0x1f1, 0x210 - 0x1f1);
	assert_memory_equal(p + 0x230, s->kernel + 0x230, 12);
	assert_memory_equal(p + 0x258, s->kernel + 0x258, 0x202 + 0x6a - 0x258);
	assert_int_equal(kd_le32(p + 0x202 + 0x6a), 0);
	assert_int_equal(p[0x210], 0xd0);
	assert_int_equal(p[0x211], 0);
	assert_int_equal(kd_le64(p + SETUP_DATA), 0);
	/* What the running kernel was told. */
	assert_int_equal(kd_le16(p + 2), 0);
	assert_memory_equal(p + 4, s->boot_params + 4, 0x3c);
	assert_memory_equal(p + 0x23c, s->boot_params + 0x23c, 4);
	assert_memory_equal(p + 0x290, s->boot_params + 0x290, 64);
	assert_memory_equal(p + 0xd00, s->boot_params + 0xd00, 6 * 82);
	assert_int_equal(p[0x1e9], s->boot_params[0x1e9]);
	assert_int_equal(kd_le64(p + 0x70), 0xf59d0);
	/* Addresses above 4 GiB are in two halves. */
	assert_true(initramfs->place.at > UINT32_MAX);
	assert_int_equal(kd_le32(p + 0x218) | (uint64_t)kd_le32(p + 0xc0) << 32,
			 initramfs->place.at);
	assert_int_equal(kd_le32(p + 0x21c), INITRAMFS_BYTES);
	assert_int_equal(kd_le32(p + 0xc4), 0);
	assert_int_equal(kd_le32(p + 0x228) | (uint64_t)kd_le32(p + 0xc8) << 32,
			 params->place.at + PAGE);
	snprintf(line, sizeof(line), "elfcorehdr=0x%llx %s",
		 (unsigned long long)get(s, "elfcorehdr")->place.at, s->in.cmdline);
	assert_string_equal((const char *)p + PAGE, line);
}

/* Without an initramfs there is no segment and no address of one. */
static void test_no_initramfs(void **state)
{
	struct scene *s = *state;
	const unsigned char *p;

	s->in.initramfs = NULL;
	s->in.initramfs_bytes = 0;
	if (!build(s))
		return;
	assert_null(kd_assembly_find(&s->a, "initramfs"));
	p = get(s, "boot parameters")->data;
	assert_int_equal(kd_le32(p + 0x218) | kd_le32(p + 0x21c) | kd_le32(p + 0xc0), 0);
}

/* The map as a text, entries of the table first, then those of SETUP_E820_EXT. */
static void read_map(const struct kd_assembled *params, char *text, size_t size)
{
	const unsigned char *p = params->data;
	uint64_t next = kd_le64(p + SETUP_DATA), more = 0;
	const unsigned char *extra = NULL;
	size_t len = 0, n = p[0x1e8];

	*text = '\0';
	while (next) {
		const unsigned char *data = p + (next - params->place.at);

		assert_true(next - params->place.at < params->bytes);
		if (kd_le32(data + 8) == 1) {
			extra = data + 16;
			more = kd_le32(data + 12) / 20;
			assert_true(extra + 20 * more <= p + params->bytes);
		}
		next = kd_le64(data);
	}
	for (size_t i = 0; i < n + more; i++) {
		const unsigned char *e = i < n ? p + 0x2d0 + 20 * i : extra + 20 * (i - n);
		uint64_t at = kd_le64(e);

		len += (size_t)snprintf(text + len, size - len, "%llx-%llx %u\n",
					(unsigned long long)at,
					(unsigned long long)(at + kd_le64(e + 8) - 1),
					kd_le32(e + 16));
		assert_true(len < size);
	}
}

static void test_map(void **state)
{
	struct scene *s = *state;
	char text[1024], wanted[1024];

	if (!build(s))
		return;
	read_map(get(s, "boot parameters"), text, sizeof(text));
	/* elfcorehdr is at the very start of main. */
	snprintf(wanted, sizeof(wanted), "%s%llx-22fffffff 1\n%s",
		 "1000-9fbff 1\nbffdd000-bffeffff 3\nbfff0000-bfffffff 4\n9fc00-9ffff 2\n"
		 "f0000-fffff 2\naf000000-b6ffffff 1\n",
		 (unsigned long long)(s->h.main.start + get(s, "elfcorehdr")->place.size),
		 "60000000-67ffffff 1\n100000000-107ffffff 1\n");
	assert_string_equal(text, wanted);
}

static void test_large_map(void **state)
{
	struct scene *s = *state;
	static char text[32 * 1024];
	size_t lines = 0;

	for (size_t i = 8; i < KD_ARRAY_SIZE(s->firmware); i++)
		s->firmware[i] = (struct kd_firmware_range){ { i << 40, (i << 40) + 99 }, 2 };
	s->h.n_firmware = KD_ARRAY_SIZE(s->firmware);
	if (!build(s))
		return;
	assert_int_equal(get(s, "boot parameters")->data[0x1e8], 128);
	read_map(get(s, "boot parameters"), text, sizeof(text));
	for (const char *p = text; *p; p++)
		lines += *p == '\n';
	assert_int_equal(lines, 9 + 300 - 8);
	assert_non_null(strstr(text, "\n12b0000000000-12b0000000063 2\n"));
	assert_non_null(strstr(text, "\n100000000-107ffffff 1\n"));
}

static void test_efi(void **state)
{
	struct scene *s = *state;
	const struct kd_assembled *params;
	const unsigned char *p, *setup;
	uint64_t map;

	memcpy(s->boot_params + 0x1c0, "EL64\1\2\3\4------------\0\0\0\0\0\0\0\0\5\6\7\10", 28);
	memset(s->efi_map, 0x77, sizeof(s->efi_map));
	s->h.efi_map = s->efi_map;
	s->h.efi_map_bytes = sizeof(s->efi_map);
	s->h.efi_vendor = 0x1111;
	s->h.efi_tables = 0x2222;
	s->h.efi_smbios = 0x3333;
	if (!build(s))
		return;
	params = get(s, "boot parameters");
	p = params->data;
	assert_memory_equal(p + 0x1c0, s->boot_params + 0x1c0, 8);
	assert_memory_equal(p + 0x1d8, s->boot_params + 0x1d8, 4);
	assert_memory_equal(p + 0x1cc, s->boot_params + 0x1cc, 4);
	assert_int_equal(p[0x1ec], s->boot_params[0x1ec]);
	assert_int_equal(kd_le32(p + 0x1c8), 40);
	assert_int_equal(kd_le32(p + 0x1d4), sizeof(s->efi_map));
	map = kd_le32(p + 0x1d0) | (uint64_t)kd_le32(p + 0x1dc) << 32;
	assert_memory_equal(p + (map - params->place.at), s->efi_map, sizeof(s->efi_map));
	setup = p + (kd_le64(p + SETUP_DATA) - params->place.at);
	assert_int_equal(kd_le32(setup + 8), 4);
	assert_int_equal(kd_le32(setup + 12), 96);
	assert_int_equal(kd_le64(setup + 16), 0x1111);
	assert_int_equal(kd_le64(setup + 32), 0x2222);
	assert_int_equal(kd_le64(setup + 40), 0x3333);
	/* Firmware of 32 bits has no services for this kernel. */
	memcpy(s->boot_params + 0x1c0, "EL32", 4);
	build(s);
	assert_int_equal(kd_le32(get(s, "boot parameters")->data + 0x1c0), 0);
	assert_int_equal(kd_le64(get(s, "boot parameters")->data + SETUP_DATA), 0);
}

static void test_elfcorehdr(void **state)
{
	static const struct kdump_range wanted[] = {
		{ 0x100000, 0x5fffffff }, { 0x68000000, 0xaeffffff }, { 0xb7000000, 0xbffdcfff },
		{ 0x108000000, 0x22bffffff }, { 0x230000000, 0x23fffffff },
	};
	struct scene *s = *state;
	const Elf64_Phdr *phdr;
	const Elf64_Ehdr *ehdr;

	if (!build(s))
		return;
	ehdr = (const void *)get(s, "elfcorehdr")->data;
	phdr = (const void *)(ehdr + 1);
	assert_memory_equal(ehdr->e_ident, "\177ELF\2\1\1", 8);
	assert_int_equal(ehdr->e_type, ET_CORE);
	assert_int_equal(ehdr->e_machine, EM_X86_64);
	assert_int_equal(ehdr->e_phoff, 64);
	assert_int_equal(ehdr->e_phnum, 3 + 1 + 1 + KD_ARRAY_SIZE(wanted));
	for (size_t i = 0; i < 4; i++) {
		const struct kd_piece_of_memory *note = i < 3 ? &s->cpus[i] : &s->h.vmcoreinfo;

		assert_int_equal(phdr[i].p_type, PT_NOTE);
		assert_int_equal(phdr[i].p_offset, note->at);
		assert_int_equal(phdr[i].p_paddr, note->at);
		assert_int_equal(phdr[i].p_filesz, note->bytes);
		assert_int_equal(phdr[i].p_memsz, note->bytes);
	}
	assert_int_equal(phdr[4].p_vaddr, s->h.text_virtual);
	assert_int_equal(phdr[4].p_paddr, s->h.text.start);
	assert_int_equal(phdr[4].p_memsz, kd_range_bytes(&s->h.text));
	for (size_t i = 0; i < KD_ARRAY_SIZE(wanted); i++) {
		const Elf64_Phdr *load = &phdr[5 + i];

		assert_int_equal(load->p_type, PT_LOAD);
		assert_int_equal(load->p_flags, PF_R | PF_W | PF_X);
		assert_int_equal(load->p_paddr, wanted[i].start);
		assert_int_equal(load->p_offset, wanted[i].start);
		assert_int_equal(load->p_vaddr, wanted[i].start + s->h.direct_map);
		assert_int_equal(load->p_memsz, kd_range_bytes(&wanted[i]));
		assert_int_equal(load->p_filesz, load->p_memsz);
	}
}

/* Where the kernel rewrites it, it has the kernel's size, and no sum. */
static void test_hotplug(void **state)
{
	struct scene *s = *state;
	struct kd_purgatory told;
	char text[1024];

	s->h.elfcorehdr_bytes = 917616;
	if (!build(s))
		return;
	assert_int_equal(get(s, "elfcorehdr")->place.size, 225 * PAGE);
	assert_true(get(s, "elfcorehdr")->unverified);
	told_to(s, &told);
	assert_int_equal(told.n, 3);
	for (size_t i = 0; i < told.n; i++)
		assert_string_not_equal(told.region[i].name, "elfcorehdr");
	read_map(get(s, "boot parameters"), text, sizeof(text));
	assert_non_null(strstr(text, "\n22c0e1000-22fffffff 1\n"));
	/* A number too small for what there is is no reason to cut it. */
	s->h.elfcorehdr_bytes = 1;
	build(s);
	assert_int_equal(get(s, "elfcorehdr")->place.size, PAGE);
}

static void refused(struct scene *s, int code, const char *part)
{
	int err = try(s);

	if (err == -ENOTSUP)
		return;
	assert_int_equal(err, code);
	assert_int_equal(s->a.n, 0);
	if (!strstr(s->why.s, part))
		fail_msg("\"%s\" does not say \"%s\"", s->why.s, part);
}

static void test_refused(void **state)
{
	struct scene *s = *state, was = *s;
	static char line[2048];

	assert_int_equal(kd_assemble(&kd_arch_s390, &s->in, &s->a, &s->why), -ENOTSUP);
	memset(line, 'x', sizeof(line) - 1);
	s->in.cmdline = line;
	refused(s, -E2BIG, "2076 bytes with elfcorehdr=, the kernel takes 2048");
	/* 28 bytes for the longest elfcorehdr=, and the NUL. */
	s->in.cmdline = line + 28;
	assert_true(try(s) == 0 || try(s) == -ENOTSUP);
	s->in.cmdline = line + 27;
	refused(s, -E2BIG, "2049");
	*s = was;
	s->h.main.end = 0;
	refused(s, -EADDRNOTAVAIL, "no crash memory");
	*s = was;
	s->h.main.end = s->h.main.start + 9 * KD_MIB - 1;
	s->in.initramfs_bytes = 0;
	s->in.init_size = 9 * KD_MIB;
	refused(s, -EADDRNOTAVAIL, "\"kernel\" (9 MiB) in the 9 MiB");
	*s = was;
	s->h.main.end = s->h.main.start + 8 * KD_MIB + 30 * PAGE;
	refused(s, -EADDRNOTAVAIL, "control pages");
	*s = was;
	s->h.boot_params = NULL;
	refused(s, -ENODATA, "boot parameters");
	*s = was;
	s->h.has_direct_map = false;
	refused(s, -ENODATA, "addresses");
	*s = was;
	s->h.text.end = 0;
	refused(s, -ENODATA, "addresses");
	*s = was;
	s->h.n_cpus = 0;
	refused(s, -ENODATA, "registers");
	*s = was;
	s->h.ram.n = 0;
	refused(s, -ENODATA, "memory lies");
	*s = was;
	s->in.kernel_bytes = 3 * 512;
	refused(s, -EBADMSG, "sizes");
	*s = was;
	s->in.init_size = KERNEL_BYTES - 3 * 512 - 1;
	refused(s, -EBADMSG, "sizes");
	*s = was;
}

static void test_console(void **state)
{
	static const struct {
		const char *cmdline;
		enum kd_purgatory_console console;
		uint64_t at;
	} cases[] = {
		{ "", KD_CONSOLE_NONE, 0 },
		{ "console=tty0 quiet", KD_CONSOLE_NONE, 0 },
		{ "console=ttyS0", KD_CONSOLE_8250_PORT, 0x3f8 },
		{ " console=ttyS0,115200n8 console=ttyS3,9600 ", KD_CONSOLE_8250_PORT, 0x2e8 },
		{ "console=ttyS0 console=tty0", KD_CONSOLE_8250_PORT, 0x3f8 },
		{ "console=ttyS4", KD_CONSOLE_NONE, 0 },
		{ "console=ttyS", KD_CONSOLE_NONE, 0 },
		{ "xconsole=ttyS0", KD_CONSOLE_NONE, 0 },
		{ "earlycon=uart8250,io,0x2f8,115200n8", KD_CONSOLE_8250_PORT, 0x2f8 },
		{ "console=uart,mmio32,0xfe215040", KD_CONSOLE_NONE, 0 },
		{ "console=uart8250,mmio,0xd0000000", KD_CONSOLE_NONE, 0 },
		{ "console=uart8250,other,0xd0000000", KD_CONSOLE_NONE, 0 },
	};
	unsigned char params[PAGE] = { 0 };

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(cases); i++) {
		struct kd_purgatory told = { 0 };

		kd_x86_console(cases[i].cmdline, params, &told);
		if (told.console != cases[i].console || told.console_at != cases[i].at)
			fail_msg("%s: %d at %llx", cases[i].cmdline, (int)told.console,
				 (unsigned long long)told.console_at);
		assert_int_equal(told.screen, 0);
	}
	/* orig_video_isVGA, columns, mode */
	for (unsigned mode = 3; mode <= 7; mode += 4) {
		struct kd_purgatory told = { 0 };

		params[0xf] = 1;
		params[7] = 80;
		params[6] = (unsigned char)mode;
		kd_x86_console("", params, &told);
		assert_int_equal(told.screen, mode == 7 ? 0xb0000 : 0xb8000);
		assert_int_equal(told.screen_columns, 80);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_places, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_params, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_initramfs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_map, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_large_map, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_efi, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_elfcorehdr, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_hotplug, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
		cmocka_unit_test(test_console),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
