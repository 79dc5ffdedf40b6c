/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Plans that want more of main than is reserved: by what the kernel offers for it, with an
 * image in it and without, for now and for the next boot.
 */
#include "plan-words.h"
#include "random.h"

#define SMALL "crashkernel=512M,cma crashkernel=64M"
#define WORDS "crashkernel=512M,cma crashkernel=192M"

static const struct plan_row rows[] = {
	/* nothing offered: the next boot, or refused */
	{ "main=64", SMALL, "main=192", "W", "", WORDS },
	{ "main=64", SMALL, "main=192 live", "", "cannot-grow", "" },
	{ "main=64", SMALL, "main=192 live load", "", "cannot-grow", "" },
	{ "main=64 growth=unknown", SMALL, "main=192 live", "", "cannot-grow", "" },
	{ "main=64 growth=unknown", SMALL, "main=192", "W", "", WORDS },
	/* by the kernel */
	{ "main=64 growth=kernel", SMALL, "main=192", "W R64>192:192", "", WORDS },
	{ "main=64 growth=kernel", SMALL, "main=192 live", "R64>192:192", "", "" },
	{ "main=64 growth=kernel", SMALL, "main=192 config", "W", "", WORDS },
	{ "main=64 growth=kernel", SMALL, "main=191 live", "R64>191:191", "", "" },
	{ "main=64 growth=kernel loaded record", SMALL, "main=192 live", "U R64>192:192 L", "",
	  "" },
	{ "main=0 growth=kernel cma=0", "quiet", "main=192 live", "R0>192:192", "", "" },
	{ "main=0 growth=kernel cma=0", "quiet", "main=auto", "W R0>96:96", "",
	  "crashkernel=96M" },
	{ "high main=64 low=256 ram=6144 growth=kernel cma=0", "crashkernel=64M,high",
	  "main=192 live", "R64>192:448", "", "" },
	/* where main lies is then the kernel's business, and low is made at boot only */
	{ "main=64 growth=kernel ram=8192 cma=0", "crashkernel=64M", "main=192 high live",
	  "R64>192:192", "not-live", "" },
	{ "main=64 growth=kernel", SMALL, "main=192 low=128 live", "R64>192:192", "not-live", "" },
	{ "main=64 growth=kernel", SMALL, "main=192 low=auto live", "R64>192:192", "not-live",
	  "" },
	{ "main=64 growth=kernel ram=8192 cma=0", "crashkernel=64M", "main=192 high low=128",
	  "W R64>192:192", "", "crashkernel=192M,high crashkernel=128M,low" },
	{ "arch=ppc64le main=64 growth=kernel cma=0", "crashkernel=64M", "main=192 live",
	  "R64>192:192", "", "" },
	/* by the module: taken first, and only what is committed takes the image out */
	{ "main=64 growth=module", SMALL, "main=192", "W T64>192+72 C64>192", "", WORDS },
	{ "main=64 growth=module", SMALL, "main=192 live", "T64>192+72 C64>192", "", "" },
	{ "main=64 growth=module", SMALL, "main=192 config", "W", "", WORDS },
	{ "main=64 growth=module loaded record", SMALL, "main=192", "W T64>192+72 U C64>192 L",
	  "", WORDS },
	{ "main=64 growth=module loaded record", SMALL, "main=192 live", "T64>192+72 U C64>192 L",
	  "", "" },
	{ "main=0 growth=module cma=0", "quiet", "main=192 live", "T0>192+72 C0>192", "", "" },
	{ "main=0 growth=module cma=0", "quiet", "main=auto live", "T0>96+72 C0>96", "", "" },
	/* whole pieces of 2 MiB */
	{ "main=64 growth=module", SMALL, "main=191 live", "T64>192+72 C64>192", "", "" },
	/* low, as wished, or as estimated, or as the module has it */
	{ "main=64 growth=module", SMALL, "main=192 low=128 live", "T64>192+128 C64>192", "", "" },
	{ "main=64 growth=module", SMALL, "main=192 low=0 live", "T64>192+0 C64>192", "", "" },
	{ "main=64 growth=module", SMALL, "main=192 low=auto live", "T64>192+72 C64>192", "", "" },
	{ "main=64 growth=module need-low-above=0", SMALL, "main=192 live", "T64>192 C64>192", "",
	  "" },
	{ "main=64 growth=module no-estimate", SMALL, "main=192 live force=unknown-need",
	  "T64>192 C64>192", "(unknown-need)", "" },
	{ "main=64 growth=module ram=8192 cma=0", "crashkernel=64M", "main=192 high live",
	  "T64>192+72^ C64>192", "", "" },
	{ "main=64 growth=module ram=8192 cma=0", "crashkernel=64M", "main=192 high low=128",
	  "W T64>192+128^ C64>192", "", "crashkernel=192M,high crashkernel=128M,low" },
	{ "arch=aarch64 main=64 growth=module cma=0", "crashkernel=64M", "main=192 live", "",
	  "cannot-grow", "" },
	{ "arch=aarch64 main=64 growth=installed cma=0", "crashkernel=64M", "main=192 live load",
	  "", "cannot-grow", "" },
	/* installed: only if that is said */
	{ "main=64 growth=installed", SMALL, "main=192", "W", "", WORDS },
	{ "main=64 growth=installed", SMALL, "main=192 live", "", "cannot-grow", "" },
	{ "main=64 growth=installed", SMALL, "main=192 load", "W M T64>192+72 C64>192", "", WORDS },
	{ "main=64 growth=installed loaded record", SMALL, "main=192 live load",
	  "M T64>192+72 U C64>192 L", "", "" },
	{ "main=64 growth=installed loaded record", SMALL, "main=192 load",
	  "W M T64>192+72 U C64>192 L", "", WORDS },
	{ "main=64 growth=installed load-module", SMALL, "main=192 live",
	  "M T64>192+72 C64>192", "", "" },
	{ "main=64 growth=installed no-modprobe", SMALL, "main=192 live load",
	  "T64>192+72 C64>192", "no-modprobe", "" },
	/* less, or as much: none of that */
	{ "growth=module", BOTH, "main=128 live", "R256>128:128", "", "" },
	{ "growth=kernel", BOTH, "main=128 live", "R256>128:128", "", "" },
	{ "growth=installed", BOTH, "main=256 live load", "", "", "" },
	/* what the module rounded up is not given back again */
	{ "main=192 growth=module grown", SMALL, "main=191 live", "", "", "" },
	{ "main=192 growth=module grown", SMALL, "main=190 live", "R192>190:190", "", "" },
	{ "main=192 growth=module", WORDS, "main=191 live", "R192>191:191", "", "" },
	/* memory: what is taken, an eighth, and what is to be left */
	{ "main=64 growth=module available=280 margin=64", SMALL, "main=192 live",
	  "T64>192+72 C64>192", "", "" },
	{ "main=64 growth=module available=279 margin=64", SMALL, "main=192 live",
	  "T64>192+72 C64>192", "no-memory", "" },
	{ "main=64 growth=module available=279 margin=64", SMALL, "main=192",
	  "W T64>192+72 C64>192", "no-memory", WORDS },
	/* 216, 64 and a 64th of 2048 where the margin is not to be seen */
	{ "main=64 growth=module available=312", SMALL, "main=192 live", "T64>192+72 C64>192", "",
	  "" },
	{ "main=64 growth=module available=311", SMALL, "main=192 live", "T64>192+72 C64>192",
	  "no-memory", "" },
	{ "main=64 growth=installed available=311", SMALL, "main=192 live load",
	  "M T64>192+72 C64>192", "no-memory", "" },
	/* 128 more, 64 and a 64th of 2048 */
	{ "main=64 growth=kernel available=224", SMALL, "main=192 live", "R64>192:192", "", "" },
	{ "main=64 growth=kernel available=223", SMALL, "main=192 live", "R64>192:192",
	  "no-memory", "" },
	{ "main=64 growth=kernel available=223 loaded record", SMALL, "main=192 live",
	  "U R64>192:192 L", "no-memory", "" },
	{ "main=64 growth=module", SMALL, "main=2048 live", "T64>2048+72 C64>2048",
	  "larger-than-memory", "" },
	{ "main=64 growth=kernel", SMALL, "main=67108864 live", "R64>67108864:67108864",
	  "larger-than-memory", "" },
	{ "main=64 growth=module", SMALL, "main=2048", "W T64>2048+72 C64>2048",
	  "larger-than-memory", "crashkernel=512M,cma crashkernel=2048M" },
	/* what stands in the way of unloading stands in the way of growing */
	{ "main=64 growth=module loaded record disabled", SMALL, "main=192 live",
	  "T64>192+72 U C64>192 L", "frozen", "" },
	{ "main=64 growth=module loaded record limit=0", SMALL, "main=192 live",
	  "T64>192+72 U C64>192 L", "frozen", "" },
	{ "main=64 growth=kernel loaded record limit=2", SMALL, "main=192 live",
	  "U R64>192:192 L", "load-limit", "" },
	{ "main=64 growth=module loaded record limit=3", SMALL, "main=192 live",
	  "T64>192+72 U C64>192 L", "", "" },
	{ "main=64 growth=module loaded", SMALL, "main=192 live", "T64>192+72 U C64>192 L",
	  "no-fallback", "" },
	{ "main=64 growth=module loaded", SMALL, "main=192 live force=no-fallback",
	  "T64>192+72 U C64>192 L", "(no-fallback)", "" },
	{ "main=64 growth=module loaded record other-file", SMALL, "main=192 live",
	  "T64>192+72 U C64>192 L", "other-image", "" },
	{ "main=64 growth=module loaded record incomplete", SMALL, "main=192 live",
	  "T64>192+72 U C64>192 L", "no-image", "" },
	{ "main=64 growth=module loaded record owner", SMALL, "main=192 live",
	  "T64>192+72 U C64>192 L", "other-owner", "" },
	{ "main=64 growth=module disabled", SMALL, "main=192 live", "T64>192+72 C64>192", "", "" },
	/* more, and too little all the same */
	{ "main=40 growth=module cma=0", "crashkernel=40M", "main=80 live", "T40>80+72 C40>80",
	  "too-small", "" },
	{ "main=40 growth=module cma=0", "crashkernel=40M", "main=80 live force=too-small",
	  "T40>80+72 C40>80", "(too-small)", "" },
	{ "main=40 growth=module loaded record cma=0", "crashkernel=40M", "main=60 live",
	  "T40>60+72 U C40>60 L", "too-small-to-load", "" },
	{ "main=64 growth=module no-estimate", SMALL, "main=192 live", "T64>192 C64>192",
	  "unknown-need", "" },
	/* only the size of main */
	{ "main=64 growth=module cma=0", "crashkernel=64M", "cma=512 live", "", "not-live", "" },
	{ "main=64 growth=module", SMALL, "main=192 at=512 live", "T64>192+72 C64>192", "not-live",
	  "" },
	/* a wish for another kernel leaves what is reserved now alone */
	{ "main=64 growth=module", SMALL, "main=192 release=6.1.0", "W", "no-such-entry", WORDS },
	/* by crashctl.conf: at least so much, and now */
	{ "main=0 growth=module cma=0 reserve=192M", "quiet", "configured", "T0>192+72 C0>192", "",
	  "" },
	{ "main=0 growth=installed load-module cma=0 reserve=auto", "quiet", "configured",
	  "M T0>96+72 C0>96", "", "" },
	{ "main=0 growth=installed cma=0 reserve=auto", "quiet", "configured", "", "cannot-grow",
	  "" },
	{ "main=0 growth=installed cma=0 reserve=auto", "quiet", "configured load",
	  "M T0>96+72 C0>96", "", "" },
	{ "main=0 cma=0 reserve=192M", "quiet", "configured", "", "cannot-grow", "" },
	{ "growth=module reserve=192M", BOTH, "configured", "", "", "" },
	{ "growth=module reserve=256M", BOTH, "configured", "", "", "" },
	{ "main=0 growth=kernel cma=0 reserve=20M", "quiet", "configured", "R0>20:20",
	  "(too-small)", "" },
	{ "main=0 growth=kernel cma=0 reserve=192M no-estimate", "quiet", "configured",
	  "R0>192:192", "(unknown-need)", "" },
};

static void test_rows(void **state)
{
	check_rows(*state, rows, KD_ARRAY_SIZE(rows));
}

/* What is left for the next boot, and what this one has. */
static void test_reboot(void **state)
{
	static const struct {
		const char *machine, *wish;
		bool met_now, reboot;
	} cases[] = {
		{ "main=64", "main=192", false, true },
		{ "main=64 growth=installed", "main=192", false, true },
		{ "main=64 growth=module", "main=192", true, false },
		{ "main=64 growth=kernel", "main=192", true, false },
		{ "main=64 growth=kernel", "main=192 high low=72", false, true },
		{ "main=64 growth=module", "main=192 live", true, false },
		{ "main=64 growth=module", "main=192 low=72 live", true, false },
		{ "main=64 growth=module", "main=192 high live", true, false },
		{ "main=64 growth=module", "main=192 config", true, true },
		/* CMA is made at boot. */
		{ "main=64 growth=module", "main=192 cma=600", false, true },
		{ "main=256", "main=128", true, true },
	};
	struct synthetic *s = *state;

	for (size_t i = 0; i < KD_ARRAY_SIZE(cases); i++) {
		struct kdump_plan *plan;

		synthetic_make(s, cases[i].machine, SMALL);
		synthetic_report(s);
		plan = make_plan(s, cases[i].wish);
		if (!has_word(cases[i].wish, "config"))
			assert_int_equal(kdump_plan_is_met_now(plan), cases[i].met_now);
		assert_int_equal(kdump_plan_needs_reboot(plan), cases[i].reboot);
		kdump_plan_unref(plan);
	}
}

static bool has_note(const struct kdump_plan *plan, const char *part)
{
	for (size_t i = 0; i < kdump_plan_count_notes(plan); i++)
		if (strstr(kdump_plan_get_note(plan, i), part))
			return true;
	return false;
}

static void test_notes(void **state)
{
	struct synthetic *s = *state;
	struct kdump_plan *plan;

	synthetic_make(s, "main=64 growth=installed", SMALL);
	synthetic_report(s);
	plan = make_plan(s, "main=192");
	assert_true(has_note(plan, "--load-module loads crash_grow"));
	assert_int_equal(kdump_plan_count_commands(plan), 0);
	kdump_plan_unref(plan);
	plan = make_plan(s, "main=192 load");
	assert_false(has_note(plan, "--load-module"));
	assert_true(has_note(plan, "crashctl load"));
	assert_int_equal(kdump_plan_count_commands(plan), 1);
	assert_string_equal(kdump_plan_get_command(plan, 0), "/sbin/modprobe crash_grow");
	assert_null(kdump_plan_get_command(plan, 1));
	kdump_plan_unref(plan);
	/* What is refused says the same as its advice. */
	plan = make_plan(s, "main=192 live");
	assert_non_null(strstr(kdump_refusal_get_advice(kdump_plan_get_refusal(plan, 0)),
			       "--load-module"));
	kdump_plan_unref(plan);
	synthetic_make(s, "main=64 growth=module loaded record", SMALL);
	synthetic_report(s);
	plan = make_plan(s, "main=192 live");
	assert_false(has_note(plan, "crashctl load"));
	kdump_plan_unref(plan);
}

/* The way back of a shrink is no boot where main can grow again. */
static void test_undo(void **state)
{
	static const char *const offers[] = { "none", "kernel", "module", "installed" };
	struct synthetic *s = *state;

	for (unsigned i = 0; i < KD_ARRAY_SIZE(offers); i++) {
		struct kdump_plan *plan;
		char machine[64];

		snprintf(machine, sizeof(machine), "growth=%s", offers[i]);
		synthetic_make(s, machine, BOTH);
		synthetic_report(s);
		plan = make_plan(s, "main=128 live");
		assert_int_equal(!strstr(kdump_step_get_undo(kdump_plan_get_step(plan, 0)),
					 "next boot"), i == 1 || i == 2);
		kdump_plan_unref(plan);
	}
}

static void test_nothing_configured(void **state)
{
	struct synthetic *s = *state;
	struct kdump_plan *plan = NULL;
	struct kdump_wish *wish;

	synthetic_make(s, "growth=module", BOTH);
	synthetic_report(s);
	assert_int_equal(kdump_wish_new(s->ctx, &wish), 0);
	assert_int_equal(kdump_wish_set_configured(wish, &s->config), 1);
	assert_int_equal(kdump_plan_new(s->ctx, &s->report, wish, &plan), -EINVAL);
	kdump_wish_unref(wish);
}

/* ---- what holds for any wish for more ---- */

static void check_order(const struct synthetic *s, const struct kdump_plan *plan)
{
	/* words, module, take, unload, resize, load */
	static const unsigned order[] = {
		[KDUMP_ACTION_WORDS] = 0, [KDUMP_ACTION_MODULE] = 1, [KDUMP_ACTION_TAKE] = 2,
		[KDUMP_ACTION_UNLOAD] = 3, [KDUMP_ACTION_RESIZE] = 4, [KDUMP_ACTION_LOAD] = 5,
	};
	unsigned last = 0, took = 0;

	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct kdump_step *step = &plan->steps[i];

		assert_true(!i || order[step->action] > last);
		last = order[step->action];
		took |= 1u << step->action;
		if (step->action == KDUMP_ACTION_RESIZE) {
			assert_int_equal(step->commit, took >> KDUMP_ACTION_TAKE & 1);
			assert_true(step->to > step->from && step->write >= step->to);
			/* Nothing that wraps: KERNEL.md's trap of the kernel's rounding. */
			assert_true(step->write < UINT64_MAX / 2);
		}
	}
	if (took >> KDUMP_ACTION_RESIZE & 1)
		assert_int_equal(took >> KDUMP_ACTION_UNLOAD & 1, s->report.loaded == 1);
	assert_int_equal(took >> KDUMP_ACTION_UNLOAD & 1, took >> KDUMP_ACTION_LOAD & 1);
	assert_true(plan->n_steps <= KD_STEPS_MAX);
}

static void test_any_growth(void **state)
{
	static const char *const offers[] = { "none", "kernel", "module", "installed" };
	static const char *const images[] = { "", "loaded", "loaded record" };
	struct synthetic *s = *state;
	struct random r = { 20261128 };
	unsigned grown = 0;

	for (unsigned round = 0; round < 3000; round++) {
		unsigned main = (unsigned)random_below(&r, 300);
		char machine[256], wish[128];
		struct kdump_plan *plan;

		snprintf(machine, sizeof(machine), "main=%u %s growth=%s ram=8192 available=%u",
			 main, images[random_below(&r, 3)], offers[random_below(&r, 4)],
			 (unsigned)random_below(&r, 2000));
		snprintf(wish, sizeof(wish), "main=%u %s %s %s",
			 main + 1 + (unsigned)random_below(&r, 600),
			 random_below(&r, 2) ? "load" : "", random_below(&r, 2) ? "live" : "",
			 random_below(&r, 4) ? "" : "low=72");
		synthetic_make(s, machine, BOTH);
		synthetic_report(s);
		plan = make_plan(s, wish);
		check_order(s, plan);
		grown += kd_plan_grows(plan) && !kd_plan_is_refused(plan);
		kdump_plan_unref(plan);
	}
	assert_true(grown > 300);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, plan_set_up, plan_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_rows),
		ONE(test_reboot),
		ONE(test_notes),
		ONE(test_undo),
		ONE(test_nothing_configured),
		ONE(test_any_growth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
