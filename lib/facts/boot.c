/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Which boot loader is there, and what it boots: see boot.h. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

#include "boot-read.h"

/* In the order in which they are looked for: a tool before the files that it makes. */
static const struct kd_boot_loader *const loaders[] = {
	&kd_boot_ostree, &kd_boot_pbl, &kd_boot_grubby, &kd_boot_grub_bls, &kd_boot_grub,
	&kd_boot_systemd, &kd_boot_uki, &kd_boot_zipl, &kd_boot_extlinux, NULL
};

void kd_boot_obstruct(struct kdump_boot *boot, const char *id, const char *advice,
		      const char *fmt, ...)
{
	va_list args;

	if (boot->obstacle.id)
		return;
	boot->obstacle.id = id;
	kd_text_set(&boot->obstacle.advice, "%s", advice);
	va_start(args, fmt);
	kd_text_vset(&boot->obstacle.text, fmt, args);
	va_end(args);
}

/* GRUB may be left over from before: systemd-boot says that it was what booted. */
static bool is_left_over(struct kd_boot_reader *reader, const struct kd_boot_loader *loader)
{
	return (loader == &kd_boot_grub || loader == &kd_boot_grub_bls) &&
	       kd_boot_runs_systemd(reader) &&
	       (kd_boot_systemd.is_there(reader) || kd_boot_uki.is_there(reader));
}

static const struct kd_boot_loader *find(struct kd_boot_reader *reader, const char *name)
{
	const struct kd_boot_loader *loader;

	for (size_t i = 0; (loader = loaders[i]); i++) {
		if (name && !kd_streq(kd_loader_name(loader->loader), name))
			continue;
		if (loader->is_there(reader) && (name || !is_left_over(reader, loader)))
			return loader;
	}
	return NULL;
}

/* It was there when it was looked for. */
static void check_tool(struct kdump_boot *boot)
{
	if (!boot->tool && boot->loader != KD_LOADER_GRUB_BLS &&
	    boot->loader != KD_LOADER_SYSTEMD_BOOT && boot->loader != KD_LOADER_UKI &&
	    boot->loader != KD_LOADER_EXTLINUX)
		kd_boot_obstruct(boot, "no-mkconfig", "install it",
				 "the tool that makes %s's configuration is not here",
				 kd_loader_name(boot->loader));
}

/* A change of none of them would be done at once, and change nothing. */
static void check_entries(struct kdump_boot *boot)
{
	for (size_t i = 0; i < boot->n_entries; i++)
		if (boot->entries[i].ours)
			return;
	kd_boot_obstruct(boot, "no-boot-entries", "make its configuration anew",
			 "%s: no entry of this system is in its configuration",
			 kd_loader_name(boot->loader));
}

static int read_as(struct kd_boot_reader *reader, const struct kd_boot_loader *loader)
{
	int err;

	reader->boot->loader = loader->loader;
	err = loader->read(reader);
	check_tool(reader->boot);
	check_entries(reader->boot);
	return err;
}

/* Nothing was found: that may be because it is not mounted. */
static int check_missing(struct kd_boot_reader *reader)
{
	static const char *const folders[] = { "/boot", "/efi", "/boot/efi" };
	int err = 0;

	for (size_t i = 0; i < KD_ARRAY_SIZE(folders) && !err; i++)
		err = kd_boot_check_mounted(reader, folders[i]);
	return err;
}

static int read_boot(struct kd_boot_reader *reader, const char *name)
{
	const struct kd_boot_loader *loader = find(reader, name);

	if (loader)
		return read_as(reader, loader);
	if (name) {
		kd_advise(reader->ctx, "leave out --bootloader, or name one of ostree, pbl, "
			  "grubby, grub-bls, grub, systemd-boot, uki, zipl, extlinux");
		return kd_fail_id(reader->ctx, -EINVAL, "bad-bootloader",
				  "%.64s: no such boot loader is here", name);
	}
	if (check_missing(reader))
		return -ENOMEM;
	kd_boot_obstruct(reader->boot, "no-boot-loader",
			 "write the words into its configuration by hand; --live does what can "
			 "be done now",
			 "no boot loader is found whose configuration is understood");
	return 0;
}

KD_API int kdump_boot_new(struct kdump_ctx *ctx, struct kdump_config *config,
			  const char *loader, struct kdump_boot **ret)
{
	struct kdump_boot *boot = calloc(1, sizeof(*boot));
	struct kd_boot_reader reader = { .ctx = ctx, .boot = boot, .config = config };
	int err;

	kd_begin(ctx);
	if (!boot)
		return kd_oom(ctx);
	boot->refs = 1;
	boot->ctx = kdump_ctx_ref(ctx);
	err = kd_journal_read(ctx, &boot->journal);
	if (!err)
		err = kd_facts_movable(ctx, &boot->movable);
	err = err ? kd_oom(ctx) : read_boot(&reader, loader);
	if (!err && reader.no_memory)
		err = kd_oom(ctx);
	kd_boot_reader_free(&reader);
	if (err) {
		kdump_boot_unref(boot);
		return err;
	}
	*ret = boot;
	return 0;
}
