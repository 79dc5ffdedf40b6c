/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Where the kernel will put main and low at boot, predicted from /proc/iomem
 * (kernel/crash_reserve.c:reserve_crashkernel_generic()), and where they could
 * be put by address.  Pure.
 */
#ifndef KD_DECIDE_RESERVATION_H
#define KD_DECIDE_RESERVATION_H

#include "../arch/arch.h"
#include "../core/ranges.h"
#include "../parse/crashkernel.h"
#include "../parse/iomem.h"

enum kd_reservation_result {
	KD_RESERVATION_UNKNOWN,	/* no addresses to be seen, or no rule for the architecture */
	KD_RESERVATION_NOTHING,	/* the words ask for nothing */
	KD_RESERVATION_FITS,
	KD_RESERVATION_FAILS,	/* the kernel will reserve nothing */
};

struct kd_reservation {
	enum kd_reservation_result result;
	/*
	 * The kernel and what its loader brings are in memory already, where cannot
	 * be told: what is no fixed place is about there, and not above it unless
	 * nothing fits there.
	 */
	bool about;
	bool tight;		/* it fails where the kernel itself lies in the way */
	bool is_high;		/* main: above the low limit */
	bool has_low;
	struct kdump_range main, low;
	char text[256];		/* why, in words; "" where there is nothing to say */
};

/* @ck: what the words ask for; @version of the kernel that will boot, NULL unknown. */
void kd_reservation_predict(const struct kd_iomem *iomem, const struct kd_arch *arch,
			    const struct kd_version *version, const struct kd_ck *ck,
			    struct kd_reservation *ret);

/* The range of a pool; false where there is none, or none can be told. */
bool kd_reservation_get(const struct kd_reservation *place, enum kdump_pool pool,
			struct kdump_range *ret);

/* Constraints that all segments of an image put on the place of main. */
struct kd_place_limits {
	uint64_t min, max, align;	/* first byte, last byte, power of two */
};

/*
 * A place for @size bytes that keeps to @limits and to what is free at boot without
 * KASLR: without a policy @near itself, bottom-up the lowest that begins at or above
 * @near, top-down the highest that begins at or below it (0: anywhere); false if there is none.
 */
bool kd_reservation_find(const struct kd_iomem *iomem, const struct kd_arch *arch, uint64_t size,
			 uint64_t near, enum kdump_policy policy,
			 const struct kd_place_limits *limits, uint64_t *ret);

#endif
