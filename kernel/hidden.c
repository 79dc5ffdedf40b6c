// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: The crashctl developers
/*
 * Where the kernel's reservation, image and lock lie.
 *
 * None of the four is exported. register_kprobe() looks a name up and keeps the
 * address even where it then refuses the probe because the address is not one of
 * code (kernel/kprobes.c); that is no promise of the kernel's, so each address
 * has to be what kallsyms says of it by its other, exported way, and what lies
 * there has to be what it is taken for. Nothing is called by an address found so.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kallsyms.h>
#include <linux/kexec.h>
#include <linux/kprobes.h>
#include <linux/string.h>

#include "crash_grow.h"

struct grow_hidden hidden;

static void * __init find(const char *name)
{
	static char found[KSYM_SYMBOL_LEN] __initdata;
	struct kprobe probe = { .symbol_name = name };
	size_t len = strlen(name);

	if (!register_kprobe(&probe)) {
		unregister_kprobe(&probe);
		return NULL;
	}
	if (!probe.addr)
		return NULL;
	sprint_symbol(found, (unsigned long)probe.addr);
	return strncmp(found, name, len) || strncmp(found + len, "+0x0/", 5) ? NULL : probe.addr;
}

static bool __init is_crash_resource(const struct resource *res)
{
	return res->desc == IORES_DESC_CRASH_KERNEL && res->name &&
	       !strcmp(res->name, "Crash kernel");
}

int __init grow_find_hidden(void)
{
	int lock;

	hidden.main = find("crashk_res");
	hidden.low = find("crashk_low_res");
	hidden.image = find("kexec_crash_image");
	hidden.lock = find("__kexec_lock");
	if (!hidden.main || !hidden.low || !hidden.image || !hidden.lock) {
		pr_err("this kernel does not tell where its reservation lies (CONFIG_KPROBES, CONFIG_KALLSYMS_ALL)\n");
		return -EOPNOTSUPP;
	}
	lock = atomic_read(hidden.lock);
	if (!is_crash_resource(hidden.main) ||
	    !is_crash_resource(hidden.low) || (lock != 0 && lock != 1) ||
	    !!READ_ONCE(*hidden.image) != !!kexec_crash_loaded()) {
		pr_err("this kernel's reservation is not what is known here\n");
		return -EOPNOTSUPP;
	}
	return 0;
}
