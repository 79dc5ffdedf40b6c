/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The variables of a grub.cfg: which of them cannot bring a crashkernel= word. */
#ifndef KD_PARSE_GRUBVAR_H
#define KD_PARSE_GRUBVAR_H

#include "grubscript.h"

#define KD_GRUB_VARS 256	/* beyond, none is harmless */

struct kd_grub_var {
	char *name;
	bool harmless;
};

struct kd_grub_vars {
	struct kd_grub_var *v;
	size_t n;
	bool full;
};

/* As kd_grub_script_next(). */
int kd_grub_vars_read(struct kd_grub_vars *vars, const char *text, size_t len,
		      struct kd_text *why);
void kd_grub_vars_free(struct kd_grub_vars *vars);

/*
 * The file sets it, and to nothing but texts without such words.  What it does
 * not set may come from grubenv, but for one that is known.  @name ends with '}'.
 */
bool kd_grub_vars_harmless(const struct kd_grub_vars *vars, const char *name);

/* The value where the command is "set name=…" or "name=…", NULL else. */
const char *kd_grub_assigned(const struct kd_grub_script *script, const char *name);

#endif
