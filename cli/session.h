/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The library's objects that a command works on, made in the one right order:
 * context, snapshot with what privileges there are, then, with none, the
 * configuration, the image, the estimate, the report.  Decides nothing.
 */
#ifndef CRASHCTL_SESSION_H
#define CRASHCTL_SESSION_H

#include <signal.h>

#include "msg.h"
#include "options.h"

struct session {
	const struct globals *g;
	struct kdump_ctx *ctx;
	struct kdump_snapshot *snap;
	struct kdump_config *config;
	struct kdump_image *image;
	struct kdump_estimate *est;	/* NULL where @image_error says why */
	bool wants_boot;		/* to be set after it is opened */
	/* As wants_boot: what comes behind the load too, and what earlier panics have left. */
	bool wants_capture;
	bool wants_saved;		/* and what an undo needs */
	const char *bootloader;		/* NULL: found */
	struct kdump_boot *boot;	/* NULL unless wanted */
	struct kdump_report *report;	/* NULL where another machine is asked about */
	struct error image_error;	/* why there is no estimate; not fatal */
};

/* Context and snapshot, then lowers privileges.  Returns: 0, -1 with @error. */
int session_open(struct session *s, const struct globals *g, struct error *error);

/* The same, on the machine that a facts file is of, or keeping what is read for one. */
int session_open_facts(struct session *s, const struct globals *g, const char *path,
		       struct error *error);
int session_record(struct session *s, const struct globals *g, struct error *error);

/* On standard error, what of crashctl.conf was passed over: status has findings of it. */
void session_warn(const struct session *s);

/*
 * Configuration (@image may be NULL: as found), image, estimate, report.  An
 * image that cannot be read is no failure here: see image_error.
 * Returns: 0, -1 with @error.
 */
int session_look(struct session *s, const struct image_options *image,
		 struct error *error);

/* All of that behind session_config(). */
int session_image(struct session *s, struct error *error);

/* Its first and last part alone, for what needs no image. */
int session_config(struct session *s, const struct image_options *image,
		   struct error *error);
int session_report(struct session *s, struct error *error);

/*
 * A request for what was looked at, with every --force that is about loading.
 * Returns: 0, -errno with @error.
 */
int session_request(struct session *s, const struct change_options *change,
		    struct kdump_request **ret, struct error *error);

/* Remembers what was read of the image, where this user may: never a failure. */
void session_save(struct session *s);

void session_close(struct session *s);

/*
 * Around a change: privileges are raised, and signals wait, so that no key
 * stroke and no closed pipe stops between an unload and the load after it.
 */
struct session_change {
	sigset_t signals;
	struct sigaction pipe;
};
int session_change_begin(struct session_change *change, struct error *error);
void session_change_end(struct session_change *change);

#endif
