/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Files of boot loaders: see bootfile.h.  Each format has a file of its own. */
#include "bootfile-lines.h"

#include <errno.h>
#include <stdlib.h>

#include "cmdline.h"

typedef int scan_fn(struct kd_boot_scan *scan);

static scan_fn *const formats[] = {
	[KD_BOOTFILE_CMDLINE] = kd_boot_scan_cmdline,
	[KD_BOOTFILE_BLS] = kd_boot_scan_bls,
	[KD_BOOTFILE_EXTLINUX] = kd_boot_scan_extlinux,
	[KD_BOOTFILE_ZIPL] = kd_boot_scan_zipl,
	[KD_BOOTFILE_GRUB_CFG] = kd_boot_scan_grub_cfg,
};

void kd_bootfile_free(struct kd_bootfile *file)
{
	for (size_t i = 0; i < file->n; i++) {
		free(file->v[i].id);
		free(file->v[i].title);
		free(file->v[i].release);
		free(file->v[i].kernel);
		free(file->v[i].cmdline);
	}
	for (size_t i = 0; i < file->n_menus; i++) {
		free(file->menus[i].id);
		free(file->menus[i].title);
	}
	free(file->v);
	free(file->menus);
	free(file->preferred);
	*file = (struct kd_bootfile){ 0 };
}

static void scan_free(struct kd_boot_scan *scan)
{
	kd_bootfile_free(&scan->file);
	free(scan->spans);
}

static int scan(enum kd_bootfile_kind kind, const char *text, size_t len,
		struct kd_text *why, struct kd_boot_scan *ret)
{
	const char *newline = len ? memchr(text, '\n', len) : NULL;
	bool crlf = newline && newline > text && newline[-1] == '\r';
	struct kd_boot_scan s = {
		.text = len ? text : "", .len = len, .newline = crlf ? "\r\n" : "\n",
		.why = why,
	};
	int r;

	if (len > KD_BOOTFILE_MAX)
		return kd_why(why, -EFBIG, "larger than %d MiB",
			      (int)(KD_BOOTFILE_MAX / KD_MIB));
	if (len && memchr(text, '\0', len))
		return kd_why(why, -EBADMSG, "no text: it holds a NUL byte");
	r = formats[kind](&s);
	if (r < 0)
		scan_free(&s);
	else
		*ret = s;
	return r < 0 ? r : 0;
}

int kd_bootfile_parse(enum kd_bootfile_kind kind, const char *text, size_t len,
		      struct kd_bootfile *ret, struct kd_text *why)
{
	struct kd_boot_scan s;
	int r = scan(kind, text, len, why, &s);

	if (r < 0)
		return r;
	free(s.spans);
	*ret = s.file;
	return 0;
}

struct out {
	char *s;
	size_t n, room;
};

static int put(struct out *out, const char *s, size_t len)
{
	size_t room = out->n + len + 1;
	char *more;

	if (room > out->room) {
		room += room / 2;
		more = realloc(out->s, room);
		if (!more)
			return -ENOMEM;
		out->s = more;
		out->room = room;
	}
	memcpy(out->s + out->n, s, len);
	out->n += len;
	out->s[out->n] = '\0';
	return 0;
}

static char *part_of(const struct kd_boot_scan *scan, const struct kd_boot_span *span)
{
	return strndup(scan->text + span->start, span->len);
}

/* Where kd_cmdline_set_crashkernel() would put words into the whole line. */
static bool takes_words(const char *part)
{
	struct kd_word word;
	size_t pos = 0;

	while (kd_cmdline_next(part, &pos, &word)) {
		if (word.open || (word.value && kd_word_is(&word, "crashkernel")))
			return true;
	}
	return part[pos];
}

/* Of the spans from @first on that are one line, the one that the words go into. */
static int place(const struct kd_boot_scan *scan, size_t first, size_t *ret)
{
	size_t i = first, line = scan->spans[first].line;

	for (; i + 1 < scan->n_spans && scan->spans[i + 1].line == line; i++) {
		char *part = part_of(scan, &scan->spans[i]);
		bool here = part && takes_words(part);

		free(part);
		if (!part)
			return -ENOMEM;
		if (here)
			break;
	}
	*ret = i;
	return 0;
}

static int put_span(struct out *out, const struct kd_boot_scan *scan,
		    const struct kd_boot_span *span, const char *words)
{
	char *part = part_of(scan, span), *edited = NULL;
	int r = part ? kd_cmdline_set_crashkernel(part, words, &edited) : -ENOMEM;

	if (!r && edited[strspn(edited, " \t\n\v\f\r")] == '#' && *part != '#')
		r = kd_why(scan->why, -ENOTSUP,
			   "without its first word a line would be a comment");
	if (!r && *edited && span->before)
		r = put(out, span->before, strlen(span->before));
	if (!r)
		r = put(out, edited, strlen(edited));
	if (!r && *edited && span->before)
		r = put(out, span->after, strlen(span->after));
	free(edited);
	free(part);
	return r;
}

static int edit(const struct kd_boot_scan *scan, const char *const *words, struct out *out)
{
	size_t from = 0, target = 0;
	int r = 0;

	for (size_t i = 0; i < scan->n_spans; i++) {
		const struct kd_boot_span *span = &scan->spans[i];
		const char *own = words[span->line];

		if (!own)
			continue;
		if (!i || scan->spans[i - 1].line != span->line)
			r = place(scan, i, &target);
		if (!r)
			r = put(out, scan->text + from, span->start - from);
		if (!r)
			r = put_span(out, scan, span, i == target ? own : "");
		if (r < 0)
			return r;
		from = span->start + span->len;
	}
	return put(out, scan->text + from, scan->len - from);
}

static int may_edit(const struct kd_bootfile *file, const char *const *words,
		    struct kd_text *why)
{
	for (size_t i = 0; i < file->n; i++) {
		const struct kd_boot_line *line = &file->v[i];
		const char *name = line->id ? line->id : line->title;

		if (words[i] && line->why)
			return kd_why(why, -ENOTSUP, "%s%s%s", name ? name : "",
				      name ? ": " : "", line->why);
	}
	return 0;
}

int kd_bootfile_edit(enum kd_bootfile_kind kind, const char *text, size_t len,
		     const char *const *words, char **ret, size_t *ret_len,
		     struct kd_text *why)
{
	struct kd_boot_scan s;
	struct out out = { 0 };
	int r;

	if (kind == KD_BOOTFILE_GRUB_CFG)
		return kd_why(why, -ENOTSUP, "grub-mkconfig makes it, and makes it again");
	r = scan(kind, text, len, why, &s);
	if (r < 0)
		return r;
	r = may_edit(&s.file, words, why);
	if (!r)
		r = edit(&s, words, &out);
	scan_free(&s);
	if (!r && out.n > KD_BOOTFILE_MAX)
		r = kd_why(why, -EFBIG, "larger than %d MiB",
			   (int)(KD_BOOTFILE_MAX / KD_MIB));
	if (r < 0) {
		free(out.s);
		return r;
	}
	*ret = out.s;
	*ret_len = out.n;
	return 0;
}
