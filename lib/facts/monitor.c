/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Monitors: see monitor.h. */
#define _GNU_SOURCE
#include "monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "../core/root.h"
#include "record.h"
#include "watch.h"

/* How often files are looked at that cannot be followed. */
#define TICK_SECONDS 60

static const char *const main_files[] = { KD_OWN_MAIN_FILES };
static const char *const folders[] = { KD_OWN_FOLDERS };

/* Nobody tells of a load or a resize but whoever asks for one (kernel/ksysfs.c). */
static const struct {
	const char *path;
	enum kdump_event_kind kind;
} fixed[] = {
	{ "/sys/kernel/kexec/crash_size", KDUMP_EVENT_RESERVATION },
	{ "/sys/kernel/kexec_crash_size", KDUMP_EVENT_RESERVATION },
	{ KD_GROW_FOLDER "/commit", KDUMP_EVENT_RESERVATION },
	{ KD_RECORD_PATH, KDUMP_EVENT_IMAGE },
	{ KD_UNLOADED_PATH, KDUMP_EVENT_IMAGE },
};

struct list {
	struct kd_follow *files;
	int err;
};

static void add(struct list *list, const char *path, enum kdump_event_kind kind)
{
	if (!list->err && path)
		list->err = kd_follow_add(list->files, path, kind, false);
}

/* Those that are looked for as well: one that turns up may go before the one that is there. */
static void add_places(struct list *list, const struct kdump_config *config,
		       const char *const *places, enum kdump_event_kind kind)
{
	struct kd_text path;

	for (; *places; places++)
		if (!kd_config_expand(config, *places, &path))
			add(list, path.s, kind);
}

static int list_files(struct kd_follow *files, const struct kdump_config *config)
{
	struct list list = { .files = files };

	for (size_t i = 0; i < KD_ARRAY_SIZE(fixed); i++)
		add(&list, fixed[i].path, fixed[i].kind);
	for (size_t i = 0; i < KD_ARRAY_SIZE(main_files); i++)
		add(&list, main_files[i], KDUMP_EVENT_CONFIGURATION);
	for (size_t i = 0; !list.err && i < KD_ARRAY_SIZE(folders); i++)
		list.err = kd_follow_add(files, folders[i], KDUMP_EVENT_CONFIGURATION, true);
	add(&list, config->distro->config_file, KDUMP_EVENT_CONFIGURATION);
	add(&list, config->kernel.text, KDUMP_EVENT_KERNEL);
	add(&list, config->initramfs.text, KDUMP_EVENT_INITRAMFS);
	add_places(&list, config, config->distro->kernels, KDUMP_EVENT_KERNEL);
	add_places(&list, config, config->distro->initramfses, KDUMP_EVENT_INITRAMFS);
	/* Those beyond the number that is followed are seen by their folder all the same. */
	for (size_t i = 0; i < config->own.files.n; i++)
		add(&list, config->own.files.v[i], KDUMP_EVENT_CONFIGURATION);
	return list.err == -E2BIG ? 0 : list.err;
}

/* A file system that is full of watches, or has none: then by the clock. */
static int tick_if_limited(struct kdump_monitor *m)
{
	bool tick = m->files.limited;

	if (tick == m->ticking)
		return 0;
	m->ticking = tick;
	return kd_sys_timer_every(m->timer, tick ? TICK_SECONDS : 0);
}

static bool same_files(const struct kd_follow *a, const struct kd_follow *b)
{
	if (a->n_paths != b->n_paths)
		return false;
	for (size_t i = 0; i < a->n_paths; i++)
		if (a->paths[i].kind != b->paths[i].kind ||
		    !kd_streq(a->paths[i].path, b->paths[i].path))
			return false;
	return true;
}

static void take_paths(struct kd_follow *to, struct kd_follow *from)
{
	kd_follow_clear(to);
	memcpy(to->paths, from->paths, sizeof(to->paths));
	to->n_paths = from->n_paths;
	from->n_paths = 0;
}

static int find_files(struct kdump_monitor *m)
{
	int err = kd_follow_find(&m->files);

	return err ? err : tick_if_limited(m);
}

/* The first look is what later ones are compared with. */
static void begin_look(struct kdump_monitor *m)
{
	m->looking = true;
	m->look = 0;
}

static int follow(struct kdump_monitor *m, const struct kdump_config *config)
{
	struct kd_follow wanted = { .inotify = -1 };
	int err = list_files(&wanted, config);

	if (!err && same_files(&m->files, &wanted)) {
		kd_follow_end(&wanted);
		return 0;
	}
	if (!err) {
		take_paths(&m->files, &wanted);
		err = find_files(m);
		begin_look(m);
	}
	kd_follow_end(&wanted);
	return err ? err : 1;
}

static int open_sources(struct kdump_monitor *m)
{
	const int flags = O_RDONLY | O_NONBLOCK;
	int err;

	m->poller = kd_sys_poller();
	m->timer = m->poller < 0 ? m->poller : kd_sys_timer();
	if (m->timer < 0)
		return m->timer;
	err = kd_follow_start(m->ctx, &m->files);
	if (!err)
		err = kd_sys_uevents_open(&m->uevents);
	if (!err)
		err = kd_sys_poller_add(m->poller, kd_sys_uevents_fd(m->uevents), false,
					KD_SOURCE_UEVENTS);
	if (!err && m->files.inotify >= 0)
		err = kd_sys_poller_add(m->poller, m->files.inotify, false, KD_SOURCE_FILES);
	if (!err)
		err = kd_sys_poller_add(m->poller, m->timer, false, KD_SOURCE_TIMER);
	/* Without it a file system that is mounted over a file is seen at the next look. */
	m->mounts = kd_root_open(m->ctx, "/proc/self/mountinfo", flags);
	if (!err && m->mounts >= 0)
		err = kd_sys_poller_add(m->poller, m->mounts, true, KD_SOURCE_MOUNTS);
	return err;
}

static int fail(struct kdump_ctx *ctx, int err)
{
	if (err == -ENOMEM)
		return kd_oom(ctx);
	return kd_fail_id(ctx, err == -EMFILE ? err : -EIO, "no-monitor",
			  "what happens on this machine cannot be followed: %s",
			  kd_errno_text(err));
}

KD_API int kdump_monitor_new(struct kdump_ctx *ctx, struct kdump_config *config,
			     struct kdump_monitor **ret)
{
	struct kdump_monitor *m;
	int err;

	kd_begin(ctx);
	if (!ctx->live)
		return kd_fail_id(ctx, -EROFS, "sysroot",
				  "this is a copy of a machine: nothing happens there");
	m = calloc(1, sizeof(*m));
	if (!m)
		return kd_oom(ctx);
	m->refs = 1;
	m->ctx = kdump_ctx_ref(ctx);
	m->poller = m->mounts = m->timer = m->files.inotify = -1;
	err = open_sources(m);
	if (!err)
		err = follow(m, config);
	if (err < 0) {
		kdump_monitor_unref(m);
		return fail(ctx, err);
	}
	*ret = m;
	return 0;
}

KD_API struct kdump_monitor *kdump_monitor_ref(struct kdump_monitor *m)
{
	m->refs++;
	return m;
}

static void close_if_open(int fd)
{
	if (fd >= 0)
		kd_sys_close(fd);
}

KD_API struct kdump_monitor *kdump_monitor_unref(struct kdump_monitor *m)
{
	if (!m || --m->refs)
		return NULL;
	kd_sys_uevents_close(m->uevents);
	kd_follow_end(&m->files);
	close_if_open(m->mounts);
	close_if_open(m->timer);
	close_if_open(m->poller);
	kdump_ctx_unref(m->ctx);
	free(m);
	return NULL;
}

KD_API int kdump_monitor_get_fd(const struct kdump_monitor *m)
{
	return m->poller;
}

KD_API bool kdump_monitor_is_limited(const struct kdump_monitor *m)
{
	return m->files.limited;
}

static void tell(struct kdump_monitor *m, enum kdump_event_kind kind, bool writing,
		 const char *fmt, ...) KD_PRINTF(4, 5);

static void tell(struct kdump_monitor *m, enum kdump_event_kind kind, bool writing,
		 const char *fmt, ...)
{
	va_list args;

	m->event.kind = kind;
	m->event.writing = writing;
	va_start(args, fmt);
	kd_text_vset(&m->event.subject, fmt, args);
	va_end(args);
}

/* 1 an event, 0 none; as all of the following. */
static int next_uevent(struct kdump_monitor *m)
{
	struct kd_uevent uevent;
	int found = kd_sys_uevents_next(m->uevents, &uevent);

	switch (found) {
	case -ENOBUFS:
		tell(m, KDUMP_EVENT_UNKNOWN, false, "more hotplug events than could be kept");
		return 1;
	case -EINVAL:
	case -EBADMSG:
	case -ENOMEM:
		tell(m, KDUMP_EVENT_UNKNOWN, false, "a hotplug event that is not understood");
		return 1;
	}
	if (found > 0)
		tell(m, kd_streq(uevent.subsystem, "cpu") ? KDUMP_EVENT_CPU : KDUMP_EVENT_MEMORY,
		     false, "%s %s", uevent.device, uevent.action);
	return found;
}

static void tell_file(struct kdump_monitor *m, const struct kd_follow_event *event)
{
	if (event->path)
		tell(m, event->path->kind, event->writing, "%s", event->path->path);
	else
		tell(m, KDUMP_EVENT_UNKNOWN, false, "more file events than could be kept");
}

static int next_file(struct kdump_monitor *m)
{
	struct kd_follow_event event;
	int found = kd_follow_next(&m->files, &event);

	if (found > 0)
		tell_file(m, &event);
	/* Whoever has used up the watches may have let some go. */
	return found ? found : tick_if_limited(m);
}

static int next_look(struct kdump_monitor *m)
{
	struct kd_follow_event event;

	if (!m->looking)
		return 0;
	if (kd_follow_look(&m->files, &m->look, &event)) {
		tell_file(m, &event);
		return 1;
	}
	m->looking = false;
	return 0;
}

/* Other files may lie under the same names now, and the clock has its look anyway. */
static int find_again(struct kdump_monitor *m, unsigned source)
{
	uint64_t ticks;

	if (source == KD_SOURCE_TIMER)
		kd_sys_read(m->timer, &ticks, sizeof(ticks));
	begin_look(m);
	return find_files(m);
}

static int next_of(struct kdump_monitor *m, unsigned source)
{
	switch (source) {
	case KD_SOURCE_UEVENTS:
		return next_uevent(m);
	case KD_SOURCE_FILES:
		return next_file(m);
	default:
		return find_again(m, source);
	}
}

/* A source is left when it has no more; looks come last, after what brought them about. */
static int next(struct kdump_monitor *m)
{
	int found;

	for (unsigned source = KD_SOURCE_UEVENTS; source <= KD_SOURCE_TIMER; source++) {
		if (!(m->ready & 1u << source))
			continue;
		found = next_of(m, source);
		if (found)
			return found;
		m->ready &= ~(1u << source);
	}
	return next_look(m);
}

KD_API int kdump_monitor_next(struct kdump_monitor *m, const struct kdump_event **ret)
{
	int found;

	kd_begin(m->ctx);
	if (!m->ready && !m->looking) {
		found = kd_sys_poller_ready(m->poller, &m->ready);
		if (found)
			return fail(m->ctx, found);
	}
	found = next(m);
	if (found < 0)
		return fail(m->ctx, found);
	if (!found)
		return 0;
	*ret = &m->event;
	return KDUMP_AGAIN;
}

KD_API int kdump_monitor_follow(struct kdump_monitor *m, struct kdump_config *config)
{
	int changed;

	kd_begin(m->ctx);
	changed = follow(m, config);
	return changed < 0 ? fail(m->ctx, changed) : changed;
}

KD_API enum kdump_event_kind kdump_event_get_kind(const struct kdump_event *event)
{
	return event->kind;
}

KD_API const char *kdump_event_get_subject(const struct kdump_event *event)
{
	return event->subject.s;
}

KD_API bool kdump_event_is_writing(const struct kdump_event *event)
{
	return event->writing;
}
