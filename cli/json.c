/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "text.h"

#define REPLACEMENT "\xef\xbf\xbd"	/* U+FFFD */

/* Takes @value, NULL meaning that it could not be made. */
static struct json_object *put(struct doc *j, struct json_object *to, const char *key,
			       struct json_object *value)
{
	int ret = -1;

	if (to && value)
		ret = key ? json_object_object_add(to, key, value)
			  : json_object_array_add(to, value);
	if (!ret)
		return value;
	j->failed = true;
	json_object_put(value);
	return NULL;
}

void doc_start(struct doc *j)
{
	char version[32];

	snprintf(version, sizeof(version), "%d.%d.%d", KDUMP_VERSION_MAJOR,
		 KDUMP_VERSION_MINOR, KDUMP_VERSION_PATCH);
	*j = (struct doc) { .root = json_object_new_object() };
	doc_number(j, j->root, "schema", JSON_SCHEMA);
	doc_string(j, j->root, "version", version);
}

/* Every byte that is no UTF-8 becomes U+FFFD: three bytes for one at most. */
static char *clean_utf8(const char *s)
{
	char *clean = malloc(strlen(s) * strlen(REPLACEMENT) + 1);
	char *end = clean;

	while (clean && *s) {
		size_t len = utf8_length(s);

		end = mempcpy(end, len ? s : REPLACEMENT,
			      len ? len : strlen(REPLACEMENT));
		s += len ? len : 1;
	}
	if (clean)
		*end = '\0';
	return clean;
}

void doc_string(struct doc *j, struct json_object *to, const char *key, const char *value)
{
	char *clean;

	if (!value) {
		doc_null(j, to, key);
		return;
	}
	clean = clean_utf8(value);
	put(j, to, key, clean ? json_object_new_string(clean) : NULL);
	free(clean);
}

void doc_number(struct doc *j, struct json_object *to, const char *key, uint64_t value)
{
	put(j, to, key, json_object_new_uint64(value));
}

void doc_bool(struct doc *j, struct json_object *to, const char *key, bool value)
{
	put(j, to, key, json_object_new_boolean(value));
}

/* In json-c NULL is null, which is why put() cannot take it. */
void doc_null(struct doc *j, struct json_object *to, const char *key)
{
	if (!to || json_object_object_add(to, key, NULL))
		j->failed = true;
}

void doc_nulls(struct doc *j, struct json_object *to, const char *const *keys)
{
	for (; *keys; keys++)
		doc_null(j, to, *keys);
}

void doc_tristate(struct doc *j, struct json_object *to, const char *key, int value)
{
	if (value < 0)
		doc_null(j, to, key);
	else
		doc_bool(j, to, key, value > 0);
}

void doc_known(struct doc *j, struct json_object *to, const char *key, bool known,
		uint64_t value)
{
	if (known)
		doc_number(j, to, key, value);
	else
		doc_null(j, to, key);
}

struct json_object *doc_object(struct doc *j, struct json_object *to, const char *key)
{
	return put(j, to, key, json_object_new_object());
}

struct json_object *doc_array(struct doc *j, struct json_object *to, const char *key)
{
	return put(j, to, key, json_object_new_array());
}

void doc_error(struct doc *j, const struct error *error)
{
	struct json_object *o;

	if (!error->id[0])
		return;
	o = doc_object(j, j->root, "error");
	doc_string(j, o, "id", error->id);
	doc_string(j, o, "message", error->message);
	doc_string(j, o, "advice", error->advice[0] ? error->advice : NULL);
	doc_string(j, o, "errno", error->code ? strerrorname_np(error->code) : NULL);
}

/*
 * json-c does not report a text that was cut for want of memory; only a whole
 * one reads back as what was written.
 */
static bool is_whole(struct json_object *root, const char *text)
{
	struct json_object *back = json_tokener_parse(text);
	bool same = back && json_object_equal(root, back);

	json_object_put(back);
	return same;
}

int doc_print(struct doc *j)
{
	const char *text = NULL;
	int ret = 0;

	if (!j->failed)
		text = json_object_to_json_string_ext(j->root, JSON_C_TO_STRING_PLAIN |
						      JSON_C_TO_STRING_NOSLASHESCAPE);
	if (text && is_whole(j->root, text)) {
		puts(text);
	} else {
		struct error error;

		error_memory(&error);
		msg_error(&error);
		ret = -ENOMEM;
	}
	json_object_put(j->root);
	j->root = NULL;
	return ret;
}

int doc_print_error(const struct error *error)
{
	struct doc j;

	doc_start(&j);
	doc_error(&j, error);
	return doc_print(&j);
}
