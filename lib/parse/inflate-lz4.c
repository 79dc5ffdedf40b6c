/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * lz4 as lib/decompress_unlz4.c reads it: the legacy frame (`lz4 -l`), a magic
 * number and chunks of at most 8 MiB, each after its stored size.  There is no
 * end mark: a size of zero ends it, or the end of the file.
 */
#include "inflate.h"

#ifdef KD_HAVE_LZ4
#include <errno.h>
#include <stdlib.h>

#include <lz4.h>

#define LEGACY_MAGIC	UINT32_C(0x184c2102)
#define CHUNK_MAX	(8 << 20)	/* LZ4_DEFAULT_UNCOMPRESSED_CHUNK_SIZE */
#define STORED_MAX	LZ4_COMPRESSBOUND(CHUNK_MAX)

struct lz4 {
	bool begun;			/* the magic number was there */
	size_t want;			/* stored size of the chunk, 0 = not known yet */
	size_t have;			/* bytes of it, or of its size word */
	unsigned char word[4];
	unsigned char in[STORED_MAX];
	unsigned char out[CHUNK_MAX];
};

static int lz4_open(void **ret)
{
	struct lz4 *l = malloc(sizeof(*l));

	if (!l)
		return -ENOMEM;
	l->begun = false;
	l->want = l->have = 0;
	*ret = l;
	return 0;
}

/* Copies until @to holds @want bytes; true when it does. */
static bool gather(struct lz4 *l, struct kd_inflate_io *io, unsigned char *to, size_t want)
{
	size_t n = kd_min(want - l->have, io->in_len);

	memcpy(to + l->have, io->in, n);
	io->in += n;
	io->in_len -= n;
	l->have += n;
	if (l->have < want)
		return false;
	l->have = 0;
	return true;
}

/* 1 = a size of zero: the end.  The magic number may come again (`cat a b`). */
static int read_word(struct lz4 *l, struct kd_inflate_io *io, struct kd_text *why)
{
	uint32_t word;

	if (!gather(l, io, l->word, sizeof(l->word)))
		return 0;
	word = kd_le32(l->word);
	if (word == LEGACY_MAGIC) {
		l->begun = true;
		return 0;
	}
	if (!l->begun)
		return kd_why(why, -EBADMSG,
			      "not the legacy frame, the only one the kernel reads (lz4 -l)");
	if (word > STORED_MAX)
		return kd_why(why, -EBADMSG, "a chunk of %lu bytes", (unsigned long)word);
	l->want = word;
	return !word;
}

static int unpack_chunk(struct lz4 *l, struct kd_inflate_io *io, struct kd_text *why)
{
	int n;

	if (!gather(l, io, l->in, l->want))
		return 0;
	n = LZ4_decompress_safe((const char *)l->in, (char *)l->out, (int)l->want, CHUNK_MAX);
	if (n < 0)
		return kd_why(why, -EBADMSG, "broken chunk");
	l->want = 0;
	io->out = l->out;
	io->out_len = (size_t)n;
	return 0;
}

static int lz4_run(void *state, struct kd_inflate_io *io, struct kd_text *why)
{
	struct lz4 *l = state;

	io->out_len = 0;
	if (!io->in_len)
		return 0;
	return l->want ? unpack_chunk(l, io, why) : read_word(l, io, why);
}

/* Fewer than four bytes left are the next segment's affair: only zeros are harmless. */
static bool lz4_may_end(const void *state)
{
	const struct lz4 *l = state;
	size_t i;

	if (!l->begun || l->want)
		return false;
	for (i = 0; i < l->have; i++)
		if (l->word[i])
			return false;
	return true;
}

static void lz4_close(void *state)
{
	free(state);
}

const struct kd_inflate_ops kd_inflate_lz4 = {
	.open = lz4_open, .run = lz4_run, .may_end = lz4_may_end, .close = lz4_close,
};
#endif
