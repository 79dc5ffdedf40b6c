/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What every architecture hands over: see handover.h; what x86 does besides, handover-x86.c. */
#include "handover.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "../core/root.h"
#include "../parse/handover.h"
#include "../parse/kcore.h"
#include "handover-read.h"

#define CPUS_MAX	65536u
#define TREE_MAX	(2 * KD_MIB)	/* Documentation/arch/arm64/booting.rst */

int kd_handover_hidden(struct kdump_ctx *ctx, int err, const char *path)
{
	switch (err) {
	case -ENOMEM:
		return kd_oom(ctx);
	case -ENOENT:
		kd_advise(ctx, "load with kexec_file_load() (--syscall file), which needs none of "
			       "this");
		return kd_fail_id(ctx, -ENODATA, "handover-hidden",
				  "/%s, which segments are made of, is not there", path);
	case -EACCES:
	case -EPERM:
		kd_advise(ctx, "run it as root, on a kernel that is not locked down");
		return kd_fail_id(ctx, -EACCES, "handover-hidden",
				  "/%s, which segments are made of, may not be read", path);
	case -EBADMSG:
		return kd_fail_id(ctx, -EBADMSG, "bad-kernel-file", "/%s: not understood", path);
	}
	return kd_fail_id(ctx, -EIO, "bad-kernel-file", "/%s: %s", path, kd_errno_text(err));
}

int kd_handover_address(struct kdump_ctx *ctx, const char *path, uint64_t *ret)
{
	char line[64];
	int err = kd_root_read_line(ctx, path, line, sizeof(line));

	return err ? err : kd_address_parse(line, ret);
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int kd_handover_list(struct kdump_ctx *ctx, const char *path, const char *prefix,
		     uint32_t **ret, size_t *ret_n)
{
	struct kd_names names;
	uint32_t *numbers;
	size_t n = 0;
	int err = kd_root_list(ctx, path, CPUS_MAX, &names);

	if (err)
		return err;
	numbers = calloc(names.n + 1, sizeof(*numbers));
	for (size_t i = 0; numbers && i < names.n; i++)
		n += !kd_numbered_name(names.v[i], prefix, &numbers[n]);
	kd_names_free(&names);
	if (!numbers)
		return -ENOMEM;
	qsort(numbers, n, sizeof(*numbers), by_number);
	*ret = numbers;
	*ret_n = n;
	return 0;
}

/* "crash_notes" hexadecimal, "crash_notes_size" decimal: drivers/base/cpu.c. */
static int read_note(struct kdump_ctx *ctx, uint32_t cpu, struct kd_handover *ret)
{
	struct kd_piece_of_memory *note = &ret->cpus[ret->n_cpus];
	char path[80];
	int err;

	snprintf(path, sizeof(path), "sys/devices/system/cpu/cpu%u/crash_notes", cpu);
	err = kd_handover_address(ctx, path, &note->at);
	if (err == -ENOENT)
		return 0;
	if (err)
		return kd_handover_hidden(ctx, err, path);
	snprintf(path, sizeof(path), "sys/devices/system/cpu/cpu%u/crash_notes_size", cpu);
	err = kd_root_read_u64(ctx, path, &note->bytes);
	if (err)
		return kd_handover_hidden(ctx, err, path);
	ret->n_cpus++;
	return 0;
}

/* In the order of their numbers, for that is how tools tell whose registers are whose. */
static int read_notes(struct kdump_ctx *ctx, struct kd_handover *ret)
{
	uint32_t *cpus;
	size_t n;
	int err = kd_handover_list(ctx, "sys/devices/system/cpu", "cpu", &cpus, &n);

	if (err)
		return kd_handover_hidden(ctx, err, "sys/devices/system/cpu");
	ret->cpus = calloc(n + 1, sizeof(*ret->cpus));
	if (!ret->cpus)
		err = kd_oom(ctx);
	for (size_t i = 0; !err && i < n; i++)
		err = read_note(ctx, cpus[i], ret);
	free(cpus);
	if (!err && !ret->n_cpus)
		err = kd_handover_hidden(ctx, -ENOENT, "sys/devices/system/cpu/cpu0/crash_notes");
	return err;
}

static int read_vmcoreinfo(struct kdump_ctx *ctx, struct kd_handover *ret)
{
	static const char path[] = "sys/kernel/vmcoreinfo";
	char line[64];
	int err = kd_root_read_line(ctx, path, line, sizeof(line));

	if (!err)
		err = kd_vmcoreinfo_parse(line, &ret->vmcoreinfo.at, &ret->vmcoreinfo.bytes);
	return err ? kd_handover_hidden(ctx, err, path) : 0;
}

/* Only as much of it as are headers: behind them is all memory. */
static int read_kcore_head(struct kdump_ctx *ctx, struct kd_buf *ret, struct kd_text *why)
{
	static const char path[] = "proc/kcore";
	struct kd_buf head;
	size_t bytes;
	int err = kd_root_read_head(ctx, path, KD_KCORE_HEADER, &head);

	if (err)
		return err;
	err = kd_kcore_bytes(head.data, head.len, &bytes, why);
	kd_buf_free(&head);
	return err ? err : kd_root_read_head(ctx, path, bytes, ret);
}

static int read_kcore(struct kdump_ctx *ctx, const struct kdump_snapshot *snap,
		      struct kd_handover *ret)
{
	const struct kd_ranges *kernel = &snap->iomem.kernel;
	struct kd_kcore kcore = { 0 };
	struct kd_text why = { "" };
	struct kd_buf buf;
	int err = read_kcore_head(ctx, &buf, &why);

	if (!err) {
		err = kd_kcore_parse(buf.data, buf.len, kernel->n ? kernel->v[0].start : 0,
				     &kcore, &why);
		kd_buf_free(&buf);
	}
	if (err == -EBADMSG)
		return kd_fail_id(ctx, err, "bad-kernel-file", "/proc/kcore: %s", why.s);
	if (err)
		return kd_handover_hidden(ctx, err, "proc/kcore");
	ret->has_direct_map = kcore.has_direct_map;
	ret->direct_map = kcore.direct_map;
	ret->text = kcore.text;
	ret->text_virtual = kcore.text_virtual;
	return 0;
}

static int copy(const struct kd_ranges *from, struct kd_ranges *to)
{
	int err = 0;

	for (size_t i = 0; !err && i < from->n; i++)
		err = kd_ranges_add(to, from->v[i].start, from->v[i].end);
	return err;
}

/* What drivers added is dumped too: kernel/resource.c:walk_system_ram_res() finds it. */
static int take_memory(struct kdump_ctx *ctx, const struct kdump_snapshot *snap,
		       struct kd_handover *ret)
{
	const struct kd_iomem *iomem = &snap->iomem;
	size_t n = iomem->crash.n;

	if (!snap->has_iomem)
		return kd_handover_hidden(ctx, -ENOENT, "proc/iomem");
	if (iomem->hidden)
		return kd_handover_hidden(ctx, -EACCES, "proc/iomem");
	if (copy(&iomem->ram, &ret->ram) || copy(&iomem->driver_ram, &ret->ram) ||
	    copy(&snap->kexec.cma, &ret->cma))
		return kd_oom(ctx);
	kd_ranges_sort(&ret->ram);
	if (n)
		ret->main = iomem->crash.v[n - 1];
	if (n > 1)
		ret->low = iomem->crash.v[0];
	ret->page_size = snap->page_size;
	ret->elfcorehdr_bytes = snap->kexec.elfcorehdr_size;
	return 0;
}

/* The tree of this boot as its firmware gave it (drivers/of/fdt.c:of_fdt_raw_init()). */
static int read_tree(struct kdump_ctx *ctx, struct kd_handover *ret)
{
	static const char path[] = "sys/firmware/fdt";
	struct kd_buf buf;
	int err = kd_root_read_head(ctx, path, TREE_MAX, &buf);

	if (err)
		return kd_handover_hidden(ctx, err, path);
	ret->tree = (unsigned char *)buf.data;
	ret->tree_bytes = buf.len;
	return 0;
}

int kd_handover_read(struct kdump_ctx *ctx, const struct kdump_snapshot *snap,
		     struct kd_handover *ret)
{
	struct kd_handover handover = { 0 };
	int err = take_memory(ctx, snap, &handover);

	if (!err)
		err = read_notes(ctx, &handover);
	if (!err)
		err = read_vmcoreinfo(ctx, &handover);
	if (!err)
		err = read_kcore(ctx, snap, &handover);
	if (!err && snap->arch == &kd_arch_x86_64)
		err = kd_handover_read_x86(ctx, &handover);
	if (!err && snap->arch == &kd_arch_arm64)
		err = read_tree(ctx, &handover);
	if (err)
		kd_handover_free(&handover);
	else
		*ret = handover;
	return err;
}

void kd_handover_free(struct kd_handover *handover)
{
	kd_ranges_free(&handover->ram);
	kd_ranges_free(&handover->cma);
	free(handover->cpus);
	free(handover->firmware);
	free(handover->boot_params);
	free(handover->efi_map);
	free(handover->tree);
	*handover = (struct kd_handover){ 0 };
}
