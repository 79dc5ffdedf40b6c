/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The next boot's half of a plan, between its parts: which kernels the words
 * reach, what they are to ask for, what speaks against it.
 */
#ifndef KD_DECIDE_PLAN_BOOT_H
#define KD_DECIDE_PLAN_BOOT_H

#include "plan.h"

struct kd_wanted {
	uint64_t main, base, low, cma;	/* base 0: where the kernel puts it */
	bool high, has_low;
	bool raised;			/* main, though nobody named it */
};

/* A kernel that will boot with the words. */
struct kd_reached {
	const struct kdump_entry *entry;	/* NULL: no entry can be read, so the running one */
	size_t index;			/* of the entry */
	const char *name, *cmdline;	/* NULL unknown */
	struct kd_ck_kernel kernel;
	const struct kd_version *version;	/* NULL unknown */
	bool nokaslr;
	bool alone;			/* it gets words of its own, without CMA */
};

struct kd_next {
	struct kdump_plan *plan;
	const struct kdump_wish *wish;
	struct kd_ck before;		/* what is configured, or else booted */
	size_t n;			/* 0: no entry is of the kernel that is named */
	struct kd_reached *v;
	size_t first;			/* of them boots next, or is as good as any */
	bool writes;			/* there is a boot configuration to be changed */
	struct kd_wanted w;
	bool any_cma, all_cma;		/* make something of ,cma */
	bool has_place;			/* the place that is wished was found */
	bool will_not_fit;		/* and was refused, once for all kernels */
	char alone_words[KD_WORDS_MAX];
};

/* Which kernels: -ENOMEM. */
int kd_next_reach(struct kd_next *next);
void kd_next_free(struct kd_next *next);
/* An entry that keeps what it has while others change. */
bool kd_next_is_beside(const struct kd_next *next, const struct kdump_entry *entry);

/* "7.2.12, 6.1.0-50 and 3 more": those that @matches. */
void kd_next_names(const struct kd_next *next,
		   bool (*matches)(const struct kd_next *next, const struct kd_reached *reached),
		   struct kd_text *ret);

/* What they are to ask for, and how it is written. */
void kd_next_want(struct kd_next *next);
void kd_wanted_write(const struct kd_wanted *w, char words[KD_WORDS_MAX]);
/* Is that other than what is configured? */
bool kd_wanted_differs(const struct kd_wanted *w, const struct kd_ck *before);
/* What main has to hold in a kernel that gives the crash kernel no CMA. */
uint64_t kd_next_alone(const struct kd_next *next);

/* Refuses what cannot be, or helps nobody. */
void kd_next_refuse(struct kd_next *next);

#endif
