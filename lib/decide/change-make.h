/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * How decide/change*.c make a change: one function for each way to boot, and what
 * they share.  All return 0, -ENOMEM, or -ENOTSUP with the maker's @why.
 */
#ifndef KD_DECIDE_CHANGE_MAKE_H
#define KD_DECIDE_CHANGE_MAKE_H

#include "change.h"

struct kd_maker {
	const struct kdump_boot *boot;
	const char *later;		/* for kernels to come, NULL leaves them alone */
	/*
	 * For each entry: its words now, NULL unknown, and those it is to have, NULL where it
	 * is left alone: also where nobody can change it, and it need not be.
	 */
	char **now;
	const char **wanted;
	struct kd_change change;
	struct kd_text *why;
};

/* Has every entry what it is to have? */
bool kd_maker_is_so(const struct kd_maker *maker);

/*
 * The words that all entries are to have, and kernels to come; -ENOTSUP where they
 * differ or some are left alone, with @who as what cannot do that ("GRUB").
 */
int kd_maker_uniform(struct kd_maker *maker, const char *who, const char **ret);

/* @text is taken over, also on failure; nothing is done where the file has it already. */
int kd_maker_write(struct kd_maker *maker, const char *path, char *text, size_t len);

/* Removes it, where it is there. */
int kd_maker_remove(struct kd_maker *maker, const char *path);
int kd_maker_run(struct kd_maker *maker, const char *const *argv);
int kd_maker_install(struct kd_maker *maker, const char *from, const char *path);

/* A file that the tool may write in place; passed over where it is not there. */
int kd_maker_guard(struct kd_maker *maker, const char *path);

/* change-files.c: words of entries edited in the files that they stand in. */
int kd_change_entries(struct kd_maker *maker);
int kd_change_systemd(struct kd_maker *maker);
int kd_change_grub_bls(struct kd_maker *maker);
int kd_change_grub(struct kd_maker *maker);
int kd_change_zipl(struct kd_maker *maker);
int kd_change_extlinux(struct kd_maker *maker);

/* change-tools.c: tools that edit by themselves. */
int kd_change_grubby(struct kd_maker *maker);
int kd_change_pbl(struct kd_maker *maker);
int kd_change_ostree(struct kd_maker *maker);
int kd_change_uki(struct kd_maker *maker);

#endif
