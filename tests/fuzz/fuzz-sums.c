/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Any text as the sums of an image: what is taken is within its bounds, and
 * written and read again it is the same text.
 */
#include "../../lib/facts/sums.h"

#include <errno.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check(const struct kd_image_sums *sums, const struct kd_contents *c)
{
	const struct kd_kernel *k = &sums->kernel;
	const struct kd_initramfs *i = &sums->initramfs;

	require(k->alignment && !(k->alignment & (k->alignment - 1)));
	require(k->resident <= k->init_size);
	require(memchr(k->release, '\0', sizeof(k->release)));
	require(i->regular <= i->files && i->long_symlinks <= i->symlinks);
	require(c->n_largest <= KD_CONTENTS_LARGEST && c->n_modules <= KD_CONTENTS_MODULES);
	for (size_t n = 0; n < c->n_largest; n++)
		require(c->largest[n].path &&
			(!n || c->largest[n].bytes <= c->largest[n - 1].bytes));
	for (size_t n = 0; n < c->n_modules; n++)
		require(kd_contents_module(c, c->modules[n].name) == &c->modules[n]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kd_image_sums sums, again;
	struct kd_contents contents, found;
	char *text, *second;
	size_t len, second_len;
	int r = kd_sums_parse((const char *)data, size, &sums, &contents);

	require(!r || r == -EBADMSG);
	if (r)
		return 0;
	check(&sums, &contents);
	require(!kd_sums_write(&sums, &contents, &text, &len));
	require(!kd_sums_parse(text, len, &again, &found));
	require(!kd_sums_write(&again, &found, &second, &second_len));
	require(len == second_len && !memcmp(text, second, len));
	kd_contents_free(&contents);
	kd_contents_free(&found);
	free(text);
	free(second);
	return 0;
}
