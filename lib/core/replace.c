/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Files below the context's root, made, replaced and taken away: see root.h, replace.h. */
#define _GNU_SOURCE
#include "replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>

#include "sys.h"

/* Some file systems have nothing to sync in a folder, and say so. */
static int sync_folder(int dir)
{
	int err = kd_sys_fsync(dir);

	return err == -EINVAL || err == -EOPNOTSUPP ? 0 : err;
}

static int make_one(struct kdump_ctx *ctx, const char *path, mode_t mode)
{
	const char *name;
	int dir, err;

	if (kd_root_exists(ctx, path))
		return 0;
	dir = kd_root_open_parent(ctx, path, &name);
	if (dir < 0)
		return dir;
	err = kd_sys_mkdir(dir, name, mode);
	/* What is written durably into it must not be lost with it. */
	if (!err)
		err = sync_folder(dir);
	kd_sys_close(dir);
	return err == -EEXIST ? 0 : err;
}

int kd_root_mkdirs(struct kdump_ctx *ctx, const char *path, mode_t mode)
{
	char *copy = strdup(path), *slash;
	int err = 0;

	if (!copy)
		return -ENOMEM;
	for (slash = strchr(copy + 1, '/'); slash && !err; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		err = make_one(ctx, copy, 0755);
		*slash = '/';
	}
	if (!err)
		err = make_one(ctx, copy, mode);
	free(copy);
	return err;
}

static int write_all(int fd, const char *data, size_t len)
{
	ssize_t n;

	for (; len; data += n, len -= (size_t)n) {
		n = kd_sys_write(fd, data, len);
		if (n < 0)
			return (int)n;
		if (!n)
			return -EIO;
	}
	return 0;
}

static int give(struct kdump_ctx *ctx, int fd, mode_t mode, const struct kd_attrs *attrs)
{
	return attrs ? kd_attrs_apply(ctx, fd, attrs) : kd_sys_fchmod(fd, mode);
}

static int write_durably(struct kdump_ctx *ctx, int dir, const char *name, const void *data,
			 size_t len, mode_t mode, const struct kd_attrs *attrs)
{
	int fd, err;

	kd_sys_unlink(dir, name);
	fd = kd_sys_open(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600, 0);
	if (fd < 0)
		return fd;
	err = write_all(fd, data, len);
	if (!err)
		err = give(ctx, fd, mode, attrs);
	if (!err)
		err = kd_sys_fsync(fd);
	kd_sys_close(fd);
	return err;
}

#define TEMPORARY_MAX 256

static int name_temporary(const char *name, char ret[TEMPORARY_MAX])
{
	int n = snprintf(ret, TEMPORARY_MAX, ".%s.new", name);

	return n < 0 || n >= TEMPORARY_MAX ? -ENAMETOOLONG : 0;
}

static int replace(struct kdump_ctx *ctx, const char *path, const void *data, size_t len,
		   mode_t mode, const struct kd_attrs *attrs)
{
	char temporary[TEMPORARY_MAX];
	const char *name;
	int dir, err;

	dir = kd_root_open_parent(ctx, path, &name);
	if (dir < 0)
		return dir;
	err = name_temporary(name, temporary);
	if (!err) {
		err = write_durably(ctx, dir, temporary, data, len, mode, attrs);
		if (!err)
			err = kd_sys_rename(dir, temporary, name);
		if (err)
			kd_sys_unlink(dir, temporary);
		else
			err = sync_folder(dir);
	}
	kd_sys_close(dir);
	return err;
}

int kd_root_replace(struct kdump_ctx *ctx, const char *path, const void *data, size_t len,
		    mode_t mode)
{
	return replace(ctx, path, data, len, mode, NULL);
}

int kd_root_unlink(struct kdump_ctx *ctx, const char *path)
{
	const char *name;
	int dir, err;

	dir = kd_root_open_parent(ctx, path, &name);
	if (dir < 0)
		return dir;
	err = kd_sys_unlink(dir, name);
	kd_sys_close(dir);
	return err;
}

/* ---- files of others ---- */

#define LINKS_MAX 40	/* as the kernel follows (include/linux/namei.h: MAXSYMLINKS) */
#define TARGET_MAX 4096

/* What the link at @path names, by the same root; the folders on the way stay as they are. */
static int follow(const char *path, const char *target, char **ret)
{
	const char *slash = *target == '/' ? NULL : strrchr(path, '/');
	size_t folder = slash ? (size_t)(slash - path) + 1 : 0;
	char *next = malloc(folder + strlen(target) + 1);

	if (!next)
		return -ENOMEM;
	memcpy(next, path, folder);
	memcpy(next + folder, target, strlen(target) + 1);
	*ret = next;
	return 0;
}

int kd_root_resolve(struct kdump_ctx *ctx, const char *path, char **ret)
{
	char target[TARGET_MAX], *now = strdup(path), *next;
	unsigned links;
	int err = now ? 0 : -ENOMEM;

	for (links = 0; !err && links < LINKS_MAX; links++) {
		err = kd_root_readlink(ctx, now, target, sizeof(target));
		if (err)
			break;
		err = follow(now, target, &next);
		if (!err) {
			free(now);
			now = next;
		}
	}
	if (!err)
		err = -ELOOP;
	/* The end of the way: a file, or the name that one is to get. */
	if (err == -EINVAL || (err == -ENOENT && !links)) {
		*ret = now;
		return 0;
	}
	free(now);
	return err == -ENOENT ? -ENOLINK : err;
}

static int read_kept(struct kdump_ctx *ctx, const char *path, size_t max, struct kd_found *ret)
{
	struct kd_found kept = { .there = true };
	struct stat st;
	int fd, err;

	fd = kd_root_open_regular(ctx, path, &st);
	if (fd < 0)
		return fd;
	kept.names = st.st_nlink;
	err = kd_root_read_fd(fd, max, &kept.text);
	if (!err)
		err = kd_attrs_read(fd, &kept.attrs);
	kd_sys_close(fd);
	if (err)
		kd_found_free(&kept);
	else
		*ret = kept;
	return err;
}

int kd_root_find(struct kdump_ctx *ctx, const char *path, size_t max, struct kd_found *ret)
{
	char *target;
	int err = kd_root_resolve(ctx, path, &target);

	if (err)
		return err;
	err = read_kept(ctx, target, max, ret);
	free(target);
	if (err != -ENOENT && err != -ENOTDIR)
		return err;
	*ret = (struct kd_found){ .there = false };
	return 0;
}

void kd_found_free(struct kd_found *kept)
{
	kd_buf_free(&kept->text);
	kd_attrs_free(&kept->attrs);
	*kept = (struct kd_found){ 0 };
}

int kd_root_rewrite(struct kdump_ctx *ctx, const char *path, const struct kd_buf *text,
		    const struct kd_attrs *attrs)
{
	char *target;
	int err = kd_root_resolve(ctx, path, &target);

	if (err)
		return err;
	err = replace(ctx, target, text->data, text->len, 0644, attrs);
	free(target);
	return err;
}

/* The link would be left behind, and lead nowhere. */
int kd_root_remove(struct kdump_ctx *ctx, const char *path)
{
	const char *name;
	char link[2];
	int dir, err;

	err = kd_root_readlink(ctx, path, link, sizeof(link));
	if (err != -EINVAL)
		return err && err != -EFBIG ? err : -ELOOP;
	dir = kd_root_open_parent(ctx, path, &name);
	if (dir < 0)
		return dir;
	err = kd_sys_unlink(dir, name);
	if (!err)
		err = sync_folder(dir);
	kd_sys_close(dir);
	return err;
}

int kd_root_rename(struct kdump_ctx *ctx, const char *path, const char *name)
{
	const char *old;
	int dir, err;

	dir = kd_root_open_parent(ctx, path, &old);
	if (dir < 0)
		return dir;
	err = kd_sys_rename(dir, old, name);
	if (!err)
		err = sync_folder(dir) ? 1 : 0;
	kd_sys_close(dir);
	return err;
}

static int remove_temporary(struct kdump_ctx *ctx, const char *path)
{
	char temporary[TEMPORARY_MAX];
	const char *name;
	int dir, err;

	dir = kd_root_open_parent(ctx, path, &name);
	if (dir < 0)
		return dir;
	err = name_temporary(name, temporary);
	if (!err)
		err = kd_sys_unlink(dir, temporary);
	kd_sys_close(dir);
	return err;
}

int kd_root_clean(struct kdump_ctx *ctx, const char *path)
{
	char *target;
	int err = kd_root_resolve(ctx, path, &target);

	if (!err) {
		err = remove_temporary(ctx, target);
		free(target);
	}
	return err == -ENOENT || err == -ENOTDIR || err == -ENOLINK ? 0 : err;
}
