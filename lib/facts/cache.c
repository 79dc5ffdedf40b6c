/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The cache, read: see cache.h.  act/cache.c writes it. */
#include "cache.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "../core/root.h"
#include "sums.h"

/* To be raised with every change of what is read from a file, or how it is written. */
#define FORMAT 2

void kd_cache_path(enum kd_cache_kind kind, const struct kd_identity *id,
		   char ret[KD_CACHE_PATH])
{
	unsigned char digest[KD_SHA256_BYTES];
	struct kd_sha256 sha;
	char hex[KD_SHA256_HEX], key[256];
	int len;

	len = snprintf(key, sizeof(key), "%d %d %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRId64
		       " %" PRId64 " %" PRId64 " %" PRId64, FORMAT, kind, id->dev, id->ino,
		       id->size, id->mtime, id->mtime_ns, id->ctime, id->ctime_ns);
	kd_sha256_init(&sha);
	kd_sha256_feed(&sha, key, (size_t)len);
	kd_sha256_finish(&sha, digest);
	kd_sha256_hex(digest, hex);
	snprintf(ret, KD_CACHE_PATH, KD_CACHE_FOLDER "/%s", hex);
}

bool kd_cache_is_trusted(struct kdump_ctx *ctx, const char *path)
{
	struct stat root, st;

	return !kd_root_stat(ctx, "/", &root) && !kd_root_stat(ctx, path, &st) &&
	       st.st_uid == root.st_uid && !(st.st_mode & (S_IWGRP | S_IWOTH));
}

static int read_entry(struct kdump_ctx *ctx, enum kd_cache_kind kind,
		      const struct kd_identity *id, struct kd_kv *ret)
{
	char path[KD_CACHE_PATH];
	struct kd_buf buf;
	int err;

	if (!kdump_ctx_is_live(ctx) || ctx->no_cache)
		return -ENOENT;
	kd_cache_path(kind, id, path);
	/* Nobody but that owner can put another file there in between. */
	if (!kd_cache_is_trusted(ctx, KD_CACHE_FOLDER) || !kd_cache_is_trusted(ctx, path))
		return -ENOENT;
	err = kd_root_read(ctx, path, KD_KV_TEXT_MAX, &buf);
	if (err)
		return err;
	/* Cut in its last line, a number there is another. */
	err = buf.len && buf.data[buf.len - 1] == '\n' ? 0 : -EBADMSG;
	if (!err)
		err = kd_kv_parse(buf.data, buf.len, ret, NULL);
	kd_buf_free(&buf);
	return err;
}

static int found(int err)
{
	if (!err)
		return 1;
	return err == -ENOMEM ? err : 0;
}

int kd_cache_read_kernel(struct kdump_ctx *ctx, const struct kd_identity *id,
			 struct kd_kernel *ret)
{
	struct kd_kv kv;
	int err = read_entry(ctx, KD_CACHE_KERNEL, id, &kv);

	if (err)
		return found(err);
	err = kd_sums_read_kernel(&kv, ret);
	kd_kv_free(&kv);
	return found(err);
}

int kd_cache_read_initramfs(struct kdump_ctx *ctx, const struct kd_identity *id,
			    struct kd_initramfs *ret, struct kd_contents *contents)
{
	struct kd_kv kv;
	int err = read_entry(ctx, KD_CACHE_INITRAMFS, id, &kv);

	if (err)
		return found(err);
	err = kd_sums_read_initramfs(&kv, ret, contents);
	kd_kv_free(&kv);
	return found(err);
}
