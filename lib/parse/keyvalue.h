/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * KEY=value files in shell syntax, as distributions keep them, without a shell.
 * Read as sh reads them: quotes (over several lines too), comments, joined
 * lines, "export", several assignments in a line.  Never evaluated, only said
 * to be "not understood": a value with '$' or a backtick outside single
 * quotes, with a '~' that sh would expand, with a quote that is never closed,
 * KEY+=, arrays, and whatever stands behind a condition, in a loop, a function
 * or a subshell, or in front of a command.
 *
 * What is written here stands on one line and means the same to sh, with one
 * exception: no quoting that all readers of such files share can hold a
 * newline or another control byte in one line.  A value with such bytes is
 * written as an empty '' followed at once by a "…" in which \n and \xHH
 * stand for them.  Nobody else has a reason to spell a value that way; sh reads
 * it with the escapes left as they are.
 */
#ifndef KD_PARSE_KEYVALUE_H
#define KD_PARSE_KEYVALUE_H

#include "../core/text.h"

struct kd_kv_entry {
	char *key;
	char *value;			/* NULL where not understood */
	unsigned line;			/* of the key */
	/*
	 * The value as it is spelt, in the text; start 0 where that is not to be
	 * told (export "A=1").
	 */
	size_t start, len;
};

struct kd_kv {
	struct kd_kv_entry *v;
	size_t n, room;
};

#define KD_KV_TEXT_MAX	(1024 * 1024)
#define KD_KV_MAX	4096

/*
 * -ENOMEM, or -EFBIG beyond 1 MiB or 4096 entries.  What is no assignment is
 * passed over.
 */
int kd_kv_parse(const char *text, size_t len, struct kd_kv *ret, struct kd_text *why);

/* The last entry of that key, as a shell would leave it; NULL if there is none. */
const struct kd_kv_entry *kd_kv_find(const struct kd_kv *kv, const char *key);

/* Its value; NULL where there is none, or it is not understood. */
const char *kd_kv_value(const struct kd_kv *kv, const char *key);

/*
 * Appends a line "KEY=value" with the value quoted so that kd_kv_parse() gives
 * it back.  *@text is NULL or from malloc(), *@len its length without the NUL.
 * -ENOMEM; -EINVAL where @key is no name for sh.
 */
int kd_kv_write(char **text, size_t *len, const char *key, const char *value);

void kd_kv_free(struct kd_kv *kv);

#endif
