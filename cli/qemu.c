/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "privs.h"
#include "qemu.h"
#include "run.h"

#define MIB		(UINT64_C(1) << 20)
#define GIB		(UINT64_C(1) << 30)
#define OWN_MEMORY	(3 * GIB)	/* of QEMU beside its guest: libraries, stacks, buffers */
#define ERRORS_MAX	MIB
#define PROGRAM_NAME	64
#define GRACE		5000	/* milliseconds that it may take to end */
#define GRACE_STEP	20
#define PATH_DEFAULT	"/usr/local/bin:/usr/bin:/bin"

/* ---- found ---- */

static char *join(const char *dir, size_t len, const char *name)
{
	char *path;

	/* An empty part of PATH is the folder one is in: nobody asked for that here. */
	if (!len || asprintf(&path, "%.*s/%s", (int)len, dir, name) < 0)
		return NULL;
	if (!access(path, X_OK))
		return path;
	free(path);
	return NULL;
}

static char *find_in_path(const char *name)
{
	const char *dirs = getenv("PATH");
	char *found = NULL;

	for (dirs = dirs ? dirs : PATH_DEFAULT; *dirs && !found;) {
		size_t len = strcspn(dirs, ":");

		found = join(dirs, len, name);
		dirs += len + (dirs[len] == ':');
	}
	return found;
}

char *qemu_find(const char *machine)
{
	static const char red_hat[] = "/usr/libexec";
	char name[PROGRAM_NAME];
	char *found;

	snprintf(name, sizeof(name), "qemu-system-%s", machine);
	found = find_in_path(name);
	return found ? found : join(red_hat, strlen(red_hat), "qemu-kvm");
}

/* ---- the child ---- */

static void limit(int what, uint64_t most)
{
	struct rlimit old, new = { most, most };

	if (getrlimit(what, &old) || old.rlim_max < most)
		return;
	setrlimit(what, &new);
}

static void set_limits(const struct qemu_guest *guest)
{
	limit(RLIMIT_AS, guest->ram + OWN_MEMORY);
	limit(RLIMIT_CPU, (guest->cpus + 1) * guest->seconds + 60);
	limit(RLIMIT_FSIZE, ERRORS_MAX);
	limit(RLIMIT_CORE, 0);
}

/* If memory runs out, it is for a guest to go; anyone may raise their own. */
static void go_first(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	/* Where that cannot be, it is as it was. */
	(void)!write(fd, "1000", 4);
	close(fd);
}

/* From memory, without folder or name: who is killed leaves nothing behind. */
static int become_qemu(const struct qemu_guest *guest, char **argv, int console, int errors,
		       pid_t parent)
{
	static char path[] = "PATH=/usr/bin:/bin";
	char *env[] = { path, NULL };
	int ret;

	setpgid(0, 0);
	run_reset_signals();
	go_first();
	ret = privs_drop(guest->kvm ? guest->kvm_group : 0);
	if (!ret)
		ret = run_take_places(console, errors);
	if (ret)
		return ret;
	run_close_others();
	/* These two alone are kept. */
	fcntl(guest->kernel, F_SETFD, 0);
	fcntl(guest->archive, F_SETFD, 0);
	set_limits(guest);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		return -ESRCH;
	if (!chdir("/"))
		execve(guest->program, argv, env);
	return -errno;
}

/* ---- the parent ---- */

/*
 * Emulated with several threads guests have been corrupted, and cmpxchg16b makes some
 * kernels unstable under emulation (QEMU 7.2).  Second port and disk, which holds nothing
 * and forgets, are there to be found: a kernel waits while it looks at devices, and unpacks
 * its initramfs meanwhile.  Without any it would run out of memory sooner than elsewhere.
 */
#define KVM_WORDS	"kvm"
#define TCG_WORDS	"tcg,thread=single,tb-size=128"
/* It runs no program, and changes neither its privileges nor what it may use. */
#define SANDBOX_WORDS	"on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"

static void spawn(struct qemu *q, const struct qemu_guest *guest, int console, int told)
{
	char kernel[32], archive[32], ram[32], cpus[32];
	char *argv[] = {
		(char *)guest->program, "-accel", guest->kvm ? KVM_WORDS : TCG_WORDS,
		"-cpu", guest->kvm ? "host" : "max,-cx16", "-machine", "pc", "-nodefaults",
		"-no-user-config", "-display", "none", "-nic", "none", "-no-reboot",
		"-monitor", "none", "-serial", "stdio", "-serial", "null",
		"-drive", "driver=null-co,size=16M,if=none,id=nothing",
		"-device", "virtio-blk-pci,drive=nothing", "-m", ram, "-smp", cpus,
		"-kernel", kernel, "-initrd", archive, "-append", (char *)guest->cmdline,
		guest->sandbox ? "-sandbox" : NULL, SANDBOX_WORDS, NULL
	};
	pid_t self = getpid();
	int ret;

	snprintf(kernel, sizeof(kernel), "/proc/self/fd/%d", guest->kernel);
	snprintf(archive, sizeof(archive), "/proc/self/fd/%d", guest->archive);
	snprintf(ram, sizeof(ram), "%" PRIu64 "M", guest->ram / MIB);
	snprintf(cpus, sizeof(cpus), "%" PRIu64, guest->cpus);
	q->pid = fork();
	if (q->pid)
		return;
	ret = become_qemu(guest, argv, console, q->errors, self);
	_exit(write(told, &ret, sizeof(ret)) < 0 ? 126 : 127);
}

static int start(struct qemu *q, const struct qemu_guest *guest, int console)
{
	int told[2], ret;

	if (pipe2(told, O_CLOEXEC))
		return -errno;
	spawn(q, guest, console, told[1]);
	ret = q->pid < 0 ? -errno : 0;
	close(told[1]);
	if (!ret)
		ret = run_hear(told[0]);
	close(told[0]);
	return ret;
}

int qemu_start(struct qemu *q, const struct qemu_guest *guest, struct error *error)
{
	struct sigaction reaped = { .sa_handler = SIG_DFL };
	int ends[2] = { -1, -1 }, ret = 0;

	q->pid = -1;
	q->ended = false;
	q->hung = false;
	q->console = -1;
	q->errors = run_memfd("errors");
	if (q->errors < 0)
		ret = q->errors;
	else if (pipe2(ends, O_CLOEXEC))
		ret = -errno;
	/* Where we were started with it ignored nobody would tell how it ended. */
	sigaction(SIGCHLD, &reaped, NULL);
	if (!ret) {
		ret = start(q, guest, ends[1]);
		close(ends[1]);
		q->console = ends[0];
	}
	if (!ret)
		return 0;
	error_set(error, -ret, "qemu-failed", "", "%s: cannot be started: %s", guest->program,
		  strerror(-ret));
	q->ended = q->pid < 0;
	qemu_close(q);
	return -1;
}

static void reap(struct qemu *q)
{
	while (waitpid(q->pid, &q->status, 0) < 0)
		if (errno != EINTR)
			break;
	q->ended = true;
}

static void kill_it(const struct qemu *q)
{
	/* Both: it may not have come to make a group of its own. */
	kill(-q->pid, SIGKILL);
	kill(q->pid, SIGKILL);
}

/* It has closed its console, and so it ends; one that does not, or a signal, is not waited for. */
static void wait_for_end(struct qemu *q)
{
	struct timespec ts = { 0, GRACE_STEP * 1000000L };

	for (int waited = 0; waited < GRACE; waited += GRACE_STEP) {
		pid_t pid = waitpid(q->pid, &q->status, WNOHANG);

		if (pid == q->pid || (pid < 0 && errno != EINTR)) {
			q->ended = true;
			return;
		}
		if (ppoll(NULL, 0, &ts, &q->mask) < 0)
			break;
	}
	q->hung = true;
	kill_it(q);
	reap(q);
}

ssize_t qemu_read(struct qemu *q, void *to, size_t size, int64_t wait)
{
	struct pollfd poll = { .fd = q->console, .events = POLLIN };
	struct timespec ts = { wait / 1000, wait % 1000 * 1000000 };
	ssize_t n;

	if (ppoll(&poll, 1, &ts, &q->mask) <= 0)
		return 0;
	n = read(q->console, to, size);
	if (n > 0 || (n < 0 && errno == EINTR))
		return n > 0 ? n : 0;
	wait_for_end(q);
	return -1;
}

void qemu_stop(struct qemu *q)
{
	if (q->ended)
		return;
	kill_it(q);
	reap(q);
}

/* Its last line: what came before are warnings. */
static void read_error(const struct qemu *q, char *ret, size_t size)
{
	off_t end = lseek(q->errors, 0, SEEK_END);
	off_t from = end > (off_t)size - 1 ? end - (off_t)(size - 1) : 0;
	ssize_t n = pread(q->errors, ret, size - 1, from);
	char *line;

	while (n > 0 && strchr("\r\n ", ret[n - 1]))
		n--;
	ret[n > 0 ? n : 0] = '\0';
	line = strrchr(ret, '\n');
	if (line)
		memmove(ret, line + 1, strlen(line + 1) + 1);
}

bool qemu_ended_well(struct qemu *q, const char *program, struct error *error)
{
	char why[512];

	if (WIFEXITED(q->status) && !WEXITSTATUS(q->status))
		return true;
	read_error(q, why, sizeof(why));
	if (q->hung)
		error_set(error, 0, "qemu-failed", "try again, or another version of QEMU",
			  "%s: closed the guest's console, and did not end%s%s", program,
			  *why ? ": " : "", why);
	else if (WIFSIGNALED(q->status))
		error_set(error, 0, "qemu-killed",
			  WTERMSIG(q->status) == SIGKILL ?
			  "look whether this machine ran out of memory (dmesg), and try again" :
			  "try again, or another version of QEMU",
			  "%s: ended by signal %d%s%s", program, WTERMSIG(q->status),
			  *why ? ": " : "", why);
	else
		error_set(error, 0, "qemu-failed",
			  "install QEMU 5.2 or newer, with the machine pc, or free memory",
			  "%s: %s", program, *why ? why : "failed without a word");
	return false;
}

/* softmmu/qemu-seccomp.c; its name is all that its messages have in common. */
bool qemu_lacks_sandbox(const struct qemu *q)
{
	char why[512];

	if (!q->ended || !WIFEXITED(q->status) || !WEXITSTATUS(q->status))
		return false;
	read_error(q, why, sizeof(why));
	return strstr(why, "sandbox") || strstr(why, "seccomp");
}

void qemu_close(struct qemu *q)
{
	qemu_stop(q);
	if (q->console >= 0)
		close(q->console);
	if (q->errors >= 0)
		close(q->errors);
}
