/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What the kernel would certainly refuse, or would take and then lose the dump by,
 * for other reasons than the files themselves: policy, and limits of its own.
 */
#include <errno.h>

#include "../core/root.h"
#include "../core/sys.h"
#include "../decide/refusal.h"
#include "../parse/cmdline.h"
#include "request.h"

/* In the words in which it would be told after the fact. */
static int refuse_as(struct kdump_request *rq, int err, const struct kd_policy *policy)
{
	const struct kd_refusal_facts facts = {
		.snap = rq->config->snap,
		.image_arch = rq->image->sums.kernel.arch,
		.policy = policy,
	};
	struct kd_load_refusal words;

	kd_explain_load(err, rq->call, &facts, &words);
	kd_advise(rq->ctx, "%s", words.advice.s);
	return kd_fail_id(rq->ctx, words.code, words.id, "%s", words.text.s);
}

/* What IMA appraises is taken without a signature of its own. */
static bool is_appraised(const struct kdump_request *rq)
{
	return kd_sys_fgetxattr(rq->files.kernel, "security.ima", NULL, 0) >= 0;
}

/*
 * kernel/kexec.c:kexec_load_check() under lockdown; kernel/kexec_file.c:
 * kimage_validate_signature().  Whether a signature is a good one only the kernel knows.
 */
static int check_signature(struct kdump_request *rq, const struct kd_policy *policy)
{
	bool locked = rq->config->snap->lockdown > KD_LOCKDOWN_NONE;

	if (rq->call == KDUMP_SYSCALL_SEGMENTS)
		return locked ? refuse_as(rq, -EPERM, policy) : 0;
	if (policy->image_signed != KD_SIGNED_NO)
		return 0;
	if (policy->sig_force == KD_CONFIG_Y)
		return refuse_as(rq, -ENODATA, policy);
	return locked && !is_appraised(rq) ? refuse_as(rq, -EPERM, policy) : 0;
}

/* " dmcryptkeys=0x" and 16 digits: arch/x86/kernel/kexec-bzimage64.c:setup_cmdline() */
#define KEYS_ARG 31

/*
 * kernel/crash_dump_dm_crypt.c: keys of encrypted targets go with kexec_file_load()
 * alone, and their address onto the command line.
 */
static int check_keys(struct kdump_request *rq, const struct kd_policy *policy)
{
	uint64_t most = rq->image->sums.kernel.cmdline_size;
	size_t len = strlen(rq->image->cmdline) + 1 + KD_ELFCOREHDR_ARG + KEYS_ARG;

	if (!policy->crypt_keys)
		return 0;
	if (rq->call == KDUMP_SYSCALL_SEGMENTS)
		return kd_request_refuse(rq, -ENOTSUP, "keys-need-file", "use --syscall file",
			      "keys of encrypted disks are configured for the crash kernel, and "
			      "only kexec_file_load hands them over");
	if (!most || len <= most)
		return 0;
	kd_advise(rq->ctx, "shorten it by %u bytes", (unsigned)(len - most));
	return kd_fail_id(rq->ctx, -E2BIG, "cmdline-too-long",
			  "the crash kernel's command line has %u bytes, with the keys of "
			  "encrypted disks this kernel takes %u",
			  (unsigned)strlen(rq->image->cmdline),
			  (unsigned)kd_sub_floor(most, 1 + KD_ELFCOREHDR_ARG + KEYS_ARG));
}

/* Linux 6.17 and 6.18 have such memory and do not tell where: crash_cma_ranges is of 6.19. */
static int check_cma(struct kdump_request *rq)
{
	const struct kdump_snapshot *snap = rq->config->snap;

	if (rq->call != KDUMP_SYSCALL_SEGMENTS || snap->kexec.has_cma_file || !snap->cmdline ||
	    !snap->has_version || !kd_version_at_least(snap->version, 6, 17) ||
	    !strstr(snap->cmdline, ",cma"))
		return 0;
	return kd_request_refuse(rq, -ENODATA, "cma-not-seen", "use --syscall file",
		      "this kernel does not tell where its CMA crash memory lies, so that the "
		      "crash kernel could not be told either");
}

/* kernel/kexec_core.c:sanity_check_segment_list(): not more than half of memory, any call. */
static int check_half(struct kdump_request *rq)
{
	uint64_t half = rq->config->snap->mem_total / 2, sum = 0;
	char need[KD_SIZE_TEXT], have[KD_SIZE_TEXT];

	for (size_t i = 0; i < rq->n_segments; i++)
		sum = kd_add(sum, kd_range_bytes(&rq->segments[i].range));
	if (!half || sum <= half)
		return 0;
	kd_advise(rq->ctx, "use a smaller initramfs, or give the machine more memory");
	return kd_fail_id(rq->ctx, -EINVAL, "more-than-half",
			  "the image takes %s, and the kernel loads none of more than half of "
			  "its memory, which is %s", kd_size_text(sum, need),
			  kd_size_text(half, have));
}

int kd_request_foresee(struct kdump_request *rq)
{
	struct kd_policy policy;
	int err;

	kd_policy_read(rq->ctx, rq->config->snap, rq->files.kernel, &policy);
	err = check_signature(rq, &policy);
	if (!err)
		err = check_keys(rq, &policy);
	if (!err)
		err = check_cma(rq);
	return err ? err : check_half(rq);
}
