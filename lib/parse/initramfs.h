/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Walks an initramfs as the kernel will unpack it (Documentation/driver-api/
 * early-userspace/buffer-format.rst, init/initramfs.c:unpack_to_rootfs()): any number
 * of cpio archives, plain or compressed, with zero padding between.  A push
 * parser in constant memory: init, feed, finish.  It adds up what tmpfs or
 * ramfs will hold, and notes what the files say of themselves (contents.h).
 */
#ifndef KD_PARSE_INITRAMFS_H
#define KD_PARSE_INITRAMFS_H

#include "../core/text.h"
#include "codec.h"
#include "contents.h"

#define KD_INITRAMFS_SEGMENTS 16	/* more are counted, not described */

/*
 * One plain archive (up to its trailer) or one compressed stream.  The zero
 * bytes between segments belong to none.
 */
struct kd_initramfs_segment {
	enum kd_codec codec;
	uint64_t offset;		/* in the file */
	uint64_t stored, unpacked;	/* bytes of the segment, bytes of cpio in it */
	uint64_t window;		/* memory of the kernel's decompressor */
};

struct kd_initramfs {
	uint64_t stored;		/* the whole file */
	uint64_t unpacked;		/* bytes of cpio after decompression, all */
	/*
	 * What the root file system will hold.  A name that comes again in a
	 * later archive counts again, though the kernel replaces the file
	 * (do_name() opens with O_TRUNC): never below the truth.
	 */
	uint64_t content;		/* file bytes, hard links once */
	uint64_t pages[KD_PAGE_SIZES];	/* the same, each file rounded up to whole pages */
	uint64_t files;			/* inodes: files, folders, links, devices */
	uint64_t regular;		/* regular files among them */
	uint64_t links;			/* further names of inodes; tmpfs counts them */
	/*
	 * A symbolic link takes no page in tmpfs if it fits the inode, else one;
	 * in ramfs always one (mm/shmem.c:shmem_symlink(), fs/ramfs/inode.c).
	 */
	uint64_t symlinks, long_symlinks;
	uint64_t skipped;		/* entries that the kernel passes over silently */
	uint64_t window;		/* largest window of a segment */
	size_t n_segments;
	struct kd_initramfs_segment segments[KD_INITRAMFS_SEGMENTS];
	/* The last archive has no trailer: legal, but a file cut short looks so. */
	bool no_trailer;
	/*
	 * A segment whose codec was left out of this build, or lzo: its unpacked
	 * numbers are missing above and the caller must model them.  Where it
	 * ends cannot be known, so it takes the rest of the file.
	 */
	bool partial;
	uint64_t partial_stored;	/* bytes of file in such segments */
};

struct kd_initramfs_walker;

/* What a walk may cost: unpacking stops with -EFBIG beyond these. */
struct kd_initramfs_limits {
	uint64_t unpacked;		/* bytes */
	uint64_t files;
};

/*
 * Bytes of pages that the files take in a tmpfs and in a ramfs; never below for
 * a size of pages that is none of KD_PAGE_SIZE().
 */
uint64_t kd_initramfs_in_tmpfs(const struct kd_initramfs *sums, uint64_t page_size);
uint64_t kd_initramfs_in_ramfs(const struct kd_initramfs *sums, uint64_t page_size);

/*
 * Bytes of slab beside the pages: inodes, names and the trees of pages.  Some
 * 900 bytes a file, by the kernel's configuration; it is kernel memory, and
 * tmpfs does not count it against its limit.
 */
uint64_t kd_initramfs_slab(const struct kd_initramfs *sums, uint64_t page_size);

/*
 * Inodes that tmpfs counts against its limit, half as many as there are pages
 * of memory (mm/shmem.c:shmem_default_max_inodes()): further names too.
 */
uint64_t kd_initramfs_inodes(const struct kd_initramfs *sums);

/* -ENOMEM. */
int kd_initramfs_walker_new(const struct kd_initramfs_limits *limits,
			    struct kd_initramfs_walker **ret);

/*
 * Takes the next @len bytes of the file.  -ENOMEM; -EBADMSG the kernel would
 * not unpack this ("junk within compressed archive", a cut or lying cpio
 * header, a broken stream; @why says what and at which offset); -EFBIG over a
 * limit.  After an error only free may be called.
 */
int kd_initramfs_walker_feed(struct kd_initramfs_walker *w, const void *data, size_t len,
			     struct kd_text *why);

/*
 * The end of the file: what is begun must be complete (the kernel would unpack
 * the first part of a plain archive that is cut inside an entry, and say
 * nothing), and there must be an archive.  Errors as feed.
 */
int kd_initramfs_walker_finish(struct kd_initramfs_walker *w, struct kd_initramfs *ret,
			       struct kd_text *why);

/* What it says of itself, once, after finish; the caller frees *@ret. */
void kd_initramfs_walker_take_contents(struct kd_initramfs_walker *w,
				       struct kd_contents *ret);
void kd_initramfs_walker_free(struct kd_initramfs_walker *w);

#endif
