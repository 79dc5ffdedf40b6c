/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Finds out which form a kernel image has, and leads the bytes of the kernel
 * inside through a decompressor to vmlinux.c.  What those bytes say, it does
 * not know.
 */
#include "kernel.h"
#include "bzimage.h"
#include "inflate.h"
#include "s390.h"
#include "vmlinux.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#define TAIL		4		/* the unpacked size: scripts/Makefile.lib, size_append */

/* Kernels unpack to four to ten times their size: what would grow a hundredfold is none. */
#define UNPACKED_MAX	KD_GIB
#define GROWTH_MAX	100

enum place {
	HEAD,		/* until it is known what this is */
	MAGIC,		/* in the two bytes that name a compressor */
	BODY,		/* in the kernel, or in the stream that holds it */
	REST,		/* behind a stream, or in one that cannot be read here */
	AREA,		/* in what an s390 image says of itself */
	TEXT,		/* in the text with the release, wherever that stands: last */
};

struct kd_kernel_walker {
	struct kd_kernel out;
	enum place place;
	uint64_t file_size, pos;
	uint64_t base, end;		/* the image: the file, or .linux in it */
	uint64_t body, body_end;	/* the kernel or the stream in the image */
	bool has_tail;
	uint64_t tail;			/* where its unpacked size stands, if it has_tail */
	size_t tail_len;
	unsigned char tail_bytes[TAIL];
	size_t magic_len, text_len;
	unsigned char magic[2];
	uint64_t text_at, text_bytes;	/* .uname of a UKI; text_bytes 0 = there is none */
	char text[sizeof(((struct kd_kernel *)0)->release)];
	const struct kd_inflate_ops *ops;
	void *stream;			/* NULL unless in BODY */
	bool opaque;			/* this build cannot look into it */
	uint64_t unpacked, unpacked_max;
	size_t head_len;
	unsigned char head[KD_BZIMAGE_HEAD];
	struct kd_vmlinux vmlinux;
};

const char *kd_kernel_form(const struct kd_kernel *kernel)
{
	static const char *const containers[] = {
		[KD_KERNEL_COMPRESSED] = "a compressed kernel",
		[KD_KERNEL_ZBOOT] = "an EFI zboot image", [KD_KERNEL_UKI] = "a UKI",
	};
	static const char *const kinds[] = {
		[KD_KERNEL_UNKNOWN] = "no kernel", [KD_KERNEL_BZIMAGE] = "a bzImage",
		[KD_KERNEL_IMAGE] = "an Image", [KD_KERNEL_ELF] = "an ELF file",
		[KD_KERNEL_S390] = "an s390 image",
	};

	return kernel->container != KD_KERNEL_BARE ? containers[kernel->container]
						   : kinds[kernel->kind];
}

int kd_kernel_walker_new(uint64_t file_size, struct kd_kernel_walker **ret)
{
	struct kd_kernel_walker *w = malloc(sizeof(*w));

	if (!w)
		return -ENOMEM;
	memset(w, 0, offsetof(struct kd_kernel_walker, head));
	w->file_size = w->end = w->out.image_size = file_size;
	w->unpacked_max = kd_min(UNPACKED_MAX, kd_add(KD_MIB, kd_mul(file_size, GROWTH_MAX)));
	w->out.initramfs_options = -1;
	kd_vmlinux_init(&w->vmlinux);
	*ret = w;
	return 0;
}

static void close_stream(struct kd_kernel_walker *w)
{
	if (w->stream)
		w->ops->close(w->stream);
	w->stream = NULL;
}

void kd_kernel_walker_free(struct kd_kernel_walker *w)
{
	if (!w)
		return;
	close_stream(w);
	free(w);
}

uint64_t kd_kernel_walker_next(const struct kd_kernel_walker *w)
{
	return kd_min(w->pos, w->file_size);
}

/* ---- what is it ---- */

static void look_at(struct kd_kernel_walker *w, uint64_t offset, uint64_t size,
		    enum place place)
{
	w->body = w->base + offset;
	w->body_end = w->body + size;
	w->pos = w->body;
	w->place = place;
	w->out.payload_offset = w->body;
	w->out.payload_size = size;
}

static int begin_bzimage(struct kd_kernel_walker *w, struct kd_text *why)
{
	struct kd_kernel bz;
	int err = kd_bzimage_parse(w->head, w->head_len, w->end - w->base, NULL, &bz, why);

	if (err)
		return err;
	look_at(w, bz.payload_offset, bz.payload_size, MAGIC);
	w->has_tail = true;
	w->unpacked_max = kd_min(w->unpacked_max, bz.init_size);
	w->out.kind = KD_KERNEL_BZIMAGE;
	return 0;
}

static int begin_zboot(struct kd_kernel_walker *w, struct kd_text *why)
{
	struct kd_pe_section payload;
	int err = kd_zboot_parse(w->head, w->head_len, w->end - w->base, &payload, why);

	if (err)
		return err;
	if (w->out.container == KD_KERNEL_BARE)
		w->out.container = KD_KERNEL_ZBOOT;
	look_at(w, payload.offset, payload.size, MAGIC);
	w->has_tail = true;
	return 0;
}

/* The kernel is in .linux; another UKI in there would be nobody's kernel. */
static int begin_uki(struct kd_kernel_walker *w, struct kd_text *why)
{
	struct kd_pe_section kernel, initrd, cmdline, uname;
	int err = kd_pe_check_apart(w->head, w->head_len, why);

	if (!err)
		err = kd_pe_find(w->head, w->head_len, w->end, ".linux", &kernel, why);
	if (!err)
		err = kd_pe_find(w->head, w->head_len, w->end, ".initrd", &initrd, why);
	if (!err)
		err = kd_pe_find(w->head, w->head_len, w->end, ".cmdline", &cmdline, why);
	if (!err)
		err = kd_pe_find(w->head, w->head_len, w->end, ".uname", &uname, why);
	if (err)
		return err;
	if (!kernel.size)
		return kd_why(why, -ENOEXEC, "an EFI program without a kernel in it");
	w->out.container = KD_KERNEL_UKI;
	w->out.initrd_offset = initrd.offset;
	w->out.initrd_size = initrd.size;
	w->out.cmdline_offset = cmdline.offset;
	w->out.cmdline_bytes = cmdline.size;
	w->out.uname_offset = uname.offset;
	w->out.uname_bytes = uname.size;
	w->text_at = uname.offset;
	w->text_bytes = uname.size < sizeof(w->text) ? uname.size : 0;
	w->out.image_offset = kernel.offset;
	w->out.image_size = kernel.size;
	w->base = w->pos = kernel.offset;
	w->end = kernel.offset + kernel.size;
	w->head_len = 0;
	return 0;
}

/* Nothing of it is unpacked: it unpacks itself, and to what size it does not say. */
static int begin_s390(struct kd_kernel_walker *w)
{
	w->out.kind = KD_KERNEL_S390;
	w->opaque = true;
	w->place = AREA;
	w->head_len = 0;
	w->pos = KD_S390_AREA;
	return 0;
}

/* The PE header of an Image says where it ends; it has one where the kernel has an EFI stub. */
static int begin_bare(struct kd_kernel_walker *w, struct kd_text *why)
{
	struct kd_pe_section none;

	look_at(w, 0, w->end - w->base, BODY);
	if (!kd_pe_promised(w->head, w->head_len))
		return 0;
	return kd_pe_find(w->head, w->head_len, w->end - w->base, ".linux", &none, why);
}

bool kd_uki_probe(const void *head, size_t len)
{
	return kd_pe_probe(head, len) && !kd_bzimage_probe(head, len) &&
	       !kd_zboot_probe(head, len) && !kd_elf_probe(head, len) &&
	       !kd_image_probe(head, len);
}

static int identify(struct kd_kernel_walker *w, struct kd_text *why)
{
	const unsigned char *head = w->head;
	size_t len = w->head_len;
	enum kd_codec codec;

	if (kd_bzimage_probe(head, len))
		return begin_bzimage(w, why);
	if (kd_zboot_probe(head, len))
		return begin_zboot(w, why);
	if (kd_elf_probe(head, len) || kd_image_probe(head, len))
		return begin_bare(w, why);
	if (w->out.container != KD_KERNEL_BARE)
		return kd_why(why, -ENOEXEC, "no kernel in its .linux");
	if (kd_s390_probe(head, len))
		return begin_s390(w);
	if (kd_uki_probe(head, len))
		return begin_uki(w, why);
	if (len < 2 || !kd_codec_detect(head, &codec))
		return kd_why(why, -ENOEXEC, "not a bzImage, Image, ELF file or UKI");
	w->out.container = KD_KERNEL_COMPRESSED;
	look_at(w, 0, w->end, MAGIC);
	return 0;
}

static int walk_head(struct kd_kernel_walker *w, const unsigned char *p, size_t len,
		     struct kd_text *why)
{
	size_t want = (size_t)kd_min(sizeof(w->head), w->end - w->base);
	size_t n = kd_min(len, want - w->head_len);

	memcpy(w->head + w->head_len, p, n);
	w->head_len += n;
	w->pos += n;
	return w->head_len == want ? identify(w, why) : 0;
}

/* ---- what is in it ---- */

static int blame(const struct kd_kernel_walker *w, struct kd_text *why, int code)
{
	struct kd_text what;

	if (!why)
		return code;
	what = *why;
	return kd_why(why, code, "%s stream at byte %" PRIu64 ": %s",
		      kd_codec_name(w->out.codec), w->body, what.s);
}

/* What says that it is a kernel, and has none inside, is a broken one. */
static int of_kernel(const struct kd_kernel_walker *w, int err)
{
	return err == -ENOEXEC && w->out.kind != KD_KERNEL_UNKNOWN ? -EBADMSG : err;
}

static int take_unpacked(struct kd_kernel_walker *w, const unsigned char *p, size_t len,
			 struct kd_text *why)
{
	int err;

	if (!len)
		return 0;
	if (len > w->unpacked_max - w->unpacked)
		return kd_why(why, -EFBIG, "unpacks to more than %" PRIu64 " bytes",
			      w->unpacked_max);
	err = kd_vmlinux_feed(&w->vmlinux, w->unpacked, p, len, why);
	w->unpacked += len;
	return of_kernel(w, err);
}

/* All of the image has been seen. */
static void leave(struct kd_kernel_walker *w)
{
	w->pos = w->file_size;
	if (!w->text_bytes)
		return;
	w->place = TEXT;
	w->pos = w->text_at;
}

static int end_body(struct kd_kernel_walker *w)
{
	w->place = REST;
	if (w->has_tail)
		w->pos = w->tail;
	else
		leave(w);
	return 0;
}

static int inflate(struct kd_kernel_walker *w, const unsigned char *p, size_t len,
		   struct kd_text *why)
{
	struct kd_inflate_io io = { .in = p, .in_len = len };
	size_t before;
	int r, err;

	do {
		before = io.in_len;
		r = w->ops->run(w->stream, &io, why);
		if (r < 0)
			return blame(w, why, r);
		err = take_unpacked(w, io.out, io.out_len, why);
		if (err)
			return blame(w, why, err);
		if (!r && before && before == io.in_len && !io.out_len)
			return kd_why(why, -EBADMSG, "the decoder is stuck");
	} while (!r && (io.in_len || io.out_len));
	if (!r)
		return 0;
	close_stream(w);
	return end_body(w);
}

/* What cannot be looked into can still be loaded, if its header has all that takes. */
static int pass_over(struct kd_kernel_walker *w, struct kd_text *why)
{
	if (w->out.kind == KD_KERNEL_UNKNOWN)
		return kd_why(why, -ENOTSUP, "this build cannot unpack its stream (%s)",
			      kd_codec_name(w->out.codec));
	w->opaque = true;
	return end_body(w);
}

/*
 * gzip ends with the size; behind other streams the build appends it, and the
 * header of a bzImage counts it, that of zboot does not (Makefile.zboot).
 */
static void find_tail(struct kd_kernel_walker *w)
{
	if (w->out.codec == KD_CODEC_GZIP)
		w->tail = w->body_end - TAIL;
	else if (w->out.kind == KD_KERNEL_BZIMAGE)
		w->tail = w->body_end -= TAIL;
	else
		w->tail = w->body_end;
}

static int begin_stream(struct kd_kernel_walker *w, struct kd_text *why)
{
	int err;

	w->place = BODY;
	w->ops = kd_codec_detect(w->magic, &w->out.codec) ? kd_inflate_find(w->out.codec) : NULL;
	find_tail(w);
	if (!w->ops)
		return pass_over(w, why);
	err = w->ops->open(&w->stream);
	if (err)
		return kd_why(why, err, "no memory to unpack %s",
			      kd_codec_name(w->out.codec));
	return inflate(w, w->magic, sizeof(w->magic), why);
}

static int walk_magic(struct kd_kernel_walker *w, const unsigned char *p, struct kd_text *why)
{
	w->magic[w->magic_len++] = *p;
	w->pos++;
	return w->magic_len == sizeof(w->magic) ? begin_stream(w, why) : 0;
}

static int walk_body(struct kd_kernel_walker *w, const unsigned char *p, size_t len,
		     struct kd_text *why)
{
	uint64_t at = w->pos - w->body;
	size_t n = (size_t)kd_min(len, kd_sub_floor(w->body_end, w->pos));
	int err;

	w->pos += n;
	if (w->stream) {
		err = inflate(w, p, n, why);
	} else {
		err = kd_vmlinux_feed(&w->vmlinux, at, p, n, why);
		w->pos = kd_add(w->body, kd_vmlinux_next(&w->vmlinux, at + n));
	}
	if (!err && w->place == BODY && w->pos >= w->body_end)
		return end_body(w);
	return err;
}

static int walk_rest(struct kd_kernel_walker *w, const unsigned char *p, size_t len)
{
	size_t n = kd_min(len, sizeof(w->tail_bytes) - w->tail_len);

	memcpy(w->tail_bytes + w->tail_len, p, n);
	w->tail_len += n;
	w->pos += n;
	if (w->tail_len == sizeof(w->tail_bytes))
		leave(w);
	return 0;
}

static int walk_area(struct kd_kernel_walker *w, const unsigned char *p, size_t len,
		     struct kd_text *why)
{
	size_t n = kd_min(len, KD_S390_AREA_BYTES - w->head_len);
	int err;

	memcpy(w->head + w->head_len, p, n);
	w->head_len += n;
	w->pos += n;
	if (w->head_len < KD_S390_AREA_BYTES)
		return 0;
	err = kd_s390_parse(w->head, w->head_len, w->file_size, &w->out, &w->text_at, why);
	if (err)
		return err;
	if (w->text_at)
		w->text_bytes = kd_min(sizeof(w->text), w->file_size - w->text_at);
	leave(w);
	return 0;
}

static int walk_text(struct kd_kernel_walker *w, const unsigned char *p, size_t len)
{
	size_t n = kd_min(len, (size_t)w->text_bytes - w->text_len);

	memcpy(w->text + w->text_len, p, n);
	w->text_len += n;
	w->pos = w->text_len == w->text_bytes ? w->file_size : w->pos + n;
	return 0;
}

static int walk(struct kd_kernel_walker *w, const unsigned char *p, size_t len,
		struct kd_text *why)
{
	switch (w->place) {
	case HEAD:
		return walk_head(w, p, len, why);
	case MAGIC:
		return walk_magic(w, p, why);
	case BODY:
		return walk_body(w, p, len, why);
	case AREA:
		return walk_area(w, p, len, why);
	case TEXT:
		return walk_text(w, p, len);
	default:
		return walk_rest(w, p, len);
	}
}

int kd_kernel_walker_feed(struct kd_kernel_walker *w, const void *data, size_t len,
			  struct kd_text *why)
{
	const unsigned char *p = data;
	uint64_t begin = w->pos, at = 0;
	int err = 0;

	/* It may go on anywhere in the file; as long as it is within these bytes, it does. */
	while (!err && at < len && w->pos < w->file_size) {
		err = walk(w, p + at, len - (size_t)at, why);
		if (w->pos <= begin + at)
			break;
		at = w->pos - begin;
	}
	return err;
}

/* ---- the end ---- */

static int check_end(const struct kd_kernel_walker *w, struct kd_text *why)
{
	if (w->pos < w->file_size || (w->has_tail && w->tail_len < TAIL))
		return kd_why(why, -EBADMSG, "cut: the file ends before its payload does");
	if (w->stream && !(w->ops->may_end && w->ops->may_end(w->stream)))
		return kd_why(why, -EBADMSG, "the %s stream at byte %" PRIu64 " has no end",
			      kd_codec_name(w->out.codec), w->body);
	return 0;
}

static int check_tail(const struct kd_kernel_walker *w, struct kd_text *why)
{
	uint32_t size = kd_le32(w->tail_bytes);

	if (!w->has_tail || w->opaque || size == w->unpacked)
		return 0;
	return kd_why(why, -EBADMSG, "the payload unpacks to %" PRIu64 " bytes, its trailer says %"
		      PRIu32, w->unpacked, size);
}

static int finish_bzimage(struct kd_kernel_walker *w, struct kd_kernel *out,
			  struct kd_text *why)
{
	struct kd_kernel bz;
	int err = kd_bzimage_parse(w->head, w->head_len, w->end - w->base, w->tail_bytes, &bz,
				   why);

	if (err)
		return err;
	bz.container = out->container;
	bz.codec = out->codec;
	bz.payload_offset = w->base + bz.payload_offset;
	bz.image_offset = out->image_offset;
	bz.image_size = out->image_size;
	bz.initrd_offset = out->initrd_offset;
	bz.initrd_size = out->initrd_size;
	bz.cmdline_offset = out->cmdline_offset;
	bz.cmdline_bytes = out->cmdline_bytes;
	bz.uname_offset = out->uname_offset;
	bz.uname_bytes = out->uname_bytes;
	*out = bz;
	return 0;
}

/* Only what uname -r can be, where the kernel itself does not say it. */
static void take_text(const struct kd_kernel_walker *w, struct kd_kernel *out)
{
	size_t n = 0;

	while (n < w->text_len && w->text[n] > ' ' && w->text[n] < 0x7f)
		n++;
	/* A section has its length; the text of an s390 image needs an end. */
	if (n == w->text_len && out->kind == KD_KERNEL_S390)
		return;
	if (*out->release || !n || n == sizeof(out->release) || w->text[0] < '0' ||
	    w->text[0] > '9' || (n < w->text_len && !strchr(" \n", w->text[n])))
		return;
	memcpy(out->release, w->text, n);
	out->release[n] = '\0';
}

int kd_kernel_walker_finish(struct kd_kernel_walker *w, struct kd_kernel *ret,
			    struct kd_text *why)
{
	uint64_t size = w->out.codec == KD_CODEC_NONE ? w->body_end - w->body : w->unpacked;
	struct kd_kernel out = w->out;
	int err = w->place == HEAD ? kd_why(why, -ENOEXEC, "not a kernel image")
		  : w->place == AREA ? kd_s390_parse(w->head, w->head_len, w->file_size, &out,
						     &w->text_at, why)
				     : check_end(w, why);

	if (!err && out.kind == KD_KERNEL_BZIMAGE)
		err = finish_bzimage(w, &out, why);
	if (!err)
		err = check_tail(w, why);
	if (!err && !w->opaque)
		err = of_kernel(w, kd_vmlinux_finish(&w->vmlinux, size, &out, why));
	if (err)
		return err;
	take_text(w, &out);
	*ret = out;
	return 0;
}
