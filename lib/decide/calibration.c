/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Constants by kernel: see calibration.h.  They are what is left of the minima
 * in tests/bench/estimate, bisected to 1 MiB under QEMU, when the parts that are
 * read or computed are taken away, from images of 35 MiB unpacked and more.  (A
 * smaller one is unpacked before the kernel has made all its allocations: up to
 * 6 MiB less, which depends on how fast the machine is and is not counted on.)
 */
#include "calibration.h"

#define KIB(n) ((n) * KD_KIB)

/* init_size less what is resident, for an image that cannot be unpacked here. */
#define STARTED_LESS { KIB(11059), KIB(10240), KIB(12288), KIB(768) }

/* What the root tmpfs is sized after does not differ visibly between kernels. */
#define EARLY { KIB(2048), KIB(600), KIB(4600), KIB(920) }

/* Repeats of one kernel with several images lie within 1.5 MiB of their mean. */
#define SPREAD(mean) { mean, mean - KIB(1536), mean + KIB(1536), KIB(860) }
#define KERNEL(major, minor, flavour, mean, text)					\
	{ { major, minor }, flavour, { SPREAD(KIB(mean)), EARLY, STARTED_LESS, true, text } }

static const struct {
	struct kd_version version;
	const char *flavour;		/* the release ends in it; the longer one first */
	struct kd_calibration calibration;
} kernels[] = {
	KERNEL(6, 1, "-cloud-amd64", 26420, "measured on Debian's 6.1 cloud kernel"),
	KERNEL(6, 1, "-amd64", 26214, "measured on Debian's 6.1 kernel"),
	KERNEL(6, 12, "-cloud-amd64", 14848, "measured on Debian's 6.12 cloud kernel"),
	KERNEL(6, 12, "-amd64", 15770, "measured on Debian's 6.12 kernel"),
	KERNEL(6, 18, "-cloud-amd64", 19866, "measured on Debian's 6.18 cloud kernel"),
	KERNEL(6, 18, "-amd64", 21914, "measured on Debian's 6.18 kernel"),
	KERNEL(7, 2, "-cloud-amd64", 24576, "measured on Debian's 7.2 cloud kernel"),
	KERNEL(7, 2, "-amd64", 26830, "measured on Debian's 7.2 kernel"),
};

/* Where no kernel was measured: what was found on x86, with the deviation between kernels. */
static const struct kd_calibration elsewhere = {
	{ KIB(22118), KIB(14336), KIB(32768), KIB(4915) }, EARLY, STARTED_LESS, false,
	"14 to 27 MiB on x86 (not measured on this architecture)"
};

/* Of a kernel that was not measured only the spread between those that were is known. */
static const struct kd_calibration unknown = {
	{ KIB(22118), KIB(14336), KIB(28672), KIB(4915) }, EARLY, STARTED_LESS, false,
	"14 to 27 MiB by kernel (measured on eight others)"
};

static bool ends_in(const char *s, const char *end)
{
	size_t len = strlen(s), n = strlen(end);

	return len >= n && kd_streq(s + len - n, end);
}

const struct kd_calibration *kd_calibration_find(const struct kd_arch *arch,
						 const char *release)
{
	struct kd_version version;

	if (arch->model != KD_MODEL_MEASURED)
		return &elsewhere;
	if (kd_version_parse(release, &version))
		return &unknown;
	for (size_t i = 0; i < KD_ARRAY_SIZE(kernels); i++)
		if (kernels[i].version.major == version.major &&
		    kernels[i].version.minor == version.minor &&
		    ends_in(release, kernels[i].flavour))
			return &kernels[i].calibration;
	return &unknown;
}
