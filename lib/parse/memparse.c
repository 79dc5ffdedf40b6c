/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Sizes as lib/cmdline.c:memparse() reads them, in two moods: as the kernel
 * does it, which never fails, and for people, who want to be told.
 */
#include "crashkernel.h"

#include <errno.h>
#include <limits.h>

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return INT_MAX;
}

/*
 * lib/kstrtox.c:_parse_integer_fixup_radix(): "0x" needs a hexadecimal digit
 * behind it, any other leading 0 means octal.
 */
static int radix_of(const char *s)
{
	if (s[0] != '0')
		return 10;
	if ((s[1] == 'x' || s[1] == 'X') && digit_of(s[2]) < 16)
		return 16;
	return 8;
}

/* A suffix stands for so many bits; -1 where there is none. */
static int shift_of(char c)
{
	static const char letters[] = "kmgtpe";
	const char *at = c ? strchr(letters, c | 0x20) : NULL;

	return at ? 10 * (int)(at - letters + 1) : -1;
}

uint64_t kd_memparse_kernel(const char *s, const char **end, bool *odd)
{
	int radix = radix_of(s), shift;
	uint64_t n = 0;
	bool wraps = false;
	const char *first = s + (radix == 16 ? 2 : 0), *p;

	for (p = first; digit_of(*p) < radix; p++) {
		wraps |= __builtin_mul_overflow(n, (uint64_t)radix, &n);
		wraps |= __builtin_add_overflow(n, (uint64_t)digit_of(*p), &n);
	}
	*odd = wraps;
	shift = shift_of(*p);
	if (shift > 0) {
		*odd |= p == first || n >> (64 - shift);
		n <<= shift;
		p++;
	}
	*end = p;
	return n;
}

int kd_memparse(const char *s, uint64_t *ret, const char **end)
{
	const char *p;
	uint64_t n;
	bool odd;

	if (digit_of(*s) > 9)
		return -EINVAL;
	n = kd_memparse_kernel(s, &p, &odd);
	if (odd)
		return -ERANGE;
	*ret = n;
	*end = p;
	return 0;
}
