/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Where the kernel puts a reservation: the rules on memory that is drawn here,
 * and the prediction beside what real kernels did (tests/machines).
 */
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>
#include <cmocka.h>

#include "../../lib/decide/reservation.h"
#include "../../lib/facts/snapshot.h"
#include "random.h"

#define MACHINES "tests/machines"

/* Memory as kernels show it, in MiB, "start-end start-end": the end is one past the last. */
#define ONE_GIB		"1-1023"
#define TWO_GIB		"1-2047"
#define FOUR_GIB	"1-3071 4096-5120"
#define SIX_GIB		"1-3071 4096-7168"
/* The firmware's holes, as on servers. */
#define LARGE		"1-1200 1202-1700 1716-1800 4096-66560"
/* No piece below 4 GiB is larger than 127 MiB. */
#define FRAGMENTED	"1-128 160-287 320-447 480-607 640-767 4096-4608"
/* arm64 servers: all of it above 4 GiB, or little below. */
#define ALL_ABOVE	"524288-540672"
#define LITTLE_BELOW	"2048-2112 32768-65536"

struct row {
	const char *ram, *arch, *version, *words;
	/* "nothing", "unknown", "fails", or "MAIN" or "MAIN+LOW" in MiB; ! behind it: tight */
	const char *placed;
};

static const struct row rows[] = {
	{ TWO_GIB, "x86_64", "7.2", "quiet", "nothing" },
	{ TWO_GIB, "x86_64", "7.2", "crashkernel=256M,low", "nothing" },
	/* below 4 GiB first, at the top of it */
	{ ONE_GIB, "x86_64", "7.2", "crashkernel=256M", "752" },
	{ ONE_GIB, "x86_64", "7.2", "crashkernel=640M", "368!" },
	{ ONE_GIB, "x86_64", "7.2", "crashkernel=1000M", "16!" },
	{ ONE_GIB, "x86_64", "7.2", "crashkernel=1010M", "fails" },
	{ TWO_GIB, "x86_64", "7.2", "crashkernel=256M", "1776" },
	{ TWO_GIB, "x86_64", "6.1", "crashkernel=256M", "1776" },
	{ TWO_GIB, "aarch64", "7.2", "crashkernel=256M", "1790" },
	{ FOUR_GIB, "x86_64", "7.2", "crashkernel=256M", "2800" },
	/* then above it, and the default low region comes along */
	{ FOUR_GIB, "x86_64", "7.2", "crashkernel=3000M", "64!" },
	{ FOUR_GIB, "x86_64", "7.2", "crashkernel=3060M", "fails" },
	{ SIX_GIB, "x86_64", "7.2", "crashkernel=3060M", "4096+2800!" },
	{ SIX_GIB, "x86_64", "6.1", "crashkernel=3060M", "4096+2800!" },
	{ SIX_GIB, "x86_64", "6.1", "crashkernel=3060M crashkernel=0,low", "4096!" },
	{ SIX_GIB, "x86_64", "6.1", "crashkernel=3060M crashkernel=72M,low", "4096+2992!" },
	{ SIX_GIB, "aarch64", "7.2", "crashkernel=3071M", "4096+2942!" },
	{ SIX_GIB, "aarch64", "6.2", "crashkernel=3071M", "4096+2942!" },
	{ SIX_GIB, "aarch64", "6.1", "crashkernel=3071M", "fails" },
	{ SIX_GIB, "aarch64", "6.1", "crashkernel=256M", "2814" },
	{ LARGE, "x86_64", "7.2", "crashkernel=512M", "688" },
	{ LARGE, "x86_64", "7.2", "crashkernel=448M", "1248" },
	{ LARGE, "x86_64", "7.2", "crashkernel=2048M", "64496+1440" },
	{ LARGE, "x86_64", "7.2", "crashkernel=70000M", "nothing" },
	{ LARGE, "x86_64", "7.2", "crashkernel=63000M", "fails" },
	{ FRAGMENTED, "x86_64", "7.2", "crashkernel=112M", "640" },
	{ FRAGMENTED, "x86_64", "7.2", "crashkernel=64M", "688" },
	{ FRAGMENTED, "x86_64", "7.2", "crashkernel=128M", "fails" },
	{ FRAGMENTED, "aarch64", "7.2", "crashkernel=128M", "fails" },
	/* ,high */
	{ SIX_GIB, "x86_64", "7.2", "crashkernel=256M,high", "6896+2800" },
	{ SIX_GIB, "x86_64", "7.2", "crashkernel=256M,high crashkernel=72M,low", "6896+2992" },
	{ SIX_GIB, "x86_64", "7.2", "crashkernel=256M,high crashkernel=0,low", "6896" },
	{ SIX_GIB, "x86_64", "6.1", "crashkernel=256M,high", "6896+2800" },
	{ SIX_GIB, "aarch64", "7.2", "crashkernel=256M,high", "6910+2942" },
	{ SIX_GIB, "aarch64", "6.1", "crashkernel=256M,high", "6910" },
	{ TWO_GIB, "x86_64", "7.2", "crashkernel=256M,high", "1776" },
	{ TWO_GIB, "x86_64", "6.1", "crashkernel=256M,high", "1776" },
	{ FRAGMENTED, "x86_64", "7.2", "crashkernel=256M,high crashkernel=128M,low", "fails" },
	{ FRAGMENTED, "x86_64", "7.2", "crashkernel=256M,high crashkernel=112M,low",
	  "4336+640!" },
	{ ALL_ABOVE, "x86_64", "7.2", "crashkernel=256M", "fails" },
	{ ALL_ABOVE, "aarch64", "7.2", "crashkernel=256M", "540414" },
	{ LITTLE_BELOW, "aarch64", "7.2", "crashkernel=256M", "fails" },
	{ LITTLE_BELOW, "aarch64", "7.2", "crashkernel=256M,high crashkernel=32M,low",
	  "65278+2080" },
	/* at an address */
	{ TWO_GIB, "x86_64", "7.2", "crashkernel=256M@512M", "512" },
	{ TWO_GIB, "x86_64", "7.2", "crashkernel=256M@520M", "fails" },
	{ TWO_GIB, "x86_64", "6.1", "crashkernel=256M@520M", "520" },
	{ TWO_GIB, "x86_64", "7.2", "crashkernel=256M@1888M", "fails" },
	{ TWO_GIB, "x86_64", "7.2", "crashkernel=256M@3G", "fails" },
	{ TWO_GIB, "x86_64", "7.2", "crashkernel=256M@0xfffffffff0000000", "fails" },
	{ SIX_GIB, "x86_64", "7.2", "crashkernel=256M@5G", "5120" },
	{ SIX_GIB, "x86_64", "6.1", "crashkernel=256M@5G", "5120+2800" },
	/* whose rules are not known */
	{ SIX_GIB, "ppc64le", "7.2", "crashkernel=256M", "unknown" },
	{ SIX_GIB, "s390x", "7.2", "crashkernel=256M", "unknown" },
	{ SIX_GIB, "riscv64", "6.6", "crashkernel=256M", "unknown" },
	{ SIX_GIB, "riscv64", "6.12", "crashkernel=256M", "2814" },
	{ SIX_GIB, "loongarch64", "6.12", "crashkernel=256M", "2814" },
};

static void draw(const char *text, struct kd_iomem *iomem)
{
	unsigned long start, end;
	int n;

	*iomem = (struct kd_iomem){ 0 };
	for (; sscanf(text, "%lu-%lu%n", &start, &end, &n) == 2; text += n)
		assert_int_equal(kd_ranges_add(&iomem->ram, start * KD_MIB, end * KD_MIB - 1), 0);
}

/* As facts/memory.c has it, for a kernel that never was. */
static void ask(const char *words, const struct kd_iomem *iomem, const struct kd_arch *arch,
		struct kd_version version, struct kd_ck *ck)
{
	struct kd_ck_kernel kernel = {
		.ram = kd_ranges_bytes(&iomem->ram),
		.knows_cma = kd_version_at_least(version, 6, 17),
		.knows_high_low = arch->high_low,
		.old_x86 = arch == &kd_arch_x86_64 && !kd_version_at_least(version, 6, 7),
		.high_has_auto_low = arch->default_low &&
				     kd_version_at_least(version, arch->auto_low_since.major,
							 arch->auto_low_since.minor),
		.default_low = arch->default_low,
	};
	struct kd_text why;

	assert_int_equal(kd_ck_parse(words, &kernel, ck, &why), 0);
}

static void write_placed(const struct kd_reservation *place, char *text, size_t size)
{
	static const char *const names[] = { "unknown", "nothing", "fits", "fails" };
	int n = 0;

	if (place->main.end)
		n = snprintf(text, size, "%lu", (unsigned long)(place->main.start / KD_MIB));
	if (place->has_low)
		n += snprintf(text + n, size - (size_t)n, "+%lu",
			      (unsigned long)(place->low.start / KD_MIB));
	if (place->result != KD_RESERVATION_FITS)
		snprintf(text + n, size - (size_t)n, "%s", names[place->result]);
	else if (place->tight)
		snprintf(text + n, size - (size_t)n, "!");
}

static void test_rows(void **state)
{
	struct kd_reservation place;
	struct kd_version version;
	struct kd_iomem iomem;
	char placed[64];
	struct kd_ck ck;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		const struct kd_arch *arch = kd_arch_find(rows[i].arch);

		draw(rows[i].ram, &iomem);
		assert_int_equal(kd_version_parse(rows[i].version, &version), 0);
		ask(rows[i].words, &iomem, arch, version, &ck);
		kd_reservation_predict(&iomem, arch, &version, &ck, &place);
		write_placed(&place, placed, sizeof(placed));
		if (strcmp(placed, rows[i].placed))
			fail_msg("%s on %s %s with %s: %s, not %s (%s)", rows[i].words,
				 rows[i].arch, rows[i].version, rows[i].ram, placed,
				 rows[i].placed, place.text);
		/* What is no success says why; a place that was looked for is about there. */
		assert_true(place.result == KD_RESERVATION_FITS ||
			    place.result == KD_RESERVATION_NOTHING || *place.text);
		assert_int_equal(place.about, place.main.end && !ck.base);
		kd_ranges_free(&iomem.ram);
	}
}

static void test_unseen(void **state)
{
	struct kd_iomem iomem = { .hidden = true };
	struct kd_ck ck = { .main = 256 * KD_MIB };
	struct kd_reservation place;

	(void)state;
	kd_reservation_predict(&iomem, &kd_arch_x86_64, NULL, &ck, &place);
	assert_int_equal(place.result, KD_RESERVATION_UNKNOWN);
	assert_non_null(strstr(place.text, "cannot be seen by this user"));
	iomem.hidden = false;
	kd_reservation_predict(&iomem, &kd_arch_x86_64, NULL, &ck, &place);
	assert_int_equal(place.result, KD_RESERVATION_UNKNOWN);
	kd_reservation_predict(&iomem, NULL, NULL, &ck, &place);
	assert_int_equal(place.result, KD_RESERVATION_UNKNOWN);
}

/* As a parser gives it: what drivers bring comes after boot, what was given back was there. */
static void test_parsed(void **state)
{
	static const char text[] = "00100000-7fffffff : System RAM\n"
				   "  6e000000-75ffffff : Crash kernel\n"
				   "  76000000-7dffffff : System RAM\n"
				   "100000000-1ffffffff : System RAM (virtio_mem)\n";
	struct kd_ck ck = { .main = 256 * KD_MIB };
	struct kd_reservation place;
	struct kd_iomem iomem;
	struct kd_text why;

	(void)state;
	assert_int_equal(kd_iomem_parse(text, sizeof(text) - 1, &iomem, &why), 0);
	kd_reservation_predict(&iomem, &kd_arch_x86_64, NULL, &ck, &place);
	assert_int_equal(place.result, KD_RESERVATION_FITS);
	assert_int_equal(place.main.start, 0x6f000000);
	ck.high = true;
	kd_reservation_predict(&iomem, &kd_arch_x86_64, NULL, &ck, &place);
	assert_false(place.is_high);
	ck = (struct kd_ck){ .main = 3 * KD_GIB };
	kd_reservation_predict(&iomem, &kd_arch_x86_64, NULL, &ck, &place);
	assert_int_equal(place.result, KD_RESERVATION_FAILS);
	kd_iomem_free(&iomem);
}

/* ---- beside what real kernels did ---- */

/*
 * The machines of x86 were started by an emulator that puts the initramfs at the very
 * end of memory below 4 GiB (hw/i386/x86.c:x86_load_linux()); there the region lies
 * one CRASH_ALIGN lower than predicted.  Nothing lies at the end of memory
 * above but what the kernel takes itself.  On arm64 its own CMA and swiotlb are there
 * before (arch/arm64/mm/init.c:bootmem_init()), 64 MiB each.
 */
static void compare(const char *name, const struct kdump_range *predicted,
		    const struct kdump_range *real, const struct kd_arch *arch, bool is_low)
{
	uint64_t off = predicted->start - real->start;
	bool as_told = arch == &kd_arch_arm64 ? off <= 128 * KD_MIB
					      : off == (is_low ? arch->align : 0);

	if (kd_range_bytes(predicted) != kd_range_bytes(real) || !as_told)
		fail_msg("%s: predicted 0x%lx-0x%lx, really 0x%lx-0x%lx", name,
			 (unsigned long)predicted->start, (unsigned long)predicted->end,
			 (unsigned long)real->start, (unsigned long)real->end);
}

static bool compare_machine(const char *name)
{
	struct kd_reservation place;
	struct kdump_snapshot *snap;
	struct kd_ck_kernel kernel;
	const struct kd_ranges *crash;
	struct kdump_ctx *ctx;
	char path[4096];
	struct kd_text why;
	struct kd_ck ck;

	snprintf(path, sizeof(path), MACHINES "/%s", name);
	assert_int_equal(kdump_ctx_new(&ctx), 0);
	assert_int_equal(kdump_ctx_set_root(ctx, path), 0);
	assert_int_equal(kdump_snapshot_new(ctx, &snap), 0);
	kd_snapshot_ck_kernel(snap, &kernel);
	assert_int_equal(kd_ck_parse(snap->cmdline, &kernel, &ck, &why), 0);
	kd_reservation_predict(&snap->iomem, snap->arch, &snap->version, &ck, &place);
	crash = &snap->iomem.crash;
	if (snap->iomem.hidden)
		assert_int_equal(place.result, KD_RESERVATION_UNKNOWN);
	else if (!ck.main)
		assert_int_equal(place.result, KD_RESERVATION_NOTHING);
	else
		assert_int_equal(place.result, KD_RESERVATION_FITS);
	if (place.result == KD_RESERVATION_FITS) {
		assert_int_equal(crash->n, 1 + place.has_low);
		compare(name, &place.main, &crash->v[crash->n - 1], snap->arch,
			!place.is_high);
		if (place.has_low)
			compare(name, &place.low, &crash->v[0], snap->arch, true);
	}
	kdump_snapshot_unref(snap);
	kdump_ctx_unref(ctx);
	return place.result == KD_RESERVATION_FITS;
}

/* What the kernel uses itself is far less than all, on machines that do nothing. */
static void test_unmovable(void **state)
{
	struct kdump_snapshot *snap;
	struct kdump_ctx *ctx;

	(void)state;
	assert_int_equal(kdump_ctx_new(&ctx), 0);
	assert_int_equal(kdump_ctx_set_root(ctx, MACHINES "/7.2-main-cma"), 0);
	assert_int_equal(kdump_snapshot_new(ctx, &snap), 0);
	assert_in_range(snap->mem_unmovable, 32 * KD_MIB, 96 * KD_MIB);
	assert_int_equal(snap->mem_huge, 0);
	kdump_snapshot_unref(snap);
	kdump_ctx_unref(ctx);
}

static void test_machines(void **state)
{
	DIR *dir = opendir(MACHINES);
	struct dirent *entry;
	unsigned n = 0, compared = 0;

	(void)state;
	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.' || strchr(entry->d_name, '-') == NULL ||
		    strstr(entry->d_name, ".md") || !strcmp(entry->d_name, "mk-machines"))
			continue;
		n++;
		compared += compare_machine(entry->d_name);
	}
	closedir(dir);
	assert_true(n >= 7);
	assert_true(compared >= 4);
}

/* ---- by address ---- */

static uint64_t find(const char *ram, uint64_t size, uint64_t near, enum kdump_policy policy,
		     const struct kd_place_limits *limits)
{
	struct kd_iomem iomem;
	uint64_t at = 1;

	draw(ram, &iomem);
	if (!kd_reservation_find(&iomem, &kd_arch_x86_64, size * KD_MIB, near * KD_MIB, policy,
				 limits, &at))
		at = 7 * KD_MIB;
	kd_ranges_free(&iomem.ram);
	return at / KD_MIB;
}

#define NONE 7

static void test_find(void **state)
{
	const struct kd_place_limits any = { 0, UINT64_MAX, 1 };
	const struct kd_place_limits below = { 0, 4 * KD_GIB - 1, 1 };
	const struct kd_place_limits narrow = { 100 * KD_MIB, 1000 * KD_MIB - 1, 128 * KD_MIB };
	enum kdump_policy up = KDUMP_POLICY_BOTTOM_UP, down = KDUMP_POLICY_TOP_DOWN;

	(void)state;
	/* The kernel lies at 16 MiB where it is not moved. */
	assert_int_equal(find(TWO_GIB, 256, 0, up, &any), 80);
	assert_int_equal(find(TWO_GIB, 256, 90, up, &any), 96);
	assert_int_equal(find(TWO_GIB, 256, 1777, up, &any), NONE);
	assert_int_equal(find(SIX_GIB, 256, 2820, up, &any), 4096);
	assert_int_equal(find(SIX_GIB, 256, 2820, up, &below), NONE);
	assert_int_equal(find(TWO_GIB, 256, 0, down, &any), 1776);
	assert_int_equal(find(TWO_GIB, 256, 1000, down, &any), 992);
	assert_int_equal(find(SIX_GIB, 256, 0, down, &any), 6896);
	assert_int_equal(find(SIX_GIB, 256, 0, down, &below), 2800);
	assert_int_equal(find(TWO_GIB, 256, 70, down, &any), NONE);
	/* The place itself, or none. */
	assert_int_equal(find(TWO_GIB, 256, 512, KDUMP_POLICY_NONE, &any), 512);
	assert_int_equal(find(TWO_GIB, 256, 520, KDUMP_POLICY_NONE, &any), NONE);
	assert_int_equal(find(TWO_GIB, 256, 16, KDUMP_POLICY_NONE, &any), NONE);
	assert_int_equal(find(TWO_GIB, 256, 3000, KDUMP_POLICY_NONE, &any), NONE);
	/* What the segments ask for. */
	assert_int_equal(find(TWO_GIB, 256, 0, up, &narrow), 128);
	assert_int_equal(find(TWO_GIB, 256, 0, down, &narrow), 640);
	assert_int_equal(find(TWO_GIB, 1000, 0, up, &narrow), NONE);
	assert_int_equal(find(TWO_GIB, 0, 0, up, &any), NONE);
}

/* ---- against one that tries every place ---- */

static bool is_free(const struct kd_iomem *iomem, uint64_t start, uint64_t size, uint64_t top)
{
	for (size_t i = 0; i < iomem->ram.n; i++)
		if (start >= iomem->ram.v[i].start && start + size - 1 <= iomem->ram.v[i].end)
			return start >= KD_MIB && start + size <= top;
	return false;
}

static void test_random(void **state)
{
	struct random r = { 7 };

	(void)state;
	for (unsigned round = 0; round < 2000; round++) {
		uint64_t at = random_below(&r, 64) * KD_MIB, size, found = 0, align = 16 * KD_MIB;
		struct kd_ck ck = { 0 };
		struct kd_iomem iomem = { 0 };
		struct kd_reservation place;

		for (unsigned i = 0; i < 6; i++) {
			uint64_t bytes = (1 + random_below(&r, 200)) * KD_MIB;

			assert_int_equal(kd_ranges_add(&iomem.ram, at, at + bytes - 1), 0);
			at += bytes + (1 + random_below(&r, 40)) * KD_MIB;
		}
		size = (1 + random_below(&r, 220)) * KD_MIB;
		ck.main = size;
		for (uint64_t start = 0; start < at; start += align)
			if (is_free(&iomem, start, size, iomem.ram.v[5].end + 1 - KD_MIB))
				found = start;
		kd_reservation_predict(&iomem, &kd_arch_x86_64, NULL, &ck, &place);
		assert_int_equal(place.result,
				 found ? KD_RESERVATION_FITS : KD_RESERVATION_FAILS);
		if (found)
			assert_int_equal(place.main.start, found);
		kd_ranges_free(&iomem.ram);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_unseen),
		cmocka_unit_test(test_parsed),
		cmocka_unit_test(test_machines),
		cmocka_unit_test(test_unmovable),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
