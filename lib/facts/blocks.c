/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Memory that can be taken out while the system runs: blocks in ZONE_MOVABLE.  The file
 * "removable" of a block tells nothing any more (drivers/base/memory.c:
 * removable_show()): it is 1 wherever the kernel could take out memory at all.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../parse/sysfs.h"
#include "boot.h"

#define MEMORY_DIR	"sys/devices/system/memory"
#define ZONEINFO_MAX	(16 * KD_MIB)
/* 128 TiB in blocks of 2 GiB, which is what large machines have (arch/x86/mm/init_64.c). */
#define BLOCKS_MAX	(64 * 1024)

/* Most machines have no such zone, and need not be asked block by block. */
static bool has_movable(struct kdump_ctx *ctx)
{
	struct kd_buf buf;
	bool has;

	if (kd_root_read(ctx, "proc/zoneinfo", ZONEINFO_MAX, &buf))
		return false;
	has = kd_zoneinfo_has_movable(buf.data);
	kd_buf_free(&buf);
	return has;
}

/* Hexadecimal, without 0x. */
static uint64_t block_bytes(struct kdump_ctx *ctx)
{
	char line[32], *end;
	uint64_t bytes;

	if (kd_root_read_line(ctx, MEMORY_DIR "/block_size_bytes", line, sizeof(line)))
		return 0;
	errno = 0;
	bytes = strtoull(line, &end, 16);
	return errno || *end || end == line ? 0 : bytes;
}

/* "memory32" is the 33rd block of the address space. */
static bool is_block(const char *name, uint64_t *ret)
{
	static const char prefix[] = "memory";
	char *end;

	if (!kd_starts(name, prefix))
		return false;
	name += sizeof(prefix) - 1;
	errno = 0;
	*ret = strtoull(name, &end, 10);
	return *name >= '0' && *name <= '9' && !*end && !errno;
}

static int add_block(struct kdump_ctx *ctx, const char *name, uint64_t bytes,
		     struct kd_ranges *ranges)
{
	char path[128], zones[64];
	uint64_t block, start;

	if (!is_block(name, &block) || strlen(name) > 32)
		return 0;
	snprintf(path, sizeof(path), MEMORY_DIR "/%s/valid_zones", name);
	start = kd_mul(block, bytes);
	if (kd_root_read_line(ctx, path, zones, sizeof(zones)) ||
	    !kd_zones_are_movable(zones) || start > UINT64_MAX - bytes)
		return 0;
	return kd_ranges_add(ranges, start, start + bytes - 1);
}

/* In place: each that begins where the one before ends becomes part of it. */
static void join(struct kd_ranges *ranges)
{
	size_t n = 0;

	kd_ranges_sort(ranges);
	for (size_t i = 0; i < ranges->n; i++)
		if (n && ranges->v[i].start == ranges->v[n - 1].end + 1)
			ranges->v[n - 1].end = ranges->v[i].end;
		else
			ranges->v[n++] = ranges->v[i];
	ranges->n = n;
}

int kd_facts_movable(struct kdump_ctx *ctx, struct kd_ranges *ret)
{
	uint64_t bytes = has_movable(ctx) ? block_bytes(ctx) : 0;
	struct kd_ranges ranges = { 0 };
	struct kd_names names;
	int err;

	*ret = ranges;
	if (!bytes)
		return 0;
	err = kd_root_list(ctx, MEMORY_DIR, BLOCKS_MAX, &names);
	if (err)
		return err == -ENOMEM ? err : 0;
	for (size_t i = 0; i < names.n && !err; i++)
		err = add_block(ctx, names.v[i], bytes, &ranges);
	kd_names_free(&names);
	if (err) {
		kd_ranges_free(&ranges);
		return err;
	}
	join(&ranges);
	*ret = ranges;
	return 0;
}
