/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What a file has besides its text: owner, mode, extended attributes.  Kept so
 * that a text which is replaced, or put back, is the same file to everyone else.
 */
#ifndef KD_CORE_ATTRS_H
#define KD_CORE_ATTRS_H

#include "error.h"

struct kd_attrs {
	uint32_t mode, uid, gid;	/* mode: the 07777 part */
	/*
	 * Names and values as hexadecimal digits, "NAME=VALUE,NAME=VALUE" in the order
	 * of the names: so they stand in one line of a journal.  "" none.
	 */
	char *xattrs;
};

/* -ENOMEM, -E2BIG beyond 64 KiB of names and values; -errno of the file. */
int kd_attrs_read(int fd, struct kd_attrs *ret);

/*
 * Gives them to an open file that has others.  -errno, told to the context's log, where
 * owner, mode or SELinux label cannot be set; an attribute besides is logged and
 * left out.
 */
int kd_attrs_apply(struct kdump_ctx *ctx, int fd, const struct kd_attrs *attrs);

bool kd_attrs_equal(const struct kd_attrs *a, const struct kd_attrs *b);

void kd_attrs_free(struct kd_attrs *attrs);

#endif
