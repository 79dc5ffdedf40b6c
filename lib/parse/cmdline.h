/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * A kernel command line: words, quotes and "name=value", as
 * lib/cmdline.c:next_arg() splits them.  Editing keeps every other byte.
 */
#ifndef KD_PARSE_CMDLINE_H
#define KD_PARSE_CMDLINE_H

#include "../core/base.h"

/* What kexec_file_load() puts before it (arch/x86/kernel/kexec-bzimage64.c). */
#define KD_ELFCOREHDR_ARG 30

/* A word in place: @name is name_len bytes, @value is NULL without a '='. */
struct kd_word {
	size_t start, len;		/* in the line, quotes included */
	const char *name;
	size_t name_len;
	const char *value;		/* without surrounding quotes */
	size_t value_len;
	bool open;			/* holds a quote that is never closed */
};

/*
 * Takes the word at or after *@pos and moves *@pos behind it; false at the
 * end.  A lone "--" ends the kernel's own words (the rest is for init), and so
 * the walk: *@pos then stays on it.  A newline at the very end is not part of
 * the line.
 */
bool kd_cmdline_next(const char *line, size_t *pos, struct kd_word *ret);

/* '-' and '_' are the same in names (kernel/params.c:parameq()). */
bool kd_word_is(const struct kd_word *word, const char *name);

/* The last word of that name: what most of the kernel's options go by. */
bool kd_cmdline_last(const char *line, const char *name, struct kd_word *ret);

/*
 * Its value as lib/cmdline.c:get_option() reads a number: in any base, what
 * follows is left alone.  False, and *@ret as it was, where there is none.
 */
bool kd_cmdline_number(const char *line, const char *name, uint64_t *ret);

/*
 * A copy of @line without the words named in @names (NULL-terminated list, may
 * be NULL; "name=value" in it means words of that value only), then @append
 * (may be NULL) behind one space, but before a lone "--" or a word with an open
 * quote, behind which the kernel would not see it.
 * Words behind "--" are init's and stay.  The caller frees *@ret.  -ENOMEM.
 * With no word taken out and nothing appended the copy is identical but for a
 * trailing newline.
 *
 * Taking out "crashkernel" takes out words of that name.  The kernel looks for
 * crashkernel= without regard to words, and may find one in what is left.
 */
int kd_cmdline_compose(const char *line, const char *const *names, const char *append,
		       char **ret);

/*
 * A copy of @line in which the crashkernel= words are @words ("" for none): in
 * the place of the first one, else at the end, but before a lone "--" or a word
 * with an open quote.  The kernel looks for them behind "--" too, so they are
 * taken out there.  Every other byte is kept, a newline at the end too, but for
 * one space beside each word that goes; what is put in goes out with "" again
 * and leaves the line as it was.  Doing it twice changes nothing.  What the
 * kernel finds inside other words is left.  The caller frees *@ret.  -ENOMEM.
 */
int kd_cmdline_set_crashkernel(const char *line, const char *words, char **ret);

/*
 * The crashkernel= words of @line in their order, those behind "--" too, one
 * space between; "" for none.  The caller frees *@ret.  -ENOMEM.
 */
int kd_cmdline_get_crashkernel(const char *line, char **ret);

/* Are those all of them?  Not in a line that is NULL.  -ENOMEM. */
int kd_cmdline_has_crashkernel(const char *line, const char *words, bool *ret);

#endif
