/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Changes that a tool of the distribution makes by itself. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "change-make.h"

/* ---- grubby ---- */

/* It asks for the path as it is while the system runs, whatever the entry says. */
static int kernel_argument(const struct kdump_boot *boot, const struct kdump_entry *entry,
			   char **ret)
{
	const char *boot_folder = boot->boot_is_mounted && !kd_starts(entry->kernel, "/boot/")
				  ? "/boot" : "";

	return asprintf(ret, "--update-kernel=%s%s", boot_folder, entry->kernel) < 0 ? -ENOMEM : 0;
}

/* All old words go before the new ones come, so one argument holds them all. */
static int run_grubby(struct kd_maker *maker, const char *kernel, const char *words)
{
	char *args = NULL;
	int err;

	if (*words && asprintf(&args, "--args=%s", words) < 0)
		return -ENOMEM;
	err = kd_maker_run(maker, (const char *const[]){
		maker->boot->tool, kernel, args ? args : "--remove-args=crashkernel", NULL });
	free(args);
	return err;
}

static bool share_kernel(const struct kdump_entry *a, const struct kdump_entry *b)
{
	return a->kernel && b->kernel && kd_streq(a->kernel, b->kernel);
}

/* Entries of one kernel are one to it. */
static int check_shared(struct kd_maker *maker, size_t i, bool *first)
{
	const struct kdump_entry *entries = maker->boot->entries;

	*first = true;
	for (size_t j = 0; j < maker->boot->n_entries; j++) {
		if (j == i || !share_kernel(&entries[i], &entries[j]))
			continue;
		if (!maker->wanted[j] || !kd_streq(maker->wanted[i], maker->wanted[j]))
			return kd_why(maker->why, -ENOTSUP, "%s and %s boot one kernel, and grubby "
				      "changes both", entries[i].id, entries[j].id);
		*first &= j > i;
	}
	return 0;
}

static int run_each(struct kd_maker *maker)
{
	const struct kdump_boot *boot = maker->boot;
	char *kernel;
	bool first;
	int err = 0;

	for (size_t i = 0; i < boot->n_entries && !err; i++) {
		if (!maker->wanted[i] ||
		    (maker->now[i] && kd_streq(maker->now[i], maker->wanted[i])))
			continue;
		if (!boot->entries[i].kernel)
			return kd_why(maker->why, -ENOTSUP, "%s names no kernel",
				      boot->entries[i].id);
		err = check_shared(maker, i, &first);
		if (err || !first)
			continue;
		err = kernel_argument(boot, &boot->entries[i], &kernel);
		if (err)
			return err;
		err = run_grubby(maker, kernel, maker->wanted[i]);
		free(kernel);
	}
	return err;
}

/* "ALL" also changes what kernels to come get, and would change another system's entries. */
static bool means_all(const struct kd_maker *maker)
{
	if (!maker->later)
		return false;
	for (size_t i = 0; i < maker->boot->n_entries; i++)
		if (!maker->wanted[i] || !kd_streq(maker->wanted[i], maker->later))
			return false;
	return true;
}

static int guard_all(struct kd_maker *maker)
{
	int err = 0;

	for (size_t i = 0; i < maker->boot->n_files && !err; i++)
		err = kd_maker_guard(maker, maker->boot->files[i].path);
	return err;
}

int kd_change_grubby(struct kd_maker *maker)
{
	const struct kdump_boot *boot = maker->boot;
	int err;

	if (kd_maker_is_so(maker))
		return 0;
	err = guard_all(maker);
	if (!err)
		err = means_all(maker) ? run_grubby(maker, "--update-kernel=ALL", maker->later)
				       : run_each(maker);
	if (!err && boot->checker)
		err = kd_maker_run(maker, (const char *const[]){ boot->checker, NULL });
	return err;
}

/* ---- perl-bootloader ---- */

#define WORDS_MAX 16

static size_t count_words(const char *words)
{
	size_t n = 0;

	for (; words && *words; words = strchr(words, ' ')) {
		words += *words == ' ';
		n++;
	}
	return n;
}

/* The one of SLE 12 and 15 takes a single word out at a time. */
static int delete_all(struct kd_maker *maker)
{
	size_t most = 1;
	int err = 0;

	for (size_t i = 0; i < maker->boot->n_entries; i++)
		most = kd_max(most, count_words(maker->now[i]));
	if (most > WORDS_MAX)
		return kd_why(maker->why, -ENOTSUP,
			      "there are more crashkernel= words than can be taken out");
	for (size_t n = 0; n < most && !err; n++)
		err = kd_maker_run(maker, (const char *const[]){
			maker->boot->tool, "--del-option", "crashkernel", NULL });
	return err;
}

int kd_change_pbl(struct kd_maker *maker)
{
	const char *tool = maker->boot->tool, *words;
	int err;

	if (kd_maker_is_so(maker))
		return 0;
	err = kd_maker_uniform(maker, "pbl", &words);
	if (!err)
		err = guard_all(maker);
	if (!err)
		err = delete_all(maker);
	if (!err && *words)
		err = kd_maker_run(maker, (const char *const[]){
			tool, "--add-option", words, NULL });
	if (!err)
		err = kd_maker_run(maker, (const char *const[]){ tool, "--config", NULL });
	return err;
}

/* ---- ostree ---- */

/* One argument for each word of the line, behind @option. */
static int add_options(struct kd_maker *maker, const char *option, const char *words,
		       char **argv, size_t *n)
{
	size_t len;

	for (; *words; words += len) {
		words += strspn(words, " ");
		len = strcspn(words, " ");
		if (!len)
			continue;
		if (*n == KD_OP_ARGS - 1)
			return kd_why(maker->why, -ENOTSUP,
				      "there are more crashkernel= words than can be taken out");
		if (asprintf(&argv[*n], "%s%.*s", option, (int)len, words) < 0) {
			argv[*n] = NULL;
			return -ENOMEM;
		}
		++*n;
	}
	return 0;
}

int kd_change_ostree(struct kd_maker *maker)
{
	char *argv[KD_OP_ARGS] = { NULL };
	const char *all[KD_OP_ARGS + 2] = { maker->boot->tool, "kargs" };
	size_t n = 0;
	int err = 0;

	if (!maker->boot->n_entries || !maker->wanted[0] || kd_maker_is_so(maker))
		return 0;
	if (!maker->later)
		return kd_why(maker->why, -ENOTSUP, "rpm-ostree gives the words of one deployment "
			      "to those to come");
	if (maker->now[0])
		err = add_options(maker, "--delete-if-present=", maker->now[0], argv, &n);
	if (!err)
		err = add_options(maker, "--append=", maker->wanted[0], argv, &n);
	for (size_t i = 0; i < n; i++)
		all[i + 2] = argv[i];
	if (!err)
		err = kd_maker_run(maker, all);
	for (size_t i = 0; i < n; i++)
		free(argv[i]);
	return err;
}

/* ---- unified kernel images ---- */

/* Beside our journal, which is there by then; no loader looks for it. */
#define MADE "/var/lib/crashctl/" KD_BOOT_ADDON

static int make_addon(struct kd_maker *maker, const char *words, const char *path)
{
	const struct kdump_boot *boot = maker->boot;
	char *cmdline, *stub = NULL;
	int err = -ENOMEM;

	if (asprintf(&cmdline, "--cmdline=%s", words) < 0)
		return -ENOMEM;
	if (asprintf(&stub, "--stub=%s", boot->stub) >= 0)
		err = kd_maker_run(maker, (const char *const[]){
			boot->ukify, "build", cmdline, stub, "--output=" MADE, NULL });
	free(cmdline);
	free(stub);
	return err ? err : kd_maker_install(maker, MADE, path);
}

static bool is_image(const struct kd_maker *maker, size_t i)
{
	return maker->boot->files[maker->boot->entries[i].file].is_image;
}

static bool has_wanted(const struct kd_maker *maker, size_t i)
{
	return !maker->wanted[i] || (maker->now[i] && kd_streq(maker->now[i], maker->wanted[i]));
}

static void own_addon(const struct kd_maker *maker, size_t i, struct kd_text *ret)
{
	const struct kdump_entry *entry = &maker->boot->entries[i];

	kd_text_set(ret, "%s.extra.d/%s", maker->boot->files[entry->file].path, KD_BOOT_ADDON);
}

/* One add-on for all images, and none for one of them. */
static int share_addon(struct kd_maker *maker)
{
	struct kd_text path;
	int err = 0;

	for (size_t i = 0; i < maker->boot->n_entries && !err; i++) {
		if (!is_image(maker, i))
			continue;
		own_addon(maker, i, &path);
		err = kd_maker_remove(maker, path.s);
	}
	if (err)
		return err;
	return *maker->later ? make_addon(maker, maker->later, maker->boot->made)
			     : kd_maker_remove(maker, maker->boot->made);
}

/* An image that is left alone keeps its words by an add-on of its own. */
static int give_own(struct kd_maker *maker, size_t i, bool shared)
{
	const char *words = maker->wanted[i];
	struct kd_text path;

	if (!is_image(maker, i) || (!shared && has_wanted(maker, i)))
		return 0;
	if (!words)
		words = maker->boot->entries[i].why || !maker->now[i] ? "" : maker->now[i];
	own_addon(maker, i, &path);
	return *words ? make_addon(maker, words, path.s) : kd_maker_remove(maker, path.s);
}

static int give_each(struct kd_maker *maker)
{
	const struct kd_boot_file *made = kd_boot_file(maker->boot, maker->boot->made);
	bool shared = made && made->exists;
	int err = shared ? kd_maker_remove(maker, maker->boot->made) : 0;

	for (size_t i = 0; i < maker->boot->n_entries && !err; i++)
		err = give_own(maker, i, shared);
	return err;
}

int kd_change_uki(struct kd_maker *maker)
{
	bool all = maker->later, so = true;

	for (size_t i = 0; i < maker->boot->n_entries; i++) {
		if (!is_image(maker, i))
			continue;
		so &= has_wanted(maker, i);
		all = all && maker->wanted[i] && kd_streq(maker->wanted[i], maker->later);
	}
	if (so)
		return 0;
	return all ? share_addon(maker) : give_each(maker);
}
