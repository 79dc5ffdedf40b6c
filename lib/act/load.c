/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Loads made ready, and the two system calls: see load.h. */
#include "load.h"

#include <errno.h>
#include <linux/kexec.h>

#include "../core/busy.h"
#include "../core/sys.h"
#include "../decide/assemble.h"

static int map(struct kdump_ctx *ctx, int fd, const char *what, struct kd_load_map *ret)
{
	struct stat st;
	int err = kd_sys_fstat(fd, &st);

	if (!err)
		err = kd_sys_map(fd, (size_t)st.st_size, &ret->bytes);
	if (err)
		return kd_fail_id(ctx, err == -ENOMEM ? err : -EIO, "read-failed", "%s: %s", what,
				  kd_errno_text(err));
	ret->len = (size_t)st.st_size;
	return 0;
}

static const char *assemble_id(int err)
{
	switch (err) {
	case -EADDRNOTAVAIL:
		return "reservation-too-small";
	case -E2BIG:
		return "cmdline-too-long";
	case -ENOTSUP:
		return "no-segments";
	case -ENOMEM:
		return "out-of-memory";
	default:
		return "handover-hidden";
	}
}

static const char *assemble_advice(int err)
{
	switch (err) {
	case -EADDRNOTAVAIL:
		return "reserve more, or use a smaller initramfs";
	case -E2BIG:
		return "shorten it: crashctl.conf(5) can take words out";
	case -ENOMEM:
		return "free memory, then try again";
	default:
		return "use --syscall file";
	}
}

static int assemble(struct kdump_ctx *ctx, const struct kd_arch *arch, struct kd_load *load)
{
	const struct kd_kernel *kernel = load->source.kernel;
	const struct kd_boot_input in = {
		.handover = &load->handover,
		.kernel = load->kernel.bytes,
		.kernel_bytes = load->kernel.len,
		.init_size = kernel->init_size,
		.alignment = kernel->alignment,
		.pref_address = kernel->pref_address,
		.initramfs = load->initramfs.bytes,
		.initramfs_bytes = load->initramfs.len,
		.cmdline = load->source.cmdline,
		.cmdline_max = kernel->cmdline_size,
	};
	struct kd_text why;
	int err = kd_assemble(arch, &in, &load->assembly, &why);

	if (!err)
		return 0;
	kd_advise(ctx, "%s", assemble_advice(err));
	return kd_fail_id(ctx, err, assemble_id(err), "%s", why.s);
}

/* Not in the way of anything that segments have to keep clear of, on any machine. */
#define TRIAL_START (256 * KD_MIB)

/*
 * A shrink takes from the top (kernel/crash_core.c:crash_shrink_memory()).  Of a kernel
 * that grows main by itself it is only known afterwards where it lies; then all but the
 * addresses is tried here.
 */
static void foresee_main(struct kd_load *load)
{
	const struct kd_main_then *then = &load->source.then;
	struct kdump_range *main = &load->handover.main;

	if (!then->bytes)
		return;
	if (then->placed) {
		*main = then->main;
		load->handover.low = then->low;
		return;
	}
	load->on_trial = !main->end || then->bytes > kd_range_bytes(main);
	if (load->on_trial)
		main->start = TRIAL_START;
	main->end = main->start + then->bytes - 1;
}

/* By what the machine is now: memory may have come since the caller's look. */
static int prepare_segments(struct kdump_ctx *ctx, struct kd_load *load)
{
	struct kdump_snapshot *snap;
	int err = kdump_snapshot_new(ctx, &snap);

	if (err)
		return err;
	err = map(ctx, load->source.kernel_fd, "the kernel", &load->kernel);
	if (!err)
		err = map(ctx, load->source.initramfs_fd, "the initramfs", &load->initramfs);
	if (!err)
		err = kd_handover_read(ctx, snap, &load->handover);
	if (!err)
		foresee_main(load);
	if (!err)
		err = assemble(ctx, snap->arch, load);
	kdump_snapshot_unref(snap);
	return err;
}

int kd_load_prepare(struct kdump_ctx *ctx, const struct kd_load_source *source,
		    enum kdump_syscall call, struct kd_load *ret)
{
	struct kd_load load = { .source = *source, .call = call };
	int err = call == KDUMP_SYSCALL_SEGMENTS ? prepare_segments(ctx, &load) : 0;

	if (err)
		kd_load_free(&load);
	else
		*ret = load;
	return err;
}

static int call_file(const struct kd_load *load)
{
	const struct kd_load_source *source = &load->source;

	return kd_sys_kexec_file_load(source->kernel_fd, source->initramfs_fd, source->cmdline,
				      strlen(source->cmdline) + 1, KEXEC_FILE_ON_CRASH);
}

/*
 * With the flag the kernel rewrites elfcorehdr at memory and CPU hotplug
 * (kernel/crash_core.c:crash_handle_hotplug_event()), as it does for an image that
 * it has placed itself.  Only kernels that tell its size know the flag.
 */
static int call_segments(const struct kd_load *load)
{
	const struct kd_assembly *assembly = &load->assembly;
	struct kexec_segment segments[KD_SEGMENTS_MAX];
	unsigned long flags = KEXEC_ON_CRASH;

	for (size_t i = 0; i < assembly->n; i++) {
		const struct kd_assembled *from = &assembly->v[i];

		segments[i] = (struct kexec_segment){
			.buf = from->data,
			.bufsz = (size_t)from->bytes,
			.mem = (const void *)(uintptr_t)from->place.at,
			.memsz = (size_t)kd_round_up(from->place.size, load->handover.page_size),
		};
	}
	if (load->handover.elfcorehdr_bytes)
		flags |= KD_KEXEC_UPDATE_ELFCOREHDR;
	return kd_sys_kexec_load(assembly->entry, assembly->n, segments, flags);
}

int kd_load_carry_out(struct kdump_ctx *ctx, const struct kd_load *load)
{
	uint64_t deadline = kd_busy_deadline();
	int err;

	do
		err = load->call == KDUMP_SYSCALL_SEGMENTS ? call_segments(load) : call_file(load);
	while (err == -EBUSY && kd_facts_kexec_idle(ctx, deadline));
	return err;
}

/* Of a shrink that was foreseen and not carried out, they lie in what is there still. */
static bool lies_within(const struct kd_handover *was, const struct kd_handover *now)
{
	return kd_range_holds(&now->main, &was->main) && was->low.start == now->low.start &&
	       was->low.end == now->low.end;
}

static bool same_ranges(const struct kd_ranges *a, const struct kd_ranges *b)
{
	return a->n == b->n && (!a->n || !memcmp(a->v, b->v, a->n * sizeof(*a->v)));
}

bool kd_load_is_current(struct kdump_ctx *ctx, const struct kd_load *load)
{
	const struct kd_handover *was = &load->handover;
	struct kdump_snapshot *snap;
	struct kd_handover now;
	bool current;

	if (load->call != KDUMP_SYSCALL_SEGMENTS)
		return true;
	if (kdump_snapshot_new(ctx, &snap))
		return false;
	current = !kd_handover_read(ctx, snap, &now);
	if (current) {
		current = !load->on_trial && lies_within(was, &now) &&
			  same_ranges(&was->ram, &now.ram) && same_ranges(&was->cma, &now.cma) &&
			  was->n_cpus == now.n_cpus &&
			  !memcmp(was->cpus, now.cpus, now.n_cpus * sizeof(*now.cpus));
		kd_handover_free(&now);
	}
	kdump_snapshot_unref(snap);
	return current;
}

static void unmap(struct kd_load_map *map)
{
	if (map->bytes)
		kd_sys_unmap(map->bytes, map->len);
}

void kd_load_free(struct kd_load *load)
{
	kd_assembly_free(&load->assembly);
	kd_handover_free(&load->handover);
	unmap(&load->kernel);
	unmap(&load->initramfs);
	*load = (struct kd_load){ .call = KDUMP_SYSCALL_AUTO };
}
