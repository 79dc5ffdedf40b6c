/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Verifies, and stops where something is wrong; and what a compiler takes for granted. */
#include "target.h"

/* Where flat.ld puts them: behind all else, and behind the file. */
__attribute__((section(".told"))) struct kd_purgatory kd_target_told = { 0 };
__attribute__((aligned(16))) unsigned char kd_target_stack[KD_PURGATORY_STACK];

/*
 * Compilers call these for what they copy and clear.  The barrier keeps them
 * from seeing a memcpy() in the body of memcpy().
 */
void *memcpy(void *to, const void *from, size_t n)
{
	const unsigned char *s = from;
	unsigned char *d = to;

	for (; n; n--) {
		*d++ = *s++;
		__asm__ volatile("" : "+r"(d), "+r"(s));
	}
	return to;
}

void *memmove(void *to, const void *from, size_t n)
{
	const unsigned char *s = from;
	unsigned char *d = to;

	if (d <= s)
		return memcpy(to, from, n);
	while (n--) {
		d[n] = s[n];
		__asm__ volatile("" : "+r"(d), "+r"(s));
	}
	return to;
}

void *memset(void *to, int value, size_t n)
{
	unsigned char *d = to;

	for (; n; n--) {
		*d++ = (unsigned char)value;
		__asm__ volatile("" : "+r"(d));
	}
	return to;
}

void kd_target_main(const struct kd_purgatory *told)
{
	const struct kd_purgatory_region *damaged = kd_target_damaged(told);
	unsigned column;

	if (!damaged)
		return;
	column = kd_target_say(told, 0, "\r\ncrashctl: the crash kernel in memory is damaged "
					"(segment ");
	column = kd_target_say(told, column, damaged->name);
	kd_target_say(told, column, "): not started\r\n");
	kd_target_halt();
}
