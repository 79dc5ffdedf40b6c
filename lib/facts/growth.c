/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What makes main larger while the system runs: a kernel that says that it can, the
 * module crash_grow (kernel/sysfs-kernel-crash_grow), or that module where it is
 * installed and not loaded.
 */
#include "growth.h"

#include <errno.h>

#include "../core/root.h"
#include "../parse/sysfs.h"

static const char growable_file[] = "sys/kernel/kexec/crash_growable";

/* An empty line: there is none. */
static int read_range(struct kdump_ctx *ctx, const char *path, struct kdump_range *ret)
{
	char line[64];
	int err = kd_root_read_line(ctx, path, line, sizeof(line));

	if (err || !*line)
		return err;
	err = kd_range_parse(line, ret);
	return err ? err : 1;
}

int kd_growth_read_taken(struct kdump_ctx *ctx, struct kdump_range *main, struct kdump_range *low)
{
	struct kdump_range m = { 0, 0 }, l = { 0, 0 };
	int r = read_range(ctx, KD_GROW_FOLDER "/main", &m), err;

	if (r <= 0)
		return r;
	err = read_range(ctx, KD_GROW_FOLDER "/low", &l);
	if (err < 0)
		return err;
	*main = m;
	*low = l;
	return 1;
}

static void read_module(struct kdump_ctx *ctx, struct kd_growth_facts *ret)
{
	int r = read_range(ctx, KD_GROW_FOLDER "/grown", &ret->grown);

	ret->is_grown = r < 0 ? -1 : r;
	ret->has_margin = !kd_root_read_u64(ctx, KD_GROW_FOLDER "/margin", &ret->margin);
}

/*
 * Where dkms(8), the kernel's own `make modules_install' and the packages of Fedora and
 * SUSE put what does not come with the kernel.  A folder that is not there has none of
 * those below it.
 */
static const char *const top_folders[] = { "updates", "extra", "weak-updates" };
static const char *const below[] = { "", "/dkms", "/crash_grow" };
static const char *const suffixes[] = { "", ".xz", ".zst", ".gz" };

static bool holds_module(struct kdump_ctx *ctx, const char *folder)
{
	struct kd_text path;

	for (size_t i = 0; i < KD_ARRAY_SIZE(suffixes); i++) {
		kd_text_set(&path, "%s/crash_grow.ko%s", folder, suffixes[i]);
		if (kd_root_exists(ctx, path.s))
			return true;
	}
	return false;
}

static bool stands_below(struct kdump_ctx *ctx, const char *top)
{
	struct kd_text folder;

	for (size_t i = 0; i < KD_ARRAY_SIZE(below); i++) {
		kd_text_set(&folder, "%s%s", top, below[i]);
		if (kd_root_exists(ctx, folder.s) && holds_module(ctx, folder.s))
			return true;
	}
	return false;
}

static bool is_installed(struct kdump_ctx *ctx, const char *release)
{
	struct kd_text top;

	if (!release || !*release || strchr(release, '/'))
		return false;
	for (size_t i = 0; i < KD_ARRAY_SIZE(top_folders); i++) {
		kd_text_set(&top, "lib/modules/%s/%s", release, top_folders[i]);
		if (kd_root_exists(ctx, top.s) && stands_below(ctx, top.s))
			return true;
	}
	return false;
}

static const char *find_modprobe(struct kdump_ctx *ctx)
{
	static const char *const places[] = {
		"/usr/sbin/modprobe", "/sbin/modprobe", "/usr/bin/modprobe",
	};

	for (size_t i = 0; i < KD_ARRAY_SIZE(places); i++)
		if (kd_root_exists(ctx, places[i]))
			return places[i];
	return NULL;
}

bool kd_growth_has_module(struct kdump_ctx *ctx)
{
	return kd_root_exists(ctx, KD_GROW_FOLDER);
}

void kd_facts_growth(struct kdump_ctx *ctx, int kexec_built_in, const char *release,
		     struct kd_growth_facts *ret)
{
	uint64_t growable;

	*ret = (struct kd_growth_facts){ .offer = KDUMP_GROWTH_NONE };
	if (kexec_built_in < 0)
		ret->offer = KDUMP_GROWTH_UNKNOWN;
	if (kexec_built_in <= 0)
		return;
	if (!kd_root_read_u64(ctx, growable_file, &growable) && growable == 1) {
		ret->offer = KDUMP_GROWTH_KERNEL;
	} else if (kd_growth_has_module(ctx)) {
		ret->offer = KDUMP_GROWTH_MODULE;
		read_module(ctx, ret);
	} else if (is_installed(ctx, release)) {
		ret->offer = KDUMP_GROWTH_INSTALLED;
		ret->modprobe = find_modprobe(ctx);
	}
}
