/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Every system call of the library, one thin function each: no policy, no
 * retries but for EINTR, results as -errno.  Grouped by concern in sys-*.c;
 * tests/fake/ stands in for these files at link time to produce the faults
 * that reality will not give on demand.
 */
#ifndef KD_CORE_SYS_H
#define KD_CORE_SYS_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

/* sys-file.c */

/* openat2(); @resolve 0 is plain openat().  O_CLOEXEC is always added. */
int kd_sys_open(int dir, const char *path, int flags, mode_t mode, uint64_t resolve);
int kd_sys_close(int fd);
ssize_t kd_sys_read(int fd, void *buf, size_t len);
ssize_t kd_sys_pread(int fd, void *buf, size_t len, uint64_t offset);
ssize_t kd_sys_write(int fd, const void *buf, size_t len);
int kd_sys_fstat(int fd, struct stat *ret);
ssize_t kd_sys_readlink(int dir, const char *name, char *buf, size_t len);
int kd_sys_rename(int dir, const char *from, const char *to);
int kd_sys_unlink(int dir, const char *name);
int kd_sys_mkdir(int dir, const char *name, mode_t mode);
int kd_sys_fsync(int fd);
void kd_sys_sync(void);		/* all file systems */
int kd_sys_fchmod(int fd, mode_t mode);
int kd_sys_fchown(int fd, uid_t uid, gid_t gid);
ssize_t kd_sys_flistxattr(int fd, char *names, size_t size);
ssize_t kd_sys_fgetxattr(int fd, const char *name, void *value, size_t size);
int kd_sys_fsetxattr(int fd, const char *name, const void *value, size_t size);
int kd_sys_fremovexattr(int fd, const char *name);
int kd_sys_reflink(int to, int from);		/* FICLONE */
/* What root keeps for itself counts only with @as_root; -ENODATA: none counts (ramfs). */
int kd_sys_free_bytes(int fd, bool as_root, uint64_t *ret);
/* Tells the kernel that the whole file is wanted soon. */
int kd_sys_read_ahead(int fd);
/* A file in memory, empty; its name is for people. */
int kd_sys_memfd(const char *name);
/* The whole file, to be read only, private; @len is not 0. */
int kd_sys_map(int fd, size_t len, const unsigned char **ret);
void kd_sys_unmap(const unsigned char *map, size_t len);
/* Takes the descriptor over on success only. */
int kd_sys_opendir(int fd, DIR **ret);
/* NULL and *err = 0 at the end. */
struct dirent *kd_sys_readdir(DIR *dir, int *err);
void kd_sys_closedir(DIR *dir);

/* sys-kexec.c */

int kd_sys_kexec_file_load(int kernel, int initramfs, const char *cmdline, size_t len,
			   unsigned long flags);
/* include/uapi/linux/kexec.h of 6.8: newer than the headers of supported systems. */
#define KD_KEXEC_UPDATE_ELFCOREHDR 4ul

/* Segments as of linux/kexec.h; @flags without the architecture, which is this one. */
struct kexec_segment;
int kd_sys_kexec_load(uint64_t entry, size_t n, const struct kexec_segment *segments,
		      unsigned long flags);
int kd_sys_kexec_unload_crash(void);
/* 1 someone has the file open for writing, 0 nobody, -errno where it cannot be told. */
int kd_sys_has_writer(int fd);
/*
 * Until let go, nobody opens the file for writing or cuts it: whoever tries waits, up to
 * /proc/sys/fs/lease-break-time.  -errno where the file system or a writer is against it.
 */
int kd_sys_hold(int fd);
void kd_sys_let_go(int fd);

/* sys-lock.c */

/* Open-file-description write lock; 0, or -EAGAIN where another holds it. */
int kd_sys_lock(int fd);
/*
 * 1 another description holds a write lock, 0 none does, or -errno.  A descriptor to read
 * with is enough; a read lock, which anybody may take who may read, counts for nothing.
 */
int kd_sys_lock_is_held(int fd);
/* pid of one who holds the lock, 0 if not to be known. */
pid_t kd_sys_lock_holder(int fd);
pid_t kd_sys_getpid(void);
uint64_t kd_sys_monotonic_ms(void);
int64_t kd_sys_time(void);
void kd_sys_sleep_ms(unsigned ms);
uint64_t kd_sys_page_size(void);
/* uname -m; "" if it fails or does not fit. */
void kd_sys_machine(char *ret, size_t size);

/* sys-notify.c */

/*
 * One descriptor that can be polled for many; @id below 8 tells them apart.  @edge: it
 * can always be read, and counts when it wakes up who waits, as /proc/self/mountinfo.
 */
int kd_sys_poller(void);
int kd_sys_poller_add(int poller, int fd, bool edge, unsigned id);
/* Which have something, a bit an id; without waiting. */
int kd_sys_poller_ready(int poller, unsigned *ids);
int kd_sys_timer(void);
int kd_sys_timer_every(int fd, unsigned seconds);
int kd_sys_inotify(void);
/* The number of the watch on what @fd, which may be O_PATH, is open on. */
int kd_sys_inotify_add(int inotify, int fd, uint32_t mask);
int kd_sys_inotify_remove(int inotify, int watch);

/* Memory blocks and CPUs that come and go, as the kernel tells of them. */
struct kd_uevents;
struct kd_uevent {
	char subsystem[16], action[16], device[64];
};
int kd_sys_uevents_open(struct kd_uevents **ret);
int kd_sys_uevents_fd(const struct kd_uevents *u);
/* 1, or 0: none is there; -ENOBUFS: there were more than could be kept. */
int kd_sys_uevents_next(struct kd_uevents *u, struct kd_uevent *ret);
void kd_sys_uevents_close(struct kd_uevents *u);

#endif
