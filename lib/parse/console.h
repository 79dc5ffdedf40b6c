/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The console of a guest in which a crash is rehearsed: what its first kernel's init
 * says (cli/guest/init.c), and from the panic on how far the crash kernel came and what
 * it died of.  A push parser: pieces of any size, of any bytes, in constant memory.
 */
#ifndef KD_PARSE_CONSOLE_H
#define KD_PARSE_CONSOLE_H

#include "../core/base.h"

#define KD_CONSOLE_LINE	256		/* what is longer is cut */
#define KD_CONSOLE_KEPT	12		/* lines at its end, for people */

/* What a crash kernel died of, by its own word. */
enum kd_death {
	KD_DEATH_NONE,
	KD_DEATH_MEMORY,		/* none was left */
	KD_DEATH_ROOT_FULL,		/* the root had no room for the initramfs */
	KD_DEATH_UNPACK,		/* the initramfs is none, or damaged */
	KD_DEATH_NO_INIT,
	KD_DEATH_PANIC,			/* another reason */
};

struct kd_console {
	/* The first kernel. */
	bool reserved_known;
	uint64_t reserved;		/* bytes of main */
	bool loaded;
	unsigned refused;		/* errno of the load; 0 was not */
	bool broken;			/* it panicked before either */
	/* The crash kernel. */
	bool booted, unpacked, init;
	bool memory_known;
	uint64_t available, total;	/* bytes, when it had started its allocator */
	bool lowest_known;
	uint64_t lowest;		/* MemAvailable, by crashctl-memory-watch */
	enum kd_death death;		/* the first */
	char why[KD_CONSOLE_LINE];	/* the line that tells of it */
	/* The last lines, the oldest at @oldest, and the one that is not ended. */
	char kept[KD_CONSOLE_KEPT][KD_CONSOLE_LINE];
	size_t n_kept, oldest;
	char line[KD_CONSOLE_LINE];
	size_t len;
};

void kd_console_init(struct kd_console *c);
void kd_console_feed(struct kd_console *c, const void *bytes, size_t len);
/* The line that no line end follows, too. */
void kd_console_finish(struct kd_console *c);

/*
 * What a kernel says of an initramfs that it could not unpack (init/initramfs.c:
 * do_populate_rootfs()): where the reason stands in the line; NULL it is another line.
 */
const char *kd_console_unpacking(const char *line, size_t len);
/* Of that reason: ROOT_FULL, MEMORY or UNPACK. */
enum kd_death kd_console_unpack_death(const char *reason, size_t len);

/* The @i-th of the last lines, the oldest first; NULL beyond them. */
const char *kd_console_line(const struct kd_console *c, size_t i);

#endif
