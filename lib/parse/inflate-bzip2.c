/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * bzip2: one stream, as lib/decompress_bunzip2.c reads it.  The several streams
 * that parallel compressors write are several segments to the kernel.
 */
#include "inflate.h"

#ifdef KD_HAVE_BZIP2
#include <errno.h>
#include <stdlib.h>

#include <bzlib.h>

struct bzip2 {
	bz_stream bz;
	char out[KD_INFLATE_OUT];
};

static int bzip2_open(void **ret)
{
	struct bzip2 *b = malloc(sizeof(*b));

	if (!b)
		return -ENOMEM;
	memset(&b->bz, 0, sizeof(b->bz));
	if (BZ2_bzDecompressInit(&b->bz, 0, 0) != BZ_OK) {
		free(b);
		return -ENOMEM;
	}
	*ret = b;
	return 0;
}

static int bzip2_run(void *state, struct kd_inflate_io *io, struct kd_text *why)
{
	struct bzip2 *b = state;
	unsigned int given = (unsigned int)kd_min(io->in_len, UINT32_MAX);
	int r;

	/* The library's prototype is older than const; it does not write there. */
	b->bz.next_in = (char *)io->in;
	b->bz.avail_in = given;
	b->bz.next_out = b->out;
	b->bz.avail_out = sizeof(b->out);
	r = BZ2_bzDecompress(&b->bz);
	io->in += given - b->bz.avail_in;
	io->in_len -= given - b->bz.avail_in;
	io->out = (unsigned char *)b->out;
	io->out_len = sizeof(b->out) - b->bz.avail_out;
	if (r == BZ_MEM_ERROR)
		return kd_why(why, -ENOMEM, "no memory to unpack");
	if (r != BZ_OK && r != BZ_STREAM_END)
		return kd_why(why, -EBADMSG, "broken data");
	return r == BZ_STREAM_END;
}

static void bzip2_close(void *state)
{
	struct bzip2 *b = state;

	BZ2_bzDecompressEnd(&b->bz);
	free(b);
}

const struct kd_inflate_ops kd_inflate_bzip2 = {
	.open = bzip2_open, .run = bzip2_run, .close = bzip2_close,
};
#endif
