/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Reads kernel images in memory, in pieces of any size, and compares what came out. */
#ifndef TESTS_UNIT_WALK_KERNEL_H
#define TESTS_UNIT_WALK_KERNEL_H

#include <errno.h>

#include "../../lib/parse/kernel.h"
#include "same.h"
#include "vmlinux.h"

static inline int read_in_pieces(struct bytes b, size_t piece, struct kd_kernel *ret,
			  struct kd_text *why)
{
	struct kd_kernel_walker *w;
	uint64_t at, n;
	int err = 0;

	kd_text_clear(why);
	assert_int_equal(kd_kernel_walker_new(b.len, &w), 0);
	while (!err && (at = kd_kernel_walker_next(w)) < b.len) {
		/* A copy of the exact size: a read beyond it is found. */
		unsigned char *copy;

		n = kd_min(piece, b.len - at);
		copy = malloc(n);
		assert_non_null(copy);
		memcpy(copy, b.p + at, n);
		err = kd_kernel_walker_feed(w, copy, n, why);
		free(copy);
	}
	if (!err)
		err = kd_kernel_walker_finish(w, ret, why);
	kd_kernel_walker_free(w);
	assert_int_equal(!err, !why->s[0]);
	return err;
}

static struct kd_text why;	/* of what was read last */

/* The same file in pieces of any size gives the same answer; takes the bytes. */
static inline int read_kernel(struct bytes b, struct kd_kernel *ret)
{
	static const size_t pieces[] = { 1, 13, 4096 };
	struct kd_kernel other;
	struct kd_text other_why;
	int err = read_in_pieces(b, b.len, ret, &why);

	for (size_t i = 0; i < KD_ARRAY_SIZE(pieces); i++) {
		assert_int_equal(read_in_pieces(b, pieces[i], &other, &other_why), err);
		assert_string_equal(why.s, other_why.s);
		if (!err)
			assert_same_kernel(ret, &other);
	}
	free(b.p);
	return err;
}

static inline void refuse(struct bytes b, int err, const char *words)
{
	struct kd_kernel out;
	int got = read_kernel(b, &out);

	if (got != err || !strstr(why.s, words))
		fail_msg("%d \"%s\" is not %d \"%s\"", got, why.s, err, words);
}

static inline void assert_vmlinux(const struct kd_kernel *k)
{
	assert_string_equal(k->release, VMLINUX_RELEASE);
	assert_int_equal(k->resident, VMLINUX_RESIDENT);
	assert_true(kd_kernel_is_exact(k));
	assert_int_equal(k->text, VMLINUX_TEXT);
	assert_int_equal(k->data, VMLINUX_DATA);
	assert_int_equal(k->bss, VMLINUX_BSS);
	assert_int_equal(k->init, VMLINUX_INIT);
	assert_int_equal(k->percpu, VMLINUX_PERCPU);
	assert_int_equal(k->initramfs_options, 1);
}

static const struct codec {
	struct bytes (*pack)(struct bytes);
	enum kd_codec codec;
} codecs[] = {
	{ pack_gzip, KD_CODEC_GZIP }, { pack_bzip2, KD_CODEC_BZIP2 },
	{ pack_lzma, KD_CODEC_LZMA }, { pack_xz, KD_CODEC_XZ },
	{ pack_lz4, KD_CODEC_LZ4 }, { pack_zstd, KD_CODEC_ZSTD },
};

static inline struct bytes good_bzimage(void)
{
	return bzimage_new(pack_with_size(vmlinux_with_relocs(), pack_zstd));
}

#endif
