# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034,SC2154,SC1091
#
# The patched kernel, full, while pages cannot be had: what did not grow is as it was.

KERNEL=7.3-debug
SUITE=kernel
MEMORY=3072
SECONDS_MAX=1800
CMDLINE="crashkernel=16M $DEBUG_WORDS"
ASSERTIONS=13

files()
{
	guest_program memhog "$1"
}

# available: MiB
available()
{
	awk '$1 == "MemAvailable:" { printf "%d\n", $2 / 1024 }' /proc/meminfo
}

# fill MIB: with pieces of 4 MiB, every second of which goes again: whatever window is taken
# then, there is something to be moved out of it
fill()
{
	mkdir /tmp/full
	mount -t tmpfs -o size=100% full /tmp/full
	for _piece in $(seq $(($1 / 4))); do
		head -c 4m /dev/zero > "/tmp/full/$_piece"
	done
	holds 'memory is filled' [ "$(available)" -lt 350 ]
	rm /tmp/full/*[02468]
}

# Nine of ten pages that this process asks for are not there. None at all would not do: a
# fault of its own is tried again until it has one. So that nothing else of it fails, it runs
# no command meanwhile, and what it has to say is written over a page that is there already.
failing()
{
	mount -t debugfs debugfs /sys/kernel/debug
	_fail=/sys/kernel/debug/fail_page_alloc
	echo Y > $_fail/task-filter
	echo N > $_fail/ignore-gfp-wait
	echo N > $_fail/ignore-gfp-highmem
	echo 0 > $_fail/min-order
	echo 0 > $_fail/verbose
	echo 1000000 > $_fail/times
	echo 90 > $_fail/probability
	_before=$(account)
	seq 1000 > /tmp/said
	(
		echo 1 > /proc/self/make-it-fail
		echo $((450 * MIB)) > "$KEXEC/crash_size" && echo 'it was accepted' >&2
		echo 0 > /proc/self/make-it-fail
	) 2<> /tmp/said
	echo 0 > $_fail/probability
	holds 'allocations were made to fail' [ "$(cat $_fail/times)" -lt 1000000 ]
	is 'growth fails where pages cannot be had, and nothing has changed' \
		"$(head -n 1 /tmp/said | sed 's/.*: //') $(account)" "$NO_MEMORY $_before"
	sized 'and succeeds without' $((450 * MIB))
	sized 'back to 16 MiB' $((16 * MIB))
}

guest()
{
	. /vm/grow.sh
	. /vm/patched.sh
	checks_are_on
	begin_account
	hog_begin 900
	# Less than is asked for stays in one piece.
	fill $(($(available) - 250))
	failing
	umount /tmp/full
	hog_end
	log_is_whole
}
