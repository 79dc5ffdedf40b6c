# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034,SC2154,SC1091
#
# The kernel of the other cases of its suite does check what they rely on, and the module
# comes and goes in it. Without this a clean log would say nothing.

VARIANTS='7.3-debug 7.3-debug-stock'
KERNEL=$VARIANT
CMDLINE='log_buf_len=4M page_owner=on page_poison=1 debug_pagealloc=on'
MODULE=debug
SUITE=kernel
ASSERTIONS=11

guest()
{
	. /vm/grow.sh
	mount -t debugfs debugfs /sys/kernel/debug
	dmesg > /tmp/dmesg
	has 'KASAN is there' /tmp/dmesg 'KernelAddressSanitizer initialized'
	has 'lockdep has locks to look at' /proc/lockdep 'kexec|cpu_hotplug_lock'
	has 'and has not given up' /proc/lockdep_stats 'debug_locks: +1'
	has 'who owns a page is known' /sys/kernel/debug/page_owner 'Page allocated'
	has 'what is free is poisoned' /tmp/dmesg 'mem auto-init: .*page_poison|page_poison'
	has 'what is free cannot be touched' /tmp/dmesg 'debug_pagealloc|DEBUG_PAGEALLOC'
	has 'allocations are counted by line of source' /proc/allocinfo 'mm/'
	holds 'the module can be loaded' module_is_there
	has 'its allocations are counted, too' /proc/allocinfo 'crash_grow'
	holds 'the module can be removed' rmmod crash_grow
	note "up since $(cut -d' ' -f1 /proc/uptime) s"
	log_is_clean
}
