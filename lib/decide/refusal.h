/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Why the kernel refused a load: every errno of kexec_file_load() and
 * kexec_load(), with the facts that tell its causes apart, as one sentence, an
 * advice and a stable identifier.  crashctl(8) has them as a table.
 */
#ifndef KD_DECIDE_REFUSAL_H
#define KD_DECIDE_REFUSAL_H

#include "../facts/policy.h"
#include "../facts/snapshot.h"
#include "room.h"

struct kd_load_refusal {
	int code;			/* of the closed list in libkdump.h */
	const char *id;
	struct kd_text text, advice;
};

struct kd_refusal_facts {
	const struct kdump_snapshot *snap;
	const char *image_arch;		/* as uname -m; NULL not known */
	const struct kd_policy *policy;	/* NULL: nobody looked */
	const struct kd_room *room;	/* NULL: by our own model all segments have a place */
	bool grows;			/* there will be a reservation by then */
};

/* @err as the system call gave it, negative; @call AUTO for an unload. */
void kd_explain_load(int err, enum kdump_syscall call, const struct kd_refusal_facts *facts,
		     struct kd_load_refusal *ret);

/* The same for a write to kexec_crash_size. */
struct kd_refusal_text {
	int code;
	const char *id, *text, *advice;
};
struct kd_refusal_text kd_explain_resize(int err);

/* The same for what makes main grow: crash_grow's files, or more in kexec_crash_size. */
enum kd_grow_call { KD_GROW_TAKE, KD_GROW_COMMIT, KD_GROW_WRITE };
struct kd_refusal_text kd_explain_grow(int err, enum kd_grow_call call);

/*
 * Why crash_grow is not loaded, by what became of modprobe: @status 0, and it is not
 * there all the same; @output its last line.
 */
struct kd_refusal_text kd_explain_module(int status, const char *output);

#endif
