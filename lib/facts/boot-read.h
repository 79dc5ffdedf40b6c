/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * How facts/boot*.c fill in a struct kdump_boot: one row of a table for each boot
 * loader, which says whether it is there and reads its files.  All of these tell
 * the context of -ENOMEM; whatever else is wrong is an obstacle of the boot.
 */
#ifndef KD_FACTS_BOOT_READ_H
#define KD_FACTS_BOOT_READ_H

#include "boot.h"

/* What is asked of a kernel's configuration, by its release. */
struct kd_boot_kconfig {
	char *release;
	enum kd_tristate cma, kexec_file;
};

struct kd_boot_reader {
	struct kdump_ctx *ctx;
	struct kdump_boot *boot;
	const struct kdump_config *config;
	const char *esp;		/* "/efi"; NULL none was found */
	const struct kd_grub_names *grub;	/* the same */
	uint64_t bytes;			/* of the files that were read */
	bool no_memory;			/* met by what returns no error */
	size_t n_images;		/* kernels that were looked into */
	size_t n_kconfigs;
	struct kd_boot_kconfig *kconfigs;
};

/* A way to boot. */
struct kd_boot_loader {
	enum kd_loader loader;
	bool (*is_there)(struct kd_boot_reader *reader);
	int (*read)(struct kd_boot_reader *reader);
};

extern const struct kd_boot_loader kd_boot_ostree, kd_boot_pbl, kd_boot_grubby, kd_boot_grub_bls,
	kd_boot_grub, kd_boot_systemd, kd_boot_uki, kd_boot_zipl, kd_boot_extlinux;

/* boot.c: says what is in the way of a change; the first one stays. */
void kd_boot_obstruct(struct kdump_boot *boot, const char *id, const char *advice,
		      const char *fmt, ...) KD_PRINTF(4, 5);

/*
 * boot-files.c: is it there?  A disk that fails is not a file that is absent: that is in
 * the way of a change, and kd_boot_failed() says so.
 */
bool kd_boot_exists(struct kd_boot_reader *reader, const char *path);
void kd_boot_failed(struct kd_boot_reader *reader, const char *path, int err);

/*
 * A file of the boot, read once however often it is asked for; one that
 * is not there or cannot be read is among them too.  NULL where memory ran out.
 */
struct kd_boot_file *kd_boot_need(struct kd_boot_reader *reader, const char *path);

/* The same, with its lines; *@ret is its number in boot->files. */
int kd_boot_need_lines(struct kd_boot_reader *reader, const char *path,
		       enum kd_bootfile_kind kind, size_t *ret);

/* The value of a key of a shell's file; false where it has none or it is not understood. */
bool kd_boot_value(struct kd_boot_reader *reader, const char *path, const char *key, char *ret,
		   size_t size);

/* The first of those that is there, a NULL-terminated list; NULL none. */
const char *kd_boot_first(struct kd_boot_reader *reader, const char *const *paths);

/* A program of that name in /usr/sbin, /usr/bin, /sbin, /bin; NULL none. */
int kd_boot_program(struct kd_boot_reader *reader, const char *name, char **ret);
bool kd_boot_has_program(struct kd_boot_reader *reader, const char *name);

/* Is there such a folder with a file of that suffix, or one that may not be listed? */
bool kd_boot_has(struct kd_boot_reader *reader, const char *folder, const char *suffix);

/* Says so where the folder is not mounted, or cannot be written to. */
int kd_boot_check_mounted(struct kd_boot_reader *reader, const char *folder);
int kd_boot_check_folder(struct kd_boot_reader *reader, const char *folder);

/*
 * boot-entries.c: an entry as that line of that file has it, by @id or what the line says.
 * What it needs of its kernel is looked up.
 */
int kd_boot_add_entry(struct kd_boot_reader *reader, size_t file, size_t line, const char *id);

/* An entry for each line of the file. */
int kd_boot_add_entries(struct kd_boot_reader *reader, size_t file);

/* An entry for each *.conf in a folder of BLS entries. */
int kd_boot_add_folder(struct kd_boot_reader *reader, const char *folder);

/* Marks the entry of that id or title; false where there is none. */
bool kd_boot_mark(struct kdump_boot *boot, const char *wanted);
void kd_boot_mark_or_first(struct kdump_boot *boot, const char *wanted);

/* Marks the newest by version. */
void kd_boot_mark_newest(struct kdump_boot *boot);

/* boot-grub.c: the entries of grub.cfg, and those of the Boot Loader Specification beside it. */
int kd_boot_read_grub(struct kd_boot_reader *reader);
int kd_boot_read_bls(struct kd_boot_reader *reader);

/* boot-systemd.c: where the ESP is, and the entries on it and in /boot. */
const char *kd_boot_find_esp(struct kd_boot_reader *reader);
bool kd_boot_runs_systemd(struct kd_boot_reader *reader);
int kd_boot_read_systemd(struct kd_boot_reader *reader);
void kd_boot_mark_systemd(struct kd_boot_reader *reader);

/* boot-uki.c: the unified kernel images beside them. */
int kd_boot_read_ukis(struct kd_boot_reader *reader);

void kd_boot_reader_free(struct kd_boot_reader *reader);

#endif
