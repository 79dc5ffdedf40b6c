/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Any bytes as an initramfs, within limits.  Not only must the walker
 * survive: however the file is cut into pieces, its answer must be the same.
 */
#include "../../lib/parse/initramfs.h"

#include <errno.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct kd_initramfs_limits limits = { 16 * KD_MIB, 20000 };

static void require(bool holds)
{
	if (!holds)
		abort();
}

static int walk(const uint8_t *data, size_t size, size_t piece, struct kd_initramfs *ret,
		struct kd_contents *contents)
{
	struct kd_initramfs_walker *w;
	struct kd_text why;
	size_t at, n;
	int r = 0;

	kd_text_clear(&why);
	if (kd_initramfs_walker_new(&limits, &w))
		abort();
	for (at = 0; at < size && !r; at += n) {
		n = size - at < piece ? size - at : piece;
		r = kd_initramfs_walker_feed(w, data + at, n, &why);
	}
	if (!r)
		r = kd_initramfs_walker_finish(w, ret, &why);
	if (!r)
		kd_initramfs_walker_take_contents(w, contents);
	kd_initramfs_walker_free(w);
	require(!r || r == -EBADMSG || r == -EFBIG);
	require(!r == !why.s[0]);
	return r;
}

static void check_sums(const struct kd_initramfs *s, size_t size)
{
	uint64_t stored = 0, unpacked = 0;
	size_t i;

	require(s->stored == size && s->n_segments);
	require(s->unpacked <= limits.unpacked && s->files <= limits.files);
	require(s->regular + s->symlinks <= s->files && s->long_symlinks <= s->symlinks);
	/* Data that was claimed must have come, page by page. */
	require(s->content <= s->unpacked && s->content <= s->pages[0]);
	for (i = 0; i < KD_PAGE_SIZES; i++)
		require(s->pages[i] - s->content <= s->regular * KD_PAGE_SIZE(i));
	for (i = 0; i < s->n_segments && i < KD_INITRAMFS_SEGMENTS; i++) {
		require(s->segments[i].offset >= stored);
		stored = s->segments[i].offset + s->segments[i].stored;
		unpacked += s->segments[i].unpacked;
		require(s->segments[i].window <= s->window);
	}
	require(stored <= size && unpacked <= s->unpacked);
	if (!s->partial && s->n_segments <= KD_INITRAMFS_SEGMENTS)
		require(unpacked == s->unpacked);
}

/* Not memcmp(): what stands in the padding of a struct is nobody's affair. */
static void check_same(const struct kd_initramfs *a, const struct kd_initramfs *b)
{
	size_t i;

	require(a->stored == b->stored && a->unpacked == b->unpacked);
	require(a->content == b->content && !memcmp(a->pages, b->pages, sizeof(a->pages)));
	require(a->files == b->files && a->regular == b->regular);
	require(a->links == b->links);
	require(a->symlinks == b->symlinks && a->long_symlinks == b->long_symlinks);
	require(a->skipped == b->skipped && a->window == b->window);
	require(a->no_trailer == b->no_trailer && a->partial == b->partial);
	require(a->partial_stored == b->partial_stored && a->n_segments == b->n_segments);
	for (i = 0; i < a->n_segments && i < KD_INITRAMFS_SEGMENTS; i++) {
		const struct kd_initramfs_segment *s = &a->segments[i];
		const struct kd_initramfs_segment *t = &b->segments[i];

		require(s->codec == t->codec && s->offset == t->offset);
		require(s->stored == t->stored && s->unpacked == t->unpacked);
		require(s->window == t->window);
	}
}

/* Bounded, in order, and no larger than what there is. */
static void check_contents(const struct kd_contents *c, const struct kd_initramfs *s)
{
	size_t i;

	require(c->n_largest <= KD_CONTENTS_LARGEST && c->n_largest <= s->regular + s->links);
	for (i = 0; i < c->n_largest; i++) {
		require(c->largest[i].bytes <= s->unpacked);
		require(!i || c->largest[i].bytes <= c->largest[i - 1].bytes);
	}
	require(c->n_modules <= KD_CONTENTS_MODULES);
	require(c->n_modules + c->modules_lost <= s->files + s->links);
	for (i = 0; i < c->n_modules; i++) {
		require(kd_contents_module(c, c->modules[i].name) == &c->modules[i]);
		require(!(c->modules[i].why & KD_MODULE_NEEDED) || c->deps_known);
	}
	require(c->microcode <= s->unpacked);
}

static void check_same_contents(const struct kd_contents *a, const struct kd_contents *b)
{
	size_t i;

	require(a->maker == b->maker && a->tools == b->tools && a->microcode == b->microcode);
	require(a->names_root == b->names_root && a->names_rootfstype == b->names_rootfstype);
	require(a->lists_cut == b->lists_cut && a->deps_known == b->deps_known);
	require(a->n_largest == b->n_largest && a->n_modules == b->n_modules);
	require(a->modules_lost == b->modules_lost);
	for (i = 0; i < a->n_largest; i++)
		require(kd_streq(a->largest[i].path, b->largest[i].path));
	for (i = 0; i < a->n_modules; i++) {
		require(kd_streq(a->modules[i].name, b->modules[i].name));
		require(a->modules[i].why == b->modules[i].why);
		require(a->modules[i].memory == b->modules[i].memory);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kd_contents contents = { .tools = 0 }, other = { .tools = 0 };
	struct kd_initramfs whole, pieces;
	int r, p;

	memset(&whole, 0, sizeof(whole));
	memset(&pieces, 0, sizeof(pieces));
	r = walk(data, size, size, &whole, &contents);
	p = walk(data, size, size % 61 + 1, &pieces, &other);
	/* Broken and too big: which of the two is met first may differ. */
	require(!r == !p);
	check_same(&whole, &pieces);
	check_same_contents(&contents, &other);
	if (!r) {
		check_sums(&whole, size);
		check_contents(&contents, &whole);
	}
	kd_contents_free(&contents);
	kd_contents_free(&other);
	return 0;
}
