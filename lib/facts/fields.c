/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Fields: see fields.h. */
#include "fields.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Unsigned members of any width, in this machine's order of bytes. */
static uint64_t get_uint(const void *from, size_t size)
{
	switch (size) {
	case 1:
		return *(const uint8_t *)from;
	case 2:
		return *(const uint16_t *)from;
	case 4:
		return *(const uint32_t *)from;
	default:
		return *(const uint64_t *)from;
	}
}

static void set_uint(void *to, size_t size, uint64_t n)
{
	switch (size) {
	case 1:
		*(uint8_t *)to = (uint8_t)n;
		return;
	case 2:
		*(uint16_t *)to = (uint16_t)n;
		return;
	case 4:
		*(uint32_t *)to = (uint32_t)n;
		return;
	default:
		*(uint64_t *)to = n;
	}
}

static int write_field(const struct kd_field *field, const void *base, char **text,
		       size_t *len)
{
	const void *from = (const char *)base + field->offset;
	const char *value = from;
	char number[32];

	if (field->kind == KD_FIELD_STRING)
		value = *(char *const *)from;
	if (field->kind == KD_FIELD_UINT)
		snprintf(number, sizeof(number), "%" PRIu64, get_uint(from, field->size));
	if (field->kind == KD_FIELD_INT)
		snprintf(number, sizeof(number), "%" PRId64, *(const int64_t *)from);
	if (field->kind == KD_FIELD_UINT || field->kind == KD_FIELD_INT)
		value = number;
	return kd_kv_write(text, len, field->key, value ? value : "");
}

int kd_fields_write(const struct kd_field *fields, size_t n, const void *from, char **text,
		    size_t *len)
{
	int err = 0;

	for (size_t i = 0; i < n && !err; i++)
		err = write_field(&fields[i], from, text, len);
	return err;
}

static int read_uint(const struct kd_field *field, const char *value, void *to)
{
	uint64_t n;
	int err = kd_read_uint(value, field->most, &n);

	if (!err)
		set_uint(to, field->size, n);
	return err;
}

static int read_int(const char *value, void *to)
{
	long long n;
	char *end;

	errno = 0;
	n = strtoll(value, &end, 10);
	if (errno || end == value || *end)
		return -EBADMSG;
	*(int64_t *)to = n;
	return 0;
}

static int read_field(const struct kd_field *field, const char *value, void *base)
{
	void *to = (char *)base + field->offset;
	char *copy;

	switch (field->kind) {
	case KD_FIELD_STRING:
		copy = strdup(value);
		if (!copy)
			return -ENOMEM;
		*(char **)to = copy;
		return 0;
	case KD_FIELD_TEXT:
		if (strlen(value) >= field->size)
			return -EBADMSG;
		memcpy(to, value, strlen(value) + 1);
		return 0;
	case KD_FIELD_UINT:
		return read_uint(field, value, to);
	default:
		return read_int(value, to);
	}
}

static int read_fields(const struct kd_field *fields, size_t n, const struct kd_kv *kv, void *to,
		       int absent)
{
	const struct kd_kv_entry *entry;
	int err = 0;

	for (size_t i = 0; i < n && !err; i++) {
		entry = kd_kv_find(kv, fields[i].key);
		if (!entry)
			err = absent;
		else
			err = entry->value ? read_field(&fields[i], entry->value, to) : -EBADMSG;
	}
	return err;
}

int kd_fields_read(const struct kd_field *fields, size_t n, const struct kd_kv *kv, void *to)
{
	return read_fields(fields, n, kv, to, -EBADMSG);
}

int kd_fields_read_some(const struct kd_field *fields, size_t n, const struct kd_kv *kv,
			void *to)
{
	return read_fields(fields, n, kv, to, 0);
}
