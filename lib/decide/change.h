/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * A change of the boot configuration as operations, made of facts and carried out
 * unchanged by act/change: which files get which text, which tool is run,
 * what has to stand in the entries afterwards.  Pure.
 */
#ifndef KD_DECIDE_CHANGE_H
#define KD_DECIDE_CHANGE_H

#include "../facts/boot.h"

enum kd_op_kind {
	KD_OP_WRITE,		/* @path gets @text, or goes away */
	KD_OP_RUN,		/* @argv is run by the caller */
	KD_OP_INSTALL,		/* the file @from, made by a tool, becomes @path */
};

#define KD_OP_ARGS 32

struct kd_op {
	enum kd_op_kind kind;
	char *path, *from;
	bool had;		/* WRITE: the file was there, with @old */
	struct kd_buf old;
	bool has;		/* WRITE: it will be, with @text */
	struct kd_buf text;
	char *argv[KD_OP_ARGS];	/* RUN: NULL-terminated, argv[0] an absolute path */
	char *command;		/* RUN: the same for people, quoted for sh */
};

/* What an entry has to hold afterwards. */
struct kd_expected {
	char *id;		/* of kdump_entry */
	char *words;		/* its crashkernel= words, "" none */
};

struct kd_change {
	size_t n_ops, n_expected, n_guarded;
	struct kd_op *ops;
	struct kd_expected *expected;
	char **guarded;		/* files that a tool may write in place: saved beforehand */
	char *old_words, *new_words;
	char *diff;		/* of every file that is written, "" none */
};

/* The words that each entry is to have: NULL leaves it alone, "" takes them out. */
struct kd_entry_words {
	const char *const *of_entry;	/* as many as boot->n_entries */
	const char *of_later;	/* for kernels to come; NULL leaves it alone */
};

/*
 * -ENOMEM; -ENOTSUP with @why where this loader cannot do it (words of their own for
 * entries that share a line, …).  No ops where everything is so already.
 */
int kd_change_make(const struct kdump_boot *boot, const struct kd_entry_words *words,
		   struct kd_change *ret, struct kd_text *why);

/*
 * The way back of the last change: the saved texts where nobody changed the files since,
 * else (tools) the old words.  -ENOTSUP with @why.
 */
int kd_change_undo(const struct kdump_boot *boot, struct kd_change *ret, struct kd_text *why);

void kd_change_free(struct kd_change *change);

#endif
