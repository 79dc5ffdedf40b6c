/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The inodes that a cpio archive names more than once (init/initramfs.c:
 * find_link()): a table that grows with the archive and is bounded in size and
 * in time, whatever numbers the archive holds.
 */
#ifndef KD_PARSE_CPIO_LINKS_H
#define KD_PARSE_CPIO_LINKS_H

#include "../core/base.h"

#define KD_CPIO_LINKS_MAX 65536		/* alive at once; the table stays under 4 MiB */

struct kd_cpio_link {
	uint32_t ino, major, minor;
	uint32_t type;			/* S_IFMT of the mode; 0 = an empty slot */
	uint64_t size;			/* the file's, as it stands now */
};

struct kd_cpio_links {
	struct kd_cpio_link *slots;
	size_t n_slots, used;
};

/* 0 = added with size 0, 1 = was there; -ENOMEM; -EFBIG over the bound. */
int kd_cpio_links_get(struct kd_cpio_links *l, const struct kd_cpio_link *key,
		      struct kd_cpio_link **ret);
void kd_cpio_links_clear(struct kd_cpio_links *l);

#endif
