/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The journal as KEY=value text, and the texts beside it: see journal.h. */
#include "journal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "fields.h"

#define FORMAT 1
#define TEMPORARY_MAX 64
#define MODE_MAX 07777

/* What stands once. */
struct head {
	uint32_t format;
	int64_t time;
	char *loader, *old_words, *new_words;
	bool running;
	uint32_t n, n_temporary;
};

static const struct kd_field head_fields[] = {
	KD_UINT("FORMAT", struct head, format, FORMAT),
	KD_INT("TIME", struct head, time),
	KD_STRING("LOADER", struct head, loader),
	KD_STRING("OLD_WORDS", struct head, old_words),
	KD_STRING("NEW_WORDS", struct head, new_words),
	KD_UINT("RUNNING", struct head, running, 1),
	KD_UINT("FILES", struct head, n, KD_JOURNAL_FILES),
	KD_UINT("TEMPORARY", struct head, n_temporary, TEMPORARY_MAX),
};

/* What stands for each file, behind its number: FILE_0_PATH. */
static const struct kd_field file_fields[] = {
	KD_STRING("PATH", struct kd_journal_file, path),
	KD_UINT("HAD", struct kd_journal_file, had, 1),
	KD_UINT("KNOWN", struct kd_journal_file, known, 1),
	KD_UINT("HAS", struct kd_journal_file, has, 1),
	KD_UINT("BY_TOOL", struct kd_journal_file, by_tool, 1),
	KD_TEXT("OLD_SUM", struct kd_journal_file, old_sum),
	KD_TEXT("NEW_SUM", struct kd_journal_file, new_sum),
	KD_UINT("MODE", struct kd_journal_file, attrs.mode, MODE_MAX),
	KD_UINT("UID", struct kd_journal_file, attrs.uid, UINT32_MAX),
	KD_UINT("GID", struct kd_journal_file, attrs.gid, UINT32_MAX),
	KD_STRING("XATTRS", struct kd_journal_file, attrs.xattrs),
};

#define N_HEAD KD_ARRAY_SIZE(head_fields)
#define N_FILE KD_ARRAY_SIZE(file_fields)
#define KEY_MAX 32

struct numbered {
	struct kd_field fields[N_FILE];
	char keys[N_FILE][KEY_MAX];
};

static const struct kd_field *number(struct numbered *to, size_t i)
{
	for (size_t k = 0; k < N_FILE; k++) {
		to->fields[k] = file_fields[k];
		snprintf(to->keys[k], KEY_MAX, "FILE_%u_%s", (unsigned)i, file_fields[k].key);
		to->fields[k].key = to->keys[k];
	}
	return to->fields;
}

void kd_journal_free(struct kd_journal *journal)
{
	for (size_t i = 0; i < journal->n; i++) {
		free(journal->files[i].path);
		free(journal->files[i].saved);
		kd_attrs_free(&journal->files[i].attrs);
		kd_buf_free(&journal->files[i].text);
	}
	for (size_t i = 0; i < journal->n_temporary; i++)
		free(journal->temporary[i]);
	free(journal->temporary);
	free(journal->files);
	free(journal->loader);
	free(journal->old_words);
	free(journal->new_words);
	*journal = (struct kd_journal){ 0 };
}

int kd_journal_saved_path(const char *sum, char **ret)
{
	char path[sizeof(KD_JOURNAL_SAVED) + KD_SHA256_HEX];
	char *copy;

	snprintf(path, sizeof(path), KD_JOURNAL_SAVED "/%s", sum);
	copy = strdup(path);
	if (!copy)
		return -ENOMEM;
	*ret = copy;
	return 0;
}

/* ---- writing ---- */

static int write_temporary(const struct kd_journal *journal, char **text, size_t *len)
{
	char key[KEY_MAX];
	int err = 0;

	for (size_t i = 0; i < journal->n_temporary && !err; i++) {
		snprintf(key, sizeof(key), "TEMPORARY_%u", (unsigned)i);
		err = kd_kv_write(text, len, key, journal->temporary[i]);
	}
	return err;
}

int kd_journal_write(const struct kd_journal *journal, char **ret, size_t *ret_len)
{
	struct head head = {
		.format = FORMAT,
		.time = journal->time,
		.loader = journal->loader,
		.old_words = journal->old_words,
		.new_words = journal->new_words,
		.running = journal->running,
		.n = (uint32_t)journal->n,
		.n_temporary = (uint32_t)journal->n_temporary,
	};
	struct numbered fields;
	char *text = NULL;
	size_t len = 0;
	int err = kd_fields_write(head_fields, N_HEAD, &head, &text, &len);

	for (size_t i = 0; i < journal->n && !err; i++)
		err = kd_fields_write(number(&fields, i), N_FILE, &journal->files[i], &text,
				      &len);
	if (!err)
		err = write_temporary(journal, &text, &len);
	if (err) {
		free(text);
		return err;
	}
	*ret = text;
	*ret_len = len;
	return 0;
}

/* ---- reading ---- */

static bool is_sum(const char *text)
{
	return strlen(text) == KD_SHA256_HEX - 1 &&
	       strspn(text, "0123456789abcdef") == KD_SHA256_HEX - 1;
}

static int check_file(const struct kd_journal_file *file)
{
	if (*file->path != '/' || (file->had && !is_sum(file->old_sum)) ||
	    (file->known && file->has && !is_sum(file->new_sum)))
		return -EBADMSG;
	return 0;
}

static int read_file(const struct kd_kv *kv, size_t i, struct kd_journal_file *file)
{
	struct numbered fields;
	int err = kd_fields_read(number(&fields, i), N_FILE, kv, file);

	if (!err)
		err = check_file(file);
	if (!err && file->had)
		err = kd_journal_saved_path(file->old_sum, &file->saved);
	return err;
}

static int read_temporary(const struct kd_kv *kv, size_t i, char **ret)
{
	const struct kd_kv_entry *entry;
	char key[KEY_MAX], *copy;

	snprintf(key, sizeof(key), "TEMPORARY_%u", (unsigned)i);
	entry = kd_kv_find(kv, key);
	if (!entry || !entry->value || *entry->value != '/')
		return -EBADMSG;
	copy = strdup(entry->value);
	if (!copy)
		return -ENOMEM;
	*ret = copy;
	return 0;
}

/* What it holds on failure is the caller's to free. */
static int from_entries(const struct kd_kv *kv, struct kd_journal *ret)
{
	struct head head = { 0 };
	int err = kd_fields_read(head_fields, N_HEAD, kv, &head);

	ret->time = head.time;
	ret->loader = head.loader;
	ret->old_words = head.old_words;
	ret->new_words = head.new_words;
	ret->running = head.running;
	if (!err && head.format != FORMAT)
		err = -EBADMSG;
	if (err)
		return err;
	ret->files = calloc((size_t)head.n + 1, sizeof(*ret->files));
	ret->temporary = calloc((size_t)head.n_temporary + 1, sizeof(*ret->temporary));
	if (!ret->files || !ret->temporary)
		return -ENOMEM;
	for (size_t i = 0; i < head.n && !err; i++) {
		ret->n = i + 1;
		err = read_file(kv, i, &ret->files[i]);
	}
	for (size_t i = 0; i < head.n_temporary && !err; i++) {
		err = read_temporary(kv, i, &ret->temporary[i]);
		ret->n_temporary = i + !err;
	}
	return err;
}

static int parse(const struct kd_buf *buf, struct kd_journal *ret)
{
	struct kd_journal journal = { 0 };
	struct kd_kv kv;
	int err;

	/* One that is cut in its last line has a value there that is another. */
	err = buf->len && buf->data[buf->len - 1] == '\n' ? 0 : -EBADMSG;
	if (!err)
		err = kd_kv_parse(buf->data, buf->len, &kv, NULL);
	if (err)
		return err;
	err = from_entries(&kv, &journal);
	kd_kv_free(&kv);
	if (err)
		kd_journal_free(&journal);
	else
		*ret = journal;
	return err;
}

/* 1 read, 0 not there; *@ret is BAD where it cannot be read. */
static int read_one(struct kdump_ctx *ctx, const char *path, enum kd_journal_state state,
		    struct kd_journal *ret)
{
	struct kd_buf buf;
	int err = kd_root_read(ctx, path, KD_KV_TEXT_MAX, &buf);

	if (err == -ENOENT || err == -ENOTDIR || err == -ENOMEM)
		return err == -ENOMEM ? err : 0;
	if (!err) {
		err = parse(&buf, ret);
		kd_buf_free(&buf);
	}
	if (err == -ENOMEM)
		return err;
	ret->state = err ? KD_JOURNAL_BAD : state;
	if (err == -EACCES || err == -EPERM)
		kd_text_set(&ret->why, "%s: %s", path, kd_errno_text(err));
	else if (err)
		kd_text_set(&ret->why, "%s: it is damaged, or of another version (%s)", path,
			    kd_errno_text(err));
	return 1;
}

int kd_journal_read(struct kdump_ctx *ctx, struct kd_journal *ret)
{
	struct kd_journal journal = { .state = KD_JOURNAL_NONE };
	int r = read_one(ctx, KD_JOURNAL_OPEN_PATH, KD_JOURNAL_OPEN, &journal);

	if (!r)
		r = read_one(ctx, KD_JOURNAL_DONE_PATH, KD_JOURNAL_DONE, &journal);
	if (r < 0)
		return r;
	*ret = journal;
	return 0;
}

static int check_sum(const struct kd_buf *buf, const char *sum)
{
	char hex[KD_SHA256_HEX];

	kd_sha256_of(buf->data, buf->len, hex);
	return kd_streq(hex, sum) ? 0 : -EBADMSG;
}

int kd_journal_read_texts(struct kdump_ctx *ctx, struct kd_journal *journal)
{
	int err = 0;

	for (size_t i = 0; i < journal->n && !err; i++) {
		struct kd_journal_file *file = &journal->files[i];

		if (!file->had || file->text.data)
			continue;
		err = kd_root_read(ctx, file->saved, KD_JOURNAL_TEXT, &file->text);
		if (!err && check_sum(&file->text, file->old_sum)) {
			kd_buf_free(&file->text);
			err = -EBADMSG;
		}
	}
	return err;
}
