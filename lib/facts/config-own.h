/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What crashctl.conf(5) says: the first main file of /etc/crashctl.conf and
 * /usr/lib/crashctl/crashctl.conf, then the drop-ins of /etc/crashctl.conf.d and
 * /usr/lib/crashctl/crashctl.conf.d in the order of their names, of two of one name
 * the one in /etc.  A link to /dev/null stands for an empty file.  What cannot be
 * used is remembered and passed over: a crash kernel loaded by other rules is
 * better than none.
 */
#ifndef KD_FACTS_CONFIG_OWN_H
#define KD_FACTS_CONFIG_OWN_H

#include "../core/root.h"

/* Of each the ones that go before the others first. */
#define KD_OWN_MAIN_FILES "/etc/crashctl.conf", "/usr/lib/crashctl/crashctl.conf"
#define KD_OWN_FOLDERS "/etc/crashctl.conf.d", "/usr/lib/crashctl/crashctl.conf.d"

struct kd_setting {
	char *text;			/* NULL: no file says it */
	const char *file;		/* the last that did, in kd_own.files */
	unsigned line;
};

struct kd_own {
	struct kd_setting kernel, initramfs, cmdline, append, append_more, remove, reuse;
	struct kd_setting call, keep, margin, target, luks, reserve, module;
	struct kd_names files;		/* that were read, in their order */
	struct kd_names ignored;	/* "FILE:LINE: WHAT", at most KD_OWN_IGNORED */
	size_t n_ignored;		/* of all */
};

/* Told one by one; of more there is only the number. */
#define KD_OWN_IGNORED 8

/* "%v" in a path is @release; without one (NULL) such a path is ignored.  -ENOMEM. */
int kd_own_read(struct kdump_ctx *ctx, const char *release, struct kd_own *ret);
void kd_own_free(struct kd_own *own);

/* The setting is of no use after all.  -ENOMEM. */
int kd_own_ignore(struct kdump_ctx *ctx, struct kd_own *own, struct kd_setting *setting,
		  const char *why);

/* What is to be reserved at least, without a boot parameter. */
struct kd_reserve {
	bool automatic;			/* what the image needs */
	uint64_t bytes;
};

/* More than any machine has, and far from where the kernel's sums wrap. */
#define KD_SIZE_MAX_WISH (64 * 1024 * KD_GIB)

/* "auto" or a size; false where it is none that can be reserved. */
bool kd_reserve_parse(const char *text, struct kd_reserve *ret);

/* "auto", "file", "segments"; false where it is none of them. */
bool kd_call_parse(const char *text, enum kdump_syscall *ret);

#endif
