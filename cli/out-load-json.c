/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include "json.h"
#include "names.h"
#include "out.h"

static void add_image(struct doc *j, struct json_object *body,
		      const struct load_view *view)
{
	const struct kdump_config *config = view->config;
	const char *release = view->image ? kdump_image_get_release(view->image) : "";

	doc_string(j, body, "kernel", config ? kdump_config_get_kernel(config) : NULL);
	doc_string(j, body, "initramfs",
		   config ? kdump_config_get_initramfs(config) : NULL);
	doc_string(j, body, "cmdline", config ? kdump_config_get_cmdline(config) : NULL);
	doc_string(j, body, "release", *release ? release : NULL);
}

int out_load_json(const struct load_view *view, const struct error *error)
{
	struct doc j;
	struct json_object *body;

	doc_start(&j);
	body = doc_object(&j, j.root, view->command);
	add_image(&j, body, view);
	doc_bool(&j, body, "dry_run", view->dry_run);
	doc_bool(&j, body, "skipped", view->skipped);
	doc_bool(&j, body, "changed", view->changed);
	doc_string(&j, body, "outcome",
		   view->attempted ? name_outcome(view->outcome) : NULL);
	doc_string(&j, body, "note", *view->note ? view->note : NULL);
	doc_error(&j, error);
	return doc_print(&j);
}
