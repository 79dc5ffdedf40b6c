# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# A kernel between the two of the main cases: the older names in sysfs, but with
# crash_hotplug, an elfcorehdr size and the load limits.

KERNEL=6.12
CMDLINE='crashkernel=512M,cma crashkernel=256M'
DUMP=yes
LONG=yes
ASSERTIONS=15

MIB=1048576

guest()
{
	exits 'status exits 3' 3 crashctl status --json
	json 'main: 256 MiB, although a word was not understood' \
		.status.pools.main.reserved $((256 * MIB))
	json 'cma: none' .status.pools.cma.reserved 0
	json 'and none was asked for: this kernel does not know the word' \
		.status.pools.cma.booted 0
	exits 'load exits 0' 0 crashctl load
	is 'the kernel keeps the image current itself' \
		"$(cat /sys/devices/system/memory/crash_hotplug)" 1
	_total=$(mem_total)
	exits 'reserve --live auto exits 0' 0 crashctl reserve --live auto --json
	json 'it is carried out' '.reserve.done and .reserve.changed' true
	_size=$(crash_file crash_size)
	note "main is now $((_size / MIB)) MiB"
	holds 'main is well under 256 MiB' [ "$_size" -le $((160 * MIB)) ]
	is 'MemTotal has grown by what was given back' "$(($(mem_total) - _total))" \
		$((256 * MIB - _size))
	is 'the image is loaded again' "$(crash_file crash_loaded)" 1
	exits 'status exits 0 after that' 0 crashctl status
	# Every attempt to load counts, also one that unloads.
	echo 0 > /proc/sys/kernel/kexec_load_limit_panic
	remember
	exits 'with the load limit used up, reload exits 1' 1 crashctl reload
	has 'it names the sysctl' "$ERR" 'kexec_load_limit_panic'
	unchanged 'and the image is still loaded'
	crash 'crashctl-test main-6.12'
}
