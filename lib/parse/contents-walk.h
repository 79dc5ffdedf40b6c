/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Finding out what is in an initramfs (contents.h), while its archives stream by. */
#ifndef KD_PARSE_CONTENTS_WALK_H
#define KD_PARSE_CONTENTS_WALK_H

#include "contents.h"
#include "program.h"

/* The part of the current file that is kept: a whole text, or headers of a module. */
struct kd_contents_part {
	uint64_t from;
	size_t len, have;
	unsigned char *p;		/* of len bytes; NULL: nothing is wanted */
};

struct kd_contents_name {
	char name[KD_MODULE_FILE_NAME];
	unsigned why;
};

enum kd_contents_text {
	KD_TEXT_NONE, KD_TEXT_MODULES, KD_TEXT_HOST, KD_TEXT_CMDLINE, KD_TEXT_SHELL,
	KD_TEXT_DEPS, KD_TEXT_PROGRAM,
};

/* Names of files, each ended by a NUL. */
struct kd_contents_libraries {
	char *names;
	size_t len, room;
	bool cut;			/* there are more */
};

struct kd_contents_walk {
	struct kd_contents found;
	size_t room;			/* of found.modules */
	struct kd_contents_name *listed;
	size_t n_listed, listed_room;
	unsigned char *deps;		/* modules.dep: it may come before the lists */
	size_t deps_len;
	struct kd_contents_libraries libraries;
	struct kd_program *tool;	/* makedumpfile; NULL none was read */
	/* The file at hand. */
	bool is_tool;
	enum kd_contents_text text;
	struct kd_module_file *module;	/* NULL: it is none */
	struct kd_contents_part part;
};

/*
 * A file of @size bytes, or a symbolic link (0), by its name; where its @data
 * follows, then the bytes in order, those at @offset; then its end.  -ENOMEM.
 */
int kd_contents_begin(struct kd_contents_walk *walk, const char *name, uint64_t size,
		      bool data);
int kd_contents_feed(struct kd_contents_walk *walk, uint64_t offset,
		     const unsigned char *p, size_t len);
int kd_contents_end(struct kd_contents_walk *walk);

/* All was seen: sorts, resolves, and hands over. */
void kd_contents_finish(struct kd_contents_walk *walk, struct kd_contents *ret);
void kd_contents_walk_free(struct kd_contents_walk *walk);

/* contents-text.c: what stands in a text that was kept whole, ended by a NUL.  -ENOMEM. */
int kd_contents_read_text(struct kd_contents_walk *walk, char *text, size_t len);

/* The modules that @deps of walk says the listed ones need; the list is sorted by now. */
void kd_contents_resolve(struct kd_contents_walk *walk);

/* contents-program.c: a library by its name, or none; a program that was kept whole.  -ENOMEM. */
int kd_contents_add_library(struct kd_contents_walk *walk, const char *name);
int kd_contents_read_program(struct kd_contents_walk *walk, const void *file, size_t len);

/* What of the tool's libraries is missing, now that all have been seen. */
void kd_contents_find_missing(struct kd_contents_walk *walk);

#endif
