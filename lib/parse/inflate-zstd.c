/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * zstd: one frame, as lib/decompress_unzstd.c reads it.  The library's own
 * bound on the window is the kernel's: 128 MiB (ZSTD_WINDOWLOG_LIMIT_DEFAULT).
 */
#include "inflate.h"

#ifdef KD_HAVE_ZSTD
#include <errno.h>
#include <stdlib.h>

#include <zstd.h>
#include <zstd_errors.h>

struct zstd {
	ZSTD_DCtx *ctx;
	unsigned char out[KD_INFLATE_OUT];
};

static int zstd_open(void **ret)
{
	struct zstd *z = malloc(sizeof(*z));

	if (!z)
		return -ENOMEM;
	z->ctx = ZSTD_createDCtx();
	if (!z->ctx) {
		free(z);
		return -ENOMEM;
	}
	*ret = z;
	return 0;
}

static int zstd_run(void *state, struct kd_inflate_io *io, struct kd_text *why)
{
	struct zstd *z = state;
	ZSTD_inBuffer in = { io->in, io->in_len, 0 };
	ZSTD_outBuffer out = { z->out, sizeof(z->out), 0 };
	size_t r = ZSTD_decompressStream(z->ctx, &out, &in);

	io->in += in.pos;
	io->in_len -= in.pos;
	io->out = z->out;
	io->out_len = out.pos;
	if (!ZSTD_isError(r))
		return !r;
	if (ZSTD_getErrorCode(r) == ZSTD_error_memory_allocation)
		return kd_why(why, -ENOMEM, "no memory to unpack");
	return kd_why(why, -EBADMSG, "%s", ZSTD_getErrorName(r));
}

static void zstd_close(void *state)
{
	struct zstd *z = state;

	ZSTD_freeDCtx(z->ctx);
	free(z);
}

const struct kd_inflate_ops kd_inflate_zstd = {
	.open = zstd_open, .run = zstd_run, .close = zstd_close,
};
#endif
