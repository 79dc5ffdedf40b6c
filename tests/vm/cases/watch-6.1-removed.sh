# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# The other way round: 2 GiB that the image was loaded with go, and the dump must not look
# for them. And a storm: a thousand uevents that tell of nothing, with real ones among them,
# bring two loads at most, the last one after the last event.

KERNEL=6.1
MEMORY=1G,slots=4,maxmem=4G
CMDLINE='crashkernel=256M memhp_default_state=online_movable'
HOST=yes
DUMP=yes
MEMTOTAL='96 256'
SECONDS_MAX=480
ASSERTIONS=20

BLOCK=/sys/devices/system/memory/memory0/uevent

guest()
{
	exits 'load exits 0' 0 crashctl load
	watch_begin
	for _n in $(seq 500); do
		echo change > $BLOCK
	done
	memory_comes 2560M 0x100000000 0x19fffffff
	for _n in $(seq 500); do
		echo change > $BLOCK
	done
	_end=$(date +%s)
	within 60 is_fresh
	sleep 12
	holds 'a thousand events and twenty blocks bring two loads at most' [ "$(loads)" -le 2 ]
	holds 'and one at least' has_loads 1
	holds 'the last one after the last event' [ "$(jq -s last.watch.time $WATCH)" -ge "$_end" ]
	is 'no event was missed' "$(jq -s 'map(.watch.events.memory) | add >= 1020' $WATCH)" true
	fresh 'after the storm'
	_before=$(loads)
	_total=$(mem_total)
	host monitor device_del dimm
	within 60 mem_total_is $((_total - 2560 * 1048576))
	is 'the memory is gone' "$(grep -c '^100000000-' /proc/iomem)" 0
	loads_become 'its going brings one load' $((_before + 1))
	watched 'it was for memory' .watch.reason memory
	fresh 'after it went'
	watch_end
	exits 'load exits 0 beside nobody' 0 crashctl reload --if-stale
	dump_lacks $((0x100000000)) $((0x19fffffff))
	crash 'crashctl-test watch-6.1-removed'
}
