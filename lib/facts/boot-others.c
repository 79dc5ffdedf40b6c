/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* ostree, perl-bootloader, zipl and extlinux: see boot-read.h. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "boot-read.h"

/* ---- ostree ---- */

static bool ostree_is_there(struct kd_boot_reader *reader)
{
	return kd_boot_exists(reader, "/usr/bin/rpm-ostree") &&
	       (kd_boot_exists(reader, "/run/ostree-booted") ||
		kd_boot_exists(reader, "/ostree")) &&
	       kd_boot_has(reader, "/boot/loader/entries", ".conf");
}

/* "version" is a number that is highest in what boots first. */
static unsigned long order_of(const struct kdump_boot *boot, const struct kdump_entry *entry)
{
	const struct kd_boot_line *line = &boot->files[entry->file].lines.v[entry->line];

	return line->release ? strtoul(line->release, NULL, 10) : 0;
}

static void sort_deployments(struct kdump_boot *boot)
{
	struct kdump_entry entry;

	for (size_t i = 1; i < boot->n_entries; i++)
		for (size_t j = i; j && order_of(boot, &boot->entries[j - 1]) <
					order_of(boot, &boot->entries[j]); j--) {
			entry = boot->entries[j];
			boot->entries[j] = boot->entries[j - 1];
			boot->entries[j - 1] = entry;
		}
}

/*
 * A change makes a deployment more, and the files have other names: entries are
 * known by their place, as rpm-ostree itself does it.
 */
static int ostree_read(struct kd_boot_reader *reader)
{
	struct kdump_boot *boot = reader->boot;
	struct kdump_entry *entry;
	int err;

	boot->tool = strdup("/usr/bin/rpm-ostree");
	err = boot->tool ? kd_boot_check_folder(reader, "/boot") : kd_oom(reader->ctx);
	if (!err)
		err = kd_boot_add_folder(reader, "/boot/loader/entries");
	if (err)
		return err;
	sort_deployments(boot);
	for (size_t i = 0; i < boot->n_entries; i++) {
		entry = &boot->entries[i];
		free(entry->id);
		if (asprintf(&entry->id, "ostree:%zu", i) < 0) {
			entry->id = NULL;
			return kd_oom(reader->ctx);
		}
		entry->is_default = !i;
		/* Else nothing could be changed while there is a way back. */
		entry->ours = !i;
		entry->why = i ? "rpm-ostree changes the deployment that boots next alone"
			       : NULL;
	}
	return 0;
}

const struct kd_boot_loader kd_boot_ostree = { KD_LOADER_OSTREE, ostree_is_there, ostree_read };

/* ---- perl-bootloader ---- */

#define PBL_CONFIG "/etc/sysconfig/bootloader"

static const char *const pbl_programs[] = {
	"/usr/sbin/pbl", "/sbin/pbl", "/usr/sbin/update-bootloader", "/sbin/update-bootloader",
	NULL
};

static bool pbl_type(struct kd_boot_reader *reader, char *ret, size_t size)
{
	return kd_boot_value(reader, PBL_CONFIG, "LOADER_TYPE", ret, size) && *ret &&
	       !kd_streq(ret, "none");
}

static bool pbl_is_there(struct kd_boot_reader *reader)
{
	char type[32];

	return kd_boot_first(reader, pbl_programs) && pbl_type(reader, type, sizeof(type));
}

/* Of grub.cfg it changes GRUB_CMDLINE_LINUX_DEFAULT, which recovery entries lack. */
static int read_pbl_grub(struct kd_boot_reader *reader)
{
	struct kdump_boot *boot = reader->boot;
	int err;

	boot->variable = "GRUB_CMDLINE_LINUX_DEFAULT";
	if (!kd_boot_need(reader, KD_BOOT_GRUB))
		return -ENOMEM;
	err = kd_boot_check_folder(reader, "/boot");
	if (!err)
		err = kd_boot_read_grub(reader);
	for (size_t i = 0; i < boot->n_entries; i++)
		if (boot->entries[i].ours && !boot->entries[i].why &&
		    strstr(boot->entries[i].id, "-recovery-"))
			boot->entries[i].why = "pbl does not change recovery entries";
	return err;
}

static int pbl_read(struct kd_boot_reader *reader)
{
	const char *program = kd_boot_first(reader, pbl_programs);
	char type[32];

	reader->boot->tool = program ? strdup(program) : NULL;
	if (program && !reader->boot->tool)
		return kd_oom(reader->ctx);
	reader->boot->not_atomic = true;
	if (!pbl_type(reader, type, sizeof(type)))
		return 0;
	if (kd_streq(type, "systemd-boot"))
		return kd_boot_read_systemd(reader);
	if (kd_streq(type, "grub2-bls"))
		return kd_boot_read_bls(reader);
	return read_pbl_grub(reader);
}

const struct kd_boot_loader kd_boot_pbl = { KD_LOADER_PBL, pbl_is_there, pbl_read };

/* ---- zipl ---- */

#define ZIPL_CONF "/etc/zipl.conf"

static bool zipl_is_there(struct kd_boot_reader *reader)
{
	return kd_boot_exists(reader, ZIPL_CONF) && kd_boot_has_program(reader, "zipl");
}

/* Newer ones take BLS entries where zipl.conf names a folder of them. */
static int read_zipl_bls(struct kd_boot_reader *reader)
{
	int err = kd_boot_add_folder(reader, "/boot/loader/entries");

	if (!err && !kd_boot_need(reader, KD_BOOT_CMDLINE))
		err = -ENOMEM;
	if (!err)
		kd_boot_mark_newest(reader->boot);
	return err;
}

/* What it boots is read from where zipl reads it: the disk holds it in a form of its own. */
static int zipl_read(struct kd_boot_reader *reader)
{
	struct kdump_boot *boot = reader->boot;
	size_t file;
	int err;

	boot->not_atomic = true;
	err = kd_boot_program(reader, "zipl", &boot->tool);
	if (!err)
		err = kd_boot_check_folder(reader, "/boot");
	if (!err && kd_boot_has(reader, "/boot/loader/entries", ".conf"))
		return read_zipl_bls(reader);
	if (!err)
		err = kd_boot_need_lines(reader, ZIPL_CONF, KD_BOOTFILE_ZIPL, &file);
	if (!err)
		err = kd_boot_add_entries(reader, file);
	if (err)
		return err;
	kd_boot_mark_or_first(boot, boot->files[file].lines.preferred);
	return 0;
}

const struct kd_boot_loader kd_boot_zipl = { KD_LOADER_ZIPL, zipl_is_there, zipl_read };

/* ---- extlinux ---- */

#define EXTLINUX "/boot/extlinux/extlinux.conf"

static bool extlinux_is_there(struct kd_boot_reader *reader)
{
	return kd_boot_exists(reader, EXTLINUX);
}

/* u-boot-menu makes the file anew with each kernel: then its own settings are changed. */
static int extlinux_read(struct kd_boot_reader *reader)
{
	struct kdump_boot *boot = reader->boot;
	size_t file;
	int err;

	err = kd_boot_program(reader, "u-boot-update", &boot->tool);
	if (!err)
		err = kd_boot_check_folder(reader, "/boot");
	if (!err)
		err = kd_boot_need_lines(reader, EXTLINUX, KD_BOOTFILE_EXTLINUX, &file);
	if (!err)
		err = kd_boot_add_entries(reader, file);
	if (err)
		return err;
	if (boot->tool) {
		boot->made = strdup(EXTLINUX);
		boot->variable = "U_BOOT_PARAMETERS";
		boot->not_atomic = true;
		if (!boot->made)
			return kd_oom(reader->ctx);
		if (!kd_boot_need(reader, KD_BOOT_UBOOT) || !kd_boot_need(reader, KD_BOOT_CMDLINE))
			return -ENOMEM;
	}
	kd_boot_mark_or_first(boot, boot->files[file].lines.preferred);
	return 0;
}

const struct kd_boot_loader kd_boot_extlinux = {
	KD_LOADER_EXTLINUX, extlinux_is_there, extlinux_read,
};
