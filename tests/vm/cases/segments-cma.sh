# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# kexec_load() and CMA: the crash kernel uses it as memory, and the dump leaves it out. A
# second guest loads by the kernel's own call, and its dump has the same program headers.
# Without KASLR the two have the same memory map.

CMDLINE='nokaslr crashkernel=512M,cma crashkernel=128M'
TWIN="$CMDLINE crashctl-twin"
DUMP=yes
MEMTOTAL='512 640'
SECONDS_MAX=480
ASSERTIONS=5

guest()
{
	_call=segments
	! grep -q crashctl-twin /proc/cmdline || _call=file
	exits "load by the call '$_call' exits 0" 0 crashctl load --syscall $_call
	is 'the kernel has an image' "$(crash_file crash_loaded)" 1
	exits 'status exits 0' 0 crashctl status --json
	json 'cma: 512 MiB is reserved' .status.pools.cma.reserved 536870912
	is 'it is one range' "$(grep -c . /sys/kernel/kexec/crash_cma_ranges)" 1
	{
		crash_ranges
		sed 's/^/0x/; s/-/ 0x/' /sys/kernel/kexec/crash_cma_ranges
	} | while read -r _start _end; do
		dump_lacks "$((_start))" "$((_end))"
	done
	crash 'crashctl-test segments-cma'
}
