/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * /etc/kernel/cmdline, and the entries made from it: type 1 of the Boot Loader
 * Specification, as systemd-boot, zipl and GRUB's blscfg read them.
 */
#include "bootfile-lines.h"

#include <errno.h>
#include <stdlib.h>

static bool ends_in_newline(const struct kd_boot_scan *scan)
{
	return !scan->len || scan->text[scan->len - 1] == '\n';
}

/* kernel-install joins the lines; those with a '#' in front are comments. */
int kd_boot_scan_cmdline(struct kd_boot_scan *scan)
{
	struct kd_boot_line *line;
	struct kd_piece piece;
	size_t pos = 0;
	int r = kd_boot_add(scan, &line);

	while (!r && kd_boot_next_line(scan, &pos, &piece)) {
		if (piece.len && *piece.s != '#')
			r = kd_boot_span(scan, piece);
	}
	if (r < 0)
		return r;
	if (!scan->n_spans && ends_in_newline(scan))
		r = kd_boot_room(scan, scan->len, "", scan->newline);
	else if (!scan->n_spans)
		r = kd_boot_room(scan, scan->len, scan->newline, "");
	return r < 0 ? r : kd_boot_join(scan);
}

static int no_options(struct kd_boot_scan *scan)
{
	bool crlf = *scan->newline == '\r';

	if (ends_in_newline(scan))
		return kd_boot_room(scan, scan->len, "options ", scan->newline);
	return kd_boot_room(scan, scan->len, crlf ? "\r\noptions " : "\noptions ", "");
}

/* The first of a key counts for GRUB, the last for systemd-boot; nobody writes two. */
static int take_once(struct kd_piece value, char **ret)
{
	return *ret ? 0 : kd_piece_copy(value, ret);
}

static int take_options(struct kd_boot_scan *scan, struct kd_boot_line *line,
			struct kd_piece value)
{
	/* systemd-boot takes such quotes off, GRUB does not. */
	if (value.len > 1 && *value.s == '"' && value.s[value.len - 1] == '"')
		line->why = "its options stand in quotes, which boot loaders read differently";
	if (!value.len)
		return kd_boot_room(scan, (size_t)(value.s - scan->text), " ", "");
	return kd_boot_span(scan, value);
}

static int take_key(struct kd_boot_scan *scan, struct kd_boot_line *line, struct kd_piece piece)
{
	struct kd_piece key = kd_piece_word(&piece);

	if (kd_piece_is(key, "title"))
		return take_once(piece, &line->title);
	if (kd_piece_is(key, "version"))
		return take_once(piece, &line->release);
	if (kd_piece_is(key, "linux"))
		return take_once(piece, &line->kernel);
	if (kd_piece_is(key, "options"))
		return take_options(scan, line, piece);
	return 0;
}

/*
 * GRUB puts variables in: $kernelopts is the whole line, out of grubenv;
 * others ($tuned_params) are what a tool adds, and stay as they are written.
 */
static void look_for_variables(struct kd_boot_line *line)
{
	if (!strstr(line->cmdline, "$kernelopts") && !strstr(line->cmdline, "${kernelopts}"))
		return;
	line->why = "its options are the variable kernelopts of grubenv";
}

int kd_boot_scan_bls(struct kd_boot_scan *scan)
{
	struct kd_boot_line *line;
	struct kd_piece piece;
	size_t pos = 0;
	int r = kd_boot_add(scan, &line);

	while (!r && kd_boot_next_line(scan, &pos, &piece)) {
		if (piece.len && *piece.s != '#')
			r = take_key(scan, line, piece);
	}
	if (!r && !scan->n_spans)
		r = no_options(scan);
	if (!r)
		r = kd_boot_join(scan);
	if (!r)
		r = kd_boot_release(line);
	if (r < 0)
		return r;
	look_for_variables(line);
	if (line->why) {
		free(line->cmdline);
		line->cmdline = NULL;
	}
	if (!line->kernel) {
		line->foreign = true;
		line->why = "it starts no Linux kernel";
	}
	return 0;
}
