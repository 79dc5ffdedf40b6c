/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What is mounted where, and what /etc/fstab would mount: libmount on streams
 * that come through our root.
 */
#ifndef KD_FACTS_MOUNTS_H
#define KD_FACTS_MOUNTS_H

#include "../core/ctx.h"

enum kd_mount {
	KD_MOUNT_PLAIN,		/* a folder of its parent's file system, as far as is known */
	KD_MOUNT_MOUNTED,
	KD_MOUNT_MISSING,	/* /etc/fstab lists it and it is not mounted */
};

/* @folder as "/boot". */
enum kd_mount kd_mount_state(struct kdump_ctx *ctx, const char *folder);

#endif
