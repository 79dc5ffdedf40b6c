/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Bounded text: see text.h. */
#include "text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* A cut inside a UTF-8 sequence would make the whole message invalid text. */
static void cut_at_character(char *s, size_t size)
{
	size_t n = strnlen(s, size);

	if (n < size - 1)
		return;
	while (n && ((unsigned char)s[n - 1] & 0xc0) == 0x80)
		n--;
	if (n && ((unsigned char)s[n - 1] & 0xc0) == 0xc0)
		n--;
	s[n] = '\0';
}

void kd_text_clear(struct kd_text *t)
{
	t->s[0] = '\0';
}

void kd_text_vset(struct kd_text *t, const char *fmt, va_list args)
{
	vsnprintf(t->s, sizeof(t->s), fmt, args);
	cut_at_character(t->s, sizeof(t->s));
}

void kd_text_set(struct kd_text *t, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	kd_text_vset(t, fmt, args);
	va_end(args);
}

void kd_text_append(struct kd_text *t, const char *fmt, ...)
{
	size_t used = strlen(t->s);
	va_list args;

	va_start(args, fmt);
	vsnprintf(t->s + used, sizeof(t->s) - used, fmt, args);
	va_end(args);
	cut_at_character(t->s, sizeof(t->s));
}

void kd_text_vprepend(struct kd_text *t, const char *fmt, va_list args)
{
	struct kd_text old = *t;

	kd_text_vset(t, fmt, args);
	if (old.s[0])
		kd_text_append(t, ": %s", old.s);
}

int kd_why(struct kd_text *t, int code, const char *fmt, ...)
{
	va_list args;

	if (!t)
		return code;
	va_start(args, fmt);
	kd_text_vset(t, fmt, args);
	va_end(args);
	return code;
}

const char *kd_size_text(uint64_t bytes, char out[KD_SIZE_TEXT])
{
	uint64_t tenths;

	if (bytes < KD_MIB && bytes % KD_KIB)
		snprintf(out, KD_SIZE_TEXT, "%" PRIu64 " bytes", bytes);
	else if (bytes < KD_MIB)
		snprintf(out, KD_SIZE_TEXT, "%" PRIu64 " KiB", bytes / KD_KIB);
	else if (bytes >= 10 * KD_GIB && !(bytes % KD_GIB))
		snprintf(out, KD_SIZE_TEXT, "%" PRIu64 " GiB", bytes / KD_GIB);
	else if (!(bytes % KD_MIB))
		snprintf(out, KD_SIZE_TEXT, "%" PRIu64 " MiB", bytes / KD_MIB);
	else {
		tenths = bytes / KD_MIB * 10 + (bytes % KD_MIB * 10 + KD_MIB - 1) / KD_MIB;
		snprintf(out, KD_SIZE_TEXT, "%" PRIu64 ".%" PRIu64 " MiB", tenths / 10,
			 tenths % 10);
	}
	return out;
}

static char *put(char *p, const char *text)
{
	size_t len = strlen(text);

	memcpy(p, text, len + 1);
	return p + len;
}

/* Within '…' a quote is '\''; so at most four times the length, and two quotes. */
static char *put_quoted(char *p, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_./:,@%+=-";

	if (*word && !word[strspn(word, plain)])
		return put(p, word);
	*p++ = '\'';
	for (; *word; word++) {
		if (*word == '\'')
			p = put(p, "'\\''");
		else
			*p++ = *word;
	}
	*p++ = '\'';
	*p = '\0';
	return p;
}

char *kd_shell_quote(const char *const *argv)
{
	size_t room = 1;
	char *text, *p;

	for (size_t i = 0; argv[i]; i++)
		room += 4 * strlen(argv[i]) + 3;
	text = p = malloc(room);
	if (text)
		*text = '\0';
	for (size_t i = 0; text && argv[i]; i++) {
		if (i)
			*p++ = ' ';
		p = put_quoted(p, argv[i]);
	}
	return text;
}

int kd_read_uint(const char *text, uint64_t most, uint64_t *ret)
{
	unsigned long long n;
	char *end;

	/* strtoull() would take blanks and a sign. */
	if (*text < '0' || *text > '9')
		return -EBADMSG;
	errno = 0;
	n = strtoull(text, &end, 10);
	if (errno || *end || n > most)
		return -EBADMSG;
	*ret = n;
	return 0;
}
