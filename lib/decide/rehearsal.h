/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Rehearsals of a crash: what guest one takes, when it is decided how a trial went, and
 * which size is tried next for the smallest that holds.  Time is an argument.
 */
#ifndef KD_DECIDE_REHEARSAL_H
#define KD_DECIDE_REHEARSAL_H

#include "../core/error.h"
#include "../core/ranges.h"
#include "../parse/console.h"
#include "estimate.h"

/* ---- the guest ---- */

/* CPUs that the crash kernel leaves alone would only cost time; the board has a limit. */
uint64_t kd_guest_cpus(const char *cmdline, uint64_t cpus);

/* What the crash kernel has beside main: the same of CMA, up to a limit, can be given. */
struct kd_beside {
	uint64_t cma, low;
};

uint64_t kd_guest_cma(const struct kd_beside *beside);

struct kd_guest_wish {
	uint64_t ram;			/* of the guest; 0: as much as it takes */
	uint64_t main, cma;
	uint64_t archive;		/* bytes of what is packed for its first kernel */
	uint64_t section, align;	/* of the architecture */
	bool placed;			/* main lies at @start on the machine itself */
	uint64_t start;
};

struct kd_guest {
	uint64_t ram, base;		/* main is at @base */
};

/*
 * Main lies as it does on the machine, as far as that counts: as far into a section, for
 * struct pages come by whole ones; at the worst place where it is not known.
 * -ENOSPC where @wish->ram has no room for it, @ret->ram says how much it takes.
 */
int kd_guest_make(const struct kd_guest_wish *wish, struct kd_guest *ret);

/* What it takes of the machine at most, with QEMU and what is packed. */
uint64_t kd_guest_takes(const struct kd_guest *guest, uint64_t archive);

/* Beyond that a guest would need memory above 4 GiB. */
#define KD_REHEARSAL_MAIN_MAX	(2 * KD_GIB)

/* ---- one trial ---- */

struct kd_trial {
	struct kd_console console;
	uint64_t main, cma;			/* of the guest */
	int64_t begun, loaded, heard, init;	/* milliseconds; -1 not yet */
	int64_t limit;				/* how long it may last */
	bool ended;				/* the guest has gone */
	enum kdump_rehearsed result;
};

void kd_trial_begin(struct kd_trial *t, int64_t now, int64_t limit);
void kd_trial_feed(struct kd_trial *t, int64_t now, const void *bytes, size_t len);
void kd_trial_end(struct kd_trial *t, int64_t now);

/* Milliseconds until it is to be asked again; 0 it is decided. */
int64_t kd_trial_wait(struct kd_trial *t, int64_t now);

/* Would more memory have mended it? */
bool kd_rehearsed_for_memory(enum kdump_rehearsed result);

/*
 * Bytes of @beside that this crash kernel had not: low, for main lies below 4 GiB in the
 * guest, and CMA that is too much for one, or that its kernel does not know.
 */
uint64_t kd_trial_lacked(const struct kd_trial *t, const struct kd_beside *beside);

/* Died, and maybe for the want of just that? */
bool kd_trial_is_open(const struct kd_trial *t, const struct kd_beside *beside);

/* ---- the search ---- */

struct kd_search {
	uint64_t first;			/* MiB, tried first */
	uint64_t most;			/* MiB, never more */
	uint64_t low, high;		/* MiB: died, booted; 0 not known */
	uint64_t step;			/* of the next gallop */
	unsigned trials, confirmed;	/* how often @high has booted */
	enum kdump_rehearsed below;	/* what @low died of */
	unsigned unclear;		/* deaths that may be for the want of memory, or not */
	bool hopeless;			/* of something else than memory, or at @most */
};

/* The smallest main by the model, without a margin: near the minimum, MiB. */
uint64_t kd_search_first(const struct kdump_estimate *est);

void kd_search_begin(struct kd_search *s, uint64_t first, uint64_t most);

/* What is to be tried next, MiB; 0: it has ended, at @high unless it was hopeless. */
uint64_t kd_search_next(const struct kd_search *s);
void kd_search_tell(struct kd_search *s, uint64_t mib, enum kdump_rehearsed result);

#endif
