/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Where main and low come to lie: kernel/crash_reserve.c:
 * reserve_crashkernel_generic(), before 6.7 arch/x86/kernel/setup.c and
 * arch/arm64/mm/init.c:reserve_crashkernel(), all on top of mm/memblock.c, which
 * takes the highest place that is free.
 */
#include "reservation.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

/*
 * mm/numa.c:alloc_node_data() and the page tables of the direct mapping
 * (arch/x86/mm/init.c:init_mem_mapping()) are taken off the top of memory first.
 * Less than this, and more than nothing: which is all that counts where the end of
 * memory is a multiple of CRASH_ALIGN.
 */
#define TOP_BYTES	KD_MIB
/* arch/x86/realmode/init.c:reserve_real_mode(): the first MiB is never given out. */
#define X86_FIRST_BYTES	KD_MIB
/* The span of a kernel whose own cannot be seen: no init_size of Debian's 6.1 to 7.3 is larger. */
#define KERNEL_BYTES	(64 * KD_MIB)
#define TAKEN_MAX	4

/* Memory that is free when crashkernel= is read. */
struct memory {
	const struct kd_ranges *ram;
	struct kdump_range taken[TAKEN_MAX];
	size_t n_taken;
};

static void take(struct memory *m, uint64_t start, uint64_t bytes)
{
	if (bytes && m->n_taken < TAKEN_MAX)
		m->taken[m->n_taken++] = (struct kdump_range){ start, kd_add(start, bytes - 1) };
}

/* Of ranges by their start, not the last one needs to end last. */
static uint64_t end_of_ram(const struct kd_ranges *ram)
{
	uint64_t end = 0;

	for (size_t i = 0; i < ram->n; i++)
		end = kd_max(end, kd_add(ram->v[i].end, 1));
	return end;
}

static void look_at(struct memory *m, const struct kd_iomem *iomem, const struct kd_arch *arch)
{
	*m = (struct memory){ .ram = &iomem->ram };
	if (arch == &kd_arch_x86_64)
		take(m, 0, X86_FIRST_BYTES);
	take(m, kd_sub_floor(end_of_ram(m->ram), TOP_BYTES), TOP_BYTES);
}

static const struct kdump_range *in_the_way(const struct memory *m, uint64_t start,
					    uint64_t size)
{
	for (size_t i = 0; i < m->n_taken; i++)
		if (m->taken[i].start <= start + (size - 1) && start <= m->taken[i].end)
			return &m->taken[i];
	return NULL;
}

/* The highest place in one piece of memory, which does not end at UINT64_MAX. */
static bool highest_in(const struct memory *m, const struct kdump_range *piece, uint64_t size,
		       uint64_t align, uint64_t *ret)
{
	const struct kdump_range *obstacle;
	uint64_t end = piece->end + 1, start;

	while (end >= size && end - size >= piece->start) {
		start = kd_round_down(end - size, align);
		/* mm/memblock.c:memblock_find_in_range_node() keeps clear of the first page. */
		if (start < piece->start || !start)
			return false;
		obstacle = in_the_way(m, start, size);
		if (!obstacle) {
			*ret = start;
			return true;
		}
		end = obstacle->start;
	}
	return false;
}

static bool lowest_in(const struct memory *m, const struct kdump_range *piece, uint64_t size,
		      uint64_t align, uint64_t *ret)
{
	const struct kdump_range *obstacle;
	uint64_t start = kd_round_up(kd_max(piece->start, 1), align);

	while (start >= piece->start && start <= piece->end && size - 1 <= piece->end - start) {
		obstacle = in_the_way(m, start, size);
		if (!obstacle) {
			*ret = start;
			return true;
		}
		start = kd_round_up(kd_add(obstacle->end, 1), align);
	}
	return false;
}

/*
 * Piece @*i and those that follow it without a gap (memblock joins them), cut to
 * [@low, @high]; false where nothing of it is left.  @*i moves behind them.
 */
static bool next_piece(const struct memory *m, size_t *i, uint64_t low, uint64_t high,
		       struct kdump_range *ret)
{
	const struct kd_ranges *ram = m->ram;

	*ret = ram->v[(*i)++];
	while (*i < ram->n && ram->v[*i].start <= kd_add(ret->end, 1)) {
		ret->end = kd_max(ret->end, ram->v[*i].end);
		(*i)++;
	}
	ret->start = kd_max(ret->start, low);
	ret->end = kd_min(ret->end, kd_min(high, UINT64_MAX - 1));
	return ret->start <= ret->end;
}

typedef bool find_in_fn(const struct memory *m, const struct kdump_range *piece, uint64_t size,
			uint64_t align, uint64_t *ret);

/* @high is the last byte that may be used. */
static bool find(const struct memory *m, find_in_fn *find_in, uint64_t size, uint64_t align,
		 uint64_t low, uint64_t high, uint64_t *ret)
{
	struct kdump_range piece;
	bool found = false;

	if (!size)
		return false;
	for (size_t i = 0; i < m->ram->n;) {
		if (!next_piece(m, &i, low, high, &piece) ||
		    !find_in(m, &piece, size, align, ret))
			continue;
		found = true;
		if (find_in == lowest_in)
			break;
	}
	return found;
}

static uint64_t largest(const struct memory *m, uint64_t low, uint64_t high)
{
	struct kdump_range piece;
	uint64_t bytes = 0;

	for (size_t i = 0; i < m->ram->n;)
		if (next_piece(m, &i, low, high, &piece))
			bytes = kd_max(bytes, kd_range_bytes(&piece));
	return bytes;
}

/* ---- the kernel's rules ---- */

struct rules {
	const struct kd_arch *arch;
	const struct kd_ck *ck;
	struct memory memory;
	uint64_t low_end, high_end;	/* one past the last byte */
	uint64_t kernel_bytes;
	bool old_x86;			/* before 6.7 */
	bool falls_back_high;		/* a plain word that finds no room in low */
	bool falls_back_low;		/* a ,high word that finds none above */
};

static void say(struct kd_reservation *ret, enum kd_reservation_result result,
		const char *fmt, ...) KD_PRINTF(3, 4);

static void say(struct kd_reservation *ret, enum kd_reservation_result result,
		const char *fmt, ...)
{
	va_list args;

	ret->result = result;
	va_start(args, fmt);
	vsnprintf(ret->text, sizeof(ret->text), fmt, args);
	va_end(args);
}

/*
 * arch/arm64/mm/init.c:max_zone_phys(): where all memory lies above 4 GiB, all of
 * it is low.
 */
static uint64_t low_end(const struct kd_iomem *iomem, const struct kd_arch *arch)
{
	if (arch == &kd_arch_arm64 && iomem->ram.v[0].start >= arch->low_max)
		return end_of_ram(&iomem->ram);
	return arch->low_max;
}

static uint64_t kernel_bytes(const struct kd_iomem *iomem)
{
	const struct kd_ranges *kernel = &iomem->kernel;
	uint64_t end = 0;

	for (size_t i = 0; i < kernel->n; i++)
		end = kd_max(end, kernel->v[i].end);
	return kernel->n ? kd_add(end - kernel->v[0].start, 1) : KERNEL_BYTES;
}

static bool at_least(const struct kd_version *version, struct kd_version since)
{
	return !version || kd_version_at_least(*version, since.major, since.minor);
}

/* False, and @ret says why, where what the kernel does is not known. */
static bool set_rules(struct rules *r, const struct kd_iomem *iomem, const struct kd_arch *arch,
		      const struct kd_version *version, struct kd_reservation *ret)
{
	bool generic = arch && at_least(version, arch->generic_since);

	if (!arch || !arch->low_max || !arch->generic_since.major)
		say(ret, KD_RESERVATION_UNKNOWN, "where kernels for %s put it is not known here",
		    arch ? arch->name : "this architecture");
	else if (!generic && arch != &kd_arch_x86_64 && arch != &kd_arch_arm64)
		say(ret, KD_RESERVATION_UNKNOWN,
		    "where kernels for %s before %u.%u put it is not known here", arch->name,
		    arch->generic_since.major, arch->generic_since.minor);
	else if (iomem->hidden || !iomem->ram.n)
		say(ret, KD_RESERVATION_UNKNOWN,
		    "the addresses of memory cannot be seen%s",
		    iomem->hidden ? " by this user" : "");
	else {
		look_at(&r->memory, iomem, arch);
		r->arch = arch;
		r->low_end = low_end(iomem, arch);
		r->high_end = arch->high_max ? arch->high_max : UINT64_MAX;
		r->kernel_bytes = kernel_bytes(iomem);
		r->old_x86 = !generic && arch == &kd_arch_x86_64;
		/* arm64: commit a149cf00b158, in 6.2 as the default low region. */
		r->falls_back_high = generic || r->old_x86 ||
				     at_least(version, arch->auto_low_since);
		r->falls_back_low = true;
		return true;
	}
	return false;
}

/* Does it fit there wherever the kernel lies, in the middle of the largest piece if need be? */
static bool fits_beside(const struct rules *r, uint64_t low, uint64_t high)
{
	uint64_t most = high > low ? largest(&r->memory, low, high - 1) : 0;

	return r->ck->main <=
	       kd_sub_floor(kd_sub_floor(most, r->kernel_bytes) / 2, r->arch->align);
}

static bool try(const struct rules *r, uint64_t low, uint64_t high, struct kd_reservation *ret)
{
	uint64_t size = r->ck->main, at;

	if (high <= low ||
	    !find(&r->memory, highest_in, size, r->arch->align, low, high - 1, &at))
		return false;
	ret->main = (struct kdump_range){ at, at + (size - 1) };
	ret->about = true;
	return true;
}

/* Fixed: memory that is in use at that place is no reason to look for another. */
static bool try_fixed(const struct rules *r, struct kd_reservation *ret)
{
	uint64_t base = r->ck->base, size = r->ck->main, at;
	uint64_t align = r->old_x86 ? KD_MIB : r->arch->align;
	char unit[KD_SIZE_TEXT];

	if (base % align)
		say(ret, KD_RESERVATION_FAILS,
		    "0x%" PRIx64 " is no multiple of %s, as the kernel wants it", base,
		    kd_size_text(align, unit));
	else if (base > UINT64_MAX - size ||
		 !find(&r->memory, highest_in, size, align, base, base + (size - 1), &at))
		say(ret, KD_RESERVATION_FAILS, "there is no free memory at 0x%" PRIx64, base);
	else
		ret->main = (struct kdump_range){ base, base + (size - 1) };
	return ret->result != KD_RESERVATION_FAILS;
}

static bool try_anywhere(const struct rules *r, struct kd_reservation *ret)
{
	char size[KD_SIZE_TEXT], below[KD_SIZE_TEXT], above[KD_SIZE_TEXT];
	uint64_t low = r->old_x86 ? r->arch->align : 0;
	bool found;

	if (r->ck->high)
		found = try(r, r->low_end, r->high_end, ret) ||
			(r->falls_back_low && try(r, 0, r->low_end, ret));
	else
		found = try(r, low, r->low_end, ret) ||
			(r->falls_back_high && try(r, r->low_end, r->high_end, ret));
	ret->tight = !fits_beside(r, 0, r->low_end) &&
		     !((r->ck->high || r->falls_back_high) &&
		       fits_beside(r, r->low_end, r->high_end));
	if (found)
		return true;
	say(ret, KD_RESERVATION_FAILS,
	    "no free memory holds %s in one piece: the largest below the low limit has %s, "
	    "above it %s%s", kd_size_text(r->ck->main, size),
	    kd_size_text(largest(&r->memory, 0, r->low_end - 1), below),
	    kd_size_text(largest(&r->memory, r->low_end, r->high_end - 1), above),
	    r->falls_back_high || r->ck->high ? "" : ", where this kernel does not look");
	return false;
}

static bool names_low(const struct kd_ck *ck)
{
	for (size_t i = 0; i < ck->n; i++)
		if (ck->words[i].kind == KD_CK_LOW && ck->words[i].fate == KD_CK_USED)
			return true;
	return false;
}

/* How much a main part above the limit brings with it. */
static uint64_t wanted_low(const struct rules *r)
{
	const struct kd_ck *ck = r->ck;

	if (ck->high)
		return ck->low;
	/* arch/x86/kernel/setup.c:reserve_crashkernel_low() before 6.7 reads ,low by itself. */
	if (r->old_x86)
		return names_low(ck) ? ck->low : r->arch->default_low;
	/* reserve_crashkernel_generic(): after the fall-back alone, never beside @Y. */
	return ck->base ? 0 : r->arch->default_low;
}

/* Without it the kernel gives main back. */
static bool add_low(struct rules *r, struct kd_reservation *ret)
{
	uint64_t size = wanted_low(r), at;
	char text[KD_SIZE_TEXT];

	if (!size)
		return true;
	take(&r->memory, ret->main.start, kd_range_bytes(&ret->main));
	if (!find(&r->memory, highest_in, size, r->arch->align, 0, r->low_end - 1, &at)) {
		say(ret, KD_RESERVATION_FAILS,
		    "main would lie above the low limit, and below it is no room for the %s that "
		    "go with it", kd_size_text(size, text));
		ret->main = (struct kdump_range){ 0 };
		ret->about = ret->tight = false;
		return false;
	}
	ret->has_low = true;
	ret->low = (struct kdump_range){ at, at + (size - 1) };
	return true;
}

static void conclude(const struct rules *r, struct kd_reservation *ret)
{
	ret->result = KD_RESERVATION_FITS;
	if (ret->tight)
		say(ret, KD_RESERVATION_FITS,
		    "it may fail: there is room only where the kernel itself does not lie in the "
		    "middle of it");
	else if (ret->is_high && !r->ck->high)
		say(ret, KD_RESERVATION_FITS, "there is no room for it below the low limit");
	else if (!ret->is_high && r->ck->high)
		say(ret, KD_RESERVATION_FITS, "there is no room for it above the low limit");
}

void kd_reservation_predict(const struct kd_iomem *iomem, const struct kd_arch *arch,
			    const struct kd_version *version, const struct kd_ck *ck,
			    struct kd_reservation *ret)
{
	struct rules r = { .ck = ck };

	*ret = (struct kd_reservation){ .result = KD_RESERVATION_NOTHING };
	if (!ck->main || !set_rules(&r, iomem, arch, version, ret))
		return;
	if (!(ck->base ? try_fixed(&r, ret) : try_anywhere(&r, ret)))
		return;
	ret->is_high = ret->main.start >= r.low_end;
	if (ret->is_high && !add_low(&r, ret))
		return;
	conclude(&r, ret);
}

bool kd_reservation_get(const struct kd_reservation *place, enum kdump_pool pool,
			struct kdump_range *ret)
{
	if (place->result != KD_RESERVATION_FITS || pool == KDUMP_POOL_CMA ||
	    (pool == KDUMP_POOL_LOW && !place->has_low))
		return false;
	*ret = pool == KDUMP_POOL_LOW ? place->low : place->main;
	return true;
}

bool kd_reservation_find(const struct kd_iomem *iomem, const struct kd_arch *arch, uint64_t size,
			 uint64_t near, enum kdump_policy policy,
			 const struct kd_place_limits *limits, uint64_t *ret)
{
	uint64_t align = kd_max(arch->align, limits->align), low = limits->min;
	uint64_t high = limits->max, at;
	struct memory m;

	if (!size || iomem->hidden || !iomem->ram.n)
		return false;
	look_at(&m, iomem, arch);
	if (arch->load_address)
		take(&m, arch->load_address, kernel_bytes(iomem));
	if (policy == KDUMP_POLICY_TOP_DOWN) {
		if (near && near < high)
			high = kd_min(high, kd_add(near, size - 1));
		return find(&m, highest_in, size, align, low, high, ret);
	}
	low = kd_max(low, near);
	if (!find(&m, lowest_in, size, align, low, high, &at) ||
	    (policy == KDUMP_POLICY_NONE && at != near))
		return false;
	*ret = at;
	return true;
}
