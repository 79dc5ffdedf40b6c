/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Any bytes as /proc/iomem.  What is accepted must be ordered, must hold
 * nothing that the text does not, and must come out again the same.  A
 * reservation that is placed in it must lie in memory, wherever that is.
 */
#include "../../lib/decide/reservation.h"

#include <errno.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static size_t count_lines(const char *text, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < size; i++)
		n += text[i] == '\n';
	return n;
}

static void check_list(const struct kd_ranges *list)
{
	for (size_t i = 0; i < list->n; i++) {
		require(list->v[i].start <= list->v[i].end);
		require(!i || list->v[i - 1].start <= list->v[i].start);
	}
}

static void check_same(const struct kd_ranges *a, const struct kd_ranges *b)
{
	require(a->n == b->n);
	require(!a->n || !memcmp(a->v, b->v, a->n * sizeof(*a->v)));
}

static void check(const struct kd_iomem *iomem, size_t lines)
{
	size_t kept = iomem->ram.n + iomem->driver_ram.n + iomem->crash.n +
		      iomem->given_back.n + iomem->kernel.n;

	require(lines && kept <= lines && iomem->crash_count <= lines);
	require(iomem->hidden ? !kept : iomem->crash.n == iomem->crash_count);
	check_list(&iomem->ram);
	check_list(&iomem->driver_ram);
	check_list(&iomem->crash);
	check_list(&iomem->given_back);
	check_list(&iomem->kernel);
}

/* Each byte of it is in some range, which may lie in each other. */
static void check_inside(const struct kd_ranges *ram, const struct kdump_range *range)
{
	uint64_t at = range->start;
	bool moved = true;

	require(range->start <= range->end);
	while (at <= range->end && moved) {
		moved = false;
		for (size_t i = 0; i < ram->n && !moved; i++) {
			if (ram->v[i].start > at || ram->v[i].end < at)
				continue;
			if (ram->v[i].end >= range->end)
				return;
			at = ram->v[i].end + 1;
			moved = true;
		}
	}
	require(false);
}

static void check_predicted(const struct kd_iomem *iomem, const struct kd_arch *arch,
			    const struct kd_version *version, const struct kd_ck *ck)
{
	struct kd_reservation place;

	kd_reservation_predict(iomem, arch, version, ck, &place);
	require(memchr(place.text, '\0', sizeof(place.text)));
	require(!ck->main == (place.result == KD_RESERVATION_NOTHING));
	if (place.result != KD_RESERVATION_FITS) {
		require(!place.main.end && !place.has_low);
		return;
	}
	require(place.main.end - place.main.start == ck->main - 1);
	require(!ck->base || place.main.start == ck->base);
	check_inside(&iomem->ram, &place.main);
	if (!place.has_low)
		return;
	check_inside(&iomem->ram, &place.low);
	require(place.low.end < arch->low_max && place.low.end < place.main.start);
}

static void check_found(const struct kd_iomem *iomem, const struct kd_arch *arch, uint64_t size,
			uint64_t near, enum kdump_policy policy)
{
	const struct kd_place_limits limits = { 16 * KD_MIB, UINT64_MAX, 2 * KD_MIB };
	struct kdump_range range;

	if (!kd_reservation_find(iomem, arch, size, near, policy, &limits, &range.start))
		return;
	range.end = range.start + (size - 1);
	check_inside(&iomem->ram, &range);
	require(range.start >= limits.min && range.start % arch->align == 0);
	require(policy != KDUMP_POLICY_NONE || range.start == near);
	require(policy != KDUMP_POLICY_BOTTOM_UP || range.start >= near);
	require(policy != KDUMP_POLICY_TOP_DOWN || !near || range.start <= near);
}

static void check_placed(const struct kd_iomem *iomem)
{
	static const struct kd_arch *const arches[] = { &kd_arch_x86_64, &kd_arch_arm64,
							&kd_arch_riscv, &kd_arch_s390 };
	static const struct kd_version versions[] = { { 6, 1 }, { 6, 4 }, { 7, 2 } };
	uint64_t first = iomem->ram.n ? iomem->ram.v[0].start : 0;
	uint64_t ram = kd_ranges_bytes(&iomem->ram);
	const uint64_t sizes[] = { 0, 1, 64 * KD_MIB, ram / 3, ram - 1, UINT64_MAX };
	const uint64_t bases[] = { 0, first, kd_round_up(first, 32 * KD_MIB), UINT64_MAX - KD_MIB };

	for (size_t a = 0; a < KD_ARRAY_SIZE(arches); a++)
		for (size_t i = 0; i < KD_ARRAY_SIZE(sizes) * KD_ARRAY_SIZE(bases) * 3; i++) {
			struct kd_ck ck = {
				.main = sizes[i / 12], .base = bases[i % 4], .high = i & 16,
				.low = i & 16 ? sizes[i / 4 % 6] : 0,
			};

			check_predicted(iomem, arches[a], &versions[i / 4 % 3], &ck);
			check_found(iomem, arches[a], ck.main, ck.base,
				    (enum kdump_policy)(i / 4 % 3));
		}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct kd_iomem iomem, again;
	struct kd_text why = { "" };
	int err = kd_iomem_parse(text, size, &iomem, &why);

	require(!err || err == -EBADMSG);
	require(!err == !why.s[0]);
	require(kd_iomem_parse(text, size, &again, NULL) == err);
	if (err)
		return 0;
	check(&iomem, count_lines(text, size));
	require(iomem.hidden == again.hidden);
	check_same(&iomem.ram, &again.ram);
	check_same(&iomem.crash, &again.crash);
	check_same(&iomem.given_back, &again.given_back);
	check_placed(&iomem);
	kd_iomem_free(&iomem);
	kd_iomem_free(&again);
	return 0;
}
