/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Plans: each step and each refusal on machines made of words (synthetic.h),
 * and what must hold for any wish on any machine.
 */
#include "plan-words.h"
#include "random.h"

static const struct plan_row rows[] = {
	/* less of main, with an image in it and without */
	{ "", BOTH, "main=128", "W R256>128:128", "", "crashkernel=512M,cma crashkernel=128M" },
	{ "", BOTH, "main=128 live", "R256>128:128", "", "" },
	{ "", BOTH, "main=128 config", "W", "", "crashkernel=512M,cma crashkernel=128M" },
	{ "", BOTH, "main=128 live release=7.2.12", "R256>128:128", "", "" },
	{ "", BOTH, "main=128 live release=6.1.0", "R256>128:128", "not-live", "" },
	{ "", BOTH, "main=128 release=7.2.12", "W R256>128:128", "",
	  "crashkernel=512M,cma crashkernel=128M" },
	{ "loaded record", BOTH, "main=128 live", "U R256>128:128 L", "", "" },
	{ "loaded record", BOTH, "main=auto live", "U R256>65:65 L", "", "" },
	{ "loaded record cma=0", "crashkernel=256M", "main=auto live", "U R256>96:96 L", "", "" },
	{ "loaded record cma=20", "crashkernel=20M,cma crashkernel=256M", "main=auto live",
	  "U R256>84:84 L", "", "" },
	{ "loaded record", BOTH, "main=0 live", "U R256>0:0", "", "" },
	{ "", BOTH, "main=0", "W R256>0:0", "", "" },
	{ "loaded record", BOTH, "main=256", "", "", BOTH },
	{ "loaded record", BOTH, "main=256 live", "", "", "" },
	/* two regions: what is written counts low where the kernel does */
	{ "high low=256 ram=6144 cma=0", "crashkernel=256M,high", "main=128 live",
	  "R256>128:384", "", "" },
	{ "high low=256 ram=6144 old", "crashkernel=256M,high", "main=128 live",
	  "R256>128:128", "", "" },
	{ "high low=256 ram=6144 cma=0", "crashkernel=256M,high", "main=0 live", "R256>0:0", "",
	  "" },
	{ "old main=0 low=256 ram=6144", "crashkernel=256M,high", "main=128 live", "",
	  "cannot-grow", "" },
	/* more than there is */
	{ "", BOTH, "main=512", "W", "", "crashkernel=512M,cma crashkernel=512M" },
	{ "", BOTH, "main=512 live", "", "cannot-grow", "" },
	{ "main=0 cma=0", "quiet", "main=auto", "W", "", "crashkernel=96M" },
	{ "main=0 cma=0", "quiet", "main=auto cma=auto", "W", "",
	  "crashkernel=40M,cma crashkernel=65M" },
	{ "main=0 cma=0", "quiet", "main=256 cma=512", "W", "", BOTH },
	{ "main=0 cma=0", "quiet", "main=0", "", "", "" },
	/* CMA */
	{ "cma=0", "crashkernel=256M", "cma=512", "W", "", BOTH },
	{ "", BOTH, "cma=0", "W", "", "crashkernel=256M" },
	{ "cma=0 main=64", "crashkernel=64M", "cma=512", "W", "",
	  "crashkernel=512M,cma crashkernel=65M" },
	{ "cma=0", "crashkernel=256M", "cma=512 live", "", "not-live", "" },
	{ "main=0 cma=0", "quiet", "cma=512", "W", "", "crashkernel=512M,cma crashkernel=65M" },
	{ "main=0 cma=0 no-estimate", "quiet", "cma=512", "W", "cma-alone", "" },
	{ "", BOTH, "main=0 cma=512 config", "W", "cma-alone", "" },
	{ "old", "crashkernel=256M", "cma=512", "W", "cma-unsupported",
	  "crashkernel=512M,cma crashkernel=256M" },
	{ "old", "crashkernel=256M", "cma=512 force=cma-unsupported", "W", "(cma-unsupported)",
	  "crashkernel=512M,cma crashkernel=256M" },
	{ "no-config-cma cma=0", "crashkernel=256M", "cma=512", "W", "cma-unsupported", BOTH },
	{ "arch=aarch64 cma=0", "crashkernel=256M", "cma=512", "W", "cma-unsupported", BOTH },
	/* Whatever the order, that kernel would not look at ,high. */
	{ "old ram=6144", "crashkernel=256M", "high cma=512 config force=cma-unsupported", "W",
	  "cma-hides-high (cma-unsupported)", "crashkernel=512M,cma crashkernel=256M,high" },
	/* A kernel that makes nothing of CMA needs a main part that holds alone. */
	{ "old", "crashkernel=64M", "main=auto cma=512 config", "W", "cma-unsupported",
	  "crashkernel=512M,cma crashkernel=96M" },
	/* too small */
	{ "", BOTH, "main=64 live", "R256>64:64", "too-small", "" },
	{ "", BOTH, "main=64 live force=too-small", "R256>64:64", "(too-small)", "" },
	{ "loaded record", BOTH, "main=64 live", "U R256>64:64 L", "too-small-to-load", "" },
	{ "loaded record", BOTH, "main=64 live force=too-small", "U R256>64:64 L",
	  "too-small-to-load", "" },
	{ "loaded record cma=0", "crashkernel=256M", "main=80 live", "U R256>80:80 L",
	  "too-small", "" },
	{ "cma=0", "crashkernel=256M", "main=80 config", "W", "too-small", "crashkernel=80M" },
	/* CMA of the next boot does not count for what is done now. */
	{ "loaded record cma=0", "crashkernel=256M", "main=80 cma=512", "W U R256>80:80 L",
	  "too-small", "crashkernel=512M,cma crashkernel=80M" },
	{ "no-estimate", BOTH, "main=128 live", "R256>128:128", "unknown-need", "" },
	{ "no-estimate", BOTH, "main=128 live force=unknown-need", "R256>128:128",
	  "(unknown-need)", "" },
	{ "no-estimate", BOTH, "main=0 live", "R256>0:0", "", "" },
	{ "no-estimate", BOTH, "main=128 config", "W", "unknown-need",
	  "crashkernel=512M,cma crashkernel=128M" },
	{ "no-estimate", BOTH, "main=0 config", "W", "", "" },
	/* too large */
	{ "", BOTH, "main=2048 config", "W", "larger-than-memory",
	  "crashkernel=512M,cma crashkernel=2048M" },
	{ "", BOTH, "main=1024 cma=1024 config", "W", "larger-than-memory",
	  "crashkernel=1024M,cma crashkernel=1024M" },
	/* what stands in the way of unloading */
	{ "loaded record disabled", BOTH, "main=128 live", "U R256>128:128 L", "frozen", "" },
	{ "loaded record limit=0", BOTH, "main=128 live", "U R256>128:128 L", "frozen", "" },
	{ "loaded record limit=2", BOTH, "main=128 live", "U R256>128:128 L", "load-limit", "" },
	{ "loaded record limit=3", BOTH, "main=128 live", "U R256>128:128 L", "", "" },
	{ "loaded record limit=-1", BOTH, "main=128 live", "U R256>128:128 L", "", "" },
	{ "loaded record limit=1", BOTH, "main=0 live", "U R256>0:0", "", "" },
	{ "limit=0", BOTH, "main=128 live", "R256>128:128", "", "" },
	{ "loaded", BOTH, "main=128 live", "U R256>128:128 L", "no-fallback", "" },
	{ "loaded", BOTH, "main=128 live force=no-fallback", "U R256>128:128 L", "(no-fallback)",
	  "" },
	{ "loaded record other-file", BOTH, "main=128 live", "U R256>128:128 L", "other-image",
	  "" },
	{ "loaded record other-file", BOTH, "main=0 live", "U R256>0:0", "", "" },
	{ "loaded record incomplete", BOTH, "main=128 live", "U R256>128:128 L", "no-image", "" },
	{ "loaded record incomplete", BOTH, "main=0 live", "U R256>0:0", "", "" },
	{ "loaded record owner", BOTH, "main=128 live", "U R256>128:128 L", "other-owner", "" },
	{ "loaded record owner", BOTH, "main=128 live force=other-owner", "U R256>128:128 L",
	  "(other-owner)", "" },
	{ "owner", BOTH, "main=128 config", "W", "", "crashkernel=512M,cma crashkernel=128M" },
	{ "arch=ppc64le cma=0", "crashkernel=256M", "main=0 live", "R256>0:0", "zero-unsafe", "" },
	{ "arch=ppc64le cma=0", "crashkernel=256M", "main=0 config", "W", "", "" },
	{ "no-iomem no-size", BOTH, "main=128 live", "", "size-unknown", "" },
	/* above 4 GiB */
	{ "cma=0 ram=6144", "crashkernel=256M", "high", "W", "", "crashkernel=256M,high" },
	{ "cma=0 ram=6144", "crashkernel=256M", "high low=auto", "W", "",
	  "crashkernel=256M,high crashkernel=72M,low" },
	{ "cma=0 ram=6144", "crashkernel=256M", "high low=0", "W", "",
	  "crashkernel=256M,high crashkernel=0M,low" },
	{ "cma=0 ram=6144 high low=72", "crashkernel=256M,high crashkernel=72M,low", "main=300",
	  "W", "", "crashkernel=300M,high crashkernel=72M,low" },
	{ "cma=0 ram=6144 high low=256", "crashkernel=256M,high", "low=72", "W", "",
	  "crashkernel=256M,high crashkernel=72M,low" },
	{ "cma=0", "crashkernel=256M", "low=72 config", "W", "low-without-high",
	  "crashkernel=256M" },
	{ "main=0 cma=0", "quiet", "high", "W", "high-alone", "" },
	{ "arch=s390x cma=0", "crashkernel=256M", "high", "W", "no-high", "crashkernel=256M,high" },
	{ "cma=0", "crashkernel=256M@1G", "cma=512 config", "W", "fixed-address",
	  "crashkernel=512M,cma crashkernel=256M@0x40000000" },
	{ "cma=0", "crashkernel=256M@1G", "main=256 cma=512 config", "W", "", BOTH },
	{ "cma=0", "nokaslr crashkernel=256M@1G", "cma=512 config", "W", "",
	  "crashkernel=512M,cma crashkernel=256M@0x40000000" },
	/* main is raised to what the image needs, also where CMA is given back */
	{ "main=65", "crashkernel=512M,cma crashkernel=65M", "cma=0 config", "W", "",
	  "crashkernel=96M" },
	{ "main=64 cma=0 ram=6144", "crashkernel=64M", "high config", "W", "",
	  "crashkernel=96M,high" },
	/* CMA that costs more than it is worth */
	{ "dump-level=1", "crashkernel=256M", "cma=512 config", "W", "cma-needs-no-user-pages",
	  BOTH },
	{ "dump-level=23", "crashkernel=256M", "cma=512 config", "W", "cma-needs-no-user-pages",
	  BOTH },
	{ "dump-level=8", "crashkernel=256M", "cma=512 config", "W", "", BOTH },
	{ "dump-other", "crashkernel=256M", "cma=512 config", "W", "cma-needs-no-user-pages",
	  BOTH },
	{ "dump-level=1", "crashkernel=256M",
	  "cma=512 config force=cma-needs-no-user-pages", "W", "(cma-needs-no-user-pages)", BOTH },
	/* What stands there already is nobody's wish. */
	{ "dump-level=1", BOTH, "main=128 config", "W", "",
	  "crashkernel=512M,cma crashkernel=128M" },
	{ "unmovable=640", "crashkernel=256M", "cma=512 config", "W", "", BOTH },
	{ "unmovable=641", "crashkernel=256M", "cma=512 config", "W", "cma-too-large", BOTH },
	{ "unmovable=60 huge=1160", "crashkernel=256M", "cma=512 config", "W", "", BOTH },
	{ "unmovable=60 huge=1161", "crashkernel=256M", "cma=512 config", "W", "cma-too-large",
	  BOTH },
	{ "unmovable=641", "crashkernel=256M", "cma=512 config force=cma-too-large", "W",
	  "(cma-too-large)", BOTH },
	{ "unmovable=0", "crashkernel=256M", "cma=1024 config", "W", "",
	  "crashkernel=1024M,cma crashkernel=256M" },
	/* main at an address */
	{ "cma=0", "nokaslr", "main=256 at=512 config", "W", "", "crashkernel=256M@0x20000000" },
	{ "cma=0", "quiet", "main=256 at=512 config", "W", "needs-nokaslr",
	  "crashkernel=256M@0x20000000" },
	{ "cma=0", "nokaslr", "main=256 at=520 config", "W", "no-place", "crashkernel=256M" },
	{ "cma=0", "nokaslr", "main=256 at=520 up config", "W", "",
	  "crashkernel=256M@0x21000000" },
	{ "cma=0", "nokaslr", "main=256 at=520 down config", "W", "",
	  "crashkernel=256M@0x20000000" },
	{ "cma=0", "nokaslr", "main=256 up config", "W", "", "crashkernel=256M@0x5000000" },
	{ "cma=0", "nokaslr", "main=256 down config", "W", "", "crashkernel=256M@0x70000000" },
	{ "cma=0", "nokaslr", "main=256 at=2000 up config", "W", "no-place", "crashkernel=256M" },
	/* what the segments of the image ask for */
	{ "cma=0 image-align=64", "nokaslr", "main=256 at=528 up config", "W", "",
	  "crashkernel=256M@0x24000000" },
	{ "cma=0 image-align=64", "nokaslr", "main=256 at=528 config", "W", "no-place",
	  "crashkernel=256M" },
	{ "cma=0 image-min=1024", "nokaslr", "main=256 up config", "W", "",
	  "crashkernel=256M@0x40000000" },
	{ "cma=0 image-min=1024", "nokaslr", "main=256 at=512 config", "W", "no-place",
	  "crashkernel=256M" },
	{ "cma=0 image=250", "nokaslr", "main=256 at=512 config", "W", "",
	  "crashkernel=256M@0x20000000" },
	{ "cma=0 image=256", "nokaslr", "main=256 at=512 config", "W", "no-place",
	  "crashkernel=256M" },
	{ "cma=0 hidden", "nokaslr", "main=256 at=512 config", "W", "no-place",
	  "crashkernel=256M" },
	{ "cma=0", "nokaslr crashkernel=256M", "at=512 config", "W", "",
	  "crashkernel=256M@0x20000000" },
	{ "cma=0", "nokaslr", "main=0 at=512 config", "", "place-alone", "" },
	{ "cma=0 ram=6144", "nokaslr", "main=256 at=512 high config", "W", "place-with-high",
	  "crashkernel=256M@0x20000000" },
	{ "cma=0 ram=6144", "nokaslr", "main=256 at=512 low=72 config", "W",
	  "low-without-high place-with-high", "crashkernel=256M@0x20000000" },
	{ "cma=0 ram=6144", "nokaslr crashkernel=256M,high", "main=256 at=512 config", "W", "",
	  "crashkernel=256M@0x20000000" },
	{ "", "crashkernel=256M", "main=128 at=512 live", "R256>128:128", "not-live", "" },
	{ "cma=0", "nokaslr crashkernel=256M@0x6e000000", "main=256 at=1760", "", "",
	  "crashkernel=256M@0x6e000000" },
	/* what the memory does not hold */
	{ "cma=0", "quiet", "main=2040 config", "W", "will-not-fit", "crashkernel=2040M" },
	{ "cma=0", "quiet", "main=2040 config force=will-not-fit", "W", "(will-not-fit)",
	  "crashkernel=2040M" },
	{ "cma=0 hidden", "quiet", "main=2040 config", "W", "", "crashkernel=2040M" },
	/* words that the kernel finds in others */
	{ "cma=0", "x.crashkernel=1G", "main=256 config", "W", "", "crashkernel=256M" },
	{ "cma=0 ram=6144", "x.crashkernel=1G", "main=256 high config", "W", "words-hidden",
	  "crashkernel=256M,high" },
	{ "cma=0 ram=6144", "x.crashkernel=1G-:512M", "main=256 high config", "W", "words-hidden",
	  "crashkernel=256M,high" },
	{ "cma=0", "x.crashkernel=1G", "main=0 config", "W", "words-hidden", "" },
};

static void test_rows(void **state)
{
	check_rows(*state, rows, KD_ARRAY_SIZE(rows));
}

static void test_bad_wishes(void **state)
{
	struct synthetic *s = *state;
	struct kdump_plan *plan = (struct kdump_plan *)1;
	struct kdump_wish *wish;

	synthetic_make(s, "no-estimate", NULL);
	synthetic_report(s);
	wish = make_wish(s, "");
	assert_int_equal(kdump_plan_new(s->ctx, &s->report, wish, &plan), -EINVAL);
	assert_string_equal(kdump_ctx_get_error_id(s->ctx), "empty-wish");
	kdump_wish_set_auto(wish, KDUMP_POOL_MAIN);
	assert_int_equal(kdump_plan_new(s->ctx, &s->report, wish, &plan), -ENODATA);
	assert_string_equal(kdump_ctx_get_error_id(s->ctx), "no-estimate");
	assert_ptr_equal(plan, (struct kdump_plan *)1);
	assert_int_equal(kdump_wish_set_size(wish, KDUMP_POOL_MAIN, KD_MIB + 1), -EINVAL);
	assert_int_equal(kdump_wish_set_size(wish, KDUMP_POOL_MAIN, UINT64_MAX), -ERANGE);
	assert_int_equal(kdump_wish_set_size(wish, KDUMP_POOL_MAIN, 65536 * KD_GIB), 0);
	assert_int_equal(kdump_wish_set_size(wish, KDUMP_POOL_MAIN, 65536 * KD_GIB + KD_MIB),
			 -ERANGE);
	assert_string_equal(kdump_ctx_get_error_id(s->ctx), "bad-size");
	assert_int_equal(kdump_wish_set_size(wish, (enum kdump_pool)KDUMP_POOLS, KD_MIB), -EINVAL);
	kdump_wish_unref(wish);
}

/* Everything is given back, and a service takes some again. */
static void test_taken_again(void **state)
{
	static const struct {
		const char *machine, *wish;
		bool noted;
	} cases[] = {
		{ "reserve=192M reserve-enabled", "main=0 config", true },
		{ "reserve=192M reserve-enabled", "main=0", true },
		{ "reserve=192M reserve-enabled", "main=256 config", false },
		{ "reserve=192M", "main=0 config", false },
		{ "reserve-enabled", "main=0 config", false },
	};
	struct synthetic *s = *state;

	for (size_t i = 0; i < KD_ARRAY_SIZE(cases); i++) {
		struct kdump_plan *plan;
		bool noted = false;

		synthetic_make(s, cases[i].machine, BOTH);
		synthetic_report(s);
		plan = make_plan(s, cases[i].wish);
		for (size_t n = 0; n < plan->n_notes; n++)
			noted = noted || strstr(kdump_plan_get_note(plan, n),
						"reserve = 192M stays in /etc/crashctl.conf");
		if (noted != cases[i].noted)
			fail_msg("\"%s\" wants \"%s\": %d", cases[i].machine, cases[i].wish, noted);
		kdump_plan_unref(plan);
	}
}

/* ---- what holds for any wish on any machine ---- */

static const char *pick(struct random *r, const char *const *list, size_t n)
{
	return list[random_below(r, n)];
}

#define PICK(r, ...) pick(r, (const char *const[]){ __VA_ARGS__ },	\
			  sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

static void random_machine(struct random *r, char *words, size_t size)
{
	snprintf(words, size, "%s %s %s %s %s ram=8192 main=%u cma=%u",
		 PICK(r, "", "loaded record", "loaded"), PICK(r, "", "high low=256", "high low=72"),
		 PICK(r, "", "", "old", "no-config-cma"),
		 PICK(r, "arch=x86_64", "arch=x86_64", "arch=aarch64"),
		 PICK(r, "", "", "limit=2", "disabled", "owner"),
		 (unsigned)random_below(r, 600), (unsigned)random_below(r, 600));
}

static void random_wish(struct random *r, char *words, size_t size)
{
	words[0] = '\0';
	if (random_below(r, 4))
		add_word(words, size, "main=%u", (unsigned)random_below(r, 700));
	else
		add_word(words, size, "main=auto");
	if (random_below(r, 2))
		add_word(words, size, "cma=%u", (unsigned)random_below(r, 3) * 256);
	else if (random_below(r, 2))
		add_word(words, size, "cma=auto");
	if (random_below(r, 3) == 0)
		add_word(words, size, "high");
	if (random_below(r, 3) == 0)
		add_word(words, size, "low=%u", (unsigned)random_below(r, 3) * 72);
	add_word(words, size, "%s", PICK(r, "", "", "config", "live"));
}

#define BOOTED "crashkernel=512M,cma crashkernel=256M"

/* What was wished of a pool, where a size was named; else what the words ask for. */
static uint64_t wished(const char *words, const char *pool, uint64_t otherwise)
{
	const char *text = word_text(words, pool);

	return text && strcmp(text, "auto") ? word_mib(words, pool, 0) : otherwise;
}

/* The kernel that will read the words makes of them what was wished. */
static void check_words(struct synthetic *s, const struct kdump_plan *plan, const char *wish)
{
	const char *words = kdump_plan_get_words(plan), *cma = strstr(words, ",cma");
	struct kd_ck_kernel kernel;
	struct kd_text why;
	struct kd_ck ck;

	if (has_word(wish, "live")) {
		assert_string_equal(words, "");
		return;
	}
	kd_snapshot_ck_kernel(&s->snap, &kernel);
	assert_int_equal(kd_ck_parse(words, &kernel, &ck, &why), 0);
	if (cma) {
		/* Before the plain one, or an older kernel reserves nothing at all. */
		assert_true(kd_starts(words, "crashkernel="));
		assert_int_equal(strcspn(words, " "), (size_t)(cma - words) + 4);
		assert_null(strstr(cma + 1, ",cma"));
		assert_non_null(strstr(cma, " crashkernel="));
	}
	if (kd_plan_is_refused(plan))
		return;
	assert_int_equal(ck.main, wished(wish, "main", ck.main));
	if (kernel.has_cma)
		assert_int_equal(ck.cma, ck.main ? wished(wish, "cma", ck.cma) : 0);
	if (ck.main)
		assert_int_equal(ck.high, has_word(wish, "high") || s->report.booted.high);
	if (ck.high && word_text(wish, "low"))
		assert_int_equal(ck.low, wished(wish, "low", 0));
	/* A kernel without ,cma takes the main part all the same, but not from a ,high. */
	if (cma && ck.high)
		return;
	kernel.knows_cma = kernel.has_cma = false;
	assert_int_equal(kd_ck_parse(words, &kernel, &ck, &why), 0);
	assert_int_equal(ck.main, wished(wish, "main", ck.main));
	if (!ck.main && *words)
		fail_msg("\"%s\" wished: \"%s\"", wish, words);
}

static void check_live_steps(struct synthetic *s, const struct kdump_plan *plan)
{
	bool loaded = s->report.loaded == 1, unloads = false, loads = false, resizes = false;

	for (size_t i = 0; i < kdump_plan_count_steps(plan); i++) {
		const struct kdump_step *step = kdump_plan_get_step(plan, i);

		switch (kdump_step_get_action(step)) {
		case KDUMP_ACTION_UNLOAD:
			assert_true(loaded && !resizes);
			unloads = true;
			break;
		case KDUMP_ACTION_RESIZE:
			assert_true(unloads == loaded);
			assert_true(step->to < step->from);
			assert_true(step->write < s->snap.kexec.size);
			assert_true(step->write >= step->to);
			resizes = true;
			break;
		case KDUMP_ACTION_LOAD:
			assert_true(unloads && resizes);
			loads = true;
			break;
		default:
			break;
		}
	}
	/* What is unloaded to be resized is loaded again, unless nothing is left for it. */
	for (size_t i = 0; i < plan->n_steps && unloads; i++)
		if (plan->steps[i].action == KDUMP_ACTION_RESIZE)
			assert_int_equal(loads, plan->steps[i].to != 0);
	/* And then what is left is enough to load into, or the plan is refused. */
	for (size_t i = 0; i < plan->n_steps && loads; i++)
		if (plan->steps[i].action == KDUMP_ACTION_RESIZE &&
		    plan->steps[i].to < s->est.main_with_cma)
			assert_true(kd_plan_is_refused(plan));
}

static void test_any_wish(void **state)
{
	struct synthetic *s = *state;
	struct random r = { 20260104 };
	unsigned refused = 0, live = 0, boot = 0;

	for (unsigned round = 0; round < 5000; round++) {
		char machine[256], wish[128];
		struct kdump_plan *plan;

		random_machine(&r, machine, sizeof(machine));
		random_wish(&r, wish, sizeof(wish));
		synthetic_make(s, machine, PICK(&r, BOOTED, "quiet", "crashkernel=256M",
						"crashkernel=300M,high crashkernel=72M,low",
						"crashkernel=1G-:192M"));
		synthetic_report(s);
		plan = make_plan(s, wish);
		check_words(s, plan, wish);
		check_live_steps(s, plan);
		refused += kd_plan_is_refused(plan);
		boot += kdump_plan_needs_reboot(plan);
		live += plan->n_steps && plan->steps[0].when == KDUMP_WHEN_NOW;
		kdump_plan_unref(plan);
	}
	/* Of each enough to prove something. */
	assert_true(refused > 500 && refused < 4500 && live > 500 && boot > 500);
}

/* What a plan brought about needs no second one: booted with its words, and resized. */
static void test_second_plan_is_empty(void **state)
{
	struct synthetic *s = *state;
	struct random r = { 20260105 };
	unsigned checked = 0;

	for (unsigned round = 0; round < 3000; round++) {
		char wish[128], machine[256], after[256], words[160], steps[256];
		struct kdump_plan *plan;
		struct kd_ck_kernel kernel;
		struct kd_text why;
		struct kd_ck ck;

		random_wish(&r, wish, sizeof(wish));
		snprintf(machine, sizeof(machine), "ram=8192 main=%u cma=512",
			 (unsigned)random_below(&r, 600));
		if (has_word(wish, "live"))
			continue;
		synthetic_make(s, machine, BOOTED);
		synthetic_report(s);
		plan = make_plan(s, wish);
		snprintf(words, sizeof(words), "%s", kdump_plan_get_words(plan));
		kd_snapshot_ck_kernel(&s->snap, &kernel);
		if (kd_plan_is_refused(plan)) {
			kdump_plan_unref(plan);
			continue;
		}
		kdump_plan_unref(plan);
		assert_int_equal(kd_ck_parse(words, &kernel, &ck, &why), 0);
		snprintf(after, sizeof(after), "ram=8192 main=%lu cma=%lu low=%lu%s",
			 (unsigned long)(ck.main / KD_MIB), (unsigned long)(ck.cma / KD_MIB),
			 (unsigned long)(ck.low / KD_MIB), ck.high ? " high" : "");
		synthetic_make(s, after, words);
		synthetic_report(s);
		plan = make_plan(s, wish);
		list_steps(plan, steps, sizeof(steps));
		if (*steps || kd_plan_is_refused(plan))
			fail_msg("\"%s\", then \"%s\": \"%s\" again has the steps \"%s\"",
				 machine, words, wish, steps);
		assert_string_equal(kdump_plan_get_words(plan), words);
		kdump_plan_unref(plan);
		checked++;
	}
	assert_true(checked > 500);
}

/* A live plan that was carried out has no second one either, though nothing was rebooted. */
static void test_live_twice(void **state)
{
	static const char *const wishes[] = { "main=auto live", "main=128 live", "main=0 live" };
	struct synthetic *s = *state;

	for (size_t i = 0; i < KD_ARRAY_SIZE(wishes); i++) {
		struct kdump_plan *plan;
		char after[64];

		synthetic_make(s, "", BOTH);
		synthetic_report(s);
		plan = make_plan(s, wishes[i]);
		assert_int_equal(plan->n_steps, 1);
		snprintf(after, sizeof(after), "main=%lu given-back",
			 (unsigned long)(plan->steps[0].to / KD_MIB));
		kdump_plan_unref(plan);
		synthetic_make(s, after, BOTH);
		synthetic_report(s);
		plan = make_plan(s, wishes[i]);
		assert_int_equal(plan->n_steps, 0);
		assert_int_equal(plan->n_refusals, 0);
		kdump_plan_unref(plan);
	}
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, plan_set_up, plan_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_rows),
		ONE(test_bad_wishes),
		ONE(test_taken_again),
		ONE(test_any_wish),
		ONE(test_second_plan_is_empty),
		ONE(test_live_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
