/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The watcher in the report: who keeps the image current, and how that went. */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "../facts/watch.h"
#include "report.h"

/* What a watcher of this boot has told; NULL where there was none. */
static const struct kd_watch_record *told(const struct kdump_report *r)
{
	return r->config->watch->has_record ? &r->config->watch->record : NULL;
}

KD_API int kdump_report_is_watched(const struct kdump_report *r)
{
	return r->config->watch->running;
}

KD_API int64_t kdump_report_get_watch_time(const struct kdump_report *r)
{
	return told(r) && r->config->watch->running ? told(r)->since : 0;
}

KD_API bool kdump_report_is_watch_limited(const struct kdump_report *r)
{
	return told(r) && r->config->watch->running && told(r)->limited;
}

/* Another tool may have loaded since, and then nobody cares any more. */
KD_API bool kdump_report_is_unloaded_on_purpose(const struct kdump_report *r)
{
	return r->config->watch->unloaded && r->loaded == 0;
}

KD_API uint64_t kdump_report_get_reloads(const struct kdump_report *r)
{
	return told(r) ? told(r)->reloads : 0;
}

KD_API uint64_t kdump_report_get_reload_failures(const struct kdump_report *r)
{
	return told(r) ? told(r)->failures : 0;
}

KD_API int64_t kdump_report_get_reload_time(const struct kdump_report *r)
{
	return told(r) ? told(r)->last_time : 0;
}

KD_API const char *kdump_report_get_reload_reason(const struct kdump_report *r)
{
	return told(r) && *told(r)->last_reason ? told(r)->last_reason : NULL;
}

KD_API uint64_t kdump_report_get_reload_duration(const struct kdump_report *r)
{
	return told(r) ? told(r)->last_ms : 0;
}

/*
 * Who loaded or unloaded by hand since has seen to it.  A reload that fails loads the
 * image before it again: in that second or earlier, never later.
 */
static bool is_failing(const struct kdump_report *r)
{
	const struct kd_record *record = kd_report_record(r);
	const struct kd_watch_record *watch = told(r);

	if (!watch || watch->failed_time <= 0)
		return false;
	if (kdump_report_is_unloaded_on_purpose(r) &&
	    r->config->watch->unloaded_time > watch->failed_time)
		return false;
	return !record || record->time <= watch->failed_time;
}

KD_API const char *kdump_report_get_reload_error_id(const struct kdump_report *r)
{
	return is_failing(r) ? told(r)->failed_id : NULL;
}

KD_API int64_t kdump_report_get_retry_time(const struct kdump_report *r)
{
	bool will = is_failing(r) && r->config->watch->running;

	return will ? (int64_t)kd_min(told(r)->retry_time, INT64_MAX) : 0;
}

/* In UTC, and said so: the library does not know the user's zone. */
#define TIME_TEXT 80
static const char *time_text(int64_t time, char out[TIME_TEXT])
{
	time_t when = (time_t)time;
	struct tm tm;

	if (!gmtime_r(&when, &tm))
		snprintf(out, TIME_TEXT, "second %" PRId64, time);
	else
		snprintf(out, TIME_TEXT, "%d-%02d-%02d %02d:%02d:%02d UTC", tm.tm_year + 1900,
			 tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
	return out;
}

static void find_failure(struct kdump_report *r)
{
	char failed[TIME_TEXT], again[TIME_TEXT + 32];
	const struct kd_watch_record *watch = told(r);
	int64_t retry = kdump_report_get_retry_time(r);
	char when[TIME_TEXT];

	if (!is_failing(r))
		return;
	if (!r->config->watch->running)
		snprintf(again, sizeof(again), "and nobody watches any more");
	else if (retry > 0)
		snprintf(again, sizeof(again), "and is tried again at %s", time_text(retry, when));
	else
		snprintf(again, sizeof(again), "and is tried again when something changes");
	kd_find(r, KDUMP_SEVERITY_WARNING, "watch-failed",
		"crashctl reload tries it at once", "the watcher's last reload failed at %s "
		"%s: %s", time_text(watch->failed_time, failed), again, watch->failed_text);
}

void kd_report_find_watch(struct kdump_report *r)
{
	char when[TIME_TEXT];

	find_failure(r);
	if (kdump_report_is_watch_limited(r))
		kd_find(r, KDUMP_SEVERITY_NOTE, "watch-limited", "",
			"some files cannot be followed as they change: the watcher looks at "
			"them once a minute");
	if (kdump_report_is_unloaded_on_purpose(r))
		kd_find(r, KDUMP_SEVERITY_NOTE, "unloaded-on-purpose",
			"crashctl load, when it is wanted again",
			"the image was unloaded by crashctl unload at %s",
			time_text(r->config->watch->unloaded_time, when));
}
