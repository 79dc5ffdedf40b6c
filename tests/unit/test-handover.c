/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What a machine hands over to its crash kernel, and what it hides. */
#include "handover-files.h"

#include "../../lib/facts/handover.h"
#include "../../lib/parse/handover.h"
#include "../../lib/parse/kcore.h"

struct scene {
	struct machine m;
	struct kdump_ctx *ctx;
	struct kdump_snapshot *snap;
	struct kd_handover h;
};

static int set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	machine_begin(&s->m, &s->ctx);
	machine_fill(&s->m);
	handover_put(&s->m);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;

	kd_handover_free(&s->h);
	kdump_snapshot_unref(s->snap);
	machine_end(&s->m, s->ctx);
	free(s);
	return 0;
}

static int look(struct scene *s)
{
	kd_handover_free(&s->h);
	kdump_snapshot_unref(s->snap);
	assert_int_equal(kdump_snapshot_new(s->ctx, &s->snap), 0);
	return kd_handover_read(s->ctx, s->snap, &s->h);
}

static void refused(struct scene *s, int code, const char *id, const char *part)
{
	assert_int_equal(look(s), code);
	assert_string_equal(kdump_ctx_get_error_id(s->ctx), id);
	if (!strstr(kdump_ctx_get_error(s->ctx), part))
		fail_msg("\"%s\" does not say \"%s\"", kdump_ctx_get_error(s->ctx), part);
	assert_null(s->h.cpus);
}

static void test_all(void **state)
{
	static const uint64_t notes[] = { 0x7d418480, 0x7d458480, 0x7d498480 };
	struct scene *s = *state;

	assert_int_equal(look(s), 0);
	assert_int_equal(s->h.page_size, 4096);
	assert_int_equal(s->h.ram.n, 2);
	assert_int_equal(s->h.main.start, 0x6e000000);
	assert_int_equal(s->h.main.end, 0x7dffffff);
	assert_int_equal(s->h.low.end, 0);
	assert_int_equal(s->h.cma.n, 1);
	assert_int_equal(s->h.cma.v[0].start, 0x4e000000);
	assert_int_equal(s->h.elfcorehdr_bytes, 917616);
	/* By number, not by name; size is decimal, the address is not. */
	assert_int_equal(s->h.n_cpus, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(s->h.cpus[i].at, notes[i]);
		assert_int_equal(s->h.cpus[i].bytes, 376);
	}
	assert_int_equal(s->h.vmcoreinfo.at, 0x18e2000);
	assert_int_equal(s->h.vmcoreinfo.bytes, 0x1024);
	assert_true(s->h.has_direct_map);
	assert_int_equal(s->h.direct_map, HANDOVER_DIRECT_MAP);
	assert_int_equal(s->h.text.start, 0x46000000);
	assert_int_equal(s->h.text.end, 0x4922ffff);
	assert_int_equal(s->h.text_virtual, 0xffffffffb4600000);
	assert_int_equal(s->h.n_firmware, 2);
	assert_int_equal(s->h.firmware[0].type, 1);
	assert_int_equal(s->h.firmware[1].type, 2);
	assert_int_equal(s->h.firmware[1].range.start, 0x7ffdd000);
	assert_int_equal(s->h.firmware[1].range.end, 0x7fffffff);
	assert_int_equal(s->h.acpi_rsdp, 0xf59d0);
	assert_null(s->h.efi_map);
}

/* Memory that a driver added is dumped as well; two regions are low and main. */
static void test_regions(void **state)
{
	struct scene *s = *state;

	machine_put(&s->m, "proc/iomem", "00100000-7ffdcfff : System RAM\n"
					 "  46000000-47131f2f : Kernel code\n"
					 "  6e000000-7dffffff : Crash kernel\n"
					 "100000000-1ffffffff : System RAM\n"
					 "  1e0000000-1efffffff : Crash kernel\n"
					 "200000000-2ffffffff : System RAM (kmem)\n");
	assert_int_equal(look(s), 0);
	assert_int_equal(s->h.ram.n, 3);
	assert_int_equal(s->h.low.start, 0x6e000000);
	assert_int_equal(s->h.main.start, 0x1e0000000);
}

static void test_efi(void **state)
{
	struct scene *s = *state;
	unsigned char params[4096] = { 0 };

	handover_put_efi(&s->m);
	assert_int_equal(look(s), 0);
	assert_int_equal(s->h.acpi_rsdp, 0xf59d0);
	assert_int_equal(s->h.efi_map_bytes, 80);
	assert_int_equal(kd_le64(s->h.efi_map), 5);
	assert_int_equal(kd_le64(s->h.efi_map + 8), 0x7f8ee000);
	assert_int_equal(kd_le64(s->h.efi_map + 16), 0xfffffffefeeee000);
	assert_int_equal(kd_le64(s->h.efi_map + 24), 0x34);
	assert_int_equal(kd_le64(s->h.efi_map + 32), 0x800000000000000f);
	assert_int_equal(kd_le64(s->h.efi_map + 40), 6);
	assert_int_equal(s->h.efi_vendor, 0x7f9ee018);
	assert_int_equal(s->h.efi_tables, 0x7f9ed018);
	assert_int_equal(s->h.efi_smbios, 0x7f944000);
	/* Where the boot loader did not tell the root of ACPI, EFI does. */
	machine_put_bytes(&s->m, "sys/kernel/boot_params/data", params, sizeof(params));
	assert_int_equal(look(s), 0);
	assert_int_equal(s->h.acpi_rsdp, 0x7fb7e014);
	machine_put(&s->m, "sys/firmware/efi/systab", "ACPI=0x7fb7e000\n");
	assert_int_equal(look(s), 0);
	assert_int_equal(s->h.acpi_rsdp, 0x7fb7e000);
	assert_int_equal(s->h.efi_smbios, UINT64_MAX);
	machine_put(&s->m, "sys/firmware/efi/runtime-map/0/num_pages", "many\n");
	refused(s, -EBADMSG, "bad-kernel-file", "/sys/firmware/efi/runtime-map/0/num_pages");
	/* Without runtime services there is no such folder. */
	machine_remove(machine_path(&s->m, "sys/firmware/efi/runtime-map"));
	assert_int_equal(look(s), 0);
	assert_null(s->h.efi_map);
}

static void test_hidden(void **state)
{
	static const char *const files[] = {
		"sys/kernel/vmcoreinfo", "proc/kcore", "sys/kernel/boot_params/data",
		"sys/devices/system/cpu/cpu2/crash_notes_size", "sys/firmware/memmap/1/type",
		"sys/firmware/memmap/0/end", "proc/iomem",
	};
	struct scene *s = *state;

	for (size_t i = 0; i < KD_ARRAY_SIZE(files); i++) {
		machine_drop(&s->m, files[i]);
		refused(s, -ENODATA, "handover-hidden", files[i]);
		machine_fill(&s->m);
		handover_put(&s->m);
	}
	machine_put(&s->m, "proc/iomem", "00000000-00000000 : System RAM\n");
	refused(s, -EACCES, "handover-hidden", "/proc/iomem, which segments are made of, may "
					       "not be read");
	machine_fill(&s->m);
	/* A CPU without notes is none of the dump's; no CPU at all is none. */
	machine_drop(&s->m, "sys/devices/system/cpu/cpu2/crash_notes");
	assert_int_equal(look(s), 0);
	assert_int_equal(s->h.n_cpus, 2);
	machine_drop(&s->m, "sys/devices/system/cpu/cpu0/crash_notes");
	machine_drop(&s->m, "sys/devices/system/cpu/cpu10/crash_notes");
	refused(s, -ENODATA, "handover-hidden", "cpu0/crash_notes");
}

static void test_not_understood(void **state)
{
	static const struct {
		const char *file, *text;
	} cases[] = {
		{ "sys/kernel/vmcoreinfo", "0x18e2000\n" },
		{ "sys/kernel/vmcoreinfo", "0x18e2000 0\n" },
		{ "sys/kernel/vmcoreinfo", "0x18e2000 1024 \n" },
		{ "proc/kcore", "" },
		{ "proc/kcore", "\177ELF, it says, and is none, for it is nothing but a text of "
				"some length." },
		{ "sys/devices/system/cpu/cpu0/crash_notes", "-1\n" },
		{ "sys/devices/system/cpu/cpu0/crash_notes", "10000000000000000\n" },
		{ "sys/devices/system/cpu/cpu0/crash_notes_size", "0x178\n" },
		{ "sys/firmware/memmap/1/end", "0x7ffdcfff\n" },
		{ "sys/firmware/memmap/1/start", "\n" },
		{ "sys/kernel/boot_params/data", "short" },
	};
	struct scene *s = *state;

	for (size_t i = 0; i < KD_ARRAY_SIZE(cases); i++) {
		machine_put(&s->m, cases[i].file, cases[i].text);
		refused(s, -EBADMSG, "bad-kernel-file", cases[i].file);
		handover_put(&s->m);
	}
}

static void test_arm64(void **state)
{
	struct scene *s = *state;

	machine_put(&s->m, "proc/sys/kernel/arch", "aarch64\n");
	machine_remove(machine_path(&s->m, "sys/firmware/memmap"));
	machine_drop(&s->m, "sys/kernel/boot_params/data");
	refused(s, -ENODATA, "handover-hidden", "/sys/firmware/fdt");
	machine_put_bytes(&s->m, "sys/firmware/fdt", "\xd0\r\xfe\xed\0tree", 9);
	assert_int_equal(look(s), 0);
	assert_int_equal(s->h.tree_bytes, 9);
	assert_memory_equal(s->h.tree, "\xd0\r\xfe\xed\0tree", 9);
	assert_null(s->h.boot_params);
}

static int parse(const unsigned char *bytes, size_t len, uint64_t kernel, struct kd_kcore *ret)
{
	struct kd_text why = { "" };
	int err = kd_kcore_parse(bytes, len, kernel, ret, &why);

	assert_true(!err == !*why.s);
	return err;
}

static void test_kcore(void **state)
{
	/* One piece of RAM and no image of its own, as on arm64; then nothing at all. */
	static const struct handover_load plain[] = {
		{ 0xffff000000000000, 0x40000000, 0x80000000 },
	};
	static const struct handover_load odd[] = {
		{ 1, UINT64_MAX, 5 }, { 1, UINT64_MAX - 3, 5 }, { 1, 0, 0 },
	};
	static const struct handover_load mixed[] = {
		{ 0xffff888000001000, 0x1000, 0x9e000 },
		{ 0xffff888000100000, 0x100000, 0x7fedd000 },
		{ 0xffffffff81000000, 0x1000000, 0x3230000 },
	};
	unsigned char bytes[4096];
	struct kd_kcore kcore;
	size_t len, wanted;

	(void)state;
	len = handover_kcore(bytes, plain, 1);
	assert_int_equal(kd_kcore_bytes(bytes, KD_KCORE_HEADER, &wanted, NULL), 0);
	assert_int_equal(wanted, len - 16);
	assert_int_equal(parse(bytes, wanted, 0x40210000, &kcore), 0);
	assert_true(kcore.has_direct_map);
	assert_int_equal(kcore.direct_map, 0xfffeffffc0000000);
	assert_int_equal(kcore.text.end, 0);
	for (size_t i = 0; i < wanted; i++)
		assert_int_equal(parse(bytes, i, 0, &kcore), -EBADMSG);
	for (size_t i = 0; i < KD_KCORE_HEADER; i++)
		assert_int_equal(kd_kcore_bytes(bytes, i, &wanted, NULL), -EBADMSG);
	len = handover_kcore(bytes, odd, 3);
	assert_int_equal(parse(bytes, len, 1, &kcore), 0);
	assert_false(kcore.has_direct_map);
	/* In any order: the largest load is RAM. */
	len = handover_kcore(bytes, mixed, 3);
	assert_int_equal(parse(bytes, len, 0x1000000, &kcore), 0);
	assert_int_equal(kcore.direct_map, 0xffff888000000000);
	assert_int_equal(kcore.text.start, 0x1000000);
	assert_int_equal(kcore.text_virtual, 0xffffffff81000000);
	/* An image that begins elsewhere is not the one. */
	len = handover_kcore(bytes, handover_loads, 4);
	assert_int_equal(parse(bytes, len, 0x10000000, &kcore), 0);
	assert_int_equal(kcore.text.end, 0);
	assert_int_equal(parse(bytes, len, 0, &kcore), 0);
	assert_int_equal(kcore.text.end, 0);
	bytes[4] = ELFCLASS32;
	assert_int_equal(parse(bytes, len, 0, &kcore), -EBADMSG);
}

static void test_texts(void **state)
{
	uint64_t n = 7, more;
	uint32_t number;

	(void)state;
	assert_int_equal(kd_address_parse("0x1F", &n), 0);
	assert_int_equal(n, 0x1f);
	assert_int_equal(kd_address_parse("ffffffffffffffff", &n), 0);
	assert_int_equal(n, UINT64_MAX);
	assert_int_equal(kd_address_parse("0x", &n), -EBADMSG);
	assert_int_equal(kd_address_parse("0x0x1", &n), -EBADMSG);
	assert_int_equal(kd_address_parse(" 1", &n), -EBADMSG);
	assert_int_equal(kd_address_parse("1 ", &n), -EBADMSG);
	assert_int_equal(kd_vmcoreinfo_parse("1f 20", &n, &more), 0);
	assert_int_equal(more, 0x20);
	assert_int_equal(kd_systab_get("XACPI=0x1\nACPI=0x2", "ACPI", &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(kd_systab_get("ACPI20=0x1\n", "ACPI", &n), -ENOENT);
	assert_int_equal(kd_systab_get("ACPI", "ACPI", &n), -ENOENT);
	assert_int_equal(kd_systab_get("ACPI=", "ACPI", &n), -EBADMSG);
	assert_int_equal(kd_systab_get("", "ACPI", &n), -ENOENT);
	assert_int_equal(kd_firmware_type("ACPI Tables"), 3);
	assert_int_equal(kd_firmware_type("Unusable memory"), 0);
	assert_int_equal(kd_numbered_name("cpu0", "cpu", &number), 0);
	assert_int_equal(kd_numbered_name("cpu123456789", "cpu", &number), 0);
	assert_int_equal(number, 123456789);
	assert_int_equal(kd_numbered_name("cpu1234567890", "cpu", &number), -EINVAL);
	assert_int_equal(kd_numbered_name("cpu", "cpu", &number), -EINVAL);
	assert_int_equal(kd_numbered_name("cpu1x", "cpu", &number), -EINVAL);
	assert_int_equal(kd_numbered_name("1", "cpu", &number), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_all, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_regions, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_efi, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_hidden, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_not_understood, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_arm64, set_up, tear_down),
		cmocka_unit_test(test_kcore),
		cmocka_unit_test(test_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
