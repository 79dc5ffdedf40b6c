/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What writing the dump adds to the estimate. */
#include <stdarg.h>
#include <stdlib.h>

#include <setjmp.h>
#include <cmocka.h>

#include "../../lib/decide/estimate-dump.h"

struct scene {
	struct kd_dump_facts facts;
	struct kd_dump_settings settings;
	struct kd_dump_machine machine;
	struct kdump_part parts[KD_DUMP_PARTS_MAX];
	size_t n;
};

static void start(struct scene *s)
{
	*s = (struct scene){
		.facts.kind = KD_TARGET_FILES,
		.machine = { .ram = 2 * KD_GIB, .page_size = 4096, .cmdline = "", .cpus = 1 },
	};
}

static uint64_t bytes_of(struct scene *s, const char *id)
{
	uint64_t bytes = 0;

	s->n = kd_dump_parts(&s->facts, &s->settings, &s->machine, s->parts);
	for (size_t i = 0; i < s->n; i++) {
		assert_true(s->parts[i].low <= s->parts[i].bytes);
		assert_true(s->parts[i].bytes <= s->parts[i].high);
		assert_int_equal(s->parts[i].factor[KDUMP_WALL_LOAD], 0);
		assert_int_equal(s->parts[i].factor[KDUMP_WALL_TMPFS], 0);
		assert_int_equal(s->parts[i].factor[KDUMP_WALL_RUN], 0);
		assert_int_equal(s->parts[i].factor[KDUMP_WALL_DUMP], 1);
		if (kd_streq(s->parts[i].id, id))
			bytes = s->parts[i].bytes;
	}
	return bytes;
}

static uint64_t sum(struct scene *s)
{
	uint64_t total = 0;

	bytes_of(s, "");
	for (size_t i = 0; i < s->n; i++)
		total += s->parts[i].bytes;
	return total;
}

/* An allowance can be wrong by all of it, and the table says so. */
static void assert_not_measured(struct scene *s, const char *id)
{
	assert_true(bytes_of(s, id));
	for (size_t i = 0; i < s->n; i++)
		if (kd_streq(s->parts[i].id, id)) {
			assert_int_equal(s->parts[i].low, 0);
			assert_int_equal(s->parts[i].basis, KDUMP_BASIS_MODELLED);
			assert_non_null(strstr(s->parts[i].source, "not measured"));
		}
}

/* makedumpfile.c:calculate_cyclic_buffer_size(), initial() */
static void test_bitmaps(void **state)
{
	static const struct {
		uint64_t ram, page_size, buffer, bytes;
	} rows[] = {
		{ 2 * KD_GIB, 4096, 0, 2 * 128 * KD_KIB },
		{ 64 * KD_GIB, 4096, 0, 8 * KD_MIB },
		{ 65 * KD_GIB, 4096, 0, 4 * KD_MIB },		/* in pieces */
		{ 16 * 1024 * KD_GIB, 4096, 0, 4 * KD_MIB },
		{ 64 * KD_GIB, 65536, 0, 512 * KD_KIB },
		{ 0, 4096, 0, 8 * KD_MIB },			/* not known */
		{ 2 * KD_GIB, 4096, 32 * KD_MIB, 32 * KD_MIB },	/* asked for */
	};
	struct scene s;

	(void)state;
	start(&s);
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		s.machine.ram = rows[i].ram;
		s.machine.page_size = rows[i].page_size;
		s.settings.buffer = rows[i].buffer;
		assert_int_equal(bytes_of(&s, "dump-bitmaps"), rows[i].bytes);
	}
}

static void test_tool(void **state)
{
	struct scene s;

	(void)state;
	start(&s);
	assert_int_equal(bytes_of(&s, "dump-threads"), 0);
	s.settings.thread_per_cpu = true;
	assert_int_equal(bytes_of(&s, "dump-threads"), 0);
	s.machine.cpus = 32;
	assert_int_equal(bytes_of(&s, "dump-threads"), 32 * KD_MIB);
	s.settings.threads = 8;
	assert_int_equal(bytes_of(&s, "dump-threads"), 8 * KD_MIB);
	assert_int_equal(bytes_of(&s, "dump-filter"), 0);
	strcpy(s.settings.filter, "xz");
	assert_not_measured(&s, "dump-filter");
	assert_int_equal(bytes_of(&s, "dump-filter"), 94 * KD_MIB);
	assert_true(bytes_of(&s, "dump-tool"));
	s.settings.other = true;
	assert_not_measured(&s, "dump-tool");
	assert_int_equal(bytes_of(&s, "dump-threads"), 0);
	assert_int_equal(bytes_of(&s, "dump-bitmaps"), 0);
}

static void test_targets(void **state)
{
	static const struct {
		enum kd_target_kind kind;
		const char *parts[2];
	} rows[] = {
		{ KD_TARGET_FILES, { "target-files" } },
		{ KD_TARGET_RAW, { "target-raw" } },
		{ KD_TARGET_NFS, { "target-nfs", "network" } },
		{ KD_TARGET_SSH, { "target-ssh", "network" } },
		{ KD_TARGET_NETWORK, { "network" } },
	};
	struct scene s;
	uint64_t none;

	(void)state;
	start(&s);
	s.facts.kind = KD_TARGET_NONE;
	none = sum(&s);
	assert_int_equal(s.n, 2);	/* makedumpfile itself: what was measured */
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		uint64_t added = 0;

		s.facts.kind = rows[i].kind;
		for (size_t p = 0; p < 2 && rows[i].parts[p]; p++) {
			assert_not_measured(&s, rows[i].parts[p]);
			added += bytes_of(&s, rows[i].parts[p]);
		}
		assert_int_equal(sum(&s), none + added);
	}
	/* Not counted, but there, and with what it may be. */
	s.facts.kind = KD_TARGET_UNKNOWN;
	assert_int_equal(sum(&s), none);
	assert_int_equal(s.n, 3);
	assert_string_equal(s.parts[2].id, "target-unknown");
	assert_true(s.parts[2].high > 0);
}

static void test_devices(void **state)
{
	static const struct {
		enum kd_layer layer;
		const char *part;
	} rows[] = {
		{ KD_LAYER_RAID, "raid" },
		{ KD_LAYER_MULTIPATH, "multipath" },
		{ KD_LAYER_ISCSI, "iscsi" },
		{ KD_LAYER_USB, "usb" },
	};
	struct scene s;
	uint64_t plain;

	(void)state;
	start(&s);
	s.facts.devices = (struct kd_devices){ .drivers = { { .name = "virtio_blk" },
							  { .name = "virtio-pci" } },
					       .n_drivers = 2 };
	plain = sum(&s);
	s.facts.devices.layers = KD_LAYER_VIRTIO | KD_LAYER_LVM;
	assert_int_equal(sum(&s), plain);
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		s.facts.devices.layers = rows[i].layer;
		assert_not_measured(&s, rows[i].part);
		assert_int_equal(sum(&s), plain + bytes_of(&s, rows[i].part));
	}
	s.facts.devices.layers = KD_LAYER_CRYPT;
	assert_int_equal(bytes_of(&s, "dm-crypt"), 4 * KD_MIB);
	/* One disk is what was measured; 200 paths to LUNs are not. */
	s.facts.devices.layers = KD_LAYER_SCSI;
	s.facts.devices.scsi_luns = 1;
	assert_int_equal(bytes_of(&s, "scsi-luns"), 0);
	s.facts.devices.scsi_luns = 200;
	assert_not_measured(&s, "scsi-luns");
	assert_int_equal(bytes_of(&s, "scsi-luns"), 100 * KD_MIB);
	assert_int_equal(bytes_of(&s, "devices-cut"), 0);
	s.facts.devices.cut = true;
	assert_not_measured(&s, "devices-cut");
	strcpy(s.facts.devices.drivers[1].name, "mpt3sas");
	assert_not_measured(&s, "drivers");
	assert_int_equal(bytes_of(&s, "drivers"), 16 * KD_MIB);
}

static void test_nvme_buffer(void **state)
{
	struct scene s;

	(void)state;
	start(&s);
	s.facts.devices.layers = KD_LAYER_NVME;
	assert_int_equal(bytes_of(&s, "nvme-buffer"), 0);
	s.facts.devices.nvme_buffer = true;
	assert_not_measured(&s, "nvme-buffer");
	assert_int_equal(bytes_of(&s, "nvme-buffer"), 64 * KD_MIB);
	s.machine.cmdline = "nvme.max_host_mem_size_mb=16";
	assert_int_equal(bytes_of(&s, "nvme-buffer"), 16 * KD_MIB);
	s.machine.cmdline = "nvme.max_host_mem_size_mb=0";
	assert_int_equal(bytes_of(&s, "nvme-buffer"), 0);
	s.machine.cmdline = "nvme.max_host_mem_size_mb=99999999999999999999";
	assert_int_equal(bytes_of(&s, "nvme-buffer"), 64 * KD_MIB);
}

/* What the dump takes after the disk is unlocked lies where Argon2's memory was. */
static void test_luks(void **state)
{
	struct scene s;
	uint64_t late;

	(void)state;
	start(&s);
	late = sum(&s);
	s.facts.devices.luks2 = 1;
	s.facts.devices.luks_bytes = KD_GIB;
	assert_int_equal(bytes_of(&s, "luks"), KD_GIB + 20 * KD_MIB - late);
	assert_int_equal(sum(&s), KD_GIB + 20 * KD_MIB);
	/* A layer that is there from the beginning to the end is no part of that. */
	s.facts.devices.layers = KD_LAYER_RAID;
	assert_int_equal(bytes_of(&s, "luks"), KD_GIB + 20 * KD_MIB - late);
	s.facts.devices.layers = 0;
	/* PBKDF2 takes nothing. */
	s.facts.devices.luks_bytes = 0;
	assert_int_equal(bytes_of(&s, "luks"), 20 * KD_MIB - late);
	s.settings.thread_per_cpu = true;
	s.machine.cpus = 64;
	assert_int_equal(bytes_of(&s, "luks"), 0);
	/* The crash kernel is given the key: nothing is derived from a passphrase. */
	s.facts.devices.luks_bytes = KD_GIB;
	s.facts.devices.luks_keys = true;
	assert_int_equal(bytes_of(&s, "luks"), 0);
}

/* Not to be seen is not nothing. */
static void test_luks_unread(void **state)
{
	struct scene s;
	uint64_t late;

	(void)state;
	start(&s);
	late = sum(&s);
	s.facts.devices.luks2 = 2;
	s.facts.devices.luks_unread = 1;
	s.facts.devices.luks_bytes = 64 * KD_MIB;
	s.machine.ram = 2 * KD_GIB;
	assert_int_equal(bytes_of(&s, "luks"), KD_GIB + 20 * KD_MIB - late);
	s.machine.ram = KD_GIB;
	assert_int_equal(bytes_of(&s, "luks"), 512 * KD_MIB + 20 * KD_MIB - late + 128 * KD_KIB);
	s.facts.devices.luks_bytes = 4 * KD_GIB;
	assert_true(bytes_of(&s, "luks") > 3 * KD_GIB);
	s.facts.devices.luks_bytes = UINT64_MAX;
	assert_true(bytes_of(&s, "luks") > KD_GIB);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bitmaps),
		cmocka_unit_test(test_tool),
		cmocka_unit_test(test_targets),
		cmocka_unit_test(test_devices),
		cmocka_unit_test(test_nvme_buffer),
		cmocka_unit_test(test_luks),
		cmocka_unit_test(test_luks_unread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
