/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Reading crashctl.conf: see conf.h. */
#include "conf.h"

#include <errno.h>
#include <stdlib.h>

struct reader {
	const char *p, *end;
	unsigned line;			/* of @p */
	char *joined;			/* room for the longest line there can be */
	size_t n;
	struct kd_conf conf;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void trim(const char **s, size_t *len)
{
	while (*len && is_blank(**s)) {
		(*s)++;
		(*len)--;
	}
	while (*len && is_blank((*s)[*len - 1]))
		(*len)--;
}

/* The next line of the file, without blanks around it. */
static bool next_line(struct reader *r, const char **s, size_t *len)
{
	const char *newline;

	if (r->p == r->end)
		return false;
	newline = memchr(r->p, '\n', (size_t)(r->end - r->p));
	*s = r->p;
	*len = (size_t)((newline ? newline : r->end) - r->p);
	r->p = newline ? newline + 1 : r->end;
	r->line++;
	trim(s, len);
	return true;
}

static bool is_comment(const char *s, size_t len)
{
	return len && (*s == '#' || *s == ';');
}

/* True where the next line belongs to it. */
static bool add_line(struct reader *r, const char *s, size_t len)
{
	bool more = len && s[len - 1] == '\\';

	len -= more;
	trim(&s, &len);
	if (r->n && len)
		r->joined[r->n++] = ' ';
	memcpy(r->joined + r->n, s, len);
	r->n += len;
	return more;
}

/* One whole entry into r->joined; false at the end. */
static bool next_entry(struct reader *r, unsigned *line)
{
	const char *s;
	size_t len;

	r->n = 0;
	do {
		if (!next_line(r, &s, &len))
			return false;
	} while (!len || is_comment(s, len));
	*line = r->line;
	while (add_line(r, s, len)) {
		do {
			if (!next_line(r, &s, &len))
				return true;
		} while (is_comment(s, len));
	}
	return true;
}

static bool has_control(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return true;
	}
	return false;
}

/* The kernel knows double quotes only; one that is open swallows what follows. */
static bool is_open(const char *s, size_t len)
{
	bool open = false;

	for (size_t i = 0; i < len; i++)
		open ^= s[i] == '"';
	return open;
}

/* Not those of a line like "a b" c="d e". */
static void unquote(const char **s, size_t *len)
{
	char quote = *len > 1 ? **s : '\0';

	if ((quote != '"' && quote != '\'') || (*s)[*len - 1] != quote ||
	    memchr(*s + 1, quote, *len - 2))
		return;
	(*s)++;
	*len -= 2;
}

static bool is_name(const char *s, size_t len)
{
	static const char chars[] =
		"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-";

	for (size_t i = 0; i < len; i++)
		if (!memchr(chars, s[i], sizeof(chars) - 1))
			return false;
	return len;
}

static const char *find_wrong(const char *key, size_t key_len, const char *value, size_t len)
{
	if (!is_name(key, key_len))
		return "no name before the =";
	if (has_control(value, len))
		return "a control character";
	if (memchr(value, '$', len) || memchr(value, '`', len))
		return "nothing is evaluated here: write what it stands for";
	if (is_open(value, len))
		return "a quote that is never closed";
	return NULL;
}

static bool make_room(struct kd_conf *conf)
{
	size_t room = conf->room ? 2 * conf->room : 16;
	struct kd_conf_entry *v;

	if (conf->n < conf->room)
		return true;
	v = reallocarray(conf->v, room, sizeof(*v));
	if (!v)
		return false;
	conf->v = v;
	conf->room = room;
	return true;
}

static int add(struct kd_conf *conf, unsigned line, const char *key, size_t key_len,
	       const char *value, size_t len, const char *wrong)
{
	struct kd_conf_entry entry = { .line = line, .wrong = wrong };

	if (conf->n == KD_CONF_MAX)
		return -EFBIG;
	if (!make_room(conf))
		return -ENOMEM;
	entry.key = strndup(key, wrong ? 0 : key_len);
	entry.value = strndup(value, wrong ? 0 : len);
	if (!entry.key || !entry.value) {
		free(entry.key);
		free(entry.value);
		return -ENOMEM;
	}
	conf->v[conf->n++] = entry;
	return 0;
}

static int take_entry(struct reader *r, unsigned line)
{
	const char *key = r->joined, *value, *wrong;
	const char *equals = memchr(key, '=', r->n);
	size_t key_len, len;

	if (!equals)
		return add(&r->conf, line, "", 0, "", 0, "not of the form key = value");
	key_len = (size_t)(equals - key);
	value = equals + 1;
	len = r->n - key_len - 1;
	trim(&key, &key_len);
	trim(&value, &len);
	wrong = find_wrong(key, key_len, value, len);
	unquote(&value, &len);
	return add(&r->conf, line, key, key_len, value, len, wrong);
}

int kd_conf_parse(const char *text, size_t len, struct kd_conf *ret, struct kd_text *why)
{
	struct reader r = { .p = text, .end = text + len };
	unsigned line;
	int err = 0;

	if (len > KD_CONF_TEXT_MAX)
		return kd_why(why, -EFBIG, "larger than 256 KiB");
	/* Each line is joined by a space where its backslash or newline was. */
	r.joined = malloc(len + 1);
	if (!r.joined)
		return kd_why(why, -ENOMEM, "out of memory");
	while (!err && next_entry(&r, &line))
		err = take_entry(&r, line);
	free(r.joined);
	if (err) {
		kd_conf_free(&r.conf);
		if (err == -EFBIG)
			return kd_why(why, err, "more than %d entries", KD_CONF_MAX);
		return kd_why(why, err, "out of memory");
	}
	*ret = r.conf;
	return 0;
}

void kd_conf_free(struct kd_conf *conf)
{
	for (size_t i = 0; i < conf->n; i++) {
		free(conf->v[i].key);
		free(conf->v[i].value);
	}
	free(conf->v);
	*conf = (struct kd_conf){ 0 };
}

bool kd_conf_yes(const char *value, bool *ret)
{
	static const char *const words[][2] = {
		{ "no", "yes" }, { "false", "true" }, { "off", "on" }, { "0", "1" },
	};

	for (size_t i = 0; i < KD_ARRAY_SIZE(words); i++) {
		for (unsigned yes = 0; yes < 2; yes++) {
			if (!kd_streq(value, words[i][yes]))
				continue;
			*ret = yes;
			return true;
		}
	}
	return false;
}
