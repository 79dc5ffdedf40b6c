# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# Memory that is plugged in after the image was loaded by kexec_load(): the kernel writes
# elfcorehdr anew, which purgatory must not take for damage, and the dump has that memory.
# The crash kernel must not use it: it would write over what is to be saved.

KERNEL=7.2
MEMORY=1G,slots=4,maxmem=4G
CMDLINE='crashkernel=256M'
HOST=yes
DUMP=yes
MEMTOTAL='96 256'
SECONDS_MAX=480
ASSERTIONS=8

guest()
{
	exits 'load exits 0' 0 crashctl load --syscall segments
	is 'the kernel keeps the image current itself' \
		"$(cat /sys/devices/system/memory/crash_hotplug)" 1
	_total=$(mem_total)
	host monitor object_add memory-backend-ram,id=more,size=512M
	host monitor device_add pc-dimm,id=dimm,memdev=more
	for _second in $(seq 30); do
		[ "$(mem_total)" -eq "$_total" ] || break
		sleep 1
	done
	is 'the machine has 512 MiB more' "$((($(mem_total) - _total) >> 20))" 512
	is 'which lie above 4 GiB' \
		"$(grep -c '^100000000-11fffffff : System RAM' /proc/iomem)" 1
	dump_has $((0x100000000)) $((0x11fffffff))
	is 'the image is still loaded' "$(crash_file crash_loaded)" 1
	exits 'status exits 0' 0 crashctl status
	crash 'crashctl-test hotplug-7.2'
}
