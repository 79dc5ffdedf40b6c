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

struct buffer {
	unsigned char *p;
	size_t size;
};

struct lz4 {
	bool begun;			/* the magic number was there */
	size_t want;			/* stored size of the chunk, 0 = not known yet */
	size_t have;			/* bytes of it, or of its size word */
	unsigned char word[4];
	struct buffer in, out;
};

static int lz4_open(void **ret)
{
	struct lz4 *l = calloc(1, sizeof(*l));

	if (!l)
		return -ENOMEM;
	*ret = l;
	return 0;
}

/* As large as the largest chunk so far: most need far less than the 16 MiB allowed. */
static int make_room(struct buffer *b, size_t size)
{
	unsigned char *p;

	if (size <= b->size)
		return 0;
	p = malloc(size);
	if (!p)
		return -ENOMEM;
	free(b->p);
	b->p = p;
	b->size = size;
	return 0;
}

/* Copies until @to holds @want bytes; true when it does. */
static bool gather(struct lz4 *l, struct kd_inflate_io *io, unsigned char *to,
		   size_t want)
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

/*
 * 1 = a size of zero: the end.  The magic number may come again (`cat a b`).
 * One stored byte gives 255 at most.
 */
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
			      "not the legacy frame, which the kernel reads (lz4 -l)");
	if (word > STORED_MAX)
		return kd_why(why, -EBADMSG, "a chunk of %lu bytes", (unsigned long)word);
	l->want = word;
	if (make_room(&l->in, word) ||
	    make_room(&l->out, kd_min(255 * l->want, CHUNK_MAX)))
		return kd_why(why, -ENOMEM, "no memory to unpack");
	return !word;
}

static int unpack_chunk(struct lz4 *l, struct kd_inflate_io *io, struct kd_text *why)
{
	int n;

	if (!gather(l, io, l->in.p, l->want))
		return 0;
	n = LZ4_decompress_safe((const char *)l->in.p, (char *)l->out.p, (int)l->want,
				(int)kd_min(l->out.size, CHUNK_MAX));
	if (n < 0)
		return kd_why(why, -EBADMSG, "broken chunk");
	l->want = 0;
	io->out = l->out.p;
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
	struct lz4 *l = state;

	free(l->in.p);
	free(l->out.p);
	free(l);
}

const struct kd_inflate_ops kd_inflate_lz4 = {
	.open = lz4_open, .run = lz4_run, .may_end = lz4_may_end, .close = lz4_close,
};
#endif
