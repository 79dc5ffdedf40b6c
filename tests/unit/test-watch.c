/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What a watcher leaves: it comes back whole, of this boot alone; and its lock is seen. */
#include "machine.h"

#include "../../lib/core/root.h"
#include "../../lib/core/sys.h"
#include "../../lib/facts/watch.h"
#include "random.h"

struct scene {
	struct machine m;
	struct kdump_ctx *ctx;
};

static int set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	machine_begin(&s->m, &s->ctx);
	machine_put(&s->m, "proc/sys/kernel/random/boot_id", MACHINE_BOOT_ID "\n");
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;

	machine_end(&s->m, s->ctx);
	free(s);
	return 0;
}

/* Every number another one, so that two that are mixed up are found. */
static const struct kd_watch_record whole = {
	.boot_id = MACHINE_BOOT_ID, .since = 1767225600, .reloads = 3, .failures = UINT64_MAX,
	.last_time = 1767225700, .last_reason = "memory", .last_ms = 812,
	.failed_time = INT64_MIN, .failed_id = "signature-rejected",
	.failed_text = "kexec_file_load: it's \"no\"\n$(reboot)\x1b[31m \xff",
	.retry_time = 1767225900, .limited = 1,
};

static void assert_same(const struct kd_watch_record *a, const struct kd_watch_record *b)
{
	assert_string_equal(a->boot_id, b->boot_id);
	assert_int_equal(a->since, b->since);
	assert_int_equal(a->reloads, b->reloads);
	assert_int_equal(a->failures, b->failures);
	assert_int_equal(a->last_time, b->last_time);
	assert_string_equal(a->last_reason, b->last_reason);
	assert_int_equal(a->last_ms, b->last_ms);
	assert_int_equal(a->failed_time, b->failed_time);
	assert_string_equal(a->failed_id, b->failed_id);
	assert_string_equal(a->failed_text, b->failed_text);
	assert_int_equal(a->retry_time, b->retry_time);
	assert_int_equal(a->limited, b->limited);
}

static char *text_of(const struct kd_watch_record *record)
{
	char *text;
	size_t len;

	assert_int_equal(kd_watch_write(record, &text, &len), 0);
	assert_int_equal(strlen(text), len);
	return text;
}

static void put(struct scene *s, const struct kd_watch_record *record)
{
	char *text = text_of(record);

	machine_put(&s->m, KD_WATCH_PATH, text);
	free(text);
}

static void assert_none(struct scene *s)
{
	struct kd_watch_record record = whole;

	assert_int_equal(kd_watch_read(s->ctx, &record), 0);
	assert_same(&record, &whole);
}

static void test_round_trip(void **state)
{
	const struct kd_watch_record fresh = { .boot_id = MACHINE_BOOT_ID, .since = 1 };
	struct kd_watch_record record = whole, back;
	struct scene *s = *state;

	put(s, &whole);
	assert_int_equal(kd_watch_read(s->ctx, &back), 1);
	assert_same(&whole, &back);
	put(s, &fresh);
	assert_int_equal(kd_watch_read(s->ctx, &back), 1);
	assert_same(&fresh, &back);
	memset(record.failed_text, 'x', sizeof(record.failed_text) - 1);
	memset(record.last_reason, 'y', sizeof(record.last_reason) - 1);
	put(s, &record);
	assert_int_equal(kd_watch_read(s->ctx, &back), 1);
	assert_same(&record, &back);
}

static void test_round_trip_random(void **state)
{
	struct random r = { 20261127 };
	struct scene *s = *state;

	for (unsigned round = 0; round < 300; round++) {
		struct kd_watch_record record = whole, back;
		size_t len = random_below(&r, sizeof(record.failed_text));

		memset(record.failed_text, 0, sizeof(record.failed_text));
		for (size_t i = 0; i < len; i++)
			record.failed_text[i] = (char)(1 + random_below(&r, 255));
		put(s, &record);
		assert_int_equal(kd_watch_read(s->ctx, &back), 1);
		assert_same(&record, &back);
	}
}

/* Cut at any byte it is none, for a number that lost its end would be another. */
static void test_truncated(void **state)
{
	char *text = text_of(&whole);
	struct scene *s = *state;

	for (size_t cut = 0; cut < strlen(text); cut++) {
		machine_put_bytes(&s->m, KD_WATCH_PATH, text, cut);
		assert_none(s);
	}
	free(text);
}

static void test_broken(void **state)
{
	static const char *const changes[][2] = {
		{ "RELOADS=3", "RELOADS=-3" }, { "RELOADS=3", "RELOADS=" },
		{ "RELOADS=3", "RELOAD=3" }, { "SINCE=1767225600", "SINCE=soon" },
		{ "LAST_MS=812", "LAST_MS=99999999999999999999" }, { "LIMITED=1", "LIMITED=2" },
		{ "LAST_REASON=memory", "LAST_REASON=a-reason-that-is-longer-than-all-there-are" },
		{ "LAST_REASON=memory", "LAST_REASON=$memory" },
	};
	struct scene *s = *state;

	for (size_t i = 0; i < KD_ARRAY_SIZE(changes); i++) {
		char *text = text_of(&whole), *at = strstr(text, changes[i][0]), changed[4096];

		assert_non_null(at);
		snprintf(changed, sizeof(changed), "%.*s%s%s", (int)(at - text), text,
			 changes[i][1], at + strlen(changes[i][0]));
		machine_put(&s->m, KD_WATCH_PATH, changed);
		assert_none(s);
		free(text);
	}
}

/* Another boot's is none, and where the boot is not known so is every record. */
static void test_another_boot(void **state)
{
	struct kd_watch_record nowhere = whole;
	struct scene *s = *state;

	put(s, &whole);
	machine_put(&s->m, "proc/sys/kernel/random/boot_id", "another\n");
	assert_none(s);
	machine_drop(&s->m, "proc/sys/kernel/random/boot_id");
	assert_none(s);
	nowhere.boot_id[0] = '\0';
	put(s, &nowhere);
	assert_none(s);
}

static void test_no_record(void **state)
{
	struct scene *s = *state;

	assert_none(s);
	machine_put(&s->m, KD_WATCH_PATH, "\n");
	assert_none(s);
	assert_int_equal(truncate(machine_path(&s->m, KD_WATCH_PATH), (off_t)1 << 32), 0);
	assert_none(s);
	machine_drop(&s->m, KD_WATCH_PATH);
	assert_int_equal(mkfifo(machine_path(&s->m, KD_WATCH_PATH), 0600), 0);
	assert_none(s);
}

static void test_unloaded(void **state)
{
	struct scene *s = *state;
	int64_t time = 77;
	size_t len;
	char *text;

	assert_int_equal(kd_unloaded_read(s->ctx, &time), 0);
	assert_int_equal(kd_unloaded_write(MACHINE_BOOT_ID, 1767225600, &text, &len), 0);
	for (size_t cut = 0; cut < len; cut++) {
		machine_put_bytes(&s->m, KD_UNLOADED_PATH, text, cut);
		assert_int_equal(kd_unloaded_read(s->ctx, &time), 0);
	}
	assert_int_equal(time, 77);
	machine_put_bytes(&s->m, KD_UNLOADED_PATH, text, len);
	assert_int_equal(kd_unloaded_read(s->ctx, &time), 1);
	assert_int_equal(time, 1767225600);
	machine_put(&s->m, "proc/sys/kernel/random/boot_id", "another\n");
	assert_int_equal(kd_unloaded_read(s->ctx, &time), 0);
	free(text);
}

static int lock_file(struct scene *s, int flags, short type)
{
	int fd = open(machine_path(&s->m, KD_WATCH_LOCK), flags | O_CLOEXEC);
	struct flock lock = { .l_type = type, .l_whence = SEEK_SET };

	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_OFD_SETLK, &lock), 0);
	return fd;
}

/* By who may only read; and who may only read cannot pass for a watcher. */
static void test_lock_is_seen(void **state)
{
	struct scene *s = *state;
	int reader, holder;

	machine_put(&s->m, KD_WATCH_LOCK, "");
	reader = open(machine_path(&s->m, KD_WATCH_LOCK), O_RDONLY | O_CLOEXEC);
	assert_true(reader >= 0);
	assert_int_equal(kd_sys_lock_is_held(reader), 0);
	holder = open(machine_path(&s->m, KD_WATCH_LOCK), O_RDWR | O_CLOEXEC);
	assert_int_equal(kd_sys_lock(holder), 0);
	assert_int_equal(kd_sys_lock_is_held(reader), 1);
	/* Its own is not another's. */
	assert_int_equal(kd_sys_lock_is_held(holder), 0);
	close(holder);
	assert_int_equal(kd_sys_lock_is_held(reader), 0);
	holder = lock_file(s, O_RDONLY, F_RDLCK);
	assert_int_equal(kd_sys_lock_is_held(reader), 0);
	close(holder);
	close(reader);
	assert_int_equal(kd_sys_lock_is_held(reader), -EBADF);
}

/* Nobody watches a copy of a machine, whatever is locked in it. */
static void test_copy_of_a_machine(void **state)
{
	struct kd_watch_facts facts;
	struct scene *s = *state;
	int holder;

	assert_int_equal(kd_watch_running(s->ctx), -1);
	put(s, &whole);
	machine_put(&s->m, KD_WATCH_LOCK, "");
	holder = lock_file(s, O_RDWR, F_WRLCK);
	assert_int_equal(kd_watch_running(s->ctx), -1);
	assert_int_equal(kd_watch_facts_read(s->ctx, &facts), 0);
	assert_int_equal(facts.running, -1);
	assert_true(facts.has_record);
	assert_same(&facts.record, &whole);
	assert_false(facts.unloaded);
	close(holder);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_round_trip),
		ONE(test_round_trip_random),
		ONE(test_truncated),
		ONE(test_broken),
		ONE(test_another_boot),
		ONE(test_no_record),
		ONE(test_unloaded),
		ONE(test_lock_is_seen),
		ONE(test_copy_of_a_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
