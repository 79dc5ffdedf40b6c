/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * A change of the boot configuration being carried out: each operation in its turn,
 * what will boot read back, and either committed or put back.  Decides nothing.
 */
#ifndef KD_ACT_CHANGE_H
#define KD_ACT_CHANGE_H

#include "journal.h"
#include "tool.h"

struct kd_carry {
	struct kdump_ctx *ctx;
	struct kdump_config *config;
	const struct kd_change *change;
	const char *loader;		/* kd_loader_name() */
	struct kd_journal journal;
	bool open;			/* begun, and neither committed nor put back */
	bool written;			/* a file may differ from before */
	bool outside;			/* a tool changed what is in no file of ours */
	size_t next;			/* operation */
	struct kd_tool tool;		/* of an operation that runs one */
	size_t n_commands;
	char **commands;		/* for the user, where no tool is run */
};

/* Under the lock, before anything: is a change pending, are the files as they were seen? */
int kd_carry_look(struct kdump_ctx *ctx, const struct kd_change *change);

/* The strings of @loader and @change stay the caller's.  Changes no file yet. */
int kd_carry_begin(struct kd_carry *carry);

/* KDUMP_AGAIN, KDUMP_APPLY_RUN, or 0: all stands and was read back. */
int kd_carry_next(struct kd_carry *carry);
void kd_carry_ran(struct kd_carry *carry, int status, const char *output);
int kd_carry_commit(struct kd_carry *carry);

/* 0 where nothing was begun, too. */
int kd_carry_put_back(struct kd_carry *carry);
void kd_carry_free(struct kd_carry *carry);

/* Does each entry have the words that @change expects, as the boot loader will read them? */
int kd_verify(struct kdump_ctx *ctx, struct kdump_config *config, const char *loader,
	      const struct kd_change *change);

/*
 * The same of a menu that was made and is not yet installed, as far as one file tells:
 * a power cut right after the install must not find a third configuration.
 */
int kd_verify_made(struct kdump_ctx *ctx, const struct kd_change *change, const char *path,
		   const struct kd_buf *made);

#endif
