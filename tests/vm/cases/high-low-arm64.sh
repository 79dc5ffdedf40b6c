# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# arm64: main above 4 GiB and a low region below it; RAM begins at 1 GiB on this board. The
# device tree tells the crash kernel of both.

KERNEL=7.2-arm64
MEMORY=4096
CPUS=2
CMDLINE='crashkernel=192M,high crashkernel=64M,low'
DUMP=part
SECONDS_MAX=900
# 192 and 64 MiB but for the kernel, its tables, and 64 MiB that swiotlb takes at most.
MEMTOTAL='140 225'
ASSERTIONS=7

MIB=1048576

guest()
{
	exits 'status exits 3' 3 crashctl status --json
	json 'main lies above 4 GiB' '.status.pools.main.ranges[0].start >= 4294967296' true
	json 'low lies below it' '.status.pools.low.ranges[0].end < 4294967296' true
	exits 'load exits 0' 0 crashctl load --syscall segments
	exits 'status exits 0' 0 crashctl status --json
	json 'verdict: captured' .status.verdict captured
	json 'low: 64 MiB' .status.pools.low.reserved $((64 * MIB))
	crash_ranges | while read -r start end; do
		# shellcheck disable=SC2086 # two numbers
		dump_lacks $start $end
	done
	dump_has $((0x50000000)) $((0x50000000 + 64 * MIB))
	crash 'crashctl-test high-low-arm64'
}
