/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What the caller asks about another machine than this one, or of the margin. */
#include <errno.h>

#include "config.h"

#define CPUS_MAX 65536		/* far beyond any CONFIG_NR_CPUS */
#define RAM_MAX (UINT64_C(1) << 52)
#define PERCENT_MAX 1000

KD_API bool kdump_config_is_elsewhere(const struct kdump_config *config)
{
	const struct kd_asked_machine *asked = &config->asked;

	return asked->ram || asked->cpus || asked->page_size || asked->arch;
}

const struct kd_arch *kd_config_arch(const struct kdump_config *config)
{
	return config->asked.arch ? config->asked.arch : config->snap->arch;
}

uint64_t kd_config_page_size(const struct kdump_config *config)
{
	if (config->asked.page_size)
		return config->asked.page_size;
	return config->asked.arch ? config->asked.arch->page_size : config->snap->page_size;
}

uint64_t kd_margin_of(const struct kd_margin *margin, uint64_t bytes)
{
	return kd_add(kd_mul(bytes / 100, margin->percent), margin->bytes);
}

KD_API int kdump_config_set_ram(struct kdump_config *config, uint64_t bytes)
{
	kd_begin(config->ctx);
	if (bytes < 64 * KD_MIB || bytes > RAM_MAX)
		return kd_fail_id(config->ctx, -EINVAL, "ram-out-of-range",
				  "memory of a machine: 64 MiB to 4 PiB");
	config->asked.ram = bytes;
	return 0;
}

KD_API int kdump_config_set_cpus(struct kdump_config *config, uint64_t cpus)
{
	kd_begin(config->ctx);
	if (!cpus || cpus > CPUS_MAX)
		return kd_fail_id(config->ctx, -EINVAL, "cpus-out-of-range",
				  "CPUs of a machine: 1 to %u", CPUS_MAX);
	config->asked.cpus = cpus;
	return 0;
}

KD_API int kdump_config_set_page_size(struct kdump_config *config, uint64_t bytes)
{
	kd_begin(config->ctx);
	if (bytes != 4 * KD_KIB && bytes != 16 * KD_KIB && bytes != 64 * KD_KIB)
		return kd_fail_id(config->ctx, -EINVAL, "page-size-unknown",
				  "page size: 4K, 16K or 64K");
	config->asked.page_size = bytes;
	return 0;
}

KD_API int kdump_config_set_arch(struct kdump_config *config, const char *machine)
{
	const struct kd_arch *arch = kd_arch_find(machine);

	kd_begin(config->ctx);
	if (!arch) {
		kd_advise(config->ctx, "name it as uname -m does: x86_64, aarch64, riscv64");
		return kd_fail_id(config->ctx, -EINVAL, "arch-unknown",
				  "%.64s: no architecture that is known here", machine);
	}
	config->asked.arch = arch;
	/* What the distribution appends there is not what it appends here. */
	return kd_config_compose(config);
}

KD_API int kdump_config_set_margin(struct kdump_config *config, unsigned percent,
				   uint64_t bytes)
{
	kd_begin(config->ctx);
	if (percent > PERCENT_MAX || bytes > RAM_MAX)
		return kd_fail_id(config->ctx, -EINVAL, "margin-out-of-range",
				  "margin: up to %u %% or 4 PiB", PERCENT_MAX);
	config->asked.margin = (struct kd_margin){ percent, bytes };
	return 0;
}
