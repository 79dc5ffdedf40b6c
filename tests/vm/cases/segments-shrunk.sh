# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# By configuration segments are placed, and main is shrunk under them: they are made
# beforehand for what the shrink will leave, and the dump has what was given back.

KERNEL=7.2
CMDLINE='crashkernel=256M nokaslr'
DUMP=yes
SECONDS_MAX=480
ASSERTIONS=10

guest()
{
	echo 'syscall = segments' > /etc/crashctl.conf
	exits 'load exits 0' 0 crashctl load --json
	json 'by the call that is configured' .load.syscall segments
	_last=$(crash_ranges | tail -n 1 | cut -d' ' -f2)
	exits 'reserve --live auto exits 0' 0 crashctl reserve --live auto --json
	json 'it is carried out' '.reserve.done and .reserve.changed' true
	holds 'main is smaller' [ "$(crash_file crash_size)" -lt $((256 << 20)) ]
	is 'the image is loaded again' "$(crash_file crash_loaded)" 1
	exits 'status exits 0' 0 crashctl status --json
	json 'the image is fresh' .status.freshness fresh
	json 'and lies there as segments of our own' .status.image.syscall segments
	exits 'reload --if-stale exits 0' 0 crashctl reload --if-stale
	dump_has $(($(crash_ranges | tail -n 1 | cut -d' ' -f2) + 1)) "$_last"
	crash 'crashctl-test segments-shrunk'
}
