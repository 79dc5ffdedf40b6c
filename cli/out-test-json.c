/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include "json.h"
#include "names.h"
#include "out.h"

int out_test_json(const struct test_view *view, const struct error *error)
{
	const struct kdump_report *report = view->report;
	struct json_object *body;
	struct doc j;

	doc_start(&j);
	body = doc_object(&j, j.root, "test");
	doc_bool(&j, body, "dry_run", view->dry_run);
	doc_bool(&j, body, "recorded", view->recorded);
	doc_string(&j, body, "verdict",
		   report ? name_verdict(kdump_report_get_verdict(report)) : NULL);
	doc_string(&j, body, "summary", report ? kdump_report_get_summary(report) : NULL);
	doc_error(&j, error);
	return doc_print(&j);
}
