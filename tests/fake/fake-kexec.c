/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The kernel's kexec state, as far as it is seen from outside.  It lies in the
 * files of the scratch folder, so that one program may load and the next look.
 * The traps are those of the kernel: a load gives the old image up before it
 * looks at the new one (kernel/kexec_file.c:SYSCALL kexec_file_load), every
 * attempt counts (kernel/kexec_core.c:kexec_load_permitted()), and memory is
 * given back from the top (kernel/crash_core.c:crash_shrink_memory()).
 */
#define _GNU_SOURCE
#include "../../lib/core/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <linux/kexec.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../../lib/core/base.h"
#include "../../lib/core/sha256.h"
#include "fake.h"

#define STATE_FILE ".fake-loaded"
#define NO_FILE_CALL ".fake-no-file-call"	/* in the tree: CONFIG_KEXEC_FILE is not set */
#define PAGE 4096
#define TEXT (64 * 1024)

static struct {
	uint64_t busy_until;
	unsigned refuse, attempts;
	int refuse_with;
	char loaded[FAKE_ID];
} kernel;

void fake_forget_kernel(void)
{
	memset(&kernel, 0, sizeof(kernel));
}

void fake_busy(unsigned ms)
{
	kernel.busy_until = fake_now() + ms;
}

bool fake_is_busy(void)
{
	return kernel.busy_until && fake_now() < kernel.busy_until;
}

void fake_refuse(unsigned n, int err)
{
	kernel.refuse = n;
	kernel.refuse_with = err;
}

unsigned fake_attempts(void)
{
	return kernel.attempts;
}

/* ---- the files ---- */

static int open_file(const char *path, int flags)
{
	struct open_how how = {
		.flags = (uint64_t)(flags | O_CLOEXEC),
		.mode = flags & O_CREAT ? 0644 : 0,
		.resolve = RESOLVE_IN_ROOT,
	};

	return fake_root() < 0 ? -1 : (int)syscall(SYS_openat2, fake_root(), path, &how,
						   sizeof(how));
}

bool fake_read_text(const char *path, char *text, size_t size)
{
	int fd = open_file(path, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);

	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	return n >= 0;
}

void fake_write_text(const char *path, const char *text)
{
	int fd = open_file(path, O_WRONLY | O_CREAT | O_TRUNC);
	size_t len = strlen(text);

	if (fd < 0 || write(fd, text, len) != (ssize_t)len) {
		fprintf(stderr, "fake: %s: %s\n", path, strerror(errno));
		abort();
	}
	close(fd);
}

static bool is_there(const char *path)
{
	int fd = open_file(path, O_PATH);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

const char *fake_size_file(void)
{
	static const char now[] = "sys/kernel/kexec/crash_size";

	return is_there(now) ? now : "sys/kernel/kexec_crash_size";
}

static const char *loaded_file(void)
{
	static const char now[] = "sys/kernel/kexec/crash_loaded";

	return is_there(now) ? now : "sys/kernel/kexec_crash_loaded";
}

enum fake_file fake_file_of(const char *path)
{
	static const char *const zero_while_busy[] = {
		"sys/kernel/kexec/crash_loaded",
		"sys/kernel/kexec_crash_loaded",
		"sys/devices/system/cpu/crash_hotplug",
		"sys/devices/system/memory/crash_hotplug",
	};

	path += strspn(path, "/");
	if (!strcmp(path, "sys/kernel/kexec/crash_size") ||
	    !strcmp(path, "sys/kernel/kexec_crash_size"))
		return FAKE_SIZE;
	if (!strcmp(path, "sys/kernel/crash_grow/take"))
		return FAKE_TAKE;
	if (!strcmp(path, "sys/kernel/crash_grow/commit"))
		return FAKE_COMMIT;
	if (!strncmp(path, "sys/kernel/crash_grow/", 22))
		return FAKE_VALUE;
	for (size_t i = 0; i < KD_ARRAY_SIZE(zero_while_busy); i++)
		if (!strcmp(path, zero_while_busy[i]))
			return FAKE_FLAG;
	return FAKE_PLAIN;
}

uint64_t fake_read_number(const char *path, uint64_t otherwise)
{
	char text[64];

	return fake_read_text(path, text, sizeof(text)) ? strtoull(text, NULL, 10) : otherwise;
}

/* ---- what is loaded ---- */

const char *fake_loaded(void)
{
	if (!fake_read_text(STATE_FILE, kernel.loaded, sizeof(kernel.loaded)))
		kernel.loaded[0] = '\0';
	return kernel.loaded;
}

static void set_loaded(const char *id)
{
	static const char *const hotplug[] = {
		"sys/devices/system/cpu/crash_hotplug",
		"sys/devices/system/memory/crash_hotplug",
	};

	fake_write_text(STATE_FILE, id);
	fake_write_text(loaded_file(), *id ? "1\n" : "0\n");
	for (size_t i = 0; i < KD_ARRAY_SIZE(hotplug); i++)
		if (is_there(hotplug[i]))
			fake_write_text(hotplug[i], *id ? "1\n" : "0\n");
}

static void hash_file(int fd, char ret[KD_SHA256_HEX])
{
	unsigned char digest[KD_SHA256_BYTES];
	struct kd_sha256 sha;
	char buf[8192];
	uint64_t at = 0;
	ssize_t n;

	kd_sha256_init(&sha);
	while ((n = pread(fd, buf, sizeof(buf), (off_t)at)) > 0) {
		kd_sha256_feed(&sha, buf, (size_t)n);
		at += (uint64_t)n;
	}
	kd_sha256_finish(&sha, digest);
	kd_sha256_hex(digest, ret);
}

static void id_of(int kernel_fd, int initramfs, const char *cmdline, char ret[FAKE_ID])
{
	char k[KD_SHA256_HEX], i[KD_SHA256_HEX];

	hash_file(kernel_fd, k);
	hash_file(initramfs, i);
	snprintf(ret, FAKE_ID, "%s %s %s", k, i, cmdline);
}

void fake_image_id(const char *kernel_path, const char *initramfs, const char *cmdline,
		   char ret[FAKE_ID])
{
	int k = open_file(kernel_path, O_RDONLY), i = open_file(initramfs, O_RDONLY);

	if (k < 0 || i < 0) {
		fprintf(stderr, "fake: %s or %s is not there\n", kernel_path, initramfs);
		abort();
	}
	id_of(k, i, cmdline, ret);
	close(k);
	close(i);
}

/* ---- the reservation ---- */

struct region {
	uint64_t start, end;
	size_t at, len;		/* its line in the text */
};

/* The "Crash kernel" lines, at most two; the last is main. */
static size_t find_regions(const char *text, struct region found[2])
{
	size_t n = 0;

	for (const char *p = text; *p && n < 2; ) {
		size_t len = strcspn(p, "\n");
		struct region r = { .at = (size_t)(p - text), .len = len };

		if (len > 15 && !strncmp(p + len - 15, " : Crash kernel", 15) &&
		    sscanf(p, " %" SCNx64 "-%" SCNx64, &r.start, &r.end) == 2 && r.end)
			found[n++] = r;
		p += len + (p[len] == '\n');
	}
	return n;
}

/* What is left of a region, and the rest of it as memory of the running system. */
static void put_region(FILE *out, const struct region *r, uint64_t bytes)
{
	if (bytes)
		fprintf(out, "  %08" PRIx64 "-%08" PRIx64 " : Crash kernel\n", r->start,
			r->start + bytes - 1);
	if (r->start + bytes <= r->end)
		fprintf(out, "  %08" PRIx64 "-%08" PRIx64 " : System RAM\n",
			r->start + bytes, r->end);
}

static void shrink_iomem(uint64_t size, uint64_t want)
{
	static char text[TEXT], changed[2 * TEXT];
	struct region r[2];
	uint64_t keep[2] = { 0, 0 };
	size_t n, from = 0;
	FILE *out;

	if (!fake_read_text("proc/iomem", text, sizeof(text)) || !(n = find_regions(text, r)))
		return;
	keep[n - 1] = want;
	if (n == 2) {
		uint64_t low = r[0].end - r[0].start + 1, high = r[1].end - r[1].start + 1;
		bool counts_low = size == low + high;

		/* main goes first; then the low region is shrunk and takes its place. */
		keep[0] = counts_low && want < low ? want : low;
		keep[1] = !counts_low ? want : want > low ? want - low : 0;
	}
	out = fmemopen(changed, sizeof(changed), "w");
	for (size_t i = 0; i < n; i++) {
		fwrite(text + from, 1, r[i].at - from, out);
		put_region(out, &r[i], keep[i]);
		from = r[i].at + r[i].len + 1;
	}
	fputs(text + from, out);
	fclose(out);
	fake_write_text("proc/iomem", changed);
}

static uint64_t main_bytes(void)
{
	static char text[TEXT];
	struct region r[2];
	size_t n = fake_read_text("proc/iomem", text, sizeof(text)) ? find_regions(text, r) : 0;

	return n ? r[n - 1].end - r[n - 1].start + 1 : fake_read_number(fake_size_file(), 0);
}

/* kernel/ksysfs.c:kexec_crash_size_store() */
ssize_t fake_write_size(const char *text, size_t len)
{
	uint64_t size = fake_read_number(fake_size_file(), 0), want, rounded;
	char copy[32], *end;

	if (len >= sizeof(copy))
		return -EINVAL;
	memcpy(copy, text, len);
	copy[len] = '\0';
	errno = 0;
	want = strtoull(copy, &end, 0);
	if (copy[0] < '0' || copy[0] > '9' || errno || (*end && strcmp(end, "\n")))
		return -EINVAL;
	if (fake_is_busy())
		return -EBUSY;
	if (*fake_loaded())
		return -ENOENT;
	rounded = (want + PAGE - 1) / PAGE * PAGE;	/* wraps, as the kernel's does */
	if (rounded > size && fake_grows_by_itself()) {
		int err = fake_grow_by_itself(want);

		return err ? err : (ssize_t)len;
	}
	if (rounded > size)
		return -EINVAL;
	if (rounded < size) {
		shrink_iomem(size, rounded);
		snprintf(copy, sizeof(copy), "%" PRIu64 "\n", rounded);
		fake_write_text(fake_size_file(), copy);
	}
	return (ssize_t)len;
}

/* ---- loading ---- */

/* A capability that was lowered and not taken back is one that the caller lacks. */
static bool has_lowered(unsigned cap)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2] = { { 0 } };

	return !syscall(SYS_capget, &head, data) && data[0].permitted >> cap & 1 &&
	       !(data[0].effective >> cap & 1);
}

static int check_permitted(void)
{
	static const char limit[] = "proc/sys/kernel/kexec_load_limit_panic";
	char text[32];
	long left;

	if (has_lowered(CAP_SYS_BOOT) || fake_read_number("proc/sys/kernel/kexec_load_disabled", 0))
		return -EPERM;
	if (!fake_read_text(limit, text, sizeof(text)))
		return 0;
	left = strtol(text, NULL, 10);
	if (!left)
		return -EPERM;
	if (left > 0) {
		snprintf(text, sizeof(text), "%ld\n", left - 1);
		fake_write_text(limit, text);
	}
	return 0;
}

bool fake_has_writer(int fd)
{
	if (fcntl(fd, F_SETSIG, SIGURG))
		return false;
	if (!fcntl(fd, F_SETLEASE, F_RDLCK)) {
		fcntl(fd, F_SETLEASE, F_UNLCK);
		return false;
	}
	return errno == EAGAIN;
}

/* The room is the sum of the sizes: the kernel wants more for alignment, never less. */
static int check_image(int kernel_fd, int initramfs)
{
	unsigned char head[0x264];
	uint64_t need;
	struct stat st;

	if (fstat(kernel_fd, &st) || fstat(initramfs, &st))
		return -EBADF;
	if (fake_has_writer(kernel_fd) || fake_has_writer(initramfs))
		return -ETXTBSY;
	if (pread(kernel_fd, head, sizeof(head), 0) != (ssize_t)sizeof(head) ||
	    memcmp(head + 0x202, "HdrS", 4))
		return -ENOEXEC;
	need = kd_round_up(kd_le32(head + 0x260), PAGE) +
	       kd_round_up((uint64_t)st.st_size, PAGE) +
	       fake_read_number("sys/kernel/kexec/crash_elfcorehdr_size", PAGE);
	if (need > main_bytes())
		return -EADDRNOTAVAIL;
	return 0;
}

static int check_policy(void)
{
	char text[128];

	if (fake_read_text("sys/kernel/security/lockdown", text, sizeof(text)) &&
	    strchr(text, '[') && strncmp(strchr(text, '['), "[none]", 6))
		return -EPERM;
	if (!kernel.refuse)
		return 0;
	kernel.refuse--;
	return -kernel.refuse_with;
}

static int load(int kernel_fd, int initramfs, const char *cmdline, size_t len)
{
	char id[FAKE_ID];
	int err;

	kernel.attempts++;
	set_loaded("");
	err = check_image(kernel_fd, initramfs);
	if (!err && (!len || len > 2017 || cmdline[len - 1]))
		err = -EINVAL;
	if (!err)
		err = check_policy();
	if (err)
		return err;
	id_of(kernel_fd, initramfs, cmdline, id);
	set_loaded(id);
	return 0;
}

/* EPERM and EBUSY come before anything is given up; all else after. */
static int fail_load(int fault)
{
	if (fault != -EPERM && fault != -EBUSY && fake_root() >= 0)
		set_loaded("");
	return fault;
}

int kd_sys_kexec_file_load(int kernel_fd, int initramfs, const char *cmdline, size_t len,
			   unsigned long flags)
{
	int err;

	if (fake_hit("kexec_file_load", &err) == FAKE_FAILS)
		return fail_load(err);
	if (fake_root() < 0 || !is_there(loaded_file()) || is_there(NO_FILE_CALL))
		return -ENOSYS;
	err = check_permitted();
	if (err)
		return err;
	if (flags != KEXEC_FILE_ON_CRASH)
		return -EINVAL;
	if (fake_is_busy())
		return -EBUSY;
	return load(kernel_fd, initramfs, cmdline, len);
}

/* kernel/kexec_core.c:sanity_check_segment_list(), and the region of the fake's tree. */
static int check_segments(uint64_t entry, size_t n, const struct kexec_segment *segments)
{
	bool entry_inside = false;
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t at = (uint64_t)(uintptr_t)segments[i].mem, end = at + segments[i].memsz;

		if (at % PAGE || end % PAGE || end <= at)
			return -EADDRNOTAVAIL;
		if (segments[i].bufsz > segments[i].memsz)
			return -EINVAL;
		for (size_t j = 0; j < i; j++) {
			uint64_t other = (uint64_t)(uintptr_t)segments[j].mem;

			if (at < other + segments[j].memsz && other < end)
				return -EINVAL;
		}
		entry_inside |= entry >= at && entry < end;
		sum += segments[i].memsz;
	}
	if (!entry_inside || sum > main_bytes())
		return -EADDRNOTAVAIL;
	return 0;
}

/* Places and sums: that of the initramfs is the file's own. */
static void id_of_segments(size_t n, const struct kexec_segment *segments, char ret[FAKE_ID])
{
	size_t len = (size_t)snprintf(ret, FAKE_ID, "segments %zu", n);
	char hex[KD_SHA256_HEX];

	for (size_t i = 0; i < n; i++) {
		kd_sha256_of(segments[i].buf, segments[i].bufsz, hex);
		len += (size_t)snprintf(ret + len, FAKE_ID - len, " %p %s", segments[i].mem, hex);
	}
}

static int load_segments(uint64_t entry, size_t n, const struct kexec_segment *segments)
{
	char id[FAKE_ID];
	int err;

	kernel.attempts++;
	set_loaded("");
	err = check_segments(entry, n, segments);
	if (!err)
		err = check_policy();
	if (err)
		return err;
	id_of_segments(n, segments, id);
	set_loaded(id);
	return 0;
}

int kd_sys_kexec_load(uint64_t entry, size_t n, const struct kexec_segment *segments,
		      unsigned long flags)
{
	int err;

	if (fake_hit("kexec_load", &err) == FAKE_FAILS)
		return fail_load(err);
	if (fake_root() < 0 || !is_there(loaded_file()))
		return -ENOSYS;
	err = check_permitted();
	if (err)
		return err;
	if ((flags & ~KD_KEXEC_UPDATE_ELFCOREHDR) != KEXEC_ON_CRASH || n > 16)
		return -EINVAL;
	if (fake_is_busy())
		return -EBUSY;
	return load_segments(entry, n, segments);
}

int kd_sys_kexec_unload_crash(void)
{
	int err;

	if (fake_hit("unload", &err) == FAKE_FAILS)
		return err;
	if (fake_root() < 0 || !is_there(loaded_file()))
		return -ENOSYS;
	err = check_permitted();
	if (err)
		return err;
	if (fake_is_busy())
		return -EBUSY;
	kernel.attempts++;
	set_loaded("");
	return 0;
}

int kd_sys_has_writer(int fd)
{
	int err;

	if (fake_hit("has_writer", &err) == FAKE_FAILS)
		return err;
	return fcntl(fd, F_GETLEASE) == F_RDLCK ? 0 : fake_has_writer(fd);
}

int kd_sys_hold(int fd)
{
	int err;

	if (fake_hit("hold", &err) == FAKE_FAILS)
		return err;
	if (fcntl(fd, F_SETSIG, SIGURG) || fcntl(fd, F_SETLEASE, F_RDLCK))
		return -errno;
	return 0;
}

void kd_sys_let_go(int fd)
{
	fcntl(fd, F_SETLEASE, F_UNLCK);
}
