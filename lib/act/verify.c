/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What will boot, read back after a change: see change.h. */
#include <errno.h>
#include <stdlib.h>

#include "../parse/cmdline.h"
#include "change.h"

static const struct kdump_entry *find(const struct kdump_boot *boot, const char *id)
{
	for (size_t i = 0; i < boot->n_entries; i++)
		if (kd_streq(boot->entries[i].id, id))
			return &boot->entries[i];
	return NULL;
}

static int wrong(struct kdump_ctx *ctx, const struct kd_expected *expected, const char *what)
{
	kd_advise(ctx, "crashctl status -v shows what would boot");
	return kd_fail_id(ctx, -EIO, "not-verified",
			  "%s: was to boot with \"%s\" after the change, %s", expected->id,
			  expected->words, what);
}

static int check_words(struct kdump_ctx *ctx, const struct kd_expected *expected,
		       const char *cmdline)
{
	struct kd_text what;
	char *words;
	bool same;

	if (kd_cmdline_get_crashkernel(cmdline, &words))
		return kd_oom(ctx);
	same = kd_streq(words, expected->words);
	kd_text_set(&what, "and would with \"%s\"", words);
	free(words);
	return same ? 0 : wrong(ctx, expected, what.s);
}

static int check_entry(struct kdump_ctx *ctx, const struct kdump_boot *boot,
		       const struct kd_expected *expected)
{
	const struct kdump_entry *entry = find(boot, expected->id);

	if (!entry)
		return wrong(ctx, expected, "and is gone");
	if (!entry->cmdline)
		return wrong(ctx, expected, "and its command line cannot be read");
	return check_words(ctx, expected, entry->cmdline);
}

/* ---- before it is installed ---- */

static const struct kd_boot_line *find_line(const struct kd_bootfile *file, const char *id)
{
	for (size_t i = 0; i < file->n; i++)
		if (file->v[i].id && kd_streq(file->v[i].id, id))
			return &file->v[i];
	return NULL;
}

static int check_lines(struct kdump_ctx *ctx, const struct kd_change *change,
		       const struct kd_bootfile *file)
{
	int err = 0;

	for (size_t i = 0; i < change->n_expected && !err; i++) {
		const struct kd_boot_line *line = find_line(file, change->expected[i].id);

		if (line && line->cmdline)
			err = check_words(ctx, &change->expected[i], line->cmdline);
	}
	return err;
}

int kd_verify_made(struct kdump_ctx *ctx, const struct kd_change *change, const char *path,
		   const struct kd_buf *made)
{
	const char *name = strrchr(path, '/');
	struct kd_bootfile file;
	struct kd_text why;
	int err;

	if (!name || !kd_streq(name, "/grub.cfg"))
		return 0;
	err = kd_bootfile_parse(KD_BOOTFILE_GRUB_CFG, made->data, made->len, &file, &why);
	if (err == -ENOMEM)
		return kd_oom(ctx);
	if (err)
		return kd_fail_id(ctx, -EIO, "not-verified", "what was made for %s: %s", path,
				  why.s);
	err = check_lines(ctx, change, &file);
	kd_bootfile_free(&file);
	return err;
}

/* ---- after all of it ---- */

int kd_verify(struct kdump_ctx *ctx, struct kdump_config *config, const char *loader,
	      const struct kd_change *change)
{
	struct kdump_boot *boot;
	int err = 0;

	if (!change->n_expected)
		return 0;
	err = kdump_boot_new(ctx, config, loader, &boot);
	if (err)
		return kd_fail_id(ctx, err == -ENOMEM ? err : -EIO, "not-verified",
				  "what would boot cannot be read back");
	/* There was none before, or nothing would have been changed. */
	if (boot->obstacle.id)
		err = kd_fail_id(ctx, -EIO, "not-verified",
				 "what would boot cannot be read back: %s", boot->obstacle.text.s);
	for (size_t i = 0; i < change->n_expected && !err; i++)
		err = check_entry(ctx, boot, &change->expected[i]);
	kdump_boot_unref(boot);
	return err;
}
