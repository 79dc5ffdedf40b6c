/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include "hosts.h"
#include "json.h"
#include "table.h"

struct hosts {
	const struct globals *g;
	struct doc doc;
	struct json_object *array;
	struct table table;
	size_t failed;
	int code;
};

/* Not to be estimated is worse than nothing reserved, that is worse than too little. */
static int worse(int a, int b)
{
	static const int order[] = { EXIT_FAILED, EXIT_NOT_RESERVED, EXIT_DEGRADED };

	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return EXIT_DONE;
}

static void start(struct hosts *hosts)
{
	if (hosts->g->json)
		hosts->array = out_hosts_json_start(&hosts->doc);
	else
		out_hosts_text_start(&hosts->table);
}

static void add(struct hosts *hosts, const struct host_view *view)
{
	if (hosts->g->json)
		out_hosts_json_add(&hosts->doc, hosts->array, view);
	else
		out_hosts_text_add(&hosts->table, view);
}

static void look_at(struct hosts *hosts, const char *file, host_look_fn *look,
		    const void *opt)
{
	struct host_view view = { .file = file };
	struct error error = { .code = 0 };
	struct session s;
	int code = look(&s, opt, file, &view.estimate, &error);

	view.host = s.snap ? kdump_snapshot_get_host(s.snap) : NULL;
	view.ram = s.snap ? kdump_snapshot_get_ram(s.snap) : 0;
	view.error = &error;
	if (error.id[0]) {
		hosts->failed++;
		msg_error(&error);
	}
	hosts->code = worse(hosts->code, code);
	add(hosts, &view);
	session_close(&s);
}

static int finish(struct hosts *hosts, size_t n)
{
	struct error error = { .code = 0 };

	if (hosts->failed)
		error_set(&error, 0, "hosts-failed", "", "%zu of %zu machines could not be "
			  "estimated", hosts->failed, n);
	if (!hosts->g->json && hosts->g->quiet) {
		table_drop(&hosts->table);
		return 0;
	}
	if (!hosts->g->json)
		return table_print(&hosts->table);
	doc_error(&hosts->doc, &error);
	return doc_print(&hosts->doc);
}

int hosts_run(const struct globals *g, const char *const *files, size_t n,
	      host_look_fn *look, const void *opt)
{
	struct hosts hosts = { .g = g };

	start(&hosts);
	for (size_t i = 0; i < n; i++)
		look_at(&hosts, files[i], look, opt);
	return finish(&hosts, n) ? EXIT_FAILED : hosts.code;
}
