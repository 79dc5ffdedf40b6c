/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Measured minima, read and written as text: see measured.h. */
#include "measured.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "../core/root.h"
#include "fields.h"

/* To be raised with every change of what a rehearsal does or of what is written. */
#define FORMAT "1"

#define FOLDER_MAX 4096

void kd_measured_path(const struct kd_measured_entry *entry, char ret[KD_CACHE_PATH])
{
	unsigned char digest[KD_SHA256_BYTES];
	struct kd_sha256 sha;
	char hex[KD_SHA256_HEX];

	kd_sha256_init(&sha);
	kd_sha256_feed(&sha, FORMAT, sizeof(FORMAT));
	kd_sha256_feed(&sha, entry->kernel, KD_SHA256_HEX);
	kd_sha256_feed(&sha, entry->initramfs, KD_SHA256_HEX);
	kd_sha256_feed(&sha, entry->cmdline, strlen(entry->cmdline) + 1);
	kd_sha256_finish(&sha, digest);
	kd_sha256_hex(digest, hex);
	snprintf(ret, KD_CACHE_PATH, KD_CACHE_FOLDER "/" KD_MEASURED_PREFIX "%s", hex);
}

void kd_measured_id(enum kd_cache_kind kind, const struct kd_identity *id,
		    char ret[KD_SHA256_HEX])
{
	char path[KD_CACHE_PATH];

	kd_cache_path(kind, id, path);
	memcpy(ret, path + strlen(KD_CACHE_FOLDER "/"), KD_SHA256_HEX);
}

static bool is_sum(const char *text)
{
	return strlen(text) == KD_SHA256_HEX - 1 &&
	       strspn(text, "0123456789abcdef") == KD_SHA256_HEX - 1;
}

bool kd_measured_is_name(const char *name)
{
	return kd_starts(name, KD_MEASURED_PREFIX) && is_sum(name + strlen(KD_MEASURED_PREFIX));
}

/* ---- text ---- */

#define U64(key, member, most) KD_UINT(key, struct kd_measured_entry, member, most)
#define TEXT(key, member) KD_TEXT(key, struct kd_measured_entry, member)

/* No crash kernel has more than a TiB, and no sum of what is read here can overflow. */
static const struct kd_field fields[] = {
	TEXT("FORMAT", format),
	TEXT("KERNEL_SHA256", kernel),
	TEXT("INITRAMFS_SHA256", initramfs),
	TEXT("KERNEL_ID", kernel_id),
	TEXT("INITRAMFS_ID", initramfs_id),
	KD_STRING("CMDLINE", struct kd_measured_entry, cmdline),
	U64("KERNEL_SIZE", kernel_size, UINT64_MAX),
	U64("INITRAMFS_SIZE", initramfs_size, UINT64_MAX),
	U64("CPUS", main.cpus, UINT32_MAX),
	U64("MAIN", main.bytes, 1024 * KD_GIB),
	U64("START", main.start, 1024 * KD_GIB),
	U64("TIME", main.time, INT64_MAX),
};

int kd_measured_write(struct kd_measured_entry *entry, char **text, size_t *len)
{
	*text = NULL;
	*len = 0;
	memcpy(entry->format, FORMAT, sizeof(FORMAT));
	return kd_fields_write(fields, KD_ARRAY_SIZE(fields), entry, text, len);
}

/* 1, 0 no healthy one, -ENOMEM; @ret is to be freed. */
static int parse(const struct kd_buf *text, struct kd_measured_entry *ret)
{
	struct kd_kv kv;
	int err;

	*ret = (struct kd_measured_entry){ .cmdline = NULL };
	/* Cut in its last line, a number there is another. */
	if (!text->len || text->data[text->len - 1] != '\n')
		return 0;
	err = kd_kv_parse(text->data, text->len, &kv, NULL);
	if (!err) {
		err = kd_fields_read(fields, KD_ARRAY_SIZE(fields), &kv, ret);
		kd_kv_free(&kv);
	}
	if (err)
		return err == -ENOMEM ? err : 0;
	return kd_streq(ret->format, FORMAT) && is_sum(ret->kernel) && is_sum(ret->kernel_id) &&
	       is_sum(ret->initramfs) && is_sum(ret->initramfs_id) && ret->main.bytes;
}

void kd_measured_free(struct kd_measured_entry *entry)
{
	free(entry->cmdline);
	entry->cmdline = NULL;
}

/* ---- found ---- */

/* The same file as then, or at least the same bytes. */
static bool is_same(const struct kd_file *file, enum kd_cache_kind kind, const char *id,
		    uint64_t size, const char *sha256)
{
	char now[KD_SHA256_HEX];

	if (file->fd < 0 || file->id.size != size)
		return false;
	kd_measured_id(kind, &file->id, now);
	return kd_streq(now, id) || (!kd_hash_file(file->fd, now) && kd_streq(now, sha256));
}

static bool fits(const struct kdump_image *image, const struct kd_measured_entry *entry)
{
	return image->cmdline && kd_streq(entry->cmdline, image->cmdline) &&
	       is_same(&image->kernel, KD_CACHE_KERNEL, entry->kernel_id, entry->kernel_size,
		       entry->kernel) &&
	       is_same(&image->initramfs, KD_CACHE_INITRAMFS, entry->initramfs_id,
		       entry->initramfs_size, entry->initramfs);
}

static int read_one(struct kdump_image *image, const char *name)
{
	struct kd_measured_entry entry;
	char path[KD_CACHE_PATH];
	struct kd_buf buf;
	int r;

	snprintf(path, sizeof(path), KD_CACHE_FOLDER "/%.*s", KD_CACHE_PATH / 2 + 16, name);
	if (!kd_cache_is_trusted(image->ctx, path) ||
	    kd_root_read(image->ctx, path, KD_MEASURED_TEXT, &buf))
		return 0;
	r = parse(&buf, &entry);
	kd_buf_free(&buf);
	if (r > 0 && fits(image, &entry))
		image->measured = entry.main;
	kd_measured_free(&entry);
	return r < 0 ? r : 0;
}

int kd_measured_find(struct kdump_image *image)
{
	struct kdump_ctx *ctx = image->ctx;
	struct kd_names names;
	int err;

	image->measured = (struct kd_measured_main){ .bytes = 0 };
	if (!kdump_ctx_is_live(ctx) || ctx->no_cache ||
	    !kd_cache_is_trusted(ctx, KD_CACHE_FOLDER))
		return 0;
	err = kd_root_list(ctx, KD_CACHE_FOLDER, FOLDER_MAX, &names);
	if (err)
		return err == -ENOMEM ? err : 0;
	for (size_t i = 0; i < names.n && !err && !image->measured.bytes; i++)
		if (kd_measured_is_name(names.v[i]))
			err = read_one(image, names.v[i]);
	kd_names_free(&names);
	return err;
}
