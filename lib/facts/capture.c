/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Sysctls, watchdogs, and the way to the dump's target: see capture.h. */
#include "capture.h"

#include <errno.h>
#include <stdlib.h>

#include "../core/root.h"

#define DEVICES_MAX	256		/* watchdogs: drivers/watchdog/watchdog_dev.c has 32 */

/* ---- when it panics ---- */

/* A module parameter of type bool: "Y" or "N" (kernel/params.c:param_get_bool()). */
static int read_parameter(struct kdump_ctx *ctx, const char *path)
{
	char line[8];

	if (kd_root_read_line(ctx, path, line, sizeof(line)))
		return -1;
	return kd_streq(line, "Y") ? 1 : kd_streq(line, "N") ? 0 : -1;
}

static void read_panic(struct kdump_ctx *ctx, struct kd_capture *ret)
{
	uint64_t n;

	ret->sysrq = kd_root_read_u64(ctx, "proc/sys/kernel/sysrq", &n) ? -1 : (int)(n & 0xffff);
	ret->panic_timeout = kd_root_read_u64(ctx, "proc/sys/kernel/panic", &n)
			     ? -1 : (int)kd_min(n, INT32_MAX);
	ret->unknown_nmi = kd_root_read_flag(ctx, "proc/sys/kernel/unknown_nmi_panic");
	ret->panic_on_oops = kd_root_read_flag(ctx, "proc/sys/kernel/panic_on_oops");
	ret->hung_task_panic = kd_root_read_flag(ctx, "proc/sys/kernel/hung_task_panic");
	ret->softlockup_panic = kd_root_read_flag(ctx, "proc/sys/kernel/softlockup_panic");
	ret->hardlockup_panic = kd_root_read_flag(ctx, "proc/sys/kernel/hardlockup_panic");
	ret->post_notifiers = read_parameter(ctx, "sys/module/kernel/parameters/"
						  "crash_kexec_post_notifiers");
}

/* ---- what resets the machine ---- */

/* Has the running kernel loaded it?  What is built in has no such file. */
static bool is_loaded(struct kdump_ctx *ctx, const char *module)
{
	struct kd_text path;

	kd_text_set(&path, "sys/module/%s/initstate", module);
	return kd_root_exists(ctx, path.s);
}

/*
 * Not every driver says which device its watchdog is (i6300esb does not): then it is the
 * one module, if there is but one, that uses the watchdogs' core.
 */
static int find_user(struct kdump_ctx *ctx, struct kd_watchdog *ret)
{
	struct kd_names names;
	const char *found = NULL;
	size_t n = 0;
	int err = kd_root_list(ctx, "sys/module/watchdog/holders", DEVICES_MAX, &names);

	if (err)
		return err == -ENOMEM ? err : 0;
	for (size_t i = 0; i < names.n; i++) {
		if (kd_streq(names.v[i], "softdog"))
			continue;
		found = names.v[i];
		n++;
	}
	if (n != 1 || !kd_module_name(found, strlen(found), ret->module))
		ret->module[0] = '\0';
	kd_names_free(&names);
	return 0;
}

static int find_module(struct kdump_ctx *ctx, const char *folder, struct kd_watchdog *ret)
{
	char target[KD_TEXT_MAX];
	struct kd_text path;

	kd_text_set(&path, "%s/device", folder);
	if (!kd_root_exists(ctx, path.s))
		return find_user(ctx, ret);
	kd_text_append(&path, "/driver/module");
	if (kd_root_readlink(ctx, path.s, target, sizeof(target)) ||
	    !kd_module_name(kd_last_of(target), strlen(kd_last_of(target)), ret->module) ||
	    !is_loaded(ctx, ret->module))
		ret->module[0] = '\0';
	return 0;
}

/*
 * Documentation/ABI/testing/sysfs-class-watchdog.  softdog's timer ends with the kernel that
 * it runs in (drivers/watchdog/softdog.c).  1 it counts, 0, -ENOMEM.
 */
static int read_watchdog(struct kdump_ctx *ctx, const char *name, struct kd_watchdog *ret)
{
	struct kd_text folder, path;
	char state[16];
	int err;

	if (strlen(name) >= sizeof(ret->name))
		return 0;
	*ret = (struct kd_watchdog){ .timeout = 0 };
	memcpy(ret->name, name, strlen(name) + 1);
	kd_text_set(&folder, "sys/class/watchdog/%s", name);
	kd_text_set(&path, "%s/state", folder.s);
	if (kd_root_read_line(ctx, path.s, state, sizeof(state)) || !kd_streq(state, "active"))
		return 0;
	kd_text_set(&path, "%s/identity", folder.s);
	if (kd_root_read_line(ctx, path.s, ret->identity, sizeof(ret->identity)))
		ret->identity[0] = '\0';
	if (kd_streq(ret->identity, "Software Watchdog"))
		return 0;
	kd_text_set(&path, "%s/timeout", folder.s);
	(void)kd_root_read_u64(ctx, path.s, &ret->timeout);
	err = find_module(ctx, folder.s, ret);
	return err ? err : 1;
}

static int read_watchdogs(struct kdump_ctx *ctx, struct kd_capture *ret)
{
	struct kd_names names;
	int r = kd_root_list(ctx, "sys/class/watchdog", DEVICES_MAX, &names);

	if (r)
		return r == -ENOMEM ? r : 0;
	for (size_t i = 0; r >= 0 && i < names.n && ret->n_watchdogs < KD_WATCHDOGS_MAX; i++) {
		r = read_watchdog(ctx, names.v[i], &ret->watchdogs[ret->n_watchdogs]);
		ret->n_watchdogs += r > 0;
	}
	kd_names_free(&names);
	return r < 0 ? r : 0;
}

/* ---- the way to the target ---- */

static void add_module(struct kdump_ctx *ctx, const char *name, struct kd_way_modules *ret)
{
	char module[KD_MODULE_FILE_NAME];

	if (!kd_module_name(name, strlen(name), module) || !is_loaded(ctx, module) ||
	    ret->n == KD_WAY_MODULES_MAX)
		return;
	for (size_t i = 0; i < ret->n; i++)
		if (kd_streq(ret->v[i], module))
			return;
	memcpy(ret->v[ret->n++], module, sizeof(module));
}

/* Most modules are called as their driver is, where sysfs does not say. */
static void add_driver(struct kdump_ctx *ctx, const struct kd_driver *driver,
		       struct kd_way_modules *ret)
{
	add_module(ctx, *driver->module ? driver->module : driver->name, ret);
}

/* What has a driver, the layers above, the file system: as modules, where they are. */
static void add_way(struct kdump_ctx *ctx, const struct kd_dump_facts *facts,
		    struct kd_way_modules *ret)
{
	static const struct {
		unsigned layers;
		const char *module;
	} rows[] = {
		{ KD_LAYER_CRYPT, "dm_crypt" },
		{ KD_LAYER_MULTIPATH, "dm_multipath" },
		{ KD_LAYER_CRYPT | KD_LAYER_LVM | KD_LAYER_MULTIPATH, "dm_mod" },
		{ KD_LAYER_RAID, "md_mod" },
	};
	const struct kd_devices *devices = &facts->devices;

	for (size_t i = 0; i < devices->n_drivers; i++)
		add_driver(ctx, &devices->drivers[i], ret);
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++)
		if (devices->layers & rows[i].layers)
			add_module(ctx, rows[i].module, ret);
	for (size_t i = 0; i < devices->n_levels; i++)
		add_module(ctx, devices->levels[i], ret);
	if (*facts->fs)
		add_module(ctx, facts->fs, ret);
}

/* Which of the cards leads there is not known, nor which is in the image by chance. */
static void add_network(struct kdump_ctx *ctx, const struct kd_dump_facts *target,
			struct kd_capture *ret)
{
	for (size_t i = 0; i < target->devices.n_drivers; i++)
		if (target->devices.drivers[i].nearest)
			add_driver(ctx, &target->devices.drivers[i], &ret->cards);
	if (target->kind == KD_TARGET_NFS)
		add_module(ctx, "nfs", &ret->needed);
}

static bool has_tool(struct kdump_ctx *ctx)
{
	static const char *const paths[] = {
		"usr/bin/makedumpfile", "usr/sbin/makedumpfile", "sbin/makedumpfile",
	};

	for (size_t i = 0; i < KD_ARRAY_SIZE(paths); i++)
		if (kd_root_exists(ctx, paths[i]))
			return true;
	return false;
}

/* The folder itself may not be there before the first dump. */
static void read_room(struct kdump_ctx *ctx, const char *folder, struct kd_capture *ret)
{
	struct kd_text path;
	int err;

	kd_text_set(&path, "%s", folder);
	do
		err = kd_root_free_bytes(ctx, *path.s ? path.s : "/", &ret->room);
	while (err == -ENOENT && kd_path_up(path.s));
	ret->has_room = !err;
}

static int read_folder(struct kdump_ctx *ctx, const char *folder, struct kd_capture *ret)
{
	int err = kd_mount_look(ctx, folder, &ret->folder);

	if (err)
		return err;
	ret->has_folder = true;
	/* Where what is to be mounted there is not, the room is another's. */
	if (ret->folder.state != KD_MOUNT_MISSING)
		read_room(ctx, folder, ret);
	return 0;
}

/* Of block devices sysfs counts sectors of 512 bytes (block/genhd.c). */
static int read_device(struct kdump_ctx *ctx, const char *device, struct kd_capture *ret)
{
	struct kd_devices devices = { .layers = 0 };
	unsigned major, minor;
	struct kd_text path;
	uint64_t value;

	if (!kd_devices_number(ctx, device, &devices, &major, &minor))
		return devices.no_memory ? -ENOMEM : 0;
	kd_text_set(&path, "sys/dev/block/%u:%u/size", major, minor);
	ret->has_room = !kd_root_read_u64(ctx, path.s, &value);
	ret->room = ret->has_room ? kd_mul(value, 512) : 0;
	kd_text_set(&path, "sys/dev/block/%u:%u/ro", major, minor);
	ret->protected = !kd_root_read_u64(ctx, path.s, &value) && value;
	return 0;
}

static int read_target(struct kdump_config *config, struct kd_capture *ret)
{
	struct kdump_ctx *ctx = config->ctx;
	const struct kd_dump_facts *target = &config->target;
	struct kd_dump_facts root;
	int r;

	if (target->kind == KD_TARGET_UNKNOWN || target->kind == KD_TARGET_NONE)
		return 0;
	ret->target_is_known = true;
	ret->is_remote = target->kind != KD_TARGET_FILES && target->kind != KD_TARGET_RAW;
	r = *target->folder.s ? read_folder(ctx, target->folder.s, ret) :
	    target->kind == KD_TARGET_RAW ? read_device(ctx, target->where.s, ret) : 0;
	if (r)
		return r;
	r = kd_target_find_root(ctx, config->cmdline.text, &root);
	if (r < 0)
		return r;
	ret->from_root = r;
	ret->root_has_tool = r ? has_tool(ctx) : -1;
	if (r)
		add_way(ctx, &root, &ret->needed);
	else if (ret->is_remote)
		add_network(ctx, target, ret);
	else
		add_way(ctx, target, &ret->needed);
	return 0;
}

KD_API int kdump_config_read_capture(struct kdump_config *config)
{
	struct kd_capture *capture = calloc(1, sizeof(*capture));
	int err = capture ? 0 : -ENOMEM;

	kd_begin(config->ctx);
	if (!err) {
		read_panic(config->ctx, capture);
		err = read_watchdogs(config->ctx, capture);
	}
	if (!err && !kdump_config_is_elsewhere(config))
		err = read_target(config, capture);
	free(config->capture);
	config->capture = err ? NULL : capture;
	if (err)
		free(capture);
	return err == -ENOMEM ? kd_oom(config->ctx) : err;
}
