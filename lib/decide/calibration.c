/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Constants by kernel: see calibration.h.  They are means over the measured
 * minima in tests/bench/estimate, less the parts that are read or computed.
 */
#include "calibration.h"

#define KIB(n) ((n) * KD_KIB)

/* init_size less the PT_LOAD span without .init.scratch and .brk: 11 +- 1 MiB. */
#define STARTED_LESS { KIB(11264), KIB(10240), KIB(12288), KIB(512) }

/* What the root tmpfs is sized after does not differ visibly between kernels. */
#define EARLY { KIB(2870), KIB(2150), KIB(4600), KIB(700) }

static const struct {
	struct kd_version version;
	const char *flavour;		/* the release ends in it */
	struct kd_calibration calibration;
} kernels[] = {
	{ { 6, 1 }, "-cloud-amd64",
	  { { KIB(26930), KIB(25600), KIB(27648), KIB(720) }, EARLY, STARTED_LESS, true,
	    "25 to 27 MiB on Debian's 6.1 cloud kernel (measured)" } },
	{ { 7, 2 }, "-cloud-amd64",
	  { { KIB(24990), KIB(23552), KIB(26624), KIB(760) }, EARLY, STARTED_LESS, true,
	    "23 to 26 MiB on Debian's 7.2 cloud kernel (measured)" } },
	{ { 7, 2 }, "-amd64",
	  { { KIB(26730), KIB(25600), KIB(27648), KIB(760) }, EARLY, STARTED_LESS, true,
	    "25 to 27 MiB on Debian's 7.2 kernel (measured)" } },
};

/* Where no kernel was measured: what was found on x86, with a deviation for not knowing. */
static const struct kd_calibration elsewhere = {
	{ KIB(20480), KIB(11264), KIB(32768), KIB(4096) }, EARLY, STARTED_LESS, false,
	"11 to 24 MiB on x86 (not measured on this architecture)"
};

/* Of a kernel that was not measured only the spread between those that were is known. */
static const struct kd_calibration unknown = {
	{ KIB(25600), KIB(14336), KIB(27648), KIB(1400) }, EARLY, STARTED_LESS, false,
	"14 to 27 MiB by kernel (measured on others)"
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
