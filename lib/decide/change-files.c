/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Changes where the words stand in files that we edit ourselves: entries of the
 * Boot Loader Specification, extlinux.conf, zipl.conf, and what grub-mkconfig(8)
 * makes grub.cfg from.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "../parse/grub.h"
#include "../parse/keyvalue.h"
#include "change-make.h"

/* ---- lines of entries ---- */

static int edit(struct kd_maker *maker, const struct kd_boot_file *file,
		enum kd_bootfile_kind kind, const char *const *words)
{
	struct kd_text why;
	char *text;
	size_t len;
	int err;

	err = kd_bootfile_edit(kind, file->text.data, file->text.len, words, &text, &len, &why);
	if (err == -ENOMEM)
		return err;
	if (err)
		return kd_why(maker->why, -ENOTSUP, "%s: %s", file->path, why.s);
	return kd_maker_write(maker, file->path, text, len);
}

static int edit_entries_of(struct kd_maker *maker, size_t number)
{
	const struct kd_boot_file *file = &maker->boot->files[number];
	const struct kdump_entry *entry = maker->boot->entries;
	const char **words;
	bool any = false;
	int err;

	words = calloc(file->lines.n + 1, sizeof(*words));
	if (!words)
		return -ENOMEM;
	for (size_t i = 0; i < maker->boot->n_entries; i++, entry++) {
		if (entry->file != number || !maker->wanted[i] ||
		    (maker->now[i] && kd_streq(maker->now[i], maker->wanted[i])))
			continue;
		words[entry->line] = maker->wanted[i];
		any = true;
	}
	err = any ? edit(maker, file, file->kind, words) : 0;
	free(words);
	return err;
}

int kd_change_entries(struct kd_maker *maker)
{
	int err = 0;

	for (size_t i = 0; i < maker->boot->n_files && !err; i++)
		if (maker->boot->files[i].is_lines && !maker->boot->files[i].is_image)
			err = edit_entries_of(maker, i);
	return err;
}

/* What kernel-install(8) writes into the entries of kernels to come. */
static int edit_cmdline(struct kd_maker *maker)
{
	const struct kd_boot_file *file = kd_boot_file(maker->boot, KD_BOOT_CMDLINE);

	if (!maker->later || !file || !file->exists)
		return 0;
	return edit(maker, file, KD_BOOTFILE_CMDLINE, &maker->later);
}

/* Unified kernel images may stand beside the entries. */
int kd_change_systemd(struct kd_maker *maker)
{
	int err = kd_change_entries(maker);

	if (!err)
		err = edit_cmdline(maker);
	return err ? err : kd_change_uki(maker);
}

/* ---- variables of a shell's file ---- */

/* Has the file a value of that key that may hold words? */
static int has_words(const char *text, size_t len, const char *key, bool *assigned, bool *ret)
{
	const struct kd_kv_entry *entry;
	struct kd_kv kv;
	int err;

	err = kd_kv_parse(text, len, &kv, NULL);
	if (err)
		return err;
	entry = kd_kv_find(&kv, key);
	*assigned = entry;
	*ret = entry && (!entry->value || strstr(entry->value, "crashkernel="));
	kd_kv_free(&kv);
	return 0;
}

static int set_variable(struct kd_maker *maker, const char *path, const char *key,
			const char *words, char **text, size_t *len)
{
	struct kd_text why;
	char *edited;
	size_t edited_len;
	int err;

	err = kd_shell_set_crashkernel(*text, *len, key, words, &edited, &edited_len, &why);
	if (err == -ENOMEM)
		return err;
	if (err)
		return kd_why(maker->why, -ENOTSUP, "%s: %s", path, why.s);
	free(*text);
	*text = edited;
	*len = edited_len;
	return 0;
}

/* Words in the first variable; none in the second, which may be NULL. */
static int set_variables(struct kd_maker *maker, const char *path, const char *const keys[2],
			 const char *words, char **text, size_t *len)
{
	bool assigned, has;
	int err;

	err = has_words(*text, *len, keys[0], &assigned, &has);
	if (!err && (*words || has))
		err = set_variable(maker, path, keys[0], words, text, len);
	if (err || !keys[1])
		return err;
	err = has_words(*text, *len, keys[1], &assigned, &has);
	return err || !has ? err : set_variable(maker, path, keys[1], "", text, len);
}

static int edit_variables(struct kd_maker *maker, const char *path, const char *const keys[2],
			  const char *words)
{
	const struct kd_boot_file *file = kd_boot_file(maker->boot, path);
	size_t len = file && file->exists ? file->text.len : 0;
	char *text = calloc(1, len + 1);
	int err;

	if (!text)
		return -ENOMEM;
	if (len)
		memcpy(text, file->text.data, len);
	err = set_variables(maker, path, keys, words, &text, &len);
	if (!err && !len && !(file && file->exists)) {
		free(text);
		return 0;
	}
	if (!err)
		return kd_maker_write(maker, path, text, len);
	free(text);
	return err;
}

static const char *const grub_keys[] = { "GRUB_CMDLINE_LINUX", "GRUB_CMDLINE_LINUX_DEFAULT" };

/* Where there is no /etc/kernel/cmdline, kernels to come get what GRUB's variables say. */
int kd_change_grub_bls(struct kd_maker *maker)
{
	const struct kd_boot_file *defaults = kd_boot_file(maker->boot, KD_BOOT_GRUB);
	const struct kd_boot_file *cmdline = kd_boot_file(maker->boot, KD_BOOT_CMDLINE);
	int err = kd_change_entries(maker);

	if (!err)
		err = edit_cmdline(maker);
	if (err || !maker->later || !defaults || !defaults->exists)
		return err;
	err = edit_variables(maker, KD_BOOT_GRUB, grub_keys, maker->later);
	return err == -ENOTSUP && cmdline && cmdline->exists ? 0 : err;
}

/* ---- grub.cfg ---- */

/* Is there a line about it that is no comment? */
static bool mentions_words(const struct kd_boot_file *file)
{
	const char *line, *found;

	if (!file->exists)
		return false;
	for (found = file->text.data; (found = strstr(found, "crashkernel")); found++) {
		line = memrchr(file->text.data, '\n', (size_t)(found - file->text.data));
		line = line ? line + 1 : file->text.data;
		if (line[strspn(line, " \t")] != '#')
			return true;
	}
	return false;
}

static bool is_source(const struct kd_boot_file *file)
{
	return kd_streq(file->path, KD_BOOT_GRUB) ||
	       (kd_starts(file->path, "/etc/default/grub.d/") &&
		!kd_streq(file->path, KD_BOOT_DROPIN));
}

/* The words that our drop-in has; NULL where there is none, or it is not as we write it. */
static int dropin_words(const struct kdump_boot *boot, char **ret)
{
	const struct kd_boot_file *file = kd_boot_file(boot, KD_BOOT_DROPIN);
	int err;

	*ret = NULL;
	if (!file || !file->exists)
		return 0;
	err = kd_grub_dropin_read(file->text.data, file->text.len, ret);
	return err == -ENOMEM ? err : 0;
}

static int write_dropin(struct kd_maker *maker, const char *words)
{
	const struct kdump_boot *boot = maker->boot;
	bool others = false;
	char *text;
	int err;

	for (size_t i = 0; i < boot->n_files; i++) {
		const struct kd_boot_file *file = &boot->files[i];

		if (!is_source(file) || !mentions_words(file))
			continue;
		if (strcmp(file->path, KD_BOOT_DROPIN) > 0 && !kd_streq(file->path, KD_BOOT_GRUB))
			return kd_why(maker->why, -ENOTSUP, "%s holds crashkernel= words and is "
				      "read after %s", file->path, KD_BOOT_DROPIN);
		others = true;
	}
	if (!*words && !others)
		return kd_maker_remove(maker, KD_BOOT_DROPIN);
	err = kd_grub_dropin_write(words, &text);
	if (err == -EINVAL)
		return kd_why(maker->why, -ENOTSUP, "\"%s\" cannot be written for a shell", words);
	return err ? err : kd_maker_write(maker, KD_BOOT_DROPIN, text, strlen(text));
}

static int make_cfg(struct kd_maker *maker)
{
	const struct kdump_boot *boot = maker->boot;
	struct kd_text made;
	int err;

	kd_text_set(&made, "%s.crashctl", boot->made);
	err = kd_maker_run(maker, (const char *const[]){ boot->tool, "-o", made.s, NULL });
	if (!err && boot->checker)
		err = kd_maker_run(maker, (const char *const[]){ boot->checker, made.s, NULL });
	return err ? err : kd_maker_install(maker, made.s, boot->made);
}

/* Will grub.cfg have those words when it is made again, as far as can be told? */
static bool will_stay(const struct kdump_boot *boot, const char *dropin, const char *words)
{
	bool any = false;

	if (dropin)
		return kd_streq(dropin, words);
	for (size_t i = 0; i < boot->n_files; i++) {
		const struct kd_boot_file *file = &boot->files[i];

		if (!is_source(file) || !mentions_words(file))
			continue;
		if (*words && strstr(file->text.data, words))
			return true;
		any = true;
	}
	return !*words && !any;
}

/* grub.cfg may be older than what it is made from: both are looked at. */
int kd_change_grub(struct kd_maker *maker)
{
	const char *words;
	char *dropin;
	bool same;
	int err;

	if (kd_maker_is_so(maker) && !maker->later)
		return 0;
	err = kd_maker_uniform(maker, "GRUB", &words);
	if (!err)
		err = dropin_words(maker->boot, &dropin);
	if (err)
		return err;
	same = kd_maker_is_so(maker) && will_stay(maker->boot, dropin, words);
	free(dropin);
	if (same)
		return 0;
	err = maker->boot->dropins ? write_dropin(maker, words)
				   : edit_variables(maker, KD_BOOT_GRUB, grub_keys, words);
	return err ? err : make_cfg(maker);
}

/* ---- zipl and extlinux ---- */

int kd_change_zipl(struct kd_maker *maker)
{
	int err = kd_change_entries(maker);

	if (!err)
		err = edit_cmdline(maker);
	if (err || !maker->change.n_ops)
		return err;
	return kd_maker_run(maker, (const char *const[]){ maker->boot->tool, NULL });
}

/* What u-boot-update takes where nothing is set; it would be lost beside our words. */
#define UBOOT_PARAMETERS "U_BOOT_PARAMETERS=\"ro quiet\"\n"

static int edit_uboot(struct kd_maker *maker, const char *words)
{
	const struct kd_boot_file *file = kd_boot_file(maker->boot, KD_BOOT_UBOOT);
	const struct kd_boot_file *cmdline = kd_boot_file(maker->boot, KD_BOOT_CMDLINE);
	const char *const keys[2] = { maker->boot->variable, NULL };
	const char *old = file && file->exists ? file->text.data : "";
	bool assigned, has;
	char *text;
	size_t len;
	int err;

	err = has_words(old, strlen(old), keys[0], &assigned, &has);
	if (err)
		return err == -ENOMEM ? err : kd_why(maker->why, -ENOTSUP, "%s is too large",
						     KD_BOOT_UBOOT);
	if (assigned)
		return edit_variables(maker, KD_BOOT_UBOOT, keys, words);
	if (cmdline && cmdline->exists)
		return edit(maker, cmdline, KD_BOOTFILE_CMDLINE, &words);
	if (asprintf(&text, "%s%s" UBOOT_PARAMETERS, old,
		     *old && old[strlen(old) - 1] != '\n' ? "\n" : "") < 0)
		return -ENOMEM;
	len = strlen(text);
	err = set_variables(maker, KD_BOOT_UBOOT, keys, words, &text, &len);
	if (!err)
		return kd_maker_write(maker, KD_BOOT_UBOOT, text, len);
	free(text);
	return err;
}

int kd_change_extlinux(struct kd_maker *maker)
{
	const struct kdump_boot *boot = maker->boot;
	const char *words;
	int err;

	if (!boot->tool)
		return kd_change_entries(maker);
	if (kd_maker_is_so(maker))
		return 0;
	err = kd_maker_uniform(maker, "u-boot-update", &words);
	if (!err)
		err = edit_uboot(maker, words);
	if (!err)
		err = kd_maker_guard(maker, boot->made);
	return err ? err : kd_maker_run(maker, (const char *const[]){ boot->tool, NULL });
}
