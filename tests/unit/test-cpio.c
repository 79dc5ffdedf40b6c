/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Entries of one plain archive: what each adds, and which the kernel refuses. */
#include "walk.h"

#include <errno.h>

/* ---- what is added up ---- */

static void test_sums(void **state)
{
	struct bytes b = { NULL, 0 };
	struct kd_initramfs sum;

	(void)state;
	newc_add(&b, NEWC_DIR("."));
	newc_add(&b, NEWC_FILE("empty", 0));
	newc_add(&b, NEWC_FILE("one", 1));
	newc_add(&b, NEWC_FILE("page", 4096));
	newc_add(&b, NEWC_FILE("page-and-one", 4097));
	newc_add(&b, (struct newc){ .name = "null", .mode = S_IFCHR | 0666 });
	newc_add(&b, (struct newc){ .name = "pipe", .mode = S_IFIFO | 0666 });
	newc_add(&b, (struct newc){ .name = "sock", .mode = S_IFSOCK | 0666 });
	newc_add(&b, (struct newc){ .name = "disk", .mode = S_IFBLK | 0666 });
	newc_end(&b);
	assert_int_equal(walk_all_ways(b, &sum), 0);
	assert_int_equal(sum.stored, b.len);
	assert_int_equal(sum.unpacked, b.len);
	assert_int_equal(sum.content, 1 + 4096 + 4097);
	assert_int_equal(sum.pages[0], (1 + 1 + 2) * 4096);
	assert_int_equal(sum.files, 9);
	assert_int_equal(sum.regular, 4);
	assert_int_equal(sum.skipped, 0);
	assert_int_equal(sum.window, 0);
	assert_false(sum.no_trailer);
	assert_false(sum.partial);
	assert_int_equal(sum.n_segments, 1);
	assert_int_equal(sum.segments[0].codec, KD_CODEC_NONE);
	assert_int_equal(sum.segments[0].stored, b.len);
	free(b.p);
}

static void test_page_sizes(void **state)
{
	struct bytes b = { NULL, 0 };
	struct kd_initramfs sum;

	(void)state;
	newc_add(&b, NEWC_FILE("a", 1));
	newc_add(&b, NEWC_FILE("b", 65537));
	newc_end(&b);
	assert_int_equal(walk_once(b, &sum), 0);
	assert_int_equal(sum.pages[0], (1 + 17) * 4096);
	assert_int_equal(sum.pages[1], (1 + 5) * 16384);
	assert_int_equal(sum.pages[2], (1 + 2) * 65536);
	assert_int_equal(kd_initramfs_in_tmpfs(&sum, 16384), sum.pages[1]);
	/* No kernel of ours has such pages: each file may waste one. */
	assert_int_equal(kd_initramfs_in_tmpfs(&sum, 8192), 65538 + 2 * 8192);
}

/* 127 characters and the final NUL are SHORT_SYMLINK_LEN. */
static void test_symlinks(void **state)
{
	static const size_t lengths[] = { 1, 127, 128, 4096, 4097 };
	struct bytes b = { NULL, 0 };
	struct kd_initramfs sum;
	char target[4097];
	size_t i;

	(void)state;
	memset(target, 'x', sizeof(target));
	for (i = 0; i < KD_ARRAY_SIZE(lengths); i++)
		newc_add(&b, (struct newc){ .name = "link", .mode = S_IFLNK | 0777,
					    .data = target, .size = lengths[i] });
	target[3] = '\0';		/* the kernel takes it up to there */
	newc_add(&b, (struct newc){ .name = "link", .mode = S_IFLNK | 0777,
				    .data = target, .size = 1000 });
	newc_end(&b);
	assert_int_equal(walk_once(b, &sum), 0);
	assert_int_equal(sum.files, 5);
	assert_int_equal(sum.symlinks, 5);
	assert_int_equal(sum.long_symlinks, 2);
	assert_int_equal(sum.skipped, 1);
	assert_int_equal(sum.content, 0);
	assert_int_equal(kd_initramfs_in_tmpfs(&sum, 4096), 2 * 4096);
	assert_int_equal(kd_initramfs_in_ramfs(&sum, 4096), 5 * 4096);
}

/* ---- hard links ---- */

static struct newc link_to(const char *name, uint32_t ino, size_t size)
{
	struct newc e = NEWC_FILE(name, size);

	e.ino = ino;
	e.nlink = 3;
	return e;
}

/* The data may come with any one of the links, with all, or with different sizes. */
static void test_hard_link_orders(void **state)
{
	static const struct {
		size_t sizes[3];
		uint64_t content, pages;
	} cases[] = {
		{ { 5000, 0, 0 }, 5000, 8192 },
		{ { 0, 5000, 0 }, 5000, 8192 },
		{ { 0, 0, 5000 }, 5000, 8192 },		/* GNU cpio */
		{ { 5000, 5000, 5000 }, 5000, 8192 },	/* gen_init_cpio does */
		{ { 0, 0, 0 }, 0, 0 },
		{ { 100, 9000, 0 }, 9000, 12288 },	/* each truncates anew */
		{ { 9000, 100, 0 }, 100, 4096 },
		{ { 9000, 0, 100 }, 100, 4096 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < KD_ARRAY_SIZE(cases); i++) {
		struct bytes b = { NULL, 0 };
		struct kd_initramfs sum;

		newc_add(&b, link_to("a", 7, cases[i].sizes[0]));
		newc_add(&b, link_to("b", 7, cases[i].sizes[1]));
		newc_add(&b, link_to("c", 7, cases[i].sizes[2]));
		newc_end(&b);
		assert_int_equal(walk_once(b, &sum), 0);
		assert_int_equal(sum.files, 1);
		assert_int_equal(sum.regular, 1);
		assert_int_equal(sum.links, 2);
		assert_int_equal(sum.content, cases[i].content);
		assert_int_equal(sum.pages[0], cases[i].pages);
	}
}

static void test_hard_link_identity(void **state)
{
	struct bytes b = { NULL, 0 };
	struct kd_initramfs sum;
	struct newc e;

	(void)state;
	newc_add(&b, link_to("a", 7, 10));
	e = link_to("other-major", 7, 10);
	e.major = 1;
	newc_add(&b, e);
	e = link_to("other-minor", 7, 10);
	e.minor = 1;
	newc_add(&b, e);
	newc_add(&b, link_to("other-ino", 8, 10));
	e = link_to("alone", 7, 10);
	e.nlink = 1;
	newc_add(&b, e);
	e = link_to("device", 7, 0);
	e.mode = S_IFCHR | 0600;
	newc_add(&b, e);
	newc_add(&b, e);			/* the one that is a link */
	e.mode = S_IFDIR | 0700;		/* folders have links and are none */
	newc_add(&b, e);
	newc_add(&b, e);
	newc_end(&b);
	assert_int_equal(walk_once(b, &sum), 0);
	assert_int_equal(sum.regular, 5);
	assert_int_equal(sum.files, 8);
	assert_int_equal(sum.links, 1);
	assert_int_equal(sum.content, 50);
}

/* free_hash() at the trailer: the next archive counts inodes from the beginning. */
static void test_hard_links_end_at_trailer(void **state)
{
	struct kd_initramfs sum;
	int trailer;

	(void)state;
	for (trailer = 0; trailer < 2; trailer++) {
		struct bytes b = { NULL, 0 };

		newc_add(&b, link_to("a", 7, 10));
		if (trailer)
			newc_end(&b);
		newc_add(&b, link_to("b", 7, 10));
		newc_end(&b);
		assert_int_equal(walk_once(b, &sum), 0);
		assert_int_equal(sum.regular, trailer ? 2 : 1);
		assert_int_equal(sum.n_segments, trailer ? 2 : 1);
	}
}

static struct bytes many_links(uint32_t count)
{
	struct bytes b = { calloc(count + 2, 116), 0 };
	uint32_t i;

	assert_non_null(b.p);
	for (i = 0; i < count; i++) {
		char header[117];

		snprintf(header, sizeof(header), "070701%08x%08x%08x%08x%08x%08x%08x%08x"
			 "%08x%08x%08x%08x%08xa", i, S_IFREG | 0644u, 0u, 0u, 2u, 0u, 0u,
			 0u, 0u, 0u, 0u, 2u, 0u);
		memcpy(b.p + b.len, header, 111);
		b.len += 112;
	}
	return b;
}

static void test_hard_link_bound(void **state)
{
	struct kd_initramfs sum;
	struct kd_text why;
	struct bytes b;

	(void)state;
	b = many_links(65536);
	assert_int_equal(walk_in_pieces(b, b.len, &walk_limits, &sum, &why), 0);
	assert_int_equal(sum.files, 65536);
	assert_true(sum.no_trailer);
	free(b.p);
	b = many_links(65537);
	assert_int_equal(walk_in_pieces(b, b.len, &walk_limits, &sum, &why), -EFBIG);
	assert_non_null(strstr(why.s, "too many hard links"));
	free(b.p);
}

/* ---- checksums ---- */

static void test_crc(void **state)
{
	struct bytes b = { NULL, 0 };
	struct kd_initramfs sum;
	struct newc e = NEWC_FILE("sum", 4);

	(void)state;
	e.magic = "070702";
	e.data = "ASDF";
	e.check = 'A' + 'S' + 'D' + 'F';
	newc_add(&b, e);
	e.magic = "070701";
	e.check = 5555;			/* means nothing there */
	newc_add(&b, e);
	newc_end(&b);
	assert_int_equal(walk_all_ways(b, &sum), 0);
	assert_int_equal(sum.content, 8);
	b.p[110 + 6]++;			/* "ASDF" becomes "BSDF" */
	assert_int_equal(walk_once(b, &sum), -EBADMSG);
}

/* ---- entries that are passed over, and the ones after them are not ---- */

static void test_skipped(void **state)
{
	struct newc cases[] = {
		{ .name = "", .name_len_set = true, .name_len = 0, .mode = S_IFREG },
		{ .name = "", .mode = S_IFREG | 0644 },
		{ .name = "folder with a body", .mode = S_IFDIR, .size = 5 },
		{ .name = "device with a body", .mode = S_IFCHR, .size = 5 },
		{ .name = "no type", .mode = 0644 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < KD_ARRAY_SIZE(cases); i++) {
		struct bytes b = { NULL, 0 };
		struct kd_initramfs sum;

		newc_add(&b, cases[i]);
		if (cases[i].name_len_set)	/* N_ALIGN(0) is 2, as N_ALIGN(1) */
			assert_int_equal(b.len, 112);
		newc_add(&b, NEWC_FILE("after", 3));
		newc_end(&b);
		assert_int_equal(walk_once(b, &sum), 0);
		assert_int_equal(sum.files, 1);
		assert_int_equal(sum.skipped, 1);
		assert_int_equal(sum.content, 3);
	}
}

static void test_name_length(void **state)
{
	char name[4098];
	size_t len;

	(void)state;
	for (len = 4094; len < sizeof(name); len++) {
		struct bytes b = { NULL, 0 };
		struct kd_initramfs sum;

		memset(name, 'n', sizeof(name));
		name[len] = '\0';		/* PATH_MAX counts the final NUL */
		newc_add(&b, NEWC_FILE(name, 3));
		newc_add(&b, NEWC_FILE("after", 3));
		newc_end(&b);
		assert_int_equal(walk_once(b, &sum), 0);
		assert_int_equal(sum.files, len < 4096 ? 2 : 1);
		assert_int_equal(sum.skipped, len < 4096 ? 0 : 1);
	}
}

/* A name may be padded with NULs to align its data; the trailer may be a file. */
static void test_names(void **state)
{
	struct bytes b = { NULL, 0 };
	struct kd_initramfs sum;
	struct newc e = { .name = "padded", .mode = S_IFREG | 0644,
			  .data = "\0\0\0\0\0\0\0\0abc", .size = 11,
			  .name_len_set = true, .name_len = 18,
			  .size_set = true, .claimed = 3 };

	(void)state;
	newc_add(&b, e);
	newc_add(&b, NEWC_FILE("TRAILER!!!", 5));
	newc_add(&b, NEWC_FILE("after", 3));
	assert_int_equal(walk_once(b, &sum), 0);
	assert_int_equal(sum.files, 2);
	assert_int_equal(sum.content, 6);
	assert_int_equal(sum.n_segments, 2);
	assert_true(sum.no_trailer);
}

/* ---- headers that are refused ---- */

static void refuse(struct bytes b, int code, const char *words)
{
	struct kd_initramfs sum;
	struct kd_text why;

	assert_int_equal(walk_in_pieces(b, b.len, &walk_limits, &sum, &why), code);
	if (!strstr(why.s, words))
		fail_msg("\"%s\" does not say \"%s\"", why.s, words);
	assert_int_equal(walk_once(b, &sum), code);
}

static struct bytes with_entry(struct newc e)
{
	struct bytes b = { NULL, 0 };

	newc_add(&b, NEWC_DIR("."));
	newc_add(&b, e);
	newc_end(&b);
	return b;
}

static void test_refused(void **state)
{
	struct newc e = NEWC_FILE("a", 10);
	struct bytes b;
	size_t i;

	(void)state;
	e.magic = "070707";
	refuse(with_entry(e), -EBADMSG, "use -H newc");
	e.magic = "070703";
	refuse(with_entry(e), -EBADMSG, "no cpio magic at byte 112");
	e = NEWC_FILE("not ended", 10);
	e.name_len_set = true;
	e.name_len = 9;
	refuse(with_entry(e), -EBADMSG, "name without end");
	e.mode = S_IFLNK | 0777;
	refuse(with_entry(e), -EBADMSG, "name without end");
	for (i = 6; i < 110; i++) {		/* each digit of the header */
		b = with_entry(NEWC_FILE("a", 10));
		b.p[112 + i] = "g/:@G`x "[i % 8];
		refuse(b, -EBADMSG, "damaged header at byte 112");
	}
}

static void test_lying_sizes(void **state)
{
	static const uint32_t claims[] = { 300, 4096, 0x7fffffff, 0xffffffff };
	struct newc e = NEWC_FILE("a", 10);
	size_t i;

	(void)state;
	e.size_set = true;
	for (i = 0; i < KD_ARRAY_SIZE(claims); i++) {
		e.claimed = claims[i];
		refuse(with_entry(e), -EBADMSG, "the file ends inside a cpio entry");
	}
	e.size_set = false;
	e.name_len_set = true;
	for (i = 0; i < KD_ARRAY_SIZE(claims); i++) {
		e.name_len = claims[i];
		refuse(with_entry(e), -EBADMSG, "the file ends inside a cpio entry");
	}
}

static void test_padding_is_aligned(void **state)
{
	struct bytes b = with_entry(NEWC_FILE("a", 10));

	(void)state;
	put(&b, NULL, 3);
	newc_end(&b);
	refuse(b, -EBADMSG, "broken padding");
}

static void test_file_limit(void **state)
{
	struct kd_initramfs_limits limits = { KD_MIB, 3 };
	struct bytes b = { NULL, 0 };
	struct kd_initramfs sum;
	struct kd_text why;

	(void)state;
	newc_add(&b, NEWC_DIR("a"));
	newc_add(&b, NEWC_FILE("b", 1));
	newc_add(&b, (struct newc){ .name = "c", .mode = S_IFLNK, .data = "b",
				    .size = 1 });
	newc_end(&b);
	assert_int_equal(walk_in_pieces(b, b.len, &limits, &sum, &why), 0);
	limits.files = 2;
	assert_int_equal(walk_in_pieces(b, b.len, &limits, &sum, &why), -EFBIG);
	assert_non_null(strstr(why.s, "more than 2 files"));
	limits.files = 3;
	limits.unpacked = b.len;
	put(&b, NULL, 100);		/* padding unpacks to nothing */
	assert_int_equal(walk_in_pieces(b, b.len, &limits, &sum, &why), 0);
	limits.unpacked--;
	assert_int_equal(walk_in_pieces(b, 1, &limits, &sum, &why), -EFBIG);
	assert_int_equal(walk_in_pieces(b, b.len, &limits, &sum, &why), -EFBIG);
	assert_non_null(strstr(why.s, "unpacks to more than"));
	free(b.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_page_sizes),
		cmocka_unit_test(test_symlinks),
		cmocka_unit_test(test_hard_link_orders),
		cmocka_unit_test(test_hard_link_identity),
		cmocka_unit_test(test_hard_links_end_at_trailer),
		cmocka_unit_test(test_hard_link_bound),
		cmocka_unit_test(test_crc),
		cmocka_unit_test(test_skipped),
		cmocka_unit_test(test_name_length),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_lying_sizes),
		cmocka_unit_test(test_padding_is_aligned),
		cmocka_unit_test(test_file_limit),
	};

	return cmocka_run_group_tests_name("cpio", tests, NULL, NULL);
}
