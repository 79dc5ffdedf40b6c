/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Faults one after the other, as SQLite's tests do it: an operation is repeated
 * with its first call failing, its second, its third, until it gets through
 * without meeting the fault; then with the next errno.  Memory counts as a call
 * of its own kind (the Makefile links with --wrap).  With FAULTS=all in the
 * environment, as make check-long has it, there are more errnos.
 *
 * What must hold after each is the same for all: see check_invariants().
 */
#ifndef TESTS_FAULTS_FAULTS_H
#define TESTS_FAULTS_FAULTS_H

#include "../unit/machine.h"

#include "../../lib/act/request.h"
#include "../../lib/core/root.h"
#include "../fake/fake.h"

/* The library's buffers are large and the runs are many: what is freed is used again soon. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "quarantine_size_mb=1:malloc_context_size=6";
}

/* ---- memory ---- */

static unsigned long memory_calls, memory_fail_at;
static bool memory_failed;

static inline bool memory_fails(void)
{
	memory_calls++;
	if (!memory_fail_at || memory_calls != memory_fail_at)
		return false;
	memory_failed = true;
	errno = ENOMEM;
	return true;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__real_reallocarray(void *p, size_t n, size_t size);
char *__real_strdup(const char *s);
char *__real_strndup(const char *s, size_t n);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_reallocarray(void *p, size_t n, size_t size);
char *__wrap_strdup(const char *s);
char *__wrap_strndup(const char *s, size_t n);

void *__wrap_malloc(size_t size)
{
	return memory_fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return memory_fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	return memory_fails() ? NULL : __real_realloc(p, size);
}

void *__wrap_reallocarray(void *p, size_t n, size_t size)
{
	return memory_fails() ? NULL : __real_reallocarray(p, n, size);
}

char *__wrap_strdup(const char *s)
{
	return memory_fails() ? NULL : __real_strdup(s);
}

char *__wrap_strndup(const char *s, size_t n)
{
	return memory_fails() ? NULL : __real_strndup(s, n);
}

/* ---- the objects of an operation ---- */

struct objects {
	struct kdump_ctx *ctx;
	struct kdump_snapshot *snap;
	struct kdump_config *config;
	struct kdump_image *image;
	struct kdump_estimate *est;
	struct kdump_report *report;
	struct kdump_wish *wish;
	struct kdump_plan *plan;
	struct kdump_request *rq;
	struct kdump_apply *apply;
	const char *append;		/* as --append; NULL: the distribution's */
	enum kdump_syscall call;	/* as --syscall */
};

/*
 * What a failed call must leave in @*ret: what was there.  The value is no
 * pointer, so nobody can follow it by mistake.
 */
#define UNTOUCHED ((void *)(uintptr_t)0x5a5a)

/* Makes one object; on failure *member is NULL again, and was not written to. */
#define MAKE(member, call) __extension__ ({		\
	int make_err_;					\
							\
	(member) = UNTOUCHED;				\
	make_err_ = (call);				\
	if (make_err_) {				\
		assert_ptr_equal(member, UNTOUCHED);	\
		(member) = NULL;			\
	} else {					\
		assert_ptr_not_equal(member, UNTOUCHED);\
	}						\
	make_err_;					\
})

static inline int read_image(struct kdump_image *image)
{
	int r;

	do
		r = kdump_image_read(image);
	while (r == KDUMP_AGAIN);
	return r;
}

/* As far as an estimate. */
static inline int look(struct objects *o)
{
	int err = MAKE(o->snap, kdump_snapshot_new(o->ctx, &o->snap));

	if (!err)
		err = MAKE(o->config, kdump_config_new(o->ctx, o->snap, &o->config));
	if (!err && o->call)
		err = kdump_config_set_syscall(o->config, o->call);
	if (!err && o->append)
		err = kdump_config_set_append(o->config, false, o->append);
	if (!err)
		err = MAKE(o->image, kdump_image_new(o->ctx, o->config, &o->image));
	if (!err)
		err = read_image(o->image);
	if (!err)
		err = MAKE(o->est,
			   kdump_estimate_new(o->ctx, o->config, o->image, &o->est));
	return err;
}

static inline int make_request(struct objects *o, const char *force)
{
	int err = look(o);

	if (!err)
		err = MAKE(o->rq, kdump_request_new(o->ctx, o->config, o->image, o->est,
						    &o->rq));
	if (!err && force)
		err = kdump_request_add_force(o->rq, force);
	return err;
}

static inline void release(struct objects *o)
{
	kdump_apply_unref(o->apply);
	kdump_request_unref(o->rq);
	kdump_plan_unref(o->plan);
	kdump_wish_unref(o->wish);
	kdump_report_unref(o->report);
	kdump_estimate_unref(o->est);
	kdump_image_unref(o->image);
	kdump_config_unref(o->config);
	kdump_snapshot_unref(o->snap);
	kdump_ctx_unref(o->ctx);
	*o = (struct objects){ 0 };
}

/* Loads what the machine is configured to, with no fault: how each case begins. */
static inline void load_well(const char *force)
{
	struct objects o = { 0 };

	assert_int_equal(kdump_ctx_new(&o.ctx), 0);
	assert_int_equal(make_request(&o, force), 0);
	assert_int_equal(kdump_request_load(o.rq), 0);
	assert_string_equal(kdump_request_get_note(o.rq), "");
	release(&o);
}

/* As a package does it: another file under the old name, so what is open stays as it is. */
static inline void replace_image(const struct machine *m)
{
	machine_drop(m, MACHINE_KERNEL);
	machine_drop(m, MACHINE_INITRD);
	machine_put_kernel(m, MACHINE_KERNEL, &(struct machine_kernel){ .fill = 'b' });
	machine_put_initramfs(m, MACHINE_INITRD, 2000, 'b');
}

/* ---- what must hold ---- */

static inline bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && !strcmp(s + n - m, end);
}

static int n_left_over;

static inline int look_for_left_over(const char *path, const struct stat *st, int kind,
				     struct FTW *ftw)
{
	(void)st, (void)ftw;
	if (kind == FTW_F && ends_with(path, ".new"))
		n_left_over++;
	return 0;
}

static inline int count_left_over(const struct machine *m)
{
	n_left_over = 0;
	assert_int_equal(nftw(m->root, look_for_left_over, 16, FTW_PHYS), 0);
	return n_left_over;
}

#define COPY "/var/lib/crashctl/last-good"

/* A record of what is loaded tells the truth. */
static inline void check_record(void)
{
	struct kd_record record = { 0 };
	struct kdump_ctx *ctx;
	char id[FAKE_ID];

	assert_int_equal(kdump_ctx_new(&ctx), 0);
	if (*fake_loaded() && kd_record_read(ctx, KD_RECORD_PATH, &record) == 1) {
		snprintf(id, sizeof(id), "%s %s %s", record.kernel.sha256,
			 record.initramfs.sha256, record.cmdline);
		if (record.call == KDUMP_SYSCALL_FILE)
			assert_string_equal(id, fake_loaded());
		else
			assert_non_null(strstr(fake_loaded(), record.initramfs.sha256));
		kd_record_free(&record);
	}
	kdump_ctx_unref(ctx);
}

/* The record of a copy has its files beside it. */
static inline void check_copy(void)
{
	struct kd_record record = { 0 };
	struct kdump_ctx *ctx;

	assert_int_equal(kdump_ctx_new(&ctx), 0);
	if (kd_record_read(ctx, COPY "/record", &record) == 1) {
		assert_int_equal(kd_keep_verify(ctx, &record), 0);
		kd_record_free(&record);
	}
	kdump_ctx_unref(ctx);
}

/* ---- the loop ---- */

struct operation {
	const char *name;
	/* On a machine that has just been filled, the fake running, no fault. */
	void (*prepare)(const struct machine *m);
	/* o->ctx is there; what it makes it leaves in @o. */
	int (*run)(struct objects *o);
	/* Which outcome there was, and whether it says that something was changed. */
	enum kdump_outcome (*outcome)(const struct objects *o);
	bool (*is_changed)(const struct objects *o);
	/* After a run without error. */
	void (*check)(const struct machine *m, const struct objects *o);
	bool unloads;			/* to be without an image is what it is for */
	/* After each run, when all is released; NULL: nothing besides. */
	void (*after)(const struct machine *m, bool from);
};

struct fault {
	int err;		/* 0: memory */
	bool from;		/* and all that comes behind it */
};

struct before {
	char loaded[FAKE_ID];
	char *size;
};

static inline void note_before(const struct machine *m, struct before *ret)
{
	snprintf(ret->loaded, sizeof(ret->loaded), "%s", fake_loaded());
	ret->size = machine_get(m, "sys/kernel/kexec/crash_size");
	assert_non_null(ret->size);
}

/*
 * Never worse than before: what was captured is captured still, or the caller is
 * told; and one fault alone is always mended.
 */
static inline void check_invariants(const struct machine *m, const struct operation *op,
				    const struct objects *o, const struct before *before,
				    const struct fault *fault, int err)
{
	char *size = machine_get(m, "sys/kernel/kexec/crash_size");
	bool same = !strcmp(size, before->size) && !strcmp(fake_loaded(), before->loaded);

	if (err < 0) {
		assert_string_not_equal(kdump_ctx_get_error(o->ctx), "");
		assert_string_not_equal(kdump_ctx_get_error_id(o->ctx), "");
	} else {
		assert_int_equal(err, 0);
	}
	if (*before->loaded && !*fake_loaded()) {
		assert_true(op->unloads || (fault->from && err < 0));
		assert_int_equal(op->outcome(o), KDUMP_OUTCOME_UNPROTECTED);
	}
	if (!same)
		assert_true(op->is_changed(o));
	free(size);
}

static inline void begin_fault(const struct fault *fault, unsigned long n)
{
	memory_failed = false;
	memory_calls = 0;
	if (fault->err)
		fake_fail(n, fault->err, fault->from);
	else
		memory_fail_at = n;
}

/* Was the fault met?  From here on nothing fails any more. */
static inline bool end_fault(const struct fault *fault)
{
	memory_fail_at = 0;
	fake_fail_no_more();
	return fault->err ? fake_failed() != NULL : memory_failed;
}

/* What the library and the fake have made since the machine was filled. */
static inline void forget(const struct machine *m)
{
	static const char *const made[] = { "run", "var/lib/crashctl", ".fake-loaded" };

	for (size_t i = 0; i < KD_ARRAY_SIZE(made); i++)
		if (!access(machine_path(m, made[i]), F_OK))
			machine_remove(machine_path(m, made[i]));
}

/* Where a test stands that fails: its teardown tells. */
static char where[256];

static inline int tell_where(void **state)
{
	(void)state;
	if (*where)
		print_message("# failed at %s\n", where);
	where[0] = '\0';
	return 0;
}

/* One run with the @n-th call failing; false where it ended before that call. */
static inline bool run_once(const struct machine *m, const struct operation *op,
			    const struct fault *fault, unsigned long n)
{
	struct objects o = { 0 };
	struct before before;
	bool met;
	int err;

	forget(m);
	machine_fill(m);
	fake_start(m->root);
	op->prepare(m);
	note_before(m, &before);
	assert_int_equal(kdump_ctx_new(&o.ctx), 0);
	kdump_ctx_set_lock_timeout(o.ctx, 500);
	begin_fault(fault, n);
	err = op->run(&o);
	met = end_fault(fault);
	if (met && fault->err)
		snprintf(where + strlen(where), sizeof(where) - strlen(where), ", in %s",
			 fake_failed());
	check_invariants(m, op, &o, &before, fault, err);
	if (!err)
		op->check(m, &o);
	assert_true(met || !err);
	release(&o);
	assert_int_equal(fake_open_files(), 0);
	check_record();
	check_copy();
	if (op->after)
		op->after(m, fault->from);
	if (!fault->from)
		assert_int_equal(count_left_over(m), 0);
	free(before.size);
	return met;
}

static inline void run_all_faults(const struct operation *op)
{
	static const struct fault faults[] = {
		{ 0, false }, { EIO, false }, { ENOENT, false }, { FAKE_SHORT, false },
		{ EIO, true },
		/* with FAULTS=all */
		{ EACCES, false }, { EBUSY, false }, { ENOMEM, false }, { EPERM, true },
	};
	const char *which = getenv("FAULTS");
	size_t n_faults = which && !strcmp(which, "all") ? KD_ARRAY_SIZE(faults) : 5;
	unsigned long tried = 0, n;
	struct machine m;

	machine_new(&m);

	for (size_t i = 0; i < n_faults; i++) {
		const struct fault *fault = &faults[i];
		const char *name = !fault->err		      ? "no memory"
				   : fault->err == FAKE_SHORT ? "short"
							      : strerrorname_np(fault->err);

		for (n = 1; ; n++) {
			snprintf(where, sizeof(where), "%s, call %lu: %s%s", op->name, n, name,
				 fault->from ? " from there on" : "");
			if (!run_once(&m, op, fault, n))
				break;
			assert_true(n < 10000);
		}
		print_message("# %s: %s%s: %lu faults\n", op->name, name,
			      fault->from ? " from there on" : "", n - 1);
		tried += n - 1;
	}
	where[0] = '\0';
	print_message("# %s: %lu faults in all\n", op->name, tried);
	machine_free(&m);
}

/* ---- one thing at a time ---- */

struct scene {
	struct machine m;
	struct objects o;
	char before[FAKE_ID];
};

static inline int set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	machine_new(&s->m);
	machine_fill(&s->m);
	fake_start(s->m.root);
	assert_int_equal(kdump_ctx_new(&s->o.ctx), 0);
	*state = s;
	return 0;
}

static inline int tear_down(void **state)
{
	struct scene *s = *state;

	fake_fail_no_more();
	release(&s->o);
	machine_free(&s->m);
	free(s);
	assert_int_equal(fake_open_files(), 0);
	return 0;
}

static inline void assert_failed(const struct scene *s, int r, int err, const char *id)
{
	assert_int_equal(r, err);
	assert_string_equal(kdump_ctx_get_error_id(s->o.ctx), id);
	assert_string_not_equal(kdump_ctx_get_error(s->o.ctx), "");
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

#endif
