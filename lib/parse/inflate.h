/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The decompressors behind one shape.  Each takes exactly one stream as the
 * kernel's own decoder would and says where it ends; what lies in the stream is
 * not known here.  A library that the build leaves out has no table entry.
 */
#ifndef KD_PARSE_INFLATE_H
#define KD_PARSE_INFLATE_H

#include "initramfs.h"

/* Large enough that a step costs nothing beside the work, small enough for a cache. */
#define KD_INFLATE_OUT	((size_t)(256 * KD_KIB))

/*
 * No decoder may ask for more.  lib/zstd stops at a window of 128 MiB
 * (ZSTD_WINDOWLOG_LIMIT_DEFAULT); lib/xz would take a dictionary of 3 GiB, but
 * no crash kernel has that to spare.
 */
#define KD_INFLATE_MEMORY (160 * KD_MIB)

struct kd_inflate_io {
	const unsigned char *in;	/* moves on as it is read */
	size_t in_len;
	const unsigned char *out;	/* what one step gave, in the decoder's memory */
	size_t out_len;
};

struct kd_inflate_ops {
	int (*open)(void **ret);
	/* 1 = the stream has ended, 0 = call again, -EBADMSG, -EFBIG, -ENOMEM. */
	int (*run)(void *state, struct kd_inflate_io *io, struct kd_text *why);
	/* May the stream end where the file ends?  NULL: it says itself where it ends. */
	bool (*may_end)(const void *state);
	void (*close)(void *state);
};

extern const struct kd_inflate_ops kd_inflate_gzip, kd_inflate_bzip2, kd_inflate_lzma,
	kd_inflate_xz, kd_inflate_lz4, kd_inflate_zstd;

/* NULL: lzo, or left out of this build. */
const struct kd_inflate_ops *kd_inflate_find(enum kd_codec codec);

/* The kernel decides by two bytes (lib/decompress.c): false = no format it knows. */
bool kd_codec_detect(const unsigned char magic[2], enum kd_codec *ret);

/*
 * How much memory the kernel's decoder takes for a stream that begins with
 * @head.  -EBADMSG: a header that the kernel's decoder refuses.
 */
#define KD_CODEC_HEAD 64
int kd_codec_window(enum kd_codec codec, const unsigned char *head, size_t len,
		    uint64_t *ret, struct kd_text *why);

#endif
