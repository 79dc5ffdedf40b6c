/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What a plan would do to the boot configuration, to be shown beforehand. */
#include "plan.h"

#include <stdarg.h>
#include <stdio.h>

void kd_plan_note(struct kdump_plan *plan, const char *fmt, ...)
{
	char *note = plan->notes[plan->n_notes];
	va_list args;

	va_start(args, fmt);
	vsnprintf(note, sizeof(plan->notes[0]), fmt, args);
	va_end(args);
	if (plan->n_notes < KD_NOTES_MAX - 1)
		plan->n_notes++;
}

/* A file gets its text from us, or from a tool that made it beside. */
static bool changes_file(const struct kd_op *op)
{
	return op->kind != KD_OP_RUN;
}

static bool runs_tool(const struct kd_op *op)
{
	return op->kind == KD_OP_RUN;
}

/* The i-th operation that is such a one, NULL beyond the last. */
static const struct kd_op *find_op(const struct kdump_plan *plan,
				   bool (*matches)(const struct kd_op *op), size_t i)
{
	for (size_t at = 0; at < plan->change.n_ops; at++)
		if (matches(&plan->change.ops[at]) && !i--)
			return &plan->change.ops[at];
	return NULL;
}

static size_t count_ops(const struct kdump_plan *plan, bool (*matches)(const struct kd_op *op))
{
	size_t n = 0;

	while (find_op(plan, matches, n))
		n++;
	return n;
}

KD_API const char *kdump_plan_get_old_words(const struct kdump_plan *plan)
{
	return plan->change.old_words;
}

KD_API const char *kdump_plan_get_diff(const struct kdump_plan *plan)
{
	return plan->change.diff ? plan->change.diff : "";
}

KD_API size_t kdump_plan_count_files(const struct kdump_plan *plan)
{
	return count_ops(plan, changes_file);
}

KD_API const char *kdump_plan_get_file(const struct kdump_plan *plan, size_t i)
{
	const struct kd_op *op = find_op(plan, changes_file, i);

	return op ? op->path : NULL;
}

/* The module's comes last, as its step does. */
KD_API size_t kdump_plan_count_commands(const struct kdump_plan *plan)
{
	return count_ops(plan, runs_tool) + (plan->module_argv[0] != NULL);
}

KD_API const char *kdump_plan_get_command(const struct kdump_plan *plan, size_t i)
{
	const struct kd_op *op = find_op(plan, runs_tool, i);

	if (!op && i < kdump_plan_count_commands(plan))
		return plan->module_command;
	return op ? op->command : NULL;
}

KD_API size_t kdump_plan_count_notes(const struct kdump_plan *plan)
{
	return plan->n_notes;
}

KD_API const char *kdump_plan_get_note(const struct kdump_plan *plan, size_t i)
{
	return i < plan->n_notes ? plan->notes[i] : NULL;
}
