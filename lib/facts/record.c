/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Records as KEY=value text: the load's own fields here, then sums.c's. */
#include "record.h"

#include <errno.h>
#include <stdlib.h>

#include "../core/root.h"
#include "fields.h"
#include "sums.h"

#define U64(key, member) KD_UINT(key, struct kd_record, member, UINT64_MAX)
#define FILE_FIELDS(KEY, member)							\
	KD_STRING(KEY, struct kd_record, member.path),					\
	KD_IDENTITY_FIELDS(KEY, struct kd_record, member.id),				\
	KD_TEXT(KEY "_SHA256", struct kd_record, member.sha256)

static const struct kd_field fields[] = {
	FILE_FIELDS("KERNEL", kernel),
	FILE_FIELDS("INITRAMFS", initramfs),
	KD_STRING("CMDLINE", struct kd_record, cmdline),
	KD_STRING("CONFIGURED", struct kd_record, configured),
	KD_STRING("BOOT_ID", struct kd_record, boot_id),
	KD_INT("TIME", struct kd_record, time),
	U64("NEED_MAIN", need_main),
	U64("NEED_MAIN_WITH_CMA", need_main_with_cma),
	U64("NEED_LOW", need_low),
	U64("NEED_CMA", need_cma),
	U64("NEED_TOTAL_WITH_CMA", need_total_with_cma),
	U64("GIVEN", given),
};

/* Ours alone may write there, but a broken disk has no respect for that. */
static int from_entries(const struct kd_kv *kv, struct kd_record *ret)
{
	struct kd_record record = { .kernel = { .path = NULL } };
	int err = kd_fields_read(fields, KD_ARRAY_SIZE(fields), kv, &record);

	if (!err && !*record.boot_id)
		err = -EBADMSG;
	if (!err)
		err = kd_sums_read_kernel(kv, &record.sums.kernel);
	if (!err)
		err = kd_sums_read_initramfs(kv, &record.sums.initramfs, &record.contents);
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

int kd_record_write(const struct kd_record *record, char **ret, size_t *ret_len)
{
	char *text = NULL;
	size_t len = 0;
	int err = kd_fields_write(fields, KD_ARRAY_SIZE(fields), record, &text, &len);

	if (!err)
		err = kd_sums_write_kernel(&record->sums.kernel, &text, &len);
	if (!err)
		err = kd_sums_write_initramfs(&record->sums.initramfs, &record->contents, &text,
					      &len);
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
	free(record->configured);
	free(record->boot_id);
	kd_contents_free(&record->contents);
	*record = (struct kd_record){ 0 };
}
