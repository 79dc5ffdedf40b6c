# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034,SC2153,SC2154,SC1091
#
# Grown, loaded, reloaded, shrunk and given back, fifty times, beside a process that verifies
# every word of its memory: at the end the machine has all that it had. The kernel that checks
# its own memory and locks counts allocations by line of source, too; Debian's do not.

VARIANTS='6.1 6.12 7.2 7.3-debug-stock'
KERNEL=$VARIANT
MODULE=yes
case $VARIANT in
*-debug-stock)
	SUITE=kernel MEMORY=2560 SECONDS_MAX=5400 CMDLINE=$DEBUG_WORDS ASSERTIONS=14 ;;
*) LONG=yes SECONDS_MAX=2400 ASSERTIONS=9 ;;
esac
CYCLES=50

files()
{
	guest_program memhog "$1"
	case $VARIANT in
	*-debug-stock) guest_small_kernel "$1" ;;
	esac
}

# Where one of them fails the rest of the cycle is not done: what follows would hide it.
cycle()
{
	for _words in 'reserve --live 192M' load reload 'reserve --live 128M' unload \
		'reserve --live 0'; do
		# shellcheck disable=SC2086 # words
		crashctl -q $_words > "$OUT" 2> "$ERR" || {
			attach "$OUT" "$ERR"
			return 1
		}
		_sizes="$_sizes $(($(crash_file crash_size) / MIB))"
	done
	[ "$_sizes" = ' 192 192 192 128 128 0' ] || {
		note "sizes:$_sizes"
		return 1
	}
}

guest()
{
	. /vm/grow.sh
	# One CPU for both.
	hog_begin 900 15
	holds 'the module can be loaded' module_is_there
	WAS=$(grow_state)
	if [ -n "$SUITE" ]; then
		checks_are_on
		echo 'kernel = /small' > /etc/crashctl.conf
	fi
	_charged=$(charged)
	_good=0
	for _n in $(seq $CYCLES); do
		_sizes=''
		cycle && _good=$((_good + 1))
		_left=$(crash_memory)
		[ -z "$_left" ] || note "left after cycle $_n: $_left"
		[ $((_n % 10)) -ne 0 ] || note "$_n cycles"
	done
	is "cycles that went well" "$_good" $CYCLES
	# The module's own lines are gone with it.
	if [ -n "$SUITE" ]; then
		has 'allocations of the module are counted' /proc/allocinfo crash_grow
		is 'no allocation is charged that was not' "$(charged)" "$_charged"
	fi
	rmmod crash_grow
	is 'MemTotal, entries of memory: all is as it was' "$(grow_state)" "$WAS"
	hog_end
	exits 'status exits 4: nothing is reserved' 4 crashctl status --json
	json 'which is what it says' .status.verdict not-reserved
	log_is_clean
}
