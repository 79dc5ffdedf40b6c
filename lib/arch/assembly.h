/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The segments of one kexec_load(): bytes and places.  An architecture says
 * what there is and what must hold for it (lay_out), decide/assemble.c finds
 * the places, the architecture writes what depends on them (fill).
 */
#ifndef KD_ARCH_ASSEMBLY_H
#define KD_ARCH_ASSEMBLY_H

#include "../core/text.h"
#include "../purgatory/purgatory.h"
#include "handover.h"
#include "segment.h"

/* All that goes into it.  Bytes of files are mapped and only lent. */
struct kd_boot_input {
	const struct kd_handover *handover;
	const unsigned char *kernel;	/* the image, unpacked as its loader wants it */
	uint64_t kernel_bytes;
	uint64_t init_size, alignment, pref_address;	/* of struct kd_kernel */
	const unsigned char *initramfs;	/* NULL and 0: none */
	uint64_t initramfs_bytes;
	const char *cmdline;		/* without elfcorehdr=, which the builder adds */
	uint64_t cmdline_max;		/* bytes with NUL that the kernel takes; 0 unknown */
};

struct kd_assembled {
	struct kd_segment place;
	const unsigned char *data;	/* its first bytes; what follows up to place.size is 0 */
	uint64_t bytes;			/* of data, at most place.size */
	unsigned char *owned;		/* data, where it was made here; freed with the assembly */
	bool unverified;		/* the kernel will rewrite it: purgatory leaves it out */
};

struct kd_assembly {
	size_t n;
	struct kd_assembled v[KD_SEGMENTS_MAX];
	uint64_t entry;			/* physical, in purgatory */
};

/* The segment of that name; NULL there is none.  Names end on purgatory's screen. */
struct kd_assembled *kd_assembly_find(struct kd_assembly *assembly, const char *name);

/* One more, to be told more of; NULL: there may be no more. */
struct kd_assembled *kd_assembly_add(struct kd_assembly *assembly,
				     const struct kd_segment *place);

/* The same with bytes that are lent; -EFBIG. */
int kd_assembly_lend(struct kd_assembly *assembly, const struct kd_segment *place,
		     const unsigned char *data, uint64_t bytes, struct kd_text *why);
void kd_assembly_free(struct kd_assembly *assembly);

struct kd_arch_boot {
	/*
	 * Names, sizes, constraints, and all bytes that no address is in; in the order
	 * in which they are to be placed, without purgatory.  -errno with @why.
	 */
	int (*lay_out)(const struct kd_boot_input *in, struct kd_assembly *ret,
		       struct kd_text *why);
	/*
	 * Each has its place.at now, purgatory as the last of them.  Tells purgatory the
	 * entry, the argument and the console; regions are not its concern.  -errno with @why.
	 */
	int (*fill)(const struct kd_boot_input *in, struct kd_assembly *assembly,
		    struct kd_purgatory *told, struct kd_text *why);
};

#endif
