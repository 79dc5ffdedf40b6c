/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* /proc/modules (kernel/module/procfs.c:m_show(): "name bytes users ..."): see modules.h. */
#include "modules.h"

#include <errno.h>
#include <stdlib.h>

static int parse_line(const char *line, size_t len, struct kd_module *ret)
{
	const char *blank = memchr(line, ' ', len), *p = blank ? blank + 1 : line;
	size_t name_len = blank ? (size_t)(blank - line) : 0;

	if (!name_len || name_len >= sizeof(ret->name) || *p < '0' || *p > '9')
		return -EBADMSG;
	*ret = (struct kd_module){ 0 };
	memcpy(ret->name, line, name_len);
	for (; *p >= '0' && *p <= '9'; p++)
		ret->bytes = kd_add(kd_mul(ret->bytes, 10), (uint64_t)(*p - '0'));
	return *p == ' ' || *p == '\n' || !*p ? 0 : -EBADMSG;
}

static size_t count_lines(const char *text)
{
	size_t n = 0;

	for (; *text; text += strcspn(text, "\n"), text += *text == '\n')
		n++;
	return n;
}

int kd_modules_parse(const char *text, struct kd_modules *ret, struct kd_text *why)
{
	size_t lines = count_lines(text), len;
	struct kd_modules list = { 0 };

	if (lines > KD_MODULES_MAX)
		return kd_why(why, -EBADMSG, "more than %d lines", KD_MODULES_MAX);
	list.v = calloc(lines ? lines : 1, sizeof(*list.v));
	if (!list.v)
		return -ENOMEM;
	for (; *text; text += len, text += *text == '\n') {
		len = strcspn(text, "\n");
		if (!parse_line(text, len, &list.v[list.n])) {
			list.n++;
			continue;
		}
		kd_modules_free(&list);
		return kd_why(why, -EBADMSG, "line %zu is not \"name bytes ...\"", list.n + 1);
	}
	*ret = list;
	return 0;
}

void kd_modules_free(struct kd_modules *modules)
{
	free(modules->v);
	*modules = (struct kd_modules){ 0 };
}

static bool same_name(const char *a, const char *b, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!a[i] || (a[i] == '-' ? '_' : a[i]) != (b[i] == '-' ? '_' : b[i]))
			return false;
	return !a[len];
}

const struct kd_module *kd_modules_find(const struct kd_modules *modules, const char *name,
					size_t len)
{
	for (size_t i = 0; i < modules->n; i++)
		if (same_name(modules->v[i].name, name, len))
			return &modules->v[i];
	return NULL;
}
