/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* After a capture that failed: which part of the estimate is named. */
#include "machine.h"

#include "../../lib/decide/proof.h"
#include "../../lib/decide/report.h"
#include "../../lib/facts/config.h"

#define TIME 1795208400

static struct kdump_history history;
static struct kdump_estimate estimate;
static struct kdump_report report;
static uint64_t reserved;		/* main */

static char words[] = "root=/dev/vda1";
static struct kd_record record = {
	.kernel = { .sha256 = "aa", .id.size = 7 },
	.initramfs = { .sha256 = "bb", .id.size = 8 },
	.cmdline = words,
};
static struct kdump_snapshot snap = {
	.kexec = { .has_size = true, .size = 25 * KD_MIB, .has_cma_file = true },
};

/* At each wall another part is known worst, and the largest where none has a spread. */
static struct kdump_estimate parts_estimate(void)
{
	return (struct kdump_estimate){
		.n_parts = 6,
		.parts = {
			{ .id = "large", .title = "a large one", .bytes = 9 * KD_MIB,
			  .factor = { 1, 1, 1, 1 } },
			{ .id = "small", .title = "a small one", .bytes = KD_MIB,
			  .factor = { 1, 1, 1, 1 } },
			{ .id = "early", .title = "one of the tmpfs", .bytes = KD_MIB,
			  .sigma = 30, .factor = { 0, 1, 0, 0 } },
			{ .id = "boot", .title = "one of the boot", .bytes = 2 * KD_MIB,
			  .sigma = 20, .factor = { 0, 0, 1, 1 } },
			{ .id = "tool", .title = "one of the dump", .bytes = 3 * KD_MIB,
			  .sigma = 20, .factor = { 0, 0, 0, 2 } },
			{ .id = "late", .title = "the last one", .bytes = KD_MIB,
			  .sigma = 20, .factor = { 0, 0, 1, 1 } },
		},
		.walls = { 10 * KD_MIB, 20 * KD_MIB, 30 * KD_MIB, 40 * KD_MIB },
	};
}

static const char *const part_texts[KDUMP_WALLS] = {
	[KDUMP_WALL_LOAD] = " too small when it was loaded, and of the estimate a large one "
			    "(large) is what can be short",
	[KDUMP_WALL_TMPFS] = " too small for the initramfs, and of the estimate one of the tmpfs "
			     "(early) is what can be short",
	[KDUMP_WALL_RUN] = " too small while the crash kernel started, and of the estimate one "
			   "of the boot (boot) is what can be short",
	[KDUMP_WALL_DUMP] = " too small while the dump was written, and of the estimate one of "
			    "the dump (tool) is what can be short",
};

static int set_up(void **state)
{
	(void)state;
	history = (struct kdump_history){ .n_dumps = 0 };
	estimate = parts_estimate();
	reserved = 25 * KD_MIB;
	return 0;
}

/* The last words of a crash kernel. */
static void add_death(enum kdump_wall wall)
{
	struct kdump_death *death = &history.deaths[history.n_deaths++];

	*death = (struct kdump_death){ .time = TIME, .log = { .has_wall = true, .wall = wall } };
	snprintf(death->log.why, sizeof(death->log.why), "Out of memory");
}

/* A test of what is loaded, of which nothing came. */
static struct kdump_proof *test_that_failed(void)
{
	struct kdump_proof *proof = &history.proofs[history.n_proofs++];

	assert_int_equal(kd_proof_of(&record, &snap, proof), 0);
	free(proof->cmdline);
	proof->cmdline = words;
	proof->time = TIME;
	proof->outcome = KD_PROOF_FAILED;
	return proof;
}

static const struct kdump_finding *finding_of(const char *id)
{
	static struct kdump_config config;
	static struct kdump_image image;

	image = (struct kdump_image){ .record = &record };
	config = (struct kdump_config){ .snap = &snap, .history = &history };
	report = (struct kdump_report){ .config = &config, .snap = &snap, .image = &image,
					.est = &estimate, .loaded = 1 };
	report.sizes[KDUMP_POOL_MAIN][KDUMP_VIEW_RESERVED].bytes = reserved;
	report.sizes[KDUMP_POOL_MAIN][KDUMP_VIEW_NEEDED] = (struct kd_size){ true, 40 * KD_MIB };
	kd_report_prove(&report);
	for (size_t i = 0; i < report.n_findings; i++)
		if (kd_streq(report.findings[i].id, id))
			return &report.findings[i];
	return NULL;
}

static void assert_finding(const char *id, const char *text)
{
	const struct kdump_finding *finding = finding_of(id);

	assert_non_null(finding);
	if (!strstr(finding->text, text))
		fail_msg("'%s' lacks '%s'", finding->text, text);
}

/* Where the crash kernel's last words tell of the wall main's size counts for nothing. */
static void test_part_of_a_known_wall(void **state)
{
	(void)state;
	for (unsigned w = 0; w < KDUMP_WALLS; w++) {
		history = (struct kdump_history){ .n_dumps = 0 };
		add_death((enum kdump_wall)w);
		assert_finding("crash-kernel-died", "main (25 MiB) was too small");
		assert_finding("crash-kernel-died", part_texts[w]);
		history = (struct kdump_history){ .n_dumps = 0 };
		test_that_failed()->wall = 1 + w;
		assert_finding("test-failed", "main (25 MiB) was too small");
		assert_finding("test-failed", part_texts[w]);
	}
}

/* Where nothing tells: the first wall that main is too low for. */
static void test_part_of_a_guessed_wall(void **state)
{
	static const struct {
		uint64_t main, tmpfs;
		enum kdump_wall wall;
	} rows[] = {
		{ 9 * KD_MIB, 20 * KD_MIB, KDUMP_WALL_TMPFS },
		{ 20 * KD_MIB - 1, 20 * KD_MIB, KDUMP_WALL_TMPFS },
		{ 20 * KD_MIB, 20 * KD_MIB, KDUMP_WALL_RUN },
		{ 30 * KD_MIB - 1, 20 * KD_MIB, KDUMP_WALL_RUN },
		{ 30 * KD_MIB, 20 * KD_MIB, KDUMP_WALL_DUMP },
		{ 40 * KD_MIB - 1, 20 * KD_MIB, KDUMP_WALL_DUMP },
		/* It does not stand. */
		{ 9 * KD_MIB, 0, KDUMP_WALL_RUN },
	};

	(void)state;
	test_that_failed();
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		reserved = rows[i].main;
		estimate.walls[KDUMP_WALL_TMPFS] = rows[i].tmpfs;
		assert_finding("test-failed", " may be too small");
		assert_finding("test-failed", part_texts[rows[i].wall]);
	}
}

/* A dump that was begun is past all other walls, whatever main is. */
static void test_part_of_a_dump(void **state)
{
	struct kdump_dump *dump;

	(void)state;
	reserved = 9 * KD_MIB;
	dump = &history.dumps[history.n_dumps++];
	*dump = (struct kdump_dump){ .time = TIME, .finished = TIME, .why = "it is cut" };
	kd_text_set(&dump->path, "/var/crash/202611202102/vmcore");
	assert_finding("dump-incomplete", " may be too small");
	assert_finding("dump-incomplete", part_texts[KDUMP_WALL_DUMP]);
	dump->has_record = true;
	dump->record.ram = 9 * KD_MIB;
	dump->record.lowest = KD_MIB;
	assert_finding("dump-incomplete", " was too small");
	assert_finding("dump-incomplete", part_texts[KDUMP_WALL_DUMP]);
	history.n_dumps = 0;
	strcpy(test_that_failed()->dump, "/a/dump");
	assert_finding("test-failed", part_texts[KDUMP_WALL_DUMP]);
}

/* What can be wrong is the estimate, or something else than memory: no size is advised. */
static void test_part_where_there_is_enough(void **state)
{
	struct kdump_proof *proof = test_that_failed();

	(void)state;
	reserved = 40 * KD_MIB;
	assert_finding("test-failed", "by the estimate main (40 MiB) is enough (40 MiB), in which");
	assert_finding("test-failed", "a driver or the way to the target can be the reason");
	assert_null(strstr(finding_of("test-failed")->text, "too small"));
	assert_null(strstr(finding_of("test-failed")->advice, "reserve"));
	assert_non_null(strstr(finding_of("test-failed")->advice, "crashctl rehearse"));
	/* But for what is known to have run out. */
	proof->wall = 1 + KDUMP_WALL_RUN;
	assert_finding("test-failed", "main (40 MiB) was too small");
	assert_finding("test-failed", part_texts[KDUMP_WALL_RUN]);
}

/* The spread first, then the size; and none where the estimate has none there. */
static void test_part_by_its_spread(void **state)
{
	(void)state;
	add_death(KDUMP_WALL_DUMP);
	estimate.parts[5].sigma = 21;
	assert_finding("crash-kernel-died", "of the estimate the last one (late) is what");
	estimate.parts[5].factor[KDUMP_WALL_DUMP] = 0;
	estimate.parts[3].bytes = 4 * KD_MIB;
	assert_finding("crash-kernel-died", "of the estimate one of the boot (boot) is what");
	estimate.n_parts = 0;
	assert_finding("crash-kernel-died", " too small while the dump was written");
	assert_null(strstr(finding_of("crash-kernel-died")->text, "of the estimate"));
}

#define PARTS(test) cmocka_unit_test_setup(test, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PARTS(test_part_of_a_known_wall),
		PARTS(test_part_of_a_guessed_wall),
		PARTS(test_part_of_a_dump),
		PARTS(test_part_where_there_is_enough),
		PARTS(test_part_by_its_spread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
