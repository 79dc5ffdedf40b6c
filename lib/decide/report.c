/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The judgement: sizes by view, is it enough, is it fresh, would a panic be captured. */
#include "call.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

static void set_size(struct kdump_report *r, enum kdump_pool pool, enum kdump_view view,
		     uint64_t bytes)
{
	r->sizes[pool][view] = (struct kd_size){ true, bytes };
}

static uint64_t reserved(const struct kdump_report *r, enum kdump_pool pool)
{
	const struct kd_size *size = &r->sizes[pool][KDUMP_VIEW_RESERVED];

	return size->known ? size->bytes : 0;
}

static bool is_known(const struct kdump_report *r, enum kdump_pool pool)
{
	return r->sizes[pool][KDUMP_VIEW_RESERVED].known;
}

const struct kd_record *kd_report_record(const struct kdump_report *r)
{
	return r->loaded == 1 && r->image ? r->image->record : NULL;
}

static struct kd_needs estimated_needs(const struct kdump_estimate *est)
{
	return (struct kd_needs){ est->main_alone, est->main_with_cma, est->total_with_cma,
				  est->low };
}

/* What is loaded tells its own needs; what would be loaded, the estimate. */
static bool find_needs(const struct kdump_report *r, struct kd_needs *ret)
{
	const struct kd_record *record = kd_report_record(r);

	if (record && record->need_main)
		*ret = (struct kd_needs){ record->need_main, record->need_main_with_cma,
					  record->need_total_with_cma, record->need_low };
	else if (r->est)
		*ret = estimated_needs(r->est);
	else
		return false;
	return true;
}

/* Beside the CMA that is reserved now; without it, in main alone. */
static void fill_needed(struct kdump_report *r)
{
	uint64_t cma = reserved(r, KDUMP_POOL_CMA), lacking;
	struct kd_needs need;

	if (!find_needs(r, &need))
		return;
	lacking = kd_sub_floor(need.total_with_cma,
			       kd_max(need.with_cma, reserved(r, KDUMP_POOL_MAIN)));
	set_size(r, KDUMP_POOL_MAIN, KDUMP_VIEW_NEEDED, cma ? need.with_cma : need.alone);
	set_size(r, KDUMP_POOL_LOW, KDUMP_VIEW_NEEDED, need.low);
	set_size(r, KDUMP_POOL_CMA, KDUMP_VIEW_NEEDED,
		 cma ? kd_round_up(lacking, KD_MIB) : 0);
}

/* Words need not be whole pages, and s390 rounds what it reserves up to this. */
#define SAME_SIZE KD_MIB

static bool lies_where_grown(const struct kdump_report *r)
{
	const struct kd_growth_facts *growth = &r->snap->growth;
	const struct kd_ranges *crash = &r->snap->iomem.crash;

	return growth->is_grown == 1 &&
	       (!crash->n || crash->v[crash->n - 1].start == growth->grown.start);
}

/* A word of a kernel that knows others than we ("auto" of RHEL 8 and before). */
static bool was_misread(const struct kdump_report *r)
{
	for (size_t i = 0; !r->booted.main && i < r->booted.n; i++)
		if (r->booted.words[i].fate != KD_CK_USED)
			return true;
	return false;
}

/*
 * The kernel reserves main whole or not at all, so that another size than this boot asked
 * for was made since; the same size may have been too, and only the module knows.
 */
static enum kdump_origin find_origin(const struct kdump_report *r)
{
	const struct kd_size *booted = &r->sizes[KDUMP_POOL_MAIN][KDUMP_VIEW_BOOTED];
	uint64_t have = reserved(r, KDUMP_POOL_MAIN);

	if (!have || r->snap->other.fadump)
		return KDUMP_ORIGIN_UNKNOWN;
	if (lies_where_grown(r))
		return KDUMP_ORIGIN_GROWN;
	if (!booted->known || was_misread(r))
		return KDUMP_ORIGIN_UNKNOWN;
	if (have >= kd_add(booted->bytes, SAME_SIZE))
		return KDUMP_ORIGIN_GROWN;
	if (r->snap->growth.is_grown < 0)
		return KDUMP_ORIGIN_UNKNOWN;
	return kd_add(have, SAME_SIZE) <= booted->bytes ? KDUMP_ORIGIN_SHRUNK
							: KDUMP_ORIGIN_BOOT;
}

void kd_report_fill_sizes(struct kdump_report *r)
{
	uint64_t bytes;

	for (unsigned pool = 0; pool < KDUMP_POOLS; pool++)
		if (kd_snapshot_reserved(r->snap, (enum kdump_pool)pool, &bytes))
			set_size(r, (enum kdump_pool)pool, KDUMP_VIEW_RESERVED, bytes);
	if (r->has_configured) {
		set_size(r, KDUMP_POOL_MAIN, KDUMP_VIEW_CONFIGURED, r->configured.main);
		set_size(r, KDUMP_POOL_LOW, KDUMP_VIEW_CONFIGURED, r->configured.low);
		set_size(r, KDUMP_POOL_CMA, KDUMP_VIEW_CONFIGURED, r->configured.cma);
	}
	if (r->has_booted) {
		set_size(r, KDUMP_POOL_MAIN, KDUMP_VIEW_BOOTED, r->booted.main);
		set_size(r, KDUMP_POOL_LOW, KDUMP_VIEW_BOOTED, r->booted.low);
		set_size(r, KDUMP_POOL_CMA, KDUMP_VIEW_BOOTED, r->booted.cma);
	}
	fill_needed(r);
	r->origin = find_origin(r);
	kd_report_settle_pending(r);
}

/*
 * With hidden addresses the estimate counts struct pages for the worst place: a
 * reservation that falls short by no more than that may well be enough.
 */
static uint64_t placement_spread(const struct kdump_report *r)
{
	if (!r->est || !r->snap->iomem.hidden)
		return 0;
	for (size_t i = 0; i < r->est->n_parts; i++)
		if (kd_streq(r->est->parts[i].id, "struct-pages"))
			return r->est->parts[i].bytes - r->est->parts[i].low;
	return 0;
}

/* A low region that is missing is told as a finding: most machines start without. */
static int judge_needs(const struct kdump_report *r, const struct kd_needs *need,
		       uint64_t spread)
{
	uint64_t have = reserved(r, KDUMP_POOL_MAIN), cma = reserved(r, KDUMP_POOL_CMA);
	bool cma_known = is_known(r, KDUMP_POOL_CMA);
	int met;

	if (!is_known(r, KDUMP_POOL_MAIN))
		return -1;
	met = kd_needs_met(need, have, cma_known, cma);
	if (!met && have && kd_needs_met(need, kd_add(have, spread), cma_known, cma))
		return -1;
	return met;
}

static int judge_size(const struct kdump_report *r)
{
	const struct kd_record *record = kd_report_record(r);
	struct kd_needs need;

	if (!find_needs(r, &need))
		return -1;
	return judge_needs(r, &need, record && record->need_main ? 0 : placement_spread(r));
}

int kd_report_judge_estimate(const struct kdump_report *r)
{
	struct kd_needs need;

	if (!r->est)
		return -1;
	need = estimated_needs(r->est);
	return judge_needs(r, &need, placement_spread(r));
}

static bool differs(const char *loaded, const struct kd_value *now, uint64_t given, unsigned bit)
{
	/* What the load named itself is no news, unless the caller names another now. */
	return now->text && (now->given || !(given & bit)) && !kd_streq(loaded, now->text);
}

/* Does the configuration name other files or words by now? */
bool kd_report_is_reconfigured(const struct kdump_report *r)
{
	const struct kd_record *record = kd_report_record(r);
	const struct kdump_config *config = r->config;

	return record &&
	       (differs(record->kernel.path, &config->kernel, record->given, KD_GIVEN_KERNEL) ||
		differs(record->initramfs.path, &config->initramfs, record->given,
			KD_GIVEN_INITRAMFS) ||
		differs(record->configured, &config->cmdline, record->given, KD_GIVEN_CMDLINE));
}

bool kd_report_loads_the_same(const struct kdump_report *r)
{
	const struct kd_record *record = kd_report_record(r);

	return record && r->image->kernel.path && r->image->initramfs.path &&
	       kd_identity_equal(&record->kernel.id, &r->image->kernel.id) &&
	       kd_identity_equal(&record->initramfs.id, &r->image->initramfs.id) &&
	       r->image->cmdline && kd_streq(record->cmdline, r->image->cmdline);
}

/* kernel/crash_core.c:crash_handle_hotplug_event() where crash_hotplug is 1. */
enum kd_layout_change kd_report_layout(const struct kdump_report *r)
{
	const struct kd_record *record = kd_report_record(r);
	struct kd_layout now;

	if (!record || r->snap->kexec.hotplug == 1)
		return KD_LAYOUT_SAME;
	kd_layout_of(r->snap, record->call, &now);
	return kd_layout_compare(&record->layout, &now);
}

static enum kdump_freshness judge_freshness(const struct kdump_report *r)
{
	const struct kd_record *record = kd_report_record(r);
	enum kd_layout_change layout = kd_report_layout(r);

	if (r->loaded != 1)
		return KDUMP_FRESHNESS_UNKNOWN;
	if (!record)
		return KDUMP_FRESHNESS_FOREIGN;
	if (r->image->kernel_kept == KD_KEPT_CHANGED ||
	    r->image->initramfs_kept == KD_KEPT_CHANGED || kd_report_is_reconfigured(r) ||
	    layout == KD_LAYOUT_MEMORY || layout == KD_LAYOUT_CPUS)
		return KDUMP_FRESHNESS_STALE;
	if (r->image->kernel_kept != KD_KEPT || r->image->initramfs_kept != KD_KEPT ||
	    layout == KD_LAYOUT_HIDDEN)
		return KDUMP_FRESHNESS_UNKNOWN;
	return KDUMP_FRESHNESS_FRESH;
}

static bool is_locked(const struct kdump_snapshot *snap)
{
	return snap->kexec.load_disabled == 1 ||
	       (snap->kexec.has_limit && snap->kexec.limit_panic == 0);
}

bool kd_load_obstacle(const struct kdump_snapshot *snap, const struct kdump_config *config,
		      struct kd_obstacle *ret)
{
	static const struct kd_obstacle no_kexec = {
		"kexec-not-built-in", "this kernel was built without kexec or crash dumps",
		"boot a kernel with CONFIG_KEXEC_FILE and CONFIG_CRASH_DUMP", -ENOSYS
	}, xen = {
		"xen-pv", "this is a Xen paravirtual machine: the hypervisor captures crashes, "
		"and the kernel ignores crashkernel=",
		"configure the crash kernel of the Xen host", -ENOSYS
	}, disabled = {
		"load-disabled", "the sysctl kernel.kexec_load_disabled is 1: nothing can be "
		"loaded until the next boot",
		"let the crash kernel be loaded before the sysctl is set, and reboot", -EPERM
	}, limit = {
		"load-limit-used-up", "the sysctl kernel.kexec_load_limit_panic is 0: nothing "
		"can be loaded until the next boot",
		"raise the limit where it is set, and reboot", -EPERM
	};

	if (snap->kexec.built_in == 0)
		*ret = no_kexec;
	else if (snap->other.xen_pv)
		*ret = xen;
	else if (snap->kexec.load_disabled == 1)
		*ret = disabled;
	else if (is_locked(snap))
		*ret = limit;
	else
		return kd_call_missing(snap, config, ret);
	return true;
}

static void conclude(struct kdump_report *r, enum kdump_verdict verdict, const char *fmt, ...)
	KD_PRINTF(3, 4);

static void conclude(struct kdump_report *r, enum kdump_verdict verdict, const char *fmt, ...)
{
	va_list args;

	r->verdict = verdict;
	va_start(args, fmt);
	vsnprintf(r->summary, sizeof(r->summary), fmt, args);
	va_end(args);
}

bool kd_report_lacks_low(const struct kdump_report *r)
{
	const struct kd_size *sizes = r->sizes[KDUMP_POOL_LOW];

	return sizes[KDUMP_VIEW_RESERVED].known &&
	       sizes[KDUMP_VIEW_RESERVED].bytes < sizes[KDUMP_VIEW_NEEDED].bytes;
}

bool kd_report_needs_low(const struct kdump_report *r)
{
	unsigned bits = r->config->target.devices.dma_bits;

	return bits && bits <= 32;
}

static void judge_loaded(struct kdump_report *r)
{
	uint64_t needed = r->sizes[KDUMP_POOL_MAIN][KDUMP_VIEW_NEEDED].bytes;
	char have[KD_SIZE_TEXT], need[KD_SIZE_TEXT];
	struct kd_loss losses[KD_LOSSES_MAX];

	if (!r->enough) {
		kd_size_text(reserved(r, KDUMP_POOL_MAIN), have);
		kd_size_text(needed, need);
		if (reserved(r, KDUMP_POOL_MAIN) < needed)
			conclude(r, KDUMP_VERDICT_DEGRADED,
				 "A panic now may not be captured: main has %s, "
				 "the image needs %s.", have, need);
		else
			conclude(r, KDUMP_VERDICT_DEGRADED,
				 "A panic now may not be captured: main and CMA together have less "
				 "than the image needs.");
	} else if (kd_report_lacks_low(r) && kd_report_needs_low(r)) {
		kd_size_text(reserved(r, KDUMP_POOL_LOW), have);
		kd_size_text(r->sizes[KDUMP_POOL_LOW][KDUMP_VIEW_NEEDED].bytes, need);
		conclude(r, KDUMP_VERDICT_DEGRADED,
			 "A panic now may not be captured: low has %s, a device on the way to "
			 "the dump needs %s.", have, need);
	} else if (r->freshness == KDUMP_FRESHNESS_STALE) {
		conclude(r, KDUMP_VERDICT_DEGRADED,
			 "A panic now would start an outdated crash image.");
	} else if (kd_report_losses(r, losses)) {
		conclude(r, KDUMP_VERDICT_DEGRADED,
			 "A panic now would start the crash kernel, and leave no dump: %s.",
			 losses[0].text.s);
	} else if (r->enough < 0) {
		conclude(r, KDUMP_VERDICT_UNKNOWN,
			 "A crash image is loaded; whether its memory is enough cannot be seen%s.",
			 r->image && r->image->error == -EACCES ? " by this user" : "");
	} else {
		conclude(r, KDUMP_VERDICT_CAPTURED, "A panic now would be captured.%s",
			 r->frozen ? " (frozen: the image can no longer be changed)" : "");
	}
}

static void judge_unloaded(struct kdump_report *r)
{
	struct kd_obstacle obstacle;

	if (kd_load_obstacle(r->snap, r->config, &obstacle))
		conclude(r, KDUMP_VERDICT_IMPOSSIBLE, "A panic now would be lost: %s.",
			 obstacle.text);
	else if (is_known(r, KDUMP_POOL_MAIN) && !reserved(r, KDUMP_POOL_MAIN))
		conclude(r, KDUMP_VERDICT_NOT_RESERVED,
			 "A panic now would be lost: no memory is reserved for a crash kernel.");
	else if (r->loaded < 0)
		conclude(r, KDUMP_VERDICT_UNKNOWN,
			 "Whether a panic now would be captured cannot be seen from here.");
	else
		conclude(r, KDUMP_VERDICT_NOT_LOADED,
			 "A panic now would be lost: no crash image is loaded.");
}

void kd_report_judge(struct kdump_report *r)
{
	const struct kd_other_facts *other = &r->snap->other;

	r->loaded = r->snap->kexec.loaded;
	r->frozen = r->loaded == 1 && is_locked(r->snap);
	r->enough = judge_size(r);
	r->freshness = judge_freshness(r);
	if (other->fadump_registered)
		conclude(r, KDUMP_VERDICT_CAPTURED,
			 "A panic now would be captured by firmware-assisted dump.");
	else if (r->loaded == 1)
		judge_loaded(r);
	else
		judge_unloaded(r);
}
