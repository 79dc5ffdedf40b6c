/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Reports as objects: made of what was found out, and what they show. */
#include <stdlib.h>

#include "../facts/capture.h"
#include "report.h"

/* Words that cannot be judged leave the booted view unknown, and a finding. */
static void read_words(struct kdump_report *r)
{
	struct kd_ck_kernel kernel;
	struct kd_text why;

	if (!r->snap->cmdline)
		return;
	kd_snapshot_ck_kernel(r->snap, &kernel);
	r->has_booted = !kd_ck_parse(r->snap->cmdline, &kernel, &r->booted, &why);
	if (!r->has_booted)
		kd_find(r, KDUMP_SEVERITY_NOTE, "words-unknown", "",
			"what this boot's crashkernel= words ask for cannot be told: %s", why.s);
}

KD_API int kdump_report_new(struct kdump_ctx *ctx, struct kdump_config *config,
			    struct kdump_image *image, struct kdump_estimate *est,
			    struct kdump_boot *boot, struct kdump_report **ret)
{
	struct kdump_report *r = calloc(1, sizeof(*r));

	kd_begin(ctx);
	if (!r)
		return kd_oom(ctx);
	r->refs = 1;
	r->config = kdump_config_ref(config);
	r->snap = kdump_snapshot_ref(config->snap);
	r->image = image ? kdump_image_ref(image) : NULL;
	r->est = est ? kdump_estimate_ref(est) : NULL;
	r->boot = boot ? kdump_boot_ref(boot) : NULL;
	r->loaded = r->snap->kexec.loaded;
	read_words(r);
	if (kd_report_read_boot(r)) {
		kdump_report_unref(r);
		return kd_oom(ctx);
	}
	kd_report_fill_sizes(r);
	kd_report_judge(r);
	kd_report_find(r);
	*ret = r;
	return 0;
}

KD_API struct kdump_report *kdump_report_ref(struct kdump_report *r)
{
	r->refs++;
	return r;
}

KD_API struct kdump_report *kdump_report_unref(struct kdump_report *r)
{
	if (!r || --r->refs)
		return NULL;
	kdump_boot_unref(r->boot);
	kdump_estimate_unref(r->est);
	kdump_image_unref(r->image);
	kd_history_unref(r->history);
	kdump_config_unref(r->config);
	kdump_snapshot_unref(r->snap);
	free(r);
	return NULL;
}

KD_API enum kdump_verdict kdump_report_get_verdict(const struct kdump_report *r)
{
	return r->verdict;
}

KD_API const char *kdump_report_get_summary(const struct kdump_report *r)
{
	return r->summary;
}

KD_API bool kdump_report_get_size(const struct kdump_report *r, enum kdump_pool pool,
				  enum kdump_view view, uint64_t *ret)
{
	if ((unsigned)pool >= KDUMP_POOLS || (unsigned)view >= KDUMP_VIEWS ||
	    !r->sizes[pool][view].known)
		return false;
	*ret = r->sizes[pool][view].bytes;
	return true;
}

KD_API size_t kdump_report_get_ranges(const struct kdump_report *r, enum kdump_pool pool,
				      const struct kdump_range **ret)
{
	const struct kd_iomem *iomem = &r->snap->iomem;
	const struct kd_ranges *crash = &iomem->crash, *cma = &r->snap->kexec.cma;
	size_t regions = iomem->hidden ? iomem->crash_count : crash->n;

	if (pool == KDUMP_POOL_CMA) {
		*ret = cma->v;
		return cma->n;
	}
	if (regions < (pool == KDUMP_POOL_LOW ? 2 : 1)) {
		*ret = NULL;
		return 0;
	}
	*ret = iomem->hidden ? NULL : &crash->v[pool == KDUMP_POOL_LOW ? 0 : crash->n - 1];
	return 1;
}

KD_API enum kdump_origin kdump_report_get_origin(const struct kdump_report *r)
{
	return r->origin;
}

KD_API bool kdump_report_get_dump_size(const struct kdump_report *r, uint64_t *least,
				       uint64_t *most)
{
	struct kdump_range expected;

	if (!r->config->capture || !kd_report_expect_dump(r, &expected))
		return false;
	*least = expected.start;
	*most = expected.end;
	return true;
}

KD_API bool kdump_report_get_dump_room(const struct kdump_report *r, uint64_t *ret)
{
	if (!r->config->capture || !r->config->capture->has_room)
		return false;
	*ret = r->config->capture->room;
	return true;
}

KD_API int kdump_report_is_loaded(const struct kdump_report *r)
{
	return r->loaded;
}

KD_API int kdump_report_is_enough(const struct kdump_report *r)
{
	return kd_report_judge_estimate(r);
}

KD_API int kdump_report_is_reboot_pending(const struct kdump_report *r)
{
	return r->reboot_pending;
}

KD_API bool kdump_report_is_frozen(const struct kdump_report *r)
{
	return r->frozen;
}

KD_API enum kdump_freshness kdump_report_get_freshness(const struct kdump_report *r)
{
	return r->freshness;
}

KD_API const char *kdump_report_get_loaded_kernel(const struct kdump_report *r)
{
	return kd_report_record(r) ? kd_report_record(r)->kernel.path : NULL;
}

KD_API const char *kdump_report_get_loaded_initramfs(const struct kdump_report *r)
{
	return kd_report_record(r) ? kd_report_record(r)->initramfs.path : NULL;
}

KD_API const char *kdump_report_get_loaded_cmdline(const struct kdump_report *r)
{
	return kd_report_record(r) ? kd_report_record(r)->cmdline : NULL;
}

KD_API int64_t kdump_report_get_loaded_time(const struct kdump_report *r)
{
	return kd_report_record(r) ? kd_report_record(r)->time : 0;
}

KD_API enum kdump_syscall kdump_report_get_loaded_syscall(const struct kdump_report *r)
{
	return kd_report_record(r) ? kd_report_record(r)->call : KDUMP_SYSCALL_AUTO;
}

KD_API const char *kdump_report_get_loaded_version(const struct kdump_report *r)
{
	const struct kd_record *record = kd_report_record(r);

	return record && *record->version ? record->version : NULL;
}

KD_API size_t kdump_report_count_findings(const struct kdump_report *r)
{
	return r->n_findings;
}

KD_API const struct kdump_finding *kdump_report_get_finding(const struct kdump_report *r,
							     size_t i)
{
	return i < r->n_findings ? &r->findings[i] : NULL;
}

KD_API const char *kdump_finding_get_id(const struct kdump_finding *finding)
{
	return finding->id;
}

KD_API const char *kdump_finding_get_text(const struct kdump_finding *finding)
{
	return finding->text;
}

KD_API const char *kdump_finding_get_advice(const struct kdump_finding *finding)
{
	return finding->advice;
}

KD_API enum kdump_severity kdump_finding_get_severity(const struct kdump_finding *finding)
{
	return finding->severity;
}
