/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What lies behind the load, as the machine shows it: panic, watchdogs, the target. */
#include "machine.h"

#include "../../lib/facts/capture.h"
#include "../../lib/facts/config.h"

struct tree {
	struct machine m;
	struct kdump_ctx *ctx;
	struct kdump_snapshot *snap;
	struct kdump_config *config;
};

static int set_up(void **state)
{
	struct tree *t = calloc(1, sizeof(*t));

	machine_begin(&t->m, &t->ctx);
	machine_fill(&t->m);
	*state = t;
	return 0;
}

static void forget(struct tree *t)
{
	t->config = kdump_config_unref(t->config);
	t->snap = kdump_snapshot_unref(t->snap);
}

static int tear_down(void **state)
{
	struct tree *t = *state;

	forget(t);
	machine_end(&t->m, t->ctx);
	free(t);
	return 0;
}

static const struct kd_capture *read_capture(struct tree *t)
{
	forget(t);
	assert_int_equal(kdump_snapshot_new(t->ctx, &t->snap), 0);
	assert_int_equal(kdump_config_new(t->ctx, t->snap, &t->config), 0);
	assert_int_equal(kdump_config_read_capture(t->config), 0);
	return t->config->capture;
}

static void test_nothing_to_be_seen(void **state)
{
	struct tree *t = *state;
	const struct kd_capture *c = read_capture(t);

	assert_int_equal(t->config->panic_waits, KD_CONFIG_UNKNOWN);
	assert_int_equal(c->panic_on_oops, -1);
	assert_int_equal(c->softlockup_panic, -1);
	assert_int_equal(c->post_notifiers, -1);
	assert_int_equal(c->n_watchdogs, 0);
	assert_int_equal(c->needed.n, 0);
	/* A copy's disk is not the machine's. */
	assert_false(c->has_room);
}

static void test_sysctls(void **state)
{
	struct tree *t = *state;
	const struct kd_capture *c;

	machine_put(&t->m, "proc/sys/kernel/panic_on_oops", "1\n");
	machine_put(&t->m, "proc/sys/kernel/hung_task_panic", "0\n");
	machine_put(&t->m, "proc/sys/kernel/softlockup_panic", "2\n");
	machine_put(&t->m, "proc/sys/kernel/hardlockup_panic", "much\n");
	machine_put(&t->m, "sys/module/kernel/parameters/crash_kexec_post_notifiers", "Y\n");
	machine_put(&t->m, "boot/config-" MACHINE_RELEASE,
		    "CONFIG_KEXEC_FILE=y\nCONFIG_PANIC_TIMEOUT=0\nCONFIG_KEXEC=y\n");
	c = read_capture(t);
	assert_int_equal(c->panic_on_oops, 1);
	assert_int_equal(c->hung_task_panic, 0);
	assert_int_equal(c->softlockup_panic, 1);
	assert_int_equal(c->hardlockup_panic, -1);
	assert_int_equal(c->post_notifiers, 1);
	assert_int_equal(t->config->panic_waits, KD_CONFIG_Y);
}

static void test_panic_timeout(void **state)
{
	struct tree *t = *state;

	machine_put(&t->m, "boot/config-" MACHINE_RELEASE,
		    "CONFIG_KEXEC_FILE=y\nCONFIG_PANIC_TIMEOUT=05\nCONFIG_KEXEC=y\n");
	read_capture(t);
	assert_int_equal(t->config->panic_waits, KD_CONFIG_N);
}

static void put_watchdog(const struct machine *m, unsigned n, const char *state,
			 const char *identity)
{
	char path[128];

	snprintf(path, sizeof(path), "sys/class/watchdog/watchdog%u/state", n);
	machine_put(m, path, state);
	snprintf(path, sizeof(path), "sys/class/watchdog/watchdog%u/timeout", n);
	machine_put(m, path, "30\n");
	snprintf(path, sizeof(path), "sys/class/watchdog/watchdog%u/identity", n);
	machine_put(m, path, identity);
}

static void test_watchdogs(void **state)
{
	struct tree *t = *state;
	const struct kd_capture *c;

	put_watchdog(&t->m, 0, "active\n", "Software Watchdog\n");
	put_watchdog(&t->m, 1, "active\n", "iTCO_wdt\n");
	machine_mkdirs(&t->m, "sys/class/watchdog/watchdog1/device/driver");
	machine_link(&t->m, "sys/class/watchdog/watchdog1/device/driver/module",
		     "../../../../module/iTCO_wdt");
	machine_put(&t->m, "sys/module/iTCO_wdt/initstate", "live\n");
	put_watchdog(&t->m, 2, "inactive\n", "idle\n");
	machine_mkdirs(&t->m, "sys/class/watchdog/watchdog2/device");
	put_watchdog(&t->m, 3, "active\n", "built in\n");
	machine_mkdirs(&t->m, "sys/class/watchdog/watchdog3/device/driver");
	c = read_capture(t);
	assert_int_equal(c->n_watchdogs, 2);
	assert_string_equal(c->watchdogs[0].name, "watchdog1");
	assert_string_equal(c->watchdogs[0].identity, "iTCO_wdt");
	assert_string_equal(c->watchdogs[0].module, "iTCO_wdt");
	assert_int_equal(c->watchdogs[0].timeout, 30);
	assert_string_equal(c->watchdogs[1].name, "watchdog3");
	assert_string_equal(c->watchdogs[1].module, "");
}

/* No device is named: who uses the core tells, where it is one. */
static void test_watchdog_without_device(void **state)
{
	struct tree *t = *state;

	put_watchdog(&t->m, 0, "active\n", "i6300ESB timer\n");
	machine_mkdirs(&t->m, "sys/module/watchdog/holders/i6300esb");
	machine_mkdirs(&t->m, "sys/module/watchdog/holders/softdog");
	assert_string_equal(read_capture(t)->watchdogs[0].module, "i6300esb");
	machine_mkdirs(&t->m, "sys/module/watchdog/holders/iTCO_wdt");
	assert_int_equal(kdump_config_read_capture(t->config), 0);
	assert_int_equal(t->config->capture->n_watchdogs, 1);
	assert_string_equal(t->config->capture->watchdogs[0].module, "");
}

/* The dump goes to /srv, and the crash kernel is told of a root: that is what it needs first. */
static void test_way(void **state)
{
	struct tree *t = *state;
	const struct kd_capture *c;

	machine_put(&t->m, "proc/self/mountinfo",
		    "2 1 254:1 / / rw - ext4 /dev/vda1 rw\n"
		    "3 2 8:1 / /srv ro - xfs /dev/sda1 ro\n");
	machine_put(&t->m, "etc/default/kdump-tools", "KDUMP_COREDIR=/srv/crash\n");
	machine_put(&t->m, "sys/module/ext4/initstate", "live\n");
	machine_put(&t->m, "sys/module/xfs/initstate", "live\n");
	machine_put(&t->m, "usr/bin/makedumpfile", "");
	c = read_capture(t);
	assert_true(c->target_is_known && c->has_folder && !c->is_remote);
	assert_int_equal(c->folder.state, KD_MOUNT_PLAIN);
	assert_true(c->folder.read_only);
	assert_true(c->from_root);
	assert_int_equal(c->root_has_tool, 1);
	assert_int_equal(c->needed.n, 1);
	assert_string_equal(c->needed.v[0], "ext4");
}

/* Fedora: the initramfs does it all, to a device that is not there. */
static void test_device_is_missing(void **state)
{
	struct tree *t = *state;
	const struct kd_capture *c;

	machine_put(&t->m, "etc/os-release", "ID=fedora\nVERSION_ID=\"41\"\n");
	machine_put(&t->m, "etc/kdump.conf", "ext4 UUID=1234-5678\npath /\n");
	machine_put(&t->m, "proc/cmdline", "quiet\n");
	machine_put(&t->m, "sys/module/ext4/initstate", "live\n");
	machine_mkdirs(&t->m, "sys/dev/block");
	c = read_capture(t);
	assert_true(c->target_is_known && t->config->target.missing && !c->has_folder);
	assert_false(c->from_root);
	assert_int_equal(c->root_has_tool, -1);
	assert_int_equal(c->needed.n, 1);
}

static void put_card(const struct machine *m, const char *name, const char *module,
		     const char *state)
{
	char path[128], target[128];

	snprintf(path, sizeof(path), "sys/devices/pci0000:00/0000:00:%s/net/%s", "03.0", name);
	snprintf(target, sizeof(target), "../../devices/pci0000:00/0000:00:03.0/net/%s", name);
	machine_mkdirs(m, path);
	snprintf(path, sizeof(path), "sys/class/net/%s", name);
	machine_link(m, path, target);
	snprintf(path, sizeof(path), "sys/devices/pci0000:00/0000:00:03.0/net/%s/operstate", name);
	machine_put(m, path, state);
	snprintf(path, sizeof(path), "sys/bus/pci/drivers/%s", module);
	machine_mkdirs(m, path);
	machine_link(m, "sys/devices/pci0000:00/0000:00:03.0/driver",
		     "../../../bus/pci/drivers/e1000e");
	snprintf(path, sizeof(path), "sys/module/%s/initstate", module);
	machine_put(m, path, "live\n");
}

/* Fedora, by ssh: a card that is up, whose driver is a module. */
static void test_far(void **state)
{
	struct tree *t = *state;
	const struct kd_capture *c;

	machine_put(&t->m, "etc/os-release", "ID=fedora\nVERSION_ID=\"41\"\n");
	machine_put(&t->m, "etc/kdump.conf", "ssh root@backup\n");
	machine_put(&t->m, "proc/cmdline", "quiet\n");
	put_card(&t->m, "eth0", "e1000e", "up\n");
	c = read_capture(t);
	assert_true(c->target_is_known && c->is_remote && !c->has_folder);
	assert_int_equal(t->config->target.devices.interfaces, 1);
	assert_int_equal(c->needed.n, 0);
	assert_int_equal(c->cards.n, 1);
	assert_string_equal(c->cards.v[0], "e1000e");
}

static void test_no_interface_is_up(void **state)
{
	struct tree *t = *state;

	machine_put(&t->m, "etc/default/kdump-tools", "SSH=root@backup\n");
	put_card(&t->m, "eth0", "e1000e", "down\n");
	assert_true(read_capture(t)->is_remote);
	assert_int_equal(t->config->target.devices.interfaces, 0);
}

/* Fedora: dumps lie below where the device that is named is mounted. */
static void test_mounted_device(void **state)
{
	struct tree *t = *state;

	machine_put(&t->m, "etc/os-release", "ID=fedora\nVERSION_ID=\"41\"\n");
	machine_put(&t->m, "etc/kdump.conf", "ext4 UUID=1234-5678\npath crash\n");
	machine_put(&t->m, "proc/cmdline", "quiet\n");
	machine_mkdirs(&t->m, "dev/disk/by-uuid");
	machine_link(&t->m, "dev/disk/by-uuid/1234-5678", "../../sda1");
	machine_put(&t->m, "sys/class/block/sda1/dev", "8:1\n");
	machine_put(&t->m, "proc/self/mountinfo",
		    "2 1 254:1 / / rw - ext4 /dev/vda1 rw\n"
		    "3 2 8:1 / /srv rw - ext4 /dev/sda1 rw\n");
	machine_mkdirs(&t->m, "sys/dev/block");
	assert_true(read_capture(t)->has_folder);
	assert_string_equal(t->config->target.folder.s, "/srv/crash");
}

/* In sectors of 512 bytes, and that nobody may write to. */
static void test_raw_device(void **state)
{
	struct tree *t = *state;
	const struct kd_capture *c;

	machine_put(&t->m, "etc/os-release", "ID=fedora\nVERSION_ID=\"41\"\n");
	machine_put(&t->m, "etc/kdump.conf", "raw /dev/sda1\n");
	machine_put(&t->m, "proc/cmdline", "quiet\n");
	machine_put(&t->m, "sys/class/block/sda1/dev", "8:1\n");
	machine_put(&t->m, "sys/dev/block/8:1/size", "4096\n");
	machine_put(&t->m, "sys/dev/block/8:1/ro", "0\n");
	c = read_capture(t);
	assert_true(c->target_is_known && c->has_room && !c->has_folder && !c->protected);
	assert_int_equal(c->room, 2 * KD_MIB);
	machine_put(&t->m, "sys/dev/block/8:1/ro", "1\n");
	machine_put(&t->m, "sys/dev/block/8:1/size", "x\n");
	c = read_capture(t);
	assert_true(!c->has_room && c->protected);
}

/* A tag of the host's, which no device has. */
static void test_virtiofs(void **state)
{
	struct tree *t = *state;

	machine_put(&t->m, "etc/os-release", "ID=fedora\nVERSION_ID=\"41\"\n");
	machine_put(&t->m, "etc/kdump.conf", "virtiofs share\n");
	machine_mkdirs(&t->m, "sys/dev/block");
	assert_true(read_capture(t)->target_is_known);
	assert_false(t->config->target.missing);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_nothing_to_be_seen),
		ONE(test_sysctls),
		ONE(test_panic_timeout),
		ONE(test_watchdogs),
		ONE(test_watchdog_without_device),
		ONE(test_way),
		ONE(test_device_is_missing),
		ONE(test_far),
		ONE(test_no_interface_is_up),
		ONE(test_mounted_device),
		ONE(test_raw_device),
		ONE(test_virtiofs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
