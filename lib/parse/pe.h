/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Kernels that are EFI programs, by the first bytes of the file: Image (arm64,
 * riscv, loongarch), EFI zboot, and the sections of a UKI.
 */
#ifndef KD_PARSE_PE_H
#define KD_PARSE_PE_H

#include "kernel.h"

/* As much as tells an Image, with the PE header that loongarch is known by. */
#define KD_IMAGE_HEAD 256

struct kd_pe_section {
	uint64_t offset, size;		/* in the file; size 0 = there is none */
};

bool kd_image_probe(const void *head, size_t len);

/*
 * Fills what the header of an Image says; @size: of all of it, unpacked.
 * -EBADMSG it contradicts itself; -ENOTSUP kexec_file_load() would not take it.
 */
int kd_image_parse(const void *head, size_t len, uint64_t size, struct kd_kernel *ret,
		   struct kd_text *why);

/* The payload, without the size that may be appended to it.  -EBADMSG. */
bool kd_zboot_probe(const void *head, size_t len);
int kd_zboot_parse(const void *head, size_t len, uint64_t size,
		   struct kd_pe_section *ret, struct kd_text *why);

/* 0, also where there is no section of that name; -EBADMSG the file ends before any of them. */
bool kd_pe_probe(const void *head, size_t len);
/* Begins as an EFI program does, and should be one: where kd_pe_probe() says no, it is cut. */
bool kd_pe_promised(const void *head, size_t len);
int kd_pe_find(const void *head, size_t len, uint64_t size, const char *name,
	       struct kd_pe_section *ret, struct kd_text *why);

/* What a loader of UKIs cuts out must be apart, and from the header too.  -EBADMSG. */
int kd_pe_check_apart(const void *head, size_t len, struct kd_text *why);

#endif
