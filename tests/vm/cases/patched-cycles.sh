# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034,SC2154,SC1091
#
# The patched kernel: fifty times grow, load, reload, unload, shrink, grow in place, 0, beside
# a process that knows every word of its memory.

KERNEL=7.3-debug
SUITE=kernel
MEMORY=2560
SECONDS_MAX=5400
CMDLINE=$DEBUG_WORDS
ASSERTIONS=14

CYCLES=50

files()
{
	guest_program memhog "$1"
	guest_small_kernel "$1"
}

# step COMMAND...: what goes wrong in one of fifty cycles is told, and the rest is not
step()
{
	run "$@" > /tmp/step
	[ "$STATUS" -eq 0 ] && return
	_wrong=$((_wrong + 1))
	note "cycle $_n: '$*' ended with $STATUS"
	attach "$OUT" "$ERR"
}

step_size()
{
	_steps=$((_steps + 1))
	write_size "$1" || note "cycle $_n: $1: $SAID"
	[ "$(account)" != "$(wanted "$1")" ] || return 0
	_wrong=$((_wrong + 1))
	note "cycle $_n: $1: $(account), wanted $(wanted "$1")"
}

# Sizes that are no multiple of anything but a page, and differ. They lie in one piece, and
# what KASAN has in its quarantine lies in the way of ever larger ones.
cycle()
{
	step_size $((128 * MIB + _n * 1044480))
	step crashctl -q load
	step crashctl -q reload
	step crashctl -q unload
	step_size $((64 * MIB + _n * 4096))
	step_size $((100 * MIB - _n * 4096))
	step_size 0
}

# KASAN holds what was freed back, up to a thirty-second of the memory.
empty_quarantine()
{
	for _cache in /sys/kernel/slab/*/shrink; do
		echo 1 > "$_cache"
	done
}

guest()
{
	. /vm/grow.sh
	. /vm/patched.sh
	checks_are_on
	begin_account
	# One CPU, and slow.
	hog_begin 800 15
	echo 'kernel = /small' > /etc/crashctl.conf
	_wrong=0 _steps=0
	for _n in $(seq $CYCLES); do
		# What stays after the first time is all that may stay.
		[ "$_n" -ne 3 ] || { empty_quarantine; _alloc=$(alloc_total); _kept=$(memory_kept); }
		cycle
		[ $((_n % 10)) -ne 0 ] || note "$_n cycles"
	done
	is "$CYCLES cycles, and all of their steps" "$_steps" $((4 * CYCLES))
	is 'nothing went wrong in any of them' "$_wrong" 0
	is 'nothing is reserved, and MemTotal is what it was' "$(account)" "$(wanted 0)"
	empty_quarantine
	_alloc=$(($(alloc_total) - _alloc))
	holds "all allocations together: $_alloc KiB more after them" [ $_alloc -le 16384 ]
	_after=$(memory_kept)
	note "MemFree, Slab (kB), open files: $_kept, then $_after"
	holds 'free memory has not gone down' [ $((${_kept%% *} - ${_after%% *})) -le 16384 ]
	hog_end
	log_is_whole
}
