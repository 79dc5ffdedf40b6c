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

static void put_place(const struct kdump_words *words)
{
	const char *why = kdump_words_get_placed_why(words);
	struct kdump_range range;

	if (kdump_words_get_placed(words) == KDUMP_PLACED_FAILS)
		printf("The kernel will not find that memory, and reserve nothing: %s.\n", why);
	else if (kdump_words_get_placed(words) == KDUMP_PLACED_UNKNOWN)
		printf("Where the kernel will put it cannot be told: %s.\n", why);
	else if (*why)
		printf("As for the place: %s.\n", why);
	for (unsigned pool = KDUMP_POOL_MAIN; pool <= KDUMP_POOL_LOW; pool++)
		if (kdump_words_get_place(words, pool, &range))
			printf("The kernel will put %s at 0x%" PRIx64 "-0x%" PRIx64 ".\n",
			       name_pool(pool), range.start, range.end);
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
