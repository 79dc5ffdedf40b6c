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

/* An image outlives an upgrade of this library: its record is to be read all the same. */
static const struct kd_field later_fields[] = {
	KD_UINT("SYSCALL", struct kd_record, call, KDUMP_SYSCALL_SEGMENTS),
	KD_TEXT("VERSION", struct kd_record, version),
	KD_TEXT("LAYOUT", struct kd_record, layout.memory),
	KD_TEXT("LAYOUT_CPUS", struct kd_record, layout.cpus),
	KD_INT("HOTPLUG", struct kd_record, hotplug),
	U64("RESERVED", reserved),
	KD_TEXT("KERNEL_COPY", struct kd_record, kernel_copy),
	KD_TEXT("INITRAMFS_COPY", struct kd_record, initramfs_copy),
};

static int read_sums(const struct kd_kv *kv, struct kd_record *record)
{
	int err = kd_sums_read_kernel(kv, &record->sums.kernel);

	if (!err)
		err = kd_sums_read_initramfs(kv, &record->sums.initramfs, &record->contents);
	record->has_sums = !err;
	return err == -ENOMEM ? err : 0;
}

/* Ours alone may write there, but a broken disk has no respect for that. */
static int from_entries(const struct kd_kv *kv, struct kd_record *ret)
{
	struct kd_record record = { .call = KDUMP_SYSCALL_FILE, .hotplug = -1 };
	int err = kd_fields_read(fields, KD_ARRAY_SIZE(fields), kv, &record);

	if (!err)
		err = kd_fields_read_some(later_fields, KD_ARRAY_SIZE(later_fields), kv, &record);
	if (!err && !*record.boot_id)
		err = -EBADMSG;
	if (record.call == KDUMP_SYSCALL_AUTO)
		record.call = KDUMP_SYSCALL_FILE;
	if (!err)
		err = read_sums(kv, &record);
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

/*
 * Whether the kernel keeps an image current is fixed when it is loaded
 * (kernel/crash_core.c:crash_check_hotplug_support()), and a reservation can only be
 * resized with nothing loaded (crash_shrink_memory()): if either is another now, so is
 * the image.  A load by the same call that leaves both as they were shows nowhere.
 */
bool kd_record_is_overtaken(const struct kd_record *record, const struct kdump_snapshot *snap)
{
	const struct kd_kexec_facts *now = &snap->kexec;

	if (now->loaded != 1)
		return false;
	if (record->hotplug >= 0 && now->hotplug >= 0 && record->hotplug != now->hotplug)
		return true;
	return record->reserved && now->has_size && record->reserved != now->size;
}

int kd_record_write(const struct kd_record *record, char **ret, size_t *ret_len)
{
	char *text = NULL;
	size_t len = 0;
	int err;

	/* First: a record that is cut must not pass for one that never had them. */
	err = kd_fields_write(later_fields, KD_ARRAY_SIZE(later_fields), record, &text, &len);
	if (!err)
		err = kd_fields_write(fields, KD_ARRAY_SIZE(fields), record, &text, &len);
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
