/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * grub.cfg as grub-mkconfig makes it: its entries, and the menus they are in.
 * Conditions are not judged: an entry counts wherever it stands.
 */
#include "bootfile-lines.h"

#include <errno.h>
#include <stdlib.h>

#include "grubscript.h"
#include "grubvar.h"

#define DEPTH 64

enum block { OTHER, FUNCTION, ENTRY, SUBMENU };

struct reader {
	struct kd_boot_scan *scan;
	struct kd_grub_script script;
	const struct kd_grub_vars *vars;
	enum block blocks[DEPTH];
	size_t depth;
	size_t in_function;		/* depth of the outermost one, 0 none */
	size_t in_entry;		/* the same */
	size_t menu;			/* the one that is being read */
	size_t places[KD_BOOTFILE_LINES + 1];	/* taken, by menu */
	size_t kernels;			/* linux commands of the entry */
	bool made, probed;		/* by the section: 10_linux and the like, os-prober */
	char *by_default;
};

static const char no_linux[] = "it starts no Linux kernel";

static bool is_one_of(const char *word, const char *const *words)
{
	for (; *words; words++) {
		if (kd_streq(word, *words))
			return true;
	}
	return false;
}

/*
 * "### BEGIN /etc/grub.d/10_linux ###": these entries are made from
 * GRUB_CMDLINE_LINUX, by scripts that are named 10_linux, 20_linux_xen, …
 */
static void take_comment(struct reader *rd, const char *comment)
{
	static const char begin[] = "### BEGIN ", end[] = "### END ";
	const char *name;

	if (rd->depth || (!kd_starts(comment, begin) && !kd_starts(comment, end)))
		return;
	rd->made = rd->probed = false;
	if (kd_starts(comment, end))
		return;
	name = strrchr(comment, '/');
	name = name ? name + 1 : comment + sizeof(begin) - 1;
	name += strspn(name, "0123456789");
	rd->made = kd_starts(name, "_linux");
	rd->probed = kd_starts(name, "_os-prober");
}

/* Whether a word is an option that has its value in the next one. */
static bool takes_value(const char *word)
{
	static const char *const options[] = {
		"--class", "--users", "--hotkey", "--source", NULL
	};

	return is_one_of(word, options);
}

static bool is_id_option(const char *word)
{
	return kd_streq(word, "--id") || kd_streq(word, "${menuentry_id_option}");
}

/* Title and id of "menuentry" and "submenu"; other words are arguments of the entry. */
static int take_names(const struct kd_grub_script *s, char **title, char **id)
{
	const char *t = NULL, *name = NULL;

	for (size_t i = 1; i < s->n; i++) {
		const char *word = s->words[i].s;

		if (takes_value(word))
			i++;
		else if (is_id_option(word) && i + 1 < s->n)
			name = s->words[++i].s;
		else if (kd_starts(word, "--id="))
			name = word + strlen("--id=");
		else if (!kd_starts(word, "--") && !t)
			t = word;
	}
	*title = t ? strdup(t) : NULL;
	*id = name && *name ? strdup(name) : NULL;
	return (t && !*title) || (name && *name && !*id) ? -ENOMEM : 0;
}

static int start_entry(struct reader *rd)
{
	struct kd_boot_line *line;
	int r = kd_boot_add(rd->scan, &line);

	if (r < 0)
		return r;
	line->menu = rd->menu;
	line->place = rd->places[rd->menu]++;
	rd->kernels = 0;
	return take_names(&rd->script, &line->title, &line->id);
}

static int start_menu(struct reader *rd)
{
	struct kd_boot_menu *menu;
	int r = kd_boot_add_menu(rd->scan, &menu);

	if (r < 0)
		return r;
	menu->menu = rd->menu;
	menu->place = rd->places[rd->menu]++;
	rd->menu = rd->scan->file.n_menus;
	rd->places[rd->menu] = 0;
	return take_names(&rd->script, &menu->title, &menu->id);
}

static enum block kind_of(const struct reader *rd)
{
	const struct kd_grub_script *s = &rd->script;

	if (!s->n || s->words[0].quoted)
		return OTHER;
	if (kd_streq(s->words[0].s, "function"))
		return FUNCTION;
	/* One inside an entry appears when that one is chosen. */
	if (rd->in_entry || rd->in_function)
		return OTHER;
	if (kd_streq(s->words[0].s, "menuentry"))
		return ENTRY;
	return kd_streq(s->words[0].s, "submenu") ? SUBMENU : OTHER;
}

static int open_block(struct reader *rd)
{
	enum block kind = kind_of(rd);

	if (rd->depth == DEPTH)
		return kd_why(rd->scan->why, -EFBIG, "line %u: more than %d blocks in each other",
			      rd->script.line, DEPTH);
	rd->blocks[rd->depth++] = kind;
	if (kind == FUNCTION && !rd->in_function)
		rd->in_function = rd->depth;
	if (kind == ENTRY)
		rd->in_entry = rd->depth;
	if (kind == ENTRY)
		return start_entry(rd);
	return kind == SUBMENU ? start_menu(rd) : 0;
}

/* Outside of the scripts that make entries for kernels: a memory test is none. */
static bool looks_like_linux(const char *kernel)
{
	static const char *const names[] = {
		"vmlinu", "linux", "kernel", "Image", "bzImage", "zImage", NULL
	};
	const char *name = kd_last_of(kernel);

	for (size_t i = 0; names[i]; i++) {
		if (kd_starts(name, names[i]))
			return true;
	}
	return false;
}

static int finish_entry(struct reader *rd)
{
	struct kd_boot_line *line = &rd->scan->file.v[rd->scan->file.n - 1];

	if (rd->kernels > 1) {
		line->why = "it has several linux commands";
		free(line->cmdline);
		line->cmdline = NULL;
	} else if (!rd->made) {
		line->why = "a script in /etc/grub.d holds it as it is";
	}
	if (rd->probed)
		line->why = "os-prober found it";
	if (!line->kernel || (!rd->made && !looks_like_linux(line->kernel)))
		line->why = no_linux;
	line->foreign = line->why == no_linux || rd->probed;
	return kd_boot_release(line);
}

static int close_block(struct reader *rd)
{
	enum block kind;

	if (!rd->depth)
		return kd_why(rd->scan->why, -EBADMSG, "line %u: a '}' without a '{'",
			      rd->script.line);
	kind = rd->blocks[--rd->depth];
	if (rd->in_function > rd->depth)
		rd->in_function = 0;
	if (kind == SUBMENU)
		rd->menu = rd->scan->file.menus[rd->menu - 1].menu;
	if (kind != ENTRY)
		return 0;
	rd->in_entry = 0;
	return finish_entry(rd);
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/*
 * As GRUB hands words to a kernel (grub-core/lib/cmdline.c): one with a space
 * stands in quotes, and what is a quote in it behind a backslash.
 */
static char *put_word(char *out, const char *word)
{
	bool quotes = strchr(word, ' ');

	if (quotes)
		*out++ = '"';
	for (; *word; word++) {
		bool escape = *word == '\\' && word[1] == 'x' && is_hex(word[2]) &&
			      is_hex(word[3]);

		if (strchr("\\'\"", *word) && !escape)
			*out++ = '\\';
		*out++ = *word;
	}
	if (quotes)
		*out++ = '"';
	return out;
}

static int join_words(struct reader *rd, char **ret)
{
	const struct kd_grub_script *s = &rd->script;
	size_t room = 1;
	char *out, *p;

	for (size_t i = 2; i < s->n; i++)
		room += 2 * strlen(s->words[i].s) + 3;
	p = out = malloc(room);
	if (!out)
		return -ENOMEM;
	for (size_t i = 2; i < s->n; i++) {
		if (i > 2)
			*p++ = ' ';
		p = put_word(p, s->words[i].s);
	}
	*p = '\0';
	free(*ret);
	*ret = out;
	return p - out <= KD_BOOTFILE_LINE_MAX ? 0 :
	       kd_why(rd->scan->why, -EFBIG, "line %u: a command line of more than %d bytes",
		      s->line, KD_BOOTFILE_LINE_MAX);
}

/* A variable in the kernel's name says where it lies, and brings no words. */
static bool brings_words(const struct reader *rd)
{
	const struct kd_grub_script *s = &rd->script;

	for (size_t i = 0; s->n > 2 && i < s->n_variables; i++) {
		if (s->variables[i] > s->words[2].s && !kd_grub_vars_harmless(rd->vars,
									    s->variables[i]))
			return true;
	}
	return false;
}

static int take_linux(struct reader *rd)
{
	struct kd_boot_line *line = &rd->scan->file.v[rd->scan->file.n - 1];
	const char *path = rd->script.words[1].s, *behind = strchr(path, ')');
	int r;

	/* "(device)/path" */
	if (*path == '(' && behind)
		path = behind + 1;
	rd->kernels++;
	free(line->kernel);
	line->kernel = strdup(path);
	if (!line->kernel)
		return -ENOMEM;
	r = join_words(rd, &line->cmdline);
	if (!r && brings_words(rd))
		line->why = "a variable of GRUB on its line may bring words";
	return r;
}

/* The entry for the next boot alone is no default. */
static int take_default(struct reader *rd)
{
	const char *value = kd_grub_assigned(&rd->script, "default");

	if (!value || strstr(value, "${next_entry}"))
		return 0;
	free(rd->by_default);
	rd->by_default = strdup(value);
	return rd->by_default ? 0 : -ENOMEM;
}

static int take_command(struct reader *rd)
{
	static const char *const loaders[] = {
		"linux", "linuxefi", "linux16", "kernel", NULL
	};
	const struct kd_grub_script *s = &rd->script;

	if (rd->in_function)
		return 0;
	if (rd->in_entry) {
		if (s->n > 1 && is_one_of(s->words[0].s, loaders))
			return take_linux(rd);
		return 0;
	}
	rd->scan->file.blscfg |= kd_streq(s->words[0].s, "blscfg");
	return take_default(rd);
}

static int take_event(struct reader *rd, int event)
{
	switch (event) {
	case KD_GRUB_COMMENT:
		take_comment(rd, rd->script.words[0].s);
		return 0;
	case KD_GRUB_OPEN: return open_block(rd);
	case KD_GRUB_CLOSE: return close_block(rd);
	default: return take_command(rd);
	}
}

static int read_all(struct reader *rd)
{
	int event, r = 0;

	do {
		event = kd_grub_script_next(&rd->script, rd->scan->why);
		if (event > KD_GRUB_END)
			r = take_event(rd, event);
	} while (!r && event > KD_GRUB_END);
	if (!r && !event && rd->depth)
		return kd_why(rd->scan->why, -EBADMSG, "a '{' is not closed");
	return r < 0 ? r : event;
}

int kd_boot_scan_grub_cfg(struct kd_boot_scan *scan)
{
	struct kd_grub_vars vars = { 0 };
	struct reader *rd = calloc(1, sizeof(*rd));
	int r = rd ? kd_grub_vars_read(&vars, scan->text, scan->len, scan->why) : -ENOMEM;

	if (!r) {
		rd->scan = scan;
		rd->vars = &vars;
		r = kd_grub_script_init(&rd->script, scan->text, scan->len);
		if (!r)
			r = read_all(rd);
		scan->file.preferred = rd->by_default;
		kd_grub_script_free(&rd->script);
	}
	kd_grub_vars_free(&vars);
	free(rd);
	return r;
}
