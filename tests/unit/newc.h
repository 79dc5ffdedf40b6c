/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Builds cpio archives in memory, good ones and lying ones, and packs them.
 * Test code: what cannot be built ends the test.
 */
#ifndef TESTS_UNIT_NEWC_H
#define TESTS_UNIT_NEWC_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <setjmp.h>
#include <cmocka.h>

#include <bzlib.h>
#include <lz4.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

struct bytes {
	unsigned char *p;
	size_t len;
};

/* What 0 or NULL would not say well enough has a default: see newc_add(). */
struct newc {
	const char *name;
	uint32_t mode, ino, nlink, major, minor;
	const void *data;		/* NULL: zero bytes */
	size_t size;
	const char *magic;		/* "070701" */
	uint32_t check;
	bool name_len_set, size_set;	/* the header lies */
	uint32_t name_len, claimed;
};

#define NEWC_FILE(n, s) \
	((struct newc){ .name = (n), .mode = S_IFREG | 0644, .size = (s) })
#define NEWC_DIR(n)	((struct newc){ .name = (n), .mode = S_IFDIR | 0755 })

static inline void put(struct bytes *b, const void *p, size_t len)
{
	b->p = realloc(b->p, b->len + len + 1);
	assert_non_null(b->p);
	if (p)
		memcpy(b->p + b->len, p, len);
	else
		memset(b->p + b->len, 0, len);
	b->len += len;
}

static inline void put_bytes(struct bytes *b, struct bytes other)
{
	put(b, other.p, other.len);
	free(other.p);
}

static inline void align4(struct bytes *b)
{
	put(b, NULL, (4 - b->len % 4) % 4);
}

static inline void newc_add(struct bytes *b, struct newc e)
{
	uint32_t name_len = e.name_len_set ? e.name_len : (uint32_t)strlen(e.name) + 1;
	char header[112];

	snprintf(header, sizeof(header),
		 "%s%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x",
		 e.magic ? e.magic : "070701", e.ino, e.mode, 0u, 0u,
		 e.nlink ? e.nlink : 1u, 0u, e.size_set ? e.claimed : (uint32_t)e.size,
		 e.major, e.minor, 0u, 0u, name_len, e.check);
	put(b, header, 110);
	put(b, e.name, strlen(e.name) + 1);
	align4(b);
	put(b, e.data, e.size);
	align4(b);
}

static inline void newc_end(struct bytes *b)
{
	newc_add(b, (struct newc){ .name = "TRAILER!!!" });
}

static inline struct bytes room(size_t len)
{
	struct bytes b = { malloc(len), len };

	assert_non_null(b.p);
	return b;
}

/*
 * ---- packers: each takes the archive and frees it ----
 * At low levels: what costs time under sanitizers is the decoders' memory.
 */

static inline struct bytes pack_gzip(struct bytes in)
{
	struct bytes b = room(compressBound(in.len) + 64);
	z_stream z = { .next_in = in.p, .avail_in = (uInt)in.len,
		       .next_out = b.p, .avail_out = (uInt)b.len };

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY),
			 Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	b.len = z.total_out;
	deflateEnd(&z);
	free(in.p);
	return b;
}

static inline struct bytes pack_bzip2_level(struct bytes in, int level)
{
	unsigned int len = (unsigned int)(in.len + in.len / 50 + 1024);
	struct bytes b = room(len);

	assert_int_equal(BZ2_bzBuffToBuffCompress((char *)b.p, &len, (char *)in.p,
						  (unsigned int)in.len, level, 0, 0),
			 BZ_OK);
	b.len = len;
	free(in.p);
	return b;
}

static inline struct bytes pack_bzip2(struct bytes in)
{
	return pack_bzip2_level(in, 1);
}

static inline struct bytes pack_xz_level(struct bytes in, uint32_t level,
					 lzma_check check)
{
	struct bytes b = room(lzma_stream_buffer_bound(in.len));
	size_t at = 0;

	assert_int_equal(lzma_easy_buffer_encode(level, check, NULL, in.p, in.len, b.p,
						 &at, b.len), LZMA_OK);
	b.len = at;
	free(in.p);
	return b;
}

static inline struct bytes pack_xz(struct bytes in)
{
	return pack_xz_level(in, 0, LZMA_CHECK_CRC32);
}

static inline struct bytes pack_lzma_level(struct bytes in, uint32_t level)
{
	struct bytes b = room(lzma_stream_buffer_bound(in.len) + 64);
	lzma_stream z = LZMA_STREAM_INIT;
	lzma_options_lzma options;

	assert_false(lzma_lzma_preset(&options, level));
	assert_int_equal(lzma_alone_encoder(&z, &options), LZMA_OK);
	z.next_in = in.p;
	z.avail_in = in.len;
	z.next_out = b.p;
	z.avail_out = b.len;
	assert_int_equal(lzma_code(&z, LZMA_FINISH), LZMA_STREAM_END);
	b.len = z.total_out;
	lzma_end(&z);
	free(in.p);
	return b;
}

static inline struct bytes pack_lzma(struct bytes in)
{
	return pack_lzma_level(in, 0);
}

static inline void put_le32(struct bytes *b, uint32_t n)
{
	const unsigned char le[] = { n & 0xff, n >> 8 & 0xff, n >> 16 & 0xff, n >> 24 };

	put(b, le, sizeof(le));
}

/* The legacy frame: no end mark, so zeros must follow unless it is the last. */
static inline struct bytes pack_lz4(struct bytes in)
{
	struct bytes b = { NULL, 0 }, chunk = room(LZ4_COMPRESSBOUND(8 << 20));
	size_t at, n;
	int len;

	put_le32(&b, 0x184c2102);
	for (at = 0; at < in.len; at += n) {
		n = in.len - at < 8 << 20 ? in.len - at : 8 << 20;
		len = LZ4_compress_default((char *)in.p + at, (char *)chunk.p, (int)n,
					   (int)chunk.len);
		assert_true(len > 0);
		put_le32(&b, (uint32_t)len);
		put(&b, chunk.p, (size_t)len);
	}
	free(chunk.p);
	free(in.p);
	return b;
}

static inline struct bytes pack_zstd_level(struct bytes in, int level)
{
	struct bytes b = room(ZSTD_compressBound(in.len));
	size_t len = ZSTD_compress(b.p, b.len, in.p, in.len, level);

	assert_false(ZSTD_isError(len));
	b.len = len;
	free(in.p);
	return b;
}

static inline struct bytes pack_zstd(struct bytes in)
{
	return pack_zstd_level(in, 1);
}

static inline struct bytes pack_none(struct bytes in)
{
	return in;
}

#endif
