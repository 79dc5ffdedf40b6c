/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Records as KEY=value text: one table of fields serves writing and reading,
 * so the two cannot drift apart.
 */
#include "record.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../core/root.h"

enum kind { STRING, TEXT, U64, S64, ENUM };

struct field {
	const char *key;
	enum kind kind;
	size_t offset, size;		/* size of a TEXT, its NUL counted */
};

#define AT(member) offsetof(struct kd_record, member)
#define FILE_FIELDS(KEY, member)							\
	{ KEY, STRING, AT(member.path), 0 },						\
	{ KEY "_DEV", U64, AT(member.id.dev), 0 },					\
	{ KEY "_INO", U64, AT(member.id.ino), 0 },					\
	{ KEY "_SIZE", U64, AT(member.id.size), 0 },					\
	{ KEY "_MTIME", S64, AT(member.id.mtime), 0 },					\
	{ KEY "_MTIME_NS", S64, AT(member.id.mtime_ns), 0 },				\
	{ KEY "_CTIME", S64, AT(member.id.ctime), 0 },					\
	{ KEY "_CTIME_NS", S64, AT(member.id.ctime_ns), 0 },				\
	{ KEY "_SHA256", TEXT, AT(member.sha256), KD_SHA256_HEX }

static const struct field fields[] = {
	FILE_FIELDS("KERNEL", kernel),
	FILE_FIELDS("INITRAMFS", initramfs),
	{ "CMDLINE", STRING, AT(cmdline), 0 },
	{ "BOOT_ID", STRING, AT(boot_id), 0 },
	{ "TIME", S64, AT(time), 0 },
	{ "KERNEL_KIND", ENUM, AT(sums.kernel.kind), 0 },
	{ "KERNEL_CONTAINER", ENUM, AT(sums.kernel.container), 0 },
	{ "ARCH", TEXT, AT(sums.kernel.arch), sizeof(((struct kd_kernel *)0)->arch) },
	{ "RELEASE", TEXT, AT(sums.kernel.release), sizeof(((struct kd_kernel *)0)->release) },
	{ "INIT_SIZE", U64, AT(sums.kernel.init_size), 0 },
	{ "ALIGNMENT", U64, AT(sums.kernel.alignment), 0 },
	{ "PREF_ADDRESS", U64, AT(sums.kernel.pref_address), 0 },
	{ "CMDLINE_SIZE", U64, AT(sums.kernel.cmdline_size), 0 },
	{ "PAGE_SIZE", U64, AT(sums.kernel.page_size), 0 },
	{ "RESIDENT", U64, AT(sums.kernel.resident), 0 },
	{ "TEXT", U64, AT(sums.kernel.text), 0 },
	{ "DATA", U64, AT(sums.kernel.data), 0 },
	{ "BSS", U64, AT(sums.kernel.bss), 0 },
	{ "INIT", U64, AT(sums.kernel.init), 0 },
	{ "PERCPU", U64, AT(sums.kernel.percpu), 0 },
	{ "INITRAMFS_OPTIONS", S64, AT(sums.kernel.initramfs_options), 0 },
	{ "STORED", U64, AT(sums.initramfs.stored), 0 },
	{ "UNPACKED", U64, AT(sums.initramfs.unpacked), 0 },
	{ "CONTENT", U64, AT(sums.initramfs.content), 0 },
	{ "PAGES", U64, AT(sums.initramfs.pages), 0 },
	{ "FILES", U64, AT(sums.initramfs.files), 0 },
	{ "REGULAR", U64, AT(sums.initramfs.regular), 0 },
	{ "WINDOW", U64, AT(sums.initramfs.window), 0 },
	{ "UNREAD", U64, AT(sums.initramfs.partial_stored), 0 },
	{ "NEED_MAIN", U64, AT(need_main), 0 },
	{ "NEED_MAIN_WITH_CMA", U64, AT(need_main_with_cma), 0 },
	{ "NEED_LOW", U64, AT(need_low), 0 },
	{ "NEED_CMA", U64, AT(need_cma), 0 },
	{ "NEED_TOTAL_WITH_CMA", U64, AT(need_total_with_cma), 0 },
	{ "GIVEN", U64, AT(given), 0 },
};

static void *at(struct kd_record *record, const struct field *field)
{
	return (char *)record + field->offset;
}

static int parse_number(const char *text, const struct field *field, void *to)
{
	char *end;

	if (field->kind != S64 && (*text < '0' || *text > '9'))
		return -EBADMSG;
	errno = 0;
	if (field->kind == U64)
		*(uint64_t *)to = strtoull(text, &end, 10);
	else if (field->kind == ENUM)
		*(unsigned *)to = (unsigned)strtoul(text, &end, 10);
	else
		*(int64_t *)to = strtoll(text, &end, 10);
	return errno || end == text || *end ? -EBADMSG : 0;
}

static int read_field(struct kd_record *record, const struct field *field, const char *value)
{
	char **string = at(record, field);
	size_t len = strlen(value);

	switch (field->kind) {
	case STRING:
		*string = strdup(value);
		return *string ? 0 : -ENOMEM;
	case TEXT:
		if (len >= field->size)
			return -EBADMSG;
		memcpy(at(record, field), value, len + 1);
		return 0;
	default:
		return parse_number(value, field, at(record, field));
	}
}

/* Ours alone may write there, but a broken disk has no respect for that. */
static bool is_sane(const struct kd_record *record)
{
	const struct kd_kernel *kernel = &record->sums.kernel;
	const struct kd_initramfs *initramfs = &record->sums.initramfs;
	uint64_t align = kernel->alignment, most = 1024 * KD_GIB;

	return align && !(align & (align - 1)) && align <= KD_GIB && kernel->init_size < most &&
	       kernel->pref_address < most && kernel->resident <= kernel->init_size &&
	       initramfs->stored < most &&
	       initramfs->pages < most && initramfs->window < most &&
	       initramfs->partial_stored < most && *record->boot_id;
}

static int from_entries(const struct kd_kv *kv, struct kd_record *ret)
{
	struct kd_record record = { 0 };
	const struct kd_kv_entry *entry;
	int err = 0;

	for (size_t i = 0; i < KD_ARRAY_SIZE(fields) && !err; i++) {
		entry = kd_kv_find(kv, fields[i].key);
		err = entry && entry->value ? read_field(&record, &fields[i], entry->value)
					    : -EBADMSG;
	}
	if (!err && !is_sane(&record))
		err = -EBADMSG;
	if (err)
		kd_record_free(&record);
	else
		*ret = record;
	return err;
}

void kd_boot_id(struct kdump_ctx *ctx, char ret[KD_BOOT_ID])
{
	if (kd_root_read_line(ctx, "proc/sys/kernel/random/boot_id", ret, KD_BOOT_ID))
		*ret = '\0';
}

/*
 * A record of another boot tells of an image that is gone; /run may be kept
 * over a reboot by a container or a careless administrator.
 */
int kd_record_read(struct kdump_ctx *ctx, const char *path, struct kd_record *ret)
{
	char boot_id[KD_BOOT_ID];
	struct kd_buf buf;
	struct kd_kv kv;
	int err;

	err = kd_root_read(ctx, path, KD_MIB, &buf);
	if (err)
		return err == -ENOMEM ? err : 0;
	/* A record that is cut in its last line has a number there that is another. */
	err = buf.len && buf.data[buf.len - 1] == '\n' ? 0 : -EBADMSG;
	if (!err)
		err = kd_kv_parse(buf.data, buf.len, &kv, NULL);
	kd_buf_free(&buf);
	if (!err) {
		err = from_entries(&kv, ret);
		kd_kv_free(&kv);
	}
	if (err)
		return err == -ENOMEM ? err : 0;
	kd_boot_id(ctx, boot_id);
	if (kd_starts(path, KD_RECORD_FOLDER "/") && !kd_streq(boot_id, ret->boot_id)) {
		kd_record_free(ret);
		return 0;
	}
	return 1;
}

static int write_field(const struct kd_record *record, const struct field *field,
		       char **text, size_t *len)
{
	const char *from = (const char *)record + field->offset, *value = from;
	char number[32];

	if (field->kind == STRING)
		value = *(char *const *)(const void *)from;
	else if (field->kind == U64)
		snprintf(number, sizeof(number), "%" PRIu64, *(const uint64_t *)(const void *)from);
	else if (field->kind == S64)
		snprintf(number, sizeof(number), "%" PRId64, *(const int64_t *)(const void *)from);
	else if (field->kind == ENUM)
		snprintf(number, sizeof(number), "%u", *(const unsigned *)(const void *)from);
	if (field->kind == U64 || field->kind == S64 || field->kind == ENUM)
		value = number;
	return kd_kv_write(text, len, field->key, value ? value : "");
}

int kd_record_write(const struct kd_record *record, char **ret, size_t *ret_len)
{
	char *text = NULL;
	size_t len = 0;
	int err = 0;

	for (size_t i = 0; i < KD_ARRAY_SIZE(fields) && !err; i++)
		err = write_field(record, &fields[i], &text, &len);
	if (err) {
		free(text);
		return err;
	}
	*ret = text;
	*ret_len = len;
	return 0;
}

void kd_record_free(struct kd_record *record)
{
	free(record->kernel.path);
	free(record->initramfs.path);
	free(record->cmdline);
	free(record->boot_id);
	*record = (struct kd_record){ 0 };
}
