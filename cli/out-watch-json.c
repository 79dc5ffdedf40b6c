/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <time.h>

#include "json.h"
#include "names.h"
#include "out.h"

static void add_events(struct doc *j, struct json_object *body, const struct kdump_watch *watch)
{
	struct json_object *o = doc_object(j, body, "events");

	for (unsigned kind = 0; kind < KDUMP_EVENT_KINDS; kind++)
		doc_number(j, o, name_event(kind), kdump_watch_count_events(watch, kind));
}

static void add_verdict(struct doc *j, struct json_object *body,
			const struct kdump_report *report)
{
	doc_string(j, body, "verdict",
		   report ? name_verdict(kdump_report_get_verdict(report)) : NULL);
	doc_string(j, body, "summary", report ? kdump_report_get_summary(report) : NULL);
}

/* Of a document a line the reader may want the time, which text has from its log. */
int out_watch_json(const struct watch_view *view, const struct error *error)
{
	const struct kdump_watch *watch = view->watch;
	bool loaded = view->choice != KDUMP_CHOICE_KEEP && !view->failed;
	int64_t retry = kdump_watch_get_retry_time(watch);
	struct json_object *body;
	struct doc j;

	doc_start(&j);
	body = doc_object(&j, j.root, "watch");
	doc_number(&j, body, "time", (uint64_t)time(NULL));
	doc_string(&j, body, "choice", name_choice(view->choice));
	doc_string(&j, body, "reason", kdump_watch_get_reason(watch));
	doc_string(&j, body, "text", kdump_watch_get_text(watch));
	add_events(&j, body, watch);
	doc_string(&j, body, "outcome", view->attempted ? name_outcome(view->outcome) : NULL);
	doc_known(&j, body, "duration_ms", loaded, kdump_watch_get_duration(watch));
	doc_known(&j, body, "retry_at", retry, (uint64_t)retry);
	doc_number(&j, body, "loads", kdump_watch_get_reloads(watch));
	doc_number(&j, body, "failures", kdump_watch_get_failures(watch));
	add_verdict(&j, body, view->report);
	doc_string(&j, body, "note", *view->note ? view->note : NULL);
	doc_error(&j, error);
	return doc_print(&j);
}
