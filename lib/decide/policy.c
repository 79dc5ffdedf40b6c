/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The policy of a watcher: see policy.h. */
#include "policy.h"

#include <errno.h>

#include "../facts/watch.h"

/* The first wait after a failure, and the longest; each one is twice that before it. */
#define RETRY_FIRST 5000
#define RETRY_MOST (15 * 60 * 1000)
/* So often in a row the machine may be another one when it is to be loaded. */
#define OVERTAKEN_MOST 5
/* A file that is written for so many times the longest burst is not waited for. */
#define WRITING_BURSTS 60

void kd_policy_init(struct kd_policy *policy, uint64_t settle, uint64_t most)
{
	*policy = (struct kd_policy){
		.settle = settle,
		.most = kd_max(settle, most),
		.retry = KD_NEVER,
	};
}

static bool is_writing(const struct kd_policy *policy)
{
	for (size_t i = 0; i < KD_EVENT_KINDS; i++)
		if (policy->writing[i])
			return true;
	return false;
}

void kd_policy_note(struct kd_policy *policy, enum kdump_event_kind kind, bool writing,
		    uint64_t now)
{
	bool was_writing = is_writing(policy);

	policy->writing[kind] = writing;
	policy->counts[kind]++;
	/* Files that were being written may have been closed in what was lost. */
	if (kind == KDUMP_EVENT_UNKNOWN)
		memset(policy->writing, 0, sizeof(policy->writing));
	/* What was waited for is over: it settles as any burst does. */
	if (!policy->pending || (was_writing && !is_writing(policy)))
		policy->first = now;
	policy->pending = true;
	policy->last = now;
}

static bool is_hardware(const struct kd_policy *policy)
{
	return policy->counts[KDUMP_EVENT_MEMORY] || policy->counts[KDUMP_EVENT_CPU];
}

/*
 * Nothing can be loaded while a file of it is being written, so that is waited for; but
 * for hotplug no longer than any burst: the file may not be the one that is needed.
 */
static uint64_t burst_due(const struct kd_policy *policy)
{
	uint64_t end = kd_add(policy->first, policy->most);

	if (!is_writing(policy))
		return kd_min(kd_add(policy->last, policy->settle), end);
	if (is_hardware(policy))
		return end;
	return kd_add(policy->first, kd_mul(policy->most, WRITING_BURSTS));
}

/* Nor is anything tried again while a file is being written. */
uint64_t kd_policy_due(const struct kd_policy *policy)
{
	uint64_t burst = policy->pending ? burst_due(policy) : KD_NEVER;
	uint64_t retry = is_writing(policy) ? KD_NEVER : policy->retry;

	return kd_max(kd_min(burst, retry), policy->not_before);
}

void kd_policy_looked(struct kd_policy *policy)
{
	policy->pending = false;
	memset(policy->counts, 0, sizeof(policy->counts));
}

static uint64_t retry_after(unsigned failures)
{
	uint64_t wait = RETRY_FIRST;

	while (--failures && wait < RETRY_MOST)
		wait *= 2;
	return kd_min(wait, RETRY_MOST);
}

/* All was different by then: looked at again as after any event, but not for ever. */
static bool look_again(struct kd_policy *policy, uint64_t now)
{
	if (policy->overtaken++ == OVERTAKEN_MOST)
		return false;
	policy->pending = true;
	policy->first = policy->last = now;
	return true;
}

bool kd_policy_done(struct kd_policy *policy, int err, enum kd_touched touched, uint64_t now)
{
	policy->retry = KD_NEVER;
	if (touched == KD_TOUCHED_REPLACED)
		policy->not_before = kd_add(now, policy->most);
	if (err == -ESTALE && look_again(policy, now))
		return false;
	policy->overtaken = 0;
	if (!err) {
		policy->failures = 0;
		return false;
	}
	policy->failures++;
	/* Each try takes the image out for a moment: without need not often. */
	policy->retry = kd_add(now, touched == KD_TOUCHED_REPLACED ? RETRY_MOST
				    : retry_after(policy->failures));
	return true;
}

static void choose(struct kd_choice *ret, enum kdump_choice what, const char *reason,
		   const char *text)
{
	ret->what = what;
	ret->reason = reason;
	kd_text_set(&ret->text, "%s", text);
}

/* Where the files are of no use, the last good image is better than none. */
static enum kdump_choice load_or_copy(const struct kdump_report *r)
{
	return r->image && r->image->error ? KDUMP_CHOICE_LOAD_COPY : KDUMP_CHOICE_LOAD;
}

/* Of a stale image: the first that holds, in the order in which they weigh. */
static void choose_stale(const struct kdump_report *r, struct kd_choice *ret)
{
	switch (kd_report_layout(r)) {
	case KD_LAYOUT_MEMORY:
		choose(ret, load_or_copy(r), "memory", "memory came or went");
		return;
	case KD_LAYOUT_CPUS:
		choose(ret, load_or_copy(r), "cpu", "CPUs came or went");
		return;
	default:
		break;
	}
	if (r->image->kernel_kept == KD_KEPT_CHANGED)
		choose(ret, KDUMP_CHOICE_LOAD, "kernel", "the kernel was replaced");
	else if (r->image->initramfs_kept == KD_KEPT_CHANGED)
		choose(ret, KDUMP_CHOICE_LOAD, "initramfs", "the initramfs was replaced");
	else
		choose(ret, KDUMP_CHOICE_LOAD, "configuration",
		       "another kernel, initramfs or command line is configured");
}

static void choose_fresh(const struct kdump_report *r, struct kd_choice *ret)
{
	if (r->snap->kexec.hotplug == 1)
		choose(ret, KDUMP_CHOICE_KEEP, "kernel-updates",
		       "the image is right, and the kernel tells it of hotplug itself");
	else
		choose(ret, KDUMP_CHOICE_KEEP, "fresh", "the image is right");
}

static void choose_loaded(const struct kdump_report *r, struct kd_choice *ret)
{
	switch (r->freshness) {
	case KDUMP_FRESHNESS_STALE:
		choose_stale(r, ret);
		break;
	case KDUMP_FRESHNESS_FRESH:
		choose_fresh(r, ret);
		break;
	case KDUMP_FRESHNESS_FOREIGN:
		choose(ret, KDUMP_CHOICE_KEEP, "foreign",
		       "another tool has loaded the image: it is left alone");
		break;
	case KDUMP_FRESHNESS_UNKNOWN:
		choose(ret, KDUMP_CHOICE_KEEP, "gone",
		       "files of the image are no longer there, or cannot be "
		       "seen: what is loaded stays");
		break;
	}
}

static bool is_reserved(const struct kdump_report *r)
{
	const struct kd_size *main = &r->sizes[KDUMP_POOL_MAIN][KDUMP_VIEW_RESERVED];

	return !main->known || main->bytes;
}

/*
 * A record without an image: the kernel has been told to drop it, and not by this
 * library, which takes its record away.  Whoever did that had a reason.
 */
static bool is_taken_out(const struct kdump_report *r)
{
	return r->image && r->image->record;
}

static void choose_unloaded(const struct kdump_report *r, struct kd_choice *ret)
{
	if (!is_reserved(r))
		choose(ret, KDUMP_CHOICE_KEEP, "not-reserved",
		       "no memory is reserved for a crash kernel");
	else if (r->config->watch->unloaded)
		choose(ret, KDUMP_CHOICE_KEEP, "unloaded-on-purpose",
		       "the image was unloaded on purpose");
	else if (is_taken_out(r))
		choose(ret, KDUMP_CHOICE_KEEP, "unloaded-by-another",
		       "another tool has unloaded the image: it is left alone");
	else if (r->loaded < 0)
		choose(ret, KDUMP_CHOICE_KEEP, "hidden",
		       "whether an image is loaded cannot be seen");
	else
		choose(ret, load_or_copy(r), "not-loaded", "no crash image is loaded");
}

void kd_policy_choose(const struct kdump_report *r, struct kd_choice *ret)
{
	struct kd_obstacle obstacle;

	if (kd_load_obstacle(r->snap, r->config, &obstacle)) {
		choose(ret, KDUMP_CHOICE_KEEP, obstacle.id, obstacle.text);
	} else if (r->config->owner) {
		choose(ret, KDUMP_CHOICE_KEEP, "other-owner", "");
		kd_text_set(&ret->text, "%s is enabled and keeps the crash image here",
			    r->config->owner);
	} else if (r->loaded == 1) {
		choose_loaded(r, ret);
	} else {
		choose_unloaded(r, ret);
	}
}
