/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <stdio.h>

#include "cmd.h"
#include "names.h"
#include "out.h"
#include "table.h"
#include "text.h"

static void put_head(const struct estimate_view *view)
{
	const char *release = kdump_image_get_release(view->image);

	fputs("kernel      ", stdout);
	text_put(stdout, kdump_config_get_kernel(view->config));
	if (*release) {
		fputs(" (", stdout);
		text_put(stdout, release);
		fputc(')', stdout);
	}
	fputs("\ninitramfs   ", stdout);
	text_put(stdout, kdump_config_get_initramfs(view->config));
	fputs("\n\n", stdout);
}

static void add_part(struct table *table, const struct kdump_part *part)
{
	char bytes[SIZE_TEXT];
	const char *cells[] = {
		kdump_part_get_title(part), size_text(kdump_part_get_bytes(part), bytes),
		name_basis(kdump_part_get_basis(part)),
	};

	table_row(table, cells);
}

static int put_parts(const struct kdump_estimate *est)
{
	static const struct table_column columns[] = {
		{ "PART", false }, { "SIZE", true }, { "BASIS", false },
	};
	struct table table;

	table_start(&table, columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < kdump_estimate_count_parts(est); i++)
		add_part(&table, kdump_estimate_get_part(est, i));
	return table_print(&table);
}

/* How often a part counts, as "1" or "2", and "." where it does not. */
static const char *factor_text(const struct kdump_part *part, enum kdump_wall wall)
{
	static const char *const times[] = { ".", "1", "2" };
	unsigned factor = kdump_part_get_factor(part, wall);

	return factor < ARRAY_SIZE(times) ? times[factor] : "?";
}

static void add_explained_part(struct table *table, const struct kdump_part *part)
{
	char bytes[SIZE_TEXT], low[SIZE_TEXT], high[SIZE_TEXT];
	const char *cells[] = {
		kdump_part_get_title(part),
		size_text(kdump_part_get_bytes(part), bytes),
		size_text(kdump_part_get_low(part), low),
		size_text(kdump_part_get_high(part), high),
		name_basis(kdump_part_get_basis(part)),
		factor_text(part, KDUMP_WALL_LOAD),
		factor_text(part, KDUMP_WALL_TMPFS),
		factor_text(part, KDUMP_WALL_RUN),
		kdump_part_get_source(part),
	};

	table_row(table, cells);
}

static int put_explained_parts(const struct kdump_estimate *est)
{
	static const struct table_column columns[] = {
		{ "PART", false }, { "SIZE", true }, { "LEAST", true }, { "MOST", true },
		{ "BASIS", false }, { "LOAD", true }, { "TMPFS", true }, { "RUN", true },
		{ "SOURCE", false },
	};
	struct table table;

	table_start(&table, columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < kdump_estimate_count_parts(est); i++)
		add_explained_part(&table, kdump_estimate_get_part(est, i));
	return table_print(&table);
}

static int put_walls(const struct kdump_estimate *est)
{
	static const struct table_column columns[] = {
		{ "LIMIT", false }, { "NEEDS", true }, { "BINDS", false },
	};
	static const char *const titles[KDUMP_WALLS] = {
		[KDUMP_WALL_LOAD] = "load: the image in one piece",
		[KDUMP_WALL_TMPFS] = "tmpfs: the root, half of memory",
		[KDUMP_WALL_RUN] = "run: out of memory while it boots",
	};
	struct table table;

	table_start(&table, columns, ARRAY_SIZE(columns));
	for (unsigned wall = 0; wall < KDUMP_WALLS; wall++) {
		uint64_t bytes = kdump_estimate_get_wall(est, wall);
		char text[SIZE_TEXT];
		const char *cells[] = {
			titles[wall], bytes ? size_text(bytes, text) : "none",
			wall == kdump_estimate_get_binding_wall(est) ? "yes" : "",
		};

		table_row(&table, cells);
	}
	return table_print(&table);
}

static void add_need(struct table *table, const struct estimate_view *view,
		     const char *title, enum kdump_pool pool, bool with_cma)
{
	char needed[SIZE_TEXT], reserved[SIZE_TEXT];
	uint64_t size;
	bool known = kdump_report_get_size(view->report, pool, KDUMP_VIEW_RESERVED,
					   &size);
	const char *cells[] = {
		title,
		size_text(kdump_estimate_get_need(view->est, pool, with_cma), needed),
		known ? size_text(size, reserved) : "-",
	};

	table_row(table, cells);
}

static int put_needs(const struct estimate_view *view)
{
	static const struct table_column columns[] = {
		{ "POOL", false }, { "NEEDED", true }, { "RESERVED", true },
	};
	struct table table;

	table_start(&table, columns, ARRAY_SIZE(columns));
	add_need(&table, view, "main, alone", KDUMP_POOL_MAIN, false);
	add_need(&table, view, "main, beside cma", KDUMP_POOL_MAIN, true);
	add_need(&table, view, "cma", KDUMP_POOL_CMA, true);
	add_need(&table, view, "low", KDUMP_POOL_LOW, false);
	return table_print(&table);
}

static void put_enough(int enough)
{
	if (enough > 0)
		text_put_colour(stdout, COLOUR_GOOD, "What is reserved is enough.");
	else if (!enough)
		text_put_colour(stdout, COLOUR_BAD, "What is reserved is not enough.");
	else
		text_put_colour(stdout, COLOUR_WARN,
				"How much is reserved is not known.");
	fputc('\n', stdout);
}

int out_estimate_text(const struct estimate_view *view)
{
	int ret;

	put_head(view);
	ret = view->explain ? put_explained_parts(view->est) : put_parts(view->est);
	if (ret)
		return ret;
	fputc('\n', stdout);
	ret = put_walls(view->est);
	if (ret)
		return ret;
	fputc('\n', stdout);
	ret = put_needs(view);
	if (ret)
		return ret;
	fputc('\n', stdout);
	put_enough(kdump_report_is_enough(view->report));
	return 0;
}
