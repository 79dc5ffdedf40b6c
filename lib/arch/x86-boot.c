/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Segments of a bzImage: what arch/x86/kernel/kexec-bzimage64.c makes for
 * kexec_file_load(), after Documentation/arch/x86/boot.rst ("64-bit BOOT PROTOCOL")
 * and zero-page.rst, where the offsets are from.
 */
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "elfcorehdr.h"
#include "x86-boot.h"
#include "x86-e820.h"

#define PAGE_BYTES	(4 * KD_KIB)
#define PARAMS_BYTES	(4 * KD_KIB)	/* struct boot_params */

/* Segments are not placed below; see kexec-bzimage64.c for what is known of why. */
#define MIN_PARAMS	0x3000
#define MIN_KERNEL	KD_MIB
#define MIN_INITRAMFS	(16 * KD_MIB)

/* Of struct boot_params. */
#define SCREEN_INFO		0x000
#define SCREEN_INFO_BYTES	0x40
#define SCREEN_EXT_MEM_K	0x002
#define ACPI_RSDP_ADDR		0x070
#define EXT_RAMDISK_IMAGE	0x0c0
#define EXT_RAMDISK_SIZE	0x0c4
#define EXT_CMD_LINE_PTR	0x0c8
#define EFI_LOADER_SIGNATURE	0x1c0
#define EFI_SYSTAB		0x1c4
#define EFI_MEMDESC_SIZE	0x1c8
#define EFI_MEMDESC_VERSION	0x1cc
#define EFI_MEMMAP		0x1d0
#define EFI_MEMMAP_SIZE		0x1d4
#define EFI_SYSTAB_HI		0x1d8
#define EFI_MEMMAP_HI		0x1dc
#define E820_ENTRIES		0x1e8
#define EDDBUF_ENTRIES		0x1e9
#define SECURE_BOOT		0x1ec
#define EDD_MBR_SIG_BUFFER	0x290
#define EDD_MBR_SIG_BYTES	(16 * 4)
#define E820_TABLE		0x2d0
#define E820_TABLE_MAX		128
#define E820_ENTRY_BYTES	20
#define EDDBUF			0xd00
#define EDDBUF_BYTES		(6 * 82)
/* Of its setup header, which is the image's own. */
#define SETUP_SECTS		0x1f1
#define HEADER_JUMP		0x201	/* the header ends as far behind 0x202 */
#define TYPE_OF_LOADER		0x210
#define LOADFLAGS		0x211
#define RAMDISK_IMAGE		0x218
#define RAMDISK_SIZE		0x21c
#define CMD_LINE_PTR		0x228
#define HARDWARE_SUBARCH	0x23c
#define SETUP_DATA		0x250
#define HEADER_END		EDD_MBR_SIG_BUFFER

/* struct setup_data: next, type, length */
#define SETUP_DATA_BYTES	16
#define SETUP_E820_EXT		1
#define SETUP_EFI		4
#define EFI_SETUP_BYTES		96	/* struct efi_setup_data */
#define EFI_MEMDESC_BYTES	40	/* efi_memory_desc_t, as facts/handover.c makes it */

#define ENTRY_64		0x200
#define LOADER_KEXEC		0xd0	/* boot.rst: type_of_loader */

/* elfcorehdr=0x, 16 digits, a blank */
#define ELFCOREHDR_BYTES	28

/* All that the segment of boot parameters holds, in this order. */
struct parts {
	uint64_t cmdline, efi_map, efi_setup, e820;	/* offsets */
	uint64_t bytes;
};

static void put32(unsigned char *p, uint64_t value)
{
	for (unsigned i = 0; i < 4; i++)
		p[i] = (unsigned char)(value >> 8 * i);
}

static void put64(unsigned char *p, uint64_t value)
{
	put32(p, value);
	put32(p + 4, value >> 32);
}

/* EFI of 32 bit has no runtime services for a kernel of 64 that is above 4 GiB. */
static bool has_efi(const struct kd_handover *h)
{
	return h->efi_map && h->boot_params &&
	       !memcmp(h->boot_params + EFI_LOADER_SIGNATURE, "EL64", 4);
}

/* More entries than the table holds go into a setup_data; counted for the worst case. */
static uint64_t most_e820_entries(const struct kd_handover *h)
{
	return h->ram.n + h->n_firmware + h->cma.n + 4;
}

static void find_parts(const struct kd_boot_input *in, struct parts *ret)
{
	const struct kd_handover *h = in->handover;
	uint64_t at = PARAMS_BYTES, entries = most_e820_entries(h);

	ret->cmdline = at;
	at += kd_round_up(ELFCOREHDR_BYTES + strlen(in->cmdline) + 1, 16);
	ret->efi_map = at;
	at += has_efi(h) ? kd_round_up(h->efi_map_bytes, 16) : 0;
	ret->efi_setup = at;
	at += has_efi(h) ? SETUP_DATA_BYTES + EFI_SETUP_BYTES : 0;
	ret->e820 = at;
	if (entries > E820_TABLE_MAX)
		at += SETUP_DATA_BYTES + (entries - E820_TABLE_MAX) * E820_ENTRY_BYTES;
	ret->bytes = at;
}

static uint64_t real_mode_bytes(const unsigned char *kernel)
{
	unsigned sectors = kernel[SETUP_SECTS];

	return ((sectors ? sectors : 4u) + 1) * 512u;
}

static int check(const struct kd_boot_input *in, struct kd_text *why)
{
	const struct kd_handover *h = in->handover;
	size_t len = ELFCOREHDR_BYTES + strlen(in->cmdline) + 1;

	if (!h->boot_params)
		return kd_why(why, -ENODATA, "the boot parameters of the running kernel are "
			      "not to be seen");
	if (in->cmdline_max && len > in->cmdline_max)
		return kd_why(why, -E2BIG, "the command line has %zu bytes with elfcorehdr=, "
			      "the kernel takes %llu", len,
			      (unsigned long long)in->cmdline_max);
	if (in->kernel_bytes < HEADER_END ||
	    in->kernel_bytes <= real_mode_bytes(in->kernel) ||
	    in->kernel_bytes - real_mode_bytes(in->kernel) > in->init_size)
		return kd_why(why, -EBADMSG, "the sizes in the kernel's header contradict its "
			      "own");
	return 0;
}

static int add_kernel(const struct kd_boot_input *in, struct kd_assembly *ret,
		      struct kd_text *why)
{
	uint64_t skip = real_mode_bytes(in->kernel);
	const struct kd_segment kernel = {
		.name = "kernel", .size = in->init_size,
		.align = kd_max(in->alignment, PAGE_BYTES),
		.min = kd_max(in->pref_address, MIN_KERNEL), .top_down = true,
	};
	const struct kd_segment initramfs = {
		.name = "initramfs", .size = in->initramfs_bytes, .align = PAGE_BYTES,
		.min = MIN_INITRAMFS, .top_down = true,
	};
	int err = kd_assembly_lend(ret, &kernel, in->kernel + skip, in->kernel_bytes - skip, why);

	if (!err && in->initramfs_bytes)
		err = kd_assembly_lend(ret, &initramfs, in->initramfs, in->initramfs_bytes, why);
	return err;
}

static int add_params(const struct kd_boot_input *in, struct kd_assembly *ret,
		      struct kd_text *why)
{
	struct kd_segment place = {
		.name = "boot parameters", .align = PAGE_BYTES, .min = MIN_PARAMS,
		.top_down = true,
	};
	struct kd_assembled *segment;
	struct parts parts;

	find_parts(in, &parts);
	place.size = parts.bytes;
	segment = kd_assembly_add(ret, &place);
	if (!segment)
		return kd_why(why, -EFBIG, "too many segments");
	segment->owned = calloc(1, parts.bytes);
	if (!segment->owned)
		return kd_why(why, -ENOMEM, "out of memory");
	segment->data = segment->owned;
	segment->bytes = parts.bytes;
	return 0;
}

/*
 * What is aligned most is placed first.  Low memory is not dumped, for it is the
 * crash kernel's as well (arch/x86/kernel/crash.c:elf_header_exclude_ranges()).
 */
static int lay_out(const struct kd_boot_input *in, struct kd_assembly *ret, struct kd_text *why)
{
	static const struct kd_elfcorehdr_form form = {
		.machine = EM_X86_64, .kernel_map = true, .not_below = KD_MIB,
		.align = PAGE_BYTES,
	};
	int err = check(in, why);

	if (!err)
		err = add_kernel(in, ret, why);
	if (!err)
		err = kd_elfcorehdr_lay_out(in->handover, &form, ret, why);
	return err ? err : add_params(in, ret, why);
}

/* What the firmware told at boot is as true for the next kernel. */
static void copy_params(const struct kd_boot_input *in, unsigned char *params)
{
	const unsigned char *running = in->handover->boot_params;
	size_t end = 0x202u + in->kernel[HEADER_JUMP];

	memcpy(params + SETUP_SECTS, in->kernel + SETUP_SECTS,
	       kd_min(end, HEADER_END) - SETUP_SECTS);
	memcpy(params + SCREEN_INFO, running + SCREEN_INFO, SCREEN_INFO_BYTES);
	memset(params + SCREEN_EXT_MEM_K, 0, 2);
	memcpy(params + HARDWARE_SUBARCH, running + HARDWARE_SUBARCH, 4);
	memcpy(params + EDD_MBR_SIG_BUFFER, running + EDD_MBR_SIG_BUFFER, EDD_MBR_SIG_BYTES);
	memcpy(params + EDDBUF, running + EDDBUF, EDDBUF_BYTES);
	params[EDDBUF_ENTRIES] = running[EDDBUF_ENTRIES];
	params[TYPE_OF_LOADER] = LOADER_KEXEC;
	params[LOADFLAGS] = 0;
	put64(params + SETUP_DATA, 0);
	put64(params + ACPI_RSDP_ADDR, in->handover->acpi_rsdp);
}

static void put_initramfs(const struct kd_assembly *assembly, unsigned char *params)
{
	const struct kd_assembled *initramfs =
		kd_assembly_find((struct kd_assembly *)assembly, "initramfs");

	put32(params + RAMDISK_IMAGE, initramfs ? initramfs->place.at : 0);
	put32(params + RAMDISK_SIZE, initramfs ? initramfs->bytes : 0);
	if (!initramfs)
		return;
	put32(params + EXT_RAMDISK_IMAGE, initramfs->place.at >> 32);
	put32(params + EXT_RAMDISK_SIZE, initramfs->bytes >> 32);
}

static void put_cmdline(const struct kd_boot_input *in, uint64_t elfcorehdr, uint64_t at,
			const struct parts *parts, unsigned char *params)
{
	snprintf((char *)params + parts->cmdline, parts->efi_map - parts->cmdline,
		 "elfcorehdr=0x%llx %s", (unsigned long long)elfcorehdr, in->cmdline);
	put32(params + CMD_LINE_PTR, at + parts->cmdline);
	put32(params + EXT_CMD_LINE_PTR, (at + parts->cmdline) >> 32);
}

/* Puts it before those that are there: the order is of no matter. */
static void put_setup_data(unsigned char *params, uint64_t at, uint64_t offset, uint32_t type,
			   uint64_t bytes)
{
	memcpy(params + offset, params + SETUP_DATA, 8);
	put32(params + offset + 8, type);
	put32(params + offset + 12, bytes);
	put64(params + SETUP_DATA, at + offset);
}

/* arch/x86/kernel/kexec-bzimage64.c:setup_efi_state() */
static void put_efi(const struct kd_handover *h, uint64_t at, const struct parts *parts,
		    unsigned char *params)
{
	const unsigned char *running = h->boot_params;
	unsigned char *setup = params + parts->efi_setup + SETUP_DATA_BYTES;
	uint64_t map = at + parts->efi_map;

	if (!has_efi(h))
		return;
	params[SECURE_BOOT] = running[SECURE_BOOT];
	memcpy(params + EFI_LOADER_SIGNATURE, running + EFI_LOADER_SIGNATURE, 4);
	memcpy(params + EFI_SYSTAB, running + EFI_SYSTAB, 4);
	memcpy(params + EFI_SYSTAB_HI, running + EFI_SYSTAB_HI, 4);
	memcpy(params + EFI_MEMDESC_VERSION, running + EFI_MEMDESC_VERSION, 4);
	put32(params + EFI_MEMDESC_SIZE, EFI_MEMDESC_BYTES);
	memcpy(params + parts->efi_map, h->efi_map, h->efi_map_bytes);
	put32(params + EFI_MEMMAP, map);
	put32(params + EFI_MEMMAP_HI, map >> 32);
	put32(params + EFI_MEMMAP_SIZE, h->efi_map_bytes);
	/* fw_vendor, unused, tables, smbios */
	put64(setup, h->efi_vendor);
	put64(setup + 16, h->efi_tables);
	put64(setup + 24, h->efi_smbios);
	put_setup_data(params, at, parts->efi_setup, SETUP_EFI, EFI_SETUP_BYTES);
}

static void put_e820_entry(unsigned char *p, const struct kd_e820_entry *entry)
{
	put64(p, entry->at);
	put64(p + 8, entry->bytes);
	put32(p + 16, entry->type);
}

static int put_e820(const struct kd_handover *h, const struct kd_assembled *elfcorehdr,
		    uint64_t at, const struct parts *parts, unsigned char *params)
{
	const struct kdump_range kept = {
		elfcorehdr->place.at, elfcorehdr->place.at + elfcorehdr->place.size - 1
	};
	unsigned char *more = params + parts->e820 + SETUP_DATA_BYTES;
	struct kd_e820 e820;
	int err = kd_e820_make(h, &kept, &e820);

	if (err)
		return err;
	params[E820_ENTRIES] = (unsigned char)kd_min(e820.n, E820_TABLE_MAX);
	for (size_t i = 0; i < e820.n; i++)
		put_e820_entry(i < E820_TABLE_MAX
				       ? params + E820_TABLE + i * E820_ENTRY_BYTES
				       : more + (i - E820_TABLE_MAX) * E820_ENTRY_BYTES,
			       &e820.v[i]);
	if (e820.n > E820_TABLE_MAX)
		put_setup_data(params, at, parts->e820, SETUP_E820_EXT,
			       (e820.n - E820_TABLE_MAX) * E820_ENTRY_BYTES);
	kd_e820_free(&e820);
	return 0;
}

static int fill(const struct kd_boot_input *in, struct kd_assembly *assembly,
		struct kd_purgatory *told, struct kd_text *why)
{
	struct kd_assembled *segment = kd_assembly_find(assembly, "boot parameters");
	struct kd_assembled *elfcorehdr = kd_assembly_find(assembly, "elfcorehdr");
	struct kd_assembled *kernel = kd_assembly_find(assembly, "kernel");
	uint64_t at = segment->place.at;
	unsigned char *params = segment->owned;
	struct parts parts;

	find_parts(in, &parts);
	copy_params(in, params);
	put_initramfs(assembly, params);
	put_cmdline(in, elfcorehdr->place.at, at, &parts, params);
	put_efi(in->handover, at, &parts, params);
	if (put_e820(in->handover, elfcorehdr, at, &parts, params))
		return kd_why(why, -ENOMEM, "out of memory");
	told->entry = kernel->place.at + ENTRY_64;
	told->argument = at;
	kd_x86_console(in->cmdline, in->handover->boot_params, told);
	return 0;
}

const struct kd_arch_boot kd_x86_boot = { lay_out, fill };
