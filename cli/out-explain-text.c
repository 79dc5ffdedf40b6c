/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <inttypes.h>
#include <stdio.h>

#include "cmd.h"
#include "names.h"
#include "out.h"
#include "table.h"
#include "text.h"

static int put_words(const struct kdump_words *words)
{
	static const struct table_column columns[] = {
		{ "WORD", false },
		{ "FATE", false },
		{ "ASKS FOR", true },
		{ "WHY", false },
	};
	struct table table;

	table_start(&table, columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < kdump_words_count(words); i++) {
		char bytes[SIZE_TEXT];
		const char *cells[] = {
			kdump_words_get_text(words, i),
			name_fate(kdump_words_get_fate(words, i)),
			size_text(kdump_words_get_bytes(words, i), bytes),
			kdump_words_get_note(words, i),
		};

		table_row(&table, cells);
	}
	return table_print(&table);
}

static void put_range(const struct kdump_words *words, enum kdump_pool pool, const char *before)
{
	struct kdump_range range;

	if (kdump_words_get_place(words, pool, &range))
		printf("%s%s at 0x%" PRIx64 "-0x%" PRIx64, before, name_pool(pool), range.start,
		       range.end);
}

static void put_place(const struct kdump_words *words)
{
	const char *why = kdump_words_get_placed_why(words);

	switch (kdump_words_get_placed(words)) {
	case KDUMP_PLACED_ABOUT:
	case KDUMP_PLACED_FIXED:
		put_range(words, KDUMP_POOL_MAIN, "The kernel will put ");
		put_range(words, KDUMP_POOL_LOW, " and ");
		printf("%s%s%s.\n",
		       kdump_words_get_placed(words) == KDUMP_PLACED_ABOUT
			       ? ", or a little lower" : "", *why ? "; " : "", why);
		break;
	case KDUMP_PLACED_FAILS:
		printf("The kernel will reserve nothing: %s.\n", why);
		break;
	case KDUMP_PLACED_UNKNOWN:
		printf("Where it will lie cannot be told: %s.\n", why);
		break;
	case KDUMP_PLACED_NOTHING:
		break;
	}
}

int out_explain_text(const struct kdump_words *words)
{
	char text[SIZE_TEXT];
	int ret;

	if (!kdump_words_count(words)) {
		puts("No crashkernel= word: nothing is asked for.");
		return 0;
	}
	ret = put_words(words);
	if (ret)
		return ret;
	fputs("\nTogether they ask for", stdout);
	for (unsigned pool = 0; pool < KDUMP_POOLS; pool++)
		printf("%s %s %s", pool ? "," : "", name_pool(pool),
		       size_text(kdump_words_get_size(words, pool), text));
	puts(".");
	put_place(words);
	return 0;
}
