/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The journal, from its beginning to what --undo goes by: see journal.h. */
#include "journal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>

#include "../core/replace.h"
#include "../core/sys.h"
#include "../parse/keyvalue.h"

#define SAVED_MAX (4 * KD_JOURNAL_FILES)

int kd_file_failed(struct kdump_ctx *ctx, int err, const char *path)
{
	int code = -EIO;

	if (err == -ENOMEM)
		return kd_oom(ctx);
	if (err == -ENOLINK) {
		kd_advise(ctx, "remove the link, or make the file that it names");
		return kd_fail_id(ctx, -ELOOP, "dangling-link", "%s: is a link that leads nowhere",
				  path);
	}
	if (err == -EROFS)
		kd_advise(ctx, "mount it writable");
	if (err == -ENOSPC || err == -EDQUOT)
		kd_advise(ctx, "make room there");
	if (err == -EROFS || err == -ENOSPC || err == -EACCES || err == -EPERM || err == -ELOOP)
		code = err;
	return kd_fail_id(ctx, code, "file-not-written", "%s: %s", path, kd_errno_text(err));
}

struct kd_journal_file *kd_journal_find(struct kd_journal *journal, const char *path)
{
	for (size_t i = 0; i < journal->n; i++)
		if (kd_streq(journal->files[i].path, path))
			return &journal->files[i];
	return NULL;
}

/* ---- what is to be saved ---- */

static int take_file(struct kdump_ctx *ctx, const char *path, struct kd_journal_file *ret)
{
	struct kd_journal_file file = { .path = strdup(path) };
	struct kd_found kept;
	int err = file.path ? kd_root_find(ctx, path, KD_JOURNAL_TEXT, &kept) : -ENOMEM;

	if (err) {
		free(file.path);
		return kd_file_failed(ctx, err, path);
	}
	file.had = kept.there;
	file.text = kept.text;
	file.attrs = kept.attrs;
	*ret = file;
	if (!kept.there)
		return 0;
	if (kept.names > 1)
		kd_log(ctx, LOG_NOTICE, "%s: has %u names, the others keep the old text", path,
		       (unsigned)kept.names);
	kd_sha256_of(ret->text.data, ret->text.len, ret->old_sum);
	return kd_journal_saved_path(ret->old_sum, &ret->saved) ? kd_oom(ctx) : 0;
}

static int add_file(struct kdump_ctx *ctx, struct kd_journal *journal, const char *path,
		    struct kd_journal_file **ret)
{
	struct kd_journal_file *file = kd_journal_find(journal, path), *grown;
	int err = 0;

	if (!file) {
		if (journal->n == KD_JOURNAL_FILES)
			return kd_file_failed(ctx, -EFBIG, path);
		grown = reallocarray(journal->files, journal->n + 1, sizeof(*grown));
		if (!grown)
			return kd_oom(ctx);
		journal->files = grown;
		file = &grown[journal->n];
		*file = (struct kd_journal_file){ 0 };
		err = take_file(ctx, path, file);
		/* What was taken before it failed is the journal's to free. */
		if (!err || file->path)
			journal->n++;
	}
	if (!err)
		*ret = file;
	return err;
}

static int add_temporary(struct kdump_ctx *ctx, struct kd_journal *journal, const char *path,
			 const char *suffix)
{
	char **grown = reallocarray(journal->temporary, journal->n_temporary + 1,
				    sizeof(*grown));
	size_t len = strlen(path) + strlen(suffix) + 1;
	char *name;

	if (!grown)
		return kd_oom(ctx);
	journal->temporary = grown;
	name = malloc(len);
	if (!name)
		return kd_oom(ctx);
	snprintf(name, len, "%s%s", path, suffix);
	grown[journal->n_temporary++] = name;
	return 0;
}

int kd_check_planned(struct kdump_ctx *ctx, const struct kd_op *op, bool there,
		     const struct kd_buf *now)
{
	if (there == op->had && (!there || (now->len == op->old.len &&
					    !memcmp(now->data, op->old.data, now->len))))
		return 0;
	kd_advise(ctx, "try again");
	return kd_fail_id(ctx, -ESTALE, "changed-meanwhile",
			  "%s: somebody else changed it meanwhile", op->path);
}

static int add_written(struct kdump_ctx *ctx, struct kd_journal *journal, const struct kd_op *op)
{
	struct kd_journal_file *file;
	int err = add_file(ctx, journal, op->path, &file);

	if (!err)
		err = kd_check_planned(ctx, op, file->had, &file->text);
	if (err)
		return err;
	file->known = true;
	file->has = op->has;
	if (op->has)
		kd_sha256_of(op->text.data, op->text.len, file->new_sum);
	return 0;
}

static int add_op(struct kdump_ctx *ctx, struct kd_journal *journal, const struct kd_op *op)
{
	struct kd_journal_file *file;
	int err;

	switch (op->kind) {
	case KD_OP_WRITE:
		return add_written(ctx, journal, op);
	case KD_OP_INSTALL:
		err = add_file(ctx, journal, op->path, &file);
		/* grub-mkconfig writes to NAME.new first, and leaves it where it fails. */
		if (!err)
			err = add_temporary(ctx, journal, op->from, ".new");
		return err ? err : add_temporary(ctx, journal, op->from, "");
	default:
		return 0;
	}
}

static int add_guarded(struct kdump_ctx *ctx, struct kd_journal *journal, const char *path)
{
	struct kd_journal_file *file;
	int err = add_file(ctx, journal, path, &file);

	if (err)
		return err;
	file->by_tool = true;
	file->known = false;
	return 0;
}

static int copy_words(struct kdump_ctx *ctx, const struct kd_change *change,
		      const char *loader, struct kd_journal *journal)
{
	journal->loader = strdup(loader ? loader : "");
	journal->old_words = strdup(change->old_words ? change->old_words : "");
	journal->new_words = strdup(change->new_words ? change->new_words : "");
	return journal->loader && journal->old_words && journal->new_words ? 0 : kd_oom(ctx);
}

static int gather(struct kdump_ctx *ctx, const struct kd_change *change, const char *loader,
		  struct kd_journal *journal)
{
	int err = copy_words(ctx, change, loader, journal);

	for (size_t i = 0; i < change->n_ops && !err; i++)
		err = add_op(ctx, journal, &change->ops[i]);
	for (size_t i = 0; i < change->n_guarded && !err; i++)
		err = add_guarded(ctx, journal, change->guarded[i]);
	return err;
}

/* ---- on the disk ---- */

static int save_texts(struct kdump_ctx *ctx, const struct kd_journal *journal)
{
	int err = kd_root_mkdirs(ctx, KD_JOURNAL_DIR, 0755);

	/* Old texts may hold what only root may read: the password of a boot loader. */
	if (!err)
		err = kd_root_mkdirs(ctx, KD_JOURNAL_SAVED, 0700);
	for (size_t i = 0; i < journal->n && !err; i++) {
		const struct kd_journal_file *file = &journal->files[i];

		if (file->had)
			err = kd_root_replace(ctx, file->saved, file->text.data, file->text.len,
					      0600);
	}
	return err;
}

static int write_open(struct kdump_ctx *ctx, const struct kd_journal *journal)
{
	char *text;
	size_t len;
	int err = kd_journal_write(journal, &text, &len);

	if (err)
		return err;
	if (len > KD_KV_TEXT_MAX)
		err = -EFBIG;
	if (!err)
		err = kd_root_replace(ctx, KD_JOURNAL_OPEN_PATH, text, len, 0644);
	free(text);
	return err;
}

int kd_journal_note(struct kdump_ctx *ctx, const struct kd_journal *journal)
{
	int err = write_open(ctx, journal);

	return err ? kd_file_failed(ctx, err, KD_JOURNAL_OPEN_PATH) : 0;
}

static void remove_temporary(struct kdump_ctx *ctx, const struct kd_journal *journal)
{
	int err;

	for (size_t i = 0; i < journal->n_temporary; i++) {
		err = kd_root_unlink(ctx, journal->temporary[i]);
		if (err && err != -ENOENT)
			kd_log(ctx, LOG_WARNING, "%s: cannot be removed: %s",
			       journal->temporary[i], kd_errno_text(err));
	}
}

int kd_journal_begin(struct kdump_ctx *ctx, const struct kd_change *change,
		     const char *loader, struct kd_journal *ret)
{
	struct kd_journal journal = { .state = KD_JOURNAL_OPEN, .time = kd_sys_time() };
	int err = gather(ctx, change, loader, &journal);

	if (!err) {
		err = save_texts(ctx, &journal);
		if (!err)
			err = write_open(ctx, &journal);
		if (err) {
			err = kd_file_failed(ctx, err, KD_JOURNAL_DIR);
			/* Where the rename was done and only its sync failed. */
			kd_root_unlink(ctx, KD_JOURNAL_OPEN_PATH);
		}
	}
	if (err) {
		kd_journal_free(&journal);
		return err;
	}
	remove_temporary(ctx, &journal);
	*ret = journal;
	return 0;
}

int kd_journal_know(struct kdump_ctx *ctx, struct kd_journal_file *file)
{
	struct kd_found now;
	int err = kd_root_find(ctx, file->path, KD_JOURNAL_TEXT, &now);

	if (err)
		return kd_file_failed(ctx, err, file->path);
	file->has = now.there;
	file->known = true;
	if (now.there)
		kd_sha256_of(now.text.data, now.text.len, file->new_sum);
	kd_found_free(&now);
	return 0;
}

/* ---- the end ---- */

static bool is_saved(const struct kd_journal *journal, const char *name)
{
	for (size_t i = 0; i < journal->n; i++)
		if (journal->files[i].had && kd_streq(journal->files[i].old_sum, name))
			return true;
	return false;
}

/*
 * Texts that no journal speaks of any more, and what was half written.  What stays is in
 * nobody's way.
 */
static void prune(struct kdump_ctx *ctx)
{
	char path[sizeof(KD_JOURNAL_SAVED) + 256];	/* NAME_MAX */
	struct kd_journal journal;
	struct kd_names names;

	if (kd_journal_read(ctx, &journal))
		return;
	if (journal.state != KD_JOURNAL_BAD &&
	    !kd_root_list(ctx, KD_JOURNAL_SAVED, SAVED_MAX, &names)) {
		for (size_t i = 0; i < names.n; i++) {
			if (is_saved(&journal, names.v[i]))
				continue;
			snprintf(path, sizeof(path), KD_JOURNAL_SAVED "/%s", names.v[i]);
			kd_root_unlink(ctx, path);
		}
		kd_names_free(&names);
	}
	kd_journal_free(&journal);
	kd_root_clean(ctx, KD_JOURNAL_OPEN_PATH);
}

int kd_journal_commit(struct kdump_ctx *ctx, struct kd_journal *journal)
{
	int err = 0;

	for (size_t i = 0; i < journal->n && !err; i++)
		err = kd_journal_know(ctx, &journal->files[i]);
	if (err)
		return err;
	remove_temporary(ctx, journal);
	journal->running = false;
	err = kd_journal_note(ctx, journal);
	if (err)
		return err;
	err = kd_root_rename(ctx, KD_JOURNAL_OPEN_PATH, "done");
	if (err < 0)
		return kd_file_failed(ctx, err, KD_JOURNAL_DONE_PATH);
	/* A power cut now would have the change undone: no reason to undo it here. */
	if (err)
		kd_log(ctx, LOG_WARNING, "%s: cannot be synced", KD_JOURNAL_DIR);
	prune(ctx);
	return 0;
}

/* ---- the way back ---- */

static bool is_old(const struct kd_journal_file *file, const struct kd_found *now)
{
	return now->there == file->had &&
	       (!now->there || (now->text.len == file->text.len &&
				!memcmp(now->text.data, file->text.data, now->text.len)));
}

/* Is what stands there of this change's making? */
static bool is_ours(const struct kd_journal *journal, const struct kd_journal_file *file,
		    const struct kd_found *now)
{
	char sum[KD_SHA256_HEX];

	/* While a tool is at work nobody can tell its text from another's. */
	if (file->by_tool && journal->running)
		return true;
	if (!file->known || now->there != file->has)
		return false;
	if (!now->there)
		return true;
	kd_sha256_of(now->text.data, now->text.len, sum);
	return kd_streq(sum, file->new_sum);
}

static int write_old(struct kdump_ctx *ctx, const struct kd_journal_file *file)
{
	struct kd_found now;
	int err;

	if (!file->had) {
		err = kd_root_remove(ctx, file->path);
		return err == -ENOENT ? 0 : err;
	}
	err = kd_root_rewrite(ctx, file->path, &file->text, &file->attrs);
	if (!err)
		err = kd_root_find(ctx, file->path, KD_JOURNAL_TEXT, &now);
	if (err)
		return err;
	err = is_old(file, &now) ? 0 : -EIO;
	kd_found_free(&now);
	return err;
}

/* 0; 1 where it is another's by now; -errno. */
static int put_back(struct kdump_ctx *ctx, const struct kd_journal *journal,
		    const struct kd_journal_file *file)
{
	struct kd_found now;
	int r = kd_root_find(ctx, file->path, KD_JOURNAL_TEXT, &now);
	bool same;

	if (r)
		return r;
	same = is_old(file, &now) && (!now.there || kd_attrs_equal(&now.attrs, &file->attrs));
	if (!same) {
		if (is_old(file, &now) || is_ours(journal, file, &now))
			r = write_old(ctx, file);
		else
			r = 1;
	}
	kd_found_free(&now);
	/* A temporary file is in nobody's way, and is written over the next time. */
	kd_root_clean(ctx, file->path);
	return r;
}

static int put_all_back(struct kdump_ctx *ctx, const struct kd_journal *journal,
			struct kd_text *others)
{
	int r, err = 0;

	for (size_t i = journal->n; i-- > 0; ) {
		const struct kd_journal_file *file = &journal->files[i];

		r = put_back(ctx, journal, file);
		if (r > 0)
			kd_text_append(others, "%s%s", *others->s ? ", " : "", file->path);
		if (r >= 0 || err)
			continue;
		kd_advise(ctx, "mend that, then: crashctl reserve --recover");
		err = kd_fail_id(ctx, -EIO, "not-put-back", "%s: cannot be put back: %s",
				 file->path, kd_errno_text(r));
	}
	return err;
}

int kd_journal_put_back(struct kdump_ctx *ctx, struct kd_journal *journal)
{
	struct kd_text others = { "" };
	int err = put_all_back(ctx, journal, &others);

	if (err)
		return err;
	remove_temporary(ctx, journal);
	err = kd_root_remove(ctx, KD_JOURNAL_OPEN_PATH);
	if (err && err != -ENOENT)
		return kd_file_failed(ctx, err, KD_JOURNAL_OPEN_PATH);
	if (!*others.s) {
		prune(ctx);
		return 0;
	}
	/* The texts from before stay until the next change, for whoever wants to compare. */
	kd_advise(ctx, "look at it; the text from before is in " KD_JOURNAL_SAVED
		       " until the next change");
	return kd_fail_id(ctx, -ESTALE, "changed-since",
			  "%s: changed by somebody else since, and left alone", others.s);
}
