/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The smallest main that booted when an image was rehearsed: in the cache, an entry for
 * each kernel, initramfs and command line.  What took minutes to measure is not put out
 * by images that were only read: these entries have names and a limit of their own.
 */
#ifndef KD_FACTS_MEASURED_H
#define KD_FACTS_MEASURED_H

#include "cache.h"

#define KD_MEASURED_PREFIX "measured-"
#define KD_MEASURED_MAX	16
#define KD_MEASURED_TEXT 16384		/* a command line, quoted, and some numbers */

struct kd_measured_entry {
	char format[8];
	char kernel[KD_SHA256_HEX], initramfs[KD_SHA256_HEX];	/* sums of the files */
	char kernel_id[KD_SHA256_HEX], initramfs_id[KD_SHA256_HEX];	/* who they were then */
	uint64_t kernel_size, initramfs_size;
	char *cmdline;
	struct kd_measured_main main;
};

/* Where the entry is: by sums and command line. */
void kd_measured_path(const struct kd_measured_entry *entry, char ret[KD_CACHE_PATH]);

/* As kd_cache_path() names a file: the last component of that. */
void kd_measured_id(enum kd_cache_kind kind, const struct kd_identity *id,
		    char ret[KD_SHA256_HEX]);

/* Is that the name of an entry? */
bool kd_measured_is_name(const char *name);

void kd_measured_free(struct kd_measured_entry *entry);

/* In the format of today, as it sets there.  The text is from malloc().  -ENOMEM. */
int kd_measured_write(struct kd_measured_entry *entry, char **text, size_t *len);

/*
 * Sets @image->measured where there is an entry of these very bytes with this command
 * line.  Files that are not the ones of then, by their identity, are summed.  -ENOMEM.
 */
int kd_measured_find(struct kdump_image *image);

#endif
