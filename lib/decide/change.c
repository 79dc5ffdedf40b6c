/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Changes of the boot configuration, as operations: see change.h. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>

#include "../parse/cmdline.h"
#include "../parse/diff.h"
#include "change-make.h"

static void free_op(struct kd_op *op)
{
	free(op->path);
	free(op->from);
	free(op->command);
	kd_buf_free(&op->old);
	kd_buf_free(&op->text);
	for (size_t i = 0; i < KD_OP_ARGS; i++)
		free(op->argv[i]);
}

void kd_change_free(struct kd_change *change)
{
	for (size_t i = 0; i < change->n_ops; i++)
		free_op(&change->ops[i]);
	for (size_t i = 0; i < change->n_expected; i++) {
		free(change->expected[i].id);
		free(change->expected[i].words);
	}
	for (size_t i = 0; i < change->n_guarded; i++)
		free(change->guarded[i]);
	free(change->ops);
	free(change->expected);
	free(change->guarded);
	free(change->old_words);
	free(change->new_words);
	free(change->diff);
	*change = (struct kd_change){ 0 };
}

/* ---- what the ways to boot share ---- */

bool kd_maker_is_so(const struct kd_maker *maker)
{
	for (size_t i = 0; i < maker->boot->n_entries; i++)
		if (maker->wanted[i] &&
		    (!maker->now[i] || !kd_streq(maker->now[i], maker->wanted[i])))
			return false;
	return true;
}

static const char *name_of(const struct kdump_entry *entry)
{
	return entry->title ? entry->title : entry->id;
}

int kd_maker_uniform(struct kd_maker *maker, const char *who, const char **ret)
{
	const struct kdump_boot *boot = maker->boot;
	const char *words = maker->later;

	if (!words)
		return kd_why(maker->why, -ENOTSUP, "%s gives all kernels one command line, those "
			      "to come too: one of them cannot have words of its own", who);
	for (size_t i = 0; i < boot->n_entries; i++) {
		if (!boot->entries[i].ours || boot->entries[i].why)
			continue;
		if (!maker->wanted[i] || !kd_streq(maker->wanted[i], words))
			return kd_why(maker->why, -ENOTSUP, "%s gives all kernels one command "
				      "line: %s cannot have words of its own", who,
				      name_of(&boot->entries[i]));
	}
	*ret = words;
	return 0;
}

static struct kd_op *add_op(struct kd_maker *maker, enum kd_op_kind kind, const char *path)
{
	struct kd_change *change = &maker->change;
	struct kd_op *op = reallocarray(change->ops, change->n_ops + 1, sizeof(*op));

	if (!op)
		return NULL;
	change->ops = op;
	op += change->n_ops;
	*op = (struct kd_op){ .kind = kind, .path = path ? strdup(path) : NULL };
	if (path && !op->path)
		return NULL;
	change->n_ops++;
	return op;
}

static bool copy_old(struct kd_op *op, const struct kd_boot_file *file)
{
	if (!file || !file->exists)
		return true;
	op->had = true;
	op->old.len = file->text.len;
	op->old.data = malloc(op->old.len + 1);
	if (!op->old.data)
		return false;
	memcpy(op->old.data, file->text.data, op->old.len);
	op->old.data[op->old.len] = '\0';
	return true;
}

int kd_maker_write(struct kd_maker *maker, const char *path, char *text, size_t len)
{
	const struct kd_boot_file *file = kd_boot_file(maker->boot, path);
	struct kd_op *op;

	if (file && file->exists && file->text.len == len &&
	    !memcmp(file->text.data, text, len)) {
		free(text);
		return 0;
	}
	op = add_op(maker, KD_OP_WRITE, path);
	if (!op) {
		free(text);
		return -ENOMEM;
	}
	op->has = true;
	op->text = (struct kd_buf){ text, len };
	return copy_old(op, file) ? 0 : -ENOMEM;
}

int kd_maker_remove(struct kd_maker *maker, const char *path)
{
	const struct kd_boot_file *file = kd_boot_file(maker->boot, path);
	struct kd_op *op;

	if (!file || !file->exists)
		return 0;
	op = add_op(maker, KD_OP_WRITE, path);
	return op && copy_old(op, file) ? 0 : -ENOMEM;
}

int kd_maker_run(struct kd_maker *maker, const char *const *argv)
{
	struct kd_op *op = add_op(maker, KD_OP_RUN, NULL);

	if (!op)
		return -ENOMEM;
	for (size_t i = 0; argv[i]; i++) {
		if (i == KD_OP_ARGS - 1)
			return kd_why(maker->why, -ENOTSUP, "%s would need more than %d arguments",
				      argv[0], KD_OP_ARGS);
		op->argv[i] = strdup(argv[i]);
		if (!op->argv[i])
			return -ENOMEM;
	}
	op->command = kd_shell_quote(argv);
	return op->command ? 0 : -ENOMEM;
}

int kd_maker_install(struct kd_maker *maker, const char *from, const char *path)
{
	struct kd_op *op = add_op(maker, KD_OP_INSTALL, path);

	if (!op)
		return -ENOMEM;
	op->from = strdup(from);
	return op->from ? 0 : -ENOMEM;
}

int kd_maker_guard(struct kd_maker *maker, const char *path)
{
	const struct kd_boot_file *file = kd_boot_file(maker->boot, path);
	struct kd_change *change = &maker->change;
	char **grown;

	if (!file || !file->exists || file->is_image)
		return 0;
	for (size_t i = 0; i < change->n_guarded; i++)
		if (kd_streq(change->guarded[i], path))
			return 0;
	grown = reallocarray(change->guarded, change->n_guarded + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	change->guarded = grown;
	grown[change->n_guarded] = strdup(path);
	return grown[change->n_guarded] ? change->n_guarded++, 0 : -ENOMEM;
}

/* ---- the change as a whole ---- */

/* Words that an entry has already need no way to write them. */
static int judge_entry(struct kd_maker *maker, size_t i, const char *words)
{
	const struct kdump_entry *entry = &maker->boot->entries[i];
	int err;

	if (entry->cmdline) {
		err = kd_cmdline_get_crashkernel(entry->cmdline, &maker->now[i]);
		if (err)
			return err;
	}
	if (!words)
		return 0;
	if (!entry->ours || entry->why) {
		if (maker->now[i] && kd_streq(maker->now[i], words))
			return 0;
		return kd_why(maker->why, -ENOTSUP, "%s: %s", name_of(entry),
			      entry->why ? entry->why : "it belongs to another system");
	}
	maker->wanted[i] = words;
	return 0;
}

static int expect(struct kd_maker *maker)
{
	struct kd_change *change = &maker->change;
	struct kd_expected *expected;

	change->expected = calloc(maker->boot->n_entries + 1, sizeof(*expected));
	if (!change->expected)
		return -ENOMEM;
	for (size_t i = 0; i < maker->boot->n_entries; i++) {
		if (!maker->wanted[i])
			continue;
		expected = &change->expected[change->n_expected++];
		expected->id = strdup(maker->boot->entries[i].id);
		expected->words = strdup(maker->wanted[i]);
		if (!expected->id || !expected->words)
			return -ENOMEM;
	}
	return 0;
}

/* Those of the entry that boots next, else of the first that is changed. */
static int tell_words(struct kd_maker *maker)
{
	const struct kdump_boot *boot = maker->boot;
	size_t chosen = boot->n_entries;

	for (size_t i = 0; i < boot->n_entries; i++)
		if (maker->wanted[i] && (chosen == boot->n_entries || boot->entries[i].is_default))
			chosen = i;
	if (chosen == boot->n_entries) {
		maker->change.old_words = strdup("");
		maker->change.new_words = strdup(maker->later ? maker->later : "");
	} else {
		maker->change.old_words = strdup(maker->now[chosen] ? maker->now[chosen] : "");
		maker->change.new_words = strdup(maker->wanted[chosen]);
	}
	return maker->change.old_words && maker->change.new_words ? 0 : -ENOMEM;
}

/* Add-ons of a UKI are no text. */
static int show(struct kd_change *change)
{
	size_t len = 0;
	int err = 0;

	for (size_t i = 0; i < change->n_ops && !err; i++) {
		const struct kd_op *op = &change->ops[i];

		if (op->kind != KD_OP_WRITE || (op->had && memchr(op->old.data, '\0', op->old.len)))
			continue;
		err = kd_diff(&change->diff, &len, op->path, op->had ? op->old.data : NULL,
			      op->old.len, op->has ? op->text.data : NULL, op->text.len);
	}
	if (!err && !change->diff) {
		change->diff = strdup("");
		err = change->diff ? 0 : -ENOMEM;
	}
	return err;
}

static int make(struct kd_maker *maker)
{
	static int (*const ways[KD_LOADERS])(struct kd_maker *maker) = {
		[KD_LOADER_OSTREE] = kd_change_ostree,
		[KD_LOADER_PBL] = kd_change_pbl,
		[KD_LOADER_GRUBBY] = kd_change_grubby,
		[KD_LOADER_GRUB_BLS] = kd_change_grub_bls,
		[KD_LOADER_GRUB] = kd_change_grub,
		[KD_LOADER_SYSTEMD_BOOT] = kd_change_systemd,
		[KD_LOADER_UKI] = kd_change_uki,
		[KD_LOADER_ZIPL] = kd_change_zipl,
		[KD_LOADER_EXTLINUX] = kd_change_extlinux,
	};
	int err;

	if (maker->boot->obstacle.id || !ways[maker->boot->loader])
		return kd_why(maker->why, -ENOTSUP, "%s",
			      maker->boot->obstacle.id ? maker->boot->obstacle.text.s
						       : "no boot loader is known here");
	err = ways[maker->boot->loader](maker);
	if (!err)
		err = tell_words(maker);
	if (!err && maker->change.n_ops)
		err = expect(maker);
	return err ? err : show(&maker->change);
}

static int judge_and_make(struct kd_maker *maker, const struct kd_entry_words *words)
{
	int err = 0;

	for (size_t i = 0; i < maker->boot->n_entries && !err; i++)
		err = judge_entry(maker, i, words->of_entry[i]);
	return err ? err : make(maker);
}

int kd_change_make(const struct kdump_boot *boot, const struct kd_entry_words *words,
		   struct kd_change *ret, struct kd_text *why)
{
	struct kd_maker maker = { .boot = boot, .later = words->of_later, .why = why };
	int err = -ENOMEM;

	maker.now = calloc(boot->n_entries + 1, sizeof(*maker.now));
	maker.wanted = calloc(boot->n_entries + 1, sizeof(*maker.wanted));
	if (maker.now && maker.wanted)
		err = judge_and_make(&maker, words);
	for (size_t i = 0; maker.now && i < boot->n_entries; i++)
		free(maker.now[i]);
	free(maker.now);
	free(maker.wanted);
	if (err)
		kd_change_free(&maker.change);
	else
		*ret = maker.change;
	return err;
}
