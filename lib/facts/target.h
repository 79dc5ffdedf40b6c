/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Where the dump will go, by the rules of the distribution that is found:
 * /etc/kdump.conf, /etc/default/kdump-tools, SUSE's /etc/sysconfig/kdump.
 */
#ifndef KD_FACTS_TARGET_H
#define KD_FACTS_TARGET_H

#include "../parse/dump-args.h"
#include "../parse/keyvalue.h"
#include "devices.h"
#include "distro.h"

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
	/* Where that is on this machine, as a folder: "/var/crash"; "" elsewhere, or not known. */
	struct kd_text folder;
	bool missing;			/* the device that is named is not there */
	struct kd_devices devices;
};

/*
 * By the distribution's configuration (@file is its KEY=value file) and what
 * the crash kernel will mount: @cmdline with a root= means the root file system
 * too.  -ENOMEM; what is not understood leaves KD_TARGET_UNKNOWN.
 */
int kd_target_find(struct kdump_ctx *ctx, const struct kd_distro *distro,
		   const struct kd_kv *file, const char *cmdline, struct kd_dump_facts *ret,
		   struct kd_dump_settings *settings);

/*
 * The root file system, which a crash kernel with a root= on its command line mounts,
 * wherever the dump goes.  1, 0 there is no such word, -ENOMEM.
 */
int kd_target_find_root(struct kdump_ctx *ctx, const char *cmdline, struct kd_dump_facts *ret);

/*
 * As a person says it: "none", "raw:DEVICE", "nfs[:SERVER:/PATH]",
 * "ssh[:USER@HOST]", "network", "files[:PATH]" or an absolute path.  -EINVAL, -ENOMEM.
 */
int kd_target_parse(struct kdump_ctx *ctx, const char *text, const char *cmdline,
		    struct kd_dump_facts *ret);

#endif
