/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The journal, written: facts/journal.h says what is in it.  All of it under the
 * lock that every change takes.  Each function tells the context why it failed.
 */
#ifndef KD_ACT_JOURNAL_H
#define KD_ACT_JOURNAL_H

#include "../decide/change.h"
#include "../facts/journal.h"

/*
 * Saves every file that @change touches and writes the journal: both are on the disk
 * before this returns, and nothing else is changed.  -ESTALE where a file is not
 * as the change saw it.
 */
int kd_journal_begin(struct kdump_ctx *ctx, const struct kd_change *change,
		     const char *loader, struct kd_journal *ret);

/* Writes again what stands in it by now. */
int kd_journal_note(struct kdump_ctx *ctx, const struct kd_journal *journal);

/* Takes the file as it is for the one after the change. */
int kd_journal_know(struct kdump_ctx *ctx, struct kd_journal_file *file);

/* The change stands: what is there is what --undo goes by from now on. */
int kd_journal_commit(struct kdump_ctx *ctx, struct kd_journal *journal);

/*
 * Every file as it was before, in the opposite order, read back and compared; then
 * the journal goes.  Files that somebody else changed since stay as they are:
 * -ESTALE names them, all else is put back.  After any other error the journal stays.
 */
int kd_journal_put_back(struct kdump_ctx *ctx, struct kd_journal *journal);

struct kd_journal_file *kd_journal_find(struct kd_journal *journal, const char *path);

/* Is the file as the operation saw it?  -ESTALE. */
int kd_check_planned(struct kdump_ctx *ctx, const struct kd_op *op, bool there,
		     const struct kd_buf *now);

/* Text and identifier for a file that cannot be read or written; returns a code of libkdump.h. */
int kd_file_failed(struct kdump_ctx *ctx, int err, const char *path);

#endif
