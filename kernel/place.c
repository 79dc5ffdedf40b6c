// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: The crashctl developers
/*
 * The reservation as an entry of the resource tree: /proc/iomem's "Crash kernel".
 *
 * The tree's lock is not exported, so the tree is never walked here. An entry of our
 * own is inserted and looked at where it has come to lie: insert_resource() and
 * remove_resource() are a pair, and what the one has adopted the other puts back.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "crash_grow.h"

/* struct place - a range, and whether it was an entry of the tree */
struct place {
	resource_size_t start, end;
	bool entered;
};

/*
 * What was put there from here, as far as it may still be, or have left remains. It is
 * changed under the kexec lock and main.c's mutex; the spinlock is for who only looks.
 */
static struct place our_main, our_low;
static DEFINE_SPINLOCK(our_lock);

/* As kernel/kexec_internal.h:kexec_trylock(), which no module can call. */
static bool trylock(void)
{
	return !grow_fails(GROW_STEP_LOCK) &&
	       atomic_cmpxchg_acquire(hidden.lock, 0, 1) == 0;
}

static void unlock(void)
{
	atomic_set_release(hidden.lock, 0);
}

static struct place place_of(const struct resource *res)
{
	return (struct place){ res->start, res->end, res->parent };
}

static u64 bytes_of(const struct place *place)
{
	return place->entered ? place->end - place->start + 1 : 0;
}

static bool is_ram(const struct resource *res)
{
	return (res->flags & IORESOURCE_SYSTEM_RAM) == IORESOURCE_SYSTEM_RAM &&
	       !(res->flags & IORESOURCE_SYSRAM_DRIVER_MANAGED);
}

/* Out of the tree; what it may have adopted stays there. */
static void leave(struct resource *res)
{
	if (!res->parent)
		return;
	remove_resource(res);
	res->child = NULL;
}

/*
 * Into the tree, inside of one entry of System RAM: one that overlaps others in part is
 * refused by the kernel, one that would take others in is refused here.
 */
static int enter(struct resource *res)
{
	if (insert_resource(&iomem_resource, res))
		return -EBUSY;
	if (!res->child && is_ram(res->parent))
		return 0;
	leave(res);
	return -EBUSY;
}

static int enter_area(struct grow_area *area)
{
	area->res.name = KBUILD_MODNAME;
	area->res.flags = IORESOURCE_MEM | IORESOURCE_BUSY;
	return enter(&area->res);
}

/* Could it be entered? Asked before a page of it is moved. */
bool grow_nests(struct grow_area *area)
{
	if (enter_area(area))
		return false;
	leave(&area->res);
	return true;
}

/**
 * grow_enter - enter an area whose pages have just been taken
 * @area: its start and end are set
 *
 * While those pages are held the entry around it cannot go away.
 *
 * Return: 0, or -EAGAIN where the area does not nest.
 */
int grow_enter(struct grow_area *area)
{
	if (grow_fails(GROW_STEP_ENTER))
		return -EIO;
	return enter_area(area) ? -EAGAIN : 0;
}

/*
 * The kernel's shrink leaves an entry "System RAM" inside of the one around it, for ever
 * (kernel/crash_core.c:__crash_shrink_memory()), and what overlaps that in part can no
 * more be entered. Inside of a place that was given to the reservation from here nobody
 * else makes such entries. They are taken out and not freed: they are not ours to free.
 */
static void take_remains_out(resource_size_t start, resource_size_t end)
{
	struct resource cover = {
		.name = KBUILD_MODNAME,
		.start = start,
		.end = end,
		.flags = IORESOURCE_MEM | IORESOURCE_BUSY,
	};
	struct resource *child;

	if (insert_resource(&iomem_resource, &cover))
		return;
	while (is_ram(cover.parent) && (child = cover.child)) {
		if (!is_ram(child) || strcmp(child->name, "System RAM"))
			break;
		remove_resource(child);
	}
	remove_resource(&cover);
}

static void forget_remains_of(struct place *ours)
{
	const struct resource *now = NULL;
	resource_size_t start = ours->start;

	if (!ours->entered)
		return;
	/* The low part takes main's place where the kernel has freed all of that. */
	if (hidden.main->parent && hidden.main->start == start)
		now = hidden.main;
	else if (hidden.low->parent && hidden.low->start == start)
		now = hidden.low;
	if (now)
		start = now->end + 1;
	if (start <= ours->end)
		take_remains_out(start, ours->end);
	spin_lock(&our_lock);
	ours->end = start - 1;
	ours->entered = now;
	spin_unlock(&our_lock);
}

static void forget_remains(void)
{
	forget_remains_of(&our_main);
	forget_remains_of(&our_low);
}

/* False where the kexec lock is busy. */
bool grow_forget_remains(void)
{
	if (!trylock())
		return false;
	forget_remains();
	unlock();
	return true;
}

/**
 * grow_look - what is reserved, at a moment when nobody changes it
 * @reserved: that, after success
 *
 * Return: 0, or -EAGAIN where the kexec lock is busy.
 */
int grow_look(struct grow_reserved *reserved)
{
	struct place main, low;

	if (!trylock())
		return -EAGAIN;
	main = place_of(hidden.main);
	low = place_of(hidden.low);
	unlock();
	reserved->main = bytes_of(&main);
	reserved->low = bytes_of(&low);
	return 0;
}

/* An area becomes the reservation, which is out of the tree: both are one entry. */
static int become(struct resource *res, struct grow_area *area, enum grow_step step)
{
	leave(&area->res);
	res->start = area->res.start;
	res->end = area->res.end;
	if (!grow_fails(step) && !enter(res))
		return 0;
	/* Where it was before, for nothing has come into its place. */
	WARN_ON(enter_area(area));
	return -EIO;
}

static void put_back(struct resource *res, const struct place *old)
{
	leave(res);
	res->start = old->start;
	res->end = old->end;
	if (old->entered)
		WARN_ON(insert_resource(&iomem_resource, res));
}

static int exchange(struct grow_area *main, struct grow_area *low, const u64 *keep_low,
		    const struct place *old_main, const struct place *old_low)
{
	int err;

	if (keep_low && bytes_of(old_low) < *keep_low)
		return -ESTALE;
	leave(hidden.main);
	err = become(hidden.main, main, GROW_STEP_MAIN);
	if (err)
		goto main;
	if (keep_low)
		return 0;
	leave(hidden.low);
	hidden.low->start = 0;
	hidden.low->end = 0;
	if (grow_is_taken(low))
		err = become(hidden.low, low, GROW_STEP_LOW);
	if (!err)
		return 0;
	put_back(hidden.low, old_low);
	leave(hidden.main);
	WARN_ON(enter_area(main));
main:
	put_back(hidden.main, old_main);
	return err;
}

static void free_old(const struct place *old)
{
	unsigned long pfn = PHYS_PFN(old->start);

	if (!old->entered)
		return;
	for (; pfn <= PHYS_PFN(old->end); pfn++) {
		free_reserved_page(pfn_to_page(pfn));
		cond_resched();
	}
}

/**
 * grow_commit - make the areas the reservation and free what was reserved
 * @main: taken
 * @low: taken, or not where main needs none beside it
 * @keep_low: the low part stays as it is if it still has so much; @low is then not
 *	taken. NULL: it goes
 *
 * After success the areas are no longer taken. After a failure all is as before.
 *
 * Return: 0, -EAGAIN where the kexec lock is busy, -EBUSY where an image is loaded,
 * -ESTALE where the low part is smaller by now, -EIO where the tree did not take it.
 */
int grow_commit(struct grow_area *main, struct grow_area *low, const u64 *keep_low)
{
	bool new_low = grow_is_taken(low);
	struct place old_main, old_low;
	int err = -EBUSY;

	if (!trylock())
		return -EAGAIN;
	forget_remains();
	old_main = place_of(hidden.main);
	old_low = place_of(hidden.low);
	if (!grow_fails(GROW_STEP_IMAGE) && !READ_ONCE(*hidden.image))
		err = exchange(main, low, keep_low, &old_main, &old_low);
	if (!err) {
		spin_lock(&our_lock);
		our_main = place_of(hidden.main);
		if (!keep_low)
			our_low = place_of(hidden.low);
		spin_unlock(&our_lock);
	}
	unlock();
	if (err)
		return err;
	grow_uncharge(main);
	if (new_low)
		grow_uncharge(low);
	free_old(&old_main);
	if (!keep_low)
		free_old(&old_low);
	return 0;
}

/* Is main what was put there from here, or what is left of that? Waits for nobody. */
bool grow_is_ours(struct resource *main)
{
	struct place ours;

	spin_lock(&our_lock);
	ours = our_main;
	spin_unlock(&our_lock);
	*main = *hidden.main;
	return ours.entered && main->parent && main->start == ours.start &&
	       main->end <= ours.end;
}
