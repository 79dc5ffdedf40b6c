/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The newest record that a crash kernel has left beside its dump. */
#ifndef KD_FACTS_OBSERVED_H
#define KD_FACTS_OBSERVED_H

#include <sys/types.h>

#include "../core/ctx.h"
#include "../parse/observed.h"

#define KD_OBSERVED_NAME "crashctl-memory"

struct kdump_observed {
	struct kd_observed record;
	struct kd_text path;
};

/*
 * Looks into each folder in @folder, where dumps are saved; of very many, into those with
 * the newest date in their name.  1 found, 0 there is none, -ENOMEM.  What is no healthy
 * record of the owner of @folder is passed over.
 */
int kd_observed_find(struct kdump_ctx *ctx, const char *folder, struct kdump_observed *ret);

/* One of them: 1 a healthy record, 0 none, -ENOMEM. */
int kd_observed_read(struct kdump_ctx *ctx, const char *path, struct kd_observed *ret);

/*
 * The folders in @folder, the highest @rank first.  Where users may write into it (Ubuntu's
 * /var/crash), one of them could say that the machine needs less than it does: only those
 * of its owner, who is *@owner.  -errno, as kd_root_list_best().
 */
struct kd_ranking;
int kd_dumps_list(struct kdump_ctx *ctx, const char *folder, uint64_t (*rank)(const char *name),
		  uid_t *owner, struct kd_ranking *ret);

/* The folder that dumps are saved in; NULL where they go elsewhere. */
struct kd_dump_facts;
const char *kd_dump_folder(const struct kd_dump_facts *target);

#endif
