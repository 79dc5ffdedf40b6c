/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Rehearsals as objects: the guest that is wanted next, and what was heard of the last. */
#include "rehearsal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../parse/cmdline.h"

#define LIMIT_DEFAULT	300000

/*
 * The crash kernel tells how it goes on the guest's serial port, from its first moment; an
 * emulated timer may be late on a busy machine; the last is for crashctl-memory-watch.
 */
#define ADDED_WORDS	"console=ttyS0 loglevel=7 earlyprintk=ttyS0 no_timer_check " \
			"crashctl.rehearsal"
/* KASLR could put the first kernel where main is to be. */
#define GUEST_WORDS	"console=ttyS0 quiet panic=-1 no_timer_check nokaslr"

static int check(struct kdump_ctx *ctx, const struct kdump_image *image,
		 const struct kd_arch *arch)
{
	if (!kdump_ctx_is_live(ctx))
		return kd_fail_id(ctx, -EROFS, "sysroot",
				  "a crash is rehearsed with this machine's own files only");
	if (!image->complete || image->kernel.fd < 0 || image->initramfs.fd < 0)
		return kd_fail_id(ctx, -ENODATA, "image-unread",
				  "kernel and initramfs are not wholly read");
	if (arch == &kd_arch_x86_64)
		return 0;
	return kd_fail_id(ctx, -ENOTSUP, "rehearsal-arch",
			  "no guest is known for crash kernels of %s yet",
			  arch ? arch->name : "this machine");
}

static void take_machine(struct kdump_rehearsal *r, struct kdump_estimate *est)
{
	const struct kdump_config *config = r->image->config;
	const struct kd_ranges *crash = &config->snap->iomem.crash;

	r->limit = LIMIT_DEFAULT;
	r->main = est->main_alone;
	r->cpus = kd_guest_cpus(r->cmdline, config->asked.cpus ? config->asked.cpus
							       : config->snap->cpus_possible);
	if (!kdump_config_is_elsewhere(config) && crash->n) {
		r->placed = true;
		r->start = crash->v[crash->n - 1].start;
	}
	kd_search_begin(&r->search, kd_search_first(est), KD_REHEARSAL_MAIN_MAX / KD_MIB);
}

KD_API int kdump_rehearsal_new(struct kdump_ctx *ctx, struct kdump_image *image,
			       struct kdump_estimate *est, struct kdump_rehearsal **ret)
{
	const struct kd_arch *arch = kd_config_arch(image->config);
	struct kdump_rehearsal *r;
	int err;

	kd_begin(ctx);
	err = check(ctx, image, arch);
	if (err)
		return err;
	r = calloc(1, sizeof(*r));
	if (!r || kd_cmdline_compose(image->cmdline ? image->cmdline : "", NULL, ADDED_WORDS,
				     &r->cmdline)) {
		free(r);
		return kd_oom(ctx);
	}
	r->refs = 1;
	r->ctx = kdump_ctx_ref(ctx);
	r->image = kdump_image_ref(image);
	r->arch = arch;
	take_machine(r, est);
	*ret = r;
	return 0;
}

KD_API struct kdump_rehearsal *kdump_rehearsal_ref(struct kdump_rehearsal *r)
{
	r->refs++;
	return r;
}

KD_API struct kdump_rehearsal *kdump_rehearsal_unref(struct kdump_rehearsal *r)
{
	if (!r || --r->refs)
		return NULL;
	free(r->cmdline);
	kdump_image_unref(r->image);
	kdump_ctx_unref(r->ctx);
	free(r);
	return NULL;
}

KD_API int kdump_rehearsal_set_main(struct kdump_rehearsal *r, uint64_t bytes)
{
	char text[KD_SIZE_TEXT];

	kd_begin(r->ctx);
	if (bytes < KD_MIB || bytes > KD_REHEARSAL_MAIN_MAX)
		return kd_fail_id(r->ctx, -EINVAL, "rehearsal-main",
				  "a main part of %s cannot be rehearsed: 1 MiB to 2 GiB can",
				  kd_size_text(bytes, text));
	r->main = bytes;
	kd_search_begin(&r->search, bytes / KD_MIB, r->search.most);
	return 0;
}

KD_API void kdump_rehearsal_set_beside(struct kdump_rehearsal *r, uint64_t cma, uint64_t low)
{
	r->beside = (struct kd_beside){ .cma = cma, .low = low };
}

KD_API void kdump_rehearsal_set_guest(struct kdump_rehearsal *r, uint64_t ram, unsigned seconds)
{
	r->asked_ram = ram;
	r->limit = (int64_t)seconds * 1000;
}

/* ---- guests ---- */

/* A machine that runs short of memory for it would be touched by it after all. */
static int check_room(struct kdump_rehearsal *r)
{
	uint64_t takes = kd_guest_takes(&r->guest, r->archive);
	uint64_t available = r->image->config->snap->mem_available;
	char have[KD_SIZE_TEXT], need[KD_SIZE_TEXT];

	if (!available || takes <= available)
		return 0;
	kd_advise(r->ctx, "free memory, or give the guest less: --main, --cma, --ram");
	return kd_fail_id(r->ctx, -ENOSPC, "guest-too-large",
			  "a guest would take %s: %s of memory are available",
			  kd_size_text(takes, need), kd_size_text(available, have));
}

/*
 * The word for CMA comes first: a kernel that does not know it takes the last one
 * (kernel/crash_reserve.c:get_last_crashkernel()).
 */
static void compose(struct kdump_rehearsal *r, uint64_t main, uint64_t cma)
{
	char word[48] = "";

	if (cma)
		snprintf(word, sizeof(word), " crashkernel=%" PRIu64 ",cma", cma);
	snprintf(r->guest_cmdline, sizeof(r->guest_cmdline),
		 GUEST_WORDS "%s crashkernel=%" PRIu64 "@0x%" PRIx64, word, main, r->guest.base);
}

static int make_guest(struct kdump_rehearsal *r, uint64_t main)
{
	const struct kd_guest_wish wish = {
		.ram = r->asked_ram, .main = main, .archive = r->archive,
		.cma = r->alone ? 0 : kd_guest_cma(&r->beside),
		.section = r->arch->section_bytes, .align = r->arch->align,
		.placed = r->placed, .start = r->start,
	};
	char have[KD_SIZE_TEXT], need[KD_SIZE_TEXT];
	int err;

	if (kd_guest_make(&wish, &r->guest)) {
		kd_advise(r->ctx, "give it more, or leave --ram out");
		return kd_fail_id(r->ctx, -ENOSPC, "guest-too-small",
				  "a guest with %s cannot rehearse this: %s are needed",
				  kd_size_text(wish.ram, have),
				  kd_size_text(r->guest.ram, need));
	}
	err = check_room(r);
	if (err)
		return err;
	compose(r, main, wish.cma);
	r->trial = (struct kd_trial){ .main = main, .cma = wish.cma };
	r->tried = false;
	return KDUMP_AGAIN;
}

static uint64_t next_size(struct kdump_rehearsal *r, bool search)
{
	if (search)
		return kd_search_next(&r->search) * KD_MIB;
	return r->search.trials ? 0 : r->main;
}

KD_API int kdump_rehearsal_next(struct kdump_rehearsal *r, bool search)
{
	uint64_t main = next_size(r, search);

	kd_begin(r->ctx);
	r->alone = search;
	return main ? make_guest(r, main) : 0;
}

KD_API uint64_t kdump_rehearsal_get_main(const struct kdump_rehearsal *r)
{
	return r->trial.main ? r->trial.main : r->main;
}

KD_API uint64_t kdump_rehearsal_get_cma(const struct kdump_rehearsal *r)
{
	return r->trial.cma;
}

KD_API uint64_t kdump_rehearsal_get_lacked(const struct kdump_rehearsal *r)
{
	return r->alone ? 0 : kd_trial_lacked(&r->trial, &r->beside);
}

KD_API uint64_t kdump_rehearsal_get_ram(const struct kdump_rehearsal *r)
{
	return r->guest.ram;
}

KD_API uint64_t kdump_rehearsal_get_cpus(const struct kdump_rehearsal *r)
{
	return r->cpus;
}

KD_API const char *kdump_rehearsal_get_guest_cmdline(const struct kdump_rehearsal *r)
{
	return r->guest_cmdline;
}

KD_API const char *kdump_rehearsal_get_cmdline(const struct kdump_rehearsal *r)
{
	return r->cmdline;
}

KD_API const char *kdump_rehearsal_get_added_words(const struct kdump_rehearsal *r)
{
	(void)r;
	return ADDED_WORDS;
}

/* ---- what is heard ---- */

KD_API void kdump_rehearsal_begin(struct kdump_rehearsal *r, int64_t now)
{
	/* Where the same guest is begun again what was heard of it before does not count. */
	if (r->tried)
		r->search = r->before;
	r->tried = false;
	kd_trial_begin(&r->trial, now, r->limit);
}

KD_API void kdump_rehearsal_feed(struct kdump_rehearsal *r, int64_t now, const void *bytes,
				 size_t len)
{
	kd_trial_feed(&r->trial, now, bytes, len);
}

/* A load that was refused is told by its errno alone. */
static void explain(struct kdump_rehearsal *r)
{
	const struct kd_console *c = &r->trial.console;

	if (c->reserved_known && c->reserved < r->trial.main)
		kd_text_set(&r->why, "the guest's kernel did not set main aside");
	else if (c->refused)
		kd_text_set(&r->why, "kexec_file_load: %s (%u)",
			    kd_errno_text(-(int)c->refused), c->refused);
	else
		kd_text_set(&r->why, "%s", c->why);
}

static void conclude(struct kdump_rehearsal *r)
{
	if (!r->trial.result || r->tried)
		return;
	r->tried = true;
	explain(r);
	r->before = r->search;
	kd_search_tell(&r->search, r->trial.main / KD_MIB, r->trial.result);
}

KD_API int64_t kdump_rehearsal_wait(struct kdump_rehearsal *r, int64_t now)
{
	int64_t wait = kd_trial_wait(&r->trial, now);

	conclude(r);
	return wait;
}

KD_API void kdump_rehearsal_end(struct kdump_rehearsal *r, int64_t now)
{
	kd_trial_end(&r->trial, now);
	kd_trial_wait(&r->trial, now);
	conclude(r);
}

KD_API enum kdump_rehearsed kdump_rehearsal_get_result(const struct kdump_rehearsal *r)
{
	return r->trial.result;
}

KD_API bool kdump_rehearsal_is_open(const struct kdump_rehearsal *r)
{
	return !r->alone && kd_trial_is_open(&r->trial, &r->beside);
}

KD_API enum kdump_stage kdump_rehearsal_get_stage(const struct kdump_rehearsal *r)
{
	const struct kd_console *c = &r->trial.console;

	return c->init ? KDUMP_STAGE_INIT : c->unpacked ? KDUMP_STAGE_UNPACKED :
	       c->booted ? KDUMP_STAGE_BOOTED : c->loaded ? KDUMP_STAGE_LOADED :
	       KDUMP_STAGE_NONE;
}

KD_API const char *kdump_rehearsal_get_why(const struct kdump_rehearsal *r)
{
	return r->why.s;
}

KD_API const char *kdump_rehearsal_get_line(const struct kdump_rehearsal *r, size_t i)
{
	return kd_console_line(&r->trial.console, i);
}

KD_API bool kdump_rehearsal_get_memory(const struct kdump_rehearsal *r, uint64_t *total,
				       uint64_t *available)
{
	const struct kd_console *c = &r->trial.console;

	if (!c->memory_known)
		return false;
	*total = c->total;
	*available = c->available;
	return true;
}

KD_API bool kdump_rehearsal_get_lowest(const struct kdump_rehearsal *r, uint64_t *ret)
{
	if (!r->trial.console.lowest_known)
		return false;
	*ret = r->trial.console.lowest;
	return true;
}

KD_API unsigned kdump_rehearsal_count_trials(const struct kdump_rehearsal *r)
{
	return r->search.trials;
}

KD_API uint64_t kdump_rehearsal_get_minimum(const struct kdump_rehearsal *r,
					    enum kdump_rehearsed *below)
{
	const struct kd_search *s = &r->search;

	*below = s->below;
	return s->hopeless || kd_search_next(s) ? 0 : s->high * KD_MIB;
}
