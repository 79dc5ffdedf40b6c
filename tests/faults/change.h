/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Changes of the boot configuration, made by hand: which files there are, what each
 * holds before and after, and the tools, which the test itself is.
 */
#ifndef TESTS_FAULTS_CHANGE_H
#define TESTS_FAULTS_CHANGE_H

#include "faults.h"

#include "../../lib/act/change.h"
#include "../../lib/decide/plan.h"

#define DROPIN "/etc/default/grub.d/zz-crashctl.cfg"
#define DEFAULTS "/etc/default/grub"
#define CFG "/boot/grub/grub.cfg"
#define MADE CFG ".crashctl"
#define ENTRY_A "/boot/loader/entries/a.conf"
#define ENTRY_B "/boot/loader/entries/b.conf"
#define OURS "/etc/kernel/cmdline"

/* What a file holds before and after; NULL: it is not there. */
struct boot_file {
	const char *path, *old, *new_text;
};

struct sequence {
	const char *name;
	struct boot_file files[8];
	struct kd_change change;
	/* What the tool of the n-th RUN does; *half: it is killed in the middle. */
	void (*tool)(const struct machine *m, bool half);
};

static inline void make_cfg(const struct machine *m, bool half)
{
	machine_put(m, half ? MADE ".new" : MADE, half ? "menuentry 'Li" : "the new menu\n");
}

static inline void make_entries(const struct machine *m, bool half)
{
	machine_put(m, ENTRY_A, half ? "title a\nopt" : "title a\noptions new\n");
	if (!half)
		machine_put(m, ENTRY_B, "title b\noptions new\n");
}

#define TEXT(s) { (char *)(uintptr_t)(s), sizeof(s) - 1 }
#define WRITE(p, before, after)								\
	{ .kind = KD_OP_WRITE, .path = (char *)(uintptr_t)(p), .had = true,		\
	  .old = TEXT(before), .has = true, .text = TEXT(after) }
#define CREATE(p, after)								\
	{ .kind = KD_OP_WRITE, .path = (char *)(uintptr_t)(p), .has = true,		\
	  .text = TEXT(after) }
#define REMOVE(p, before)								\
	{ .kind = KD_OP_WRITE, .path = (char *)(uintptr_t)(p), .had = true,		\
	  .old = TEXT(before) }
#define RUN(tool) { .kind = KD_OP_RUN, .argv = { (char *)(uintptr_t)(tool), NULL } }
#define INSTALL(p, made)								\
	{ .kind = KD_OP_INSTALL, .path = (char *)(uintptr_t)(p),			\
	  .from = (char *)(uintptr_t)(made) }

static struct kd_op grub_ops[] = {
	CREATE(DROPIN, "the drop-in\n"),
	WRITE(DEFAULTS, "GRUB_TIMEOUT=5\n", "GRUB_TIMEOUT=5\nnew\n"),
	RUN("/usr/sbin/grub-mkconfig"),
	INSTALL(CFG, MADE),
};
static struct kd_op entry_ops[] = {
	WRITE(ENTRY_A, "title a\noptions old\n", "title a\noptions new\n"),
	WRITE(ENTRY_B, "title b\noptions old\n", "title b\noptions new\n"),
	REMOVE(OURS, "old words\n"),
};
static struct kd_op tool_ops[] = {
	WRITE(OURS, "old words\n", "new words\n"),
	RUN("/usr/sbin/grubby"),
};
static char *guarded[] = { (char *)(uintptr_t)ENTRY_A, (char *)(uintptr_t)ENTRY_B };

static struct sequence sequences[] = {
	{ "written, made and installed",
	  { { DROPIN, NULL, "the drop-in\n" },
	    { DEFAULTS, "GRUB_TIMEOUT=5\n", "GRUB_TIMEOUT=5\nnew\n" },
	    { CFG, "the old menu\n", "the new menu\n" } },
	  { .n_ops = KD_ARRAY_SIZE(grub_ops), .ops = grub_ops }, make_cfg },
	{ "written and removed",
	  { { ENTRY_A, "title a\noptions old\n", "title a\noptions new\n" },
	    { ENTRY_B, "title b\noptions old\n", "title b\noptions new\n" },
	    { OURS, "old words\n", NULL } },
	  { .n_ops = KD_ARRAY_SIZE(entry_ops), .ops = entry_ops }, NULL },
	{ "by a tool in place",
	  { { ENTRY_A, "title a\noptions old\n", "title a\noptions new\n" },
	    { ENTRY_B, "title b\noptions old\n", "title b\noptions new\n" },
	    { OURS, "old words\n", "new words\n" } },
	  { .n_ops = KD_ARRAY_SIZE(tool_ops), .ops = tool_ops, .n_guarded = 2,
	    .guarded = guarded }, make_entries },
};

#define GRUB (&sequences[0])
#define ENTRIES (&sequences[1])
#define TOOL (&sequences[2])

static inline void put_old(const struct machine *m, const struct sequence *s)
{
	static const char *const made[] = { MADE, MADE ".new", "/run/crashctl.lock" };

	for (size_t i = 0; i < KD_ARRAY_SIZE(made); i++)
		machine_drop(m, made[i]);
	for (const struct boot_file *f = s->files; f->path; f++) {
		machine_mkparent(m, f->path);
		machine_drop(m, f->path);
		if (!f->old)
			continue;
		machine_put(m, f->path, f->old);
		assert_int_equal(chmod(machine_path(m, f->path), 0640), 0);
	}
}

enum state { MIXED, ALL_OLD, ALL_NEW };

static inline bool holds(const struct machine *m, const char *path, const char *expected)
{
	char *text = machine_get(m, path);
	bool same = text && expected ? !strcmp(text, expected) : !text && !expected;

	free(text);
	return same;
}

/* Each file is whole, the old or the new one, with the mode that it had. */
static inline enum state look_at_files(const struct machine *m, const struct sequence *s)
{
	bool old = true, young = true;
	struct stat st;

	for (const struct boot_file *f = s->files; f->path; f++) {
		bool is_old = holds(m, f->path, f->old), is_new = holds(m, f->path, f->new_text);

		if (!is_old && !is_new)
			fail_msg("%s is neither old nor new", f->path);
		old &= is_old;
		young &= is_new;
		if (f->old && !stat(machine_path(m, f->path), &st))
			assert_int_equal(st.st_mode & 07777, 0640);
	}
	return old ? ALL_OLD : young ? ALL_NEW : MIXED;
}

/* Nothing lies about that is nobody's. */
static inline void assert_clean(const struct machine *m)
{
	assert_false(!access(machine_path(m, MADE), F_OK));
	assert_false(!access(machine_path(m, MADE ".new"), F_OK));
	assert_int_equal(count_left_over(m), 0);
}

static inline enum kd_journal_state journal_state(struct kdump_ctx *ctx)
{
	struct kd_journal journal;
	enum kd_journal_state state;

	assert_int_equal(kd_journal_read(ctx, &journal), 0);
	state = journal.state;
	kd_journal_free(&journal);
	return state;
}

/* To the end, or to the first failure; the tool does what it does and exits with @status. */
static inline int carry_out(struct kdump_apply *apply, const struct machine *m,
			    const struct sequence *s, int status, bool half)
{
	int r;

	do {
		r = kdump_apply_next(apply);
		if (r != KDUMP_APPLY_RUN)
			continue;
		assert_non_null(kdump_apply_get_argv(apply));
		if (s->tool)
			s->tool(m, half);
		kdump_apply_ran(apply, status, "line one\nwhat was wrong\n");
		assert_null(kdump_apply_get_argv(apply));
	} while (r > 0);
	return r;
}

/* A plan that does nothing else. */
static inline void plan_only(struct kdump_plan *plan, struct objects *o, struct sequence *s)
{
	*plan = (struct kdump_plan){
		.refs = 1,
		.report = o->report,
		.change = s->change,
		.scope = KDUMP_SCOPE_CONFIG,
	};
}

static inline void look_only(struct objects *o)
{
	assert_int_equal(kdump_snapshot_new(o->ctx, &o->snap), 0);
	assert_int_equal(kdump_config_new(o->ctx, o->snap, &o->config), 0);
	assert_int_equal(kdump_report_new(o->ctx, o->config, NULL, NULL, NULL, &o->report), 0);
}

#endif
