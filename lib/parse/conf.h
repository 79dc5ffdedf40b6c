/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * crashctl.conf (crashctl.conf(5)): lines "key = value".  Blanks around either do
 * not count; '#' or ';' in front makes a comment, nowhere else; a backslash at the
 * end joins the next line by a space, comments in between left out.  One pair of
 * quotes around the whole value is taken off.  Nothing is ever evaluated: a value
 * that asks for it is wrong.
 */
#ifndef KD_PARSE_CONF_H
#define KD_PARSE_CONF_H

#include "../core/text.h"

struct kd_conf_entry {
	char *key, *value;		/* never NULL; "" where @wrong */
	const char *wrong;		/* what is wrong with the line; NULL: nothing */
	unsigned line;			/* where it begins */
};

struct kd_conf {
	struct kd_conf_entry *v;
	size_t n, room;
};

#define KD_CONF_TEXT_MAX	(256 * 1024)
#define KD_CONF_MAX		1024

/* -ENOMEM, or -EFBIG beyond 256 KiB or 1024 entries. */
int kd_conf_parse(const char *text, size_t len, struct kd_conf *ret, struct kd_text *why);
void kd_conf_free(struct kd_conf *conf);

/* "yes", "true", "on", "1" and their opposites; false where it is none of them. */
bool kd_conf_yes(const char *value, bool *ret);

#endif
