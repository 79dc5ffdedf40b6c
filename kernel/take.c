// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: The crashctl developers
/*
 * Memory in one piece out of the page allocator, and back into it.
 *
 * A window of whole pageblocks is looked for from the top down. What cannot be
 * moved is seen beforehand, as far as that goes without locks; alloc_contig_range()
 * has the last word, moves what is in use, and takes all of it or nothing.
 */
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/hugetlb.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/nodemask.h>
#include <linux/sched/signal.h>

#include <asm/e820/api.h>

#include "crash_grow.h"

#define BLOCK_PAGES	(GROW_ALIGN >> PAGE_SHIFT)
/* What is only busy for a moment (writeback, a reference of somebody's) is tried again. */
#define TRIES		3

#ifdef CONFIG_MEM_ALLOC_PROFILING
static struct alloc_tag *grow_tag(void)
{
	DEFINE_ALLOC_TAG(tag);

	return &tag;
}

#define charged(call)	alloc_hooks_tag(grow_tag(), call)
#else
#define charged(call)	(call)
#endif

static int take_range(unsigned long pfn, unsigned long pages)
{
	gfp_t gfp = GFP_KERNEL | __GFP_NOWARN;

#if defined(ACR_FLAGS_NONE)
	return charged(alloc_contig_range_noprof(pfn, pfn + pages, ACR_FLAGS_NONE, gfp));
#elif defined(alloc_contig_range)
	return charged(alloc_contig_range_noprof(pfn, pfn + pages, MIGRATE_MOVABLE, gfp));
#else
	return alloc_contig_range(pfn, pfn + pages, MIGRATE_MOVABLE, gfp);
#endif
}

/*
 * Pages that are free, or on a list from which they can be moved. What is on its way
 * to such a list counts only if @lenient, and may turn out to be something else.
 */
static bool may_move(struct page *page, bool lenient)
{
	struct page *head;

	if (PageReserved(page) || PageHWPoison(page))
		return false;
	if (PageBuddy(page))
		return true;
	/* Those that are free in their pool have no reference, nor have tails. */
	head = compound_head(page);
	if (PageHuge(head))
		return false;
	if (!page_ref_count(page))
		return true;
	if (PageSlab(head) || PageTable(head))
		return false;
	return lenient || PageLRU(head);
}

/* Memory that firmware named at boot: what came later can go again. */
static bool is_boot_memory(unsigned long pfn)
{
	u64 start = PFN_PHYS(pfn);

	return e820__mapped_any(start, start + GROW_ALIGN, E820_TYPE_RAM);
}

/* The zone of the pageblock at @pfn, or NULL where it is not to be had. */
static struct zone *usable_block(unsigned long pfn, const struct grow_want *want,
				 bool lenient)
{
	struct page *page = pfn_to_online_page(pfn);

	if (!page || page_zonenum(page) == ZONE_MOVABLE || !is_boot_memory(pfn))
		return NULL;
	if (want->node != NUMA_NO_NODE && page_to_nid(page) != want->node)
		return NULL;
	for (unsigned int i = 0; i < BLOCK_PAGES; i++)
		if (!may_move(page + i, lenient))
			return NULL;
	return page_zone(page);
}

/*
 * The highest window that ends at or below @end: its first page, or 0. It lies in one
 * zone, as alloc_contig_range() wants it.
 */
static unsigned long find_window(const struct grow_want *want, unsigned long end,
				 bool lenient)
{
	unsigned long pages = PHYS_PFN(want->bytes), pfn;
	struct zone *zone = NULL, *block;

	for (pfn = end; pfn >= PHYS_PFN(want->from) + BLOCK_PAGES;) {
		pfn -= BLOCK_PAGES;
		if (signal_pending(current))
			return 0;
		cond_resched();
		block = usable_block(pfn, want, lenient);
		if (!block) {
			end = pfn;
			zone = NULL;
			continue;
		}
		if (zone && block != zone)
			end = pfn + BLOCK_PAGES;
		zone = block;
		if (end - pfn == pages)
			return pfn;
	}
	return 0;
}

static int take_block(unsigned long pfn)
{
	int err = -EBUSY;

	for (int i = 0; i < TRIES && err == -EBUSY; i++) {
		if (signal_pending(current))
			return -EINTR;
		err = take_range(pfn, BLOCK_PAGES);
	}
	return err;
}

/* One block after the other, from the top: @stuck is the one that would not move. */
static int take_blocks(unsigned long pfn, unsigned long pages, unsigned long *stuck)
{
	unsigned long end = pfn + pages, at = end;
	int err = 0;

	while (!err && at > pfn) {
		err = take_block(at - BLOCK_PAGES);
		if (!err)
			at -= BLOCK_PAGES;
	}
	if (!err)
		return 0;
	*stuck = at - BLOCK_PAGES;
	if (at < end)
		free_contig_range(at, end - at);
	return err;
}

/* At once, which moves least, or where that fails so that it is known what is in the way. */
static int take_window(unsigned long pfn, unsigned long pages, unsigned long *stuck)
{
	int err = take_range(pfn, pages);

	return err == -EBUSY || err == -ENOMEM ? take_blocks(pfn, pages, stuck) : err;
}

/* From here on the pages are nobody's: as those that are set aside at boot. */
static void set_aside(unsigned long pfn, unsigned long pages)
{
	for (unsigned long i = 0; i < pages; i++)
		SetPageReserved(pfn_to_page(pfn + i));
	adjust_managed_page_count(pfn_to_page(pfn), -(long)pages);
}

static void release(unsigned long pfn, unsigned long pages)
{
	for (unsigned long i = 0; i < pages; i++)
		ClearPageReserved(pfn_to_page(pfn + i));
	adjust_managed_page_count(pfn_to_page(pfn), pages);
	free_contig_range(pfn, pages);
}

/*
 * 0, what ends the search, or -EAGAIN: another window, which ends at @end, may do better.
 * -ENOMEM is no room to move to: there may be less to move elsewhere.
 */
static int try_window(unsigned long pfn, unsigned long pages, struct grow_area *area,
		      unsigned long *end)
{
	int err;

	area->res.start = PFN_PHYS(pfn);
	area->res.end = PFN_PHYS(pfn + pages) - 1;
	*end = pfn + pages - BLOCK_PAGES;
	if (!grow_nests(area))
		return -EAGAIN;
#ifdef CONFIG_MEM_ALLOC_PROFILING
	area->charged = mem_alloc_profiling_enabled();
#endif
	err = take_window(pfn, pages, end);
	if (err)
		return err == -EBUSY || err == -ENOMEM ? -EAGAIN : err;
	set_aside(pfn, pages);
	err = grow_enter(area);
	if (err)
		release(pfn, pages);
	return err;
}

static int search(const struct grow_want *want, bool lenient, struct grow_area *area)
{
	unsigned long pages = PHYS_PFN(want->bytes), end = PHYS_PFN(want->below), pfn;
	int err = -EAGAIN;

	while (err == -EAGAIN) {
		pfn = find_window(want, end, lenient);
		if (!pfn)
			return signal_pending(current) ? -EINTR : -ENOSPC;
		err = try_window(pfn, pages, area, &end);
	}
	return err;
}

u64 grow_end_of_memory(void)
{
	u64 end = 0;
	int node;

	for_each_online_node(node)
		end = max_t(u64, end, PFN_PHYS(pgdat_end_pfn(NODE_DATA(node))));
	return round_down(end, GROW_ALIGN);
}

/**
 * grow_take - take memory and enter it into the resource tree
 * @want: where, and how much
 * @area: it, after success
 *
 * Return: 0, -ENOSPC where no window could be had, -EINTR.
 */
int grow_take(const struct grow_want *want, struct grow_area *area)
{
	int err = search(want, false, area);

	return err == -ENOSPC ? search(want, true, area) : err;
}

void grow_give_back(struct grow_area *area)
{
	if (!grow_is_taken(area))
		return;
	remove_resource(&area->res);
	release(PHYS_PFN(area->res.start), PHYS_PFN(resource_size(&area->res)));
}

/**
 * grow_uncharge - an area's pages are the reservation's now
 * @area: that has been committed
 *
 * With allocation profiling each page is charged to the tag above. It is freed by
 * free_reserved_page() one day, which takes the tag off the page and leaves the counters
 * alone: what was charged is taken back here, whether or not profiling is at work still.
 */
void grow_uncharge(const struct grow_area *area)
{
#ifdef CONFIG_MEM_ALLOC_PROFILING
	unsigned long pages = PHYS_PFN(resource_size(&area->res));

	if (!area->charged)
		return;
	this_cpu_sub(grow_tag()->counters->bytes, pages << PAGE_SHIFT);
	this_cpu_sub(grow_tag()->counters->calls, pages);
#endif
}
