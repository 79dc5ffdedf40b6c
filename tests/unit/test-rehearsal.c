/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Rehearsals: the guest that one takes, when and how it is decided, the search. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../lib/decide/rehearsal.h"

#define LIMIT	300000
#define LOADED	"crashctl-rehearsal: reserved 104857600\ncrashctl-rehearsal: loaded\n"
#define MEMORY	"Linux version 6.1\nMemory: 1K/2K available\n"
#define INIT	"Run /init as init process\n"

/* ---- the guest ---- */

static const struct kd_guest_wish small = {
	.main = 96 * KD_MIB, .archive = 16 * KD_MIB, .section = 128 * KD_MIB,
	.align = 16 * KD_MIB,
};

static void test_guest(void **state)
{
	struct kd_guest_wish wish = small;
	struct kd_guest guest;

	(void)state;
	/* The worst place: 16 MiB before a section ends. */
	assert_int_equal(kd_guest_make(&wish, &guest), 0);
	assert_int_equal(guest.base, 240 * KD_MIB);
	assert_int_equal(guest.ram, (240 + 96 + 16 + 64) * KD_MIB);
	/* As far into a section as on the machine, wherever that is. */
	wish.placed = true;
	wish.start = 0x56000000;
	assert_int_equal(kd_guest_make(&wish, &guest), 0);
	assert_int_equal(guest.base % wish.section, 0x56000000 % wish.section);
	assert_true(guest.base >= (192 + 3 * 16) * KD_MIB);
	wish.start = 0x197000000;
	assert_int_equal(kd_guest_make(&wish, &guest), 0);
	assert_int_equal(guest.base % wish.section, 0x197000000 % wish.section);
	assert_true(guest.base >= (192 + 3 * 16) * KD_MIB);
}

static void test_guest_asked(void **state)
{
	struct kd_guest_wish wish = small;
	struct kd_guest guest;

	(void)state;
	wish.ram = 2 * KD_GIB;
	assert_int_equal(kd_guest_make(&wish, &guest), 0);
	assert_int_equal(guest.ram, 2 * KD_GIB);
	wish.ram = 416 * KD_MIB;
	assert_int_equal(kd_guest_make(&wish, &guest), 0);
	wish.ram--;
	assert_int_equal(kd_guest_make(&wish, &guest), -ENOSPC);
	assert_int_equal(guest.ram, 416 * KD_MIB);
	wish.archive = UINT64_MAX;
	assert_int_equal(kd_guest_make(&wish, &guest), -ENOSPC);
}

/* What CMA takes comes on top, and what a guest takes is more than its memory. */
static void test_guest_cma(void **state)
{
	struct kd_guest_wish wish = small;
	struct kd_guest guest, alone;

	(void)state;
	assert_int_equal(kd_guest_make(&wish, &alone), 0);
	wish.cma = kd_guest_cma(&(struct kd_beside){ .cma = 512 * KD_MIB, .low = KD_GIB });
	assert_int_equal(wish.cma, 512 * KD_MIB);
	assert_int_equal(kd_guest_make(&wish, &guest), 0);
	assert_int_equal(guest.base, alone.base);
	assert_int_equal(guest.ram, alone.ram + 512 * KD_MIB);
	assert_int_equal(kd_guest_cma(&(struct kd_beside){ .cma = 64 * KD_GIB }), KD_GIB);
	assert_true(kd_guest_takes(&guest, wish.archive) > guest.ram + wish.archive);
	assert_int_equal(kd_guest_takes(&guest, UINT64_MAX), UINT64_MAX);
}

static void test_guest_cpus(void **state)
{
	(void)state;
	assert_int_equal(kd_guest_cpus("nr_cpus=1", 64), 1);
	assert_int_equal(kd_guest_cpus("", 64), 64);
	assert_int_equal(kd_guest_cpus("", 4096), 255);
}

/* ---- one trial ---- */

static void hear(struct kd_trial *t, int64_t now, const char *text)
{
	kd_trial_feed(t, now, text, strlen(text));
}

static void start(struct kd_trial *t, const char *text)
{
	*t = (struct kd_trial){ .main = 100 * KD_MIB };
	kd_trial_begin(t, 1000, LIMIT);
	hear(t, 5000, text);
}

static const struct {
	const char *text;
	enum kdump_rehearsed result;
} told[] = {
	{ "crashctl-rehearsal: refused 99\n", KDUMP_REHEARSED_LOAD_REFUSED },
	{ "crashctl-rehearsal: refused 12\n", KDUMP_REHEARSED_NOT_LOADED },
	{ "crashctl-rehearsal: refused 8\n", KDUMP_REHEARSED_NOT_LOADED },
	{ "crashctl-rehearsal: reserved 104857599\ncrashctl-rehearsal: loaded\n",
	  KDUMP_REHEARSED_NOT_TRIED },
	{ "crashctl-rehearsal: reserved 0\ncrashctl-rehearsal: refused 99\n",
	  KDUMP_REHEARSED_NOT_TRIED },
	{ "Kernel panic - not syncing: VFS: what\n", KDUMP_REHEARSED_NOT_TRIED },
	{ LOADED "Linux version 6\nKernel panic - not syncing: Failed to allocate 1 bytes\n",
	  KDUMP_REHEARSED_KERNEL_MEMORY },
	{ LOADED MEMORY "Out of memory: Killed process 1\n", KDUMP_REHEARSED_UNPACK_MEMORY },
	{ LOADED MEMORY "Freeing initrd memory: 1K\nOut of memory and no killable\n",
	  KDUMP_REHEARSED_UNPACK_MEMORY },
	{ LOADED MEMORY INIT "Out of memory: Killed process 1\n", KDUMP_REHEARSED_INIT_MEMORY },
	{ LOADED MEMORY "Initramfs unpacking failed: write error\n", KDUMP_REHEARSED_ROOT_FULL },
	{ LOADED MEMORY "Initramfs unpacking failed: junk\n", KDUMP_REHEARSED_UNPACK_FAILED },
	{ LOADED MEMORY "Kernel panic - not syncing: No working init found.\n",
	  KDUMP_REHEARSED_NO_INIT },
	{ LOADED MEMORY "Kernel panic - not syncing: oops\n", KDUMP_REHEARSED_PANIC },
};

static void test_told(void **state)
{
	struct kd_trial t;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(told); i++) {
		start(&t, told[i].text);
		print_message("# %s", told[i].text);
		assert_int_equal(kd_trial_wait(&t, 5000), 0);
		assert_int_equal(t.result, told[i].result);
		/* What comes afterwards changes nothing. */
		kd_trial_end(&t, 6000);
		assert_int_equal(kd_trial_wait(&t, 6000), 0);
		assert_int_equal(t.result, told[i].result);
	}
}

#define MEMORY_OF(kib) "Linux version 6.1\nMemory: 1K/" kib "K available\n"
#define NO_ROOM "Initramfs unpacking failed: write error\n"

/* A death for the want of what the machine has and the guest had not says nothing. */
static const struct {
	const char *text;
	uint64_t cma;			/* of the guest */
	struct kd_beside beside;
	uint64_t lacked;
	bool open;
} beside_main[] = {
	{ LOADED MEMORY_OF("98036") NO_ROOM, 0, { 0, 0 }, 0, false },
	/* Main is below 4 GiB in the guest: there is no low. */
	{ LOADED MEMORY_OF("98036") NO_ROOM, 0, { 0, KD_GIB }, KD_GIB, true },
	{ LOADED MEMORY_OF("98036") INIT "Out of memory: Killed process 1\n", 0, { 0, KD_GIB },
	  KD_GIB, true },
	{ LOADED MEMORY_OF("98036") "Kernel panic - not syncing: oops\n", 0, { 0, KD_GIB },
	  KD_GIB, true },
	{ LOADED "Linux version 6\nKernel panic - not syncing: Failed to allocate 1 bytes\n", 0,
	  { 0, KD_GIB }, KD_GIB, true },
	/* Those are no want of memory beside main. */
	{ LOADED MEMORY_OF("98036") "Initramfs unpacking failed: junk\n", 0, { 0, KD_GIB },
	  KD_GIB, false },
	{ "crashctl-rehearsal: refused 99\n", 0, { 0, KD_GIB }, KD_GIB, false },
	{ "crashctl-rehearsal: refused 99\n", 512 * KD_MIB, { 512 * KD_MIB, 0 }, 0, false },
	/* It has the CMA that it was given, or its kernel does not know the word. */
	{ LOADED MEMORY_OF("620000") NO_ROOM, 512 * KD_MIB, { 512 * KD_MIB, 0 }, 0, false },
	{ LOADED MEMORY_OF("98036") NO_ROOM, 512 * KD_MIB, { 512 * KD_MIB, 0 }, 512 * KD_MIB,
	  true },
	{ LOADED "Linux version 6\nKernel panic - not syncing: Failed to allocate 1 bytes\n",
	  512 * KD_MIB, { 512 * KD_MIB, 0 }, 512 * KD_MIB, true },
	/* All that is there does not go into a guest. */
	{ LOADED MEMORY_OF("1150000") NO_ROOM, KD_GIB, { 3 * KD_GIB, 0 }, 2 * KD_GIB, true },
};

static void test_beside(void **state)
{
	struct kd_trial t;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(beside_main); i++) {
		print_message("# %s", beside_main[i].text);
		t = (struct kd_trial){ .main = 100 * KD_MIB, .cma = beside_main[i].cma };
		kd_trial_begin(&t, 1000, LIMIT);
		hear(&t, 5000, beside_main[i].text);
		assert_int_equal(kd_trial_wait(&t, 5000), 0);
		assert_int_equal(t.cma, beside_main[i].cma);
		assert_int_equal(kd_trial_lacked(&t, &beside_main[i].beside),
				 beside_main[i].lacked);
		assert_int_equal(kd_trial_is_open(&t, &beside_main[i].beside), beside_main[i].open);
	}
}

/* The guest goes down before anything was said. */
static void test_ended(void **state)
{
	static const struct {
		const char *text;
		enum kdump_rehearsed result;
	} ends[] = {
		{ "", KDUMP_REHEARSED_NOT_TRIED },
		{ LOADED, KDUMP_REHEARSED_SILENT },
		{ LOADED MEMORY, KDUMP_REHEARSED_SILENT },
		{ LOADED MEMORY INIT, KDUMP_REHEARSED_BOOTS },
		/* The last line is not ended. */
		{ LOADED MEMORY "Run /init as init process", KDUMP_REHEARSED_BOOTS },
		{ LOADED MEMORY "Initramfs unpacking failed: write error",
		  KDUMP_REHEARSED_ROOT_FULL },
	};
	struct kd_trial t;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(ends); i++) {
		start(&t, ends[i].text);
		assert_true(kd_trial_wait(&t, 5000) > 0);
		kd_trial_end(&t, 6000);
		assert_int_equal(kd_trial_wait(&t, 6000), 0);
		assert_int_equal(t.result, ends[i].result);
	}
}

static void test_times(void **state)
{
	struct kd_trial t;

	(void)state;
	/* The first kernel may take as long as there is. */
	start(&t, "");
	assert_int_equal(kd_trial_wait(&t, 5000), LIMIT - 4000);
	assert_int_equal(kd_trial_wait(&t, LIMIT + 1000), 0);
	assert_int_equal(t.result, KDUMP_REHEARSED_NOT_TRIED);
	/* The crash kernel is not waited for where nothing is heard of it. */
	start(&t, LOADED);
	assert_int_equal(kd_trial_wait(&t, 5000), 60000 + 3 * 4000);
	hear(&t, 70000, MEMORY);
	assert_int_equal(kd_trial_wait(&t, 80000), 62000);
	assert_int_equal(kd_trial_wait(&t, 142000), 0);
	assert_int_equal(t.result, KDUMP_REHEARSED_SILENT);
	/* It says something for ever. */
	start(&t, LOADED MEMORY);
	hear(&t, LIMIT, "still busy\n");
	assert_int_equal(kd_trial_wait(&t, LIMIT), 1000);
	assert_int_equal(kd_trial_wait(&t, LIMIT + 1000), 0);
	assert_int_equal(t.result, KDUMP_REHEARSED_TIMEOUT);
}

/* Init is given as long as it took to come there, within bounds, even beyond the limit. */
static void test_settles(void **state)
{
	static const struct {
		int64_t took, wait;
	} times[] = { { 1000, 10000 }, { 20000, 20000 }, { 200000, 60000 }, { 295000, 60000 } };
	struct kd_trial t;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(times); i++) {
		start(&t, LOADED MEMORY);
		hear(&t, 5000 + times[i].took, INIT);
		assert_int_equal(kd_trial_wait(&t, 5000 + times[i].took), times[i].wait);
		assert_int_equal(t.result, KDUMP_REHEARSED_OPEN);
		assert_int_equal(kd_trial_wait(&t, 5000 + times[i].took + times[i].wait), 0);
		assert_int_equal(t.result, KDUMP_REHEARSED_BOOTS);
	}
}

/* ---- the search ---- */

/* How many guests it takes to find @minimum from @first; what is found in @s. */
static unsigned find(struct kd_search *s, uint64_t first, uint64_t minimum, uint64_t most)
{
	uint64_t mib;

	kd_search_begin(s, first, most);
	while ((mib = kd_search_next(s))) {
		assert_in_range(mib, 1, most);
		kd_search_tell(s, mib, mib >= minimum ? KDUMP_REHEARSED_BOOTS :
						       KDUMP_REHEARSED_UNPACK_MEMORY);
		assert_in_range(s->trials, 1, 64);
	}
	return s->trials;
}

/* The highest wall before the dump, up to a MiB. */
static void test_search_first(void **state)
{
	struct kdump_estimate est = { .refs = 1 };

	(void)state;
	est.walls[KDUMP_WALL_TMPFS] = 90 * KD_MIB + 1;
	est.walls[KDUMP_WALL_RUN] = 80 * KD_MIB;
	est.walls[KDUMP_WALL_DUMP] = 500 * KD_MIB;
	assert_int_equal(kd_search_first(&est), 91);
}

static void test_search(void **state)
{
	struct kd_search s;

	(void)state;
	for (uint64_t minimum = 60; minimum < 200; minimum++) {
		unsigned trials = find(&s, 128, minimum, 2048);

		assert_false(s.hopeless);
		assert_int_equal(s.high, minimum);
		assert_int_equal(s.low, minimum - 1);
		assert_int_equal(s.below, KDUMP_REHEARSED_UNPACK_MEMORY);
		/* The estimate is right within a few MiB: then it is quick. */
		if (minimum >= 125 && minimum <= 131)
			assert_in_range(trials, 2, 6);
	}
	/* More than may be tried. */
	find(&s, 128, 5000, 2048);
	assert_true(s.hopeless);
	/* The first that is tried is the least there is. */
	find(&s, 1, 1, 2048);
	assert_int_equal(s.high, 1);
}

/* What memory does not mend is not looked for; what is silent below a size that boots is. */
static void test_search_for_another_reason(void **state)
{
	struct kd_search s;

	(void)state;
	kd_search_begin(&s, 100, 2048);
	kd_search_tell(&s, 100, KDUMP_REHEARSED_UNPACK_FAILED);
	assert_true(s.hopeless);
	assert_int_equal(kd_search_next(&s), 0);
	/* A panic may be for the want of memory: with much more it is seen. */
	kd_search_begin(&s, 100, 2048);
	kd_search_tell(&s, 100, KDUMP_REHEARSED_PANIC);
	assert_int_equal(kd_search_next(&s), 108);
	kd_search_tell(&s, 108, KDUMP_REHEARSED_BOOTS);
	assert_int_equal(kd_search_next(&s), 104);
	kd_search_begin(&s, 100, 2048);
	for (unsigned i = 0; i < 4; i++) {
		assert_false(s.hopeless);
		kd_search_tell(&s, kd_search_next(&s), KDUMP_REHEARSED_PANIC);
	}
	assert_true(s.hopeless);
	kd_search_begin(&s, 100, 2048);
	kd_search_tell(&s, 100, KDUMP_REHEARSED_BOOTS);
	assert_int_equal(kd_search_next(&s), 98);
	kd_search_tell(&s, 98, KDUMP_REHEARSED_SILENT);
	assert_int_equal(kd_search_next(&s), 99);
	kd_search_tell(&s, 99, KDUMP_REHEARSED_PANIC);
	assert_int_equal(kd_search_next(&s), 100);
	/* It was luck: a result is believed when it comes twice. */
	kd_search_tell(&s, 100, KDUMP_REHEARSED_INIT_MEMORY);
	assert_int_equal(kd_search_next(&s), 101);
	kd_search_tell(&s, 101, KDUMP_REHEARSED_BOOTS);
	assert_int_equal(kd_search_next(&s), 101);
	kd_search_tell(&s, 101, KDUMP_REHEARSED_BOOTS);
	assert_int_equal(kd_search_next(&s), 0);
	assert_false(s.hopeless);
	assert_int_equal(s.high, 101);
	assert_int_equal(s.below, KDUMP_REHEARSED_INIT_MEMORY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_guest), cmocka_unit_test(test_guest_asked),
		cmocka_unit_test(test_guest_cma), cmocka_unit_test(test_guest_cpus),
		cmocka_unit_test(test_beside), cmocka_unit_test(test_told),
		cmocka_unit_test(test_ended),
		cmocka_unit_test(test_times), cmocka_unit_test(test_settles),
		cmocka_unit_test(test_search_first), cmocka_unit_test(test_search),
		cmocka_unit_test(test_search_for_another_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
