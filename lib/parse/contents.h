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

/* A module's name from a file's or a list's, up to @len; false: no module has such a name. */
bool kd_module_name(const char *text, size_t len, char ret[KD_MODULE_FILE_NAME]);
/* The length of a module file's name without its suffix, and which; 0: it is none. */
size_t kd_module_stem(const char *name, size_t len, enum kd_codec *ret);

#endif
