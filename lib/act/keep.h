/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The last good pair, a copy below /var/lib/crashctl: after a rebuilt initramfs
 * the files that are loaded are gone from where they were.
 */
#ifndef KD_ACT_KEEP_H
#define KD_ACT_KEEP_H

#include "../facts/record.h"

/* 0 if the copy of this record is there and its hashes are right; -ENOENT, -EBADMSG. */
int kd_keep_verify(struct kdump_ctx *ctx, const struct kd_record *record);

/*
 * Keeps the files of @record, read from these descriptors: those that were loaded, be
 * they the files themselves or memory files with what was unpacked of them.  What is
 * kept can be loaded as it is, by the call that the record names.  @known: the record of
 * the copy that was just verified, so that it is not read again; NULL none was.
 */
int kd_keep_save(struct kdump_ctx *ctx, const struct kd_record *record, int kernel,
		 int initramfs, const struct kd_record *known);

/*
 * Descriptors of the copy, and its record, for a load; the caller closes and frees.
 * Nothing is to be unpacked, whatever container the record's sums tell of.  -EBADMSG
 * where the files are not those of the record.
 */
int kd_keep_open(struct kdump_ctx *ctx, int *kernel, int *initramfs, struct kd_record *ret);

#endif
