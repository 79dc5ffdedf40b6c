/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * When a watcher looks and loads: series of events played against a clock of
 * numbers, and what is chosen on machines made of words (synthetic.h).
 */
#include "../../lib/decide/policy.h"
#include <inttypes.h>
#include "synthetic.h"

/* ---- when ---- */

struct series {
	const char *events;	/* "MS kind", "MS kind*" a file that is still being written */
	unsigned fails;		/* so many loads fail, from the first one on */
	const char *looks;	/* when somebody looks, and with ! where that fails */
};

static const struct series all_series[] = {
	/* one event, and a burst of sixteen blocks: one second after the last */
	{ "0 memory", 0, "1000" },
	{ "0 memory, 10 memory, 20 memory, 30 memory, 40 memory, 50 memory, 60 memory", 0, "1060" },
	{ "0 memory, 900 cpu, 1800 initramfs", 0, "2800" },
	/* two bursts; the second load keeps its distance of ten seconds */
	{ "0 memory, 30000 memory", 0, "1000 31000" },
	{ "0 memory, 3000 memory", 0, "1000 11000" },
	{ "0 memory, 10500 memory", 0, "1000 11500" },
	/* what never settles is looked at after ten seconds, and once more behind the last */
	{ "0 cpu, 900 cpu, 1800 cpu, 2700 cpu, 3600 cpu, 4500 cpu, 5400 cpu, 6300 cpu, 7200 cpu, "
	  "8100 cpu, 9000 cpu, 9900 cpu, 10800 cpu, 11700 cpu", 0, "10000 20000" },
	/* a file is waited for until it is closed, hotplug meanwhile is not */
	{ "0 initramfs*, 5000 initramfs*, 12000 initramfs*, 30000 initramfs", 0, "31000" },
	{ "0 initramfs*, 2000 kernel, 20000 initramfs", 0, "21000" },
	{ "0 initramfs*, 2000 memory, 20000 initramfs", 0, "10000 21000" },
	{ "0 initramfs*", 0, "600000" },
	{ "0 initramfs*, 5000 unknown", 0, "6000" },
	/* failures: five seconds, then twice as long each time; an event is not kept waiting */
	{ "0 memory", 1, "1000! 6000" },
	{ "0 memory", 3, "1000! 6000! 16000! 36000" },
	{ "0 initramfs, 3000 initramfs", 1, "1000! 4000" },
	{ "0 memory, 40000 memory", 3, "1000! 6000! 16000! 36000 46000" },
};

static enum kdump_event_kind kind_of(const char *name)
{
	static const char *const names[] = {
		[KDUMP_EVENT_UNKNOWN] = "unknown", [KDUMP_EVENT_MEMORY] = "memory",
		[KDUMP_EVENT_CPU] = "cpu", [KDUMP_EVENT_KERNEL] = "kernel",
		[KDUMP_EVENT_INITRAMFS] = "initramfs",
	};

	for (unsigned i = 0; i < KD_ARRAY_SIZE(names); i++)
		if (names[i] && kd_streq(name, names[i]))
			return i;
	fail_msg("no such kind: %s", name);
	return 0;
}

struct player {
	struct kd_policy policy;
	unsigned fails;
	char looks[512];
};

static void look(struct player *p, uint64_t now)
{
	size_t len = strlen(p->looks);
	int err = p->fails ? -EIO : 0;

	snprintf(p->looks + len, sizeof(p->looks) - len, "%s%" PRIu64 "%s", len ? " " : "", now,
		 err ? "!" : "");
	p->fails -= p->fails > 0;
	kd_policy_looked(&p->policy);
	kd_policy_done(&p->policy, err, err ? KD_TOUCHED_NOTHING : KD_TOUCHED_REPLACED, now);
}

/* Whoever is due before @until looks then. */
static void play_until(struct player *p, uint64_t until)
{
	uint64_t due;

	while ((due = kd_policy_due(&p->policy)) < until)
		look(p, due);
}

static void play(const struct series *series, struct player *p)
{
	const char *at = series->events;
	char name[32];
	uint64_t ms;
	int len;

	*p = (struct player){ .fails = series->fails };
	kd_policy_init(&p->policy, 1000, 10000);
	while (sscanf(at, "%" SCNu64 " %31[a-z]%n", &ms, name, &len) == 2) {
		play_until(p, ms);
		kd_policy_note(&p->policy, kind_of(name), at[len] == '*', ms);
		at += len + strcspn(at + len, "0123456789");
	}
	assert_string_equal(at, "");
	play_until(p, KD_NEVER);
}

static void test_all_series(void **state)
{
	struct player p;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(all_series); i++) {
		print_message("# %s\n", all_series[i].events);
		play(&all_series[i], &p);
		assert_string_equal(p.looks, all_series[i].looks);
	}
}

/* A thousand events in five seconds, and twenty in a burst behind them. */
static void test_storm(void **state)
{
	struct player p = { .fails = 0 };
	unsigned looks = 1;

	(void)state;
	kd_policy_init(&p.policy, 1000, 10000);
	for (unsigned i = 0; i < 1000; i++) {
		play_until(&p, 5 * i);
		kd_policy_note(&p.policy, KDUMP_EVENT_MEMORY, false, 5 * i);
	}
	for (unsigned i = 0; i < 20; i++) {
		play_until(&p, 8000 + i);
		kd_policy_note(&p.policy, KDUMP_EVENT_CPU, false, 8000 + i);
	}
	play_until(&p, KD_NEVER);
	for (const char *c = p.looks; *c; c++)
		looks += *c == ' ';
	assert_true(looks <= 2);
	assert_string_equal(p.looks, "5995 15995");
}

/* It never ends, and never comes closer than it should. */
static void test_waits_after_failures(void **state)
{
	struct kd_policy policy;
	uint64_t now = 0, wait = 0, longest = 0;

	(void)state;
	kd_policy_init(&policy, 1000, 10000);
	for (unsigned i = 0; i < 1000; i++) {
		kd_policy_looked(&policy);
		assert_true(kd_policy_done(&policy, -EINVAL, KD_TOUCHED_NOTHING, now));
		assert_true(kd_policy_due(&policy) - now >= wait);
		wait = kd_policy_due(&policy) - now;
		longest = kd_max(longest, wait);
		now += wait;
	}
	assert_int_equal(longest, 15 * 60 * 1000);
	/* The waits begin anew after a success. */
	assert_false(kd_policy_done(&policy, 0, KD_TOUCHED_NOTHING, now));
	assert_true(kd_policy_done(&policy, -EINVAL, KD_TOUCHED_NOTHING, now));
	assert_int_equal(kd_policy_due(&policy), now + 5000);
}

/* A load that the kernel refuses takes the good image out for a moment. */
static void test_refused_by_the_kernel(void **state)
{
	struct kd_policy policy;

	(void)state;
	kd_policy_init(&policy, 1000, 10000);
	assert_true(kd_policy_done(&policy, -ENOEXEC, KD_TOUCHED_REPLACED, 0));
	assert_int_equal(kd_policy_due(&policy), 15 * 60 * 1000);
	/* An event is a reason to try again, but not at once. */
	kd_policy_note(&policy, KDUMP_EVENT_INITRAMFS, false, 100);
	assert_int_equal(kd_policy_due(&policy), 10000);
	/* With nothing there that could be lost there is no reason to wait. */
	kd_policy_init(&policy, 1000, 10000);
	assert_true(kd_policy_done(&policy, -ENOEXEC, KD_TOUCHED_NOTHING, 0));
	assert_int_equal(kd_policy_due(&policy), 5000);
}

/* What was tried while another changed it is looked at again, five times at most. */
static void test_overtaken(void **state)
{
	struct kd_policy policy;

	(void)state;
	kd_policy_init(&policy, 1000, 10000);
	for (unsigned i = 0; i < 5; i++) {
		assert_false(kd_policy_done(&policy, -ESTALE, KD_TOUCHED_NOTHING, 100));
		assert_true(policy.pending);
		assert_int_equal(kd_policy_due(&policy), 1100);
		kd_policy_looked(&policy);
	}
	assert_true(kd_policy_done(&policy, -ESTALE, KD_TOUCHED_NOTHING, 100));
	assert_false(policy.pending);
	assert_int_equal(kd_policy_due(&policy), 5100);
	assert_false(kd_policy_done(&policy, -ESTALE, KD_TOUCHED_NOTHING, 100));
}

/* Nothing is tried again while a file is written; hotplug waits no longer than ever. */
static void test_written_after_a_failure(void **state)
{
	struct kd_policy policy;

	(void)state;
	kd_policy_init(&policy, 1000, 10000);
	kd_policy_done(&policy, -ETXTBSY, KD_TOUCHED_NOTHING, 0);
	kd_policy_note(&policy, KDUMP_EVENT_INITRAMFS, true, 1000);
	assert_int_equal(kd_policy_due(&policy), 601000);
	kd_policy_note(&policy, KDUMP_EVENT_CPU, false, 2000);
	assert_int_equal(kd_policy_due(&policy), 11000);
	kd_policy_note(&policy, KDUMP_EVENT_INITRAMFS, false, 9000);
	assert_int_equal(kd_policy_due(&policy), 5000);
}

/* The clock's last moment is no time at which anything is due before. */
static void test_end_of_time(void **state)
{
	struct kd_policy policy;

	(void)state;
	kd_policy_init(&policy, 1000, 10000);
	assert_int_equal(kd_policy_due(&policy), KD_NEVER);
	kd_policy_note(&policy, KDUMP_EVENT_CPU, false, UINT64_MAX - 5);
	assert_int_equal(kd_policy_due(&policy), KD_NEVER);
	kd_policy_done(&policy, -EIO, KD_TOUCHED_REPLACED, UINT64_MAX - 5);
	assert_int_equal(kd_policy_due(&policy), KD_NEVER);
}

/* ---- what ---- */

#define KEEP KDUMP_CHOICE_KEEP
#define LOAD KDUMP_CHOICE_LOAD
#define LOAD_COPY KDUMP_CHOICE_LOAD_COPY

static const struct {
	const char *words;
	enum kdump_choice what;
	const char *reason;
} choices[] = {
	{ "loaded record", KEEP, "fresh" },
	{ "loaded record hotplug=1", KEEP, "kernel-updates" },
	{ "loaded record old-memory", LOAD, "memory" },
	{ "loaded record old-memory hotplug=1", KEEP, "kernel-updates" },
	{ "loaded record old-cpus", LOAD, "cpu" },
	{ "loaded record kernel-kept=0", LOAD, "kernel" },
	{ "loaded record kernel-kept=0 hotplug=1", LOAD, "kernel" },
	{ "loaded record initramfs-kept=0", LOAD, "initramfs" },
	{ "loaded record reconfigured", LOAD, "configuration" },
	{ "loaded record reconfigured given=1", KEEP, "fresh" },
	/* both: what the kernel of the dump needs most */
	{ "loaded record initramfs-kept=0 old-memory", LOAD, "memory" },
	/* gone files are no reason to touch what is loaded; memory is, whatever comes of it */
	{ "loaded record initramfs-kept=2", KEEP, "gone" },
	{ "loaded record initramfs-kept=2 old-memory image-error", LOAD_COPY, "memory" },
	{ "loaded record initramfs-kept=0 old-cpus image-error", LOAD_COPY, "cpu" },
	{ "loaded record initramfs-kept=0 image-error", LOAD, "initramfs" },
	{ "loaded", KEEP, "foreign" },
	{ "loaded overtaken", KEEP, "foreign" },
	{ "", LOAD, "not-loaded" },
	{ "image-error no-estimate", LOAD_COPY, "not-loaded" },
	{ "record", KEEP, "unloaded-by-another" },
	{ "unloaded=5", KEEP, "unloaded-on-purpose" },
	{ "loaded record unloaded=5 old-memory", LOAD, "memory" },
	{ "main=0 cma=0", KEEP, "not-reserved" },
	{ "loaded=-1 no-kexec=-1", KEEP, "hidden" },
	{ "loaded record owner old-memory", KEEP, "other-owner" },
	{ "owner", KEEP, "other-owner" },
	{ "loaded record disabled old-memory", KEEP, "load-disabled" },
	{ "loaded record limit=0 old-memory", KEEP, "load-limit-used-up" },
	{ "no-kexec main=0 cma=0", KEEP, "kexec-not-built-in" },
	{ "xen main=0 cma=0", KEEP, "xen-pv" },
};

static void test_choices(void **state)
{
	struct synthetic *s = *state;
	struct kd_choice choice;

	for (size_t i = 0; i < KD_ARRAY_SIZE(choices); i++) {
		print_message("# %s\n", choices[i].words);
		synthetic_make(s, choices[i].words, NULL);
		synthetic_report(s);
		kd_policy_choose(&s->report, &choice);
		assert_string_equal(choice.reason, choices[i].reason);
		assert_int_equal(choice.what, choices[i].what);
		assert_string_not_equal(choice.text.s, "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_series),
		cmocka_unit_test(test_storm),
		cmocka_unit_test(test_waits_after_failures),
		cmocka_unit_test(test_refused_by_the_kernel),
		cmocka_unit_test(test_overtaken),
		cmocka_unit_test(test_written_after_a_failure),
		cmocka_unit_test(test_end_of_time),
		cmocka_unit_test_setup_teardown(test_choices, synthetic_new, synthetic_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
