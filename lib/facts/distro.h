/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * How the distributions keep their crash kernel: where the files lie, which
 * keys configure them, which words their crash kernel's command line loses
 * and gains.  Constant tables; "%R" in a path is the release of the kernel.
 */
#ifndef KD_FACTS_DISTRO_H
#define KD_FACTS_DISTRO_H

#include "../core/ctx.h"

/* Of one architecture. */
struct kd_distro_words {
	const char *arch;		/* as uname -m names it; NULL: any other */
	const char *const *remove;	/* names; remove_key below replaces them.  NULL: none */
	const char *append;
};

struct kd_distro {
	const char *id;			/* of /etc/os-release, ID or one of ID_LIKE */
	const char *config_file;	/* KEY=value */
	/* Keys of that file; NULL where it has none of the kind. */
	const char *kernel_key, *initramfs_key;
	const char *cmdline_key;	/* the whole line, in place of the running one */
	const char *remove_key;		/* names to remove besides those always removed */
	const char *append_key;		/* words to append */
	const char *cpus_key;		/* N of nr_cpus=N, 0 for none */
	const char *args_key;		/* arguments of kexec(8) */
	/*
	 * Values that its own tool has for "of the running kernel": links that it sets when it
	 * loads, which it no longer does where it is disabled.  NULL: none.
	 */
	const char *kernel_link, *initramfs_link;
	const char *const *kernels;	/* where to look, in this order, NULL-terminated */
	const char *const *initramfses;
	const char *const *remove;	/* names of words that always go, NULL-terminated */
	const struct kd_distro_words *words;	/* ends with that of any other */
	bool append_adds;		/* append_key comes behind words, not in their place */
	bool strips_whole;		/* a line by cmdline_key loses names too */
	bool whole_is_all;		/* and gains no words but those of append_key */
	bool boot_cpu;			/* disable_cpu_apicid= of the CPU that booted */
	const char *last;		/* appended where no word of its name is there; or NULL */
	const char *build;		/* the command that builds the initramfs */
};

/* Never NULL; @arch may be. */
const struct kd_distro_words *kd_distro_words(const struct kd_distro *distro, const char *arch);

/* By /etc/os-release; a system we do not know gets rules that look everywhere.  -ENOMEM. */
int kd_distro_find(struct kdump_ctx *ctx, const struct kd_distro **ret);

/*
 * The service of another tool that loads the crash kernel and is enabled here,
 * by name; NULL if there is none.  @off is the command that disables it.
 */
const char *kd_owner_find(struct kdump_ctx *ctx, const char **off);

/*
 * Does a rule of kdump-tools for udev load its image over what is loaded, whenever memory
 * or a CPU comes or goes, its service enabled or not?
 */
bool kd_owner_has_rule(struct kdump_ctx *ctx);

/* Is crashctl-reserve.service enabled, and what starts it? */
bool kd_reserves_at_boot(struct kdump_ctx *ctx);

#endif
