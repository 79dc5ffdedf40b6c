/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Kernel and initramfs as files on disk: who they are (identity), what is in
 * them (parsers fed piece by piece), and why they are of no use if they are not.
 */
#ifndef KD_FACTS_IMAGE_H
#define KD_FACTS_IMAGE_H

#include <sys/stat.h>
#include <sys/types.h>

#include "../parse/kernel.h"
#include "../parse/initramfs.h"
#include "build.h"
#include "config.h"

/* A file that is the same by all of these has not been written to since. */
struct kd_identity {
	uint64_t dev, ino, size;
	int64_t mtime, mtime_ns, ctime, ctime_ns;
};

void kd_identify(const struct stat *st, struct kd_identity *ret);
bool kd_identity_equal(const struct kd_identity *a, const struct kd_identity *b);

struct kd_file {
	char *path;			/* NULL: none was found */
	int fd;				/* -1 unless open; facts have none */
	int error;			/* -errno: of no use; the words are in the image */
	struct kd_identity id;
};

/* What was read from both files: all numbers, to be copied as it is. */
struct kd_image_sums {
	struct kd_kernel kernel;
	struct kd_initramfs initramfs;
};

struct kd_record;

/* The smallest main that booted in a rehearsal (measured.h). */
struct kd_measured_main {
	uint64_t bytes;			/* 0: none is known */
	uint64_t start;			/* how far into a section it lay */
	uint64_t cpus;			/* that the crash kernel had */
	uint64_t time;			/* seconds since 1970 */
};

/* What became of a file that is loaded. */
enum kd_kept {
	KD_KEPT_UNKNOWN,
	KD_KEPT,			/* its content is what it was */
	KD_KEPT_CHANGED,
	KD_KEPT_GONE,			/* it is no longer there */
};

struct kdump_image {
	unsigned refs;
	struct kdump_ctx *ctx;
	struct kdump_config *config;
	struct kd_file kernel, initramfs;
	bool initramfs_inside;		/* it is .initrd of the kernel: the same file twice */
	uint64_t initramfs_offset, initramfs_bytes;	/* where it is in its file */
	struct kd_image_sums sums;
	struct kd_contents contents;
	bool complete;			/* sums and contents are true, and so are: */
	char *cmdline;			/* what it is loaded with; NULL: no line is known */
	const char *added;		/* the word in it that is not the config's; NULL */
	struct kd_measured_main measured;	/* of these very files with that line */
	bool kernel_known, initramfs_known;	/* unread: by the record or the cache */
	struct kd_record *record;	/* of the last load; NULL if there is none of this boot */
	struct kd_build build;		/* of the running kernel's own file */
	bool overtaken;			/* there was one, and another tool loaded since */
	enum kd_kept kernel_kept, initramfs_kept;
	int error;			/* first failure, and its words: */
	const char *error_id;
	struct kd_text why, advice;
	/* While reading; first the kernel. */
	struct kd_kernel_walker *kernel_walker;
	struct kd_initramfs_walker *walker;
	unsigned char *chunk;
	uint64_t kernel_offset, offset;
};

/* Fills cmdline and added, when all else is complete.  -ENOMEM. */
int kd_image_compose(struct kdump_image *image);

/* Keeps the first failure, for what comes after it often follows from it; returns @code. */
int kd_image_spoil(struct kdump_image *image, struct kd_file *file, int code, const char *id,
		   const char *what);

/*
 * image-inside.c.  Does the kernel, which is open, carry the initramfs that
 * is wanted?  Then the config names it.  -errno: the image is spoilt.
 */
int kd_image_look_inside(struct kdump_image *image);
/* The same of a kernel that was read elsewhere; 1 it does, 0, -ENOMEM. */
int kd_image_replay_inside(struct kdump_image *image);
/* Is it still where it was seen?  Else the image is spoilt. */
int kd_image_check_inside(struct kdump_image *image);

/* The next piece at @offset into @image->chunk; fewer bytes only at the end of the file. */
#define KD_IMAGE_CHUNK ((size_t)KD_MIB)
#define KD_IMAGE_CHUNKS 8		/* that one call reads */
ssize_t kd_image_read_chunk(struct kdump_image *image, const struct kd_file *file,
			    uint64_t offset);

#endif
