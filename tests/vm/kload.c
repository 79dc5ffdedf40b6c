/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * kload KERNEL INITRAMFS CMDLINE: loads a crash image by kexec_file_load(2),
 * word for word and with no opinion.  crashctl refuses what cannot work; where
 * the kernel itself refuses is what bisect wants to find.
 */
#include <err.h>
#include <fcntl.h>
#include <linux/kexec.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		err(2, "%s", path);
	return fd;
}

int main(int argc, char **argv)
{
	if (argc != 4)
		errx(2, "usage: kload KERNEL INITRAMFS CMDLINE");
	if (syscall(SYS_kexec_file_load, open_file(argv[1]), open_file(argv[2]),
		    strlen(argv[3]) + 1, argv[3], KEXEC_FILE_ON_CRASH))
		err(1, "kexec_file_load");
	return 0;
}
