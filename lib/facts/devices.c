/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Block stacks and drivers in sysfs: see devices.h. */
#include "devices.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../core/replay.h"
#include "luks.h"

#define DEPTH_MAX	16
#define NAMES_MAX	16384

/* Takes the last component off; false where nothing but sys/devices is left. */
static bool climb(struct kd_text *path)
{
	char *slash = strrchr(path->s, '/');

	if (!slash || slash <= path->s + strlen("sys/devices"))
		return false;
	*slash = '\0';
	return true;
}

/* sys/CLASS/NAME as a path in sys/devices; every such link is "../../devices/...". */
static bool resolve(struct kdump_ctx *ctx, const char *class, const char *name,
		    struct kd_text *ret)
{
	char target[KD_TEXT_MAX - 8];
	struct kd_text path;

	kd_text_set(&path, "sys/%s/%s", class, name);
	if (kd_root_readlink(ctx, path.s, target, sizeof(target)) ||
	    !kd_starts(target, "../../devices/") || strstr(target + 3, "/../"))
		return false;
	kd_text_set(ret, "sys/%s", target + strlen("../../"));
	return true;
}

static bool has(struct kdump_ctx *ctx, const struct kd_text *folder, const char *name)
{
	struct kd_text path;

	kd_text_set(&path, "%s/%s", folder->s, name);
	return kd_root_exists(ctx, path.s);
}

static int list(struct kdump_ctx *ctx, const char *path, struct kd_devices *devices,
		struct kd_names *ret)
{
	int err = kd_root_list(ctx, path, NAMES_MAX, ret);

	devices->no_memory |= err == -ENOMEM;
	return err;
}

/* The last component of a link in a folder: "driver", "subsystem". */
static bool link_of(struct kdump_ctx *ctx, const struct kd_text *folder, const char *name,
		    char *ret, size_t size)
{
	char target[KD_TEXT_MAX];
	struct kd_text path;

	kd_text_set(&path, "%s/%s", folder->s, name);
	if (kd_root_readlink(ctx, path.s, target, sizeof(target)) ||
	    strlen(kd_last_of(target)) >= size)
		return false;
	memcpy(ret, kd_last_of(target), strlen(kd_last_of(target)) + 1);
	return true;
}

static void add_driver(struct kd_devices *devices, const struct kd_driver *driver)
{
	for (size_t i = 0; i < devices->n_drivers; i++)
		if (kd_streq(devices->drivers[i].name, driver->name)) {
			devices->drivers[i].nearest |= driver->nearest;
			return;
		}
	if (devices->n_drivers == KD_DRIVERS_MAX) {
		devices->cut = true;
		return;
	}
	devices->drivers[devices->n_drivers++] = *driver;
}

/* drivers/pci/pci-sysfs.c:dma_mask_bits_show() */
static bool read_dma_bits(struct kdump_ctx *ctx, const struct kd_text *device,
			  struct kd_devices *devices)
{
	struct kd_text path;
	uint64_t bits;

	kd_text_set(&path, "%s/dma_mask_bits", device->s);
	if (kd_root_read_u64(ctx, path.s, &bits) || !bits || bits > 64)
		return false;
	if (!devices->dma_bits || bits < devices->dma_bits)
		devices->dma_bits = (unsigned)bits;
	return true;
}

static unsigned layer_of(const char *subsystem)
{
	static const struct {
		const char *subsystem;
		enum kd_layer layer;
	} rows[] = {
		{ "nvme", KD_LAYER_NVME },
		{ "scsi", KD_LAYER_SCSI },
		{ "usb", KD_LAYER_USB },
		{ "virtio", KD_LAYER_VIRTIO },
	};

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++)
		if (kd_streq(subsystem, rows[i].subsystem))
			return rows[i].layer;
	return 0;
}

/* A device and all that it hangs on, up to the bus. */
static void add_physical(struct kdump_ctx *ctx, struct kd_text path, struct kd_devices *devices)
{
	struct kd_driver driver = { .nearest = true };
	bool has_bits = false;
	unsigned layer;
	char name[32];

	do {
		/* What it hangs on are bridges, which say nothing of what it can reach. */
		has_bits = has_bits || read_dma_bits(ctx, &path, devices);
		if (link_of(ctx, &path, "driver", driver.name, sizeof(driver.name))) {
			if (!link_of(ctx, &path, "driver/module", driver.module,
				     sizeof(driver.module)))
				driver.module[0] = '\0';
			add_driver(devices, &driver);
			driver.nearest = false;
		}
		layer = link_of(ctx, &path, "subsystem", name, sizeof(name)) ? layer_of(name) : 0;
		devices->layers |= layer;
		/* drivers/nvme/host/pci.c shows hmb where the controller asks for it. */
		if (layer == KD_LAYER_NVME && has(ctx, &path, "hmb"))
			devices->nvme_buffer = true;
		/* drivers/scsi/scsi_transport_iscsi.c:iscsi_alloc_session() */
		if (kd_starts(kd_last_of(path.s), "session"))
			devices->layers |= KD_LAYER_ISCSI;
	} while (climb(&path));
}

/* With native multipath the disk is a child of its subsystem, beside its controllers. */
static void add_nvme_subsystem(struct kdump_ctx *ctx, struct kd_text path,
			       struct kd_devices *devices)
{
	struct kd_text controller;
	struct kd_names names;

	devices->layers |= KD_LAYER_NVME;
	if (!climb(&path) || list(ctx, path.s, devices, &names))
		return;
	for (size_t i = 0; i < names.n; i++)
		if (resolve(ctx, "class/nvme", names.v[i], &controller))
			add_physical(ctx, controller, devices);
	kd_names_free(&names);
}

/* A header holds salts and keys: of it, facts have this one number. */
static int read_luks(struct kdump_ctx *ctx, const char *path, uint64_t *ret)
{
	const char *value = kd_replay_value(ctx, path);
	struct kd_luks luks;
	char text[24];
	int err;

	if (ctx->replayed)
		return value ? kd_read_uint(value, UINT64_MAX, ret) : -ENODATA;
	err = kd_luks_read(ctx, path, &luks, NULL);
	if (err)
		return err;
	snprintf(text, sizeof(text), "%" PRIu64, luks.bytes);
	kd_record_value(ctx, path, text);
	*ret = luks.bytes;
	return 0;
}

/* The header lies on the device below, of which only root may read. */
static void add_luks(struct kdump_ctx *ctx, const char *name, struct kd_devices *devices)
{
	struct kd_text path;
	uint64_t bytes;
	int err;

	devices->luks2++;
	kd_text_set(&path, "dev/%s", name);
	/* A '/' of the name in /dev is a '!' in sysfs. */
	for (char *p = path.s; (p = strchr(p, '!')); )
		*p = '/';
	err = read_luks(ctx, path.s, &bytes);
	devices->no_memory |= err == -ENOMEM;
	if (err)
		devices->luks_unread++;
	else
		devices->luks_bytes = kd_max(devices->luks_bytes, bytes);
}

/* drivers/md/dm.c gives the uuid that the tool set: lvm2, cryptsetup, multipath-tools. */
static unsigned mapper_layer(struct kdump_ctx *ctx, const struct kd_text *disk, bool *luks2)
{
	struct kd_text path;
	char uuid[192];

	*luks2 = false;
	kd_text_set(&path, "%s/dm/uuid", disk->s);
	if (kd_root_read_line(ctx, path.s, uuid, sizeof(uuid)))
		return 0;
	*luks2 = kd_starts(uuid, "CRYPT-LUKS2-");
	if (kd_starts(uuid, "CRYPT-"))
		return KD_LAYER_CRYPT;
	if (kd_starts(uuid, "LVM-"))
		return KD_LAYER_LVM;
	/* Partitions of a multipath device have "part1-mpath-...", and it as their slave. */
	return kd_starts(uuid, "mpath-") ? KD_LAYER_MULTIPATH : 0;
}

/* False where it is not to be followed again, or there are too many. */
static bool is_new(struct kd_devices *devices, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < devices->n_seen; i++)
		if (kd_streq(devices->seen[i], name))
			return false;
	if (devices->n_seen == KD_DEVICES_MAX || len >= sizeof(devices->seen[0])) {
		devices->cut = true;
		return false;
	}
	memcpy(devices->seen[devices->n_seen++], name, len + 1);
	return true;
}

/* drivers/md: the module of a level ("raid5") has the name of its file ("raid456"). */
static void add_level(struct kdump_ctx *ctx, const struct kd_text *disk,
		      struct kd_devices *devices)
{
	struct kd_text path;
	char level[16];

	devices->layers |= KD_LAYER_RAID;
	kd_text_set(&path, "%s/md/level", disk->s);
	if (kd_root_read_line(ctx, path.s, level, sizeof(level)))
		return;
	if (kd_streq(level, "raid4") || kd_streq(level, "raid5") || kd_streq(level, "raid6"))
		memcpy(level, "raid456", sizeof("raid456"));
	for (size_t i = 0; i < devices->n_levels; i++)
		if (kd_streq(devices->levels[i], level))
			return;
	if (devices->n_levels < KD_LEVELS_MAX)
		memcpy(devices->levels[devices->n_levels++], level, sizeof(level));
}

static void add_disk(struct kdump_ctx *ctx, struct kd_text disk, struct kd_devices *devices,
		     unsigned depth)
{
	struct kd_text path, below;
	struct kd_names slaves;
	bool luks2;

	/* A partition is a child of its disk. */
	if (has(ctx, &disk, "partition") && !climb(&disk))
		return;
	if (!is_new(devices, kd_last_of(disk.s)))
		return;
	devices->layers |= mapper_layer(ctx, &disk, &luks2);
	if (has(ctx, &disk, "md"))
		add_level(ctx, &disk, devices);
	kd_text_set(&path, "%s/slaves", disk.s);
	if (list(ctx, path.s, devices, &slaves))
		slaves = (struct kd_names){ 0 };
	for (size_t i = 0; i < slaves.n; i++) {
		if (luks2)
			add_luks(ctx, slaves.v[i], devices);
		if (depth == DEPTH_MAX)
			devices->cut = true;
		else if (resolve(ctx, "class/block", slaves.v[i], &below))
			add_disk(ctx, below, devices, depth + 1);
	}
	if (!slaves.n && kd_starts(disk.s, "sys/devices/virtual/nvme-subsystem/"))
		add_nvme_subsystem(ctx, disk, devices);
	else if (!slaves.n)
		add_physical(ctx, disk, devices);
	kd_names_free(&slaves);
}

/*
 * Keys that the crash kernel is given with its image (kernel/crash_dump_dm_crypt.c):
 * with one for each device none is derived from a passphrase.
 */
static bool has_keys(struct kdump_ctx *ctx, unsigned devices)
{
	uint64_t count;

	return devices &&
	       !kd_root_read_u64(ctx, "sys/kernel/config/crash_dm_crypt_keys/count", &count) &&
	       count >= devices;
}

/* As many as the kernel finds when it scans its hosts; -EFBIG is more than are counted. */
static unsigned count_luns(struct kdump_ctx *ctx, struct kd_devices *devices)
{
	struct kd_names names;
	unsigned n;
	int err = list(ctx, "sys/class/scsi_device", devices, &names);

	if (err)
		return err == -EFBIG ? NAMES_MAX : 0;
	n = (unsigned)names.n;
	kd_names_free(&names);
	return n;
}

static void add_whole(struct kdump_ctx *ctx, const char *class, const char *name,
		      struct kd_devices *devices)
{
	struct kd_text disk;

	if (resolve(ctx, class, name, &disk))
		add_disk(ctx, disk, devices, 0);
	devices->luks_keys = has_keys(ctx, devices->luks2);
	devices->scsi_luns = count_luns(ctx, devices);
}

void kd_devices_add(struct kdump_ctx *ctx, unsigned major, unsigned minor,
		    struct kd_devices *devices)
{
	struct kd_text number;

	kd_text_set(&number, "%u:%u", major, minor);
	add_whole(ctx, "dev/block", number.s, devices);
}

/* The dm device of a name in /dev/mapper; false where there is none. */
static bool find_mapper(struct kdump_ctx *ctx, const char *name, struct kd_devices *devices,
			struct kd_text *ret)
{
	struct kd_names disks;
	struct kd_text path;
	char line[128];
	bool found = false;

	if (list(ctx, "sys/class/block", devices, &disks))
		return false;
	for (size_t i = 0; i < disks.n && !found; i++) {
		kd_text_set(&path, "sys/class/block/%s/dm/name", disks.v[i]);
		found = kd_starts(disks.v[i], "dm-") &&
			!kd_root_read_line(ctx, path.s, line, sizeof(line)) &&
			kd_streq(line, name);
		if (found)
			kd_text_set(ret, "%s", disks.v[i]);
	}
	kd_names_free(&disks);
	return found;
}

static void path_of(const char *tag, struct kd_text *ret)
{
	static const struct {
		const char *tag, *folder;
	} rows[] = {
		{ "UUID=", "/dev/disk/by-uuid/" },
		{ "LABEL=", "/dev/disk/by-label/" },
		{ "PARTUUID=", "/dev/disk/by-partuuid/" },
		{ "PARTLABEL=", "/dev/disk/by-partlabel/" },
	};

	kd_text_set(ret, "%s", tag);
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++)
		if (kd_starts(tag, rows[i].tag))
			kd_text_set(ret, "%s%s", rows[i].folder, tag + strlen(rows[i].tag));
}

/* As the kernel calls it. */
static void name_of(struct kdump_ctx *ctx, const char *path, struct kd_devices *devices,
		    struct kd_text *ret)
{
	char target[KD_TEXT_MAX];
	struct kd_text whole;

	path_of(path, &whole);
	if (!kd_root_readlink(ctx, whole.s, target, sizeof(target)))
		kd_text_set(ret, "%s", kd_last_of(target));
	else if (!kd_starts(whole.s, "/dev/mapper/") ||
		 !find_mapper(ctx, kd_last_of(whole.s), devices, ret))
		kd_text_set(ret, "%s", kd_last_of(whole.s));
}

void kd_devices_add_path(struct kdump_ctx *ctx, const char *path, struct kd_devices *devices)
{
	struct kd_text name;

	name_of(ctx, path, devices, &name);
	add_whole(ctx, "class/block", name.s, devices);
}

bool kd_devices_number(struct kdump_ctx *ctx, const char *path, struct kd_devices *devices,
		       unsigned *major, unsigned *minor)
{
	struct kd_text name, file;
	char line[32], *end;

	name_of(ctx, path, devices, &name);
	kd_text_set(&file, "sys/class/block/%s/dev", name.s);
	if (kd_root_read_line(ctx, file.s, line, sizeof(line)))
		return false;
	*major = (unsigned)strtoul(line, &end, 10);
	*minor = *end == ':' ? (unsigned)strtoul(end + 1, &end, 10) : 0;
	return *major && !*end;
}

static bool is_up(struct kdump_ctx *ctx, const struct kd_text *interface)
{
	struct kd_text path;
	char state[16];

	kd_text_set(&path, "%s/operstate", interface->s);
	return !kd_root_read_line(ctx, path.s, state, sizeof(state)) &&
	       (kd_streq(state, "up") || kd_streq(state, "unknown"));
}

void kd_devices_add_network(struct kdump_ctx *ctx, struct kd_devices *devices)
{
	struct kd_text interface;
	struct kd_names names;

	if (list(ctx, "sys/class/net", devices, &names))
		return;
	for (size_t i = 0; i < names.n; i++)
		if (resolve(ctx, "class/net", names.v[i], &interface) &&
		    !kd_starts(interface.s, "sys/devices/virtual/") &&
		    is_up(ctx, &interface)) {
			devices->interfaces++;
			add_physical(ctx, interface, devices);
		}
	kd_names_free(&names);
}
