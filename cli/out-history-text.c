/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <inttypes.h>
#include <stdio.h>

#include "cmd.h"
#include "names.h"
#include "out.h"
#include "table.h"
#include "text.h"

static const char *complete_text(int complete)
{
	return complete < 0 ? "unknown" : complete ? "yes" : "no";
}

static void add_dump(struct table *table, const struct kdump_dump *dump)
{
	const char *release = kdump_dump_get_release(dump);
	char time[TIME_TEXT], size[SIZE_TEXT], left[SIZE_TEXT];
	uint64_t ram, lowest;
	bool known = kdump_dump_get_memory(dump, &ram, &lowest);
	const char *cells[] = {
		time_text(kdump_dump_get_time(dump), time),
		out_dump_size(dump, size),
		complete_text(kdump_dump_is_complete(dump)),
		known ? size_text(lowest, left) : "-", release ? release : "-",
		name_layout(kdump_dump_get_layout(dump)), kdump_dump_get_path(dump),
	};

	table_row(table, cells);
}

bool out_dump_has_size(const struct kdump_dump *dump)
{
	return kdump_dump_get_size(dump) || kdump_dump_is_complete(dump) >= 0;
}

const char *out_dump_size(const struct kdump_dump *dump, char text[SIZE_TEXT])
{
	return out_dump_has_size(dump) ? size_text(kdump_dump_get_size(dump), text) : "-";
}

static int put_dumps(const struct kdump_history *history)
{
	static const struct table_column columns[] = {
		{ "TIME", false }, { "SIZE", true }, { "COMPLETE", false },
		{ "MEMORY LEFT", true }, { "KERNEL", false }, { "LAYOUT", false },
		{ "PATH", false },
	};
	size_t n = kdump_history_count_dumps(history);
	const char *folder = kdump_history_get_folder(history);
	struct table table;

	if (!n) {
		fputs(kdump_history_is_seen(history) || !folder ? "No dump"
								: "It cannot be seen whether a "
								  "dump is", stdout);
		if (folder) {
			fputs(" in ", stdout);
			text_put(stdout, folder);
		}
		puts(".");
		return 0;
	}
	table_start(&table, columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < n; i++)
		add_dump(&table, kdump_history_get_dump(history, i));
	return table_print(&table);
}

static void put_sentence(const char *path, const char *text)
{
	text_put(stdout, path);
	fputs(": ", stdout);
	text_put(stdout, text);
	fputc('\n', stdout);
}

static void put_reasons(const struct kdump_history *history)
{
	size_t n = kdump_history_count_dumps(history);
	bool first = true;

	for (size_t i = 0; i < n; i++) {
		const struct kdump_dump *dump = kdump_history_get_dump(history, i);

		if (kdump_dump_is_complete(dump) == 1)
			continue;
		if (first)
			fputc('\n', stdout);
		first = false;
		put_sentence(kdump_dump_get_path(dump), kdump_dump_get_why(dump));
	}
}

static void put_deaths(const struct kdump_history *history)
{
	size_t n = kdump_history_count_deaths(history);
	char time[TIME_TEXT];

	if (n)
		puts("\nCrash kernels that died:");
	for (size_t i = 0; i < n; i++) {
		const struct kdump_death *death = kdump_history_get_death(history, i);
		const char *why = kdump_death_get_why(death);

		printf("%s ", time_text(kdump_death_get_time(death), time));
		put_sentence(kdump_death_get_path(death), *why ? why : "of what is not told");
	}
}

int out_history_text(const struct kdump_history *history)
{
	uint64_t older = kdump_history_get_older(history);
	size_t notes = kdump_history_count_notes(history);
	int ret = put_dumps(history);

	if (ret)
		return ret;
	put_reasons(history);
	put_deaths(history);
	if (older || notes)
		fputc('\n', stdout);
	if (older)
		printf("note: %" PRIu64 " older dumps are not shown\n", older);
	for (size_t i = 0; i < notes; i++)
		put_sentence("note", kdump_history_get_note(history, i));
	return 0;
}
