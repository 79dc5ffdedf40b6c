/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What comes behind the load: is what hurts the machine a panic, does the crash kernel
 * live long enough, can it reach the target, and is there room for the dump.
 */
#include "report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../facts/capture.h"
#include "../parse/cmdline.h"

/* ---- the size of a dump ---- */

/* Kinds of pages that makedumpfile -d 30 leaves out: cache, of processes, free. */
#define NOT_THE_KERNELS	30u
#define ZEROS		1u	/* -d 1; how many of the kernel's pages are zero is not known */
#define NOT_ZERO_LEAST	2

/*
 * What is left of the kernel's own pages when they are compressed: between an eighth and a
 * half (lzo, zlib, zstd on dumps of the guests in tests/vm: a seventh to a third).  Its
 * struct pages (64 bytes each: include/linux/mm_types.h) are all but alike where memory is
 * free, and shrink to next to nothing.
 */
#define COMPRESSED_LEAST	8
#define COMPRESSED_MOST		2
#define PAGES_LEAST		64
#define STRUCT_PAGE		64
#define IMAGE_MOST		(128 * KD_MIB)	/* the kernel's, with what it reserves early */

struct kernel_bytes {
	uint64_t pages;			/* struct pages */
	uint64_t other;
};

/*
 * What neither MemTotal nor a reservation counts is the kernel's: its image, struct pages.
 * But a balloon takes from MemTotal, too, and is in no dump.
 */
static void find_kernel_bytes(const struct kdump_snapshot *snap, uint64_t ram,
			      struct kernel_bytes *ret)
{
	uint64_t beside = kd_sub_floor(ram, snap->mem_total), bytes;

	for (unsigned pool = KDUMP_POOL_MAIN; pool <= KDUMP_POOL_LOW; pool++)
		if (kd_snapshot_reserved(snap, (enum kdump_pool)pool, &bytes))
			beside = kd_sub_floor(beside, bytes);
	ret->pages = snap->page_size ? kd_min(ram / snap->page_size * STRUCT_PAGE, beside) : 0;
	ret->other = kd_add(snap->mem_unmovable, kd_min(beside - ret->pages, IMAGE_MOST));
}

bool kd_report_expect_dump(const struct kdump_report *r, struct kdump_range *ret)
{
	const struct kd_dump_settings *dump = &r->config->dump;
	bool compressed = dump->compression || *dump->filter;
	uint64_t ram = kd_snapshot_ram(r->snap), all;
	struct kernel_bytes kernel;

	if (!ram || !r->snap->mem_total || !r->snap->mem_unmovable || dump->other)
		return false;
	find_kernel_bytes(r->snap, ram, &kernel);
	all = kd_min(kd_add(kernel.other, kernel.pages), ram);
	if (compressed)
		ret->start = kernel.other / COMPRESSED_LEAST + kernel.pages / PAGES_LEAST;
	else
		ret->start = dump->level & ZEROS ? all / NOT_ZERO_LEAST : all;
	ret->end = (dump->level & NOT_THE_KERNELS) == NOT_THE_KERNELS ? all : ram;
	if (compressed)
		ret->end /= COMPRESSED_MOST;
	ret->start = kd_min(ret->start, ret->end);
	return true;
}

/* ---- what loses it for certain ---- */

/* Is it known what is in the initramfs, all of it? */
static const struct kd_contents *contents_of(const struct kdump_report *r)
{
	if (!r->image || !r->image->complete || r->image->sums.initramfs.partial ||
	    r->image->contents.opaque)
		return NULL;
	return &r->image->contents;
}

static bool lose_releases(const struct kdump_report *r, const struct kd_contents *contents,
			  struct kd_loss *ret)
{
	const char *release = r->image->sums.kernel.release;

	if (!*release || !*contents->releases || contents->releases_lost ||
	    kd_contents_has_release(contents, release, strlen(release)))
		return false;
	ret->id = "modules-of-other-kernel";
	kd_text_set(&ret->text, "the modules in the initramfs are for %s, the kernel is %s",
		    contents->releases, release);
	kd_text_set(&ret->advice, "build the crash initramfs for %s", release);
	return true;
}

/* How many of them are not in the initramfs, and their names behind what is in @names. */
static size_t count_missing(const struct kd_contents *contents,
			    const struct kd_way_modules *modules, struct kd_text *names)
{
	size_t n = 0;

	for (size_t i = 0; i < modules->n; i++) {
		if (kd_contents_module(contents, modules->v[i]))
			continue;
		kd_text_append(names, "%s%s", *names->s ? ", " : "", modules->v[i]);
		n++;
	}
	return n;
}

/* kdumpctl builds an image of its own, by its own configuration, which has one such line. */
static const char *how_to_add(const struct kd_distro *distro)
{
	static const char *const rows[][2] = {
		{ "debian", "a line in /etc/initramfs-tools/modules, then "
			    "/etc/kernel/postinst.d/kdump-tools $(uname -r)" },
		{ "fedora", "--add-drivers in the one dracut_args line of /etc/kdump.conf, then "
			    "kdumpctl rebuild" },
		{ "suse", "add_drivers+= in a file in /etc/dracut.conf.d, then mkdumprd -f" },
	};

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++)
		if (kd_streq(distro->id, rows[i][0]))
			return rows[i][1];
	return "build it with dracut --add-drivers, or a line in /etc/initramfs-tools/modules";
}

/* What the running kernel needs as a module the same kernel needs when it crashes. */
static bool lose_modules(const struct kdump_report *r, const struct kd_contents *contents,
			 struct kd_loss *ret)
{
	const struct kd_capture *capture = r->config->capture;
	const char *release = r->image->sums.kernel.release;
	struct kd_text names, cards;
	size_t n, n_cards;

	kd_text_clear(&names);
	kd_text_clear(&cards);
	if (contents->modules_lost || !r->snap->release || !kd_streq(release, r->snap->release))
		return false;
	n = count_missing(contents, &capture->needed, &names);
	n_cards = count_missing(contents, &capture->cards, &cards);
	if (!n && (!n_cards || n_cards < capture->cards.n))
		return false;
	ret->id = "modules-missing";
	if (n)
		kd_text_set(&ret->text, "the initramfs lacks %s of what reaches %s: %s",
			    n == 1 ? "a module" : "modules",
			    capture->from_root ? "the root file system" : "the dump's target",
			    names.s);
	else
		kd_text_set(&ret->text, "the initramfs has no driver of a network card that is "
			    "up: %s", cards.s);
	kd_text_set(&ret->advice, "add %s to the initramfs: %s",
		    n ? "them" : "the one that leads to the dump's target",
		    how_to_add(r->config->distro));
	return true;
}

/*
 * dracut's kdump module brings makedumpfile along, Debian's kdump-tools finds it on the root
 * file system; what others do is not known.
 */
static const char *missing_tool(const struct kdump_report *r, const struct kd_contents *contents)
{
	const struct kd_capture *capture = r->config->capture;

	if (capture->from_root)
		return r->config->file.n && capture->root_has_tool == 0 ? "makedumpfile" : NULL;
	if (!contents || contents->maker != KD_MAKER_DRACUT)
		return NULL;
	if (!r->config->dump.other && !(contents->tools & KD_TOOL_MAKEDUMPFILE))
		return "makedumpfile";
	if (r->config->target.kind == KD_TARGET_SSH && !(contents->tools & KD_TOOL_SSH))
		return "ssh";
	return r->config->target.kind == KD_TARGET_NFS && !(contents->tools & KD_TOOL_NFS)
	       ? "mount.nfs" : NULL;
}

/*
 * Programs of another architecture are not run, nor are those whose segments no page of the
 * kernel's can hold (fs/binfmt_elf.c:elf_map()).
 */
static bool lose_programs(const struct kdump_report *r, const struct kd_contents *contents,
			  struct kd_loss *ret)
{
	const struct kd_kernel *kernel = &r->image->sums.kernel;
	bool is_other = *kernel->arch && !kd_streq(kernel->arch, contents->arch);

	if (!*contents->arch || (!is_other && (!kernel->page_size ||
					       kernel->page_size <= contents->page_size)))
		return false;
	ret->id = "initramfs-of-other-machine";
	if (is_other)
		kd_text_set(&ret->text, "the programs in the initramfs are for %s, the kernel is "
			    "for %s", contents->arch, kernel->arch);
	else
		kd_text_set(&ret->text, "the programs in the initramfs are for pages of %" PRIu64
			    " KiB, those of the kernel have %" PRIu64,
			    contents->page_size / KD_KIB, kernel->page_size / KD_KIB);
	kd_text_set(&ret->advice, "build the crash initramfs on this system");
	return true;
}

static bool lose_libraries(const struct kdump_report *r, const struct kd_contents *contents,
			   struct kd_loss *ret)
{
	if (r->config->capture->from_root || r->config->dump.other || !contents ||
	    !*contents->missing)
		return false;
	ret->id = "dump-tool-missing";
	kd_text_set(&ret->text, "makedumpfile is in the initramfs, but not what it needs: %s",
		    contents->missing);
	kd_text_set(&ret->advice, "build the crash initramfs again");
	return true;
}

/* @contents may be NULL: not known. */
static bool lose_tool(const struct kdump_report *r, const struct kd_contents *contents,
		      struct kd_loss *ret)
{
	const char *tool = missing_tool(r, contents);

	if (!tool)
		return lose_libraries(r, contents, ret);
	ret->id = "dump-tool-missing";
	kd_text_set(&ret->text, "%s is not in the %s", tool,
		    r->config->capture->from_root
		    ? "root file system, which the crash kernel mounts" : "initramfs");
	kd_text_set(&ret->advice, "install %s%s", tool,
		    r->config->capture->from_root ? "" : " and build the crash initramfs again");
	return true;
}

/* What a dump takes of the room that there is, if both are known. */
static bool expect_in_room(const struct kdump_report *r, struct kdump_range *ret)
{
	if (!r->config->capture->has_room || !kd_report_expect_dump(r, ret))
		return false;
	ret->start = kd_add(ret->start, r->config->dump.keep_free);
	ret->end = kd_add(ret->end, r->config->dump.keep_free);
	return true;
}

static bool is_raw(const struct kdump_report *r)
{
	return r->config->target.kind == KD_TARGET_RAW;
}

/* "%s is … DEVICE or folder" */
static const char *text_room(const struct kdump_report *r)
{
	return is_raw(r) ? "all of" : "free in";
}

static const char *advice_room(const struct kdump_report *r)
{
	return is_raw(r) ? "name a larger device" : "make room there, or name another target";
}

static bool lose_all(const struct kdump_report *r, struct kd_loss *ret)
{
	if (r->config->target.kind != KD_TARGET_NONE)
		return false;
	ret->id = "no-dump-saved";
	kd_text_set(&ret->text, "the configuration says that none is saved");
	kd_text_set(&ret->advice, "name a target in the configuration of kdump, or in "
		    "crashctl.conf");
	return true;
}

static bool lose_target(const struct kdump_report *r, struct kd_loss *ret)
{
	const struct kd_capture *capture = r->config->capture;
	const char *where = r->config->target.where.s;
	char room[KD_SIZE_TEXT], least[KD_SIZE_TEXT];
	struct kdump_range expected;

	if (r->config->target.missing) {
		ret->id = "target-not-found";
		kd_text_set(&ret->text, "the dump is to go to %s, and there is no such device",
			    where);
		kd_text_set(&ret->advice, "connect it, or name another target");
		return true;
	}
	if (!expect_in_room(r, &expected) || r->config->dump.deletes_old ||
	    capture->room >= expected.start)
		return false;
	ret->id = "target-full";
	kd_text_set(&ret->text, "%s is %s %s, a dump takes at least some %s",
		    kd_size_text(capture->room, room), text_room(r), where,
		    kd_size_text(expected.start, least));
	kd_text_set(&ret->advice, "%s", advice_room(r));
	return true;
}

size_t kd_report_losses(const struct kdump_report *r, struct kd_loss ret[KD_LOSSES_MAX])
{
	const struct kd_contents *contents = contents_of(r);
	size_t n = 0;

	/* fadump boots the whole system, and saves the dump from there. */
	if (!r->config->capture || r->snap->other.fadump)
		return 0;
	if (!r->config->capture->target_is_known)
		return lose_all(r, &ret[0]);
	n += lose_target(r, &ret[n]);
	n += lose_tool(r, contents, &ret[n]);
	if (contents) {
		n += lose_programs(r, contents, &ret[n]);
		n += lose_releases(r, contents, &ret[n]);
		n += lose_modules(r, contents, &ret[n]);
	}
	return n;
}

/* ---- findings ---- */

static void find_losses(struct kdump_report *r)
{
	struct kd_loss losses[KD_LOSSES_MAX];
	size_t n = kd_report_losses(r, losses);

	for (size_t i = 0; i < n; i++)
		kd_find(r, KDUMP_SEVERITY_ERROR, losses[i].id, losses[i].advice.s, "%s",
			losses[i].text.s);
}

static void find_target(struct kdump_report *r)
{
	const struct kd_capture *capture = r->config->capture;
	const char *where = r->config->target.where.s;
	char room[KD_SIZE_TEXT], most[KD_SIZE_TEXT];
	struct kdump_range expected;

	if (capture->is_remote && !r->config->target.devices.interfaces)
		kd_find(r, KDUMP_SEVERITY_WARNING, "target-not-reachable",
			"see why (ip link)",
			"dumps go to %s, and no network interface is up",
			*where ? where : "another machine");
	if (capture->protected)
		kd_find(r, KDUMP_SEVERITY_WARNING, "target-read-only",
			"see why (lsblk -o +RO), and make it writable",
			"dumps go to %s, which cannot be written to", where);
	if (capture->has_folder && capture->folder.state == KD_MOUNT_MISSING)
		kd_find(r, KDUMP_SEVERITY_WARNING, "target-not-mounted",
			"mount it: what keeps it from being mounted now may do so after a panic",
			"dumps go to %s, and what /etc/fstab lists to be mounted there is not",
			where);
	else if (capture->has_folder && capture->folder.read_only)
		kd_find(r, KDUMP_SEVERITY_WARNING, "target-read-only",
			"see why (dmesg), and mount it to be written to",
			"dumps go to %s, which is mounted read-only", where);
	if (expect_in_room(r, &expected) && capture->room < expected.end &&
	    (r->config->dump.deletes_old || capture->room >= expected.start))
		kd_find(r, KDUMP_SEVERITY_WARNING, "target-tight", advice_room(r),
			"%s is %s %s, a dump may take %s%s",
			kd_size_text(capture->room, room), text_room(r), where,
			kd_size_text(expected.end, most),
			r->config->dump.deletes_old ? "; older ones are deleted first" : "");
}

/*
 * Which of them are 0, in @ret; all that are known must be.  hardlockup_panic, @first where
 * there is one, is not where the kernel has no detector for it, as in many guests.
 */
static bool no_hang_panics(const struct kd_capture *capture, struct kd_text *ret,
			   const char **first)
{
	const struct {
		const char *name;
		int value;
	} rows[] = {
		{ "hardlockup_panic", capture->hardlockup_panic },
		{ "softlockup_panic", capture->softlockup_panic },
		{ "hung_task_panic", capture->hung_task_panic },
	};
	unsigned n = 0;

	kd_text_clear(ret);
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		if (rows[i].value > 0)
			return false;
		if (rows[i].value < 0)
			continue;
		if (!n)
			*first = rows[i].name;
		kd_text_append(ret, "%s%s", n++ ? ", " : "", rows[i].name);
	}
	return n;
}

/* drivers/tty/sysrq.c: sysrq_crash_op wants SYSRQ_ENABLE_DUMP; 1 is all of them. */
#define SYSRQ_ENABLE_DUMP 8

static void find_by_hand(struct kdump_report *r)
{
	const struct kd_capture *capture = r->config->capture;

	if (capture->sysrq >= 0 && capture->sysrq != 1 &&
	    !(capture->sysrq & SYSRQ_ENABLE_DUMP) && capture->unknown_nmi <= 0)
		kd_find(r, KDUMP_SEVERITY_NOTE, "no-panic-by-hand",
			capture->unknown_nmi < 0 ? "sysctl kernel.sysrq=1"
			: "sysctl kernel.unknown_nmi_panic=1 where an NMI can be sent to the "
			  "machine, kernel.sysrq=1 where it has a console",
			"a machine that hangs cannot be made to panic: kernel.sysrq (%d) does not "
			"let SysRq-C do it%s", capture->sysrq,
			capture->unknown_nmi < 0 ? ""
			: ", and kernel.unknown_nmi_panic is 0");
	if (capture->panic_timeout == 0 && r->snap->kexec.loaded == 0)
		kd_find(r, KDUMP_SEVERITY_NOTE, "panic-stays",
			"sysctl kernel.panic=10, and the same in /etc/sysctl.d",
			"a machine that panics without a crash kernel stands still until somebody "
			"resets it (kernel.panic is 0)");
}

static void find_panic(struct kdump_report *r)
{
	const struct kd_capture *capture = r->config->capture;
	struct kd_text names;
	const char *first = NULL;
	char advice[128];

	if (capture->panic_on_oops == 0)
		kd_find(r, KDUMP_SEVERITY_WARNING, "oops-not-captured",
			"sysctl kernel.panic_on_oops=1, and the same in /etc/sysctl.d",
			"an oops is no panic here (kernel.panic_on_oops is 0): it ends a process, "
			"and leaves no dump");
	if (no_hang_panics(capture, &names, &first)) {
		snprintf(advice, sizeof(advice), "set one of them where a hang is to end in a "
			 "dump, as with sysctl kernel.%s=1", first);
		kd_find(r, KDUMP_SEVERITY_NOTE, "hang-not-captured", advice,
			"a kernel that hangs does not panic here, and leaves no dump: kernel.%s "
			"are 0", names.s);
	}
	if (capture->post_notifiers == 1)
		kd_find(r, KDUMP_SEVERITY_NOTE, "notifiers-first",
			"boot without crash_kexec_post_notifiers unless something needs it",
			"what wants to be told of a panic is told before the crash kernel is "
			"started (crash_kexec_post_notifiers): if that hangs, there is no dump");
}

/* kernel/panic.c, panic_timeout; without a word for it the kernel's configuration counts. */
static bool is_for_ever(const char *cmdline, enum kd_tristate otherwise)
{
	struct kd_word word;

	if (!kd_cmdline_last(cmdline, "panic", &word))
		return otherwise == KD_CONFIG_Y;
	return word.value_len && strtol(word.value, NULL, 0) == 0;
}

static void find_stays(struct kdump_report *r)
{
	const struct kd_record *record = kd_report_record(r);
	const char *cmdline = record ? record->cmdline : r->config->cmdline.text;

	if (!cmdline || !is_for_ever(cmdline, r->config->panic_waits))
		return;
	kd_find(r, KDUMP_SEVERITY_NOTE, "crash-kernel-stays",
		"add panic=10 to the crash kernel's command line",
		"a crash kernel that fails waits for somebody to reset the machine: its command "
		"line has no panic= that says when");
}

static void find_watchdogs(struct kdump_report *r)
{
	const struct kd_capture *capture = r->config->capture;
	const struct kd_contents *contents = contents_of(r);
	char after[48], advice[256];

	for (size_t i = 0; contents && i < capture->n_watchdogs; i++) {
		const struct kd_watchdog *dog = &capture->watchdogs[i];

		if (!*dog->module || contents->modules_lost ||
		    kd_contents_module(contents, dog->module))
			continue;
		if (dog->timeout)
			snprintf(after, sizeof(after), "%" PRIu64 " s after a panic",
				 dog->timeout);
		else
			snprintf(after, sizeof(after), "while the dump is written");
		snprintf(advice, sizeof(advice),
			 "put %s into the crash initramfs: %s", dog->module,
			 how_to_add(r->config->distro));
		kd_find(r, capture->from_root ? KDUMP_SEVERITY_NOTE : KDUMP_SEVERITY_WARNING,
			"watchdog-fires", advice,
			"%s (%s) runs and will reset the machine %s, dump or no dump: its driver "
			"%s is not in the initramfs%s", dog->name,
			*dog->identity ? dog->identity : "a watchdog", after, dog->module,
			capture->from_root ? ", unless the root file system is mounted and has "
			"loaded it by then" : "");
	}
}

void kd_report_find_capture(struct kdump_report *r)
{
	if (!r->config->capture)
		return;
	find_panic(r);
	find_by_hand(r);
	find_stays(r);
	find_watchdogs(r);
	find_losses(r);
	if (r->config->capture->target_is_known)
		find_target(r);
}
