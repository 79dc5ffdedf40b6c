# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# A kernel that keeps the image current itself: memory and CPUs come, nothing is loaded
# again, and the dump has the memory all the same.

KERNEL=7.2
MEMORY=1G,slots=4,maxmem=4G
CPUS=1,maxcpus=2
CMDLINE='crashkernel=256M memhp_default_state=online_movable'
HOST=yes
DUMP=yes
MEMTOTAL='96 256'
SECONDS_MAX=480
ASSERTIONS=16

guest()
{
	exits 'load exits 0' 0 crashctl load
	is 'the kernel keeps the image current itself' \
		"$(cat /sys/devices/system/memory/crash_hotplug)" 1
	watch_begin
	memory_comes 2048M 0x100000000 0x17fffffff
	host monitor device_add max-x86_64-cpu,id=second,socket-id=0,core-id=1,thread-id=0
	appears /sys/devices/system/cpu/cpu1/online
	echo 1 > /sys/devices/system/cpu/cpu1/online
	loads_become 'nothing is loaded again' 0
	sleep 12
	is 'what came was looked at' \
		"$(jq -s 'map(.watch.events | .memory + .cpu) | add >= 17' $WATCH)" true
	is 'and left to the kernel' "$(jq -sr 'last.watch.reason' $WATCH)" kernel-updates
	fresh 'all the time'
	watch_idle
	watch_end
	dump_has $((0x100000000)) $((0x17fffffff))
	crash 'crashctl-test watch-7.2'
}
