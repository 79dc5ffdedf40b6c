/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <stdio.h>
#include <time.h>

#include "cmd.h"
#include "names.h"
#include "out.h"
#include "table.h"
#include "text.h"

static void put_head(const struct estimate_view *view)
{
	const char *release = kdump_image_get_release(view->image);

	if (view->host) {
		fputs("host        ", stdout);
		text_put(stdout, view->host);
		fputc('\n', stdout);
	}
	fputs("kernel      ", stdout);
	text_put(stdout, kdump_config_get_kernel(view->config));
	if (*release) {
		fputs(" (", stdout);
		text_put(stdout, release);
		fputc(')', stdout);
	}
	fputs("\ninitramfs   ", stdout);
	text_put(stdout, kdump_config_get_initramfs(view->config));
	if (kdump_image_get_added_word(view->image))
		printf("\nadded word  %s", kdump_image_get_added_word(view->image));
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

/* The walls at which a part counts: "load run dump". */
static void put_walls_of(const struct kdump_part *part)
{
	for (unsigned wall = 0; wall < KDUMP_WALLS; wall++)
		if (kdump_part_get_factor(part, wall))
			printf(" %s", name_wall(wall));
	fputc('\n', stdout);
}

static void explain_part(const struct kdump_part *part)
{
	const char *arithmetic = kdump_part_get_arithmetic(part);
	char bytes[SIZE_TEXT], low[SIZE_TEXT], high[SIZE_TEXT], sigma[SIZE_TEXT];

	printf("%-41s %10s  %-8s ", kdump_part_get_title(part),
	       size_text(kdump_part_get_bytes(part), bytes),
	       name_basis(kdump_part_get_basis(part)));
	put_walls_of(part);
	printf("    %s", kdump_part_get_source(part));
	if (*arithmetic)
		printf(": %s", arithmetic);
	fputc('\n', stdout);
	if (kdump_part_get_low(part) != kdump_part_get_high(part)) {
		printf("    from %s to %s", size_text(kdump_part_get_low(part), low),
		       size_text(kdump_part_get_high(part), high));
		if (kdump_part_get_sigma(part))
			printf(", standard deviation %s",
			       size_text(kdump_part_get_sigma(part), sigma));
		fputc('\n', stdout);
	}
}

static int put_explained_parts(const struct kdump_estimate *est)
{
	printf("%-41s %10s  %-8s  %s\n", "PART", "SIZE", "BASIS", "COUNTS AT");
	for (size_t i = 0; i < kdump_estimate_count_parts(est); i++)
		explain_part(kdump_estimate_get_part(est, i));
	return 0;
}

static int put_walls(const struct kdump_estimate *est)
{
	static const struct table_column columns[] = {
		{ "LIMIT", false }, { "NEEDS", true }, { "MARGIN", true }, { "BINDS", false },
	};
	static const char *const titles[KDUMP_WALLS] = {
		[KDUMP_WALL_LOAD] = "load: the image in one piece",
		[KDUMP_WALL_TMPFS] = "tmpfs: the root may fill only a part of memory",
		[KDUMP_WALL_RUN] = "run: memory while it boots and unpacks",
		[KDUMP_WALL_DUMP] = "dump: memory while the dump is written",
	};
	struct table table;

	table_start(&table, columns, ARRAY_SIZE(columns));
	for (unsigned wall = 0; wall < KDUMP_WALLS; wall++) {
		uint64_t bytes = kdump_estimate_get_wall(est, wall);
		char text[SIZE_TEXT], margin[SIZE_TEXT];
		const char *cells[] = {
			titles[wall], bytes ? size_text(bytes, text) : "none",
			bytes ? size_text(kdump_estimate_get_margin(est, wall), margin) : "",
			wall == kdump_estimate_get_binding_wall(est) ? "yes" : "",
		};

		table_row(&table, cells);
	}
	return table_print(&table);
}

static void add_need(struct table *table, const struct estimate_view *view, const char *title,
		     enum kdump_pool pool)
{
	char needed[SIZE_TEXT], reserved[SIZE_TEXT];
	uint64_t size;
	bool known = view->report &&
		kdump_report_get_size(view->report, pool, KDUMP_VIEW_RESERVED, &size);
	const char *cells[] = {
		title, size_text(kdump_estimate_get_need(view->est, pool, false), needed),
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
	add_need(&table, view, "main", KDUMP_POOL_MAIN);
	add_need(&table, view, "low", KDUMP_POOL_LOW);
	if (view->report)
		add_need(&table, view, "cma", KDUMP_POOL_CMA);
	return table_print(&table);
}

static void add_plan(struct table *table, const struct kdump_estimate *est, bool with_cma)
{
	uint64_t main = kdump_estimate_get_need(est, KDUMP_POOL_MAIN, with_cma);
	uint64_t low = kdump_estimate_get_need(est, KDUMP_POOL_LOW, with_cma);
	uint64_t cma = kdump_estimate_get_need(est, KDUMP_POOL_CMA, with_cma);
	char texts[4][SIZE_TEXT];
	const char *cells[] = {
		with_cma ? "leaning on CMA" : "main alone",
		size_text(main, texts[0]), low ? size_text(low, texts[1]) : "-",
		cma ? size_text(cma, texts[2]) : "-", size_text(main + low, texts[3]),
	};

	table_row(table, cells);
}

/* CMA serves the running system until the crash: only main and low are lost to it. */
static int put_plans(const struct kdump_estimate *est)
{
	static const struct table_column columns[] = {
		{ "PLAN", false }, { "MAIN", true }, { "LOW", true }, { "CMA", true },
		{ "LOST TO THE SYSTEM", true },
	};
	struct table table;

	table_start(&table, columns, ARRAY_SIZE(columns));
	add_plan(&table, est, false);
	add_plan(&table, est, true);
	return table_print(&table);
}

static void put_observed_head(const struct kdump_observed *observed)
{
	time_t when = (time_t)kdump_observed_get_time(observed);
	char text[40] = "", ram[SIZE_TEXT], lowest[SIZE_TEXT];
	struct tm tm;

	if (localtime_r(&when, &tm))
		strftime(text, sizeof(text), " on %F %T", &tm);
	printf("The crash kernel ");
	text_put(stdout, kdump_observed_get_release(observed));
	printf(" had %s of %s left at least%s:\n",
	       size_text(kdump_observed_get_lowest(observed), lowest),
	       size_text(kdump_observed_get_ram(observed), ram), text);
	text_put(stdout, kdump_observed_get_path(observed));
	fputc('\n', stdout);
}

/* The record says nothing of the other limits, so it is set against one. */
static void put_observed(const struct estimate_view *view)
{
	const struct kdump_observed *observed = kdump_config_get_observed(view->config);
	char text[SIZE_TEXT], own[SIZE_TEXT];
	uint64_t bytes;
	bool fits;

	if (!observed)
		return;
	put_observed_head(observed);
	bytes = kdump_estimate_get_observed(view->est, &fits);
	printf("Once it had started, that is %s; ", size_text(bytes, text));
	if (view->use_observed)
		printf("this is what counts here at the limit dump.\n\n");
	else
		printf("the limit dump is %s.\n%s\n\n",
		       size_text(kdump_estimate_get_wall(view->est, KDUMP_WALL_DUMP) +
				 kdump_estimate_get_margin(view->est, KDUMP_WALL_DUMP), own),
		       fits ? "--use-observed takes it in place of that."
			    : "It was another kernel, or an older initramfs.");
}

static int put_suggestions(const struct kdump_estimate *est)
{
	static const struct table_column columns[] = { { "SAVES", true }, { "BY", false } };
	struct table table;

	table_start(&table, columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < kdump_estimate_count_suggestions(est); i++) {
		const struct kdump_suggestion *s = kdump_estimate_get_suggestion(est, i);
		char bytes[SIZE_TEXT];
		const char *cells[] = {
			size_text(kdump_suggestion_get_bytes(s), bytes),
			kdump_suggestion_get_text(s),
		};

		table_row(&table, cells);
	}
	return table_print(&table);
}

static void put_largest(const struct kdump_image *image)
{
	char text[SIZE_TEXT];
	const char *path;
	uint64_t bytes;

	puts("Largest files of the initramfs:");
	for (size_t i = 0; (path = kdump_image_get_largest(image, i, &bytes)); i++) {
		printf("%12s  ", size_text(bytes, text));
		text_put(stdout, path);
		fputc('\n', stdout);
	}
}

static int put_savings(const struct estimate_view *view)
{
	int ret = 0;

	if (kdump_estimate_count_suggestions(view->est)) {
		ret = put_suggestions(view->est);
		fputc('\n', stdout);
	}
	if (view->explain && kdump_image_count_largest(view->image)) {
		put_largest(view->image);
		fputc('\n', stdout);
	}
	return ret;
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

static void put_foot(const struct estimate_view *view)
{
	uint64_t margin = kdump_estimate_get_asked_margin(view->est);
	char text[SIZE_TEXT];

	if (margin)
		printf("main has %s more than the estimate: --margin.\n",
		       size_text(margin, text));
	if (view->report)
		put_enough(kdump_report_is_enough(view->report));
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
	if (view->cma) {
		fputc('\n', stdout);
		ret = put_plans(view->est);
		if (ret)
			return ret;
	}
	fputc('\n', stdout);
	put_observed(view);
	ret = put_savings(view);
	put_foot(view);
	return ret;
}
