/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Reads a whole dump back: prints the OSRELEASE of its VMCOREINFO and the number of
 * pages it holds, and fails when one of those pages cannot be read and unpacked.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <libkdumpfile/kdumpfile.h>

static int complain(kdump_ctx_t *dump, const char *what)
{
	fprintf(stderr, "readdump: %s: %s\n", what, kdump_get_err(dump));
	return -1;
}

static int print_release(kdump_ctx_t *dump)
{
	const char *release;

	if (kdump_get_string_attr(dump, "linux.vmcoreinfo.lines.OSRELEASE",
				  &release) != KDUMP_OK)
		return complain(dump, "OSRELEASE");
	printf("osrelease %s\n", release);
	return 0;
}

static int read_page(kdump_ctx_t *dump, uint64_t pfn, char *page, size_t size)
{
	char what[64];
	size_t done = size;

	if (kdump_read(dump, KDUMP_MACHPHYSADDR, pfn * size, page, &done) == KDUMP_OK)
		return 0;
	snprintf(what, sizeof(what), "page frame %#llx", (unsigned long long)pfn);
	return complain(dump, what);
}

static int read_pages(kdump_ctx_t *dump, kdump_bmp_t *map, size_t size)
{
	unsigned long count = 0;
	kdump_addr_t pfn = 0;
	char *page = malloc(size);
	int ret = 0;

	if (!page)
		return -1;
	while (!ret && kdump_bmp_find_set(map, &pfn) == KDUMP_OK) {
		ret = read_page(dump, pfn++, page, size);
		count++;
	}
	free(page);
	printf("pages %lu\n", count);
	return ret;
}

static int check_pages(kdump_ctx_t *dump)
{
	kdump_attr_t map = { .type = KDUMP_BITMAP };
	kdump_num_t size;

	if (kdump_get_number_attr(dump, KDUMP_ATTR_PAGE_SIZE, &size) != KDUMP_OK)
		return complain(dump, KDUMP_ATTR_PAGE_SIZE);
	if (kdump_get_typed_attr(dump, KDUMP_ATTR_FILE_PAGEMAP, &map) != KDUMP_OK)
		return complain(dump, KDUMP_ATTR_FILE_PAGEMAP);
	return read_pages(dump, map.val.bitmap, size);
}

static int read_dump(kdump_ctx_t *dump, int fd)
{
	if (kdump_open_fd(dump, fd) != KDUMP_OK)
		return complain(dump, "not a dump");
	if (print_release(dump))
		return -1;
	return check_pages(dump);
}

int main(int argc, char **argv)
{
	kdump_ctx_t *dump;
	int fd, ret;

	if (argc != 2) {
		fprintf(stderr, "usage: readdump FILE\n");
		return 2;
	}
	fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		perror(argv[1]);
		return 1;
	}
	dump = kdump_new();
	ret = dump ? read_dump(dump, fd) : -1;
	kdump_free(dump);
	close(fd);
	return ret ? 1 : 0;
}
