/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * xz and lzma-alone: one stream, as lib/decompress_unxz.c and
 * lib/decompress_unlzma.c read it.  The kernel's xz knows no check but CRC32,
 * which is not what xz writes unless told to.
 */
#include "inflate.h"

#ifdef KD_HAVE_LZMA
#include <errno.h>
#include <stdlib.h>

#include <lzma.h>

struct xz {
	lzma_stream lz;
	unsigned char out[KD_INFLATE_OUT];
};

static struct xz *xz_alloc(void)
{
	static const lzma_stream fresh = LZMA_STREAM_INIT;
	struct xz *x = malloc(sizeof(*x));

	if (x)
		x->lz = fresh;
	return x;
}

static int opened(struct xz *x, lzma_ret r, void **ret)
{
	if (r != LZMA_OK) {
		free(x);
		return -ENOMEM;
	}
	*ret = x;
	return 0;
}

static int xz_open(void **ret)
{
	struct xz *x = xz_alloc();

	if (!x)
		return -ENOMEM;
	return opened(x, lzma_stream_decoder(&x->lz, KD_INFLATE_MEMORY,
					     LZMA_TELL_ANY_CHECK), ret);
}

static int lzma_open(void **ret)
{
	struct xz *x = xz_alloc();

	if (!x)
		return -ENOMEM;
	return opened(x, lzma_alone_decoder(&x->lz, KD_INFLATE_MEMORY), ret);
}

/* lib/xz/xz_dec_stream.c:dec_stream_header() */
static int judge_check(lzma_check check, struct kd_text *why)
{
	if (check == LZMA_CHECK_NONE || check == LZMA_CHECK_CRC32)
		return 0;
	return kd_why(why, -EBADMSG, "the kernel's decoder takes no integrity check but "
		      "CRC32 (xz --check=crc32)");
}

static int judge(struct xz *x, lzma_ret r, struct kd_text *why)
{
	switch (r) {
	case LZMA_OK:
	case LZMA_BUF_ERROR:	/* nothing to do until more comes */
		return 0;
	case LZMA_STREAM_END:
		return 1;
	case LZMA_GET_CHECK:
		return judge_check(lzma_get_check(&x->lz), why);
	case LZMA_MEM_ERROR:
		return kd_why(why, -ENOMEM, "no memory to unpack");
	case LZMA_MEMLIMIT_ERROR:
		return kd_why(why, -EFBIG, "the dictionary would take %llu MiB",
			      (unsigned long long)(lzma_memusage(&x->lz) / KD_MIB));
	case LZMA_OPTIONS_ERROR:
		return kd_why(why, -EBADMSG, "options that are not supported");
	case LZMA_FORMAT_ERROR:
		return kd_why(why, -EBADMSG, "not this format after all");
	default:
		return kd_why(why, -EBADMSG, "broken data");
	}
}

static int xz_run(void *state, struct kd_inflate_io *io, struct kd_text *why)
{
	struct xz *x = state;
	lzma_ret r;

	x->lz.next_in = io->in;
	x->lz.avail_in = io->in_len;
	x->lz.next_out = x->out;
	x->lz.avail_out = sizeof(x->out);
	r = lzma_code(&x->lz, LZMA_RUN);
	io->in = x->lz.next_in;
	io->in_len = x->lz.avail_in;
	io->out = x->out;
	io->out_len = sizeof(x->out) - x->lz.avail_out;
	return judge(x, r, why);
}

static void xz_close(void *state)
{
	struct xz *x = state;

	lzma_end(&x->lz);
	free(x);
}

const struct kd_inflate_ops kd_inflate_xz = {
	.open = xz_open, .run = xz_run, .close = xz_close,
};

const struct kd_inflate_ops kd_inflate_lzma = {
	.open = lzma_open, .run = xz_run, .close = xz_close,
};
#endif
