/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Unified kernel images: the command line stands in the image, signed with it, and
 * systemd-stub(7) appends those of add-ons, which are what can be changed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "../core/sys.h"
#include "../parse/pe.h"
#include "boot-read.h"

#define HEAD 4096			/* all section headers of a UKI */
#define SECTION_MAX (64 * KD_KIB)
#define IMAGES_MAX 256
#define SECURE_BOOT \
	"/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

struct uki {
	const char *path;
	char *cmdline, *release;	/* NULL: no such section */
	bool brings;			/* words that no add-on of ours can take out */
};

static int pread_all(int fd, char *to, size_t len, uint64_t offset)
{
	size_t done = 0;
	ssize_t n = 1;

	while (done < len && (n = kd_sys_pread(fd, to + done, len - done, offset + done)) > 0)
		done += (size_t)n;
	return n < 0 ? (int)n : done < len ? -EBADMSG : 0;
}

/* The text of a section, without line ends and NULs behind it; NULL where there is none. */
static int read_section(int fd, const char *head, size_t len, uint64_t size, const char *name,
			char **ret)
{
	struct kd_pe_section section;
	char *text;
	size_t n;
	int err;

	*ret = NULL;
	err = kd_pe_find(head, len, size, name, &section, NULL);
	if (err || !section.size)
		return err;
	if (section.size > SECTION_MAX)
		return -EFBIG;
	n = (size_t)section.size;
	text = malloc(n + 1);
	if (!text)
		return -ENOMEM;
	err = pread_all(fd, text, n, section.offset);
	if (err) {
		free(text);
		return err;
	}
	text[n] = '\0';
	n = strlen(text);
	while (n && strchr(" \t\r\n", text[n - 1]))
		text[--n] = '\0';
	*ret = text;
	return 0;
}

static int read_sections(int fd, uint64_t size, char **cmdline, char **release)
{
	size_t len = (size_t)kd_min(size, HEAD);
	char head[HEAD];
	int err;

	err = pread_all(fd, head, len, 0);
	if (err)
		return err;
	if (!kd_pe_probe(head, len))
		return -EBADMSG;
	err = read_section(fd, head, len, size, ".cmdline", cmdline);
	if (!err && release)
		err = read_section(fd, head, len, size, ".uname", release);
	return err;
}

static int read_image(struct kd_boot_reader *reader, const char *path, char **cmdline,
		      char **release)
{
	struct stat st;
	int fd, err;

	fd = kd_root_open_regular(reader->ctx, path, &st);
	if (fd < 0)
		return fd;
	err = read_sections(fd, (uint64_t)st.st_size, cmdline, release);
	kd_sys_close(fd);
	return err;
}

static int join(char **line, const char *more)
{
	char *joined;

	if (!more || !*more)
		return 0;
	if (asprintf(&joined, "%s%s%s", *line ? *line : "", *line && **line ? " " : "", more) < 0)
		return -ENOMEM;
	free(*line);
	*line = joined;
	return 0;
}

static bool ends(const char *name, const char *suffix)
{
	size_t n = strlen(name), len = strlen(suffix);

	return n > len && kd_streq(name + n - len, suffix);
}

static int add_addon(struct kd_boot_reader *reader, struct uki *uki, const char *folder,
		     const char *name)
{
	struct kd_text path;
	char *line = NULL;
	int err;

	kd_text_set(&path, "%s/%s", folder, name);
	err = read_image(reader, path.s, &line, NULL);
	if (err == -ENOMEM)
		return err;
	if (err || !line)
		return 0;
	if (strstr(line, "crashkernel=") && !kd_streq(name, KD_BOOT_ADDON))
		uki->brings = true;
	err = join(&uki->cmdline, line);
	free(line);
	return err;
}

static int add_addons(struct kd_boot_reader *reader, struct uki *uki, const char *folder)
{
	struct kd_names names;
	int err = kd_root_list(reader->ctx, folder, IMAGES_MAX, &names);

	if (err)
		return err == -ENOMEM ? err : 0;
	for (size_t i = 0; i < names.n && !err; i++)
		if (ends(names.v[i], ".addon.efi"))
			err = add_addon(reader, uki, folder, names.v[i]);
	kd_names_free(&names);
	return err;
}

static int read_uki(struct kd_boot_reader *reader, struct uki *uki)
{
	struct kd_text folder;
	int err;

	err = read_image(reader, uki->path, &uki->cmdline, &uki->release);
	if (err)
		return err;
	uki->brings = uki->cmdline && strstr(uki->cmdline, "crashkernel=");
	kd_text_set(&folder, "%s/loader/addons", reader->esp);
	err = add_addons(reader, uki, folder.s);
	if (err)
		return err;
	kd_text_set(&folder, "%s.extra.d", uki->path);
	return add_addons(reader, uki, folder.s);
}

/* A file with one line, as if it had been parsed. */
static int add_line(struct kd_boot_reader *reader, struct uki *uki, const char *name)
{
	struct kdump_boot *boot = reader->boot;
	struct kd_boot_file *grown, *file;
	struct kd_boot_line *line = calloc(1, sizeof(*line));
	int err = 0;

	grown = line ? reallocarray(boot->files, boot->n_files + 1, sizeof(*grown)) : NULL;
	if (!grown) {
		free(line);
		return -ENOMEM;
	}
	boot->files = grown;
	file = &grown[boot->n_files++];
	*line = (struct kd_boot_line){
		.release = uki->release, .cmdline = uki->cmdline, .kernel = strdup(uki->path),
		.why = uki->brings ? "the image, or an add-on of another name, brings words that "
				     "only whoever made it can take out" : NULL,
	};
	*file = (struct kd_boot_file){
		.path = strdup(uki->path), .exists = true, .is_image = true, .is_lines = true,
		.kind = KD_BOOTFILE_CMDLINE, .lines = { .v = line, .n = 1 },
	};
	uki->release = uki->cmdline = NULL;
	if (!file->path || !line->kernel)
		err = -ENOMEM;
	return err ? err : kd_boot_add_entry(reader, boot->n_files - 1, 0, name);
}

static int add_uki(struct kd_boot_reader *reader, const char *folder, const char *name)
{
	struct uki uki = { .cmdline = NULL };
	struct kd_text path;
	int err;

	kd_text_set(&path, "%s/%s", folder, name);
	uki.path = path.s;
	err = read_uki(reader, &uki);
	if (!err)
		err = add_line(reader, &uki, name);
	else if (err != -ENOMEM && err != -ENOENT)
		kd_boot_obstruct(reader->boot,
				 err == -EACCES ? "boot-config-unreadable" : "boot-config-bad",
				 err == -EACCES ? "ask again as root" : "mend or remove that file",
				 "%s: %s", path.s, err == -EBADMSG ? "it is no EFI program"
								   : kd_errno_text(err));
	free(uki.cmdline);
	free(uki.release);
	if (err == -ENOMEM)
		return kd_oom(reader->ctx);
	if (err)
		return 0;
	kd_text_append(&path, ".extra.d/%s", KD_BOOT_ADDON);
	return kd_boot_need(reader, path.s) ? 0 : -ENOMEM;
}

static int add_ukis(struct kd_boot_reader *reader)
{
	struct kd_text folder;
	struct kd_names names;
	int err;

	kd_text_set(&folder, "%s/EFI/Linux", reader->esp);
	err = kd_root_list(reader->ctx, folder.s, IMAGES_MAX, &names);
	if (err == -ENOMEM)
		return kd_oom(reader->ctx);
	if (err) {
		kd_boot_obstruct(reader->boot, "boot-config-unreadable", "ask again as root",
				 "%s: %s", folder.s, kd_errno_text(err));
		return 0;
	}
	for (size_t i = 0; i < names.n && !err; i++)
		if (ends(names.v[i], ".efi"))
			err = add_uki(reader, folder.s, names.v[i]);
	kd_names_free(&names);
	return err;
}

/* By the architecture of the machine, as EFI abbreviates it. */
static int find_stub(struct kd_boot_reader *reader)
{
	static const char *const arches[][2] = {
		{ "x86_64", "x64" }, { "aarch64", "aa64" }, { "riscv64", "riscv64" },
		{ "loongarch64", "loongarch64" },
	};
	const char *arch = reader->config->snap->arch_name;
	struct kd_text path;

	for (size_t i = 0; arch && i < KD_ARRAY_SIZE(arches); i++) {
		if (!kd_streq(arch, arches[i][0]))
			continue;
		kd_text_set(&path, "/usr/lib/systemd/boot/efi/addon%s.efi.stub", arches[i][1]);
		if (!kd_boot_exists(reader, path.s))
			return 0;
		reader->boot->stub = strdup(path.s);
		return reader->boot->stub ? 0 : kd_oom(reader->ctx);
	}
	return 0;
}

static int find_tools(struct kd_boot_reader *reader)
{
	static const char *const places[] = {
		"/usr/bin/ukify", "/usr/lib/systemd/ukify", NULL
	};
	const char *ukify = kd_boot_first(reader, places);
	struct kdump_boot *boot = reader->boot;

	if (ukify) {
		boot->ukify = strdup(ukify);
		if (!boot->ukify || find_stub(reader))
			return kd_oom(reader->ctx);
	}
	return 0;
}

static bool no_tool(const struct kdump_boot *boot)
{
	return !boot->ukify || !boot->stub;
}

/* Four bytes of attributes, then 0 or 1. */
static void read_secure_boot(struct kd_boot_reader *reader)
{
	struct kdump_boot *boot = reader->boot;
	struct kd_buf buf;
	int err;

	err = kd_root_read(reader->ctx, SECURE_BOOT, 16, &buf);
	reader->no_memory |= err == -ENOMEM;
	if (err)
		return;
	boot->secure_boot = buf.len == 5 && buf.data[4] == 1;
	kd_buf_free(&buf);
}

static bool is_there(struct kd_boot_reader *reader)
{
	struct kd_text folder;

	if (!kd_boot_find_esp(reader))
		return false;
	kd_text_set(&folder, "%s/EFI/Linux", reader->esp);
	return kd_boot_has(reader, folder.s, ".efi");
}

static int read_images(struct kd_boot_reader *reader)
{
	struct kdump_boot *boot = reader->boot;
	int err;

	if (asprintf(&boot->made, "%s/loader/addons/" KD_BOOT_ADDON, reader->esp) < 0) {
		boot->made = NULL;
		return kd_oom(reader->ctx);
	}
	if (!kd_boot_need(reader, boot->made))
		return -ENOMEM;
	err = add_ukis(reader);
	return err ? err : find_tools(reader);
}

/* Beside entries that can be changed, images that cannot are in their own way alone. */
int kd_boot_read_ukis(struct kd_boot_reader *reader)
{
	struct kdump_boot *boot = reader->boot;
	size_t first = boot->n_entries;
	const char *why;
	int err;

	if (!is_there(reader))
		return 0;
	err = read_images(reader);
	read_secure_boot(reader);
	why = no_tool(boot) ? "it is a unified kernel image, and what makes an add-on to it is "
			      "not here"
	      : boot->secure_boot ? "it is a unified kernel image, and the firmware takes no "
				    "add-on that is not signed"
				  : NULL;
	for (size_t i = first; i < boot->n_entries && why; i++)
		boot->entries[i].why = why;
	return err;
}

static int read_boot(struct kd_boot_reader *reader)
{
	struct kdump_boot *boot = reader->boot;
	int err;

	err = kd_boot_check_folder(reader, reader->esp);
	if (!err)
		err = read_images(reader);
	if (err)
		return err;
	read_secure_boot(reader);
	if (no_tool(boot))
		kd_boot_obstruct(boot, "uki-no-tool",
				 "install ukify and systemd's stubs (systemd-ukify, systemd-boot)",
				 "the command line stands in the kernel image, and %s, which makes "
				 "an add-on to it, is not here",
				 boot->ukify ? "the stub for add-ons" : "ukify");
	if (boot->secure_boot)
		kd_boot_obstruct(boot, "uki-signed",
				 "sign an add-on with the words by a key that the firmware knows "
				 "(ukify build --cmdline=…), or build them into the image",
				 "Secure Boot is on: the firmware refuses an add-on that is not "
				 "signed");
	kd_boot_mark_systemd(reader);
	return 0;
}

const struct kd_boot_loader kd_boot_uki = { KD_LOADER_UKI, is_there, read_boot };
