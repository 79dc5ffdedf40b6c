/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Segments: every codec, what may stand between them, where a file may end, bombs. */
#include "walk.h"

#include <errno.h>

static const struct codec {
	enum kd_codec codec;
	struct bytes (*pack)(struct bytes in);
} codecs[] = {
	{ KD_CODEC_NONE, pack_none }, { KD_CODEC_GZIP, pack_gzip },
	{ KD_CODEC_BZIP2, pack_bzip2 }, { KD_CODEC_LZMA, pack_lzma },
	{ KD_CODEC_XZ, pack_xz }, { KD_CODEC_LZ4, pack_lz4 },
	{ KD_CODEC_ZSTD, pack_zstd },
};

/* @files files of 5000 bytes that do not compress to nothing, and a folder. */
static struct bytes archive(unsigned int files)
{
	struct bytes b = { NULL, 0 };
	unsigned char data[5000];
	char name[32];
	uint32_t seed = 1;
	size_t k;
	unsigned int i;

	newc_add(&b, NEWC_DIR("d"));
	for (i = 0; i < files; i++) {
		struct newc e;

		for (k = 0; k < sizeof(data); k++) {
			seed = seed * 1103515245 + 12345;
			data[k] = seed >> 28;
		}
		snprintf(name, sizeof(name), "d/%u", i);
		e = NEWC_FILE(name, sizeof(data));
		e.data = data;
		newc_add(&b, e);
	}
	newc_end(&b);
	return b;
}

static void assert_archive(const struct kd_initramfs *sum, unsigned int folders,
			   unsigned int files)
{
	assert_int_equal(sum->files, folders + files);
	assert_int_equal(sum->regular, files);
	assert_int_equal(sum->content, files * 5000);
	assert_int_equal(sum->pages[0], files * 8192);
	assert_false(sum->no_trailer);
}

/* ---- one segment ---- */

static void test_every_codec(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < KD_ARRAY_SIZE(codecs); i++) {
		struct bytes plain = archive(3), b;
		size_t unpacked = plain.len;
		struct kd_initramfs sum;

		b = codecs[i].pack(plain);
		assert_int_equal(walk_all_ways(b, &sum), 0);
		assert_archive(&sum, 1, 3);
		assert_int_equal(sum.n_segments, 1);
		assert_int_equal(sum.segments[0].codec, codecs[i].codec);
		assert_int_equal(sum.segments[0].offset, 0);
		assert_int_equal(sum.segments[0].stored, b.len);
		assert_int_equal(sum.segments[0].unpacked, unpacked);
		assert_int_equal(sum.unpacked, unpacked);
		assert_int_equal(sum.stored, b.len);
		assert_int_equal(sum.window, sum.segments[0].window);
		free(b.p);
	}
}

/* More than any decoder's output buffer and than a chunk of lz4. */
static void test_large(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < KD_ARRAY_SIZE(codecs); i++) {
		struct bytes plain = { NULL, 0 }, b;
		struct kd_initramfs sum;
		struct kd_text why;

		newc_add(&plain, NEWC_FILE("zeros", 20 << 20));
		put_bytes(&plain, archive(40));
		b = codecs[i].pack(plain);
		assert_int_equal(walk_in_pieces(b, 65536, &walk_limits, &sum, &why), 0);
		assert_int_equal(sum.content, (20 << 20) + 40 * 5000);
		assert_int_equal(sum.files, 42);
		free(b.p);
	}
}

/* ---- several ---- */

static void test_every_pair(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < KD_ARRAY_SIZE(codecs); i++) {
		for (k = 0; k < KD_ARRAY_SIZE(codecs); k++) {
			struct bytes b = codecs[i].pack(archive(1));
			struct kd_initramfs sum;
			size_t first = b.len, second;

			/* lz4 has no end but zeros; a plain archive must be aligned. */
			put(&b, NULL, 4 + (4 - b.len % 4) % 4);
			second = b.len;
			put_bytes(&b, codecs[k].pack(archive(2)));
			assert_int_equal(walk_in_pieces(b, b.len, &walk_limits, &sum,
							&(struct kd_text){ "" }), 0);
			assert_archive(&sum, 2, 3);
			assert_int_equal(sum.n_segments, 2);
			assert_int_equal(sum.segments[0].codec, codecs[i].codec);
			assert_int_equal(sum.segments[1].codec, codecs[k].codec);
			assert_int_equal(sum.segments[1].offset, second);
			assert_int_equal(sum.segments[1].stored, b.len - second);
			/* For lz4 the zero word belongs to the segment. */
			if (codecs[i].codec == KD_CODEC_LZ4)
				first += 4;
			assert_int_equal(sum.segments[0].stored, first);
			free(b.p);
		}
	}
}

/* As initramfs-tools and dracut build them: microcode, modules, the rest. */
static void test_three(void **state)
{
	struct bytes b = archive(1);
	struct kd_initramfs sum;
	size_t offset[3] = { 0, 0, 0 };

	(void)state;
	put(&b, NULL, 512 - b.len % 512);	/* cpio's blocks */
	offset[1] = b.len;
	put_bytes(&b, archive(2));
	offset[2] = b.len;
	put_bytes(&b, pack_zstd(archive(3)));
	assert_int_equal(walk_once(b, &sum), 0);
	assert_archive(&sum, 3, 6);
	assert_int_equal(sum.n_segments, 3);
	assert_int_equal(sum.segments[1].codec, KD_CODEC_NONE);
	assert_int_equal(sum.segments[1].offset, offset[1]);
	assert_int_equal(sum.segments[2].codec, KD_CODEC_ZSTD);
	assert_int_equal(sum.segments[2].offset, offset[2]);
}

static void test_many_segments(void **state)
{
	struct bytes b = { NULL, 0 };
	struct kd_initramfs sum;
	unsigned int i;

	(void)state;
	for (i = 0; i < KD_INITRAMFS_SEGMENTS + 5; i++)
		put_bytes(&b, pack_zstd(archive(1)));
	assert_int_equal(walk_once(b, &sum), 0);
	assert_archive(&sum, KD_INITRAMFS_SEGMENTS + 5, KD_INITRAMFS_SEGMENTS + 5);
	assert_int_equal(sum.n_segments, KD_INITRAMFS_SEGMENTS + 5);
}

static void test_padding(void **state)
{
	size_t zeros;

	(void)state;
	for (zeros = 0; zeros <= 512; zeros++) {
		struct bytes b = { NULL, 0 };
		struct kd_initramfs sum;
		struct kd_text why;

		put(&b, NULL, zeros);			/* before all */
		put_bytes(&b, pack_gzip(archive(1)));
		put(&b, NULL, zeros);			/* a stream may begin anywhere */
		put_bytes(&b, pack_zstd(archive(1)));
		put(&b, NULL, zeros);			/* behind all */
		assert_int_equal(walk_in_pieces(b, 100, &walk_limits, &sum, &why), 0);
		assert_archive(&sum, 2, 2);
		assert_int_equal(sum.segments[0].offset, zeros);
		assert_int_equal(sum.n_segments, 2);
		assert_int_equal(sum.stored, b.len);
		free(b.p);
	}
}

/* Behind a plain archive all must be aligned, behind a stream only a plain archive. */
static void test_alignment(void **state)
{
	size_t zeros;

	(void)state;
	for (zeros = 0; zeros < 8; zeros++) {
		struct bytes b = archive(1), plain = pack_gzip(archive(1));
		struct kd_initramfs sum;

		put(&b, NULL, zeros);
		put_bytes(&b, pack_gzip(archive(1)));
		assert_int_equal(walk_once(b, &sum), zeros % 4 ? -EBADMSG : 0);
		put(&plain, NULL, (4 - plain.len % 4) % 4 + zeros);
		put_bytes(&plain, archive(1));
		assert_int_equal(walk_once(plain, &sum), zeros % 4 ? -EBADMSG : 0);
	}
}

/* Padding and several archives inside one stream: flush_buffer(). */
static void test_archives_in_a_stream(void **state)
{
	struct bytes b = archive(1);
	struct kd_initramfs sum;

	(void)state;
	put(&b, NULL, 512);
	put_bytes(&b, archive(2));
	put(&b, NULL, 300);
	b = pack_xz(b);
	assert_int_equal(walk_once(b, &sum), 0);
	assert_archive(&sum, 2, 3);
	assert_int_equal(sum.n_segments, 1);
}

/* ---- what is not unpacked ---- */

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

static struct bytes then(struct bytes b, const char *p, size_t len)
{
	put(&b, p, len);
	return b;
}

static void test_junk(void **state)
{
	struct bytes none = { NULL, 0 };

	(void)state;
	refuse(none, "no archive");
	refuse(then(none, NULL, 1000), "no archive");
	refuse(then(none, "junk", 4),
	       "neither cpio nor a compressor's magic at byte 0 (6a 75)");
	refuse(then(archive(1), "junk", 4), "neither cpio nor a compressor's magic");
	refuse(then(archive(1), "0", 1), "ends inside a cpio entry");
	refuse(then(pack_gzip(archive(1)), "junk", 4), "neither cpio");
	refuse(then(pack_gzip(archive(1)), "\x1f", 1), "stray byte");
	refuse(then(archive(1), "\x1f\x9e", 2), "neither cpio");
	refuse(pack_zstd(then(archive(1), "junk", 4)),
	       "zstd segment at byte 0: junk within compressed archive at byte 5");
	refuse(pack_zstd(then(none, "junk", 4)), "the archive in it is not complete");
	refuse(pack_zstd(then(none, NULL, 200)), "no cpio magic at byte 0");
	refuse(pack_bzip2(then(none, "", 0)), "the archive in it is not complete");
}

/* A stream holds whole archives: parallel compressors cut where they like. */
static void test_archive_across_streams(void **state)
{
	struct bytes whole = archive(2), first = { NULL, 0 }, second = { NULL, 0 };

	(void)state;
	put(&first, whole.p, 3000);
	put(&second, whole.p + 3000, whole.len - 3000);
	first = pack_gzip(first);
	put_bytes(&first, pack_gzip(second));
	free(whole.p);
	refuse(first,
	       "gzip segment at byte 0: the archive in it is not complete at byte 3000");
}

/* The rest of the file cannot be told apart from such a segment. */
static void test_lzo(void **state)
{
	struct bytes b = archive(1);
	struct kd_initramfs sum;
	size_t plain = b.len;

	(void)state;
	put(&b, "\x89LZO\0\r\n\x1a\n and so on", 20);
	put_bytes(&b, pack_gzip(archive(1)));
	assert_int_equal(walk_all_ways(b, &sum), 0);
	assert_true(sum.partial);
	assert_int_equal(sum.partial_stored, b.len - plain);
	assert_int_equal(sum.unpacked, plain);
	assert_int_equal(sum.files, 2);
	assert_int_equal(sum.n_segments, 2);
	assert_int_equal(sum.segments[1].codec, KD_CODEC_LZO);
	assert_int_equal(sum.segments[1].stored, b.len - plain);
	assert_int_equal(sum.segments[1].unpacked, 0);
	assert_int_equal(sum.window, 256 * KD_KIB);
	free(b.p);
}

/* ---- truncation ---- */

#define MARKS 64

/* Where the kernel would miss nothing, and what it would have unpacked by then. */
struct marked {
	struct bytes b;
	size_t n;
	struct mark {
		size_t from, to;
		uint64_t files, content;
	} marks[MARKS];
};

static void mark(struct marked *m, size_t from, size_t to, uint64_t files,
		 uint64_t content)
{
	assert_true(m->n < MARKS);
	m->marks[m->n++] = (struct mark){ from, to, files, content };
}

/* A plain archive of files of 1 to 5 bytes: missing padding is no harm. */
static void put_marked(struct marked *m, uint64_t *files, uint64_t *content)
{
	static const char *const names[] = { "a", "bb", "ccc", "dddd", "eeeee" };
	size_t i;

	for (i = 0; i < KD_ARRAY_SIZE(names); i++) {
		newc_add(&m->b, NEWC_FILE(names[i], i + 1));
		*files += 1;
		*content += i + 1;
		mark(m, m->b.len - (4 - (i + 1) % 4) % 4, m->b.len, *files, *content);
	}
	newc_end(&m->b);
	mark(m, m->b.len, m->b.len, *files, *content);
}

static void put_stream(struct marked *m, const struct codec *codec, size_t zeros,
		       uint64_t *files, uint64_t *content)
{
	struct bytes in = { NULL, 0 };
	size_t end;

	/* A magic number with no chunk behind it is whole to the kernel's unlz4(). */
	if (codec->codec == KD_CODEC_LZ4)
		mark(m, m->b.len + 4, m->b.len + 4, *files, *content);
	newc_add(&in, NEWC_FILE("in a stream", 1000));
	newc_end(&in);
	put_bytes(&m->b, codec->pack(in));
	end = m->b.len;
	put(&m->b, NULL, zeros);
	*files += 1;
	*content += 1000;
	mark(m, end, m->b.len, *files, *content);
}

static const struct mark *find_mark(const struct marked *m, size_t len)
{
	size_t i;

	for (i = 0; i < m->n; i++)
		if (len >= m->marks[i].from && len <= m->marks[i].to)
			return &m->marks[i];
	return NULL;
}

static void cut_everywhere(struct marked *m)
{
	struct kd_initramfs sum;
	struct kd_text why;
	size_t len, good = 0;

	for (len = 0; len <= m->b.len; len++) {
		struct bytes b = { m->b.p, len };
		const struct mark *at = find_mark(m, len);
		int r = walk_in_pieces(b, len ? len : 1, &walk_limits, &sum, &why);

		if (r != (at ? 0 : -EBADMSG))
			fail_msg("cut at %zu of %zu: %d (%s)", len, m->b.len, r, why.s);
		if (r)
			continue;
		assert_int_equal(sum.files, at->files);
		assert_int_equal(sum.content, at->content);
		good++;
	}
	assert_true(good >= m->n && good < m->b.len / 2);
}

static void test_truncation(void **state)
{
	size_t i;

	(void)state;
	for (i = 1; i < KD_ARRAY_SIZE(codecs); i++) {
		struct marked m = { { NULL, 0 }, 0, { { 0, 0, 0, 0 } } };
		uint64_t files = 0, content = 0;

		put_marked(&m, &files, &content);
		put(&m.b, NULL, 8);
		m.marks[m.n - 1].to = m.b.len;
		put_stream(&m, &codecs[i], 9, &files, &content);
		put_stream(&m, &codecs[i], 4, &files, &content);
		align4(&m.b);
		m.marks[m.n - 1].to = m.b.len;
		put_marked(&m, &files, &content);
		cut_everywhere(&m);
		free(m.b.p);
	}
}

/* ---- broken bytes ---- */

/* Any byte changed: an answer, and far more often a refusal than not. */
static void test_flipped_bits(void **state)
{
	size_t i, at;

	(void)state;
	for (i = 0; i < KD_ARRAY_SIZE(codecs); i++) {
		struct bytes plain = { NULL, 0 }, b;
		struct kd_initramfs sum;
		struct kd_text why;
		size_t refused = 0;

		newc_add(&plain, NEWC_FILE("a", 300));
		newc_end(&plain);
		b = codecs[i].pack(plain);
		for (at = 0; at < b.len; at++) {
			b.p[at] ^= 0x11;
			refused += !!walk_in_pieces(b, b.len, &walk_limits, &sum, &why);
			b.p[at] ^= 0x11;
		}
		assert_true(refused > b.len / 8);
		assert_int_equal(walk(b, &sum), 0);
		free(b.p);
	}
}

/* ---- bombs ---- */

/* One frame: an archive's beginning, then four bytes for each 128 KiB of zeros. */
static struct bytes bomb(size_t len)
{
	struct bytes b = { NULL, 0 }, head = { NULL, 0 };
	struct newc e = NEWC_FILE("bomb", 0);

	e.size_set = true;
	e.claimed = 0xffffffff;
	newc_add(&head, e);
	put(&b, "\x28\xb5\x2f\xfd\x00\x58", 6);			/* window 2 MiB */
	put(&b, (unsigned char[]){ (head.len << 3) & 0xff, (head.len << 3) >> 8, 0 }, 3);
	put_bytes(&b, head);
	while (b.len < len)
		put(&b, "\x02\x00\x10\x00", 4);		/* RLE, 131072 times 0 */
	return b;
}

static void test_bomb(void **state)
{
	struct kd_initramfs_limits limits = walk_limits;
	struct bytes b = bomb(100000);
	struct kd_initramfs sum;
	struct kd_text why;

	(void)state;
	assert_int_equal(walk_in_pieces(b, 65536, &limits, &sum, &why), -EFBIG);
	assert_string_equal(why.s,
			    "zstd segment at byte 0: unpacks to more than 256 MiB");
	limits.unpacked = 4 * KD_GIB;		/* all that is there: 3.05 GiB */
	assert_int_equal(walk_in_pieces(b, 65536, &limits, &sum, &why), -EBADMSG);
	assert_non_null(strstr(why.s, "the file ends inside it"));
	free(b.p);
}

/* The limit is one of the whole file, not of a segment. */
static void test_limit_is_of_the_file(void **state)
{
	struct kd_initramfs_limits limits = walk_limits;
	struct bytes b = archive(2);
	struct kd_initramfs sum;
	struct kd_text why;

	(void)state;
	put_bytes(&b, pack_zstd(archive(2)));
	put_bytes(&b, pack_xz(archive(2)));
	assert_int_equal(walk(b, &sum), 0);
	limits.unpacked = sum.unpacked;
	assert_int_equal(walk_in_pieces(b, 10, &limits, &sum, &why), 0);
	limits.unpacked--;
	assert_int_equal(walk_in_pieces(b, 10, &limits, &sum, &why), -EFBIG);
	assert_int_equal(walk_in_pieces(b, b.len, &limits, &sum, &why), -EFBIG);
	free(b.p);
}

static void test_free_half_way(void **state)
{
	struct kd_initramfs_walker *w;
	struct kd_text why;
	size_t i;

	(void)state;
	kd_initramfs_walker_free(NULL);
	for (i = 0; i < KD_ARRAY_SIZE(codecs); i++) {
		struct bytes b = codecs[i].pack(archive(1));

		assert_int_equal(kd_initramfs_walker_new(&walk_limits, &w), 0);
		assert_int_equal(kd_initramfs_walker_feed(w, b.p, b.len / 2, &why), 0);
		assert_int_equal(kd_initramfs_walker_feed(w, NULL, 0, &why), 0);
		kd_initramfs_walker_free(w);
		free(b.p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_codec),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_every_pair),
		cmocka_unit_test(test_three),
		cmocka_unit_test(test_many_segments),
		cmocka_unit_test(test_padding),
		cmocka_unit_test(test_alignment),
		cmocka_unit_test(test_archives_in_a_stream),
		cmocka_unit_test(test_junk),
		cmocka_unit_test(test_archive_across_streams),
		cmocka_unit_test(test_lzo),
		cmocka_unit_test(test_truncation),
		cmocka_unit_test(test_flipped_bits),
		cmocka_unit_test(test_bomb),
		cmocka_unit_test(test_limit_is_of_the_file),
		cmocka_unit_test(test_free_half_way),
	};

	return cmocka_run_group_tests_name("initramfs", tests, NULL, NULL);
}
