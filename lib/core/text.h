/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * A bounded text that cannot fail: the reason a parser or a decision gives.
 * It needs no memory, so running out of memory can still be explained.
 * Callers further up prepend what they were doing (core/ctx.h: kd_fail()).  And
 * commands as text, for people to run.
 */
#ifndef KD_CORE_TEXT_H
#define KD_CORE_TEXT_H

#include <stdarg.h>

#include "base.h"

#define KD_TEXT_MAX 1024

/* Always terminated; what does not fit is cut at a whole UTF-8 character. */
struct kd_text {
	char s[KD_TEXT_MAX];
};

void kd_text_clear(struct kd_text *t);
void kd_text_vset(struct kd_text *t, const char *fmt, va_list args) KD_PRINTF(2, 0);
void kd_text_set(struct kd_text *t, const char *fmt, ...) KD_PRINTF(2, 3);
void kd_text_append(struct kd_text *t, const char *fmt, ...) KD_PRINTF(2, 3);

/* Puts "new: " before what is there. */
void kd_text_vprepend(struct kd_text *t, const char *fmt, va_list args) KD_PRINTF(2, 0);

/* Sets the text (where @t is not NULL) and returns @code: failing is one statement. */
int kd_why(struct kd_text *t, int code, const char *fmt, ...) KD_PRINTF(3, 4);

/*
 * A size as people write it: "256 MiB", "60.3 MiB", "917616 bytes".  GiB
 * from 10 GiB on where exact; what is no whole MiB is rounded up to 0.1 MiB.
 */
#define KD_SIZE_TEXT 32
const char *kd_size_text(uint64_t bytes, char out[KD_SIZE_TEXT]);

/* A decimal number up to @most and nothing around it.  -EBADMSG. */
int kd_read_uint(const char *text, uint64_t most, uint64_t *ret);

/*
 * A command for sh(1): the words of @argv (NULL-terminated), each quoted where it has
 * to be.  From malloc(); NULL where there is no memory.
 */
char *kd_shell_quote(const char *const *argv);

#endif
