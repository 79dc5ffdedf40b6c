/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Facts files: a table of answers as one JSON document, written on one machine
 * and read on another.  Both directions stand in one file, so that they cannot
 * drift apart; an installer that links the library can do either.
 *
 *	{"schema":1,"version":"0.2.0","facts":{"taken":SECONDS,
 *	 "values":{NAME:ANSWER,…},
 *	 "files":{PATH:{"text":ANSWER,"link":ANSWER,"stat":ANSWER,"names":ANSWER},…}}}
 *
 * An ANSWER is a string or {"errno":"ENOENT"}.  The kernel's files and people's
 * paths hold bytes, of which not all are UTF-8; so each character of a string,
 * U+0000 to U+00FF, is one byte.
 */
#ifndef KD_PARSE_FACTS_FILE_H
#define KD_PARSE_FACTS_FILE_H

#include "../core/answers.h"
#include "../core/text.h"

#define KD_FACTS_FILE_MAX (16 * KD_MIB)

/* *@text is from malloc() and ends with a line end.  -ENOMEM, -EFBIG. */
int kd_facts_write(const struct kd_answers *answers, const char *version, int64_t taken,
		   char **text, size_t *len);

/*
 * -ENOMEM; -EBADMSG where it is no facts file, or one of another schema; -EFBIG
 * beyond 16 MiB, or more than a machine could have to say.
 */
int kd_facts_parse(const char *text, size_t len, struct kd_answers **ret, struct kd_text *why);

#endif
