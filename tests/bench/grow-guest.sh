# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh
#
# The guest's half of bench-grow.

GROW=/sys/kernel/crash_grow
SIZES='64 128 192 256 384 512 768'

# try FILL MIB: what is taken is given back at once
try()
{
	_error=$( { time -f %e -o /tmp/time sh -c "echo $(($2 << 20)) > $GROW/take"; } 2>&1 )
	if [ -n "$(cat $GROW/main)" ]; then
		note "bench $1 $2 $(tail -n 1 /tmp/time)"
		echo 0 > $GROW/take
		return
	fi
	case $_error in
	*'Cannot allocate memory'*) note "bench $1 $2 memory" ;;
	*) note "bench $1 $2 refused" ;;
	esac
}

tries_of()
{
	for _size in $SIZES; do
		for _try in $(seq "$TRIES"); do
			try "$1" "$_size"
		done
	done
	note "$1: $(awk '$1 == "MemAvailable:" { print int($2 / 1024) }' /proc/meminfo) MiB available"
}

# hold ARGUMENT...: a memhog more, which has all that it is to have
hold()
{
	: > /tmp/memhog
	memhog "$@" > /tmp/memhog 2>&1 &
	_left=300
	until grep -q filled /tmp/memhog || [ $_left -eq 0 ]; do
		sleep 1
		_left=$((_left - 1))
	done
	[ $_left -gt 0 ] || not_ok "memhog $* has what it is to hold"
}

empty()
{
	killall memhog
	while killall -0 memhog 2> /dev/null; do
		sleep 1
	done
	echo 3 > /proc/sys/vm/drop_caches
	sleep 2
}

guest()
{
	TRIES=$(tr ' ' '\n' < /proc/cmdline | sed -n 's/^bench-tries=//p')
	insmod /lib/modules/extra/crash_grow.ko || not_ok 'the module can be loaded'
	tries_of none
	cat /dev/vda > /dev/null
	tries_of cache
	empty
	hold --keep 2 1700
	tries_of anon
	empty
	hold --scatter --keep 8 1400
	tries_of tables
	empty
	hold --scatter --keep 8 1400
	hold --keep 2 1000
	dd if=/dev/vda of=/dev/null bs=1M count=512
	tries_of mixed
	empty
}
