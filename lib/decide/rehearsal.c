/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Rehearsals of a crash: see rehearsal.h. */
#include "rehearsal.h"

#include <errno.h>

#include "estimate-machine.h"

/* ---- the guest ---- */

#define CPUS_MAX	255		/* of the guest's board */
/* No crash kernel that boots at all wants for more, and a guest is to stay small. */
#define CMA_MAX		KD_GIB

uint64_t kd_guest_cpus(const char *cmdline, uint64_t cpus)
{
	struct kd_crash_cpus crash;

	kd_crash_cpus(cmdline, cpus, &crash);
	return kd_min(crash.possible, CPUS_MAX);
}

uint64_t kd_guest_cma(const struct kd_beside *beside)
{
	return kd_min(beside->cma, CMA_MAX);
}

/*
 * The first kernel needs room for itself, and for what is packed for it three times: as
 * the boot loader left it, unpacked, and as the kernel reads the crash image.  Above main
 * the boot loader puts the archive, and firmware its tables.
 */
#define FIRST_KERNEL	(192 * KD_MIB)
#define ABOVE		(64 * KD_MIB)
/* Of QEMU itself: libraries, and 128 MiB of translated code (cli/qemu.c). */
#define EMULATOR	(256 * KD_MIB)

int kd_guest_make(const struct kd_guest_wish *wish, struct kd_guest *ret)
{
	uint64_t least = kd_add(FIRST_KERNEL, kd_mul(wish->archive, 3));
	uint64_t offset = wish->placed ? wish->start % wish->section
				       : wish->section - wish->align;
	uint64_t need;

	ret->base = kd_round_down(least, wish->section) + offset;
	if (ret->base < least)
		ret->base = kd_add(ret->base, wish->section);
	need = kd_add(kd_add(ret->base, wish->main), kd_add(wish->archive, ABOVE));
	/* kernel/crash_reserve.c:reserve_crashkernel_cma() takes it from what is free then. */
	need = kd_add(need, wish->cma);
	need = kd_round_up(need, 16 * KD_MIB);
	ret->ram = wish->ram ? wish->ram : need;
	if (ret->ram >= need)
		return 0;
	ret->ram = need;
	return -ENOSPC;
}

uint64_t kd_guest_takes(const struct kd_guest *guest, uint64_t archive)
{
	return kd_add(guest->ram, kd_add(archive, EMULATOR));
}

/* ---- one trial ---- */

/* Memory is used most while init starts what it starts: as long again as it took to come. */
#define SETTLE_MIN	10000
#define SETTLE_MAX	60000

/* It may be busy for long, unpacking; the time of the first kernel says how slow it is here. */
#define SILENCE		60000
#define SILENCE_FACTOR	3

void kd_trial_begin(struct kd_trial *t, int64_t now, int64_t limit)
{
	*t = (struct kd_trial){
		.main = t->main, .cma = t->cma, .begun = now, .heard = now, .loaded = -1,
		.init = -1, .limit = limit,
	};
	kd_console_init(&t->console);
}

void kd_trial_feed(struct kd_trial *t, int64_t now, const void *bytes, size_t len)
{
	kd_console_feed(&t->console, bytes, len);
	t->heard = now;
	if (t->console.loaded && t->loaded < 0)
		t->loaded = now;
	if (t->console.init && t->init < 0)
		t->init = now;
}

void kd_trial_end(struct kd_trial *t, int64_t now)
{
	kd_console_finish(&t->console);
	kd_trial_feed(t, now, "", 0);
	t->ended = true;
}

static enum kdump_rehearsed judge_memory(const struct kd_console *c)
{
	if (c->init)
		return KDUMP_REHEARSED_INIT_MEMORY;
	return c->memory_known ? KDUMP_REHEARSED_UNPACK_MEMORY : KDUMP_REHEARSED_KERNEL_MEMORY;
}

static enum kdump_rehearsed judge_death(const struct kd_console *c)
{
	switch (c->death) {
	case KD_DEATH_MEMORY:
		return judge_memory(c);
	case KD_DEATH_ROOT_FULL:
		return KDUMP_REHEARSED_ROOT_FULL;
	case KD_DEATH_UNPACK:
		return KDUMP_REHEARSED_UNPACK_FAILED;
	case KD_DEATH_NO_INIT:
		return KDUMP_REHEARSED_NO_INIT;
	case KD_DEATH_PANIC:
		return KDUMP_REHEARSED_PANIC;
	default:
		return KDUMP_REHEARSED_OPEN;
	}
}

/*
 * kernel/kexec_file.c:kexec_locate_mem_hole() gives -EADDRNOTAVAIL where main has no room
 * for a segment.  Without what was asked for, nothing is said of it.
 */
static enum kdump_rehearsed judge_first(const struct kd_trial *t)
{
	const struct kd_console *c = &t->console;

	if (c->broken || (c->reserved_known && c->reserved < t->main))
		return KDUMP_REHEARSED_NOT_TRIED;
	if (c->refused)
		return c->refused == EADDRNOTAVAIL ? KDUMP_REHEARSED_LOAD_REFUSED
						   : KDUMP_REHEARSED_NOT_LOADED;
	return KDUMP_REHEARSED_OPEN;
}

static int64_t settle(const struct kd_trial *t)
{
	int64_t took = t->init - t->loaded;

	return took < SETTLE_MIN ? SETTLE_MIN : took > SETTLE_MAX ? SETTLE_MAX : took;
}

static int64_t patience(const struct kd_trial *t)
{
	return SILENCE + (t->loaded >= 0 ? SILENCE_FACTOR * (t->loaded - t->begun) : 0);
}

/* When it is over if nothing more is heard, and how it went then. */
static int64_t deadline(const struct kd_trial *t, enum kdump_rehearsed *then)
{
	int64_t end = t->begun + t->limit, silent = t->heard + patience(t);

	if (t->init >= 0) {
		*then = KDUMP_REHEARSED_BOOTS;
		return t->init + settle(t);
	}
	if (t->loaded < 0) {
		*then = KDUMP_REHEARSED_NOT_TRIED;
		return end;
	}
	*then = end < silent ? KDUMP_REHEARSED_TIMEOUT : KDUMP_REHEARSED_SILENT;
	return end < silent ? end : silent;
}

static enum kdump_rehearsed judge(const struct kd_trial *t, int64_t now, int64_t *wait)
{
	enum kdump_rehearsed then, result = judge_death(&t->console);
	int64_t end = deadline(t, &then);

	*wait = 0;
	if (!result)
		result = judge_first(t);
	if (result)
		return result;
	if (t->ended)
		return t->init >= 0 ? KDUMP_REHEARSED_BOOTS :
		       t->loaded >= 0 ? KDUMP_REHEARSED_SILENT : KDUMP_REHEARSED_NOT_TRIED;
	if (now >= end)
		return then;
	*wait = end - now;
	return KDUMP_REHEARSED_OPEN;
}

int64_t kd_trial_wait(struct kd_trial *t, int64_t now)
{
	int64_t wait = 0;

	if (!t->result)
		t->result = judge(t, now, &wait);
	return wait;
}

bool kd_rehearsed_for_memory(enum kdump_rehearsed result)
{
	switch (result) {
	case KDUMP_REHEARSED_LOAD_REFUSED:
	case KDUMP_REHEARSED_KERNEL_MEMORY:
	case KDUMP_REHEARSED_ROOT_FULL:
	case KDUMP_REHEARSED_UNPACK_MEMORY:
	case KDUMP_REHEARSED_INIT_MEMORY:
		return true;
	default:
		return false;
	}
}

/*
 * The memory map of a crash kernel has main and all of CMA (arch/x86/kernel/crash.c:
 * crash_setup_memmap_entries()); little is missing in the sum that it tells.
 */
static bool has_cma(const struct kd_trial *t)
{
	const struct kd_console *c = &t->console;

	return c->memory_known && c->total >= kd_add(t->main, t->cma / 2);
}

uint64_t kd_trial_lacked(const struct kd_trial *t, const struct kd_beside *beside)
{
	uint64_t lacked = kd_add(beside->low, kd_sub_floor(beside->cma, t->cma));

	/* Nothing is known of it where none came up. */
	return t->result && t->console.booted && !has_cma(t) ? kd_add(lacked, t->cma) : lacked;
}

/* The image lies in main, whatever there is beside it: a load that is refused is no want. */
bool kd_trial_is_open(const struct kd_trial *t, const struct kd_beside *beside)
{
	switch (t->result) {
	case KDUMP_REHEARSED_KERNEL_MEMORY:
	case KDUMP_REHEARSED_UNPACK_MEMORY:
	case KDUMP_REHEARSED_INIT_MEMORY:
	case KDUMP_REHEARSED_ROOT_FULL:
	case KDUMP_REHEARSED_PANIC:
	case KDUMP_REHEARSED_SILENT:
		return kd_trial_lacked(t, beside) != 0;
	default:
		return false;
	}
}

/* ---- the search ---- */

#define TRIALS_MAX	32
#define STEP_FIRST	2
#define STEP_MAX	32
/* Noise is a MiB: a result is believed when it comes twice. */
#define CONFIRMED	2
/* A kernel that gets no memory may panic over that, or go down: so often it is given more. */
#define UNCLEAR_MAX	4
#define UNCLEAR_STEP	8

uint64_t kd_search_first(const struct kdump_estimate *est)
{
	uint64_t most = 0;

	for (unsigned w = 0; w < KDUMP_WALL_DUMP; w++)
		most = kd_max(most, est->walls[w]);
	return kd_round_up(most, KD_MIB) / KD_MIB;
}

void kd_search_begin(struct kd_search *s, uint64_t first, uint64_t most)
{
	*s = (struct kd_search){ .first = first, .most = most, .step = STEP_FIRST };
}

uint64_t kd_search_next(const struct kd_search *s)
{
	if (s->hopeless || s->trials >= TRIALS_MAX)
		return 0;
	if (!s->low && !s->high)
		return s->first;
	if (!s->high)
		return kd_min(s->low + s->step, s->most);
	if (!s->low && s->high > 1)
		return s->high > s->step ? s->high - s->step : 1;
	if (s->high - s->low > 1)
		return s->low + (s->high - s->low) / 2;
	return s->confirmed < CONFIRMED ? s->high : 0;
}

static void tell_booted(struct kd_search *s, uint64_t mib)
{
	s->confirmed = mib == s->high ? s->confirmed + 1 : 1;
	if (s->high && !s->low)
		s->step = kd_min(2 * s->step, STEP_MAX);
	s->high = mib;
}

/* More of it will not mend that. */
static bool is_hopeless(struct kd_search *s, enum kdump_rehearsed result)
{
	if (kd_rehearsed_for_memory(result))
		return false;
	if (result != KDUMP_REHEARSED_PANIC && result != KDUMP_REHEARSED_SILENT)
		return true;
	s->step = kd_max(s->step, UNCLEAR_STEP);
	return ++s->unclear >= UNCLEAR_MAX;
}

/* Once it has booted, whatever it dies of with less is for the want of memory. */
static void tell_died(struct kd_search *s, uint64_t mib, enum kdump_rehearsed result)
{
	bool again = mib == s->high;

	if (again) {
		s->high = 0;
		s->confirmed = 0;
		s->step = 1;
	} else if (s->low && !s->high) {
		s->step = kd_min(2 * s->step, STEP_MAX);
	}
	s->low = mib;
	s->below = result;
	s->hopeless = (!s->high && !again && is_hopeless(s, result)) || mib >= s->most ||
		      result == KDUMP_REHEARSED_NOT_TRIED;
}

void kd_search_tell(struct kd_search *s, uint64_t mib, enum kdump_rehearsed result)
{
	s->trials++;
	if (result == KDUMP_REHEARSED_BOOTS)
		tell_booted(s, mib);
	else
		tell_died(s, mib, result);
	if (s->trials >= TRIALS_MAX)
		s->hopeless = true;
}
