/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Growth of main at run time: what offers it, and what the module crash_grow shows of
 * itself.
 */
#ifndef KD_FACTS_GROWTH_H
#define KD_FACTS_GROWTH_H

#include "../core/ctx.h"

#define KD_GROW_MODULE	"crash_grow"
#define KD_GROW_FOLDER	"/sys/kernel/" KD_GROW_MODULE

/* It takes memory in pieces of this size. */
#define KD_GROW_ALIGN	(2 * KD_MIB)

struct kd_growth_facts {
	enum kdump_growth offer;
	const char *modprobe;		/* INSTALLED: what loads it; NULL not here */
	int is_grown;			/* main lies where the module put it; -1 not to be seen */
	struct kdump_range grown;	/* where @is_grown is 1 */
	bool has_margin;
	uint64_t margin;		/* bytes of available memory that the module leaves */
};

/* @kexec_built_in as of kd_kexec_facts, @release of the running kernel or NULL. */
void kd_facts_growth(struct kdump_ctx *ctx, int kexec_built_in, const char *release,
		     struct kd_growth_facts *ret);

/* Is it loaded now? */
bool kd_growth_has_module(struct kdump_ctx *ctx);

/* What is taken and not committed; low is all 0 where there is none.  1, 0 nothing, -errno. */
int kd_growth_read_taken(struct kdump_ctx *ctx, struct kdump_range *main,
			 struct kdump_range *low);

#endif
