/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "json.h"
#include "notify.h"
#include "out.h"
#include "privs.h"
#include "watch.h"

struct watcher {
	const struct watch_options *opt;
	struct globals *g;
	struct kdump_ctx *ctx;		/* of what stays; each look has a session of its own */
	struct kdump_monitor *monitor;
	struct kdump_watch *watch;
	struct notify notify;
	int signals;
	bool ending;
	bool changed;			/* by the last look */
	struct kdump_request *unrecorded;	/* what is loaded, and could not be recorded */
	struct session s;
	struct error error;		/* of the last look; empty where all is well */
	char note[1200];
};

static int fail(struct watcher *w, int ret)
{
	error_from_ctx(&w->error, w->ctx, ret);
	return -1;
}

static void close_session(struct watcher *w)
{
	session_close(&w->s);
	w->s = (struct session){ .g = w->g };
}

/* ---- one look ---- */

static int open_session(struct watcher *w)
{
	int ret;

	w->error = (struct error){ .code = 0 };
	ret = privs_raise();
	if (ret) {
		error_set(&w->error, -ret, "privileges-not-raised", "",
			  "cannot take privileges back that were lowered");
		return -1;
	}
	if (!session_open(&w->s, w->g, &w->error))
		return 0;
	privs_lower();
	return -1;
}

static int look(struct watcher *w)
{
	if (!open_session(w) && !session_look(&w->s, &w->opt->image, &w->error))
		return 0;
	return w->error.code ? -w->error.code : -EIO;
}

/* By the call that fits; as kdump_watch_done() wants it. */
static int change(struct watcher *w, struct watch_view *view, struct kdump_request *rq)
{
	struct session_change change;
	int ret;

	if (session_change_begin(&change, &w->error))
		return -w->error.code;
	ret = view->choice == KDUMP_CHOICE_LOAD ? kdump_request_load(rq)
						: kdump_request_load_copy(rq);
	if (ret)
		error_from_ctx(&w->error, w->s.ctx, ret);
	session_change_end(&change);
	view->attempted = true;
	view->outcome = kdump_request_get_outcome(rq);
	snprintf(w->note, sizeof(w->note), "%s", kdump_request_get_note(rq));
	w->changed = view->outcome != KDUMP_OUTCOME_UNTOUCHED;
	w->g->changed |= w->changed;
	if (ret)
		error_add_outcome(&w->error, w->changed, view->outcome);
	return ret;
}

static void forget_unrecorded(struct watcher *w)
{
	w->unrecorded = kdump_request_unref(w->unrecorded);
}

/* The files are of no use; that there is no copy either is the lesser news. */
static int load_failed(struct watcher *w, const struct session *s, int ret)
{
	if (strcmp(w->error.id, "no-fallback") || !s->image_error.id[0])
		return ret;
	w->error = s->image_error;
	return -w->error.code;
}

static int load(struct watcher *w, struct watch_view *view)
{
	struct kdump_request *rq = NULL;
	struct session s = w->s;
	int ret;

	if (view->choice == KDUMP_CHOICE_LOAD && s.image_error.id[0]) {
		w->error = s.image_error;
		return -w->error.code;
	}
	/* The copy needs none. */
	if (view->choice == KDUMP_CHOICE_LOAD_COPY)
		s.image = NULL;
	ret = session_request(&s, &w->opt->change, &rq, &w->error);
	if (!ret)
		ret = change(w, view, rq);
	if (rq && !kdump_request_is_recorded(rq)) {
		forget_unrecorded(w);
		w->unrecorded = rq;
	} else {
		kdump_request_unref(rq);
	}
	return ret ? load_failed(w, &s, ret) : 0;
}

/*
 * What is loaded is not known for ours as long as there is no record of it, and is left
 * alone: so that is tried before each look, and again after it.
 */
static int record(struct watcher *w)
{
	int ret;

	if (!w->unrecorded)
		return 0;
	ret = privs_raise();
	if (!ret)
		ret = kdump_request_record(w->unrecorded);
	privs_lower();
	if (!ret) {
		forget_unrecorded(w);
		return 0;
	}
	error_set(&w->error, -ret, "record-not-written",
		  "make room in /run: until then the image cannot be kept right",
		  "the image is loaded, but not recorded: %s", strerror(-ret));
	return ret;
}

/* What is there afterwards: another look, where the first one led to a load. */
static void look_after(struct watcher *w, struct watch_view *view)
{
	struct error kept = w->error;

	/* The kernel is not read again for an initramfs that is another. */
	session_save(&w->s);
	if (view->choice != KDUMP_CHOICE_KEEP) {
		close_session(w);
		look(w);
		w->error = kept;
	}
	view->report = w->s.report;
}

static int show(const struct watcher *w, const struct watch_view *view)
{
	int ret = 0;

	if (w->error.id[0])
		msg_error(&w->error);
	if (w->g->json)
		ret = out_watch_json(view, &w->error);
	else if (!w->g->quiet)
		ret = out_watch_text(view, w->g->verbose);
	fflush(stdout);
	return ret;
}

/* A line each: what comes from a file must not begin another. */
static void one_line(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ')
			*text = ' ';
}

static void tell_manager(const struct watcher *w, const struct watch_view *view)
{
	struct error error = w->error;
	const char *summary = view->report ? kdump_report_get_summary(view->report)
					   : "This machine cannot be looked at.";

	one_line(error.message);
	notify_send(&w->notify, "READY=1\nWATCHDOG=1\nSTATUS=%s Since the boot: %llu loads, %llu "
		    "failures%s%s", summary,
		    (unsigned long long)kdump_watch_get_reloads(w->watch),
		    (unsigned long long)kdump_watch_get_failures(w->watch),
		    error.id[0] ? "; now: " : ".", error.message);
}

/* The files that the configuration names now, and those that could take their place. */
static int follow(struct watcher *w)
{
	int ret = w->s.config ? kdump_monitor_follow(w->monitor, w->s.config) : 0;

	kdump_watch_set_limited(w->watch, kdump_monitor_is_limited(w->monitor));
	if (ret > 0)
		kdump_watch_note_unknown(w->watch, false);
	return ret < 0 ? fail(w, ret) : 0;
}

/* That another was faster is no failure: all is looked at again soon. */
static int judge_and_load(struct watcher *w, struct watch_view *view)
{
	int ret;

	w->changed = false;
	*w->note = '\0';
	ret = record(w);
	if (!ret)
		ret = look(w);
	view->choice = kdump_watch_judge(w->watch, ret ? NULL : w->s.report);
	if (view->choice != KDUMP_CHOICE_KEEP)
		ret = load(w, view);
	if (!ret && w->unrecorded)
		kdump_watch_note_unknown(w->watch, false);
	kdump_watch_done(w->watch, ret, view->outcome, w->error.id, w->error.message);
	if (!*w->note)
		snprintf(w->note, sizeof(w->note), "%s", kdump_watch_get_note(w->watch));
	if (ret == -ESTALE)
		w->error = (struct error){ .code = 0 };
	return ret;
}

static int look_and_act(struct watcher *w)
{
	struct watch_view view = {
		.watch = w->watch, .note = w->note, .outcome = KDUMP_OUTCOME_UNTOUCHED,
	};
	int ret;

	view.failed = judge_and_load(w, &view);
	look_after(w, &view);
	ret = show(w, &view);
	if (ret)
		error_memory(&w->error);
	tell_manager(w, &view);
	if (!ret)
		ret = follow(w);
	close_session(w);
	return ret;
}

/* ---- the loop ---- */

static void take_signal(struct watcher *w)
{
	struct signalfd_siginfo info;

	if (read(w->signals, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGHUP)
		kdump_watch_note_unknown(w->watch, true);
	else
		w->ending = true;
}

static int take_events(struct watcher *w)
{
	const struct kdump_event *event;
	int ret;

	while ((ret = kdump_monitor_next(w->monitor, &event)) == KDUMP_AGAIN) {
		if (w->g->verbose)
			msg_log(NULL, 0, kdump_event_get_subject(event));
		kdump_watch_note(w->watch, event);
	}
	return ret ? fail(w, ret) : 0;
}

static int sooner(int a, int b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

static int wait_for_something(struct watcher *w)
{
	struct pollfd fds[] = {
		{ .fd = kdump_monitor_get_fd(w->monitor), .events = POLLIN },
		{ .fd = w->signals, .events = POLLIN },
	};
	int timeout = sooner(kdump_watch_get_timeout(w->watch), w->notify.watchdog);

	if (poll(fds, ARRAY_SIZE(fds), timeout) < 0 && errno != EINTR) {
		error_set(&w->error, errno, "no-monitor", "", "poll: %s", strerror(errno));
		return -1;
	}
	if (fds[1].revents)
		take_signal(w);
	return take_events(w);
}

static bool is_done(const struct watcher *w)
{
	return w->ending || (w->opt->once && !kdump_watch_is_pending(w->watch));
}

static int loop(struct watcher *w)
{
	int ret = 0;

	while (!ret && !is_done(w)) {
		ret = wait_for_something(w);
		if (!ret && !w->ending && !kdump_watch_get_timeout(w->watch))
			ret = look_and_act(w);
		else
			notify_send(&w->notify, "WATCHDOG=1");
		/* What came while it was looked at is pending too. */
		if (!ret)
			ret = take_events(w);
	}
	return ret;
}

/* ---- beginning and end ---- */

static int block_signals(struct watcher *w)
{
	static const int ours[] = { SIGHUP, SIGINT, SIGTERM };
	sigset_t set;

	/* Whoever reads what is said here may go away; the image is to stay right. */
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(ours); i++)
		sigaddset(&set, ours[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	w->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (w->signals >= 0)
		return 0;
	error_set(&w->error, errno, "no-monitor", "", "signalfd: %s", strerror(errno));
	return -1;
}

static int set_up(struct watcher *w)
{
	const struct watch_options *opt = w->opt;
	int ret = kdump_watch_new(w->ctx, &w->watch);

	if (!ret)
		ret = kdump_watch_set_times(w->watch, opt->settle, opt->at_most);
	if (ret)
		return fail(w, ret);
	/* Many at once are on their way when udev calls: they are waited for. */
	if (opt->once)
		kdump_watch_note_unknown(w->watch, false);
	if (open_session(w) || session_config(&w->s, &opt->image, &w->error))
		return -1;
	ret = privs_raise();
	if (!ret)
		ret = kdump_monitor_new(w->ctx, w->s.config, &w->monitor);
	return ret ? fail(w, ret) : 0;
}

static int begin(struct watcher *w)
{
	int ret = block_signals(w);

	if (ret)
		return ret;
	ret = kdump_ctx_new(&w->ctx);
	if (ret) {
		error_set(&w->error, -ret, "no-context", "", "/: cannot be opened");
		return -1;
	}
	if (w->g->verbose)
		kdump_ctx_set_log_fn(w->ctx, msg_log, NULL);
	if (w->g->sysroot) {
		ret = kdump_ctx_set_root(w->ctx, w->g->sysroot);
		if (ret)
			return fail(w, ret);
	}
	ret = set_up(w);
	close_session(w);
	if (!ret && privs_keep_loading()) {
		error_set(&w->error, EPERM, "privileges-not-lowered", "",
			  "cannot give up privileges that are not needed");
		ret = -1;
	}
	return ret;
}

static void end(struct watcher *w)
{
	notify_send(&w->notify, "STOPPING=1");
	notify_end(&w->notify);
	if (w->signals >= 0)
		close(w->signals);
	forget_unrecorded(w);
	kdump_monitor_unref(w->monitor);
	kdump_watch_unref(w->watch);
	kdump_ctx_unref(w->ctx);
}

static int exit_code(const struct watcher *w)
{
	if (!w->error.id[0] || w->ending)
		return EXIT_DONE;
	if (!strcmp(w->error.id, "watch-times"))
		return EXIT_USAGE;
	return w->changed ? EXIT_CHANGED : EXIT_FAILED;
}

/* Whoever watches hears of what --once was called for, too. */
static int stand_aside(struct watcher *w)
{
	fprintf(stderr, "crashctl: %s: it sees to it\n", w->error.message);
	end(w);
	return EXIT_DONE;
}

int watch_run(struct globals *g, const struct watch_options *opt)
{
	struct watcher w = { .opt = opt, .g = g, .signals = -1 };
	int code;

	notify_start(&w.notify);
	if (begin(&w)) {
		if (opt->once && !strcmp(w.error.id, "already-watched"))
			return stand_aside(&w);
		msg_error(&w.error);
		if (g->json)
			doc_print_error(&w.error);
	} else if (loop(&w)) {
		msg_error(&w.error);
	}
	code = exit_code(&w);
	end(&w);
	return code;
}
