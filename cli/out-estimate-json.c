/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include "json.h"
#include "names.h"
#include "out.h"

static void add_largest(struct doc *j, struct json_object *to, const struct kdump_image *image)
{
	struct json_object *array = doc_array(j, to, "largest_files");
	const char *path;
	uint64_t bytes;

	for (size_t i = 0; (path = kdump_image_get_largest(image, i, &bytes)); i++) {
		struct json_object *o = doc_object(j, array, NULL);

		doc_string(j, o, "path", path);
		doc_number(j, o, "bytes", bytes);
	}
}

static void add_image(struct doc *j, struct json_object *body,
		      const struct kdump_image *image)
{
	const char *release;
	struct json_object *o;

	if (!image) {
		doc_null(j, body, "image");
		return;
	}
	release = kdump_image_get_release(image);
	o = doc_object(j, body, "image");
	doc_string(j, o, "release", *release ? release : NULL);
	doc_number(j, o, "kernel_size", kdump_image_get_kernel_size(image));
	doc_number(j, o, "initramfs_size", kdump_image_get_initramfs_size(image));
	doc_number(j, o, "initramfs_unpacked", kdump_image_get_initramfs_unpacked(image));
	doc_number(j, o, "initramfs_files", kdump_image_get_initramfs_files(image));
	add_largest(j, o, image);
}

static void add_needs(struct doc *j, struct json_object *body,
		      const struct kdump_estimate *est)
{
	struct json_object *needed = doc_object(j, body, "needed");
	struct json_object *walls = doc_object(j, body, "walls");
	struct json_object *margins = doc_object(j, body, "margins");

	doc_number(j, needed, "main",
		   kdump_estimate_get_need(est, KDUMP_POOL_MAIN, false));
	doc_number(j, needed, "main_with_cma",
		    kdump_estimate_get_need(est, KDUMP_POOL_MAIN, true));
	doc_number(j, needed, "low", kdump_estimate_get_need(est, KDUMP_POOL_LOW, false));
	doc_number(j, needed, "cma", kdump_estimate_get_need(est, KDUMP_POOL_CMA, true));
	for (unsigned wall = 0; wall < KDUMP_WALLS; wall++) {
		uint64_t bytes = kdump_estimate_get_wall(est, wall);

		/* A wall of 0 does not stand: no limit, not a limit of nothing. */
		doc_known(j, walls, name_wall(wall), bytes != 0, bytes);
	}
	for (unsigned wall = 0; wall < KDUMP_WALLS; wall++)
		doc_number(j, margins, name_wall(wall), kdump_estimate_get_margin(est, wall));
	doc_number(j, body, "asked_margin", kdump_estimate_get_asked_margin(est));
	doc_string(j, body, "binding_wall",
		   name_wall(kdump_estimate_get_binding_wall(est)));
}

static void add_part(struct doc *j, struct json_object *array,
		     const struct kdump_part *part)
{
	struct json_object *o = doc_object(j, array, NULL);
	const char *arithmetic = kdump_part_get_arithmetic(part);
	struct json_object *factors;

	doc_string(j, o, "id", kdump_part_get_id(part));
	doc_string(j, o, "title", kdump_part_get_title(part));
	doc_number(j, o, "bytes", kdump_part_get_bytes(part));
	doc_number(j, o, "low", kdump_part_get_low(part));
	doc_number(j, o, "high", kdump_part_get_high(part));
	doc_string(j, o, "basis", name_basis(kdump_part_get_basis(part)));
	doc_number(j, o, "deviation", kdump_part_get_sigma(part));
	doc_string(j, o, "source", kdump_part_get_source(part));
	doc_string(j, o, "arithmetic",
		   *arithmetic ? arithmetic : NULL);
	factors = doc_object(j, o, "factors");
	for (unsigned wall = 0; wall < KDUMP_WALLS; wall++)
		doc_number(j, factors, name_wall(wall),
			   kdump_part_get_factor(part, wall));
}

static void add_parts(struct doc *j, struct json_object *body,
		      const struct kdump_estimate *est)
{
	struct json_object *array = doc_array(j, body, "parts");

	for (size_t i = 0; i < kdump_estimate_count_parts(est); i++)
		add_part(j, array, kdump_estimate_get_part(est, i));
}

static void add_suggestions(struct doc *j, struct json_object *body,
			    const struct kdump_estimate *est)
{
	struct json_object *array = doc_array(j, body, "suggestions");

	for (size_t i = 0; i < kdump_estimate_count_suggestions(est); i++) {
		const struct kdump_suggestion *s = kdump_estimate_get_suggestion(est, i);
		struct json_object *o = doc_object(j, array, NULL);

		doc_string(j, o, "id", kdump_suggestion_get_id(s));
		doc_string(j, o, "text", kdump_suggestion_get_text(s));
		doc_number(j, o, "bytes", kdump_suggestion_get_bytes(s));
	}
}

static void add_reserved(struct doc *j, struct json_object *body,
			 const struct kdump_report *report)
{
	struct json_object *o = doc_object(j, body, "reserved");

	for (unsigned pool = 0; pool < KDUMP_POOLS; pool++) {
		uint64_t size = 0;
		bool known = report &&
			kdump_report_get_size(report, pool, KDUMP_VIEW_RESERVED, &size);

		doc_known(j, o, name_pool(pool), known, size);
	}
}

static void add_observed(struct doc *j, struct json_object *body,
			 const struct estimate_view *view)
{
	const struct kdump_observed *observed =
		view->est ? kdump_config_get_observed(view->config) : NULL;
	struct json_object *o;
	uint64_t needed;
	bool fits;

	if (!observed) {
		doc_null(j, body, "observed");
		return;
	}
	needed = kdump_estimate_get_observed(view->est, &fits);
	o = doc_object(j, body, "observed");
	doc_string(j, o, "path", kdump_observed_get_path(observed));
	doc_string(j, o, "release", kdump_observed_get_release(observed));
	doc_number(j, o, "time", (uint64_t)kdump_observed_get_time(observed));
	doc_number(j, o, "ram", kdump_observed_get_ram(observed));
	doc_number(j, o, "available_lowest", kdump_observed_get_lowest(observed));
	doc_number(j, o, "needed", needed);
	doc_bool(j, o, "fits", fits);
	doc_bool(j, o, "used", view->use_observed);
}

static const char *const of_estimate[] = {
	"needed", "walls", "margins", "asked_margin", "binding_wall", "parts",
	"suggestions", NULL
};

void out_estimate_json_fill(struct doc *j, struct json_object *body,
			    const struct estimate_view *view)
{
	const struct kdump_config *config = view->config;
	const char *cmdline = config ? kdump_config_get_cmdline(config) : NULL;

	if (view->image)
		cmdline = kdump_image_get_cmdline(view->image);
	doc_string(j, body, "kernel", config ? kdump_config_get_kernel(config) : NULL);
	doc_string(j, body, "initramfs",
		   config ? kdump_config_get_initramfs(config) : NULL);
	doc_string(j, body, "cmdline", cmdline);
	doc_string(j, body, "added_word",
		   view->image ? kdump_image_get_added_word(view->image) : NULL);
	add_image(j, body, view->image);
	add_reserved(j, body, view->report);
	doc_tristate(j, body, "enough",
		     view->report ? kdump_report_is_enough(view->report) : -1);
	if (view->est) {
		add_needs(j, body, view->est);
		add_parts(j, body, view->est);
		add_suggestions(j, body, view->est);
	} else {
		doc_nulls(j, body, of_estimate);
	}
	add_observed(j, body, view);
}

int out_estimate_json(const struct estimate_view *view, const struct error *error)
{
	struct doc j;

	doc_start(&j);
	out_estimate_json_fill(&j, doc_object(&j, j.root, "estimate"), view);
	doc_error(&j, error);
	return doc_print(&j);
}
