/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Writing KEY=value lines: the quoting described in keyvalue.h.  Three ways,
 * the plainest that holds the value: bare, '…', or ''"…" with escapes.
 */
#include "keyvalue.h"

#include <errno.h>
#include <stdlib.h>

static bool is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_key(const char *key)
{
	if (!is_letter(*key) && *key != '_')
		return false;
	for (; *key; key++) {
		if (!is_letter(*key) && !is_digit(*key) && *key != '_')
			return false;
	}
	return true;
}

static bool is_plain(char c)
{
	return is_letter(c) || is_digit(c) || (c && strchr("_./:,@%+-=", c));
}

static bool is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7f;
}

static char *put(char *p, const char *s)
{
	size_t n = strlen(s);

	memcpy(p, s, n);
	return p + n;
}

static char *put_single_quoted(char *p, const char *value)
{
	*p++ = '\'';
	for (; *value; value++) {
		if (*value == '\'')
			p = put(p, "'\\''");
		else
			*p++ = *value;
	}
	*p++ = '\'';
	return p;
}

static char *put_escaped(char *p, const char *value)
{
	static const char hex[] = "0123456789abcdef";

	p = put(p, "''\"");
	for (; *value; value++) {
		unsigned char c = (unsigned char)*value;

		if (c == '\n') {
			p = put(p, "\\n");
		} else if (is_control(*value)) {
			p = put(p, "\\x");
			*p++ = hex[c >> 4];
			*p++ = hex[c & 15];
		} else {
			if (strchr("\"\\$`", c))
				*p++ = '\\';
			*p++ = *value;
		}
	}
	*p++ = '"';
	return p;
}

static char *put_value(char *p, const char *value)
{
	bool plain = *value, control = false;

	for (const char *s = value; *s; s++) {
		plain &= is_plain(*s);
		control |= is_control(*s);
	}
	if (plain)
		return put(p, value);
	return control ? put_escaped(p, value) : put_single_quoted(p, value);
}

int kd_kv_write(char **text, size_t *len, const char *key, const char *value)
{
	size_t key_len = strlen(key), value_len = strlen(value), room;
	char *grown, *p;

	if (!is_key(key))
		return -EINVAL;
	/* No byte takes more than four; then =, two pairs of quotes, newline and NUL. */
	if (__builtin_mul_overflow(value_len, (size_t)4, &room) ||
	    __builtin_add_overflow(room, key_len + 8, &room) ||
	    __builtin_add_overflow(room, *len, &room))
		return -ENOMEM;
	grown = realloc(*text, room);
	if (!grown)
		return -ENOMEM;
	p = put(grown + *len, key);
	*p++ = '=';
	p = put_value(p, value);
	*p++ = '\n';
	*p = '\0';
	*text = grown;
	*len = (size_t)(p - grown);
	return 0;
}
