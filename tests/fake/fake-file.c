/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Calls on files: the real ones below the scratch folder, but for the files of
 * sysfs that a model answers.  Nothing is synced: nobody pulls the plug.
 */
#define _GNU_SOURCE
#include "../../lib/core/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "fake.h"

#define FILES 1024

static struct {
	bool open, given_away;
	enum fake_file file;
} files[FILES];
static const char *given_away;
static int n_open;
static bool closed_wrongly;

void fake_forget_files(void)
{
	memset(files, 0, sizeof(files));
	given_away = NULL;
	n_open = 0;
	closed_wrongly = false;
}

int fake_open_files(void)
{
	return closed_wrongly ? -1 : n_open;
}

void fake_give_away(const char *name)
{
	given_away = name;
}

static int opened(int fd, const char *path, enum fake_file file)
{
	const char *slash = strrchr(path, '/');

	if (fd < 0)
		return -errno;
	if (fd < FILES) {
		files[fd].open = true;
		files[fd].given_away = given_away && !strcmp(slash ? slash + 1 : path, given_away);
		files[fd].file = file;
	}
	n_open++;
	return fd;
}

int fake_opened(int fd, const char *what)
{
	return opened(fd, what, FAKE_PLAIN);
}

static enum fake_file file_of(int fd)
{
	return fd >= 0 && fd < FILES ? files[fd].file : FAKE_PLAIN;
}

#define PASS_OR_FAIL(call)				\
	do {						\
		int fault;				\
							\
		if (fake_hit(call, &fault) == FAKE_FAILS)	\
			return fault;			\
	} while (0)

/* Where there is no scratch folder the machine itself would be changed. */
static bool is_forbidden(int flags)
{
	return fake_root() < 0 && (flags & O_ACCMODE || flags & O_CREAT);
}

static bool is_slash(int dir, const char *path)
{
	return dir == AT_FDCWD && !strcmp(path, "/");
}

int kd_sys_open(int dir, const char *path, int flags, mode_t mode, uint64_t resolve)
{
	struct open_how how = {
		.flags = (uint64_t)(flags | O_CLOEXEC),
		.mode = flags & O_CREAT ? mode : 0,
		.resolve = resolve,
	};
	long r;

	PASS_OR_FAIL("open");
	if (is_forbidden(flags))
		return -EROFS;
	if (is_slash(dir, path) && fake_root() >= 0)
		r = openat(fake_root(), ".", flags | O_CLOEXEC);
	else if (resolve)
		r = syscall(SYS_openat2, dir, path, &how, sizeof(how));
	else
		r = openat(dir, path, flags | O_CLOEXEC, mode);
	return opened((int)r, path, flags & O_PATH ? FAKE_PLAIN : fake_file_of(path));
}

/* As the kernel: the descriptor is gone whatever the result. */
int kd_sys_close(int fd)
{
	int r = close(fd) ? -errno : 0;

	if (r || (fd < FILES && !files[fd].open))
		closed_wrongly = true;
	else if (fd < FILES)
		files[fd].open = false;
	n_open--;
	PASS_OR_FAIL("close");
	return r;
}

static ssize_t real_read(int fd, void *buf, size_t len)
{
	ssize_t n = read(fd, buf, len);

	if (n > 0 && file_of(fd) == FAKE_FLAG && fake_is_busy())
		*(char *)buf = '0';
	return n < 0 ? -errno : n;
}

ssize_t kd_sys_read(int fd, void *buf, size_t len)
{
	int fault;

	switch (fake_hit("read", &fault)) {
	case FAKE_FAILS:
		return fault;
	case FAKE_IS_SHORT:
		len = len > 1 ? 1 : len;
		break;
	default:
		break;
	}
	if (file_of(fd) == FAKE_SIZE && fake_is_busy())
		return -EBUSY;
	return real_read(fd, buf, len);
}

ssize_t kd_sys_pread(int fd, void *buf, size_t len, uint64_t offset)
{
	ssize_t n;
	int fault;

	switch (fake_hit("pread", &fault)) {
	case FAKE_FAILS:
		return fault;
	case FAKE_IS_SHORT:
		len = len > 1 ? 1 : len;
		break;
	default:
		break;
	}
	n = pread(fd, buf, len, (off_t)offset);
	return n < 0 ? -errno : n;
}

static const char *name_of_write(int fd)
{
	switch (file_of(fd)) {
	case FAKE_SIZE:
		return "write_size";
	case FAKE_TAKE:
		return "write_take";
	case FAKE_COMMIT:
		return "write_commit";
	default:
		return "write";
	}
}

static ssize_t write_to(int fd, const void *buf, size_t len)
{
	ssize_t n;

	switch (file_of(fd)) {
	case FAKE_SIZE:
		return fake_write_size(buf, len);
	case FAKE_TAKE:
		return fake_write_take(buf, len);
	case FAKE_COMMIT:
		return fake_write_commit(buf, len);
	case FAKE_VALUE:
		/* A new value, not a new beginning of the old one, and shown as a line. */
		if (ftruncate(fd, 0) || write(fd, buf, len) != (ssize_t)len ||
		    write(fd, "\n", 1) != 1)
			return -errno;
		return (ssize_t)len;
	default:
		n = write(fd, buf, len);
		return n < 0 ? -errno : n;
	}
}

ssize_t kd_sys_write(int fd, const void *buf, size_t len)
{
	int fault;

	switch (fake_hit(name_of_write(fd), &fault)) {
	case FAKE_FAILS:
		return fault;
	case FAKE_IS_SHORT:
		/* sysfs takes a value whole. */
		if (file_of(fd) == FAKE_PLAIN && len > 1)
			len = 1;
		break;
	default:
		break;
	}
	return write_to(fd, buf, len);
}

int kd_sys_fstat(int fd, struct stat *ret)
{
	PASS_OR_FAIL("fstat");
	if (fstat(fd, ret))
		return -errno;
	if (fd < FILES && files[fd].given_away)
		ret->st_uid++;
	return 0;
}

ssize_t kd_sys_readlink(int dir, const char *name, char *buf, size_t len)
{
	ssize_t n;

	PASS_OR_FAIL("readlink");
	n = readlinkat(dir, name, buf, len);
	return n < 0 ? -errno : n;
}

int kd_sys_rename(int dir, const char *from, const char *to)
{
	PASS_OR_FAIL("rename");
	if (fake_root() < 0)
		return -EROFS;
	return renameat(dir, from, dir, to) ? -errno : 0;
}

int kd_sys_unlink(int dir, const char *name)
{
	PASS_OR_FAIL("unlink");
	if (fake_root() < 0)
		return -EROFS;
	return unlinkat(dir, name, 0) ? -errno : 0;
}

int kd_sys_mkdir(int dir, const char *name, mode_t mode)
{
	PASS_OR_FAIL("mkdir");
	if (fake_root() < 0)
		return -EROFS;
	return mkdirat(dir, name, mode) ? -errno : 0;
}

int kd_sys_fsync(int fd)
{
	PASS_OR_FAIL("fsync");
	return fcntl(fd, F_GETFD) < 0 ? -errno : 0;
}

void kd_sys_sync(void)
{
	int fault;

	fake_hit("sync", &fault);
}

int kd_sys_fchmod(int fd, mode_t mode)
{
	PASS_OR_FAIL("fchmod");
	return fchmod(fd, mode) ? -errno : 0;
}

int kd_sys_fchown(int fd, uid_t uid, gid_t gid)
{
	PASS_OR_FAIL("fchown");
	return fchown(fd, uid, gid) ? -errno : 0;
}

ssize_t kd_sys_flistxattr(int fd, char *names, size_t size)
{
	ssize_t n;

	PASS_OR_FAIL("flistxattr");
	n = flistxattr(fd, names, size);
	return n < 0 ? -errno : n;
}

ssize_t kd_sys_fgetxattr(int fd, const char *name, void *value, size_t size)
{
	ssize_t n;

	PASS_OR_FAIL("fgetxattr");
	n = fgetxattr(fd, name, value, size);
	return n < 0 ? -errno : n;
}

int kd_sys_fsetxattr(int fd, const char *name, const void *value, size_t size)
{
	PASS_OR_FAIL("fsetxattr");
	return fsetxattr(fd, name, value, size, 0) ? -errno : 0;
}

int kd_sys_fremovexattr(int fd, const char *name)
{
	PASS_OR_FAIL("fremovexattr");
	return fremovexattr(fd, name) ? -errno : 0;
}

/* Never: what has no reflinks must work, and those that have them are few. */
int kd_sys_reflink(int to, int from)
{
	(void)to, (void)from;
	PASS_OR_FAIL("reflink");
	return -EOPNOTSUPP;
}

int kd_sys_free_bytes(int fd, bool as_root, uint64_t *ret)
{
	struct statvfs vfs;

	PASS_OR_FAIL("free_bytes");
	if (fstatvfs(fd, &vfs))
		return -errno;
	if (!vfs.f_blocks)
		return -ENODATA;
	*ret = (uint64_t)(as_root ? vfs.f_bfree : vfs.f_bavail) * vfs.f_frsize;
	return 0;
}

int kd_sys_read_ahead(int fd)
{
	PASS_OR_FAIL("read_ahead");
	return fcntl(fd, F_GETFD) < 0 ? -errno : 0;
}

int kd_sys_memfd(const char *name)
{
	PASS_OR_FAIL("memfd");
	return opened(memfd_create(name, MFD_CLOEXEC), name, FAKE_PLAIN);
}

int kd_sys_map(int fd, size_t len, const unsigned char **ret)
{
	void *map;

	PASS_OR_FAIL("map");
	map = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return -errno;
	*ret = map;
	return 0;
}

void kd_sys_unmap(const unsigned char *map, size_t len)
{
	munmap((void *)(uintptr_t)map, len);
}

int kd_sys_opendir(int fd, DIR **ret)
{
	DIR *dir;

	PASS_OR_FAIL("opendir");
	dir = fdopendir(fd);
	if (!dir)
		return -errno;
	*ret = dir;
	return 0;
}

struct dirent *kd_sys_readdir(DIR *dir, int *err)
{
	struct dirent *entry;

	if (fake_hit("readdir", err) == FAKE_FAILS)
		return NULL;
	errno = 0;
	entry = readdir(dir);
	*err = entry ? 0 : -errno;
	return entry;
}

void kd_sys_closedir(DIR *dir)
{
	if (!closedir(dir))
		n_open--;
}
