/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The kernel's command line: see cmdline.h.  The rules are those of
 * lib/cmdline.c:next_arg(), kernel/params.c:parse_args() and parameq().
 */
#include "cmdline.h"

#include <errno.h>
#include <stdlib.h>

/*
 * The kernel's isspace() (lib/ctype.c) counts the no-break space of Latin-1,
 * and with it the second byte of some UTF-8 letters.
 */
static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || (unsigned char)c == 0xa0;
}

/* /proc/cmdline ends with a newline that the kernel's own line does not have. */
static bool at_end(const char *line, size_t i)
{
	return !line[i] || (line[i] == '\n' && !line[i + 1]);
}

static size_t skip_spaces(const char *line, size_t i)
{
	while (line[i] && is_space(line[i]))
		i++;
	return i;
}

/*
 * next_arg(): a quote in front belongs to neither name nor value, one behind
 * the '=' hides itself and the word's last byte if that is a quote too; the
 * others stay.  A '=' in front is no '='.
 */
static void split(const char *line, size_t first, size_t end, struct kd_word *word)
{
	const char *p = line + first, *stop = line + end, *equals = NULL;
	bool quoted = first > word->start;
	bool last_is_quote = end > first && stop[-1] == '"';

	if (p < stop)
		equals = memchr(p + 1, '=', (size_t)(stop - (p + 1)));
	word->name = p;
	word->value = NULL;
	word->value_len = 0;
	if (!equals) {
		word->name_len = end - first - (quoted && last_is_quote);
		return;
	}
	word->name_len = (size_t)(equals - p);
	word->value = equals + 1;
	if (word->value < stop && *word->value == '"') {
		word->value++;
		quoted = true;
	}
	if (quoted && last_is_quote)
		stop--;
	if (stop > word->value)
		word->value_len = (size_t)(stop - word->value);
}

static bool is_end_of_kernels(const struct kd_word *word)
{
	return !word->value && word->name_len == 2 && !memcmp(word->name, "--", 2);
}

/* Any word, a lone "--" and those behind it too. */
static bool next_word(const char *line, size_t *pos, struct kd_word *ret)
{
	size_t start = skip_spaces(line, *pos), first = start, i;
	struct kd_word word = { .start = start };
	bool quoted = line[start] == '"';

	*pos = start;
	if (at_end(line, start))
		return false;
	if (quoted)
		first++;
	for (i = first; !at_end(line, i) && (quoted || !is_space(line[i])); i++)
		quoted ^= line[i] == '"';
	word.len = i - start;
	word.open = quoted;
	split(line, first, i, &word);
	*pos = i;
	*ret = word;
	return true;
}

bool kd_cmdline_next(const char *line, size_t *pos, struct kd_word *ret)
{
	struct kd_word word;

	if (!next_word(line, pos, &word))
		return false;
	if (is_end_of_kernels(&word)) {
		*pos = word.start;
		return false;
	}
	*ret = word;
	return true;
}

static char underscore(char c)
{
	return c == '-' ? '_' : c;
}

static bool is_name(const struct kd_word *word, const char *name, size_t len)
{
	if (word->name_len != len)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (underscore(word->name[i]) != underscore(name[i]))
			return false;
	}
	return true;
}

bool kd_word_is(const struct kd_word *word, const char *name)
{
	return is_name(word, name, strlen(name));
}

bool kd_cmdline_last(const char *line, const char *name, struct kd_word *ret)
{
	struct kd_word word;
	bool found = false;
	size_t pos = 0;

	while (kd_cmdline_next(line, &pos, &word)) {
		if (!kd_word_is(&word, name))
			continue;
		*ret = word;
		found = true;
	}
	return found;
}

bool kd_cmdline_number(const char *line, const char *name, uint64_t *ret)
{
	char text[24] = "";
	struct kd_word word;

	if (!kd_cmdline_last(line, name, &word) || !word.value)
		return false;
	memcpy(text, word.value, kd_min(word.value_len, sizeof(text) - 1));
	if (*text < '0' || *text > '9')
		return false;
	*ret = strtoull(text, NULL, 0);
	return true;
}

/* "name=value" means words of that value only; "=x" is a name, as it is for split(). */
static bool matches(const struct kd_word *word, const char *name)
{
	const char *equals = *name ? strchr(name + 1, '=') : NULL;
	size_t len = equals ? strlen(equals + 1) : 0;

	if (!equals)
		return kd_word_is(word, name);
	return word->value && is_name(word, name, (size_t)(equals - name)) &&
	       word->value_len == len && !memcmp(word->value, equals + 1, len);
}

static bool named(const struct kd_word *word, const char *const *names)
{
	for (; names && *names; names++) {
		if (matches(word, *names))
			return true;
	}
	return false;
}

static size_t trimmed(const char *s, size_t len)
{
	while (len && is_space(s[len - 1]))
		len--;
	return len;
}

/* The space behind a word goes with it; behind the last one, the space before it. */
static size_t copy_without(char *out, const char *line, const char *const *names)
{
	size_t len = strlen(line), from = 0, pos = 0, n = 0;
	struct kd_word word;

	if (len && line[len - 1] == '\n')
		len--;
	while (kd_cmdline_next(line, &pos, &word)) {
		if (!named(&word, names))
			continue;
		memcpy(out + n, line + from, word.start - from);
		n += word.start - from;
		from = skip_spaces(line, pos);
		if (from >= len)
			n = trimmed(out, n);
	}
	if (from < len) {
		memcpy(out + n, line + from, len - from);
		n += len - from;
	}
	out[n] = '\0';
	return n;
}

/*
 * Behind a lone "--" words are for init, and behind an open quote they are
 * part of that value: what the kernel is to see goes before either.
 */
static size_t place_to_insert(const char *line)
{
	struct kd_word word;
	size_t pos = 0;

	while (kd_cmdline_next(line, &pos, &word)) {
		if (word.open)
			return word.start;
	}
	return at_end(line, pos) ? strlen(line) : pos;
}

static void insert(char *line, size_t len, const char *words)
{
	size_t at = place_to_insert(line), n = strlen(words);
	bool before = at && !is_space(line[at - 1]);
	bool behind = at < len;

	memmove(line + at + n + before + behind, line + at, len - at + 1);
	if (before)
		line[at++] = ' ';
	memcpy(line + at, words, n);
	if (behind)
		line[at + n] = ' ';
}

int kd_cmdline_compose(const char *line, const char *const *names, const char *append,
		       char **ret)
{
	size_t room = strlen(line) + (append ? strlen(append) : 0) + 3, n;
	char *out = malloc(room);

	if (!out)
		return -ENOMEM;
	n = copy_without(out, line, names);
	if (append && *append)
		insert(out, n, append);
	*ret = out;
	return 0;
}

/* Without a '=' the kernel does not see it. */
static bool is_crashkernel(const struct kd_word *word)
{
	return word->value && kd_word_is(word, "crashkernel");
}

/* In the place of the first, else before "--" or an open quote, else at the end. */
static size_t place_of_crashkernel(const char *line)
{
	size_t pos = 0, len = strlen(line);
	struct kd_word word;

	while (next_word(line, &pos, &word)) {
		if (is_crashkernel(&word) || word.open || is_end_of_kernels(&word))
			return word.start;
	}
	return len && line[len - 1] == '\n' ? len - 1 : len;
}

/* Half a letter of UTF-8 is space to the kernel, but none to take out. */
static bool is_plain_space(char c)
{
	return is_space(c) && (unsigned char)c < 0x80;
}

static size_t put(char *out, size_t n, const char *bytes, size_t len)
{
	memcpy(out + n, bytes, len);
	return n + len;
}

/*
 * What follows the new words is a space: only that, no tab, ends a crashkernel=
 * word for the kernel (kernel/crash_reserve.c:get_last_crashkernel()).
 */
int kd_cmdline_set_crashkernel(const char *line, const char *words, char **ret)
{
	size_t pos = 0, from = 0, n = 0, at, words_len = strlen(words);
	char *out = malloc(strlen(line) + words_len + 2);
	struct kd_word word;
	bool added = !*words;

	if (!out)
		return -ENOMEM;
	at = place_of_crashkernel(line);
	while (next_word(line, &pos, &word)) {
		bool old = is_crashkernel(&word), here = !added && word.start == at;
		bool last = at_end(line, pos);

		if (!old && !here)
			continue;
		n = put(out, n, line + from, word.start - from);
		from = word.start;
		if (old)
			from = pos + (!last && is_plain_space(line[pos]));
		if (here)
			n = put(out, n, words, words_len);
		if (here && (!old || !last))
			out[n++] = ' ';
		if (!here && last && n && is_plain_space(out[n - 1]))
			n--;
		added |= here;
	}
	if (!added) {
		n = put(out, n, line + from, at - from);
		from = at;
		if (n)
			out[n++] = ' ';
		n = put(out, n, words, words_len);
	}
	memcpy(out + n, line + from, strlen(line + from) + 1);
	*ret = out;
	return 0;
}

int kd_cmdline_get_crashkernel(const char *line, char **ret)
{
	size_t pos = 0, n = 0;
	char *out = malloc(strlen(line) + 2);
	struct kd_word word;

	if (!out)
		return -ENOMEM;
	while (next_word(line, &pos, &word)) {
		if (!is_crashkernel(&word))
			continue;
		memcpy(out + n, line + word.start, word.len);
		n += word.len;
		out[n++] = ' ';
	}
	out[n - (n > 0)] = '\0';
	*ret = out;
	return 0;
}

int kd_cmdline_has_crashkernel(const char *line, const char *words, bool *ret)
{
	char *has;
	int err;

	*ret = false;
	if (!line)
		return 0;
	err = kd_cmdline_get_crashkernel(line, &has);
	if (err)
		return err;
	*ret = kd_streq(has, words);
	free(has);
	return 0;
}
