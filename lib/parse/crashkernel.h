/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The crashkernel= grammar exactly as the kernel reads it
 * (kernel/crash_reserve.c: parse_crashkernel() and what it calls): what a
 * command line asks for on a machine with so much memory, and for each word
 * what the kernel makes of it, without a message where the kernel has none.
 */
#ifndef KD_PARSE_CRASHKERNEL_H
#define KD_PARSE_CRASHKERNEL_H

#include "../core/text.h"

enum kd_ck_kind {
	KD_CK_PLAIN,		/* X, X@Y, or ranges */
	KD_CK_HIGH,		/* X,high */
	KD_CK_LOW,		/* X,low */
	KD_CK_CMA,		/* X,cma */
};

/* What the kernel does with one word; the note says why where it is not used. */
enum kd_ck_fate {
	KD_CK_USED,
	KD_CK_OVERRIDDEN,	/* a later word of the kind wins */
	KD_CK_IGNORED,		/* not looked at, or asks for what cannot be */
	KD_CK_REFUSED,		/* malformed; the note has the kernel's message */
};

#define KD_CK_NOTE 160
#define KD_CK_WORDS 64	/* more are -E2BIG */

struct kd_ck_word {
	/*
	 * In the line: "crashkernel=…" up to the next space.  Not always a word
	 * of cmdline.h: the kernel takes it out of quotes and longer names, and
	 * one may lie in another.
	 */
	size_t start, len;
	enum kd_ck_kind kind;
	enum kd_ck_fate fate;
	uint64_t size;		/* asked for here; 0 if refused or no row matches */
	uint64_t base;		/* of @Y, 0 = the kernel chooses */
	/* Row of a range list that matched, in bytes; row_end 0 = open. */
	bool ranged, row_found;
	uint64_t row_start, row_end;
	char note[KD_CK_NOTE];	/* why, in words; "" where all is as asked */
};

/* What differs between kernels, chosen by the caller from version and architecture. */
struct kd_ck_kernel {
	uint64_t ram;		/* as the kernel counts it, not rounded, not 0 */
	bool knows_cma;		/* 6.17 and later; before, such a word is plain and broken */
	bool has_cma;		/* and it does something: CONFIG_CMA and architecture */
	bool knows_high_low;	/* the architecture takes ,high and ,low */
	/*
	 * x86 before 6.7 (arch/x86/kernel/setup.c:reserve_crashkernel()): ,high
	 * is also tried when the plain word fails; ,low is read by itself once
	 * main lies above 4 GiB, however it got there, and a bad one counts as
	 * none.
	 */
	bool old_x86;
	bool high_has_auto_low;	/* ,high alone brings a low region */
	uint64_t default_low;	/* size of that region */
};

struct kd_ck {
	size_t n;
	struct kd_ck_word words[KD_CK_WORDS];
	/*
	 * What will be asked of the memory allocator; 0 = nothing.  A plain main
	 * that finds no room below the low limit and goes above it brings the
	 * default low region: not counted here, it depends on the placement.
	 */
	uint64_t main, base, low, cma;
	bool high;		/* main is wanted above the low limit */
	bool low_is_auto;	/* low is the kernel's default, not asked for */
};

/*
 * Returns 0 also where the kernel would reserve nothing (then main is 0 and
 * the notes say why); -E2BIG for too many words; -EINVAL where @kernel->ram is
 * 0, without which nothing can be said.  A newline at the very end of @line is
 * not part of it.
 */
int kd_ck_parse(const char *line, const struct kd_ck_kernel *kernel, struct kd_ck *ret,
		struct kd_text *why);

/*
 * A size as the kernel's memparse() reads it (lib/cmdline.c): decimal, 0x… or
 * 0…, then one of K M G T P E.  *@end is the first byte not used.  -EINVAL
 * without a digit, -ERANGE where it does not fit (the kernel would wrap).
 */
int kd_memparse(const char *s, uint64_t *ret, const char **end);

/*
 * The same as the kernel does it: too large a number wraps around and a suffix
 * alone is 0; @odd says that the result is not what is written.  *@end is @s
 * where there is nothing to read.  (Later kernels stop at the top
 * instead and read no lone suffix: "lib: fix memparse() to handle overflow".
 * What is odd here is not what is written there either.)
 */
uint64_t kd_memparse_kernel(const char *s, const char **end, bool *odd);

#endif
