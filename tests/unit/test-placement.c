/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Placement of segments against one that tries every page, on random segments
 * from a seed that is always the same; and the smallest region that was
 * measured on a real kernel.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>
#include <cmocka.h>

#include "../../lib/decide/estimate.h"
#include "random.h"

#define PAGE UINT64_C(4096)
#define ROUNDS 3000

/* Small enough that every page can be tried. */
static size_t make_segments(struct random *r, struct kd_segment segments[KD_SEGMENTS_MAX])
{
	size_t n = 1 + random_below(r, 7);

	for (size_t i = 0; i < n; i++)
		segments[i] = (struct kd_segment){
			.name = "any",
			.size = 1 + random_below(r, 40 * PAGE),
			.align = PAGE << random_below(r, 6),
			.min = random_below(r, 3) ? 0 : random_below(r, 400) * PAGE,
			.max = random_below(r, 3) ? 0 : random_below(r, 500 * PAGE),
			.top_down = random_below(r, 2),
		};
	return n;
}

static bool overlaps(const struct kd_segment *placed, size_t n, uint64_t start, uint64_t size)
{
	for (size_t i = 0; i < n; i++)
		if (start < placed[i].at + kd_round_up(placed[i].size, PAGE) &&
		    placed[i].at < start + size)
			return true;
	return false;
}

/*
 * kexec_locate_mem_hole() by trying: the highest or lowest place that is free.
 * Kernels before 6.8 leave the last page unused from the top.
 */
static bool find_place(const struct kd_segment *seg, const struct kd_segment *placed, size_t n,
		       const struct kdump_range *region, uint64_t *ret)
{
	uint64_t size = kd_round_up(seg->size, PAGE), first = region->start / PAGE * PAGE;
	bool found = false;

	for (uint64_t at = first; at <= region->end; at += PAGE) {
		if (at % seg->align || at < region->start || at < seg->min ||
		    (seg->max && at + size - 1 > seg->max) ||
		    at + size - 1 > region->end - seg->top_down || overlaps(placed, n, at, size))
			continue;
		if (!found || seg->top_down)
			*ret = at;
		found = true;
	}
	return found;
}

static void test_each_place(void **state)
{
	struct random r = { 20260101 };
	unsigned fitted = 0, refused = 0;

	(void)state;
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct kd_segment segments[KD_SEGMENTS_MAX];
		size_t n = make_segments(&r, segments), placed = n;
		uint64_t start = random_below(&r, 300) * PAGE, at;
		uint64_t pages = 1 + random_below(&r, 200);
		struct kdump_range region = { start, start + pages * PAGE - 1 };
		const struct kd_segment *failed = kd_place(segments, n, &region, PAGE);

		if (failed)
			placed = (size_t)(failed - segments);
		for (size_t i = 0; i < placed; i++) {
			assert_true(find_place(&segments[i], segments, i, &region, &at));
			assert_int_equal(segments[i].at, at);
		}
		if (failed)
			assert_false(find_place(failed, segments, placed, &region, &at));
		fitted += !failed;
		refused += !!failed;
	}
	/* A test that only ever sees one of them proves nothing of the other. */
	assert_true(fitted > ROUNDS / 10 && refused > ROUNDS / 10);
}

static void test_least(void **state)
{
	struct random r = { 20260102 };

	(void)state;
	for (unsigned round = 0; round < ROUNDS / 10; round++) {
		struct kd_segment segments[KD_SEGMENTS_MAX], trial[KD_SEGMENTS_MAX];
		size_t n = make_segments(&r, segments);
		uint64_t base = random_below(&r, 64) * KD_MIB, least, bytes;

		for (size_t i = 0; i < n; i++) {
			segments[i].size *= 100;
			segments[i].align *= 64;
			segments[i].min = 0;
			segments[i].max = 0;
		}
		least = kd_place_least(segments, n, base, PAGE);
		assert_int_not_equal(least, 0);
		assert_int_equal(least % KD_MIB, 0);
		for (bytes = KD_MIB; ; bytes += KD_MIB) {
			struct kdump_range region = { base, base + bytes - 1 };

			memcpy(trial, segments, sizeof(trial));
			if (!kd_place(trial, n, &region, PAGE))
				break;
		}
		assert_int_equal(least, bytes);
	}
}

/* 7.2 cloud with a busybox image: 65 MiB of main load, 64 do not. */
static void test_measured(void **state)
{
	static const uint64_t bases[] = { 0x6e000000, 0x66000000, 0xa0000000, 0x1a0000000 };
	const struct kd_estimate_machine machine = {
		.arch = &kd_arch_x86_64, .page_size = PAGE, .ram = 3 * KD_GIB,
		.elfcorehdr = 917616,
		.cmdline = "console=ttyS0 nr_cpus=1 reset_devices irqpoll panic=-1 "
			   "cgroup_disable=memory udev.children-max=2",
	};
	const struct kd_image_sums sums = {
		.kernel = { .init_size = 6021 * KD_MIB / 100, .alignment = 2 * KD_MIB,
			    .pref_address = 16 * KD_MIB },
		.initramfs = { .stored = 24 * KD_MIB / 10 },
	};

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(bases); i++) {
		struct kd_segment segments[KD_SEGMENTS_MAX];
		struct kdump_range region = { bases[i], bases[i] + 64 * KD_MIB - 1 };
		size_t n = kd_estimate_segments(&machine, &sums, segments);

		assert_non_null(kd_place(segments, n, &region, PAGE));
		region.end += KD_MIB;
		n = kd_estimate_segments(&machine, &sums, segments);
		assert_null(kd_place(segments, n, &region, PAGE));
		assert_int_equal(kd_place_least(segments, n, bases[i], PAGE), 65 * KD_MIB);
	}
}

static void test_absurd(void **state)
{
	struct kd_segment one = { "one", UINT64_MAX, PAGE, 0, 0, true, 0 };
	struct kd_segment many[KD_SEGMENTS_MAX + 1] = { { "one", 1, PAGE, 0, 0, true, 0 } };
	struct kdump_range half = { 0, UINT64_MAX / 2 }, small = { 0, PAGE - 1 };

	(void)state;
	assert_int_equal(kd_place_least(&one, 1, 0, PAGE), 0);
	assert_int_equal(kd_place_least(many, KD_ARRAY_SIZE(many), 0, PAGE), 0);
	assert_ptr_equal(kd_place(&one, 1, &half, PAGE), &one);
	one.top_down = false;
	assert_ptr_equal(kd_place(&one, 1, &small, PAGE), &one);
	one.size = PAGE;
	assert_null(kd_place(&one, 1, &small, PAGE));
	assert_int_equal(one.at, 0);
	one.min = 1;
	assert_ptr_equal(kd_place(&one, 1, &small, PAGE), &one);
	one = (struct kd_segment){ "one", PAGE, PAGE, UINT64_MAX / 2, 0, false, 0 };
	assert_ptr_equal(kd_place(&one, 1, &half, PAGE), &one);
	assert_int_equal(kd_place_least(&one, 1, UINT64_MAX - PAGE, PAGE), 0);
	assert_null(kd_place(NULL, 0, &small, PAGE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_place),
		cmocka_unit_test(test_least),
		cmocka_unit_test(test_measured),
		cmocka_unit_test(test_absurd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
