/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Walks the initramfs named, as crashctl does, and prints what was found and
 * the memory it took.  For bench-initramfs, and by hand for any image.
 */
#include "../../lib/parse/initramfs.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

static unsigned char chunk[256 * KD_KIB];

static int walk(int fd, struct kd_initramfs *ret, struct kd_contents *contents,
		struct kd_text *why)
{
	const struct kd_initramfs_limits limits = { 64 * KD_GIB, 10000000 };
	struct kd_initramfs_walker *w;
	ssize_t n;
	int r = kd_initramfs_walker_new(&limits, &w);

	if (r)
		return kd_why(why, r, "no memory");
	while (!r && (n = read(fd, chunk, sizeof(chunk))) > 0)
		r = kd_initramfs_walker_feed(w, chunk, (size_t)n, why);
	if (!r)
		r = kd_initramfs_walker_finish(w, ret, why);
	if (!r)
		kd_initramfs_walker_take_contents(w, contents);
	kd_initramfs_walker_free(w);
	return r;
}

static void field(const char *name, uint64_t value)
{
	printf("%s %" PRIu64 " ", name, value);
}

/* One line of sums for scripts, then one a segment for people. */
static void show(const struct kd_initramfs *s)
{
	struct rusage usage;
	size_t i;

	getrusage(RUSAGE_SELF, &usage);
	field("stored", s->stored);
	field("unpacked", s->unpacked);
	field("content", s->content);
	field("pages", s->pages[0]);
	field("files", s->files);
	field("regular", s->regular);
	field("links", s->links);
	field("symlinks", s->symlinks);
	field("long", s->long_symlinks);
	field("skipped", s->skipped);
	field("window", s->window);
	field("no-trailer", s->no_trailer);
	field("partial", s->partial_stored);
	printf("maxrss_kib %ld\n", usage.ru_maxrss);
	for (i = 0; i < s->n_segments && i < KD_INITRAMFS_SEGMENTS; i++) {
		printf("  %s: ", kd_codec_name(s->segments[i].codec));
		field("at", s->segments[i].offset);
		field("stored", s->segments[i].stored);
		field("unpacked", s->segments[i].unpacked);
		field("window", s->segments[i].window);
		printf("\n");
	}
}

/* For people: what it says of itself. */
static void show_contents(const struct kd_contents *c)
{
	size_t i;

	printf("  maker %d tools %u microcode %" PRIu64 " root %d rootfstype %d deps %d cut %d "
	       "lost %" PRIu64 "\n", c->maker, c->tools, c->microcode, c->names_root,
	       c->names_rootfstype, c->deps_known, c->lists_cut, c->modules_lost);
	for (i = 0; i < c->n_largest; i++)
		printf("  %10" PRIu64 " %s\n", c->largest[i].bytes, c->largest[i].path);
	for (i = 0; i < c->n_modules; i++)
		printf("  module %s %s stored %" PRIu64 " memory %" PRIu64 " why %u\n",
		       c->modules[i].name, kd_codec_name(c->modules[i].codec),
		       c->modules[i].stored, c->modules[i].memory, c->modules[i].why);
}

int main(int argc, char **argv)
{
	struct kd_initramfs sum;
	struct kd_contents contents;
	struct kd_text why;
	int fd;

	if (argc != 2) {
		fprintf(stderr, "usage: %s FILE\n", argv[0]);
		return 64;
	}
	fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		perror(argv[1]);
		return 1;
	}
	if (walk(fd, &sum, &contents, &why)) {
		fprintf(stderr, "%s: %s\n", argv[1], why.s);
		return 1;
	}
	show(&sum);
	show_contents(&contents);
	kd_contents_free(&contents);
	close(fd);
	return 0;
}
