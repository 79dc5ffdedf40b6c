/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* System calls on files and folders: see sys.h. */
#define _GNU_SOURCE
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

static int or_errno(long r)
{
	return r < 0 ? -errno : (int)r;
}

int kd_sys_open(int dir, const char *path, int flags, mode_t mode, uint64_t resolve)
{
	struct open_how how = {
		.flags = (uint64_t)(flags | O_CLOEXEC),
		/* openat2() refuses a mode where nothing is created. */
		.mode = flags & O_CREAT ? mode : 0,
		.resolve = resolve,
	};
	unsigned moved = 0;
	long r;

	/* EAGAIN: a rename went on while ".." was resolved (fs/namei.c). */
	do {
		if (resolve)
			r = syscall(SYS_openat2, dir, path, &how, sizeof(how));
		else
			r = openat(dir, path, flags | O_CLOEXEC, mode);
	} while (r < 0 && (errno == EINTR || (resolve && errno == EAGAIN && moved++ < 100)));
	return or_errno(r);
}

int kd_sys_close(int fd)
{
	return or_errno(close(fd));
}

ssize_t kd_sys_read(int fd, void *buf, size_t len)
{
	ssize_t n;

	do
		n = read(fd, buf, len);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

ssize_t kd_sys_pread(int fd, void *buf, size_t len, uint64_t offset)
{
	ssize_t n;

	do
		n = pread(fd, buf, len, (off_t)offset);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

ssize_t kd_sys_write(int fd, const void *buf, size_t len)
{
	ssize_t n;

	do
		n = write(fd, buf, len);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

int kd_sys_fstat(int fd, struct stat *ret)
{
	return or_errno(fstat(fd, ret));
}

ssize_t kd_sys_readlink(int dir, const char *name, char *buf, size_t len)
{
	ssize_t n = readlinkat(dir, name, buf, len);

	return n < 0 ? -errno : n;
}

int kd_sys_rename(int dir, const char *from, const char *to)
{
	return or_errno(renameat(dir, from, dir, to));
}

int kd_sys_unlink(int dir, const char *name)
{
	return or_errno(unlinkat(dir, name, 0));
}

int kd_sys_mkdir(int dir, const char *name, mode_t mode)
{
	return or_errno(mkdirat(dir, name, mode));
}

int kd_sys_fsync(int fd)
{
	return or_errno(fsync(fd));
}

void kd_sys_sync(void)
{
	sync();
}

int kd_sys_fchmod(int fd, mode_t mode)
{
	return or_errno(fchmod(fd, mode));
}

int kd_sys_fchown(int fd, uid_t uid, gid_t gid)
{
	return or_errno(fchown(fd, uid, gid));
}

ssize_t kd_sys_flistxattr(int fd, char *names, size_t size)
{
	ssize_t n = flistxattr(fd, names, size);

	return n < 0 ? -errno : n;
}

ssize_t kd_sys_fgetxattr(int fd, const char *name, void *value, size_t size)
{
	ssize_t n = fgetxattr(fd, name, value, size);

	return n < 0 ? -errno : n;
}

int kd_sys_fsetxattr(int fd, const char *name, const void *value, size_t size)
{
	return or_errno(fsetxattr(fd, name, value, size, 0));
}

int kd_sys_fremovexattr(int fd, const char *name)
{
	return or_errno(fremovexattr(fd, name));
}

int kd_sys_reflink(int to, int from)
{
	return or_errno(ioctl(to, FICLONE, from));
}

int kd_sys_free_bytes(int fd, bool as_root, uint64_t *ret)
{
	struct statvfs vfs;

	if (fstatvfs(fd, &vfs))
		return -errno;
	if (!vfs.f_blocks)
		return -ENODATA;
	*ret = (uint64_t)(as_root ? vfs.f_bfree : vfs.f_bavail) * vfs.f_frsize;
	return 0;
}

int kd_sys_read_ahead(int fd)
{
	return -posix_fadvise(fd, 0, 0, POSIX_FADV_WILLNEED);
}

#define NOEXEC_SEAL 8u		/* MFD_NOEXEC_SEAL of include/uapi/linux/memfd.h */

int kd_sys_memfd(const char *name)
{
	/* vm.memfd_noexec=2 refuses others; before 6.3 the flag is not known (mm/memfd.c). */
	int fd = memfd_create(name, MFD_CLOEXEC | NOEXEC_SEAL);

	if (fd < 0 && errno == EINVAL)
		fd = memfd_create(name, MFD_CLOEXEC);
	return or_errno(fd);
}

int kd_sys_map(int fd, size_t len, const unsigned char **ret)
{
	void *map = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);

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
	DIR *dir = fdopendir(fd);

	if (!dir)
		return -errno;
	*ret = dir;
	return 0;
}

struct dirent *kd_sys_readdir(DIR *dir, int *err)
{
	struct dirent *entry;

	errno = 0;
	entry = readdir(dir);
	*err = entry ? 0 : -errno;
	return entry;
}

void kd_sys_closedir(DIR *dir)
{
	closedir(dir);
}
