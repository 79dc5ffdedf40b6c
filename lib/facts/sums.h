/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What was read from a kernel and an initramfs, as KEY=value text: for the
 * record of a load, the cache, and the facts of another machine.  What is read
 * back is as hostile as the images were: checked and bounded.
 */
#ifndef KD_FACTS_SUMS_H
#define KD_FACTS_SUMS_H

#include "../parse/contents.h"
#include "../parse/initramfs.h"
#include "../parse/kernel.h"
#include "../parse/keyvalue.h"
#include "image.h"

/*
 * Both files.  The caller frees *@text.  Never more than KD_KV_TEXT_MAX takes,
 * with KD_SUMS_SPARE bytes to spare for other lines beside these.  -ENOMEM.
 */
#define KD_SUMS_SPARE (64 * KD_KIB)
int kd_sums_write(const struct kd_image_sums *sums, const struct kd_contents *contents,
		  char **text, size_t *len);

/*
 * -EBADMSG: cut, or what no image gives; -ENOMEM.  The caller frees @contents
 * (kd_contents_free()).
 */
int kd_sums_parse(const char *text, size_t len, struct kd_image_sums *ret,
		  struct kd_contents *contents);

/* Each alone, appended as kd_kv_write() does and out of entries with others between. */
int kd_sums_write_kernel(const struct kd_kernel *kernel, char **text, size_t *len);
int kd_sums_write_initramfs(const struct kd_initramfs *sums, const struct kd_contents *contents,
			    char **text, size_t *len);
int kd_sums_read_kernel(const struct kd_kv *kv, struct kd_kernel *ret);
int kd_sums_read_initramfs(const struct kd_kv *kv, struct kd_initramfs *ret,
			   struct kd_contents *contents);

#endif
