/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Files and programs that a boot configuration is made of: see boot-read.h. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "../parse/keyvalue.h"
#include "boot-read.h"
#include "mounts.h"

#define FILES_MAX 1024			/* of one boot configuration */
#define BYTES_MAX (64 * KD_MIB)		/* of all of them */

static struct kd_boot_file *find(const struct kdump_boot *boot, const char *path)
{
	for (size_t i = 0; i < boot->n_files; i++)
		if (kd_streq(boot->files[i].path, path))
			return &boot->files[i];
	return NULL;
}

const struct kd_boot_file *kd_boot_file(const struct kdump_boot *boot, const char *path)
{
	return find(boot, path);
}

static struct kd_boot_file *append(struct kd_boot_reader *reader, const char *path)
{
	struct kdump_boot *boot = reader->boot;
	struct kd_boot_file *grown;
	char *copy = strdup(path);

	grown = copy ? reallocarray(boot->files, boot->n_files + 1, sizeof(*grown)) : NULL;
	if (!grown) {
		free(copy);
		kd_oom(reader->ctx);
		return NULL;
	}
	boot->files = grown;
	boot->files[boot->n_files] = (struct kd_boot_file){ .path = copy };
	return &boot->files[boot->n_files++];
}

void kd_boot_failed(struct kd_boot_reader *reader, const char *path, int err)
{
	if (err == -ENOENT || err == -ENOTDIR || err == -EACCES || err == -EPERM ||
	    err == -ENOMEM)
		return;
	kd_boot_obstruct(reader->boot, "boot-config-unreadable", "mend that file or its disk",
			 "%s: %s", path, kd_errno_text(err));
}

bool kd_boot_exists(struct kd_boot_reader *reader, const char *path)
{
	struct stat st;
	int err = kd_root_stat(reader->ctx, path, &st);

	if (err)
		kd_boot_failed(reader, path, err);
	return !err;
}

struct kd_boot_file *kd_boot_need(struct kd_boot_reader *reader, const char *path)
{
	struct kd_boot_file *file = find(reader->boot, path);

	if (file)
		return file;
	file = append(reader, path);
	if (!file)
		return NULL;
	file->error = kd_root_read(reader->ctx, path,
				   (size_t)kd_min(KD_BOOTFILE_MAX, BYTES_MAX - reader->bytes),
				   &file->text);
	file->exists = !file->error;
	reader->bytes += file->text.len;
	if (file->error == -ENOMEM) {
		kd_oom(reader->ctx);
		return NULL;
	}
	if (file->error == -EIO)
		kd_boot_failed(reader, path, file->error);
	return file;
}

static int parse(struct kd_boot_reader *reader, struct kd_boot_file *file,
		 enum kd_bootfile_kind kind)
{
	struct kd_text why;
	int err;

	err = kd_bootfile_parse(kind, file->text.data, file->text.len, &file->lines, &why);
	if (err == -ENOMEM)
		return kd_oom(reader->ctx);
	if (err)
		kd_boot_obstruct(reader->boot, "boot-config-bad", "mend that file",
				 "%s: %s", file->path, why.s);
	file->is_lines = !err;
	file->kind = kind;
	return 0;
}

int kd_boot_need_lines(struct kd_boot_reader *reader, const char *path,
		       enum kd_bootfile_kind kind, size_t *ret)
{
	struct kd_boot_file *file = kd_boot_need(reader, path);

	if (!file)
		return -ENOMEM;
	*ret = (size_t)(file - reader->boot->files);
	if (file->is_lines)
		return 0;
	if (file->error == -EACCES || file->error == -EPERM)
		kd_boot_obstruct(reader->boot, "boot-config-unreadable", "ask again as root",
				 "%s: %s", path, kd_errno_text(file->error));
	else if (file->error == -EFBIG)
		kd_boot_obstruct(reader->boot, "boot-config-bad", "mend that file",
				 "%s: it is larger than any such file", path);
	else if (file->error && file->error != -ENOENT)
		kd_boot_obstruct(reader->boot, "boot-config-unreadable", "mend that file",
				 "%s: %s", path, kd_errno_text(file->error));
	return file->exists ? parse(reader, file, kind) : 0;
}

bool kd_boot_value(struct kd_boot_reader *reader, const char *path, const char *key, char *ret,
		   size_t size)
{
	const struct kd_boot_file *file = kd_boot_need(reader, path);
	const struct kd_kv_entry *entry;
	bool found = false;
	struct kd_kv kv;
	int err;

	if (!file || !file->exists) {
		reader->no_memory |= !file;
		return false;
	}
	err = kd_kv_parse(file->text.data, file->text.len, &kv, NULL);
	reader->no_memory |= err == -ENOMEM;
	if (err)
		return false;
	entry = kd_kv_find(&kv, key);
	if (entry && entry->value && strlen(entry->value) < size) {
		memcpy(ret, entry->value, strlen(entry->value) + 1);
		found = true;
	}
	kd_kv_free(&kv);
	return found;
}

const char *kd_boot_first(struct kd_boot_reader *reader, const char *const *paths)
{
	for (; *paths; paths++)
		if (kd_boot_exists(reader, *paths))
			return *paths;
	return NULL;
}

int kd_boot_program(struct kd_boot_reader *reader, const char *name, char **ret)
{
	static const char *const folders[] = { "/usr/sbin", "/usr/bin", "/sbin", "/bin" };
	struct kd_text path;

	for (size_t i = 0; i < KD_ARRAY_SIZE(folders); i++) {
		kd_text_set(&path, "%s/%s", folders[i], name);
		if (kd_boot_exists(reader, path.s)) {
			*ret = strdup(path.s);
			return *ret ? 0 : kd_oom(reader->ctx);
		}
	}
	*ret = NULL;
	return 0;
}

bool kd_boot_has_program(struct kd_boot_reader *reader, const char *name)
{
	char *path;

	if (kd_boot_program(reader, name, &path)) {
		reader->no_memory = true;
		return false;
	}
	free(path);
	return path;
}

static bool ends(const char *name, const char *suffix)
{
	size_t n = strlen(name), len = strlen(suffix);

	return n > len && kd_streq(name + n - len, suffix);
}

bool kd_boot_has(struct kd_boot_reader *reader, const char *folder, const char *suffix)
{
	struct kd_names names;
	bool found = false;
	int err;

	err = kd_root_list(reader->ctx, folder, FILES_MAX, &names);
	reader->no_memory |= err == -ENOMEM;
	if (err) {
		kd_boot_failed(reader, folder, err);
		return err == -EACCES;
	}
	for (size_t i = 0; i < names.n; i++)
		found |= ends(names.v[i], suffix);
	kd_names_free(&names);
	return found;
}

#define MACHINE_ID 32			/* hexadecimal digits */

static bool has_modules(struct kd_boot_reader *reader, const char *release)
{
	struct kd_text path;

	kd_text_set(&path, "/usr/lib/modules/%s", release);
	if (kd_boot_exists(reader, path.s))
		return true;
	kd_text_set(&path, "/lib/modules/%s", release);
	return kd_boot_exists(reader, path.s);
}

/*
 * Entries are named after their machine; systems that share a disk have several.  An
 * image may have been made with another name than it runs by: then its modules tell.
 */
static void judge_owner(struct kd_boot_reader *reader, struct kdump_entry *entry)
{
	char id[64];

	if (strspn(entry->id, "0123456789abcdef") != MACHINE_ID || entry->id[MACHINE_ID] != '-' ||
	    kd_root_read_line(reader->ctx, "/etc/machine-id", id, sizeof(id)) ||
	    strlen(id) != MACHINE_ID || kd_starts(entry->id, id) ||
	    (entry->release && has_modules(reader, entry->release)))
		return;
	entry->ours = false;
	entry->why = "it belongs to another system on this disk";
}

static int add_from(struct kd_boot_reader *reader, const char *path, const char *name)
{
	struct kdump_boot *boot = reader->boot;
	struct stat st;
	size_t file, before = boot->n_entries;
	int err = kd_root_stat(reader->ctx, path, &st);

	/* A link that leads nowhere is no entry for any loader. */
	if (err) {
		kd_boot_failed(reader, path, err);
		return 0;
	}
	err = kd_boot_need_lines(reader, path, KD_BOOTFILE_BLS, &file);
	if (!err && boot->files[file].lines.n)
		err = kd_boot_add_entry(reader, file, 0, name);
	if (err || boot->n_entries == before)
		return err;
	boot->entries[before].changed = kd_max(st.st_mtime, st.st_ctime);
	judge_owner(reader, &boot->entries[before]);
	return 0;
}

int kd_boot_add_folder(struct kd_boot_reader *reader, const char *folder)
{
	struct kd_names names;
	struct kd_text path;
	int err;

	err = kd_root_list(reader->ctx, folder, FILES_MAX, &names);
	if (err == -ENOMEM)
		return kd_oom(reader->ctx);
	if (err && err != -ENOENT && err != -ENOTDIR)
		kd_boot_obstruct(reader->boot,
				 err == -EFBIG ? "boot-config-bad" : "boot-config-unreadable",
				 err == -EACCES ? "ask again as root" : "mend that folder",
				 "%s: %s", folder, kd_errno_text(err));
	if (err)
		return 0;
	for (size_t i = 0; i < names.n && !err; i++) {
		if (!ends(names.v[i], ".conf") || names.v[i][0] == '.')
			continue;
		kd_text_set(&path, "%s/%s", folder, names.v[i]);
		err = add_from(reader, path.s, names.v[i]);
	}
	kd_names_free(&names);
	return err;
}

/* Of a copy of a machine nothing is mounted: what is in the folder counts. */
static void judge_mounted(struct kd_boot_reader *reader, const char *folder,
			  const struct kd_mount_look *look)
{
	if (look->known && look->state == KD_MOUNT_MISSING)
		kd_boot_obstruct(reader->boot,
				 kd_streq(folder, "/boot") ? "boot-not-mounted"
							   : "esp-not-mounted",
				 "mount it", "%s is in /etc/fstab and not mounted", folder);
}

int kd_boot_check_mounted(struct kd_boot_reader *reader, const char *folder)
{
	struct kd_mount_look look;

	if (kd_mount_look(reader->ctx, folder, &look))
		return kd_oom(reader->ctx);
	judge_mounted(reader, folder, &look);
	return 0;
}

int kd_boot_check_folder(struct kd_boot_reader *reader, const char *folder)
{
	struct kdump_boot *boot = reader->boot;
	struct kd_mount_look look;

	if (kd_mount_look(reader->ctx, folder, &look))
		return kd_oom(reader->ctx);
	judge_mounted(reader, folder, &look);
	if (look.read_only)
		kd_boot_obstruct(boot, "boot-read-only",
				 "mount it for writing (mount -o remount,rw)",
				 "%s is mounted read-only", folder);
	boot->not_atomic |= look.fat;
	boot->boot_is_mounted |= kd_streq(folder, "/boot") && look.state == KD_MOUNT_MOUNTED;
	return 0;
}
