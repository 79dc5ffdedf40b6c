# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# arm64: Debian builds no kernel of this architecture with kexec_file_load, so segments of
# our own are all there is, and are taken without being asked for.

KERNEL=7.2-arm64
MEMORY=768
CMDLINE='crashkernel=160M'
DUMP=yes
SECONDS_MAX=600
ASSERTIONS=16

MIB=1048576

not_loaded_yet()
{
	exits 'status exits 3 before anything is loaded' 3 crashctl status --json
	json 'verdict: not-loaded' .status.verdict not-loaded
	json 'main: 160 MiB reserved' .status.pools.main.reserved $((160 * MIB))
	is 'the range of main is the one in /proc/iomem' \
		"$(value '.status.pools.main.ranges[] | "\(.start) \(.end)"')" "$(crash_ranges)"
	exits 'estimate exits 0' 0 crashctl estimate --json
	json 'it sees the image of this kernel' .estimate.image.release "$(uname -r)"
	json 'and knows its size in memory' \
		'[.estimate.parts[] | select(.basis == "exact")] | length >= 3' true
}

loaded()
{
	exits 'load --syscall file exits 1: the kernel has no such call' 1 \
		crashctl load --syscall file
	exits 'load --dry-run exits 0' 0 crashctl load --dry-run
	has 'it lists the device tree among the segments' "$OUT" 'device tree'
	exits 'load exits 0' 0 crashctl load
	is 'the kernel has an image' "$(crash_file crash_loaded)" 1
	exits 'load once more exits 0' 0 crashctl load
	exits 'status exits 0' 0 crashctl status --json
	json 'verdict: captured' .status.verdict captured
	json 'the image is fresh' .status.freshness fresh
}

# RAM begins at 1 GiB on this board, and the kernel lies there: it is told of twice.
dumped()
{
	dump_has $((0x50000000)) $((0x50000000 + 64 * MIB))
	# shellcheck disable=SC2046 # two numbers
	dump_lacks $(crash_ranges)
}

guest()
{
	not_loaded_yet
	loaded
	dumped
	crash 'crashctl-test main-7.2-arm64'
}
