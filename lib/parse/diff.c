/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Two texts as a unified diff: see diff.h.  The shortest way from one to the
 * other is Myers' ("An O(ND) Difference Algorithm and Its Variations", 1986), up to a
 * number of changes; beyond that all between the first and the last is shown as changed.
 */
#include "diff.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define CONTEXT 3
#define CHANGES 512		/* lines; the search takes the square of it in memory */
#define LINE_MAX_SHOWN 4096

struct side {
	const char *text;
	size_t n;		/* lines */
	size_t *at;		/* where each begins, and the end */
	bool *changed;
	size_t from, to;	/* what is between the same beginning and the same end */
};

struct out {
	char *s;
	size_t n, room;
	bool failed;
};

static void put(struct out *out, const char *s, size_t len)
{
	size_t room = out->n + len + 1;
	char *more;

	if (out->failed)
		return;
	if (room > out->room) {
		room += room / 2;
		more = realloc(out->s, room);
		if (!more) {
			out->failed = true;
			return;
		}
		out->s = more;
		out->room = room;
	}
	memcpy(out->s + out->n, s, len);
	out->n += len;
	out->s[out->n] = '\0';
}

static int split(struct side *side, const char *text, size_t len)
{
	size_t n = 0, i = 0;

	for (const char *p = text; p && p < text + len; n++) {
		p = memchr(p, '\n', (size_t)(text + len - p));
		p = p ? p + 1 : text + len;
	}
	*side = (struct side){ .text = text, .n = n };
	side->at = calloc(n + 1, sizeof(*side->at));
	side->changed = calloc(n + 1, sizeof(*side->changed));
	if (!side->at || !side->changed)
		return -ENOMEM;
	for (const char *p = text; i < n; i++) {
		side->at[i] = (size_t)(p - text);
		p = memchr(p, '\n', (size_t)(text + len - p));
		p = p ? p + 1 : text + len;
	}
	side->at[n] = len;
	return 0;
}

static void side_free(struct side *side)
{
	free(side->at);
	free(side->changed);
}

static bool same(const struct side *a, size_t i, const struct side *b, size_t j)
{
	size_t len = a->at[i + 1] - a->at[i];

	return len == b->at[j + 1] - b->at[j] &&
	       !memcmp(a->text + a->at[i], b->text + b->at[j], len);
}

static void trim(struct side *a, struct side *b)
{
	size_t shorter = kd_min(a->n, b->n), head = 0, tail = 0;

	while (head < shorter && same(a, head, b, head))
		head++;
	while (tail < shorter - head && same(a, a->n - 1 - tail, b, b->n - 1 - tail))
		tail++;
	a->from = b->from = head;
	a->to = a->n - tail;
	b->to = b->n - tail;
}

/* How far diagonal k gets with d changes: each d has a row of 2d + 1. */
static long *reach(long *rows, long d, long k)
{
	return &rows[d * d + d + k];
}

/* Whether the best way to diagonal k with d changes takes a new line in. */
static bool comes_down(long *rows, long d, long k)
{
	return k == -d || (k != d && *reach(rows, d - 1, k - 1) < *reach(rows, d - 1, k + 1));
}

static void mark(long *rows, long d, long k, struct side *a, struct side *b)
{
	for (; d; d--) {
		bool down = comes_down(rows, d, k);
		long x;

		k += down ? 1 : -1;
		x = *reach(rows, d - 1, k);
		if (down)
			b->changed[b->from + (size_t)(x - k)] = true;
		else
			a->changed[a->from + (size_t)x] = true;
	}
}

/* False where there are too many changes to look for the fewest. */
static bool find_fewest(long *rows, long most, struct side *a, struct side *b)
{
	long n = (long)(a->to - a->from), m = (long)(b->to - b->from);

	for (long d = 0; d <= most; d++) {
		for (long k = -d; k <= d; k += 2) {
			long x = 0, y;

			if (d && comes_down(rows, d, k))
				x = *reach(rows, d - 1, k + 1);
			else if (d)
				x = *reach(rows, d - 1, k - 1) + 1;
			y = x - k;
			while (x < n && y < m &&
			       same(a, a->from + (size_t)x, b, b->from + (size_t)y)) {
				x++;
				y++;
			}
			*reach(rows, d, k) = x;
			if (x >= n && y >= m) {
				mark(rows, d, k, a, b);
				return true;
			}
		}
	}
	return false;
}

static int compare(struct side *a, struct side *b)
{
	size_t most;
	long *rows;

	trim(a, b);
	most = kd_min(a->to - a->from + b->to - b->from, CHANGES);
	rows = reallocarray(NULL, (most + 1) * (most + 1), sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	if (!find_fewest(rows, (long)most, a, b)) {
		memset(a->changed + a->from, true, a->to - a->from);
		memset(b->changed + b->from, true, b->to - b->from);
	}
	free(rows);
	return 0;
}

/* Cut before a character of UTF-8 that would not fit. */
static size_t shown(const char *line, size_t len)
{
	size_t n = LINE_MAX_SHOWN;

	if (len <= LINE_MAX_SHOWN)
		return len;
	while (n > LINE_MAX_SHOWN - 4 && ((unsigned char)line[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static void put_line(struct out *out, char sign, const struct side *side, size_t i)
{
	static const char more[] = "…", no_newline[] = "\n\\ No newline at end of file\n";
	const char *line = side->text + side->at[i];
	size_t len = side->at[i + 1] - side->at[i];
	bool newline = line[len - 1] == '\n';
	size_t n = shown(line, len - newline);

	put(out, &sign, 1);
	put(out, line, n);
	if (n < len - newline)
		put(out, more, sizeof(more) - 1);
	if (newline)
		put(out, "\n", 1);
	else
		put(out, no_newline, sizeof(no_newline) - 1);
}

/* As GNU diff writes a name that another program could not read else. */
static void put_name(struct out *out, const char *sign, const char *path)
{
	bool quotes = false;
	char code[8];

	for (const char *p = path; *p; p++)
		quotes |= (unsigned char)*p < ' ' || *p == '"' || *p == '\\' || *p == 0x7f;
	put(out, sign, 4);
	if (!quotes)
		put(out, path, strlen(path));
	if (quotes)
		put(out, "\"", 1);
	for (const char *p = path; quotes && *p; p++) {
		if (*p == '"' || *p == '\\')
			snprintf(code, sizeof(code), "\\%c", *p);
		else if ((unsigned char)*p < ' ' || *p == 0x7f)
			snprintf(code, sizeof(code), "\\%03o", (unsigned)*p & 0xff);
		else
			snprintf(code, sizeof(code), "%c", *p);
		put(out, code, strlen(code));
	}
	put(out, quotes ? "\"\n" : "\n", quotes ? 2 : 1);
}

/* Of no line, the one before is named; of one, the number is left out. */
static void put_range(struct out *out, char sign, size_t from, size_t to)
{
	char text[64];
	int n;

	if (to - from == 1)
		n = snprintf(text, sizeof(text), " %c%zu", sign, from + 1);
	else
		n = snprintf(text, sizeof(text), " %c%zu,%zu", sign, from + (to > from), to - from);
	put(out, text, (size_t)n);
}

struct place {
	size_t a, b;
};

static bool is_same(const struct side *a, const struct side *b, struct place at)
{
	return at.a < a->n && at.b < b->n && !a->changed[at.a] && !b->changed[at.b];
}

static struct place skip_changes(const struct side *a, const struct side *b, struct place at)
{
	while (at.a < a->n && a->changed[at.a])
		at.a++;
	while (at.b < b->n && b->changed[at.b])
		at.b++;
	return at;
}

static void put_hunk(struct out *out, const struct side *a, const struct side *b,
		     struct place from, struct place to)
{
	put(out, "@@", 2);
	put_range(out, '-', from.a, to.a);
	put_range(out, '+', from.b, to.b);
	put(out, " @@\n", 4);
	while (from.a < to.a || from.b < to.b) {
		struct place next = skip_changes(a, b, from);

		for (; from.a < next.a; from.a++)
			put_line(out, '-', a, from.a);
		for (; from.b < next.b; from.b++)
			put_line(out, '+', b, from.b);
		for (; from.a < to.a && is_same(a, b, from); from.a++, from.b++)
			put_line(out, ' ', a, from.a);
	}
}

/* Changes with so few lines between that their contexts meet are one hunk. */
static struct place end_of_hunk(const struct side *a, const struct side *b, struct place at)
{
	for (;;) {
		struct place next;
		size_t n = 0;

		at = skip_changes(a, b, at);
		for (next = at; n <= 2 * CONTEXT && is_same(a, b, next); n++) {
			next.a++;
			next.b++;
		}
		if (n > 2 * CONTEXT || (next.a == a->n && next.b == b->n)) {
			n = kd_min(n, CONTEXT);
			return (struct place){ at.a + n, at.b + n };
		}
		at = next;
	}
}

static void put_hunks(struct out *out, const struct side *a, const struct side *b)
{
	struct place at = { 0, 0 };

	for (;;) {
		struct place from, to;
		size_t before;

		while (is_same(a, b, at)) {
			at.a++;
			at.b++;
		}
		if (at.a == a->n && at.b == b->n)
			return;
		before = kd_min(kd_min(at.a, at.b), CONTEXT);
		from = (struct place){ at.a - before, at.b - before };
		to = end_of_hunk(a, b, at);
		put_hunk(out, a, b, from, to);
		at = to;
	}
}

int kd_diff(char **text, size_t *len, const char *path, const char *old, size_t old_len,
	    const char *new_text, size_t new_len)
{
	struct out out = { .s = *text, .n = *text ? *len : 0, .room = *text ? *len + 1 : 0 };
	struct side a = { 0 }, b = { 0 };
	size_t was = out.n;
	int r = split(&a, old, old ? old_len : 0);

	if (!r)
		r = split(&b, new_text, new_text ? new_len : 0);
	if (!r)
		r = compare(&a, &b);
	if (!r && (a.from < a.to || b.from < b.to)) {
		put_name(&out, "--- ", old ? path : "/dev/null");
		put_name(&out, "+++ ", new_text ? path : "/dev/null");
		put_hunks(&out, &a, &b);
		if (out.failed)
			r = -ENOMEM;
	}
	side_free(&a);
	side_free(&b);
	/* What was there before stays, wherever it now lies. */
	if (r < 0 && out.s)
		out.s[was] = '\0';
	*text = out.s;
	*len = r < 0 ? was : out.n;
	return r;
}
