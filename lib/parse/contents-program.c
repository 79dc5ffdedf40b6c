/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Whether the programs of an initramfs can be run: what makedumpfile needs, which libraries
 * are there.  What the libraries need in turn is not looked into.
 */
#include "contents-walk.h"

#include <errno.h>
#include <stdlib.h>

#define NAMES_MAX	((size_t)(256 * KD_KIB))

/* A name behind the others, each ended by a NUL. */
static int add_name(struct kd_contents_libraries *list, const char *name)
{
	size_t len = strlen(name) + 1;
	char *grown;

	if (list->len + len > NAMES_MAX) {
		list->cut = true;
		return 0;
	}
	if (list->len + len > list->room) {
		list->room = kd_max(2 * list->room, list->len + len + 1024);
		grown = realloc(list->names, list->room);
		if (!grown)
			return -ENOMEM;
		list->names = grown;
	}
	memcpy(list->names + list->len, name, len);
	list->len += len;
	return 0;
}

int kd_contents_add_library(struct kd_contents_walk *w, const char *name)
{
	/* "libelf.so.1", "libelf-0.188.so", the linker; a file or a link to it. */
	return strstr(name, ".so") && strlen(name) < KD_LIBRARY_NAME
	       ? add_name(&w->libraries, name) : 0;
}

static bool has_library(const struct kd_contents_libraries *list, const char *name)
{
	for (size_t at = 0; at < list->len; at += strlen(list->names + at) + 1)
		if (kd_streq(list->names + at, name))
			return true;
	return false;
}

int kd_contents_read_program(struct kd_contents_walk *w, const void *file, size_t len)
{
	struct kd_program program;

	if (!kd_program_read(file, len, &program))
		return 0;
	memcpy(w->found.arch, program.arch, sizeof(program.arch));
	w->found.page_size = program.page_size;
	if (!w->is_tool)
		return 0;
	/* Of two the later one is there in the end. */
	free(w->tool);
	w->tool = malloc(sizeof(*w->tool));
	if (!w->tool)
		return -ENOMEM;
	*w->tool = program;
	return 0;
}

void kd_contents_find_missing(struct kd_contents_walk *w)
{
	char *missing = w->found.missing;
	size_t have = 0, len;

	for (size_t i = 0; w->tool && !w->libraries.cut && i < w->tool->n_needs; i++) {
		const char *name = w->tool->needs[i];

		if (has_library(&w->libraries, name))
			continue;
		len = strlen(name);
		if (have + len + 3 > sizeof(w->found.missing))
			return;
		if (have) {
			memcpy(missing + have, ", ", 2);
			have += 2;
		}
		memcpy(missing + have, name, len + 1);
		have += len;
	}
}
