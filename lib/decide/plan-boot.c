/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The next boot's half of a plan: the words, what each kernel that they reach
 * will make of them, and how they are written.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../parse/cmdline.h"
#include "plan-boot.h"

static const char *words_for(const struct kd_next *next, const struct kd_reached *reached)
{
	return reached->alone ? next->alone_words : next->plan->words;
}

/* What the kernel is meant to read. */
static bool is_meant(const struct kd_next *next, const struct kd_reached *reached,
		     const struct kd_ck *ck)
{
	struct kd_wanted w = next->w;

	if (reached->alone) {
		w.main = kd_max(w.main, kd_next_alone(next));
		w.cma = 0;
	}
	if (!w.main)
		return !ck->main;
	return ck->main == w.main && ck->base == w.base && ck->high == w.high &&
	       ck->cma == (reached->kernel.has_cma ? w.cma : 0) &&
	       (!w.has_low || !w.high || (ck->low == w.low && !ck->low_is_auto));
}

/* A word that the kernel finds in another one, or that cannot be taken out. */
static void refuse_hidden(struct kd_next *next, const struct kd_reached *reached,
			  const char *line, const struct kd_ck *ck)
{
	const char *words = words_for(next, reached), *ours = strstr(line, words);
	const struct kd_ck_word *word = NULL;

	for (size_t i = 0; i < ck->n && !word; i++) {
		const char *p = line + ck->words[i].start;

		if (!*words || !ours || p < ours || p >= ours + strlen(words))
			word = &ck->words[i];
	}
	if (word)
		kd_plan_refuse(next->plan, "words-hidden",
			       "take it out of the command line by hand",
			       "%s: beside the words the kernel would find %.*s%s", reached->name,
			       (int)kd_min(word->len, 128), line + word->start,
			       word->row_found ? ", whose range holds this machine's memory" : "");
	else
		kd_plan_refuse(next->plan, "words-hidden",
			       "crashctl explain shows what the kernel makes of each word",
			       "%s: the kernel would not make of the words what is meant",
			       reached->name);
}

static void predict(struct kd_next *next, const struct kd_reached *reached,
		    const struct kd_ck *ck, bool is_first)
{
	const struct kdump_snapshot *snap = next->plan->report->snap;
	struct kd_reservation place;

	kd_reservation_predict(&snap->iomem, snap->arch, reached->version, ck, &place);
	if (is_first)
		next->plan->place = place;
	if (place.result == KD_RESERVATION_FAILS && !next->will_not_fit) {
		next->will_not_fit = true;
		kd_plan_refuse_forcible(next->plan, KD_FORCE_WILL_NOT_FIT, "ask for less",
					"%s would reserve nothing: %s", reached->name, place.text);
	}
}

/* GRUB puts the image's name before the line. */
static size_t length_before(const struct kd_next *next, const struct kd_reached *reached)
{
	const struct kdump_entry *entry = reached->entry;

	if (!entry || !entry->kernel)
		return 0;
	switch (next->plan->report->boot->loader) {
	case KD_LOADER_GRUB:
	case KD_LOADER_GRUB_BLS:
	case KD_LOADER_GRUBBY:
	case KD_LOADER_PBL:
	case KD_LOADER_OSTREE:
		return strlen("BOOT_IMAGE= ") + strlen(entry->kernel);
	default:
		return 0;
	}
}

/* What is at the end would be lost, be it the words or what the machine boots by. */
static void refuse_cut(struct kd_next *next, const struct kd_reached *reached, const char *line)
{
	const struct kd_arch *arch = next->plan->report->snap->arch;
	size_t len = length_before(next, reached) + strlen(line);

	if (!arch || len < arch->cmdline_size || !reached->cmdline ||
	    strlen(line) <= strlen(reached->cmdline))
		return;
	kd_plan_refuse(next->plan, "words-cut-off", "take other words out by hand",
		       "%s: its command line would be %zu bytes long, of which the kernel keeps "
		       "%zu", reached->name, len, arch->cmdline_size - 1);
}

/* What that kernel will read when the words are written; -ENOMEM. */
static int simulate(struct kd_next *next, size_t i)
{
	const struct kd_reached *reached = &next->v[i];
	const char *words = words_for(next, reached);
	struct kd_text why;
	struct kd_ck ck;
	char *line;
	int err;

	err = kd_cmdline_set_crashkernel(reached->cmdline ? reached->cmdline : "", words, &line);
	if (err)
		return err;
	refuse_cut(next, reached, line);
	/* Memory that cannot be seen, or more words than anybody counts: nothing to say. */
	if (!kd_ck_parse(line, &reached->kernel, &ck, &why)) {
		if (is_meant(next, reached, &ck))
			predict(next, reached, &ck, i == next->first);
		else
			refuse_hidden(next, reached, line, &ck);
	}
	free(line);
	return 0;
}

static int simulate_all(struct kd_next *next)
{
	int err = 0;

	for (size_t i = 0; i < next->n && !err; i++)
		err = simulate(next, i);
	return err;
}

/* ---- the step ---- */

/* Does any entry have other words? */
static int find_difference(const struct kd_next *next, bool *ret)
{
	bool same = true;
	int err = 0;

	*ret = kd_wanted_differs(&next->w, &next->before);
	if (!next->writes || !next->n || !next->v[0].entry)
		return 0;
	for (size_t i = 0; i < next->n && !err && same; i++)
		err = kd_cmdline_has_crashkernel(next->v[i].cmdline,
						 words_for(next, &next->v[i]), &same);
	*ret = !same;
	return err;
}

/* Entries that no edit reaches, and what stands in the way of any edit. */
static int refuse_unwritable(struct kd_next *next)
{
	const struct kd_boot_obstacle *obstacle = &next->plan->report->boot->obstacle;
	bool same;
	int err;

	if (obstacle->id) {
		const char *words = next->plan->words;

		kd_plan_refuse(next->plan, obstacle->id,
			       *obstacle->advice.s ? obstacle->advice.s
						   : "put the words there by hand, or use --live",
			       "%s; the next boot's command line would have to hold %s",
			       obstacle->text.s, *words ? words : "no crashkernel= word");
		return 0;
	}
	for (size_t i = 0; i < next->n; i++) {
		const struct kd_reached *reached = &next->v[i];

		if (!reached->entry || !reached->entry->why)
			continue;
		err = kd_cmdline_has_crashkernel(reached->cmdline, words_for(next, reached),
						 &same);
		if (err)
			return err;
		if (!same)
			kd_plan_refuse(next->plan, "entry-fixed",
				       "change it by hand, or name another kernel with --kernel",
				       "%s: %s", reached->name, reached->entry->why);
	}
	return 0;
}

static bool is_writable(const struct kd_next *next)
{
	return next->writes && !next->plan->report->boot->obstacle.id;
}

static int make_change(struct kd_next *next)
{
	const struct kdump_boot *boot = next->plan->report->boot;
	struct kd_entry_words words = { .of_entry = NULL };
	const char **of_entry;
	struct kd_text why;
	int err;

	of_entry = calloc(boot->n_entries + 1, sizeof(*of_entry));
	if (!of_entry)
		return -ENOMEM;
	for (size_t i = 0; i < next->n; i++)
		if (next->v[i].entry)
			of_entry[next->v[i].index] = words_for(next, &next->v[i]);
	for (size_t i = 0; i < boot->n_entries; i++)
		if (kd_next_is_beside(next, &boot->entries[i]))
			kd_plan_note(next->plan, "%s keeps its words: %s", boot->entries[i].id,
				     boot->entries[i].why);
	words.of_entry = of_entry;
	words.of_later = next->wish->release ? NULL : next->plan->words;
	err = kd_change_make(boot, &words, &next->plan->change, &why);
	free(of_entry);
	if (err != -ENOTSUP)
		return err;
	kd_plan_refuse(next->plan, "not-writable", next->wish->release ? "leave out --kernel" :
		       "put the words there by hand, or use --live", "%s", why.s);
	return 0;
}

static void write_place(const struct kd_reservation *place, char *text, size_t size)
{
	const char *about = place->about ? " about" : "";
	int n;

	*text = '\0';
	if (place->result != KD_RESERVATION_FITS)
		return;
	n = snprintf(text, size, "; main will lie%s at 0x%" PRIx64 "-0x%" PRIx64, about,
		     place->main.start, place->main.end);
	if (place->has_low)
		snprintf(text + n, size - (size_t)n, ", low at 0x%" PRIx64 "-0x%" PRIx64,
			 place->low.start, place->low.end);
}

static void add_step(struct kd_next *next)
{
	const struct kd_wanted *w = &next->w;
	const char *undo = next->plan->change.n_ops
				   ? "crashctl reserve --undo"
				   : "the words of this boot stand in /proc/cmdline";
	char place[160];

	write_place(&next->plan->place, place, sizeof(place));
	if (!w->main) {
		kd_plan_step(next->plan, KDUMP_ACTION_WORDS, KDUMP_WHEN_BOOT, undo,
			     "the next boot reserves nothing, and a panic is not captured then");
		return;
	}
	kd_plan_step(next->plan, KDUMP_ACTION_WORDS, KDUMP_WHEN_BOOT,
		     undo,
		     "the next boot reserves what is asked for%s%s%s",
		     place, w->raised ? "; main is raised to what the image needs" : "",
		     w->cma ? "; with CMA a panic waits 10 s for DMA to end, and pages of "
			      "processes are not in the dump" : "");
}

/* ---- what to know besides ---- */

static bool touches(const struct kd_ranges *ranges, const struct kdump_range *range)
{
	for (size_t i = 0; i < ranges->n; i++)
		if (ranges->v[i].start <= range->end && range->start <= ranges->v[i].end)
			return true;
	return false;
}

static bool is_alone(const struct kd_next *next, const struct kd_reached *reached)
{
	(void)next;
	return reached->alone;
}

static bool does_without(const struct kd_next *next, const struct kd_reached *reached)
{
	return next->any_cma && next->w.cma && !reached->alone && !reached->kernel.has_cma;
}

static void note_kernels(struct kd_next *next)
{
	struct kd_text names;

	kd_next_names(next, is_alone, &names);
	if (*names.s)
		kd_plan_note(next->plan, "no CMA with %s: there it is %s", names.s,
			     next->alone_words);
	kd_next_names(next, does_without, &names);
	if (*names.s)
		kd_plan_note(next->plan, "no CMA with %s: there the crash kernel has main "
			     "alone", names.s);
}

static void note_place(struct kd_next *next)
{
	const struct kdump_report *r = next->plan->report;
	const struct kd_reservation *place = &next->plan->place;

	if (place->result != KD_RESERVATION_FITS)
		return;
	if (place->tight)
		kd_plan_note(next->plan, "main: %s", place->text);
	if (r->boot && touches(&r->boot->movable, &place->main))
		kd_plan_note(next->plan, "main will lie in memory that can now be taken out while "
			     "the system runs, and then no longer can");
	/* What was free once is free again, for nothing moves without KASLR. */
	if (next->w.base && !touches(&r->snap->iomem.crash, &place->main))
		kd_plan_note(next->plan, "if the boot loader puts the initramfs of the system in "
			     "that place, nothing is reserved");
}

static void note_writing(struct kd_next *next)
{
	const struct kdump_boot *boot = next->plan->report->boot;

	if (boot && boot->obstacle.id)
		return;			/* that is a refusal, and says it */
	if (!next->writes)
		kd_plan_note(next->plan, "no boot loader that is known was found: the words are "
			     "to be put on the kernel's command line by hand");
	else if (boot->not_atomic)
		kd_plan_note(next->plan, "not all of it can be written at once: after a power "
			     "failure in between, run crashctl reserve --recover");
}

/* A menu that is made anew brings whatever else was changed in what it is made from. */
static void note_made(struct kd_next *next)
{
	const struct kd_change *change = &next->plan->change;

	for (size_t i = 0; i < change->n_ops; i++)
		if (change->ops[i].kind == KD_OP_INSTALL &&
		    next->plan->report->boot->loader == KD_LOADER_GRUB)
			kd_plan_note(next->plan, "%s is made anew: other changes of what it is "
				     "made from, which no update-grub has brought into it yet, "
				     "count from then on too", change->ops[i].path);
}

static void note(struct kd_next *next)
{
	note_made(next);
	note_kernels(next);
	note_place(next);
	note_writing(next);
}

/* Where that is carried out, and not only shown, it has been put back before. */
static void note_interrupted(struct kd_next *next)
{
	const struct kdump_boot *boot = next->plan->report->boot;

	if (boot && boot->journal.state == KD_JOURNAL_OPEN)
		kd_plan_note(next->plan, "a change that was interrupted will be put back first; "
			     "the plan may then be another one");
}

/* Words are not all that reserves: with none the service's part is all that is left. */
static void note_again(struct kd_next *next)
{
	const struct kdump_config *config = next->plan->report->config;
	const struct kd_setting *reserve = &config->own.reserve;

	if (!next->w.main && kd_config_takes_again(config))
		kd_plan_note(next->plan, "crashctl-reserve.service may take memory again at the "
			     "next boot: reserve = %s stays in %s", reserve->text, reserve->file);
}

int kd_plan_boot(struct kd_next *next)
{
	struct kdump_plan *plan = next->plan;
	bool differs;
	int err;

	note_interrupted(next);
	note_again(next);
	kd_wanted_write(&next->w, plan->words);
	kd_next_refuse(next);
	err = find_difference(next, &differs);
	if (!err && !kd_plan_is_refused(plan))
		err = simulate_all(next);
	if (!err && differs && plan->report->boot)
		err = refuse_unwritable(next);
	if (!err && is_writable(next) && !kd_plan_is_refused(plan)) {
		err = make_change(next);
		differs = plan->change.n_ops || kd_plan_is_refused(plan);
	}
	if (err || !differs)
		return err;
	add_step(next);
	note(next);
	return 0;
}
