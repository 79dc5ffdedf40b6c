/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Which dump came of a test, what it proves, and of what it is told afterwards. */
#include "machine.h"

#include "../../lib/decide/proof.h"
#include "../../lib/decide/report.h"
#include "../../lib/facts/config.h"

#define TIME 1795208400
#define DAY (24 * 3600)

static struct kdump_history history;
static char no_dumps[] = "", some_dumps[] = "202611202012/202611202013/";

/* At the end of what is there: the newest come first. */
static struct kdump_dump *add_dump(const char *name, int64_t time, int complete)
{
	struct kdump_dump *dump = &history.dumps[history.n_dumps++];

	*dump = (struct kdump_dump){ .time = time, .complete = complete,
				     .why = complete == 1 ? "" : "it is cut" };
	snprintf(dump->name, sizeof(dump->name), "%s", name);
	kd_text_set(&dump->path, "/var/crash/%s/vmcore", name);
	return dump;
}

static void add_death(int64_t time, const char *why, bool has_wall, enum kdump_wall wall)
{
	struct kdump_death *death = &history.deaths[history.n_deaths++];

	*death = (struct kdump_death){ .time = time };
	death->log.has_wall = has_wall;
	death->log.wall = wall;
	snprintf(death->log.why, sizeof(death->log.why), "%s", why);
}

static int clear(void **state)
{
	(void)state;
	history = (struct kdump_history){ .n_dumps = 0 };
	return 0;
}

static struct kdump_proof judge(char *dumps)
{
	struct kdump_proof proof = { .dumps = dumps, .time = TIME };

	kd_proof_judge(&history, &proof);
	return proof;
}

static void test_captured(void **state)
{
	struct kdump_proof proof;
	struct kdump_dump *dump;

	(void)state;
	add_dump("202611202102", TIME + 60, 0);
	dump = add_dump("202611202101", TIME + 30, 1);
	dump->has_record = true;
	dump->record.ram = 1000;
	dump->record.lowest = 10;
	proof = judge(some_dumps);
	assert_int_equal(proof.outcome, KD_PROOF_CAPTURED);
	assert_string_equal(proof.dump, "/var/crash/202611202101/vmcore");
	assert_string_equal(proof.why, "");
	assert_int_equal(proof.lowest, 10);
	assert_int_equal(proof.wall, 0);
}

/* Names are compared whole, and by what was there; a clock may be off by a zone. */
static void test_which_dump(void **state)
{
	(void)state;
	add_dump("202611202013", TIME + 1, 1);
	assert_int_equal(judge(some_dumps).outcome, KD_PROOF_FAILED);
	assert_int_equal(judge(no_dumps).outcome, KD_PROOF_CAPTURED);
	history.dumps[0].name[11] = '\0';
	assert_int_equal(judge(some_dumps).outcome, KD_PROOF_CAPTURED);
	history.dumps[0].time = TIME - DAY / 2;
	assert_int_equal(judge(some_dumps).outcome, KD_PROOF_CAPTURED);
	history.dumps[0].time = TIME - DAY;
	assert_int_equal(judge(some_dumps).outcome, KD_PROOF_FAILED);
}

static void test_none(void **state)
{
	(void)state;
	assert_int_equal(judge(no_dumps).outcome, KD_PROOF_FAILED);
	assert_string_equal(judge(no_dumps).why, "no dump came of it");
	assert_int_equal(judge(no_dumps).wall, 0);
	add_death(TIME - DAY, "old", true, KDUMP_WALL_RUN);
	assert_string_equal(judge(no_dumps).why, "no dump came of it");
	history.deaths[0].time = TIME + 9;
	assert_string_equal(judge(no_dumps).why, "old");
	assert_int_equal(judge(no_dumps).wall, 1 + KDUMP_WALL_RUN);
	history.unseen = true;
	assert_int_equal(judge(no_dumps).outcome, KD_PROOF_UNSEEN);
	assert_int_equal(judge(no_dumps).wall, 0);
}

static void test_incomplete(void **state)
{
	struct kdump_dump *dump = add_dump("202611202101", TIME + 30, 0);

	(void)state;
	assert_int_equal(judge(no_dumps).outcome, KD_PROOF_FAILED);
	assert_int_equal(judge(no_dumps).wall, 1 + KDUMP_WALL_DUMP);
	dump->has_record = true;
	dump->record.ram = 256 * KD_MIB;
	dump->record.lowest = 4 * KD_MIB;
	assert_int_equal(judge(no_dumps).wall, 1 + KDUMP_WALL_DUMP);
	dump->record.lowest = 64 * KD_MIB;
	assert_int_equal(judge(no_dumps).wall, 0);
	assert_non_null(strstr(judge(no_dumps).why, "memory was not short: 64 MiB"));
	dump->disk_full = true;
	dump->has_record = false;
	assert_int_equal(judge(no_dumps).wall, 0);
	assert_int_equal(judge(no_dumps).disk_full, 1);
	dump->complete = -1;
	assert_int_equal(judge(no_dumps).outcome, KD_PROOF_UNSEEN);
}

static void test_names(void **state)
{
	char *names;

	(void)state;
	names = kd_proof_dumps(&history);
	assert_string_equal(names, "");
	free(names);
	add_dump("202611202013", TIME, 1);
	add_dump("h-202611202012", TIME, 1);
	names = kd_proof_dumps(&history);
	assert_string_equal(names, "202611202013/h-202611202012/");
	free(names);
}

/* ---- findings ---- */

static const struct kdump_report *report_of(void)
{
	static struct kdump_report report;
	static struct kdump_config config;
	static struct kdump_snapshot snap;

	config = (struct kdump_config){ .snap = &snap, .history = &history };
	report = (struct kdump_report){ .config = &config, .snap = &snap };
	kd_text_set(&history.folder, "/var/crash");
	kd_report_prove(&report);
	return &report;
}

static void assert_finding(const char *id, const char *text)
{
	const struct kdump_report *r = report_of();

	for (size_t i = 0; i < r->n_findings; i++)
		if (kd_streq(r->findings[i].id, id)) {
			assert_non_null(text);
			assert_non_null(strstr(r->findings[i].text, text));
			return;
		}
	assert_null(text);
}

static void test_last_dump(void **state)
{
	(void)state;
	assert_finding("dump-incomplete", NULL);
	add_dump("202611202102", TIME, 0);
	assert_finding("dump-incomplete", "/var/crash/202611202102/vmcore: it is cut; main");
	history.dumps[0].complete = -1;
	assert_finding("dump-incomplete", NULL);
	/* Only of the last one. */
	history.dumps[0].complete = 1;
	add_dump("202611202101", TIME - 9, 0);
	assert_finding("dump-incomplete", NULL);
}

static void test_last_death(void **state)
{
	(void)state;
	assert_finding("crash-kernel-died", NULL);
	add_death(TIME, "Out of memory", true, KDUMP_WALL_RUN);
	assert_finding("crash-kernel-died", "Out of memory");
	add_dump("202611202101", TIME - 1, 1);
	assert_finding("crash-kernel-died", "Out of memory");
	history.dumps[0].time = TIME + 1;
	assert_finding("crash-kernel-died", NULL);
	history.dumps[0].complete = 0;
	assert_finding("crash-kernel-died", "Out of memory");
}

/* What is loaded is not known here: nothing is said of tests, but that one waits. */
static void test_mark(void **state)
{
	(void)state;
	assert_finding("test-not-recorded", NULL);
	history.mark_is_past = true;
	assert_finding("test-not-recorded", "panic on purpose");
	assert_int_equal(report_of()->tested, KDUMP_TESTED_UNKNOWN);
}

#define HISTORY(test) cmocka_unit_test_setup(test, clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		HISTORY(test_captured),
		HISTORY(test_which_dump),
		HISTORY(test_none),
		HISTORY(test_incomplete),
		HISTORY(test_names),
		HISTORY(test_last_dump),
		HISTORY(test_last_death),
		HISTORY(test_mark),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
