/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* A change carried out below another root, undone, and undone again. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <time.h>

#include "boot-trees.h"

#include "../../lib/decide/plan.h"

#define WORDS "crashkernel=300M"

/* What the files of the boot configuration hold, as one text. */
static char *texts(struct boot_scene *s)
{
	char *all = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&all, &len);

	for (size_t i = 0; i < s->boot->n_files; i++) {
		char *text = machine_get(&s->m, s->boot->files[i].path);

		fprintf(out, "%s: %s\n", s->boot->files[i].path, text ? text : "none");
		free(text);
	}
	fclose(out);
	return all;
}

static void carry_out(struct boot_scene *s, struct kdump_plan *plan)
{
	struct kdump_apply *apply;
	int r;

	r = kdump_apply_new(s->ctx, plan, NULL, &apply);
	if (r)
		fail_msg("%s", kdump_ctx_get_error(s->ctx));
	do
		r = kdump_apply_next(apply);
	while (r == KDUMP_AGAIN);
	if (r)
		fail_msg("%s", kdump_ctx_get_error(s->ctx));
	assert_true(kdump_apply_is_changed(apply));
	kdump_apply_unref(apply);
}

static struct kdump_report *report_of(struct boot_scene *s)
{
	struct kdump_report *report;

	assert_int_equal(kdump_boot_read_saved(s->boot), 0);
	assert_int_equal(kdump_report_new(s->ctx, s->config, NULL, NULL, s->boot, &report), 0);
	return report;
}

static void change_all(struct boot_scene *s)
{
	struct kdump_report *report = report_of(s);
	struct kdump_plan plan = { .refs = 1, .report = report };

	assert_int_equal(scene_change(s, WORDS), 0);
	assert_true(s->change.n_ops);
	plan.change = s->change;
	carry_out(s, &plan);
	kdump_report_unref(report);
	scene_open(s);
}

/* The result of making the plan; carried out where that is 0. */
static int undo(struct boot_scene *s)
{
	struct kdump_report *report = report_of(s);
	struct kdump_plan *plan;
	int r = kdump_plan_new_undo(s->ctx, report, &plan);

	kdump_report_unref(report);
	if (r)
		return r;
	assert_int_equal(kdump_plan_count_refusals(plan), 0);
	assert_int_equal(kdump_plan_count_steps(plan), 1);
	carry_out(s, plan);
	kdump_plan_unref(plan);
	scene_open(s);
	return 0;
}

static void tree_grub_bls(const struct machine *m)
{
	tree_grubby(m);
	machine_drop(m, "usr/sbin/grubby");
}

/* Each entry gets back the words that it had, and then the new ones again. */
static void undo_and_redo(struct boot_scene *s, void (*tree)(const struct machine *))
{
	char *before, *after, *now;

	tree(&s->m);
	scene_open(s);
	before = texts(s);
	change_all(s);
	after = texts(s);
	assert_string_not_equal(before, after);
	assert_int_equal(undo(s), 0);
	now = texts(s);
	assert_string_equal(now, before);
	free(now);
	assert_int_equal(undo(s), 0);
	now = texts(s);
	assert_string_equal(now, after);
	free(now);
	free(before);
	free(after);
}

static void test_systemd_boot(void **state)
{
	undo_and_redo(*state, tree_systemd);
}

static void test_extlinux(void **state)
{
	undo_and_redo(*state, tree_extlinux);
}

static void test_grub_bls(void **state)
{
	undo_and_redo(*state, tree_grub_bls);
}

/* What kernel-install made since, out of the words that are undone, gets the old ones too. */
static void test_kernel_since(void **state)
{
	static const char newer[] = "efi/loader/entries/6.99.0.conf";
	struct boot_scene *s = *state;
	const struct timespec soon = { .tv_sec = time(NULL) + 60 }, both[] = { soon, soon };
	char *text;

	tree_systemd(&s->m);
	machine_put(&s->m, "efi/loader/entries/" ID_B,
		    ENTRY("Old", OLD_RELEASE, "/vmlinuz-" OLD_RELEASE, "crashkernel=256M"));
	machine_put(&s->m, "etc/kernel/cmdline", "crashkernel=256M\n");
	scene_open(s);
	change_all(s);
	machine_put(&s->m, newer, ENTRY("New", "6.99.0", "/vmlinuz-6.99.0", WORDS));
	assert_int_equal(utimensat(AT_FDCWD, machine_path(&s->m, newer), both, 0), 0);
	scene_open(s);
	assert_int_equal(undo(s), 0);
	machine_assert_text(&s->m, newer,
			    ENTRY("New", "6.99.0", "/vmlinuz-6.99.0", "crashkernel=256M"));
	text = machine_get(&s->m, "efi/loader/entries/" ID_B);
	assert_non_null(strstr(text, "crashkernel=256M"));
	free(text);
}

/* The texts are not what was left: the words go back, and what was edited stays. */
static void test_edited_since(void **state)
{
	struct boot_scene *s = *state;
	char *text, *words;

	tree_systemd(&s->m);
	machine_put(&s->m, "efi/loader/entries/" ID_B,
		    ENTRY("Old", OLD_RELEASE, "/vmlinuz-" OLD_RELEASE,
			  "root=/dev/vda1 ro crashkernel=256M"));
	machine_put(&s->m, "etc/kernel/cmdline", "root=/dev/vda1 ro crashkernel=256M\n");
	scene_open(s);
	change_all(s);
	text = machine_get(&s->m, "efi/loader/entries/" ID_B);
	words = strstr(text, "title Old");
	assert_non_null(words);
	memcpy(words, "title Own", 9);
	machine_put(&s->m, "efi/loader/entries/" ID_B, text);
	free(text);
	scene_open(s);
	assert_int_equal(undo(s), 0);
	text = machine_get(&s->m, "efi/loader/entries/" ID_B);
	assert_string_equal(text, ENTRY("Own", OLD_RELEASE, "/vmlinuz-" OLD_RELEASE,
					"root=/dev/vda1 ro crashkernel=256M"));
	free(text);
}

static void test_what_cannot_be_undone(void **state)
{
	struct boot_scene *s = *state;
	struct kdump_report *report;
	struct kdump_plan *plan;

	tree_systemd(&s->m);
	scene_open(s);
	assert_int_equal(undo(s), -ENOENT);
	assert_string_equal(kdump_ctx_get_error_id(s->ctx), "nothing-to-undo");
	machine_put(&s->m, KD_JOURNAL_DONE_PATH, "FORMAT=1\n");
	scene_open(s);
	assert_int_equal(kdump_report_new(s->ctx, s->config, NULL, NULL, s->boot, &report), 0);
	assert_int_equal(kdump_plan_new_undo(s->ctx, report, &plan), -EBADMSG);
	assert_string_equal(kdump_ctx_get_error_id(s->ctx), "journal-unusable");
	kdump_report_unref(report);
	/* Nobody looked for a boot loader. */
	assert_int_equal(kdump_report_new(s->ctx, s->config, NULL, NULL, NULL, &report), 0);
	assert_int_equal(kdump_plan_new_undo(s->ctx, report, &plan), -ENOENT);
	kdump_report_unref(report);
}

#define UNDO(test) cmocka_unit_test_setup_teardown(test, scene_set_up, scene_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNDO(test_systemd_boot),
		UNDO(test_extlinux),
		UNDO(test_grub_bls),
		UNDO(test_kernel_since),
		UNDO(test_edited_since),
		UNDO(test_what_cannot_be_undone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
