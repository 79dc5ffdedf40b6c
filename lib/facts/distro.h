/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * How the distributions keep their crash kernel: where the files lie, which
 * keys configure them, which words their crash kernel's command line loses
 * and gains.  Constant tables; "%R" in a path is the running kernel's release.
 */
#ifndef KD_FACTS_DISTRO_H
#define KD_FACTS_DISTRO_H

#include "../core/ctx.h"

struct kd_distro {
	const char *id;			/* of /etc/os-release, ID or one of ID_LIKE */
	const char *config_file;	/* KEY=value */
	/* Keys of that file; NULL where it has none of the kind. */
	const char *kernel_key, *initramfs_key;
	const char *cmdline_key;	/* the whole line, in place of the running one */
	const char *remove_key;		/* names to remove besides */
	const char *append_key;		/* in place of append below */
	const char *const *kernels;	/* where to look, in this order, NULL-terminated */
	const char *const *initramfses;
	const char *const *remove;	/* names of words, NULL-terminated */
	const char *append;
	const char *build;		/* the command that builds the initramfs */
};

/* By /etc/os-release; a system we do not know gets rules that look everywhere.  -ENOMEM. */
int kd_distro_find(struct kdump_ctx *ctx, const struct kd_distro **ret);

/*
 * The service of another tool that loads the crash kernel and is enabled here,
 * by name; NULL if there is none.  @off is the command that disables it.
 */
const char *kd_owner_find(struct kdump_ctx *ctx, const char **off);

#endif
