/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include "json.h"
#include "names.h"
#include "out.h"

/* None where it did not come so far that they are known. */
static void add_segments(struct doc *j, struct json_object *body,
			 const struct load_view *view)
{
	const struct kdump_request *rq = view->config ? view->request : NULL;
	size_t n = rq ? kdump_request_count_segments(rq) : 0;
	struct json_object *list;

	doc_string(j, body, "syscall", rq && kdump_request_get_syscall(rq)
			? name_syscall(kdump_request_get_syscall(rq)) : NULL);
	list = doc_array(j, body, "segments");
	for (size_t i = 0; i < n; i++) {
		const struct kdump_segment *segment = kdump_request_get_segment(rq, i);
		struct kdump_range range = kdump_segment_get_range(segment);
		struct json_object *item = doc_object(j, list, NULL);

		doc_string(j, item, "name", kdump_segment_get_name(segment));
		doc_number(j, item, "start", range.start);
		doc_number(j, item, "end", range.end);
		doc_number(j, item, "filled", kdump_segment_get_filled(segment));
	}
}

static void add_image(struct doc *j, struct json_object *body,
		      const struct load_view *view)
{
	const struct kdump_config *config = view->config;
	const char *release = view->image ? kdump_image_get_release(view->image) : "";

	doc_string(j, body, "kernel", config ? kdump_config_get_kernel(config) : NULL);
	doc_string(j, body, "initramfs",
		   config ? kdump_config_get_initramfs(config) : NULL);
	doc_string(j, body, "cmdline", view->image ? kdump_image_get_cmdline(view->image) :
		   config ? kdump_config_get_cmdline(config) : NULL);
	doc_string(j, body, "release", *release ? release : NULL);
}

int out_load_json(const struct load_view *view, const struct error *error)
{
	struct doc j;
	struct json_object *body;

	doc_start(&j);
	body = doc_object(&j, j.root, view->command);
	add_image(&j, body, view);
	add_segments(&j, body, view);
	doc_bool(&j, body, "dry_run", view->dry_run);
	doc_bool(&j, body, "skipped", view->skipped);
	doc_bool(&j, body, "changed", view->changed);
	doc_string(&j, body, "outcome",
		   view->attempted ? name_outcome(view->outcome) : NULL);
	doc_string(&j, body, "note", *view->note ? view->note : NULL);
	doc_error(&j, error);
	return doc_print(&j);
}
