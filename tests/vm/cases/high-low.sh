# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# Main above 4 GiB and a low region below it, on 6 GiB: the kernel's file counts both,
# so a size for main must not eat the low region.

MEMORY=6144
CPUS=2
CMDLINE='crashkernel=256M,high crashkernel=128M,low'
DUMP=yes
LONG=yes
ASSERTIONS=16

MIB=1048576

guest()
{
	exits 'status exits 3' 3 crashctl status --json
	json 'main: 256 MiB' .status.pools.main.reserved $((256 * MIB))
	json 'low: 128 MiB' .status.pools.low.reserved $((128 * MIB))
	json 'main lies above 4 GiB' '.status.pools.main.ranges[0].start >= 4294967296' true
	json 'low lies below it' '.status.pools.low.ranges[0].end < 4294967296' true
	exits 'load exits 0' 0 crashctl load
	exits 'status exits 0' 0 crashctl status
	_total=$(mem_total)
	exits 'reserve --live auto exits 0' 0 crashctl reserve --live auto --json
	json 'it is carried out' '.reserve.done and .reserve.changed' true
	is 'the image is loaded again' "$(crash_file crash_loaded)" 1
	_size=$(crash_file crash_size)
	exits 'status exits 0 after that' 0 crashctl status --json
	_main=$(value .status.pools.main.reserved)
	note "main is now $((_main / MIB)) MiB"
	holds 'main is well under 256 MiB' [ "$_main" -le $((160 * MIB)) ]
	json 'low is whole, for it holds the 64 MiB of SWIOTLB' \
		'.status.pools.low.reserved >= 75497472' true
	json 'the file counts both' \
		'.status.pools.main.reserved + .status.pools.low.reserved' "$_size"
	is 'MemTotal has grown by what was given back' "$(($(mem_total) - _total))" \
		$((384 * MIB - _size))
	is 'both are still in /proc/iomem' "$(grep -c 'Crash kernel' /proc/iomem)" 2
	crash 'crashctl-test high-low'
}
