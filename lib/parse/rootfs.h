/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * How large the root file system may grow that an initramfs is unpacked into,
 * by the kernel's command line, and which word would lift the limit.
 */
#ifndef KD_PARSE_ROOTFS_H
#define KD_PARSE_ROOTFS_H

#include "../core/base.h"

struct kd_rootfs {
	bool tmpfs;			/* else ramfs, which has no limit */
	unsigned percent;		/* of memory that it may fill; 0: @bytes says */
	uint64_t bytes;
};

/*
 * @options: the kernel knows initramfs_options= (it came in 6.17 and went into
 * some stable kernels, so the image itself is asked, never its version).
 */
void kd_rootfs_limit(const char *cmdline, bool options, struct kd_rootfs *ret);

/*
 * The word that lets the root file system have all memory, or NULL: it has
 * it, or the line says otherwise itself, or no word is safe.  rootfstype= would
 * be taken for the real root's type where the line, or (@names_root) the
 * initramfs's own configuration, has a root=.
 */
const char *kd_rootfs_lift(const char *cmdline, bool options, bool names_root);

#endif
