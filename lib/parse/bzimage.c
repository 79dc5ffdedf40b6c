/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The x86 setup header: see bzimage.h.  Offsets and rules are those of
 * Documentation/arch/x86/boot.rst; what is refused is what
 * arch/x86/kernel/kexec-bzimage64.c refuses, or what cannot be true.
 */
#include "bzimage.h"

#include <errno.h>
#include <inttypes.h>

#define SECTOR 512u

enum offset {
	SETUP_SECTS	= 0x1f1,
	SYSSIZE		= 0x1f4,
	BOOT_FLAG	= 0x1fe,
	JUMP		= 0x201,
	MAGIC		= 0x202,
	VERSION		= 0x206,
	KERNEL_VERSION	= 0x20e,
	LOADFLAGS	= 0x211,
	ALIGNMENT	= 0x230,
	RELOCATABLE	= 0x234,
	XLOADFLAGS	= 0x236,
	CMDLINE_SIZE	= 0x238,
	PAYLOAD_OFFSET	= 0x248,
	PAYLOAD_LENGTH	= 0x24c,
	PREF_ADDRESS	= 0x258,
	INIT_SIZE	= 0x260,
	INIT_SIZE_END	= 0x264,
};

#define MIN_FILE	(2 * SECTOR)	/* bzImage64_probe() */
#define LOADED_HIGH	0x01
#define XLF_KERNEL_64	0x01
#define XLF_ABOVE_4G	0x02
#define PAGE		4096u		/* x86 has no other */

struct image {
	const unsigned char *head;
	size_t len;
	uint64_t file_size;
	uint64_t setup;		/* bytes before the protected-mode part */
};

static uint8_t byte_at(const struct image *image, enum offset at)
{
	return image->head[at];
}

static uint32_t u32_at(const struct image *image, enum offset at)
{
	return kd_le32(image->head + at);
}

bool kd_bzimage_probe(const void *head, size_t len)
{
	const unsigned char *p = head;

	return len >= MIN_FILE && kd_le16(p + BOOT_FLAG) == 0xaa55 &&
	       !memcmp(p + MAGIC, "HdrS", 4);
}

bool kd_bzimage_banner(const void *head, size_t len, char *ret, size_t size)
{
	const unsigned char *p = head;
	size_t at, n = 0;

	if (!kd_bzimage_probe(head, len) || !kd_le16(p + KERNEL_VERSION))
		return false;
	at = kd_le16(p + KERNEL_VERSION) + SECTOR;
	for (; at < len && p[at] >= ' ' && p[at] < 0x7f && n + 1 < size; at++)
		ret[n++] = (char)p[at];
	ret[n] = '\0';
	return n && at < len && !p[at];
}

static int check_loadable(const struct image *image, struct kd_text *why)
{
	unsigned version = kd_le16(image->head + VERSION);
	unsigned flags = kd_le16(image->head + XLOADFLAGS);

	if (version < 0x20c)
		return kd_why(why, -ENOTSUP, "boot protocol %u.%02u, kexec needs 2.12",
			      version >> 8, version & 0xff);
	if (!(byte_at(image, LOADFLAGS) & LOADED_HIGH))
		return kd_why(why, -ENOTSUP, "a zImage, which kexec does not take");
	if (!(flags & XLF_KERNEL_64))
		return kd_why(why, -ENOTSUP, "a 32-bit kernel: kexec does not take it");
	if (!(flags & XLF_ABOVE_4G))
		return kd_why(why, -ENOTSUP, "cannot lie above 4 GiB, as kexec asks");
	if (!byte_at(image, RELOCATABLE))
		return kd_why(why, -ENOTSUP, "not relocatable: it would run where the "
			      "crashed kernel is");
	return 0;
}

/* The header ends where its jump instruction lands; a 0 for setup_sects means 4. */
static int measure_setup(struct image *image, struct kd_text *why)
{
	unsigned sectors = byte_at(image, SETUP_SECTS);

	if (MAGIC + byte_at(image, JUMP) < INIT_SIZE_END)
		return kd_why(why, -EBADMSG, "the setup header ends before init_size");
	image->setup = ((sectors ? sectors : 4) + 1) * SECTOR;
	if (image->setup > image->file_size)
		return kd_why(why, -EBADMSG,
			      "cut: %" PRIu64 " bytes, the setup part alone has %" PRIu64,
			      image->file_size, image->setup);
	return 0;
}

/*
 * syssize counts paragraphs of 16 bytes, and whether a part of one counts has
 * changed with arch/x86/boot/tools/build.c; a signature may stand behind.
 */
static int check_size(const struct image *image, struct kd_text *why)
{
	uint64_t end = image->setup + UINT64_C(16) * u32_at(image, SYSSIZE);

	if (end > image->file_size + 15)
		return kd_why(why, -EBADMSG,
			      "cut: %" PRIu64 " bytes, the header says %" PRIu64,
			      image->file_size, end);
	return 0;
}

/*
 * kernel_version is an offset behind the first sector and must lie in the setup
 * part.  Only what uname -r can hold is taken for a release.
 */
static int read_release(const struct image *image, char *out, size_t size,
			struct kd_text *why)
{
	size_t at = kd_le16(image->head + KERNEL_VERSION), n = 0;
	size_t end = (size_t)kd_min(image->setup, image->len);

	out[0] = '\0';
	if (!at)
		return 0;
	for (at += SECTOR; at < end && image->head[at] > ' '; at++) {
		if (image->head[at] >= 0x7f || n + 1 >= size)
			return kd_why(why, -EBADMSG, "the version string is no text");
		out[n++] = (char)image->head[at];
	}
	out[n] = '\0';
	if (!n || at >= end)
		return kd_why(why, -EBADMSG, "no version string where the header says");
	if (image->head[at] && image->head[at] != ' ')
		return kd_why(why, -EBADMSG, "the version string is no text");
	return 0;
}

/*
 * kernel/kexec_core.c:sanity_check_segment_list() wants the file to fit in the
 * memory it asks for; init_size is the size of that segment
 * (bzImage64_load()).
 */
static int read_memory(const struct image *image, struct kd_kernel *out,
		       struct kd_text *why)
{
	out->init_size = u32_at(image, INIT_SIZE);
	out->alignment = u32_at(image, ALIGNMENT);
	out->pref_address = kd_le64(image->head + PREF_ADDRESS);
	out->cmdline_size = u32_at(image, CMDLINE_SIZE);
	if (!out->alignment || out->alignment & (out->alignment - 1))
		return kd_why(why, -EBADMSG,
			      "kernel_alignment 0x%" PRIx64 " is no power of two",
			      out->alignment);
	if (!out->init_size)
		return kd_why(why, -EBADMSG, "init_size is 0");
	if (image->file_size - image->setup > kd_round_up(out->init_size, PAGE))
		return kd_why(why, -EBADMSG,
			      "init_size %" PRIu64 " is less than the file holds",
			      out->init_size);
	return 0;
}

/* Offset from the protected-mode part; at least the trailer must be in it. */
static int read_payload(const struct image *image, struct kd_kernel *out,
			struct kd_text *why)
{
	uint64_t at = image->setup + u32_at(image, PAYLOAD_OFFSET);
	uint64_t size = u32_at(image, PAYLOAD_LENGTH);

	if (size <= 4)
		return kd_why(why, -EBADMSG, "no payload");
	if (at + size > image->file_size)
		return kd_why(why, -EBADMSG,
			      "the payload ends at %" PRIu64 ", the file at %" PRIu64,
			      at + size, image->file_size);
	out->payload_offset = at;
	out->payload_size = size;
	return 0;
}

/*
 * The decompressor unpacks in place, within init_size
 * (arch/x86/boot/header.S), so the kernel cannot be larger than that.
 */
static int read_tail(const void *tail, struct kd_kernel *out, struct kd_text *why)
{
	out->unpacked_size = tail ? kd_le32(tail) : 0;
	if (tail && !out->unpacked_size)
		return kd_why(why, -EBADMSG, "the payload unpacks to nothing");
	if (out->unpacked_size > out->init_size)
		return kd_why(why, -EBADMSG, "the payload unpacks to %" PRIu64
			      " bytes, more than init_size %" PRIu64, out->unpacked_size,
			      out->init_size);
	return 0;
}

static int parse(struct image *image, const void *tail, struct kd_kernel *out,
		 struct kd_text *why)
{
	int err = check_loadable(image, why);

	if (!err)
		err = measure_setup(image, why);
	if (!err)
		err = check_size(image, why);
	if (!err)
		err = read_release(image, out->release, sizeof(out->release), why);
	if (!err)
		err = read_memory(image, out, why);
	if (!err)
		err = read_payload(image, out, why);
	if (!err)
		err = read_tail(tail, out, why);
	return err;
}

int kd_bzimage_parse(const void *head, size_t len, uint64_t file_size, const void *tail,
		     struct kd_kernel *ret, struct kd_text *why)
{
	struct image image = { .head = head, .len = len, .file_size = file_size };
	struct kd_kernel out = {
		.kind = KD_KERNEL_BZIMAGE, .arch = "x86_64", .page_size = PAGE,
		.initramfs_options = -1,
	};
	int err;

	if (len > file_size)
		image.len = (size_t)file_size;
	if (!kd_bzimage_probe(head, image.len))
		return kd_why(why, -ENOEXEC, "not a bzImage");
	err = parse(&image, tail, &out, why);
	if (err)
		return err;
	*ret = out;
	return 0;
}
