/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What the running kernel shows of the hardware that costs a crash kernel
 * memory: encryption of memory, framebuffers, the modules that are loaded.
 */
#ifndef KD_FACTS_HARDWARE_H
#define KD_FACTS_HARDWARE_H

#include "../core/ctx.h"
#include "../parse/modules.h"

enum kd_encryption {
	KD_ENCRYPTION_NONE,		/* none that this kernel would show */
	KD_ENCRYPTION_HOST,		/* AMD SME */
	KD_ENCRYPTION_GUEST,		/* AMD SEV, Intel TDX */
};

struct kd_hardware {
	enum kd_encryption encryption;
	bool has_boot_apicid;		/* x86 only */
	uint32_t boot_apicid;		/* of the CPU that booted */
	uint64_t framebuffers;		/* bytes shown by drivers that draw into memory */
	bool has_modules;
	struct kd_modules modules;	/* /proc/modules */
};

/* What is not there is none; -ENOMEM. */
int kd_hardware_read(struct kdump_ctx *ctx, struct kd_hardware *ret);
void kd_hardware_free(struct kd_hardware *hardware);

#endif
