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

static int check_entry(struct kdump_ctx *ctx, const struct kdump_boot *boot,
		       const struct kd_expected *expected)
{
	const struct kdump_entry *entry = find(boot, expected->id);
	struct kd_text what;
	char *words;
	bool same;

	if (!entry)
		return wrong(ctx, expected, "and is gone");
	if (!entry->cmdline)
		return wrong(ctx, expected, "and its command line cannot be read");
	if (kd_cmdline_get_crashkernel(entry->cmdline, &words))
		return kd_oom(ctx);
	same = kd_streq(words, expected->words);
	kd_text_set(&what, "and would with \"%s\"", words);
	free(words);
	return same ? 0 : wrong(ctx, expected, what.s);
}

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
