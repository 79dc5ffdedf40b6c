/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Growth by the module crash_grow: see grow.h, and kernel/sysfs-kernel-crash_grow. */
#include "grow.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <syslog.h>

#include "../core/busy.h"
#include "../core/root.h"
#include "../decide/refusal.h"

/* ---- the module ---- */

/* A line of modprobe.d can make nothing of it, and that is a success to modprobe. */
static int judge_module(struct kd_grow *grow)
{
	const struct kd_tool *tool = &grow->modprobe;
	struct kd_refusal_text words;
	struct kd_text how = { "" };

	if (!tool->status && kd_growth_has_module(grow->ctx)) {
		kd_log(grow->ctx, LOG_INFO, KD_GROW_MODULE " is loaded");
		grow->loaded = true;
		return 0;
	}
	words = kd_explain_module(tool->status, tool->output);
	if (tool->status)
		kd_tool_say_status(&how, tool->status);
	kd_advise(grow->ctx, "%s", words.advice);
	return kd_fail_id(grow->ctx, words.code, words.id, "%s: %s%s%s%s%s",
			  grow->plan->module_command, words.text, *how.s ? ": " : "", how.s,
			  *tool->output ? ": " : "", tool->output);
}

int kd_grow_load_module(struct kd_grow *grow)
{
	struct kd_tool *tool = &grow->modprobe;

	if (!tool->waiting)
		return kd_tool_ask(tool);
	if (!tool->answered)
		return KDUMP_APPLY_RUN;
	tool->waiting = false;
	return judge_module(grow);
}

/* ---- its files ---- */

static int explain(struct kd_grow *grow, const char *path, enum kd_grow_call call, int err)
{
	struct kd_refusal_text words = kd_explain_grow(err, call);

	kd_advise(grow->ctx, "%s", words.advice);
	return kd_fail_id(grow->ctx, words.code, words.id, "%s: %s%s%s", path, words.text,
			  *words.text ? ": " : "", kd_errno_text(err));
}

int kd_grow_explain_write(struct kd_grow *grow, const char *path, int err)
{
	return explain(grow, path, KD_GROW_WRITE, err);
}

static int poke(struct kd_grow *grow, const char *path, uint64_t value)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	return kd_root_poke(grow->ctx, path, text);
}

/* EAGAIN: a load is in progress; it ends soon, and until then nothing was done. */
static int poke_when_idle(struct kd_grow *grow, const char *path, uint64_t value)
{
	uint64_t deadline = kd_busy_deadline();
	int err;

	do
		err = poke(grow, path, value);
	while (kd_busy_wait(err == -EAGAIN ? -EBUSY : 0, deadline));
	return err;
}

/*
 * What the plan says of low and high holds for one take: what the administrator has set
 * there is set again behind it.
 */
struct setting {
	const char *path;
	bool wanted, changed;
	uint64_t value, before;
};

/* Without its file nobody knows what the module would take instead. */
static int set(struct kd_grow *grow, struct setting *setting)
{
	int err;

	if (!setting->wanted)
		return 0;
	err = kd_root_read_u64(grow->ctx, setting->path, &setting->before);
	if (!err && setting->before == setting->value)
		return 0;
	if (!err)
		err = poke(grow, setting->path, setting->value);
	setting->changed = !err;
	return err ? explain(grow, setting->path, KD_GROW_TAKE, err) : 0;
}

static void set_again(struct kd_grow *grow, struct setting *setting)
{
	if (!setting->changed)
		return;
	/* Twice: nobody else would ever do it. */
	if (poke(grow, setting->path, setting->before) &&
	    poke(grow, setting->path, setting->before))
		kd_log(grow->ctx, LOG_WARNING, "%s: stays %" PRIu64, setting->path,
		       setting->value);
}

static const char take_file[] = KD_GROW_FOLDER "/take";
static const char commit_file[] = KD_GROW_FOLDER "/commit";

static int take(struct kd_grow *grow, const struct kdump_step *step)
{
	struct setting low = {
		.path = KD_GROW_FOLDER "/low_size", .wanted = step->has_low, .value = step->low,
	}, high = {
		.path = KD_GROW_FOLDER "/high", .wanted = step->high, .value = 1,
	};
	int err = set(grow, &low);

	if (!err)
		err = set(grow, &high);
	if (!err) {
		err = poke_when_idle(grow, take_file, step->to);
		grow->taken = !err;
		if (err)
			err = explain(grow, take_file, KD_GROW_TAKE, err);
	}
	set_again(grow, &high);
	set_again(grow, &low);
	return err;
}

/* A low part that is large enough already stays where main comes to lie above 4 GiB. */
static void keep_low(const struct kdump_snapshot *snap, struct kd_main_then *then)
{
	const struct kd_ranges *crash = &snap->iomem.crash;

	if (!then->low.end && snap->arch && then->main.start >= snap->arch->low_max &&
	    crash->n == 2)
		then->low = crash->v[0];
}

static int look_at_taken(struct kd_grow *grow, const struct kdump_step *step,
			 struct kd_main_then *ret)
{
	struct kd_main_then then = { .bytes = step->to, .placed = true };
	int r = kd_growth_read_taken(grow->ctx, &then.main, &then.low);

	if (r == 1 && kd_range_bytes(&then.main) >= step->to) {
		keep_low(grow->plan->report->snap, &then);
		kd_log(grow->ctx, LOG_INFO, "taken: %" PRIx64 "-%" PRIx64, then.main.start,
		       then.main.end);
		*ret = then;
		return 0;
	}
	return kd_fail_id(grow->ctx, -EBADMSG, "bad-kernel-file",
			  KD_GROW_FOLDER "/main: %s", r < 0 ? kd_errno_text(r) :
			  "it is not what was to be taken");
}

int kd_grow_take(struct kd_grow *grow, const struct kdump_step *step, struct kd_main_then *ret)
{
	int err = poke(grow, take_file, 0);

	if (err)
		return explain(grow, take_file, KD_GROW_TAKE, err);
	err = take(grow, step);
	return err ? err : look_at_taken(grow, step, ret);
}

int kd_grow_commit(struct kd_grow *grow)
{
	int err = poke_when_idle(grow, commit_file, 1);

	if (err)
		return explain(grow, commit_file, KD_GROW_COMMIT, err);
	grow->taken = false;
	return 0;
}

int kd_grow_give_back(struct kd_grow *grow)
{
	int err = grow->taken ? poke(grow, take_file, 0) : 0;

	if (err) {
		kd_advise(grow->ctx, "echo 0 >%s", take_file);
		return kd_fail_id(grow->ctx, -EIO, "not-given-back",
				  "what was taken for main could not be given back: %s",
				  kd_errno_text(err));
	}
	grow->taken = false;
	return 0;
}
