/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What the formats of bootfile.h have in common: see bootfile-lines.h. */
#include "bootfile-lines.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct kd_piece trim(const char *s, size_t len)
{
	while (len && is_blank(s[len - 1]))
		len--;
	while (len && is_blank(*s)) {
		s++;
		len--;
	}
	return (struct kd_piece){ s, len };
}

bool kd_boot_next_line(const struct kd_boot_scan *scan, size_t *pos, struct kd_piece *ret)
{
	const char *s = scan->text + *pos, *end;

	if (*pos >= scan->len)
		return false;
	end = memchr(s, '\n', scan->len - *pos);
	*ret = trim(s, end ? (size_t)(end - s) : scan->len - *pos);
	*pos = end ? (size_t)(end + 1 - scan->text) : scan->len;
	return true;
}

struct kd_piece kd_piece_word(struct kd_piece *piece)
{
	struct kd_piece word = { piece->s, 0 };

	while (word.len < piece->len && !is_blank(word.s[word.len]))
		word.len++;
	*piece = (struct kd_piece){ piece->s + word.len, piece->len - word.len };
	while (piece->len && is_blank(*piece->s)) {
		piece->s++;
		piece->len--;
	}
	return word;
}

bool kd_piece_is(struct kd_piece piece, const char *s)
{
	return piece.len == strlen(s) && !memcmp(piece.s, s, piece.len);
}

bool kd_piece_is_nocase(struct kd_piece piece, const char *s)
{
	return piece.len == strlen(s) && !strncasecmp(piece.s, s, piece.len);
}

int kd_piece_copy(struct kd_piece piece, char **ret)
{
	char *copy = malloc(piece.len + 1);

	if (!copy)
		return -ENOMEM;
	memcpy(copy, piece.s, piece.len);
	copy[piece.len] = '\0';
	free(*ret);
	*ret = copy;
	return 0;
}

/* Room for one more; the room is the next power of two. */
static int grow(void **v, size_t n, size_t size)
{
	void *more;

	if (n & (n - 1))
		return 0;
	more = reallocarray(*v, n ? 2 * n : 1, size);
	if (!more)
		return -ENOMEM;
	*v = more;
	return 0;
}

static int too_many(struct kd_boot_scan *scan)
{
	return kd_why(scan->why, -EFBIG, "more than %d entries", KD_BOOTFILE_LINES);
}

int kd_boot_add(struct kd_boot_scan *scan, struct kd_boot_line **ret)
{
	struct kd_bootfile *file = &scan->file;

	if (file->n == KD_BOOTFILE_LINES)
		return too_many(scan);
	if (grow((void **)&file->v, file->n, sizeof(*file->v)))
		return -ENOMEM;
	file->v[file->n] = (struct kd_boot_line){ 0 };
	*ret = &file->v[file->n++];
	return 0;
}

int kd_boot_add_menu(struct kd_boot_scan *scan, struct kd_boot_menu **ret)
{
	struct kd_bootfile *file = &scan->file;

	if (file->n_menus == KD_BOOTFILE_LINES)
		return too_many(scan);
	if (grow((void **)&file->menus, file->n_menus, sizeof(*file->menus)))
		return -ENOMEM;
	file->menus[file->n_menus] = (struct kd_boot_menu){ 0 };
	*ret = &file->menus[file->n_menus++];
	return 0;
}

static int add_span(struct kd_boot_scan *scan, const struct kd_boot_span *span)
{
	if (span->len > KD_BOOTFILE_LINE_MAX)
		return kd_why(scan->why, -EFBIG, "a command line of more than %d bytes",
			      KD_BOOTFILE_LINE_MAX);
	if (grow((void **)&scan->spans, scan->n_spans, sizeof(*scan->spans)))
		return -ENOMEM;
	scan->spans[scan->n_spans] = *span;
	scan->spans[scan->n_spans++].line = scan->file.n - 1;
	return 0;
}

int kd_boot_span(struct kd_boot_scan *scan, struct kd_piece piece)
{
	struct kd_boot_span span = {
		.start = (size_t)(piece.s - scan->text), .len = piece.len,
	};

	return add_span(scan, &span);
}

int kd_boot_room(struct kd_boot_scan *scan, size_t at, const char *before, const char *after)
{
	struct kd_boot_span span = { .start = at, .before = before, .after = after };

	return add_span(scan, &span);
}

void kd_boot_no_spans(struct kd_boot_scan *scan)
{
	while (scan->n_spans && scan->spans[scan->n_spans - 1].line == scan->file.n - 1)
		scan->n_spans--;
}

/* Behind a lone "--" too. */
static bool leaves_a_quote_open(const char *line)
{
	size_t n = 0;

	while ((line = strchr(line, '"'))) {
		n++;
		line++;
	}
	return n % 2;
}

int kd_boot_join(struct kd_boot_scan *scan)
{
	struct kd_boot_line *line = &scan->file.v[scan->file.n - 1];
	size_t first = scan->n_spans, n = 0, last = 0, room = 1;
	char *out;

	while (first && scan->spans[first - 1].line == scan->file.n - 1)
		room += scan->spans[--first].len + 1;
	if (room > KD_BOOTFILE_LINE_MAX + 2)
		return kd_why(scan->why, -EFBIG, "a command line of more than %d bytes",
			      KD_BOOTFILE_LINE_MAX);
	out = malloc(room);
	if (!out)
		return -ENOMEM;
	out[0] = '\0';
	for (size_t i = first; i < scan->n_spans; i++) {
		const struct kd_boot_span *span = &scan->spans[i];

		if (n && span->len) {
			if (leaves_a_quote_open(out + last))
				line->why = "a quote reaches over several of its lines";
			out[n++] = ' ';
			last = n;
		}
		memcpy(out + n, scan->text + span->start, span->len);
		n += span->len;
		out[n] = '\0';
	}
	free(line->cmdline);
	line->cmdline = out;
	return 0;
}

int kd_boot_release(struct kd_boot_line *line)
{
	static const char *const prefixes[] = {
		"vmlinuz-", "vmlinux-", "kernel-", "linux-", "Image-", "image-", "bzImage-",
		"zImage-",
	};
	const char *name;

	if (!line->kernel || line->release)
		return 0;
	name = kd_last_of(line->kernel);
	for (size_t i = 0; i < KD_ARRAY_SIZE(prefixes); i++) {
		size_t len = strlen(prefixes[i]);

		if (!kd_starts(name, prefixes[i]) || !name[len])
			continue;
		line->release = strdup(name + len);
		return line->release ? 0 : -ENOMEM;
	}
	return 0;
}
