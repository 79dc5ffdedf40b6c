/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The x86 setup header of a bzImage (Documentation/arch/x86/boot.rst), from the
 * first bytes of the file and its size.
 */
#ifndef KD_PARSE_BZIMAGE_H
#define KD_PARSE_BZIMAGE_H

#include "kernel.h"

/* Enough for the header and the version string, which stands in the setup part. */
#define KD_BZIMAGE_HEAD (64 * 1024)

/* Is this a bzImage at all? Decides nothing about its health. */
bool kd_bzimage_probe(const void *head, size_t len);

/*
 * The whole version string, "7.2.12 (builder@host) #1 SMP … (date)"; false where there is
 * none, or one that is no text or does not fit.
 */
bool kd_bzimage_banner(const void *head, size_t len, char *ret, size_t size);

/*
 * @head: the first @len bytes of the file, KD_BZIMAGE_HEAD or the whole of it.
 * @tail: the last 4 bytes of the payload (at payload_offset + payload_size -
 * 4), read in a second step: call once with @tail NULL to learn the offsets.
 * -ENOEXEC not a bzImage; -EBADMSG a header that contradicts itself or the
 * file's size (truncated file); -ENOTSUP a protocol or kernel that
 * kexec_file_load would not take (older than 2.12, not relocatable, 32 bit:
 * arch/x86/kernel/kexec-bzimage64.c:bzImage64_probe()).
 */
int kd_bzimage_parse(const void *head, size_t len, uint64_t file_size, const void *tail,
		     struct kd_kernel *ret, struct kd_text *why);

#endif
