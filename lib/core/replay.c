/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Records and replays: see replay.h. */
#include "replay.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>

#include "sys.h"

/*
 * What crashctl leaves behind itself is no fact about the machine, nor is the
 * process that asks, nor the owner of "/", of which only the cache wants to know.
 */
static bool is_ours(const char *path)
{
	static const char *const prefixes[] = {
		"run/crashctl", "var/cache/crashctl", "proc/self/status",
	};

	path += strspn(path, "/");
	for (size_t i = 0; i < KD_ARRAY_SIZE(prefixes); i++)
		if (kd_starts(path, prefixes[i]))
			return true;
	return !*path;
}

void kd_record(struct kdump_ctx *ctx, enum kd_question question, const char *path, int err,
	       const char *data, size_t len)
{
	if (!ctx->recorded || is_ours(path))
		return;
	if (err == -ENOMEM)
		ctx->recorded->error = err;
	else
		(void)kd_answers_put(ctx->recorded, question, path, err, data, len);
}

/* What was never asked, by an older version perhaps, is told as what is not there. */
static const struct kd_answer *recall(struct kdump_ctx *ctx, enum kd_question question,
				      const char *path)
{
	static const struct kd_answer absent = { .error = -ENOENT };
	const struct kd_answer *answer = kd_answers_find(ctx->replayed, question, path);

	if (answer)
		return answer;
	kd_log(ctx, LOG_INFO, "%s: not among the facts, taken for not there", path);
	return &absent;
}

void kd_record_amend(struct kdump_ctx *ctx, const char *path, const char *data, size_t len)
{
	kd_record(ctx, KD_ASK_TEXT, path, 0, data, len);
}

void kd_record_stat(struct kdump_ctx *ctx, const char *path, int err, const struct stat *st)
{
	char text[32] = "";

	if (!ctx->recorded)
		return;
	if (!err)
		snprintf(text, sizeof(text), "%o %u", st->st_mode, st->st_uid);
	kd_record(ctx, KD_ASK_STAT, path, err, text, strlen(text));
}

static char *join(const struct kd_names *names, size_t *len)
{
	char *text, *p;

	*len = 0;
	for (size_t i = 0; i < names->n; i++)
		*len += strlen(names->v[i]) + 1;
	p = text = malloc(*len + 1);
	for (size_t i = 0; text && i < names->n; i++) {
		size_t n = strlen(names->v[i]);

		memcpy(p, names->v[i], n);
		p[n] = '/';
		p += n + 1;
	}
	return text;
}

void kd_record_names(struct kdump_ctx *ctx, const char *path, int err,
		     const struct kd_names *names)
{
	char *text = NULL;
	size_t len = 0;

	if (!ctx->recorded)
		return;
	if (!err) {
		text = join(names, &len);
		err = text ? 0 : -ENOMEM;
	}
	kd_record(ctx, KD_ASK_NAMES, path, err, text, len);
	free(text);
}

void kd_record_value(struct kdump_ctx *ctx, const char *name, const char *value)
{
	kd_record(ctx, KD_ASK_VALUE, name, 0, value, strlen(value));
}

const char *kd_replay_value(struct kdump_ctx *ctx, const char *name)
{
	const struct kd_answer *answer;

	answer = ctx->replayed ? kd_answers_find(ctx->replayed, KD_ASK_VALUE, name) : NULL;
	return answer && !answer->error ? answer->data : NULL;
}

int kd_replay_text(struct kdump_ctx *ctx, const char *path, size_t max, struct kd_buf *ret)
{
	const struct kd_answer *answer = recall(ctx, KD_ASK_TEXT, path);
	char *data;

	if (answer->error)
		return answer->error;
	if (answer->len > max)
		return -EFBIG;
	data = malloc(answer->len + 1);
	if (!data)
		return -ENOMEM;
	memcpy(data, answer->data, answer->len + 1);
	ret->data = data;
	ret->len = answer->len;
	return 0;
}

ssize_t kd_replay_head(struct kdump_ctx *ctx, const char *path, char *ret, size_t max)
{
	const struct kd_answer *answer = recall(ctx, KD_ASK_TEXT, path);
	size_t len = kd_min(answer->len, max);

	if (answer->error)
		return answer->error;
	memcpy(ret, answer->data, len);
	return (ssize_t)len;
}

int kd_replay_link(struct kdump_ctx *ctx, const char *path, char *ret, size_t size)
{
	const struct kd_answer *answer = recall(ctx, KD_ASK_LINK, path);

	if (answer->error)
		return answer->error;
	if (answer->len >= size)
		return -EFBIG;
	memcpy(ret, answer->data, answer->len + 1);
	return 0;
}

int kd_replay_stat(struct kdump_ctx *ctx, const char *path, struct stat *ret)
{
	const struct kd_answer *answer = recall(ctx, KD_ASK_STAT, path);
	struct stat st = { .st_mode = 0 };
	char *end;

	if (answer->error)
		return answer->error;
	st.st_mode = (mode_t)strtoul(answer->data, &end, 8);
	st.st_uid = (uid_t)strtoul(end, NULL, 10);
	*ret = st;
	return 0;
}

int kd_replay_names(struct kdump_ctx *ctx, const char *path, size_t max, struct kd_names *ret)
{
	const struct kd_answer *answer = recall(ctx, KD_ASK_NAMES, path);
	struct kd_names names = { 0 };
	const char *name = answer->data, *slash;
	int err = answer->error;

	while (!err && (slash = strchr(name, '/'))) {
		err = kd_names_add(&names, name, (size_t)(slash - name), max);
		name = slash + 1;
	}
	if (err)
		kd_names_free(&names);
	else
		*ret = names;
	return err;
}

void kd_machine_name(struct kdump_ctx *ctx, char *ret, size_t size)
{
	const char *value = kd_replay_value(ctx, "machine");

	*ret = '\0';
	if (ctx->live)
		kd_sys_machine(ret, size);
	else if (value && strlen(value) < size)
		memcpy(ret, value, strlen(value) + 1);
	if (*ret)
		kd_record_value(ctx, "machine", ret);
}

/* A file of facts may say anything; what divides by it must not. */
static bool is_page_size(uint64_t n)
{
	return n >= 4 * KD_KIB && n <= KD_MIB && !(n & (n - 1));
}

uint64_t kd_machine_page_size(struct kdump_ctx *ctx)
{
	const char *value = kd_replay_value(ctx, "page_size");
	uint64_t n = value ? strtoull(value, NULL, 10) : 0;
	char text[24];

	if (!ctx->live)
		return is_page_size(n) ? n : 0;
	n = kd_sys_page_size();
	snprintf(text, sizeof(text), "%" PRIu64, n);
	kd_record_value(ctx, "page_size", text);
	return n;
}
