/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include "json.h"
#include "names.h"
#include "out.h"
#include "rehearse.h"

static void add_guest(struct doc *j, struct json_object *body, const struct rehearse *run)
{
	const struct kdump_rehearsal *r = run->rehearsal;
	struct json_object *o = doc_object(j, body, "guest");

	doc_known(j, o, "ram", kdump_rehearsal_get_ram(r) != 0, kdump_rehearsal_get_ram(r));
	doc_number(j, o, "cpus", kdump_rehearsal_get_cpus(r));
	doc_number(j, o, "cma", kdump_rehearsal_get_cma(r));
	doc_number(j, o, "lacked", kdump_rehearsal_get_lacked(r));
	doc_string(j, o, "qemu", run->program);
	doc_string(j, o, "accelerator", !run->program ? NULL : run->kvm ? "kvm" : "tcg");
	if (run->program)
		doc_bool(j, o, "sandbox", run->sandbox);
	else
		doc_null(j, o, "sandbox");
}

static void add_stages(struct doc *j, struct json_object *body, const struct kdump_rehearsal *r)
{
	enum kdump_stage stage = kdump_rehearsal_get_stage(r);
	struct json_object *o = doc_object(j, body, "stages");

	doc_bool(j, o, "loaded", stage >= KDUMP_STAGE_LOADED);
	doc_bool(j, o, "booted", stage >= KDUMP_STAGE_BOOTED);
	doc_bool(j, o, "unpacked", stage >= KDUMP_STAGE_UNPACKED);
	doc_bool(j, o, "init", stage >= KDUMP_STAGE_INIT);
}

static void add_memory(struct doc *j, struct json_object *body, const struct kdump_rehearsal *r)
{
	uint64_t total = 0, available = 0, lowest = 0;
	bool known = kdump_rehearsal_get_memory(r, &total, &available);
	struct json_object *o = doc_object(j, body, "memory");

	doc_known(j, o, "total", known, total);
	doc_known(j, o, "available", known, available);
	known = kdump_rehearsal_get_lowest(r, &lowest);
	doc_known(j, o, "available_lowest", known, lowest);
}

static void add_console(struct doc *j, struct json_object *body, const struct kdump_rehearsal *r)
{
	struct json_object *array = doc_array(j, body, "console");
	const char *line;

	for (size_t i = 0; (line = kdump_rehearsal_get_line(r, i)); i++)
		doc_string(j, array, NULL, line);
}

static void add_trials(struct doc *j, struct json_object *body, const struct rehearse *run)
{
	struct json_object *array = doc_array(j, body, "trials");

	for (size_t i = 0; i < run->n_trials; i++) {
		struct json_object *o = doc_object(j, array, NULL);

		doc_number(j, o, "main", run->trials[i].main);
		doc_string(j, o, "result", name_rehearsed(run->trials[i].result));
	}
}

static void add_minimum(struct doc *j, struct json_object *body, const struct rehearse *run)
{
	enum kdump_rehearsed below = KDUMP_REHEARSED_OPEN;
	uint64_t minimum = run->search ?
		kdump_rehearsal_get_minimum(run->rehearsal, &below) : 0;

	doc_known(j, body, "minimum", minimum != 0, minimum);
	doc_string(j, body, "below_minimum", minimum ? name_rehearsed(below) : NULL);
	doc_tristate(j, body, "kept", run->kept);
}

/* Of the last guest; what no guest was started for is not known. */
static void add_outcome(struct doc *j, struct json_object *body, const struct rehearse *run)
{
	const struct kdump_rehearsal *r = run->rehearsal;
	const char *why = kdump_rehearsal_get_why(r);
	enum kdump_rehearsed result = kdump_rehearsal_get_result(r);

	doc_number(j, body, "main", kdump_rehearsal_get_main(r));
	doc_string(j, body, "cmdline", kdump_rehearsal_get_cmdline(r));
	doc_string(j, body, "added_words", kdump_rehearsal_get_added_words(r));
	doc_string(j, body, "result", result ? name_rehearsed(result) : NULL);
	doc_string(j, body, "why", *why ? why : NULL);
	doc_number(j, body, "milliseconds", (uint64_t)run->milliseconds);
	add_guest(j, body, run);
	add_stages(j, body, r);
	add_memory(j, body, r);
	add_console(j, body, r);
	add_trials(j, body, run);
	add_minimum(j, body, run);
}

static const char *const of_rehearsal[] = {
	"main", "cmdline", "added_words", "result", "why", "milliseconds", "guest", "stages",
	"memory", "console", "trials", "minimum", "below_minimum", "kept",
	NULL
};

int out_rehearse_json(const struct rehearse_view *view, const struct error *error)
{
	const struct kdump_config *config = view->config;
	struct json_object *body;
	struct doc j;

	doc_start(&j);
	body = doc_object(&j, j.root, "rehearse");
	doc_string(&j, body, "kernel", config ? kdump_config_get_kernel(config) : NULL);
	doc_string(&j, body, "initramfs", config ? kdump_config_get_initramfs(config) : NULL);
	if (view->run->rehearsal)
		add_outcome(&j, body, view->run);
	else
		doc_nulls(&j, body, of_rehearsal);
	doc_error(&j, error);
	return doc_print(&j);
}
