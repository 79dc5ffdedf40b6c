/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* A change that was interrupted, put back: see libkdump.h, kdump_recover(). */
#include <errno.h>
#include <syslog.h>

#include "../facts/mounts.h"
#include "journal.h"

static int damaged(struct kdump_ctx *ctx, const char *why)
{
	kd_advise(ctx, "compare the boot configuration with the texts in " KD_JOURNAL_SAVED
		       ", then remove " KD_JOURNAL_OPEN_PATH);
	return kd_fail_id(ctx, -EBADMSG, "journal-unusable", "%s", why);
}

static int read_texts(struct kdump_ctx *ctx, struct kd_journal *journal)
{
	int err = kd_journal_read_texts(ctx, journal);

	if (!err)
		return 0;
	if (err == -ENOMEM)
		return kd_oom(ctx);
	return damaged(ctx, "a text that the journal saved is damaged or gone");
}

/* Is there a change to be put back, as far as can be told without the lock? */
static bool is_interrupted(struct kdump_ctx *ctx)
{
	return kd_root_exists(ctx, KD_JOURNAL_OPEN_PATH);
}

static bool lies_below(const struct kd_journal *journal, const char *folder)
{
	size_t len = strlen(folder);

	for (size_t i = 0; i < journal->n; i++)
		if (kd_starts(journal->files[i].path, folder) &&
		    journal->files[i].path[len] == '/')
			return true;
	return false;
}

/*
 * What lies under a mount point is neither old nor new, and not what boots: it would
 * pass for somebody else's, and the journal be thrown away.
 */
static int require_mounted(struct kdump_ctx *ctx, const struct kd_journal *journal)
{
	static const char *const folders[] = { "/boot", "/boot/efi", "/efi" };
	struct kd_mount_look look;

	for (size_t i = 0; i < KD_ARRAY_SIZE(folders); i++) {
		if (!lies_below(journal, folders[i]))
			continue;
		if (kd_mount_look(ctx, folders[i], &look))
			return kd_oom(ctx);
		if (!look.known || look.state != KD_MOUNT_MISSING)
			continue;
		kd_advise(ctx, "mount it, then: crashctl reserve --recover");
		return kd_fail_id(ctx, -EIO, i ? "esp-not-mounted" : "boot-not-mounted",
				  "%s is in /etc/fstab and not mounted, and what is to be put "
				  "back lies there", folders[i]);
	}
	return 0;
}

static int put_back(struct kdump_ctx *ctx, struct kd_journal *journal)
{
	int err = require_mounted(ctx, journal);

	if (!err)
		err = read_texts(ctx, journal);
	if (!err)
		err = kd_journal_put_back(ctx, journal);
	if (err)
		return err;
	kd_log(ctx, LOG_NOTICE, "an interrupted change of the boot configuration is put back");
	return 1;
}

static int recover(struct kdump_ctx *ctx)
{
	struct kd_journal journal;
	int r = kd_journal_read(ctx, &journal);

	if (r)
		return kd_oom(ctx);
	if (journal.state == KD_JOURNAL_OPEN)
		r = put_back(ctx, &journal);
	else if (journal.state == KD_JOURNAL_BAD && is_interrupted(ctx))
		r = damaged(ctx, journal.why.s);
	kd_journal_free(&journal);
	return r;
}

KD_API int kdump_recover(struct kdump_ctx *ctx)
{
	int lock, r;

	kd_begin(ctx);
	if (ctx->replayed)
		return kd_fail_id(ctx, -EROFS, "sysroot",
				  "this is a facts file: nothing can be changed there");
	if (!is_interrupted(ctx))
		return 0;
	r = kd_lock_take(ctx, &lock);
	if (r)
		return r;
	r = recover(ctx);
	kd_lock_drop(lock);
	return r;
}
