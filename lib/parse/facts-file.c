/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Facts files: see facts-file.h. */
#include "facts-file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <json-c/json.h>

#define SCHEMA 1

static const char *const questions[KD_QUESTIONS] = {
	[KD_ASK_TEXT] = "text",
	[KD_ASK_LINK] = "link",
	[KD_ASK_STAT] = "stat",
	[KD_ASK_NAMES] = "names",
};

/*
 * Writing.  json-c would need a tree of it all first, and writes a text that is
 * cut where memory runs out (printbuf.c).
 */

struct out {
	char *s;
	size_t len, room;
	int error;
};

static void put_bytes(struct out *o, const char *s, size_t len)
{
	size_t room = 2 * (o->len + len) + 4096;
	char *grown;

	if (o->error)
		return;
	if (len > KD_FACTS_FILE_MAX - o->len) {
		o->error = -EFBIG;
		return;
	}
	if (len >= o->room - o->len) {
		grown = realloc(o->s, room);
		if (!grown) {
			o->error = -ENOMEM;
			return;
		}
		o->s = grown;
		o->room = room;
	}
	memcpy(o->s + o->len, s, len);
	o->len += len;
	o->s[o->len] = '\0';
}

static void put(struct out *o, const char *s)
{
	put_bytes(o, s, strlen(s));
}

static void put_escaped(struct out *o, unsigned char c)
{
	char text[8];

	if (c == '\n' || c == '\t' || c == '"' || c == '\\')
		snprintf(text, sizeof(text), "\\%c", c == '\n' ? 'n' : c == '\t' ? 't' : c);
	else
		snprintf(text, sizeof(text), "\\u%04x", c);
	put(o, text);
}

static bool is_plain(char c)
{
	return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

static void put_string(struct out *o, const char *s, size_t len)
{
	size_t n;

	put(o, "\"");
	for (size_t i = 0; i < len; i += n) {
		for (n = 0; i + n < len && is_plain(s[i + n]); n++)
			;
		put_bytes(o, s + i, n);
		if (!n) {
			put_escaped(o, (unsigned char)s[i]);
			n = 1;
		}
	}
	put(o, "\"");
}

static void put_key(struct out *o, const char *separator, const char *key)
{
	put(o, separator);
	put_string(o, key, strlen(key));
	put(o, ":");
}

static void put_answer(struct out *o, const struct kd_answer *answer)
{
	const char *name = strerrorname_np(-answer->error);

	if (answer->error) {
		put(o, "{\"errno\":\"");
		put(o, name ? name : "EIO");
		put(o, "\"}");
	} else {
		put_string(o, answer->data, answer->len);
	}
}

static void put_values(struct out *o, const struct kd_answers *answers)
{
	const char *separator = "";

	for (size_t i = 0; i < answers->n; i++) {
		const struct kd_answer *answer = &answers->v[i].to[KD_ASK_VALUE];

		if (!answer->asked)
			continue;
		put_key(o, separator, answers->v[i].path);
		put_answer(o, answer);
		separator = ",";
	}
}

/* Nothing at all where the path was only the name of a value. */
static bool put_file(struct out *o, const char *before, const struct kd_answered *file)
{
	const char *separator = "{";

	for (unsigned q = 0; q < KD_QUESTIONS; q++) {
		if (q == KD_ASK_VALUE || !file->to[q].asked)
			continue;
		if (*separator == '{')
			put_key(o, before, file->path);
		put_key(o, separator, questions[q]);
		put_answer(o, &file->to[q]);
		separator = ",";
	}
	if (*separator == '{')
		return false;
	put(o, "}");
	return true;
}

int kd_facts_write(const struct kd_answers *answers, const char *version, int64_t taken,
		   char **text, size_t *len)
{
	struct out o = { .s = NULL };
	const char *separator = "";
	char head[128];

	snprintf(head, sizeof(head), "{\"schema\":%d,\"version\":\"%s\",\"facts\":{\"taken\":%"
		 PRId64 ",\"values\":{", SCHEMA, version, taken);
	put(&o, head);
	put_values(&o, answers);
	put(&o, "},\"files\":{");
	for (size_t i = 0; i < answers->n; i++)
		if (put_file(&o, separator, &answers->v[i]))
			separator = ",";
	put(&o, "}}}\n");
	if (o.error) {
		free(o.s);
		return o.error;
	}
	*text = o.s;
	*len = o.len;
	return 0;
}

/* Reading. */

/* Each character is a byte; beyond U+00FF there is none.  U+0080 is C2 80, U+00FF C3 BF. */
static int decode(const char *s, size_t len, char **ret, size_t *ret_len)
{
	char *bytes = malloc(len + 1);
	size_t n = 0;

	if (!bytes)
		return -ENOMEM;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c >= 0x80) {
			if ((c != 0xc2 && c != 0xc3) || ++i == len) {
				free(bytes);
				return -EBADMSG;
			}
			c = (unsigned char)((c & 3) << 6 | ((unsigned char)s[i] & 0x3f));
		}
		bytes[n++] = (char)c;
	}
	bytes[n] = '\0';
	*ret = bytes;
	*ret_len = n;
	return 0;
}

/* Linux's reach up to 133; one that is not known here is some failure all the same. */
static int errno_of(const char *name)
{
	const char *known;

	for (int e = 1; e < 256; e++) {
		known = strerrorname_np(e);
		if (known && kd_streq(known, name))
			return -e;
	}
	return -EIO;
}

static int read_failure(struct kd_answers *answers, enum kd_question question,
			const char *path, struct json_object *value)
{
	struct json_object *name;

	if (!json_object_object_get_ex(value, "errno", &name) ||
	    !json_object_is_type(name, json_type_string))
		return -EBADMSG;
	return kd_answers_put(answers, question, path,
			      errno_of(json_object_get_string(name)), NULL, 0);
}

static int read_answer(struct kd_answers *answers, enum kd_question question,
		       const char *path, struct json_object *value)
{
	char *data;
	size_t len;
	int err;

	if (json_object_is_type(value, json_type_object))
		return read_failure(answers, question, path, value);
	if (!json_object_is_type(value, json_type_string))
		return -EBADMSG;
	err = decode(json_object_get_string(value), (size_t)json_object_get_string_len(value),
		     &data, &len);
	if (err)
		return err;
	err = kd_answers_put(answers, question, path, 0, data, len);
	free(data);
	return err;
}

/* Fields that are not known are those of a newer version. */
static int read_file(struct kd_answers *answers, const char *path, struct json_object *file)
{
	struct json_object *value;
	int err = json_object_is_type(file, json_type_object) ? 0 : -EBADMSG;

	for (unsigned q = 0; q < KD_QUESTIONS && !err; q++)
		if (q != KD_ASK_VALUE && json_object_object_get_ex(file, questions[q], &value))
			err = read_answer(answers, q, path, value);
	return err;
}

static int read_one(struct kd_answers *answers, bool is_file, const char *key,
		    struct json_object *value)
{
	char *name;
	size_t len;
	int err = decode(key, strlen(key), &name, &len);

	if (err)
		return err;
	err = is_file ? read_file(answers, name, value)
		      : read_answer(answers, KD_ASK_VALUE, name, value);
	free(name);
	return err;
}

static int read_each(struct kd_answers *answers, struct json_object *facts, const char *field,
		     bool are_files)
{
	struct json_object *all;

	if (!json_object_object_get_ex(facts, field, &all) ||
	    !json_object_is_type(all, json_type_object))
		return -EBADMSG;
	json_object_object_foreach(all, key, value) {
		int err = read_one(answers, are_files, key, value);

		if (err)
			return err;
	}
	return 0;
}

static int read_document(struct json_object *root, struct kd_answers *answers,
			 struct kd_text *why)
{
	struct json_object *schema, *facts;
	int err;

	if (!json_object_object_get_ex(root, "facts", &facts) ||
	    !json_object_is_type(facts, json_type_object) ||
	    !json_object_object_get_ex(root, "schema", &schema))
		return kd_why(why, -EBADMSG, "is no facts file");
	if (!json_object_is_type(schema, json_type_int) ||
	    json_object_get_int64(schema) != SCHEMA)
		return kd_why(why, -EBADMSG, "is of another schema than %d", SCHEMA);
	err = read_each(answers, facts, "values", false);
	if (!err)
		err = read_each(answers, facts, "files", true);
	if (err == -EBADMSG)
		kd_why(why, err, "is not of the form of a facts file");
	else if (err == -EFBIG)
		kd_why(why, err, "holds more than a machine has to say");
	return err;
}

/*
 * Each object and each array takes json-c a kilobyte (a table of 16 entries), so
 * a few megabytes of braces would take gigabytes.
 */
#define NESTS_MAX (8 * KD_ANSWERS_MAX)

static bool nests_too_often(const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += text[i] == '{' || text[i] == '[';
	return n > NESTS_MAX;
}

/* An errno lies six deep; fields of a newer version may lie deeper. */
#define DEPTH 16

static int parse_json(const char *text, size_t len, struct json_object **ret,
		      struct kd_text *why)
{
	struct json_tokener *tok = json_tokener_new_ex(DEPTH);
	enum json_tokener_error error;

	if (!tok)
		return -ENOMEM;
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	*ret = json_tokener_parse_ex(tok, text, (int)len);
	error = json_tokener_get_error(tok);
	json_tokener_free(tok);
	if (error == json_tokener_continue)
		return kd_why(why, -EBADMSG, "is cut");
	if (error != json_tokener_success)
		return kd_why(why, -EBADMSG, "is no JSON: %s", json_tokener_error_desc(error));
	return 0;
}

int kd_facts_parse(const char *text, size_t len, struct kd_answers **ret, struct kd_text *why)
{
	struct kd_answers *answers;
	struct json_object *root;
	int err;

	if (len > KD_FACTS_FILE_MAX || nests_too_often(text, len))
		return kd_why(why, -EFBIG, "holds more than a machine has to say");
	err = parse_json(text, len, &root, why);
	if (err)
		return err;
	answers = calloc(1, sizeof(*answers));
	err = answers ? read_document(root, answers, why) : -ENOMEM;
	json_object_put(root);
	if (err)
		kd_answers_free(answers);
	else
		*ret = answers;
	return err;
}
