/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* A change that was interrupted, put back: see libkdump.h, kdump_recover(). */
#include <errno.h>
#include <syslog.h>

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

static int put_back(struct kdump_ctx *ctx, struct kd_journal *journal)
{
	int err = read_texts(ctx, journal);

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
