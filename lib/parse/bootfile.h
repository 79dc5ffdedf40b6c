/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Files of boot loaders that hold kernel command lines: what the lines are,
 * and the text with other crashkernel= words in them, every other byte kept.
 */
#ifndef KD_PARSE_BOOTFILE_H
#define KD_PARSE_BOOTFILE_H

#include "../core/text.h"

enum kd_bootfile_kind {
	KD_BOOTFILE_CMDLINE,	/* /etc/kernel/cmdline: the line itself */
	KD_BOOTFILE_BLS,	/* loader/entries/NAME.conf: one entry */
	KD_BOOTFILE_EXTLINUX,	/* extlinux.conf: an entry a label */
	KD_BOOTFILE_ZIPL,	/* zipl.conf: an entry a section */
	KD_BOOTFILE_GRUB_CFG,	/* grub.cfg as grub-mkconfig makes it: read only */
};

/* One command line in a file.  NULL: the file does not say. */
struct kd_boot_line {
	char *id;		/* label, section, or GRUB's --id; NULL in BLS and CMDLINE */
	char *title, *release, *kernel;
	/*
	 * As the kernel gets it, but for BOOT_IMAGE= and initrd=, which loaders
	 * put before it; NULL where that cannot be told (@why), or is foreign and
	 * has none.  Variables that bring no crashkernel= word stay as they are
	 * written.
	 */
	char *cmdline;
	/*
	 * Why it cannot be changed, NULL where it can: by an edit of this file; in
	 * grub.cfg, by what grub-mkconfig makes it from (an entry that a script in
	 * /etc/grub.d holds itself, a variable that may bring words).
	 */
	const char *why;
	bool foreign;		/* another system's: no Linux, or found by os-prober */
	size_t menu, place;	/* GRUB: the menu it is in, and its number there from 0 */
};

/* A submenu of GRUB, as a place in another: its number is its index + 1, 0 is the top. */
struct kd_boot_menu {
	char *id, *title;
	size_t menu, place;
};

struct kd_bootfile {
	struct kd_boot_line *v;
	size_t n;
	struct kd_boot_menu *menus;
	size_t n_menus;
	/*
	 * The id that the file boots by default, NULL unsaid.  In grub.cfg the value
	 * of its default, for kd_bootfile_find(), where "${saved_entry}" stands for
	 * the variable of that name in grubenv.
	 */
	char *preferred;
	bool blscfg;		/* grub.cfg takes the BLS entries too */
};

#define KD_BOOTFILE_MAX (4 * 1024 * 1024)	/* bytes */
#define KD_BOOTFILE_LINES 1024			/* command lines, and menus, in one file */
#define KD_BOOTFILE_LINE_MAX (64 * 1024)	/* bytes of one command line */

/*
 * -ENOMEM; -EFBIG beyond those limits; -EBADMSG where the file is no text (a
 * NUL) or breaks off inside a quote or a block.
 */
int kd_bootfile_parse(enum kd_bootfile_kind kind, const char *text, size_t len,
		      struct kd_bootfile *ret, struct kd_text *why);
void kd_bootfile_free(struct kd_bootfile *file);

/*
 * The line that GRUB means by default=@spec or a saved entry: an id, a title or
 * a number, of a submenu too ("1>0", with ">>" for a '>' of the name).
 */
bool kd_bootfile_find(const struct kd_bootfile *file, const char *spec, size_t *ret);

/*
 * The text with the crashkernel= words of line i replaced by @words[i] ("" takes
 * them out, NULL leaves the line alone), as kd_cmdline_set_crashkernel() does it.
 * @words has as many members as kd_bootfile_parse() found lines.  Line ends
 * (CRLF too), a missing last newline, comments and spaces stay.  *@ret is from
 * malloc(), with a NUL behind *@ret_len bytes.  As kd_bootfile_parse(), and
 * -ENOTSUP for a line that cannot be changed (its why) or GRUB_CFG.
 *
 * A line that has no place for words yet ("options", APPEND, parameters=) gets one.
 */
int kd_bootfile_edit(enum kd_bootfile_kind kind, const char *text, size_t len,
		     const char *const *words, char **ret, size_t *ret_len,
		     struct kd_text *why);

#endif
