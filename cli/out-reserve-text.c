/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "names.h"
#include "out.h"
#include "text.h"

#define DIFF_LINE 8192		/* the library cuts lines at half of that */

static void put_take(const struct kdump_step *step)
{
	char to[SIZE_TEXT];

	printf("%s for %s", size_text(kdump_step_get_to(step), to),
	       name_pool(kdump_step_get_pool(step)));
}

static void put_resize(const struct kdump_step *step)
{
	char from[SIZE_TEXT], to[SIZE_TEXT];

	printf("%s from %s to %s", name_pool(kdump_step_get_pool(step)),
	       size_text(kdump_step_get_from(step), from),
	       size_text(kdump_step_get_to(step), to));
}

#define INDENT "                "

/* A line for each of what semicolons part. */
static void put_clauses(const char *text)
{
	const char *end;

	for (; (end = strstr(text, "; ")); text = end + 2) {
		char clause[512];

		snprintf(clause, sizeof(clause), "%.*s", (int)(end - text + 1), text);
		text_put(stdout, clause);
		fputs("\n" INDENT, stdout);
	}
	text_put(stdout, text);
}

static void put_step(size_t number, const struct kdump_step *step)
{
	static const char *const titles[] = {
		[KDUMP_ACTION_UNLOAD] = "unload the image",
		[KDUMP_ACTION_RESIZE] = "set ",
		[KDUMP_ACTION_LOAD] = "load the image",
		[KDUMP_ACTION_WORDS] = "crashkernel= words",
		[KDUMP_ACTION_MODULE] = "load the module crash_grow",
		[KDUMP_ACTION_TAKE] = "take ",
	};
	enum kdump_action action = kdump_step_get_action(step);
	const char *why = kdump_step_get_why(step), *undo = kdump_step_get_undo(step);

	printf("  %zu. %-9s  %s", number,
	       kdump_step_get_when(step) == KDUMP_WHEN_NOW ? "now" : "next boot",
	       (unsigned)action < ARRAY_SIZE(titles) ? titles[action] :
	       name_action(action));
	if (action == KDUMP_ACTION_RESIZE)
		put_resize(step);
	if (action == KDUMP_ACTION_TAKE)
		put_take(step);
	if (why && *why) {
		fputs(": ", stdout);
		put_clauses(why);
	}
	fputc('\n', stdout);
	if (undo && *undo) {
		fputs(INDENT "way back: ", stdout);
		text_put(stdout, undo);
		fputc('\n', stdout);
	}
}

static void put_forced(const struct kdump_plan *plan)
{
	for (size_t i = 0; i < kdump_plan_count_refusals(plan); i++) {
		const struct kdump_refusal *refusal = kdump_plan_get_refusal(plan, i);

		if (!kdump_refusal_is_forced(refusal))
			continue;
		printf("forced [%s]: ", kdump_refusal_get_id(refusal));
		text_put(stdout, kdump_refusal_get_text(refusal));
		fputc('\n', stdout);
	}
}

bool plan_has(const struct kdump_plan *plan, enum kdump_action action)
{
	for (size_t i = 0; i < kdump_plan_count_steps(plan); i++)
		if (kdump_step_get_action(kdump_plan_get_step(plan, i)) == action)
			return true;
	return false;
}

/* Line ends and tabs are its own; whatever else the files hold is made harmless. */
static void put_diff(const char *diff)
{
	char line[DIFF_LINE];

	while (*diff) {
		size_t len = strcspn(diff, "\n\t");

		snprintf(line, sizeof(line), "%.*s", (int)len, diff);
		text_put(stdout, line);
		diff += len;
		if (*diff)
			fputc(*diff++, stdout);
	}
}

static void put_command(const char *command)
{
	fputs("    ", stdout);
	text_put(stdout, command);
	fputc('\n', stdout);
}

/* What the words step is made of. */
static void put_change(const struct kdump_plan *plan)
{
	const char *diff = kdump_plan_get_diff(plan);
	size_t commands = kdump_plan_count_commands(plan);

	if (*diff) {
		fputc('\n', stdout);
		put_diff(diff);
	}
	if (commands)
		puts("\nThen is run:\n");
	for (size_t i = 0; i < commands; i++)
		put_command(kdump_plan_get_command(plan, i));
}

static void put_word_line(const char *title, const char *words)
{
	fputs(title, stdout);
	text_put(stdout, *words ? words : "no crashkernel= word");
	fputc('\n', stdout);
}

/* The entry that boots next may have them already, where only others are changed. */
static void put_words(const struct kdump_plan *plan)
{
	const char *old = kdump_plan_get_old_words(plan);
	const char *words = kdump_plan_get_words(plan);

	fputc('\n', stdout);
	if (old && strcmp(old, words))
		put_word_line("from  ", old);
	put_word_line("to    ", words);
}

/* With another root no tool is run: the user does it there. */
static void put_left(const struct reserve_view *view)
{
	size_t n = view->apply ? kdump_apply_count_commands(view->apply) : 0;

	if (n)
		puts("\nLeft to be run, before the words count:\n");
	for (size_t i = 0; i < n; i++)
		put_command(kdump_apply_get_command(view->apply, i));
}

static void put_heading(const struct reserve_view *view)
{
	if (!kdump_plan_count_steps(view->plan) && view->refused)
		return;
	if (!kdump_plan_count_steps(view->plan))
		puts(kdump_plan_is_met_now(view->plan) ?
		     "Nothing to do: all is as wished." :
		     "Nothing to do: the boot configuration asks for it already.");
	else if (view->refused)
		puts("Refused; it would be:");
	else if (view->dry_run)
		puts("Would be done:");
	else
		puts(view->done ? "Done:" : "Failed; this was to be done:");
}

/* Of what is refused or has failed nothing is to be waited for. */
static void put_reboot(const struct reserve_view *view)
{
	bool stands = view->dry_run ? !view->refused : view->done;

	if (!stands)
		return;
	if (kdump_plan_is_met_now(view->plan) && plan_has(view->plan, KDUMP_ACTION_WORDS))
		puts("\nThis boot meets the wish; the words are for the next ones.");
	else if (kdump_plan_needs_reboot(view->plan))
		puts("\nA reboot is needed.");
}

static void put_note(const char *note)
{
	fputs("note: ", stdout);
	text_put(stdout, note);
	fputc('\n', stdout);
}

void out_reserve_recovered(const struct reserve_view *view)
{
	if (view->recovered)
		puts("A change that had been interrupted was put back.");
	else if (view->recover && view->done)
		puts("Nothing to put back: no change was interrupted.");
}

void out_reserve_unconfigured(const struct reserve_view *view)
{
	printf("Nothing to do: ");
	text_put(stdout, view->note);
	fputs(".\n", stdout);
}

int out_reserve_text(const struct reserve_view *view)
{
	const struct kdump_plan *plan = view->plan;

	put_forced(plan);
	put_heading(view);
	for (size_t i = 0; i < kdump_plan_count_steps(plan); i++)
		put_step(i + 1, kdump_plan_get_step(plan, i));
	if (plan_has(plan, KDUMP_ACTION_WORDS))
		put_words(plan);
	if (view->dry_run)
		put_change(plan);
	put_left(view);
	put_reboot(view);
	for (size_t i = 0; i < kdump_plan_count_notes(plan); i++)
		put_note(kdump_plan_get_note(plan, i));
	if (*view->note)
		put_note(view->note);
	return 0;
}
