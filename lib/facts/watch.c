/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The watcher's record and the unload's marker: see watch.h. */
#include "watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "../core/root.h"
#include "../core/sys.h"
#include "fields.h"

#define U64(key, member) KD_UINT(key, struct kd_watch_record, member, UINT64_MAX)

static const struct kd_field watch_fields[] = {
	KD_TEXT("BOOT_ID", struct kd_watch_record, boot_id),
	KD_INT("SINCE", struct kd_watch_record, since),
	U64("RELOADS", reloads),
	U64("FAILURES", failures),
	KD_INT("LAST_TIME", struct kd_watch_record, last_time),
	KD_TEXT("LAST_REASON", struct kd_watch_record, last_reason),
	U64("LAST_MS", last_ms),
	KD_INT("FAILED_TIME", struct kd_watch_record, failed_time),
	KD_TEXT("FAILED_ID", struct kd_watch_record, failed_id),
	KD_TEXT("FAILED_TEXT", struct kd_watch_record, failed_text),
	U64("RETRY_TIME", retry_time),
	KD_UINT("LIMITED", struct kd_watch_record, limited, 1),
};

struct unloaded {
	char boot_id[KD_BOOT_ID];
	int64_t time;
};

static const struct kd_field unloaded_fields[] = {
	KD_TEXT("BOOT_ID", struct unloaded, boot_id),
	KD_INT("TIME", struct unloaded, time),
};

static int parse(const struct kd_buf *buf, const struct kd_field *fields, size_t n, void *to)
{
	struct kd_kv kv;
	int err;

	/* Cut in its last line it would have a number there that is another. */
	if (!buf->len || buf->data[buf->len - 1] != '\n')
		return -EBADMSG;
	err = kd_kv_parse(buf->data, buf->len, &kv, NULL);
	if (err)
		return err;
	err = kd_fields_read(fields, n, &kv, to);
	kd_kv_free(&kv);
	return err;
}

/*
 * Into @to, whose first member is the boot's id; none of @fields is a string of its own.
 * 1, 0, -ENOMEM.
 */
static int read_one(struct kdump_ctx *ctx, const char *path, const struct kd_field *fields,
		    size_t n, void *to)
{
	char boot_id[KD_BOOT_ID];
	struct kd_buf buf;
	int err = kd_root_read(ctx, path, 64 * KD_KIB, &buf);

	if (!err) {
		err = parse(&buf, fields, n, to);
		kd_buf_free(&buf);
	}
	if (err)
		return err == -ENOMEM ? err : 0;
	kd_boot_id(ctx, boot_id);
	return *boot_id && kd_streq(boot_id, to);
}

static int write_one(const struct kd_field *fields, size_t n, const void *from, char **ret,
		     size_t *ret_len)
{
	char *text = NULL;
	size_t len = 0;
	int err = kd_fields_write(fields, n, from, &text, &len);

	if (err) {
		free(text);
		return err;
	}
	*ret = text;
	*ret_len = len;
	return 0;
}

int kd_watch_read(struct kdump_ctx *ctx, struct kd_watch_record *ret)
{
	struct kd_watch_record record;
	int found = read_one(ctx, KD_WATCH_PATH, watch_fields, KD_ARRAY_SIZE(watch_fields),
			     &record);

	if (found == 1)
		*ret = record;
	return found;
}

int kd_watch_write(const struct kd_watch_record *record, char **text, size_t *len)
{
	return write_one(watch_fields, KD_ARRAY_SIZE(watch_fields), record, text, len);
}

int kd_watch_running(struct kdump_ctx *ctx)
{
	struct stat st;
	int fd, held;

	/* On a copy of a machine, or by its facts, nobody can be seen at work. */
	if (!ctx->live)
		return -1;
	fd = kd_root_open_regular(ctx, KD_WATCH_LOCK, &st);
	if (fd == -ENOENT || fd == -ENOTDIR)
		return 0;
	if (fd < 0)
		return -1;
	held = kd_sys_lock_is_held(fd);
	kd_sys_close(fd);
	return held < 0 ? -1 : held;
}

int kd_unloaded_read(struct kdump_ctx *ctx, int64_t *time)
{
	struct unloaded unloaded;
	int found = read_one(ctx, KD_UNLOADED_PATH, unloaded_fields,
			     KD_ARRAY_SIZE(unloaded_fields), &unloaded);

	if (found == 1)
		*time = unloaded.time;
	return found;
}

int kd_unloaded_write(const char *boot_id, int64_t time, char **text, size_t *len)
{
	struct unloaded unloaded = { .time = time };

	snprintf(unloaded.boot_id, sizeof(unloaded.boot_id), "%s", boot_id);
	return write_one(unloaded_fields, KD_ARRAY_SIZE(unloaded_fields), &unloaded, text, len);
}

int kd_watch_facts_read(struct kdump_ctx *ctx, struct kd_watch_facts *ret)
{
	int found;

	*ret = (struct kd_watch_facts){ .running = kd_watch_running(ctx) };
	/* Facts hold nothing that crashctl has left: core/replay.c. */
	if (ctx->replayed)
		return 0;
	found = kd_watch_read(ctx, &ret->record);
	if (found < 0)
		return found;
	ret->has_record = found;
	found = kd_unloaded_read(ctx, &ret->unloaded_time);
	if (found < 0)
		return found;
	ret->unloaded = found;
	return 0;
}
