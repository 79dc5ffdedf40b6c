# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# The image is loaded by kexec_load(), with segments that crashctl has made: a panic is
# captured as it is with the kernel's own call, on a kernel between the two.

KERNEL=6.12
CMDLINE='crashkernel=256M'
DUMP=yes
MEMTOTAL='96 256'
LONG=yes
SECONDS_MAX=480
ASSERTIONS=11

guest()
{
	exits 'a dry run exits 0' 0 crashctl load --syscall segments --dry-run --json
	is 'and loads nothing' "$(crash_file crash_loaded)" 0
	segments_fit
	exits 'load exits 0' 0 crashctl load --syscall segments --json
	json 'the outcome: loaded' .load.outcome loaded
	is 'the kernel has an image' "$(crash_file crash_loaded)" 1
	exits 'status exits 0' 0 crashctl status --json
	json 'verdict: captured' .status.verdict captured
	exits 'reload by the other call exits 0' 0 crashctl reload --syscall file
	exits 'and by this one exits 0' 0 crashctl reload --syscall segments
	is 'the kernel has an image still' "$(crash_file crash_loaded)" 1
	crash 'crashctl-test segments-6.12'
}
