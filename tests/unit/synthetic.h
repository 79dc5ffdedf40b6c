/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Machines that never were, in memory: what a report and a plan are made of,
 * from a line of words, so that a table of cases can be read at a glance.
 * Sizes are in MiB.
 *
 *	main=N low=N cma=N	reserved; 256, 0, 512
 *	high			main lies above 4 GiB
 *	given-back		a piece behind main is the system's again
 *	old			6.1: no file for CMA, the size counts main alone
 *	release=X arch=X ram=N no-cma no-config-cma
 *	hidden no-iomem no-size no-cmdline no-ram
 *	loaded loaded=N record kernel-kept=N initramfs-kept=N reconfigured given=N
 *	other-file old-memory old-cpus hotplug=N overtaken replaced
 *	disabled limit=N lockdown no-kexec no-kexec=N no-file-load xen fadump
 *	image=N image-align=N image-min=N
 *	dump-level=N dump-other unmovable=N huge=N
 *	watch=N reloads=N failed=N retry=N limited unloaded=N loaded-at=N
 *	growth=kernel|module|installed|unknown no-modprobe available=N margin=N
 *	grown grown=N reserve=X reserve-enabled load-module
 *	owner shell image-error image-unreadable no-image incomplete
 *	no-estimate need=N need-with-cma=N need-cma=N need-total=N need-low=N need-low-above=N
 */
#ifndef TESTS_UNIT_SYNTHETIC_H
#define TESTS_UNIT_SYNTHETIC_H

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>
#include <cmocka.h>

#include "../../lib/decide/plan.h"
#include "../../lib/facts/watch.h"

struct synthetic {
	struct kdump_ctx *ctx;
	struct kdump_snapshot snap;
	struct kdump_config config;
	struct kdump_image image;
	struct kd_record record;
	struct kd_watch_facts watch;
	struct kdump_estimate est;
	struct kdump_report report;
	struct kdump_range crash[2], ram[2], given_back[1], cma[1];
	char release[64], cmdline[512], reserve[64];
};

static inline bool has_word(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = words; (p = strstr(p, word)); p += n)
		if ((p == words || p[-1] == ' ') && (!p[n] || p[n] == ' '))
			return true;
	return false;
}

/* The text behind "name=", up to a blank; NULL where it is not among the words. */
static inline const char *word_text(const char *words, const char *name)
{
	static char text[64];
	char key[64];
	const char *p = words;
	size_t n = (size_t)snprintf(key, sizeof(key), "%s=", name);

	while ((p = strstr(p, key)) && p != words && p[-1] != ' ')
		p += n;
	if (!p)
		return NULL;
	snprintf(text, sizeof(text), "%.*s", (int)strcspn(p + n, " "), p + n);
	return text;
}

static inline long word_number(const char *words, const char *name, long otherwise)
{
	const char *text = word_text(words, name);

	return text ? strtol(text, NULL, 10) : otherwise;
}

static inline uint64_t word_mib(const char *words, const char *name, long otherwise)
{
	return (uint64_t)word_number(words, name, otherwise) * KD_MIB;
}

static inline struct kdump_range range_of(uint64_t start, uint64_t bytes)
{
	return (struct kdump_range){ start, start + bytes - 1 };
}

static inline void make_memory(struct synthetic *s, const char *words)
{
	struct kd_iomem *iomem = &s->snap.iomem;
	uint64_t main = word_mib(words, "main", 256), low = word_mib(words, "low", 0);
	uint64_t start = has_word(words, "high") ? 0x1a0000000 : 0x6e000000;
	size_t n = 0;

	s->ram[0] = range_of(KD_MIB, word_mib(words, "ram", 2048));
	if (low)
		s->crash[n++] = range_of(0x26000000, low);
	if (main)
		s->crash[n++] = range_of(start, main);
	iomem->crash_count = n;
	iomem->hidden = has_word(words, "hidden");
	s->snap.has_iomem = !has_word(words, "no-iomem");
	if (!s->snap.has_iomem || iomem->hidden) {
		s->snap.mem_total = has_word(words, "no-ram") ? 0 : 2048 * KD_MIB;
		return;
	}
	iomem->crash = (struct kd_ranges){ s->crash, n, 2 };
	iomem->ram = (struct kd_ranges){ s->ram, !has_word(words, "no-ram"), 1 };
	s->given_back[0] = range_of(start + main, 16 * KD_MIB);
	if (has_word(words, "given-back"))
		iomem->given_back = (struct kd_ranges){ s->given_back, 1, 1 };
}

/* available: beside which the module leaves margin, 64; grown=-1: it cannot be seen */
static inline void make_growth(struct synthetic *s, const char *words)
{
	static const char *const names[] = { "unknown", "none", "kernel", "module", "installed" };
	const char *offer = word_text(words, "growth");
	struct kd_growth_facts *growth = &s->snap.growth;

	*growth = (struct kd_growth_facts){
		.offer = KDUMP_GROWTH_NONE,
		.modprobe = has_word(words, "no-modprobe") ? NULL : "/sbin/modprobe",
		.is_grown = (int)word_number(words, "grown", has_word(words, "grown")),
		.has_margin = word_text(words, "margin") != NULL,
		.margin = word_mib(words, "margin", 0),
	};
	for (size_t i = 0; offer && i < KD_ARRAY_SIZE(names); i++)
		if (kd_streq(word_text(words, "growth"), names[i]))
			growth->offer = (enum kdump_growth)i;
	if (growth->is_grown == 1 && s->snap.iomem.crash.n)
		growth->grown = s->crash[s->snap.iomem.crash.n - 1];
	s->snap.mem_available = word_mib(words, "available", 0);
	if (s->snap.mem_available && !s->snap.mem_total)
		s->snap.mem_total = word_mib(words, "ram", 2048);
}

static inline void make_kexec(struct synthetic *s, const char *words)
{
	struct kd_kexec_facts *kexec = &s->snap.kexec;
	bool old = has_word(words, "old");
	uint64_t cma = old ? 0 : word_mib(words, "cma", 512);

	*kexec = (struct kd_kexec_facts){
		.built_in = (int)word_number(words, "no-kexec", !has_word(words, "no-kexec")),
		.loaded = (int)word_number(words, "loaded", has_word(words, "loaded")),
		.has_size = !has_word(words, "no-size"),
		.size = word_mib(words, "main", 256) + (old ? 0 : word_mib(words, "low", 0)),
		.hotplug = (int)word_number(words, "hotplug", -1),
		.load_disabled = has_word(words, "disabled"),
		.has_limit = word_text(words, "limit") != NULL,
		.limit_panic = word_number(words, "limit", -1),
		.has_cma_file = !old && !has_word(words, "no-cma"),
	};
	s->cma[0] = range_of(0x4e000000, cma);
	if (cma && kexec->has_cma_file)
		kexec->cma = (struct kd_ranges){ s->cma, 1, 1 };
	if (has_word(words, "no-kexec"))
		kexec->loaded = -1;
	if (has_word(words, "no-kexec") || !kexec->has_size)
		kexec->has_size = false, kexec->size = 0;
}

/* 1 as it was, 0 changed, 2 gone, -1 not to be seen */
static inline enum kd_kept kept_of(const char *words, const char *name)
{
	switch (word_number(words, name, 1)) {
	case 0:
		return KD_KEPT_CHANGED;
	case 1:
		return KD_KEPT;
	case 2:
		return KD_KEPT_GONE;
	default:
		return KD_KEPT_UNKNOWN;
	}
}

static inline void make_image(struct synthetic *s, const char *words)
{
	struct kdump_image *image = &s->image;

	*image = (struct kdump_image){
		.refs = 1, .ctx = s->ctx, .config = &s->config, .error_id = "",
		.complete = !has_word(words, "incomplete"),
		.cmdline = (char *)"words added", .added = "added",
		.kernel = { .path = (char *)"/k", .id.ino = has_word(words, "other-file") },
		.initramfs = { .path = (char *)"/i" },
		.sums = { .kernel = { .init_size = word_mib(words, "image", 40),
				      .alignment = word_mib(words, "image-align", 2),
				      .pref_address = word_mib(words, "image-min", 16) },
			  .initramfs.stored = KD_MIB },
		.kernel_kept = kept_of(words, "kernel-kept"),
		.initramfs_kept = kept_of(words, "initramfs-kept"),
		.overtaken = has_word(words, "overtaken"),
		.build = { .state = has_word(words, "replaced") ? KD_BUILD_REPLACED
								: KD_BUILD_SAME },
	};
	s->record = (struct kd_record){
		.kernel = { .path = (char *)(has_word(words, "reconfigured") ? "/other" : "/k") },
		.initramfs = { .path = (char *)"/i" },
		.cmdline = (char *)"words added", .configured = (char *)"words",
		.need_main = s->est.main_alone, .need_main_with_cma = s->est.main_with_cma,
		.need_total_with_cma = s->est.total_with_cma, .need_low = s->est.low,
		.need_cma = s->est.cma,
		.given = (uint64_t)word_number(words, "given", 0),
		.time = word_number(words, "loaded-at", 0),
		.call = KDUMP_SYSCALL_FILE,
		.layout = { .memory = "", .cpus = "" },
	};
	if (has_word(words, "old-memory"))
		strcpy(s->record.layout.memory, "another");
	if (has_word(words, "old-cpus"))
		strcpy(s->record.layout.cpus, "another");
	strcpy(s->snap.cpus_possible_sum, "possible");
	strcpy(s->snap.cpus_present_sum, "present");
	if (has_word(words, "record"))
		image->record = &s->record;
	if (has_word(words, "image-error") || has_word(words, "image-unreadable")) {
		image->complete = false;
		image->error = has_word(words, "image-error") ? -ENOENT : -EACCES;
		image->error_id = has_word(words, "image-error") ? "no-initramfs"
								 : "file-unreadable";
		kd_text_set(&image->why, "why");
		kd_text_set(&image->advice, "advice");
	}
}

/* With "reloads" or "failed" there is a record, of a watcher since second 1000. */
static inline void make_watch(struct synthetic *s, const char *words)
{
	s->watch = (struct kd_watch_facts){
		.running = (int)word_number(words, "watch", 0),
		.has_record = word_text(words, "reloads") || word_text(words, "failed"),
		.record = {
			.since = 1000, .reloads = (uint64_t)word_number(words, "reloads", 0),
			.failures = word_text(words, "failed") != NULL,
			.failed_time = word_number(words, "failed", 0),
			.failed_id = "signature-rejected", .failed_text = "it was rejected",
			.retry_time = (uint64_t)word_number(words, "retry", 0),
			.limited = has_word(words, "limited"),
		},
		.unloaded = word_text(words, "unloaded") != NULL,
		.unloaded_time = word_number(words, "unloaded", 0),
	};
	if (s->watch.record.reloads) {
		s->watch.record.last_time = 2000;
		s->watch.record.last_ms = 812;
		strcpy(s->watch.record.last_reason, "memory");
	}
}

static inline void make_config(struct synthetic *s, const char *words)
{
	static const struct kd_distro distro = { .id = "other", .config_file = "/etc/conf" };
	struct kdump_config *config = &s->config;

	*config = (struct kdump_config){
		.refs = 1, .ctx = s->ctx, .snap = &s->snap, .distro = &distro,
		.kernel = { .text = (char *)"/k" }, .initramfs = { .text = (char *)"/i" },
		.cmdline = { .text = (char *)"words" },
		.owner = has_word(words, "owner") ? "kdump-tools" : NULL,
		.owner_off = "systemctl disable --now kdump-tools",
		.owner_rule = has_word(words, "rule"),
		.reserves_at_boot = has_word(words, "reserve-enabled"),
		.watch = &s->watch,
		.kexec_file = has_word(words, "no-file-load") ? KD_CONFIG_N : KD_CONFIG_Y,
		.dump = { .level = (unsigned)word_number(words, "dump-level", 31),
			  .other = has_word(words, "dump-other") },
	};
	s->reserve[0] = '\0';
	if (word_text(words, "reserve"))
		snprintf(s->reserve, sizeof(s->reserve), "%s", word_text(words, "reserve"));
	if (*s->reserve)
		config->own.reserve = (struct kd_setting){ s->reserve, "/etc/crashctl.conf", 1 };
	if (has_word(words, "load-module"))
		config->own.module = (struct kd_setting){ (char *)"yes", "/etc/crashctl.conf", 2 };
	if (has_word(words, "shell"))
		kd_text_set(&config->not_understood, "KEY (line 1)");
}

/* @cmdline: of this boot; NULL for the one that asks for what is reserved by default. */
static inline void synthetic_make(struct synthetic *s, const char *words, const char *cmdline)
{
	const char *release = word_text(words, "release");

	*s = (struct synthetic){ .ctx = s->ctx };
	snprintf(s->release, sizeof(s->release), "%s",
		 release ? release : has_word(words, "old") ? "6.1.0-50" : "7.2.12");
	snprintf(s->cmdline, sizeof(s->cmdline), "%s",
		 cmdline ? cmdline : "crashkernel=512M,cma crashkernel=256M");
	s->snap = (struct kdump_snapshot){
		.refs = 1, .live = true, .release = s->release, .page_size = 4096,
		.cmdline = has_word(words, "no-cmdline") ? NULL : s->cmdline,
		.has_cma_total = !has_word(words, "old") && !has_word(words, "no-config-cma"),
		.mem_unmovable = word_mib(words, "unmovable", 60),
		.mem_huge = word_mib(words, "huge", 0),
		.may_load = 1,
		.lockdown = has_word(words, "lockdown") ? KD_LOCKDOWN_INTEGRITY : KD_LOCKDOWN_NONE,
		.other = { .xen_pv = has_word(words, "xen"), .fadump = has_word(words, "fadump"),
			   .fadump_registered = has_word(words, "fadump") },
	};
	s->snap.has_version = !kd_version_parse(s->release, &s->snap.version);
	s->snap.arch_name = (char *)(word_text(words, "arch") ? "other" : "x86_64");
	s->snap.arch = kd_arch_find(word_text(words, "arch") ? word_text(words, "arch") : "x86_64");
	make_memory(s, words);
	make_kexec(s, words);
	make_growth(s, words);
	s->est = (struct kdump_estimate){
		.refs = 1,
		.main_alone = word_mib(words, "need", 96),
		.main_with_cma = word_mib(words, "need-with-cma", 65),
		/* What the total leaves beside main; a section more where none is there yet. */
		.cma = word_mib(words, "need-cma", s->snap.kexec.cma.n ? 39 : 40),
		.total_with_cma = word_mib(words, "need-total", 104),
		.low = word_mib(words, "need-low", 0),
		.low_if_above = word_mib(words, "need-low-above", 72),
	};
	make_watch(s, words);
	make_config(s, words);
	make_image(s, words);
	s->report = (struct kdump_report){
		.refs = 1, .snap = &s->snap, .config = &s->config,
		.image = has_word(words, "no-image") ? NULL : &s->image,
		.est = has_word(words, "no-estimate") ? NULL : &s->est,
		.loaded = s->snap.kexec.loaded,
	};
}

/* As kdump_report_new() does it, but on what is here. */
static inline void synthetic_report(struct synthetic *s)
{
	struct kdump_report *r = &s->report;
	struct kd_ck_kernel kernel;
	struct kd_text why;

	kd_snapshot_ck_kernel(&s->snap, &kernel);
	r->has_booted = s->snap.cmdline && !kd_ck_parse(s->snap.cmdline, &kernel, &r->booted, &why);
	kd_report_read_boot(r);
	kd_report_fill_sizes(r);
	kd_report_judge(r);
	kd_report_find(r);
}

/* The fixture of a test whose state is one of them. */
static inline int synthetic_new(void **state)
{
	struct synthetic *s = calloc(1, sizeof(*s));

	assert_int_equal(kdump_ctx_new(&s->ctx), 0);
	*state = s;
	return 0;
}

static inline int synthetic_free(void **state)
{
	struct synthetic *s = *state;

	kdump_ctx_unref(s->ctx);
	free(s);
	return 0;
}

#endif
