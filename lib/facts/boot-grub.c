/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * GRUB: grub.cfg as grub-mkconfig(8) makes it, or entries of the Boot Loader
 * Specification beside it, changed by themselves, through grubby, or through
 * perl-bootloader.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>

#include "../core/replace.h"
#include "boot-read.h"

#define ENTRIES "/boot/loader/entries"

#define DROPINS "/etc/default/grub.d"

/* Upstream's names, and those of Fedora and SUSE. */
static const struct kd_grub_names {
	const char *cfg, *env, *mkconfig, *checker;
} names[] = {
	{ "/boot/grub/grub.cfg", "/boot/grub/grubenv", "grub-mkconfig", "grub-script-check" },
	{ "/boot/grub2/grub.cfg", "/boot/grub2/grubenv", "grub2-mkconfig",
	  "grub2-script-check" },
};

static const struct kd_grub_names *find_names(struct kd_boot_reader *reader)
{
	for (size_t i = 0; i < KD_ARRAY_SIZE(names) && !reader->grub; i++)
		if (kd_boot_exists(reader, names[i].cfg))
			reader->grub = &names[i];
	return reader->grub;
}

/* A block of lines KEY=value without quotes, filled up with '#' (grub-editenv(1)). */
static bool env_value(struct kd_boot_reader *reader, const struct kd_grub_names *n, const char *key,
		      char *ret, size_t size)
{
	const struct kd_boot_file *file = n ? kd_boot_need(reader, n->env) : NULL;
	size_t len = strlen(key), value;
	const char *line;

	if (n && !file)
		reader->no_memory = true;
	if (!file || !file->exists)
		return false;
	for (line = file->text.data; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, len) || line[len] != '=')
			continue;
		line += len + 1;
		value = strcspn(line, "\r\n");
		if (!value || value >= size)
			return false;
		memcpy(ret, line, value);
		ret[value] = '\0';
		return true;
	}
	return false;
}

static bool mark_line(struct kdump_boot *boot, size_t file, const char *spec)
{
	size_t line;

	if (!kd_bootfile_find(&boot->files[file].lines, spec, &line))
		return false;
	for (size_t i = 0; i < boot->n_entries; i++)
		boot->entries[i].is_default = boot->entries[i].file == file &&
					      boot->entries[i].line == line;
	return true;
}

/* What the menu begins with; what was saved counts only where grub.cfg asks for it. */
static void mark_default(struct kd_boot_reader *reader, const struct kd_grub_names *n, size_t file)
{
	struct kdump_boot *boot = reader->boot;
	const char *preferred = boot->files[file].lines.preferred;
	char value[256];

	if (!boot->files[file].is_lines)
		return;
	if (env_value(reader, n, "next_entry", value, sizeof(value)) &&
	    mark_line(boot, file, value))
		return;
	if (preferred && strstr(preferred, "saved_entry"))
		preferred = env_value(reader, n, "saved_entry", value, sizeof(value)) ? value
										      : NULL;
	if (!preferred || !mark_line(boot, file, preferred))
		mark_line(boot, file, "0");
}

/* grub-mkconfig takes that for a file that is not there, and makes another menu. */
static int check_link(struct kd_boot_reader *reader, const char *path)
{
	char *found;
	int err = kd_root_resolve(reader->ctx, path, &found);

	if (err == -ENOMEM)
		return kd_oom(reader->ctx);
	if (err == -ENOLINK)
		kd_boot_obstruct(reader->boot, "dangling-link",
				 "remove the link, or make the file that it names",
				 "%s: is a link that leads nowhere", path);
	if (!err)
		free(found);
	return 0;
}

/* Every file that brings words: the drop-in of ours is the last of them. */
static int read_sources(struct kd_boot_reader *reader)
{
	struct kd_names list;
	struct kd_text path;
	int err = 0;

	err = check_link(reader, KD_BOOT_GRUB);
	if (err)
		return err;
	if (!kd_boot_need(reader, KD_BOOT_GRUB))
		return -ENOMEM;
	if (!reader->boot->dropins)
		return 0;
	if (!kd_boot_need(reader, KD_BOOT_DROPIN))
		return -ENOMEM;
	err = kd_root_list(reader->ctx, DROPINS, 1024, &list);
	if (err == -ENOMEM)
		return kd_oom(reader->ctx);
	if (err) {
		kd_boot_failed(reader, DROPINS, err);
		return 0;
	}
	for (size_t i = 0; i < list.n && !err; i++) {
		size_t len = strlen(list.v[i]);

		if (len < 5 || list.v[i][0] == '.' || !kd_streq(list.v[i] + len - 4, ".cfg"))
			continue;
		kd_text_set(&path, "%s/%s", DROPINS, list.v[i]);
		err = kd_boot_need(reader, path.s) ? 0 : -ENOMEM;
	}
	kd_names_free(&list);
	return err;
}

static int read_tools(struct kd_boot_reader *reader, const struct kd_grub_names *n)
{
	struct kdump_boot *boot = reader->boot;
	struct kd_buf script;
	int err;

	boot->made = strdup(n->cfg);
	boot->variable = "GRUB_CMDLINE_LINUX";
	if (!boot->made)
		return kd_oom(reader->ctx);
	err = kd_boot_program(reader, n->mkconfig, &boot->tool);
	if (!err)
		err = kd_boot_program(reader, n->checker, &boot->checker);
	if (err)
		return err;
	if (!boot->tool) {
		kd_boot_obstruct(boot, "no-mkconfig", "install it",
				 "%s is there, and %s, which makes it, is not", n->cfg,
				 n->mkconfig);
		return 0;
	}
	err = kd_root_read(reader->ctx, boot->tool, KD_MIB, &script);
	if (err == -ENOMEM)
		return kd_oom(reader->ctx);
	if (err) {
		kd_boot_failed(reader, boot->tool, err);
		return 0;
	}
	boot->dropins = memmem(script.data, script.len, "/default/grub.d", 15);
	kd_buf_free(&script);
	return 0;
}

static bool grub_is_there(struct kd_boot_reader *reader)
{
	return find_names(reader);
}

int kd_boot_read_grub(struct kd_boot_reader *reader)
{
	const struct kd_grub_names *n = find_names(reader);
	size_t file;
	int err;

	if (!n)
		return 0;
	err = kd_boot_need_lines(reader, n->cfg, KD_BOOTFILE_GRUB_CFG, &file);
	if (!err)
		err = kd_boot_add_entries(reader, file);
	if (err)
		return err;
	mark_default(reader, n, file);
	return 0;
}

static int grub_read(struct kd_boot_reader *reader)
{
	const struct kd_grub_names *n = find_names(reader);
	int err;

	err = kd_boot_check_folder(reader, "/boot");
	/* Gone since it was found. */
	if (!n)
		return err;
	if (!err)
		err = read_tools(reader, n);
	if (!err)
		err = read_sources(reader);
	return err ? err : kd_boot_read_grub(reader);
}

const struct kd_boot_loader kd_boot_grub = { KD_LOADER_GRUB, grub_is_there, grub_read };

static bool has_blscfg(struct kd_boot_reader *reader)
{
	const struct kd_grub_names *n = find_names(reader);
	const struct kd_boot_file *cfg = n ? kd_boot_need(reader, n->cfg) : NULL;
	char value[16];

	reader->no_memory |= n && !cfg;
	if (cfg && cfg->exists && strstr(cfg->text.data, "blscfg"))
		return true;
	return kd_boot_value(reader, KD_BOOT_GRUB, "GRUB_ENABLE_BLSCFG", value, sizeof(value)) &&
	       kd_streq(value, "true");
}

static bool grub_bls_is_there(struct kd_boot_reader *reader)
{
	return find_names(reader) && kd_boot_has(reader, ENTRIES, ".conf") && has_blscfg(reader);
}

/* Of Fedora 30 and RHEL 8: the line of all entries is a variable in grubenv. */
static int resolve_kernelopts(struct kd_boot_reader *reader, const struct kd_grub_names *n)
{
	struct kdump_boot *boot = reader->boot;
	struct kdump_entry *entry;
	char value[4096];

	if (!env_value(reader, n, "kernelopts", value, sizeof(value)))
		return 0;
	for (size_t i = 0; i < boot->n_entries; i++) {
		entry = &boot->entries[i];
		if (entry->cmdline || !entry->ours ||
		    !strstr(boot->files[entry->file].text.data, "kernelopts"))
			continue;
		entry->cmdline = strdup(value);
		if (!entry->cmdline)
			return kd_oom(reader->ctx);
		/* grubby knows what to do about it. */
		if (boot->loader == KD_LOADER_GRUBBY)
			entry->why = NULL;
	}
	return 0;
}

/* blscfg puts the newest first, and that is what an unset default means. */
int kd_boot_read_bls(struct kd_boot_reader *reader)
{
	const struct kd_grub_names *n = find_names(reader);
	char value[256];
	int err;

	err = kd_boot_check_folder(reader, "/boot");
	if (!err)
		err = kd_boot_add_folder(reader, ENTRIES);
	if (!err && !(kd_boot_need(reader, KD_BOOT_GRUB) && kd_boot_need(reader, KD_BOOT_CMDLINE)))
		err = -ENOMEM;
	if (err)
		return err;
	if (n && !kd_boot_need(reader, n->env))
		return -ENOMEM;
	err = resolve_kernelopts(reader, n);
	if (err)
		return err;
	if (env_value(reader, n, "next_entry", value, sizeof(value)) &&
	    kd_boot_mark(reader->boot, value))
		return 0;
	if (!env_value(reader, n, "saved_entry", value, sizeof(value)) ||
	    !kd_boot_mark(reader->boot, value))
		kd_boot_mark_newest(reader->boot);
	return 0;
}

static int grub_bls_read(struct kd_boot_reader *reader)
{
	reader->boot->variable = "GRUB_CMDLINE_LINUX";
	return kd_boot_read_bls(reader);
}

const struct kd_boot_loader kd_boot_grub_bls = {
	KD_LOADER_GRUB_BLS, grub_bls_is_there, grub_bls_read,
};

static bool grubby_is_there(struct kd_boot_reader *reader)
{
	return kd_boot_has_program(reader, "grubby") && kd_boot_has(reader, ENTRIES, ".conf");
}

/* On s390 the entries are zipl's, and it has to write them to the disk. */
static int grubby_read(struct kd_boot_reader *reader)
{
	const char *arch = reader->config->snap->arch_name;
	int err;

	err = kd_boot_program(reader, "grubby", &reader->boot->tool);
	if (!err && arch && kd_starts(arch, "s390"))
		err = kd_boot_program(reader, "zipl", &reader->boot->checker);
	reader->boot->not_atomic = true;
	return err ? err : kd_boot_read_bls(reader);
}

const struct kd_boot_loader kd_boot_grubby = { KD_LOADER_GRUBBY, grubby_is_there, grubby_read };
