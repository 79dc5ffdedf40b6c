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
	/* As the kernel gets it; NULL where that cannot be told (@why). */
	char *cmdline;
	/* Why it cannot be changed by an edit of this file, NULL where it can. */
	const char *why;
	bool foreign;		/* another system's: no Linux, or found by os-prober */
};

struct kd_bootfile {
	struct kd_boot_line *v;
	size_t n;
	char *preferred;	/* the id or title that the file boots by default, NULL unsaid */
};

#define KD_BOOTFILE_MAX (4 * 1024 * 1024)	/* bytes */
#define KD_BOOTFILE_LINES 1024			/* command lines in one file */
#define KD_BOOTFILE_LINE_MAX (64 * 1024)	/* bytes of one command line */

/*
 * -ENOMEM; -EFBIG beyond those limits; -EBADMSG where the file is no text (a
 * NUL) or breaks off inside a quote or a block.
 */
int kd_bootfile_parse(enum kd_bootfile_kind kind, const char *text, size_t len,
		      struct kd_bootfile *ret, struct kd_text *why);
void kd_bootfile_free(struct kd_bootfile *file);

/*
 * The text with the crashkernel= words of line i replaced by @words[i] ("" takes
 * them out, NULL leaves the line alone), as kd_cmdline_set_crashkernel() does it.
 * @words has as many members as kd_bootfile_parse() found lines.  Line ends
 * (CRLF too), a missing last newline, comments and spaces stay.  *@ret is from
 * malloc(), with a NUL behind *@ret_len bytes.  As kd_bootfile_parse(), and
 * -ENOTSUP for a line that cannot be changed (its why) or GRUB_CFG.
 */
int kd_bootfile_edit(enum kd_bootfile_kind kind, const char *text, size_t len,
		     const char *const *words, char **ret, size_t *ret_len,
		     struct kd_text *why);

#endif
