/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Any bytes as /proc/modules and as /proc/cpuinfo. */
#include "../../lib/parse/cpuinfo.h"
#include "../../lib/parse/modules.h"

#include <errno.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check(const struct kd_modules *modules)
{
	const struct kd_module *found;

	require(modules->n <= KD_MODULES_MAX);
	for (size_t i = 0; i < modules->n; i++) {
		size_t len = strnlen(modules->v[i].name, KD_MODULE_NAME);

		require(len && len < KD_MODULE_NAME);
		found = kd_modules_find(modules, modules->v[i].name, len);
		/* Of two with one name the first. */
		require(found && found <= &modules->v[i]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kd_modules modules = { 0 };
	struct kd_text why = { "" };
	char *text = malloc(size + 1);
	int err;

	require(text);
	memcpy(text, data, size);
	text[size] = '\0';
	err = kd_modules_parse(text, &modules, &why);
	require(!err || err == -EBADMSG);
	require(!err == !why.s[0]);
	if (!err)
		check(&modules);
	kd_modules_free(&modules);
	require(!kd_cpuinfo_has(text, ""));
	if (kd_cpuinfo_has(text, "sme"))
		require(strstr(text, "sme") && strstr(text, "flags"));
	free(text);
	return 0;
}
