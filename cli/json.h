/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * One JSON document, built in memory and written once.  The adders cannot fail
 * one by one: whatever went wrong is remembered, and doc_print() then writes
 * nothing.  (json-c alone turns a failed allocation into a null, passes bytes
 * that are no UTF-8 through, and cuts what it writes when memory runs out.)
 * Knows nothing of crash kernels.
 */
#ifndef CRASHCTL_JSON_H
#define CRASHCTL_JSON_H

#include <json-c/json.h>

#include "msg.h"

#define JSON_SCHEMA 1

struct doc {
	struct json_object *root;
	bool failed;
};

/* {"schema":1,"version":"0.2.0"}; to be ended with doc_print(). */
void doc_start(struct doc *j);

/* A NULL string is null; @to may be NULL after a failure. */
void doc_string(struct doc *j, struct json_object *to, const char *key,
		const char *value);
void doc_number(struct doc *j, struct json_object *to, const char *key, uint64_t value);
void doc_bool(struct doc *j, struct json_object *to, const char *key, bool value);
void doc_null(struct doc *j, struct json_object *to, const char *key);
/* Each of @keys, a NULL at their end: what was not learnt. */
void doc_nulls(struct doc *j, struct json_object *to, const char *const *keys);
/* 1, 0, or -1 for null. */
void doc_tristate(struct doc *j, struct json_object *to, const char *key, int value);
/* A number where @known, else null. */
void doc_known(struct doc *j, struct json_object *to, const char *key, bool known,
		uint64_t value);

/* A new object or array under @key of @to; with @key NULL, at the end of array @to. */
struct json_object *doc_object(struct doc *j, struct json_object *to, const char *key);
struct json_object *doc_array(struct doc *j, struct json_object *to, const char *key);

/* "error", beside what was learnt; nothing where there is no error. */
void doc_error(struct doc *j, const struct error *error);
/* The same in an object of the document. */
void doc_error_in(struct doc *j, struct json_object *to, const struct error *error);

/* Writes the document and a line end, or says that there was no memory; frees it. */
int doc_print(struct doc *j);

/* A document with nothing but the error. */
int doc_print_error(const struct error *error);

#endif
