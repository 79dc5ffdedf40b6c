/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * One crashkernel= word: where it is, of what kind, and what it says.  What
 * becomes of it beside the others is decided in crashkernel.c.
 */
#ifndef KD_PARSE_CRASHKERNEL_WORD_H
#define KD_PARSE_CRASHKERNEL_WORD_H

#include "crashkernel.h"

/*
 * The first word that begins at or after *@pos; *@pos moves behind its first
 * byte, for one word can lie in another.
 */
bool kd_ck_word_next(const char *line, size_t *pos, bool knows_cma,
		     struct kd_ck_word *ret);

/*
 * Fills in what @word says on a machine with @ram bytes; its fate is USED or,
 * with the kernel's message as its note, REFUSED.  Returns the size that the
 * kernel has stored when it is done, which for a refused word is not always 0.
 */
uint64_t kd_ck_word_read(const char *line, uint64_t ram, struct kd_ck_word *word);

void kd_ck_word_set(struct kd_ck_word *word, enum kd_ck_fate fate, const char *fmt, ...)
	KD_PRINTF(3, 4);

#endif
