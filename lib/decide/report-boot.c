/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The next boot in the report: what it will ask for, and what to know about it. */
#include "report.h"

#include <stdlib.h>

#include "../parse/cmdline.h"

/* Another system's entry may be the default: then what this one boots next counts. */
static const struct kdump_entry *find_next(const struct kdump_report *r)
{
	const struct kdump_boot *boot = r->boot;
	const struct kdump_entry *running = NULL, *entry;

	for (size_t i = 0; i < boot->n_entries; i++) {
		entry = &boot->entries[i];
		if (!entry->ours)
			continue;
		if (entry->is_default)
			return entry;
		if (!running && entry->release && r->snap->release &&
		    kd_streq(entry->release, r->snap->release))
			running = entry;
	}
	return running;
}

static bool asks_differ(const struct kd_ck *a, const struct kd_ck *b)
{
	return a->main != b->main || a->low != b->low || a->cma != b->cma ||
	       a->high != b->high || a->base != b->base;
}

/* Entries that cannot be changed by us count too. */
static int compare_entries(struct kdump_report *r)
{
	const struct kdump_entry *entry = r->boot->entries;
	char *next, *words;
	int err;

	err = kd_cmdline_get_crashkernel(r->next->cmdline, &next);
	if (err)
		return err;
	for (size_t i = 0; i < r->boot->n_entries && !err; i++, entry++) {
		if (!entry->ours || !entry->cmdline)
			continue;
		err = kd_cmdline_get_crashkernel(entry->cmdline, &words);
		if (err)
			break;
		r->n_compared++;
		if (!kd_streq(words, next) && !r->n_differing++)
			r->differing = entry;
		free(words);
	}
	free(next);
	return err;
}

int kd_report_read_boot(struct kdump_report *r)
{
	struct kd_ck_kernel kernel;
	struct kd_text why;

	r->reboot_pending = -1;
	r->next = r->boot ? find_next(r) : NULL;
	if (!r->next || !r->next->cmdline)
		return 0;
	kd_entry_ck_kernel(r->next, r->snap, &kernel);
	r->has_configured = !kd_ck_parse(r->next->cmdline, &kernel, &r->configured, &why);
	if (r->has_configured && r->has_booted)
		r->reboot_pending = asks_differ(&r->configured, &r->booted);
	return compare_entries(r);
}

KD_API bool kdump_report_get_entry_size(const struct kdump_report *report, size_t i,
					enum kdump_pool pool, uint64_t *ret)
{
	const struct kdump_entry *entry =
		report->boot ? kdump_boot_get_entry(report->boot, i) : NULL;
	struct kd_ck_kernel kernel;
	struct kd_text why;
	struct kd_ck ck;

	if (!entry || !entry->cmdline)
		return false;
	kd_entry_ck_kernel(entry, report->snap, &kernel);
	if (kd_ck_parse(entry->cmdline, &kernel, &ck, &why))
		return false;
	*ret = pool == KDUMP_POOL_MAIN ? ck.main : pool == KDUMP_POOL_LOW ? ck.low : ck.cma;
	return true;
}

/* What the next boot is to bring has been taken while this one runs. */
void kd_report_settle_pending(struct kdump_report *r)
{
	struct kd_ck now = r->booted;

	now.main = r->sizes[KDUMP_POOL_MAIN][KDUMP_VIEW_RESERVED].bytes;
	if (r->reboot_pending == 1 && r->origin == KDUMP_ORIGIN_GROWN &&
	    !asks_differ(&r->configured, &now))
		r->reboot_pending = 0;
}

/*
 * What is needed is known for CMA as there is now.  crashctl-reserve.service takes the rest
 * once that boot is up.
 */
static bool falls_short(const struct kdump_report *r)
{
	const struct kd_size *need = &r->sizes[KDUMP_POOL_MAIN][KDUMP_VIEW_NEEDED];
	const struct kd_size *cma = &r->sizes[KDUMP_POOL_CMA][KDUMP_VIEW_RESERVED];

	if (kd_config_takes_again(r->config))
		return false;
	return need->known && r->configured.main && r->configured.main < need->bytes &&
	       !cma->bytes == !r->configured.cma;
}

static void find_pending(struct kdump_report *r)
{
	char asked[KD_SIZE_TEXT], need[KD_SIZE_TEXT];
	const char *name;

	if (r->reboot_pending != 1)
		return;
	name = r->next->title ? r->next->title : r->next->id;
	if (falls_short(r))
		kd_find(r, KDUMP_SEVERITY_WARNING, "reboot-pending",
			"crashctl reserve auto --config reserves enough at the next boot",
			"the next boot (%s) asks for %s of main, and %s are needed", name,
			kd_size_text(r->configured.main, asked),
			kd_size_text(r->sizes[KDUMP_POOL_MAIN][KDUMP_VIEW_NEEDED].bytes, need));
	else if (r->configured.main)
		kd_find(r, KDUMP_SEVERITY_NOTE, "reboot-pending", "reboot when it suits",
			"the next boot (%s) asks for other crash memory than this one did", name);
	else
		kd_find(r, KDUMP_SEVERITY_NOTE, "reboot-pending",
			"crashctl reserve auto, if that is not meant",
			"the next boot (%s) asks for no crash memory: no panic is captured then",
			name);
}

static void find_differing(struct kdump_report *r)
{
	const struct kdump_entry *first = r->differing;

	if (r->n_differing)
		kd_find(r, KDUMP_SEVERITY_NOTE, "entries-differ", "",
			"%zu of %zu boot entries have other crashkernel= words than the one "
			"that boots next: %s%s", r->n_differing, r->n_compared,
			first->title ? first->title : first->id, r->n_differing > 1 ? ", …" : "");
}

static void find_interrupted(struct kdump_report *r)
{
	const struct kd_journal *journal = &r->boot->journal;

	if (journal->state == KD_JOURNAL_OPEN)
		kd_find(r, KDUMP_SEVERITY_WARNING, "interrupted-change",
			"crashctl reserve --recover",
			"a change of the boot configuration was begun and not finished");
	else if (journal->state == KD_JOURNAL_BAD)
		kd_find(r, KDUMP_SEVERITY_WARNING, "interrupted-change",
			"crashctl reserve --recover",
			"the journal of the last change cannot be read: %s", journal->why.s);
}

/* That there is no boot loader is told to whoever wants to change its words. */
static void find_obstacle(struct kdump_report *r)
{
	const struct kd_boot_obstacle *obstacle = &r->boot->obstacle;

	if (obstacle->id && r->boot->loader != KD_LOADER_NONE)
		kd_find(r, KDUMP_SEVERITY_NOTE, obstacle->id, obstacle->advice.s, "%s",
			obstacle->text.s);
}

void kd_report_find_boot(struct kdump_report *r)
{
	if (!r->boot)
		return;
	find_interrupted(r);
	find_pending(r);
	find_differing(r);
	find_obstacle(r);
}
