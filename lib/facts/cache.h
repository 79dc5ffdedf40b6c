/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What was read from a file, kept under the file's identity: the same file
 * need not be unpacked again.  One entry a file, so that a new initramfs beside
 * the same kernel costs only one.  Only of this machine's own files: with
 * another root there is no cache.
 */
#ifndef KD_FACTS_CACHE_H
#define KD_FACTS_CACHE_H

#include "image.h"

#define KD_CACHE_FOLDER "/var/cache/crashctl"
#define KD_CACHE_PATH 128

/* Where the entry of that file is: by what it is, and what it is read as. */
enum kd_cache_kind { KD_CACHE_KERNEL, KD_CACHE_INITRAMFS };
void kd_cache_path(enum kd_cache_kind kind, const struct kd_identity *id,
		   char ret[KD_CACHE_PATH]);

/* Whoever owns "/" could change anything; from others nothing is believed. */
bool kd_cache_is_trusted(struct kdump_ctx *ctx, const char *path);

/*
 * 1 there is one, 0 there is none; -ENOMEM.  One that is broken, cut, or that
 * others than the owner of "/" may have written is none.
 */
int kd_cache_read_kernel(struct kdump_ctx *ctx, const struct kd_identity *id,
			 struct kd_kernel *ret);
int kd_cache_read_initramfs(struct kdump_ctx *ctx, const struct kd_identity *id,
			    struct kd_initramfs *ret, struct kd_contents *contents);

#endif
