# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# arm64 on an older kernel, with the older names in sysfs.

KERNEL=6.12-arm64
MEMORY=768
CPUS=2
CMDLINE='crashkernel=160M'
DUMP=yes
SECONDS_MAX=600
ASSERTIONS=5

MIB=1048576

guest()
{
	exits 'load exits 0' 0 crashctl load
	is 'the kernel has an image' "$(crash_file crash_loaded)" 1
	exits 'status exits 0' 0 crashctl status --json
	json 'by segments, for there is no other call' .status.image.syscall segments
	json 'main: 160 MiB reserved' .status.pools.main.reserved $((160 * MIB))
	# The kernel lies at 1 GiB, and is told of twice.
	dump_has $((0x50000000)) $((0x50000000 + 64 * MIB))
	# shellcheck disable=SC2046 # two numbers
	dump_lacks $(crash_ranges)
	crash 'crashctl-test main-6.12-arm64'
}
