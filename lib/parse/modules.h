/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* /proc/modules: which modules are loaded, and what each takes of memory. */
#ifndef KD_PARSE_MODULES_H
#define KD_PARSE_MODULES_H

#include "../core/text.h"

#define KD_MODULE_NAME 64		/* include/linux/moduleparam.h: MAX_PARAM_PREFIX_LEN */
#define KD_MODULES_MAX 4096

struct kd_module {
	char name[KD_MODULE_NAME];
	uint64_t bytes;
};

struct kd_modules {
	struct kd_module *v;
	size_t n;
};

/* -EBADMSG for a line of another form or more than KD_MODULES_MAX; -ENOMEM. */
int kd_modules_parse(const char *text, struct kd_modules *ret, struct kd_text *why);
void kd_modules_free(struct kd_modules *modules);

/* NULL where it is not loaded; '-' and '_' are the same in names. */
const struct kd_module *kd_modules_find(const struct kd_modules *modules, const char *name,
					size_t len);

#endif
