/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What a machine offers for growth at run time, and that facts files tell the same. */
#include "grow-files.h"

#include "../../lib/facts/snapshot.h"

#define MODULES "lib/modules/" MACHINE_RELEASE "/"

struct scene {
	struct machine m;
	struct kdump_ctx *ctx;
	struct kdump_snapshot *snap;
};

static int set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	machine_new(&s->m);
	machine_fill(&s->m);
	*state = s;
	return 0;
}

static void forget(struct scene *s)
{
	s->snap = kdump_snapshot_unref(s->snap);
	s->ctx = kdump_ctx_unref(s->ctx);
}

static int tear_down(void **state)
{
	struct scene *s = *state;

	forget(s);
	machine_free(&s->m);
	free(s);
	return 0;
}

static const struct kd_growth_facts *look(struct scene *s)
{
	forget(s);
	assert_int_equal(kdump_ctx_new(&s->ctx), 0);
	assert_int_equal(kdump_ctx_set_root(s->ctx, s->m.root), 0);
	assert_int_equal(kdump_snapshot_new(s->ctx, &s->snap), 0);
	assert_int_equal(kdump_snapshot_get_growth(s->snap), s->snap->growth.offer);
	return &s->snap->growth;
}

static void test_offers(void **state)
{
	struct scene *s = *state;
	const struct kd_growth_facts *growth = look(s);

	assert_int_equal(growth->offer, KDUMP_GROWTH_NONE);
	assert_int_equal(growth->is_grown, 0);
	machine_put(&s->m, MODULES "updates/dkms/crash_grow.ko", "");
	assert_int_equal(look(s)->offer, KDUMP_GROWTH_INSTALLED);
	/* What is loaded goes before what could be, and what the kernel does before both. */
	grow_put(&s->m);
	assert_int_equal(look(s)->offer, KDUMP_GROWTH_MODULE);
	machine_put(&s->m, "sys/kernel/kexec/crash_growable", "0\n");
	assert_int_equal(look(s)->offer, KDUMP_GROWTH_MODULE);
	grow_put_kernel(&s->m);
	assert_int_equal(look(s)->offer, KDUMP_GROWTH_KERNEL);
	machine_put(&s->m, "sys/kernel/kexec/crash_growable", "yes\n");
	assert_int_equal(look(s)->offer, KDUMP_GROWTH_MODULE);
}

static void test_no_kexec(void **state)
{
	struct scene *s = *state;

	grow_put(&s->m);
	machine_remove(machine_path(&s->m, "sys/kernel/kexec"));
	assert_int_equal(look(s)->offer, KDUMP_GROWTH_NONE);
	machine_remove(machine_path(&s->m, "sys/kernel"));
	assert_int_equal(look(s)->offer, KDUMP_GROWTH_UNKNOWN);
}

static void test_module(void **state)
{
	struct scene *s = *state;
	const struct kd_growth_facts *growth;

	grow_put(&s->m);
	growth = look(s);
	assert_int_equal(growth->is_grown, 0);
	assert_true(growth->has_margin);
	assert_int_equal(growth->margin, 64 * KD_MIB);
	machine_put(&s->m, GROW "grown", "0000000056000000-000000006dffffff\n");
	growth = look(s);
	assert_int_equal(growth->is_grown, 1);
	assert_int_equal(growth->grown.start, 0x56000000);
	assert_int_equal(growth->grown.end, 0x6dffffff);
	/* Not to be read, or not understood: no "no". */
	machine_put(&s->m, GROW "grown", "somewhere\n");
	machine_put(&s->m, GROW "margin", "enough\n");
	growth = look(s);
	assert_int_equal(growth->is_grown, -1);
	assert_false(growth->has_margin);
	machine_drop(&s->m, GROW "grown");
	growth = look(s);
	assert_int_equal(growth->is_grown, -1);
	assert_int_equal(growth->offer, KDUMP_GROWTH_MODULE);
}

static void test_installed(void **state)
{
	static const char *const there[] = {
		"updates/dkms/crash_grow.ko", "updates/dkms/crash_grow.ko.xz",
		"updates/crash_grow.ko.zst", "updates/crash_grow/crash_grow.ko.gz",
		"extra/crash_grow.ko.xz", "extra/crash_grow/crash_grow.ko",
		"weak-updates/crash_grow.ko.zst", "weak-updates/crash_grow/crash_grow.ko",
	};
	static const char *const elsewhere[] = {
		"lib/modules/6.1.0-50-amd64/updates/dkms/crash_grow.ko",
		MODULES "updates/dkms/crash_grow.ko.bz2", MODULES "updates/dkms/crash_shrink.ko",
		MODULES "kernel/crash_grow.ko",
	};
	struct scene *s = *state;
	char path[256];

	for (size_t i = 0; i < KD_ARRAY_SIZE(elsewhere); i++) {
		machine_put(&s->m, elsewhere[i], "");
		assert_int_equal(look(s)->offer, KDUMP_GROWTH_NONE);
	}
	for (size_t i = 0; i < KD_ARRAY_SIZE(there); i++) {
		snprintf(path, sizeof(path), MODULES "%s", there[i]);
		machine_put(&s->m, path, "");
		assert_int_equal(look(s)->offer, KDUMP_GROWTH_INSTALLED);
		machine_drop(&s->m, path);
	}
	assert_int_equal(look(s)->offer, KDUMP_GROWTH_NONE);
	/* A release that is no name of a folder. */
	machine_put(&s->m, "lib/modules/updates/dkms/crash_grow.ko", "");
	machine_put(&s->m, "proc/sys/kernel/osrelease", "../modules\n");
	assert_int_equal(look(s)->offer, KDUMP_GROWTH_NONE);
	machine_drop(&s->m, "proc/sys/kernel/osrelease");
	assert_int_equal(look(s)->offer, KDUMP_GROWTH_NONE);
}

static void test_modprobe(void **state)
{
	struct scene *s = *state;

	machine_put(&s->m, MODULES "extra/crash_grow.ko", "");
	assert_null(look(s)->modprobe);
	machine_put(&s->m, "usr/bin/modprobe", "");
	assert_string_equal(look(s)->modprobe, "/usr/bin/modprobe");
	machine_put(&s->m, "sbin/modprobe", "");
	assert_string_equal(look(s)->modprobe, "/sbin/modprobe");
	machine_put(&s->m, "usr/sbin/modprobe", "");
	assert_string_equal(look(s)->modprobe, "/usr/sbin/modprobe");
}

static void test_taken(void **state)
{
	struct kdump_range main = { 7, 8 }, low = { 7, 8 };
	struct scene *s = *state;

	look(s);
	assert_int_equal(kd_growth_read_taken(s->ctx, &main, &low), -ENOENT);
	grow_put(&s->m);
	assert_int_equal(kd_growth_read_taken(s->ctx, &main, &low), 0);
	machine_put(&s->m, GROW "low", "somewhere\n");
	assert_int_equal(kd_growth_read_taken(s->ctx, &main, &low), 0);
	machine_put(&s->m, GROW "main", "0000000100000000-000000010bffffff\n");
	assert_int_equal(kd_growth_read_taken(s->ctx, &main, &low), -EBADMSG);
	assert_int_equal(main.start, 7);
	assert_int_equal(low.start, 7);
	machine_put(&s->m, GROW "low", "\n");
	assert_int_equal(kd_growth_read_taken(s->ctx, &main, &low), 1);
	assert_int_equal(main.start, 0x100000000);
	assert_int_equal(low.start | low.end, 0);
	machine_put(&s->m, GROW "low", "0000000060000000-0000000064ffffff\n");
	assert_int_equal(kd_growth_read_taken(s->ctx, &main, &low), 1);
	assert_int_equal(low.end, 0x64ffffff);
}

static void test_available(void **state)
{
	struct scene *s = *state;

	look(s);
	assert_int_equal(s->snap->mem_available, 0);
	machine_put(&s->m, "proc/meminfo", "MemTotal: 2015344 kB\nMemAvailable: 1856416 kB\n");
	look(s);
	assert_int_equal(s->snap->mem_available, 1856416 * KD_KIB);
}

/* What was seen there is seen in the facts file: of each offer, and of none. */
static void test_replayed(void **state)
{
	static const char *const cases[] = {
		NULL, "sys/kernel/kexec/crash_growable", GROW "grown",
		MODULES "extra/crash_grow.ko",
	};
	static const enum kdump_growth offers[] = {
		KDUMP_GROWTH_NONE, KDUMP_GROWTH_KERNEL, KDUMP_GROWTH_MODULE,
		KDUMP_GROWTH_INSTALLED,
	};
	struct scene *s = *state;

	for (size_t i = 0; i < KD_ARRAY_SIZE(cases); i++) {
		struct kd_growth_facts there;
		struct kdump_facts *facts;

		forget(s);
		assert_int_equal(kdump_ctx_new(&s->ctx), 0);
		assert_int_equal(kdump_ctx_set_root(s->ctx, s->m.root), 0);
		assert_int_equal(kdump_ctx_record(s->ctx), 0);
		if (i == 2)
			grow_put(&s->m);
		if (cases[i])
			machine_put(&s->m, cases[i], i == 1 ? "1\n" : "0056000000-006dffffff\n");
		assert_int_equal(kdump_snapshot_new(s->ctx, &s->snap), 0);
		there = s->snap->growth;
		assert_int_equal(kdump_facts_new(s->ctx, NULL, &facts), 0);
		machine_put(&s->m, "facts.json", kdump_facts_get_text(facts));
		kdump_facts_unref(facts);
		forget(s);
		assert_int_equal(kdump_ctx_new(&s->ctx), 0);
		assert_int_equal(kdump_ctx_set_facts(s->ctx, machine_path(&s->m, "facts.json")), 0);
		assert_int_equal(kdump_snapshot_new(s->ctx, &s->snap), 0);
		assert_int_equal(there.offer, s->snap->growth.offer);
		assert_int_equal(there.offer, offers[i]);
		assert_int_equal(there.is_grown, s->snap->growth.is_grown);
		assert_int_equal(there.grown.start, s->snap->growth.grown.start);
		assert_int_equal(there.margin, s->snap->growth.margin);
		/* Each goes before the ones that follow. */
		if (i == 1)
			machine_drop(&s->m, cases[i]);
		if (i == 2)
			machine_remove(machine_path(&s->m, "sys/kernel/crash_grow"));
	}
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_offers),
		ONE(test_no_kexec),
		ONE(test_module),
		ONE(test_installed),
		ONE(test_modprobe),
		ONE(test_taken),
		ONE(test_available),
		ONE(test_replayed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
