# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034,SC2154,SC1091
#
# The module where each of its steps fails once, and what it is told that makes no sense:
# afterwards the machine is as it was before.

KERNEL=7.2
MEMORY=6144
CMDLINE=crashkernel=16M
MODULE=debug
SECONDS_MAX=480
ASSERTIONS=71

fail_at()
{
	echo "$1" > /sys/module/crash_grow/parameters/fail_step
}

# fails_at STEP TEXT ERROR: of take; what is taken is taken as a whole or not at all
fails_at()
{
	fail_at "$1"
	answers "take where $2: $3" "$3" take $((192 * MIB))
	fail_at 0
	is 'all is as it was' "$(grow_state)" "$WAS"
}

# commit_fails_at STEP TEXT ERROR: what is taken stays taken, and can be given back
commit_fails_at()
{
	answers 'take' 'done' take $((192 * MIB))
	_taken=$(grow_state)
	fail_at "$1"
	answers "commit where $2: $3" "$3" commit 1
	fail_at 0
	is 'nothing has changed' "$(grow_state)" "$_taken"
	answers 'what is taken can be given back' 'done' take 0
	is 'all is as it was' "$(grow_state)" "$WAS"
}

steps()
{
	echo 1 > $GROW/high
	fails_at 1 'memory is short' 'Cannot allocate memory'
	fails_at 2 'no window is found' 'No space left on device'
	fails_at 3 'it cannot be entered' 'Input/output error'
	fails_at 5 'the kexec lock is busy' 'Resource temporarily unavailable'
	commit_fails_at 5 'the kexec lock is busy' 'Resource temporarily unavailable'
	commit_fails_at 6 'an image is loaded' 'Device or resource busy'
	commit_fails_at 7 'main is not entered' 'Input/output error'
	commit_fails_at 8 'low is not entered' 'Input/output error'
	fail_at 4
	answers 'take where no low part can be had: main lies below 4 GiB then' 'done' \
		take $((192 * MIB))
	fail_at 0
	is 'it does, and no low part is taken' "$(cat $GROW/low)" ''
	answers 'it is given back' 'done' take 0
	is 'all is as it was' "$(grow_state)" "$WAS"
	echo 0 > $GROW/high
}

nonsense()
{
	answers 'take of nothing, with nothing taken' 'done' take 0
	answers 'take of text' 'Invalid argument' take many
	answers 'take of a size with a suffix' 'Invalid argument' take 192M
	answers 'take of a negative number' 'Invalid argument' take -1
	answers 'take of ULONG_MAX' 'Argument list too long' take 18446744073709551615
	answers 'take of more than 64 bits' 'Argument list too long' take 18446744073709551616
	answers 'take of more than the machine has' 'Argument list too long' take $((8192 * MIB))
	answers 'take of more than is available' 'Cannot allocate memory' take $((${WAS%% *} - 16 * MIB))
	answers 'take of one byte, which is less than main has' 'Invalid argument' take 1
	answers 'take of as much as main has' 'Invalid argument' take $((16 * MIB))
	answers 'commit of nothing' 'No data available' commit 1
	answers 'commit by another number' 'Invalid argument' commit 2
	answers 'a node that there is not' 'No such device' node 77
	answers 'a low part of 4 GiB' 'Argument list too long' low_size $((4096 * MIB))
	answers 'a margin of more than there is' 'Argument list too long' margin $((8192 * MIB))
	answers 'high by another number' 'Invalid argument' high 2
	is 'all is as it was' "$(grow_state)" "$WAS"
}

# An ordinary user, and root that has lost what it takes.
unprivileged()
{
	is 'an ordinary user cannot write' "$(su user -s /bin/sh -c \
		"echo 1 > $GROW/take" 2>&1 | sed 's/.*: //')" 'Permission denied'
}

twice()
{
	answers 'take' 'done' take $((64 * MIB))
	_taken=$(grow_state)
	answers 'take once more' 'Operation already in progress' take $((64 * MIB))
	is 'changes nothing' "$(grow_state)" "$_taken"
	is 'MemTotal is smaller by it' "$((${WAS%% *} - $(mem_total)))" $((64 * MIB))
	rmmod crash_grow
	is 'without the module all is as it was' "$(grow_state)" "$WAS"
	insmod "$MODULE_PATH"
}

reader_is_refused()
{
	_read=$(cat /sys/kernel/kexec_crash_size 2>&1) && return 1
	return 0
}

# What a load finds that comes in the middle of a commit, each step of which is delayed. A
# reader is let in or refused at once, so it finds the moment; a shrink that came before it
# would be carried out.
in_the_middle()
{
	answers 'take' 'done' take $((192 * MIB))
	echo 3000 > /sys/module/crash_grow/parameters/delay_ms
	(echo 1 > $GROW/commit) &
	_commit=$!
	within 20 reader_is_refused
	_busy=$( { echo 0 > /sys/kernel/kexec_crash_size; } 2>&1 ) || :
	wait $_commit
	echo 0 > /sys/module/crash_grow/parameters/delay_ms
	is 'a shrink in the middle of a commit' "${_busy##*: }" 'Device or resource busy'
	is 'a reader in the middle of a commit' "${_read##*: }" 'Device or resource busy'
	is 'the commit was carried out' "$(crash_file crash_size)" $((192 * MIB))
	exits 'load exits 0' 0 crashctl load
	answers 'take with an image loaded' 'done' take $((256 * MIB))
	_taken=$(grow_state)
	answers 'commit with an image loaded' 'Device or resource busy' commit 1
	is 'changes nothing' "$(grow_state)" "$_taken"
	answers 'what is taken is given back' 'done' take 0
	is 'what is grown is told' "$(cat $GROW/grown)" \
		"$(sed -n 's/^ *\([0-9a-f]*-[0-9a-f]*\) : Crash kernel/\1/p' /proc/iomem |
			awk -F- '{ printf "%016s-%016s\n", $1, $2 }' | tr ' ' 0)"
	exits 'unload exits 0' 0 crashctl unload
	echo 0 > /sys/kernel/kexec_crash_size
	is 'after a shrink to nothing MemTotal has what was reserved at boot, too' \
		"$(($(mem_total) - ${WAS%% *}))" $((16 * MIB))
	is 'nothing is grown any more' "$(cat $GROW/grown)" ''
	rmmod crash_grow
	is 'and the entries of memory are those that were there, but for the first shrink' \
		"$(($(ram_entries) - RAM))" 0
}

guest()
{
	. /vm/grow.sh
	RAM=$(ram_entries)
	holds 'the module can be loaded' module_is_there
	WAS=$(grow_state)
	nonsense
	unprivileged
	twice
	steps
	in_the_middle
	log_is_clean
}
