/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What an initramfs says of itself: its largest files, its kernel modules and
 * which of them its own lists name, the words of its own command line, who
 * built it, the tools in it.  Filled while cpio.c walks; knows names, sizes and
 * the text of a few small files, nothing of archives.  Every name and text is
 * hostile, so all that is kept is bounded.
 */
#ifndef KD_PARSE_CONTENTS_H
#define KD_PARSE_CONTENTS_H

#include "../core/base.h"
#include "codec.h"
#include "program.h"

#define KD_CONTENTS_LARGEST	10
#define KD_CONTENTS_MODULES	8192	/* all that a distribution builds for a kernel */
#define KD_MODULE_FILE_NAME	56	/* include/linux/moduleparam.h: MODULE_NAME_LEN */

struct kd_contents_file {
	char *path;			/* as in the archive; any bytes but NUL */
	uint64_t bytes;
};

/* Why a module would be loaded; what the hardware asks for (udev) is not in here. */
#define KD_MODULE_LISTED	1u	/* by a list or command line that init loads from */
#define KD_MODULE_HOST		2u	/* in dracut's list of what the host had loaded */
#define KD_MODULE_NEEDED	4u	/* a LISTED one depends on it (modules.dep) */

struct kd_module_file {
	char name[KD_MODULE_FILE_NAME];	/* as in /proc/modules: '_' for '-' */
	uint64_t stored;		/* bytes of its file */
	uint64_t memory;		/* that stay while it is loaded; 0 not known */
	enum kd_codec codec;		/* of the file */
	unsigned why;
};

enum kd_image_maker {
	KD_MAKER_UNKNOWN, KD_MAKER_DRACUT, KD_MAKER_INITRAMFS_TOOLS, KD_MAKER_MKINITCPIO,
};
#define KD_MAKERS 4

#define KD_TOOL_MAKEDUMPFILE	1u
#define KD_TOOL_CRYPTSETUP	2u
#define KD_TOOL_NFS		4u
#define KD_TOOL_SSH		8u
#define KD_TOOLS		15u

struct kd_contents {
	enum kd_image_maker maker;
	unsigned tools;
	/*
	 * Microcode for the early loader (kernel/x86/microcode/), bytes.  It is
	 * unpacked like any other file, and counted there.
	 */
	uint64_t microcode;
	size_t n_largest;
	struct kd_contents_file largest[KD_CONTENTS_LARGEST];	/* the largest first */
	size_t n_modules;
	struct kd_module_file *modules;	/* by name, each once: of two the later is taken */
	/* Not in the list: beyond its bound, or with a name that no module has. */
	uint64_t modules_lost;
	bool deps_known;		/* there was a modules.dep: NEEDED is complete */
	bool lists_cut;			/* a list or command line was too long to be read */
	/*
	 * Kernels that its modules are for, by the folders below lib/modules: "A B"; "" none,
	 * or more than are kept.
	 */
	char releases[256];
	bool releases_lost;
	/* Most of it is an image in the image, which init mounts: what is there is not seen. */
	bool opaque;
	/* Of a program in it, as uname -m has it, and how large its pages may be; "" and 0. */
	char arch[16];
	uint64_t page_size;
	/* Libraries that makedumpfile needs and that are not there: "libelf.so.1, libz.so.1". */
	char missing[160];
	/* Its own command line or configuration names the real root, and its type. */
	bool names_root, names_rootfstype;
};

void kd_contents_free(struct kd_contents *contents);

/* The module of that name, as in /proc/modules; NULL. */
const struct kd_module_file *kd_contents_module(const struct kd_contents *contents,
					   const char *name);

/* Is that among the releases, @len bytes of it? */
bool kd_contents_has_release(const struct kd_contents *contents, const char *release,
			     size_t len);

/* While walking: */

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

/* A module's name from a file's or a list's, up to @len; false: no module has such a name. */
bool kd_module_name(const char *text, size_t len, char ret[KD_MODULE_FILE_NAME]);
/* The length of a module file's name without its suffix, and which; 0: it is none. */
size_t kd_module_stem(const char *name, size_t len, enum kd_codec *ret);

#endif
