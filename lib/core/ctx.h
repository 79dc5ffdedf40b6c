/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The context: root directory, last error, log.  Holds no fact about the
 * machine.
 */
#ifndef KD_CORE_CTX_H
#define KD_CORE_CTX_H

#include "answers.h"
#include "error.h"

struct kdump_ctx {
	unsigned refs;
	int root;			/* directory all paths begin at */
	char *root_path;
	bool live;
	bool no_openat2;		/* kernel before 5.6: only "/" is possible */
	struct kd_answers *recorded;	/* what is read is kept; NULL: nobody asked for it */
	struct kd_answers *replayed;	/* what is read comes from here; NULL: from the root */
	unsigned lock_timeout;		/* milliseconds */
	bool no_cache;
	kdump_log_fn *log;
	void *log_data;
	struct kd_text error, advice;
	const char *error_id;		/* constant strings only */
};

#endif
