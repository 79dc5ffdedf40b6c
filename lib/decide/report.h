/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The report: verdict, pools by views, findings.  Judged from a snapshot, a
 * config, an image and an estimate; reads nothing itself.
 */
#ifndef KD_DECIDE_REPORT_H
#define KD_DECIDE_REPORT_H

#include "../facts/boot.h"
#include "../facts/history.h"
#include "../facts/record.h"
#include "../parse/crashkernel.h"
#include "estimate.h"

struct kdump_finding {
	const char *id;
	enum kdump_severity severity;
	char text[512], advice[256];
};

#define KD_FINDINGS_MAX 32

struct kd_size {
	bool known;
	uint64_t bytes;
};

struct kdump_report {
	unsigned refs;
	struct kdump_snapshot *snap;
	struct kdump_config *config;
	struct kdump_image *image;	/* may be NULL */
	struct kdump_estimate *est;	/* may be NULL */
	struct kdump_boot *boot;	/* may be NULL: nobody looked */
	const struct kdump_entry *next;	/* the entry that the next boot takes; NULL unknown */
	size_t n_compared, n_differing;	/* entries of ours; those with other words than that one */
	const struct kdump_entry *differing;	/* the first of them */
	bool has_configured;
	struct kd_ck configured;	/* its words */
	int reboot_pending;		/* it asks for other memory than this boot; -1 unknown */
	bool has_booted;
	struct kd_ck booted;		/* this boot's words */
	struct kd_size sizes[KDUMP_POOLS][KDUMP_VIEWS];
	enum kdump_verdict verdict;
	char summary[512];
	enum kdump_origin origin;	/* of main */
	int loaded;
	bool frozen;			/* no load or unload is possible any more */
	int enough;			/* reserved against needed; -1 unknown */
	enum kdump_freshness freshness;
	enum kdump_tested tested;	/* what is loaded was */
	struct kdump_history *history;	/* the config's of then; NULL: not looked for */
	const struct kdump_proof *proof;	/* of @history; NULL there is none */
	size_t n_findings;
	struct kdump_finding findings[KD_FINDINGS_MAX];
};

/* Appends a finding; the text is cut where it does not fit. */
void kd_find(struct kdump_report *report, enum kdump_severity severity, const char *id,
	     const char *advice, const char *fmt, ...) KD_PRINTF(5, 6);

/* In this order: what the next boot takes, sizes, judgement, what is worth telling. */
int kd_report_read_boot(struct kdump_report *report);	/* -ENOMEM */
void kd_report_fill_sizes(struct kdump_report *report);
void kd_report_settle_pending(struct kdump_report *report);
void kd_report_judge(struct kdump_report *report);
void kd_report_find(struct kdump_report *report);
void kd_report_find_boot(struct kdump_report *report);
void kd_report_find_watch(struct kdump_report *report);
void kd_report_find_capture(struct kdump_report *report);

/* Bytes of a dump written now, from the least to the most; false: not to be foreseen. */
bool kd_report_expect_dump(const struct kdump_report *report, struct kdump_range *ret);

/* What loses the dump though the crash kernel starts, each with a finding's words. */
struct kd_loss {
	const char *id;
	struct kd_text text, advice;
};

/* Main lies above what devices of 32 bits reach, and there is less below than they need. */
bool kd_report_lacks_low(const struct kdump_report *report);
/* The dump passes one of them. */
bool kd_report_needs_low(const struct kdump_report *report);

/* How many there are, those that weigh most first. */
#define KD_LOSSES_MAX 5
size_t kd_report_losses(const struct kdump_report *report, struct kd_loss ret[KD_LOSSES_MAX]);

/* Why nothing can be loaded on this kernel: a finding's id, text and advice; false if it can. */
struct kd_obstacle {
	const char *id, *text, *advice;
	int code;			/* what a load answers, -errno */
};
bool kd_load_obstacle(const struct kdump_snapshot *snap, const struct kdump_config *config,
		      struct kd_obstacle *ret);

/* Is what is reserved enough for the estimate, whatever is loaded?  -1 unknown. */
int kd_report_judge_estimate(const struct kdump_report *report);

/* Would a load now load what is loaded, the same files and words? */
bool kd_report_loads_the_same(const struct kdump_report *report);

/* Are other files or words configured than those that are loaded? */
bool kd_report_is_reconfigured(const struct kdump_report *report);

/*
 * What changed on the machine since the load, that the image does not know and the
 * kernel does not tell it.
 */
enum kd_layout_change kd_report_layout(const struct kdump_report *report);

/* The record of what is loaded now, or NULL. */
const struct kd_record *kd_report_record(const struct kdump_report *report);

#endif
