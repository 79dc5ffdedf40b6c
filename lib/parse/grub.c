/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What grub-mkconfig(8) sources: see grub.h. */
#include "grub.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmdline.h"
#include "keyvalue.h"

/*
 * For any POSIX sh, under set -e and set -u, whatever IFS is; sed -E is in
 * POSIX.1-2024 and was in GNU's, busybox's and the BSDs' long before.  As
 * kd_cmdline_set_crashkernel() does it, a word goes with the blank behind it.
 */
static const char head[] =
"# Memory that is reserved for a crash kernel: made by crashctl(8).\n"
"#\n"
"# grub-mkconfig and update-grub read this file after /etc/default/grub and the\n"
"# other files of this folder.  It takes the crashkernel= words of all of them out\n"
"# of GRUB_CMDLINE_LINUX and GRUB_CMDLINE_LINUX_DEFAULT, and puts its own into\n"
"# GRUB_CMDLINE_LINUX.  To change them use \"crashctl reserve\", which makes this file\n"
"# anew and runs grub-mkconfig; \"crashctl reserve 0\" takes them away.\n"
"\n"
"crashctl_words='";

static const char tail[] =
"'\n"
"\n"
"# Sets crashctl_rest to $1 without its crashkernel= words.  What stands inside\n"
"# quotes is part of another word and stays, and so does every other byte: the two\n"
"# X keep what is at the ends from being lost, and go again.\n"
"crashctl_strip() {\n"
"	crashctl_quoted='\\\\.|\"(\\\\.|[^\\\\\"])*\"|'\\''[^'\\'']*'\\'\n"
"	crashctl_before=\"($crashctl_quoted|[^\\\\\\\"'])*[[:blank:]]\"\n"
"	crashctl_word=\"crashkernel=($crashctl_quoted|[^\\\\\\\"'[:blank:]])*\"\n"
"	crashctl_rest=$(printf 'X %s X\\n' \"$1\" | LC_ALL=C sed -E \":again\n"
"		s/^($crashctl_before)?$crashctl_word([[:blank:]]|\\$)/\\\\1/\n"
"		t again\")\n"
"	crashctl_rest=${crashctl_rest#X}\n"
"	crashctl_rest=${crashctl_rest%X}\n"
"	crashctl_rest=${crashctl_rest# }\n"
"	crashctl_rest=${crashctl_rest% }\n"
"}\n"
"\n"
"crashctl_strip \"${GRUB_CMDLINE_LINUX_DEFAULT-}\"\n"
"GRUB_CMDLINE_LINUX_DEFAULT=$crashctl_rest\n"
"crashctl_strip \"${GRUB_CMDLINE_LINUX-}\"\n"
"GRUB_CMDLINE_LINUX=$crashctl_rest${crashctl_rest:+${crashctl_words:+ }}$crashctl_words\n"
"unset crashctl_words crashctl_rest crashctl_quoted crashctl_before crashctl_word\n"
"unset -f crashctl_strip\n";

/* Letters and signs of the grammar: nothing that a shell or GRUB would read otherwise. */
static bool is_plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       strchr(",:@=-.", c);
}

/* crashkernel= words and one space between, or nothing. */
static bool are_words(const char *words)
{
	const char *p = words;

	while (*p) {
		if (!kd_starts(p, "crashkernel="))
			return false;
		while (*p && is_plain(*p))
			p++;
		if (*p && (*p != ' ' || !*++p))
			return false;
	}
	return true;
}

int kd_grub_dropin_write(const char *words, char **ret)
{
	size_t len = strlen(words);
	char *out;

	if (!are_words(words))
		return -EINVAL;
	out = malloc(sizeof(head) + len + sizeof(tail));
	if (!out)
		return -ENOMEM;
	memcpy(out, head, sizeof(head) - 1);
	memcpy(out + sizeof(head) - 1, words, len);
	memcpy(out + sizeof(head) - 1 + len, tail, sizeof(tail));
	*ret = out;
	return 0;
}

int kd_grub_dropin_read(const char *text, size_t len, char **ret)
{
	size_t around = sizeof(head) + sizeof(tail) - 2;
	char *words;

	if (len < around || memcmp(text, head, sizeof(head) - 1) ||
	    memcmp(text + len - (sizeof(tail) - 1), tail, sizeof(tail) - 1))
		return -EBADMSG;
	words = malloc(len - around + 1);
	if (!words)
		return -ENOMEM;
	memcpy(words, text + sizeof(head) - 1, len - around);
	words[len - around] = '\0';
	if (strlen(words) != len - around || !are_words(words)) {
		free(words);
		return -EBADMSG;
	}
	*ret = words;
	return 0;
}

/* A value as it is spelt. */
struct spelling {
	const char *s;		/* between the quotes */
	size_t len;
	char quote;		/* '"', '\'', or 0 for none */
};

static const char parts[] = "is put together of parts with different quotes";

/* Returns what is in the way, NULL where the value can be edited in its place. */
static const char *read_spelling(const char *raw, size_t len, struct spelling *ret)
{
	char quote = len && (*raw == '"' || *raw == '\'') ? *raw : '\0';

	*ret = (struct spelling){ quote ? raw + 1 : raw, len, quote };
	if (!quote) {
		for (size_t i = 0; i < len; i++) {
			if (strchr("\"'\\", raw[i]))
				return parts;
		}
		return NULL;
	}
	if (len < 2 || raw[len - 1] != quote)
		return parts;
	ret->len = len - 2;
	for (size_t i = 0; i < ret->len; i++) {
		if (ret->s[i] == quote)
			return parts;
		if (ret->s[i] == '\\' && quote == '"')
			i++;
	}
	return NULL;
}

static bool is_space_at(const char *s, size_t len, size_t i)
{
	return i >= len || strchr(" \t\n\v\f", s[i]);
}

/*
 * A backslash at the end of a line is nothing to sh.  Beside a space it may count
 * as two of them: \v and \f, which stand in no such file.
 */
static char *hide_joints(const struct spelling *spelling, const char **why)
{
	char *copy = strndup(spelling->s, spelling->len);
	size_t len = spelling->len;

	if (!copy)
		return NULL;
	if (strpbrk(copy, "\v\f"))
		*why = "holds a control character";
	for (size_t i = 0; spelling->quote == '"' && i + 1 < len; i++) {
		if (copy[i] != '\\')
			continue;
		if (copy[i + 1] == '\n') {
			if (i && !is_space_at(copy, len, i - 1) && !is_space_at(copy, len, i + 2))
				*why = "has a word that reaches over lines";
			copy[i] = '\v';
			copy[i + 1] = '\f';
		}
		i++;
	}
	return copy;
}

/* Half of a joint went with the word beside it. */
static void show_joints(char *s)
{
	char *to = s;

	for (; *s; s++) {
		if (*s == '\v' && s[1] == '\f') {
			*to++ = '\\';
			*to++ = '\n';
			s++;
		} else if (*s != '\v' && *s != '\f') {
			*to++ = *s;
		}
	}
	*to = '\0';
}

static int edit_value(const struct spelling *spelling, const char *words, char **ret,
		      const char **why)
{
	char *copy = hide_joints(spelling, why);
	int r;

	if (!copy)
		return -ENOMEM;
	r = *why ? -ENOTSUP : kd_cmdline_set_crashkernel(copy, words, ret);
	free(copy);
	if (!r)
		show_joints(*ret);
	return r;
}

/* @len bytes of @text from @start on become @s, between quotes where asked for. */
static int splice(const char *text, size_t text_len, size_t start, size_t len, const char *before,
		  const char *s, const char *after, char **ret, size_t *ret_len)
{
	size_t b = strlen(before), n = strlen(s), a = strlen(after);
	char *out = malloc(text_len - len + b + n + a + 1), *p = out;

	if (!out)
		return -ENOMEM;
	p = (char *)memcpy(p, text, start) + start;
	p = (char *)memcpy(p, before, b) + b;
	p = (char *)memcpy(p, s, n) + n;
	p = (char *)memcpy(p, after, a) + a;
	p = (char *)memcpy(p, text + start + len, text_len - start - len) + text_len - start - len;
	*p = '\0';
	*ret = out;
	*ret_len = (size_t)(p - out);
	return 0;
}

static int set_in_place(const char *text, size_t len, const struct kd_kv_entry *entry,
			const char *words, char **ret, size_t *ret_len, const char **why)
{
	struct spelling spelling;
	const char *quotes = "";
	char *value;
	int r;

	if (!entry->value || !entry->start) {
		*why = "is not understood: a variable, a command, a condition or an open quote";
		return -ENOTSUP;
	}
	*why = read_spelling(text + entry->start, entry->len, &spelling);
	if (*why)
		return -ENOTSUP;
	r = edit_value(&spelling, words, &value, why);
	if (r < 0)
		return r;
	if (!spelling.quote && strpbrk(value, " \t"))
		quotes = "\"";
	r = splice(text, len, (size_t)(spelling.s - text), spelling.len, quotes, value, quotes,
		   ret, ret_len);
	free(value);
	return r;
}

static int add_line(const char *text, size_t len, const char *key, const char *words,
		    char **ret, size_t *ret_len, const char **why)
{
	bool open = len && text[len - 1] != '\n';
	const char *newline = open ? "\n" : "";
	char *before;
	int r;

	if (!*words)
		return splice(text, len, len, 0, "", "", "", ret, ret_len);
	if (len + open > 1 && text[len + open - 2] == '\\') {
		*why = "has no place at the end: the last line goes on";
		return -ENOTSUP;
	}
	if (asprintf(&before, "%s%s=\"", newline, key) < 0)
		return -ENOMEM;
	r = splice(text, len, len, 0, before, words, "\"\n", ret, ret_len);
	free(before);
	return r;
}

/* The edited text is read again: it is right only if it says so itself. */
static int check(const char *text, size_t len, const char *key, const char *words,
		 const char **why)
{
	const struct kd_kv_entry *entry;
	struct kd_kv kv;
	char *got = NULL;
	int r = kd_kv_parse(text, len, &kv, NULL);

	if (r < 0)
		return r;
	entry = kd_kv_find(&kv, key);
	if (entry && entry->value)
		r = kd_cmdline_get_crashkernel(entry->value, &got);
	if (!r && (got ? !kd_streq(got, words) : entry || *words)) {
		*why = "would not be read back: a quote or a condition is left open";
		r = -ENOTSUP;
	}
	free(got);
	kd_kv_free(&kv);
	return r;
}

int kd_shell_set_crashkernel(const char *text, size_t len, const char *key, const char *words,
			     char **ret, size_t *ret_len, struct kd_text *why)
{
	const struct kd_kv_entry *entry;
	const char *reason = NULL;
	struct kd_kv kv;
	size_t out_len;
	char *out;
	int r;

	if (!are_words(words))
		return kd_why(why, -EINVAL, "no crashkernel= words");
	r = kd_kv_parse(text, len, &kv, why);
	if (r < 0)
		return r;
	entry = kd_kv_find(&kv, key);
	if (entry)
		r = set_in_place(text, len, entry, words, &out, &out_len, &reason);
	else
		r = add_line(text, len, key, words, &out, &out_len, &reason);
	kd_kv_free(&kv);
	if (!r) {
		r = check(out, out_len, key, words, &reason);
		if (r < 0)
			free(out);
	}
	if (r < 0)
		return reason ? kd_why(why, r, "%s %s", key, reason) : r;
	*ret = out;
	*ret_len = out_len;
	return 0;
}
