/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * More of main while the system runs: by the kernel itself, in one write, or by the
 * module crash_grow, which takes the memory first, so that the machine is without an
 * image only between unload, commit and load.
 */
#include <stdio.h>

#include "plan.h"

#define TRY_BOOT "leave out --live to get the words for the next boot"

static enum kdump_growth offer(const struct kdump_plan *plan)
{
	const struct kdump_snapshot *snap = plan->report->snap;
	enum kdump_growth growth = snap->growth.offer;
	bool by_module = growth == KDUMP_GROWTH_MODULE || growth == KDUMP_GROWTH_INSTALLED;

	return by_module && !(snap->arch && snap->arch->grows) ? KDUMP_GROWTH_NONE : growth;
}

bool kd_plan_can_grow(const struct kdump_plan *plan)
{
	enum kdump_growth growth = offer(plan);

	return growth == KDUMP_GROWTH_KERNEL || growth == KDUMP_GROWTH_MODULE;
}

static bool may_load(const struct kdump_plan *plan, const struct kdump_wish *wish)
{
	return wish->load_module || kdump_config_loads_module(plan->report->config);
}

/* ---- it cannot be done now ---- */

static const char *reason(enum kdump_growth growth)
{
	switch (growth) {
	case KDUMP_GROWTH_INSTALLED:
		return "without the module crash_grow, which is installed and not loaded, this "
		       "kernel only ever shrinks a reservation";
	case KDUMP_GROWTH_UNKNOWN:
		return "whether this kernel can grow a reservation cannot be seen";
	default:
		return "this kernel only ever shrinks a reservation (kexec_crash_size answers "
		       "\"Invalid argument\")";
	}
}

static const char *advice(const struct kdump_plan *plan, enum kdump_growth growth)
{
	const struct kd_arch *arch = plan->report->snap->arch;

	if (growth == KDUMP_GROWTH_INSTALLED)
		return "add --load-module, which loads what is experimental, or " TRY_BOOT;
	if (growth == KDUMP_GROWTH_UNKNOWN)
		return "run it as root, or " TRY_BOOT;
	return arch && arch->grows ? TRY_BOOT ", or install the module crash_grow (GROWTH AT RUN "
				     "TIME in crashctl(8))" : TRY_BOOT;
}

static void leave_to_boot(struct kdump_plan *plan, const struct kdump_wish *wish, uint64_t have,
			  uint64_t want)
{
	enum kdump_growth growth = offer(plan);
	char now[KD_SIZE_TEXT], then[KD_SIZE_TEXT];

	kd_size_text(have, now);
	kd_size_text(want, then);
	if (wish->scope == KDUMP_SCOPE_LIVE)
		kd_plan_refuse(plan, "cannot-grow", advice(plan, growth),
			       "main has %s, %s is asked for: %s", now, then, reason(growth));
	else if (growth == KDUMP_GROWTH_INSTALLED)
		kd_plan_note(plan, "main could have %s now: --load-module loads crash_grow, which "
			     "is installed, is experimental and taints the kernel", then);
}

/* ---- what speaks against it ---- */

/*
 * As the module sees it. A kernel that grows by itself (kernel/crash_grow.c of kernel/patches)
 * may need no more than what is added, where that lies behind main; but it leaves its margin
 * always, and finds out only when the image is gone already.
 */
static void refuse_memory(struct kdump_plan *plan, uint64_t have, uint64_t want)
{
	const struct kdump_snapshot *snap = plan->report->snap;
	uint64_t ram = kd_snapshot_ram(snap), bytes = want - have;
	uint64_t left = 64 * KD_MIB + snap->mem_total / 64;
	char take[KD_SIZE_TEXT], rest[KD_SIZE_TEXT], there[KD_SIZE_TEXT];

	if (offer(plan) != KDUMP_GROWTH_KERNEL) {
		/* An eighth more to move what is there (kernel/main.c:check_memory()). */
		bytes = kd_add(want, want / 8);
		left = snap->growth.has_margin ? snap->growth.margin : 64 * KD_MIB + ram / 64;
	}
	if (!snap->mem_available || kd_add(bytes, left) <= snap->mem_available)
		return;
	kd_plan_refuse(plan, "no-memory",
		       "end what uses it, or leave it to the next boot (--config)",
		       "%s of memory are available, and taking so much takes %s and leaves %s to "
		       "the system", kd_size_text(snap->mem_available, there),
		       kd_size_text(bytes, take), kd_size_text(left, rest));
}

/* The kernel looks for main alone, below 4 GiB or beside the low part that there is. */
static void refuse_place(struct kdump_plan *plan, const struct kdump_wish *wish)
{
	bool asked = wish->high || wish->pools[KDUMP_POOL_LOW].ask != KD_ASK_NOTHING;

	if (asked && wish->scope == KDUMP_SCOPE_LIVE && offer(plan) == KDUMP_GROWTH_KERNEL)
		kd_plan_refuse(plan, "not-live", "leave out --high and --low, or --live",
			       "this kernel chooses itself where main grows, and makes no low "
			       "part: only the module crash_grow can be told that");
}

static void refuse_grow(struct kdump_plan *plan, const struct kdump_wish *wish, uint64_t have,
			uint64_t want)
{
	const struct kdump_snapshot *snap = plan->report->snap;
	uint64_t ram = kd_snapshot_ram(snap);
	char text[KD_SIZE_TEXT];

	if (ram && want >= ram) {
		/* The half that is for the next boot has said so. */
		if (wish->scope == KDUMP_SCOPE_LIVE)
			kd_plan_refuse(plan, "larger-than-memory", "ask for less",
				       "that is more than the machine's %s",
				       kd_size_text(ram, text));
	} else {
		refuse_memory(plan, have, want);
	}
	refuse_place(plan, wish);
	if (offer(plan) == KDUMP_GROWTH_INSTALLED && !snap->growth.modprobe)
		kd_plan_refuse(plan, "no-modprobe", "install kmod, or load crash_grow by hand",
			       "there is no modprobe to load crash_grow with");
	kd_plan_refuse_resize(plan, want);
}

/* ---- the steps ---- */

static void add_module(struct kdump_plan *plan)
{
	const char *modprobe = plan->report->snap->growth.modprobe;

	if (!modprobe)
		return;
	plan->module_argv[0] = modprobe;
	plan->module_argv[1] = KD_GROW_MODULE;
	snprintf(plan->module_command, sizeof(plan->module_command), "%s " KD_GROW_MODULE,
		 modprobe);
	kd_plan_step(plan, KDUMP_ACTION_MODULE, KDUMP_WHEN_NOW,
		     "modprobe -r crash_grow; the taint stays until the next boot",
		     "it is experimental, and taints the kernel");
}

/* Bounce buffers of 32-bit DMA: as wished, else as estimated, else as the module has it. */
static void want_low(const struct kdump_plan *plan, const struct kdump_wish *wish,
		     struct kdump_step *step)
{
	const struct kdump_estimate *est = plan->report->est;
	const struct kd_asked *low = &wish->pools[KDUMP_POOL_LOW];

	step->has_low = low->ask == KD_ASK_SIZE || (est && est->low_if_above);
	step->low = low->ask == KD_ASK_SIZE ? low->bytes : est ? est->low_if_above : 0;
	step->high = wish->high;
}

static void add_take(struct kdump_plan *plan, const struct kdump_wish *wish, uint64_t have,
		     uint64_t want)
{
	struct kdump_step *step;
	char size[KD_SIZE_TEXT], low[KD_SIZE_TEXT];

	step = kd_plan_step(plan, KDUMP_ACTION_TAKE, KDUMP_WHEN_NOW, "it is given back",
			    "what uses it is moved out of the way, while what is reserved stays "
			    "as it is");
	step->pool = KDUMP_POOL_MAIN;
	step->from = have;
	step->to = want;
	want_low(plan, wish, step);
	if (step->has_low && step->low)
		snprintf(step->why, sizeof(step->why), "what uses it is moved out of the way, "
			 "while what is reserved stays as it is; if the %s have to lie above "
			 "4 GiB, %s beside them below", kd_size_text(want, size),
			 kd_size_text(step->low, low));
}

static void add_resize(struct kdump_plan *plan, uint64_t have, uint64_t want, bool commit)
{
	bool counts_low = kd_snapshot_size_counts_low(plan->report->snap);
	struct kdump_step *step;
	char more[KD_SIZE_TEXT];

	step = kd_plan_step(plan, KDUMP_ACTION_RESIZE, KDUMP_WHEN_NOW,
			    "crashctl reserve with the size of before: the kernel shrinks",
			    commit ? "what was taken is reserved, and what was reserved before "
				     "is the system's"
				   : "%s less for the running system",
			    kd_size_text(want - have, more));
	step->pool = KDUMP_POOL_MAIN;
	step->from = have;
	step->to = want;
	step->commit = commit;
	step->write = want;
	if (counts_low)
		step->write = kd_add(want, kd_plan_reserved(plan, KDUMP_POOL_LOW));
}

bool kd_plan_grow(struct kdump_plan *plan, const struct kdump_wish *wish, uint64_t have,
		  uint64_t want)
{
	enum kdump_growth growth = offer(plan);
	bool loaded = plan->report->loaded == 1;
	bool by_kernel = growth == KDUMP_GROWTH_KERNEL;

	if (!kd_plan_can_grow(plan) &&
	    !(growth == KDUMP_GROWTH_INSTALLED && may_load(plan, wish))) {
		leave_to_boot(plan, wish, have, want);
		return false;
	}
	if (!by_kernel)
		want = kd_round_up(want, KD_GROW_ALIGN);
	refuse_grow(plan, wish, have, want);
	if (growth == KDUMP_GROWTH_INSTALLED)
		add_module(plan);
	if (!by_kernel)
		add_take(plan, wish, have, want);
	if (loaded)
		kd_plan_step(plan, KDUMP_ACTION_UNLOAD, KDUMP_WHEN_NOW, "load again",
			     "the kernel resizes only while nothing is loaded");
	add_resize(plan, have, want, !by_kernel);
	if (loaded)
		kd_plan_step(plan, KDUMP_ACTION_LOAD, KDUMP_WHEN_NOW, "unload",
			     "the image goes into what is there now");
	else if (!plan->report->loaded)
		kd_plan_note(plan, "nothing is loaded yet: crashctl load does that");
	return true;
}

bool kd_plan_grows(const struct kdump_plan *plan)
{
	for (size_t i = 0; i < plan->n_steps; i++)
		if (plan->steps[i].action == KDUMP_ACTION_RESIZE &&
		    plan->steps[i].to > plan->steps[i].from)
			return true;
	return false;
}

bool kd_plan_is_grown_to(const struct kdump_plan *plan, uint64_t have, uint64_t want)
{
	return want && plan->report->origin == KDUMP_ORIGIN_GROWN &&
	       have == kd_round_up(want, KD_GROW_ALIGN);
}
