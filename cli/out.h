/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The renderers, one a report and format.  Each takes what was found out, reads
 * nothing and computes nothing, and returns 0 or -ENOMEM; that standard output
 * could not be written is seen by main().  The JSON ones write a whole document:
 * whatever is NULL was not learnt and becomes null, and @error, which may be
 * empty, stands beside it.
 */
#ifndef CRASHCTL_OUT_H
#define CRASHCTL_OUT_H

#include "msg.h"
#include "text.h"

struct status_view {
	const struct kdump_snapshot *snap;
	const struct kdump_config *config;
	const struct kdump_boot *boot;
	const struct kdump_report *report;
	int ours;			/* is the image crashctl's to keep?  -1 not known */
};
int out_status_text(const struct status_view *view);
int out_status_json(const struct status_view *view, const struct error *error);
/* For Prometheus; nothing where there is no report. */
int out_status_metrics(const struct status_view *view);

struct estimate_view {
	const struct kdump_config *config;
	const struct kdump_image *image;	/* NULL if it was not read to its end */
	const struct kdump_estimate *est;
	const struct kdump_report *report;	/* NULL: another machine */
	const char *host;		/* named in the text where it is another machine */
	bool explain, cma, use_observed;
};
int out_estimate_text(const struct estimate_view *view);
int out_estimate_json(const struct estimate_view *view, const struct error *error);

/* One of many machines; to be added while its objects are there. */
struct host_view {
	const char *file;
	const char *host;		/* NULL if not known */
	uint64_t ram;			/* 0 if not known */
	struct estimate_view estimate;
	const struct error *error;
};
struct table;
void out_hosts_text_start(struct table *table);
void out_hosts_text_add(struct table *table, const struct host_view *host);
struct doc;
struct json_object;
struct json_object *out_hosts_json_start(struct doc *j);
void out_hosts_json_add(struct doc *j, struct json_object *hosts,
			const struct host_view *host);
/* The fields of one machine's estimate. */
void out_estimate_json_fill(struct doc *j, struct json_object *body,
			    const struct estimate_view *view);

struct reserve_view {
	const char *note;			/* what was left undone, "" if nothing */
	const struct kdump_plan *plan;
	const struct kdump_apply *apply;	/* NULL where nothing was begun */
	bool recovered;				/* an interrupted change was put back first */
	bool recover;				/* and nothing else was asked for */
	bool unconfigured;			/* nothing is to be reserved by crashctl.conf */
	bool dry_run;
	bool refused;
	bool attempted;				/* live steps were begun */
	bool done;				/* all of them were carried out */
	bool changed;
	enum kdump_outcome outcome;		/* where @attempted */
};
/* Is there such a step? */
bool plan_has(const struct kdump_plan *plan, enum kdump_action action);
void out_reserve_recovered(const struct reserve_view *view);
void out_reserve_unconfigured(const struct reserve_view *view);
int out_reserve_text(const struct reserve_view *view);
int out_reserve_json(const struct reserve_view *view, const struct error *error);

/* load, reload and unload */
struct load_view {
	const char *command;
	const char *note;			/* what was left undone, "" if nothing */
	const struct kdump_config *config;	/* NULL for unload */
	const struct kdump_image *image;	/* NULL if it was not read to its end */
	const struct kdump_request *request;	/* NULL where it did not come so far */
	bool dry_run;
	bool skipped;				/* reload --if-stale, and it is fresh */
	bool attempted;
	bool changed;
	enum kdump_outcome outcome;		/* where @attempted */
};
int out_load_text(const struct load_view *view);
int out_load_json(const struct load_view *view, const struct error *error);

/* One look of a watcher, and what it did about it. */
struct watch_view {
	const struct kdump_watch *watch;
	const struct kdump_report *report;	/* afterwards; NULL: it could not be made */
	enum kdump_choice choice;
	bool failed;				/* or put off, where there is no error */
	bool attempted;
	enum kdump_outcome outcome;		/* where @attempted */
	const char *note;			/* what a load left undone, "" if nothing */
};
int out_watch_text(const struct watch_view *view, bool verbose);
int out_watch_json(const struct watch_view *view, const struct error *error);

struct test_view {
	const struct kdump_report *report;	/* NULL where it did not come so far */
	const struct kdump_history *history;
	bool dry_run;
	bool recorded;				/* what came of an earlier one */
};
int out_test_text(const struct test_view *view);
int out_test_json(const struct test_view *view, const struct error *error);

int out_history_text(const struct kdump_history *history);
int out_history_json(const struct kdump_history *history, const struct error *error);
/* One that cannot be read has 0 bytes as far as is known. */
bool out_dump_has_size(const struct kdump_dump *dump);
/* "-" where it has none. */
const char *out_dump_size(const struct kdump_dump *dump, char text[SIZE_TEXT]);
/* The fields of one dump. */
void out_history_json_dump(struct doc *j, struct json_object *o, const struct kdump_dump *dump);

struct rehearse;
struct rehearse_view {
	const struct kdump_config *config;
	const struct kdump_image *image;	/* NULL if it was not read to its end */
	const struct rehearse *run;		/* as far as it came */
};
/* What it died of, behind "with so much of main". */
const char *out_rehearsed_text(enum kdump_rehearsed result);
int out_rehearse_text(const struct rehearse_view *view);
int out_rehearse_json(const struct rehearse_view *view, const struct error *error);

int out_explain_text(const struct kdump_words *words);
int out_explain_json(const struct kdump_words *words, const struct error *error);

#endif
