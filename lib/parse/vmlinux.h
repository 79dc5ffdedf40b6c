/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The kernel itself, unpacked, as it streams by: an ELF file or an Image, and
 * the words that say which release it is and which options it knows.
 */
#ifndef KD_PARSE_VMLINUX_H
#define KD_PARSE_VMLINUX_H

#include "elf.h"
#include "kernel.h"
#include "pe.h"

#define KD_FINDER_TEXT 32

/* A text of at most KD_FINDER_TEXT bytes that may lie across two pieces. */
struct kd_finder {
	const char *text;
	size_t len;
	size_t kept;
	char last[2 * KD_FINDER_TEXT];
};

struct kd_vmlinux {
	enum { KD_VMLINUX_NEW, KD_VMLINUX_ELF, KD_VMLINUX_IMAGE } form;
	size_t head_len;
	unsigned char head[KD_IMAGE_HEAD];
	bool options_found;
	struct kd_finder options, banner;
	size_t release_len;		/* while it is being copied */
	bool in_release;
	char release[sizeof(((struct kd_kernel *)0)->release)];
	struct kd_elf elf;
};

void kd_vmlinux_init(struct kd_vmlinux *v);

/*
 * @len bytes that stand at @offset of it; see kd_elf_feed().  -ENOEXEC neither
 * of the two; else the errors of kd_elf_feed().
 */
int kd_vmlinux_feed(struct kd_vmlinux *v, uint64_t offset, const void *data, size_t len,
		    struct kd_text *why);
uint64_t kd_vmlinux_next(const struct kd_vmlinux *v, uint64_t offset);

/*
 * It had @size bytes.  Completes @ret, whose kind is what it came in, or
 * UNKNOWN: then what the load needs is filled in too.
 */
int kd_vmlinux_finish(struct kd_vmlinux *v, uint64_t size, struct kd_kernel *ret,
		      struct kd_text *why);

#endif
