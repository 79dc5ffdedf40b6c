# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034,SC2154,SC1091
#
# Where the patched kernel takes memory from: not from ZONE_MOVABLE, nor from what was added
# after the boot, though both lie where it looks first.

VARIANTS='movable hotplug'
KERNEL=7.3-debug
SUITE=kernel
SECONDS_MAX=1800
case $VARIANT in
movable)
	MEMORY=3072
	CMDLINE="movablecore=1G $DEBUG_WORDS"
	ASSERTIONS=11 ;;
hotplug)
	MEMORY=1G,slots=4,maxmem=4G
	CMDLINE="memhp_default_state=online $DEBUG_WORDS"
	HOST=yes
	ASSERTIONS=11 ;;
esac

# ends_by MIB: all of the reservation, which is not nothing
ends_by()
{
	crash_ranges | awk -v mib="$1" '{ n++ } ($2 + 1) / 1048576 > mib { beyond = 1 }
		END { exit !n || beyond }'
}

# movable_start: of the zone, in MiB
movable_start()
{
	awk '
	/^Node/ { movable = $NF == "Movable" }
	movable && $1 == "start_pfn:" { print $2 / 256 }' /proc/zoneinfo
}

movable()
{
	_zone=$(movable_start)
	holds 'a movable zone lies above 1 GiB' [ "$_zone" -ge 1024 ]
	holds 'and has room' [ "$_zone" -le 2048 ]
	begin_account
	sized 'it grows to 256 MiB' $((256 * MIB))
	holds 'below the movable zone' ends_by "$_zone"
	sized 'it is given back' 0
	refused 'more than lies below the zone is too much' $((2200 * MIB)) "$NO_MEMORY"
	log_is_whole
}

hotplug()
{
	memory_comes 2048M 0x100000000 0x17fffffff
	# The kernel's own complaint of pages that come (online_pages(), which the series leaves
	# alone): they have no allocation tag to be taken off.
	dmesg -c > /tmp/came
	begin_account
	sized 'it grows to 128 MiB' $((128 * MIB))
	holds 'not in what has come' ends_by 1024
	sized 'it is given back' 0
	refused 'more than there was before is too much' $((1200 * MIB)) "$NO_MEMORY"
	log_is_clean
}

guest()
{
	. /vm/grow.sh
	. /vm/patched.sh
	checks_are_on
	"$VARIANT"
}
