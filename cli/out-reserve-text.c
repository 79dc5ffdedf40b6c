/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <stdio.h>

#include "cmd.h"
#include "names.h"
#include "out.h"
#include "text.h"

static void put_resize(const struct kdump_step *step)
{
	char from[SIZE_TEXT], to[SIZE_TEXT];

	printf("%s from %s to %s", name_pool(kdump_step_get_pool(step)),
	       size_text(kdump_step_get_from(step), from),
	       size_text(kdump_step_get_to(step), to));
}

static void put_step(size_t number, const struct kdump_step *step)
{
	static const char *const titles[] = {
		[KDUMP_ACTION_UNLOAD] = "unload the image",
		[KDUMP_ACTION_RESIZE] = "set ",
		[KDUMP_ACTION_LOAD] = "load the image",
		[KDUMP_ACTION_WORDS] = "crashkernel= words",
	};
	enum kdump_action action = kdump_step_get_action(step);
	const char *why = kdump_step_get_why(step), *undo = kdump_step_get_undo(step);

	printf("  %zu. %-9s  %s", number,
	       kdump_step_get_when(step) == KDUMP_WHEN_NOW ? "now" : "next boot",
	       (unsigned)action < ARRAY_SIZE(titles) ? titles[action] :
	       name_action(action));
	if (action == KDUMP_ACTION_RESIZE)
		put_resize(step);
	if (why && *why) {
		fputs(": ", stdout);
		text_put(stdout, why);
	}
	fputc('\n', stdout);
	if (undo && *undo) {
		fputs("                way back: ", stdout);
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

static void put_words(const struct kdump_plan *plan)
{
	const char *words = kdump_plan_get_words(plan);

	if (!plan_has(plan, KDUMP_ACTION_WORDS))
		return;
	if (*words) {
		puts("\nThe next boot's command line has to hold these crashkernel= "
		     "words, in this order,\nand no other:\n");
		fputs("    ", stdout);
		text_put(stdout, words);
		puts("\n");
	} else {
		puts("\nThe next boot's command line has to hold no crashkernel= "
		     "word.\n");
	}
	puts("This version does not write the boot configuration. Where it is written:\n"
	     "  GRUB            GRUB_CMDLINE_LINUX in /etc/default/grub or a file of\n"
	     "                  /etc/default/grub.d, then grub-mkconfig (update-grub)\n"
	     "  BLS entries     the options line in /boot/loader/entries/*.conf, and\n"
	     "                  /etc/kernel/cmdline for kernels to come");
}

int out_reserve_text(const struct reserve_view *view)
{
	const struct kdump_plan *plan = view->plan;
	size_t n = kdump_plan_count_steps(plan);

	put_forced(plan);
	if (!n)
		puts(kdump_plan_is_met_now(plan) ?
		     "Nothing to do: all is as wished." :
		     "Nothing to do: the words of this boot ask for it already.");
	else if (view->dry_run)
		puts("Would be done:");
	else
		puts(view->done ? "Done (what is marked next boot is left to be done):"
				: "Plan:");
	for (size_t i = 0; i < n; i++)
		put_step(i + 1, kdump_plan_get_step(plan, i));
	put_words(plan);
	if (kdump_plan_needs_reboot(plan))
		puts(kdump_plan_is_met_now(plan) ?
		     "\nThis boot meets the wish; the words are for the next ones." :
		     "\nA reboot is needed.");
	if (*view->note) {
		fputs("note: ", stdout);
		text_put(stdout, view->note);
		fputc('\n', stdout);
	}
	return 0;
}
