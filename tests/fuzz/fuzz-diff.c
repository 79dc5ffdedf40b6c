/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Any bytes up to the first NUL, and those behind it, as two texts: the diff has to
 * lead from the one to the other.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../lib/parse/diff.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char no_newline[] = "\\ No newline at end of file\n";

static void require(bool holds)
{
	if (!holds)
		abort();
}

struct walk {
	const char *p, *end;
};

static size_t line_length(const struct walk *w)
{
	const char *end = memchr(w->p, '\n', (size_t)(w->end - w->p));

	return end ? (size_t)(end + 1 - w->p) : (size_t)(w->end - w->p);
}

static void take(struct walk *w, const char *line, size_t len)
{
	require((size_t)(w->end - w->p) >= len && !memcmp(w->p, line, len));
	w->p += len;
}

/* One line of a hunk, from whichever of the texts has it. */
static void take_line(struct walk *diff, struct walk *old, struct walk *new_text)
{
	const char *line = diff->p + 1;
	size_t len = line_length(diff) - 1;

	diff->p += len + 1;
	if ((size_t)(diff->end - diff->p) >= sizeof(no_newline) - 1 &&
	    !memcmp(diff->p, no_newline, sizeof(no_newline) - 1)) {
		diff->p += sizeof(no_newline) - 1;
		len--;
	}
	require(strchr("+- ", line[-1]) && line[-1]);
	if (line[-1] != '+')
		take(old, line, len);
	if (line[-1] != '-')
		take(new_text, line, len);
}

static void skip_same(struct walk *old, struct walk *new_text, size_t n)
{
	while (n--) {
		size_t len = line_length(old);

		require(len);
		take(new_text, old->p, len);
		old->p += len;
	}
}

static void apply(struct walk diff, struct walk old, struct walk new_text)
{
	unsigned long from, n, m;
	size_t at = 0;

	for (int i = 0; i < 2; i++)
		diff.p += line_length(&diff);
	while (diff.p < diff.end) {
		size_t before;

		n = m = 1;
		require(sscanf(diff.p, "@@ -%lu,%lu +%*u,%lu @@", &from, &n, &m) >= 1);
		from -= n > 0;
		require(from >= at);
		skip_same(&old, &new_text, from - at);
		at = from + n;
		diff.p += line_length(&diff);
		for (before = 0; diff.p < diff.end && *diff.p != '@'; before++)
			take_line(&diff, &old, &new_text);
		require(before >= n && before > 0);
	}
	require(old.end - old.p == new_text.end - new_text.p);
	require(!memcmp(old.p, new_text.p, (size_t)(old.end - old.p)));
}

static bool has_long_line(struct walk w)
{
	while (w.p < w.end) {
		size_t len = line_length(&w);

		if (len > 4096)
			return true;
		w.p += len;
	}
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data, *zero = size ? memchr(text, '\0', size) : NULL;
	size_t old_len = zero ? (size_t)(zero - text) : size;
	const char *rest = zero ? zero + 1 : text + size;
	size_t rest_len = (size_t)(text + size - rest), len = 0;
	struct walk old = { text, text + old_len }, new_text = { rest, text + size };
	bool same = old_len == rest_len && (!old_len || !memcmp(text, rest, old_len));
	char *out = NULL;

	require(!kd_diff(&out, &len, "f", text, old_len, rest, rest_len));
	require(same == !len);
	if (len && !has_long_line(old) && !has_long_line(new_text))
		apply((struct walk){ out, out + len }, old, new_text);
	free(out);
	return 0;
}
