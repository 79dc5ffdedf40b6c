/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Entries of a boot configuration, and their kernels: see boot-read.h. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>

#include "../parse/bzimage.h"
#include "../parse/cmdline.h"
#include "boot-read.h"
#include "kconfig-file.h"

#define KCONFIGS_MAX 64
#define ENTRIES_MAX 4096
#define IMAGES_MAX 64
#define RELEASE_MAX 200
#define ID_SHOWN 900			/* of one that is given a number */

static void look_into(struct kd_boot_reader *reader, struct kd_boot_kconfig *kconfig)
{
	struct kd_buf buf;
	int r = kd_kconfig_read(reader->ctx, kconfig->release, &buf);

	reader->no_memory |= r < 0;
	if (r <= 0)
		return;
	kconfig->cma = kd_kconfig_get(buf.data, buf.len, "CMA");
	kconfig->kexec_file = kd_kconfig_get(buf.data, buf.len, "KEXEC_FILE");
	kd_buf_free(&buf);
}

static struct kd_boot_kconfig *add_kconfig(struct kd_boot_reader *reader, const char *release)
{
	struct kd_boot_kconfig *grown, *kconfig;
	char *copy = strdup(release);

	grown = copy ? reallocarray(reader->kconfigs, reader->n_kconfigs + 1, sizeof(*grown))
		     : NULL;
	if (!grown) {
		free(copy);
		return NULL;
	}
	reader->kconfigs = grown;
	kconfig = &grown[reader->n_kconfigs++];
	*kconfig = (struct kd_boot_kconfig){ copy, KD_CONFIG_UNKNOWN, KD_CONFIG_UNKNOWN };
	return kconfig;
}

/* That of the config's kernel has been read already. */
static int find_kconfig(struct kd_boot_reader *reader, struct kdump_entry *entry)
{
	const struct kdump_config *config = reader->config;
	const char *known = kd_config_release(config);
	struct kd_boot_kconfig *kconfig = NULL;

	entry->cma = entry->kexec_file = KD_CONFIG_UNKNOWN;
	if (!entry->release)
		return 0;
	if (known && kd_streq(entry->release, known)) {
		entry->cma = config->cma;
		entry->kexec_file = config->kexec_file;
		return 0;
	}
	for (size_t i = 0; i < reader->n_kconfigs && !kconfig; i++)
		if (kd_streq(reader->kconfigs[i].release, entry->release))
			kconfig = &reader->kconfigs[i];
	if (!kconfig) {
		if (reader->n_kconfigs == KCONFIGS_MAX)
			return 0;
		kconfig = add_kconfig(reader, entry->release);
		if (!kconfig)
			return kd_oom(reader->ctx);
		look_into(reader, kconfig);
	}
	entry->cma = kconfig->cma;
	entry->kexec_file = kconfig->kexec_file;
	return 0;
}

void kd_boot_reader_free(struct kd_boot_reader *reader)
{
	for (size_t i = 0; i < reader->n_kconfigs; i++)
		free(reader->kconfigs[i].release);
	free(reader->kconfigs);
}

/*
 * "/boot/vmlinuz-6.1.0-amd64", "/ID/6.1.0/linux" as kernel-install(8) has it; a name
 * without a version ("vmlinuz-linux") tells nothing.
 */
static int release_of(const char *kernel, char **ret)
{
	static const char *const prefixes[] = { "vmlinuz-", "vmlinux-", "linux-", "Image-" };
	const char *name = kd_last_of(kernel), *start = NULL;
	size_t len;

	for (size_t i = 0; i < KD_ARRAY_SIZE(prefixes) && !start; i++)
		if (kd_starts(name, prefixes[i]))
			start = name + strlen(prefixes[i]);
	len = start ? strlen(start) : 0;
	if (!start && kd_streq(name, "linux") && name > kernel + 1) {
		start = memrchr(kernel, '/', (size_t)(name - 1 - kernel));
		start = start ? start + 1 : kernel;
		len = (size_t)(name - 1 - start);
	}
	*ret = NULL;
	if (!len || *start < '0' || *start > '9')
		return 0;
	*ret = strndup(start, len);
	return *ret ? 0 : -ENOMEM;
}

static int read_release(struct kd_boot_reader *reader, const char *path, char **ret)
{
	struct kd_kernel kernel = { .release = "" };
	struct kd_buf head;
	struct stat st;
	int err;

	if (kd_root_stat(reader->ctx, path, &st) || !S_ISREG(st.st_mode))
		return 0;
	err = kd_root_read_head(reader->ctx, path, KD_BZIMAGE_HEAD, &head);
	if (err)
		return err == -ENOMEM ? err : 0;
	err = kd_bzimage_parse(head.data, head.len, (uint64_t)st.st_size, NULL, &kernel, NULL);
	kd_buf_free(&head);
	if (err || !*kernel.release)
		return 0;
	*ret = strdup(kernel.release);
	return *ret ? 0 : -ENOMEM;
}

/*
 * Where the name has no version, the image tells (x86).  Boot loaders name it by the
 * file system that it is on: that of the entry, or /boot.
 */
static int look_into_image(struct kd_boot_reader *reader, struct kdump_entry *entry)
{
	const char *file = reader->boot->files[entry->file].path;
	const char *end = strstr(file, "/loader/entries/");
	const int len = end ? (int)(end - file) : 0;
	struct kd_text places[3];
	int err = 0;

	if (reader->n_images++ >= IMAGES_MAX)
		return 0;
	kd_text_set(&places[0], "%.*s%s", len, file, entry->kernel);
	kd_text_set(&places[1], "/boot%s", entry->kernel);
	kd_text_set(&places[2], "%s", entry->kernel);
	for (size_t i = 0; i < KD_ARRAY_SIZE(places) && !err && !entry->release; i++)
		err = read_release(reader, places[i].s, &entry->release);
	return err;
}

static bool is_taken(const struct kdump_boot *boot, const char *id)
{
	for (size_t i = 0; i < boot->n_entries; i++)
		if (kd_streq(boot->entries[i].id, id))
			return true;
	return false;
}

/* Two entries may have one title: "title", "title#2", …, and so may a thousand. */
static char *unique_id(const struct kdump_boot *boot, const char *wanted)
{
	size_t same = 0, len = (size_t)kd_min(strlen(wanted), ID_SHOWN);
	struct kd_text id;

	for (size_t i = 0; i < boot->n_entries; i++)
		same += !strncmp(boot->entries[i].id, wanted, len) &&
			(len == ID_SHOWN || !boot->entries[i].id[len] ||
			 boot->entries[i].id[len] == '#');
	if (!same || !is_taken(boot, wanted))
		return strdup(wanted);
	for (size_t n = same + 1; ; n++) {
		kd_text_set(&id, "%.*s#%zu", (int)len, wanted, n);
		if (!is_taken(boot, id.s))
			return strdup(id.s);
	}
}

/* "linux" is none, and what is one becomes part of paths. */
static void drop_odd(char **release)
{
	if (!*release || (**release >= '0' && **release <= '9' && !strchr(*release, '/') &&
			  strlen(*release) <= RELEASE_MAX))
		return;
	free(*release);
	*release = NULL;
}

static bool copy(const char *text, char **ret)
{
	*ret = text ? strdup(text) : NULL;
	return !text || *ret;
}

static int fill(struct kd_boot_reader *reader, const struct kd_boot_line *line, const char *id,
		struct kdump_entry *entry)
{
	struct kd_word word;
	char *release = NULL;

	if (!id)
		id = line->id ? line->id : line->title ? line->title : "entry";
	entry->id = unique_id(reader->boot, id);
	if (!entry->id || !copy(line->title, &entry->title) ||
	    !copy(line->release, &entry->release) || !copy(line->kernel, &entry->kernel) ||
	    !copy(line->cmdline, &entry->cmdline))
		return kd_oom(reader->ctx);
	/* ostree's entries have a number of their own there. */
	if (entry->kernel && release_of(entry->kernel, &release))
		return kd_oom(reader->ctx);
	if (release) {
		free(entry->release);
		entry->release = release;
	}
	drop_odd(&entry->release);
	if (!entry->release && entry->kernel && entry->ours && look_into_image(reader, entry))
		return kd_oom(reader->ctx);
	drop_odd(&entry->release);
	if (entry->release)
		entry->has_version = !kd_version_parse(entry->release, &entry->version);
	entry->nokaslr = entry->cmdline && kd_cmdline_last(entry->cmdline, "nokaslr", &word);
	return find_kconfig(reader, entry);
}

int kd_boot_add_entry(struct kd_boot_reader *reader, size_t file, size_t line, const char *id)
{
	struct kdump_boot *boot = reader->boot;
	const struct kd_boot_line *from = &boot->files[file].lines.v[line];
	struct kdump_entry *entry;

	if (boot->n_entries == ENTRIES_MAX)
		return 0;
	entry = reallocarray(boot->entries, boot->n_entries + 1, sizeof(*entry));
	if (!entry)
		return kd_oom(reader->ctx);
	boot->entries = entry;
	entry += boot->n_entries;
	*entry = (struct kdump_entry){
		.file = file, .line = line, .ours = !from->foreign, .why = from->why,
	};
	if (fill(reader, from, id, entry)) {
		kd_entry_clear(entry);
		return -ENOMEM;
	}
	boot->n_entries++;
	return 0;
}

int kd_boot_add_entries(struct kd_boot_reader *reader, size_t file)
{
	int err = 0;

	for (size_t i = 0; i < reader->boot->files[file].lines.n && !err; i++)
		err = kd_boot_add_entry(reader, file, i, NULL);
	return err;
}

static void mark(struct kdump_boot *boot, size_t which)
{
	for (size_t i = 0; i < boot->n_entries; i++)
		boot->entries[i].is_default = i == which;
}

static bool is_called(const struct kdump_entry *entry, const char *wanted)
{
	size_t len = strlen(wanted);

	return kd_streq(entry->id, wanted) ||
	       (entry->title && kd_streq(entry->title, wanted)) ||
	       (kd_starts(entry->id, wanted) && kd_streq(entry->id + len, ".conf"));
}

bool kd_boot_mark(struct kdump_boot *boot, const char *wanted)
{
	for (size_t i = 0; i < boot->n_entries; i++) {
		if (!is_called(&boot->entries[i], wanted))
			continue;
		mark(boot, i);
		return true;
	}
	return false;
}

void kd_boot_mark_or_first(struct kdump_boot *boot, const char *wanted)
{
	if (!wanted || !kd_boot_mark(boot, wanted))
		mark(boot, 0);
}

/* The rescue entry is never the newest, whatever it is called. */
void kd_boot_mark_newest(struct kdump_boot *boot)
{
	const struct kdump_entry *entry, *best = NULL;
	const char *a, *b;

	for (size_t i = 0; i < boot->n_entries; i++) {
		entry = &boot->entries[i];
		if (!entry->ours || !entry->has_version)
			continue;
		a = entry->release;
		b = best ? best->release : NULL;
		if (!best || strverscmp(a, b) > 0 ||
		    (kd_streq(a, b) && strverscmp(entry->id, best->id) > 0))
			best = entry;
	}
	if (best)
		mark(boot, (size_t)(best - boot->entries));
	else if (boot->n_entries == 1)
		mark(boot, 0);
}
