/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Boot configurations as objects: what they show of themselves. */
#include <errno.h>
#include <stdlib.h>

#include "../parse/crashkernel.h"
#include "boot.h"

const char *kd_loader_name(enum kd_loader loader)
{
	static const char *const names[KD_LOADERS] = {
		[KD_LOADER_NONE] = "none",
		[KD_LOADER_OSTREE] = "ostree",
		[KD_LOADER_PBL] = "pbl",
		[KD_LOADER_GRUBBY] = "grubby",
		[KD_LOADER_GRUB_BLS] = "grub-bls",
		[KD_LOADER_GRUB] = "grub",
		[KD_LOADER_SYSTEMD_BOOT] = "systemd-boot",
		[KD_LOADER_UKI] = "uki",
		[KD_LOADER_ZIPL] = "zipl",
		[KD_LOADER_EXTLINUX] = "extlinux",
	};

	return names[loader];
}

/* The running kernel is known better than by its version. */
void kd_entry_ck_kernel(const struct kdump_entry *entry, const struct kdump_snapshot *snap,
			struct kd_ck_kernel *ret)
{
	if (!entry->has_version ||
	    (entry->release && snap->release && kd_streq(entry->release, snap->release)))
		kd_snapshot_ck_kernel(snap, ret);
	else
		kd_ck_kernel_of(snap, entry->version, entry->cma == KD_CONFIG_Y, ret);
}

KD_API struct kdump_boot *kdump_boot_ref(struct kdump_boot *boot)
{
	boot->refs++;
	return boot;
}

void kd_entry_clear(struct kdump_entry *entry)
{
	free(entry->id);
	free(entry->title);
	free(entry->release);
	free(entry->kernel);
	free(entry->cmdline);
	*entry = (struct kdump_entry){ 0 };
}

static void free_file(struct kd_boot_file *file)
{
	free(file->path);
	kd_buf_free(&file->text);
	if (file->is_lines)
		kd_bootfile_free(&file->lines);
}

KD_API struct kdump_boot *kdump_boot_unref(struct kdump_boot *boot)
{
	if (!boot || --boot->refs)
		return NULL;
	for (size_t i = 0; i < boot->n_entries; i++)
		kd_entry_clear(&boot->entries[i]);
	for (size_t i = 0; i < boot->n_files; i++)
		free_file(&boot->files[i]);
	free(boot->entries);
	free(boot->files);
	free(boot->ukify);
	free(boot->stub);
	free(boot->tool);
	free(boot->checker);
	free(boot->made);
	kd_journal_free(&boot->journal);
	kd_ranges_free(&boot->movable);
	kdump_ctx_unref(boot->ctx);
	free(boot);
	return NULL;
}

KD_API int kdump_boot_read_saved(struct kdump_boot *boot)
{
	int err;

	kd_begin(boot->ctx);
	err = kd_journal_read_texts(boot->ctx, &boot->journal);
	if (!err || err == -ENOMEM)
		return err ? kd_oom(boot->ctx) : 0;
	if (err != -EBADMSG && err != -EACCES && err != -ENOENT)
		err = -EIO;
	kd_advise(boot->ctx, "crashctl reserve SIZE writes new words");
	return kd_fail_id(boot->ctx, err, "saved-unusable",
			  "the texts that the last change saved: %s", kd_errno_text(err));
}

KD_API const char *kdump_boot_get_loader(const struct kdump_boot *boot)
{
	return boot->loader == KD_LOADER_NONE ? NULL : kd_loader_name(boot->loader);
}

KD_API size_t kdump_boot_count_entries(const struct kdump_boot *boot)
{
	return boot->n_entries;
}

KD_API const struct kdump_entry *kdump_boot_get_entry(const struct kdump_boot *boot, size_t i)
{
	return i < boot->n_entries ? &boot->entries[i] : NULL;
}

KD_API const char *kdump_boot_get_problem(const struct kdump_boot *boot)
{
	return boot->obstacle.id ? boot->obstacle.text.s : NULL;
}

KD_API const char *kdump_boot_get_problem_id(const struct kdump_boot *boot)
{
	return boot->obstacle.id;
}

KD_API const char *kdump_boot_get_problem_advice(const struct kdump_boot *boot)
{
	return boot->obstacle.id ? boot->obstacle.advice.s : NULL;
}

KD_API const char *kdump_entry_get_id(const struct kdump_entry *entry)
{
	return entry->id;
}

KD_API const char *kdump_entry_get_title(const struct kdump_entry *entry)
{
	return entry->title;
}

KD_API const char *kdump_entry_get_release(const struct kdump_entry *entry)
{
	return entry->release;
}

KD_API const char *kdump_entry_get_kernel(const struct kdump_entry *entry)
{
	return entry->kernel;
}

KD_API const char *kdump_entry_get_cmdline(const struct kdump_entry *entry)
{
	return entry->cmdline;
}

KD_API bool kdump_entry_is_ours(const struct kdump_entry *entry)
{
	return entry->ours;
}

KD_API bool kdump_entry_is_default(const struct kdump_entry *entry)
{
	return entry->is_default;
}

KD_API const char *kdump_entry_get_problem(const struct kdump_entry *entry)
{
	return entry->why;
}
