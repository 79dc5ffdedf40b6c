/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* How the fake is steered, by calls or by the environment: see fake.h. */
#define _GNU_SOURCE
#include "fake.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct {
	bool started;
	int root;
	unsigned long calls, fail_at;	/* 0: none */
	int fail_with;
	bool fail_from;
	const char *fail_call;		/* only these count; NULL: all */
	const char *failed;
	uint64_t now;
} fake = { .root = -1 };

static void forget(void)
{
	if (fake.root >= 0)
		close(fake.root);
	fake.root = -1;
	fake.calls = fake.fail_at = 0;
	fake.failed = NULL;
	fake.started = true;
	fake_forget_kernel();
	fake_forget_files();
}

/* A wrong setting must not look like a test that passed. */
static void give_up(const char *what, const char *value)
{
	fprintf(stderr, "fake: %s: %s\n", what, value);
	abort();
}

void fake_start(const char *root)
{
	forget();
	fake.root = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fake.root < 0)
		give_up(root, strerror(errno));
}

void fake_fail(unsigned long n, int err, bool from)
{
	fake.calls = 0;
	fake.failed = NULL;
	fake.fail_at = n;
	fake.fail_with = err;
	fake.fail_from = from;
	fake.fail_call = NULL;
}

void fake_fail_call(const char *call, unsigned long n, int err)
{
	fake_fail(n, err, false);
	fake.fail_call = call;
}

void fake_fail_no_more(void)
{
	fake.fail_at = 0;
	fake.fail_call = NULL;
}

const char *fake_failed(void)
{
	return fake.failed;
}

unsigned long fake_calls(void)
{
	return fake.calls;
}

static int errno_by_name(const char *name)
{
	for (int err = 1; err < 256; err++) {
		const char *known = strerrorname_np(err);

		if (known && !strcmp(known, name))
			return err;
	}
	give_up("no such error", name);
	return 0;
}

static void write_calls(void)
{
	const char *path = getenv("KD_FAKE_CALLS");
	FILE *f = path ? fopen(path, "we") : NULL;

	if (!f)
		return;
	fprintf(f, "%lu\n", fake.calls);
	fclose(f);
}

/* "N:ERRNO" */
static bool read_fault(const char *name, unsigned long *n, bool *from, int *err)
{
	const char *value = getenv(name);
	char *end;

	if (!value)
		return false;
	*n = strtoul(value, &end, 10);
	*from = *end == '+';
	end += *from;
	if (!*n || *end != ':')
		give_up(name, value);
	*err = errno_by_name(end + 1);
	return true;
}

static void read_environment(void)
{
	const char *root = getenv("KD_FAKE_ROOT"), *busy = getenv("KD_FAKE_BUSY");
	unsigned long n;
	bool from;
	int err;

	forget();
	if (root)
		fake_start(root);
	if (read_fault("KD_FAKE_FAIL", &n, &from, &err))
		fake_fail(n, err, from);
	if (read_fault("KD_FAKE_REFUSE", &n, &from, &err))
		fake_refuse((unsigned)n, err);
	if (busy)
		fake_busy((unsigned)strtoul(busy, NULL, 10));
	if (getenv("KD_FAKE_CALLS"))
		atexit(write_calls);
}

enum fake_hit fake_hit(const char *call, int *err)
{
	if (!fake.started)
		read_environment();
	if (fake.fail_call && strcmp(call, fake.fail_call))
		return FAKE_PASSES;
	fake.calls++;
	if (!fake.fail_at || fake.calls < fake.fail_at)
		return FAKE_PASSES;
	if (fake.calls > fake.fail_at && !fake.fail_from)
		return FAKE_PASSES;
	if (!fake.failed)
		fake.failed = call;
	*err = -fake.fail_with;
	return fake.fail_with == FAKE_SHORT ? FAKE_IS_SHORT : FAKE_FAILS;
}

int fake_root(void)
{
	return fake.root;
}

const char *fake_machine(void)
{
	const char *name = getenv("KD_FAKE_MACHINE");

	return name ? name : "x86_64";
}

/* Each look at the clock takes a little: what only waits comes to an end. */
uint64_t fake_now(void)
{
	struct timespec now;

	if (!getenv("KD_FAKE_CLOCK"))
		return ++fake.now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return fake.now + (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void fake_advance(unsigned ms)
{
	fake.now += ms;
}
