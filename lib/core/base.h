/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Arithmetic and small helpers without state: the ground that every layer
 * stands on.  Nothing here reads, writes, allocates or knows what a crash
 * kernel is.
 */
#ifndef KD_CORE_BASE_H
#define KD_CORE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define KD_KIB		UINT64_C(1024)
#define KD_MIB		(1024 * KD_KIB)
#define KD_GIB		(1024 * KD_MIB)

/* The sizes of pages that kernels of 64 bits are built for: 4, 16 and 64 KiB. */
#define KD_PAGE_SIZES	3
#define KD_PAGE_SIZE(i)	(4 * KD_KIB << 2 * (i))

#define KD_ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define KD_PRINTF(fmt, args)	__attribute__((format(printf, fmt, args)))
#define KD_API			__attribute__((visibility("default")))

/* Sums of numbers from outside stop at the top instead of wrapping. */
static inline uint64_t kd_add(uint64_t a, uint64_t b)
{
	uint64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

static inline uint64_t kd_mul(uint64_t a, uint64_t b)
{
	uint64_t product;

	return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

static inline uint64_t kd_sub_floor(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

static inline uint64_t kd_min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static inline uint64_t kd_max(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* @unit is any non-zero number; the result stops at the last multiple of it. */
static inline uint64_t kd_round_down(uint64_t n, uint64_t unit)
{
	return n - n % unit;
}

static inline uint64_t kd_round_up(uint64_t n, uint64_t unit)
{
	uint64_t rest = n % unit;

	if (!rest)
		return n;
	if (n > UINT64_MAX - (unit - rest))
		return kd_round_down(UINT64_MAX, unit);
	return n + (unit - rest);
}

/* Rounded down. */
static inline uint64_t kd_square_root(uint64_t n)
{
	uint64_t root = 0;

	for (uint64_t bit = UINT64_C(1) << 31; bit; bit >>= 1)
		if ((root + bit) * (root + bit) <= n)
			root += bit;
	return root;
}

/* Numbers in files have the byte order of the file, not of this machine. */
static inline uint16_t kd_le16(const void *p)
{
	const unsigned char *b = p;

	return (uint16_t)(b[0] | b[1] << 8);
}

static inline uint32_t kd_le32(const void *p)
{
	const unsigned char *b = p;

	return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static inline uint64_t kd_le64(const void *p)
{
	const unsigned char *b = p;

	return kd_le32(b) | (uint64_t)kd_le32(b + 4) << 32;
}

static inline bool kd_streq(const char *a, const char *b)
{
	return !strcmp(a, b);
}

static inline bool kd_starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

/* The text behind the last '/'. */
static inline const char *kd_last_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Takes the last '/' off and what is behind it; false where there is none. */
static inline bool kd_path_up(char *path)
{
	char *slash = strrchr(path, '/');

	if (slash)
		*slash = '\0';
	return slash;
}

#endif
