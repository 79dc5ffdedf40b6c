/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * crash_grow: what its four parts share.
 *
 *	hidden.c  where the kernel's own data lies that is not exported
 *	take.c    memory out of the page allocator, and back
 *	place.c   the resource tree, and the reservation in it
 *	main.c    the state, and the files by which user space drives it
 */
#ifndef CRASH_GROW_H
#define CRASH_GROW_H

#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/ioport.h>
#include <linux/printk.h>
#include <linux/sizes.h>
#include <linux/types.h>

/* A pageblock of x86: what the allocator isolates, and what a window starts on. */
#define GROW_ALIGN	SZ_2M

/*
 * struct grow_area - memory out of the allocator, in the tree as a child of the
 * System RAM that it lies in, so that nobody else can come to claim it
 * @res: start and end are of no meaning unless the area is taken
 * @charged: allocation profiling was at work when it was taken
 */
struct grow_area {
	struct resource res;
	bool charged;
};

static inline bool grow_is_taken(const struct grow_area *area)
{
	return area->res.parent;
}

/*
 * struct grow_want - what a search is to find
 * @bytes: a multiple of GROW_ALIGN
 * @from, @below: where; @below is exclusive
 * @node: the only node to look at, or NUMA_NO_NODE
 */
struct grow_want {
	u64 bytes;
	u64 from, below;
	int node;
};

/* struct grow_hidden - the kernel's own data: kernel/kexec_core.c, crash_core.c */
struct grow_hidden {
	struct resource *main, *low;	/* crashk_res, crashk_low_res */
	void **image;			/* kexec_crash_image */
	atomic_t *lock;			/* __kexec_lock */
};

extern struct grow_hidden hidden;

int grow_find_hidden(void);

u64 grow_end_of_memory(void);
int grow_take(const struct grow_want *want, struct grow_area *area);
void grow_give_back(struct grow_area *area);
void grow_uncharge(const struct grow_area *area);

/* struct grow_reserved - what the kernel has set aside, in bytes */
struct grow_reserved {
	u64 main, low;
};

bool grow_nests(struct grow_area *area);
int grow_enter(struct grow_area *area);
bool grow_forget_remains(void);
int grow_look(struct grow_reserved *reserved);
int grow_commit(struct grow_area *main, struct grow_area *low, const u64 *keep_low);
bool grow_is_ours(struct resource *main);

/* The steps between which something can go wrong, for the build that tests that. */
enum grow_step {
	GROW_STEP_MARGIN = 1,
	GROW_STEP_TAKE,
	GROW_STEP_ENTER,
	GROW_STEP_TAKE_LOW,
	GROW_STEP_LOCK,
	GROW_STEP_IMAGE,
	GROW_STEP_MAIN,
	GROW_STEP_LOW,
	GROW_STEP_ABOVE,
};

#ifdef CRASH_GROW_DEBUG
extern unsigned int grow_fail_step, grow_delay_ms;

/* True where this step is to fail; others run into the delay. */
static inline bool grow_fails(enum grow_step step)
{
	if (grow_delay_ms)
		msleep(grow_delay_ms);
	return grow_fail_step == step;
}
#else
static inline bool grow_fails(enum grow_step step)
{
	return false;
}
#endif

#endif
