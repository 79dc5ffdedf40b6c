/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Mounts through libmount: see mounts.h. */
#define _GNU_SOURCE
#include "mounts.h"

#include <errno.h>
#include <libmount.h>
#include <stdio.h>
#include <sys/sysmacros.h>

#include "../core/root.h"

/*
 * mnt_table_parse_file() would open the path itself, outside our root, so the
 * text is read here and handed over as a stream.  -ENOENT where nothing comes of
 * it, -ENOMEM.
 */
static int read_table(struct kdump_ctx *ctx, const char *path, struct libmnt_table **ret)
{
	struct libmnt_table *tb;
	struct kd_buf buf;
	FILE *stream;
	bool good;
	int err;

	err = kd_root_read(ctx, path, 16 * KD_MIB, &buf);
	if (err)
		return err == -ENOMEM ? err : -ENOENT;
	tb = buf.len ? mnt_new_table() : NULL;
	stream = tb ? fmemopen(buf.data, buf.len, "r") : NULL;
	good = stream && !mnt_table_parse_stream(tb, stream, path);
	if (stream)
		fclose(stream);
	kd_buf_free(&buf);
	if (good)
		*ret = tb;
	else if (tb)
		mnt_unref_table(tb);
	return good ? 0 : -ENOENT;
}

/* Of the path itself or the nearest folder above it that something is mounted on. */
static struct libmnt_fs *find_above(struct libmnt_table *tb, const char *path)
{
	struct libmnt_fs *fs;
	struct kd_text folder;

	kd_text_set(&folder, "%s", path);
	do
		fs = mnt_table_find_target(tb, *folder.s ? folder.s : "/", MNT_ITER_BACKWARD);
	while (!fs && kd_path_up(folder.s));
	return fs;
}

int kd_mount_of(struct kdump_ctx *ctx, const char *path, struct kd_mounted *ret)
{
	const char *type, *source;
	struct libmnt_table *tb;
	struct libmnt_fs *fs;
	int err;

	err = read_table(ctx, "/proc/self/mountinfo", &tb);
	if (err)
		return err;
	fs = *path == '/' ? find_above(tb, path) : NULL;
	type = fs ? mnt_fs_get_fstype(fs) : NULL;
	source = fs ? mnt_fs_get_source(fs) : NULL;
	err = -ENOENT;
	if (type && strlen(type) < sizeof(ret->fs)) {
		*ret = (struct kd_mounted){ .major = major(mnt_fs_get_devno(fs)),
					    .minor = minor(mnt_fs_get_devno(fs)) };
		memcpy(ret->fs, type, strlen(type) + 1);
		kd_text_set(&ret->source, "%s", source ? source : "");
		err = 0;
	}
	mnt_unref_table(tb);
	return err;
}

int kd_mount_point(struct kdump_ctx *ctx, unsigned major, unsigned minor, struct kd_text *ret)
{
	struct libmnt_table *tb;
	struct libmnt_fs *fs;
	int err = read_table(ctx, "/proc/self/mountinfo", &tb);

	if (err)
		return err;
	fs = mnt_table_find_devno(tb, makedev(major, minor), MNT_ITER_FORWARD);
	if (fs && mnt_fs_get_target(fs))
		kd_text_set(ret, "%s", mnt_fs_get_target(fs));
	else
		err = -ENOENT;
	mnt_unref_table(tb);
	return err;
}

/* "ro" may stand among the options of the mount or of the file system. */
static bool has_ro(const char *options)
{
	return options && !mnt_optstr_get_option(options, "ro", NULL, NULL);
}

static bool is_fat(const char *type)
{
	return type && (kd_streq(type, "vfat") || kd_streq(type, "msdos"));
}

/* The root itself is there, whatever is listed.  @mounted may be NULL: not known. */
static bool is_awaited(struct libmnt_table *mounted, struct libmnt_table *listed,
		       const char *folder)
{
	struct kd_text path;

	kd_text_set(&path, "%s", folder);
	do {
		if (!*kd_last_of(path.s))
			continue;
		if (mounted && mnt_table_find_target(mounted, path.s, MNT_ITER_BACKWARD))
			return false;
		if (mnt_table_find_target(listed, path.s, MNT_ITER_BACKWARD))
			return true;
	} while (kd_path_up(path.s));
	return false;
}

/* What libmount finds of the folder's own mount. */
static void look_at_mounted(struct libmnt_table *tb, const char *folder, struct kd_mount_look *ret)
{
	struct libmnt_fs *fs = find_above(tb, folder);

	ret->known = true;
	if (mnt_table_find_target(tb, folder, MNT_ITER_BACKWARD))
		ret->state = KD_MOUNT_MOUNTED;
	ret->read_only = fs && (has_ro(mnt_fs_get_vfs_options(fs)) ||
				has_ro(mnt_fs_get_fs_options(fs)));
	ret->fat = fs && is_fat(mnt_fs_get_fstype(fs));
}

int kd_mount_look(struct kdump_ctx *ctx, const char *folder, struct kd_mount_look *ret)
{
	struct libmnt_table *mounted = NULL, *listed;
	int err;

	*ret = (struct kd_mount_look){ .state = KD_MOUNT_PLAIN };
	err = read_table(ctx, "/proc/self/mountinfo", &mounted);
	if (err == -ENOMEM)
		return err;
	if (err)
		mounted = NULL;
	else
		look_at_mounted(mounted, folder, ret);
	err = ret->state == KD_MOUNT_MOUNTED ? -ENOENT : read_table(ctx, "/etc/fstab", &listed);
	if (!err) {
		if (is_awaited(mounted, listed, folder))
			ret->state = KD_MOUNT_MISSING;
		mnt_unref_table(listed);
	}
	mnt_unref_table(mounted);
	return err == -ENOMEM ? err : 0;
}

int kd_mount_is_awaited(struct kdump_ctx *ctx, const char *folder, bool *ret)
{
	struct kd_mount_look look;
	int err = kd_mount_look(ctx, folder, &look);

	*ret = !err && look.known && look.state == KD_MOUNT_MISSING;
	return err;
}
