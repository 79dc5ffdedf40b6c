/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Two texts as a unified diff, as diff -u writes it and patch(1) reads it. */
#ifndef KD_PARSE_DIFF_H
#define KD_PARSE_DIFF_H

#include "../core/text.h"

/*
 * @old or @new NULL: there is no such file (/dev/null).  Appends to *@text (NULL
 * or from malloc(), *@len its length without the NUL); nothing where both are the
 * same.  Lines longer than 4096 bytes are shown cut, with "…".  -ENOMEM.
 */
int kd_diff(char **text, size_t *len, const char *path, const char *old, size_t old_len,
	    const char *new_text, size_t new_len);

#endif
