/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Any bytes as a command line.  Words must lie in the line in order with
 * nothing but space between; an edited line must have lost just the words
 * named, gained just those appended, and be final.
 */
#include "../../lib/parse/cmdline.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = { "crashkernel", "nr_cpus", "a", NULL };
static const char *const added[] = { "x", "y", NULL };
static const char *const nothing[] = { NULL };

static void require(bool holds)
{
	if (!holds)
		abort();
}

static bool is_named(const struct kd_word *word, const char *const *list)
{
	for (; *list; list++) {
		if (kd_word_is(word, *list))
			return true;
	}
	return false;
}

static void check_place(const char *line, size_t from, const struct kd_word *word)
{
	const char *start = line + word->start, *end = start + word->len;

	require(word->start >= from && word->len);
	for (size_t i = from; i < word->start; i++)
		require(strchr(" \t\n\v\f\r\xa0", line[i]));
	require(word->name >= start && word->name + word->name_len <= end);
	if (word->value)
		require(word->value > word->name + word->name_len &&
			word->value + word->value_len <= end);
	else
		require(!word->value_len);
}

static size_t check_words(const char *line)
{
	struct kd_word word, last;
	size_t pos = 0, from = 0, n = 0;

	for (; kd_cmdline_next(line, &pos, &word); n++) {
		check_place(line, from, &word);
		from = pos;
		require(pos == word.start + word.len);
		if (kd_word_is(&word, "nr_cpus")) {
			require(kd_cmdline_last(line, "nr-cpus", &last));
			require(last.start >= word.start);
		}
	}
	require(pos <= strlen(line) && !kd_cmdline_next(line, &pos, &word));
	return n;
}

/* Word by word: what stays is what was, in its order, with what was added once. */
static void check_edit(const char *line, const char *out)
{
	size_t at = 0, to = 0, n_added = 0;
	struct kd_word was, is;

	while (kd_cmdline_next(out, &to, &is)) {
		require(!is_named(&is, names));
		if (n_added < 2 && kd_word_is(&is, added[n_added]) && !is.value) {
			n_added++;
			continue;
		}
		do
			require(kd_cmdline_next(line, &at, &was));
		while (is_named(&was, names));
		require(was.len == is.len);
		require(!memcmp(line + was.start, out + is.start, is.len));
	}
	while (kd_cmdline_next(line, &at, &was))
		require(is_named(&was, names));
	require(n_added == 2);
}

static void check_identity(const char *line)
{
	size_t len = strlen(line);
	char *out;

	require(!kd_cmdline_compose(line, nothing, NULL, &out));
	if (len && line[len - 1] == '\n')
		len--;
	require(strlen(out) == len && !memcmp(out, line, len));
	free(out);
}

static void check_crashkernel(const char *line)
{
	static const char words[] = "crashkernel=1G,cma crashkernel=256M";
	char *out, *again, *rest, *rest_out, *got;

	require(!kd_cmdline_set_crashkernel(line, words, &out));
	require(!kd_cmdline_set_crashkernel(out, words, &again));
	require(!strcmp(again, out));
	require(!kd_cmdline_get_crashkernel(out, &got));
	require(!strcmp(got, words));
	require(!kd_cmdline_set_crashkernel(line, "", &rest));
	require(!kd_cmdline_set_crashkernel(out, "", &rest_out));
	require(!strcmp(rest, rest_out) && strlen(rest) <= strlen(line));
	free(rest_out);
	free(rest);
	free(got);
	free(again);
	free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = malloc(size + 1), *out, *again;
	struct kd_word word;
	size_t pos = 0;
	bool clash = false;

	require(line);
	memcpy(line, data, size);
	line[size] = '\0';
	check_words(line);
	check_identity(line);
	check_crashkernel(line);
	/* A second newline at the end is part of a line, in the copy it is the first. */
	clash = strlen(line) > 1 && !strcmp(line + strlen(line) - 2, "\n\n");
	while (kd_cmdline_next(line, &pos, &word))
		clash |= is_named(&word, added);
	require(!kd_cmdline_compose(line, names, "x y", &out));
	if (!clash)
		check_edit(line, out);
	check_words(out);
	require(!kd_cmdline_compose(out, names, NULL, &again));
	require(clash || !strcmp(again, out) || strchr("\n", out[strlen(out) - 1]));
	free(again);
	free(out);
	free(line);
	return 0;
}
