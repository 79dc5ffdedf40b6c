/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Reading KEY=value files: see keyvalue.h.  The grammar is the part of POSIX
 * sh (Shell Command Language, 2.2 and 2.9.1) that assignments need; of all
 * other commands only the end is looked for, and whether they make what
 * follows conditional.
 */
#include "keyvalue.h"

#include <errno.h>
#include <stdlib.h>

struct reader {
	const char *text, *p, *end;
	unsigned line;
	unsigned depth;		/* of if, case, loops, { and ( */
	bool conditional;	/* behind && or ||, up to the end of the list */
	bool pending;		/* a newline does not end the list yet */
	size_t list;		/* the list's first entry */
	bool lost;		/* behind a here-document nothing is certain */
	bool appends;		/* the last assignment was a += */
	bool odd, quoted;	/* the word being read: not understood; has quotes */
	char *value;		/* its text: room for the longest there can be */
	size_t n;
	struct kd_kv kv;
};

static char here(const struct reader *r)
{
	return r->p < r->end ? *r->p : '\0';
}

static char ahead(const struct reader *r, size_t n)
{
	return (size_t)(r->end - r->p) > n ? r->p[n] : '\0';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_operator(char c)
{
	return c && strchr("\n;&|<>()", c);
}

static bool is_name_char(char c, bool first)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
	       (!first && c >= '0' && c <= '9');
}

static bool is_joined(const struct reader *r)
{
	return here(r) == '\\' && ahead(r, 1) == '\n';
}

/* One byte on, counting lines. */
static void step(struct reader *r)
{
	r->line += *r->p++ == '\n';
}

static void join(struct reader *r)
{
	step(r);
	step(r);
}

static void skip_blanks(struct reader *r)
{
	for (; r->p < r->end; step(r)) {
		if (is_joined(r))
			step(r);
		else if (!is_blank(*r->p))
			break;
	}
}

/* A C string cannot hold NUL, and sh drops it. */
static void keep(struct reader *r)
{
	r->odd |= !*r->p;
	r->value[r->n++] = *r->p;
	step(r);
}

/* A command substitution reaches over lines; its text is no part of the file's. */
static void skip_backticks(struct reader *r)
{
	r->odd = true;
	for (step(r); r->p < r->end && *r->p != '`'; step(r)) {
		if (*r->p == '\\' && r->end - r->p > 1)
			step(r);
	}
	if (r->p < r->end)
		step(r);
}

static void single_quoted(struct reader *r)
{
	for (step(r); r->p < r->end && *r->p != '\''; )
		keep(r);
	if (r->p == r->end)
		r->odd = true;
	else
		step(r);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* "\n" and "\xHH" of our own spelling; false where it is another backslash. */
static bool take_escape(struct reader *r)
{
	int high = hex_digit(ahead(r, 2)), low = hex_digit(ahead(r, 3));

	if (ahead(r, 1) == 'n') {
		r->value[r->n++] = '\n';
		r->p += 2;
		return true;
	}
	if (ahead(r, 1) != 'x' || high < 0 || low < 0)
		return false;
	r->odd |= !high && !low;
	r->value[r->n++] = (char)(high << 4 | low);
	r->p += 4;
	return true;
}

/* In double quotes a backslash quotes only these, and stays before others. */
static void backslash_in_quotes(struct reader *r, bool escapes)
{
	char next = ahead(r, 1);

	if (escapes && take_escape(r))
		return;
	if (next == '\n') {
		join(r);
		return;
	}
	if (next && strchr("\"\\$`", next))
		step(r);
	keep(r);
}

static void double_quoted(struct reader *r, bool escapes)
{
	for (step(r); r->p < r->end && *r->p != '"'; ) {
		if (*r->p == '\\') {
			backslash_in_quotes(r, escapes);
		} else if (*r->p == '`') {
			skip_backticks(r);
		} else {
			r->odd |= *r->p == '$';
			keep(r);
		}
	}
	if (r->p == r->end)
		r->odd = true;
	else
		step(r);
}

/* A backslash at the very end of the text quotes nothing: sh keeps it. */
static void bare(struct reader *r)
{
	bool at_start = !r->n || r->value[r->n - 1] == ':';

	if (is_joined(r)) {
		join(r);
	} else if (*r->p == '`') {
		skip_backticks(r);
	} else if (*r->p == '\\') {
		r->quoted = true;
		if (r->end - r->p > 1)
			step(r);
		keep(r);
	} else {
		r->odd |= *r->p == '$' || (*r->p == '~' && at_start);
		keep(r);
	}
}

/* One word of sh, without its quotes, into r->value. */
static void take_word(struct reader *r)
{
	r->n = 0;
	r->odd = r->quoted = false;
	while (r->p < r->end && !is_blank(*r->p) && !is_operator(*r->p)) {
		if (*r->p == '\'' && ahead(r, 1) == '\'' && ahead(r, 2) == '"') {
			r->p += 2;
			r->quoted = true;
			double_quoted(r, true);
		} else if (*r->p == '\'') {
			r->quoted = true;
			single_quoted(r);
		} else if (*r->p == '"') {
			r->quoted = true;
			double_quoted(r, false);
		} else {
			bare(r);
		}
	}
	r->value[r->n] = '\0';
}

static bool make_room(struct kd_kv *kv)
{
	size_t room = kv->room ? 2 * kv->room : 16;
	struct kd_kv_entry *v;

	if (kv->n < kv->room)
		return true;
	v = reallocarray(kv->v, room, sizeof(*v));
	if (!v)
		return false;
	kv->v = v;
	kv->room = room;
	return true;
}

static int add(struct reader *r, const char *key, size_t key_len, const char *value,
	       unsigned line)
{
	bool certain = !r->odd && !r->depth && !r->conditional && !r->lost;
	struct kd_kv_entry entry = { .line = line };

	if (r->kv.n == KD_KV_MAX)
		return -EFBIG;
	if (!make_room(&r->kv))
		return -ENOMEM;
	entry.key = strndup(key, key_len);
	if (certain)
		entry.value = strdup(value);
	if (!entry.key || (certain && !entry.value)) {
		free(entry.key);
		free(entry.value);
		return -ENOMEM;
	}
	r->kv.v[r->kv.n++] = entry;
	return 0;
}

static size_t name_length(const char *p, const char *end)
{
	size_t n = 0;

	while (p + n < end && is_name_char(p[n], !n))
		n++;
	return n;
}

/* 1 and one entry more where an assignment begins here, 0 where none does. */
static int take_assignment(struct reader *r)
{
	const char *key = r->p, *p;
	size_t key_len = name_length(key, r->end), start;
	unsigned line = r->line;
	int err;

	p = key + key_len;
	r->appends = p < r->end && *p == '+';
	p += r->appends;
	if (!key_len || p == r->end || *p != '=')
		return 0;
	r->p = p + 1;
	start = (size_t)(r->p - r->text);
	take_word(r);
	r->odd |= r->appends || here(r) == '(';
	err = add(r, key, key_len, r->value, line);
	if (err)
		return err;
	r->kv.v[r->kv.n - 1].start = start;
	r->kv.v[r->kv.n - 1].len = (size_t)(r->p - r->text) - start;
	return 1;
}

static void forget_values(struct reader *r, size_t from)
{
	for (; from < r->kv.n; from++) {
		free(r->kv.v[from].value);
		r->kv.v[from].value = NULL;
	}
}

static bool is_one_of(const char *word, const char *const *words)
{
	for (; *words; words++) {
		if (kd_streq(word, *words))
			return true;
	}
	return false;
}

static void leave(struct reader *r)
{
	if (r->depth)
		r->depth--;
}

/*
 * && and || run what follows or not; & and | run what is before in a subshell;
 * behind () stands what a function does.
 */
static void take_operator(struct reader *r)
{
	char c = *r->p, next = ahead(r, 1);

	step(r);
	if (c == '(' && next == ')') {
		step(r);
		r->conditional = r->pending = true;
	} else if (c == '(') {
		r->depth++;
	} else if (c == ')') {
		leave(r);
		r->conditional = true;
	} else if (c == '<' && next == '<') {
		r->lost = true;
	} else if (c == '&' || c == '|') {
		r->conditional = true;
		r->pending = next == c || c == '|';
		if (next == c)
			step(r);
		else
			forget_values(r, r->list);
	}
}

static bool ends_statement(const struct reader *r)
{
	return r->p == r->end || (*r->p && strchr("\n;&|()", *r->p));
}

static void skip_arguments(struct reader *r)
{
	for (skip_blanks(r); r->p < r->end; skip_blanks(r)) {
		if (*r->p == '#' || ends_statement(r) || *r->p == '{')
			return;
		if (*r->p == '<' && ahead(r, 1) == '<')
			r->lost = true;
		if (*r->p == '<' || *r->p == '>')
			step(r);
		else
			take_word(r);
	}
}

/* A reserved word opens or closes what is conditional; others are commands. */
static void take_command(struct reader *r)
{
	static const char *const before_command[] = {
		"then", "else", "elif", "do", "!", "time", NULL
	};
	static const char *const openers[] = { "if", "while", "until", "{", NULL };
	static const char *const headed[] = { "for", "case", "select", "function", NULL };
	static const char *const closers[] = { "fi", "done", "esac", "}", NULL };

	take_word(r);
	if (r->quoted) {
		skip_arguments(r);
	} else if (is_one_of(r->value, closers)) {
		leave(r);
	} else if (is_one_of(r->value, openers)) {
		r->depth++;
	} else if (!is_one_of(r->value, before_command)) {
		r->depth += is_one_of(r->value, headed);
		skip_arguments(r);
	}
}

/* export takes its words as they are without their quotes: "A=1" too. */
static int take_exported_word(struct reader *r)
{
	unsigned line = r->line;
	size_t n;

	take_word(r);
	n = name_length(r->value, r->value + r->n);
	if (!n || r->value[n] != '=')
		return 0;
	return add(r, r->value, n, r->value + n + 1, line);
}

/* "export A=1 B": its words are assignments or bare names. */
static int take_export(struct reader *r)
{
	int ret = 1;

	r->p += strlen("export");
	for (skip_blanks(r); ret >= 0 && !ends_statement(r); skip_blanks(r)) {
		if (here(r) == '#')
			break;
		if (here(r) == '<' || here(r) == '>') {
			take_operator(r);
			continue;
		}
		ret = take_assignment(r);
		if (!ret)
			ret = take_exported_word(r);
	}
	return ret < 0 ? ret : 0;
}

static bool at_export(const struct reader *r)
{
	return (size_t)(r->end - r->p) > 6 && !memcmp(r->p, "export", 6) &&
	       is_blank(r->p[6]);
}

/*
 * An assignment in front of a command holds for that command only, and += makes
 * a command for some shells.
 */
static int take_statement(struct reader *r)
{
	size_t first = r->kv.n;
	bool appends = false;
	int ret = 1;

	r->pending = false;
	if (at_export(r))
		return take_export(r);
	while (ret > 0) {
		ret = take_assignment(r);
		appends |= ret > 0 && r->appends;
		skip_blanks(r);
	}
	if (ret < 0)
		return ret;
	if (appends)
		forget_values(r, first);
	if (here(r) == '#')
		return 0;
	if (!ends_statement(r)) {
		forget_values(r, first);
		take_command(r);
	}
	return 0;
}

static void skip_comment(struct reader *r)
{
	while (r->p < r->end && *r->p != '\n')
		r->p++;
}

static int take_next(struct reader *r)
{
	switch (*r->p) {
	case '\n':
	case ';':
		if (!r->pending) {
			r->conditional = false;
			r->list = r->kv.n;
		}
		step(r);
		return 0;
	case '#':
		skip_comment(r);
		return 0;
	case '&':
	case '|':
	case '<':
	case '>':
	case '(':
	case ')':
		take_operator(r);
		return 0;
	default:
		return take_statement(r);
	}
}

static int take_all(struct reader *r)
{
	int err = 0;

	for (skip_blanks(r); !err && r->p < r->end; skip_blanks(r))
		err = take_next(r);
	return err;
}

int kd_kv_parse(const char *text, size_t len, struct kd_kv *ret, struct kd_text *why)
{
	struct reader r = { .text = text, .p = text, .end = text + len, .line = 1 };
	int err;

	if (len > KD_KV_TEXT_MAX)
		return kd_why(why, -EFBIG, "larger than 1 MiB");
	r.value = malloc(len + 1);
	if (!r.value)
		return kd_why(why, -ENOMEM, "out of memory");
	err = take_all(&r);
	free(r.value);
	if (err) {
		kd_kv_free(&r.kv);
		if (err == -EFBIG)
			return kd_why(why, err, "more than %d entries", KD_KV_MAX);
		return kd_why(why, err, "out of memory");
	}
	*ret = r.kv;
	return 0;
}

const struct kd_kv_entry *kd_kv_find(const struct kd_kv *kv, const char *key)
{
	for (size_t i = kv->n; i--; ) {
		if (kd_streq(kv->v[i].key, key))
			return &kv->v[i];
	}
	return NULL;
}

const char *kd_kv_value(const struct kd_kv *kv, const char *key)
{
	const struct kd_kv_entry *entry = kd_kv_find(kv, key);

	return entry ? entry->value : NULL;
}

void kd_kv_free(struct kd_kv *kv)
{
	for (size_t i = 0; i < kv->n; i++) {
		free(kv->v[i].key);
		free(kv->v[i].value);
	}
	free(kv->v);
	*kv = (struct kd_kv){ 0 };
}
