/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* systemd-boot: entries of the Boot Loader Specification on the ESP and in /boot. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>

#include "boot-read.h"

#define VENDOR "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"	/* of systemd's variables */
#define EFIVARS "/sys/firmware/efi/efivars/"

const char *kd_boot_find_esp(struct kd_boot_reader *reader)
{
	static const char *const places[] = { "/efi", "/boot/efi", "/boot" };
	struct kd_text path;

	for (size_t i = 0; i < KD_ARRAY_SIZE(places) && !reader->esp; i++) {
		kd_text_set(&path, "%s/EFI", places[i]);
		if (kd_boot_exists(reader, path.s))
			reader->esp = places[i];
	}
	return reader->esp;
}

/* "/efi/loader/entries", and the same in /boot where that is another folder. */
static bool folder_of(struct kd_boot_reader *reader, unsigned which, struct kd_text *ret)
{
	const char *esp = kd_boot_find_esp(reader);

	kd_text_set(ret, "%s/loader/entries", which ? "/boot" : esp ? esp : "");
	return which ? !esp || !kd_streq(esp, "/boot") : esp != NULL;
}

/* On s390 such entries are zipl's. */
static bool is_there(struct kd_boot_reader *reader)
{
	const char *arch = reader->config->snap->arch_name;
	struct kd_text folder;

	if (arch && kd_starts(arch, "s390"))
		return false;
	for (unsigned i = 0; i < 2; i++)
		if (folder_of(reader, i, &folder) && kd_boot_has(reader, folder.s, ".conf"))
			return true;
	return false;
}

/* UTF-16 behind four bytes of attributes; names of entries are ASCII. */
static bool efi_text(struct kd_boot_reader *reader, const char *name, char *ret, size_t size)
{
	struct kd_text path;
	struct kd_buf buf;
	size_t n = 0;
	int err;

	kd_text_set(&path, EFIVARS "%s-" VENDOR, name);
	err = kd_root_read(reader->ctx, path.s, 4096, &buf);
	reader->no_memory |= err == -ENOMEM;
	if (err)
		return false;
	for (size_t i = 4; i + 1 < buf.len && n + 1 < size && buf.data[i]; i += 2)
		ret[n++] = buf.data[i + 1] ? '?' : buf.data[i];
	ret[n] = '\0';
	kd_buf_free(&buf);
	return n;
}

bool kd_boot_runs_systemd(struct kd_boot_reader *reader)
{
	char info[64];

	return efi_text(reader, "LoaderInfo", info, sizeof(info)) &&
	       kd_starts(info, "systemd-boot");
}

/* '*' and '?' as in file names. */
static bool matches(const char *pattern, const char *name)
{
	const char *star = NULL, *again = NULL;

	while (*name) {
		if (*pattern == '*') {
			star = pattern++;
			again = name;
		} else if (*pattern == '?' || *pattern == *name) {
			pattern++;
			name++;
		} else if (star) {
			pattern = star + 1;
			name = ++again;
		} else {
			return false;
		}
	}
	return !pattern[strspn(pattern, "*")];
}

static bool mark_matching(struct kdump_boot *boot, const char *pattern)
{
	for (size_t i = boot->n_entries; i-- > 0; )
		if (matches(pattern, boot->entries[i].id))
			return kd_boot_mark(boot, boot->entries[i].id);
	return false;
}

/* "default PATTERN" in loader.conf. */
static bool mark_configured(struct kd_boot_reader *reader)
{
	const char *esp = kd_boot_find_esp(reader), *line;
	const struct kd_boot_file *file;
	struct kd_text text;
	size_t len;

	kd_text_set(&text, "%s/loader/loader.conf", esp ? esp : "/boot");
	file = kd_boot_need(reader, text.s);
	reader->no_memory |= !file;
	if (!file || !file->exists)
		return false;
	for (line = file->text.data; line; line = strchr(line, '\n')) {
		line += strspn(line, " \t\r\n");
		if (!kd_starts(line, "default") || !strchr(" \t", line[7]) || !line[7])
			continue;
		line += 7 + strspn(line + 7, " \t");
		len = strcspn(line, " \t\r\n");
		kd_text_set(&text, "%.*s", (int)kd_min(len, 255), line);
		return mark_matching(reader->boot, text.s);
	}
	return false;
}

void kd_boot_mark_systemd(struct kd_boot_reader *reader)
{
	static const char *const variables[] = { "LoaderEntryOneShot", "LoaderEntryDefault" };
	char id[256];

	for (size_t i = 0; i < KD_ARRAY_SIZE(variables); i++)
		if (efi_text(reader, variables[i], id, sizeof(id)) &&
		    mark_matching(reader->boot, id))
			return;
	if (!mark_configured(reader))
		kd_boot_mark_newest(reader->boot);
}

int kd_boot_read_systemd(struct kd_boot_reader *reader)
{
	struct kd_text folder;
	int err;

	err = kd_boot_check_folder(reader, kd_boot_find_esp(reader) ? reader->esp : "/boot");
	for (unsigned i = 0; i < 2 && !err; i++)
		if (folder_of(reader, i, &folder))
			err = kd_boot_add_folder(reader, folder.s);
	if (!err && !kd_boot_need(reader, KD_BOOT_CMDLINE))
		err = -ENOMEM;
	if (!err)
		err = kd_boot_read_ukis(reader);
	if (!err)
		kd_boot_mark_systemd(reader);
	return err;
}

const struct kd_boot_loader kd_boot_systemd = {
	KD_LOADER_SYSTEMD_BOOT, is_there, kd_boot_read_systemd,
};
