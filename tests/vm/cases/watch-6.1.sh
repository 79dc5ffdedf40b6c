# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# A kernel that does not keep the image current itself, and no udevd: 2 GiB come in sixteen
# blocks, and two CPUs. The image is loaded again once a burst, and the dump has the memory.

KERNEL=6.1
MEMORY=1G,slots=4,maxmem=4G
CPUS=1,maxcpus=3
CMDLINE='crashkernel=256M memhp_default_state=online_movable'
HOST=yes
DUMP=yes
MEMTOTAL='96 256'
SECONDS_MAX=480
ASSERTIONS=19

guest()
{
	exits 'load exits 0' 0 crashctl load
	watch_begin
	memory_comes 2048M 0x100000000 0x17fffffff
	loads_become 'sixteen blocks bring one load' 1
	watched 'it was for memory' .watch.reason memory
	watched 'of all of them' '.watch.events.memory >= 16' true
	watched 'the verdict afterwards: captured' .watch.verdict captured
	fresh 'after the memory'
	host monitor device_add max-x86_64-cpu,id=second,socket-id=0,core-id=1,thread-id=0
	host monitor device_add max-x86_64-cpu,id=third,socket-id=0,core-id=2,thread-id=0
	for _cpu in 1 2; do
		appears "/sys/devices/system/cpu/cpu$_cpu/online"
		echo 1 > "/sys/devices/system/cpu/cpu$_cpu/online"
	done
	loads_become 'two CPUs bring one more' 2
	watched 'it was for CPUs' .watch.reason cpu
	fresh 'after the CPUs'
	watch_idle
	watch_costs
	dump_has $((0x100000000)) $((0x17fffffff))
	crash 'crashctl-test watch-6.1'
}
