/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* kernelinfo FILE: what the library reads from a kernel image, KEY=value a line. */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../lib/parse/kernel.h"

static void read_kernel(int fd, uint64_t size, struct kd_kernel *ret)
{
	static unsigned char chunk[1 << 20];
	struct kd_kernel_walker *w;
	struct kd_text why;
	uint64_t at;
	ssize_t n;

	if (kd_kernel_walker_new(size, &w))
		err(2, "walker");
	while ((at = kd_kernel_walker_next(w)) < size) {
		n = pread(fd, chunk, sizeof(chunk), (off_t)at);
		if (n <= 0)
			err(2, "read");
		if (kd_kernel_walker_feed(w, chunk, (size_t)n, &why))
			errx(1, "%s", why.s);
	}
	if (kd_kernel_walker_finish(w, ret, &why))
		errx(1, "%s", why.s);
	kd_kernel_walker_free(w);
}

int main(int argc, char **argv)
{
	struct kd_kernel k;
	struct stat st;
	int fd;

	if (argc != 2)
		errx(2, "usage: kernelinfo FILE");
	fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st))
		err(2, "%s", argv[1]);
	read_kernel(fd, (uint64_t)st.st_size, &k);
	printf("form=%s\narch=%s\nrelease=%s\ncodec=%s\n", kd_kernel_form(&k), k.arch, k.release,
	       kd_codec_name(k.codec));
#define NUMBER(member) printf(#member "=%" PRIu64 "\n", k.member)
	NUMBER(init_size);
	NUMBER(alignment);
	NUMBER(pref_address);
	NUMBER(cmdline_size);
	NUMBER(text_offset);
	NUMBER(page_size);
	NUMBER(payload_offset);
	NUMBER(payload_size);
	NUMBER(unpacked_size);
	NUMBER(resident);
	NUMBER(text);
	NUMBER(data);
	NUMBER(bss);
	NUMBER(percpu);
	close(fd);
	return 0;
}
