/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What comes behind the load: is what hurts the machine a panic, does the crash kernel
 * live long enough, can it reach the target, and is there room for the dump.
 */
#include "report.h"

#include <inttypes.h>
#include <stdio.h>

#include "../facts/capture.h"
#include "../parse/cmdline.h"

/* ---- the size of a dump ---- */

/* Kinds of pages that makedumpfile -d 30 leaves out: cache, of processes, free. */
#define NOT_THE_KERNELS	30u
/*
 * What is left of the kernel's own pages when they are compressed: between an eighth and a
 * half (lzo, zlib, zstd on dumps of the guests in tests/vm: a seventh to a third).
 */
#define COMPRESSED_LEAST	8
#define COMPRESSED_MOST		2

/* What neither MemTotal nor a reservation counts is the kernel's: its image, struct pages. */
static uint64_t kernel_bytes(const struct kdump_snapshot *snap, uint64_t ram)
{
	uint64_t beside = kd_sub_floor(ram, snap->mem_total), bytes;

	for (unsigned pool = KDUMP_POOL_MAIN; pool <= KDUMP_POOL_LOW; pool++)
		if (kd_snapshot_reserved(snap, (enum kdump_pool)pool, &bytes))
			beside = kd_sub_floor(beside, bytes);
	return kd_min(kd_add(snap->mem_unmovable, beside), ram);
}

bool kd_report_expect_dump(const struct kdump_report *r, struct kdump_range *ret)
{
	const struct kd_dump_settings *dump = &r->config->dump;
	uint64_t ram = kd_snapshot_ram(r->snap), kernel;
	bool compressed = dump->compression || *dump->filter;

	if (!ram || !r->snap->mem_total || !r->snap->mem_unmovable || dump->other)
		return false;
	kernel = kernel_bytes(r->snap, ram);
	ret->start = compressed ? kernel / COMPRESSED_LEAST : kernel;
	ret->end = (dump->level & NOT_THE_KERNELS) == NOT_THE_KERNELS ? kernel : ram;
	if (compressed)
		ret->end /= COMPRESSED_MOST;
	return true;
}

/* ---- what loses it for certain ---- */

/* Is it known what is in the initramfs, all of it? */
static const struct kd_contents *contents_of(const struct kdump_report *r)
{
	if (!r->image || !r->image->complete || r->image->sums.initramfs.partial)
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

/* What the running kernel needs as a module the same kernel needs when it crashes. */
static bool lose_modules(const struct kdump_report *r, const struct kd_contents *contents,
			 struct kd_loss *ret)
{
	const struct kd_capture *capture = r->config->capture;
	const char *release = r->image->sums.kernel.release;
	struct kd_text missing;
	unsigned n = 0;

	kd_text_clear(&missing);
	if (contents->modules_lost || !r->snap->release || !kd_streq(release, r->snap->release))
		return false;
	for (size_t i = 0; i < capture->n_modules; i++) {
		if (kd_contents_module(contents, capture->modules[i]))
			continue;
		kd_text_append(&missing, "%s%s", n++ ? ", " : "", capture->modules[i]);
	}
	if (!n)
		return false;
	ret->id = "modules-missing";
	kd_text_set(&ret->text, "the initramfs lacks %s of what reaches %s: %s",
		    n == 1 ? "a module" : "modules",
		    capture->from_root ? "the root file system" : "the dump's target", missing.s);
	kd_text_set(&ret->advice, "add them (dracut --add-drivers, "
		    "/etc/initramfs-tools/modules) and build the initramfs again");
	return true;
}

/*
 * dracut's kdump module brings makedumpfile along, Debian's kdump-tools finds it on the root
 * file system; what others do is not known.
 */
static bool has_no_tool(const struct kdump_report *r)
{
	const struct kd_capture *capture = r->config->capture;
	const struct kd_contents *contents = contents_of(r);

	if (capture->from_root)
		return r->config->file.n && capture->root_has_tool == 0;
	return contents && contents->maker == KD_MAKER_DRACUT &&
	       !(contents->tools & KD_TOOL_MAKEDUMPFILE);
}

static bool lose_tool(const struct kdump_report *r, struct kd_loss *ret)
{
	const struct kd_capture *capture = r->config->capture;

	if (r->config->dump.other || !has_no_tool(r))
		return false;
	ret->id = "dump-tool-missing";
	kd_text_set(&ret->text, "makedumpfile is not in the %s",
		    capture->from_root ? "root file system, which the crash kernel mounts"
				       : "initramfs");
	kd_text_set(&ret->advice, "%s", capture->from_root
		    ? "install makedumpfile"
		    : "install makedumpfile and build the crash initramfs again");
	return true;
}

static bool lose_target(const struct kdump_report *r, struct kd_loss *ret)
{
	const struct kd_capture *capture = r->config->capture;
	const char *where = r->config->target.where.s;
	char room[KD_SIZE_TEXT], least[KD_SIZE_TEXT];
	struct kdump_range expected;

	if (capture->target_is_missing) {
		ret->id = "target-not-found";
		kd_text_set(&ret->text, "the dump is to go to %s, and there is no such device",
			    where);
		kd_text_set(&ret->advice, "connect it, or name another target");
		return true;
	}
	if (!capture->has_room || !kd_report_expect_dump(r, &expected) ||
	    capture->room >= expected.start)
		return false;
	ret->id = "target-full";
	kd_text_set(&ret->text, "%s is free in %s, a dump takes at least some %s",
		    kd_size_text(capture->room, room), where,
		    kd_size_text(expected.start, least));
	kd_text_set(&ret->advice, "make room there, or name another target");
	return true;
}

bool kd_report_loss(const struct kdump_report *r, size_t i, struct kd_loss *ret)
{
	const struct kd_contents *contents = contents_of(r);
	struct kd_loss losses[4];
	size_t n = 0;

	/* fadump boots the whole system, and saves the dump from there. */
	if (!r->config->capture || !r->config->capture->target_is_known || r->snap->other.fadump)
		return false;
	n += lose_target(r, &losses[n]);
	n += lose_tool(r, &losses[n]);
	if (contents) {
		n += lose_releases(r, contents, &losses[n]);
		n += lose_modules(r, contents, &losses[n]);
	}
	if (i >= n)
		return false;
	*ret = losses[i];
	return true;
}

/* ---- findings ---- */

static void find_losses(struct kdump_report *r)
{
	struct kd_loss loss;

	for (size_t i = 0; kd_report_loss(r, i, &loss); i++)
		kd_find(r, KDUMP_SEVERITY_ERROR, loss.id, loss.advice.s, "%s", loss.text.s);
}

static void find_target(struct kdump_report *r)
{
	const struct kd_capture *capture = r->config->capture;
	const char *where = r->config->target.where.s;
	char room[KD_SIZE_TEXT], most[KD_SIZE_TEXT];
	struct kdump_range expected;

	if (!capture->has_folder)
		return;
	if (capture->folder.state == KD_MOUNT_MISSING)
		kd_find(r, KDUMP_SEVERITY_WARNING, "target-not-mounted",
			"mount it: what keeps it from being mounted now may do so after a panic",
			"dumps go to %s, which /etc/fstab lists and which is not mounted", where);
	else if (capture->folder.read_only)
		kd_find(r, KDUMP_SEVERITY_WARNING, "target-read-only",
			"see why (dmesg), and mount it to be written to",
			"dumps go to %s, which is mounted read-only", where);
	if (capture->has_room && kd_report_expect_dump(r, &expected) &&
	    capture->room >= expected.start && capture->room < expected.end)
		kd_find(r, KDUMP_SEVERITY_WARNING, "target-tight",
			"make room there, or name another target",
			"%s is free in %s, a dump may take %s",
			kd_size_text(capture->room, room), where,
			kd_size_text(expected.end, most));
}

/* Which of them are 0, in @ret; all that are known must be. */
static bool no_hang_panics(const struct kd_capture *capture, struct kd_text *ret)
{
	const struct {
		const char *name;
		int value;
	} rows[] = {
		{ "softlockup_panic", capture->softlockup_panic },
		{ "hardlockup_panic", capture->hardlockup_panic },
		{ "hung_task_panic", capture->hung_task_panic },
	};
	unsigned n = 0;

	kd_text_clear(ret);
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		if (rows[i].value > 0)
			return false;
		if (rows[i].value < 0)
			continue;
		kd_text_append(ret, "%s%s", n++ ? ", " : "", rows[i].name);
	}
	return n;
}

static void find_panic(struct kdump_report *r)
{
	const struct kd_capture *capture = r->config->capture;
	struct kd_text names;

	if (capture->panic_on_oops == 0)
		kd_find(r, KDUMP_SEVERITY_WARNING, "oops-not-captured",
			"sysctl kernel.panic_on_oops=1, and the same in /etc/sysctl.d",
			"an oops is no panic here (kernel.panic_on_oops is 0): it ends a process, "
			"and leaves no dump");
	if (no_hang_panics(capture, &names))
		kd_find(r, KDUMP_SEVERITY_NOTE, "hang-not-captured",
			"set one of them where a hang is to end in a dump, as with "
			"sysctl kernel.hardlockup_panic=1",
			"a kernel that hangs does not panic here, and leaves no dump: kernel.%s "
			"are 0", names.s);
	if (capture->post_notifiers == 1)
		kd_find(r, KDUMP_SEVERITY_NOTE, "notifiers-first",
			"boot without crash_kexec_post_notifiers unless something needs it",
			"what wants to be told of a panic is told before the crash kernel is "
			"started (crash_kexec_post_notifiers): if that hangs, there is no dump");
}

/* A crash kernel that panics itself: kernel/panic.c, panic_timeout. */
static void find_stays(struct kdump_report *r)
{
	const struct kd_record *record = kd_report_record(r);
	const char *cmdline = record ? record->cmdline : r->config->cmdline.text;
	struct kd_word word;

	if (r->config->panic_waits != KD_CONFIG_Y || !cmdline ||
	    kd_cmdline_last(cmdline, "panic", &word))
		return;
	kd_find(r, KDUMP_SEVERITY_NOTE, "crash-kernel-stays",
		"add panic=10 to the crash kernel's command line",
		"a crash kernel that fails waits for somebody to reset the machine: its command "
		"line has no panic=");
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
			 "put %s into the crash initramfs (dracut --add-drivers, "
			 "/etc/initramfs-tools/modules)", dog->module);
		kd_find(r, KDUMP_SEVERITY_WARNING, "watchdog-fires", advice,
			"%s (%s) runs and will reset the machine %s, dump or no dump: its driver "
			"%s is not in the initramfs", dog->name,
			*dog->identity ? dog->identity : "a watchdog", after, dog->module);
	}
}

void kd_report_find_capture(struct kdump_report *r)
{
	if (!r->config->capture)
		return;
	find_panic(r);
	find_stays(r);
	find_watchdogs(r);
	if (!r->config->capture->target_is_known)
		return;
	find_losses(r);
	find_target(r);
}
