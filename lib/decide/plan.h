/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Wish and plan: the ordered steps from what is reserved to what is wished,
 * and what stands in their way.  Live steps are judged against what is
 * reserved now, never against what only the next boot brings.
 */
#ifndef KD_DECIDE_PLAN_H
#define KD_DECIDE_PLAN_H

#include "change.h"
#include "force.h"
#include "report.h"
#include "reservation.h"

enum kd_ask {
	KD_ASK_NOTHING,			/* the pool stays as it is */
	KD_ASK_SIZE,
	KD_ASK_AUTO,
};

struct kd_asked {
	enum kd_ask ask;
	uint64_t bytes;
};

struct kdump_wish {
	unsigned refs;
	struct kdump_ctx *ctx;
	struct kd_asked pools[KDUMP_POOLS];
	bool high;
	bool has_place;			/* main at @address, or beside it by @policy */
	uint64_t address;
	enum kdump_policy policy;
	char *release;			/* only entries of this kernel; NULL: all of ours */
	enum kdump_scope scope;
	bool load_module;		/* crash_grow, where main is to grow */
	bool at_least;			/* what is more stays */
	struct kd_forces forces;
};

struct kdump_step {
	enum kdump_action action;
	enum kdump_when when;
	enum kdump_pool pool;
	uint64_t from, to;
	uint64_t write;			/* RESIZE: what goes into kexec_crash_size */
	bool commit;			/* RESIZE: by the module, in place of that */
	bool has_low, high;		/* TAKE: @low beside main above 4 GiB; there first */
	uint64_t low;
	char why[384];
	const char *undo;
};

struct kdump_refusal {
	const char *id;
	char text[512];
	const char *advice;
	bool forcible, forced;
};

#define KD_STEPS_MAX 6
#define KD_REFUSALS_MAX 16
#define KD_NOTES_MAX 8
#define KD_WORDS_MAX 160

struct kdump_plan {
	unsigned refs;
	struct kdump_report *report;
	size_t n_steps, n_refusals, n_notes;
	struct kdump_step steps[KD_STEPS_MAX];
	struct kdump_refusal refusals[KD_REFUSALS_MAX];
	char notes[KD_NOTES_MAX][256];
	char words[KD_WORDS_MAX];
	bool met_now;			/* by what is reserved, after the live steps */
	struct kd_reservation place;	/* where the next boot will put it */
	struct kd_change change;	/* what the WORDS step does; no ops: nothing to write */
	const char *module_argv[3];	/* what the MODULE step runs; [0] NULL: there is none */
	char module_command[64];	/* the same for people */
	struct kd_forces forces;
	enum kdump_scope scope;
};

struct kdump_step *kd_plan_step(struct kdump_plan *plan, enum kdump_action action,
				enum kdump_when when, const char *undo, const char *fmt, ...)
	KD_PRINTF(5, 6);
void kd_plan_refuse(struct kdump_plan *plan, const char *id, const char *advice,
		    const char *fmt, ...) KD_PRINTF(4, 5);
void kd_plan_refuse_forcible(struct kdump_plan *plan, enum kd_force force,
			     const char *advice, const char *fmt, ...) KD_PRINTF(4, 5);
void kd_plan_note(struct kdump_plan *plan, const char *fmt, ...) KD_PRINTF(2, 3);

/* Is there a refusal that nobody overrides? */
bool kd_plan_is_refused(const struct kdump_plan *plan);

/* The two halves.  @base: where main is to be fixed, or 0.  -ENOMEM. */
struct kd_next;
int kd_plan_boot(struct kd_next *next);
void kd_plan_live(struct kdump_plan *plan, const struct kdump_wish *wish, uint64_t base);

/* What of main, low or CMA is there now; 0 where that is not to be seen. */
uint64_t kd_plan_reserved(const struct kdump_plan *plan, enum kdump_pool pool);

/* What speaks against main having @want from now on, and against unloading for it. */
void kd_plan_refuse_resize(struct kdump_plan *plan, uint64_t want);

/* plan-grow.c: the steps from @have to @want, which is more; false: it cannot be done now. */
bool kd_plan_grow(struct kdump_plan *plan, const struct kdump_wish *wish, uint64_t have,
		  uint64_t want);
/* Could it be done now, with nothing to be loaded for it?  Has the plan such steps? */
bool kd_plan_can_grow(const struct kdump_plan *plan);
bool kd_plan_grows(const struct kdump_plan *plan);
/* Is @have what growth makes of @want? */
bool kd_plan_is_grown_to(const struct kdump_plan *plan, uint64_t have, uint64_t want);

/* The least that main may be beside a CMA pool of @cma bytes. */
uint64_t kd_plan_main_needed(const struct kdump_estimate *est, uint64_t cma);

/* kd_forces_add() that tells the context why not. */
int kd_forces_take(struct kdump_ctx *ctx, struct kd_forces *forces, const char *id);

#endif
