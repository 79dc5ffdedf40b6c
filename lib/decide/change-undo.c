/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The way back of the last change: see change.h.  By the texts that it saved, where
 * nobody changed the files since and the files are all there is to it; else by
 * the words.
 */
#include <errno.h>
#include <stdlib.h>

#include "../parse/cmdline.h"
#include "../parse/diff.h"
#include "plan.h"

/* ---- by the saved texts ---- */

/* Others (zipl, rpm-ostree, …) keep what will boot where only their tool writes. */
static bool is_all_in_files(enum kd_loader loader)
{
	switch (loader) {
	case KD_LOADER_GRUB:
	case KD_LOADER_GRUB_BLS:
	case KD_LOADER_SYSTEMD_BOOT:
	case KD_LOADER_UKI:
	case KD_LOADER_EXTLINUX:
		return true;
	default:
		return false;
	}
}

static const struct kd_boot_file *find_file(const struct kdump_boot *boot, const char *path)
{
	for (size_t i = 0; i < boot->n_files; i++)
		if (kd_streq(boot->files[i].path, path))
			return &boot->files[i];
	return NULL;
}

static bool is_as_left(const struct kd_journal_file *left, const struct kd_boot_file *now)
{
	char sum[KD_SHA256_HEX];

	if (!now || now->error || !left->known || now->exists != left->has)
		return false;
	if (!now->exists)
		return true;
	kd_sha256_of(now->text.data, now->text.len, sum);
	return kd_streq(sum, left->new_sum);
}

static const struct kd_journal_file *saved_of(const struct kdump_boot *boot,
					      const struct kdump_entry *entry)
{
	const struct kd_journal *journal = &boot->journal;
	const char *path = entry->file < boot->n_files ? boot->files[entry->file].path : NULL;

	for (size_t i = 0; path && i < journal->n; i++)
		if (kd_streq(journal->files[i].path, path))
			return &journal->files[i];
	return NULL;
}

static bool holds(const struct kdump_entry *entry, const char *words)
{
	char *now;
	bool same;

	if (!entry->cmdline || kd_cmdline_get_crashkernel(entry->cmdline, &now))
		return false;
	same = kd_streq(now, words);
	free(now);
	return same;
}

/*
 * A kernel that was installed since has the words of then, and most likely boots by
 * default: no saved text tells of it.
 */
static bool has_followers(const struct kdump_boot *boot)
{
	const struct kd_journal *journal = &boot->journal;

	if (kd_streq(journal->old_words, journal->new_words))
		return false;
	for (size_t i = 0; i < boot->n_entries; i++) {
		const struct kdump_entry *entry = &boot->entries[i];

		if (entry->ours && !entry->why && entry->changed > journal->time &&
		    !saved_of(boot, entry) && holds(entry, journal->new_words))
			return true;
	}
	return false;
}

static bool can_put_texts_back(const struct kdump_boot *boot)
{
	const struct kd_journal *journal = &boot->journal;

	if (has_followers(boot))
		return false;
	if (!is_all_in_files(boot->loader) ||
	    !kd_streq(journal->loader, kd_loader_name(boot->loader)))
		return false;
	for (size_t i = 0; i < journal->n; i++) {
		const struct kd_journal_file *file = &journal->files[i];

		if (!is_as_left(file, find_file(boot, file->path)) ||
		    (file->had && !file->text.data))
			return false;
	}
	return true;
}

static int copy_text(const struct kd_buf *from, struct kd_buf *ret)
{
	char *data = malloc(from->len + 1);

	if (!data)
		return -ENOMEM;
	if (from->len)
		memcpy(data, from->data, from->len);
	data[from->len] = '\0';
	*ret = (struct kd_buf){ data, from->len };
	return 0;
}

/* @change->ops has room.  What it holds on failure is freed with it. */
static int add_write(struct kd_change *change, size_t *diff_len,
		     const struct kd_journal_file *file, const struct kd_boot_file *now)
{
	struct kd_op *op = &change->ops[change->n_ops++];
	int err = 0;

	op->kind = KD_OP_WRITE;
	op->had = now->exists;
	op->has = file->had;
	op->path = strdup(file->path);
	if (!op->path)
		return -ENOMEM;
	if (op->had)
		err = copy_text(&now->text, &op->old);
	if (!err && op->has)
		err = copy_text(&file->text, &op->text);
	return err ? err : kd_diff(&change->diff, diff_len, op->path, op->old.data, op->old.len,
				   op->text.data, op->text.len);
}

static bool is_same(const struct kd_journal_file *file, const struct kd_boot_file *now)
{
	if (file->had != now->exists)
		return false;
	return !file->had || (file->text.len == now->text.len &&
			      !memcmp(file->text.data, now->text.data, now->text.len));
}

static int write_texts(const struct kdump_boot *boot, struct kd_change *change)
{
	const struct kd_journal *journal = &boot->journal;
	size_t diff_len = 0;
	int err = 0;

	change->ops = calloc(journal->n + 1, sizeof(*change->ops));
	if (!change->ops)
		return -ENOMEM;
	for (size_t i = 0; i < journal->n && !err; i++) {
		const struct kd_boot_file *now = find_file(boot, journal->files[i].path);

		if (!is_same(&journal->files[i], now))
			err = add_write(change, &diff_len, &journal->files[i], now);
	}
	return err;
}

static int expect(struct kd_change *change, const char *id, const char *cmdline)
{
	struct kd_expected *expected = &change->expected[change->n_expected++];

	expected->id = strdup(id);
	if (!expected->id)
		return -ENOMEM;
	return kd_cmdline_get_crashkernel(cmdline, &expected->words);
}

/* What the entry had, if its line can be told in the saved text. */
static int expect_entry(const struct kdump_boot *boot, const struct kdump_entry *entry,
			struct kd_change *change)
{
	const struct kd_journal_file *saved = saved_of(boot, entry);
	const struct kd_boot_file *now;
	struct kd_bootfile lines;
	int err;

	if (!saved || !saved->had)
		return 0;
	now = &boot->files[entry->file];
	if (!now->is_lines)
		return 0;
	err = kd_bootfile_parse(now->kind, saved->text.data, saved->text.len, &lines, NULL);
	if (err)
		return err == -ENOMEM ? err : 0;
	if (lines.n == now->lines.n && entry->line < lines.n && lines.v[entry->line].cmdline)
		err = expect(change, entry->id, lines.v[entry->line].cmdline);
	kd_bootfile_free(&lines);
	return err;
}

static int expect_all(const struct kdump_boot *boot, struct kd_change *change)
{
	int err = 0;

	change->expected = calloc(boot->n_entries + 1, sizeof(*change->expected));
	if (!change->expected)
		return -ENOMEM;
	for (size_t i = 0; i < boot->n_entries && !err; i++)
		if (boot->entries[i].ours)
			err = expect_entry(boot, &boot->entries[i], change);
	return err;
}

static int put_texts_back(const struct kdump_boot *boot, struct kd_change *ret)
{
	struct kd_change change = { .n_ops = 0 };
	int err;

	change.old_words = strdup(boot->journal.new_words);
	change.new_words = strdup(boot->journal.old_words);
	err = change.old_words && change.new_words ? write_texts(boot, &change) : -ENOMEM;
	if (!err)
		err = expect_all(boot, &change);
	if (!err && !change.diff) {
		change.diff = strdup("");
		err = change.diff ? 0 : -ENOMEM;
	}
	if (err)
		kd_change_free(&change);
	else
		*ret = change;
	return err;
}

/* ---- by the words ---- */

static int put_words_back(const struct kdump_boot *boot, struct kd_change *ret,
			  struct kd_text *why)
{
	const char *old = boot->journal.old_words;
	struct kd_entry_words words = { .of_later = old };
	const char **of_entry = calloc(boot->n_entries + 1, sizeof(*of_entry));
	int err;

	if (!of_entry)
		return -ENOMEM;
	for (size_t i = 0; i < boot->n_entries; i++)
		if (boot->entries[i].ours)
			of_entry[i] = old;
	words.of_entry = of_entry;
	err = kd_change_make(boot, &words, ret, why);
	free(of_entry);
	return err;
}

int kd_change_undo(const struct kdump_boot *boot, struct kd_change *ret, struct kd_text *why)
{
	if (can_put_texts_back(boot))
		return put_texts_back(boot, ret);
	return put_words_back(boot, ret, why);
}

/* ---- the plan ---- */

static int check(struct kdump_ctx *ctx, const struct kdump_report *report)
{
	const struct kdump_boot *boot = report->boot;

	if (!boot || boot->journal.state == KD_JOURNAL_NONE) {
		kd_advise(ctx, "reserve names what is to be reserved instead");
		return kd_fail_id(ctx, -ENOENT, "nothing-to-undo",
				  "crashctl has not changed the boot configuration here");
	}
	if (boot->journal.state == KD_JOURNAL_OPEN) {
		kd_advise(ctx, "crashctl reserve --recover puts it back");
		return kd_fail_id(ctx, -EBADMSG, "interrupted-change",
				  "a change of the boot configuration was interrupted");
	}
	if (boot->journal.state == KD_JOURNAL_BAD)
		return kd_fail_id(ctx, -EBADMSG, "journal-unusable", "%s", boot->journal.why.s);
	return 0;
}

static int fill(struct kdump_ctx *ctx, struct kdump_plan *plan)
{
	const struct kdump_boot *boot = plan->report->boot;
	struct kd_text why = { "" };
	int err;

	if (strlen(boot->journal.old_words) >= sizeof(plan->words))
		return kd_fail_id(ctx, -EBADMSG, "journal-unusable",
				  "the words from before are longer than any of ours");
	memcpy(plan->words, boot->journal.old_words, strlen(boot->journal.old_words) + 1);
	if (boot->obstacle.id) {
		kd_plan_refuse(plan, boot->obstacle.id, boot->obstacle.advice.s, "%s",
			       boot->obstacle.text.s);
		return 0;
	}
	err = kd_change_undo(boot, &plan->change, &why);
	if (err == -ENOMEM)
		return kd_oom(ctx);
	if (err) {
		kd_advise(ctx, "crashctl reserve SIZE writes new words");
		return kd_fail_id(ctx, -ENOTSUP, "undo-not-possible", "%s", why.s);
	}
	/* Does this boot ask for it already? */
	err = kd_cmdline_has_crashkernel(plan->report->snap->cmdline, plan->words,
					 &plan->met_now);
	if (err)
		return kd_oom(ctx);
	if (plan->change.n_ops)
		kd_plan_step(plan, KDUMP_ACTION_WORDS, KDUMP_WHEN_BOOT, "crashctl reserve --undo",
			     "the next boot asks again for what it asked for before the last "
			     "change");
	return 0;
}

KD_API int kdump_plan_new_undo(struct kdump_ctx *ctx, struct kdump_report *report,
			       struct kdump_plan **ret)
{
	struct kdump_plan *plan;
	int err;

	kd_begin(ctx);
	err = check(ctx, report);
	if (err)
		return err;
	plan = calloc(1, sizeof(*plan));
	if (!plan)
		return kd_oom(ctx);
	plan->refs = 1;
	plan->report = kdump_report_ref(report);
	plan->scope = KDUMP_SCOPE_CONFIG;
	err = fill(ctx, plan);
	if (err) {
		kdump_plan_unref(plan);
		return err;
	}
	*ret = plan;
	return 0;
}
