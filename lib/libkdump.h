/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * libkdump - is this machine's next panic captured, and what does that take?
 *
 *	ctx -> snapshot -> config -> image -> estimate, boot -> report
 *	                                   -> wish -> plan -> apply
 *	                                   -> request (load, unload)
 *
 * A snapshot says what the machine is, a config which kernel and initramfs
 * would be loaded, an image what is in them, an estimate what they need; a
 * report is the verdict, a plan the way from here to a wish.
 *
 * Results.  A function that can fail returns 0, or a documented positive
 * condition, or a negative errno out of the list beside it, and then leaves
 * its @ret alone; kdump_ctx_get_error() says why in words.  Every function that
 * takes memory can return -ENOMEM; it is not listed again.
 * Ownership.  Objects are reference counted: *_new() gives one reference,
 * *_unref(NULL) is fine and returns NULL.  Getters lend: the pointer lives as
 * long as the object.  Setters copy.
 * Numbers.  Sizes and addresses are bytes in uint64_t.
 * Threads.  One thread per context at a time, with all that was made of it.
 * Snapshots, estimates, reports and plans never change once made, and images
 * once read: their getters may be called by several threads.  Reference counts
 * are not atomic.
 * The library never prints, forks or exits, reads no environment variable,
 * changes no capability and holds no global state.
 */
#ifndef LIBKDUMP_H
#define LIBKDUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KDUMP_VERSION_MAJOR 0
#define KDUMP_VERSION_MINOR 2
#define KDUMP_VERSION_PATCH 0

/* A positive result: there is more to do, call again. */
#define KDUMP_AGAIN 1
/* The same of kdump_apply_next(), but first the caller has to run a tool. */
#define KDUMP_APPLY_RUN 2

struct kdump_ctx;
struct kdump_snapshot;
struct kdump_config;
struct kdump_image;
struct kdump_observed;
struct kdump_history;
struct kdump_dump;
struct kdump_death;
struct kdump_proof;
struct kdump_test;
struct kdump_estimate;
struct kdump_boot;
struct kdump_report;
struct kdump_wish;
struct kdump_plan;
struct kdump_apply;
struct kdump_request;
struct kdump_words;
struct kdump_facts;
struct kdump_monitor;
struct kdump_event;
struct kdump_watch;
struct kdump_rehearsal;

/* Physical addresses, both ends inclusive, as in /proc/iomem. */
struct kdump_range {
	uint64_t start;
	uint64_t end;
};

/* The three kinds of crash memory. */
enum kdump_pool {
	KDUMP_POOL_MAIN,	/* contiguous, holds the image */
	KDUMP_POOL_LOW,		/* second region below 4 GiB, for DMA */
	KDUMP_POOL_CMA,		/* lent to the running system until the crash */
};
#define KDUMP_POOLS 3

/* Where a pool's size is said. */
enum kdump_view {
	KDUMP_VIEW_CONFIGURED,	/* what the next boot will ask for */
	KDUMP_VIEW_BOOTED,	/* what this boot's command line asked for */
	KDUMP_VIEW_RESERVED,	/* what the kernel set aside */
	KDUMP_VIEW_NEEDED,	/* the estimate */
};
#define KDUMP_VIEWS 4

/* Would a panic now be captured? */
enum kdump_verdict {
	KDUMP_VERDICT_CAPTURED,
	KDUMP_VERDICT_DEGRADED,		/* loaded, but too small or stale */
	KDUMP_VERDICT_NOT_LOADED,	/* memory is there, no image in it */
	KDUMP_VERDICT_NOT_RESERVED,	/* no memory is set aside */
	KDUMP_VERDICT_IMPOSSIBLE,	/* nothing is loaded, and nothing can be */
	KDUMP_VERDICT_UNKNOWN,		/* the caller may not see what decides it */
};

enum kdump_severity {
	KDUMP_SEVERITY_NOTE,	/* good to know, nothing to do */
	KDUMP_SEVERITY_WARNING,
	KDUMP_SEVERITY_ERROR,	/* the verdict comes from this */
};

/* How a number of the estimate was come by. */
enum kdump_basis {
	KDUMP_BASIS_EXACT,	/* read from the files */
	KDUMP_BASIS_COMPUTED,	/* follows from the machine */
	KDUMP_BASIS_MODELLED,	/* a measured constant, with its spread */
	KDUMP_BASIS_MEASURED,	/* in a rehearsal of this image.  Since: 0.2 */
};

/* The ways in which too little memory shows. */
enum kdump_wall {
	KDUMP_WALL_LOAD,	/* the kernel refuses the load */
	KDUMP_WALL_TMPFS,	/* the root tmpfs, half of memory, is full */
	KDUMP_WALL_RUN,		/* out of memory while the crash kernel starts and unpacks */
	KDUMP_WALL_DUMP,	/* out of memory while the dump is written */
};
#define KDUMP_WALLS 4

enum kdump_freshness {
	KDUMP_FRESHNESS_FRESH,	/* loaded by us from the files that are there now */
	KDUMP_FRESHNESS_STALE,	/* files, configuration or the machine changed since */
	KDUMP_FRESHNESS_FOREIGN,	/* loaded, but not by us or not recorded */
	KDUMP_FRESHNESS_UNKNOWN,	/* nothing loaded, or not to be seen */
};

/* What a load, reload or unload left in place. */
enum kdump_outcome {
	KDUMP_OUTCOME_UNTOUCHED,	/* what was there before, loaded or not */
	KDUMP_OUTCOME_LOADED,		/* the image asked for */
	KDUMP_OUTCOME_RESTORED,		/* that failed; the last good image, from its copy */
	KDUMP_OUTCOME_UNPROTECTED,	/* nothing is loaded any more */
	KDUMP_OUTCOME_REPLACED,		/* that failed; an older good image, not the one before */
};

enum kdump_action {
	KDUMP_ACTION_UNLOAD,
	KDUMP_ACTION_RESIZE,	/* kexec_crash_size */
	KDUMP_ACTION_LOAD,
	KDUMP_ACTION_WORDS,	/* crashkernel= words for the next boot */
	KDUMP_ACTION_MODULE,	/* load crash_grow.  Since: 0.2 */
	KDUMP_ACTION_TAKE,	/* memory for main, beside what is reserved.  Since: 0.2 */
};

/* What is there to make main larger without a reboot. */
enum kdump_growth {
	KDUMP_GROWTH_UNKNOWN,	/* not to be seen */
	KDUMP_GROWTH_NONE,
	KDUMP_GROWTH_KERNEL,	/* the kernel's own kexec_crash_size takes more */
	KDUMP_GROWTH_MODULE,	/* the module crash_grow */
	KDUMP_GROWTH_INSTALLED,	/* that is there for this kernel, and not loaded */
};

/* Why main is as large as it is. */
enum kdump_origin {
	KDUMP_ORIGIN_UNKNOWN,	/* not to be seen, or there is none */
	KDUMP_ORIGIN_BOOT,
	KDUMP_ORIGIN_GROWN,	/* taken while the system runs: the next boot knows nothing of it */
	KDUMP_ORIGIN_SHRUNK,	/* part of it was given back */
};

enum kdump_when {
	KDUMP_WHEN_NOW,
	KDUMP_WHEN_BOOT,
};

enum kdump_scope {
	KDUMP_SCOPE_BOTH,
	KDUMP_SCOPE_LIVE,
	KDUMP_SCOPE_CONFIG,
};

/* On which side of an address a place is looked for. */
enum kdump_policy {
	KDUMP_POLICY_NONE,	/* the address itself */
	KDUMP_POLICY_BOTTOM_UP,	/* the lowest place at or above it; 0: of all */
	KDUMP_POLICY_TOP_DOWN,	/* the highest place at or below it; 0: of all */
};

/* Which system call loads the image. */
enum kdump_syscall {
	KDUMP_SYSCALL_AUTO,	/* the first that this kernel and this image allow */
	KDUMP_SYSCALL_FILE,	/* kexec_file_load(): the kernel reads, checks and places */
	KDUMP_SYSCALL_SEGMENTS,	/* kexec_load(): libkdump places; no signature is checked */
};

/* Whose way of saving dumps it is.  Since: 0.2 */
enum kdump_layout {
	KDUMP_LAYOUT_UNKNOWN,
	KDUMP_LAYOUT_DEBIAN,
	KDUMP_LAYOUT_FEDORA,
	KDUMP_LAYOUT_SUSE,
};

/* Was a panic with what is loaded captured?  Since: 0.2 */
enum kdump_tested {
	KDUMP_TESTED_UNKNOWN,	/* what is loaded is not known, or nobody looked */
	KDUMP_TESTED_NEVER,
	KDUMP_TESTED_CAPTURED,
	KDUMP_TESTED_FAILED,
};

/* How a rehearsed crash went. */
enum kdump_rehearsed {
	KDUMP_REHEARSED_OPEN,		/* not decided */
	KDUMP_REHEARSED_BOOTS,		/* init was reached, and memory held */
	KDUMP_REHEARSED_LOAD_REFUSED,	/* main has no room for the image */
	KDUMP_REHEARSED_KERNEL_MEMORY,	/* out of memory: before the kernel had started, */
	KDUMP_REHEARSED_UNPACK_MEMORY,	/* before init, */
	KDUMP_REHEARSED_INIT_MEMORY,	/* once init ran */
	KDUMP_REHEARSED_ROOT_FULL,	/* the root could not hold the initramfs */
	KDUMP_REHEARSED_UNPACK_FAILED,	/* the initramfs is none, or damaged */
	KDUMP_REHEARSED_NO_INIT,	/* there is none, or it ended */
	KDUMP_REHEARSED_PANIC, KDUMP_REHEARSED_TIMEOUT,
	KDUMP_REHEARSED_SILENT,		/* it went down, or no more was heard of it */
	KDUMP_REHEARSED_NOT_LOADED,	/* the load was refused for another reason */
	KDUMP_REHEARSED_NOT_TRIED,	/* the guest did not come so far */
};

/* How far it came. */
enum kdump_stage {
	KDUMP_STAGE_NONE, KDUMP_STAGE_LOADED, KDUMP_STAGE_BOOTED,
	KDUMP_STAGE_UNPACKED, KDUMP_STAGE_INIT,
};

/* What a monitor tells of. */
enum kdump_event_kind {
	KDUMP_EVENT_UNKNOWN,	/* events may have been lost: anything */
	KDUMP_EVENT_MEMORY,	/* a block of it came or went */
	KDUMP_EVENT_CPU,
	KDUMP_EVENT_RESERVATION,	/* somebody wrote to kexec_crash_size */
	KDUMP_EVENT_KERNEL,	/* a file that is, or may come to be, what is loaded */
	KDUMP_EVENT_INITRAMFS,
	KDUMP_EVENT_CONFIGURATION,
	KDUMP_EVENT_IMAGE,	/* another crashctl loaded or unloaded */
};
#define KDUMP_EVENT_KINDS 8

/* Library version at run time, "0.2.0".  Since: 0.1 */
const char *kdump_library_get_version(void);

/**
 * kdump_ctx_new - a context for the machine this runs on
 *
 * Its root directory is "/" until kdump_ctx_set_root().
 * Returns: 0, -ENOENT or -EACCES where "/" cannot be opened.
 * Since: 0.1
 */
int kdump_ctx_new(struct kdump_ctx **ret);
struct kdump_ctx *kdump_ctx_ref(struct kdump_ctx *ctx);
struct kdump_ctx *kdump_ctx_unref(struct kdump_ctx *ctx);

/**
 * kdump_ctx_set_root - take every file from below this directory
 *
 * With a root other than "/" nothing live is asked or changed: every effect
 * fails with -EROFS.  Links cannot lead out of it (openat2, RESOLVE_IN_ROOT).
 * To be called before any other object is made of @ctx.
 * Returns: 0, -ENOENT, -ENOTDIR, -EACCES, -ELOOP, -ENOSYS (kernel before 5.6),
 * -EINVAL (the context has a facts file).
 * Since: 0.1
 */
int kdump_ctx_set_root(struct kdump_ctx *ctx, const char *path);
const char *kdump_ctx_get_root(const struct kdump_ctx *ctx);
/* Is the root the "/" of this machine, and no facts file in its place?  Since: 0.1 */
bool kdump_ctx_is_live(const struct kdump_ctx *ctx);

/**
 * kdump_ctx_set_facts - take every answer from a facts file of another machine
 * @path: by this process's own root and folder; may be a pipe
 *
 * In place of kdump_ctx_set_root(), and like it: nothing live, -EROFS.  What was
 * not asked there is answered as what is not there, which the log tells.  Kernel and
 * initramfs are known by their sums; those that a config's setters name are files here.
 * To be called before any other object is made of @ctx.
 * Returns: 0, -ENOENT, -ENOTDIR, -EACCES, -EISDIR, -EFBIG (more than 16 MiB),
 * -EBADMSG (no facts file, or of another schema), -EINVAL (a root was set), -EIO.
 * Since: 0.1
 */
int kdump_ctx_set_facts(struct kdump_ctx *ctx, const char *path);
/* Keeps what is read, for kdump_facts_new(); first of all.  Returns: 0, -EINVAL.  Since: 0.1 */
int kdump_ctx_record(struct kdump_ctx *ctx);

/**
 * kdump_facts_new - what was recorded, as the text of a facts file
 * @image: wholly read, or one whose reading failed; may be NULL
 *
 * crashctl(8) tells what is in it: texts of /proc, /sys and /etc, and the image's sums.
 * Returns: 0, -EINVAL (kdump_ctx_record() was not called), -EFBIG.
 * Since: 0.1
 */
int kdump_facts_new(struct kdump_ctx *ctx, struct kdump_image *image,
		    struct kdump_facts **ret);
struct kdump_facts *kdump_facts_ref(struct kdump_facts *facts);
struct kdump_facts *kdump_facts_unref(struct kdump_facts *facts);
/* JSON, one line, the line end included.  Since: 0.1 */
const char *kdump_facts_get_text(const struct kdump_facts *facts);

/*
 * Why the last call on this context failed, from the outside in, for people;
 * "" after none.  The identifier is stable, for programs ("not-reserved");
 * the advice says what to do, "" if nothing is known.  Since: 0.1
 */
const char *kdump_ctx_get_error(const struct kdump_ctx *ctx);
const char *kdump_ctx_get_error_id(const struct kdump_ctx *ctx);
const char *kdump_ctx_get_advice(const struct kdump_ctx *ctx);

/* @priority is a syslog level; the library logs steps, never failures.  Since: 0.1 */
typedef void kdump_log_fn(void *data, int priority, const char *text);
void kdump_ctx_set_log_fn(struct kdump_ctx *ctx, kdump_log_fn *fn, void *data);

/* How long changes wait for another's lock, milliseconds (default 10000).  Since: 0.1 */
void kdump_ctx_set_lock_timeout(struct kdump_ctx *ctx, unsigned milliseconds);

/* Is what was read from images another time believed, and kept?  (default yes)  Since: 0.1 */
void kdump_ctx_set_cache(struct kdump_ctx *ctx, bool use);

/**
 * kdump_snapshot_new - what the machine says of its memory and crash kernel
 *
 * What a process may not see is missing from it, and the getters say so;
 * a kernel without kexec is no failure.  Reads only what the kernel provides.
 * Returns: 0, -EBADMSG (a file is not of the form the kernel gives it),
 * -EBUSY (a load was in progress for more than two seconds), -EIO.
 * Since: 0.1
 */
int kdump_snapshot_new(struct kdump_ctx *ctx, struct kdump_snapshot **ret);
struct kdump_snapshot *kdump_snapshot_ref(struct kdump_snapshot *snap);
struct kdump_snapshot *kdump_snapshot_unref(struct kdump_snapshot *snap);
/* Release of the running kernel and machine name; NULL if not to be seen.  Since: 0.1 */
const char *kdump_snapshot_get_release(const struct kdump_snapshot *snap);
const char *kdump_snapshot_get_arch(const struct kdump_snapshot *snap);
/* The machine's name in the network; NULL if not to be seen.  Since: 0.1 */
const char *kdump_snapshot_get_host(const struct kdump_snapshot *snap);
/* RAM as the kernel counts it for crashkernel= ranges, 0 if not to be seen.  Since: 0.1 */
uint64_t kdump_snapshot_get_ram(const struct kdump_snapshot *snap);
/* Can main become larger in this boot?  Since: 0.2 */
enum kdump_growth kdump_snapshot_get_growth(const struct kdump_snapshot *snap);

/**
 * kdump_config_new - which kernel, initramfs and command line would be loaded
 *
 * By crashctl.conf(5), then by the rules of the distribution whose files are there
 * (kdump-tools, kdump-utils, SUSE's kdump), which are read and never evaluated; the
 * setters override them.  Files that are not there are no failure here, and nothing
 * in crashctl.conf is: kdump_config_get_ignored().
 * Returns: 0, -EBADMSG (a configuration file is too large or no text), -EACCES.
 * Since: 0.1
 */
int kdump_config_new(struct kdump_ctx *ctx, struct kdump_snapshot *snap,
		     struct kdump_config **ret);
struct kdump_config *kdump_config_ref(struct kdump_config *config);
struct kdump_config *kdump_config_unref(struct kdump_config *config);
/*
 * Paths below the context's root.  As all setters, to be called before
 * kdump_image_new().  Returns: 0.  Since: 0.1
 */
int kdump_config_set_kernel(struct kdump_config *config, const char *path);
int kdump_config_set_initramfs(struct kdump_config *config, const char *path);
/**
 * kdump_config_set_release - as if the kernel of that release were the running one
 * @release: as uname -r would give it
 *
 * Kernel and initramfs are found by it, unless they were set; what is reserved is as here.
 * Returns: 0, -EINVAL (empty, or a / in it).
 * Since: 0.2
 */
int kdump_config_set_release(struct kdump_config *config, const char *release);
/**
 * kdump_config_set_append - words in place of those the distribution appends
 * @reuse: keep the running command line whole (but crashkernel=)
 * @append: may be NULL: the distribution's
 *
 * Returns: 0, -EINVAL (crashkernel=, elfcorehdr= or a line break in @append).
 * Since: 0.1
 */
int kdump_config_set_append(struct kdump_config *config, bool reuse, const char *append);
/*
 * What was named when the image was loaded that is there now, in place of what files
 * say, is named again.  Returns: 0.  Since: 0.2
 */
int kdump_config_set_as_loaded(struct kdump_config *config);
/*
 * How kdump_request_load() loads; AUTO unless set here or by a configuration file.
 * To be called before kdump_image_new().  Returns: 0, -EINVAL.  Since: 0.1
 */
int kdump_config_set_syscall(struct kdump_config *config, enum kdump_syscall call);
/*
 * Ask about another machine than this: its memory (64 MiB to 4 PiB), its CPUs
 * (1 to 65536), page size (4096, 16384 or 65536 bytes), architecture as uname -m
 * names it.  What is not set is as on this machine, but what is reserved or
 * loaded here then counts for nothing.  To be called before kdump_image_new().
 * Returns: 0, -EINVAL.  Since: 0.1
 */
int kdump_config_set_ram(struct kdump_config *config, uint64_t bytes);
int kdump_config_set_cpus(struct kdump_config *config, uint64_t cpus);
int kdump_config_set_page_size(struct kdump_config *config, uint64_t bytes);
int kdump_config_set_arch(struct kdump_config *config, const char *machine);
/*
 * A margin on main over the estimate's own: percent (up to 1000), and bytes.
 * Returns: 0, -EINVAL.  Since: 0.1
 */
int kdump_config_set_margin(struct kdump_config *config, unsigned percent, uint64_t bytes);
/**
 * kdump_config_read_observed - what a crash kernel saw of its own memory
 * @use: take it in place of the estimate's own number for the time while the
 *	dump is written
 *
 * Looks for the newest record that crashctl-memory-watch(8) has left beside a
 * dump of this machine.  To be called before kdump_estimate_new().
 * Returns: 1 there is one, 0 there is none, -ENOENT (none, and it was to be
 * used).  Since: 0.1
 */
int kdump_config_read_observed(struct kdump_config *config, bool use);
/* NULL where there is none or it was not looked for; lives as long as @config.  Since: 0.1 */
const struct kdump_observed *kdump_config_get_observed(const struct kdump_config *config);
/* Where it is; the crash kernel's release; seconds since 1970.  Since: 0.1 */
const char *kdump_observed_get_path(const struct kdump_observed *observed);
const char *kdump_observed_get_release(const struct kdump_observed *observed);
int64_t kdump_observed_get_time(const struct kdump_observed *observed);
/* Bytes that the crash kernel was given, and that were left at least.  Since: 0.1 */
uint64_t kdump_observed_get_ram(const struct kdump_observed *observed);
uint64_t kdump_observed_get_lowest(const struct kdump_observed *observed);
/**
 * kdump_config_read_capture - what a dump depends on besides memory
 *
 * Looks at when this kernel panics, at watchdogs, at the room for the dump, and at the
 * way to its target; a report that is made of @config afterwards has findings of it, and
 * its verdict counts them.  What cannot be read is not known.
 * Returns: 0, -ENOMEM.  Since: 0.2
 */
int kdump_config_read_capture(struct kdump_config *config);
/**
 * kdump_config_read_history - what earlier panics have left
 *
 * The newest dumps in the folder that @config saves them in, each judged by a few KiB of
 * it, and the last words of crash kernels in pstore.  What is foreign, or cannot be read,
 * is a note.  To be called before kdump_report_new(); that report keeps what it quotes.
 * Called again, what kdump_config_get_history() gave before, its dumps and deaths and all
 * texts of them, is not to be used any more.  Returns: 0, -ENOMEM.  Since: 0.2
 */
int kdump_config_read_history(struct kdump_config *config);
/* NULL where it was not read; lives until it is read again, or @config goes.  Since: 0.2 */
const struct kdump_history *kdump_config_get_history(const struct kdump_config *config);
/* NULL where dumps go elsewhere; how many older ones were passed over.  Since: 0.2 */
const char *kdump_history_get_folder(const struct kdump_history *history);
uint64_t kdump_history_get_older(const struct kdump_history *history);
/*
 * Whether the folder could be looked into: false where it may not be, where what is to be
 * mounted there is not, or dumps go elsewhere.  One that is not there yet has no dumps.
 * Since: 0.2
 */
bool kdump_history_is_seen(const struct kdump_history *history);
/* The newest that is more than an empty folder, whole or not; NULL none.  Since: 0.2 */
const struct kdump_dump *kdump_history_get_last_dump(const struct kdump_history *history);
/* What to know besides; the newest first, NULL for an @i beyond the count.  Since: 0.2 */
size_t kdump_history_count_notes(const struct kdump_history *history);
const char *kdump_history_get_note(const struct kdump_history *history, size_t i);
size_t kdump_history_count_dumps(const struct kdump_history *history);
const struct kdump_dump *kdump_history_get_dump(const struct kdump_history *history, size_t i);
size_t kdump_history_count_deaths(const struct kdump_history *history);
const struct kdump_death *kdump_history_get_death(const struct kdump_history *history, size_t i);
/*
 * Its file, or its folder where that holds none; the panic by its header, else when it was
 * written, in seconds since 1970; bytes; of the kernel that crashed.  0 and NULL where not
 * known.  Texts live as long as the history.  Since: 0.2
 */
const char *kdump_dump_get_path(const struct kdump_dump *dump);
int64_t kdump_dump_get_time(const struct kdump_dump *dump);
uint64_t kdump_dump_get_size(const struct kdump_dump *dump);
const char *kdump_dump_get_release(const struct kdump_dump *dump);
enum kdump_layout kdump_dump_get_layout(const struct kdump_dump *dump);
/* 1, 0, -1 not known; and why it is not, or not known to be.  Since: 0.2 */
int kdump_dump_is_complete(const struct kdump_dump *dump);
const char *kdump_dump_get_why(const struct kdump_dump *dump);
/* As of kdump_observed_get_ram(); false where the crash kernel left no record.  Since: 0.2 */
bool kdump_dump_get_memory(const struct kdump_dump *dump, uint64_t *ram, uint64_t *lowest);
/*
 * Its record in pstore; seconds since 1970; NULL not known; the line that says why; false: it
 * was not for want of memory.  Texts live as long as the history.  Since: 0.2
 */
const char *kdump_death_get_path(const struct kdump_death *death);
int64_t kdump_death_get_time(const struct kdump_death *death);
const char *kdump_death_get_release(const struct kdump_death *death);
const char *kdump_death_get_why(const struct kdump_death *death);
bool kdump_death_get_wall(const struct kdump_death *death, enum kdump_wall *ret);
/* Is another machine asked about?  Since: 0.1 */
bool kdump_config_is_elsewhere(const struct kdump_config *config);
/*
 * Where the dump goes, in place of what was found: "none", "files[:PATH]",
 * "raw:DEVICE", "nfs[:SERVER:/PATH]", "ssh[:USER@HOST]", "network", or an absolute
 * path.  What stands below it on this machine is looked at.  Returns: 0, -EINVAL.
 * Since: 0.1
 */
int kdump_config_set_target(struct kdump_config *config, const char *target);
/*
 * What unlocking any target takes, in place of what was found: "none", a size as
 * the kernel reads it ("1G"), or the path of a device or file with a LUKS header.
 * Returns: 0, -ENOENT, -EACCES, -EBADMSG (no header, or a damaged one).  Since: 0.1
 */
int kdump_config_set_luks(struct kdump_config *config, const char *luks);
/* NULL where nothing was found.  Since: 0.1 */
const char *kdump_config_get_kernel(const struct kdump_config *config);
const char *kdump_config_get_initramfs(const struct kdump_config *config);
const char *kdump_config_get_cmdline(const struct kdump_config *config);
/* The file or rule that each came from, for people; NULL where nothing was found.  Since: 0.1 */
const char *kdump_config_get_kernel_source(const struct kdump_config *config);
const char *kdump_config_get_initramfs_source(const struct kdump_config *config);
const char *kdump_config_get_cmdline_source(const struct kdump_config *config);
/* How it would be loaded, and the file that says so, NULL where none does.  Since: 0.1 */
enum kdump_syscall kdump_config_get_syscall(const struct kdump_config *config);
const char *kdump_config_get_syscall_source(const struct kdump_config *config);
/* Is a copy kept of what was loaded?  The file that says so, or NULL.  Since: 0.1 */
bool kdump_config_keeps_last_good(const struct kdump_config *config);
const char *kdump_config_get_keep_source(const struct kdump_config *config);
/*
 * What of crashctl.conf was passed over, "FILE:LINE: WHAT"; NULL for an @i beyond
 * the first eight.  Since: 0.1
 */
size_t kdump_config_count_ignored(const struct kdump_config *config);
const char *kdump_config_get_ignored(const struct kdump_config *config, size_t i);
/*
 * What kdump_wish_set_configured() asks for, as it is written ("auto", "192M"), NULL where
 * no file does; may crash_grow be loaded for it?  And the files that say so.  Since: 0.2
 */
const char *kdump_config_get_reserve(const struct kdump_config *config);
const char *kdump_config_get_reserve_source(const struct kdump_config *config);
bool kdump_config_loads_module(const struct kdump_config *config);
const char *kdump_config_get_module_source(const struct kdump_config *config);
/* Another tool that keeps the image loaded here ("kdump-tools"), or NULL.  Since: 0.1 */
const char *kdump_config_get_owner(const struct kdump_config *config);

/**
 * kdump_image_new - the kernel and the initramfs of a config
 *
 * Opens the files; kdump_image_read() then reads them.  A file that is
 * missing or unusable is a state of the image, not a failure of this call.
 * Returns: 0.
 * Since: 0.1
 */
int kdump_image_new(struct kdump_ctx *ctx, struct kdump_config *config,
		    struct kdump_image **ret);
struct kdump_image *kdump_image_ref(struct kdump_image *image);
struct kdump_image *kdump_image_unref(struct kdump_image *image);
/**
 * kdump_image_read - read on, about 8 MiB of file a call
 *
 * Returns at once where the record of the last load knows these very files.
 * Returns: KDUMP_AGAIN, or 0: all is read, or
 *   -ENOENT	kernel or initramfs is not there
 *   -EACCES	may not be read by this user
 *   -ENOEXEC	the kernel file is no kernel image of a known kind
 *   -ENOTSUP	it is, but not for this machine or not for kexec
 *   -EBADMSG	a file is cut, empty, or contradicts itself
 *   -EINVAL	no regular file
 *   -ENODATA	the facts file does not hold what is in it
 *   -EFBIG	the initramfs unpacks to more than this machine's memory, 64 GiB, or 1 GiB
 *		and 1000 times its size, or holds more than 16 Mi files; the kernel to
 *		more than its header says, a hundred times its size, or 1 GiB
 *   -EIO
 * Since: 0.1
 */
int kdump_image_read(struct kdump_image *image);
/**
 * kdump_image_save - remember what was read, so that the next time is instant
 *
 * An entry a file under /var/cache/crashctl, by the file's identity; a few in
 * all, the oldest are removed.  kdump_image_read() finds them there.
 * Returns: 0, or 1: nothing to write, or not by this user, or not here (a file
 * changed a moment ago, another root), or -EIO.
 * Since: 0.1
 */
int kdump_image_save(struct kdump_image *image);
/* Bytes read and to be read in all, for a progress line.  Since: 0.1 */
void kdump_image_get_progress(const struct kdump_image *image, uint64_t *done,
			      uint64_t *total);
/* Release of the kernel in the image, "" if not known.  Since: 0.1 */
const char *kdump_image_get_release(const struct kdump_image *image);
uint64_t kdump_image_get_kernel_size(const struct kdump_image *image);
uint64_t kdump_image_get_initramfs_size(const struct kdump_image *image);
/*
 * The command line that the image is loaded with: that of the config, and a word
 * that lets the initramfs use all memory where one is safe (initramfs_options=,
 * rootfstype=ramfs).  NULL before all is read, or where there is none.  Since: 0.1
 */
const char *kdump_image_get_cmdline(const struct kdump_image *image);
/* The word that was added, or NULL.  Since: 0.1 */
const char *kdump_image_get_added_word(const struct kdump_image *image);
/*
 * The largest files of the initramfs, the largest first, with their bytes; NULL
 * for an @i beyond the count.  Names are as they stand in it.  Since: 0.1
 */
size_t kdump_image_count_largest(const struct kdump_image *image);
const char *kdump_image_get_largest(const struct kdump_image *image, size_t i,
				    uint64_t *bytes);
/* The initramfs unpacked, page-rounded, and its number of files.  Since: 0.1 */
uint64_t kdump_image_get_initramfs_unpacked(const struct kdump_image *image);
uint64_t kdump_image_get_initramfs_files(const struct kdump_image *image);

/**
 * kdump_estimate_new - how much memory this image needs on this machine
 *
 * Returns: 0, -ENODATA (the image is not wholly read), -ENOTSUP (an
 * architecture without a model), -ENOSPC (the command line itself gives the
 * initramfs less than it unpacks to), -ESTALE (a record that was to be used is
 * not of this image).
 * Since: 0.1
 */
int kdump_estimate_new(struct kdump_ctx *ctx, struct kdump_config *config,
		       struct kdump_image *image, struct kdump_estimate **ret);
struct kdump_estimate *kdump_estimate_ref(struct kdump_estimate *est);
struct kdump_estimate *kdump_estimate_unref(struct kdump_estimate *est);

/*
 * A part of the sum, lent by the estimate; the identifier is stable ("struct-pages").
 * Bytes, and low and high: the spread of what was measured.  NULL for an @i
 * beyond the count.  Since: 0.1
 */
struct kdump_part;
size_t kdump_estimate_count_parts(const struct kdump_estimate *est);
const struct kdump_part *kdump_estimate_get_part(const struct kdump_estimate *est, size_t i);
const char *kdump_part_get_id(const struct kdump_part *part);
const char *kdump_part_get_title(const struct kdump_part *part);
const char *kdump_part_get_source(const struct kdump_part *part);
uint64_t kdump_part_get_bytes(const struct kdump_part *part);
uint64_t kdump_part_get_low(const struct kdump_part *part);
uint64_t kdump_part_get_high(const struct kdump_part *part);
/* Standard deviation of what was measured, bytes; 0 for what is exact.  Since: 0.1 */
uint64_t kdump_part_get_sigma(const struct kdump_part *part);
/* How the bytes come about ("3 sections x 128 MiB / 4 KiB x 64"), "" by itself.  Since: 0.1 */
const char *kdump_part_get_arithmetic(const struct kdump_part *part);
enum kdump_basis kdump_part_get_basis(const struct kdump_part *part);
/* How often the part counts at that wall: 0 or 1.  Since: 0.1 */
unsigned kdump_part_get_factor(const struct kdump_part *part, enum kdump_wall wall);

/*
 * What would make the crash kernel need less: the identifier is stable
 * ("nr-cpus", "rootfs-limit", "host-only"), the text for people, the bytes of
 * main that it saves.  Lent by the estimate; NULL for an @i beyond the count.
 * Since: 0.1
 */
struct kdump_suggestion;
size_t kdump_estimate_count_suggestions(const struct kdump_estimate *est);
const struct kdump_suggestion *
kdump_estimate_get_suggestion(const struct kdump_estimate *est, size_t i);
const char *kdump_suggestion_get_id(const struct kdump_suggestion *suggestion);
const char *kdump_suggestion_get_text(const struct kdump_suggestion *suggestion);
uint64_t kdump_suggestion_get_bytes(const struct kdump_suggestion *suggestion);

/* 0 where the wall does not stand (no tmpfs limit on this command line).  Since: 0.1 */
uint64_t kdump_estimate_get_wall(const struct kdump_estimate *est, enum kdump_wall wall);
/*
 * What the spread of the modelled parts asks for on top of a wall: three
 * standard deviations.  Since: 0.1
 */
uint64_t kdump_estimate_get_margin(const struct kdump_estimate *est, enum kdump_wall wall);
/*
 * Bytes of main that the dump took by the record of kdump_config_read_observed(),
 * 0 where there is none; @fits: it was made by this kernel, and after the
 * initramfs was.  Since: 0.1
 */
uint64_t kdump_estimate_get_observed(const struct kdump_estimate *est, bool *fits);
/* What kdump_config_set_margin() asks for on top of main.  Since: 0.1 */
uint64_t kdump_estimate_get_asked_margin(const struct kdump_estimate *est);
enum kdump_wall kdump_estimate_get_binding_wall(const struct kdump_estimate *est);
/* Whole MiB for a pool, alone or with a CMA pool to lean on.  Since: 0.1 */
uint64_t kdump_estimate_get_need(const struct kdump_estimate *est, enum kdump_pool pool,
				 bool with_cma);

/**
 * kdump_boot_new - what the next boot will take: boot loader, entries, their words
 * @loader: one of those crashctl(8) names ("grub"); NULL: found by what is there
 *
 * Runs nothing.  What is not there or cannot be read is a problem of the object,
 * not a failure of this call.
 * Returns: 0, -EINVAL (no such boot loader is known, or is here).
 * Since: 0.1
 */
int kdump_boot_new(struct kdump_ctx *ctx, struct kdump_config *config, const char *loader,
		   struct kdump_boot **ret);
struct kdump_boot *kdump_boot_ref(struct kdump_boot *boot);
struct kdump_boot *kdump_boot_unref(struct kdump_boot *boot);
/*
 * The texts that the last change saved, for kdump_plan_new_undo(); before the report
 * is made.  Returns: 0, -EBADMSG, -ENOENT, -EACCES, -EIO.  Since: 0.1
 */
int kdump_boot_read_saved(struct kdump_boot *boot);
/* NULL where none was found.  Since: 0.1 */
const char *kdump_boot_get_loader(const struct kdump_boot *boot);
/* Why the words cannot be changed, its identifier, what to do; NULL if they can.  Since: 0.1 */
const char *kdump_boot_get_problem(const struct kdump_boot *boot);
const char *kdump_boot_get_problem_id(const struct kdump_boot *boot);
const char *kdump_boot_get_problem_advice(const struct kdump_boot *boot);
/*
 * What can be booted, lent by the boot object, NULL for an @i beyond the count: an
 * identifier of its own, and title, kernel release, kernel file and command line, NULL
 * where not known.  Since: 0.1
 */
struct kdump_entry;
size_t kdump_boot_count_entries(const struct kdump_boot *boot);
const struct kdump_entry *kdump_boot_get_entry(const struct kdump_boot *boot, size_t i);
const char *kdump_entry_get_id(const struct kdump_entry *entry);
const char *kdump_entry_get_title(const struct kdump_entry *entry);
const char *kdump_entry_get_release(const struct kdump_entry *entry);
const char *kdump_entry_get_kernel(const struct kdump_entry *entry);
const char *kdump_entry_get_cmdline(const struct kdump_entry *entry);
/* Of this system: others are left alone.  Does the next boot take it?  Since: 0.1 */
bool kdump_entry_is_ours(const struct kdump_entry *entry);
bool kdump_entry_is_default(const struct kdump_entry *entry);
/* Why its words cannot be changed; NULL if they can.  Since: 0.1 */
const char *kdump_entry_get_problem(const struct kdump_entry *entry);

/**
 * kdump_report_new - verdict, pools by views, findings
 * @image: may be NULL, or one whose reading failed
 * @est: may be NULL: then KDUMP_VIEW_NEEDED is not known
 * @boot: may be NULL: then KDUMP_VIEW_CONFIGURED is not known
 *
 * Returns: 0.
 * Since: 0.1
 */
int kdump_report_new(struct kdump_ctx *ctx, struct kdump_config *config,
		     struct kdump_image *image, struct kdump_estimate *est,
		     struct kdump_boot *boot, struct kdump_report **ret);
struct kdump_report *kdump_report_ref(struct kdump_report *report);
struct kdump_report *kdump_report_unref(struct kdump_report *report);
enum kdump_verdict kdump_report_get_verdict(const struct kdump_report *report);
/* The verdict as one sentence.  Since: 0.1 */
const char *kdump_report_get_summary(const struct kdump_report *report);
/* False, and *@ret alone, where that size is not known.  Since: 0.1 */
bool kdump_report_get_size(const struct kdump_report *report, enum kdump_pool pool,
			   enum kdump_view view, uint64_t *ret);
/* Ranges of a pool; *@ret is NULL where their addresses are hidden.  Since: 0.1 */
size_t kdump_report_get_ranges(const struct kdump_report *report, enum kdump_pool pool,
			       const struct kdump_range **ret);
/* How did main come about?  Since: 0.2 */
enum kdump_origin kdump_report_get_origin(const struct kdump_report *report);
/*
 * Bytes that a dump written now would take, from the least to the most, and that are free
 * where it goes; false where that cannot be foreseen, or kdump_config_read_capture() was
 * not called.  Since: 0.2
 */
bool kdump_report_get_dump_size(const struct kdump_report *report, uint64_t *least,
				uint64_t *most);
bool kdump_report_get_dump_room(const struct kdump_report *report, uint64_t *ret);
/* 1, 0, or -1 if not known.  Since: 0.1 */
int kdump_report_is_loaded(const struct kdump_report *report);
bool kdump_report_is_frozen(const struct kdump_report *report);
/* Does what is reserved hold what is needed?  1, 0, or -1 if not known.  Since: 0.1 */
int kdump_report_is_enough(const struct kdump_report *report);
/* Will the next boot ask for other memory than this one did?  1, 0, -1 not known.  Since: 0.1 */
int kdump_report_is_reboot_pending(const struct kdump_report *report);
/*
 * What entry @i of the report's boot object will ask for.  False, and *@ret alone,
 * where it cannot be told.  Since: 0.1
 */
bool kdump_report_get_entry_size(const struct kdump_report *report, size_t i,
				 enum kdump_pool pool, uint64_t *ret);
enum kdump_freshness kdump_report_get_freshness(const struct kdump_report *report);
/* What is loaded, from the record of the load; NULL where not known.  Since: 0.1 */
const char *kdump_report_get_loaded_kernel(const struct kdump_report *report);
const char *kdump_report_get_loaded_initramfs(const struct kdump_report *report);
const char *kdump_report_get_loaded_cmdline(const struct kdump_report *report);
int64_t kdump_report_get_loaded_time(const struct kdump_report *report);
/* By which call, AUTO where not known; by which version of this library.  Since: 0.1 */
enum kdump_syscall kdump_report_get_loaded_syscall(const struct kdump_report *report);
const char *kdump_report_get_loaded_version(const struct kdump_report *report);
/*
 * Does somebody keep the image current (crashctl watch)?  1, 0, -1 not known.  Since when,
 * seconds since 1970, 0 not known; are some files only looked at now and then?  Since: 0.2
 */
int kdump_report_is_watched(const struct kdump_report *report);
int64_t kdump_report_get_watch_time(const struct kdump_report *report);
bool kdump_report_is_watch_limited(const struct kdump_report *report);
/* Is nothing loaded because kdump_request_unload() was called?  Since: 0.2 */
bool kdump_report_is_unloaded_on_purpose(const struct kdump_report *report);
/*
 * The watcher's reloads in this boot, and those that failed; of the last that was carried
 * out when (0 none), why ("memory", NULL none), and how long it took, milliseconds.
 * Since: 0.2
 */
uint64_t kdump_report_get_reloads(const struct kdump_report *report);
uint64_t kdump_report_get_reload_failures(const struct kdump_report *report);
int64_t kdump_report_get_reload_time(const struct kdump_report *report);
const char *kdump_report_get_reload_reason(const struct kdump_report *report);
uint64_t kdump_report_get_reload_duration(const struct kdump_report *report);
/*
 * Why its last one failed, an identifier, NULL if it did not; when it is tried again, 0 not
 * before something changes.  Since: 0.2
 */
const char *kdump_report_get_reload_error_id(const struct kdump_report *report);
int64_t kdump_report_get_retry_time(const struct kdump_report *report);

/*
 * What to know besides the verdict, lent by the report, in the order of
 * the way to a dump; the identifier is stable ("too-small"), the advice "" where
 * nothing is to be done.  NULL for an @i beyond the count.  Since: 0.1
 */
struct kdump_finding;
size_t kdump_report_count_findings(const struct kdump_report *report);
const struct kdump_finding *kdump_report_get_finding(const struct kdump_report *report,
						     size_t i);
const char *kdump_finding_get_id(const struct kdump_finding *finding);
const char *kdump_finding_get_text(const struct kdump_finding *finding);
const char *kdump_finding_get_advice(const struct kdump_finding *finding);
enum kdump_severity kdump_finding_get_severity(const struct kdump_finding *finding);

/* What the kernel does with a crashkernel= word. */
enum kdump_fate {
	KDUMP_FATE_USED,
	KDUMP_FATE_OVERRIDDEN,	/* a later word of the kind wins */
	KDUMP_FATE_IGNORED,	/* silently */
	KDUMP_FATE_REFUSED,	/* with a message in the kernel's log */
};

/**
 * kdump_words_new - what this machine's kernel makes of crashkernel= words
 * @line: a kernel command line; NULL for the one of this boot
 *
 * Returns: 0, -E2BIG (more than 64 words, or over 64 KiB), -ENODATA (how much memory
 * there is cannot be seen, or no @line is given and /proc/cmdline is not there).
 * Since: 0.1
 */
int kdump_words_new(struct kdump_ctx *ctx, struct kdump_snapshot *snap, const char *line,
		    struct kdump_words **ret);
struct kdump_words *kdump_words_ref(struct kdump_words *words);
struct kdump_words *kdump_words_unref(struct kdump_words *words);
/* What would be asked for; 0 = nothing.  Since: 0.1 */
uint64_t kdump_words_get_size(const struct kdump_words *words, enum kdump_pool pool);
size_t kdump_words_count(const struct kdump_words *words);
/*
 * Each word in its order; NULL or 0 for an @i beyond the count: text, fate, bytes on this machine,
 * and why, "" where all is as asked.  Since: 0.1
 */
const char *kdump_words_get_text(const struct kdump_words *words, size_t i);
enum kdump_fate kdump_words_get_fate(const struct kdump_words *words, size_t i);
uint64_t kdump_words_get_bytes(const struct kdump_words *words, size_t i);
const char *kdump_words_get_note(const struct kdump_words *words, size_t i);

/* Will the kernel find the memory that words ask for? */
enum kdump_placed {
	KDUMP_PLACED_UNKNOWN,	/* no addresses to be seen, or no rule for this machine */
	KDUMP_PLACED_NOTHING,	/* nothing is asked for */
	KDUMP_PLACED_ABOUT,	/* about there: what the boot loader loads is not known */
	KDUMP_PLACED_FIXED,	/* just there, or nowhere */
	KDUMP_PLACED_FAILS,	/* nothing will be reserved */
};
/* And why, for people; "" where there is nothing to say.  Since: 0.1 */
enum kdump_placed kdump_words_get_placed(const struct kdump_words *words);
const char *kdump_words_get_placed_why(const struct kdump_words *words);
/* Where main or low will lie; false where that cannot be told.  Since: 0.1 */
bool kdump_words_get_place(const struct kdump_words *words, enum kdump_pool pool,
			   struct kdump_range *ret);

/**
 * kdump_size_parse - "64M", "1G", "0x4000000" as the kernel's memparse() reads it
 *
 * Returns: 0, -EINVAL (no number, or text behind it), -ERANGE.  Since: 0.1
 */
int kdump_size_parse(const char *text, uint64_t *ret);

/* A wish begins empty: every pool stays as it is, both scopes.  Returns: 0.  Since: 0.1 */
int kdump_wish_new(struct kdump_ctx *ctx, struct kdump_wish **ret);
struct kdump_wish *kdump_wish_ref(struct kdump_wish *wish);
struct kdump_wish *kdump_wish_unref(struct kdump_wish *wish);
/**
 * kdump_wish_set_size - a pool's size; 0 gives it back
 *
 * Returns: 0, -EINVAL (not whole MiB, no such pool), -ERANGE (more than 64 TiB).
 * Since: 0.1
 */
int kdump_wish_set_size(struct kdump_wish *wish, enum kdump_pool pool, uint64_t bytes);
/* The size is taken from the estimate.  Since: 0.1 */
void kdump_wish_set_auto(struct kdump_wish *wish, enum kdump_pool pool);
void kdump_wish_set_high(struct kdump_wish *wish, bool high);
/*
 * Main at an address, or at the place that is found beside it; 0 and
 * KDUMP_POLICY_NONE: where the kernel puts it.  Returns: 0, -EINVAL.  Since: 0.1
 */
int kdump_wish_set_place(struct kdump_wish *wish, uint64_t address, enum kdump_policy policy);
/**
 * kdump_wish_set_text - size and place of main in one: "X", "auto", "X@Y"
 *
 * "X@Y#BU" and "X@Y#TD" look for a place above and below Y.  Of two calls, or of this
 * and the setters it stands for, the last one counts.
 * Returns: 0, -EINVAL (another form, not whole MiB), -ERANGE (more than 64 TiB).
 * Since: 0.1
 */
int kdump_wish_set_text(struct kdump_wish *wish, const char *text);
/* Only boot entries of that kernel; NULL: all of this system.  Returns: 0.  Since: 0.1 */
int kdump_wish_set_release(struct kdump_wish *wish, const char *release);
void kdump_wish_set_scope(struct kdump_wish *wish, enum kdump_scope scope);
/* May crash_grow be loaded where main is to grow?  Else as configured.  Since: 0.2 */
void kdump_wish_set_load_module(struct kdump_wish *wish, bool load);
/**
 * kdump_wish_set_configured - main as large as crashctl.conf(5) says, at least, and now
 *
 * For KDUMP_SCOPE_LIVE, which it sets.  What is more stays; too little, or too much, to be
 * told by an estimate is no reason to have nothing: too-small and unknown-need are forced.
 * Returns: 0, 1: nothing is configured, and the wish is as before.  Since: 0.2
 */
int kdump_wish_set_configured(struct kdump_wish *wish, const struct kdump_config *config);
/**
 * kdump_wish_add_force - override the refusal of that identifier
 *
 * Returns: 0, -EINVAL (no such refusal can be overridden).  Since: 0.1
 */
int kdump_wish_add_force(struct kdump_wish *wish, const char *id);

/**
 * kdump_plan_new - the ordered steps from what is to what is wished
 *
 * What stands in the way is in the plan as refusals; the plan is made all the
 * same, to be shown.
 * Returns: 0, -EINVAL (an empty wish), -ENODATA (a size is auto and the report
 * was made without an estimate).
 * Since: 0.1
 */
int kdump_plan_new(struct kdump_ctx *ctx, struct kdump_report *report,
		   struct kdump_wish *wish, struct kdump_plan **ret);
struct kdump_plan *kdump_plan_ref(struct kdump_plan *plan);
struct kdump_plan *kdump_plan_unref(struct kdump_plan *plan);
struct kdump_step;
size_t kdump_plan_count_steps(const struct kdump_plan *plan);
const struct kdump_step *kdump_plan_get_step(const struct kdump_plan *plan, size_t i);
enum kdump_action kdump_step_get_action(const struct kdump_step *step);
enum kdump_when kdump_step_get_when(const struct kdump_step *step);
/* The pool, and its size before and after; meaningful for RESIZE and TAKE.  Since: 0.1 */
enum kdump_pool kdump_step_get_pool(const struct kdump_step *step);
uint64_t kdump_step_get_from(const struct kdump_step *step);
uint64_t kdump_step_get_to(const struct kdump_step *step);
const char *kdump_step_get_why(const struct kdump_step *step);
const char *kdump_step_get_undo(const struct kdump_step *step);
/* The crashkernel= words that the next boot wants; "" for none, or with scope LIVE.  Since: 0.1 */
const char *kdump_plan_get_words(const struct kdump_plan *plan);
/* Those that it asks for as yet; NULL where that is not known.  Since: 0.1 */
const char *kdump_plan_get_old_words(const struct kdump_plan *plan);
/*
 * What that changes: a unified diff, "" where no file is written; the files; the
 * tools that are run, quoted for sh.  NULL for an @i beyond the count.  Since: 0.1
 */
const char *kdump_plan_get_diff(const struct kdump_plan *plan);
size_t kdump_plan_count_files(const struct kdump_plan *plan);
const char *kdump_plan_get_file(const struct kdump_plan *plan, size_t i);
size_t kdump_plan_count_commands(const struct kdump_plan *plan);
const char *kdump_plan_get_command(const struct kdump_plan *plan, size_t i);
/* What to know of it besides, one sentence each.  Since: 0.1 */
size_t kdump_plan_count_notes(const struct kdump_plan *plan);
const char *kdump_plan_get_note(const struct kdump_plan *plan, size_t i);
bool kdump_plan_needs_reboot(const struct kdump_plan *plan);
/* Where the next boot will put that pool, as kdump_words_get_place().  Since: 0.1 */
bool kdump_plan_get_place(const struct kdump_plan *plan, enum kdump_pool pool,
			  struct kdump_range *ret);
/*
 * Will what is reserved meet the wish in this boot, once the live steps are
 * done?  False where only the next boot can.  Since: 0.1
 */
bool kdump_plan_is_met_now(const struct kdump_plan *plan);
/* What stands in the way, forced or not.  Since: 0.1 */
struct kdump_refusal;
size_t kdump_plan_count_refusals(const struct kdump_plan *plan);
const struct kdump_refusal *kdump_plan_get_refusal(const struct kdump_plan *plan, size_t i);
const char *kdump_refusal_get_id(const struct kdump_refusal *refusal);
const char *kdump_refusal_get_text(const struct kdump_refusal *refusal);
const char *kdump_refusal_get_advice(const struct kdump_refusal *refusal);
bool kdump_refusal_is_forced(const struct kdump_refusal *refusal);
/* Can --force override it at all?  Since: 0.1 */
bool kdump_refusal_can_be_forced(const struct kdump_refusal *refusal);

/**
 * kdump_request_new - load this image on this machine
 * @image: wholly read; NULL for one that will only unload
 *
 * Returns: 0, -ENODATA (the image is not wholly read).  Since: 0.1
 */
int kdump_request_new(struct kdump_ctx *ctx, struct kdump_config *config,
		      struct kdump_image *image, struct kdump_estimate *est,
		      struct kdump_request **ret);
struct kdump_request *kdump_request_ref(struct kdump_request *rq);
struct kdump_request *kdump_request_unref(struct kdump_request *rq);
/* As kdump_wish_add_force().  Returns: 0, -EINVAL.  Since: 0.1 */
int kdump_request_add_force(struct kdump_request *rq, const char *id);
/**
 * kdump_request_check - would kdump_request_load() be tried?
 *
 * Changes nothing.  Everything that can be known before the running image is
 * touched is looked at here, and again by the load itself.
 * Returns: 0, or as kdump_request_load().
 * Since: 0.1
 */
int kdump_request_check(struct kdump_request *rq);
/**
 * kdump_request_load - load, in place of what is loaded
 *
 * If the kernel refuses the image after all, the last good one is loaded
 * again; kdump_request_get_outcome() says what is in place now.
 * Returns: 0, or
 *   -EPERM	no CAP_SYS_BOOT, kexec_load_disabled, load limit used up, lockdown
 *   -EROFS	the context's root is not "/"
 *   -ENOSYS	the kernel has no kexec, or not the call that is asked for
 *   -ENOTSUP	neither call takes this kernel image on this machine
 *   -EADDRNOTAVAIL	nothing is reserved, or less than the image needs to load
 *   -EBUSY	another tool owns the image, or another load is in progress
 *   -ETIMEDOUT	another crashctl holds the lock
 *   -ETXTBSY	kernel or initramfs is open for writing
 *   -ESTALE	a file changed since it was read
 *   -E2BIG	the command line is longer than the kernel image takes
 *   -EKEYREJECTED, -ENOKEY, -ENODATA, -EBADMSG, -EACCES	signature or policy
 *   -ENOEXEC, -EINVAL, -EFBIG, -ENOMEM	the kernel's own word
 *   -EIO	a file or the lock cannot be used, or an errno besides these
 * Since: 0.1
 */
int kdump_request_load(struct kdump_request *rq);
/*
 * What is loaded, again on the machine as it is now, from the copy that was kept: its
 * files are gone or of no use; where nothing is loaded, the last that was.  @image of the
 * request may be NULL.
 * Returns: 0, as kdump_request_load(); -EPERM too where there is no good copy.  Since: 0.2
 */
int kdump_request_load_copy(struct kdump_request *rq);
/*
 * Is there a record of what was loaded?  Without one, as where /run is full, the image is
 * not known for ours.  To be tried again: 0, -EIO, -ETIMEDOUT.  Since: 0.2
 */
bool kdump_request_is_recorded(const struct kdump_request *rq);
int kdump_request_record(struct kdump_request *rq);	/* Returns: 0, as above.  Since: 0.2 */
/**
 * kdump_request_unload - nothing is loaded afterwards; idempotent
 *
 * Returns: 0, -EPERM, -EROFS, -ENOSYS, -EBUSY, -ETIMEDOUT, -EIO.  Since: 0.1
 */
int kdump_request_unload(struct kdump_request *rq);
enum kdump_outcome kdump_request_get_outcome(const struct kdump_request *rq);
/*
 * The call that loads, and its segments in their order; what is known once
 * kdump_request_check() or kdump_request_load() has come that far, else AUTO and
 * none.  For KDUMP_SYSCALL_FILE the kernel has the last word: the table is what it is
 * expected to do.  NULL for an @i beyond the count.  Since: 0.1
 */
struct kdump_segment;
enum kdump_syscall kdump_request_get_syscall(const struct kdump_request *rq);
size_t kdump_request_count_segments(const struct kdump_request *rq);
const struct kdump_segment *kdump_request_get_segment(const struct kdump_request *rq, size_t i);
const char *kdump_segment_get_name(const struct kdump_segment *segment);
/* Physical addresses, and how many of its bytes come from a file or are made.  Since: 0.1 */
struct kdump_range kdump_segment_get_range(const struct kdump_segment *segment);
uint64_t kdump_segment_get_filled(const struct kdump_segment *segment);
/*
 * What a success left undone ("no copy was kept: …"), "" if nothing.  Since: 0.1
 */
const char *kdump_request_get_note(const struct kdump_request *rq);

/**
 * kdump_plan_new_undo - the way back of the last change of the boot configuration
 *
 * The saved texts where nobody changed the files since, else the old words.
 * @report is to be made with a boot whose kdump_boot_read_saved() was called.  Undone
 * twice, the change is there again.
 * Returns: 0, -ENOENT (there was no change), -EBADMSG (its journal or a saved text
 * is damaged), -ENOTSUP (this boot loader's words cannot be put back).
 * Since: 0.1
 */
int kdump_plan_new_undo(struct kdump_ctx *ctx, struct kdump_report *report,
			struct kdump_plan **ret);

/**
 * kdump_apply_new - carry out a plan
 * @rq: how to load; NULL where the plan has no load step
 *
 * Takes the lock, looks whether all is as the plan saw it, changes nothing yet.
 * Returns: 0, -EPERM (an unforced refusal, or no privilege), -EROFS (live steps on a
 * copy of a machine, or a facts file), -ESTALE (what is reserved or loaded, or a file,
 * differs from what the plan saw, or an interrupted change waits for
 * kdump_recover()), -ETIMEDOUT, -EACCES, -ELOOP, -EIO, or, where the plan loads, as
 * kdump_request_check().
 * Since: 0.1
 */
int kdump_apply_new(struct kdump_ctx *ctx, struct kdump_plan *plan,
		    struct kdump_request *rq, struct kdump_apply **ret);
struct kdump_apply *kdump_apply_ref(struct kdump_apply *apply);
struct kdump_apply *kdump_apply_unref(struct kdump_apply *apply);
/**
 * kdump_apply_next - one step
 *
 * The boot configuration first: old texts saved, files written, tools run, what
 * will boot read back; then the live steps.  Until 0 is returned all of it
 * can be put back, and is: after a failure, with the last reference, or, where the
 * process died, by kdump_recover().
 * Returns: KDUMP_AGAIN (a step is done, there may be more), KDUMP_APPLY_RUN (run
 * kdump_apply_get_argv(), tell kdump_apply_ran()), 0 (all are done),
 * or a negative errno as kdump_request_load(), besides -EINVAL and -ENOENT of
 * kexec_crash_size and of what makes main grow, -ENOSPC of that and of files, and
 * -ELOOP of files.
 * Since: 0.1
 */
int kdump_apply_next(struct kdump_apply *apply);
/*
 * The tool to run, NULL-terminated, argv[0] an absolute path; with no shell, the folder
 * /, all of the caller's privileges.  NULL but after KDUMP_APPLY_RUN.  Since: 0.1
 */
const char *const *kdump_apply_get_argv(const struct kdump_apply *apply);
/*
 * What became of it: @status as of waitpid(), or -errno where it could not be started;
 * the end of its output, for the error text, may be NULL.  Since: 0.1
 */
void kdump_apply_ran(struct kdump_apply *apply, int status, const char *output);
/*
 * With a root other than "/" no tool is run: the commands, quoted for sh, with
 * which the caller's user ends the change.  NULL for an @i beyond.  Since: 0.1
 */
size_t kdump_apply_count_commands(const struct kdump_apply *apply);
const char *kdump_apply_get_command(const struct kdump_apply *apply, size_t i);
/* Is the machine different from before?  Since: 0.1 */
bool kdump_apply_is_changed(const struct kdump_apply *apply);
enum kdump_outcome kdump_apply_get_outcome(const struct kdump_apply *apply);

/**
 * kdump_recover - put back a change of the boot configuration that was interrupted
 *
 * To be called before facts are taken, and whenever kdump_apply_new() says so.
 * Returns: 1 (all is as before that change), 0 (none was interrupted), -ESTALE (the
 * same, but for files that somebody else changed since: the error names them),
 * -EBADMSG (the journal, or a text that it saved, is damaged), -EROFS (a facts
 * file, or a disk), -ETIMEDOUT, -EACCES, -EPERM, -ENOSPC, -EIO.
 * Since: 0.1
 */
int kdump_recover(struct kdump_ctx *ctx);

/**
 * kdump_monitor_new - hears of all that may put a crash image out of date
 *
 * Hotplug of memory and CPUs as the kernel tells of it, with or without udevd; the files
 * that @config names and those that could take their place, through links, renames and
 * mounts; crashctl.conf and the distribution's configuration; the record of loads.
 * Returns: 0, -EROFS (another root), -EMFILE, -EIO (no netlink or epoll).  Since: 0.2
 */
int kdump_monitor_new(struct kdump_ctx *ctx, struct kdump_config *config,
		      struct kdump_monitor **ret);
struct kdump_monitor *kdump_monitor_ref(struct kdump_monitor *monitor);
struct kdump_monitor *kdump_monitor_unref(struct kdump_monitor *monitor);
/* To be polled for POLLIN; never read from, never closed by the caller.  Since: 0.2 */
int kdump_monitor_get_fd(const struct kdump_monitor *monitor);
/*
 * The next event, lent until the next call; never waits.  Returns: KDUMP_AGAIN, 0: there
 * is none, and *@ret is left alone; -EIO.  Since: 0.2
 */
int kdump_monitor_next(struct kdump_monitor *monitor, const struct kdump_event **ret);
/*
 * The files of this config from now on.  Returns: 0, 1: they are others than before, so
 * that what was changed meanwhile has gone unheard; -EIO.  Since: 0.2
 */
int kdump_monitor_follow(struct kdump_monitor *monitor, struct kdump_config *config);
/* inotify's limits are reached: some files are looked at once a minute.  Since: 0.2 */
bool kdump_monitor_is_limited(const struct kdump_monitor *monitor);
enum kdump_event_kind kdump_event_get_kind(const struct kdump_event *event);
/* "memory32 online", or a path.  Since: 0.2 */
const char *kdump_event_get_subject(const struct kdump_event *event);
/* The file has been written to and not been closed.  Since: 0.2 */
bool kdump_event_is_writing(const struct kdump_event *event);

/**
 * kdump_watch_new - when to look at the machine, and whether to load again
 *
 * There is one on a machine.  Its owner polls a monitor for kdump_watch_get_timeout(),
 * notes each event, and when that is 0 takes a snapshot and all that follows from it, has
 * the report judged, loads where it is told to, and says what came of it.
 * Returns: 0, -EBUSY (there is one already), -EROFS, -EACCES, -ETIMEDOUT (another
 * crashctl holds the lock), -EIO.  Since: 0.2
 */
int kdump_watch_new(struct kdump_ctx *ctx, struct kdump_watch **ret);
struct kdump_watch *kdump_watch_ref(struct kdump_watch *watch);
struct kdump_watch *kdump_watch_unref(struct kdump_watch *watch);
/*
 * A burst of events is over after so many milliseconds without one (0: 1000), or after
 * @most (0: 10000), which is also the least time from one load to the next.
 * Returns: 0, -EINVAL (@most is less than @settle, or over an hour).  Since: 0.2
 */
int kdump_watch_set_times(struct kdump_watch *watch, unsigned settle, unsigned most);
void kdump_watch_note(struct kdump_watch *watch, const struct kdump_event *event);
/* Anything may have happened; to be looked at as after any event, or at once.  Since: 0.2 */
void kdump_watch_note_unknown(struct kdump_watch *watch, bool at_once);
/* Milliseconds until a look is due; -1: not before something happens.  Since: 0.2 */
int kdump_watch_get_timeout(const struct kdump_watch *watch);
/* Is a look due for something that happened, and not only to try again?  Since: 0.2 */
bool kdump_watch_is_pending(const struct kdump_watch *watch);
enum kdump_choice {
	KDUMP_CHOICE_KEEP,
	KDUMP_CHOICE_LOAD,
	KDUMP_CHOICE_LOAD_COPY,	/* by kdump_request_load_copy() */
};
/* What is to be done?  @report NULL: it could not be made.  Since: 0.2 */
enum kdump_choice kdump_watch_judge(struct kdump_watch *watch, const struct kdump_report *report);
/* Why: an identifier ("memory"; crashctl(8)), and for people.  Since: 0.2 */
const char *kdump_watch_get_reason(const struct kdump_watch *watch);
const char *kdump_watch_get_text(const struct kdump_watch *watch);
/* How many events of the kind it was that were judged.  Since: 0.2 */
unsigned kdump_watch_count_events(const struct kdump_watch *watch, enum kdump_event_kind kind);
/*
 * What came of it, after each kdump_watch_judge(): 0, or what kdump_request_load() or
 * the call before it that failed returned, with its identifier and text; what the load
 * left in place, KDUMP_OUTCOME_UNTOUCHED where there was none.  Since: 0.2
 */
void kdump_watch_done(struct kdump_watch *watch, int result, enum kdump_outcome outcome,
		      const char *id, const char *text);
/* Loads and failures of watchers in this boot; the last load's milliseconds.  Since: 0.2 */
uint64_t kdump_watch_get_reloads(const struct kdump_watch *watch);
uint64_t kdump_watch_get_failures(const struct kdump_watch *watch);
uint64_t kdump_watch_get_duration(const struct kdump_watch *watch);
/* When it is tried again, seconds since 1970; 0 not before something happens.  Since: 0.2 */
int64_t kdump_watch_get_retry_time(const struct kdump_watch *watch);
/* For status to tell: as kdump_monitor_is_limited().  Since: 0.2 */
void kdump_watch_set_limited(struct kdump_watch *watch, bool limited);
/* What could not be left for status to read, "" if nothing.  Since: 0.2 */
const char *kdump_watch_get_note(const struct kdump_watch *watch);

/*
 * The newest test of just this image and reservation, NULL: none is known; lives as long as
 * @report, whatever is read again.  Since: 0.2
 */
enum kdump_tested kdump_report_get_tested(const struct kdump_report *report);
const struct kdump_proof *kdump_report_get_proof(const struct kdump_report *report);
/*
 * The panic, seconds since 1970; the dump or NULL; why it failed, ""; as
 * kdump_dump_get_memory().  Since: 0.2
 */
int64_t kdump_proof_get_time(const struct kdump_proof *proof);
const char *kdump_proof_get_dump(const struct kdump_proof *proof);
const char *kdump_proof_get_why(const struct kdump_proof *proof);
bool kdump_proof_get_memory(const struct kdump_proof *proof, uint64_t *ram, uint64_t *lowest);
/* A panic on purpose; to be forced as kdump_wish_add_force().  Returns: 0, -EINVAL.  Since: 0.2 */
int kdump_test_new(struct kdump_ctx *ctx, struct kdump_report *report, struct kdump_test **ret);
struct kdump_test *kdump_test_ref(struct kdump_test *test);
struct kdump_test *kdump_test_unref(struct kdump_test *test);
int kdump_test_add_force(struct kdump_test *test, const char *id);
/*
 * Would it be tried?  And the panic: returns where it failed alone.  Returns: 0, -EPERM
 * (refused), -EROFS (another root), -ESTALE (what is loaded or reserved is another than in
 * the report), -EBUSY (a load is in progress), -EACCES, -ENOSPC, -ETIMEDOUT, -EIO, -ENOMEM.
 * The history of its config is read again.  Since: 0.2
 */
int kdump_test_check(struct kdump_test *test);
int kdump_test_panic(struct kdump_test *test);
/*
 * What came of it, after the next boot; where the disk with the dump is not mounted yet it
 * waits up to a week.  Reads the history again.  Returns: 1, 0: nothing was to be recorded,
 * -EBADMSG (the mark was damaged, and is gone now), as above.  Since: 0.2
 */
int kdump_test_record(struct kdump_config *config);
/**
 * kdump_rehearsal_new - this image, crashed in a guest of the caller's
 * @est: what main is unless it is set, and where a search begins
 *
 * The caller packs once; as long as kdump_rehearsal_next() wants it starts a guest, feeds
 * what its console says, and ends it when told.  Times are milliseconds of any clock.
 * Returns: 0, -ENODATA (the image is not wholly read, or facts have it), -EROFS (another
 * root), -ENOTSUP (no guest is known for this architecture).  Since: 0.2
 */
int kdump_rehearsal_new(struct kdump_ctx *ctx, struct kdump_image *image,
			struct kdump_estimate *est, struct kdump_rehearsal **ret);
struct kdump_rehearsal *kdump_rehearsal_ref(struct kdump_rehearsal *r);
struct kdump_rehearsal *kdump_rehearsal_unref(struct kdump_rehearsal *r);
/* Bytes of main, 1 MiB to 2 GiB.  Returns: 0, -EINVAL.  Since: 0.2 */
int kdump_rehearsal_set_main(struct kdump_rehearsal *r, uint64_t bytes);
/*
 * What the machine has beside main.  So much of CMA has the guest too, up to 1 GiB; low it
 * has not, for its main lies below 4 GiB.  A search is of main alone.  Since: 0.2
 */
void kdump_rehearsal_set_beside(struct kdump_rehearsal *r, uint64_t cma, uint64_t low);
/* Its memory (0: what it takes), and how long it may run: 0 seconds are none.  Since: 0.2 */
void kdump_rehearsal_set_guest(struct kdump_rehearsal *r, uint64_t ram, unsigned seconds);
/*
 * Writes the kernel, and the archive of the guest's first kernel, in which @init (@len
 * bytes, a static program) is its /init.  Returns: 0, -ESTALE (a file changed), -EFBIG,
 * -EBADMSG, -ENOSPC, -EIO.  Since: 0.2
 */
int kdump_rehearsal_pack(struct kdump_rehearsal *r, const void *init, size_t len,
			 int kernel_fd, int archive_fd);
/*
 * Is one more guest wanted?  @search: until the smallest main that boots is found.
 * Returns: KDUMP_AGAIN, 0 no, -ENOSPC (the guest is to have too little, or takes more than
 * is available).  Since: 0.2
 */
int kdump_rehearsal_next(struct kdump_rehearsal *r, bool search);
/* That guest; its command line, and the crash kernel's, with what is added.  Since: 0.2 */
uint64_t kdump_rehearsal_get_main(const struct kdump_rehearsal *r);
uint64_t kdump_rehearsal_get_cma(const struct kdump_rehearsal *r);
uint64_t kdump_rehearsal_get_ram(const struct kdump_rehearsal *r);
uint64_t kdump_rehearsal_get_cpus(const struct kdump_rehearsal *r);
const char *kdump_rehearsal_get_guest_cmdline(const struct kdump_rehearsal *r);
const char *kdump_rehearsal_get_cmdline(const struct kdump_rehearsal *r);
const char *kdump_rehearsal_get_added_words(const struct kdump_rehearsal *r);
/*
 * For each guest once: it was started; what it writes; it is gone.  The last after it ended
 * of itself, or was ended because kdump_rehearsal_wait() said 0: before that it would count
 * as one that broke off.  Then its result is known.  Since: 0.2
 */
void kdump_rehearsal_begin(struct kdump_rehearsal *r, int64_t now);
void kdump_rehearsal_feed(struct kdump_rehearsal *r, int64_t now, const void *bytes, size_t len);
/* Milliseconds, if nothing is written; 0: it is decided, and the guest to be ended.  Since: 0.2 */
int64_t kdump_rehearsal_wait(struct kdump_rehearsal *r, int64_t now);
void kdump_rehearsal_end(struct kdump_rehearsal *r, int64_t now);
/*
 * Bytes beside main that the machine's crash kernel has and the guest's had not; has it
 * died, and maybe for the want of them?  Since: 0.2
 */
uint64_t kdump_rehearsal_get_lacked(const struct kdump_rehearsal *r);
bool kdump_rehearsal_is_open(const struct kdump_rehearsal *r);
/*
 * Of the last guest; why, by its console, "" if it does not say; of how many.  That text, as
 * the lines below, stays until the next is begun.  Since: 0.2
 */
enum kdump_rehearsed kdump_rehearsal_get_result(const struct kdump_rehearsal *r);
enum kdump_stage kdump_rehearsal_get_stage(const struct kdump_rehearsal *r);
const char *kdump_rehearsal_get_why(const struct kdump_rehearsal *r);
unsigned kdump_rehearsal_count_trials(const struct kdump_rehearsal *r);
/* The last lines of its console; NULL beyond them.  Since: 0.2 */
const char *kdump_rehearsal_get_line(const struct kdump_rehearsal *r, size_t i);
/*
 * Memory of the crash kernel, and what was free when it had started; the lowest, where
 * crashctl-memory-watch(8) told it.  False where that is not known.  Since: 0.2
 */
bool kdump_rehearsal_get_memory(const struct kdump_rehearsal *r, uint64_t *total,
				uint64_t *available);
bool kdump_rehearsal_get_lowest(const struct kdump_rehearsal *r, uint64_t *ret);
/* What a search found, or 0; what it died of with 1 MiB less.  Since: 0.2 */
uint64_t kdump_rehearsal_get_minimum(const struct kdump_rehearsal *r,
				     enum kdump_rehearsed *below);
/* Keeps that for estimates.  Returns: 0, 1 not by this user, -ESTALE, -EIO.  Since: 0.2 */
int kdump_rehearsal_save(struct kdump_rehearsal *r);

#ifdef __cplusplus
}
#endif

#endif
