/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The devices below a file system: sys/dev/block/MAJOR:MINOR, through slaves/
 * down to what has a driver.  The stack comes from the running system; the
 * crash kernel sets the same one up before it can write.
 */
#ifndef KD_FACTS_DEVICES_H
#define KD_FACTS_DEVICES_H

#include "../core/ctx.h"
#include "../parse/contents.h"

/* What a stack is made of, as bits. */
enum kd_layer {
	KD_LAYER_CRYPT = 1 << 0,	/* dm-crypt of any kind */
	KD_LAYER_LVM = 1 << 1,
	KD_LAYER_RAID = 1 << 2,		/* md */
	KD_LAYER_MULTIPATH = 1 << 3,
	KD_LAYER_ISCSI = 1 << 4,
	KD_LAYER_SCSI = 1 << 5,
	KD_LAYER_NVME = 1 << 6,
	KD_LAYER_VIRTIO = 1 << 7,
	KD_LAYER_USB = 1 << 8,
};

#define KD_DRIVERS_MAX 16
#define KD_LEVELS_MAX 4
#define KD_DEVICES_MAX 128

struct kd_driver {
	char name[32];			/* "virtio_blk", "mpt3sas" */
	char module[KD_MODULE_FILE_NAME];	/* that it is in; "" built in, or not known */
	bool nearest;			/* of a device itself, not of what that hangs on */
};

struct kd_devices {
	unsigned layers;
	struct kd_driver drivers[KD_DRIVERS_MAX];	/* each once */
	size_t n_drivers;
	/* The modules of md's levels that it has: "raid1". */
	char levels[KD_LEVELS_MAX][16];
	size_t n_levels;
	unsigned interfaces;		/* of the network, that are up */
	/* Bits of an address that the least of them can reach, by its bus; 0 not known. */
	unsigned dma_bits;
	/* LUKS2: the most that opening one of the devices takes at a time. */
	unsigned luks2;			/* how many there are */
	unsigned luks_unread;		/* headers of them that could not be read */
	uint64_t luks_bytes;		/* of those that could */
	bool luks_keys;			/* the crash kernel is given the keys */
	unsigned scsi_luns;		/* of the whole machine: the crash kernel finds them all */
	bool nvme_buffer;		/* a controller asks for host memory */
	bool cut;			/* there are more than are followed */
	bool no_memory;			/* it ran out: what is here is not all */
	/* Those that were looked at, by their names in sys/class/block: each once. */
	char seen[KD_DEVICES_MAX][32];
	size_t n_seen;
};

/* Adds the stack of one block device; what cannot be seen is not there. */
void kd_devices_add(struct kdump_ctx *ctx, unsigned major, unsigned minor,
		    struct kd_devices *devices);

/*
 * The same by a path or a name as fstab has it: "/dev/mapper/x", "UUID=...",
 * "LABEL=...", found through the links that udev keeps in /dev, else by name.
 */
void kd_devices_add_path(struct kdump_ctx *ctx, const char *path, struct kd_devices *devices);

/* The device number of what kd_devices_add_path() finds; false where there is none. */
bool kd_devices_number(struct kdump_ctx *ctx, const char *path, struct kd_devices *devices,
		       unsigned *major, unsigned *minor);

/* Drivers of the network interfaces that are up. */
void kd_devices_add_network(struct kdump_ctx *ctx, struct kd_devices *devices);

#endif
