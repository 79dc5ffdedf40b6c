/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * zipl.conf(5) of s390-tools: "[section]" is an entry, ":menu" a list of them, key =
 * value with or without quotes.  [defaultboot] says which of them zipl writes.
 */
#include "bootfile-lines.h"

#include <errno.h>
#include <stdlib.h>

enum section { NONE, ENTRY, MENU, DEFAULTBOOT };

struct reader {
	struct kd_boot_scan *scan;
	struct kd_boot_line *line;	/* where the section is an entry */
	enum section section;
	size_t pos, section_end;	/* behind the line being read, and the last key */
	bool parameters, parmfile, automatic;
	/* What [defaultboot] names, and what the menu it names does. */
	char *by_default, *default_menu;
	char *menu, *number;		/* being read; its default= */
	struct kd_piece *items;		/* "1=section" of that menu, two pieces each */
	size_t n_items;
};

static int take_room(struct reader *rd)
{
	struct kd_boot_scan *scan = rd->scan;
	bool crlf = *scan->newline == '\r';

	if (scan->text[rd->section_end - 1] == '\n')
		return kd_boot_room(scan, rd->section_end, "parameters=\"",
				    crlf ? "\"\r\n" : "\"\n");
	return kd_boot_room(scan, rd->section_end, crlf ? "\r\nparameters=\"" : "\nparameters=\"",
			    "\"");
}

static int finish_entry(struct reader *rd)
{
	struct kd_boot_line *line = rd->line;
	int r = 0;

	if (!line)
		return 0;
	if (!line->kernel) {
		line->foreign = true;
		line->why = "it starts no Linux kernel";
	} else if (rd->parmfile) {
		line->why = "its parameters stand in another file (parmfile=)";
		return kd_boot_release(line);
	} else if (!rd->parameters) {
		r = take_room(rd);
	}
	if (!r)
		r = kd_boot_join(rd->scan);
	if (!r)
		r = kd_boot_release(line);
	if (!r && strstr(line->cmdline, "${"))
		line->why = "it holds a variable of zipl's environment, which may bring words";
	return r;
}

static int start_section(struct reader *rd, struct kd_piece piece)
{
	int r = finish_entry(rd);

	rd->line = NULL;
	rd->parameters = rd->parmfile = false;
	free(rd->menu);
	rd->menu = NULL;
	if (r < 0)
		return r;
	if (*piece.s == ':') {
		rd->section = MENU;
		return kd_piece_copy((struct kd_piece){ piece.s + 1, piece.len - 1 }, &rd->menu);
	}
	if (piece.s[piece.len - 1] != ']')
		return kd_why(rd->scan->why, -EBADMSG, "a section's name without ']'");
	piece.s++;
	piece.len -= 2;
	if (kd_piece_is(piece, "defaultboot")) {
		rd->section = DEFAULTBOOT;
		return 0;
	}
	rd->section = ENTRY;
	r = kd_boot_add(rd->scan, &rd->line);
	return r < 0 ? r : kd_piece_copy(piece, &rd->line->id);
}

/* The value without its quotes, in which there is no escape. */
static int unquote(struct reader *rd, struct kd_piece *value)
{
	const char *end;

	if (!value->len || (*value->s != '"' && *value->s != '\''))
		return 0;
	end = memchr(value->s + 1, *value->s, value->len - 1);
	if (!end)
		return kd_why(rd->scan->why, -EBADMSG, "a quote is not closed");
	if (end != value->s + value->len - 1)
		return kd_why(rd->scan->why, -EBADMSG, "text behind a closing quote");
	value->s++;
	value->len -= 2;
	return 0;
}

static int take_entry(struct reader *rd, struct kd_piece key, struct kd_piece value, bool quoted)
{
	rd->section_end = rd->pos;
	if (kd_piece_is(key, "image"))
		return kd_piece_copy(value, &rd->line->kernel);
	rd->parmfile |= kd_piece_is(key, "parmfile");
	if (!kd_piece_is(key, "parameters"))
		return 0;
	kd_boot_no_spans(rd->scan);
	rd->parameters = true;
	if (value.len || quoted)
		return kd_boot_span(rd->scan, value);
	return kd_boot_room(rd->scan, (size_t)(value.s - rd->scan->text), "\"", "\"");
}

static int take_menu(struct reader *rd, struct kd_piece key, struct kd_piece value)
{
	if (kd_piece_is(key, "default"))
		return kd_piece_copy(value, &rd->number);
	if (!key.len || *key.s < '0' || *key.s > '9')
		return 0;
	if (rd->n_items == KD_BOOTFILE_LINES)
		return kd_why(rd->scan->why, -EFBIG, "a menu of more than %d entries",
			      KD_BOOTFILE_LINES);
	rd->items[2 * rd->n_items] = key;
	rd->items[2 * rd->n_items++ + 1] = value;
	return 0;
}

static int take_default(struct reader *rd, struct kd_piece key, struct kd_piece value)
{
	if (kd_piece_is(key, "default"))
		return kd_piece_copy(value, &rd->by_default);
	if (kd_piece_is(key, "defaultmenu"))
		return kd_piece_copy(value, &rd->default_menu);
	return 0;
}

/* The key, and what is behind its '='; false where there is none. */
static bool split(struct kd_piece *piece, struct kd_piece *key)
{
	const char *equals = memchr(piece->s, '=', piece->len), *end = piece->s + piece->len;

	*key = *piece;
	if (!equals)
		return false;
	key->len = (size_t)(equals - key->s);
	while (key->len && strchr(" \t", key->s[key->len - 1]))
		key->len--;
	piece->s = equals + 1;
	while (piece->s < end && strchr(" \t", *piece->s))
		piece->s++;
	piece->len = (size_t)(end - piece->s);
	return true;
}

static int take_line(struct reader *rd, struct kd_piece piece)
{
	struct kd_piece key;
	bool quoted;
	int r;

	if (*piece.s == '[' || *piece.s == ':')
		return start_section(rd, piece);
	if (!split(&piece, &key)) {
		rd->automatic |= rd->section == DEFAULTBOOT && kd_piece_is(key, "defaultauto");
		rd->section_end = rd->pos;
		return 0;
	}
	quoted = piece.len && (*piece.s == '"' || *piece.s == '\'');
	r = unquote(rd, &piece);
	if (r < 0)
		return r;
	switch (rd->section) {
	case ENTRY: return take_entry(rd, key, piece, quoted);
	case DEFAULTBOOT: return take_default(rd, key, piece);
	/* The default menu only: it may stand before or behind [defaultboot]. */
	case MENU: return rd->default_menu && kd_streq(rd->menu, rd->default_menu) ?
			  take_menu(rd, key, piece) : 0;
	default: return 0;
	}
}

static int read_all(struct reader *rd)
{
	struct kd_piece piece;
	int r = 0;

	rd->pos = 0;
	rd->section = NONE;
	while (!r && kd_boot_next_line(rd->scan, &rd->pos, &piece)) {
		if (piece.len && *piece.s != '#')
			r = take_line(rd, piece);
	}
	return r < 0 ? r : finish_entry(rd);
}

static struct kd_piece whole(const char *s)
{
	return (struct kd_piece){ s, strlen(s) };
}

static struct kd_piece default_section(const struct reader *rd)
{
	if (rd->by_default)
		return whole(rd->by_default);
	if (rd->automatic && rd->scan->file.n)
		return whole(rd->scan->file.v[0].id);
	for (size_t i = 0; i < rd->n_items; i++) {
		if (!rd->number || kd_piece_is(rd->items[2 * i], rd->number))
			return rd->items[2 * i + 1];
	}
	return (struct kd_piece){ 0 };
}

/* The menu's items, from a second reading that keeps nothing else. */
static int read_menu(struct reader *rd, const char *name)
{
	struct kd_boot_scan again = {
		.text = rd->scan->text, .len = rd->scan->len, .newline = rd->scan->newline,
	};
	struct reader menu = { .scan = &again, .items = rd->items };
	int r = kd_piece_copy(whole(name), &menu.default_menu);

	if (!r)
		r = read_all(&menu);
	rd->n_items = menu.n_items;
	rd->number = menu.number;
	free(menu.menu);
	free(menu.by_default);
	free(menu.default_menu);
	kd_bootfile_free(&again.file);
	free(again.spans);
	return r;
}

int kd_boot_scan_zipl(struct kd_boot_scan *scan)
{
	struct reader rd = { .scan = scan };
	struct kd_piece found;
	int r;

	rd.items = calloc(2 * KD_BOOTFILE_LINES, sizeof(*rd.items));
	r = rd.items ? read_all(&rd) : -ENOMEM;
	if (!r && rd.default_menu) {
		rd.n_items = 0;
		free(rd.number);
		rd.number = NULL;
		r = read_menu(&rd, rd.default_menu);
	}
	found = default_section(&rd);
	if (!r && found.len)
		r = kd_piece_copy(found, &scan->file.preferred);
	free(rd.items);
	free(rd.menu);
	free(rd.number);
	free(rd.by_default);
	free(rd.default_menu);
	return r;
}
