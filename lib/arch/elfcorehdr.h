/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The ELF header by which the crash kernel finds the memory of the dead one:
 * what kernel/crash_core.c:crash_prepare_elf64_headers() makes.
 */
#ifndef KD_ARCH_ELFCOREHDR_H
#define KD_ARCH_ELFCOREHDR_H

#include "assembly.h"

/* What of it an architecture decides. */
struct kd_elfcorehdr_form {
	uint16_t machine;		/* EM_*, include/uapi/linux/elf-em.h */
	bool kernel_map;		/* a PT_LOAD of the kernel's own mapping */
	uint64_t not_below;		/* memory below is left out of the dump */
	uint64_t align;			/* of its address: ELF_CORE_HEADER_ALIGN */
	bool top_down;
};

/*
 * A segment "elfcorehdr" of the right size, filled, to be placed.  Where the kernel
 * rewrites it, it is as large as the kernel wants it, and not verified.  -ENODATA
 * what it needs is hidden; -EBADMSG, -EFBIG, -ENOMEM.
 */
int kd_elfcorehdr_lay_out(const struct kd_handover *handover,
			  const struct kd_elfcorehdr_form *form, struct kd_assembly *assembly,
			  struct kd_text *why);

#endif
