/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"
#include "names.h"
#include "privs.h"
#include "qemu.h"
#include "rehearse.h"
#include "run.h"
#include "text.h"

#define PIECE	4096
#define LOOK	500		/* milliseconds between two looks, for progress */
#define KVM_WAIT 30000		/* for its first kernel: one that works takes a second or two */

/* ---- signals ---- */

static volatile sig_atomic_t caught;

static void catch(int sig)
{
	caught = sig;
}

static const int ending[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };

/* Let in only while we wait, so that none comes between a look and a wait. */
static void hold_signals(sigset_t *before)
{
	struct sigaction action = { .sa_handler = catch }, old;
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(ending); i++) {
		/* What we were started to ignore stays ignored: nohup. */
		if (!sigaction(ending[i], NULL, &old) && old.sa_handler != SIG_IGN) {
			sigaction(ending[i], &action, NULL);
			sigaddset(&set, ending[i]);
		}
	}
	sigprocmask(SIG_BLOCK, &set, before);
}

static void let_go_signals(const sigset_t *before)
{
	struct sigaction action = { .sa_handler = SIG_DFL };

	for (size_t i = 0; i < ARRAY_SIZE(ending); i++) {
		struct sigaction old;

		if (!sigaction(ending[i], NULL, &old) && old.sa_handler == catch)
			sigaction(ending[i], &action, NULL);
	}
	sigprocmask(SIG_SETMASK, before, NULL);
	if (caught)
		raise(caught);
}

/* ---- one guest ---- */

static int64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void show(const struct rehearse *run, struct progress *progress)
{
	static const char *const stages[] = {
		[KDUMP_STAGE_NONE] = "the guest starts",
		[KDUMP_STAGE_LOADED] = "the crash",
		[KDUMP_STAGE_BOOTED] = "the crash kernel starts",
		[KDUMP_STAGE_UNPACKED] = "the initramfs is unpacked",
		[KDUMP_STAGE_INIT] = "init runs",
	};
	char size[SIZE_TEXT];

	progress_say(progress, "%s: %s",
		     size_text(kdump_rehearsal_get_main(run->rehearsal), size),
		     stages[kdump_rehearsal_get_stage(run->rehearsal)]);
}

enum heard { HEARD, HEARD_FAILED, HEARD_NO_KVM, HEARD_NO_SANDBOX, HEARD_SIGNAL };

/* A /dev/kvm that opens proves nothing: only a guest that comes to the crash does. */
static bool came_to_crash(const struct rehearse *run)
{
	return kdump_rehearsal_get_result(run->rehearsal) != KDUMP_REHEARSED_NOT_TRIED;
}

static bool is_stuck(const struct rehearse *run, const struct qemu *q, int64_t begun)
{
	return run->kvm && kdump_rehearsal_get_stage(run->rehearsal) == KDUMP_STAGE_NONE &&
	       (q->ended || now() - begun > KVM_WAIT);
}

/* It has ended, or is stuck: what of it does not work here? */
static enum heard judge(const struct rehearse *run, struct qemu *q, int64_t begun,
			struct error *error)
{
	bool well = !q->ended || qemu_ended_well(q, run->program, error);

	if (run->sandbox && qemu_lacks_sandbox(q))
		return HEARD_NO_SANDBOX;
	if (is_stuck(run, q, begun))
		return HEARD_NO_KVM;
	if (!well)
		return HEARD_FAILED;
	kdump_rehearsal_end(run->rehearsal, now());
	return HEARD;
}

/* Until all is decided, or QEMU has ended. */
static enum heard listen(struct rehearse *run, struct qemu *q, struct progress *progress,
			 struct error *error)
{
	int64_t begun = now(), wait;
	char piece[PIECE];
	ssize_t n = 0;

	kdump_rehearsal_begin(run->rehearsal, begun);
	while (n >= 0 && !caught) {
		if (is_stuck(run, q, begun))
			return HEARD_NO_KVM;
		wait = kdump_rehearsal_wait(run->rehearsal, now());
		if (!wait)
			return run->kvm && !came_to_crash(run) ? HEARD_NO_KVM : HEARD;
		show(run, progress);
		n = qemu_read(q, piece, sizeof(piece), wait < LOOK ? wait : LOOK);
		if (n > 0)
			kdump_rehearsal_feed(run->rehearsal, now(), piece, (size_t)n);
	}
	return caught ? HEARD_SIGNAL : judge(run, q, begun, error);
}

static enum heard try_once(struct rehearse *run, const int files[2], const sigset_t *mask,
			   struct progress *progress, struct error *error)
{
	const struct qemu_guest guest = {
		.program = run->program, .kvm = run->kvm, .kvm_group = run->kvm_group,
		.sandbox = run->sandbox,
		.ram = kdump_rehearsal_get_ram(run->rehearsal),
		.cpus = kdump_rehearsal_get_cpus(run->rehearsal),
		.cmdline = kdump_rehearsal_get_guest_cmdline(run->rehearsal),
		.kernel = files[0], .archive = files[1], .seconds = run->seconds,
	};
	struct qemu q = { .mask = *mask };
	enum heard heard;

	if (qemu_start(&q, &guest, error))
		return HEARD_FAILED;
	heard = listen(run, &q, progress, error);
	qemu_close(&q);
	return heard;
}

static int not_tried(const struct rehearse *run, struct error *error)
{
	const char *why = kdump_rehearsal_get_why(run->rehearsal);
	const char *line = kdump_rehearsal_get_line(run->rehearsal, 0);

	error_set(error, 0, "rehearsal-not-tried",
		  "give it longer (--timeout), or another size (--main)",
		  "the guest's first kernel did not come to the crash%s%s", *why ? ": " : "",
		  *why ? why : line ? "" : " (it wrote nothing at all)");
	return -1;
}

static void note_trial(struct rehearse *run)
{
	if (run->n_trials == REHEARSE_TRIALS_MAX)
		return;
	run->trials[run->n_trials++] = (struct rehearse_trial){
		kdump_rehearsal_get_main(run->rehearsal),
		kdump_rehearsal_get_result(run->rehearsal),
	};
}

/* What does not work here is done without, and that is said, with QEMU's own word for it. */
static bool do_without(struct rehearse *run, enum heard heard, struct progress *progress,
		       struct error *error)
{
	static const char *const texts[] = {
		[HEARD_NO_KVM] = "KVM brings up no guest here: software emulation it is",
		[HEARD_NO_SANDBOX] = "QEMU has no sandbox here: it runs without",
	};
	char text[sizeof(error->message) + 80];

	if (heard != HEARD_NO_KVM && heard != HEARD_NO_SANDBOX)
		return false;
	*(heard == HEARD_NO_KVM ? &run->kvm : &run->sandbox) = false;
	snprintf(text, sizeof(text), "%s%s%s", texts[heard], *error->id ? ": " : "",
		 *error->id ? error->message : "");
	*error = (struct error){ .code = 0 };
	if (!run->g->quiet) {
		progress_end(progress);
		msg_log(NULL, 0, text);
	}
	return true;
}

static int try_one(struct rehearse *run, const int files[2], const sigset_t *mask,
		   struct progress *progress, struct error *error)
{
	enum heard heard;

	do
		heard = try_once(run, files, mask, progress, error);
	while (do_without(run, heard, progress, error));
	if (heard != HEARD)
		return -1;
	note_trial(run);
	if (kdump_rehearsal_get_result(run->rehearsal) == KDUMP_REHEARSED_NOT_TRIED)
		return not_tried(run, error);
	return 0;
}

/* ---- all of them ---- */

static int failed(struct rehearse *run, int ret, struct error *error)
{
	error_from_ctx(error, run->ctx, ret);
	return -1;
}

static int try_all(struct rehearse *run, const int files[2], const sigset_t *mask,
		   struct error *error)
{
	int64_t begun = now();
	struct progress progress;
	int ret;

	progress_start(&progress, run->g);
	while ((ret = kdump_rehearsal_next(run->rehearsal, run->search)) == KDUMP_AGAIN)
		if (try_one(run, files, mask, &progress, error))
			break;
	progress_end(&progress);
	run->milliseconds = now() - begun;
	if (ret < 0)
		return failed(run, ret, error);
	return ret ? -1 : 0;
}

static int find_program(struct rehearse *run, struct error *error)
{
	run->program = qemu_find(run->machine);
	run->kvm = run_has_kvm(&run->kvm_group);
	run->sandbox = true;
	if (run->program)
		return 0;
	error_set(error, ENOENT, "no-qemu",
		  "install QEMU for this architecture (Debian: qemu-system-x86, Fedora: "
		  "qemu-system-x86-core)", "qemu-system-%s: not found in PATH", run->machine);
	return -1;
}

static int pack(struct rehearse *run, const int files[2], struct error *error)
{
	int ret;

	if (files[0] < 0 || files[1] < 0) {
		ret = files[0] < 0 ? files[0] : files[1];
		error_set(error, -ret, "pack-failed", "", "no file in memory: %s",
			  strerror(-ret));
		return -1;
	}
	ret = kdump_rehearsal_pack(run->rehearsal, guest_init, guest_init_len, files[0],
				   files[1]);
	return ret ? failed(run, ret, error) : 0;
}

int rehearse_run(struct rehearse *run, struct error *error)
{
	int files[2] = { -1, -1 }, ret;
	sigset_t before;

	if (find_program(run, error))
		return -1;
	files[0] = run_memfd("kernel");
	files[1] = run_memfd("archive");
	ret = pack(run, files, error);
	if (!ret) {
		hold_signals(&before);
		privs_keep_kill();
		ret = try_all(run, files, &before, error);
		privs_lower();
		let_go_signals(&before);
	}
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (files[i] >= 0)
			close(files[i]);
	return ret;
}

void rehearse_free(struct rehearse *run)
{
	kdump_rehearsal_unref(run->rehearsal);
	free(run->program);
}
