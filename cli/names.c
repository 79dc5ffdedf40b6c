/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <string.h>

#include "cmd.h"
#include "names.h"

/* A newer library may know more than this program was built with. */
#define LOOK_UP(table, i) \
	((unsigned)(i) < ARRAY_SIZE(table) && (table)[i] ? (table)[i] : "unknown")

const char *name_verdict(enum kdump_verdict verdict)
{
	static const char *const names[] = {
		[KDUMP_VERDICT_CAPTURED] = "captured",
		[KDUMP_VERDICT_DEGRADED] = "degraded",
		[KDUMP_VERDICT_NOT_LOADED] = "not-loaded",
		[KDUMP_VERDICT_NOT_RESERVED] = "not-reserved",
		[KDUMP_VERDICT_IMPOSSIBLE] = "impossible",
		[KDUMP_VERDICT_UNKNOWN] = "unknown",
	};

	return LOOK_UP(names, verdict);
}

const char *name_pool(enum kdump_pool pool)
{
	static const char *const names[] = {
		[KDUMP_POOL_MAIN] = "main",
		[KDUMP_POOL_LOW] = "low",
		[KDUMP_POOL_CMA] = "cma",
	};

	return LOOK_UP(names, pool);
}

const char *name_view(enum kdump_view view)
{
	static const char *const names[] = {
		[KDUMP_VIEW_CONFIGURED] = "configured", [KDUMP_VIEW_BOOTED] = "booted",
		[KDUMP_VIEW_RESERVED] = "reserved", [KDUMP_VIEW_NEEDED] = "needed",
	};

	return LOOK_UP(names, view);
}

const char *name_severity(enum kdump_severity severity)
{
	static const char *const names[] = {
		[KDUMP_SEVERITY_NOTE] = "note", [KDUMP_SEVERITY_WARNING] = "warning",
		[KDUMP_SEVERITY_ERROR] = "error",
	};

	return LOOK_UP(names, severity);
}

const char *name_basis(enum kdump_basis basis)
{
	static const char *const names[] = {
		[KDUMP_BASIS_EXACT] = "exact", [KDUMP_BASIS_COMPUTED] = "computed",
		[KDUMP_BASIS_MODELLED] = "modelled",
		[KDUMP_BASIS_MEASURED] = "measured",
	};

	return LOOK_UP(names, basis);
}

const char *name_wall(enum kdump_wall wall)
{
	static const char *const names[] = {
		[KDUMP_WALL_LOAD] = "load", [KDUMP_WALL_TMPFS] = "tmpfs",
		[KDUMP_WALL_RUN] = "run", [KDUMP_WALL_DUMP] = "dump",
	};

	return LOOK_UP(names, wall);
}

const char *name_freshness(enum kdump_freshness freshness)
{
	static const char *const names[] = {
		[KDUMP_FRESHNESS_FRESH] = "fresh",
		[KDUMP_FRESHNESS_STALE] = "stale",
		[KDUMP_FRESHNESS_FOREIGN] = "foreign",
		[KDUMP_FRESHNESS_UNKNOWN] = "unknown",
	};

	return LOOK_UP(names, freshness);
}

const char *name_outcome(enum kdump_outcome outcome)
{
	static const char *const names[] = {
		[KDUMP_OUTCOME_UNTOUCHED] = "untouched",
		[KDUMP_OUTCOME_LOADED] = "loaded",
		[KDUMP_OUTCOME_RESTORED] = "restored",
		[KDUMP_OUTCOME_UNPROTECTED] = "unprotected",
		[KDUMP_OUTCOME_REPLACED] = "replaced",
	};

	return LOOK_UP(names, outcome);
}

const char *name_action(enum kdump_action action)
{
	static const char *const names[] = {
		[KDUMP_ACTION_UNLOAD] = "unload", [KDUMP_ACTION_RESIZE] = "resize",
		[KDUMP_ACTION_LOAD] = "load", [KDUMP_ACTION_WORDS] = "words",
		[KDUMP_ACTION_MODULE] = "module", [KDUMP_ACTION_TAKE] = "take",
	};

	return LOOK_UP(names, action);
}

const char *name_when(enum kdump_when when)
{
	static const char *const names[] = {
		[KDUMP_WHEN_NOW] = "now", [KDUMP_WHEN_BOOT] = "boot",
	};

	return LOOK_UP(names, when);
}

const char *name_growth(enum kdump_growth growth)
{
	static const char *const names[] = {
		[KDUMP_GROWTH_NONE] = "none", [KDUMP_GROWTH_KERNEL] = "kernel",
		[KDUMP_GROWTH_MODULE] = "module",
		[KDUMP_GROWTH_INSTALLED] = "module-installed",
	};

	return growth == KDUMP_GROWTH_UNKNOWN ? NULL : LOOK_UP(names, growth);
}

const char *name_origin(enum kdump_origin origin)
{
	static const char *const names[] = {
		[KDUMP_ORIGIN_BOOT] = "boot", [KDUMP_ORIGIN_GROWN] = "grown",
		[KDUMP_ORIGIN_SHRUNK] = "shrunk",
	};

	return origin == KDUMP_ORIGIN_UNKNOWN ? NULL : LOOK_UP(names, origin);
}

const char *name_tested(enum kdump_tested tested)
{
	static const char *const names[] = {
		[KDUMP_TESTED_NEVER] = "never", [KDUMP_TESTED_CAPTURED] = "captured",
		[KDUMP_TESTED_FAILED] = "failed",
	};

	return (unsigned)tested < ARRAY_SIZE(names) ? names[tested] : NULL;
}

const char *name_layout(enum kdump_layout layout)
{
	static const char *const names[] = {
		[KDUMP_LAYOUT_DEBIAN] = "debian", [KDUMP_LAYOUT_FEDORA] = "fedora",
		[KDUMP_LAYOUT_SUSE] = "suse",
	};

	return LOOK_UP(names, layout);
}

const char *name_fate(enum kdump_fate fate)
{
	static const char *const names[] = {
		[KDUMP_FATE_USED] = "used", [KDUMP_FATE_OVERRIDDEN] = "overridden",
		[KDUMP_FATE_IGNORED] = "ignored", [KDUMP_FATE_REFUSED] = "refused",
	};

	return LOOK_UP(names, fate);
}

const char *name_placed(enum kdump_placed placed)
{
	static const char *const names[] = {
		[KDUMP_PLACED_UNKNOWN] = "unknown", [KDUMP_PLACED_NOTHING] = "nothing",
		[KDUMP_PLACED_ABOUT] = "about", [KDUMP_PLACED_FIXED] = "fixed",
		[KDUMP_PLACED_FAILS] = "fails",
	};

	return LOOK_UP(names, placed);
}

static const char *const syscalls[] = {
	[KDUMP_SYSCALL_AUTO] = "auto", [KDUMP_SYSCALL_FILE] = "file",
	[KDUMP_SYSCALL_SEGMENTS] = "segments",
};

const char *name_rehearsed(enum kdump_rehearsed result)
{
	static const char *const names[] = {
		[KDUMP_REHEARSED_BOOTS] = "boots",
		[KDUMP_REHEARSED_LOAD_REFUSED] = "load-refused",
		[KDUMP_REHEARSED_KERNEL_MEMORY] = "kernel-memory",
		[KDUMP_REHEARSED_UNPACK_MEMORY] = "unpack-memory",
		[KDUMP_REHEARSED_INIT_MEMORY] = "init-memory",
		[KDUMP_REHEARSED_ROOT_FULL] = "root-full",
		[KDUMP_REHEARSED_UNPACK_FAILED] = "unpack-failed",
		[KDUMP_REHEARSED_NO_INIT] = "no-init",
		[KDUMP_REHEARSED_PANIC] = "panic",
		[KDUMP_REHEARSED_SILENT] = "silent",
		[KDUMP_REHEARSED_TIMEOUT] = "timeout",
		[KDUMP_REHEARSED_NOT_LOADED] = "not-loaded",
		[KDUMP_REHEARSED_NOT_TRIED] = "not-tried",
	};

	return LOOK_UP(names, result);
}

const char *name_choice(enum kdump_choice choice)
{
	static const char *const names[] = {
		[KDUMP_CHOICE_KEEP] = "keep",
		[KDUMP_CHOICE_LOAD] = "load",
		[KDUMP_CHOICE_LOAD_COPY] = "load-copy",
	};

	return LOOK_UP(names, choice);
}

static const char *const events[] = {
	[KDUMP_EVENT_UNKNOWN] = "unknown",
	[KDUMP_EVENT_MEMORY] = "memory",
	[KDUMP_EVENT_CPU] = "cpu",
	[KDUMP_EVENT_RESERVATION] = "reservation",
	[KDUMP_EVENT_KERNEL] = "kernel",
	[KDUMP_EVENT_INITRAMFS] = "initramfs",
	[KDUMP_EVENT_CONFIGURATION] = "configuration",
	[KDUMP_EVENT_IMAGE] = "image",
};

const char *name_event(enum kdump_event_kind kind)
{
	return LOOK_UP(events, kind);
}

const char *name_syscall(enum kdump_syscall call)
{
	return LOOK_UP(syscalls, call);
}

int syscall_by_name(const char *name, enum kdump_syscall *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(syscalls); i++) {
		if (strcmp(syscalls[i], name))
			continue;
		*ret = (enum kdump_syscall)i;
		return 0;
	}
	return -1;
}

int verdict_exit_code(enum kdump_verdict verdict)
{
	static const int codes[] = {
		[KDUMP_VERDICT_CAPTURED] = EXIT_DONE,
		[KDUMP_VERDICT_DEGRADED] = EXIT_DEGRADED,
		[KDUMP_VERDICT_NOT_LOADED] = EXIT_NOT_LOADED,
		[KDUMP_VERDICT_NOT_RESERVED] = EXIT_NOT_RESERVED,
		[KDUMP_VERDICT_IMPOSSIBLE] = EXIT_IMPOSSIBLE,
		[KDUMP_VERDICT_UNKNOWN] = EXIT_UNKNOWN,
	};

	return (unsigned)verdict < ARRAY_SIZE(codes) ? codes[verdict] : EXIT_UNKNOWN;
}
