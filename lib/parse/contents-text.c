/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The few texts in an initramfs that say which modules will be loaded and what
 * its own command line adds: lists of names, command lines, shell variables,
 * modules.dep.
 */
#include <errno.h>
#include <stdlib.h>

#include "cmdline.h"
#include "contents-walk.h"
#include "keyvalue.h"

static int add_name(struct kd_contents_walk *w, const char *name, size_t len, unsigned why)
{
	struct kd_contents_name *grown, entry = { .why = why };

	if (!kd_module_name(name, len, entry.name))
		return 0;		/* an alias at best, and those are not followed */
	if (w->n_listed == KD_CONTENTS_MODULES) {
		w->found.lists_cut = true;
		return 0;
	}
	if (w->n_listed == w->listed_room) {
		w->listed_room = w->listed_room ? 2 * w->listed_room : 64;
		grown = realloc(w->listed, w->listed_room * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		w->listed = grown;
	}
	w->listed[w->n_listed++] = entry;
	return 0;
}

/* Names between any of @separators. */
static int add_names(struct kd_contents_walk *w, const char *p, size_t len,
		     const char *separators)
{
	int err = 0;
	size_t n;

	for (const char *end = p + len; p < end && !err; p += n + 1) {
		for (n = 0; p + n < end && !strchr(separators, p[n]);)
			n++;
		err = add_name(w, p, n, KD_MODULE_LISTED);
	}
	return err;
}

/* One a line, with parameters behind it in etc/modules; '#' and ';' begin a comment. */
static int read_list(struct kd_contents_walk *w, const char *p, unsigned why)
{
	size_t line, len;
	int err = 0;

	for (; *p && !err; p += line + (p[line] == '\n')) {
		line = strcspn(p, "\n");
		len = strspn(p, " \t");
		if (len > line || p[len] == '#' || p[len] == ';')
			continue;
		err = add_name(w, p + len, strcspn(p + len, " \t\r\n"), why);
	}
	return err;
}

static int read_cmdline(struct kd_contents_walk *w, const char *text)
{
	/* dracut's, and those of systemd-modules-load.service(8). */
	static const char *const loads[] = {
		"rd.driver.pre", "rd.driver.post", "modules_load", "rd.modules_load",
	};
	struct kd_word word;
	size_t pos = 0;
	int err = 0;

	while (!err && kd_cmdline_next(text, &pos, &word)) {
		if (!word.value || !word.value_len)
			continue;
		w->found.names_root |= kd_word_is(&word, "root");
		w->found.names_rootfstype |= kd_word_is(&word, "rootfstype");
		for (size_t i = 0; i < KD_ARRAY_SIZE(loads) && !err; i++) {
			if (kd_word_is(&word, loads[i]))
				err = add_names(w, word.value, word.value_len, ",");
		}
	}
	return err;
}

/* What is not understood may name one. */
static bool is_set(const struct kd_kv *kv, const char *key)
{
	const struct kd_kv_entry *entry = kd_kv_find(kv, key);

	return entry && (!entry->value || *entry->value);
}

static int read_shell(struct kd_contents_walk *w, const char *text, size_t len)
{
	struct kd_kv kv;
	int err = kd_kv_parse(text, len, &kv, NULL);

	if (err == -EFBIG)
		w->found.lists_cut = true;
	if (err)
		return err == -ENOMEM ? err : 0;
	w->found.names_root |= is_set(&kv, "ROOT");
	w->found.names_rootfstype |= is_set(&kv, "ROOTFSTYPE");
	kd_kv_free(&kv);
	return 0;
}

int kd_contents_read_text(struct kd_contents_walk *w, char *text, size_t len)
{
	/* Shells stop at such a byte, or pass over it: neither is to be counted on. */
	if (memchr(text, '\0', len))
		w->found.lists_cut = true;
	switch (w->text) {
	case KD_TEXT_MODULES:
		return read_list(w, text, KD_MODULE_LISTED);
	case KD_TEXT_HOST:
		return read_list(w, text, KD_MODULE_HOST);
	case KD_TEXT_CMDLINE:
		return read_cmdline(w, text);
	default:
		return read_shell(w, text, len);
	}
}

/* ---- modules.dep ---- */

static struct kd_module_file *find(struct kd_contents_walk *w, const char *name)
{
	/* The list is the walk's own. */
	return (struct kd_module_file *)kd_contents_module(&w->found, name);
}

/* "kernel/fs/ext4/ext4.ko.xz" */
static struct kd_module_file *find_file(struct kd_contents_walk *w, const char *path, size_t len)
{
	const char *slash = memrchr(path, '/', len);
	char name[KD_MODULE_FILE_NAME];
	enum kd_codec codec;

	if (slash) {
		len -= (size_t)(slash + 1 - path);
		path = slash + 1;
	}
	len = kd_module_stem(path, len, &codec);
	return len && kd_module_name(path, len, name) ? find(w, name) : NULL;
}

/*
 * "file: file file": depmod(8) writes behind each module all that it needs,
 * directly or not.
 */
static void read_deps_line(struct kd_contents_walk *w, const char *p, size_t len)
{
	const char *end = p + len, *colon = memchr(p, ':', len);
	struct kd_module_file *module;
	size_t n;

	module = colon ? find_file(w, p, (size_t)(colon - p)) : NULL;
	if (!module || !(module->why & KD_MODULE_LISTED))
		return;
	for (p = colon + 1; p < end; p += n + 1) {
		for (n = 0; p + n < end && p[n] != ' ';)
			n++;
		module = find_file(w, p, n);
		if (module)
			module->why |= KD_MODULE_NEEDED;
	}
}

void kd_contents_resolve(struct kd_contents_walk *w)
{
	const char *p = (const char *)w->deps, *end;
	struct kd_module_file *module;
	size_t n;

	for (size_t i = 0; i < w->n_listed; i++) {
		module = find(w, w->listed[i].name);
		if (module)
			module->why |= w->listed[i].why;
	}
	w->found.deps_known = p;
	if (!p)
		return;
	for (end = p + w->deps_len; p < end; p += n + 1) {
		const char *line = memchr(p, '\n', (size_t)(end - p));

		n = (size_t)((line ? line : end) - p);
		read_deps_line(w, p, n);
	}
}
