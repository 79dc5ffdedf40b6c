/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What a machine's files answered when they were read, absence included, so
 * that the same questions can be asked again on another machine.  A table in
 * memory: core/root.c fills it and answers from it, parse/facts-file.c writes
 * and reads it as text.
 */
#ifndef KD_CORE_ANSWERS_H
#define KD_CORE_ANSWERS_H

#include "base.h"

enum kd_question {
	KD_ASK_TEXT,			/* what is in the file */
	KD_ASK_LINK,			/* where the link points */
	KD_ASK_STAT,			/* "MODE UID", the mode in octal */
	KD_ASK_NAMES,			/* in the folder, a '/' behind each */
	KD_ASK_VALUE,			/* by name: what stands in no file, as the page size */
};
#define KD_QUESTIONS 5

struct kd_answer {
	bool asked;
	int error;			/* -errno, or 0 and: */
	char *data;			/* with a NUL behind it */
	size_t len;
};

/* A path, without "/" in front, or the name of a value. */
struct kd_answered {
	char *path;
	struct kd_answer to[KD_QUESTIONS];
};

/* A search looks at each in turn: a hostile file must not make that slow. */
#define KD_ANSWERS_MAX		16384
#define KD_ANSWERS_BYTES	(8 * KD_MIB)

struct kd_answers {
	struct kd_answered *v;
	size_t n, room, bytes;
	int error;			/* -errno: something is missing from the table */
};

/*
 * In place of an earlier answer to that question.  @data may be NULL for a
 * failure.  -ENOMEM, -EFBIG; remembered in @answers too.
 */
int kd_answers_put(struct kd_answers *answers, enum kd_question question, const char *path,
		   int error, const char *data, size_t len);

/* NULL where it was not asked. */
const struct kd_answer *kd_answers_find(const struct kd_answers *answers,
					enum kd_question question, const char *path);

/* NULL is fine. */
void kd_answers_free(struct kd_answers *answers);

#endif
