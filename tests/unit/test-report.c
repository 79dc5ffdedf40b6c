/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Every verdict and every finding, on machines made of words (synthetic.h). */
#include "synthetic.h"

#define HIGH "crashkernel=256M,high"

struct row {
	const char *words, *cmdline;
	enum kdump_verdict verdict;
	const char *findings;		/* in order, a blank between */
};

static const struct row rows[] = {
	/* loaded */
	{ "loaded record", NULL, KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded", NULL, KDUMP_VERDICT_CAPTURED, "foreign-image" },
	{ "loaded record disabled", NULL, KDUMP_VERDICT_CAPTURED, "frozen" },
	{ "loaded record limit=0", NULL, KDUMP_VERDICT_CAPTURED, "frozen" },
	{ "loaded record limit=1", NULL, KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record limit=-1", NULL, KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record lockdown", NULL, KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record no-file-load", NULL, KDUMP_VERDICT_CAPTURED, "no-kexec-file-load" },
	{ "loaded record owner", NULL, KDUMP_VERDICT_CAPTURED, "other-owner" },
	{ "loaded record rule", NULL, KDUMP_VERDICT_CAPTURED, "other-rule" },
	{ "loaded record shell", NULL, KDUMP_VERDICT_CAPTURED, "config-not-understood" },
	{ "loaded record no-estimate", NULL, KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record image-unreadable no-estimate", NULL, KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded no-estimate", NULL, KDUMP_VERDICT_UNKNOWN, "foreign-image" },
	{ "loaded image-unreadable no-estimate", NULL, KDUMP_VERDICT_UNKNOWN,
	  "foreign-image file-unreadable" },
	{ "loaded no-image no-estimate", NULL, KDUMP_VERDICT_UNKNOWN, "foreign-image" },
	/* loaded, and not as it should be */
	{ "loaded record kernel-kept=0", NULL, KDUMP_VERDICT_DEGRADED, "stale-kernel" },
	{ "loaded record initramfs-kept=0", NULL, KDUMP_VERDICT_DEGRADED, "stale-initramfs" },
	{ "loaded record kernel-kept=2", NULL, KDUMP_VERDICT_CAPTURED, "loaded-files-gone" },
	{ "loaded record initramfs-kept=2", NULL, KDUMP_VERDICT_CAPTURED, "loaded-files-gone" },
	{ "loaded record reconfigured", NULL, KDUMP_VERDICT_DEGRADED, "stale-configuration" },
	{ "loaded record reconfigured given=1", NULL, KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record reconfigured given=6", NULL, KDUMP_VERDICT_DEGRADED,
	  "stale-configuration" },
	{ "loaded record old-memory", NULL, KDUMP_VERDICT_DEGRADED, "memory-changed" },
	{ "loaded record old-cpus hotplug=0", NULL, KDUMP_VERDICT_DEGRADED,
	  "cpus-changed hotplug-not-followed" },
	{ "loaded record old-memory old-cpus hotplug=1", NULL, KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record old-memory hidden", NULL, KDUMP_VERDICT_CAPTURED,
	  "memory-not-compared addresses-hidden" },
	{ "loaded record old-memory hidden hotplug=1", NULL, KDUMP_VERDICT_CAPTURED,
	  "addresses-hidden" },
	{ "loaded record replaced", NULL, KDUMP_VERDICT_CAPTURED, "kernel-replaced" },
	{ "loaded overtaken", NULL, KDUMP_VERDICT_CAPTURED, "foreign-image" },
	{ "loaded record main=64", "crashkernel=512M,cma crashkernel=64M", KDUMP_VERDICT_DEGRADED,
	  "too-small" },
	{ "loaded record main=65", "crashkernel=512M,cma crashkernel=65M", KDUMP_VERDICT_CAPTURED,
	  "" },
	{ "loaded record main=65 cma=38", "crashkernel=38M,cma crashkernel=65M",
	  KDUMP_VERDICT_DEGRADED, "too-small" },
	{ "loaded record main=65 cma=39", "crashkernel=39M,cma crashkernel=65M",
	  KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record main=95 cma=0", "crashkernel=95M", KDUMP_VERDICT_DEGRADED, "too-small" },
	{ "loaded record main=96 cma=0", "crashkernel=96M", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record image-error", NULL, KDUMP_VERDICT_CAPTURED, "no-initramfs" },
	/* not loaded */
	{ "", NULL, KDUMP_VERDICT_NOT_LOADED, "not-loaded" },
	{ "lockdown", NULL, KDUMP_VERDICT_NOT_LOADED, "lockdown not-loaded" },
	{ "main=64", "crashkernel=512M,cma crashkernel=64M", KDUMP_VERDICT_NOT_LOADED,
	  "too-small not-loaded" },
	{ "image-error no-estimate", NULL, KDUMP_VERDICT_NOT_LOADED, "not-loaded no-initramfs" },
	{ "main=0 cma=0", "quiet", KDUMP_VERDICT_NOT_RESERVED, "not-reserved" },
	{ "main=0 cma=0", "crashkernel=256M", KDUMP_VERDICT_NOT_RESERVED,
	  "not-reserved reserved-less" },
	{ "main=0 cma=0 given-back", "crashkernel=256M", KDUMP_VERDICT_NOT_RESERVED,
	  "not-reserved" },
	/* 6.1 gave main back and keeps its low region for ever. */
	{ "old main=0 low=256 ram=6144", HIGH, KDUMP_VERDICT_NOT_RESERVED,
	  "not-reserved reserved-less" },
	/* watched */
	{ "loaded record watch=1", NULL, KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record hotplug=0", NULL, KDUMP_VERDICT_CAPTURED, "hotplug-not-followed" },
	{ "loaded record hotplug=0 watch=-1", NULL, KDUMP_VERDICT_CAPTURED,
	  "hotplug-not-followed" },
	{ "loaded record hotplug=0 watch=1", NULL, KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record watch=1 reloads=3", NULL, KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record watch=1 failed=3000", NULL, KDUMP_VERDICT_CAPTURED, "watch-failed" },
	{ "failed=3000", NULL, KDUMP_VERDICT_NOT_LOADED, "not-loaded watch-failed" },
	/* What the failure left in place was loaded in it; what came later mended it. */
	{ "loaded record watch=1 failed=3000 loaded-at=3000", NULL, KDUMP_VERDICT_CAPTURED,
	  "watch-failed" },
	{ "loaded record watch=1 failed=3000 loaded-at=3001", NULL, KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded watch=1 reloads=0 limited", NULL, KDUMP_VERDICT_CAPTURED,
	  "foreign-image watch-limited" },
	{ "loaded record watch=0 reloads=0 limited", NULL, KDUMP_VERDICT_CAPTURED, "" },
	{ "unloaded=3000", NULL, KDUMP_VERDICT_NOT_LOADED, "not-loaded unloaded-on-purpose" },
	{ "unloaded=3000 failed=2999", NULL, KDUMP_VERDICT_NOT_LOADED,
	  "not-loaded unloaded-on-purpose" },
	{ "unloaded=3000 failed=3000", NULL, KDUMP_VERDICT_NOT_LOADED,
	  "not-loaded watch-failed unloaded-on-purpose" },
	/* Another tool has loaded since. */
	{ "loaded unloaded=3000", NULL, KDUMP_VERDICT_CAPTURED, "foreign-image" },
	/* not to be loaded */
	{ "disabled", NULL, KDUMP_VERDICT_IMPOSSIBLE, "load-disabled" },
	{ "limit=0", NULL, KDUMP_VERDICT_IMPOSSIBLE, "load-limit-used-up" },
	{ "no-file-load", NULL, KDUMP_VERDICT_IMPOSSIBLE, "no-kexec-file-load" },
	{ "no-kexec main=0 cma=0", "quiet", KDUMP_VERDICT_IMPOSSIBLE, "kexec-not-built-in" },
	{ "xen main=0 cma=0", "quiet", KDUMP_VERDICT_IMPOSSIBLE, "xen-pv" },
	/* not to be seen */
	{ "loaded=-1 no-kexec=-1", NULL, KDUMP_VERDICT_UNKNOWN, "" },
	{ "loaded record hidden", NULL, KDUMP_VERDICT_CAPTURED, "addresses-hidden" },
	{ "loaded hidden no-estimate image-unreadable", NULL, KDUMP_VERDICT_UNKNOWN,
	  "foreign-image file-unreadable addresses-hidden" },
	{ "hidden", NULL, KDUMP_VERDICT_NOT_LOADED, "not-loaded addresses-hidden" },
	/* other ways */
	{ "fadump", NULL, KDUMP_VERDICT_CAPTURED, "fadump" },
	/* what was asked for at boot and what came of it */
	{ "loaded record main=200", NULL, KDUMP_VERDICT_CAPTURED, "reserved-less" },
	{ "loaded record main=253", NULL, KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record main=200 given-back", NULL, KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record cma=256", NULL, KDUMP_VERDICT_CAPTURED, "reserved-less" },
	{ "loaded record cma=510", NULL, KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record no-cmdline", NULL, KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record", "crashkernel=512M,cma crashkernel=256M crashkernel=64M,high",
	  KDUMP_VERDICT_CAPTURED, "word-ignored" },
	{ "loaded record cma=0", "crashkernel=256M,", KDUMP_VERDICT_CAPTURED, "word-refused" },
	{ "loaded record cma=0", "crashkernel=1G crashkernel=256M", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record old", "crashkernel=512M,cma crashkernel=256M", KDUMP_VERDICT_CAPTURED,
	  "word-ignored" },
	{ "loaded record old", "crashkernel=256M crashkernel=512M,cma", KDUMP_VERDICT_CAPTURED,
	  "word-refused" },
	/* above 4 GiB */
	{ "loaded record high low=256 cma=0 ram=6144 need-low=72", HIGH, KDUMP_VERDICT_CAPTURED,
	  "" },
	{ "loaded record high low=0 cma=0 ram=6144 need-low=72", HIGH " crashkernel=0,low",
	  KDUMP_VERDICT_CAPTURED, "low-too-small" },
	{ "loaded record high low=0 cma=0 ram=6144", HIGH " crashkernel=72M,low",
	  KDUMP_VERDICT_CAPTURED, "reserved-less" },
	/* taken while the system runs: the next boot has less, or enough, or takes it again */
	{ "loaded record cma=0", "crashkernel=64M", KDUMP_VERDICT_CAPTURED, "grown-until-reboot" },
	{ "loaded record cma=0", "quiet", KDUMP_VERDICT_CAPTURED, "grown-until-reboot" },
	{ "loaded record cma=0", "crashkernel=128M", KDUMP_VERDICT_CAPTURED,
	  "grown-until-reboot" },
	{ "loaded record cma=0 reserve=256M", "quiet", KDUMP_VERDICT_CAPTURED,
	  "grown-until-reboot" },
	{ "loaded record grown", NULL, KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record main=80 cma=0 grown", "crashkernel=40M", KDUMP_VERDICT_DEGRADED,
	  "grown-until-reboot too-small" },
	/* Words that this kernel knows and we do not. */
	{ "loaded record cma=0", "crashkernel=auto", KDUMP_VERDICT_CAPTURED, "word-refused" },
	/* Low was given up for a main below 4 GiB. */
	{ "loaded record low=0 cma=0 ram=6144", "crashkernel=64M,high crashkernel=72M,low",
	  KDUMP_VERDICT_CAPTURED, "grown-until-reboot" },
	/* Nobody asked for what the kernel adds by itself. */
	{ "loaded record high low=0 cma=0 ram=6144", HIGH, KDUMP_VERDICT_CAPTURED, "" },
};

static void list_findings(const struct kdump_report *r, char *list, size_t size)
{
	size_t n = kdump_report_count_findings(r);

	list[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		const struct kdump_finding *finding = kdump_report_get_finding(r, i);
		size_t used = strlen(list);

		snprintf(list + used, size - used, "%s%s", i ? " " : "",
			 kdump_finding_get_id(finding));
		assert_string_not_equal(kdump_finding_get_text(finding), "");
	}
	assert_null(kdump_report_get_finding(r, n));
}

static void test_rows(void **state)
{
	struct synthetic *s = *state;
	bool seen[KDUMP_VERDICT_UNKNOWN + 1] = { false };
	char found[512];

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		synthetic_make(s, rows[i].words, rows[i].cmdline);
		synthetic_report(s);
		list_findings(&s->report, found, sizeof(found));
		if (kdump_report_get_verdict(&s->report) != rows[i].verdict ||
		    strcmp(found, rows[i].findings))
			fail_msg("\"%s\", %s: verdict %d, findings \"%s\"", rows[i].words,
				 s->cmdline, kdump_report_get_verdict(&s->report), found);
		assert_string_not_equal(kdump_report_get_summary(&s->report), "");
		seen[rows[i].verdict] = true;
	}
	for (size_t i = 0; i < KD_ARRAY_SIZE(seen); i++)
		assert_true(seen[i]);
}

/* An error is what the verdict comes from: where all is well there is none, else at least one. */
static void test_severities(void **state)
{
	struct synthetic *s = *state;

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		enum kdump_verdict verdict = rows[i].verdict;
		size_t errors = 0;

		synthetic_make(s, rows[i].words, rows[i].cmdline);
		synthetic_report(s);
		for (size_t f = 0; f < kdump_report_count_findings(&s->report); f++)
			errors += kdump_finding_get_severity(
				kdump_report_get_finding(&s->report, f)) == KDUMP_SEVERITY_ERROR;
		if (verdict != KDUMP_VERDICT_CAPTURED && verdict != KDUMP_VERDICT_UNKNOWN)
			assert_true(errors > 0);
		else if (!has_word(rows[i].words, "image-error"))
			assert_int_equal(errors, 0);
	}
}

static const struct kdump_finding *find(const struct kdump_report *r, const char *id)
{
	const struct kdump_finding *finding;

	for (size_t i = 0; (finding = kdump_report_get_finding(r, i)); i++)
		if (!strcmp(kdump_finding_get_id(finding), id))
			return finding;
	fail_msg("no finding %s", id);
	return NULL;
}

static void test_origin(void **state)
{
	static const struct {
		const char *words, *cmdline;
		enum kdump_origin origin;
	} cases[] = {
		{ "", NULL, KDUMP_ORIGIN_BOOT },
		{ "", "crashkernel=128M", KDUMP_ORIGIN_GROWN },
		{ "", "crashkernel=512M", KDUMP_ORIGIN_SHRUNK },
		{ "", "quiet", KDUMP_ORIGIN_GROWN },
		/* s390 rounds to whole MiB, and words need not be whole pages. */
		{ "", "crashkernel=262143K", KDUMP_ORIGIN_BOOT },
		{ "", "crashkernel=262145K", KDUMP_ORIGIN_BOOT },
		{ "main=0", "crashkernel=256M", KDUMP_ORIGIN_UNKNOWN },
		{ "no-cmdline", NULL, KDUMP_ORIGIN_UNKNOWN },
		{ "no-iomem no-size", NULL, KDUMP_ORIGIN_UNKNOWN },
		{ "", "crashkernel=auto", KDUMP_ORIGIN_UNKNOWN },
		{ "fadump", "crashkernel=64M", KDUMP_ORIGIN_UNKNOWN },
		/* The module knows it of itself, of any size, unless it was shrunk away since. */
		{ "growth=module grown", NULL, KDUMP_ORIGIN_GROWN },
		{ "growth=module grown", "crashkernel=512M", KDUMP_ORIGIN_GROWN },
		{ "growth=module", NULL, KDUMP_ORIGIN_BOOT },
		/* By an ordinary user, who can compare no more than sizes. */
		{ "growth=module grown=-1", NULL, KDUMP_ORIGIN_UNKNOWN },
		{ "growth=module grown=-1", "crashkernel=512M", KDUMP_ORIGIN_UNKNOWN },
		{ "growth=module grown=-1", "crashkernel=64M", KDUMP_ORIGIN_GROWN },
		{ "growth=module grown=-1 main=0", "crashkernel=64M", KDUMP_ORIGIN_UNKNOWN },
	};
	struct synthetic *s = *state;

	for (size_t i = 0; i < KD_ARRAY_SIZE(cases); i++) {
		synthetic_make(s, cases[i].words, cases[i].cmdline);
		synthetic_report(s);
		if (kdump_report_get_origin(&s->report) != cases[i].origin)
			fail_msg("\"%s\", %s: origin %d", cases[i].words, s->cmdline,
				 kdump_report_get_origin(&s->report));
	}
	/* Main that lies elsewhere than the module put it is another one. */
	synthetic_make(s, "growth=module grown", NULL);
	s->snap.growth.grown.start -= KD_MIB;
	synthetic_report(s);
	assert_int_equal(kdump_report_get_origin(&s->report), KDUMP_ORIGIN_BOOT);
}

/* Whether any device needs low memory is one question, whether the dump does another. */
static void test_low_on_the_way(void **state)
{
	static const struct {
		unsigned bits;
		bool said;
	} cases[] = { { 0, false }, { 32, true }, { 30, true }, { 33, false }, { 64, false } };
	struct synthetic *s = *state;

	for (size_t i = 0; i < KD_ARRAY_SIZE(cases); i++) {
		synthetic_make(s, "loaded record high low=0 cma=0 ram=6144 need-low=72",
			       HIGH " crashkernel=0,low");
		s->config.target.devices.dma_bits = cases[i].bits;
		synthetic_report(s);
		assert_int_equal(s->report.n_findings, 1);
		assert_string_equal(s->report.findings[0].id, "low-too-small");
		assert_int_equal(!!strstr(s->report.findings[0].text, "on the way to the dump"),
				 cases[i].said);
		assert_int_equal(s->report.findings[0].severity,
				 cases[i].said ? KDUMP_SEVERITY_ERROR : KDUMP_SEVERITY_WARNING);
		assert_int_equal(s->report.verdict, cases[i].said ? KDUMP_VERDICT_DEGRADED
								  : KDUMP_VERDICT_CAPTURED);
	}
}

/* A warning only where what the next boot has is too little, and nobody takes more again. */
static void test_grown_until_reboot(void **state)
{
	static const struct {
		const char *words, *cmdline, *part;
		enum kdump_severity severity;
		const char *advice;		/* how it begins */
	} cases[] = {
		{ "cma=0", "quiet", "256 MiB, taken at run time; the next boot has none",
		  KDUMP_SEVERITY_WARNING, "crashctl reserve 256M --config" },
		{ "cma=0", "crashkernel=64M", "the next boot has 64 MiB", KDUMP_SEVERITY_WARNING,
		  "crashctl reserve 256M --config" },
		{ "cma=0", "crashkernel=128M", "the next boot has 128 MiB", KDUMP_SEVERITY_NOTE,
		  "crashctl reserve 256M --config" },
		{ "cma=0 no-estimate", "crashkernel=128M", "the next boot has 128 MiB",
		  KDUMP_SEVERITY_WARNING, "crashctl reserve 256M --config" },
		{ "cma=0 reserve-enabled", "quiet", "the next boot has none",
		  KDUMP_SEVERITY_WARNING, "crashctl reserve 256M --config" },
		{ "cma=0 reserve=auto reserve-enabled", "quiet",
		  "is to take more again (reserve = auto in /etc/crashctl.conf)",
		  KDUMP_SEVERITY_NOTE, "" },
		{ "cma=0 reserve=auto", "quiet",
		  "more again (reserve = auto in /etc/crashctl.conf), is not enabled",
		  KDUMP_SEVERITY_WARNING, "systemctl enable crashctl-reserve crashctl" },
		{ "cma=0 reserve=auto", "crashkernel=128M", "is not enabled",
		  KDUMP_SEVERITY_NOTE, "systemctl enable crashctl-reserve crashctl" },
	};
	struct synthetic *s = *state;
	const struct kdump_finding *finding;

	for (size_t i = 0; i < KD_ARRAY_SIZE(cases); i++) {
		synthetic_make(s, cases[i].words, cases[i].cmdline);
		synthetic_report(s);
		finding = find(&s->report, "grown-until-reboot");
		assert_int_equal(kdump_finding_get_severity(finding), cases[i].severity);
		assert_non_null(strstr(kdump_finding_get_text(finding), cases[i].part));
		assert_int_equal(strncmp(kdump_finding_get_advice(finding), cases[i].advice,
					 *cases[i].advice ? strlen(cases[i].advice) : 1), 0);
	}
}

static void test_freshness(void **state)
{
	static const struct {
		const char *words;
		enum kdump_freshness freshness;
	} cases[] = {
		{ "loaded record", KDUMP_FRESHNESS_FRESH },
		{ "loaded", KDUMP_FRESHNESS_FOREIGN },
		{ "record", KDUMP_FRESHNESS_UNKNOWN },
		{ "loaded=-1 record", KDUMP_FRESHNESS_UNKNOWN },
		{ "loaded record kernel-kept=0", KDUMP_FRESHNESS_STALE },
		{ "loaded record kernel-kept=-1", KDUMP_FRESHNESS_UNKNOWN },
		{ "loaded record kernel-kept=-1 initramfs-kept=0", KDUMP_FRESHNESS_STALE },
		{ "loaded record reconfigured", KDUMP_FRESHNESS_STALE },
		{ "loaded record old-memory", KDUMP_FRESHNESS_STALE },
		{ "loaded record old-cpus", KDUMP_FRESHNESS_STALE },
		{ "loaded record old-memory old-cpus hotplug=1", KDUMP_FRESHNESS_FRESH },
		{ "loaded record old-memory hidden", KDUMP_FRESHNESS_UNKNOWN },
		{ "loaded record old-memory old-cpus hidden", KDUMP_FRESHNESS_STALE },
		{ "loaded record replaced", KDUMP_FRESHNESS_FRESH },
	};
	struct synthetic *s = *state;

	for (size_t i = 0; i < KD_ARRAY_SIZE(cases); i++) {
		bool known;

		synthetic_make(s, cases[i].words, NULL);
		synthetic_report(s);
		assert_int_equal(kdump_report_get_freshness(&s->report), cases[i].freshness);
		/* What is loaded is told where something is, and we know it. */
		known = s->report.loaded == 1 && s->image.record;
		assert_int_equal(kdump_report_get_loaded_kernel(&s->report) != NULL, known);
		assert_int_equal(kdump_report_get_loaded_cmdline(&s->report) != NULL, known);
		assert_int_equal(kdump_report_get_loaded_syscall(&s->report),
				 known ? KDUMP_SYSCALL_FILE : KDUMP_SYSCALL_AUTO);
	}
}

static void test_watch(void **state)
{
	static const struct {
		const char *words;
		int watched;
		int64_t since, last, retry;
		const char *failed;
		const char *text;	/* of watch-failed */
	} cases[] = {
		{ "loaded record", 0, 0, 0, 0, NULL, NULL },
		{ "loaded record watch=1", 1, 0, 0, 0, NULL, NULL },
		{ "loaded record watch=1 reloads=0", 1, 1000, 0, 0, NULL, NULL },
		{ "loaded record watch=1 reloads=3", 1, 1000, 2000, 0, NULL, NULL },
		{ "loaded record watch=-1 reloads=3", -1, 1000, 2000, 0, NULL, NULL },
		/* It is gone, and what it did is true still. */
		{ "loaded record watch=0 reloads=3", 0, 0, 2000, 0, NULL, NULL },
		{ "watch=1 failed=90061 retry=90121", 1, 1000, 0, 90121, "signature-rejected",
		  "the watcher's last reload failed at 1970-01-02 01:01:01 UTC and is tried again "
		  "at 1970-01-02 01:02:01 UTC: it was rejected" },
		{ "watch=1 failed=90061", 1, 1000, 0, 0, "signature-rejected",
		  "the watcher's last reload failed at 1970-01-02 01:01:01 UTC and is tried again "
		  "when something changes: it was rejected" },
		{ "watch=0 failed=90061 retry=90121", 0, 0, 0, 0, "signature-rejected",
		  "the watcher's last reload failed at 1970-01-02 01:01:01 UTC and nobody watches "
		  "any more: it was rejected" },
		{ "loaded record watch=1 failed=90061 retry=90121 loaded-at=90062", 1, 1000, 0, 0,
		  NULL, NULL },
	};
	struct synthetic *s = *state;

	for (size_t i = 0; i < KD_ARRAY_SIZE(cases); i++) {
		const struct kdump_report *r = &s->report;
		const char *failed, *text = NULL;

		synthetic_make(s, cases[i].words, NULL);
		synthetic_report(s);
		assert_int_equal(kdump_report_is_watched(r), cases[i].watched);
		assert_int_equal(kdump_report_get_watch_time(r), cases[i].since);
		assert_int_equal(kdump_report_get_reloads(r), cases[i].last ? 3 : 0);
		assert_int_equal(kdump_report_get_reload_time(r), cases[i].last);
		assert_int_equal(kdump_report_get_reload_duration(r), cases[i].last ? 812 : 0);
		assert_int_equal(kdump_report_get_reload_reason(r) != NULL, cases[i].last != 0);
		assert_int_equal(kdump_report_get_reload_failures(r),
				 word_text(cases[i].words, "failed") != NULL);
		assert_int_equal(kdump_report_get_retry_time(r), cases[i].retry);
		failed = kdump_report_get_reload_error_id(r);
		assert_int_equal(failed != NULL, cases[i].failed != NULL);
		if (failed)
			assert_string_equal(failed, cases[i].failed);
		for (size_t f = 0; f < r->n_findings; f++)
			if (!strcmp(r->findings[f].id, "watch-failed"))
				text = r->findings[f].text;
		assert_int_equal(text != NULL, cases[i].text != NULL);
		if (text)
			assert_string_equal(text, cases[i].text);
	}
}

#define UNKNOWN -1

/* Four views of three pools, in MiB. */
static void test_sizes(void **state)
{
	static const struct {
		const char *words, *cmdline;
		long main[2], low[2], cma[2];	/* booted, reserved */
	} cases[] = {
		{ "", NULL, { 256, 256 }, { 0, 0 }, { 512, 512 } },
		{ "main=128", NULL, { 256, 128 }, { 0, 0 }, { 512, 512 } },
		{ "high low=256 ram=6144 cma=0", HIGH, { 256, 256 }, { 256, 256 }, { 0, 0 } },
		{ "main=0 cma=0", "quiet", { 0, 0 }, { 0, 0 }, { 0, 0 } },
		{ "hidden", NULL, { 256, 256 }, { 0, 0 }, { 512, 512 } },
		{ "hidden low=64 ram=6144", HIGH, { 256, UNKNOWN }, { 256, UNKNOWN }, { 0, 512 } },
		{ "no-iomem no-size", NULL, { 256, UNKNOWN }, { 0, UNKNOWN }, { 512, 512 } },
		{ "no-cmdline", NULL, { UNKNOWN, 256 }, { UNKNOWN, 0 }, { UNKNOWN, 512 } },
		{ "no-kexec main=0 cma=0", "quiet", { 0, 0 }, { 0, 0 }, { 0, 0 } },
		{ "release=6.17.1 no-cma", NULL, { 256, 256 }, { 0, 0 }, { 512, UNKNOWN } },
		{ "release=6.17.1 no-cma no-config-cma", NULL, { 256, 256 }, { 0, 0 }, { 0, 0 } },
		{ "old", "crashkernel=256M", { 256, 256 }, { 0, 0 }, { 0, 0 } },
		{ "old main=0 low=256 ram=6144", HIGH, { 256, 0 }, { 256, 256 }, { 0, 0 } },
		{ "no-ram no-iomem", NULL, { UNKNOWN, 256 }, { UNKNOWN, 0 }, { UNKNOWN, 512 } },
	};
	static const enum kdump_view views[] = { KDUMP_VIEW_BOOTED, KDUMP_VIEW_RESERVED };
	struct synthetic *s = *state;

	for (size_t i = 0; i < KD_ARRAY_SIZE(cases); i++) {
		const long *const expected[] = { cases[i].main, cases[i].low, cases[i].cma };

		synthetic_make(s, cases[i].words, cases[i].cmdline);
		synthetic_report(s);
		for (unsigned p = 0; p < KDUMP_POOLS; p++) {
			for (unsigned v = 0; v < 2; v++) {
				uint64_t bytes = 77;
				bool known = kdump_report_get_size(&s->report, (enum kdump_pool)p,
								   views[v], &bytes);
				long got = known ? (long)(bytes / KD_MIB) : UNKNOWN;

				if (got != expected[p][v] || (!known && bytes != 77))
					fail_msg("\"%s\", pool %u, view %u: %ld, not %ld",
						 cases[i].words, p, v, got, expected[p][v]);
			}
		}
	}
}

static void test_no_such_view(void **state)
{
	struct synthetic *s = *state;
	uint64_t bytes = 77;

	synthetic_make(s, "", NULL);
	synthetic_report(s);
	assert_false(kdump_report_get_size(&s->report, (enum kdump_pool)KDUMP_POOLS,
					   KDUMP_VIEW_BOOTED, &bytes));
	assert_false(kdump_report_get_size(&s->report, KDUMP_POOL_MAIN,
					   (enum kdump_view)KDUMP_VIEWS, &bytes));
	assert_false(kdump_report_get_size(&s->report, KDUMP_POOL_MAIN, KDUMP_VIEW_CONFIGURED,
					   &bytes));
	assert_int_equal(bytes, 77);
}

static void test_ranges(void **state)
{
	struct synthetic *s = *state;
	const struct kdump_range *range;

	synthetic_make(s, "high low=256 ram=6144", HIGH);
	synthetic_report(s);
	assert_int_equal(kdump_report_get_ranges(&s->report, KDUMP_POOL_MAIN, &range), 1);
	assert_int_equal(range->start, 0x1a0000000);
	assert_int_equal(kdump_report_get_ranges(&s->report, KDUMP_POOL_LOW, &range), 1);
	assert_int_equal(range->start, 0x26000000);
	assert_int_equal(kdump_report_get_ranges(&s->report, KDUMP_POOL_CMA, &range), 1);
	assert_int_equal(range->start, 0x4e000000);
	synthetic_make(s, "hidden low=256 cma=0", HIGH);
	synthetic_report(s);
	assert_int_equal(kdump_report_get_ranges(&s->report, KDUMP_POOL_MAIN, &range), 1);
	assert_null(range);
	assert_int_equal(kdump_report_get_ranges(&s->report, KDUMP_POOL_LOW, &range), 1);
	assert_null(range);
	assert_int_equal(kdump_report_get_ranges(&s->report, KDUMP_POOL_CMA, &range), 0);
}

/* A size that is too small is told beside one that is larger. */
static void test_too_small_text(void **state)
{
	static const char *const words[] = {
		"loaded record main=64", "loaded record main=65 cma=38",
		"loaded record main=95 cma=0",
	};
	struct synthetic *s = *state;
	unsigned long have, need;

	for (size_t i = 0; i < KD_ARRAY_SIZE(words); i++) {
		const char *text = NULL;

		synthetic_make(s, words[i], "crashkernel=38M,cma crashkernel=64M");
		synthetic_report(s);
		for (size_t f = 0; f < s->report.n_findings; f++)
			if (!strcmp(s->report.findings[f].id, "too-small"))
				text = s->report.findings[f].text;
		assert_non_null(text);
		assert_int_equal(sscanf(text + strcspn(text, "0123456789"), "%lu MiB", &have), 1);
		text = strstr(text, "needs ");
		assert_non_null(text);
		assert_int_equal(sscanf(text, "needs %lu MiB", &need), 1);
		if (have >= need)
			fail_msg("\"%s\": %lu MiB is called less than %lu MiB", words[i], have,
				 need);
	}
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, synthetic_new, synthetic_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_rows),
		ONE(test_severities),
		ONE(test_origin),
		ONE(test_grown_until_reboot),
		ONE(test_low_on_the_way),
		ONE(test_freshness),
		ONE(test_watch),
		ONE(test_sizes),
		ONE(test_no_such_view),
		ONE(test_ranges),
		ONE(test_too_small_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
