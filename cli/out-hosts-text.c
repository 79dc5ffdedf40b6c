/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include "cmd.h"
#include "out.h"
#include "table.h"
#include "text.h"

void out_hosts_text_start(struct table *table)
{
	static const struct table_column columns[] = {
		{ "HOST", false }, { "RAM", true }, { "KERNEL", false },
		{ "UNPACKED", true }, { "MAIN", true }, { "LOW", true },
		{ "BESIDE CMA", true }, { "CMA", true }, { "RESERVED", true },
		{ "ENOUGH", false },
	};

	table_start(table, columns, ARRAY_SIZE(columns));
}

static const char *need_text(const struct estimate_view *view, enum kdump_pool pool,
			     bool with_cma, char out[SIZE_TEXT])
{
	if (!view->est)
		return "-";
	return size_text(kdump_estimate_get_need(view->est, pool, with_cma), out);
}

static const char *reserved_text(const struct estimate_view *view, char out[SIZE_TEXT])
{
	uint64_t size;

	if (!view->report || !kdump_report_get_size(view->report, KDUMP_POOL_MAIN,
						    KDUMP_VIEW_RESERVED, &size))
		return "-";
	return size_text(size, out);
}

/* The identifier alone: the words go to standard error. */
static const char *enough_text(const struct host_view *host)
{
	static const char *const words[] = { "not known", "no", "yes" };

	if (host->error->id[0])
		return host->error->id;
	if (!host->estimate.report)
		return words[0];
	return words[kdump_report_is_enough(host->estimate.report) + 1];
}

void out_hosts_text_add(struct table *table, const struct host_view *host)
{
	const struct estimate_view *view = &host->estimate;
	char size[7][SIZE_TEXT];
	const char *cells[] = {
		host->host ? host->host : host->file,
		host->ram ? size_text(host->ram, size[0]) : "-",
		view->image ? kdump_image_get_release(view->image) : "-",
		view->image ? size_text(kdump_image_get_initramfs_unpacked(view->image), size[1])
			    : "-",
		need_text(view, KDUMP_POOL_MAIN, false, size[2]),
		need_text(view, KDUMP_POOL_LOW, false, size[3]),
		need_text(view, KDUMP_POOL_MAIN, true, size[4]),
		need_text(view, KDUMP_POOL_CMA, true, size[5]),
		reserved_text(view, size[6]),
		enough_text(host),
	};

	table_row(table, cells);
}
