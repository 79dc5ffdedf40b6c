/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * In the text format of Prometheus, for node_exporter's textfile collector.  Its parser
 * (prometheus/common, expfmt) knows no type but counter, gauge, histogram, summary and
 * untyped, names a counter's family with its _total, and the collector drops a file with
 * timestamps: what OpenMetrics has besides, "info" or "# EOF", is not written.  What is
 * not known is left out, never 0.
 */
#include <inttypes.h>
#include <stdio.h>

#include "names.h"
#include "out.h"

static void describe(const char *name, const char *type, const char *help)
{
	printf("# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put(const char *name, const char *type, const char *help, bool known,
		uint64_t value)
{
	if (!known)
		return;
	describe(name, type, help);
	printf("%s %" PRIu64 "\n", name, value);
}

static void put_pools(const struct kdump_report *report, enum kdump_view view, const char *name,
		      const char *help)
{
	bool described = false;
	uint64_t bytes = 0;

	for (unsigned pool = 0; pool < KDUMP_POOLS; pool++) {
		if (!kdump_report_get_size(report, pool, view, &bytes))
			continue;
		if (!described)
			describe(name, "gauge", help);
		described = true;
		printf("%s{pool=\"%s\"} %" PRIu64 "\n", name, name_pool(pool), bytes);
	}
}

static void put_image(const struct kdump_report *report)
{
	enum kdump_freshness freshness = kdump_report_get_freshness(report);
	int loaded = kdump_report_is_loaded(report);
	bool stale = freshness == KDUMP_FRESHNESS_STALE;

	put("crashctl_verdict_code", "gauge",
	    "Exit code of crashctl status: 0 captured, 2 degraded, 3 not loaded, 4 not reserved, "
	    "5 impossible, 6 unknown.",
	    true, (uint64_t)verdict_exit_code(kdump_report_get_verdict(report)));
	put("crashctl_loaded", "gauge", "Whether a crash image is loaded.", loaded >= 0,
	    loaded > 0);
	put("crashctl_stale", "gauge", "Whether files or the machine changed since it was loaded.",
	    stale || freshness == KDUMP_FRESHNESS_FRESH, stale);
}

static void put_last_reload(const struct kdump_report *report)
{
	static const char name[] = "crashctl_watch_last_reload_duration_seconds";
	int64_t time = kdump_report_get_reload_time(report);
	uint64_t ms = kdump_report_get_reload_duration(report);

	put("crashctl_watch_last_reload_timestamp_seconds", "gauge",
	    "When the watcher's last reload was carried out, since 1970.", time > 0,
	    (uint64_t)time);
	if (time <= 0)
		return;
	describe(name, "gauge", "How long that took.");
	printf("%s %" PRIu64 ".%03u\n", name, ms / 1000, (unsigned)(ms % 1000));
}

static void put_watch(const struct kdump_report *report)
{
	int running = kdump_report_is_watched(report);
	bool told = running >= 0 || kdump_report_get_watch_time(report) > 0;

	put("crashctl_watch_running", "gauge", "Whether crashctl watch keeps the image current.",
	    running >= 0, running > 0);
	put("crashctl_watch_reloads_total", "counter",
	    "Reloads that the watcher has carried out in this boot.", told,
	    kdump_report_get_reloads(report));
	put("crashctl_watch_reload_failures_total", "counter",
	    "Reloads of the watcher that failed in this boot.", told,
	    kdump_report_get_reload_failures(report));
	put_last_reload(report);
}

int out_status_metrics(const struct status_view *view)
{
	const struct kdump_report *report = view->report;

	if (!report)
		return 0;
	describe("crashctl_build_info", "gauge", "Version of crashctl.");
	printf("crashctl_build_info{version=\"%d.%d.%d\"} 1\n", KDUMP_VERSION_MAJOR,
	       KDUMP_VERSION_MINOR, KDUMP_VERSION_PATCH);
	put_image(report);
	put_pools(report, KDUMP_VIEW_RESERVED, "crashctl_reserved_bytes",
		  "Memory that the kernel has set aside for a crash kernel.");
	put_pools(report, KDUMP_VIEW_NEEDED, "crashctl_needed_bytes",
		  "Memory that the crash kernel needs by the estimate.");
	put_watch(report);
	return 0;
}
