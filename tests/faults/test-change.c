/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Changing the boot configuration with everything failing that can fail, and dying at
 * each call: every file is the old one or the new one, whole; what died is put back
 * by the next one.
 */
#define _GNU_SOURCE
#include "change.h"

/* ---- every call ---- */

static void check_failed(const struct machine *m, const struct sequence *s,
			 struct kdump_ctx *ctx, bool changed, const struct fault *fault)
{
	if (fault->from)
		return;
	/* One fault alone is always mended. */
	assert_int_equal(look_at_files(m, s), ALL_OLD);
	assert_false(changed);
	assert_int_not_equal(journal_state(ctx), KD_JOURNAL_OPEN);
	assert_clean(m);
}

/* Whatever was left: all of it old, or, where it was committed, all of it new. */
static void check_recovered(const struct machine *m, const struct sequence *s,
			    struct kdump_ctx *ctx, int result)
{
	enum state state = look_at_files(m, s);
	bool open = journal_state(ctx) == KD_JOURNAL_OPEN;

	assert_int_equal(kdump_recover(ctx), open);
	assert_int_not_equal(journal_state(ctx), KD_JOURNAL_OPEN);
	state = look_at_files(m, s);
	assert_int_equal(state, open || result < 0 ? ALL_OLD : ALL_NEW);
	if (open)
		assert_clean(m);
	assert_int_equal(kdump_recover(ctx), 0);
}

/* After all that the next one gets through. */
static void check_next(const struct machine *m, struct sequence *s, struct objects *o)
{
	struct kdump_apply *apply = NULL;
	struct kdump_plan plan;

	plan_only(&plan, o, s);
	assert_int_equal(kdump_apply_new(o->ctx, &plan, NULL, &apply), 0);
	assert_int_equal(carry_out(apply, m, s, 0, false), 0);
	assert_true(kdump_apply_is_changed(apply));
	kdump_apply_unref(apply);
	assert_int_equal(look_at_files(m, s), ALL_NEW);
	assert_int_equal(journal_state(o->ctx), KD_JOURNAL_DONE);
	assert_clean(m);
}

/* One change with the @n-th call failing; false where it ended before that call. */
static bool change_once(const struct machine *m, struct objects *o, struct sequence *s,
			const struct fault *fault, unsigned long n)
{
	struct kdump_apply *apply = NULL;
	bool met, changed = false;
	struct kdump_plan plan;
	int r;

	put_old(m, s);
	plan_only(&plan, o, s);
	begin_fault(fault, n);
	r = kdump_apply_new(o->ctx, &plan, NULL, &apply);
	if (!r)
		r = carry_out(apply, m, s, 0, false);
	if (r < 0) {
		assert_string_not_equal(kdump_ctx_get_error(o->ctx), "");
		assert_string_not_equal(kdump_ctx_get_error_id(o->ctx), "");
	}
	if (apply)
		changed = kdump_apply_is_changed(apply);
	kdump_apply_unref(apply);
	met = end_fault(fault);
	assert_int_equal(plan.refs, 1);
	if (r < 0)
		check_failed(m, s, o->ctx, changed, fault);
	else
		assert_int_equal(look_at_files(m, s), ALL_NEW);
	assert_true(met || !r);
	check_recovered(m, s, o->ctx, r);
	if (look_at_files(m, s) == ALL_OLD)
		check_next(m, s, o);
	return met;
}

static void change_always(struct sequence *s)
{
	static const struct fault faults[] = {
		{ 0, false }, { EIO, false }, { ENOSPC, false }, { EROFS, false },
		{ FAKE_SHORT, false }, { EIO, true },
	};
	struct objects o = { 0 };
	unsigned long tried = 0, n;
	struct machine m;
	int open_files;

	machine_new(&m);
	machine_fill(&m);
	fake_start(m.root);
	assert_int_equal(kdump_ctx_new(&o.ctx), 0);
	kdump_ctx_set_lock_timeout(o.ctx, 500);
	look_only(&o);
	open_files = fake_open_files();
	for (size_t i = 0; i < KD_ARRAY_SIZE(faults); i++) {
		for (n = 1; ; n++) {
			snprintf(where, sizeof(where), "%s, call %lu, errno %d%s", s->name, n,
				 faults[i].err, faults[i].from ? " from there on" : "");
			if (!change_once(&m, &o, s, &faults[i], n))
				break;
			assert_int_equal(fake_open_files(), open_files);
			assert_true(n < 5000);
		}
		tried += n - 1;
	}
	where[0] = '\0';
	release(&o);
	machine_free(&m);
	print_message("# %s: %lu faults in all\n", s->name, tried);
	assert_true(tried > 300);
}

static void test_every_call(void **state)
{
	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(sequences); i++)
		change_always(&sequences[i]);
}

/* ---- one thing at a time ---- */

struct change_scene {
	struct scene s;
	struct kdump_plan plan;
};

static int set_up_change(void **state)
{
	struct change_scene *c = calloc(1, sizeof(*c));

	machine_new(&c->s.m);
	machine_fill(&c->s.m);
	fake_start(c->s.m.root);
	assert_int_equal(kdump_ctx_new(&c->s.o.ctx), 0);
	look_only(&c->s.o);
	*state = c;
	return 0;
}

static int tear_down_change(void **state)
{
	return tear_down(state);
}

static struct kdump_apply *begin(struct change_scene *c, struct sequence *s)
{
	put_old(&c->s.m, s);
	plan_only(&c->plan, &c->s.o, s);
	assert_int_equal(kdump_apply_new(c->s.o.ctx, &c->plan, NULL, &c->s.o.apply), 0);
	return c->s.o.apply;
}

static void end(struct change_scene *c)
{
	c->s.o.apply = kdump_apply_unref(c->s.o.apply);
}

/* As if the process were killed now. */
static void die(struct change_scene *c)
{
	fake_fail(1, EIO, true);
	end(c);
	fake_fail_no_more();
}

static void do_steps(struct change_scene *c, unsigned n)
{
	while (n--)
		assert_true(kdump_apply_next(c->s.o.apply) > 0);
}

static void test_abandoned(void **state)
{
	struct change_scene *c = *state;

	begin(c, GRUB);
	do_steps(c, 2);
	assert_false(look_at_files(&c->s.m, GRUB) == ALL_OLD);
	assert_true(kdump_apply_is_changed(c->s.o.apply));
	end(c);
	assert_int_equal(look_at_files(&c->s.m, GRUB), ALL_OLD);
	assert_int_equal(journal_state(c->s.o.ctx), KD_JOURNAL_NONE);
}

static void test_dead_while_a_tool_runs(void **state)
{
	struct change_scene *c = *state;

	begin(c, TOOL);
	do_steps(c, 2);
	make_entries(&c->s.m, true);
	die(c);
	assert_int_equal(kdump_recover(c->s.o.ctx), 1);
	assert_int_equal(look_at_files(&c->s.m, TOOL), ALL_OLD);
	/* And one that had begun to make what was never installed. */
	begin(c, GRUB);
	do_steps(c, 3);
	make_cfg(&c->s.m, true);
	die(c);
	assert_int_equal(kdump_recover(c->s.o.ctx), 1);
	assert_int_equal(look_at_files(&c->s.m, GRUB), ALL_OLD);
	assert_clean(&c->s.m);
}

static void test_tool_fails(void **state)
{
	static const struct { int status; const char *says; } rows[] = {
		{ 1 << 8, "it exited with 1: what was wrong" },
		{ 9, "it was killed by signal 9" },
		{ -ENOENT, "it could not be started: No such file" },
	};
	struct change_scene *c = *state;

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		struct kdump_apply *apply = begin(c, TOOL);

		assert_failed(&c->s, carry_out(apply, &c->s.m, TOOL, rows[i].status, true), -EIO,
			      "tool-failed");
		assert_non_null(strstr(kdump_ctx_get_error(c->s.o.ctx), rows[i].says));
		assert_int_equal(look_at_files(&c->s.m, TOOL), ALL_OLD);
		assert_false(kdump_apply_is_changed(apply));
		end(c);
	}
}

/* What zipl wrote to the disk is not in any file: nobody is told that all is as before. */
static void test_tool_writes_elsewhere(void **state)
{
	static struct kd_op ops[] = {
		WRITE(OURS, "old words\n", "new words\n"),
		RUN("/usr/sbin/zipl"),
		RUN("/usr/bin/false"),
	};
	static struct sequence s = {
		.files = { { OURS, "old words\n", "new words\n" } },
		.change = { .n_ops = KD_ARRAY_SIZE(ops), .ops = ops },
	};
	struct change_scene *c = *state;
	struct kdump_apply *apply = begin(c, &s);

	do_steps(c, 2);
	kdump_apply_ran(apply, 0, NULL);
	do_steps(c, 2);
	kdump_apply_ran(apply, 1 << 8, NULL);
	assert_failed(&c->s, kdump_apply_next(apply), -EIO, "tool-failed");
	assert_non_null(strstr(kdump_ctx_get_error(c->s.o.ctx), "; the files are as before"));
	assert_int_equal(look_at_files(&c->s.m, &s), ALL_OLD);
	assert_true(kdump_apply_is_changed(apply));
}

static void test_tool_makes_nothing(void **state)
{
	struct change_scene *c = *state;
	struct sequence s = *GRUB;
	struct kdump_apply *apply;

	s.tool = NULL;
	apply = begin(c, &s);
	assert_failed(&c->s, carry_out(apply, &c->s.m, &s, 0, false), -EIO, "tool-failed");
	assert_int_equal(look_at_files(&c->s.m, GRUB), ALL_OLD);
}

/* A menu without the words is found out before it takes the place of the old one. */
static void make_wrong_cfg(const struct machine *m, bool half)
{
	(void)half;
	machine_put(m, MADE, "### BEGIN /etc/grub.d/10_linux ###\n"
		    "menuentry 'x' $menuentry_id_option 'gnulinux-x' {\n"
		    "\tlinux\t/boot/vmlinuz root=/dev/vda1 ro crashkernel=2G\n}\n"
		    "### END /etc/grub.d/10_linux ###\n");
}

static void test_menu_without_the_words(void **state)
{
	static struct kd_expected expected = { (char *)(uintptr_t)"gnulinux-x",
					       (char *)(uintptr_t)"crashkernel=1G" };
	struct change_scene *c = *state;
	struct sequence s = *GRUB;
	struct kdump_apply *apply;
	struct stat before, after;

	s.tool = make_wrong_cfg;
	s.change.n_expected = 1;
	s.change.expected = &expected;
	apply = begin(c, &s);
	assert_int_equal(stat(machine_path(&c->s.m, CFG), &before), 0);
	assert_failed(&c->s, carry_out(apply, &c->s.m, &s, 0, false), -EIO, "not-verified");
	assert_int_equal(look_at_files(&c->s.m, GRUB), ALL_OLD);
	assert_int_equal(stat(machine_path(&c->s.m, CFG), &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	assert_clean(&c->s.m);
}

static void test_changed_meanwhile(void **state)
{
	struct change_scene *c = *state;

	begin(c, GRUB);
	machine_put(&c->s.m, DEFAULTS, "GRUB_TIMEOUT=7\n");
	assert_failed(&c->s, kdump_apply_next(c->s.o.apply), -ESTALE, "changed-meanwhile");
	end(c);
	machine_assert_text(&c->s.m, DEFAULTS, "GRUB_TIMEOUT=7\n");
	assert_failed(&c->s, kdump_apply_new(c->s.o.ctx, &c->plan, NULL, &c->s.o.apply), -ESTALE,
		      "changed-meanwhile");
	assert_int_equal(journal_state(c->s.o.ctx), KD_JOURNAL_NONE);
}

/* What lies where /boot should be is not what was interrupted. */
static void test_boot_is_not_mounted(void **state)
{
	struct change_scene *c = *state;

	begin(c, GRUB);
	do_steps(c, 2);
	die(c);
	machine_put(&c->s.m, "etc/fstab", "/dev/vda2 /boot ext4 defaults 0 2\n");
	machine_drop(&c->s.m, CFG);
	assert_failed(&c->s, kdump_recover(c->s.o.ctx), -EIO, "boot-not-mounted");
	assert_int_equal(journal_state(c->s.o.ctx), KD_JOURNAL_OPEN);
	machine_drop(&c->s.m, "etc/fstab");
	machine_put(&c->s.m, CFG, "the old menu\n");
	assert_int_equal(chmod(machine_path(&c->s.m, CFG), 0640), 0);
	assert_int_equal(kdump_recover(c->s.o.ctx), 1);
	assert_int_equal(look_at_files(&c->s.m, GRUB), ALL_OLD);
}

static void make_cfg_late(const struct machine *m, bool half)
{
	make_cfg(m, half);
	machine_put(m, CFG, "the menu of a package\n");
}

/* While our tool was at work a package ran its own: that menu knows of more kernels. */
static void test_changed_by_a_package(void **state)
{
	struct change_scene *c = *state;
	struct sequence late = *GRUB;
	struct kdump_apply *apply = begin(c, &late);

	late.tool = make_cfg_late;
	assert_failed(&c->s, carry_out(apply, &c->s.m, &late, 0, false), -ESTALE,
		      "changed-meanwhile");
	end(c);
	assert_true(holds(&c->s.m, CFG, "the menu of a package\n"));
	assert_true(holds(&c->s.m, DROPIN, NULL));
	assert_true(holds(&c->s.m, DEFAULTS, "GRUB_TIMEOUT=5\n"));
	assert_int_equal(journal_state(c->s.o.ctx), KD_JOURNAL_NONE);
	assert_clean(&c->s.m);
}

/* What somebody else wrote after the interruption is theirs. */
static void test_changed_since(void **state)
{
	struct change_scene *c = *state;

	begin(c, GRUB);
	do_steps(c, 2);
	die(c);
	machine_put(&c->s.m, DEFAULTS, "GRUB_TIMEOUT=9\n");
	assert_failed(&c->s, kdump_apply_new(c->s.o.ctx, &c->plan, NULL, &c->s.o.apply), -ESTALE,
		      "interrupted-change");
	assert_failed(&c->s, kdump_recover(c->s.o.ctx), -ESTALE, "changed-since");
	assert_non_null(strstr(kdump_ctx_get_error(c->s.o.ctx), DEFAULTS));
	assert_null(strstr(kdump_ctx_get_error(c->s.o.ctx), DROPIN));
	machine_assert_text(&c->s.m, DEFAULTS, "GRUB_TIMEOUT=9\n");
	assert_null(machine_get(&c->s.m, DROPIN));
	assert_int_equal(kdump_recover(c->s.o.ctx), 0);
}

static void test_journal_is_damaged(void **state)
{
	struct change_scene *c = *state;
	struct kd_journal journal;

	begin(c, GRUB);
	do_steps(c, 2);
	die(c);
	assert_int_equal(kd_journal_read(c->s.o.ctx, &journal), 0);
	for (size_t i = 0; i < journal.n; i++)
		if (!strcmp(journal.files[i].path, DEFAULTS))
			machine_put(&c->s.m, journal.files[i].saved, "not what it was");
	kd_journal_free(&journal);
	assert_failed(&c->s, kdump_recover(c->s.o.ctx), -EBADMSG, "journal-unusable");
	machine_put(&c->s.m, KD_JOURNAL_OPEN_PATH, "FORMAT=1\nTIME=");
	assert_failed(&c->s, kdump_recover(c->s.o.ctx), -EBADMSG, "journal-unusable");
	put_old(&c->s.m, GRUB);
	assert_failed(&c->s, kdump_apply_new(c->s.o.ctx, &c->plan, NULL, &c->s.o.apply), -EIO,
		      "journal-unusable");
}

/* The link stays, and what it leads to is the new one, whatever the root is. */
static void test_links(void **state)
{
	struct change_scene *c = *state;
	struct kdump_apply *apply;
	char target[64];

	put_old(&c->s.m, ENTRIES);
	machine_drop(&c->s.m, ENTRY_A);
	machine_put(&c->s.m, "/srv/a", "title a\noptions old\n");
	machine_link(&c->s.m, "/srv/again", "../srv/a");
	machine_link(&c->s.m, ENTRY_A, "/srv/again");
	plan_only(&c->plan, &c->s.o, ENTRIES);
	assert_int_equal(kdump_apply_new(c->s.o.ctx, &c->plan, NULL, &apply), 0);
	assert_int_equal(carry_out(apply, &c->s.m, ENTRIES, 0, false), 0);
	kdump_apply_unref(apply);
	machine_assert_text(&c->s.m, "/srv/a", "title a\noptions new\n");
	assert_int_equal(kd_root_readlink(c->s.o.ctx, ENTRY_A, target, sizeof(target)), 0);
	assert_string_equal(target, "/srv/again");
	/* One that leads nowhere, and one that leads to itself. */
	machine_drop(&c->s.m, "/srv/a");
	assert_failed(&c->s, kdump_apply_new(c->s.o.ctx, &c->plan, NULL, &apply), -ELOOP,
		      "dangling-link");
	machine_link(&c->s.m, "/srv/a", "again");
	assert_failed(&c->s, kdump_apply_new(c->s.o.ctx, &c->plan, NULL, &apply), -ELOOP,
		      "file-not-written");
}

static void test_locked(void **state)
{
	struct change_scene *c = *state;
	struct kdump_apply *other = NULL;
	char pid[32];

	begin(c, GRUB);
	do_steps(c, 1);
	kdump_ctx_set_lock_timeout(c->s.o.ctx, 200);
	assert_failed(&c->s, kdump_apply_new(c->s.o.ctx, &c->plan, NULL, &other), -ETIMEDOUT,
		      "locked");
	snprintf(pid, sizeof(pid), "pid %d", (int)getpid());
	assert_non_null(strstr(kdump_ctx_get_error(c->s.o.ctx), pid));
	/* Nobody takes what goes on for something that was interrupted. */
	assert_failed(&c->s, kdump_recover(c->s.o.ctx), -ETIMEDOUT, "locked");
	assert_int_equal(carry_out(c->s.o.apply, &c->s.m, GRUB, 0, false), 0);
	assert_int_equal(look_at_files(&c->s.m, GRUB), ALL_NEW);
}

/* Below another root files are written, and the tools are the user's to run. */
static void test_another_root(void **state)
{
	struct change_scene *c = *state;
	struct kdump_apply *apply;
	struct objects o = { 0 };
	struct machine sub;
	char expected[256];

	assert_true(snprintf(sub.root, sizeof(sub.root), "%s/it's", c->s.m.root) < 100);
	assert_int_equal(mkdir(sub.root, 0755), 0);
	assert_int_equal(kdump_ctx_new(&o.ctx), 0);
	assert_int_equal(kdump_ctx_set_root(o.ctx, sub.root), 0);
	assert_false(kdump_ctx_is_live(o.ctx));
	machine_fill(&sub);
	look_only(&o);
	put_old(&sub, GRUB);
	plan_only(&c->plan, &o, GRUB);
	assert_int_equal(kdump_apply_new(o.ctx, &c->plan, NULL, &apply), 0);
	assert_int_equal(carry_out(apply, &sub, GRUB, 0, false), 0);
	machine_assert_text(&sub, DROPIN, "the drop-in\n");
	machine_assert_text(&sub, CFG, "the old menu\n");
	assert_int_equal(kdump_apply_count_commands(apply), 2);
	snprintf(expected, sizeof(expected), "chroot '%s/it'\\''s' /usr/sbin/grub-mkconfig",
		 c->s.m.root);
	assert_string_equal(kdump_apply_get_command(apply, 0), expected);
	snprintf(expected, sizeof(expected), "chroot '%s/it'\\''s' mv -f " MADE " " CFG,
		 c->s.m.root);
	assert_string_equal(kdump_apply_get_command(apply, 1), expected);
	assert_null(kdump_apply_get_command(apply, 2));
	kdump_apply_unref(apply);
	release(&o);
}

/* New words and a shrink that fails are one wish: neither stays. */
static void test_live_step_fails(void **state)
{
	struct change_scene *c = *state;
	struct kdump_plan *plan = &c->plan;

	put_old(&c->s.m, ENTRIES);
	plan_only(plan, &c->s.o, ENTRIES);
	plan->n_steps = 1;
	plan->steps[0] = (struct kdump_step){ .action = KDUMP_ACTION_RESIZE,
					      .write = 128 * KD_MIB };
	assert_int_equal(kdump_apply_new(c->s.o.ctx, plan, NULL, &c->s.o.apply), 0);
	fake_fail_call("write_size", 1, EINVAL);
	assert_failed(&c->s, carry_out(c->s.o.apply, &c->s.m, ENTRIES, 0, false), -EINVAL,
		      "cannot-grow");
	assert_int_equal(look_at_files(&c->s.m, ENTRIES), ALL_OLD);
	assert_false(kdump_apply_is_changed(c->s.o.apply));
	end(c);
	fake_fail_no_more();
	assert_int_equal(kdump_apply_new(c->s.o.ctx, plan, NULL, &c->s.o.apply), 0);
	assert_int_equal(carry_out(c->s.o.apply, &c->s.m, ENTRIES, 0, false), 0);
	assert_int_equal(look_at_files(&c->s.m, ENTRIES), ALL_NEW);
	machine_assert_text(&c->s.m, "sys/kernel/kexec/crash_size", "134217728\n");
}

#define CHANGE(test) cmocka_unit_test_setup_teardown(test, set_up_change, tear_down_change)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHANGE(test_abandoned),
		CHANGE(test_dead_while_a_tool_runs),
		CHANGE(test_tool_fails),
		CHANGE(test_tool_writes_elsewhere),
		CHANGE(test_tool_makes_nothing),
		CHANGE(test_menu_without_the_words),
		CHANGE(test_changed_meanwhile),
		CHANGE(test_boot_is_not_mounted),
		CHANGE(test_changed_by_a_package),
		CHANGE(test_changed_since),
		CHANGE(test_journal_is_damaged),
		CHANGE(test_links),
		CHANGE(test_locked),
		CHANGE(test_another_root),
		CHANGE(test_live_step_fails),
		cmocka_unit_test_teardown(test_every_call, tell_where),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
