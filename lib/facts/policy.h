/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What decides which images this kernel takes, as far as it shows: read when it has
 * refused one, to tell why.
 */
#ifndef KD_FACTS_POLICY_H
#define KD_FACTS_POLICY_H

#include "../parse/kconfig.h"
#include "../parse/signature.h"
#include "snapshot.h"

struct kd_policy {
	enum kd_signed image_signed;
	enum kd_tristate sig, sig_force;	/* CONFIG_KEXEC_SIG, …_FORCE */
	int secure_boot;			/* -1 not known: no EFI, or not to be seen */
	bool ima;				/* it is there; of its policy nothing shows */
	bool loadpin;				/* it enforces */
	uint64_t crypt_keys;			/* in crash_dm_crypt_keys */
};

/* @kernel: the file that is loaded.  What cannot be read is not known. */
void kd_policy_read(struct kdump_ctx *ctx, const struct kdump_snapshot *snap, int kernel,
		    struct kd_policy *ret);

#endif
