/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What stands in for lib/core/sys-*.c at link time: real files below a scratch
 * folder that is taken for "/", a model of the kernel's kexec state, and of the
 * module crash_grow, behind the two kexec calls and the files of sysfs, a clock that
 * only moves when asked, and a fault at the n-th call.  Without a scratch folder nothing
 * can be changed at all.
 *
 * Programs of tests/faults steer it by these calls.  For build/test/crashctl,
 * which makes none of them, the environment does, read once:
 *
 *	KD_FAKE_ROOT=DIR	the scratch folder
 *	KD_FAKE_FAIL=N:ERRNO	the N-th call fails ("12:EIO"); "12+:EIO" and all behind it
 *	KD_FAKE_REFUSE=N:ERRNO	the next N loads are refused, the old image is gone
 *	KD_FAKE_BUSY=MS		another load is in progress for so long, by the fake's clock
 *	KD_FAKE_CALLS=FILE	how many calls there were, written at the end
 *	KD_FAKE_CLOCK=real	the clock goes on by itself, as that of the machine
 *	KD_FAKE_UEVENTS=FIFO	"memory online memory32" a line, "lost"
 *	KD_FAKE_MACHINE=NAME	what uname -m says; default x86_64
 */
#ifndef TESTS_FAKE_FAKE_H
#define TESTS_FAKE_FAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Takes @root for "/" and forgets all that was set before. */
void fake_start(const char *root);

/* ---- faults ---- */

#define FAKE_SHORT (-1)	/* in place of an errno: one byte is read or written */

/* The @n-th call from now fails; with @from all behind it too, as if the process had died. */
void fake_fail(unsigned long n, int err, bool from);
/* The @n-th call of that name ("kexec_file_load", "write_size", …) fails. */
void fake_fail_call(const char *call, unsigned long n, int err);
void fake_fail_no_more(void);
/* Was that call reached?  Its name, or NULL. */
const char *fake_failed(void);
/* Calls since fake_start() or fake_fail(). */
unsigned long fake_calls(void);
/* Descriptors that the library holds open; -1 where it closed one that was not. */
int fake_open_files(void);
/* Files and folders of that name belong to somebody else, until fake_start(). */
void fake_give_away(const char *name);

/* ---- the kernel ---- */

/* What is loaded: "" for nothing, else "SHA-256 SHA-256 command line". */
#define FAKE_ID 4096
const char *fake_loaded(void);
/* The same of files below the scratch folder. */
void fake_image_id(const char *kernel, const char *initramfs, const char *cmdline,
		   char ret[FAKE_ID]);
/* Another load is in progress for that long. */
void fake_busy(unsigned ms);
/* The next @n loads are refused after the old image is gone, as a load that fails is. */
void fake_refuse(unsigned n, int err);
/* kexec_file_load() calls that were let through to the image, unloads too. */
unsigned fake_attempts(void);

/* Memory or a CPU has come or gone; needs an open monitor. */
void fake_uevent(const char *subsystem, const char *action, const char *device);

/* ---- inside the fake ---- */

enum fake_file {
	FAKE_PLAIN, FAKE_SIZE, FAKE_FLAG,
	FAKE_TAKE, FAKE_COMMIT, FAKE_VALUE,	/* of crash_grow */
};
enum fake_hit { FAKE_PASSES, FAKE_FAILS, FAKE_IS_SHORT };

/* Counts a call; FAKE_FAILS with the result in *@err where it is the one. */
enum fake_hit fake_hit(const char *call, int *err);
int fake_root(void);			/* -1 without one */
enum fake_file fake_file_of(const char *path);
bool fake_is_busy(void);
ssize_t fake_write_size(const char *text, size_t len);
ssize_t fake_write_take(const char *text, size_t len);
ssize_t fake_write_commit(const char *text, size_t len);
/* A kernel with crash_growable; -errno. */
bool fake_grows_by_itself(void);
int fake_grow_by_itself(uint64_t size);
/* Files of the scratch folder, by the fake's own hand. */
bool fake_read_text(const char *path, char *text, size_t size);
void fake_write_text(const char *path, const char *text);
uint64_t fake_read_number(const char *path, uint64_t otherwise);
const char *fake_size_file(void);
uint64_t fake_now(void);
/* A descriptor that is counted, or -errno of the call that did not give one. */
int fake_opened(int fd, const char *what);
void fake_advance(unsigned ms);
bool fake_has_writer(int fd);
const char *fake_machine(void);
void fake_forget_kernel(void);
void fake_forget_files(void);

#endif
