/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The parts of an estimate that come from the machine and from what is done on
 * it: its hardware, the modules that init will load, the dump.
 */
#include <stdio.h>

#include "estimate-dump.h"
#include "estimate-machine.h"

static void add_all(struct kdump_estimate *est, const struct kdump_part *parts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		kd_estimate_add(est, &parts[i]);
}

void kd_estimate_add_machine(struct kdump_estimate *est, const struct kd_estimate_machine *m,
			     const struct kd_kernel *kernel)
{
	struct kdump_part parts[KD_MACHINE_PARTS_MAX];
	struct kd_machine_view view = {
		.cmdline = m->cmdline, .cpus_possible = m->cpus, .percpu = kernel->percpu,
		.page_size = m->page_size, .above_4g = m->above_4g, .hardware = m->hardware,
	};

	if (!m->hardware)
		return;
	/* Near enough: what depends on it is a few per cent of what is above 300 MiB. */
	for (size_t i = 0; i < est->n_parts; i++)
		if (est->parts[i].factor[KDUMP_WALL_RUN])
			view.memory = kd_add(view.memory, est->parts[i].bytes);
	add_all(est, parts, kd_machine_parts(&view, parts));
}

/* A compressed module unpacks to about three times its size; what is loaded of it is less. */
#define UNPACKED 3

/*
 * udev loads what the hardware asks for, which is what is loaded here now, if
 * the initramfs has it; init loads what the initramfs's own lists name.
 */
static const struct kd_module *find_loaded(const struct kd_module_file *file,
					   const struct kd_hardware *hw)
{
	if (!hw || !hw->has_modules)
		return NULL;
	return kd_modules_find(&hw->modules, file->name, strlen(file->name));
}

bool kd_module_is_used(const struct kd_module_file *file, const struct kd_hardware *hw)
{
	bool known = hw && hw->has_modules;

	return find_loaded(file, hw) || file->why & (KD_MODULE_LISTED | KD_MODULE_NEEDED) ||
	       (!known && file->why & KD_MODULE_HOST);
}

static uint64_t module_bytes(const struct kd_module_file *file, const struct kd_hardware *hw)
{
	const struct kd_module *loaded = find_loaded(file, hw);

	if (loaded)
		return loaded->bytes;
	if (file->memory)
		return file->memory;
	return kd_mul(file->stored, file->codec == KD_CODEC_NONE ? 1 : UNPACKED);
}

static void add_modules(struct kdump_estimate *est, const struct kd_estimate_machine *m)
{
	uint64_t bytes = 0, n = 0;
	struct kdump_part part = {
		.id = "modules", .title = "kernel modules",
		.source = "in the initramfs, and loaded here or named by its lists",
		.basis = KDUMP_BASIS_COMPUTED, .factor = { 0, 0, 0, 1 },
	};

	for (size_t i = 0; m->contents && i < m->contents->n_modules; i++) {
		const struct kd_module_file *file = &m->contents->modules[i];

		if (!kd_module_is_used(file, m->hardware))
			continue;
		bytes = kd_add(bytes, module_bytes(file, m->hardware));
		n++;
	}
	if (!n)
		return;
	part.bytes = bytes;
	snprintf(part.arithmetic, sizeof(part.arithmetic), "%llu of %llu modules",
		 (unsigned long long)n, (unsigned long long)m->contents->n_modules);
	kd_estimate_add(est, &part);
}

void kd_estimate_add_work(struct kdump_estimate *est, const struct kd_estimate_machine *m)
{
	struct kdump_part parts[KD_DUMP_PARTS_MAX];
	struct kd_dump_machine machine = {
		.ram = m->ram, .page_size = m->page_size, .cmdline = m->cmdline,
	};
	struct kd_crash_cpus cpus;

	add_modules(est, m);
	if (!m->target || !m->dump)
		return;
	kd_crash_cpus(m->cmdline, m->cpus, &cpus);
	machine.cpus = cpus.online;
	add_all(est, parts, kd_dump_parts(m->target, m->dump, &machine, parts));
}
