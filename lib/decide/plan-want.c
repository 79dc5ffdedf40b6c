/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What the next boot is to ask for, made of a wish and of what is configured; and its words. */
#include <inttypes.h>
#include <stdio.h>

#include "plan-boot.h"

/* A pool that is not named keeps what the next boot would ask for. */
static uint64_t resolve(const struct kd_next *next, enum kdump_pool pool, uint64_t before,
			uint64_t automatic)
{
	const struct kd_asked *asked = &next->wish->pools[pool];

	switch (asked->ask) {
	case KD_ASK_SIZE:
		return asked->bytes;
	case KD_ASK_AUTO:
		return automatic;
	default:
		return kd_round_up(before, KD_MIB);
	}
}

static bool asks_for_nothing(const struct kd_asked *asked)
{
	return asked->ask == KD_ASK_NOTHING || (asked->ask == KD_ASK_SIZE && !asked->bytes);
}

/* 0 for main takes everything, unless another pool is asked for: that is refused later. */
static bool gives_all_back(const struct kdump_wish *wish)
{
	return wish->pools[KDUMP_POOL_MAIN].ask == KD_ASK_SIZE &&
	       !wish->pools[KDUMP_POOL_MAIN].bytes && !wish->high && !wish->has_place &&
	       asks_for_nothing(&wish->pools[KDUMP_POOL_LOW]) &&
	       asks_for_nothing(&wish->pools[KDUMP_POOL_CMA]);
}

/* Entries that are files of their own, not all made of one variable or by one tool. */
static bool allows_own_words(const struct kd_next *next)
{
	switch (next->writes ? next->plan->report->boot->loader : KD_LOADER_NONE) {
	case KD_LOADER_GRUBBY:
	case KD_LOADER_GRUB_BLS:
	case KD_LOADER_SYSTEMD_BOOT:
	case KD_LOADER_UKI:
	case KD_LOADER_ZIPL:
		return !next->wish->has_place;
	default:
		return false;
	}
}

static void count_cma(struct kd_next *next)
{
	next->all_cma = true;
	for (size_t i = 0; i < next->n; i++) {
		next->any_cma |= next->v[i].kernel.has_cma;
		next->all_cma &= next->v[i].kernel.has_cma;
	}
}

uint64_t kd_next_alone(const struct kd_next *next)
{
	const struct kdump_estimate *est = next->plan->report->est;

	return est ? est->main_alone : 0;
}

/*
 * With CMA beside it, where all kernels give the crash kernel of it; where some do
 * not, those that do, if the others can have words of their own.
 */
static uint64_t main_needed(const struct kd_next *next)
{
	const struct kdump_estimate *est = next->plan->report->est;
	bool leans = next->all_cma || (next->any_cma && allows_own_words(next));

	return est ? kd_plan_main_needed(est, leans ? next->w.cma : 0) : 0;
}

/*
 * A kernel that makes nothing of ,cma does with the same words if main holds alone,
 * and if it sees main: before 6.17 a word with ,cma hides a ,high one.
 */
static void give_own_words(struct kd_next *next)
{
	const struct kd_wanted *w = &next->w;
	uint64_t alone = kd_next_alone(next);
	struct kd_wanted own = *w;

	if (!w->cma || !w->main || !next->any_cma || !allows_own_words(next))
		return;
	own.cma = 0;
	own.main = kd_max(w->main, alone);
	kd_wanted_write(&own, next->alone_words);
	for (size_t i = 0; i < next->n; i++) {
		const struct kd_ck_kernel *kernel = &next->v[i].kernel;

		next->v[i].alone = !kernel->has_cma &&
				   (own.main != w->main || (w->high && !kernel->knows_cma));
	}
}

/* What every segment of the image asks of the place of main. */
static void find_limits(const struct kdump_image *image, struct kd_place_limits *ret)
{
	struct kd_segment segments[KD_SEGMENTS_MAX];
	struct kd_estimate_machine machine;
	size_t n;

	*ret = (struct kd_place_limits){ 0, UINT64_MAX, 1 };
	if (!image || !image->complete)
		return;
	kd_estimate_machine(image, &machine);
	n = kd_estimate_segments(&machine, &image->sums, segments);
	for (size_t i = 0; i < n; i++) {
		ret->min = kd_max(ret->min, segments[i].min);
		ret->align = kd_max(ret->align, segments[i].align);
	}
}

/* All segments, and not only one after the other. */
static bool holds_image(const struct kdump_image *image, uint64_t base, uint64_t size)
{
	struct kdump_range region = { base, base + (size - 1) };
	struct kd_segment segments[KD_SEGMENTS_MAX];
	struct kd_estimate_machine machine;
	size_t n;

	if (!image || !image->complete)
		return true;
	kd_estimate_machine(image, &machine);
	n = kd_estimate_segments(&machine, &image->sums, segments);
	return !kd_place(segments, n, &region, machine.page_size);
}

static void find_place(struct kd_next *next)
{
	const struct kdump_report *r = next->plan->report;
	const struct kdump_wish *wish = next->wish;
	struct kd_place_limits limits;
	uint64_t at;

	if (!r->snap->arch)
		return;
	find_limits(r->image, &limits);
	next->has_place = kd_reservation_find(&r->snap->iomem, r->snap->arch, next->w.main,
					      wish->address, wish->policy, &limits, &at) &&
			  (!r->est || next->w.main < r->est->main_with_cma ||
			   holds_image(r->image, at, next->w.main));
	if (next->has_place)
		next->w.base = at;
}

/* A place that stands there already is kept as long as nobody names another size. */
static void want_place(struct kd_next *next)
{
	if (next->w.main && next->wish->has_place)
		find_place(next);
	else if (next->w.main && next->wish->pools[KDUMP_POOL_MAIN].ask == KD_ASK_NOTHING)
		next->w.base = next->before.base;
}

static void want_main(struct kd_next *next)
{
	bool named = next->wish->pools[KDUMP_POOL_MAIN].ask != KD_ASK_NOTHING;
	struct kd_wanted *w = &next->w;
	uint64_t needed = main_needed(next);

	w->main = resolve(next, KDUMP_POOL_MAIN, next->before.main, needed);
	/* Less than the image needs would help nobody. */
	if (!named && w->main < needed && (w->cma || next->before.main)) {
		w->main = needed;
		w->raised = true;
	}
}

void kd_next_want(struct kd_next *next)
{
	const struct kdump_wish *wish = next->wish;
	const struct kdump_estimate *est = next->plan->report->est;
	const struct kd_ck *before = &next->before;
	struct kd_wanted *w = &next->w;

	count_cma(next);
	if (gives_all_back(wish))
		return;
	w->high = wish->high || (before->high && !wish->has_place);
	w->cma = resolve(next, KDUMP_POOL_CMA, before->cma, est ? est->cma : 0);
	want_main(next);
	w->has_low = wish->pools[KDUMP_POOL_LOW].ask != KD_ASK_NOTHING ||
		     (w->high && before->low && !before->low_is_auto);
	/* The 64 MiB of SWIOTLB and the 8 MiB that the kernel adds for itself. */
	if (w->has_low)
		w->low = resolve(next, KDUMP_POOL_LOW, before->low, 72 * KD_MIB);
	want_place(next);
	give_own_words(next);
}

/* ,cma first: a kernel that does not know it takes the last word (crash_reserve.c). */
void kd_wanted_write(const struct kd_wanted *w, char words[KD_WORDS_MAX])
{
	size_t size = KD_WORDS_MAX;
	int n = 0;

	words[0] = '\0';
	if (!w->main)
		return;
	if (w->cma)
		n = snprintf(words, size, "crashkernel=%" PRIu64 "M,cma ", w->cma / KD_MIB);
	n += snprintf(words + n, size - (size_t)n, "crashkernel=%" PRIu64 "M", w->main / KD_MIB);
	if (w->base)
		snprintf(words + n, size - (size_t)n, "@0x%" PRIx64, w->base);
	else if (w->high)
		n += snprintf(words + n, size - (size_t)n, ",high");
	if (w->has_low && w->high && !w->base)
		snprintf(words + n, size - (size_t)n, " crashkernel=%" PRIu64 "M,low",
			 w->low / KD_MIB);
}

bool kd_wanted_differs(const struct kd_wanted *w, const struct kd_ck *before)
{
	bool low_differs = w->has_low ? w->low != before->low || before->low_is_auto
				      : w->high && !before->low_is_auto;

	return w->main != before->main || w->base != before->base || w->cma != before->cma ||
	       w->high != before->high || low_differs;
}
