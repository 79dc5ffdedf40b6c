/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Members of a struct as KEY=value lines: one table serves writing and
 * reading, so the two cannot drift apart.  What is read may come from another
 * machine or a broken disk, so each number has a bound.
 */
#ifndef KD_FACTS_FIELDS_H
#define KD_FACTS_FIELDS_H

#include "../parse/keyvalue.h"

enum kd_field_kind {
	KD_FIELD_STRING,		/* char *, from malloc(); NULL is written as "" */
	KD_FIELD_TEXT,			/* char[size] */
	KD_FIELD_UINT,			/* of size bytes, at most @most: enum and bool too */
	KD_FIELD_INT,			/* int64_t */
};

struct kd_field {
	const char *key;
	enum kd_field_kind kind;
	size_t offset, size;
	uint64_t most;
};

#define KD_MEMBER(type, member) offsetof(type, member), sizeof(((type *)0)->member)
#define KD_STRING(key, type, member) { key, KD_FIELD_STRING, KD_MEMBER(type, member), 0 }
#define KD_TEXT(key, type, member) { key, KD_FIELD_TEXT, KD_MEMBER(type, member), 0 }
#define KD_UINT(key, type, member, most) { key, KD_FIELD_UINT, KD_MEMBER(type, member), most }
#define KD_INT(key, type, member) { key, KD_FIELD_INT, KD_MEMBER(type, member), 0 }

/* A struct kd_identity (image.h) under its KEY_DEV, KEY_INO … */
#define KD_IDENTITY_FIELDS(KEY, type, member)						\
	KD_UINT(KEY "_DEV", type, member.dev, UINT64_MAX),				\
	KD_UINT(KEY "_INO", type, member.ino, UINT64_MAX),				\
	KD_UINT(KEY "_SIZE", type, member.size, UINT64_MAX),				\
	KD_INT(KEY "_MTIME", type, member.mtime),					\
	KD_INT(KEY "_MTIME_NS", type, member.mtime_ns),					\
	KD_INT(KEY "_CTIME", type, member.ctime),					\
	KD_INT(KEY "_CTIME_NS", type, member.ctime_ns)

/* Appends to *@text as kd_kv_write().  -ENOMEM. */
int kd_fields_write(const struct kd_field *fields, size_t n, const void *from, char **text,
		    size_t *len);

/*
 * All of them must be there.  -EBADMSG, -ENOMEM: then the caller frees what
 * strings *@to holds by then.
 */
int kd_fields_read(const struct kd_field *fields, size_t n, const struct kd_kv *kv, void *to);

/* The same of fields that came later: what is not there leaves its member as it is. */
int kd_fields_read_some(const struct kd_field *fields, size_t n, const struct kd_kv *kv,
			void *to);

#endif
