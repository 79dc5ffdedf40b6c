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
static uint64_t reserved;		/* main, as the report has it */
static char no_dumps[] = "", some_dumps[] = "202611202012/202611202013/";

/* At the end of what is there: the newest come first. */
static struct kdump_dump *add_dump(const char *name, int64_t time, int complete)
{
	struct kdump_dump *dump = &history.dumps[history.n_dumps++];

	*dump = (struct kdump_dump){ .time = time, .finished = time, .complete = complete,
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
	history = (struct kdump_history){ .n_dumps = 0, .seen = true };
	kd_text_set(&history.folder, "/var/crash");
	reserved = 0;
	return 0;
}

static struct kdump_proof judge(char *dumps)
{
	struct kdump_proof proof = { .dumps = dumps, .time = TIME, .folder = "/var/crash",
				     .release = "7.2.1" };

	for (const char *at = dumps; *at; at++)
		proof.n_dumps += *at == '/';
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

/* Names are compared whole, and by what was there; a clock may be of 1970, or off by a zone. */
static void test_which_dump(void **state)
{
	char full[2 * (KD_DUMPS_KEPT + 1) + 1];

	(void)state;
	add_dump("202611202013", TIME + 1, 1);
	assert_int_equal(judge(some_dumps).outcome, KD_PROOF_FAILED);
	assert_int_equal(judge(no_dumps).outcome, KD_PROOF_CAPTURED);
	history.dumps[0].name[11] = '\0';
	assert_int_equal(judge(some_dumps).outcome, KD_PROOF_CAPTURED);
	history.dumps[0].time = TIME - DAY / 2;
	assert_int_equal(judge(some_dumps).outcome, KD_PROOF_CAPTURED);
	history.dumps[0].time = 90;
	assert_int_equal(judge(some_dumps).outcome, KD_PROOF_CAPTURED);
	/* Where more were there than stand in the list. */
	for (size_t i = 0; i <= KD_DUMPS_KEPT; i++)
		memcpy(full + 2 * i, "a/", 3);
	assert_int_equal(judge(full).outcome, KD_PROOF_FAILED);
	history.dumps[0].time = TIME - DAY / 2;
	assert_int_equal(judge(full).outcome, KD_PROOF_CAPTURED);
	full[2 * KD_DUMPS_KEPT] = '\0';
	history.dumps[0].time = 90;
	assert_int_equal(judge(full).outcome, KD_PROOF_CAPTURED);
	/* One of 1970 is behind all that are looked at. */
	history.n_dumps = 0;
	history.older = KD_DUMPS_KEPT;
	assert_int_equal(judge(full).outcome, KD_PROOF_FAILED);
	history.older++;
	assert_int_equal(judge(full).outcome, KD_PROOF_UNSEEN);
	assert_non_null(strstr(judge(full).why, "one more than before"));
}

/* A dump that nobody had seen before can be an old one, or of another kernel. */
static void test_old_dump(void **state)
{
	static const char *const folders[] = { "", "/srv/crash" };
	struct kdump_dump *dump;

	(void)state;
	dump = add_dump("202001010000", TIME - 2 * DAY, 1);
	for (size_t i = 0; i < KD_ARRAY_SIZE(folders); i++) {
		struct kdump_proof proof = { .dumps = no_dumps, .time = TIME };

		snprintf(proof.folder, sizeof(proof.folder), "%s", folders[i]);
		kd_proof_judge(&history, &proof);
		assert_int_equal(proof.outcome, KD_PROOF_UNSEEN);
		assert_non_null(strstr(proof.why, "the folder of the dumps"));
		dump->time = TIME + 1;
		kd_proof_judge(&history, &proof);
		assert_int_equal(proof.outcome, KD_PROOF_CAPTURED);
		dump->time = TIME - 2 * DAY;
	}
	assert_int_equal(judge(no_dumps).outcome, KD_PROOF_CAPTURED);
	strcpy(dump->release, "7.2.1");
	assert_int_equal(judge(no_dumps).outcome, KD_PROOF_CAPTURED);
	strcpy(dump->release, "7.2.12");
	assert_int_equal(judge(no_dumps).outcome, KD_PROOF_FAILED);
}

static void test_none(void **state)
{
	struct kdump_proof before;

	(void)state;
	assert_int_equal(judge(no_dumps).outcome, KD_PROOF_FAILED);
	assert_string_equal(judge(no_dumps).why, "no dump came of it");
	assert_int_equal(judge(no_dumps).wall, 0);
	add_death(TIME - DAY, "old", true, KDUMP_WALL_RUN);
	assert_string_equal(judge(no_dumps).why, "no dump came of it");
	history.deaths[0].time = TIME + 9;
	assert_string_equal(judge(no_dumps).why, "old");
	assert_int_equal(judge(no_dumps).wall, 1 + KDUMP_WALL_RUN);
	/* They were there before it. */
	before = (struct kdump_proof){ .dumps = no_dumps, .time = TIME,
				       .folder = "/var/crash" };
	kd_proof_note_death(&history, &before);
	kd_proof_judge(&history, &before);
	assert_string_equal(before.why, "no dump came of it");
	assert_int_equal(before.wall, 0);
	history.unseen = true;
	assert_int_equal(judge(no_dumps).outcome, KD_PROOF_UNSEEN);
	assert_int_equal(judge(no_dumps).wall, 0);
}

static void test_incomplete(void **state)
{
	struct kdump_dump *dump = add_dump("202611202101", TIME + 30, 0);

	(void)state;
	assert_int_equal(judge(no_dumps).outcome, KD_PROOF_FAILED);
	/* A watchdog cuts it too: without a record nothing says that it was memory. */
	assert_int_equal(judge(no_dumps).wall, 0);
	assert_string_equal(judge(no_dumps).why, "it is cut");
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
	/* A folder and nothing in it. */
	dump->complete = 0;
	dump->disk_full = false;
	dump->empty = true;
	assert_int_equal(judge(no_dumps).outcome, KD_PROOF_FAILED);
	assert_string_equal(judge(no_dumps).why, "no dump came of it");
	assert_string_equal(judge(no_dumps).dump, "");
}

static void assert_noted(const char *folder, uint64_t n, const char *names)
{
	struct kdump_proof mark = { .cmdline = NULL };

	assert_int_equal(kd_proof_note_dumps(&history, &mark), 0);
	assert_string_equal(mark.folder, folder);
	assert_int_equal(mark.n_dumps, n);
	assert_string_equal(mark.dumps, names);
	kd_proof_free(&mark);
}

static void test_names(void **state)
{
	(void)state;
	assert_noted("/var/crash", 0, "");
	add_dump("202611202013", TIME, 1);
	add_dump("h-202611202012", TIME, 1);
	history.older = 3;
	assert_noted("/var/crash", 5, "202611202013/h-202611202012/");
	history.seen = false;
	assert_noted("", 5, "202611202013/h-202611202012/");
}

/* ---- as text ---- */

static struct kdump_proof full_proof(void)
{
	static char spelt[] = "a='b \"$c\" \\ \n\t\xff", names[] = "202611202012/h-202611202013/";

	return (struct kdump_proof){
		.cmdline = spelt, .dumps = names, .kernel_sha256 = "aa", .initramfs_sha256 = "bb",
		.kernel_size = UINT64_MAX, .initramfs_size = 7, .reserved = 256 * KD_MIB,
		.cma = 1, .boot_id = MACHINE_BOOT_ID, .time = 5, .death = -3,
		.release = "7.2.1+x", .folder = "/var/my crash", .n_dumps = 3,
		.outcome = KD_PROOF_FAILED,
		.dump = "/var/crash/a b/vmcore", .ram = 9, .lowest = 9, .wall = KDUMP_WALLS,
		.disk_full = 1, .why = "of \"this\" and that's all",
	};
}

static void assert_same(const struct kdump_proof *a, const struct kdump_proof *b)
{
	assert_string_equal(a->cmdline, b->cmdline);
	assert_string_equal(a->dumps, b->dumps);
	assert_string_equal(a->kernel_sha256, b->kernel_sha256);
	assert_string_equal(a->initramfs_sha256, b->initramfs_sha256);
	assert_true(a->kernel_size == b->kernel_size && a->initramfs_size == b->initramfs_size);
	assert_true(a->reserved == b->reserved && a->cma == b->cma && a->time == b->time);
	assert_true(a->death == b->death && a->n_dumps == b->n_dumps);
	assert_string_equal(a->release, b->release);
	assert_string_equal(a->folder, b->folder);
	assert_string_equal(a->boot_id, b->boot_id);
	assert_int_equal(a->outcome, b->outcome);
	assert_string_equal(a->dump, b->dump);
	assert_true(a->ram == b->ram && a->lowest == b->lowest);
	assert_true(a->wall == b->wall && a->disk_full == b->disk_full);
	assert_string_equal(a->why, b->why);
}

/* There and back, whatever is in it; cut anywhere it is none, and says nothing else. */
static void test_text(void **state)
{
	struct kdump_proof proof = full_proof(), again = { .cmdline = NULL };
	char *text = NULL, *copy;
	size_t len = 0;

	(void)state;
	assert_int_equal(kd_proof_write(&proof, &text, &len), 0);
	assert_null(strstr(text, "\n\n"));
	assert_int_equal(kd_proof_parse(text, len, &again), 1);
	assert_same(&proof, &again);
	kd_proof_free(&again);
	for (size_t cut = 0; cut < len; cut++) {
		copy = malloc(cut + 1);
		assert_non_null(copy);
		memcpy(copy, text, cut);
		copy = realloc(copy, cut ? cut : 1);
		assert_int_equal(kd_proof_parse(copy, cut, &again), 0);
		free(copy);
	}
	free(text);
}

/* What is no number of its kind, or cannot be, beside all that is fine. */
static void test_text_broken(void **state)
{
	static const char *const lines[] = {
		"BOOT_ID=", "TIME=x", "TIME=", "TIME=-1", "KERNEL_SIZE=-1", "OUTCOME=4", "WALL=99",
		"DISK_FULL=2", "LOWEST=10", "RAM=8", "RESERVED=18446744073709551616",
		"KERNEL_SHA256=12345678901234567890123456789012345678901234567890123456789012345",
		"CMDLINE=$(x)",
	};
	struct kdump_proof proof = full_proof(), again;
	char *text = NULL, *broken;
	size_t len = 0;

	(void)state;
	assert_int_equal(kd_proof_write(&proof, &text, &len), 0);
	for (size_t i = 0; i < KD_ARRAY_SIZE(lines); i++) {
		print_message("# %s\n", lines[i]);
		assert_true(asprintf(&broken, "%s%s\n", text, lines[i]) > 0);
		assert_int_equal(kd_proof_parse(broken, strlen(broken), &again), 0);
		free(broken);
	}
	free(text);
}

/* One that is damaged takes no other along. */
static void test_text_of_many(void **state)
{
	struct kdump_proof proof = full_proof(), proofs[KD_PROOFS_MAX];
	char *text = NULL;
	size_t len = 0, n;

	(void)state;
	for (unsigned i = 0; i < KD_PROOFS_MAX + 2; i++) {
		proof.time = i;
		proof.boot_id[0] = i == 1 ? '\0' : 'b';
		assert_int_equal(kd_proof_write(&proof, &text, &len), 0);
		text = realloc(text, len + 2);
		assert_non_null(text);
		memcpy(text + len++, "\n", 2);
	}
	assert_int_equal(kd_proofs_parse(text, proofs, &n), 0);
	assert_int_equal(n, KD_PROOFS_MAX);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(proofs[i].time, i ? i + 1 : 0);
		kd_proof_free(&proofs[i]);
	}
	assert_int_equal(kd_proofs_parse("", proofs, &n), 0);
	assert_int_equal(n, 0);
	free(text);
}

/* ---- is it of what is loaded? ---- */

static char words[] = "root=/dev/vda1", other_words[] = "root=/dev/vda2";
static const struct kd_record loaded_record = {
	.kernel = { .sha256 = "aa", .id.size = 7 },
	.initramfs = { .sha256 = "bb", .id.size = 8 },
	.cmdline = words,
};
static struct kdump_range cma_range = { 4 * KD_MIB, 5 * KD_MIB - 1 };
static const struct kdump_snapshot loaded_snap = {
	.kexec = { .has_size = true, .size = 256 * KD_MIB, .has_cma_file = true,
		   .cma = { .v = &cma_range, .n = 1 } },
};

/* A test of what is loaded, whatever came of it. */
static void prove(int64_t time, enum kd_proof_outcome outcome)
{
	struct kdump_proof *proof = &history.proofs[history.n_proofs++];

	assert_int_equal(kd_proof_of(&loaded_record, &loaded_snap, proof), 0);
	free(proof->cmdline);
	proof->cmdline = words;
	proof->time = time;
	proof->outcome = outcome;
}

/* Each of its marks in turn is another one. */
static void test_is_of(void **state)
{
	struct kdump_proof *proof = &history.proofs[0];
	struct kdump_snapshot snap = loaded_snap;
	struct kd_record record = loaded_record;

	(void)state;
	prove(TIME, KD_PROOF_CAPTURED);
	assert_int_equal(proof->cma, KD_MIB);
	assert_int_equal(proof->reserved, 256 * KD_MIB);
	assert_true(kd_proof_is_of(proof, &record, &snap));
#define DIFFERS(at, value)							\
	do {									\
		__typeof__(at) was = at;					\
										\
		at = value;							\
		assert_false(kd_proof_is_of(proof, &record, &snap));		\
		at = was;							\
		assert_true(kd_proof_is_of(proof, &record, &snap));		\
	} while (0)
	DIFFERS(record.kernel.sha256[0], 'b');
	DIFFERS(record.initramfs.sha256[0], 'a');
	DIFFERS(record.kernel.id.size, 9);
	DIFFERS(record.initramfs.id.size, 9);
	DIFFERS(record.cmdline, other_words);
	DIFFERS(record.cmdline, NULL);
	DIFFERS(snap.kexec.size, 255 * KD_MIB);
	DIFFERS(snap.kexec.has_size, false);
	DIFFERS(snap.kexec.cma.n, 0);
#undef DIFFERS
	assert_false(kd_proof_is_of(proof, NULL, &snap));
	/* That both do not know it makes them no more the same. */
	record.initramfs.sha256[0] = proof->initramfs_sha256[0] = '\0';
	assert_false(kd_proof_is_of(proof, &record, &snap));
	record = loaded_record;
	record.kernel.sha256[0] = proof->kernel_sha256[0] = '\0';
	assert_false(kd_proof_is_of(proof, &record, &snap));
}

/* ---- findings ---- */

static const struct kdump_report *report_of(void)
{
	static struct kdump_report report;
	static struct kdump_config config;
	static struct kdump_snapshot snap;
	static struct kdump_image image;
	static struct kd_record record;

	snap = loaded_snap;
	record = loaded_record;
	image = (struct kdump_image){ .record = history.n_proofs ? &record : NULL };
	config = (struct kdump_config){ .snap = &snap, .history = &history };
	report = (struct kdump_report){ .config = &config, .snap = &snap, .image = &image,
					.loaded = 1 };
	report.sizes[KDUMP_POOL_MAIN][KDUMP_VIEW_RESERVED].bytes = reserved;
	kd_text_set(&history.folder, "/var/crash");
	kd_report_prove(&report);
	return &report;
}

static const struct kdump_finding *finding_of(const char *id)
{
	const struct kdump_report *r = report_of();

	for (size_t i = 0; i < r->n_findings; i++)
		if (kd_streq(r->findings[i].id, id))
			return &r->findings[i];
	return NULL;
}

/* @text NULL: there is none of that. */
static void assert_finding(const char *id, const char *text)
{
	const struct kdump_finding *finding = finding_of(id);

	assert_int_equal(finding != NULL, text != NULL);
	assert_true(!text || strstr(finding->text, text));
}

static void assert_no_words(const char *id, const char *text)
{
	assert_non_null(finding_of(id));
	assert_null(strstr(finding_of(id)->text, text));
}

static void test_last_dump(void **state)
{
	struct kdump_dump *dump;

	(void)state;
	assert_finding("dump-incomplete", NULL);
	dump = add_dump("202611202102", TIME, 0);
	assert_finding("dump-incomplete", "/var/crash/202611202102/vmcore: it is cut; main");
	assert_finding("dump-incomplete", "may be too small; a full disk, a watchdog, a loss");
	dump->complete = -1;
	assert_finding("dump-incomplete", NULL);
	/* Only of the last one. */
	dump->complete = 1;
	add_dump("202611202101", TIME - 9, 0);
	assert_finding("dump-incomplete", NULL);
	/* A folder is none, and what is older than it is the last one. */
	dump->complete = 0;
	dump->empty = true;
	assert_finding("dump-incomplete", "/var/crash/202611202101/vmcore: it is cut");
	history.n_dumps = 1;
	assert_finding("dump-incomplete", NULL);
}

/* By the crash kernel's own record, and by that alone. */
static void test_last_dump_memory(void **state)
{
	struct kdump_dump *dump = add_dump("202611202102", TIME, 0);

	(void)state;
	dump->has_record = true;
	dump->record.ram = 256 * KD_MIB;
	dump->record.lowest = 4 * KD_MIB;
	assert_finding("dump-incomplete", "was too small");
	assert_no_words("dump-incomplete", "watchdog");
	dump->record.lowest = 64 * KD_MIB;
	assert_finding("dump-incomplete", "it is cut");
	assert_no_words("dump-incomplete", "too small");
	/* Of what there was then; nothing is known of what there is now. */
	dump->record.lowest = 4 * KD_MIB;
	dump->record.ram = 8 * KD_MIB;
	reserved = 9 * KD_MIB;
	assert_finding("dump-incomplete", "crash kernel had 8 MiB of memory, there is more now");
	assert_string_equal(finding_of("dump-incomplete")->advice,
			    "crashctl test shows whether that is enough");
	reserved = 8 * KD_MIB;
	assert_finding("dump-incomplete", "was too small");
}

/* What was loaded is captured since: a dump that was cut before is history. */
static void test_last_dump_before_a_proof(void **state)
{
	add_dump("202611202102", TIME, 0);
	(void)state;
	prove(TIME, KD_PROOF_CAPTURED);
	assert_finding("dump-incomplete", "it is cut");
	assert_int_equal(report_of()->tested, KDUMP_TESTED_CAPTURED);
	history.proofs[0].time = TIME + 1;
	assert_finding("dump-incomplete", NULL);
	history.proofs[0].outcome = KD_PROOF_FAILED;
	assert_finding("dump-incomplete", "it is cut");
}

/* By when the dump was finished: that of the same panic is always older by its header. */
static void test_last_death(void **state)
{
	struct kdump_dump *dump;

	(void)state;
	assert_finding("crash-kernel-died", NULL);
	add_death(TIME, "Out of memory", true, KDUMP_WALL_RUN);
	assert_finding("crash-kernel-died", "Out of memory");
	dump = add_dump("202611202101", TIME - 9, 1);
	assert_finding("crash-kernel-died", "Out of memory");
	dump->finished = TIME - 1;
	assert_finding("crash-kernel-died", "Out of memory");
	dump->finished = TIME + 30;
	assert_finding("crash-kernel-died", NULL);
	dump->complete = 0;
	assert_finding("crash-kernel-died", "Out of memory");
	/* At the latest then: the dump of that very crash kernel can be older. */
	dump->complete = 1;
	dump->finished = TIME - 1800;
	assert_finding("crash-kernel-died", "Out of memory");
	history.deaths[0].at_most = true;
	assert_finding("crash-kernel-died", NULL);
	dump->finished = TIME - 7200;
	assert_finding("crash-kernel-died", "Out of memory");
}

/* A test after which nobody could look is none that tells; one before it may. */
static void test_unseen(void **state)
{
	(void)state;
	prove(TIME, KD_PROOF_UNSEEN);
	strcpy(history.proofs[0].why, "not looked into");
	assert_finding("test-not-seen", "is not known: not looked into");
	assert_int_equal(report_of()->tested, KDUMP_TESTED_NEVER);
	strcpy(history.proofs[0].dump, "/a/dump");
	assert_finding("test-not-seen", "is not known: /a/dump: not looked into");
	prove(TIME - 1, KD_PROOF_CAPTURED);
	assert_finding("test-not-seen", "not looked into");
	assert_int_equal(report_of()->tested, KDUMP_TESTED_CAPTURED);
	history.proofs[0].outcome = KD_PROOF_CAPTURED;
	history.proofs[1].outcome = KD_PROOF_UNSEEN;
	assert_finding("test-not-seen", NULL);
}

/* What is loaded is not known here: nothing is said of tests, but that one waits. */
static void test_mark(void **state)
{
	(void)state;
	assert_finding("test-not-recorded", NULL);
	history.mark_is_past = true;
	assert_finding("test-not-recorded", "panic on purpose");
	assert_int_equal(report_of()->tested, KDUMP_TESTED_UNKNOWN);
	history.mark_is_past = false;
	history.mark_is_bad = true;
	assert_finding("test-not-recorded", "is damaged");
}

#define HISTORY(test) cmocka_unit_test_setup(test, clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		HISTORY(test_captured),
		HISTORY(test_which_dump),
		HISTORY(test_old_dump),
		HISTORY(test_none),
		HISTORY(test_incomplete),
		HISTORY(test_names),
		HISTORY(test_text),
		HISTORY(test_text_broken),
		HISTORY(test_text_of_many),
		HISTORY(test_is_of),
		HISTORY(test_last_dump),
		HISTORY(test_last_dump_memory),
		HISTORY(test_last_dump_before_a_proof),
		HISTORY(test_last_death),
		HISTORY(test_unseen),
		HISTORY(test_mark),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
