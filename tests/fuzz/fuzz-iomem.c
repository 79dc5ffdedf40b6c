/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Any bytes as /proc/iomem.  What is accepted must be ordered, must hold
 * nothing that the text does not, and must come out again the same.
 */
#include "../../lib/parse/iomem.h"

#include <errno.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static size_t count_lines(const char *text, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < size; i++)
		n += text[i] == '\n';
	return n;
}

static void check_list(const struct kd_ranges *list)
{
	for (size_t i = 0; i < list->n; i++) {
		require(list->v[i].start <= list->v[i].end);
		require(!i || list->v[i - 1].start <= list->v[i].start);
	}
}

static void check_same(const struct kd_ranges *a, const struct kd_ranges *b)
{
	require(a->n == b->n);
	require(!a->n || !memcmp(a->v, b->v, a->n * sizeof(*a->v)));
}

static void check(const struct kd_iomem *iomem, size_t lines)
{
	size_t kept = iomem->ram.n + iomem->driver_ram.n + iomem->crash.n +
		      iomem->given_back.n + iomem->kernel.n;

	require(lines && kept <= lines && iomem->crash_count <= lines);
	require(iomem->hidden ? !kept : iomem->crash.n == iomem->crash_count);
	check_list(&iomem->ram);
	check_list(&iomem->driver_ram);
	check_list(&iomem->crash);
	check_list(&iomem->given_back);
	check_list(&iomem->kernel);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct kd_iomem iomem, again;
	struct kd_text why = { "" };
	int err = kd_iomem_parse(text, size, &iomem, &why);

	require(!err || err == -EBADMSG);
	require(!err == !why.s[0]);
	require(kd_iomem_parse(text, size, &again, NULL) == err);
	if (err)
		return 0;
	check(&iomem, count_lines(text, size));
	require(iomem.hidden == again.hidden);
	check_same(&iomem.ram, &again.ram);
	check_same(&iomem.crash, &again.crash);
	check_same(&iomem.given_back, &again.given_back);
	kd_iomem_free(&iomem);
	kd_iomem_free(&again);
	return 0;
}
