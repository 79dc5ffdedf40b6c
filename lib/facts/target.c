/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Where the dump will go: see target.h. */
#include "target.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "../core/root.h"
#include "../core/way.h"
#include "../parse/cmdline.h"
#include "../parse/kdumpconf.h"
#include "mounts.h"

#define CONF_MAX KD_MIB
#define DEFAULT_PATH "/var/crash"	/* of all three */

static void set_where(struct kd_dump_facts *facts, enum kd_target_kind kind, const char *where)
{
	facts->kind = kind;
	kd_text_set(&facts->where, "%s", where);
}

static void set_network(struct kdump_ctx *ctx, struct kd_dump_facts *facts,
			enum kd_target_kind kind, const char *where)
{
	set_where(facts, kind, where);
	kd_devices_add_network(ctx, &facts->devices);
}

/* Where sysfs shows no device at all, nothing is known to be missing. */
static void set_device(struct kdump_ctx *ctx, struct kd_dump_facts *facts, const char *device)
{
	kd_devices_add_path(ctx, device, &facts->devices);
	facts->missing = *device && !facts->devices.n_seen &&
			 kd_root_exists(ctx, "sys/dev/block");
}

static void set_raw(struct kdump_ctx *ctx, struct kd_dump_facts *facts, const char *device)
{
	set_where(facts, KD_TARGET_RAW, device);
	set_device(ctx, facts, device);
}

/* btrfs has no device number of its own: the source is asked for then. */
static void add_mounted(struct kdump_ctx *ctx, const struct kd_mounted *mounted,
			struct kd_devices *devices)
{
	if (mounted->major)
		kd_devices_add(ctx, mounted->major, mounted->minor, devices);
	else if (kd_starts(mounted->source.s, "/dev/"))
		kd_devices_add_path(ctx, mounted->source.s, devices);
}

static int find_mount(struct kdump_ctx *ctx, const char *path, struct kd_dump_facts *facts,
		      struct kd_mounted *ret)
{
	int err = kd_mount_of(ctx, path, ret);

	facts->devices.no_memory |= err == -ENOMEM;
	return err;
}

static void set_path(struct kdump_ctx *ctx, struct kd_dump_facts *facts, const char *path)
{
	struct kd_mounted mounted;

	set_where(facts, KD_TARGET_FILES, path);
	/* A device, whatever is on it. */
	if (kd_starts(path, "/dev/")) {
		set_device(ctx, facts, path);
		return;
	}
	if (*path != '/')
		return;
	kd_root_real(ctx, path, &facts->folder);
	if (find_mount(ctx, facts->folder.s, facts, &mounted))
		return;
	if (kd_starts(mounted.fs, "nfs")) {
		/* Whoever looks there may wait for a server for ever. */
		kd_text_clear(&facts->folder);
		set_network(ctx, facts, KD_TARGET_NFS, mounted.source.s);
		return;
	}
	memcpy(facts->fs, mounted.fs, sizeof(facts->fs));
	add_mounted(ctx, &mounted, &facts->devices);
}

/* Dumps lie in @path of that device, wherever it is mounted (kdump-lib.sh:get_save_path()). */
static void find_folder(struct kdump_ctx *ctx, const char *device, const char *path,
			struct kd_dump_facts *facts)
{
	unsigned major, minor;
	struct kd_text point;
	int err;

	if (!kd_devices_number(ctx, device, &facts->devices, &major, &minor))
		return;
	err = kd_mount_point(ctx, major, minor, &point);
	facts->devices.no_memory |= err == -ENOMEM;
	if (!err)
		kd_text_set(&facts->folder, "%s%s%s", kd_streq(point.s, "/") ? "" : point.s,
			    *path == '/' ? "" : "/", path);
}

/* A file system that is named with its device, mounted now or not. */
static void set_files(struct kdump_ctx *ctx, struct kd_dump_facts *facts, const char *fs,
		      const char *device, const char *path)
{
	set_where(facts, KD_TARGET_FILES, device);
	snprintf(facts->fs, sizeof(facts->fs), "%s", fs);
	/* It has a tag of its host's, no device. */
	if (kd_streq(fs, "virtiofs"))
		return;
	set_device(ctx, facts, device);
	find_folder(ctx, device, path, facts);
}

/* SUSE's root=kdump is a word to its own dracut module, not a device. */
static bool names_root(const char *cmdline)
{
	struct kd_word word;

	return cmdline && kd_cmdline_last(cmdline, "root", &word) && word.value_len &&
	       !(word.value_len == 5 && !memcmp(word.value, "kdump", 5));
}

/* A crash kernel that is told of a root mounts it, wherever the dump goes. */
static void add_root(struct kdump_ctx *ctx, const char *cmdline, struct kd_dump_facts *facts)
{
	struct kd_mounted mounted;

	if (names_root(cmdline) && !find_mount(ctx, "/", facts, &mounted))
		add_mounted(ctx, &mounted, &facts->devices);
}

int kd_target_find_root(struct kdump_ctx *ctx, const char *cmdline, struct kd_dump_facts *ret)
{
	struct kd_dump_facts root = { .kind = KD_TARGET_UNKNOWN };

	if (!names_root(cmdline))
		return 0;
	set_path(ctx, &root, "/");
	if (root.devices.no_memory)
		return kd_oom(ctx);
	*ret = root;
	return 1;
}

static const char *value_of(const struct kd_kv *file, const char *key, const char *otherwise)
{
	const char *value = kd_kv_value(file, key);

	return value && *value ? value : otherwise;
}

/* kdump-config: whatever of SSH, FTP and NFS is set is used, the folder where none is. */
static void find_debian(struct kdump_ctx *ctx, const struct kd_kv *file,
			struct kd_dump_facts *facts, struct kd_dump_settings *settings)
{
	const char *nfs = value_of(file, "NFS", NULL), *ssh = value_of(file, "SSH", NULL);
	const char *ftp = value_of(file, "FTP", NULL);

	kd_dump_options_parse(value_of(file, "MAKEDUMP_ARGS", "-F -c -d 31"), settings);
	snprintf(settings->filter, sizeof(settings->filter), "%s",
		 value_of(file, "KDUMP_COMPRESSION", ""));
	if (ssh)
		set_network(ctx, facts, KD_TARGET_SSH, ssh);
	else if (ftp)
		set_network(ctx, facts, KD_TARGET_NETWORK, ftp);
	else if (nfs)
		set_network(ctx, facts, KD_TARGET_NFS, nfs);
	else
		set_path(ctx, facts, value_of(file, "KDUMP_COREDIR", DEFAULT_PATH));
}

/* kdump-lib.sh:is_user_configured_dump_target() */
static void find_in_conf(struct kdump_ctx *ctx, const char *text, struct kd_dump_facts *facts)
{
	static const char *const file_systems[] = {
		"ext2", "ext3", "ext4", "xfs", "btrfs", "minix", "virtiofs",
	};
	struct kd_text value, path;

	if (!kd_kdumpconf_get(text, "path", &path))
		kd_text_set(&path, DEFAULT_PATH);
	for (size_t i = 0; i < KD_ARRAY_SIZE(file_systems); i++)
		if (kd_kdumpconf_get(text, file_systems[i], &value)) {
			set_files(ctx, facts, file_systems[i], value.s, path.s);
			return;
		}
	if (kd_kdumpconf_get(text, "raw", &value))
		set_raw(ctx, facts, value.s);
	else if (kd_kdumpconf_get(text, "nfs", &value))
		set_network(ctx, facts, KD_TARGET_NFS, value.s);
	else if (kd_kdumpconf_get(text, "ssh", &value))
		set_network(ctx, facts, KD_TARGET_SSH, value.s);
	else if (kd_kdumpconf_get(text, "dracut_args", &value) && strstr(value.s, "--mount"))
		facts->kind = KD_TARGET_UNKNOWN;
	else
		set_path(ctx, facts, path.s);
}

static int find_fedora(struct kdump_ctx *ctx, struct kd_dump_facts *facts,
		       struct kd_dump_settings *settings)
{
	struct kd_text command;
	struct kd_buf buf = { 0 };
	const char *text = "";
	int err = kd_root_read(ctx, "etc/kdump.conf", CONF_MAX, &buf);

	if (err == -ENOMEM)
		return kd_oom(ctx);
	if (!err)
		text = buf.data;
	kd_text_set(&command, "makedumpfile -l -d 31");
	kd_kdumpconf_get(text, "core_collector", &command);
	kd_dump_command_parse(command.s, settings);
	find_in_conf(ctx, text, facts);
	kd_buf_free(&buf);
	return 0;
}

/* dracut/kdump-save: what it does not know is zstd. */
static char suse_compression(const char *format)
{
	static const struct {
		const char *format;
		char letter;
	} known[] = {
		{ "compressed", 'c' }, { "lzo", 'l' }, { "snappy", 'p' }, { "ELF", 0 },
		{ "raw", 0 }, { "none", 0 },
	};

	for (size_t i = 0; i < KD_ARRAY_SIZE(known); i++)
		if (kd_streq(format, known[i].format))
			return known[i].letter;
	return 'z';
}

static uint64_t number_of(const struct kd_kv *file, const char *key, const char *otherwise)
{
	const char *text = value_of(file, key, otherwise);
	uint64_t n;

	return kd_read_uint(text, UINT32_MAX, &n) ? 0 : n;
}

/* dracut/kdump-save: one thread a CPU, unless it has but one or the format is ELF. */
static void suse_settings(const struct kd_kv *file, struct kd_dump_settings *settings)
{
	const char *format = value_of(file, "KDUMP_DUMPFORMAT", "compressed");

	kd_dump_options_parse(value_of(file, "MAKEDUMPFILE_OPTIONS", ""), settings);
	settings->level = (unsigned)strtoul(value_of(file, "KDUMP_DUMPLEVEL", "31"), NULL, 10) &
			  KD_DUMP_LEVEL_MAX;
	settings->thread_per_cpu = !kd_streq(format, "ELF");
	settings->compression = suse_compression(format);
	settings->keep_free = number_of(file, "KDUMP_FREE_DISK_SIZE", "64") * KD_MIB;
	settings->deletes_old = !kd_streq(value_of(file, "KDUMP_KEEP_OLD_DUMPS", "0"), "0");
	settings->other = kd_streq(format, "raw");
}

/* KDUMP_SAVEDIR: a path or an URL. */
static void find_suse(struct kdump_ctx *ctx, const struct kd_kv *file,
		      struct kd_dump_facts *facts, struct kd_dump_settings *settings)
{
	const char *url = value_of(file, "KDUMP_SAVEDIR", DEFAULT_PATH);
	const char *behind = strstr(url, "://");

	suse_settings(file, settings);
	if (!behind)
		set_path(ctx, facts, url);
	else if (kd_starts(url, "file://"))
		set_path(ctx, facts, behind + 3);
	else if (kd_starts(url, "nfs://"))
		set_network(ctx, facts, KD_TARGET_NFS, behind + 3);
	else if (kd_starts(url, "ssh://") || kd_starts(url, "sftp://"))
		set_network(ctx, facts, KD_TARGET_SSH, behind + 3);
	else
		set_network(ctx, facts, KD_TARGET_NETWORK, behind + 3);
	if (kd_streq(value_of(file, "KDUMP_DUMPFORMAT", ""), "none"))
		*facts = (struct kd_dump_facts){ .kind = KD_TARGET_NONE };
}

int kd_target_find(struct kdump_ctx *ctx, const struct kd_distro *distro,
		   const struct kd_kv *file, const char *cmdline, struct kd_dump_facts *ret,
		   struct kd_dump_settings *settings)
{
	int err = 0;

	*ret = (struct kd_dump_facts){ .kind = KD_TARGET_UNKNOWN };
	*settings = (struct kd_dump_settings){ .level = KD_DUMP_LEVEL_MAX };
	if (kd_streq(distro->id, "debian"))
		find_debian(ctx, file, ret, settings);
	else if (kd_streq(distro->id, "fedora"))
		err = find_fedora(ctx, ret, settings);
	else if (kd_streq(distro->id, "suse"))
		find_suse(ctx, file, ret, settings);
	add_root(ctx, cmdline, ret);
	return !err && ret->devices.no_memory ? kd_oom(ctx) : err;
}

/* A colon with nothing behind it is a variable that was empty: that is no target. */
static bool takes(const char *text, const char *kind, const char **detail)
{
	size_t n = strlen(kind);

	if (!kd_starts(text, kind) || (text[n] && (text[n] != ':' || !text[n + 1])))
		return false;
	*detail = text[n] ? text + n + 1 : "";
	return true;
}

int kd_target_parse(struct kdump_ctx *ctx, const char *text, const char *cmdline,
		    struct kd_dump_facts *ret)
{
	struct kd_dump_facts facts = { .kind = KD_TARGET_UNKNOWN };
	const char *detail;

	if (*text == '/')
		set_path(ctx, &facts, text);
	else if (takes(text, "files", &detail) && (!*detail || *detail == '/'))
		set_path(ctx, &facts, *detail ? detail : DEFAULT_PATH);
	else if (takes(text, "raw", &detail) && *detail)
		set_raw(ctx, &facts, detail);
	else if (takes(text, "nfs", &detail))
		set_network(ctx, &facts, KD_TARGET_NFS, detail);
	else if (takes(text, "ssh", &detail))
		set_network(ctx, &facts, KD_TARGET_SSH, detail);
	else if (kd_streq(text, "network"))
		set_network(ctx, &facts, KD_TARGET_NETWORK, "");
	else if (kd_streq(text, "none"))
		facts.kind = KD_TARGET_NONE;
	else
		return -EINVAL;
	if (facts.kind != KD_TARGET_NONE)
		add_root(ctx, cmdline, &facts);
	if (facts.devices.no_memory)
		return kd_oom(ctx);
	*ret = facts;
	return 0;
}
