/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Codecs: what the kernel's decoder would need, and what it would not take. */
#include "../../lib/parse/inflate.h"
#include "walk.h"

#include <errno.h>

static struct bytes archive(size_t size)
{
	struct bytes b = { NULL, 0 };

	newc_add(&b, NEWC_FILE("a", size));
	newc_end(&b);
	return b;
}

/* Takes the bytes. */
static void refuse(struct bytes b, const char *words)
{
	struct kd_initramfs sum;
	struct kd_text why;

	assert_int_equal(walk_in_pieces(b, b.len, &walk_limits, &sum, &why), -EBADMSG);
	if (!strstr(why.s, words))
		fail_msg("\"%s\" does not say \"%s\"", why.s, words);
	assert_int_equal(walk_once(b, &sum), -EBADMSG);
}

/* ---- windows ---- */

static void test_windows(void **state)
{
	struct {
		struct bytes b;
		uint64_t window;
	} cases[] = {
		{ archive(10), 0 },
		{ pack_gzip(archive(10)), 0 },
		{ pack_lz4(archive(10)), 8 * KD_MIB },
		{ pack_bzip2_level(archive(10), 1), 400000 },
		{ pack_bzip2_level(archive(10), 9), 3600000 },
		{ pack_xz_level(archive(10), 0, LZMA_CHECK_CRC32), 256 * KD_KIB },
		{ pack_xz_level(archive(10), 6, LZMA_CHECK_CRC32), 8 * KD_MIB },
		{ pack_xz_level(archive(10), 8, LZMA_CHECK_NONE), 32 * KD_MIB },
		{ pack_xz_level(archive(10), 9, LZMA_CHECK_CRC32), 64 * KD_MIB },
		{ pack_lzma_level(archive(10), 6), 8 * KD_MIB },
		{ pack_lzma_level(archive(10), 1), KD_MIB },
		/* Of known size, in one segment: the frame's size is the window. */
		{ pack_zstd(archive(10)), 110 + 2 + 12 + 124 },
		{ pack_zstd(archive(1000)), 110 + 2 + 1000 + 124 },
		{ pack_zstd(archive(100000)), 110 + 2 + 100000 + 124 },
	};
	struct kd_initramfs sum;
	size_t i;

	(void)state;
	for (i = 0; i < KD_ARRAY_SIZE(cases); i++) {
		assert_int_equal(walk_once(cases[i].b, &sum), 0);
		assert_int_equal(sum.window, cases[i].window);
		assert_int_equal(sum.segments[0].window, cases[i].window);
	}
}

/* The largest of all segments, wherever it stands. */
static void test_largest_window(void **state)
{
	struct bytes b = pack_xz_level(archive(10), 8, LZMA_CHECK_CRC32);
	struct kd_initramfs sum;

	(void)state;
	put_bytes(&b, pack_bzip2(archive(10)));
	put_bytes(&b, pack_lz4(archive(10)));
	assert_int_equal(walk_once(b, &sum), 0);
	assert_int_equal(sum.window, 32 * KD_MIB);
	assert_int_equal(sum.segments[1].window, 400000);
	assert_int_equal(sum.segments[2].window, 8 * KD_MIB);
}

static struct bytes stream_zstd(struct bytes in, int log)
{
	struct bytes b = room(ZSTD_compressBound(in.len));
	ZSTD_CCtx *ctx = ZSTD_createCCtx();
	ZSTD_inBuffer from = { in.p, in.len, 0 };
	ZSTD_outBuffer to = { b.p, b.len, 0 };

	assert_non_null(ctx);
	ZSTD_CCtx_setParameter(ctx, ZSTD_c_windowLog, log);
	ZSTD_CCtx_setParameter(ctx, ZSTD_c_checksumFlag, 1);
	/* In two calls: the size is not known beforehand, as from a pipe. */
	assert_false(ZSTD_isError(ZSTD_compressStream2(ctx, &to, &from, ZSTD_e_flush)));
	assert_int_equal(ZSTD_compressStream2(ctx, &to, &from, ZSTD_e_end), 0);
	ZSTD_freeCCtx(ctx);
	b.len = to.pos;
	free(in.p);
	return b;
}

static void test_zstd_window_field(void **state)
{
	struct kd_initramfs sum;
	struct bytes b;
	int log;

	(void)state;
	for (log = 10; log <= 27; log++) {
		assert_int_equal(walk_once(stream_zstd(archive(10), log), &sum), 0);
		assert_int_equal(sum.window, UINT64_C(1) << log);
	}
	b = stream_zstd(archive(10), 22);
	b.p[5] |= 3;			/* a mantissa: 4 MiB and three eighths of it */
	assert_int_equal(walk_once(b, &sum), 0);
	assert_int_equal(sum.window, 4 * KD_MIB + 3 * KD_MIB / 2);
	refuse(stream_zstd(archive(10), 28), "Frame requires too much memory");
}

/* Heads that no library has seen: cut ones and ones that lie. */
static void test_heads(void **state)
{
	static const struct {
		enum kd_codec codec;
		const char *head;
		size_t len;
		uint64_t window;
	} cases[] = {
		{ KD_CODEC_ZSTD, "\x28\xb5\x2f\xfd\x20", 5, 0 },
		{ KD_CODEC_ZSTD, "\x28\xb5\x2f\xfd\x20\x07", 6, 7 },
		{ KD_CODEC_ZSTD, "\x28\xb5\x2f\xfd\x63\1\2\3\4\5\6", 11, 0x605 + 256 },
		{ KD_CODEC_ZSTD, "\x28\xb5\x2f\xfd\xe0\1\2\3\4\5\6\7", 12, 0 },
		{ KD_CODEC_ZSTD, "\x28\xb5\x2f\xfd\xe0\1\2\3\4\5\6\7\xff", 13,
		  UINT64_C(0xff07060504030201) },
		{ KD_CODEC_ZSTD, "\x28\xb5\x2f\xfd\x00\xff", 6, UINT64_C(15) << 38 },
		{ KD_CODEC_LZMA, "\x5d\0\0\x80\0\x10\0\0\0\0\0\0\0", 13, 16 },
		{ KD_CODEC_LZMA, "\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff", 12, 0 },
		{ KD_CODEC_BZIP2, "BZh0", 4, 0 },
		{ KD_CODEC_BZIP2, "BZh", 3, 0 },
		{ KD_CODEC_XZ, "\xfd" "7zXZ", 5, 0 },
		{ KD_CODEC_LZO, "", 0, 256 * KD_KIB },
		{ KD_CODEC_GZIP, "", 0, 0 },
	};
	uint64_t window;
	size_t i;

	(void)state;
	for (i = 0; i < KD_ARRAY_SIZE(cases); i++) {
		window = 1;
		assert_int_equal(kd_codec_window(cases[i].codec,
						 (const unsigned char *)cases[i].head,
						 cases[i].len, &window, NULL), 0);
		assert_int_equal(window, cases[i].window);
	}
}

static void test_names(void **state)
{
	enum kd_codec codec = KD_CODEC_NONE;

	(void)state;
	assert_string_equal(kd_codec_name(KD_CODEC_NONE), "none");
	assert_string_equal(kd_codec_name(KD_CODEC_ZSTD), "zstd");
	assert_string_equal(kd_codec_name((enum kd_codec)99), "unknown");
	assert_true(kd_codec_detect((const unsigned char *)"\x89\x4c", &codec));
	assert_int_equal(codec, KD_CODEC_LZO);
	assert_false(kd_codec_detect((const unsigned char *)"\x1f\x9e", &codec));
	assert_null(kd_inflate_find(KD_CODEC_LZO));
	assert_null(kd_inflate_find(KD_CODEC_NONE));
}

/* ---- xz ---- */

static struct bytes filter_xz(struct bytes in, const lzma_filter *filters)
{
	struct bytes b = room(lzma_stream_buffer_bound(in.len) + 100);
	size_t at = 0;

	assert_int_equal(lzma_stream_buffer_encode((lzma_filter *)filters,
						   LZMA_CHECK_CRC32, NULL, in.p, in.len,
						   b.p, &at, b.len), LZMA_OK);
	b.len = at;
	free(in.p);
	return b;
}

static void test_xz_checks(void **state)
{
	(void)state;
	refuse(pack_xz_level(archive(10), 0, LZMA_CHECK_CRC64), "xz --check=crc32");
	refuse(pack_xz_level(archive(10), 0, LZMA_CHECK_SHA256), "xz --check=crc32");
}

static void test_xz_filters(void **state)
{
	lzma_options_lzma lzma;
	lzma_options_delta delta = { .type = LZMA_DELTA_TYPE_BYTE, .dist = 4 };
	lzma_options_bcj offset = { .start_offset = 16 };
	struct kd_initramfs sum;

	(void)state;
	assert_false(lzma_lzma_preset(&lzma, 2));
	assert_int_equal(walk_once(filter_xz(archive(10), (lzma_filter[]){
		{ LZMA_FILTER_X86, NULL }, { LZMA_FILTER_LZMA2, &lzma },
		{ LZMA_VLI_UNKNOWN, NULL } }), &sum), 0);
	assert_int_equal(sum.window, 2 * KD_MIB);
	refuse(filter_xz(archive(10), (lzma_filter[]){
		{ LZMA_FILTER_DELTA, &delta }, { LZMA_FILTER_LZMA2, &lzma },
		{ LZMA_VLI_UNKNOWN, NULL } }), "filters that the kernel's decoder lacks");
	refuse(filter_xz(archive(10), (lzma_filter[]){
		{ LZMA_FILTER_X86, &offset }, { LZMA_FILTER_LZMA2, &lzma },
		{ LZMA_VLI_UNKNOWN, NULL } }), "filters that the kernel's decoder lacks");
	refuse(filter_xz(archive(10), (lzma_filter[]){
		{ LZMA_FILTER_X86, NULL }, { LZMA_FILTER_ARM, NULL },
		{ LZMA_FILTER_LZMA2, &lzma }, { LZMA_VLI_UNKNOWN, NULL } }),
	       "filters that the kernel's decoder lacks");
}

static void test_dictionary_bound(void **state)
{
	struct bytes b = pack_lzma(archive(10));
	struct kd_initramfs sum;
	struct kd_text why;

	(void)state;
	memcpy(b.p + 1, "\0\0\0\x20", 4);		/* 512 MiB */
	assert_int_equal(walk_in_pieces(b, b.len, &walk_limits, &sum, &why), -EFBIG);
	assert_non_null(strstr(why.s, "the dictionary would take 512 MiB"));
	free(b.p);
}

/* ---- lz4 ---- */

static void test_lz4_frames(void **state)
{
	struct bytes b = pack_lz4(archive(10));
	struct kd_initramfs sum;

	(void)state;
	put_bytes(&b, pack_lz4(archive(10)));		/* cat a b: one segment */
	assert_int_equal(walk_once(b, &sum), 0);
	assert_int_equal(sum.n_segments, 1);
	assert_int_equal(sum.files, 2);
	b = pack_lz4(archive(10));
	put_bytes(&b, pack_zstd(archive(10)));	/* no zeros between: read as a size */
	refuse(b, "lz4 segment at byte 0: a chunk of");
	b = pack_lz4(archive(10));
	put(&b, "\x02\x21\x4c", 3);
	refuse(b, "the file ends inside it");
	b = (struct bytes){ NULL, 0 };
	put(&b, "\x02\x21\x4d\x18\x00\x00\x00\x00", 8);
	refuse(b, "not the legacy frame");
	b = pack_lz4(archive(100000));
	b.p[8] ^= 0xff;
	refuse(b, "broken chunk");
}

/* ---- gzip ---- */

static struct bytes with_gzip_flags(unsigned char flags, const char *more, size_t len)
{
	struct bytes in = pack_gzip(archive(10)), b = { NULL, 0 };

	put(&b, in.p, 10);
	b.p[3] = flags;
	put(&b, more, len);
	put(&b, in.p + 10, in.len - 10);
	free(in.p);
	return b;
}

static void test_gzip_headers(void **state)
{
	struct kd_initramfs sum;
	struct bytes b;

	(void)state;
	assert_int_equal(walk_once(with_gzip_flags(0x08, "initrd", 7), &sum), 0);
	assert_int_equal(walk_once(with_gzip_flags(0x01, "", 0), &sum), 0);
	/* gunzip() does not step over these, and finds no deflate there. */
	refuse(with_gzip_flags(0x04, "\4\0abcd", 6), "gzip segment at byte 0: invalid");
	refuse(with_gzip_flags(0x10, "comment", 8), "gzip segment at byte 0: invalid");
	b = pack_gzip(archive(10));
	b.p[2] = 7;
	refuse(b, "not a gzip file");
	b = pack_gzip(archive(10));
	memset(b.p + b.len - 8, 0x55, 8);	/* nobody checks the trailer */
	assert_int_equal(walk_once(b, &sum), 0);
}

/* ---- checks that the kernel's decoders make too ---- */

static void test_checksums(void **state)
{
	struct bytes b = stream_zstd(archive(10), 20);

	(void)state;
	b.p[b.len - 1] ^= 1;
	refuse(b, "zstd segment at byte 0: Restored data doesn't match checksum");
	b = pack_bzip2(archive(10));
	b.p[10] ^= 1;				/* the block's */
	refuse(b, "bzip2 segment at byte 0: broken data");
	b = pack_xz(archive(10));
	b.p[b.len - 33] ^= 1;			/* before index and footer */
	refuse(b, "xz segment at byte 0: broken data");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_largest_window),
		cmocka_unit_test(test_zstd_window_field),
		cmocka_unit_test(test_heads),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_xz_checks),
		cmocka_unit_test(test_xz_filters),
		cmocka_unit_test(test_dictionary_bound),
		cmocka_unit_test(test_lz4_frames),
		cmocka_unit_test(test_gzip_headers),
		cmocka_unit_test(test_checksums),
	};

	return cmocka_run_group_tests_name("inflate", tests, NULL, NULL);
}
