/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include "json.h"
#include "names.h"
#include "out.h"

static void add_time(struct doc *j, struct json_object *o, int64_t time)
{
	doc_known(j, o, "time", time > 0, (uint64_t)time);
}

static void add_text(struct doc *j, struct json_object *o, const char *key, const char *text)
{
	doc_string(j, o, key, *text ? text : NULL);
}

void out_history_json_dump(struct doc *j, struct json_object *o, const struct kdump_dump *dump)
{
	uint64_t ram = 0, lowest = 0;
	bool known = kdump_dump_get_memory(dump, &ram, &lowest);

	doc_string(j, o, "path", kdump_dump_get_path(dump));
	add_time(j, o, kdump_dump_get_time(dump));
	doc_known(j, o, "bytes", out_dump_has_size(dump), kdump_dump_get_size(dump));
	doc_tristate(j, o, "complete", kdump_dump_is_complete(dump));
	add_text(j, o, "why", kdump_dump_get_why(dump));
	doc_string(j, o, "release", kdump_dump_get_release(dump));
	doc_string(j, o, "layout", name_layout(kdump_dump_get_layout(dump)));
	doc_known(j, o, "ram", known, ram);
	doc_known(j, o, "lowest", known, lowest);
}

static void add_dumps(struct doc *j, struct json_object *body,
		      const struct kdump_history *history)
{
	struct json_object *array = doc_array(j, body, "dumps");

	for (size_t i = 0; i < kdump_history_count_dumps(history); i++)
		out_history_json_dump(j, doc_object(j, array, NULL),
				      kdump_history_get_dump(history, i));
}

static void add_deaths(struct doc *j, struct json_object *body,
		       const struct kdump_history *history)
{
	struct json_object *array = doc_array(j, body, "deaths");

	for (size_t i = 0; i < kdump_history_count_deaths(history); i++) {
		const struct kdump_death *death = kdump_history_get_death(history, i);
		struct json_object *o = doc_object(j, array, NULL);
		enum kdump_wall wall;
		bool known = kdump_death_get_wall(death, &wall);

		doc_string(j, o, "path", kdump_death_get_path(death));
		add_time(j, o, kdump_death_get_time(death));
		doc_string(j, o, "release", kdump_death_get_release(death));
		add_text(j, o, "why", kdump_death_get_why(death));
		doc_string(j, o, "wall", known ? name_wall(wall) : NULL);
	}
}

static void add_notes(struct doc *j, struct json_object *body,
		      const struct kdump_history *history)
{
	struct json_object *array = doc_array(j, body, "notes");

	for (size_t i = 0; i < kdump_history_count_notes(history); i++)
		doc_string(j, array, NULL, kdump_history_get_note(history, i));
}

static const char *const of_history[] = {
	"folder", "dumps", "older", "deaths", "notes", NULL
};

int out_history_json(const struct kdump_history *history, const struct error *error)
{
	struct json_object *body;
	struct doc j;

	doc_start(&j);
	body = doc_object(&j, j.root, "history");
	if (history) {
		doc_string(&j, body, "folder", kdump_history_get_folder(history));
		if (kdump_history_is_seen(history))
			add_dumps(&j, body, history);
		else
			doc_null(&j, body, "dumps");
		doc_known(&j, body, "older", kdump_history_is_seen(history),
			  kdump_history_get_older(history));
		add_deaths(&j, body, history);
		add_notes(&j, body, history);
	} else {
		doc_nulls(&j, body, of_history);
	}
	doc_error(&j, error);
	return doc_print(&j);
}
