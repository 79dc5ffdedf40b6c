/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Mounts through libmount: see mounts.h. */
#define _GNU_SOURCE
#include "mounts.h"

#include <libmount.h>
#include <stdio.h>

#include "../core/root.h"

/*
 * mnt_table_parse_file() would open the path itself, outside our root, so the
 * text is read here and handed over as a stream.
 */
static bool lists_folder(struct kdump_ctx *ctx, const char *table, const char *folder)
{
	struct libmnt_table *tb;
	struct kd_buf buf;
	FILE *stream;
	bool found = false;

	if (kd_root_read(ctx, table, 16 * KD_MIB, &buf))
		return false;
	tb = buf.len ? mnt_new_table() : NULL;
	stream = tb ? fmemopen(buf.data, buf.len, "r") : NULL;
	if (stream) {
		found = !mnt_table_parse_stream(tb, stream, table) &&
			mnt_table_find_target(tb, folder, MNT_ITER_BACKWARD);
		fclose(stream);
	}
	if (tb)
		mnt_unref_table(tb);
	kd_buf_free(&buf);
	return found;
}

enum kd_mount kd_mount_state(struct kdump_ctx *ctx, const char *folder)
{
	if (lists_folder(ctx, "/proc/self/mountinfo", folder))
		return KD_MOUNT_MOUNTED;
	if (lists_folder(ctx, "/etc/fstab", folder))
		return KD_MOUNT_MISSING;
	return KD_MOUNT_PLAIN;
}
