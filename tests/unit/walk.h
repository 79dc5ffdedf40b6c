/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Walks bytes in memory, in pieces of any size, and compares what came out. */
#ifndef TESTS_UNIT_WALK_H
#define TESTS_UNIT_WALK_H

#include "../../lib/parse/initramfs.h"
#include "newc.h"
#include "same.h"

static const struct kd_initramfs_limits walk_limits = { 256 * KD_MIB, 100000 };

static inline int walk_in_pieces(struct bytes b, size_t piece,
				 const struct kd_initramfs_limits *limits,
				 struct kd_initramfs *ret, struct kd_text *why)
{
	struct kd_initramfs_walker *w;
	size_t at, n;
	int r = 0;

	memset(ret, 0, sizeof(*ret));
	kd_text_clear(why);
	assert_int_equal(kd_initramfs_walker_new(limits, &w), 0);
	for (at = 0; at < b.len && !r; at += n) {
		/* A copy of the exact size: a read beyond it is found. */
		unsigned char *copy;

		n = b.len - at < piece ? b.len - at : piece;
		copy = malloc(n);
		assert_non_null(copy);
		memcpy(copy, b.p + at, n);
		r = kd_initramfs_walker_feed(w, copy, n, why);
		free(copy);
	}
	if (!r)
		r = kd_initramfs_walker_finish(w, ret, why);
	kd_initramfs_walker_free(w);
	assert_true((r < 0) == !!why->s[0]);
	return r;
}

static inline int walk(struct bytes b, struct kd_initramfs *ret)
{
	struct kd_text why;

	return walk_in_pieces(b, b.len, &walk_limits, ret, &why);
}

/* The same file in pieces of 1, 7 and 4096 bytes must give the same answer as whole. */
static inline int walk_all_ways(struct bytes b, struct kd_initramfs *ret)
{
	static const size_t pieces[] = { 1, 7, 4096 };
	struct kd_text why, other_why;
	struct kd_initramfs other;
	int r = walk_in_pieces(b, b.len, &walk_limits, ret, &why);
	size_t i;

	for (i = 0; i < KD_ARRAY_SIZE(pieces); i++) {
		assert_int_equal(walk_in_pieces(b, pieces[i], &walk_limits, &other,
						&other_why), r);
		assert_string_equal(other_why.s, why.s);
		assert_same_initramfs(&other, ret);
	}
	return r;
}

/* Takes the bytes, walks them all ways and frees them. */
static inline int walk_once(struct bytes b, struct kd_initramfs *ret)
{
	int r = walk_all_ways(b, ret);

	free(b.p);
	return r;
}

static inline void walk_contents(struct bytes b, size_t piece, struct kd_contents *ret)
{
	struct kd_initramfs_walker *w;
	struct kd_initramfs sum;
	struct kd_text why;

	assert_int_equal(kd_initramfs_walker_new(&walk_limits, &w), 0);
	for (size_t at = 0, n; at < b.len; at += n) {
		n = kd_min(b.len - at, piece);
		assert_int_equal(kd_initramfs_walker_feed(w, b.p + at, n, &why), 0);
	}
	assert_int_equal(kd_initramfs_walker_finish(w, &sum, &why), 0);
	kd_initramfs_walker_take_contents(w, ret);
	kd_initramfs_walker_free(w);
}

#endif
