/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The outer loop of init/initramfs.c:unpack_to_rootfs(), turned inside out:
 * finds where segments begin and end, unpacks them and hands their bytes to
 * cpio.c.  What a cpio entry is, it does not know.
 */
#include "initramfs.h"
#include "cpio.h"
#include "inflate.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

struct span {
	const unsigned char *p;
	size_t len;
};

enum place {
	BETWEEN,	/* segments: zero bytes, or the first byte of one */
	PLAIN,		/* in an archive that is not compressed */
	MAGIC,		/* in the two bytes that name a compressor */
	STREAM,		/* in a compressed stream */
	OPAQUE,		/* in a stream that this build cannot read: to the file's end */
};

struct kd_initramfs_walker {
	struct kd_initramfs_limits limits;
	struct kd_initramfs all;
	enum place place;
	uint64_t pos;				/* in the file */
	bool open;				/* seg has begun and is not in all yet */
	struct kd_initramfs_segment seg;
	struct kd_cpio cpio;
	const struct kd_inflate_ops *ops;
	void *stream;				/* NULL unless in STREAM */
	size_t head_len;			/* first bytes of a compressed segment */
	unsigned char head[KD_CODEC_HEAD];
};

int kd_initramfs_walker_new(const struct kd_initramfs_limits *limits,
			    struct kd_initramfs_walker **ret)
{
	struct kd_initramfs_walker *w;

	w = calloc(1, sizeof(*w));
	if (!w)
		return -ENOMEM;
	w->limits = *limits;
	kd_cpio_init(&w->cpio, limits->files);
	*ret = w;
	return 0;
}

void kd_initramfs_walker_free(struct kd_initramfs_walker *w)
{
	if (!w)
		return;
	if (w->stream)
		w->ops->close(w->stream);
	kd_cpio_free(&w->cpio);
	free(w);
}

static void eat(struct kd_initramfs_walker *w, struct span *in, size_t n)
{
	in->p += n;
	in->len -= n;
	w->pos += n;
}

/* Says where: an offset in a compressed segment means nothing without its beginning. */
static int KD_PRINTF(3, 4) blame(struct kd_text *why, int code, const char *fmt, ...)
{
	va_list args;

	if (!why)
		return code;
	va_start(args, fmt);
	kd_text_vprepend(why, fmt, args);
	va_end(args);
	return code;
}

static int blame_segment(const struct kd_initramfs_walker *w, struct kd_text *why,
			 int code)
{
	return blame(why, code, "%s segment at byte %" PRIu64,
		     kd_codec_name(w->seg.codec), w->seg.offset);
}

static void begin_segment(struct kd_initramfs_walker *w, enum kd_codec codec,
			  uint64_t offset)
{
	w->seg = (struct kd_initramfs_segment){ .codec = codec, .offset = offset };
	w->open = true;
}

static void end_segment(struct kd_initramfs_walker *w)
{
	if (!w->open)
		return;
	w->open = false;
	if (w->all.n_segments < KD_INITRAMFS_SEGMENTS)
		w->all.segments[w->all.n_segments] = w->seg;
	w->all.n_segments++;
	w->all.window = kd_max(w->all.window, w->seg.window);
}

/* However the file is fed, the bytes up to the limit are judged and no more. */
static size_t within_limit(const struct kd_initramfs_walker *w, size_t len)
{
	return kd_min(len, kd_sub_floor(w->limits.unpacked, w->all.unpacked));
}

static int over_limit(const struct kd_initramfs_walker *w, struct kd_text *why)
{
	char size[KD_SIZE_TEXT];

	return kd_why(why, -EFBIG, "unpacks to more than %s",
		      kd_size_text(w->limits.unpacked, size));
}

static void count_unpacked(struct kd_initramfs_walker *w, uint64_t n)
{
	w->seg.unpacked += n;
	w->all.unpacked += n;
}

/* flush_buffer() */
static int flush_some(struct kd_initramfs_walker *w, const unsigned char *p, size_t len,
		      struct kd_text *why)
{
	struct kd_cpio *c = &w->cpio;
	size_t used;
	int r;

	while (len) {
		r = kd_cpio_write(c, p, len, &used, why);
		if (r)
			return r;
		p += used;
		len -= used;
		if (!len)
			break;
		if (*p != '0')
			return kd_why(why, -EBADMSG,
				      "junk within compressed archive at byte %" PRIu64,
				      c->pos);
		kd_cpio_begin(c, c->pos);
	}
	return 0;
}

static int flush(struct kd_initramfs_walker *w, const unsigned char *p, size_t len,
		 struct kd_text *why)
{
	size_t n = within_limit(w, len);
	int r = flush_some(w, p, n, why);

	if (r)
		return r;
	count_unpacked(w, n);
	return n < len ? over_limit(w, why) : 0;
}

/* Gives @in to the decoder until it wants more; 1 = the stream has ended. */
static int inflate_all(struct kd_initramfs_walker *w, struct span *in,
		       struct kd_text *why)
{
	struct kd_inflate_io io = { .in = in->p, .in_len = in->len };
	size_t before;
	int r, f;

	do {
		before = io.in_len;
		r = w->ops->run(w->stream, &io, why);
		if (r < 0)
			return r;
		f = flush(w, io.out, io.out_len, why);
		if (f)
			return f;
		if (!r && before && before == io.in_len && !io.out_len)
			return kd_why(why, -EBADMSG, "the decoder is stuck");
	} while (!r && (io.in_len || io.out_len));
	in->p = io.in;
	in->len = io.in_len;
	return r;
}

static void remember_head(struct kd_initramfs_walker *w, const struct span *in)
{
	size_t n = kd_min(in->len, sizeof(w->head) - w->head_len);

	memcpy(w->head + w->head_len, in->p, n);
	w->head_len += n;
}

static int end_stream(struct kd_initramfs_walker *w, struct kd_text *why)
{
	int r;

	if (w->cpio.state != KD_CPIO_RESET) {
		kd_why(why, 0, "the archive in it is not complete at byte %" PRIu64,
		       w->cpio.pos);
		return blame_segment(w, why, -EBADMSG);
	}
	w->seg.stored = w->pos - w->seg.offset;
	r = kd_codec_window(w->seg.codec, w->head, w->head_len, &w->seg.window, why);
	if (r)
		return blame_segment(w, why, r);
	end_segment(w);
	w->ops->close(w->stream);
	w->stream = NULL;
	w->place = BETWEEN;
	return 0;
}

static int walk_stream(struct kd_initramfs_walker *w, struct span *in,
		       struct kd_text *why)
{
	size_t before = in->len;
	int r;

	remember_head(w, in);
	r = inflate_all(w, in, why);
	if (r < 0)
		return blame_segment(w, why, r);
	w->pos += before - in->len;
	return r ? end_stream(w, why) : 0;
}

/* The stream's positions count from its own beginning (this_header = 0). */
static int begin_stream(struct kd_initramfs_walker *w, struct kd_text *why)
{
	struct span magic = { w->head, 2 };
	int r;

	w->cpio.pos = 0;
	w->ops = kd_inflate_find(w->seg.codec);
	if (!w->ops) {
		w->place = OPAQUE;
		return 0;
	}
	r = w->ops->open(&w->stream);
	if (r)
		return kd_why(why, r, "no memory to unpack %s",
			      kd_codec_name(w->seg.codec));
	w->place = STREAM;
	r = inflate_all(w, &magic, why);
	return r < 0 ? blame_segment(w, why, r) : 0;
}

static int walk_magic(struct kd_initramfs_walker *w, struct span *in, struct kd_text *why)
{
	enum kd_codec codec;

	w->head[w->head_len++] = *in->p;
	eat(w, in, 1);
	if (w->head_len < 2)
		return 0;
	end_segment(w);
	if (!kd_codec_detect(w->head, &codec))
		return kd_why(why, -EBADMSG,
			      "neither cpio nor a compressor's magic at byte %" PRIu64
			      " (%02x %02x)", w->pos - 2, w->head[0], w->head[1]);
	begin_segment(w, codec, w->pos - 2);
	return begin_stream(w, why);
}

/* A plain segment goes on until its trailer, whatever zeros stand between entries. */
static void begin_plain(struct kd_initramfs_walker *w)
{
	if (w->open && w->cpio.trailer)
		end_segment(w);
	if (!w->open)
		begin_segment(w, KD_CODEC_NONE, w->pos);
	kd_cpio_begin(&w->cpio, w->pos);
	w->place = PLAIN;
}

static int walk_plain(struct kd_initramfs_walker *w, struct span *in, struct kd_text *why)
{
	struct kd_cpio *c = &w->cpio;
	size_t used, n = c->state == KD_CPIO_RESET ? in->len : within_limit(w, in->len);
	uint64_t end;
	int r;

	if (!n)
		return over_limit(w, why);
	r = kd_cpio_write(c, in->p, n, &used, why);
	if (r)
		return r;
	eat(w, in, used);
	end = c->state == KD_CPIO_RESET ? c->next : w->pos;
	count_unpacked(w, end - w->seg.offset - w->seg.stored);
	w->seg.stored = end - w->seg.offset;
	if (used < n)
		w->place = BETWEEN;
	return 0;
}

static int walk_between(struct kd_initramfs_walker *w, struct span *in,
			struct kd_text *why)
{
	(void)why;
	eat(w, in, kd_zero_bytes(in->p, in->len));
	if (!in->len)
		return 0;
	if (*in->p == '0' && !(w->pos & 3)) {
		begin_plain(w);
		return 0;
	}
	w->head_len = 0;
	w->place = MAGIC;
	return 0;
}

static int walk_opaque(struct kd_initramfs_walker *w, struct span *in,
		       struct kd_text *why)
{
	(void)why;
	remember_head(w, in);
	eat(w, in, in->len);
	return 0;
}

int kd_initramfs_walker_feed(struct kd_initramfs_walker *w, const void *data, size_t len,
			     struct kd_text *why)
{
	static int (*const walk[])(struct kd_initramfs_walker *, struct span *,
				   struct kd_text *) = {
		[BETWEEN] = walk_between, [PLAIN] = walk_plain, [MAGIC] = walk_magic,
		[STREAM] = walk_stream, [OPAQUE] = walk_opaque,
	};
	struct span in = { data, len };
	int r = 0;

	while (in.len && !r)
		r = walk[w->place](w, &in, why);
	return r;
}

static int end_opaque(struct kd_initramfs_walker *w)
{
	w->seg.stored = w->pos - w->seg.offset;
	w->all.partial = true;
	w->all.partial_stored = w->seg.stored;
	/* A build without the codec does not judge its headers either. */
	kd_codec_window(w->seg.codec, w->head, w->head_len, &w->seg.window, NULL);
	return 0;
}

static int end_file(struct kd_initramfs_walker *w, struct kd_text *why)
{
	switch (w->place) {
	case PLAIN:
		if (!kd_cpio_is_cut(&w->cpio))
			return 0;
		return kd_why(why, -EBADMSG,
			      "the file ends inside a cpio entry, at byte %" PRIu64,
			      w->pos);
	case MAGIC:
		return kd_why(why, -EBADMSG, "a stray byte at the end, at byte %" PRIu64,
			      w->pos - 1);
	case STREAM:
		if (w->ops->may_end && w->ops->may_end(w->stream))
			return end_stream(w, why);
		kd_why(why, 0, "the file ends inside it, at byte %" PRIu64, w->pos);
		return blame_segment(w, why, -EBADMSG);
	case OPAQUE:
		return end_opaque(w);
	default:
		return 0;
	}
}

static void copy_sums(struct kd_initramfs_walker *w)
{
	const struct kd_cpio_sums *s = &w->cpio.sums;

	w->all.stored = w->pos;
	w->all.content = s->content;
	memcpy(w->all.pages, s->pages, sizeof(s->pages));
	w->all.files = s->files;
	w->all.regular = s->regular;
	w->all.links = s->links;
	w->all.symlinks = s->symlinks;
	w->all.long_symlinks = s->long_symlinks;
	w->all.skipped = s->skipped;
	w->all.no_trailer = !w->all.partial && !w->cpio.trailer;
}

int kd_initramfs_walker_finish(struct kd_initramfs_walker *w, struct kd_initramfs *ret,
			       struct kd_text *why)
{
	int r = end_file(w, why);

	if (r)
		return r;
	end_segment(w);
	if (!w->all.n_segments)
		return kd_why(why, -EBADMSG, "no archive in it");
	copy_sums(w);
	*ret = w->all;
	return 0;
}

void kd_initramfs_walker_take_contents(struct kd_initramfs_walker *w,
				       struct kd_contents *ret)
{
	kd_contents_finish(&w->cpio.contents, ret);
}

static uint64_t file_pages(const struct kd_initramfs *sums, uint64_t page_size)
{
	for (size_t i = 0; i < KD_PAGE_SIZES; i++) {
		if (KD_PAGE_SIZE(i) == page_size)
			return sums->pages[i];
	}
	return kd_add(sums->content, kd_mul(sums->regular, page_size));
}

uint64_t kd_initramfs_in_tmpfs(const struct kd_initramfs *sums, uint64_t page_size)
{
	return kd_add(file_pages(sums, page_size), kd_mul(sums->long_symlinks, page_size));
}

uint64_t kd_initramfs_in_ramfs(const struct kd_initramfs *sums, uint64_t page_size)
{
	return kd_add(file_pages(sums, page_size), kd_mul(sums->symlinks, page_size));
}

/*
 * Sizes of objects on 64 bits, with what SLUB leaves over at the end of a slab:
 * struct shmem_inode_info (mm/shmem.c:shmem_init_inodecache()), the larger of the
 * two kinds, struct dentry, struct xa_node of XA_CHUNK_SIZE slots.
 */
#define INODE_BYTES	784
#define DENTRY_BYTES	196
#define NODE_BYTES	586
#define NODE_SLOTS	64

uint64_t kd_initramfs_slab(const struct kd_initramfs *sums, uint64_t page_size)
{
	uint64_t nodes = file_pages(sums, page_size) / page_size / NODE_SLOTS;

	/* A file of one page needs no node; how many are larger is not known. */
	nodes = kd_add(nodes, sums->regular);
	return kd_add(kd_add(kd_mul(sums->files, INODE_BYTES + DENTRY_BYTES),
			     kd_mul(sums->links, DENTRY_BYTES)), kd_mul(nodes, NODE_BYTES));
}

uint64_t kd_initramfs_inodes(const struct kd_initramfs *sums)
{
	return kd_add(sums->files, sums->links);
}
