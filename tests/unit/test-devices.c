/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The block stack of a machine, by its sysfs: what it is made of, and which drivers it has. */
#include "machine.h"

#include "../../lib/core/replay.h"
#include "../../lib/facts/devices.h"

struct scene {
	struct machine m;
	struct kdump_ctx *ctx;
	struct kd_devices devices;
};

static int set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	machine_begin(&s->m, &s->ctx);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;

	machine_end(&s->m, s->ctx);
	free(s);
	return 0;
}

/* A device with its driver and subsystem; the path below sys/devices. */
static void put_device(struct scene *s, const char *path, const char *driver,
		       const char *subsystem)
{
	char text[256], target[128];

	snprintf(text, sizeof(text), "sys/devices/%s", path);
	machine_mkdirs(&s->m, text);
	if (driver) {
		snprintf(text, sizeof(text), "sys/devices/%s/driver", path);
		snprintf(target, sizeof(target), "../bus/x/drivers/%s", driver);
		machine_link(&s->m, text, target);
	}
	if (subsystem) {
		snprintf(text, sizeof(text), "sys/devices/%s/subsystem", path);
		snprintf(target, sizeof(target), "../bus/%s", subsystem);
		machine_link(&s->m, text, target);
	}
}

/* A disk or partition with its links in class/block and dev/block. */
static void put_block(struct scene *s, const char *path, const char *number, bool partition)
{
	const char *name = strrchr(path, '/') + 1;
	char text[256], target[256];

	snprintf(text, sizeof(text), "sys/devices/%s%s", path, partition ? "" : "/slaves");
	machine_mkdirs(&s->m, text);
	snprintf(target, sizeof(target), "../../devices/%s", path);
	snprintf(text, sizeof(text), "sys/class/block/%s", name);
	machine_link(&s->m, text, target);
	snprintf(text, sizeof(text), "sys/dev/block/%s", number);
	machine_link(&s->m, text, target);
	snprintf(text, sizeof(text), "sys/devices/%s/partition", path);
	if (partition)
		machine_put(&s->m, text, "1\n");
}

static void put_slave(struct scene *s, const char *disk, const char *slave)
{
	char text[256];

	snprintf(text, sizeof(text), "sys/devices/virtual/block/%s/slaves/%s", disk, slave);
	machine_link(&s->m, text, "../../../whatever");
}

static void put_mapper(struct scene *s, const char *disk, const char *number, const char *uuid,
		       const char *slave)
{
	char text[256];

	snprintf(text, sizeof(text), "virtual/block/%s", disk);
	put_block(s, text, number, false);
	snprintf(text, sizeof(text), "sys/devices/virtual/block/%s/dm/uuid", disk);
	machine_put(&s->m, text, uuid);
	put_slave(s, disk, slave);
}

#define VIRTIO "pci0000:00/0000:00:04.0/virtio1"

static void put_virtio_disk(struct scene *s)
{
	put_device(s, "pci0000:00/0000:00:04.0", "virtio-pci", "pci");
	put_device(s, VIRTIO, "virtio_blk", "virtio");
	put_block(s, VIRTIO "/block/vda", "254:0", false);
	put_block(s, VIRTIO "/block/vda/vda1", "254:1", true);
}

static void look(struct scene *s, unsigned major, unsigned minor)
{
	s->devices = (struct kd_devices){ 0 };
	kd_devices_add(s->ctx, major, minor, &s->devices);
}

static void assert_drivers(struct scene *s, const char *expected)
{
	char text[512] = "";

	for (size_t i = 0; i < s->devices.n_drivers; i++) {
		strcat(text, s->devices.drivers[i].name);
		strcat(text, " ");
	}
	assert_string_equal(text, expected);
}

static void test_partition(void **state)
{
	struct scene *s = *state;

	put_virtio_disk(s);
	look(s, 254, 1);
	assert_int_equal(s->devices.layers, KD_LAYER_VIRTIO);
	assert_drivers(s, "virtio_blk virtio-pci ");
	look(s, 254, 0);
	assert_drivers(s, "virtio_blk virtio-pci ");
	/* btrfs, tmpfs and others have numbers without a device. */
	look(s, 0, 42);
	assert_int_equal(s->devices.layers, 0);
	assert_drivers(s, "");
}

/* The driver's module by its link; and what the device itself can reach, not its bridge. */
static void test_driver(void **state)
{
	struct scene *s = *state;

	put_virtio_disk(s);
	machine_mkdirs(&s->m, "sys/devices/pci0000:00/0000:00:04.0/virtio1/bus/x/drivers");
	machine_put(&s->m, "sys/devices/pci0000:00/dma_mask_bits", "32\n");
	machine_put(&s->m, "sys/devices/pci0000:00/0000:00:04.0/dma_mask_bits", "64\n");
	machine_mkdirs(&s->m, "sys/devices/pci0000:00/0000:00:04.0/bus/x/drivers/virtio_blk");
	machine_link(&s->m,
		     "sys/devices/pci0000:00/0000:00:04.0/bus/x/drivers/virtio_blk/module",
		     "../../../../module/virtio_blk_of_another_name");
	look(s, 254, 1);
	assert_drivers(s, "virtio_blk virtio-pci ");
	assert_string_equal(s->devices.drivers[0].module, "virtio_blk_of_another_name");
	assert_true(s->devices.drivers[0].nearest);
	assert_string_equal(s->devices.drivers[1].module, "");
	assert_false(s->devices.drivers[1].nearest);
	assert_int_equal(s->devices.dma_bits, 64);
	machine_put(&s->m, "sys/devices/pci0000:00/0000:00:04.0/dma_mask_bits", "65\n");
	look(s, 254, 1);
	assert_int_equal(s->devices.dma_bits, 32);
}

/* md's levels are modules of their own, three of them in one. */
static void test_levels(void **state)
{
	struct scene *s = *state;

	put_virtio_disk(s);
	put_block(s, "virtual/block/md0", "9:0", false);
	machine_put(&s->m, "sys/devices/virtual/block/md0/md/level", "raid5\n");
	put_slave(s, "md0", "vda1");
	look(s, 9, 0);
	assert_int_equal(s->devices.layers, KD_LAYER_RAID | KD_LAYER_VIRTIO);
	assert_int_equal(s->devices.n_levels, 1);
	assert_string_equal(s->devices.levels[0], "raid456");
	machine_put(&s->m, "sys/devices/virtual/block/md0/md/level", "raid10\n");
	look(s, 9, 0);
	assert_string_equal(s->devices.levels[0], "raid10");
}

static void put_header(struct scene *s, const char *path, const char *sample)
{
	static char data[32768];
	char name[128];
	FILE *file;
	size_t len;

	snprintf(name, sizeof(name), "tests/fuzz/corpus/luks2/%s", sample);
	file = fopen(name, "rb");
	assert_non_null(file);
	len = fread(data, 1, sizeof(data), file);
	fclose(file);
	machine_put_bytes(&s->m, path, data, len);
}

/* The usual laptop: LVM in LUKS on a partition. */
static void test_lvm_in_luks(void **state)
{
	struct scene *s = *state;

	put_virtio_disk(s);
	put_mapper(s, "dm-0", "252:0", "CRYPT-LUKS2-4b1b926ce0f346448118e5d7e2858df3-root\n",
		   "vda1");
	put_mapper(s, "dm-1", "252:1", "LVM-abcdef\n", "dm-0");
	put_mapper(s, "dm-2", "252:2", "LVM-fedcba\n", "dm-0");
	look(s, 252, 1);
	assert_int_equal(s->devices.layers, KD_LAYER_LVM | KD_LAYER_CRYPT | KD_LAYER_VIRTIO);
	assert_drivers(s, "virtio_blk virtio-pci ");
	/* No /dev, or no right to read: not known. */
	assert_int_equal(s->devices.luks2, 1);
	assert_int_equal(s->devices.luks_unread, 1);
	put_header(s, "dev/vda1", "two");
	look(s, 252, 1);
	assert_int_equal(s->devices.luks_unread, 0);
	assert_int_equal(s->devices.luks_bytes, 256 * KD_MIB);
	/* Another volume of the same group is no second device to unlock. */
	kd_devices_add(s->ctx, 252, 2, &s->devices);
	assert_int_equal(s->devices.luks2, 1);
	/* With its key in the image nothing is derived; one key is not enough for two. */
	machine_put(&s->m, "sys/kernel/config/crash_dm_crypt_keys/count", "0\n");
	look(s, 252, 1);
	assert_false(s->devices.luks_keys);
	machine_put(&s->m, "sys/kernel/config/crash_dm_crypt_keys/count", "1\n");
	look(s, 252, 1);
	assert_true(s->devices.luks_keys);
	put_mapper(s, "dm-3", "252:3", "CRYPT-LUKS2-00000000-x\n", "vda");
	kd_devices_add(s->ctx, 252, 3, &s->devices);
	assert_int_equal(s->devices.luks2, 2);
	assert_false(s->devices.luks_keys);
	assert_int_equal(s->devices.luks_unread, 1);
}

/* For another machine there is one number of it, and no byte of the header. */
static void test_luks_in_facts(void **state)
{
	struct scene *s = *state;
	struct kdump_facts *facts;
	struct kd_devices there;

	put_virtio_disk(s);
	put_mapper(s, "dm-0", "252:0", "CRYPT-LUKS2-4b1b926ce0f346448118e5d7e2858df3-root\n",
		   "vda1");
	put_header(s, "dev/vda1", "two");
	assert_int_equal(kdump_ctx_record(s->ctx), 0);
	look(s, 252, 0);
	there = s->devices;
	assert_int_equal(there.luks_bytes, 256 * KD_MIB);
	assert_int_equal(kdump_facts_new(s->ctx, NULL, &facts), 0);
	assert_null(strstr(kdump_facts_get_text(facts), "LUKS\\u00ba"));
	assert_null(strstr(kdump_facts_get_text(facts), "keyslots"));
	machine_put(&s->m, "facts.json", kdump_facts_get_text(facts));
	kdump_facts_unref(facts);
	kdump_ctx_unref(s->ctx);
	assert_int_equal(kdump_ctx_new(&s->ctx), 0);
	assert_int_equal(kdump_ctx_set_facts(s->ctx, machine_path(&s->m, "facts.json")), 0);
	look(s, 252, 0);
	assert_int_equal(s->devices.luks_bytes, there.luks_bytes);
	assert_int_equal(s->devices.luks2, there.luks2);
	assert_int_equal(s->devices.luks_unread, 0);
	assert_int_equal(s->devices.layers, there.layers);
	assert_drivers(s, "virtio_blk virtio-pci ");
	/* Of what was not recorded nothing is known, whatever this machine has. */
	look(s, 252, 7);
	assert_int_equal(s->devices.layers, 0);
}

/* A header of version 1, of plain dm-crypt there is none: no Argon2. */
static void test_other_crypt(void **state)
{
	struct scene *s = *state;

	put_virtio_disk(s);
	put_mapper(s, "dm-0", "252:0", "CRYPT-LUKS1-4b1b926ce0f346448118e5d7e2858df3-root\n",
		   "vda1");
	look(s, 252, 0);
	assert_int_equal(s->devices.layers, KD_LAYER_CRYPT | KD_LAYER_VIRTIO);
	assert_int_equal(s->devices.luks2, 0);
	put_mapper(s, "dm-1", "252:1", "CRYPT-PLAIN-swap\n", "vda1");
	look(s, 252, 1);
	assert_int_equal(s->devices.layers, KD_LAYER_CRYPT | KD_LAYER_VIRTIO);
	assert_int_equal(s->devices.luks2, 0);
}

#define SATA "pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0"
#define ISCSI "platform/host3/session1/target3:0:0/3:0:0:1"

static void test_raid_and_multipath(void **state)
{
	struct scene *s = *state;

	put_device(s, "pci0000:00/0000:00:1f.2", "ahci", "pci");
	put_device(s, SATA, "sd", "scsi");
	put_block(s, SATA "/block/sda", "8:0", false);
	put_block(s, SATA "/block/sda/sda1", "8:1", true);
	put_device(s, ISCSI, "sd", "scsi");
	put_block(s, ISCSI "/block/sdb", "8:16", false);
	put_block(s, "virtual/block/md0", "9:0", false);
	machine_put(&s->m, "sys/devices/virtual/block/md0/md/level", "raid1\n");
	put_slave(s, "md0", "sda1");
	put_slave(s, "md0", "sdb");
	machine_mkdirs(&s->m, "sys/class/scsi_device/0:0:0:0");
	machine_mkdirs(&s->m, "sys/class/scsi_device/3:0:0:1");
	look(s, 9, 0);
	assert_int_equal(s->devices.layers, KD_LAYER_RAID | KD_LAYER_SCSI | KD_LAYER_ISCSI);
	assert_drivers(s, "sd ahci ");
	assert_int_equal(s->devices.scsi_luns, 2);
	/* Its partitions have no slaves of their own. */
	put_block(s, "virtual/block/md0/md0p1", "259:1", true);
	look(s, 259, 1);
	assert_int_equal(s->devices.layers, KD_LAYER_RAID | KD_LAYER_SCSI | KD_LAYER_ISCSI);
	assert_drivers(s, "sd ahci ");
	put_mapper(s, "dm-0", "252:0", "mpath-3600\n", "sdb");
	put_mapper(s, "dm-1", "252:1", "part1-mpath-3600\n", "dm-0");
	look(s, 252, 1);
	assert_int_equal(s->devices.layers, KD_LAYER_MULTIPATH | KD_LAYER_SCSI | KD_LAYER_ISCSI);
}

#define NVME "pci0000:00/0000:00:1d.0/0000:3d:00.0/nvme/nvme0"

static void test_nvme(void **state)
{
	struct scene *s = *state;

	put_device(s, "pci0000:00/0000:00:1d.0", "pcieport", "pci");
	put_device(s, "pci0000:00/0000:00:1d.0/0000:3d:00.0", "nvme", "pci");
	put_device(s, NVME, NULL, "nvme");
	machine_link(&s->m, "sys/class/nvme/nvme0", "../../devices/" NVME);
	put_block(s, NVME "/nvme0n1", "259:0", false);
	put_block(s, NVME "/nvme0n1/nvme0n1p2", "259:2", true);
	look(s, 259, 2);
	assert_int_equal(s->devices.layers, KD_LAYER_NVME);
	assert_drivers(s, "nvme pcieport ");
	assert_false(s->devices.nvme_buffer);
	machine_put(&s->m, "sys/devices/" NVME "/hmb", "1\n");
	look(s, 259, 2);
	assert_true(s->devices.nvme_buffer);
	/* Native multipath: the disk hangs on no controller. */
	put_block(s, "virtual/nvme-subsystem/nvme-subsys0/nvme7n1", "259:7", false);
	machine_link(&s->m, "sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme0",
		     "../../../" NVME);
	look(s, 259, 7);
	assert_int_equal(s->devices.layers, KD_LAYER_NVME);
	assert_drivers(s, "nvme pcieport ");
	assert_true(s->devices.nvme_buffer);
}

#define USB "pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/host6/target6:0:0/6:0:0:0"

static void test_usb(void **state)
{
	struct scene *s = *state;

	put_device(s, "pci0000:00/0000:00:14.0", "xhci_hcd", "pci");
	put_device(s, "pci0000:00/0000:00:14.0/usb1/1-2", "usb", "usb");
	put_device(s, "pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0", "uas", "usb");
	put_device(s, USB, "sd", "scsi");
	put_block(s, USB "/block/sdc", "8:32", false);
	look(s, 8, 32);
	assert_int_equal(s->devices.layers, KD_LAYER_USB | KD_LAYER_SCSI);
	assert_drivers(s, "sd uas usb xhci_hcd ");
}

static void put_interface(struct scene *s, const char *path, const char *state)
{
	const char *name = strrchr(path, '/') + 1;
	char text[256], target[256];

	snprintf(text, sizeof(text), "sys/devices/%s/operstate", path);
	machine_put(&s->m, text, state);
	snprintf(text, sizeof(text), "sys/class/net/%s", name);
	snprintf(target, sizeof(target), "../../devices/%s", path);
	machine_link(&s->m, text, target);
}

static void test_network(void **state)
{
	struct scene *s = *state;

	put_device(s, "pci0000:00/0000:00:05.0", "mlx5_core", "pci");
	put_device(s, "pci0000:00/0000:00:06.0", "tg3", "pci");
	put_interface(s, "pci0000:00/0000:00:05.0/net/eth0", "up\n");
	put_interface(s, "pci0000:00/0000:00:06.0/net/eth1", "down\n");
	put_interface(s, "virtual/net/lo", "unknown\n");
	kd_devices_add_network(s->ctx, &s->devices);
	assert_drivers(s, "mlx5_core ");
}

/* Nothing of this can be on a real machine; a copy of one can hold anything. */
static void test_hostile(void **state)
{
	struct scene *s = *state;
	char name[32], next[32], number[32];

	/* A stack that stands on itself, and one that never ends. */
	put_mapper(s, "dm-0", "252:0", "LVM-x\n", "dm-0");
	look(s, 252, 0);
	assert_int_equal(s->devices.layers, KD_LAYER_LVM);
	assert_false(s->devices.cut);
	for (unsigned i = 1; i < 40; i++) {
		snprintf(name, sizeof(name), "dm-%u", i);
		snprintf(next, sizeof(next), "dm-%u", i + 1);
		snprintf(number, sizeof(number), "252:%u", i);
		put_mapper(s, name, number, "LVM-x\n", next);
	}
	look(s, 252, 1);
	assert_true(s->devices.cut);
	/* Links that lead elsewhere than to a device. */
	machine_link(&s->m, "sys/dev/block/1:1", "../../devices/../../etc");
	machine_link(&s->m, "sys/dev/block/1:2", "/etc/passwd");
	machine_link(&s->m, "sys/dev/block/1:3", "../../devices/");
	machine_put(&s->m, "sys/devices/partition", "1\n");
	for (unsigned i = 1; i <= 3; i++) {
		look(s, 1, i);
		assert_int_equal(s->devices.layers, 0);
	}
	/* A device of a name that would lead out of /dev stays below the root. */
	put_mapper(s, "dm-90", "252:90", "CRYPT-LUKS2-x\n", "..!..!etc!passwd");
	look(s, 252, 90);
	assert_int_equal(s->devices.luks_unread, 1);
}

int main(void)
{
#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ONE(test_partition),
		ONE(test_driver),
		ONE(test_levels),
		ONE(test_lvm_in_luks),
		ONE(test_luks_in_facts),
		ONE(test_other_crypt),
		ONE(test_raid_and_multipath),
		ONE(test_nvme),
		ONE(test_usb),
		ONE(test_network),
		ONE(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
