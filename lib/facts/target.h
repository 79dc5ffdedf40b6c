/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Where the dump will go, by the rules of the distribution that is found:
 * /etc/kdump.conf, /etc/default/kdump-tools, SUSE's /etc/sysconfig/kdump.
 */
#ifndef KD_FACTS_TARGET_H
#define KD_FACTS_TARGET_H

#include "../core/text.h"
#include "../parse/dump-args.h"
#include "devices.h"

enum kd_target_kind {
	KD_TARGET_UNKNOWN,
	KD_TARGET_NONE,			/* nothing is written */
	KD_TARGET_FILES,		/* a local file system */
	KD_TARGET_RAW,			/* straight onto a block device */
	KD_TARGET_NFS,
	KD_TARGET_SSH,
	KD_TARGET_NETWORK,		/* another way over the network: ftp, cifs */
};

struct kd_dump_facts {
	enum kd_target_kind kind;
	char fs[32];			/* of KD_TARGET_FILES: "ext4"; "" not known */
	struct kd_text where;		/* path, device or host; "" not known */
	struct kd_devices devices;
};

#endif
