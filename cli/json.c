/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <errno.h>
#include <inttypes.h>
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
	doc_error_in(j, j->root, error);
}

void doc_error_in(struct doc *j, struct json_object *to, const struct error *error)
{
	struct json_object *o;

	if (!error->id[0])
		return;
	o = doc_object(j, to, "error");
	doc_string(j, o, "id", error->id);
	doc_string(j, o, "message", error->message);
	doc_string(j, o, "advice", error->advice[0] ? error->advice : NULL);
	doc_string(j, o, "errno", error->code ? strerrorname_np(error->code) : NULL);
}

/* ---- writing ---- */

static void write_string(const char *s)
{
	putchar('"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			printf("\\%c", *s);
		else if ((unsigned char)*s < 0x20 || *s == 0x7f)
			printf("\\u%04x", (unsigned)*s);
		else
			putchar(*s);
	}
	putchar('"');
}

static void write_value(struct json_object *o);

static void write_object(struct json_object *o)
{
	const char *separator = "";

	putchar('{');
	json_object_object_foreach(o, key, value) {
		fputs(separator, stdout);
		write_string(key);
		putchar(':');
		write_value(value);
		separator = ",";
	}
	putchar('}');
}

static void write_array(struct json_object *o)
{
	putchar('[');
	for (size_t i = 0; i < json_object_array_length(o); i++) {
		if (i)
			putchar(',');
		write_value(json_object_array_get_idx(o, i));
	}
	putchar(']');
}

/*
 * json-c's own writer does not report a text that was cut for want of memory;
 * this one needs none, and what standard output does not take main() sees.
 */
static void write_value(struct json_object *o)
{
	switch (json_object_get_type(o)) {
	case json_type_object:
		write_object(o);
		break;
	case json_type_array:
		write_array(o);
		break;
	case json_type_string:
		write_string(json_object_get_string(o));
		break;
	case json_type_int:
		printf("%" PRIu64, json_object_get_uint64(o));
		break;
	case json_type_boolean:
		fputs(json_object_get_boolean(o) ? "true" : "false", stdout);
		break;
	default:
		fputs("null", stdout);
		break;
	}
}

int doc_print(struct doc *j)
{
	struct error error;
	int ret = j->failed ? -ENOMEM : 0;

	if (!ret) {
		write_value(j->root);
		putchar('\n');
	} else {
		error_memory(&error);
		msg_error(&error);
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
