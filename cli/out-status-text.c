/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * For somebody woken at night: the verdict in the first line, what to do in the
 * last ones, numbers between.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "names.h"
#include "out.h"
#include "table.h"
#include "text.h"

static void put_verdict(const struct kdump_report *report)
{
	enum colour colour;

	switch (kdump_report_get_verdict(report)) {
	case KDUMP_VERDICT_CAPTURED:
		colour = COLOUR_GOOD;
		break;
	case KDUMP_VERDICT_DEGRADED:
	case KDUMP_VERDICT_UNKNOWN:
		colour = COLOUR_WARN;
		break;
	default:
		colour = COLOUR_BAD;
		break;
	}
	text_put_colour(stdout, colour, kdump_report_get_summary(report));
	fputs("\n\n", stdout);
}

/* "0x67000000-0x76ffffff" for each, NULL without memory; to be freed. */
static char *ranges_text(const struct kdump_report *report, enum kdump_pool pool)
{
	const struct kdump_range *ranges = NULL;
	size_t n = kdump_report_get_ranges(report, pool, &ranges), size;
	char *text = NULL;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	if (n && !ranges)
		fputs("hidden", out);
	for (size_t i = 0; i < n && ranges; i++)
		fprintf(out, "%s0x%" PRIx64 "-0x%" PRIx64, i ? " " : "", ranges[i].start,
			ranges[i].end);
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

static void add_pool(struct table *table, const struct kdump_report *report,
		     enum kdump_pool pool)
{
	char sizes[KDUMP_VIEWS][SIZE_TEXT];
	const char *cells[KDUMP_VIEWS + 2];
	char *ranges = ranges_text(report, pool);

	cells[0] = name_pool(pool);
	for (unsigned view = 0; view < KDUMP_VIEWS; view++) {
		uint64_t size;
		bool known = kdump_report_get_size(report, pool, view, &size);

		cells[view + 1] = known ? size_text(size, sizes[view]) : "-";
	}
	cells[KDUMP_VIEWS + 1] = ranges ? ranges : "";
	table->failed |= !ranges;
	table_row(table, cells);
	free(ranges);
}

static int put_pools(const struct kdump_report *report)
{
	static const struct table_column columns[] = {
		{ "POOL", false }, { "CONFIGURED", true }, { "BOOTED", true },
		{ "RESERVED", true }, { "NEEDED", true }, { "ADDRESSES", false },
	};
	struct table table;

	table_start(&table, columns, ARRAY_SIZE(columns));
	for (unsigned pool = 0; pool < KDUMP_POOLS; pool++)
		add_pool(&table, report, pool);
	return table_print(&table);
}

static void put_origin(const struct kdump_report *report)
{
	enum kdump_origin origin = kdump_report_get_origin(report);

	if (origin == KDUMP_ORIGIN_GROWN)
		puts("\nMain was made larger while the system runs.");
	else if (origin == KDUMP_ORIGIN_SHRUNK)
		puts("\nPart of main was given back while the system runs.");
}

static bool entry_sizes(const struct kdump_report *report, size_t i,
			uint64_t sizes[KDUMP_POOLS])
{
	for (unsigned pool = 0; pool < KDUMP_POOLS; pool++)
		if (!kdump_report_get_entry_size(report, i, pool, &sizes[pool]))
			return false;
	return true;
}

/* Do two entries of this system ask for different things? */
static bool entries_differ(const struct status_view *view)
{
	uint64_t first[KDUMP_POOLS], sizes[KDUMP_POOLS];
	bool has_first = false;

	for (size_t i = 0; i < kdump_boot_count_entries(view->boot); i++) {
		if (!kdump_entry_is_ours(kdump_boot_get_entry(view->boot, i)) ||
		    !entry_sizes(view->report, i, sizes))
			continue;
		if (has_first && memcmp(first, sizes, sizeof(first)))
			return true;
		memcpy(first, sizes, sizeof(first));
		has_first = true;
	}
	return false;
}

static void add_entry(struct table *table, const struct status_view *view, size_t i)
{
	const struct kdump_entry *entry = kdump_boot_get_entry(view->boot, i);
	const char *title = kdump_entry_get_title(entry);
	char sizes[KDUMP_POOLS][SIZE_TEXT];
	const char *cells[KDUMP_POOLS + 2];

	if (!kdump_entry_is_ours(entry))
		return;
	cells[0] = title ? title : kdump_entry_get_id(entry);
	for (unsigned pool = 0; pool < KDUMP_POOLS; pool++) {
		uint64_t size;
		bool known = kdump_report_get_entry_size(view->report, i, pool, &size);

		cells[pool + 1] = known ? size_text(size, sizes[pool]) : "-";
	}
	cells[KDUMP_POOLS + 1] = kdump_entry_is_default(entry) ? "next" : "";
	table_row(table, cells);
}

/* The column CONFIGURED says it all where the entries agree. */
static int put_entries(const struct status_view *view)
{
	static const struct table_column columns[] = {
		{ "BOOT ENTRY", false }, { "MAIN", true }, { "LOW", true },
		{ "CMA", true }, { "", false },
	};
	struct table table;

	if (!view->boot || !entries_differ(view))
		return 0;
	fputc('\n', stdout);
	table_start(&table, columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < kdump_boot_count_entries(view->boot); i++)
		add_entry(&table, view, i);
	return table_print(&table);
}

static void put_line(const char *title, const char *text, const char *note)
{
	if (!text)
		return;
	printf("%-12s", title);
	text_put(stdout, text);
	if (note) {
		fputs(" (", stdout);
		text_put(stdout, note);
		fputc(')', stdout);
	}
	fputc('\n', stdout);
}

static void put_time(const char *before, int64_t time)
{
	char text[TIME_TEXT];

	if (time > 0)
		printf("%s %s", before, time_text(time, text));
}

static void put_loaded(const struct kdump_report *report)
{
	if (kdump_report_is_loaded(report) != 1)
		return;
	printf("\nLoaded:     %s%s", name_freshness(kdump_report_get_freshness(report)),
	       kdump_report_is_frozen(report) ? ", frozen" : "");
	put_time(", since", kdump_report_get_loaded_time(report));
	if (kdump_report_get_loaded_syscall(report) == KDUMP_SYSCALL_SEGMENTS)
		fputs(", by kexec_load", stdout);
	fputc('\n', stdout);
	put_line("  kernel", kdump_report_get_loaded_kernel(report), NULL);
	put_line("  initramfs", kdump_report_get_loaded_initramfs(report), NULL);
	put_line("  words", kdump_report_get_loaded_cmdline(report), NULL);
}

static void put_reloads(const struct kdump_report *report)
{
	uint64_t n = kdump_report_get_reloads(report);
	uint64_t failed = kdump_report_get_reload_failures(report);
	const char *reason = kdump_report_get_reload_reason(report);

	printf(", %" PRIu64 " reload%s", n, n == 1 ? "" : "s");
	if (n) {
		put_time(n == 1 ? " at" : ", the last at", kdump_report_get_reload_time(report));
		fputs(" because of ", stdout);
		text_put(stdout, reason ? reason : "something unknown");
		printf(" in %" PRIu64 " ms", kdump_report_get_reload_duration(report));
	}
	if (failed)
		printf(", %" PRIu64 " failed", failed);
}

/*
 * That nobody watches is worth a line only where there is an image of ours to keep
 * current: then somebody has to think of it.
 */
static void put_watch(const struct kdump_report *report)
{
	int running = kdump_report_is_watched(report);

	if (running == 1) {
		printf("%sWatched:    running", kdump_report_is_loaded(report) == 1 ? "" : "\n");
		put_time(" since", kdump_report_get_watch_time(report));
		put_reloads(report);
		fputc('\n', stdout);
	} else if (!running && kdump_report_get_loaded_kernel(report)) {
		puts("Watched:    not running; after an update or new memory: "
		     "crashctl reload --if-stale");
	}
}

static const struct kdump_dump *last_dump(const struct kdump_config *config)
{
	const struct kdump_history *history = kdump_config_get_history(config);

	return history ? kdump_history_get_last_dump(history) : NULL;
}

static void put_last_dump(const struct kdump_dump *dump)
{
	char size[SIZE_TEXT];
	int complete;

	if (!dump)
		return;
	complete = kdump_dump_is_complete(dump);
	fputs("\nLast dump:  ", stdout);
	text_put(stdout, kdump_dump_get_path(dump));
	printf(", %s, %s", out_dump_size(dump, size),
	       complete == 1 ? "complete" : complete ? "complete or not is not known"
						     : "not complete");
	put_time(", of", kdump_dump_get_time(dump));
	fputc('\n', stdout);
}

/* By a panic on purpose, with just what is loaded now: nothing else proves it. */
static void put_tested(const struct kdump_report *report, bool behind)
{
	const struct kdump_proof *proof = kdump_report_get_proof(report);
	enum kdump_tested tested = kdump_report_get_tested(report);
	uint64_t ram, lowest;
	char left[SIZE_TEXT];

	if (tested == KDUMP_TESTED_UNKNOWN)
		return;
	printf("%sTested:     ", behind ? "" : "\n");
	if (tested == KDUMP_TESTED_NEVER) {
		puts("never, with just this kernel, initramfs, command line and memory");
		return;
	}
	fputs(tested == KDUMP_TESTED_CAPTURED ? "captured" : "not captured", stdout);
	put_time("", kdump_proof_get_time(proof));
	if (kdump_proof_get_memory(proof, &ram, &lowest))
		printf(", with %s of memory left", size_text(lowest, left));
	fputc('\n', stdout);
}

static bool same(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

/* What is configured is worth lines only where it is not what is loaded. */
static void put_configured(const struct kdump_config *config,
			   const struct kdump_report *report)
{
	const char *kernel = kdump_config_get_kernel(config);
	const char *initramfs = kdump_config_get_initramfs(config);

	if ((!kernel && !initramfs) ||
	    (same(kernel, kdump_report_get_loaded_kernel(report)) &&
	     same(initramfs, kdump_report_get_loaded_initramfs(report))))
		return;
	fputs("\nWould load:\n", stdout);
	put_line("  kernel", kernel, kdump_config_get_kernel_source(config));
	put_line("  initramfs", initramfs, kdump_config_get_initramfs_source(config));
	if (kdump_config_get_syscall_source(config))
		put_line("  syscall", name_syscall(kdump_config_get_syscall(config)),
			 kdump_config_get_syscall_source(config));
}

static void put_finding(const struct kdump_finding *finding)
{
	static const enum colour colours[] = {
		[KDUMP_SEVERITY_NOTE] = COLOUR_NONE,
		[KDUMP_SEVERITY_WARNING] = COLOUR_WARN,
		[KDUMP_SEVERITY_ERROR] = COLOUR_BAD,
	};
	unsigned severity = kdump_finding_get_severity(finding);

	text_put_colour(stdout,
			severity < ARRAY_SIZE(colours) ? colours[severity] : COLOUR_NONE,
			name_severity(severity));
	fputs(": ", stdout);
	text_put(stdout, kdump_finding_get_text(finding));
	printf(" [%s]\n", kdump_finding_get_id(finding));
	text_put_advice(stdout, kdump_finding_get_advice(finding));
}

int out_status_text(const struct status_view *view)
{
	const struct kdump_report *report = view->report;
	int ret;

	put_verdict(report);
	ret = put_pools(report);
	if (!ret)
		ret = put_entries(view);
	if (ret)
		return ret;
	put_origin(report);
	put_loaded(report);
	put_watch(report);
	put_last_dump(last_dump(view->config));
	put_tested(report, last_dump(view->config));
	put_configured(view->config, report);
	if (kdump_report_count_findings(report))
		fputc('\n', stdout);
	for (size_t i = 0; i < kdump_report_count_findings(report); i++)
		put_finding(kdump_report_get_finding(report, i));
	return 0;
}
