/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The journal of a change: what is written is read, and nothing else is. */
#define _GNU_SOURCE
#include "machine.h"

#include "../../lib/core/sha256.h"
#include "../../lib/facts/journal.h"

#define SUM_OLD "cba06b5736faf67e54b07b561eae94395e774c517a7d910a54369e1263ccfbd4"	/* "old" */
#define SUM_NEW "11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437"	/* "new" */

static struct kd_journal_file files[] = {
	{ .path = (char *)(uintptr_t)"/etc/default/grub", .had = true, .known = true, .has = true,
	  .old_sum = SUM_OLD, .new_sum = SUM_NEW,
	  .attrs = { 0640, 1, 4294967295U, (char *)(uintptr_t)"757365722e61=6263" } },
	{ .path = (char *)(uintptr_t)"/boot/a b'c$\n", .by_tool = true },
	{ .path = (char *)(uintptr_t)"/gone", .had = true, .known = true, .old_sum = SUM_OLD,
	  .attrs = { 0, 0, 0, (char *)(uintptr_t)"" } },
};
static char *temporary[] = { (char *)(uintptr_t)"/boot/grub/grub.cfg.crashctl" };
static const struct kd_journal written = {
	.time = -5,
	.loader = (char *)(uintptr_t)"grub",
	.old_words = (char *)(uintptr_t)"",
	.new_words = (char *)(uintptr_t)"crashkernel=1G,cma crashkernel=256M",
	.running = true,
	.n = KD_ARRAY_SIZE(files), .files = files,
	.n_temporary = 1, .temporary = temporary,
};

struct journal_scene {
	struct machine m;
	struct kdump_ctx *ctx;
	char *text;
	size_t len;
};

static int set_up(void **state)
{
	struct journal_scene *s = calloc(1, sizeof(*s));

	machine_begin(&s->m, &s->ctx);
	assert_int_equal(kd_journal_write(&written, &s->text, &s->len), 0);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct journal_scene *s = *state;

	machine_end(&s->m, s->ctx);
	free(s->text);
	free(s);
	return 0;
}

static void assert_same(const struct kd_journal *j)
{
	assert_int_equal(j->time, written.time);
	assert_string_equal(j->loader, written.loader);
	assert_string_equal(j->old_words, written.old_words);
	assert_string_equal(j->new_words, written.new_words);
	assert_int_equal(j->running, written.running);
	assert_int_equal(j->n, written.n);
	assert_int_equal(j->n_temporary, 1);
	assert_string_equal(j->temporary[0], temporary[0]);
	for (size_t i = 0; i < j->n; i++) {
		const struct kd_journal_file *a = &j->files[i], *b = &files[i];

		assert_string_equal(a->path, b->path);
		assert_int_equal(a->had, b->had);
		assert_int_equal(a->known, b->known);
		assert_int_equal(a->has, b->has);
		assert_int_equal(a->by_tool, b->by_tool);
		assert_string_equal(a->old_sum, b->old_sum);
		assert_string_equal(a->new_sum, b->new_sum);
		assert_int_equal(a->attrs.mode, b->attrs.mode);
		assert_int_equal(a->attrs.gid, b->attrs.gid);
		assert_string_equal(a->attrs.xattrs, b->attrs.xattrs ? b->attrs.xattrs : "");
		if (b->had)
			assert_string_equal(a->saved, KD_JOURNAL_SAVED "/" SUM_OLD);
		else
			assert_null(a->saved);
	}
}

static enum kd_journal_state state_of(struct journal_scene *s)
{
	struct kd_journal j;
	enum kd_journal_state state;

	assert_int_equal(kd_journal_read(s->ctx, &j), 0);
	state = j.state;
	if (state == KD_JOURNAL_BAD)
		assert_string_not_equal(j.why.s, "");
	kd_journal_free(&j);
	return state;
}

static void test_read_as_written(void **state)
{
	struct journal_scene *s = *state;
	struct kd_journal j;

	assert_int_equal(state_of(s), KD_JOURNAL_NONE);
	machine_put(&s->m, KD_JOURNAL_DONE_PATH, s->text);
	assert_int_equal(kd_journal_read(s->ctx, &j), 0);
	assert_int_equal(j.state, KD_JOURNAL_DONE);
	assert_same(&j);
	kd_journal_free(&j);
	/* What goes on comes before what is done, also where it cannot be read. */
	machine_put(&s->m, KD_JOURNAL_OPEN_PATH, s->text);
	assert_int_equal(state_of(s), KD_JOURNAL_OPEN);
	machine_put(&s->m, KD_JOURNAL_OPEN_PATH, "");
	assert_int_equal(state_of(s), KD_JOURNAL_BAD);
}

static void test_cut_anywhere(void **state)
{
	struct journal_scene *s = *state;

	for (size_t n = 0; n < s->len; n++) {
		machine_put_bytes(&s->m, KD_JOURNAL_OPEN_PATH, s->text, n);
		assert_int_equal(state_of(s), KD_JOURNAL_BAD);
	}
}

/* Whatever it is then, it is bounded. */
static void test_spoilt_anywhere(void **state)
{
	struct journal_scene *s = *state;
	unsigned bad = 0;

	for (size_t n = 0; n < s->len; n++) {
		static const char with[] = { 0, '\n', '\'', '9', '=', '\xff' };
		char was = s->text[n];

		for (size_t i = 0; i < sizeof(with); i++) {
			s->text[n] = with[i];
			machine_put_bytes(&s->m, KD_JOURNAL_OPEN_PATH, s->text, s->len);
			bad += state_of(s) == KD_JOURNAL_BAD;
		}
		s->text[n] = was;
	}
	assert_true(bad > s->len);
}

static void test_numbers_have_bounds(void **state)
{
	static const char *const rows[][2] = {
		{ "FILES=3", "FILES=257" }, { "TEMPORARY=1", "TEMPORARY=65" },
		{ "FORMAT=1", "FORMAT=0" }, { "FORMAT=1", "FORMAT=2" },
		{ "FILE_0_MODE=416", "FILE_0_MODE=4096" }, { "FILE_0_HAD=1", "FILE_0_HAD=2" },
		{ "FILE_0_PATH=/etc", "FILE_0_PATH=etc/" },
		{ "FILE_0_OLD_SUM=cba0", "FILE_0_OLD_SUM=../0" },
	};
	struct journal_scene *s = *state;

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		char *at = strstr(s->text, rows[i][0]), *text;

		assert_non_null(at);
		assert_true(asprintf(&text, "%.*s%s%s", (int)(at - s->text), s->text, rows[i][1],
				     at + strlen(rows[i][0])) > 0);
		machine_put(&s->m, KD_JOURNAL_OPEN_PATH, text);
		assert_int_equal(state_of(s), KD_JOURNAL_BAD);
		free(text);
	}
}

static void test_texts(void **state)
{
	struct journal_scene *s = *state;
	struct kd_journal j;

	machine_put(&s->m, KD_JOURNAL_DONE_PATH, s->text);
	assert_int_equal(kd_journal_read(s->ctx, &j), 0);
	assert_int_equal(kd_journal_read_texts(s->ctx, &j), -ENOENT);
	machine_put(&s->m, KD_JOURNAL_SAVED "/" SUM_OLD, "odd");
	assert_int_equal(kd_journal_read_texts(s->ctx, &j), -EBADMSG);
	assert_null(j.files[0].text.data);
	machine_put(&s->m, KD_JOURNAL_SAVED "/" SUM_OLD, "old");
	assert_int_equal(kd_journal_read_texts(s->ctx, &j), 0);
	assert_string_equal(j.files[0].text.data, "old");
	assert_null(j.files[1].text.data);
	assert_string_equal(j.files[2].text.data, "old");
	kd_journal_free(&j);
}

#define JOURNAL(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		JOURNAL(test_read_as_written),
		JOURNAL(test_cut_anywhere),
		JOURNAL(test_spoilt_anywhere),
		JOURNAL(test_numbers_have_bounds),
		JOURNAL(test_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
