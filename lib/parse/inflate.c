/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The table of codecs: magic numbers as lib/decompress.c has them, and what a
 * stream's first bytes say about the memory its decoder takes.  Reads headers
 * only and needs no library for that.
 */
#include "inflate.h"

#include <errno.h>

const char *kd_codec_name(enum kd_codec codec)
{
	static const char *const names[] = {
		[KD_CODEC_NONE] = "none", [KD_CODEC_GZIP] = "gzip",
		[KD_CODEC_BZIP2] = "bzip2", [KD_CODEC_LZMA] = "lzma",
		[KD_CODEC_XZ] = "xz", [KD_CODEC_LZO] = "lzo",
		[KD_CODEC_LZ4] = "lz4", [KD_CODEC_ZSTD] = "zstd",
	};

	return (size_t)codec < KD_ARRAY_SIZE(names) ? names[codec] : "unknown";
}

/* lib/decompress.c:compressed_formats[]; gunzip() refuses the second of gzip, 1f 9e. */
bool kd_codec_detect(const unsigned char magic[2], enum kd_codec *ret)
{
	static const struct {
		unsigned char magic[2];
		enum kd_codec codec;
	} formats[] = {
		{ { 0x1f, 0x8b }, KD_CODEC_GZIP }, { { 0x42, 0x5a }, KD_CODEC_BZIP2 },
		{ { 0x5d, 0x00 }, KD_CODEC_LZMA }, { { 0xfd, 0x37 }, KD_CODEC_XZ },
		{ { 0x89, 0x4c }, KD_CODEC_LZO }, { { 0x02, 0x21 }, KD_CODEC_LZ4 },
		{ { 0x28, 0xb5 }, KD_CODEC_ZSTD },
	};
	size_t i;

	for (i = 0; i < KD_ARRAY_SIZE(formats); i++) {
		if (memcmp(magic, formats[i].magic, 2))
			continue;
		*ret = formats[i].codec;
		return true;
	}
	return false;
}

const struct kd_inflate_ops *kd_inflate_find(enum kd_codec codec)
{
	switch (codec) {
#ifdef KD_HAVE_ZLIB
	case KD_CODEC_GZIP:
		return &kd_inflate_gzip;
#endif
#ifdef KD_HAVE_BZIP2
	case KD_CODEC_BZIP2:
		return &kd_inflate_bzip2;
#endif
#ifdef KD_HAVE_LZMA
	case KD_CODEC_LZMA:
		return &kd_inflate_lzma;
	case KD_CODEC_XZ:
		return &kd_inflate_xz;
#endif
#ifdef KD_HAVE_LZ4
	case KD_CODEC_LZ4:
		return &kd_inflate_lz4;
#endif
#ifdef KD_HAVE_ZSTD
	case KD_CODEC_ZSTD:
		return &kd_inflate_zstd;
#endif
	default:
		return NULL;
	}
}

/*
 * The window of a zstd frame (RFC 8878 section 3.1.1.1; lib/decompress_unzstd.c
 * sizes its workspace by it).  A frame of a single segment has no window
 * field: the content's size takes its place.
 */
static uint64_t zstd_window(const unsigned char *h, size_t len)
{
	static const unsigned char dict_bytes[] = { 0, 1, 2, 4 };
	uint64_t base;
	size_t at;

	if (len < 6)
		return 0;
	if (!(h[4] & 0x20)) {
		base = UINT64_C(1) << (10 + (h[5] >> 3));
		return base + base / 8 * (h[5] & 7);
	}
	at = 5u + dict_bytes[h[4] & 3];
	if (len < at + (1u << (h[4] >> 6)))
		return 0;
	switch (h[4] >> 6) {
	case 0:
		return h[at];
	case 1:
		return kd_le16(h + at) + 256u;
	case 2:
		return kd_le32(h + at);
	default:
		return kd_le64(h + at);
	}
}

/* lib/decompress_unlzma.c allocates the smaller of content and dictionary. */
static uint64_t lzma_window(const unsigned char *h, size_t len)
{
	return len < 13 ? 0 : kd_min(kd_le32(h + 1), kd_le64(h + 5));
}

/* lib/decompress_bunzip2.c:start_bunzip(): four bytes for each of level x 100000. */
static uint64_t bzip2_window(const unsigned char *h, size_t len)
{
	return len < 4 || h[3] < '1' || h[3] > '9' ? 0 : (h[3] - '0') * UINT64_C(400000);
}

static size_t skip_vli(const unsigned char *h, size_t len, size_t at)
{
	while (at < len && h[at] & 0x80)
		at++;
	return at + 1;
}

/*
 * The dictionary of the first block, which lib/xz/xz_dec_lzma2.c:
 * xz_dec_lzma2_reset() allocates whole.  Checks, filters and properties are
 * those that dec_stream_header() and dec_block_header() let through.
 */
static int xz_window(const unsigned char *h, size_t len, uint64_t *ret,
		     struct kd_text *why)
{
	size_t at = 14;
	unsigned int props;

	*ret = 0;
	if (len < 16 || !h[12])
		return 0;
	if (h[13] & 0x40)
		at = skip_vli(h, len, at);
	if (h[13] & 0x80)
		at = skip_vli(h, len, at);
	if (h[13] & 1)
		at += 2;
	if (h[13] & 0x3e || at + 3 > len || h[at] != 0x21 || h[at + 1] != 1 ||
	    h[at + 2] > 39 || (h[13] & 1 && (h[at - 2] < 4 || h[at - 1])))
		return kd_why(why, -EBADMSG,
			      "xz filters that the kernel's decoder lacks");
	props = h[at + 2];
	*ret = (UINT64_C(2) + (props & 1)) << (props / 2 + 11);
	return 0;
}

int kd_codec_window(enum kd_codec codec, const unsigned char *head, size_t len,
		    uint64_t *ret, struct kd_text *why)
{
	switch (codec) {
	case KD_CODEC_ZSTD:
		*ret = zstd_window(head, len);
		return 0;
	case KD_CODEC_XZ:
		return xz_window(head, len, ret, why);
	case KD_CODEC_LZMA:
		*ret = lzma_window(head, len);
		return 0;
	case KD_CODEC_BZIP2:
		*ret = bzip2_window(head, len);
		return 0;
	case KD_CODEC_LZ4:	/* LZ4_DEFAULT_UNCOMPRESSED_CHUNK_SIZE */
		*ret = 8 * KD_MIB;
		return 0;
	case KD_CODEC_LZO:	/* lib/decompress_unlzo.c: LZO_BLOCK_SIZE */
		*ret = 256 * KD_KIB;
		return 0;
	default:	/* gzip: 64 KiB, less than an estimate can see */
		*ret = 0;
		return 0;
	}
}
