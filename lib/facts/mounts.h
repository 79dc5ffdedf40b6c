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
	KD_MOUNT_MISSING,	/* /etc/fstab lists it, or a folder above, and it is not mounted */
};

struct kd_mounted {
	char fs[32];			/* "ext4" */
	struct kd_text source;		/* "/dev/vda1", "server:/path" */
	unsigned major, minor;		/* of the device; 0 as major: of no block device */
};

/*
 * The file system that holds @path, an absolute one without links; -ENOENT
 * not known, -ENOMEM.
 */
int kd_mount_of(struct kdump_ctx *ctx, const char *path, struct kd_mounted *ret);

/* Where the file system of that device is mounted; -ENOENT nowhere, or not known.  -ENOMEM. */
int kd_mount_point(struct kdump_ctx *ctx, unsigned major, unsigned minor, struct kd_text *ret);

/* A folder, as "/boot", and the file system that it is on, as far as is known: at one look. */
struct kd_mount_look {
	enum kd_mount state;
	bool known;		/* what is mounted can be seen at all */
	bool read_only, fat;
};

/* -ENOMEM. */
int kd_mount_look(struct kdump_ctx *ctx, const char *folder, struct kd_mount_look *ret);

/*
 * Is @folder, or one above it, in /etc/fstab and not mounted?  False where what is mounted
 * cannot be seen; -ENOMEM.
 */
int kd_mount_is_awaited(struct kdump_ctx *ctx, const char *folder, bool *ret);

#endif
