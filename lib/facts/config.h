/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Which kernel, initramfs and command line would be loaded, and where each
 * value came from: the distribution's rules and configuration, then the
 * caller's setters.
 */
#ifndef KD_FACTS_CONFIG_H
#define KD_FACTS_CONFIG_H

#include "../parse/kconfig.h"
#include "../parse/keyvalue.h"
#include "config-own.h"
#include "distro.h"
#include "hardware.h"
#include "snapshot.h"
#include "target.h"

struct kd_watch_facts;
struct kd_capture;

struct kd_value {
	char *text;			/* NULL: nothing found */
	bool given;			/* by the caller, not by any file or rule */
	struct kd_text source;
};

/* More than the estimate's own margin: a percentage, or bytes. */
struct kd_margin {
	unsigned percent;
	uint64_t bytes;
};

/* Another machine than this, as far as it is described; 0 and NULL: as this one. */
struct kd_asked_machine {
	uint64_t ram, cpus, page_size;
	const struct kd_arch *arch;
	struct kd_margin margin;
};

struct kdump_config {
	unsigned refs;
	struct kdump_ctx *ctx;
	struct kdump_snapshot *snap;
	const struct kd_distro *distro;
	struct kd_kv file;		/* the distribution's configuration */
	struct kd_own own;		/* crashctl.conf, which goes before it */
	char *release;			/* that the caller asks about; NULL: the running kernel's */
	struct kd_value kernel, initramfs, cmdline;
	bool reuse;			/* what the caller said of the command line */
	char *append;
	enum kdump_syscall call;	/* KDUMP_SYSCALL_AUTO where nobody says */
	bool call_given;		/* by the caller */
	bool keep_last_good;		/* a copy of what was loaded, to go back to */
	struct kd_text call_source, keep_source;	/* "" where nobody says */
	const char *owner, *owner_off;	/* another tool, and how to disable it */
	bool owner_rule;		/* its udev rule loads, though it is disabled */
	bool reserves_at_boot;		/* crashctl-reserve.service is enabled */
	/* Keys whose value would need a shell, for a finding; "" if none. */
	struct kd_text not_understood;
	enum kd_tristate kexec_file;	/* CONFIG_KEXEC_FILE of the kernel of that release */
	enum kd_tristate kexec_load;	/* CONFIG_KEXEC of it */
	enum kd_tristate cma;		/* CONFIG_CMA of it */
	enum kd_tristate panic_waits;	/* its CONFIG_PANIC_TIMEOUT is 0: for ever */
	bool boot_missing;		/* /boot is in fstab and not mounted */
	struct kd_asked_machine asked;
	/* Where the dump goes, as found or given; of LUKS what was given wins. */
	struct kd_dump_facts target;
	struct kd_dump_settings dump;
	bool luks_given, has_luks;
	uint64_t luks_bytes;
	struct kd_hardware hardware;
	struct kd_watch_facts *watch;	/* who keeps the image current; never NULL */
	struct kdump_observed *observed;	/* NULL: none, or not looked for */
	bool use_observed;
	struct kd_capture *capture;	/* NULL: not looked for */
	struct kdump_history *history;	/* NULL: not looked for */
};

/* The running kernel's, or the one that is asked about; NULL unknown. */
const char *kd_config_release(const struct kdump_config *config);

/* Of the machine that is asked about; NULL unknown. */
const struct kd_arch *kd_config_arch(const struct kdump_config *config);
uint64_t kd_config_page_size(const struct kdump_config *config);
uint64_t kd_margin_of(const struct kd_margin *margin, uint64_t bytes);

/* A copy of @text, in place of what was there; told: -ENOMEM. */
int kd_config_set_value(struct kdump_config *config, struct kd_value *value, const char *text,
			const char *source);

/* The value of a key in the distribution's file; NULL if unset, empty or not understood. */
const char *kd_config_configured(struct kdump_config *config, const char *key);

/*
 * A path of the distribution's tables: "%R" becomes the release; -ENODATA where it is
 * needed and not known.
 */
int kd_config_expand(const struct kdump_config *config, const char *path, struct kd_text *ret);

/* The command line, by the files and by what the caller said of it; -ENOMEM. */
int kd_config_compose(struct kdump_config *config);

/* What the caller says of it: -EINVAL, -ENOMEM. */
int kd_config_set_append(struct kdump_config *config, bool reuse, const char *append);

/* System call, copy, margin, target and LUKS, by the files; -ENOMEM. */
int kd_config_take_own(struct kdump_config *config);

/* The target, as it is found; -ENOMEM. */
int kd_config_find_target(struct kdump_config *config);

/* The kernel's file is the initramfs' too; -ENOMEM. */
int kd_config_use_inside(struct kdump_config *config);

/* Is memory taken after the next boot, whatever its words are?  As reserve = says. */
bool kd_config_takes_again(const struct kdump_config *config);

/* Paths that were looked at for a file, "a, b, c". */
void kd_config_looked_at(const struct kdump_config *config, bool initramfs,
			 struct kd_text *ret);

#endif
