/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What machine_fill() leaves out: the files that segments of our own are made of,
 * as 7.2 on a PC has them; and, apart, those of one that was booted by EFI.
 */
#ifndef TESTS_UNIT_HANDOVER_FILES_H
#define TESTS_UNIT_HANDOVER_FILES_H

#include <elf.h>

#include "machine.h"

#define HANDOVER_DIRECT_MAP	UINT64_C(0xff1ed40d40000000)

/* A load of /proc/kcore. */
struct handover_load {
	uint64_t virtual, physical, bytes;
};

/* RAM in two pieces, the kernel's image, and vmalloc, which is nowhere. */
static const struct handover_load handover_loads[] = {
	{ 0xffffffffb4600000, 0x46000000, 0x3230000 },
	{ 0xff61000000000000, UINT64_MAX, 0x1fffffffffff },
	{ HANDOVER_DIRECT_MAP + 0x1000, 0x1000, 0x9e000 },
	{ HANDOVER_DIRECT_MAP + 0x100000, 0x100000, 0x7fedd000 },
};

/* As fs/proc/kcore.c begins: a note, then the loads; 16 bytes that are not to be read. */
static inline size_t handover_kcore(unsigned char *p, const struct handover_load *loads, size_t n)
{
	Elf64_Ehdr header = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
			     EV_CURRENT },
		.e_type = ET_CORE, .e_machine = EM_X86_64, .e_version = EV_CURRENT,
		.e_phoff = sizeof(Elf64_Ehdr), .e_ehsize = sizeof(Elf64_Ehdr),
		.e_phentsize = sizeof(Elf64_Phdr), .e_phnum = (Elf64_Half)(n + 1),
	};
	Elf64_Phdr phdr = { .p_type = PT_NOTE, .p_filesz = 100 };
	size_t len = sizeof(header);

	memcpy(p, &header, sizeof(header));
	memcpy(p + len, &phdr, sizeof(phdr));
	len += sizeof(phdr);
	for (size_t i = 0; i < n; i++, len += sizeof(phdr)) {
		phdr = (Elf64_Phdr){
			.p_type = PT_LOAD, .p_flags = PF_R | PF_W | PF_X,
			.p_vaddr = loads[i].virtual, .p_paddr = loads[i].physical,
			.p_filesz = loads[i].bytes, .p_memsz = loads[i].bytes,
		};
		memcpy(p + len, &phdr, sizeof(phdr));
	}
	memset(p + len, 0xff, 16);
	return len + 16;
}

static inline void handover_put(const struct machine *m)
{
	static const char *const files[][2] = {
		{ "sys/kernel/vmcoreinfo", "0x00000000018e2000 1024\n" },
		{ "sys/devices/system/cpu/cpu0/crash_notes", "7d418480\n" },
		{ "sys/devices/system/cpu/cpu0/crash_notes_size", "376\n" },
		{ "sys/devices/system/cpu/cpu10/crash_notes", "7d498480\n" },
		{ "sys/devices/system/cpu/cpu10/crash_notes_size", "376\n" },
		{ "sys/devices/system/cpu/cpu2/crash_notes", "7d458480\n" },
		{ "sys/devices/system/cpu/cpu2/crash_notes_size", "376\n" },
		{ "sys/devices/system/cpu/cpufreq/boost", "1\n" },
		{ "sys/firmware/memmap/0/start", "0x0\n" },
		{ "sys/firmware/memmap/0/end", "0x9fbff\n" },
		{ "sys/firmware/memmap/0/type", "System RAM\n" },
		{ "sys/firmware/memmap/1/start", "0x7ffdd000\n" },
		{ "sys/firmware/memmap/1/end", "0x7fffffff\n" },
		{ "sys/firmware/memmap/1/type", "Reserved\n" },
	};
	unsigned char bytes[4096];

	for (size_t i = 0; i < KD_ARRAY_SIZE(files); i++)
		machine_put(m, files[i][0], files[i][1]);
	machine_put_bytes(m, "proc/kcore", bytes,
			  handover_kcore(bytes, handover_loads, KD_ARRAY_SIZE(handover_loads)));
	memset(bytes, 0, sizeof(bytes));
	bytes[0x70] = 0xd0;
	bytes[0x71] = 0x59;
	bytes[0x72] = 0x0f;
	machine_put_bytes(m, "sys/kernel/boot_params/data", bytes, sizeof(bytes));
}

static inline void handover_put_efi(const struct machine *m)
{
	static const char *const files[][2] = {
		{ "sys/firmware/efi/systab", "ACPI20=0x7fb7e014\nACPI=0x7fb7e000\n"
					     "SMBIOS3=0x7f942000\nSMBIOS=0x7f944000\n" },
		{ "sys/firmware/efi/fw_vendor", "0x7f9ee018\n" },
		{ "sys/firmware/efi/config_table", "0x7f9ed018\n" },
		{ "sys/firmware/efi/runtime-map/1/type", "0x6\n" },
		{ "sys/firmware/efi/runtime-map/1/phys_addr", "0x7fbee000\n" },
		{ "sys/firmware/efi/runtime-map/1/virt_addr", "0xfffffffeff1ee000\n" },
		{ "sys/firmware/efi/runtime-map/1/num_pages", "0x12\n" },
		{ "sys/firmware/efi/runtime-map/1/attribute", "0x800000000000000f\n" },
		{ "sys/firmware/efi/runtime-map/0/type", "0x5\n" },
		{ "sys/firmware/efi/runtime-map/0/phys_addr", "0x7f8ee000\n" },
		{ "sys/firmware/efi/runtime-map/0/virt_addr", "0xfffffffefeeee000\n" },
		{ "sys/firmware/efi/runtime-map/0/num_pages", "0x34\n" },
		{ "sys/firmware/efi/runtime-map/0/attribute", "0x800000000000000f\n" },
	};

	for (size_t i = 0; i < KD_ARRAY_SIZE(files); i++)
		machine_put(m, files[i][0], files[i][1]);
}

#endif
