/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What an x86 firmware told this kernel, for the next one. */
#include "handover-read.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "../core/root.h"
#include "../parse/handover.h"

#define BOOT_PARAMS	"sys/kernel/boot_params/data"
#define BOOT_PARAMS_BYTES 4096
#define ACPI_RSDP_ADDR	0x070		/* Documentation/arch/x86/zero-page.rst */

#define MEMMAP		"sys/firmware/memmap"
#define EFI		"sys/firmware/efi"
#define EFI_MEMDESC_BYTES 40		/* efi_memory_desc_t */

static int read_boot_params(struct kdump_ctx *ctx, struct kd_handover *ret)
{
	struct kd_buf buf;
	int err = kd_root_read_head(ctx, BOOT_PARAMS, BOOT_PARAMS_BYTES, &buf);

	if (!err && buf.len != BOOT_PARAMS_BYTES) {
		kd_buf_free(&buf);
		err = -EBADMSG;
	}
	if (err)
		return kd_handover_hidden(ctx, err, BOOT_PARAMS);
	ret->boot_params = (unsigned char *)buf.data;
	ret->acpi_rsdp = kd_le64(ret->boot_params + ACPI_RSDP_ADDR);
	return 0;
}

/* drivers/firmware/memmap.c; both ends inclusive. */
static int read_firmware_range(struct kdump_ctx *ctx, uint32_t number,
			       struct kd_firmware_range *ret)
{
	char path[64], line[64];
	int err;

	snprintf(path, sizeof(path), MEMMAP "/%u/start", number);
	err = kd_handover_address(ctx, path, &ret->range.start);
	if (!err) {
		snprintf(path, sizeof(path), MEMMAP "/%u/end", number);
		err = kd_handover_address(ctx, path, &ret->range.end);
	}
	if (!err && ret->range.end < ret->range.start)
		err = -EBADMSG;
	if (!err) {
		snprintf(path, sizeof(path), MEMMAP "/%u/type", number);
		err = kd_root_read_line(ctx, path, line, sizeof(line));
	}
	if (err)
		return kd_handover_hidden(ctx, err, path);
	ret->type = kd_firmware_type(line);
	return 0;
}

static int read_firmware(struct kdump_ctx *ctx, struct kd_handover *ret)
{
	uint32_t *numbers;
	size_t n;
	int err = kd_handover_list(ctx, MEMMAP, "", &numbers, &n);

	if (err)
		return kd_handover_hidden(ctx, err, MEMMAP);
	ret->firmware = calloc(n + 1, sizeof(*ret->firmware));
	if (!ret->firmware)
		err = kd_oom(ctx);
	for (size_t i = 0; !err && i < n; i++) {
		err = read_firmware_range(ctx, numbers[i], &ret->firmware[i]);
		ret->n_firmware += !err;
	}
	free(numbers);
	return err;
}

static void put64(unsigned char *p, uint64_t value)
{
	for (unsigned i = 0; i < 8; i++)
		p[i] = (unsigned char)(value >> 8 * i);
}

/* A descriptor: type, (padding), physical, virtual, pages, attribute. */
static int read_efi_range(struct kdump_ctx *ctx, uint32_t number, unsigned char *ret)
{
	static const struct {
		const char *name;
		unsigned offset;
	} fields[] = {
		{ "type", 0 }, { "phys_addr", 8 }, { "virt_addr", 16 }, { "num_pages", 24 },
		{ "attribute", 32 },
	};
	uint64_t value;
	char path[80];

	for (size_t i = 0; i < KD_ARRAY_SIZE(fields); i++) {
		int err;

		snprintf(path, sizeof(path), EFI "/runtime-map/%u/%s", number, fields[i].name);
		err = kd_handover_address(ctx, path, &value);
		if (err)
			return kd_handover_hidden(ctx, err, path);
		put64(ret + fields[i].offset, i ? value : (uint32_t)value);
	}
	return 0;
}

/*
 * drivers/firmware/efi/runtime-map.c: there with EFI runtime services only, and
 * without them the crash kernel gets nothing of EFI but the root of ACPI.
 */
static int read_efi_map(struct kdump_ctx *ctx, struct kd_handover *ret)
{
	uint32_t *numbers;
	size_t n;
	int err = kd_handover_list(ctx, EFI "/runtime-map", "", &numbers, &n);

	if (err == -ENOENT)
		return 0;
	if (err)
		return kd_handover_hidden(ctx, err, EFI "/runtime-map");
	if (n)
		ret->efi_map = calloc(n, EFI_MEMDESC_BYTES);
	if (n && !ret->efi_map)
		err = kd_oom(ctx);
	for (size_t i = 0; !err && i < n; i++)
		err = read_efi_range(ctx, numbers[i], ret->efi_map + i * EFI_MEMDESC_BYTES);
	ret->efi_map_bytes = err ? 0 : n * EFI_MEMDESC_BYTES;
	free(numbers);
	return err;
}

/* A table that is not there is no error; nor is a file that this kernel does not have. */
static int read_systab(struct kdump_ctx *ctx, struct kd_handover *ret)
{
	static const char path[] = EFI "/systab";
	struct kd_buf buf;
	int err = kd_root_read(ctx, path, 64 * KD_KIB, &buf);

	if (err == -ENOENT)
		return 0;
	if (err)
		return kd_handover_hidden(ctx, err, path);
	if (!ret->acpi_rsdp && kd_systab_get(buf.data, "ACPI20", &ret->acpi_rsdp))
		(void)kd_systab_get(buf.data, "ACPI", &ret->acpi_rsdp);
	if (kd_systab_get(buf.data, "SMBIOS", &ret->efi_smbios))
		ret->efi_smbios = UINT64_MAX;	/* EFI_INVALID_TABLE_ADDR */
	kd_buf_free(&buf);
	return 0;
}

static int read_efi(struct kdump_ctx *ctx, struct kd_handover *ret)
{
	int err;

	if (!kd_root_exists(ctx, EFI))
		return 0;
	err = read_systab(ctx, ret);
	if (!err)
		err = read_efi_map(ctx, ret);
	if (err || !ret->efi_map)
		return err;
	err = kd_handover_address(ctx, EFI "/fw_vendor", &ret->efi_vendor);
	if (err)
		return kd_handover_hidden(ctx, err, EFI "/fw_vendor");
	err = kd_handover_address(ctx, EFI "/config_table", &ret->efi_tables);
	return err ? kd_handover_hidden(ctx, err, EFI "/config_table") : 0;
}

int kd_handover_read_x86(struct kdump_ctx *ctx, struct kd_handover *ret)
{
	int err = read_boot_params(ctx, ret);

	if (!err)
		err = read_firmware(ctx, ret);
	return err ? err : read_efi(ctx, ret);
}
