/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include "json.h"
#include "names.h"
#include "out.h"

static void add_step(struct doc *j, struct json_object *array,
		     const struct kdump_step *step)
{
	struct json_object *o = doc_object(j, array, NULL);
	enum kdump_action action = kdump_step_get_action(step);
	bool sized = action == KDUMP_ACTION_RESIZE || action == KDUMP_ACTION_TAKE;
	const char *why = kdump_step_get_why(step), *undo = kdump_step_get_undo(step);

	doc_string(j, o, "action", name_action(action));
	doc_string(j, o, "when", name_when(kdump_step_get_when(step)));
	doc_string(j, o, "pool", sized ? name_pool(kdump_step_get_pool(step)) : NULL);
	doc_known(j, o, "from", sized, kdump_step_get_from(step));
	doc_known(j, o, "to", sized, kdump_step_get_to(step));
	doc_string(j, o, "why", why && *why ? why : NULL);
	doc_string(j, o, "undo", undo && *undo ? undo : NULL);
}

static void add_refusal(struct doc *j, struct json_object *array,
			const struct kdump_refusal *refusal)
{
	struct json_object *o = doc_object(j, array, NULL);
	const char *advice = kdump_refusal_get_advice(refusal);

	doc_string(j, o, "id", kdump_refusal_get_id(refusal));
	doc_string(j, o, "text", kdump_refusal_get_text(refusal));
	doc_string(j, o, "advice", *advice ? advice : NULL);
	doc_bool(j, o, "forced", kdump_refusal_is_forced(refusal));
	doc_bool(j, o, "can_be_forced", kdump_refusal_can_be_forced(refusal));
}

static void add_change(struct doc *j, struct json_object *body,
		       const struct kdump_plan *plan)
{
	struct json_object *files = doc_array(j, body, "files");
	struct json_object *commands = doc_array(j, body, "commands");
	struct json_object *notes = doc_array(j, body, "notes");
	const char *diff = kdump_plan_get_diff(plan);

	for (size_t i = 0; i < kdump_plan_count_files(plan); i++)
		doc_string(j, files, NULL, kdump_plan_get_file(plan, i));
	for (size_t i = 0; i < kdump_plan_count_commands(plan); i++)
		doc_string(j, commands, NULL, kdump_plan_get_command(plan, i));
	for (size_t i = 0; i < kdump_plan_count_notes(plan); i++)
		doc_string(j, notes, NULL, kdump_plan_get_note(plan, i));
	doc_string(j, body, "diff", *diff ? diff : NULL);
}

static void add_plan(struct doc *j, struct json_object *body,
		     const struct kdump_plan *plan)
{
	struct json_object *steps = doc_array(j, body, "steps");
	struct json_object *refusals = doc_array(j, body, "refusals");

	for (size_t i = 0; i < kdump_plan_count_steps(plan); i++)
		add_step(j, steps, kdump_plan_get_step(plan, i));
	for (size_t i = 0; i < kdump_plan_count_refusals(plan); i++)
		add_refusal(j, refusals, kdump_plan_get_refusal(plan, i));
	doc_string(j, body, "words", kdump_plan_get_words(plan));
	doc_string(j, body, "old_words", kdump_plan_get_old_words(plan));
	add_change(j, body, plan);
	doc_bool(j, body, "reboot_required", kdump_plan_needs_reboot(plan));
	doc_bool(j, body, "met_now", kdump_plan_is_met_now(plan));
}

static void add_left(struct doc *j, struct json_object *body,
		     const struct kdump_apply *apply)
{
	struct json_object *left = doc_array(j, body, "left_to_run");

	for (size_t i = 0; apply && i < kdump_apply_count_commands(apply); i++)
		doc_string(j, left, NULL, kdump_apply_get_command(apply, i));
}

static const char *const of_plan[] = {
	"steps", "refusals", "words", "old_words", "files", "commands", "notes", "diff",
	"reboot_required", "met_now", NULL
};

int out_reserve_json(const struct reserve_view *view, const struct error *error)
{
	struct doc j;
	struct json_object *body;

	doc_start(&j);
	body = doc_object(&j, j.root, "reserve");
	doc_bool(&j, body, "dry_run", view->dry_run);
	if (view->plan)
		add_plan(&j, body, view->plan);
	else
		doc_nulls(&j, body, of_plan);
	doc_bool(&j, body, "recovered", view->recovered);
	add_left(&j, body, view->apply);
	doc_bool(&j, body, "done", view->done);
	doc_bool(&j, body, "changed", view->changed);
	doc_string(&j, body, "outcome",
		   view->attempted ? name_outcome(view->outcome) : NULL);
	doc_string(&j, body, "note", *view->note ? view->note : NULL);
	doc_error(&j, error);
	return doc_print(&j);
}
