/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Sums as text: see sums.h.  Lists of numbers are one value each, rows of
 * "a:b:c" that end in a blank.
 */
#include "sums.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "fields.h"

/* More than any machine has; what is larger was not read from a file. */
#define MOST		(64 * 1024 * KD_GIB)
#define COUNT_MOST	(1024 * KD_MIB)
#define CODEC_MOST	KD_CODEC_ZSTD

#define KERNEL(key, member, most) KD_UINT(key, struct kd_kernel, member, most)
static const struct kd_field kernel_fields[] = {
	KERNEL("KERNEL_KIND", kind, KD_KERNEL_S390),
	KERNEL("KERNEL_CONTAINER", container, KD_KERNEL_UKI),
	KD_TEXT("ARCH", struct kd_kernel, arch),
	KD_TEXT("RELEASE", struct kd_kernel, release),
	KERNEL("INIT_SIZE", init_size, MOST),
	KERNEL("ALIGNMENT", alignment, KD_GIB),
	KERNEL("PREF_ADDRESS", pref_address, MOST),
	KERNEL("CMDLINE_SIZE", cmdline_size, MOST),
	KERNEL("PAGE_SIZE", page_size, KD_MIB),
	KERNEL("KERNEL_CODEC", codec, CODEC_MOST),
	KERNEL("PAYLOAD_OFFSET", payload_offset, MOST),
	KERNEL("PAYLOAD_SIZE", payload_size, MOST),
	KERNEL("KERNEL_UNPACKED", unpacked_size, MOST),
	KERNEL("RESIDENT", resident, MOST),
	KERNEL("TEXT", text, MOST),
	KERNEL("DATA", data, MOST),
	KERNEL("BSS", bss, MOST),
	KERNEL("INIT", init, MOST),
	KERNEL("PERCPU", percpu, MOST),
	KD_INT("INITRAMFS_OPTIONS", struct kd_kernel, initramfs_options),
	KERNEL("INITRD_OFFSET", initrd_offset, MOST),
	KERNEL("INITRD_SIZE", initrd_size, MOST),
};

/* That facts files of 0.1 do not have. */
static const struct kd_field later_fields[] = {
	KERNEL("TEXT_OFFSET", text_offset, MOST),
	KERNEL("IMAGE_OFFSET", image_offset, MOST),
	KERNEL("IMAGE_SIZE", image_size, MOST),
	KERNEL("CMDLINE_OFFSET", cmdline_offset, MOST),
	KERNEL("CMDLINE_BYTES", cmdline_bytes, MOST),
	KERNEL("UNAME_OFFSET", uname_offset, MOST),
	KERNEL("UNAME_BYTES", uname_bytes, MOST),
};

#define SUM(key, member, most) KD_UINT(key, struct kd_initramfs, member, most)
static const struct kd_field initramfs_fields[] = {
	SUM("STORED", stored, MOST),
	SUM("UNPACKED", unpacked, MOST),
	SUM("CONTENT", content, MOST),
	SUM("PAGES_4K", pages[0], MOST),
	SUM("PAGES_16K", pages[1], MOST),
	SUM("PAGES_64K", pages[2], MOST),
	SUM("FILES", files, COUNT_MOST),
	SUM("REGULAR", regular, COUNT_MOST),
	SUM("LINKS", links, COUNT_MOST),
	SUM("SYMLINKS", symlinks, COUNT_MOST),
	SUM("LONG_SYMLINKS", long_symlinks, COUNT_MOST),
	SUM("SKIPPED", skipped, MOST),
	SUM("WINDOW", window, MOST),
	SUM("N_SEGMENTS", n_segments, SIZE_MAX),
	SUM("NO_TRAILER", no_trailer, 1),
	SUM("PARTIAL", partial, 1),
	SUM("UNREAD", partial_stored, MOST),
};

#define CONTENT(key, member, most) KD_UINT(key, struct kd_contents, member, most)
static const struct kd_field contents_fields[] = {
	CONTENT("MAKER", maker, KD_MAKERS - 1),
	CONTENT("TOOLS", tools, KD_TOOLS),
	CONTENT("MICROCODE", microcode, MOST),
	CONTENT("N_LARGEST", n_largest, KD_CONTENTS_LARGEST),
	CONTENT("MODULES_LOST", modules_lost, COUNT_MOST),
	CONTENT("DEPS_KNOWN", deps_known, 1),
	CONTENT("LISTS_CUT", lists_cut, 1),
	CONTENT("NAMES_ROOT", names_root, 1),
	CONTENT("NAMES_ROOTFSTYPE", names_rootfstype, 1),
};

/* Since 0.2: what an older version has written of an image goes without. */
static const struct kd_field releases_fields[] = {
	KD_TEXT("RELEASES", struct kd_contents, releases),
	CONTENT("RELEASES_LOST", releases_lost, 1),
	CONTENT("OPAQUE", opaque, 1),
	KD_TEXT("PROGRAMS_ARCH", struct kd_contents, arch),
	CONTENT("PROGRAMS_PAGE_SIZE", page_size, 64 * KD_KIB),
	KD_TEXT("LIBRARIES_MISSING", struct kd_contents, missing),
};

/* ---- rows ---- */

#define ROW_MAX 128

/* The bytes up to @end, which is passed over. */
static int take_word(const char **p, char end, char *ret, size_t size)
{
	const char *stop = strchr(*p, end);
	size_t len = stop ? (size_t)(stop - *p) : size;

	if (len >= size)
		return -EBADMSG;
	memcpy(ret, *p, len);
	ret[len] = '\0';
	*p = stop + 1;
	return 0;
}

static int take_uint(const char **p, char end, uint64_t most, uint64_t *ret)
{
	char word[24];
	int err = take_word(p, end, word, sizeof(word));

	return err ? err : kd_read_uint(word, most, ret);
}

static int take_codec(const char **p, char end, enum kd_codec *ret)
{
	char word[16];
	int err = take_word(p, end, word, sizeof(word));

	for (unsigned codec = 0; !err && codec <= CODEC_MOST; codec++) {
		if (!kd_streq(word, kd_codec_name(codec)))
			continue;
		*ret = codec;
		return 0;
	}
	return -EBADMSG;
}

/* ---- segments ---- */

static int write_segments(const struct kd_initramfs *sums, char **text, size_t *len)
{
	char rows[KD_INITRAMFS_SEGMENTS * ROW_MAX] = "";
	size_t at = 0;

	for (size_t i = 0; i < kd_min(sums->n_segments, KD_INITRAMFS_SEGMENTS); i++) {
		const struct kd_initramfs_segment *s = &sums->segments[i];

		at += (size_t)snprintf(rows + at, sizeof(rows) - at, "%s:%" PRIu64 ":%" PRIu64
				       ":%" PRIu64 ":%" PRIu64 " ", kd_codec_name(s->codec),
				       s->offset, s->stored, s->unpacked, s->window);
	}
	return kd_kv_write(text, len, "SEGMENTS", rows);
}

static int read_segments(const char *p, struct kd_initramfs *sums)
{
	size_t n = 0;
	int err = 0;

	for (; *p && !err; n++) {
		struct kd_initramfs_segment *s = &sums->segments[n];

		if (n == KD_INITRAMFS_SEGMENTS)
			return -EBADMSG;
		err = take_codec(&p, ':', &s->codec);
		if (!err)
			err = take_uint(&p, ':', MOST, &s->offset);
		if (!err)
			err = take_uint(&p, ':', MOST, &s->stored);
		if (!err)
			err = take_uint(&p, ':', MOST, &s->unpacked);
		if (!err)
			err = take_uint(&p, ' ', MOST, &s->window);
	}
	if (!err && n != kd_min(sums->n_segments, KD_INITRAMFS_SEGMENTS))
		return -EBADMSG;
	return err;
}

/* ---- modules ---- */

static int write_modules(const struct kd_contents *c, char **text, size_t *len)
{
	size_t room = c->n_modules * ROW_MAX + 1, at = 0;
	char *rows = malloc(room);
	int err;

	if (!rows)
		return -ENOMEM;
	*rows = '\0';
	for (size_t i = 0; i < c->n_modules; i++) {
		const struct kd_module_file *m = &c->modules[i];

		at += (size_t)snprintf(rows + at, room - at, "%s:%" PRIu64 ":%" PRIu64 ":%s:%u ",
				       m->name, m->stored, m->memory, kd_codec_name(m->codec),
				       m->why);
	}
	err = kd_kv_write(text, len, "MODULES", rows);
	free(rows);
	return err;
}

static int read_module(const char **p, struct kd_module_file *ret)
{
	char name[KD_MODULE_FILE_NAME];
	uint64_t why;
	int err = take_word(p, ':', name, sizeof(name));

	if (!err && (!kd_module_name(name, strlen(name), ret->name) ||
		     !kd_streq(name, ret->name)))
		err = -EBADMSG;
	/* A cpio holds no file of 4 GiB. */
	if (!err)
		err = take_uint(p, ':', UINT32_MAX, &ret->stored);
	if (!err)
		err = take_uint(p, ':', KD_GIB, &ret->memory);
	if (!err)
		err = take_codec(p, ':', &ret->codec);
	if (!err)
		err = take_uint(p, ' ', KD_MODULE_LISTED | KD_MODULE_HOST | KD_MODULE_NEEDED,
				&why);
	if (!err)
		ret->why = (unsigned)why;
	return err;
}

static size_t count_rows(const char *p)
{
	size_t n = 0;

	for (; *p; p++)
		n += *p == ' ';
	return n;
}

/* In order and each once: they are searched by name. */
static int read_modules(const char *p, struct kd_contents *c)
{
	size_t n = count_rows(p), i;
	int err = 0;

	if (n > KD_CONTENTS_MODULES)
		return -EBADMSG;
	c->modules = n ? calloc(n, sizeof(*c->modules)) : NULL;
	if (n && !c->modules)
		return -ENOMEM;
	for (i = 0; i < n && !err; i++) {
		err = read_module(&p, &c->modules[i]);
		if (!err && i && strcmp(c->modules[i - 1].name, c->modules[i].name) >= 0)
			err = -EBADMSG;
	}
	c->n_modules = i;
	return err || !*p ? err : -EBADMSG;
}

/* ---- the largest files ---- */

static int write_largest(const struct kd_contents *c, char **text, size_t *len)
{
	char key[48], bytes[32];
	int err = 0;

	for (size_t i = 0; i < c->n_largest && !err; i++) {
		snprintf(key, sizeof(key), "LARGEST_%zu", i);
		snprintf(bytes, sizeof(bytes), "%" PRIu64, c->largest[i].bytes);
		err = kd_kv_write(text, len, key, c->largest[i].path);
		snprintf(key, sizeof(key), "LARGEST_%zu_BYTES", i);
		if (!err)
			err = kd_kv_write(text, len, key, bytes);
	}
	return err;
}

static int read_file(const struct kd_kv *kv, size_t i, struct kd_contents_file *ret)
{
	char key[48], bytes_key[48];
	const struct kd_field fields[] = {
		KD_STRING(key, struct kd_contents_file, path),
		KD_UINT(bytes_key, struct kd_contents_file, bytes, UINT32_MAX),
	};

	snprintf(key, sizeof(key), "LARGEST_%zu", i);
	snprintf(bytes_key, sizeof(bytes_key), "LARGEST_%zu_BYTES", i);
	return kd_fields_read(fields, KD_ARRAY_SIZE(fields), kv, ret);
}

static int read_largest(const struct kd_kv *kv, size_t n, struct kd_contents *c)
{
	int err = 0;

	for (size_t i = 0; i < n && !err; i++) {
		/* Also where it failed half-way: kd_contents_free() frees the path. */
		c->n_largest = i + 1;
		err = read_file(kv, i, &c->largest[i]);
		if (!err && i && c->largest[i].bytes > c->largest[i - 1].bytes)
			err = -EBADMSG;
	}
	return err;
}

/* ---- kernel, initramfs, both ---- */

int kd_sums_write_kernel(const struct kd_kernel *kernel, char **text, size_t *len)
{
	/* First, so that a text that is cut lacks what it must have. */
	int err = kd_fields_write(later_fields, KD_ARRAY_SIZE(later_fields), kernel, text, len);

	return err ? err : kd_fields_write(kernel_fields, KD_ARRAY_SIZE(kernel_fields), kernel,
					   text, len);
}

static int read_later(const struct kd_kv *kv, struct kd_kernel *ret)
{
	int err = 0;

	for (size_t i = 0; i < KD_ARRAY_SIZE(later_fields) && !err; i++)
		if (kd_kv_find(kv, later_fields[i].key))
			err = kd_fields_read(&later_fields[i], 1, kv, ret);
	return err;
}

/* What the parsers promise, and arithmetic further on relies on. */
static bool is_sane_kernel(const struct kd_kernel *k)
{
	return k->alignment && !(k->alignment & (k->alignment - 1)) &&
	       !(k->page_size & (k->page_size - 1)) && k->resident <= k->init_size &&
	       k->initramfs_options >= -1 && k->initramfs_options <= 1;
}

int kd_sums_read_kernel(const struct kd_kv *kv, struct kd_kernel *ret)
{
	struct kd_kernel kernel = { .kind = KD_KERNEL_UNKNOWN };
	int err = kd_fields_read(kernel_fields, KD_ARRAY_SIZE(kernel_fields), kv, &kernel);

	if (!err)
		err = read_later(kv, &kernel);
	if (!err && !is_sane_kernel(&kernel))
		err = -EBADMSG;
	if (!err)
		*ret = kernel;
	return err;
}

int kd_sums_write_initramfs(const struct kd_initramfs *sums, const struct kd_contents *contents,
			    char **text, size_t *len)
{
	int err = kd_fields_write(initramfs_fields, KD_ARRAY_SIZE(initramfs_fields), sums, text,
				  len);

	if (!err)
		err = write_segments(sums, text, len);
	if (!err)
		err = kd_fields_write(contents_fields, KD_ARRAY_SIZE(contents_fields), contents,
				      text, len);
	if (!err)
		err = kd_fields_write(releases_fields, KD_ARRAY_SIZE(releases_fields), contents,
				      text, len);
	if (!err)
		err = write_largest(contents, text, len);
	return err ? err : write_modules(contents, text, len);
}

static int read_sums(const struct kd_kv *kv, struct kd_initramfs *ret)
{
	const char *segments = kd_kv_value(kv, "SEGMENTS");
	int err;

	if (!segments)
		return -EBADMSG;
	err = kd_fields_read(initramfs_fields, KD_ARRAY_SIZE(initramfs_fields), kv, ret);
	if (!err && (ret->symlinks > ret->files || ret->long_symlinks > ret->symlinks ||
		     ret->regular > ret->files || ret->content > ret->pages[0] ||
		     ret->pages[0] > ret->pages[1] || ret->pages[1] > ret->pages[2]))
		err = -EBADMSG;
	return err ? err : read_segments(segments, ret);
}

static int read_contents(const struct kd_kv *kv, struct kd_contents *ret)
{
	const char *modules = kd_kv_value(kv, "MODULES");
	size_t n;
	int err;

	if (!modules)
		return -EBADMSG;
	err = kd_fields_read(contents_fields, KD_ARRAY_SIZE(contents_fields), kv, ret);
	if (!err)
		err = kd_fields_read_some(releases_fields, KD_ARRAY_SIZE(releases_fields), kv, ret);
	n = ret->n_largest;
	ret->n_largest = 0;
	if (!err)
		err = read_largest(kv, n, ret);
	return err ? err : read_modules(modules, ret);
}

int kd_sums_read_initramfs(const struct kd_kv *kv, struct kd_initramfs *ret,
			   struct kd_contents *contents)
{
	struct kd_initramfs sums = { .stored = 0 };
	struct kd_contents found = { .maker = KD_MAKER_UNKNOWN };
	int err = read_sums(kv, &sums);

	if (!err)
		err = read_contents(kv, &found);
	if (err) {
		kd_contents_free(&found);
		return err;
	}
	*ret = sums;
	*contents = found;
	return 0;
}

int kd_sums_write(const struct kd_image_sums *sums, const struct kd_contents *contents,
		  char **ret, size_t *ret_len)
{
	char *text = NULL;
	size_t len = 0;
	int err = kd_sums_write_kernel(&sums->kernel, &text, &len);

	if (!err)
		err = kd_sums_write_initramfs(&sums->initramfs, contents, &text, &len);
	if (err) {
		free(text);
		return err;
	}
	*ret = text;
	*ret_len = len;
	return 0;
}

int kd_sums_parse(const char *text, size_t len, struct kd_image_sums *ret,
		  struct kd_contents *contents)
{
	struct kd_image_sums sums;
	struct kd_kv kv;
	int err;

	/* Cut in its last line, a number there is another. */
	if (!len || text[len - 1] != '\n')
		return -EBADMSG;
	err = kd_kv_parse(text, len, &kv, NULL);
	if (err)
		return err == -ENOMEM ? err : -EBADMSG;
	err = kd_sums_read_kernel(&kv, &sums.kernel);
	if (!err)
		err = kd_sums_read_initramfs(&kv, &sums.initramfs, contents);
	if (!err)
		*ret = sums;
	kd_kv_free(&kv);
	return err;
}
