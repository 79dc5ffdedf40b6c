/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Files below the context's root: see root.h. */
#define _GNU_SOURCE
#include "root.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>

#include "replay.h"
#include "sys.h"

void kd_buf_free(struct kd_buf *buf)
{
	free(buf->data);
	*buf = (struct kd_buf){ 0 };
}

static int open_below(struct kdump_ctx *ctx, const char *path, int flags)
{
	const char *relative = path + strspn(path, "/");
	int fd = -ENOSYS;

	if (!*relative)
		relative = ".";
	/* openat2() refuses what O_PATH would ignore (fs/open.c:build_open_flags()). */
	if (!(flags & O_PATH))
		flags |= O_NOCTTY;
	if (!ctx->no_openat2)
		fd = kd_sys_open(ctx->root, relative, flags, 0644,
				 RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
	if (fd != -ENOSYS || !(ctx->live || ctx->replayed))
		return fd;
	ctx->no_openat2 = true;
	return kd_sys_open(ctx->root, relative, flags, 0644, 0);
}

int kd_root_open(struct kdump_ctx *ctx, const char *path, int flags)
{
	if (ctx->replayed)
		return flags & (O_ACCMODE | O_CREAT) ? -EROFS : -ENOENT;
	return open_below(ctx, path, flags);
}

static int require_regular(int fd, struct stat *ret)
{
	struct stat st;
	int err;

	if (fd < 0)
		return fd;
	err = kd_sys_fstat(fd, &st);
	if (!err && S_ISDIR(st.st_mode))
		err = -EISDIR;
	else if (!err && !S_ISREG(st.st_mode))
		err = -EINVAL;
	if (err) {
		kd_sys_close(fd);
		return err;
	}
	*ret = st;
	return fd;
}

/* O_NONBLOCK: a FIFO in a file's place must not stop us. */
int kd_root_open_regular(struct kdump_ctx *ctx, const char *path, struct stat *ret)
{
	return require_regular(kd_root_open(ctx, path, O_RDONLY | O_NONBLOCK), ret);
}

int kd_root_open_given(struct kdump_ctx *ctx, const char *path, struct stat *ret)
{
	return require_regular(open_below(ctx, path, O_RDONLY | O_NONBLOCK), ret);
}

int kd_root_read_fd(int fd, size_t max, struct kd_buf *ret)
{
	size_t room = 4096, len = 0;
	char *data = malloc(room), *grown;
	ssize_t n;

	if (!data)
		return -ENOMEM;
	for (;;) {
		n = kd_sys_read(fd, data + len, room - len - 1);
		if (n <= 0)
			break;
		len += (size_t)n;
		if (len > max) {
			n = -EFBIG;
			break;
		}
		if (room - len > 1)
			continue;
		grown = realloc(data, 2 * room);
		if (!grown) {
			n = -ENOMEM;
			break;
		}
		data = grown;
		room *= 2;
	}
	if (n < 0) {
		free(data);
		return (int)n;
	}
	data[len] = '\0';
	ret->data = data;
	ret->len = len;
	return 0;
}

static int read_file(struct kdump_ctx *ctx, const char *path, size_t max, struct kd_buf *ret)
{
	struct stat st;
	int fd, err;

	fd = kd_root_open_regular(ctx, path, &st);
	if (fd < 0)
		return fd;
	err = kd_root_read_fd(fd, max, ret);
	kd_sys_close(fd);
	return err;
}

static int read_head(int fd, size_t max, struct kd_buf *ret)
{
	char *data = malloc(max + 1);
	size_t len = 0;
	ssize_t n = 0;

	if (!data)
		return -ENOMEM;
	while (len < max && (n = kd_sys_read(fd, data + len, max - len)) > 0)
		len += (size_t)n;
	if (n < 0) {
		free(data);
		return (int)n;
	}
	data[len] = '\0';
	*ret = (struct kd_buf){ data, len };
	return 0;
}

int kd_root_read_head(struct kdump_ctx *ctx, const char *path, size_t max, struct kd_buf *ret)
{
	struct stat st;
	int fd, err;

	fd = open_below(ctx, path, O_RDONLY | O_NONBLOCK);
	if (fd < 0)
		return fd;
	err = kd_sys_fstat(fd, &st);
	if (!err)
		err = S_ISREG(st.st_mode) || S_ISBLK(st.st_mode) ? read_head(fd, max, ret)
								  : -EINVAL;
	kd_sys_close(fd);
	return err;
}

int kd_root_read(struct kdump_ctx *ctx, const char *path, size_t max, struct kd_buf *ret)
{
	int err;

	if (ctx->replayed)
		return kd_replay_text(ctx, path, max, ret);
	err = read_file(ctx, path, max, ret);
	kd_record(ctx, KD_ASK_TEXT, path, err, err ? NULL : ret->data, err ? 0 : ret->len);
	return err;
}

int kd_read_given(const char *path, size_t max, struct kd_buf *ret)
{
	int fd = kd_sys_open(AT_FDCWD, path, O_RDONLY | O_NOCTTY, 0, 0), err;

	if (fd < 0)
		return fd;
	err = kd_root_read_fd(fd, max, ret);
	kd_sys_close(fd);
	return err;
}

/* Up to KD_LINE_MAX bytes of the file's beginning, or -errno. */
static ssize_t read_first(struct kdump_ctx *ctx, const char *path, char *ret)
{
	struct stat st;
	size_t len = 0;
	ssize_t n;
	int fd;

	fd = kd_root_open_regular(ctx, path, &st);
	if (fd < 0)
		return fd;
	while ((n = kd_sys_read(fd, ret + len, KD_LINE_MAX - len)) > 0)
		len += (size_t)n;
	kd_sys_close(fd);
	return n < 0 ? n : (ssize_t)len;
}

/* Needs no memory: what sysfs says must not depend on how much of it is left. */
int kd_root_read_line(struct kdump_ctx *ctx, const char *path, char *ret, size_t size)
{
	char line[KD_LINE_MAX + 1];
	ssize_t n;
	size_t len;

	n = ctx->replayed ? kd_replay_head(ctx, path, line, KD_LINE_MAX)
			  : read_first(ctx, path, line);
	kd_record(ctx, KD_ASK_TEXT, path, n < 0 ? (int)n : 0, line, n < 0 ? 0 : (size_t)n);
	if (n < 0)
		return (int)n;
	line[n] = '\0';
	len = strcspn(line, "\n");
	if (len >= size || len == KD_LINE_MAX)
		return -EFBIG;
	memcpy(ret, line, len);
	ret[len] = '\0';
	return 0;
}

int kd_root_read_u64(struct kdump_ctx *ctx, const char *path, uint64_t *ret)
{
	char line[64];
	int err = kd_root_read_line(ctx, path, line, sizeof(line));

	return err ? err : kd_read_uint(line, UINT64_MAX, ret);
}

int kd_root_read_flag(struct kdump_ctx *ctx, const char *path)
{
	uint64_t n;

	return kd_root_read_u64(ctx, path, &n) ? -1 : n != 0;
}

static int stat_path(struct kdump_ctx *ctx, const char *path, struct stat *ret)
{
	int fd, err;

	fd = kd_root_open(ctx, path, O_PATH);
	if (fd < 0)
		return fd;
	err = kd_sys_fstat(fd, ret);
	kd_sys_close(fd);
	return err;
}

int kd_root_stat(struct kdump_ctx *ctx, const char *path, struct stat *ret)
{
	int err;

	if (ctx->replayed)
		return kd_replay_stat(ctx, path, ret);
	err = stat_path(ctx, path, ret);
	kd_record_stat(ctx, path, err, ret);
	return err;
}

int kd_root_free_bytes(struct kdump_ctx *ctx, const char *path, uint64_t *ret)
{
	struct kd_text name;
	const char *value;
	char text[24];
	int fd, err;

	kd_text_set(&name, "free_bytes %s", path);
	value = kd_replay_value(ctx, name.s);
	if (value)
		return kd_read_uint(value, UINT64_MAX, ret);
	if (!ctx->live)
		return -EOPNOTSUPP;
	fd = kd_root_open(ctx, path, O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		return fd;
	err = kd_sys_free_bytes(fd, true, ret);
	kd_sys_close(fd);
	if (err)
		return err;
	snprintf(text, sizeof(text), "%" PRIu64, *ret);
	kd_record_value(ctx, name.s, text);
	return 0;
}

static int read_link(struct kdump_ctx *ctx, const char *path, char *ret, size_t size)
{
	ssize_t n;
	int fd;

	fd = kd_root_open(ctx, path, O_PATH | O_NOFOLLOW);
	if (fd < 0)
		return fd;
	n = kd_sys_readlink(fd, "", ret, size);
	kd_sys_close(fd);
	if (n < 0)
		return n == -ENOENT ? -EINVAL : (int)n;
	if ((size_t)n >= size)
		return -EFBIG;
	ret[n] = '\0';
	return 0;
}

int kd_root_readlink(struct kdump_ctx *ctx, const char *path, char *ret, size_t size)
{
	int err;

	if (ctx->replayed)
		return kd_replay_link(ctx, path, ret, size);
	err = read_link(ctx, path, ret, size);
	kd_record(ctx, KD_ASK_LINK, path, err, err ? NULL : ret, err ? 0 : strlen(ret));
	return err;
}

bool kd_root_exists(struct kdump_ctx *ctx, const char *path)
{
	struct stat st;

	return !kd_root_stat(ctx, path, &st);
}

void kd_names_free(struct kd_names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->v[i]);
	free(names->v);
	*names = (struct kd_names){ 0 };
}

int kd_names_add(struct kd_names *names, const char *name, size_t len, size_t max)
{
	char **grown;

	if (names->n == max)
		return -EFBIG;
	/* Room doubles whenever the number is a power of two. */
	if (!(names->n & (names->n - 1))) {
		grown = reallocarray(names->v, names->n ? 2 * names->n : 1, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		names->v = grown;
	}
	names->v[names->n] = strndup(name, len);
	if (!names->v[names->n])
		return -ENOMEM;
	names->n++;
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int add_entry(struct kd_names *names, const char *name, size_t max)
{
	if (kd_streq(name, ".") || kd_streq(name, ".."))
		return 0;
	return kd_names_add(names, name, strlen(name), max);
}

static int list_folder(struct kdump_ctx *ctx, const char *path, size_t max,
		       struct kd_names *ret)
{
	struct kd_names names = { 0 };
	struct dirent *entry;
	DIR *dir;
	int fd, err;

	fd = kd_root_open(ctx, path, O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		return fd;
	err = kd_sys_opendir(fd, &dir);
	if (err) {
		kd_sys_close(fd);
		return err;
	}
	while (!err && (entry = kd_sys_readdir(dir, &err)))
		err = add_entry(&names, entry->d_name, max);
	kd_sys_closedir(dir);
	if (err) {
		kd_names_free(&names);
		return err;
	}
	if (names.n)
		qsort(names.v, names.n, sizeof(*names.v), by_name);
	*ret = names;
	return 0;
}

int kd_root_list(struct kdump_ctx *ctx, const char *path, size_t max, struct kd_names *ret)
{
	int err;

	if (ctx->replayed)
		return kd_replay_names(ctx, path, max, ret);
	err = list_folder(ctx, path, max, ret);
	kd_record_names(ctx, path, err, ret);
	return err;
}

void kd_ranking_free(struct kd_ranking *ranking)
{
	for (size_t i = 0; i < ranking->n; i++)
		free(ranking->v[i].name);
	free(ranking->v);
	*ranking = (struct kd_ranking){ 0 };
}

/* Of one rank, as elsewhere, by name: whatever the disk's order is. */
static bool goes_before(const struct kd_ranked *a, uint64_t rank, const char *name)
{
	return a->rank != rank ? a->rank > rank : strcmp(a->name, name) <= 0;
}

/* There is room for one more than @max. */
static int put_ranked(struct kd_ranking *ranking, size_t max, uint64_t rank, const char *name)
{
	size_t i = ranking->n;
	char *copy;

	while (i && !goes_before(&ranking->v[i - 1], rank, name))
		i--;
	ranking->below += ranking->n == max;
	if (i == max)
		return 0;
	copy = strdup(name);
	if (!copy)
		return -ENOMEM;
	memmove(&ranking->v[i + 1], &ranking->v[i], (ranking->n - i) * sizeof(*ranking->v));
	ranking->v[i] = (struct kd_ranked){ copy, rank };
	if (ranking->n == max)
		free(ranking->v[max].name);
	else
		ranking->n++;
	return 0;
}

/* What a link points to is not asked: anybody may make one to a folder of @owner's. */
static bool is_folder_of(int dir, const char *name, uid_t owner)
{
	int fd = kd_sys_open(dir, name, O_PATH | O_NOFOLLOW, 0, 0);
	struct stat st;
	bool is;

	if (fd < 0)
		return false;
	is = !kd_sys_fstat(fd, &st) && S_ISDIR(st.st_mode) && st.st_uid == owner;
	kd_sys_close(fd);
	return is;
}

/* @fd is @dir's. */
static int rank_all(DIR *dir, int fd, size_t max, uint64_t (*rank)(const char *name),
		    const uid_t *owner, struct kd_ranking *ret)
{
	struct dirent *entry;
	int err = 0;

	while (!err && (entry = kd_sys_readdir(dir, &err))) {
		uint64_t r;

		if (kd_streq(entry->d_name, ".") || kd_streq(entry->d_name, ".."))
			continue;
		r = rank(entry->d_name);
		if (r && owner && !is_folder_of(fd, entry->d_name, *owner))
			ret->untrusted++;
		else if (r)
			err = put_ranked(ret, max, r, entry->d_name);
		else
			ret->unranked++;
	}
	return err;
}

int kd_root_list_best(struct kdump_ctx *ctx, const char *path, size_t max,
		      uint64_t (*rank)(const char *name), const uid_t *owner,
		      struct kd_ranking *ret)
{
	struct kd_ranking ranking = { .v = calloc(max + 1, sizeof(*ranking.v)) };
	int fd, err;
	DIR *dir;

	fd = ranking.v ? kd_root_open(ctx, path, O_RDONLY | O_DIRECTORY) : -ENOMEM;
	err = fd < 0 ? fd : kd_sys_opendir(fd, &dir);
	if (fd >= 0 && err)
		kd_sys_close(fd);
	if (!err) {
		err = rank_all(dir, fd, max, rank, owner, &ranking);
		kd_sys_closedir(dir);
	}
	if (err)
		kd_ranking_free(&ranking);
	else
		*ret = ranking;
	return err;
}

int kd_root_open_parent(struct kdump_ctx *ctx, const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	char *folder;
	int fd;

	if (ctx->replayed)
		return -EROFS;
	folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	if (!folder)
		return -ENOMEM;
	fd = kd_root_open(ctx, folder, O_RDONLY | O_DIRECTORY);
	free(folder);
	if (fd >= 0)
		*name = slash ? slash + 1 : path;
	return fd;
}

int kd_root_poke(struct kdump_ctx *ctx, const char *path, const char *text)
{
	size_t len = strlen(text);
	ssize_t n;
	int fd;

	fd = kd_root_open(ctx, path, O_WRONLY);
	if (fd < 0)
		return fd;
	n = kd_sys_write(fd, text, len);
	kd_sys_close(fd);
	if (n < 0)
		return (int)n;
	return (size_t)n == len ? 0 : -EIO;
}

#define HASH_CHUNK (64 * KD_KIB)

static int hash_with(int fd, unsigned char *chunk, struct kd_sha256 *sha)
{
	uint64_t offset = 0;
	ssize_t n;

	while ((n = kd_sys_pread(fd, chunk, HASH_CHUNK, offset)) > 0) {
		kd_sha256_feed(sha, chunk, (size_t)n);
		offset += (uint64_t)n;
	}
	return (int)n;
}

int kd_hash_file(int fd, char ret[KD_SHA256_HEX])
{
	unsigned char digest[KD_SHA256_BYTES], *chunk = malloc(HASH_CHUNK);
	struct kd_sha256 sha;
	int err;

	if (!chunk)
		return -ENOMEM;
	kd_sha256_init(&sha);
	err = hash_with(fd, chunk, &sha);
	free(chunk);
	if (err)
		return err;
	kd_sha256_finish(&sha, digest);
	kd_sha256_hex(digest, ret);
	return 0;
}
