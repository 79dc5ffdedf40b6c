# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# kexec_load() with main above 4 GiB and a low region below it: all segments lie in main,
# above what 32 bits reach, and the crash kernel has both.

MEMORY=6144
CPUS=2
CMDLINE='crashkernel=256M,high crashkernel=128M,low'
DUMP=yes
MEMTOTAL='224 384'
SECONDS_MAX=480
ASSERTIONS=9

guest()
{
	exits 'status exits 3' 3 crashctl status --json
	json 'main lies above 4 GiB' '.status.pools.main.ranges[0].start >= 4294967296' true
	exits 'a dry run exits 0' 0 crashctl load --syscall segments --dry-run --json
	segments_fit
	json 'all of them lie above 4 GiB' 'all(.load.segments[]; .start >= 4294967296)' true
	exits 'load exits 0' 0 crashctl load --syscall segments
	is 'the kernel has an image' "$(crash_file crash_loaded)" 1
	exits 'status exits 0' 0 crashctl status
	crash_ranges | while read -r _start _end; do
		dump_lacks "$_start" "$_end"
	done
	is 'two regions are left out' "$(crash_ranges | wc -l)" 2
	crash 'crashctl-test segments-high-low'
}
