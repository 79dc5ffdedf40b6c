/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * A machine in a scratch folder: the files of /proc, /sys, /etc and /boot that
 * the library reads, and the smallest kernel image and initramfs that pass for
 * such.  Test code: what cannot be made ends the test.
 */
#ifndef TESTS_UNIT_MACHINE_H
#define TESTS_UNIT_MACHINE_H

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <cmocka.h>

#include "../../lib/core/base.h"
#include "../../lib/libkdump.h"

#define MACHINE_RELEASE	"7.2.12-test"
#define MACHINE_BOOT_ID	"0f5d9c1e-7a49-4cc5-9d3e-0123456789ab"
#define MACHINE_KERNEL	"/boot/vmlinuz-" MACHINE_RELEASE
#define MACHINE_INITRD	"/var/lib/kdump/initrd.img-" MACHINE_RELEASE

#define MACHINE_TEXT	65536		/* the longest that is looked at */

struct machine {
	char root[128];
};

/* Thousands of small files are written: in memory where there is such a folder. */
static inline void machine_new(struct machine *m)
{
	const char *folder = getenv("TMPDIR");

	if (!folder)
		folder = access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm";
	snprintf(m->root, sizeof(m->root), "%s/crashctl-test.XXXXXX", folder);
	assert_non_null(mkdtemp(m->root));
}

static inline int machine_remove_one(const char *path, const struct stat *st, int kind,
				     struct FTW *ftw)
{
	(void)st, (void)kind, (void)ftw;
	return remove(path);
}

static inline void machine_remove(const char *path)
{
	assert_int_equal(nftw(path, machine_remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static inline void machine_free(struct machine *m)
{
	machine_remove(m->root);
}

/* And a context that has it as its root. */
static inline void machine_begin(struct machine *m, struct kdump_ctx **ctx)
{
	machine_new(m);
	assert_int_equal(kdump_ctx_new(ctx), 0);
	assert_int_equal(kdump_ctx_set_root(*ctx, m->root), 0);
}

static inline void machine_end(struct machine *m, struct kdump_ctx *ctx)
{
	kdump_ctx_unref(ctx);
	machine_free(m);
}

/* The path on this machine; of a few static buffers in turn. */
static inline const char *machine_path(const struct machine *m, const char *path)
{
	static char buffers[4][PATH_MAX];
	static unsigned turn;
	char *buffer = buffers[turn++ % 4];

	snprintf(buffer, PATH_MAX, "%s/%s", m->root, path + strspn(path, "/"));
	return buffer;
}

static inline void machine_mkdirs(const struct machine *m, const char *path)
{
	char whole[PATH_MAX];

	snprintf(whole, sizeof(whole), "%s", machine_path(m, path));
	for (char *p = whole + strlen(m->root) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		assert_true(!mkdir(whole, 0755) || errno == EEXIST);
		*p = '/';
	}
	assert_true(!mkdir(whole, 0755) || errno == EEXIST);
}

static inline void machine_mkparent(const struct machine *m, const char *path)
{
	char parent[PATH_MAX];
	char *slash;

	snprintf(parent, sizeof(parent), "%s", path + strspn(path, "/"));
	slash = strrchr(parent, '/');
	if (!slash)
		return;
	*slash = '\0';
	machine_mkdirs(m, parent);
}

static inline void machine_put_bytes(const struct machine *m, const char *path,
				     const void *data, size_t len)
{
	FILE *f = fopen(machine_path(m, path), "we");

	if (!f) {
		machine_mkparent(m, path);
		f = fopen(machine_path(m, path), "we");
	}
	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static inline void machine_put(const struct machine *m, const char *path, const char *text)
{
	machine_put_bytes(m, path, text, strlen(text));
}

static inline void machine_link(const struct machine *m, const char *path, const char *target)
{
	machine_mkparent(m, path);
	assert_int_equal(symlink(target, machine_path(m, path)), 0);
}

static inline void machine_drop(const struct machine *m, const char *path)
{
	assert_true(!unlink(machine_path(m, path)) || errno == ENOENT);
}

/* The text of a file, to be freed; NULL where there is none. */
static inline char *machine_get(const struct machine *m, const char *path)
{
	FILE *f = fopen(machine_path(m, path), "re");
	char *text;
	size_t n;

	if (!f)
		return NULL;
	text = malloc(MACHINE_TEXT);
	assert_non_null(text);
	n = fread(text, 1, MACHINE_TEXT - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

static inline void machine_assert_text(const struct machine *m, const char *path,
				       const char *expected)
{
	char *text = machine_get(m, path);

	assert_non_null(text);
	assert_string_equal(text, expected);
	free(text);
}

static inline void machine_le(unsigned char *p, unsigned bytes, uint64_t n)
{
	for (unsigned i = 0; i < bytes; i++, n >>= 8)
		p[i] = n & 0xff;
}

struct machine_kernel {
	const char *release;		/* NULL: MACHINE_RELEASE */
	uint64_t init_size;		/* 0: 60 MiB */
	uint64_t cmdline_size;		/* 0: 2047 */
	unsigned char fill;		/* two kernels differ by it */
};

#define MACHINE_SETUP	(5 * 512)
#define MACHINE_PAYLOAD	4096

/* The header after Documentation/arch/x86/boot.rst; a payload of no known compressor. */
static inline void machine_put_kernel(const struct machine *m, const char *path,
				      const struct machine_kernel *k)
{
	static unsigned char b[MACHINE_SETUP + MACHINE_PAYLOAD];

	memset(b, 0, sizeof(b));
	b[0x1f1] = 4;
	machine_le(b + 0x1f4, 4, MACHINE_PAYLOAD / 16);
	machine_le(b + 0x1fe, 2, 0xaa55);
	machine_le(b + 0x200, 2, 0x66eb);
	memcpy(b + 0x202, "HdrS", 4);
	machine_le(b + 0x206, 2, 0x20f);
	machine_le(b + 0x20e, 2, 0x400 - 0x200);
	b[0x211] = 1;
	machine_le(b + 0x230, 4, 2 << 20);
	b[0x234] = 1;
	b[0x235] = 21;
	machine_le(b + 0x236, 2, 3);
	machine_le(b + 0x238, 4, k->cmdline_size ? k->cmdline_size : 2047);
	machine_le(b + 0x24c, 4, MACHINE_PAYLOAD);
	machine_le(b + 0x258, 8, 16 << 20);
	machine_le(b + 0x260, 4, k->init_size ? k->init_size : 60 << 20);
	snprintf((char *)b + 0x400, 128, "%s (test)",
		 k->release ? k->release : MACHINE_RELEASE);
	memset(b + MACHINE_SETUP, k->fill, MACHINE_PAYLOAD - 4);
	machine_le(b + sizeof(b) - 4, 4, 40 << 20);
	machine_put_bytes(m, path, b, sizeof(b));
}

static inline size_t machine_newc(char *p, const char *name, unsigned mode, size_t size,
				  char fill)
{
	size_t n = (size_t)sprintf(p, "070701%08x%08x%08x%08x%08x%08x%08zx%08x%08x%08x%08x"
				   "%08zx%08x", 1u, mode, 0u, 0u, 1u, 0u, size, 0u, 0u, 0u,
				   0u, strlen(name) + 1, 0u);

	memcpy(p + n, name, strlen(name) + 1);
	n += strlen(name) + 1;
	while (n % 4)
		p[n++] = '\0';
	memset(p + n, fill, size);
	n += size;
	while (n % 4)
		p[n++] = '\0';
	return n;
}

/* A stored archive with one file of @size bytes; it takes the pages of those. */
static inline void machine_put_initramfs(const struct machine *m, const char *path,
					 size_t size, char fill)
{
	char *p = malloc(size + 1024);
	size_t n;

	assert_non_null(p);
	n = machine_newc(p, "init", S_IFREG | 0755, size, fill);
	n += machine_newc(p + n, "TRAILER!!!", 0, 0, 0);
	machine_put_bytes(m, path, p, n);
	free(p);
}

/* Debian on 7.2: 256 MiB of main, 512 MiB of CMA, nothing loaded, all to be seen. */
static inline void machine_fill(const struct machine *m)
{
	static const char *const files[][2] = {
		{ "proc/sys/kernel/osrelease", MACHINE_RELEASE "\n" },
		{ "proc/sys/kernel/arch", "x86_64\n" },
		{ "proc/sys/kernel/kexec_load_disabled", "0\n" },
		{ "proc/sys/kernel/kexec_load_limit_panic", "-1\n" },
		{ "proc/sys/kernel/random/boot_id", MACHINE_BOOT_ID "\n" },
		{ "proc/cmdline", "root=/dev/vda1 ro quiet crashkernel=512M,cma "
				  "crashkernel=256M\n" },
		{ "proc/iomem", "00001000-0009fbff : System RAM\n"
				"00100000-7ffdcfff : System RAM\n"
				"  46000000-47131f2f : Kernel code\n"
				"  6e000000-7dffffff : Crash kernel\n"
				"7ffdd000-7fffffff : Reserved\n" },
		{ "proc/meminfo", "MemTotal:        1753200 kB\n"
				  "CmaTotal:         524288 kB\n" },
		{ "proc/self/status", "Name:\ttest\nCapPrm:\t000001ffffffffff\n" },
		{ "proc/self/mountinfo", "2 1 0:3 / / rw - ext4 /dev/vda1 rw\n" },
		{ "sys/kernel/kexec/crash_loaded", "0\n" },
		{ "sys/kernel/kexec/crash_size", "268435456\n" },
		{ "sys/kernel/kexec/crash_cma_ranges", "4e000000-6dffffff\n" },
		{ "sys/kernel/kexec/crash_elfcorehdr_size", "917616\n" },
		{ "sys/kernel/security/lockdown", "[none] integrity confidentiality\n" },
		{ "sys/devices/system/cpu/crash_hotplug", "0\n" },
		{ "sys/devices/system/cpu/possible", "0-1\n" },
		{ "sys/devices/system/cpu/present", "0-1\n" },
		{ "sys/devices/system/memory/crash_hotplug", "0\n" },
		{ "etc/os-release", "ID=debian\nVERSION_ID=\"13\"\n" },
		{ "boot/config-" MACHINE_RELEASE,
		  "CONFIG_KEXEC_FILE=y\nCONFIG_KEXEC=y\nCONFIG_CMA=y\n" },
	};

	for (size_t i = 0; i < KD_ARRAY_SIZE(files); i++)
		machine_put(m, files[i][0], files[i][1]);
	machine_mkdirs(m, "run");
	machine_mkdirs(m, "var/lib");
	machine_put_kernel(m, MACHINE_KERNEL, &(struct machine_kernel){ .fill = 'a' });
	machine_put_initramfs(m, MACHINE_INITRD, 2000, 'a');
}

/* A command line but for the word that all of x86 and arm64 end with: test_kept_apart. */
static inline void assert_line_begins(const char *text, const char *expected)
{
	static const char end[] = " acpi_no_memhotplug";
	size_t len = strlen(text), n = sizeof(end) - 1;
	char line[4096];

	if (!strstr(expected, end) && len > n && !strcmp(text + len - n, end))
		len -= n;
	snprintf(line, sizeof(line), "%.*s", (int)len, text);
	assert_string_equal(line, expected);
}

#endif
