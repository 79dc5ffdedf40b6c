/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The steps by which main grows: crash_grow is loaded, takes memory, and makes it the
 * reservation; or the kernel itself does that.  Until the second but last is done all of
 * it can be given back.
 */
#ifndef KD_ACT_GROW_H
#define KD_ACT_GROW_H

#include "../decide/plan.h"
#include "load.h"
#include "tool.h"

struct kd_grow {
	struct kdump_ctx *ctx;
	const struct kdump_plan *plan;
	struct kd_tool modprobe;
	bool loaded;			/* the module, by us: it stays */
	bool taken;			/* and neither committed nor given back */
};

/* KDUMP_APPLY_RUN until modprobe was run, then 0, or told what it failed by. */
int kd_grow_load_module(struct kd_grow *grow);

/* What an earlier run has left is given back first; @ret: where main and low will lie. */
int kd_grow_take(struct kd_grow *grow, const struct kdump_step *step,
		 struct kd_main_then *ret);
int kd_grow_commit(struct kd_grow *grow);

/* Tells the kernel's answer to more in kexec_crash_size (@path); its code. */
int kd_grow_explain_write(struct kd_grow *grow, const char *path, int err);

/* 0 where nothing is taken, too; else told. */
int kd_grow_give_back(struct kd_grow *grow);

#endif
