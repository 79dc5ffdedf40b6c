/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * extlinux.conf, as Syslinux and U-Boot (its "distro boot" and bootstd) read it:
 * a label an entry.  Keywords are read without regard to case.
 */
#include "bootfile-lines.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>

struct reader {
	struct kd_boot_scan *scan;
	struct kd_boot_line *line;	/* the label's; NULL before the first */
	size_t pos;			/* behind the line being read */
	size_t kernel_end;		/* behind the line that names the kernel */
	char *by_default, *menu_default;
	bool append, common_append, help;
};

/* What Syslinux loads by another way than a kernel (its manual, KERNEL). */
static bool is_module(const char *kernel)
{
	static const char *const endings[] = {
		".0", ".bin", ".bs", ".bss", ".c32", ".cbt", ".com", ".img",
	};
	size_t len = strlen(kernel);

	for (size_t i = 0; i < KD_ARRAY_SIZE(endings); i++) {
		size_t n = strlen(endings[i]);

		if (len > n && !strcasecmp(kernel + len - n, endings[i]))
			return true;
	}
	return false;
}

static int append_line(struct reader *rd)
{
	struct kd_boot_scan *scan = rd->scan;
	bool crlf = *scan->newline == '\r';

	if (rd->common_append) {
		rd->line->why = "its APPEND is the one before the first label";
		return 0;
	}
	if (scan->text[rd->kernel_end - 1] == '\n')
		return kd_boot_room(scan, rd->kernel_end, "\tAPPEND ", scan->newline);
	return kd_boot_room(scan, rd->kernel_end, crlf ? "\r\n\tAPPEND " : "\n\tAPPEND ", "");
}

static int finish_label(struct reader *rd)
{
	struct kd_boot_line *line = rd->line;
	int r = 0;

	if (!line)
		return 0;
	if (!line->kernel || is_module(line->kernel)) {
		line->foreign = true;
		line->why = "it starts no Linux kernel";
	} else if (!rd->append) {
		r = append_line(rd);
	}
	if (!r && (rd->append || !rd->common_append))
		r = kd_boot_join(rd->scan);
	if (!r)
		r = kd_boot_release(line);
	return r;
}

static int start_label(struct reader *rd, struct kd_piece name)
{
	int r = finish_label(rd);

	if (!r)
		r = kd_boot_add(rd->scan, &rd->line);
	if (r < 0)
		return r;
	rd->append = false;
	return kd_piece_copy(name, &rd->line->id);
}

/* The last one counts. */
static int take_append(struct reader *rd, struct kd_piece value)
{
	if (!rd->line) {
		rd->common_append = true;
		return 0;
	}
	rd->append = true;
	kd_boot_no_spans(rd->scan);
	rd->line->why = NULL;
	if (kd_piece_is(value, "-")) {
		rd->line->why = "its APPEND is \"-\"";
		return 0;
	}
	if (!value.len)
		return kd_boot_room(rd->scan, (size_t)(value.s - rd->scan->text), " ", "");
	return kd_boot_span(rd->scan, value);
}

static int take_menu(struct reader *rd, struct kd_piece value)
{
	struct kd_piece key = kd_piece_word(&value);

	if (!rd->line)
		return 0;
	if (kd_piece_is_nocase(key, "label"))
		return kd_piece_copy(value, &rd->line->title);
	if (!kd_piece_is_nocase(key, "default"))
		return 0;
	return kd_piece_copy((struct kd_piece){ rd->line->id, strlen(rd->line->id) },
			     &rd->menu_default);
}

static int take_line(struct reader *rd, struct kd_piece value)
{
	struct kd_piece key = kd_piece_word(&value);

	if (rd->help) {
		rd->help = !kd_piece_is_nocase(key, "endtext");
		return 0;
	}
	if (kd_piece_is_nocase(key, "label"))
		return start_label(rd, value);
	if (kd_piece_is_nocase(key, "default"))
		return kd_piece_copy(value, &rd->by_default);
	if (kd_piece_is_nocase(key, "append"))
		return take_append(rd, value);
	if (kd_piece_is_nocase(key, "menu"))
		return take_menu(rd, value);
	if (kd_piece_is_nocase(key, "text"))
		rd->help = kd_piece_is_nocase(kd_piece_word(&value), "help");
	if (!rd->line)
		return 0;
	if (kd_piece_is_nocase(key, "linux") || kd_piece_is_nocase(key, "kernel")) {
		rd->kernel_end = rd->pos;
		return kd_piece_copy(value, &rd->line->kernel);
	}
	return 0;
}

/* DEFAULT may have options behind the label, and may be no label but a menu's module. */
static bool names(const char *spec, const char *id)
{
	size_t len = strlen(id);

	return !strncmp(spec, id, len) && (!spec[len] || strchr(" \t", spec[len]));
}

static int choose(struct reader *rd)
{
	const char *spec = rd->menu_default ? rd->menu_default : rd->by_default;
	const struct kd_bootfile *file = &rd->scan->file;
	const char *found = NULL;

	for (size_t i = 0; spec && i < file->n; i++) {
		const char *id = file->v[i].id;

		if (names(spec, id) && (!found || strlen(id) > strlen(found)))
			found = id;
	}
	if (!found)
		return 0;
	rd->scan->file.preferred = strdup(found);
	return rd->scan->file.preferred ? 0 : -ENOMEM;
}

int kd_boot_scan_extlinux(struct kd_boot_scan *scan)
{
	struct reader rd = { .scan = scan };
	struct kd_piece piece;
	int r = 0;

	while (!r && kd_boot_next_line(scan, &rd.pos, &piece)) {
		if (piece.len && *piece.s != '#')
			r = take_line(&rd, piece);
	}
	if (!r && rd.help)
		r = kd_why(scan->why, -EBADMSG, "TEXT HELP without ENDTEXT");
	if (!r)
		r = finish_label(&rd);
	if (!r)
		r = choose(&rd);
	free(rd.by_default);
	free(rd.menu_default);
	return r;
}
