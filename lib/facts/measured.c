/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Measured minima, read and written as text: see measured.h. */
#include "measured.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../core/root.h"

/* To be raised with every change of what a rehearsal does or of what is written. */
#define FORMAT "1"

#define HEX_DIGITS "0123456789abcdef"
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

bool kd_measured_is_name(const char *name)
{
	const char *hex = name + strlen(KD_MEASURED_PREFIX);

	return kd_starts(name, KD_MEASURED_PREFIX) && strlen(hex) == KD_SHA256_HEX - 1 &&
	       strspn(hex, HEX_DIGITS) == KD_SHA256_HEX - 1;
}

/* ---- text ---- */

static int put_number(char **text, size_t *len, const char *key, uint64_t n)
{
	char number[24];

	snprintf(number, sizeof(number), "%" PRIu64, n);
	return kd_kv_write(text, len, key, number);
}

int kd_measured_write(const struct kd_measured_entry *entry, char **text, size_t *len)
{
	const struct {
		const char *key, *value;
	} words[] = {
		{ "FORMAT", FORMAT }, { "KERNEL_SHA256", entry->kernel },
		{ "INITRAMFS_SHA256", entry->initramfs }, { "KERNEL_ID", entry->kernel_id },
		{ "INITRAMFS_ID", entry->initramfs_id }, { "CMDLINE", entry->cmdline },
	};
	const struct {
		const char *key;
		uint64_t value;
	} numbers[] = {
		{ "KERNEL_SIZE", entry->kernel_size },
		{ "INITRAMFS_SIZE", entry->initramfs_size }, { "CPUS", entry->main.cpus },
		{ "MAIN", entry->main.bytes }, { "START", entry->main.start },
		{ "TIME", entry->main.time },
	};
	int err = 0;

	*text = NULL;
	*len = 0;
	for (size_t i = 0; i < KD_ARRAY_SIZE(words) && !err; i++)
		err = kd_kv_write(text, len, words[i].key, words[i].value);
	for (size_t i = 0; i < KD_ARRAY_SIZE(numbers) && !err; i++)
		err = put_number(text, len, numbers[i].key, numbers[i].value);
	return err;
}

static const char *value_of(const struct kd_kv *kv, const char *key)
{
	const struct kd_kv_entry *entry = kd_kv_find(kv, key);

	return entry && entry->value ? entry->value : "";
}

/* strtoull() alone would take signs and leading blanks. */
static bool number(const struct kd_kv *kv, const char *key, uint64_t most, uint64_t *ret)
{
	const char *text = value_of(kv, key);
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*ret = strtoull(text, &end, 10);
	return !errno && !*end && *ret <= most;
}

static bool sum(const struct kd_kv *kv, const char *key, char ret[KD_SHA256_HEX])
{
	const char *text = value_of(kv, key);

	if (strlen(text) != KD_SHA256_HEX - 1 || strspn(text, HEX_DIGITS) != KD_SHA256_HEX - 1)
		return false;
	memcpy(ret, text, KD_SHA256_HEX);
	return true;
}

/* No crash kernel has more than a TiB, and no sum of what is read here can overflow. */
static bool from_entries(const struct kd_kv *kv, struct kd_measured_entry *ret)
{
	ret->cmdline = value_of(kv, "CMDLINE");
	return kd_streq(value_of(kv, "FORMAT"), FORMAT) &&
	       sum(kv, "KERNEL_SHA256", ret->kernel) && sum(kv, "KERNEL_ID", ret->kernel_id) &&
	       sum(kv, "INITRAMFS_SHA256", ret->initramfs) &&
	       sum(kv, "INITRAMFS_ID", ret->initramfs_id) &&
	       number(kv, "KERNEL_SIZE", UINT64_MAX, &ret->kernel_size) &&
	       number(kv, "INITRAMFS_SIZE", UINT64_MAX, &ret->initramfs_size) &&
	       number(kv, "CPUS", UINT32_MAX, &ret->main.cpus) &&
	       number(kv, "MAIN", 1024 * KD_GIB, &ret->main.bytes) && ret->main.bytes &&
	       number(kv, "START", 1024 * KD_GIB, &ret->main.start) &&
	       number(kv, "TIME", INT64_MAX, &ret->main.time);
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
	struct kd_kv kv;
	int err;

	snprintf(path, sizeof(path), KD_CACHE_FOLDER "/%.*s", KD_CACHE_PATH / 2 + 16, name);
	if (!kd_cache_is_trusted(image->ctx, path) ||
	    kd_root_read(image->ctx, path, KD_MEASURED_TEXT, &buf))
		return 0;
	/* Cut in its last line, a number there is another. */
	err = buf.len && buf.data[buf.len - 1] == '\n' ? 0 : -EBADMSG;
	if (!err)
		err = kd_kv_parse(buf.data, buf.len, &kv, NULL);
	kd_buf_free(&buf);
	if (err)
		return err == -ENOMEM ? err : 0;
	if (from_entries(&kv, &entry) && fits(image, &entry))
		image->measured = entry.main;
	kd_kv_free(&kv);
	return 0;
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
