/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Which kernels the words for the next boot reach, and what those make of them. */
#include <errno.h>
#include <stdlib.h>

#include "../parse/cmdline.h"
#include "plan-boot.h"

#define NAMES_MAX 3

/*
 * What the tool does not make, and does not boot by default, is no reason to
 * leave the rest: the older deployments of ostree, an entry that a script in
 * /etc/grub.d holds.
 */
bool kd_next_is_beside(const struct kd_next *next, const struct kdump_entry *entry)
{
	enum kd_loader loader = next->plan->report->boot->loader;

	return entry->ours && entry->why && !entry->is_default &&
	       (loader == KD_LOADER_GRUB || loader == KD_LOADER_OSTREE);
}

static bool is_reached(const struct kd_next *next, const struct kdump_entry *entry)
{
	const char *release = next->wish->release;

	return entry->ours && !kd_next_is_beside(next, entry) &&
	       (!release || (entry->release && kd_streq(entry->release, release)));
}

static bool says_nokaslr(const char *cmdline)
{
	struct kd_word word;

	return cmdline && kd_cmdline_last(cmdline, "nokaslr", &word);
}

static const char *name_of(const struct kdump_entry *entry)
{
	return entry->release ? entry->release : entry->title ? entry->title : entry->id;
}

/* A configuration that cannot be read counts as one without CONFIG_CMA. */
static void add_entry(struct kd_next *next, const struct kdump_entry *entry, size_t index)
{
	struct kd_reached *reached = &next->v[next->n];

	*reached = (struct kd_reached){
		.entry = entry, .index = index, .name = name_of(entry),
		.cmdline = entry->cmdline,
		.version = entry->has_version ? &entry->version : NULL,
		.nokaslr = entry->nokaslr,
	};
	kd_entry_ck_kernel(entry, next->plan->report->snap, &reached->kernel);
	if (!entry->has_version)
		reached->kernel.knows_cma = reached->kernel.has_cma = false;
	if (entry == next->plan->report->next)
		next->first = next->n;
	next->n++;
}

static void add_running(struct kd_next *next)
{
	const struct kdump_snapshot *snap = next->plan->report->snap;
	struct kd_reached *reached = &next->v[next->n++];

	*reached = (struct kd_reached){
		.name = snap->release ? snap->release : "the running kernel",
		.cmdline = snap->cmdline,
		.version = snap->has_version ? &snap->version : NULL,
		.nokaslr = says_nokaslr(snap->cmdline),
	};
	kd_snapshot_ck_kernel(snap, &reached->kernel);
}

static bool asks(const struct kd_reached *reached, struct kd_ck *ret)
{
	struct kd_text why;

	return reached->entry && reached->cmdline &&
	       !kd_ck_parse(reached->cmdline, &reached->kernel, ret, &why);
}

/*
 * What a pool that is not named keeps: what the entry asks for that boots next.  One
 * that asks for nothing tells nothing, and one whose kernel makes nothing of ,cma may
 * have words of its own; then another tells.
 */
static void find_before(struct kd_next *next)
{
	const struct kdump_report *r = next->plan->report;
	struct kd_ck *before = &next->before, ck;
	bool lacks;

	if (!next->n || !asks(&next->v[next->first], before))
		*before = r->has_configured ? r->configured : r->booted;
	lacks = next->n && !next->v[next->first].kernel.has_cma;
	for (size_t i = 0; i < next->n; i++)
		if (asks(&next->v[i], &ck) &&
		    ((ck.main && !before->main) || (ck.cma && !before->cma && lacks)))
			*before = ck;
}

int kd_next_reach(struct kd_next *next)
{
	const struct kdump_report *r = next->plan->report;
	const char *release = next->wish->release;
	size_t n = r->boot ? r->boot->n_entries : 0;
	bool any = false;

	/* Where none is found because a disk fails, none is written to, and that is said. */
	next->writes = r->boot && (r->boot->loader != KD_LOADER_NONE ||
				   (r->boot->obstacle.id &&
				    !kd_streq(r->boot->obstacle.id, "no-boot-loader")));
	next->v = calloc(n + 1, sizeof(*next->v));
	if (!next->v)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		any |= r->boot->entries[i].ours;
		if (is_reached(next, &r->boot->entries[i]))
			add_entry(next, &r->boot->entries[i], i);
	}
	/* Without entries the words are for kernels to come, which are judged as this one. */
	if (!any && (!release || (!next->writes && r->snap->release &&
				  kd_streq(release, r->snap->release))))
		add_running(next);
	find_before(next);
	return 0;
}

void kd_next_free(struct kd_next *next)
{
	free(next->v);
	next->v = NULL;
}

/* A kernel has several entries, recovery's among them. */
static bool was_named(const struct kd_next *next,
		      bool (*matches)(const struct kd_next *next, const struct kd_reached *reached),
		      size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (kd_streq(next->v[j].name, next->v[i].name) && matches(next, &next->v[j]))
			return true;
	return false;
}

void kd_next_names(const struct kd_next *next,
		   bool (*matches)(const struct kd_next *next, const struct kd_reached *reached),
		   struct kd_text *ret)
{
	unsigned n = 0;

	kd_text_clear(ret);
	for (size_t i = 0; i < next->n; i++) {
		if (!matches(next, &next->v[i]) || was_named(next, matches, i))
			continue;
		if (n++ < NAMES_MAX)
			kd_text_append(ret, "%s%.80s", n > 1 ? ", " : "", next->v[i].name);
	}
	if (n > NAMES_MAX)
		kd_text_append(ret, " and %u more", n - NAMES_MAX);
}
