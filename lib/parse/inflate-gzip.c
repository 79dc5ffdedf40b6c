/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * gzip as lib/decompress_inflate.c:__gunzip() reads it: a header of ten bytes
 * and perhaps a file name (extra fields and comments it does not know), raw
 * deflate, eight bytes that nobody checks.
 */
#include "inflate.h"

#ifdef KD_HAVE_ZLIB
#include <errno.h>
#include <stdlib.h>

#define ZLIB_CONST
#include <zlib.h>

#define HEADER_BYTES	10
#define TRAILER_BYTES	8
#define FLAG_NAME	0x08

struct gzip {
	z_stream z;
	enum { HEADER, NAME, BODY, TRAILER } phase;
	unsigned int have;		/* bytes of this phase */
	unsigned char header[HEADER_BYTES];
	unsigned char out[KD_INFLATE_OUT];
};

static int gzip_open(void **ret)
{
	struct gzip *g = malloc(sizeof(*g));

	if (!g)
		return -ENOMEM;
	memset(&g->z, 0, sizeof(g->z));
	g->phase = HEADER;
	g->have = 0;
	if (inflateInit2(&g->z, -MAX_WBITS) != Z_OK) {
		free(g);
		return -ENOMEM;
	}
	*ret = g;
	return 0;
}

static unsigned char next(struct kd_inflate_io *io)
{
	io->in_len--;
	return *io->in++;
}

static int read_header(struct gzip *g, struct kd_inflate_io *io, struct kd_text *why)
{
	while (io->in_len && g->have < HEADER_BYTES)
		g->header[g->have++] = next(io);
	if (g->have < HEADER_BYTES)
		return 0;
	if (g->header[2] != Z_DEFLATED)
		return kd_why(why, -EBADMSG, "not a gzip file");
	g->phase = g->header[3] & FLAG_NAME ? NAME : BODY;
	return 0;
}

static void skip_name(struct gzip *g, struct kd_inflate_io *io)
{
	while (io->in_len && g->phase == NAME)
		if (!next(io))
			g->phase = BODY;
}

static int inflate_body(struct gzip *g, struct kd_inflate_io *io, struct kd_text *why)
{
	unsigned int given = (unsigned int)kd_min(io->in_len, UINT32_MAX);
	int r;

	g->z.next_in = io->in;
	g->z.avail_in = given;
	g->z.next_out = g->out;
	g->z.avail_out = sizeof(g->out);
	r = inflate(&g->z, Z_NO_FLUSH);
	io->in += given - g->z.avail_in;
	io->in_len -= given - g->z.avail_in;
	io->out = g->out;
	io->out_len = sizeof(g->out) - g->z.avail_out;
	if (r == Z_STREAM_END) {
		g->phase = TRAILER;
		g->have = 0;
	} else if (r == Z_MEM_ERROR) {
		return kd_why(why, -ENOMEM, "no memory to unpack");
	} else if (r != Z_OK && r != Z_BUF_ERROR) {
		return kd_why(why, -EBADMSG, "%s", g->z.msg ? g->z.msg : "broken data");
	}
	return 0;
}

static int skip_trailer(struct gzip *g, struct kd_inflate_io *io)
{
	while (io->in_len && g->have < TRAILER_BYTES) {
		next(io);
		g->have++;
	}
	return g->have == TRAILER_BYTES;
}

static int gzip_run(void *state, struct kd_inflate_io *io, struct kd_text *why)
{
	struct gzip *g = state;

	io->out_len = 0;
	switch (g->phase) {
	case HEADER:
		return read_header(g, io, why);
	case NAME:
		skip_name(g, io);
		return 0;
	case BODY:
		return inflate_body(g, io, why);
	default:
		return skip_trailer(g, io);
	}
}

static void gzip_close(void *state)
{
	struct gzip *g = state;

	inflateEnd(&g->z);
	free(g);
}

const struct kd_inflate_ops kd_inflate_gzip = {
	.open = gzip_open, .run = gzip_run, .close = gzip_close,
};
#endif
