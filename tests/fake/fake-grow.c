/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * A model of the module crash_grow (kernel/sysfs-kernel-crash_grow), and of a kernel that
 * grows main by itself.  It takes pieces of System RAM in the scratch folder's
 * proc/iomem that hold nothing else, the highest below 4 GiB first, and moves the lines
 * as the kernel's resource tree does.  What is taken and not committed stands in the
 * module's own files, in no other.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../lib/core/base.h"
#include "fake.h"

#define GROW	"sys/kernel/crash_grow/"
#define PIECE	(2 * KD_MIB)
#define LINES	512
#define TEXT	(64 * 1024)

struct entry {
	unsigned level;
	uint64_t start, end;
	char name[64];
};

static struct {
	size_t n;
	struct entry v[LINES];
} map;

/* ---- proc/iomem ---- */

static void read_map(void)
{
	static char text[TEXT];
	char *line, *rest = text;

	map.n = 0;
	if (!fake_read_text("proc/iomem", text, sizeof(text)))
		return;
	while ((line = strsep(&rest, "\n")) && map.n < LINES) {
		struct entry *e = &map.v[map.n];

		e->level = (unsigned)strspn(line, " ") / 2;
		if (sscanf(line, " %" SCNx64 "-%" SCNx64 " : %63[^\n]", &e->start, &e->end,
			   e->name) == 3)
			map.n++;
	}
}

static void write_map(void)
{
	static char text[2 * TEXT];
	FILE *out = fmemopen(text, sizeof(text), "w");

	for (size_t i = 0; i < map.n; i++)
		fprintf(out, "%*s%08" PRIx64 "-%08" PRIx64 " : %s\n", (int)map.v[i].level * 2, "",
			map.v[i].start, map.v[i].end, map.v[i].name);
	fclose(out);
	fake_write_text("proc/iomem", text);
}

static bool is_ram(const struct entry *e)
{
	return !e->level && !strcmp(e->name, "System RAM");
}

static bool is_crash(const struct entry *e)
{
	return !strcmp(e->name, "Crash kernel");
}

/* What lies in it and is not the system's again; the CMA of the tree is not looked at. */
static bool is_free(uint64_t start, uint64_t end)
{
	for (size_t i = 0; i < map.n; i++)
		if (map.v[i].level && strcmp(map.v[i].name, "System RAM") &&
		    map.v[i].start <= end && start <= map.v[i].end)
			return false;
	return true;
}

static uint64_t find_piece(uint64_t bytes, uint64_t from, uint64_t below)
{
	for (size_t i = map.n; i-- > 0; ) {
		const struct entry *e = &map.v[i];
		uint64_t low = kd_max(e->start, from), top = kd_min(e->end + 1, below);

		if (!is_ram(e) || top <= low)
			continue;
		for (uint64_t at = kd_round_down(top, PIECE); at >= low + bytes; at -= PIECE)
			if (is_free(at - bytes, at - 1))
				return at - bytes;
	}
	return 0;
}

static uint64_t ram(void)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < map.n; i++)
		if (is_ram(&map.v[i]))
			sum += map.v[i].end - map.v[i].start + 1;
	return sum;
}

static uint64_t main_bytes(void)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < map.n; i++)
		if (is_crash(&map.v[i]))
			bytes = map.v[i].end - map.v[i].start + 1;
	return bytes;
}

static void put_crash(uint64_t start, uint64_t bytes)
{
	size_t at = 0;

	/* Behind the last line that begins before it, its parent at least. */
	for (size_t i = 0; i < map.n; i++)
		if (map.v[i].start <= start)
			at = i + 1;
	if (map.n == LINES)
		abort();
	memmove(&map.v[at + 1], &map.v[at], (map.n - at) * sizeof(*map.v));
	map.n++;
	map.v[at] = (struct entry){ 1, start, start + bytes - 1, "Crash kernel" };
}

/* The system's again, and no entry of its own: crash_grow takes it out of the tree whole. */
static void drop_crash(void)
{
	size_t n = 0;

	for (size_t i = 0; i < map.n; i++)
		if (!is_crash(&map.v[i]))
			map.v[n++] = map.v[i];
	map.n = n;
}

/* ---- what is taken ---- */

static bool read_taken(const char *path, uint64_t *start, uint64_t *bytes)
{
	char text[64];
	uint64_t end;

	*start = *bytes = 0;
	if (!fake_read_text(path, text, sizeof(text)) ||
	    sscanf(text, "%" SCNx64 "-%" SCNx64, start, &end) != 2)
		return false;
	*bytes = end - *start + 1;
	return true;
}

static void write_taken(const char *path, uint64_t start, uint64_t bytes)
{
	char text[64] = "\n";

	if (bytes)
		snprintf(text, sizeof(text), "%016" PRIx64 "-%016" PRIx64 "\n", start,
			 start + bytes - 1);
	fake_write_text(path, text);
}

static void give_back(void)
{
	write_taken(GROW "main", 0, 0);
	write_taken(GROW "low", 0, 0);
}

static int check_memory(uint64_t bytes)
{
	char text[4096];
	uint64_t margin = fake_read_number(GROW "margin", 64 * KD_MIB);
	const char *p = fake_read_text("proc/meminfo", text, sizeof(text))
				? strstr(text, "MemAvailable:") : NULL;

	if (!p)
		return 0;
	return bytes + bytes / 8 + margin > strtoull(p + 13, NULL, 10) * KD_KIB ? -ENOMEM : 0;
}

static int take_above(uint64_t bytes)
{
	uint64_t low = fake_read_number(GROW "low_size", 256 * KD_MIB), at, main;

	main = find_piece(bytes, 4 * KD_GIB, UINT64_MAX);
	at = low ? find_piece(low, 16 * KD_MIB, 4 * KD_GIB) : 0;
	if (!main || (low && !at))
		return -ENOSPC;
	write_taken(GROW "main", main, bytes);
	write_taken(GROW "low", at, low);
	return 0;
}

static int take_below(uint64_t bytes)
{
	uint64_t at = find_piece(bytes, 16 * KD_MIB, 4 * KD_GIB);

	if (!at)
		return -ENOSPC;
	write_taken(GROW "main", at, bytes);
	return 0;
}

static int take(uint64_t bytes)
{
	bool high = fake_read_number(GROW "high", 0);
	uint64_t start, have;
	int err;

	if (read_taken(GROW "main", &start, &have))
		return -EALREADY;
	if (bytes > ram())
		return -E2BIG;
	if (bytes <= main_bytes())
		return -EINVAL;
	err = check_memory(bytes);
	if (err)
		return err;
	bytes = kd_round_up(bytes, PIECE);
	err = high ? take_above(bytes) : take_below(bytes);
	return err == -ENOSPC ? high ? take_below(bytes) : take_above(bytes) : err;
}

/* As kstrtou64(): the whole text, with a line end or without. */
static int number(const char *text, size_t len, uint64_t *ret)
{
	char copy[32], *end;

	if (len >= sizeof(copy))
		return -EINVAL;
	memcpy(copy, text, len);
	copy[len] = '\0';
	errno = 0;
	*ret = strtoull(copy, &end, 0);
	if (copy[0] < '0' || copy[0] > '9' || (*end && strcmp(end, "\n")))
		return -EINVAL;
	return errno == ERANGE ? -E2BIG : 0;
}

ssize_t fake_write_take(const char *text, size_t len)
{
	uint64_t bytes;
	int err = number(text, len, &bytes);

	if (err)
		return err;
	read_map();
	if (bytes)
		err = take(bytes);
	else
		give_back();
	return err ? err : (ssize_t)len;
}

/* ---- what is reserved ---- */

static void reserve(uint64_t main, uint64_t bytes, uint64_t low, uint64_t low_bytes)
{
	char text[32];

	drop_crash();
	if (low_bytes)
		put_crash(low, low_bytes);
	put_crash(main, bytes);
	write_map();
	snprintf(text, sizeof(text), "%" PRIu64 "\n", bytes + low_bytes);
	fake_write_text(fake_size_file(), text);
}

ssize_t fake_write_commit(const char *text, size_t len)
{
	uint64_t yes, main, bytes, low, low_bytes;
	int err = number(text, len, &yes);

	if (!err && yes != 1)
		err = -EINVAL;
	if (err)
		return err;
	if (!read_taken(GROW "main", &main, &bytes))
		return -ENODATA;
	if (fake_is_busy())
		return -EAGAIN;
	if (*fake_loaded())
		return -EBUSY;
	read_taken(GROW "low", &low, &low_bytes);
	read_map();
	reserve(main, bytes, low, low_bytes);
	write_taken(GROW "grown", main, bytes);
	give_back();
	return (ssize_t)len;
}

bool fake_grows_by_itself(void)
{
	return fake_read_number("sys/kernel/kexec/crash_growable", 0) == 1;
}

int fake_grow_by_itself(uint64_t size)
{
	uint64_t at, bytes;

	read_map();
	bytes = kd_round_up(size, PIECE);
	at = find_piece(bytes, 16 * KD_MIB, 4 * KD_GIB);
	if (!at || size > ram() || check_memory(bytes))
		return -ENOMEM;
	reserve(at, bytes, 0, 0);
	return 0;
}
