/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Short texts in which the kernel tells addresses that its crash kernel needs. */
#ifndef KD_PARSE_HANDOVER_H
#define KD_PARSE_HANDOVER_H

#include "../core/base.h"

/* One number, hexadecimal with or without "0x", and nothing else.  -EBADMSG. */
int kd_address_parse(const char *text, uint64_t *ret);

/* /sys/kernel/vmcoreinfo: address and size, both hexadecimal (kernel/ksysfs.c).  -EBADMSG. */
int kd_vmcoreinfo_parse(const char *text, uint64_t *at, uint64_t *bytes);

/* A line "ACPI20=0x7fb7e014" of /sys/firmware/efi/systab.  -ENOENT, -EBADMSG. */
int kd_systab_get(const char *text, const char *name, uint64_t *ret);

/*
 * The type of /sys/firmware/memmap/N/type as E820 counts them (arch/x86/kernel/e820.c:
 * e820_type_to_string()); 0 for one that a crash kernel needs not know.
 */
uint32_t kd_firmware_type(const char *text);

/* The number behind a prefix: "cpu12"; -EINVAL for another name. */
int kd_numbered_name(const char *name, const char *prefix, uint32_t *ret);

#endif
