/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What writing the dump needs: see estimate-dump.h. */
#include "estimate-dump.h"

#include "../parse/cmdline.h"

/*
 * makedumpfile's resident size is 3 to 12 MiB on guests of 1 to 20 GiB, but of that
 * its program and libraries lie in the initramfs already.  On none of them was
 * the dump what a smaller reservation failed in.
 */
#define TOOL		(3 * KD_MIB)
#define TOOL_MIN	KD_MIB
#define TOOL_MAX	(6 * KD_MIB)
#define TOOL_SIGMA	(700 * KD_KIB)
#define OTHER_TOOL	(4 * KD_MIB)

/* makedumpfile.c:calculate_cyclic_buffer_size() */
#define BUFFER_MAX	(4 * KD_MIB)

/*
 * One of makedumpfile's threads: buffers of 5 pages and the codec's own memory
 * (makedumpfile counts THREAD_REGION, 200 KiB; it starts fewer where memory is
 * short), the stack and the heap that comes with a thread.
 */
#define THREAD		KD_MIB
#define THREAD_MIN	(200 * KD_KIB)
#define THREADS_MAX	65536

/* Programs that compress what makedumpfile writes; by their manual pages. */
static const struct {
	const char *name;
	uint64_t bytes;
} filters[] = {
	{ "bzip2", 8 * KD_MIB },
	{ "gzip", KD_MIB },
	{ "lz4", 16 * KD_MIB },
	{ "xz", 94 * KD_MIB },		/* at its default level, 6 */
};

/*
 * Ways to the target.  What is written is no part of it: mm/page-writeback.c:
 * balance_dirty_pages() stops the writer when a fifth of what is free or cache
 * is dirty, so the cache takes what there is and gives it back.
 */
/* ext4 on a virtio disk took nothing more than /dev/null; of others nothing is known. */
#define FILES		(2 * KD_MIB)	/* journal, inodes, pages in flight */
#define RAW		(4 * KD_MIB)
/* Rings of the card and socket buffers: 8 MiB on x86_64, 12 on arm64 by openSUSE's tables. */
#define NETWORK		(12 * KD_MIB)
#define NFS		(4 * KD_MIB)
#define SSH		(10 * KD_MIB)	/* ssh and its libcrypto */

/* Layers of the block stack. */
#define CRYPT_PAGES	1024		/* in flight; drivers/md/dm-crypt.c: mempool of 256, … */
#define CRYPT_PAGES_MIN	256
#define CRYPT_PAGES_MAX	(256 + 4096)	/* … DM_CRYPT_MIN_PAGES_PER_CLIENT */
#define RAID		(8 * KD_MIB)	/* drivers/md/raid5.c: 256 stripes of a page a disk */
#define MULTIPATH	(24 * KD_MIB)	/* multipathd, locked in memory */
#define ISCSI		(8 * KD_MIB)	/* iscsid, locked in memory */
#define USB		(4 * KD_MIB)
#define LUN		(512 * KD_KIB)	/* openSUSE's guide: half a MiB for each */
#define DRIVER		(16 * KD_MIB)
#define CUT		(32 * KD_MIB)

/* drivers/nvme/host/pci.c:max_host_mem_size_mb; controllers ask for half of it. */
#define NVME_BUFFER	(64 * KD_MIB)
#define NVME_BUFFER_MAX	128		/* MiB */

/* cryptsetup beside Argon2's memory, and page tables: what kdump-utils counts. */
#define CRYPTSETUP	(20 * KD_MIB)
/* lib/luks2: what cryptsetup takes for a new key at most: 1 GiB, or half of the memory. */
#define LUKS_DEFAULT	KD_GIB

#define AT_DUMP { [KDUMP_WALL_DUMP] = 1 }

struct parts {
	struct kdump_part *v;
	size_t n;
	uint64_t late;			/* sum of what comes after the disk is unlocked */
};

static void put(struct parts *to, struct kdump_part part)
{
	if (part.bytes && to->n < KD_DUMP_PARTS_MAX)
		to->v[to->n++] = part;
}

static void put_late(struct parts *to, struct kdump_part part)
{
	to->late = kd_add(to->late, part.bytes);
	put(to, part);
}

static struct kdump_part allowance(const char *id, const char *title, const char *source,
				   uint64_t bytes)
{
	return (struct kdump_part){
		.id = id, .title = title, .source = source,
		.bytes = bytes, .low = 0, .high = bytes,
		.basis = KDUMP_BASIS_MODELLED, .factor = AT_DUMP };
}

/*
 * A buffer of two bits for each page of the machine (max_mapnr * 2 / BITPERBYTE)
 * if that is no more than 4 MiB, and then there are two of these, one for each
 * bitmap; else one of 4 MiB, filled again and again (makedumpfile.c:initial()).
 */
static uint64_t bitmap_bytes(const struct kd_dump_settings *s, const struct kd_dump_machine *m)
{
	uint64_t buffer = kd_round_up(m->ram / m->page_size / 4, m->page_size);

	if (s->buffer)
		return s->buffer;
	if (!m->ram)
		return 2 * BUFFER_MAX;
	return buffer <= BUFFER_MAX ? 2 * buffer : BUFFER_MAX;
}

static uint64_t count_threads(const struct kd_dump_settings *s, const struct kd_dump_machine *m)
{
	if (s->threads)
		return kd_min(s->threads, THREADS_MAX);
	return s->thread_per_cpu && m->cpus > 1 ? kd_min(m->cpus, THREADS_MAX) : 0;
}

static void put_tool(struct parts *to, const struct kd_dump_settings *s,
		     const struct kd_dump_machine *m)
{
	uint64_t bitmaps = bitmap_bytes(s, m), threads = count_threads(s, m);

	if (s->other) {
		put_late(to, allowance("dump-tool", "program that copies", "not measured",
				       OTHER_TOOL));
		return;
	}
	put_late(to, (struct kdump_part){
		.id = "dump-tool", .title = "makedumpfile",
		.source = "its own data: 1 to 6 MiB (measured)",
		.bytes = TOOL, .low = TOOL_MIN, .high = TOOL_MAX, .sigma = TOOL_SIGMA,
		.basis = KDUMP_BASIS_MODELLED, .factor = AT_DUMP });
	put_late(to, (struct kdump_part){
		.id = "dump-bitmaps", .title = "makedumpfile's bitmaps",
		.source = s->buffer ? "--cyclic-buffer" : "2 bits for each page of this machine",
		.bytes = bitmaps, .low = bitmaps, .high = bitmaps,
		.basis = KDUMP_BASIS_COMPUTED, .factor = AT_DUMP });
	put_late(to, (struct kdump_part){
		.id = "dump-threads", .title = "makedumpfile's threads",
		.source = "1 MiB for each (not measured)",
		.bytes = kd_mul(threads, THREAD), .low = kd_mul(threads, THREAD_MIN),
		.high = kd_mul(threads, THREAD),
		.basis = KDUMP_BASIS_MODELLED, .factor = AT_DUMP });
}

static void put_filter(struct parts *to, const struct kd_dump_settings *s)
{
	for (size_t i = 0; i < KD_ARRAY_SIZE(filters); i++)
		if (kd_streq(s->filter, filters[i].name))
			put_late(to, allowance("dump-filter", "program that compresses the dump",
					       "its manual page (not measured)",
					       filters[i].bytes));
}

/* What is not known is not counted, but it is not hidden either. */
static void put_unknown(struct parts *to)
{
	if (to->n < KD_DUMP_PARTS_MAX)
		to->v[to->n++] = allowance("target-unknown", "target of the dump",
					   "not known, and not counted: give it with --target", 0);
	to->v[to->n - 1].high = NETWORK;
}

static void put_target(struct parts *to, const struct kd_dump_facts *facts)
{
	static const char source[] = "allowance (not measured)";

	switch (facts->kind) {
	case KD_TARGET_NONE:
		return;
	case KD_TARGET_FILES:
		put_late(to, allowance("target-files", "file system of the target", source,
				       FILES));
		return;
	case KD_TARGET_RAW:
		put_late(to, allowance("target-raw", "raw device of the target", source, RAW));
		return;
	case KD_TARGET_NFS:
		put_late(to, allowance("target-nfs", "NFS", source, NFS));
		break;
	case KD_TARGET_SSH:
		put_late(to, allowance("target-ssh", "ssh", source, SSH));
		break;
	case KD_TARGET_NETWORK:
		break;
	case KD_TARGET_UNKNOWN:
		put_unknown(to);
		return;
	}
	put_late(to, allowance("network", "network", source, NETWORK));
}

/* Drivers that the guests had, and such as need as little. */
static bool is_small_driver(const char *name)
{
	static const char *const names[] = {
		"ahci", "ata_piix", "e1000", "e1000e", "ehci-pci", "hub", "hv_netvsc",
		"hv_storvsc", "mmcblk", "nvme", "pcieport", "sd", "uas", "usb", "usb-storage",
		"vbd", "vif", "virtio-pci", "virtio_blk", "virtio_net", "virtio_scsi",
		"vmw_pvscsi", "vmxnet3", "xhci_hcd",
	};

	for (size_t i = 0; i < KD_ARRAY_SIZE(names); i++)
		if (kd_streq(name, names[i]))
			return true;
	return false;
}

static uint64_t count_large_drivers(const struct kd_devices *devices)
{
	uint64_t n = 0;

	for (size_t i = 0; i < devices->n_drivers; i++)
		n += !is_small_driver(devices->drivers[i].name);
	return n;
}

static void put_nvme(struct parts *to, const char *cmdline)
{
	struct kdump_part part = allowance("nvme-buffer", "memory that an NVMe disk asks for",
					   "64 MiB, at most 128 (not measured); "
					   "nvme.max_host_mem_size_mb=0 spares it", NVME_BUFFER);
	uint64_t most = NVME_BUFFER_MAX;

	kd_cmdline_number(cmdline, "nvme.max_host_mem_size_mb", &most);
	part.high = kd_min(most, UINT32_MAX) * KD_MIB;
	part.bytes = kd_min(part.bytes, part.high);
	put(to, part);
}

static void put_devices(struct parts *to, const struct kd_devices *devices,
			const struct kd_dump_machine *m)
{
	static const struct {
		enum kd_layer layer;
		const char *id, *title;
		uint64_t bytes;
	} rows[] = {
		{ KD_LAYER_RAID, "raid", "md RAID", RAID },
		{ KD_LAYER_MULTIPATH, "multipath", "multipathd", MULTIPATH },
		{ KD_LAYER_ISCSI, "iscsi", "iSCSI and its network", ISCSI + NETWORK },
		{ KD_LAYER_USB, "usb", "USB", USB },
	};
	static const char source[] = "allowance (not measured)";

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++)
		if (devices->layers & rows[i].layer)
			put(to, allowance(rows[i].id, rows[i].title, source, rows[i].bytes));
	if (devices->layers & KD_LAYER_CRYPT)
		put(to, (struct kdump_part){
			.id = "dm-crypt", .title = "pages that dm-crypt holds",
			.source = "drivers/md/dm-crypt.c (not measured)",
			.bytes = CRYPT_PAGES * m->page_size,
			.low = CRYPT_PAGES_MIN * m->page_size,
			.high = CRYPT_PAGES_MAX * m->page_size,
			.basis = KDUMP_BASIS_MODELLED, .factor = AT_DUMP });
	if (devices->layers & KD_LAYER_SCSI && devices->scsi_luns > 1)
		put(to, allowance("scsi-luns", "SCSI devices of the machine",
				  "512 KiB for each (not measured)",
				  kd_mul(devices->scsi_luns, LUN)));
	if (devices->cut)
		put(to, allowance("devices-cut", "devices beyond those that were followed",
				  "allowance (not measured)", CUT));
	put(to, allowance("drivers", "drivers that were never measured",
			  "16 MiB for each (not measured)",
			  kd_mul(count_large_drivers(devices), DRIVER)));
	if (devices->layers & KD_LAYER_NVME && devices->nvme_buffer)
		put_nvme(to, m->cmdline);
}

/*
 * A disk is unlocked before anything is written, one at a time, and Argon2's
 * memory is given back at once: what the dump takes later may lie in the same
 * place, so only what goes beyond that counts.  A part all the same where
 * nothing does: the number was looked for.
 */
static void put_luks(struct parts *to, const struct kd_devices *devices,
		     const struct kd_dump_machine *m)
{
	uint64_t argon = devices->luks_bytes;
	struct kdump_part part = {
		.id = "luks", .title = "unlocking LUKS, beyond what the dump takes later",
		.source = "Argon2 of the key slots, 20 MiB for cryptsetup",
		.basis = KDUMP_BASIS_MODELLED, .factor = AT_DUMP };

	if (!devices->luks2 || devices->luks_keys)
		return;
	if (devices->luks_unread) {
		part.source = "header not readable: 1 GiB, cryptsetup's most for a new key";
		argon = kd_max(argon, m->ram ? kd_min(LUKS_DEFAULT, m->ram / 2) : LUKS_DEFAULT);
	}
	part.high = part.bytes = kd_sub_floor(kd_add(argon, CRYPTSETUP), to->late);
	part.low = kd_sub_floor(devices->luks_bytes, to->late);
	if (to->n < KD_DUMP_PARTS_MAX)
		to->v[to->n++] = part;
}

size_t kd_dump_parts(const struct kd_dump_facts *facts, const struct kd_dump_settings *settings,
		     const struct kd_dump_machine *machine,
		     struct kdump_part ret[KD_DUMP_PARTS_MAX])
{
	struct parts to = { .v = ret };

	put_tool(&to, settings, machine);
	put_filter(&to, settings);
	put_target(&to, facts);
	put_devices(&to, &facts->devices, machine);
	put_luks(&to, &facts->devices, machine);
	return to.n;
}
