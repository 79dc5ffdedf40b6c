/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include "json.h"
#include "names.h"
#include "out.h"

static void add_words(struct doc *j, struct json_object *body,
		      const struct kdump_words *words)
{
	struct json_object *array = doc_array(j, body, "words");
	struct json_object *asked = doc_object(j, body, "asked");

	for (size_t i = 0; i < kdump_words_count(words); i++) {
		const char *note = kdump_words_get_note(words, i);
		struct json_object *o = doc_object(j, array, NULL);

		doc_string(j, o, "word", kdump_words_get_text(words, i));
		doc_string(j, o, "fate", name_fate(kdump_words_get_fate(words, i)));
		doc_number(j, o, "bytes", kdump_words_get_bytes(words, i));
		doc_string(j, o, "note", *note ? note : NULL);
	}
	for (unsigned pool = 0; pool < KDUMP_POOLS; pool++)
		doc_number(j, asked, name_pool(pool), kdump_words_get_size(words, pool));
}

static void add_range(struct doc *j, struct json_object *to, const struct kdump_words *words,
		      enum kdump_pool pool)
{
	struct kdump_range range;
	struct json_object *o;

	if (!kdump_words_get_place(words, pool, &range)) {
		doc_null(j, to, name_pool(pool));
		return;
	}
	o = doc_object(j, to, name_pool(pool));
	doc_number(j, o, "start", range.start);
	doc_number(j, o, "end", range.end);
}

static void add_place(struct doc *j, struct json_object *body, const struct kdump_words *words)
{
	struct json_object *o = doc_object(j, body, "place");
	const char *why = kdump_words_get_placed_why(words);

	doc_string(j, o, "result", name_placed(kdump_words_get_placed(words)));
	doc_string(j, o, "why", *why ? why : NULL);
	add_range(j, o, words, KDUMP_POOL_MAIN);
	add_range(j, o, words, KDUMP_POOL_LOW);
}

static const char *const of_words[] = { "words", "asked", "place", NULL };

int out_explain_json(const struct kdump_words *words, const struct error *error)
{
	struct doc j;
	struct json_object *body;

	doc_start(&j);
	body = doc_object(&j, j.root, "explain");
	if (words) {
		add_words(&j, body, words);
		add_place(&j, body, words);
	} else {
		doc_nulls(&j, body, of_words);
	}
	doc_error(&j, error);
	return doc_print(&j);
}
