/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The list of architectures, and kernel versions: see arch.h. */
#include "arch.h"

#include <errno.h>
#include <stdlib.h>

static const struct kd_arch *const arches[] = {
	&kd_arch_x86_64, &kd_arch_arm64, &kd_arch_riscv, &kd_arch_loongarch,
	&kd_arch_powerpc, &kd_arch_s390,
};

const struct kd_arch *kd_arch_find(const char *name)
{
	for (size_t i = 0; i < KD_ARRAY_SIZE(arches); i++)
		if (kd_streq(arches[i]->name, name))
			return arches[i];
	return NULL;
}

int kd_version_parse(const char *release, struct kd_version *ret)
{
	unsigned long major, minor;
	char *end;

	if (*release < '0' || *release > '9')
		return -EINVAL;
	major = strtoul(release, &end, 10);
	if (*end != '.' || end[1] < '0' || end[1] > '9')
		return -EINVAL;
	minor = strtoul(end + 1, &end, 10);
	if (major > 1000 || minor > 100000)
		return -EINVAL;
	ret->major = (unsigned)major;
	ret->minor = (unsigned)minor;
	return 0;
}

bool kd_version_at_least(struct kd_version v, unsigned major, unsigned minor)
{
	return v.major > major || (v.major == major && v.minor >= minor);
}
