/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include "json.h"
#include "names.h"
#include "out.h"

static void add_image(struct doc *j, struct json_object *body,
		      const struct kdump_report *report)
{
	struct json_object *o;
	int64_t time = kdump_report_get_loaded_time(report);

	if (!kdump_report_get_loaded_kernel(report)) {
		doc_null(j, body, "image");
		return;
	}
	o = doc_object(j, body, "image");
	doc_string(j, o, "kernel", kdump_report_get_loaded_kernel(report));
	doc_string(j, o, "initramfs", kdump_report_get_loaded_initramfs(report));
	doc_string(j, o, "cmdline", kdump_report_get_loaded_cmdline(report));
	doc_known(j, o, "loaded_at", time > 0, (uint64_t)time);
	doc_string(j, o, "syscall", name_syscall(kdump_report_get_loaded_syscall(report)));
	doc_string(j, o, "version", kdump_report_get_loaded_version(report));
}

static void add_configured(struct doc *j, struct json_object *body,
			   const struct kdump_config *config)
{
	struct json_object *o;

	if (!config) {
		doc_null(j, body, "configured");
		return;
	}
	o = doc_object(j, body, "configured");
	doc_string(j, o, "kernel", kdump_config_get_kernel(config));
	doc_string(j, o, "kernel_source", kdump_config_get_kernel_source(config));
	doc_string(j, o, "initramfs", kdump_config_get_initramfs(config));
	doc_string(j, o, "initramfs_source", kdump_config_get_initramfs_source(config));
	doc_string(j, o, "cmdline", kdump_config_get_cmdline(config));
	doc_string(j, o, "cmdline_source", kdump_config_get_cmdline_source(config));
	doc_string(j, o, "syscall", name_syscall(kdump_config_get_syscall(config)));
	doc_string(j, o, "syscall_source", kdump_config_get_syscall_source(config));
	doc_bool(j, o, "keep_last_good", kdump_config_keeps_last_good(config));
	doc_string(j, o, "keep_last_good_source", kdump_config_get_keep_source(config));
	doc_string(j, o, "reserve", kdump_config_get_reserve(config));
	doc_string(j, o, "reserve_source", kdump_config_get_reserve_source(config));
	doc_bool(j, o, "load_module", kdump_config_loads_module(config));
	doc_string(j, o, "load_module_source", kdump_config_get_module_source(config));
	doc_string(j, o, "owner", kdump_config_get_owner(config));
}

static void add_ranges(struct doc *j, struct json_object *pool,
		       const struct kdump_report *report, enum kdump_pool which)
{
	const struct kdump_range *ranges = NULL;
	size_t n = kdump_report_get_ranges(report, which, &ranges);
	struct json_object *array;
	uint64_t size = 0;

	/* Hidden ones, and those of a size that is not known or has no addresses. */
	if (!ranges && (n || !kdump_report_get_size(report, which, KDUMP_VIEW_RESERVED, &size) ||
			size)) {
		doc_null(j, pool, "ranges");
		return;
	}
	array = doc_array(j, pool, "ranges");
	for (size_t i = 0; i < n; i++) {
		struct json_object *range = doc_object(j, array, NULL);

		doc_number(j, range, "start", ranges[i].start);
		doc_number(j, range, "end", ranges[i].end);
	}
}

static void add_pools(struct doc *j, struct json_object *body,
		      const struct kdump_report *report)
{
	struct json_object *pools = doc_object(j, body, "pools");

	for (unsigned pool = 0; pool < KDUMP_POOLS; pool++) {
		struct json_object *o = doc_object(j, pools, name_pool(pool));

		for (unsigned view = 0; view < KDUMP_VIEWS; view++) {
			uint64_t size = 0;
			bool known = kdump_report_get_size(report, pool, view, &size);

			doc_known(j, o, name_view(view), known, size);
		}
		if (pool == KDUMP_POOL_MAIN)
			doc_string(j, o, "origin",
				   name_origin(kdump_report_get_origin(report)));
		add_ranges(j, o, report, pool);
	}
}

static void add_findings(struct doc *j, struct json_object *body,
			 const struct kdump_report *report)
{
	struct json_object *array = doc_array(j, body, "findings");

	for (size_t i = 0; i < kdump_report_count_findings(report); i++) {
		const struct kdump_finding *finding = kdump_report_get_finding(report, i);
		const char *advice = kdump_finding_get_advice(finding);
		struct json_object *o = doc_object(j, array, NULL);

		doc_string(j, o, "id", kdump_finding_get_id(finding));
		doc_string(j, o, "severity",
			   name_severity(kdump_finding_get_severity(finding)));
		doc_string(j, o, "text", kdump_finding_get_text(finding));
		doc_string(j, o, "advice", *advice ? advice : NULL);
	}
}

/* Without a record it is known of a machine alone that is looked at live. */
static void add_watch(struct doc *j, struct json_object *body,
		      const struct kdump_report *report)
{
	struct json_object *o = doc_object(j, body, "watch");
	int64_t since = kdump_report_get_watch_time(report);
	int64_t last = kdump_report_get_reload_time(report);
	int64_t retry = kdump_report_get_retry_time(report);
	int running = kdump_report_is_watched(report);
	bool told = running >= 0 || since > 0;

	doc_tristate(j, o, "running", running);
	doc_known(j, o, "since", since > 0, (uint64_t)since);
	doc_known(j, o, "reloads", told, kdump_report_get_reloads(report));
	doc_known(j, o, "failures", told, kdump_report_get_reload_failures(report));
	doc_known(j, o, "last_at", last > 0, (uint64_t)last);
	doc_string(j, o, "last_reason", kdump_report_get_reload_reason(report));
	doc_known(j, o, "last_ms", last > 0, kdump_report_get_reload_duration(report));
	doc_string(j, o, "failed_id", kdump_report_get_reload_error_id(report));
	doc_known(j, o, "retry_at", retry > 0, (uint64_t)retry);
	doc_tristate(j, o, "limited", since > 0 ? kdump_report_is_watch_limited(report) : -1);
}

static void add_dump(struct doc *j, struct json_object *body, const struct kdump_report *report)
{
	struct json_object *o = doc_object(j, body, "dump");
	uint64_t least = 0, most = 0, room = 0;
	bool known = kdump_report_get_dump_size(report, &least, &most);

	doc_known(j, o, "least", known, least);
	doc_known(j, o, "most", known, most);
	known = kdump_report_get_dump_room(report, &room);
	doc_known(j, o, "room", known, room);
}

static void add_tested(struct doc *j, struct json_object *body,
		       const struct kdump_report *report)
{
	const struct kdump_proof *proof = kdump_report_get_proof(report);
	struct json_object *o = doc_object(j, body, "tested");
	int64_t time = proof ? kdump_proof_get_time(proof) : 0;
	const char *why = proof ? kdump_proof_get_why(proof) : "";
	uint64_t ram = 0, lowest = 0;
	bool known = proof && kdump_proof_get_memory(proof, &ram, &lowest);

	doc_string(j, o, "result", name_tested(kdump_report_get_tested(report)));
	doc_known(j, o, "time", time > 0, (uint64_t)time);
	doc_string(j, o, "dump", proof ? kdump_proof_get_dump(proof) : NULL);
	doc_string(j, o, "why", *why ? why : NULL);
	doc_known(j, o, "ram", known, ram);
	doc_known(j, o, "lowest", known, lowest);
}

static void add_last_dump(struct doc *j, struct json_object *body,
			  const struct kdump_config *config)
{
	const struct kdump_history *history = config ? kdump_config_get_history(config) : NULL;
	const struct kdump_dump *dump = history ? kdump_history_get_last_dump(history) : NULL;

	if (dump)
		out_history_json_dump(j, doc_object(j, body, "last_dump"), dump);
	else
		doc_null(j, body, "last_dump");
}

static void add_report(struct doc *j, struct json_object *body,
		       const struct kdump_report *report)
{
	enum kdump_verdict verdict = kdump_report_get_verdict(report);

	doc_string(j, body, "verdict", name_verdict(verdict));
	doc_number(j, body, "verdict_code", (unsigned)verdict_exit_code(verdict));
	doc_string(j, body, "summary", kdump_report_get_summary(report));
	doc_tristate(j, body, "loaded", kdump_report_is_loaded(report));
	doc_bool(j, body, "frozen", kdump_report_is_frozen(report));
	doc_string(j, body, "freshness",
		   name_freshness(kdump_report_get_freshness(report)));
	add_image(j, body, report);
	add_watch(j, body, report);
	add_pools(j, body, report);
	add_dump(j, body, report);
	add_tested(j, body, report);
	add_findings(j, body, report);
}

static void add_entry(struct doc *j, struct json_object *array,
		      const struct kdump_report *report, const struct kdump_entry *entry,
		      size_t i)
{
	struct json_object *o = doc_object(j, array, NULL);

	doc_string(j, o, "id", kdump_entry_get_id(entry));
	doc_string(j, o, "title", kdump_entry_get_title(entry));
	doc_string(j, o, "release", kdump_entry_get_release(entry));
	doc_string(j, o, "kernel", kdump_entry_get_kernel(entry));
	doc_string(j, o, "cmdline", kdump_entry_get_cmdline(entry));
	doc_bool(j, o, "ours", kdump_entry_is_ours(entry));
	doc_bool(j, o, "default", kdump_entry_is_default(entry));
	doc_string(j, o, "problem", kdump_entry_get_problem(entry));
	for (unsigned pool = 0; pool < KDUMP_POOLS; pool++) {
		uint64_t size = 0;
		bool known = kdump_report_get_entry_size(report, i, pool, &size);

		doc_known(j, o, name_pool(pool), known, size);
	}
}

static void add_problem(struct doc *j, struct json_object *boot,
			const struct kdump_boot *b)
{
	struct json_object *o;

	if (!kdump_boot_get_problem_id(b)) {
		doc_null(j, boot, "problem");
		return;
	}
	o = doc_object(j, boot, "problem");
	doc_string(j, o, "id", kdump_boot_get_problem_id(b));
	doc_string(j, o, "text", kdump_boot_get_problem(b));
	doc_string(j, o, "advice", kdump_boot_get_problem_advice(b));
}

static void add_boot(struct doc *j, struct json_object *body,
		     const struct status_view *view)
{
	struct json_object *o, *entries;

	if (!view->boot || !view->report) {
		doc_null(j, body, "boot");
		return;
	}
	o = doc_object(j, body, "boot");
	doc_string(j, o, "loader", kdump_boot_get_loader(view->boot));
	add_problem(j, o, view->boot);
	doc_tristate(j, o, "reboot_pending",
		     kdump_report_is_reboot_pending(view->report));
	entries = doc_array(j, o, "entries");
	for (size_t i = 0; i < kdump_boot_count_entries(view->boot); i++)
		add_entry(j, entries, view->report, kdump_boot_get_entry(view->boot, i), i);
}

static const char *const of_report[] = {
	"verdict", "verdict_code", "summary", "loaded", "frozen", "freshness", "image",
	"watch", "pools", "dump", "tested", "findings", NULL
};

int out_status_json(const struct status_view *view, const struct error *error)
{
	struct doc j;
	struct json_object *body;

	doc_start(&j);
	body = doc_object(&j, j.root, "status");
	doc_string(&j, body, "release",
		    view->snap ? kdump_snapshot_get_release(view->snap) : NULL);
	doc_string(&j, body, "arch",
		   view->snap ? kdump_snapshot_get_arch(view->snap) : NULL);
	doc_string(&j, body, "growth",
		   view->snap ? name_growth(kdump_snapshot_get_growth(view->snap)) : NULL);
	doc_tristate(&j, body, "ours", view->ours);
	add_configured(&j, body, view->config);
	add_boot(&j, body, view);
	add_last_dump(&j, body, view->config);
	if (view->report)
		add_report(&j, body, view->report);
	else
		doc_nulls(&j, body, of_report);
	doc_error(&j, error);
	return doc_print(&j);
}
