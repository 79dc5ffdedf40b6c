# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034,SC2153,SC2154,SC1091
#
# The module where each of its steps fails once, and what it is told that makes no sense:
# afterwards the machine is as it was before.

VARIANTS='7.2 7.3-debug-stock'
KERNEL=$VARIANT
MEMORY=6144
CMDLINE=crashkernel=16M
MODULE=debug
SECONDS_MAX=480
case $VARIANT in
*-debug-stock) SUITE=kernel SECONDS_MAX=1800 CMDLINE="$CMDLINE $DEBUG_WORDS" ;;
esac
ASSERTIONS=152

files()
{
	guest_program withoutcap "$1"
}

fail_at()
{
	echo "$1" > /sys/module/crash_grow/parameters/fail_step
}

# fails_at STEP TEXT ERROR [REGEX]: of take; what is taken is taken as a whole or not at all
fails_at()
{
	fail_at "$1"
	if [ $# -gt 3 ]; then
		says_why "take where $2: $3" "$3" take $((192 * MIB)) "$4"
	else
		answers "take where $2: $3" "$3" take $((192 * MIB))
	fi
	fail_at 0
	is 'all is as it was' "$(grow_state)" "$WAS"
}

# commit_fails_at STEP TEXT ERROR REGEX: what is taken stays taken, and can be given back
commit_fails_at()
{
	answers 'take' 'done' take $((192 * MIB))
	_taken=$(grow_state)
	fail_at "$1"
	says_why "commit where $2: $3" "$3" commit 1 "$4"
	fail_at 0
	is 'nothing has changed' "$(grow_state)" "$_taken"
	answers 'what is taken can be given back' 'done' take 0
	is 'all is as it was' "$(grow_state)" "$WAS"
}

steps()
{
	echo 1 > $GROW/high
	fails_at 1 'memory is short' 'Cannot allocate memory' 'MiB are available: too few'
	fails_at 2 'no window is found' 'No space left on device'
	fails_at 3 'it cannot be entered' 'Input/output error'
	fails_at 5 'the kexec lock is busy' 'Resource temporarily unavailable' 'the kexec lock is busy'
	commit_fails_at 5 'the kexec lock is busy' 'Resource temporarily unavailable' \
		'the kexec lock is busy'
	commit_fails_at 6 'an image is loaded' 'Device or resource busy' 'an image is loaded'
	commit_fails_at 7 'main is not entered' 'Input/output error' 'tree did not take it'
	commit_fails_at 8 'low is not entered' 'Input/output error' 'tree did not take it'
	fail_at 4
	answers 'take where no low part can be had: main lies below 4 GiB then' 'done' \
		take $((192 * MIB))
	fail_at 0
	is 'it does, and no low part is taken' "$(cat $GROW/low)" ''
	answers 'it is given back' 'done' take 0
	is 'all is as it was' "$(grow_state)" "$WAS"
	no_memory_for_low
	no_window_beside_low
	echo 0 > $GROW/high
}

# The low part is taken before main is looked for, and has to go where there is no main then:
# with another one below 4 GiB, or with none, where that is larger than what lies there.
no_window_beside_low()
{
	fail_at 9
	answers 'take where none lies above 4 GiB, beside a low part: it lies below then' 'done' \
		take $((192 * MIB))
	is 'it does' "$(cut -c1-8 $GROW/main)" 00000000
	is 'and the low part has gone' "$(cat $GROW/low)" ''
	is 'MemTotal is smaller by main alone' "$((${WAS%% *} - $(mem_total)))" $((192 * MIB))
	answers 'it is given back' 'done' take 0
	is 'all is as it was' "$(grow_state)" "$WAS"
	echo 0 > $GROW/high
	answers 'take of more than lies below 4 GiB, where none lies above' \
		'No space left on device' take $((3072 * MIB))
	is 'no low part is taken' "$(cat $GROW/low)" ''
	is 'all is as it was' "$(grow_state)" "$WAS"
	fail_at 0
}

# As much as main takes is available, and a low part besides is not.
no_memory_for_low()
{
	_margin=$(cat $GROW/margin)
	_available=$(awk '$1 == "MemAvailable:" { printf "%.0f", $2 * 1024 }' /proc/meminfo)
	echo $((1024 * MIB)) > $GROW/low_size
	echo $((_available - 700 * MIB)) > $GROW/margin
	answers 'take where memory is too short for a low part: main lies below then' 'done' \
		take $((192 * MIB))
	is 'it does, and no low part is taken' "$(cat $GROW/low)" ''
	is 'which is below 4 GiB' "$(cut -c1-8 $GROW/main)" 00000000
	answers 'it is given back' 'done' take 0
	is 'all is as it was' "$(grow_state)" "$WAS"
	echo "$_margin" > $GROW/margin
	echo $((256 * MIB)) > $GROW/low_size
}

# reads_back TEXT FILE VALUE FOUND
reads_back()
{
	answers "$1 can be set" 'done' "$2" "$3"
	is 'and is read as it was set' "$(cat "$GROW/$2")" "$4"
}

settings()
{
	reads_back 'a low part' low_size $((64 * MIB)) $((64 * MIB))
	reads_back 'one that is rounded up' low_size $((63 * MIB)) $((64 * MIB))
	reads_back 'one in hexadecimal' low_size 0x10000000 $((256 * MIB))
	_margin=$(cat $GROW/margin)
	reads_back 'a margin' margin $((96 * MIB)) $((96 * MIB))
	reads_back 'one with a leading zero, which is decimal' margin 010 10
	echo "$_margin" > $GROW/margin
	reads_back 'a node' node 0 0
	reads_back 'any node' node -1 -1
}

nonsense()
{
	answers 'take of nothing, with nothing taken' 'done' take 0
	says_why 'take of text' 'Invalid argument' take many 'not a number'
	says_why 'take of a size with a suffix' 'Invalid argument' take 192M 'not a number'
	says_why 'take of a negative number' 'Invalid argument' take -1 'not a number'
	says_why 'take of ULONG_MAX' 'Argument list too long' take 18446744073709551615 \
		'more than this machine has'
	says_why 'take of more than 64 bits' 'Argument list too long' take 18446744073709551616 \
		'above 2\^64-1'
	says_why 'take of more than the machine has' 'Argument list too long' \
		take $((8192 * MIB)) '8192 MiB are more than this machine has'
	says_why 'take of more than is available' 'Cannot allocate memory' \
		take $((${WAS%% *} - 16 * MIB)) 'MiB are available: too few'
	says_why 'take of one byte, which is less than main has' 'Invalid argument' take 1 \
		'not more than is reserved'
	says_why 'take of as much as main has' 'Invalid argument' take $((16 * MIB)) \
		'not more than is reserved'
	says_why 'commit of nothing' 'No data available' commit 1 'nothing is taken'
	says_why 'commit by another number' 'Invalid argument' commit 2 'commit takes a 1'
	says_why 'a node that there is not' 'No such device' node 77 'no such node'
	says_why 'a node beyond all numbers' 'No such device' node 99999999999 'no such node'
	says_why 'a node that is no number' 'Invalid argument' node first 'not a number'
	says_why 'a low part of 4 GiB' 'Argument list too long' low_size $((4096 * MIB)) \
		'a low part has to be less'
	says_why 'a margin of more than there is' 'Argument list too long' \
		margin $((8192 * MIB)) 'a margin cannot be more'
	says_why 'high by another number' 'Invalid argument' high 2 'high takes a 0 or a 1'
	is 'all is as it was' "$(grow_state)" "$WAS"
}

# An ordinary user, and root that has lost what it takes.
unprivileged()
{
	is 'an ordinary user cannot write' "$(su user -s /bin/sh -c \
		"echo 1 > $GROW/take" 2>&1 | sed 's/.*: //')" 'Permission denied'
	# CAP_SYS_ADMIN and CAP_SYS_BOOT
	for _cap in 21 22; do
		for _file in take commit margin node; do
			is "root without capability $_cap cannot write $_file" "$(withoutcap \
				$_cap sh -c "echo 0 > $GROW/$_file" 2>&1 | sed 's/.*: //')" \
				'Operation not permitted'
		done
	done
}

# What is shown while a take is under way, each step of which is delayed: at once, and nothing.
reading()
{
	echo 4000 > /sys/module/crash_grow/parameters/delay_ms
	(echo $((64 * MIB)) > $GROW/take) &
	_take=$!
	sleep 2
	_status=0
	timeout 6 cat $GROW/main $GROW/low $GROW/grown > /tmp/read || _status=$?
	is 'who reads in the middle of a take does not wait for it' "$_status" 0
	is 'and nothing is taken yet' "$(tr -d '\n' < /tmp/read)" ''
	holds 'for it goes on' kill -0 $_take
	wait $_take
	echo 0 > /sys/module/crash_grow/parameters/delay_ms
	holds 'what is taken is shown then' grep -q - $GROW/main
	answers 'it is given back' 'done' take 0
}

twice()
{
	answers 'take' 'done' take $((64 * MIB))
	_taken=$(grow_state)
	says_why 'take once more' 'Operation already in progress' take $((64 * MIB)) \
		'taken already'
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

# A low part that was to stay, and goes before the commit.
low_goes()
{
	echo 1 > $GROW/high
	echo $((64 * MIB)) > $GROW/low_size
	answers 'take with a low part' 'done' take $((192 * MIB))
	answers 'commit' 'done' commit 1
	is 'main and low are reserved' "$(crash_file crash_size)" $((256 * MIB))
	answers 'take of more, beside that low part' 'done' take $((256 * MIB))
	is 'no other is taken' "$(cat $GROW/low)" ''
	_ram=$(ram_entries)
	echo 0 > /sys/kernel/kexec_crash_size
	_taken="$(mem_total) $(crash_memory)"
	says_why 'commit where the low part is gone' 'Stale file handle' commit 1 \
		'low part .* has become smaller'
	is 'nothing has changed, but for the entries that the shrink has left' \
		"$(mem_total) $(crash_memory)" "$_taken"
	is 'which are gone' "$(ram_entries)" "$_ram"
	answers 'what is taken can be given back' 'done' take 0
}

# A shrink leaves an entry, which the module takes out when it goes: even if the kexec lock is
# busy for a while.
goes_while_busy()
{
	answers 'take' 'done' take $((192 * MIB))
	answers 'commit' 'done' commit 1
	_ram=$(ram_entries)
	_had=$(crash_file crash_size)
	echo $((_had - 64 * MIB)) > /sys/kernel/kexec_crash_size
	is 'a shrink leaves an entry' "$(($(ram_entries) - _ram))" 1
	fail_at 5
	(sleep 2; fail_at 0) &
	rmmod crash_grow
	is 'the module has taken it out' "$(ram_entries)" "$_ram"
}

guest()
{
	. /vm/grow.sh
	RAM=$(ram_entries)
	holds 'the module can be loaded' module_is_there
	WAS=$(grow_state)
	nonsense
	settings
	unprivileged
	reading
	twice
	steps
	in_the_middle
	insmod "$MODULE_PATH"
	low_goes
	goes_while_busy
	log_is_clean
}
