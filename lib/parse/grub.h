/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What grub-mkconfig(8) sources: the drop-in of ours in /etc/default/grub.d, and
 * a variable of /etc/default/grub or /etc/default/u-boot where there is no such folder.
 */
#ifndef KD_PARSE_GRUB_H
#define KD_PARSE_GRUB_H

#include "../core/text.h"

/*
 * The drop-in as sh reads it, last of all: it takes every crashkernel= word out
 * of GRUB_CMDLINE_LINUX and GRUB_CMDLINE_LINUX_DEFAULT, wherever it came from,
 * and puts @words ("" for none) behind the first.  *@ret is from malloc().
 * -ENOMEM; -EINVAL where @words holds anything but crashkernel= words of plain
 * letters, one space between.
 */
int kd_grub_dropin_write(const char *words, char **ret);

/* The words of a drop-in of ours; -EBADMSG where it is not as we write it.  -ENOMEM. */
int kd_grub_dropin_read(const char *text, size_t len, char **ret);

/*
 * The text of a KEY=value file (as keyvalue.h reads it) with the crashkernel=
 * words of the last assignment of @key replaced, inside the quotes that stand
 * there; a value without quotes gets them where it needs them, and an
 * assignment is added at the end where there is none.  Every other byte is kept, but
 * for a space beside each word that goes.  *@ret is from malloc(), with a NUL
 * behind *@ret_len bytes.  -ENOMEM, -EFBIG (keyvalue.h), -EINVAL (@words),
 * -ENOTSUP where the value is not understood (a variable, an open quote, a
 * condition, …), with @why.
 */
int kd_shell_set_crashkernel(const char *text, size_t len, const char *key, const char *words,
			     char **ret, size_t *ret_len, struct kd_text *why);

#endif
