/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <errno.h>

#include "machine.h"
#include "privs.h"
#include "names.h"
#include "session.h"

static int fail(const struct session *s, struct error *error, int ret)
{
	error_from_ctx(error, s->ctx, ret);
	return -1;
}

static int open_ctx(struct session *s, struct error *error)
{
	int ret = kdump_ctx_new(&s->ctx);

	if (ret) {
		error_set(error, -ret, "no-context", "", "/: cannot be opened");
		return -1;
	}
	if (s->g->verbose)
		kdump_ctx_set_log_fn(s->ctx, msg_log, NULL);
	if (s->g->sysroot) {
		ret = kdump_ctx_set_root(s->ctx, s->g->sysroot);
		if (ret)
			return fail(s, error, ret);
	}
	return 0;
}

static int take_snapshot(struct session *s, struct error *error)
{
	int ret;

	ret = kdump_snapshot_new(s->ctx, &s->snap);
	if (ret)
		return fail(s, error, ret);
	ret = privs_lower();
	if (ret) {
		error_set(error, -ret, "privileges-not-lowered", "",
			  "cannot lower privileges before files are read");
		return -1;
	}
	return 0;
}

int session_open(struct session *s, const struct globals *g, struct error *error)
{
	*s = (struct session) { .g = g };
	return open_ctx(s, error) ? -1 : take_snapshot(s, error);
}

int session_open_facts(struct session *s, const struct globals *g, const char *path,
		       struct error *error)
{
	int ret;

	*s = (struct session) { .g = g };
	if (open_ctx(s, error))
		return -1;
	ret = kdump_ctx_set_facts(s->ctx, path);
	return ret ? fail(s, error, ret) : take_snapshot(s, error);
}

int session_record(struct session *s, const struct globals *g, struct error *error)
{
	int ret;

	*s = (struct session) { .g = g };
	if (open_ctx(s, error))
		return -1;
	ret = kdump_ctx_record(s->ctx);
	return ret ? fail(s, error, ret) : take_snapshot(s, error);
}

static int set_config(struct kdump_config *config, const struct image_options *image)
{
	enum kdump_syscall call;
	int ret = image->as_loaded ? kdump_config_set_as_loaded(config) : 0;

	if (!ret && image->release)
		ret = kdump_config_set_release(config, image->release);
	if (!ret && image->kernel)
		ret = kdump_config_set_kernel(config, image->kernel);
	if (!ret && image->initramfs)
		ret = kdump_config_set_initramfs(config, image->initramfs);
	if (!ret && (image->append || image->reuse_cmdline))
		ret = kdump_config_set_append(config, image->reuse_cmdline,
					      image->append);
	if (!ret && image->syscall && !syscall_by_name(image->syscall, &call))
		ret = kdump_config_set_syscall(config, call);
	if (!ret && image->machine)
		ret = machine_apply(image->machine, config);
	return ret;
}

int session_config(struct session *s, const struct image_options *image,
		   struct error *error)
{
	int ret = kdump_config_new(s->ctx, s->snap, &s->config);

	if (!ret && image)
		ret = set_config(s->config, image);
	return ret ? fail(s, error, ret) : 0;
}

void session_warn(const struct session *s)
{
	const char *text;

	for (size_t i = 0; s->config && !s->g->quiet &&
	     (text = kdump_config_get_ignored(s->config, i)); i++)
		msg_ignored(text);
}

static int read_image(struct session *s)
{
	struct progress progress;
	uint64_t done, total;
	int ret;

	progress_start(&progress, s->g);
	do {
		ret = kdump_image_read(s->image);
		kdump_image_get_progress(s->image, &done, &total);
		progress_show(&progress, done, total);
	} while (ret == KDUMP_AGAIN);
	progress_end(&progress);
	return ret;
}

/* The reason is taken at once: the next call on the context may replace it. */
static int look_at_image(struct session *s, struct error *error)
{
	int ret = read_image(s);

	if (!ret)
		ret = kdump_estimate_new(s->ctx, s->config, s->image, &s->est);
	if (ret == -ENOMEM)
		return fail(s, error, ret);
	if (ret)
		error_from_ctx(&s->image_error, s->ctx, ret);
	return 0;
}

int session_report(struct session *s, struct error *error)
{
	int ret = s->wants_capture ? kdump_config_read_capture(s->config) : 0;

	if (!ret && s->wants_capture)
		ret = kdump_config_read_history(s->config);
	if (!ret && s->wants_boot)
		ret = kdump_boot_new(s->ctx, s->config, s->bootloader, &s->boot);
	if (!ret && s->wants_saved)
		ret = kdump_boot_read_saved(s->boot);
	if (!ret)
		ret = kdump_report_new(s->ctx, s->config, s->image, s->est, s->boot,
				       &s->report);
	return ret ? fail(s, error, ret) : 0;
}

int session_look(struct session *s, const struct image_options *image,
		 struct error *error)
{
	return session_config(s, image, error) ? -1 : session_image(s, error);
}

int session_image(struct session *s, struct error *error)
{
	int ret = kdump_image_new(s->ctx, s->config, &s->image);

	if (ret)
		return fail(s, error, ret);
	if (look_at_image(s, error))
		return -1;
	/* What is reserved and loaded here says nothing about another machine. */
	return kdump_config_is_elsewhere(s->config) ? 0 : session_report(s, error);
}

static int add_force(void *rq, const char *id)
{
	return kdump_request_add_force(rq, id);
}

int session_request(struct session *s, const struct change_options *change,
		    struct kdump_request **ret, struct error *error)
{
	struct kdump_request *rq = NULL;
	int err = kdump_request_new(s->ctx, s->config, s->image, s->est, &rq);

	if (!err)
		err = options_each_force(change, add_force, rq);
	if (err) {
		error_from_ctx(error, s->ctx, err);
		kdump_request_unref(rq);
		return err;
	}
	*ret = rq;
	return 0;
}

void session_save(struct session *s)
{
	if (!s->image || privs_raise())
		return;
	kdump_image_save(s->image);
	privs_lower();
}

void session_close(struct session *s)
{
	kdump_report_unref(s->report);
	kdump_boot_unref(s->boot);
	kdump_estimate_unref(s->est);
	kdump_image_unref(s->image);
	kdump_config_unref(s->config);
	kdump_snapshot_unref(s->snap);
	kdump_ctx_unref(s->ctx);
}

int session_change_begin(struct session_change *change, struct error *error)
{
	static const int waiting[] = {
		SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGABRT,	/* of a watchdog */
	};
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigset_t set;
	int ret = privs_raise();

	if (ret) {
		error_set(error, -ret, "privileges-not-raised", "",
			  "cannot take privileges back that were lowered");
		return -1;
	}
	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(waiting); i++)
		sigaddset(&set, waiting[i]);
	sigprocmask(SIG_BLOCK, &set, &change->signals);
	sigaction(SIGPIPE, &ignore, &change->pipe);
	return 0;
}

void session_change_end(struct session_change *change)
{
	/* Nothing is done afterwards but to say what was done. */
	privs_lower();
	sigaction(SIGPIPE, &change->pipe, NULL);
	sigprocmask(SIG_SETMASK, &change->signals, NULL);
}
