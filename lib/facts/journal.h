/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The journal of the last change of the boot configuration, below
 * /var/lib/crashctl/journal: which files, their old texts, and how far it came.
 */
#ifndef KD_FACTS_JOURNAL_H
#define KD_FACTS_JOURNAL_H

#include "../core/root.h"
#include "../core/sha256.h"

#define KD_JOURNAL_DIR "/var/lib/crashctl/journal"

enum kd_journal_state {
	KD_JOURNAL_NONE,
	KD_JOURNAL_OPEN,	/* a change was begun and neither ended nor undone */
	KD_JOURNAL_DONE,	/* the last change: what --undo goes by */
	KD_JOURNAL_BAD,		/* it cannot be read */
};

struct kd_journal_file {
	char *path;
	bool had;		/* it was there before */
	bool has;		/* it is there after (only DONE) */
	char old_sum[KD_SHA256_HEX], new_sum[KD_SHA256_HEX];
	char *saved;		/* path of the old text, NULL where !had */
	struct kd_buf text;	/* what is in it, after kd_journal_read_texts() */
};

struct kd_journal {
	enum kd_journal_state state;
	int64_t time;
	char *loader;		/* kd_loader_name() */
	char *old_words, *new_words;
	size_t n;
	struct kd_journal_file *files;
	struct kd_text why;	/* BAD: why */
};

/* Reads it; a journal that is not there is KD_JOURNAL_NONE.  -ENOMEM. */
int kd_journal_read(struct kdump_ctx *ctx, struct kd_journal *ret);
/* -EBADMSG where a saved text is not what its sum says. */
int kd_journal_read_texts(struct kdump_ctx *ctx, struct kd_journal *journal);
void kd_journal_free(struct kd_journal *journal);

#endif
