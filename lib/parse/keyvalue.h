/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * KEY=value files in shell syntax, as distributions keep them, without a shell:
 * quotes, comments and joined lines are read; a value with '$', a backtick or
 * an open quote is "not understood" and said so, never evaluated.
 */
#ifndef KD_PARSE_KEYVALUE_H
#define KD_PARSE_KEYVALUE_H

#include "../core/text.h"

struct kd_kv_entry {
	char *key;
	char *value;			/* NULL where not understood */
	unsigned line;
};

struct kd_kv {
	struct kd_kv_entry *v;
	size_t n, room;
};

/* -ENOMEM, or -EFBIG beyond 1 MiB or 4096 entries.  Lines that are no assignment are passed over. */
int kd_kv_parse(const char *text, size_t len, struct kd_kv *ret, struct kd_text *why);

/* The last entry of that key, as a shell would leave it; NULL if there is none. */
const struct kd_kv_entry *kd_kv_find(const struct kd_kv *kv, const char *key);

/* Appends KEY=value with the value quoted so that kd_kv_parse() gives it back; -ENOMEM. */
int kd_kv_write(char **text, size_t *len, const char *key, const char *value);

void kd_kv_free(struct kd_kv *kv);

#endif
