/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The journal of the last change of the boot configuration, below
 * /var/lib/crashctl/journal: which files, their old texts, and how far it came.
 * "open" is a change that goes on, and becomes "done" by a rename when all of it
 * stands; "saved" holds the old texts, each under its SHA-256.
 */
#ifndef KD_FACTS_JOURNAL_H
#define KD_FACTS_JOURNAL_H

#include "../core/attrs.h"
#include "../core/root.h"
#include "../core/sha256.h"

#define KD_JOURNAL_DIR "/var/lib/crashctl/journal"
#define KD_JOURNAL_OPEN_PATH KD_JOURNAL_DIR "/open"
#define KD_JOURNAL_DONE_PATH KD_JOURNAL_DIR "/done"
#define KD_JOURNAL_SAVED KD_JOURNAL_DIR "/saved"

#define KD_JOURNAL_FILES 256			/* in one change */
#define KD_JOURNAL_TEXT (16 * 1024 * 1024)	/* bytes of one of them */

enum kd_journal_state {
	KD_JOURNAL_NONE,
	KD_JOURNAL_OPEN,	/* a change was begun and neither ended nor undone */
	KD_JOURNAL_DONE,	/* the last change: what --undo goes by */
	KD_JOURNAL_BAD,		/* it cannot be read */
};

struct kd_journal_file {
	char *path;
	bool had;		/* it was there before */
	bool known;		/* @has and @new_sum are: always in DONE */
	bool has;		/* it is there after */
	bool by_tool;		/* a tool writes it in place */
	char old_sum[KD_SHA256_HEX], new_sum[KD_SHA256_HEX];
	struct kd_attrs attrs;	/* as it was, where @had */
	char *saved;		/* path of the old text, NULL where !had */
	struct kd_buf text;	/* what is in it, after kd_journal_read_texts() */
};

struct kd_journal {
	enum kd_journal_state state;
	int64_t time;
	char *loader;		/* kd_loader_name() */
	char *old_words, *new_words;
	bool running;		/* a tool was at work: what it writes is not known */
	size_t n, n_temporary;
	struct kd_journal_file *files;
	char **temporary;	/* files that tools make on the way: never there after */
	struct kd_text why;	/* BAD: why */
};

/* Reads it; a journal that is not there is KD_JOURNAL_NONE.  -ENOMEM. */
int kd_journal_read(struct kdump_ctx *ctx, struct kd_journal *ret);
/* -EBADMSG where a saved text is not what its sum says; -ENOMEM, -errno of the file. */
int kd_journal_read_texts(struct kdump_ctx *ctx, struct kd_journal *journal);
/* As the file has it; *@ret is from malloc().  -ENOMEM. */
int kd_journal_write(const struct kd_journal *journal, char **ret, size_t *ret_len);
void kd_journal_free(struct kd_journal *journal);

/* The path of a saved text.  -ENOMEM. */
int kd_journal_saved_path(const char *sum, char **ret);

#endif
