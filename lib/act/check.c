/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What is looked at before a load: a load that fails has already destroyed the
 * image that was loaded (kernel/kexec_file.c:SYSCALL kexec_file_load), so
 * nothing that can be known beforehand is left to the kernel.
 */
#include <errno.h>

#include "../core/root.h"
#include "../core/sys.h"
#include "../decide/call.h"
#include "../decide/refusal.h"
#include "../parse/cmdline.h"
#include "request.h"

int kd_request_refuse(struct kdump_request *rq, int code, const char *id,
		      const char *advice, const char *text)
{
	kd_advise(rq->ctx, "%s", advice);
	return kd_fail_id(rq->ctx, code, id, "%s", text);
}

int kd_request_check_permission(struct kdump_request *rq)
{
	const struct kdump_snapshot *snap = rq->config->snap;
	struct kd_obstacle obstacle;

	if (!rq->ctx->live)
		return kd_request_refuse(rq, -EROFS, "sysroot", "leave out --sysroot",
			      "this is a copy of a machine: nothing can be loaded there");
	if (kd_load_obstacle(snap, rq->config, &obstacle))
		return kd_request_refuse(rq, obstacle.code, obstacle.id, obstacle.advice,
					 obstacle.text);
	if (snap->may_load == 0)
		return kd_request_refuse(rq, -EPERM, "no-privilege", "run it as root",
			      "loading a crash kernel needs CAP_SYS_BOOT");
	if (rq->config->owner && !rq->forces.given[KD_FORCE_OTHER_OWNER]) {
		kd_advise(rq->ctx, "disable it (%s), or override with --force other-owner",
			  rq->config->owner_off);
		return kd_fail_id(rq->ctx, -EBUSY, "other-owner",
				  "%s is enabled and keeps the crash image here",
				  rq->config->owner);
	}
	return 0;
}

/* Which call takes it: an image that none takes is found out here. */
static int check_form(struct kdump_request *rq)
{
	const struct kd_kernel *kernel = &rq->image->sums.kernel;
	struct kd_obstacle why;

	if (!kd_call_choose(rq->config->snap, rq->config, kernel, &rq->call, &why))
		return 0;
	kd_advise(rq->ctx, "%s", why.advice);
	return kd_fail_id(rq->ctx, why.code, why.id, "%s: is %s: %s", rq->image->kernel.path,
			  kd_kernel_form(kernel), why.text);
}

static int check_same(struct kdump_request *rq, const struct kd_file *file)
{
	struct kd_identity now;
	struct stat st;
	int err = kd_sys_fstat(file->fd, &st);

	if (err)
		return kd_fail_id(rq->ctx, -EIO, "read-failed", "%s: %s", file->path,
				  kd_errno_text(err));
	kd_identify(&st, &now);
	if (!kd_identity_equal(&now, &file->id)) {
		kd_advise(rq->ctx, "try again when it is complete");
		return kd_fail_id(rq->ctx, -ESTALE, "file-changed",
				  "%s: changed while it was being read", file->path);
	}
	return 0;
}

static int check_file(struct kdump_request *rq, const struct kd_file *file)
{
	int err = check_same(rq, file);

	if (!err && kd_sys_has_writer(file->fd) == 1) {
		kd_advise(rq->ctx, "wait until it is written, then try again");
		return kd_fail_id(rq->ctx, -ETXTBSY, "file-being-written",
				  "%s: is open for writing", file->path);
	}
	return err;
}

static int check_cmdline(struct kdump_request *rq)
{
	const struct kd_arch *arch = rq->config->snap->arch;
	uint64_t most = rq->image->sums.kernel.cmdline_size, len;
	const char *line = rq->image->cmdline;

	if (!line)
		return kd_request_refuse(rq, -EINVAL, "no-cmdline", "mount /proc",
			      "the running kernel's command line cannot be read");
	if (strstr(line, "crashkernel="))
		return kd_request_refuse(rq, -EINVAL, "append-crashkernel",
			      "take it out of the word that contains it",
			      "the crash kernel's command line still contains crashkernel=, "
			      "with which it would reserve memory again");
	/* A bzImage says it itself. */
	if (!most && arch)
		most = arch->cmdline_size;
	len = strlen(line) + 1 + KD_ELFCOREHDR_ARG;
	if (len <= most || !most)
		return 0;
	kd_advise(rq->ctx, "shorten it by %u bytes", (unsigned)(len - most));
	return kd_fail_id(rq->ctx, -E2BIG, "cmdline-too-long",
			  "the crash kernel's command line has %u bytes, this kernel takes %u",
			  (unsigned)strlen(line), (unsigned)(most - 1 - KD_ELFCOREHDR_ARG));
}

/* How many of a segment's bytes are not zeros, as far as the files tell. */
static uint64_t filled(const struct kdump_request *rq, const struct kd_segment *segment)
{
	const struct kd_image_sums *sums = &rq->image->sums;

	if (kd_streq(segment->name, "initramfs"))
		return sums->initramfs.stored;
	if (kd_streq(segment->name, "kernel") && sums->kernel.container == KD_KERNEL_BARE)
		return kd_min(rq->image->kernel.id.size, segment->size);
	return segment->size;
}

/* The last of them is what the kernel takes beside the segments. */
static void list_segments(struct kdump_request *rq, const struct kd_segment *from, size_t n,
			  bool placed)
{
	rq->n_segments = placed && n ? n - 1 : 0;
	for (size_t i = 0; i < rq->n_segments; i++) {
		uint64_t size = kd_round_up(from[i].size, rq->config->snap->page_size);

		rq->segments[i] = (struct kdump_segment){
			from[i].name, { from[i].at, from[i].at + size - 1 }, filled(rq, &from[i])
		};
	}
}

/* After the step that comes before the load, if there is one. */
static bool main_bytes(const struct kdump_request *rq, uint64_t *ret)
{
	if (!kd_snapshot_reserved(rq->config->snap, KDUMP_POOL_MAIN, ret))
		return false;
	if (rq->then.bytes)
		*ret = rq->then.bytes;
	return true;
}

/* False: where main lies, or will, cannot be told, and @ret stands for any place. */
static bool find_region(const struct kdump_request *rq, const struct kd_estimate_machine *machine,
			uint64_t bytes, struct kdump_range *ret)
{
	bool known = machine->has_main && bytes <= kd_range_bytes(&machine->main);

	if (rq->then.placed) {
		*ret = rq->then.main;
		return true;
	}
	ret->start = known ? machine->main.start : 32 * KD_MIB;
	ret->end = ret->start + bytes - 1;
	return known;
}

int kd_request_check_room(struct kdump_request *rq)
{
	const struct kdump_snapshot *snap = rq->config->snap;
	struct kd_segment segments[KD_SEGMENTS_MAX];
	struct kd_estimate_machine machine;
	struct kdump_range region;
	struct kd_room room;
	const struct kd_refusal_facts facts = {
		.snap = snap, .room = &room, .grows = rq->then.bytes,
	};
	struct kd_load_refusal words;
	uint64_t bytes;
	bool known;
	size_t n;

	if (!main_bytes(rq, &bytes))
		return 0;
	if (!bytes)
		return kd_request_refuse(rq, -EADDRNOTAVAIL, "not-reserved",
			      "crashctl reserve auto reserves it at the next boot (--dry-run "
			      "shows how)",
			      "no memory is reserved for a crash kernel");
	if (!snap->arch || snap->arch->model == KD_MODEL_NONE)
		return 0;
	kd_estimate_machine(rq->image, &machine);
	n = kd_estimate_segments(&machine, &rq->image->sums, segments);
	known = find_region(rq, &machine, bytes, &region);
	if (!kd_room_lacks(segments, n, &region, machine.page_size, &room)) {
		list_segments(rq, segments, n, known);
		return 0;
	}
	kd_explain_load(-EADDRNOTAVAIL, KDUMP_SYSCALL_FILE, &facts, &words);
	kd_advise(rq->ctx, "%s", words.advice.s);
	return kd_fail_id(rq->ctx, -EADDRNOTAVAIL, words.id, "%s", words.text.s);
}

static bool is_same_image(const struct kd_record *record, const struct kdump_image *image)
{
	return kd_identity_equal(&record->kernel.id, &image->kernel.id) &&
	       kd_identity_equal(&record->initramfs.id, &image->initramfs.id);
}

static bool has_fallback(struct kdump_request *rq, bool quick)
{
	const struct kd_record *record = rq->image->record;

	if (!record || quick)
		return record;
	return !kd_fallback_open(rq) &&
	       kd_streq(rq->fallback.record.kernel.sha256, record->kernel.sha256) &&
	       kd_streq(rq->fallback.record.initramfs.sha256, record->initramfs.sha256);
}

int kd_request_check_limit(struct kdump_request *rq)
{
	const struct kd_kexec_facts *kexec = &rq->config->snap->kexec;

	if (!kexec->has_limit || kexec->limit_panic != 1)
		return 0;
	return kd_request_refuse(rq, -EPERM, "load-limit",
		      "reboot, or leave the loaded image as it is",
		      "kernel.kexec_load_limit_panic allows one more load: if it failed, "
		      "the image that is loaded could not be put back");
}

/* Whatever replaces a good image must be as good, and there must be a way back. */
static int check_replacement(struct kdump_request *rq, bool quick)
{
	const struct kdump_snapshot *snap = rq->config->snap;
	const struct kd_record *record = rq->image->record;
	uint64_t bytes, cma = 0;
	char have_text[KD_SIZE_TEXT], need_text[KD_SIZE_TEXT];
	struct kd_needs need;
	bool cma_known;

	int err = kd_request_check_limit(rq);

	if (err)
		return err;
	if (rq->config->keep_last_good && !has_fallback(rq, quick) &&
	    !rq->forces.given[KD_FORCE_NO_FALLBACK])
		return kd_request_refuse(rq, -EPERM, "no-fallback",
			      "override with --force no-fallback",
			      record ? "there is no good copy of the loaded image to put back "
				       "if the new one fails"
				     : "the loaded image is not known to crashctl and could not "
				       "be put back if the new one fails");
	if (!rq->est || rq->forces.given[KD_FORCE_TOO_SMALL] ||
	    (record && is_same_image(record, rq->image)) ||
	    !main_bytes(rq, &bytes))
		return 0;
	need = (struct kd_needs){ rq->est->main_alone, rq->est->main_with_cma,
				  rq->est->total_with_cma, rq->est->low };
	cma_known = kd_snapshot_reserved(snap, KDUMP_POOL_CMA, &cma);
	if (kd_needs_met(&need, bytes, cma_known, cma))
		return 0;
	kd_advise(rq->ctx, "keep what is loaded, or override with --force too-small");
	return kd_fail_id(rq->ctx, -EADDRNOTAVAIL, "too-small",
			  "%s is reserved, the new image needs %s to run",
			  kd_size_text(kd_add(bytes, cma), have_text),
			  kd_size_text(rq->est->main_alone, need_text));
}

int kd_request_check_same(struct kdump_request *rq)
{
	int err = check_same(rq, &rq->image->kernel);

	return err ? err : check_same(rq, &rq->image->initramfs);
}

int kd_request_check_files(struct kdump_request *rq)
{
	int err = check_file(rq, &rq->image->kernel);

	return err ? err : check_file(rq, &rq->image->initramfs);
}

int kd_request_check(struct kdump_request *rq, bool quick)
{
	int err;

	if (!rq->image)
		return kd_fail_id(rq->ctx, -EINVAL, "no-image",
				  "the request names no image to load");
	err = kd_request_check_permission(rq);
	if (!err)
		err = check_form(rq);
	if (!err)
		err = kd_request_check_files(rq);
	if (!err)
		err = check_cmdline(rq);
	if (!err)
		err = kd_request_check_room(rq);
	if (!err && rq->config->snap->kexec.loaded == 1)
		err = check_replacement(rq, quick);
	return err;
}

int kd_request_compare(struct kdump_request *rq, const struct kdump_snapshot *snap)
{
	struct kd_kexec_facts now;
	int err = kd_facts_kexec(rq->ctx, &now);

	if (err)
		return err;
	kd_ranges_free(&now.cma);
	if (now.loaded == snap->kexec.loaded && now.size == snap->kexec.size)
		return 0;
	return kd_request_refuse(rq, -ESTALE, "changed-meanwhile", "try again",
		      "another program changed the crash kernel meanwhile");
}
