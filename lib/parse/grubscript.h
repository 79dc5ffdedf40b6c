/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * GRUB's script language, as far as its manual says how commands, words and
 * quotes are told apart ("Shell-like scripting").  Nothing is run or expanded.
 */
#ifndef KD_PARSE_GRUBSCRIPT_H
#define KD_PARSE_GRUBSCRIPT_H

#include "../core/text.h"

#define KD_GRUB_COMMAND_MAX (64 * 1024)	/* bytes of one command */

enum kd_grub_event {
	KD_GRUB_END,
	KD_GRUB_COMMAND,
	KD_GRUB_OPEN,		/* the command, and a '{' behind it */
	KD_GRUB_CLOSE,		/* a '}' */
	KD_GRUB_COMMENT,	/* its one word is the comment, from '#' on */
};

/* A word without its quotes; "${name}" stands for each variable, however it is written. */
struct kd_grub_word {
	const char *s;
	bool quoted;
};

struct kd_grub_script {
	const char *p, *end;
	unsigned line;
	char *text;		/* of the words, with a NUL behind each */
	size_t n_text;
	/* The last event's; they hold until the next. */
	struct kd_grub_word *words;
	size_t n;
	const char **variables;	/* their names, up to '}', in the order of the words */
	size_t n_variables;
	size_t room, variables_room;
};

/* -ENOMEM.  @text stays where it is meanwhile. */
int kd_grub_script_init(struct kd_grub_script *script, const char *text, size_t len);
void kd_grub_script_free(struct kd_grub_script *script);

/*
 * The next event, or -ENOMEM, -EFBIG (a command that is too long), -EBADMSG (a
 * quote or "${" that is never closed).  Reserved words in front of a command
 * ("then", "else", …) are not part of it.
 */
int kd_grub_script_next(struct kd_grub_script *script, struct kd_text *why);

#endif
