/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Any bytes as a KEY=value file.  Whatever was understood must survive being
 * written and read again; the whole input as one value must too.
 */
#include "../../lib/parse/keyvalue.h"

#include <errno.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static bool is_key(const char *key)
{
	static const char chars[] =
		"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";

	return *key && !strchr("0123456789", *key) && strspn(key, chars) == strlen(key);
}

static unsigned count_lines(const uint8_t *data, size_t size)
{
	unsigned n = 1;

	for (size_t i = 0; i < size; i++)
		n += data[i] == '\n';
	return n;
}

static void check_entries(const struct kd_kv *kv, unsigned lines)
{
	for (size_t i = 0; i < kv->n; i++) {
		const struct kd_kv_entry *found = kd_kv_find(kv, kv->v[i].key);

		require(is_key(kv->v[i].key));
		require(kv->v[i].line >= 1 && kv->v[i].line <= lines);
		require(found >= &kv->v[i] && found < kv->v + kv->n);
	}
}

static void check_rewrite(const struct kd_kv *kv)
{
	struct kd_kv again;
	char *text = NULL;
	size_t len = 0, n = 0;

	for (size_t i = 0; i < kv->n; i++) {
		if (kv->v[i].value)
			require(!kd_kv_write(&text, &len, kv->v[i].key, kv->v[i].value));
	}
	require(!kd_kv_parse(text ? text : "", len, &again, NULL));
	for (size_t i = 0; i < kv->n; i++) {
		if (!kv->v[i].value)
			continue;
		require(n < again.n && again.v[n].value);
		require(!strcmp(again.v[n].key, kv->v[i].key));
		require(!strcmp(again.v[n].value, kv->v[i].value));
		require(again.v[n].line == n + 1);
		n++;
	}
	require(n == again.n);
	kd_kv_free(&again);
	free(text);
}

static void check_value(const uint8_t *data, size_t size)
{
	char *value = malloc(size + 1), *text = NULL;
	struct kd_kv kv;
	size_t len = 0;

	require(value);
	memcpy(value, data, size);
	value[size] = '\0';
	require(!kd_kv_write(&text, &len, "A", value));
	require(strchr(text, '\n') == text + len - 1);
	require(!kd_kv_parse(text, len, &kv, NULL));
	require(kv.n == 1 && kv.v[0].value && !strcmp(kv.v[0].value, value));
	kd_kv_free(&kv);
	free(text);
	free(value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kd_text why = { "" };
	struct kd_kv kv;
	int err = kd_kv_parse((const char *)data, size, &kv, &why);

	require(!err || err == -EFBIG);
	require(!err == !why.s[0]);
	if (!err) {
		check_entries(&kv, count_lines(data, size));
		check_rewrite(&kv);
		kd_kv_free(&kv);
	}
	check_value(data, size);
	return 0;
}
