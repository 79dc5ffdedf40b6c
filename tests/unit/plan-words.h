/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Plans as lines of a table: wishes out of words, and what came of them in words.
 *
 * A wish: main=N cma=N low=N in MiB, or =auto; at=N with up or down, high, live,
 * config, release=X, force=ID, load; configured: as crashctl.conf says.  Steps: U unload,
 * L load, R200>128:128 resize with what is written, W words for the next boot; M
 * the module, T200>384+72 take, with what goes low, ^ high first; C200>384 commit.  One
 * refusal that was overridden stands in parentheses.
 */
#ifndef TESTS_UNIT_PLAN_WORDS_H
#define TESTS_UNIT_PLAN_WORDS_H

#include "synthetic.h"

#define BOTH "crashkernel=512M,cma crashkernel=256M"

struct plan_row {
	const char *machine, *cmdline, *wish;
	const char *steps, *refusals, *words;
};

static inline void add_word(char *list, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static inline void add_word(char *list, size_t size, const char *fmt, ...)
{
	size_t used = strlen(list);
	va_list args;

	if (used)
		used += (size_t)snprintf(list + used, size - used, " ");
	va_start(args, fmt);
	vsnprintf(list + used, size - used, fmt, args);
	va_end(args);
}

static inline void list_steps(const struct kdump_plan *plan, char *list, size_t size)
{
	list[0] = '\0';
	for (size_t i = 0; i < kdump_plan_count_steps(plan); i++) {
		const struct kdump_step *step = kdump_plan_get_step(plan, i);
		enum kdump_action action = kdump_step_get_action(step);

		assert_int_equal(kdump_step_get_when(step) == KDUMP_WHEN_BOOT,
				 action == KDUMP_ACTION_WORDS);
		assert_string_not_equal(kdump_step_get_why(step), "");
		assert_string_not_equal(kdump_step_get_undo(step), "");
		if (action == KDUMP_ACTION_TAKE && step->has_low)
			add_word(list, size, "T%lu>%lu+%lu%s",
				 (unsigned long)(kdump_step_get_from(step) / KD_MIB),
				 (unsigned long)(kdump_step_get_to(step) / KD_MIB),
				 (unsigned long)(step->low / KD_MIB), step->high ? "^" : "");
		else if (action == KDUMP_ACTION_TAKE || step->commit)
			add_word(list, size, "%c%lu>%lu", step->commit ? 'C' : 'T',
				 (unsigned long)(kdump_step_get_from(step) / KD_MIB),
				 (unsigned long)(kdump_step_get_to(step) / KD_MIB));
		else if (action == KDUMP_ACTION_RESIZE)
			add_word(list, size, "R%lu>%lu:%lu",
				 (unsigned long)(kdump_step_get_from(step) / KD_MIB),
				 (unsigned long)(kdump_step_get_to(step) / KD_MIB),
				 (unsigned long)(step->write / KD_MIB));
		else
			add_word(list, size, "%c", "U?LWM"[action]);
	}
	assert_null(kdump_plan_get_step(plan, kdump_plan_count_steps(plan)));
}

/* One that was overridden stands in parentheses. */
static inline void list_refusals(const struct kdump_plan *plan, char *list, size_t size)
{
	list[0] = '\0';
	for (size_t i = 0; i < kdump_plan_count_refusals(plan); i++) {
		const struct kdump_refusal *refusal = kdump_plan_get_refusal(plan, i);
		bool forced = kdump_refusal_is_forced(refusal);

		add_word(list, size, "%s%s%s", forced ? "(" : "", kdump_refusal_get_id(refusal),
			 forced ? ")" : "");
		assert_string_not_equal(kdump_refusal_get_text(refusal), "");
		assert_string_not_equal(kdump_refusal_get_advice(refusal), "");
		assert_true(!forced || kdump_refusal_can_be_forced(refusal));
	}
	assert_null(kdump_plan_get_refusal(plan, kdump_plan_count_refusals(plan)));
}

static inline struct kdump_wish *make_wish(struct synthetic *s, const char *words)
{
	static const char *const pools[] = { "main", "low", "cma" };
	struct kdump_wish *wish;

	assert_int_equal(kdump_wish_new(s->ctx, &wish), 0);
	for (unsigned p = 0; p < KDUMP_POOLS; p++) {
		const char *text = word_text(words, pools[p]);

		if (!text)
			continue;
		if (!strcmp(text, "auto"))
			kdump_wish_set_auto(wish, (enum kdump_pool)p);
		else
			assert_int_equal(kdump_wish_set_size(wish, (enum kdump_pool)p,
							     word_mib(words, pools[p], 0)), 0);
	}
	kdump_wish_set_high(wish, has_word(words, "high"));
	assert_int_equal(kdump_wish_set_place(wish, word_mib(words, "at", 0),
					      has_word(words, "up") ? KDUMP_POLICY_BOTTOM_UP
					      : has_word(words, "down") ? KDUMP_POLICY_TOP_DOWN
									: KDUMP_POLICY_NONE), 0);
	kdump_wish_set_scope(wish, has_word(words, "live") ? KDUMP_SCOPE_LIVE
				   : has_word(words, "config") ? KDUMP_SCOPE_CONFIG
							       : KDUMP_SCOPE_BOTH);
	kdump_wish_set_load_module(wish, has_word(words, "load"));
	if (has_word(words, "configured"))
		assert_int_equal(kdump_wish_set_configured(wish, &s->config), 0);
	assert_int_equal(kdump_wish_set_release(wish, word_text(words, "release")), 0);
	if (word_text(words, "force"))
		assert_int_equal(kdump_wish_add_force(wish, word_text(words, "force")), 0);
	return wish;
}

static inline struct kdump_plan *make_plan(struct synthetic *s, const char *words)
{
	struct kdump_wish *wish = make_wish(s, words);
	struct kdump_plan *plan;

	assert_int_equal(kdump_plan_new(s->ctx, &s->report, wish, &plan), 0);
	kdump_wish_unref(wish);
	return plan;
}

/* What was made of it is what the row says. */
static inline void check_plan(const struct plan_row *row, const struct kdump_plan *plan)
{
	char steps[256], refusals[256];

	list_steps(plan, steps, sizeof(steps));
	list_refusals(plan, refusals, sizeof(refusals));
	if (strcmp(steps, row->steps) || strcmp(refusals, row->refusals) ||
	    strcmp(kdump_plan_get_words(plan), row->words))
		fail_msg("\"%s\" (%s) wants \"%s\": steps \"%s\", refusals \"%s\", words \"%s\"",
			 row->machine, row->cmdline, row->wish, steps, refusals,
			 kdump_plan_get_words(plan));
	/* One that was overridden refuses nothing. */
	assert_int_equal(kd_plan_is_refused(plan), *refusals && *refusals != '(');
}

static inline void check_rows(struct synthetic *s, const struct plan_row *rows, size_t n)
{
	struct kdump_plan *plan;

	for (size_t i = 0; i < n; i++) {
		synthetic_make(s, rows[i].machine, rows[i].cmdline);
		synthetic_report(s);
		plan = make_plan(s, rows[i].wish);
		check_plan(&rows[i], plan);
		kdump_plan_unref(plan);
	}
}

static inline int plan_set_up(void **state)
{
	struct synthetic *s = calloc(1, sizeof(*s));

	assert_int_equal(kdump_ctx_new(&s->ctx), 0);
	*state = s;
	return 0;
}

static inline int plan_tear_down(void **state)
{
	struct synthetic *s = *state;

	kdump_ctx_unref(s->ctx);
	free(s);
	return 0;
}

#endif
