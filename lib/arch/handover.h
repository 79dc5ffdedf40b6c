/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What the running kernel hands over to its crash kernel: where memory is,
 * where the CPUs will leave their registers, what the firmware said.  Filled by
 * facts/handover.c, used by the builders of this folder.  kexec_file_load()
 * knows all of it by itself; for kexec_load() it is read from /proc and /sys.
 */
#ifndef KD_ARCH_HANDOVER_H
#define KD_ARCH_HANDOVER_H

#include "../core/ranges.h"

/* Physical memory, as sysfs gives addresses of notes. */
struct kd_piece_of_memory {
	uint64_t at, bytes;
};

/* A line of the firmware's memory map; types as of arch/x86/include/uapi/asm/setup_data.h. */
struct kd_firmware_range {
	struct kdump_range range;
	uint32_t type;
};

struct kd_handover {
	uint64_t page_size;
	struct kd_ranges ram;			/* all "System RAM", crash regions included */
	struct kdump_range main, low;		/* end 0 = there is none */
	struct kd_ranges cma;
	struct kd_piece_of_memory *cpus;	/* crash_notes of each CPU that has them */
	size_t n_cpus;
	struct kd_piece_of_memory vmcoreinfo;
	/* Virtual addresses of the running kernel, by /proc/kcore. */
	bool has_direct_map;
	uint64_t direct_map;			/* virtual minus physical, of RAM */
	struct kdump_range text;		/* of the kernel's own image; end 0 = not known */
	uint64_t text_virtual;
	/* The kernel may rewrite elfcorehdr at hotplug: its size by sysfs; 0 = it does not. */
	uint64_t elfcorehdr_bytes;
	/* x86 */
	struct kd_firmware_range *firmware;
	size_t n_firmware;
	unsigned char *boot_params;		/* of this boot, 4096 bytes; NULL not to be seen */
	unsigned char *efi_map;			/* runtime map for SETUP_EFI; NULL none */
	size_t efi_map_bytes;
	uint64_t efi_vendor, efi_tables, efi_smbios;	/* struct efi_setup_data */
	uint64_t acpi_rsdp;			/* 0 not known */
	/* arm64 */
	unsigned char *tree;			/* the device tree of this boot; NULL none */
	size_t tree_bytes;
};

#endif
