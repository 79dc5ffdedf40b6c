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

/* The i-th operation of that kind, NULL beyond the last. */
static const struct kd_op *find_op(const struct kdump_plan *plan, enum kd_op_kind kind, size_t i)
{
	for (size_t at = 0; at < plan->change.n_ops; at++)
		if (plan->change.ops[at].kind == kind && !i--)
			return &plan->change.ops[at];
	return NULL;
}

static size_t count_ops(const struct kdump_plan *plan, enum kd_op_kind kind)
{
	size_t n = 0;

	while (find_op(plan, kind, n))
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
	return count_ops(plan, KD_OP_WRITE);
}

KD_API const char *kdump_plan_get_file(const struct kdump_plan *plan, size_t i)
{
	const struct kd_op *op = find_op(plan, KD_OP_WRITE, i);

	return op ? op->path : NULL;
}

KD_API size_t kdump_plan_count_commands(const struct kdump_plan *plan)
{
	return count_ops(plan, KD_OP_RUN);
}

KD_API const char *kdump_plan_get_command(const struct kdump_plan *plan, size_t i)
{
	const struct kd_op *op = find_op(plan, KD_OP_RUN, i);

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
