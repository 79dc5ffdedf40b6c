/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The kernel's cpio reader (init/initramfs.c) as a push parser: the same states,
 * the same checks, but instead of making files it adds up what they would
 * take.  It knows the newc and crc formats and nothing of compression.
 */
#ifndef KD_PARSE_CPIO_H
#define KD_PARSE_CPIO_H

#include "../core/text.h"
#include "contents-walk.h"
#include "cpio-links.h"

#define KD_CPIO_HEADER		110
#define KD_CPIO_PATH_MAX	4096	/* the kernel's PATH_MAX */

/* The kernel's N_ALIGN(): a name is padded so that header and name end on four bytes. */
#define KD_CPIO_NAME_SPACE(len)	((((uint64_t)(len) + 1) & ~UINT64_C(3)) + 2)

struct kd_cpio_sums {
	uint64_t content, pages[KD_PAGE_SIZES];
	uint64_t files, regular, links, symlinks, long_symlinks;
	uint64_t skipped;
};

/* As the kernel's enum state; Start and GotHeader are one here. */
enum kd_cpio_state {
	KD_CPIO_HEAD, KD_CPIO_NAME, KD_CPIO_SYMLINK, KD_CPIO_BODY, KD_CPIO_SKIP,
	KD_CPIO_RESET,
};

struct kd_cpio {
	enum kd_cpio_state state;
	uint64_t max_files;
	uint64_t pos;			/* the kernel's this_header, in file or stream */
	uint64_t next;			/* where the entry and its padding end */
	bool trailer;			/* the last whole entry was a trailer */
	struct kd_cpio_sums sums;
	struct kd_cpio_links links;
	struct kd_contents_walk contents;

	/* The entry at hand. */
	uint32_t ino, mode, nlink, major, minor, body, name_len;
	uint32_t body_left;
	bool summed;			/* format 070702 */
	uint32_t check, sum;
	size_t have;			/* bytes in buf */
	unsigned char buf[KD_CPIO_NAME_SPACE(KD_CPIO_PATH_MAX) + KD_CPIO_PATH_MAX];
};

void kd_cpio_init(struct kd_cpio *c, uint64_t max_files);
void kd_cpio_free(struct kd_cpio *c);

/* An entry begins with the next byte, which stands at @pos. */
void kd_cpio_begin(struct kd_cpio *c, uint64_t pos);

/*
 * Takes bytes up to the end of the entry at hand and the zero bytes behind it
 * (write_buffer()): @ret says how many.  Fewer than @len: the caller must
 * judge what comes next, as flush_buffer() and unpack_to_rootfs() do.
 * -EBADMSG, -EFBIG, -ENOMEM.
 */
int kd_cpio_write(struct kd_cpio *c, const unsigned char *p, size_t len, size_t *ret,
		  struct kd_text *why);

/* Is more to come than padding? */
bool kd_cpio_is_cut(const struct kd_cpio *c);

/* How many zero bytes stand at the beginning. */
size_t kd_zero_bytes(const unsigned char *p, size_t len);

#endif
