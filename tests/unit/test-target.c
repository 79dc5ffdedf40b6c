/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Where the dump goes, by the configurations of the distributions. */
#include "machine.h"

#include "../../lib/facts/mounts.h"
#include "../../lib/facts/target.h"
#include "../../lib/parse/kdumpconf.h"

struct scene {
	struct machine m;
	struct kdump_ctx *ctx;
	struct kd_dump_facts facts;
	struct kd_dump_settings settings;
};

/* A root on virtio, /var on LVM, an NFS server's export, btrfs, which has no number. */
#define MOUNTS \
	"22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n" \
	"23 22 252:0 / /var rw,relatime shared:2 - xfs /dev/mapper/vg-var rw\n" \
	"24 22 0:50 / /srv/nfs rw,relatime - nfs4 server:/dumps rw\n" \
	"25 22 0:44 /@ /data rw,relatime - btrfs /dev/vda1 rw\n"

static void put_sysfs(struct scene *s)
{
	static const char vda[] = "../../devices/pci0000:00/0000:00:04.0/virtio1/block/vda";
	static const char nic[] = "../../devices/pci0000:00/0000:00:05.0/net/eth0";

	machine_mkdirs(&s->m, "sys/devices/pci0000:00/0000:00:04.0/virtio1/block/vda/slaves");
	machine_put(&s->m, "sys/devices/pci0000:00/0000:00:04.0/virtio1/block/vda/vda1/partition",
		    "1\n");
	machine_link(&s->m, "sys/devices/pci0000:00/0000:00:04.0/virtio1/driver",
		     "../../../bus/virtio/drivers/virtio_blk");
	machine_link(&s->m, "sys/class/block/vda", vda);
	machine_link(&s->m, "sys/class/block/vda1",
		     "../../devices/pci0000:00/0000:00:04.0/virtio1/block/vda/vda1");
	machine_link(&s->m, "sys/dev/block/254:1",
		     "../../devices/pci0000:00/0000:00:04.0/virtio1/block/vda/vda1");
	machine_put(&s->m, "sys/devices/virtual/block/dm-0/dm/uuid", "LVM-x\n");
	machine_put(&s->m, "sys/devices/virtual/block/dm-0/dm/name", "vg-var\n");
	machine_link(&s->m, "sys/devices/virtual/block/dm-0/slaves/vda", "../../x");
	machine_link(&s->m, "sys/class/block/dm-0", "../../devices/virtual/block/dm-0");
	machine_link(&s->m, "sys/dev/block/252:0", "../../devices/virtual/block/dm-0");
	machine_put(&s->m, "sys/devices/pci0000:00/0000:00:05.0/net/eth0/operstate", "up\n");
	machine_link(&s->m, "sys/devices/pci0000:00/0000:00:05.0/driver", "../drivers/tg3");
	machine_link(&s->m, "sys/class/net/eth0", nic);
}

static int set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	machine_begin(&s->m, &s->ctx);
	machine_put(&s->m, "proc/self/mountinfo", MOUNTS);
	put_sysfs(s);
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

static void find(struct scene *s, const char *os, const char *text, const char *cmdline)
{
	const struct kd_distro *distro;
	struct kd_kv file;
	char line[64];

	snprintf(line, sizeof(line), "ID=%s\n", os);
	machine_put(&s->m, "etc/os-release", line);
	assert_int_equal(kd_distro_find(s->ctx, &distro), 0);
	assert_int_equal(kd_kv_parse(text, strlen(text), &file, NULL), 0);
	assert_int_equal(kd_target_find(s->ctx, distro, &file, cmdline, &s->facts,
					&s->settings), 0);
	kd_kv_free(&file);
}

static void assert_target(struct scene *s, enum kd_target_kind kind, const char *where,
			  const char *fs, const char *drivers)
{
	char text[512] = "";

	for (size_t i = 0; i < s->facts.devices.n_drivers; i++) {
		strcat(text, s->facts.devices.drivers[i].name);
		strcat(text, " ");
	}
	assert_int_equal(s->facts.kind, kind);
	assert_string_equal(s->facts.where.s, where);
	assert_string_equal(s->facts.fs, fs);
	assert_string_equal(text, drivers);
}

static void test_mounts(void **state)
{
	static const struct {
		const char *path, *fs, *source;
		unsigned major;
	} rows[] = {
		{ "/", "ext4", "/dev/vda1", 254 },
		{ "/etc/x", "ext4", "/dev/vda1", 254 },
		{ "/var", "xfs", "/dev/mapper/vg-var", 252 },
		{ "/var/crash/x/", "xfs", "/dev/mapper/vg-var", 252 },
		{ "/variety", "ext4", "/dev/vda1", 254 },
		{ "/srv/nfs/host", "nfs4", "server:/dumps", 0 },
		{ "/data/x", "btrfs", "/dev/vda1", 0 },
	};
	struct scene *s = *state;
	struct kd_mounted mounted;

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		assert_int_equal(kd_mount_of(s->ctx, rows[i].path, &mounted), 0);
		assert_string_equal(mounted.fs, rows[i].fs);
		assert_string_equal(mounted.source.s, rows[i].source);
		assert_int_equal(mounted.major, rows[i].major);
	}
	assert_int_equal(kd_mount_of(s->ctx, "relative", &mounted), -ENOENT);
	assert_int_equal(kd_mount_of(s->ctx, "", &mounted), -ENOENT);
	machine_drop(&s->m, "proc/self/mountinfo");
	assert_int_equal(kd_mount_of(s->ctx, "/", &mounted), -ENOENT);
}

static void test_debian(void **state)
{
	struct scene *s = *state;

	find(s, "debian", "", "nr_cpus=1");
	assert_target(s, KD_TARGET_FILES, "/var/crash", "xfs", "virtio_blk ");
	assert_int_equal(s->facts.devices.layers & KD_LAYER_LVM, KD_LAYER_LVM);
	assert_int_equal(s->settings.level, 31);
	assert_int_equal(s->settings.compression, 'c');
	find(s, "debian", "KDUMP_COREDIR=/opt\nMAKEDUMP_ARGS=\"-l -d 1 --num-threads 4\"\n"
			  "KDUMP_COMPRESSION=xz\n", "");
	assert_target(s, KD_TARGET_FILES, "/opt", "ext4", "virtio_blk ");
	assert_int_equal(s->settings.level, 1);
	assert_int_equal(s->settings.threads, 4);
	assert_string_equal(s->settings.filter, "xz");
	find(s, "debian", "NFS=\"server:/export\"\nKDUMP_COREDIR=/opt\n", "");
	assert_target(s, KD_TARGET_NFS, "server:/export", "", "tg3 ");
	/* What would need a shell is as if it were not there. */
	find(s, "debian", "SSH=$HOST\n", "");
	assert_target(s, KD_TARGET_FILES, "/var/crash", "xfs", "virtio_blk ");
	find(s, "debian", "SSH=\"root@server\"\n", "");
	assert_target(s, KD_TARGET_SSH, "root@server", "", "tg3 ");
	/* Debian's crash kernel mounts its root first. */
	find(s, "debian", "SSH=\"root@server\"\n", "root=/dev/vda1 nr_cpus=1");
	assert_target(s, KD_TARGET_SSH, "root@server", "", "tg3 virtio_blk ");
	find(s, "debian", "FTP=\"server:dumps\"\n", "");
	assert_target(s, KD_TARGET_NETWORK, "server:dumps", "", "tg3 ");
}

static void test_fedora(void **state)
{
	static const struct {
		const char *conf;
		enum kd_target_kind kind;
		const char *where, *fs, *drivers;
	} rows[] = {
		{ "", KD_TARGET_FILES, "/var/crash", "xfs", "virtio_blk " },
		{ "# nfs server:/x\npath /data/crash\n", KD_TARGET_FILES, "/data/crash", "btrfs",
		  "virtio_blk " },
		{ "path /srv/nfs\n", KD_TARGET_NFS, "server:/dumps", "", "tg3 " },
		{ "nfs server.example:/export # ours\npath /x\n", KD_TARGET_NFS,
		  "server.example:/export", "", "tg3 " },
		{ "ssh root@server\n", KD_TARGET_SSH, "root@server", "", "tg3 " },
		{ "raw /dev/mapper/vg-var\n", KD_TARGET_RAW, "/dev/mapper/vg-var", "",
		  "virtio_blk " },
		{ "  ext4   /dev/vda1  \n", KD_TARGET_FILES, "/dev/vda1", "ext4", "virtio_blk " },
		{ "xfs UUID=0123-4567\n", KD_TARGET_FILES, "UUID=0123-4567", "xfs",
		  "virtio_blk " },
		{ "dracut_args --mount \"/dev/sdb /mnt xfs\"\n", KD_TARGET_UNKNOWN, "", "", "" },
	};
	struct scene *s = *state;

	machine_link(&s->m, "dev/disk/by-uuid/0123-4567", "../../vda1");
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		print_message("%s\n", rows[i].conf);
		machine_put(&s->m, "etc/kdump.conf", rows[i].conf);
		find(s, "fedora", "", "nr_cpus=1");
		assert_target(s, rows[i].kind, rows[i].where, rows[i].fs, rows[i].drivers);
		assert_int_equal(s->settings.level, 31);
	}
	machine_drop(&s->m, "etc/kdump.conf");
	find(s, "fedora", "", NULL);
	assert_target(s, KD_TARGET_FILES, "/var/crash", "xfs", "virtio_blk ");
	assert_int_equal(s->settings.compression, 'l');
	machine_put(&s->m, "etc/kdump.conf", "core_collector makedumpfile -z -d 17\n"
					     "core_collector cp --sparse=always\n");
	find(s, "fedora", "", NULL);
	assert_true(s->settings.other);
}

static void test_suse(void **state)
{
	struct scene *s = *state;

	find(s, "suse", "", "root=kdump nr_cpus=32");
	assert_target(s, KD_TARGET_FILES, "/var/crash", "xfs", "virtio_blk ");
	assert_int_equal(s->settings.level, 31);
	assert_true(s->settings.thread_per_cpu);
	assert_int_equal(s->settings.compression, 'c');
	assert_true(s->settings.keep_free == 64 * KD_MIB && !s->settings.deletes_old);
	find(s, "suse", "KDUMP_DUMPFORMAT=lzo\nKDUMP_FREE_DISK_SIZE=0\nKDUMP_KEEP_OLD_DUMPS=5\n",
	     "");
	assert_int_equal(s->settings.compression, 'l');
	assert_true(!s->settings.keep_free && s->settings.deletes_old);
	find(s, "suse", "KDUMP_DUMPFORMAT=zstd\nKDUMP_FREE_DISK_SIZE=x\nKDUMP_KEEP_OLD_DUMPS=-1\n",
	     "");
	assert_int_equal(s->settings.compression, 'z');
	assert_true(!s->settings.keep_free && s->settings.deletes_old);
	find(s, "suse", "KDUMP_SAVEDIR=\"file:///data\"\nKDUMP_DUMPFORMAT=\"ELF\"\n"
			"KDUMP_DUMPLEVEL=\"17\"\n", "root=kdump");
	assert_target(s, KD_TARGET_FILES, "/data", "btrfs", "virtio_blk ");
	assert_int_equal(s->settings.level, 17);
	assert_int_equal(s->settings.compression, 0);
	assert_false(s->settings.thread_per_cpu);
	find(s, "suse", "KDUMP_SAVEDIR=nfs://server/export\n", "root=kdump");
	assert_target(s, KD_TARGET_NFS, "server/export", "", "tg3 ");
	find(s, "suse", "KDUMP_SAVEDIR=sftp://u@server/export\n", "root=kdump");
	assert_target(s, KD_TARGET_SSH, "u@server/export", "", "tg3 ");
	find(s, "suse", "KDUMP_SAVEDIR=cifs://server/export\n", "root=kdump");
	assert_target(s, KD_TARGET_NETWORK, "server/export", "", "tg3 ");
	find(s, "suse", "KDUMP_DUMPFORMAT=none\n", "root=kdump");
	assert_target(s, KD_TARGET_NONE, "", "", "");
	find(s, "suse", "KDUMP_DUMPFORMAT=raw\n", "root=kdump");
	assert_true(s->settings.other);
}

/* libmount takes a path as it is: what it leads to counts. */
static void test_links(void **state)
{
	struct scene *s = *state;

	machine_mkdirs(&s->m, "data/dumps");
	machine_mkdirs(&s->m, "var");
	machine_link(&s->m, "var/crash", "../data/./dumps/");
	find(s, "debian", "", "");
	assert_target(s, KD_TARGET_FILES, "/var/crash", "btrfs", "virtio_blk ");
	assert_string_equal(s->facts.folder.s, "/data/dumps");
	find(s, "debian", "KDUMP_COREDIR=/var/crash/not/yet/\n", "");
	assert_string_equal(s->facts.folder.s, "/data/dumps/not/yet/");
	find(s, "debian", "KDUMP_COREDIR=/nothing/there\n", "");
	assert_string_equal(s->facts.folder.s, "/nothing/there");
	machine_link(&s->m, "loop", "/loop");
	find(s, "debian", "KDUMP_COREDIR=/loop/x\n", "");
	assert_string_equal(s->facts.folder.s, "/loop/x");
	find(s, "debian", "KDUMP_COREDIR=/../\n", "");
	assert_string_equal(s->facts.folder.s, "/");
}

static void test_other(void **state)
{
	struct scene *s = *state;

	find(s, "arch", "NFS=server:/x\n", "");
	assert_target(s, KD_TARGET_UNKNOWN, "", "", "");
	find(s, "arch", "", "root=/dev/vda1");
	assert_target(s, KD_TARGET_UNKNOWN, "", "", "virtio_blk ");
}

static void test_words(void **state)
{
	static const struct {
		const char *text;
		enum kd_target_kind kind;
		const char *where, *fs, *drivers;
	} rows[] = {
		{ "none", KD_TARGET_NONE, "", "", "" },
		{ "/data", KD_TARGET_FILES, "/data", "btrfs", "virtio_blk " },
		{ "files", KD_TARGET_FILES, "/var/crash", "xfs", "virtio_blk " },
		{ "files:/opt", KD_TARGET_FILES, "/opt", "ext4", "virtio_blk " },
		{ "raw:/dev/vda1", KD_TARGET_RAW, "/dev/vda1", "", "virtio_blk " },
		{ "nfs", KD_TARGET_NFS, "", "", "tg3 " },
		{ "nfs:server:/x", KD_TARGET_NFS, "server:/x", "", "tg3 " },
		{ "ssh:root@server", KD_TARGET_SSH, "root@server", "", "tg3 " },
		{ "network", KD_TARGET_NETWORK, "", "", "tg3 " },
	};
	static const char *const bad[] = {
		"", "raw", "raw:", "files:opt", "tape", "nfsx", "none:x", "network:x", "data",
	};
	struct scene *s = *state;

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		assert_int_equal(kd_target_parse(s->ctx, rows[i].text, "", &s->facts), 0);
		assert_target(s, rows[i].kind, rows[i].where, rows[i].fs, rows[i].drivers);
	}
	for (size_t i = 0; i < KD_ARRAY_SIZE(bad); i++) {
		assert_int_equal(kd_target_parse(s->ctx, bad[i], "", &s->facts), -EINVAL);
		assert_int_equal(s->facts.kind, KD_TARGET_NETWORK);
	}
}

static void test_conf(void **state)
{
	static const char text[] = "path /a\npathology /b\n#path /c\n\tpath\t/d e # f\npath\n"
				   "x";
	struct kd_text value;

	(void)state;
	assert_true(kd_kdumpconf_get(text, "path", &value));
	assert_string_equal(value.s, "/d e");
	assert_false(kd_kdumpconf_get(text, "pat", &value));
	assert_false(kd_kdumpconf_get("path", "path", &value));
	assert_false(kd_kdumpconf_get("", "path", &value));
}

int main(void)
{
#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ONE(test_mounts),
		ONE(test_debian),
		ONE(test_fedora),
		ONE(test_suse),
		ONE(test_links),
		ONE(test_other),
		ONE(test_words),
		cmocka_unit_test(test_conf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
