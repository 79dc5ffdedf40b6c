/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What earlier panics have left: dumps in the folder that the configuration names, and in
 * pstore the last words of crash kernels.  Foreign, unreadable and half-written files are
 * told of, and are no failure.
 */
#ifndef KD_FACTS_HISTORY_H
#define KD_FACTS_HISTORY_H

#include "../parse/crashlog.h"
#include "observed.h"
#include "proof.h"

#define KD_DUMPS_KEPT 64
#define KD_DEATHS_KEPT 16
#define KD_HISTORY_NOTES 8

struct kdump_dump {
	struct kd_text path;		/* of the dump, or of its folder where there is none */
	char name[256];			/* of the folder */
	enum kdump_layout layout;
	bool empty;			/* there is a folder and no dump */
	int64_t time;			/* of the panic, seconds since 1970 */
	int64_t finished;		/* when its file was written last */
	uint64_t size;
	int complete;			/* 1, 0, -1 not to be told */
	const char *why;		/* it is not, or is not known to be; "" */
	bool disk_full;			/* and that is why */
	char release[KD_CRASHLOG_RELEASE];	/* of the kernel that crashed; "" not known */
	bool has_record;
	struct kd_observed record;	/* of the crash kernel */
};

/* Of a crash kernel that told what it died of. */
struct kdump_death {
	struct kd_text path;
	int64_t time;			/* seconds since 1970 */
	bool at_most;			/* then, or before */
	struct kd_crashlog log;
};

struct kdump_history {
	unsigned refs;
	struct kd_text folder;		/* "" dumps go elsewhere */
	bool seen;			/* it was looked into, or is not there */
	bool unseen;			/* a dump of a test can be where nobody looked */
	bool awaited;			/* what is to be mounted there is not yet */
	size_t n_dumps, n_deaths, n_notes;
	unsigned notes_lost;
	uint64_t older;			/* dumps that were passed over */
	struct kdump_dump dumps[KD_DUMPS_KEPT];		/* the newest first */
	struct kdump_death deaths[KD_DEATHS_KEPT];
	struct kd_text notes[KD_HISTORY_NOTES];
	bool has_mark, mark_is_past;	/* of a test; and this is another boot */
	bool mark_is_bad;		/* there is one that cannot be used */
	struct kdump_proof mark;
	size_t n_proofs;
	struct kdump_proof proofs[KD_PROOFS_MAX];	/* the newest first */
};

void kd_history_note(struct kdump_history *history, const char *fmt, ...) KD_PRINTF(2, 3);

/* Of crash kernels alone, once the tests are known; -ENOMEM. */
int kd_pstore_read(struct kdump_ctx *ctx, struct kdump_history *history);

/* The configuration's, and that of each report that quotes it; NULL is fine. */
struct kdump_history *kd_history_ref(struct kdump_history *history);
void kd_history_unref(struct kdump_history *history);

#endif
