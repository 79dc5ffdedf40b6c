/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Finding the target with memory running out: it is found whole or not at all,
 * for half a stack would be half an estimate.
 */
#define _GNU_SOURCE
#include "faults.h"

#include "../../lib/facts/target.h"

static void put_stack(const struct machine *m)
{
	machine_put(m, "proc/self/mountinfo",
		    "22 1 252:0 / / rw,relatime - ext4 /dev/mapper/root rw\n");
	machine_put(m, "sys/devices/virtual/block/dm-0/dm/uuid", "CRYPT-LUKS2-x\n");
	machine_link(m, "sys/devices/virtual/block/dm-0/slaves/vda", "../../x");
	machine_mkdirs(m, "sys/devices/pci0/virtio1/block/vda/slaves");
	machine_link(m, "sys/devices/pci0/virtio1/driver", "../virtio_blk");
	machine_link(m, "sys/class/block/vda", "../../devices/pci0/virtio1/block/vda");
	machine_link(m, "sys/class/block/dm-0", "../../devices/virtual/block/dm-0");
	machine_link(m, "sys/dev/block/252:0", "../../devices/virtual/block/dm-0");
	machine_mkdirs(m, "sys/class/scsi_device/0:0:0:0");
}

static void put_header(const struct machine *m)
{
	static char data[32768];
	FILE *file = fopen("tests/fuzz/corpus/luks2/argon2id", "rb");

	assert_non_null(file);
	assert_int_equal(fread(data, 1, sizeof(data), file), sizeof(data));
	assert_int_equal(fclose(file), 0);
	machine_put_bytes(m, "dev/vda", data, sizeof(data));
}

/* false where it was found before the @n-th allocation. */
static bool find_once(const struct machine *m, unsigned long n)
{
	static const struct fault no_memory = { 0, false };
	struct kd_dump_facts facts = { .kind = KD_TARGET_NONE };
	struct kdump_ctx *ctx;
	bool met;
	int err;

	fake_start(m->root);
	assert_int_equal(kdump_ctx_new(&ctx), 0);
	begin_fault(&no_memory, n);
	err = kd_target_parse(ctx, "files", "", &facts);
	met = end_fault(&no_memory);
	assert_int_equal(fake_open_files(), 1);
	kdump_ctx_unref(ctx);
	assert_int_equal(fake_open_files(), 0);
	assert_true(!err || (met && err == -ENOMEM));
	if (err) {
		assert_int_equal(facts.kind, KD_TARGET_NONE);
		return met;
	}
	assert_int_equal(facts.devices.luks2, 1);
	assert_int_equal(facts.devices.luks_bytes, 64 * KD_MIB);
	assert_int_equal(facts.devices.n_drivers, 1);
	assert_int_equal(facts.devices.scsi_luns, 1);
	return met;
}

static void test_target(void **state)
{
	struct machine m;
	unsigned long n = 1;

	(void)state;
	machine_new(&m);
	put_stack(&m);
	put_header(&m);
	while (find_once(&m, n))
		n++;
	print_message("# %lu faults\n", n - 1);
	assert_true(n > 5);
	machine_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_target),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
