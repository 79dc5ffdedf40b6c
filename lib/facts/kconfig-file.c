/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Configurations of kernels: see kconfig-file.h. */
#include "kconfig-file.h"

#include <errno.h>

#include "../core/replay.h"

#define KCONFIG_MAX (4 * KD_MIB)

static const char *const wanted[] = {
	"KEXEC_FILE", "KEXEC", "CMA", "KEXEC_SIG", "KEXEC_SIG_FORCE", "PANIC_TIMEOUT", NULL
};

int kd_kconfig_read(struct kdump_ctx *ctx, const char *release, struct kd_buf *ret)
{
	static const char *const places[][2] = {
		{ "/boot/config-", "" }, { "/usr/lib/modules/", "/config" },
		{ "/lib/modules/", "/config" },
	};
	struct kd_text path;
	int err = -ENOENT;

	for (size_t i = 0; release && i < KD_ARRAY_SIZE(places) && err && err != -ENOMEM; i++) {
		kd_text_set(&path, "%s%s%s", places[i][0], release, places[i][1]);
		err = kd_root_read(ctx, path.s, KCONFIG_MAX, ret);
	}
	if (err)
		return err == -ENOMEM ? err : 0;
	ret->len = kd_kconfig_pick(ret->data, ret->len, wanted);
	kd_record_amend(ctx, path.s, ret->data, ret->len);
	if (kd_kconfig_probe(ret->data, ret->len))
		return 1;
	kd_buf_free(ret);
	return 0;
}
