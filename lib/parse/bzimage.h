/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The x86 setup header of a bzImage (Documentation/arch/x86/boot.rst), from the
 * first bytes of the file and its size.
 */
#ifndef KD_PARSE_BZIMAGE_H
#define KD_PARSE_BZIMAGE_H

#include "../core/text.h"

/* Enough for the header and the version string, which stands in the setup part. */
#define KD_BZIMAGE_HEAD (64 * 1024)

enum kd_payload {
	KD_PAYLOAD_UNKNOWN, KD_PAYLOAD_GZIP, KD_PAYLOAD_BZIP2, KD_PAYLOAD_LZMA,
	KD_PAYLOAD_XZ, KD_PAYLOAD_LZO, KD_PAYLOAD_LZ4, KD_PAYLOAD_ZSTD,
};

struct kd_bzimage {
	char release[128];		/* as uname -r; "" where the image does not say */
	uint16_t protocol;		/* 0x20f */
	uint64_t init_size;		/* bytes in a row the kernel needs to start */
	uint64_t alignment;		/* kernel_alignment */
	uint64_t pref_address;
	uint64_t cmdline_size;		/* longest command line, without the NUL */
	uint64_t payload_offset;	/* in the file */
	uint64_t payload_size;
	uint64_t unpacked_size;		/* by the payload's trailer; 0 without @tail */
	enum kd_payload payload;	/* UNKNOWN also where it begins behind @head */
};

/* Is this a bzImage at all? Decides nothing about its health. */
bool kd_bzimage_probe(const void *head, size_t len);

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
		     struct kd_bzimage *ret, struct kd_text *why);

const char *kd_payload_name(enum kd_payload payload);

#endif
