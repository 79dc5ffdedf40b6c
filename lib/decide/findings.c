/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Findings: what an administrator should know besides the verdict, each with
 * a stable identifier, a severity and an advice.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "proof.h"
#include "report.h"

void kd_find(struct kdump_report *r, enum kdump_severity severity, const char *id,
	     const char *advice, const char *fmt, ...)
{
	struct kdump_finding *finding = &r->findings[r->n_findings];
	va_list args;

	if (r->n_findings == KD_FINDINGS_MAX)
		return;
	r->n_findings++;
	finding->id = id;
	finding->severity = severity;
	snprintf(finding->advice, sizeof(finding->advice), "%s", advice);
	va_start(args, fmt);
	vsnprintf(finding->text, sizeof(finding->text), fmt, args);
	va_end(args);
}

static uint64_t size_of(const struct kdump_report *r, enum kdump_pool pool,
			enum kdump_view view)
{
	return r->sizes[pool][view].known ? r->sizes[pool][view].bytes : 0;
}

static void find_obstacles(struct kdump_report *r)
{
	struct kd_obstacle obstacle;

	if (r->frozen) {
		kd_find(r, KDUMP_SEVERITY_NOTE, "frozen", "",
			"the image is loaded and can no longer be changed (%s); a reboot is "
			"needed to load another",
			r->snap->kexec.load_disabled == 1 ? "kernel.kexec_load_disabled"
							  : "kernel.kexec_load_limit_panic");
		return;
	}
	if (kd_load_obstacle(r->snap, r->config, &obstacle))
		kd_find(r, r->loaded == 1 ? KDUMP_SEVERITY_NOTE : KDUMP_SEVERITY_ERROR,
			obstacle.id, obstacle.advice, "%s", obstacle.text);
	else if (r->loaded == 0 && r->snap->lockdown > KD_LOCKDOWN_NONE)
		kd_find(r, KDUMP_SEVERITY_NOTE, "lockdown", "",
			"the kernel is locked down: only a signed kernel image will be accepted");
}

static void find_words(struct kdump_report *r)
{
	for (size_t i = 0; i < r->booted.n; i++) {
		const struct kd_ck_word *word = &r->booted.words[i];

		if (word->fate == KD_CK_USED || word->fate == KD_CK_OVERRIDDEN)
			continue;
		kd_find(r, KDUMP_SEVERITY_WARNING,
			word->fate == KD_CK_REFUSED ? "word-refused" : "word-ignored",
			"crashctl explain shows what the kernel makes of each word",
			"the kernel %s %.*s: %s",
			word->fate == KD_CK_REFUSED ? "refused" : "ignored",
			(int)kd_min(word->len, 128), r->snap->cmdline + word->start, word->note);
	}
}

/* Given back at run time is no loss: a nested entry right behind the region shows it. */
static bool was_given_back(const struct kdump_report *r)
{
	const struct kd_iomem *iomem = &r->snap->iomem;

	if (!iomem->crash.n)
		return iomem->given_back.n;
	for (size_t i = 0; i < iomem->given_back.n; i++)
		for (size_t c = 0; c < iomem->crash.n; c++)
			if (iomem->given_back.v[i].start == iomem->crash.v[c].end + 1)
				return true;
	return false;
}

/* Where it takes no reboot that is said first. */
static const char *how_to_reserve(const struct kdump_report *r, const char *otherwise)
{
	switch (r->snap->growth.offer) {
	case KDUMP_GROWTH_KERNEL:
	case KDUMP_GROWTH_MODULE:
		return "crashctl reserve auto takes it now and for the next boots";
	case KDUMP_GROWTH_INSTALLED:
		return "crashctl reserve auto reserves it at the next boot; with --load-module "
		       "it takes the memory now";
	default:
		return otherwise;
	}
}

static void find_reservation(struct kdump_report *r)
{
	static const char *const names[] = { "main", "low", "cma" };
	char asked[KD_SIZE_TEXT], got[KD_SIZE_TEXT];

	if (r->verdict == KDUMP_VERDICT_NOT_RESERVED)
		kd_find(r, KDUMP_SEVERITY_ERROR, "not-reserved",
			how_to_reserve(r, "crashctl reserve auto reserves it at the next boot "
					  "(--dry-run shows how)"),
			"no memory is reserved for a crash kernel");
	for (unsigned p = 0; p < KDUMP_POOLS; p++) {
		uint64_t booted = size_of(r, (enum kdump_pool)p, KDUMP_VIEW_BOOTED);
		uint64_t now = size_of(r, (enum kdump_pool)p, KDUMP_VIEW_RESERVED);

		/* The kernel may round down to pages and, for CMA, to page blocks. */
		if (!r->sizes[p][KDUMP_VIEW_RESERVED].known || now + 4 * KD_MIB >= booted)
			continue;
		if (p == KDUMP_POOL_MAIN && (r->snap->iomem.hidden || was_given_back(r)))
			continue;
		if (p == KDUMP_POOL_LOW &&
		    (r->booted.low_is_auto || r->origin == KDUMP_ORIGIN_GROWN))
			continue;
		kd_find(r, KDUMP_SEVERITY_WARNING, "reserved-less",
			"the kernel's log says why: dmesg | grep -i crashkernel",
			"%s: %s was asked for at boot, %s is reserved", names[p],
			kd_size_text(booted, asked), kd_size_text(now, got));
	}
}

/* What crashctl.conf asks for is had where its service is started; "": nothing. */
static void text_taken_again(const struct kdump_report *r, struct kd_text *ret)
{
	const struct kd_setting *reserve = &r->config->own.reserve;

	kd_text_clear(ret);
	if (reserve->text)
		kd_text_set(ret, r->config->reserves_at_boot
			    ? ", and crashctl-reserve.service is to take more again (reserve = %s "
			      "in %s)"
			    : ": crashctl-reserve.service, which would take more again (reserve = "
			      "%s in %s), is not enabled", reserve->text, reserve->file);
}

/*
 * A machine that is all right until it boots: whoever comes then has no crash kernel, or
 * one that runs out of memory.  Where enough is left, or is taken again, it is good to know.
 */
static void find_grown(struct kdump_report *r)
{
	const struct kd_size *sizes = r->sizes[KDUMP_POOL_MAIN];
	const struct kd_size *next = sizes[KDUMP_VIEW_CONFIGURED].known
					     ? &sizes[KDUMP_VIEW_CONFIGURED]
					     : &sizes[KDUMP_VIEW_BOOTED];
	uint64_t have = sizes[KDUMP_VIEW_RESERVED].bytes;
	char now[KD_SIZE_TEXT], then[KD_SIZE_TEXT], advice[128];
	bool enough = sizes[KDUMP_VIEW_NEEDED].known &&
		      next->bytes >= sizes[KDUMP_VIEW_NEEDED].bytes;
	bool again = kd_config_takes_again(r->config);
	struct kd_text more;

	if (r->origin != KDUMP_ORIGIN_GROWN || !next->known || next->bytes >= have)
		return;
	snprintf(advice, sizeof(advice), "crashctl reserve %" PRIu64 "M --config writes the words "
		 "for it, or see reserve in crashctl.conf(5)", have / KD_MIB);
	text_taken_again(r, &more);
	if (again)
		*advice = '\0';
	else if (*more.s)
		snprintf(advice, sizeof(advice), "systemctl enable crashctl-reserve crashctl");
	kd_find(r, enough || again ? KDUMP_SEVERITY_NOTE : KDUMP_SEVERITY_WARNING,
		"grown-until-reboot", advice,
		"main: %s, taken at run time; the next boot has %s%s", kd_size_text(have, now),
		next->bytes ? kd_size_text(next->bytes, then) : "none", more.s);
}

/* Main that falls short is told by itself: no amount of CMA makes up for it. */
static void find_size(struct kdump_report *r)
{
	uint64_t main_has = size_of(r, KDUMP_POOL_MAIN, KDUMP_VIEW_RESERVED);
	uint64_t main_needs = size_of(r, KDUMP_POOL_MAIN, KDUMP_VIEW_NEEDED);
	char have[KD_SIZE_TEXT], need[KD_SIZE_TEXT];
	uint64_t cma_has = 0, cma_needs = 0;

	if (r->enough || !main_has)
		return;
	if (main_has >= main_needs) {
		cma_has = size_of(r, KDUMP_POOL_CMA, KDUMP_VIEW_RESERVED);
		cma_needs = size_of(r, KDUMP_POOL_CMA, KDUMP_VIEW_NEEDED);
		main_needs = main_has;
	}
	kd_size_text(kd_add(main_has, cma_has), have);
	kd_size_text(kd_add(main_needs, cma_needs), need);
	kd_find(r, KDUMP_SEVERITY_ERROR, "too-small",
		how_to_reserve(r, "crashctl estimate shows the parts, crashctl reserve auto "
				  "reserves enough at the next boot"),
		"%s%s is reserved, the crash kernel needs %s",
		cma_has || cma_needs ? "" : "main: ", have, need);
}

static void find_low(struct kdump_report *r)
{
	bool on_the_way = kd_report_needs_low(r);

	if (!kd_report_lacks_low(r))
		return;
	kd_find(r, on_the_way ? KDUMP_SEVERITY_ERROR : KDUMP_SEVERITY_WARNING, "low-too-small",
		"boot with crashkernel=72M,low beside crashkernel=…,high",
		"main lies above 4 GiB and the low region cannot hold the 64 MiB that DMA of "
		"32-bit devices needs%s", on_the_way ? ": one is on the way to the dump" : "");
}

static void find_stale(struct kdump_report *r)
{
	const struct kd_record *record = kd_report_record(r);

	if (!record)
		return;
	if (r->image->kernel_kept == KD_KEPT_GONE || r->image->initramfs_kept == KD_KEPT_GONE)
		kd_find(r, KDUMP_SEVERITY_WARNING, "loaded-files-gone",
			r->config->boot_missing ? "mount /boot" : "crashctl load what is to stay",
			"%s is no longer there: what is loaded could not be loaded again",
			r->image->kernel_kept == KD_KEPT_GONE ? record->kernel.path
							      : record->initramfs.path);
	if (r->image->kernel_kept == KD_KEPT_CHANGED)
		kd_find(r, KDUMP_SEVERITY_ERROR, "stale-kernel", "crashctl reload",
			"%s changed after it was loaded", record->kernel.path);
	if (kd_report_is_reconfigured(r))
		kd_find(r, KDUMP_SEVERITY_ERROR, "stale-configuration", "crashctl reload",
			"another kernel, initramfs or command line is configured than is loaded");
	if (r->image->initramfs_kept == KD_KEPT_CHANGED)
		kd_find(r, KDUMP_SEVERITY_ERROR, "stale-initramfs", "crashctl reload",
			"%s changed after it was loaded", record->initramfs.path);
}

static void find_layout(struct kdump_report *r)
{
	switch (kd_report_layout(r)) {
	case KD_LAYOUT_MEMORY:
		kd_find(r, KDUMP_SEVERITY_ERROR, "memory-changed", "crashctl reload",
			"memory came or went after the load, and the image does not know: a dump "
			"would lack some of it, or fail");
		break;
	case KD_LAYOUT_CPUS:
		kd_find(r, KDUMP_SEVERITY_ERROR, "cpus-changed", "crashctl reload",
			"CPUs came or went after the load, and the image does not know: a dump "
			"would lack their registers");
		break;
	case KD_LAYOUT_HIDDEN:
		kd_find(r, KDUMP_SEVERITY_NOTE, "memory-not-compared", "ask again as root",
			"whether memory changed after the load cannot be told: its addresses are "
			"hidden from this user");
		break;
	case KD_LAYOUT_SAME:
		break;
	}
}

/* What is loaded is good still; but its modules may not be those of the next load. */
static void find_build(struct kdump_report *r)
{
	if (r->image && r->image->build.state == KD_BUILD_REPLACED)
		kd_find(r, KDUMP_SEVERITY_NOTE, "kernel-replaced", "reboot when it suits",
			"%s is no longer the kernel that runs: an update put another build of "
			"the same release there", r->image->build.path);
}

static void find_image(struct kdump_report *r)
{
	const struct kd_record *record = kd_report_record(r);

	if (r->loaded == 1 && !record)
		kd_find(r, KDUMP_SEVERITY_NOTE, "foreign-image",
			/* A load is refused there: other-owner says what comes first. */
			r->config->owner ? "" : "crashctl reload --force no-fallback loads "
						"crashctl's own image in its place",
			r->image && r->image->overtaken
			? "another tool has loaded an image in place of crashctl's: which one it "
			  "is cannot be seen"
			: "the image was not loaded by crashctl: which one it is cannot be seen");
	if (r->loaded == 0 && r->verdict == KDUMP_VERDICT_NOT_LOADED)
		kd_find(r, KDUMP_SEVERITY_ERROR, "not-loaded", "crashctl load",
			"memory is reserved, but no crash image is loaded");
	if (r->image && r->image->error && !(r->image->error == -EACCES && record))
		kd_find(r, r->image->error == -EACCES ? KDUMP_SEVERITY_NOTE
						      : KDUMP_SEVERITY_ERROR,
			r->image->error_id, r->image->advice.s, "%s", r->image->why.s);
}

/* Machines that the kernel serves and this version does not, or not by kdump. */
static void find_machine(struct kdump_report *r)
{
	const struct kd_other_facts *other = &r->snap->other;
	const struct kd_arch *arch = r->snap->arch;
	char size[KD_SIZE_TEXT];

	if (other->fadump && !other->fadump_registered)
		kd_find(r, KDUMP_SEVERITY_ERROR, "fadump-not-registered",
			"echo 1 > /sys/kernel/fadump/registered",
			"firmware-assisted dump is enabled in place of kdump, and not registered");
	else if (other->fadump)
		kd_find(r, KDUMP_SEVERITY_NOTE, "fadump", "",
			"firmware-assisted dump captures panics here, with %s reserved; kdump "
			"is not used", kd_size_text(other->fadump_bytes, size));
	if (arch && !arch->loads)
		kd_find(r, KDUMP_SEVERITY_NOTE, "arch-not-supported",
			"load with the distribution's own tool",
			"this version loads no kernel of %s", arch->name);
	if (r->loaded == 1 && r->snap->kexec.hotplug == 0 && kdump_report_is_watched(r) != 1)
		kd_find(r, KDUMP_SEVERITY_NOTE, "hotplug-not-followed",
			"crashctl watch, or crashctl reload after CPUs or memory come or go",
			"the kernel does not keep this image current when the machine changes");
}

/* Never more than a warning: what is loaded by other rules is better than nothing. */
static void find_ignored(struct kdump_report *r)
{
	const struct kd_own *own = &r->config->own;

	for (size_t i = 0; i < own->ignored.n; i++)
		kd_find(r, KDUMP_SEVERITY_WARNING, "config-ignored",
			"crashctl.conf(5) tells what can stand there", "ignored: %s",
			own->ignored.v[i]);
	if (own->n_ignored > own->ignored.n)
		kd_find(r, KDUMP_SEVERITY_WARNING, "config-ignored",
			"crashctl.conf(5) tells what can stand there",
			"ignored: %zu more lines of crashctl.conf",
			own->n_ignored - own->ignored.n);
}

/*
 * To stop the other service unloads its image, and ours, which have found it enabled and
 * been skipped, do not start by themselves.
 */
static void find_owner(struct kdump_report *r)
{
	const struct kdump_config *config = r->config;
	char advice[160];

	if (!config->owner)
		return;
	snprintf(advice, sizeof(advice), "%s && systemctl restart crashctl crashctl-watch",
		 config->owner_off);
	kd_find(r, KDUMP_SEVERITY_NOTE, "other-owner", advice,
		"%s is enabled and keeps the crash image here", config->owner);
}

static void find_configuration(struct kdump_report *r)
{
	const struct kdump_config *config = r->config;

	find_owner(r);
	if (config->owner_rule)
		kd_find(r, KDUMP_SEVERITY_WARNING, "other-rule",
			"ln -s /dev/null /etc/udev/rules.d/50-kdump-tools.rules, then udevadm "
			"control --reload",
			"kdump-tools is disabled, but its rule for udev still loads its image over "
			"what is loaded when memory or a CPU comes or goes");
	if (*config->not_understood.s)
		kd_find(r, KDUMP_SEVERITY_WARNING, "config-not-understood",
			"write plain values there",
			"%s: values that only a shell could evaluate are ignored: %s",
			config->distro->config_file, config->not_understood.s);
	find_ignored(r);
	if (r->snap->has_iomem && r->snap->iomem.hidden)
		kd_find(r, KDUMP_SEVERITY_NOTE, "addresses-hidden", "ask again as root",
			"the addresses in /proc/iomem are hidden from this user");
}

void kd_report_find(struct kdump_report *r)
{
	find_obstacles(r);
	find_reservation(r);
	find_grown(r);
	find_words(r);
	find_size(r);
	find_low(r);
	find_stale(r);
	find_layout(r);
	find_build(r);
	find_image(r);
	find_machine(r);
	kd_report_find_watch(r);
	kd_report_find_capture(r);
	kd_report_prove(r);
	find_configuration(r);
	kd_report_find_boot(r);
}
