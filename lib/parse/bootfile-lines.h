/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Between bootfile.c and the formats: what a format's scan finds in the text,
 * and where.  Included by these files alone.
 */
#ifndef KD_PARSE_BOOTFILE_LINES_H
#define KD_PARSE_BOOTFILE_LINES_H

#include "bootfile.h"

/* A stretch of the text that is a command line, or a part of one. */
struct kd_boot_span {
	size_t line;		/* of file->v */
	size_t start, len;
	/* Not NULL: words that are put here stand between these two. */
	const char *before, *after;
};

struct kd_boot_scan {
	const char *text;
	size_t len;
	const char *newline;	/* as the text ends its lines: "\n" or "\r\n" */
	struct kd_text *why;
	struct kd_bootfile file;
	struct kd_boot_span *spans;
	size_t n_spans;
};

/* A piece of the text, not terminated. */
struct kd_piece {
	const char *s;
	size_t len;
};

/*
 * The next line of the text from *@pos on, without its end and the blanks around it;
 * false at the end.
 */
bool kd_boot_next_line(const struct kd_boot_scan *scan, size_t *pos, struct kd_piece *ret);

/* Takes the first word off @piece, and the blanks behind it. */
struct kd_piece kd_piece_word(struct kd_piece *piece);
bool kd_piece_is(struct kd_piece piece, const char *s);
bool kd_piece_is_nocase(struct kd_piece piece, const char *s);
/* Sets *@ret, freed before, to a copy.  -ENOMEM. */
int kd_piece_copy(struct kd_piece piece, char **ret);

/* Adds a command line; -ENOMEM, -EFBIG.  *@ret holds until the next one is added. */
int kd_boot_add(struct kd_boot_scan *scan, struct kd_boot_line **ret);
int kd_boot_add_menu(struct kd_boot_scan *scan, struct kd_boot_menu **ret);
/* Adds a span of the line added last, in the order of the text.  -ENOMEM, -EFBIG. */
int kd_boot_span(struct kd_boot_scan *scan, struct kd_piece piece);
/* Takes away the spans of the line added last. */
void kd_boot_no_spans(struct kd_boot_scan *scan);
/* Where words of the line added last can be put, which has no span. */
int kd_boot_room(struct kd_boot_scan *scan, size_t at, const char *before, const char *after);
/* Its spans, one space between, are the cmdline of the line added last.  -ENOMEM, -EFBIG. */
int kd_boot_join(struct kd_boot_scan *scan);
/* What the name of a kernel's file says: behind "vmlinuz-" and the like.  -ENOMEM. */
int kd_boot_release(struct kd_boot_line *line);

/* The formats. */
int kd_boot_scan_cmdline(struct kd_boot_scan *scan);
int kd_boot_scan_bls(struct kd_boot_scan *scan);
int kd_boot_scan_extlinux(struct kd_boot_scan *scan);
int kd_boot_scan_zipl(struct kd_boot_scan *scan);
int kd_boot_scan_grub_cfg(struct kd_boot_scan *scan);

#endif
