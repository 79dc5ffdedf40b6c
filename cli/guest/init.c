/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Process 1 of the guest in which a crash is rehearsed: loads what is packed beside it
 * as the crash image, says on the console how that went, and ends, which is the panic.
 * Needs no libc, no other file, and nothing of /proc; lib/parse/console.c reads what it
 * says.
 */
#include <fcntl.h>
#include <linux/kexec.h>
#include <stddef.h>
#include <sys/syscall.h>

long guest_call(long number, long a, long b, long c, long d, long e);
void guest_main(void);

#define CMDLINE_MAX 4096	/* COMMAND_LINE_SIZE is 2048 or 4096 */
#define NUMBER_MAX 24

static char cmdline[CMDLINE_MAX];
static char number[NUMBER_MAX];


static void put(const char *text)
{
	size_t len = 0;

	while (text[len])
		len++;
	guest_call(SYS_write, 1, (long)text, (long)len, 0, 0);
}

/* "crashctl-rehearsal: TEXT VALUE", on a line of its own. */
static void say(const char *text, const char *value)
{
	put("\ncrashctl-rehearsal: ");
	put(text);
	put(value);
	put("\n");
}

static const char *decimal(long n)
{
	char *at = number + NUMBER_MAX - 1;

	do {
		*--at = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	return at;
}

static void end(void)
{
	for (;;)
		guest_call(SYS_exit_group, 0, 0, 0, 0, 0);
}

static long open_file(const char *path)
{
	return guest_call(SYS_openat, AT_FDCWD, (long)path, O_RDONLY | O_CLOEXEC, 0, 0);
}

static long read_file(const char *path, char *to, long max)
{
	long fd = open_file(path), n;

	if (fd < 0)
		return fd;
	n = guest_call(SYS_read, fd, (long)to, max, 0, 0);
	guest_call(SYS_close, fd, 0, 0, 0, 0);
	return n;
}

/* What the kernel has set aside, where it says so (6.18 and before, and since). */
static void tell_reserved(void)
{
	static char text[32];
	long n;

	guest_call(SYS_mount, (long)"sysfs", (long)"/sys", (long)"sysfs", 0, 0);
	n = read_file("/sys/kernel/kexec_crash_size", text, sizeof(text) - 1);
	if (n < 0)
		n = read_file("/sys/kernel/kexec/crash_size", text, sizeof(text) - 1);
	if (n > 0) {
		text[text[n - 1] == '\n' ? n - 1 : n] = '\0';
		say("reserved ", text);
	}
}

void guest_main(void)
{
	long kernel = open_file("/kernel"), initramfs = open_file("/initramfs");
	long len = read_file("/cmdline", cmdline, CMDLINE_MAX - 1), ret;

	tell_reserved();
	/* With the NUL behind it; the rest of the buffer is that. */
	ret = kernel < 0 ? kernel : initramfs < 0 ? initramfs : len < 0 ? len :
	      guest_call(SYS_kexec_file_load, kernel, initramfs, len + 1, (long)cmdline,
			 KEXEC_FILE_ON_CRASH);
	if (ret < 0)
		say("refused ", decimal(-ret));
	else
		say("loaded", "");

	end();
}
