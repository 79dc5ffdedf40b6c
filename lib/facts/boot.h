/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The boot configuration as it stands: which loader, which entries with which
 * command lines, in which files, and which tools are there to change them.
 * Reads only; runs nothing.
 */
#ifndef KD_FACTS_BOOT_H
#define KD_FACTS_BOOT_H

#include "../core/ranges.h"
#include "../core/root.h"
#include "../parse/bootfile.h"
#include "../parse/kconfig.h"
#include "config.h"
#include "journal.h"

/* In the order in which they are looked for. */
enum kd_loader {
	KD_LOADER_NONE,
	KD_LOADER_OSTREE,	/* rpm-ostree kargs */
	KD_LOADER_PBL,		/* openSUSE's perl-bootloader */
	KD_LOADER_GRUBBY,	/* BLS entries of GRUB or zipl, through grubby */
	KD_LOADER_GRUB_BLS,	/* GRUB reads BLS entries, no grubby */
	KD_LOADER_GRUB,		/* grub.cfg, made by grub-mkconfig */
	KD_LOADER_SYSTEMD_BOOT,	/* entries on the ESP or /boot, /etc/kernel/cmdline */
	KD_LOADER_UKI,		/* unified kernel images: a command-line add-on */
	KD_LOADER_ZIPL,		/* zipl.conf, then zipl */
	KD_LOADER_EXTLINUX,	/* extlinux.conf or u-boot-menu */
	KD_LOADERS
};

/* "grub", "grub-bls", "systemd-boot", …: --bootloader, JSON. */
const char *kd_loader_name(enum kd_loader loader);

/* A file that holds words, or from which others are made. */
struct kd_boot_file {
	char *path;		/* below the context's root */
	bool exists;
	int error;		/* -errno of the reading, 0 none */
	struct kd_buf text;	/* as it was read; empty where it does not exist */
	bool is_image;		/* a UKI: what its line is was read, and no text */
	/* Meaningful where @is_lines. */
	bool is_lines;
	enum kd_bootfile_kind kind;
	struct kd_bootfile lines;
};

struct kdump_entry {
	char *id;		/* file name, label, or title: unique among the entries */
	char *title, *release, *kernel;	/* NULL unknown */
	char *cmdline;		/* what its kernel will get; NULL unknown */
	size_t file, line;	/* where it stands: boot->files[file].lines.v[line] */
	bool ours;		/* this system's; others are left alone */
	bool is_default;
	const char *why;	/* it cannot be changed: why; NULL it can */
	bool has_version;
	struct kd_version version;	/* of its kernel */
	enum kd_tristate cma;	/* CONFIG_CMA in its configuration; unknown = unreadable */
	enum kd_tristate kexec_file;
	bool nokaslr;		/* on its command line */
	int64_t changed;	/* when its own file was, seconds since 1970; 0 unknown */
};

/* Why the boot configuration cannot be changed: an identifier of crashctl(8). */
struct kd_boot_obstacle {
	const char *id;		/* NULL: nothing is in the way */
	struct kd_text text, advice;
};

struct kdump_boot {
	unsigned refs;
	struct kdump_ctx *ctx;
	enum kd_loader loader;
	size_t n_files, n_entries;
	struct kd_boot_file *files;
	struct kdump_entry *entries;
	struct kd_boot_obstacle obstacle;
	struct kd_journal journal;	/* of a change that was not finished, or the last */
	struct kd_ranges movable;	/* memory that may be taken out while running */
	char *tool;		/* path of the tool that @loader goes by; NULL none */
	char *checker;		/* what is run after it: grub-script-check, zipl; NULL none */
	char *ukify, *stub;	/* what makes command-line add-ons, and of what; NULL none */
	char *made;		/* grub.cfg, extlinux.conf …: what the tool makes; NULL none */
	const char *variable;	/* the key in /etc/default/grub or u-boot; NULL none */
	bool dropins;		/* grub-mkconfig sources /etc/default/grub.d */
	bool boot_is_mounted;	/* /boot is a file system of its own */
	bool secure_boot;	/* by the firmware's SecureBoot variable */
	bool not_atomic;		/* a file lies on FAT, or a tool writes in place */
};

/* Of GRUB: ours, the last one that sh finds. */
#define KD_BOOT_DROPIN "/etc/default/grub.d/zz-crashctl.cfg"
/* Of UKIs: ours, for all of them or for one. */
#define KD_BOOT_ADDON "crashctl.addon.efi"

#define KD_BOOT_GRUB "/etc/default/grub"
#define KD_BOOT_UBOOT "/etc/default/u-boot"
#define KD_BOOT_CMDLINE "/etc/kernel/cmdline"

/* A file that was read for it; NULL where it was not looked for. */
const struct kd_boot_file *kd_boot_file(const struct kdump_boot *boot, const char *path);

void kd_entry_clear(struct kdump_entry *entry);

/*
 * Memory in blocks that the kernel keeps free of what cannot be moved, so that they can be
 * taken out: ascending, without gaps inside.  What cannot be seen is not in it.  -ENOMEM.
 */
int kd_facts_movable(struct kdump_ctx *ctx, struct kd_ranges *ret);

/* What the kernel of that entry makes of crashkernel= words. */
void kd_entry_ck_kernel(const struct kdump_entry *entry, const struct kdump_snapshot *snap,
			struct kd_ck_kernel *ret);

#endif
