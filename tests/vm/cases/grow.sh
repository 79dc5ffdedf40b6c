# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034,SC2154,SC1091
#
# The reservation grows while the machine runs, by the module: from a machine that would
# lose its panic to one whose dump is whole. Of each kernel: with no crashkernel= at all; from
# 16 MiB, which are given back; with main above 4 GiB and a low part; beside CMA.

VARIANTS='6.1 6.1-small 6.1-high 6.12 6.12-small 6.12-high 7.2 7.2-small 7.2-high 7.2-cma'
VARIANTS="$VARIANTS 7.3 7.3-high"
KERNEL=${VARIANT%%-*}
MODULE=yes
DUMP=yes
SIZE=192M
ASSERTIONS=26
case $VARIANT in
6.1 | 6.12-small | 7.2-high | 7.2-cma | 7.3) ;;
*) LONG=yes ;;
esac
case $VARIANT in
*-small) CMDLINE=crashkernel=16M ;;
*-high)
	MEMORY=6144
	ASSERTIONS=28 ;;
*-cma)
	CMDLINE='crashkernel=512M,cma crashkernel=16M'
	SIZE=auto ;;
esac

# wish: the options of the wish, one a line
wish()
{
	case $VARIANT in
	*-high) echo "--high $SIZE" ;;
	*) echo "$SIZE" ;;
	esac
}

not_without_the_module()
{
	WAS=$(grow_state)
	# shellcheck disable=SC2046 # options
	exits 'reserve --live exits 1: the module is not loaded' 1 \
		crashctl reserve --live $(wish)
	has 'it says that it could be' "$ERR" 'load-module'
	is 'nothing has changed' "$(grow_state)" "$WAS"
	exits 'a dry run with --load-module exits 0' 0 \
		crashctl reserve --live --load-module --dry-run $(wish)
	is 'and loads no module' "$(grep -c ^crash_grow /proc/modules)" 0
}

grown()
{
	# shellcheck disable=SC2046
	exits 'reserve --live --load-module exits 0' 0 \
		crashctl reserve --live --load-module --json $(wish)
	json 'it is carried out' '.reserve.done and .reserve.changed' true
	holds 'the module is loaded' grep -q ^crash_grow /proc/modules
	_size=$(crash_file crash_size)
	_main=$(crash_ranges | tail -n 1 | awk '{ print $2 - $1 + 1 }')
	[ "$SIZE" = auto ] || is 'main has what was asked for' "$_main" $((192 * MIB))
	[ "$SIZE" != auto ] || holds 'main has what it needs' [ "$_main" -gt $((16 * MIB)) ]
	note "main is $((_main / MIB)) MiB"
	is 'MemTotal is smaller by that, and what was reserved before is back' \
		"$((${WAS%% *} - $(mem_total)))" "$(($(reserved) - OLD))"
	is 'nothing is taken any more' "$(cat $GROW/main)$(cat $GROW/low)" ''
	case $VARIANT in
	*-high)
		holds 'main lies above 4 GiB' \
			[ "$(crash_ranges | tail -n 1 | cut -d' ' -f1)" -ge $((4096 * MIB)) ]
		holds 'and low below' \
			[ "$(crash_ranges | head -n 1 | cut -d' ' -f2)" -lt $((4096 * MIB)) ] ;;
	esac
	# shellcheck disable=SC2046
	exits 'reserve --live once more exits 0' 0 crashctl reserve --live $(wish)
	is 'and changes nothing' "$(reserved)" "$((${WAS%% *} - $(mem_total) + OLD))"
}

# reserved: main and low together; 6.1 counts main only
reserved()
{
	crash_ranges | awk '{ n += $2 - $1 + 1 } END { printf "%.0f", n }'
}

loaded_and_larger()
{
	exits 'load exits 0' 0 crashctl load
	exits 'status exits 0' 0 crashctl status --json
	json 'verdict: captured' .status.verdict captured
	json 'main has come at run time' .status.pools.main.origin grown
	exits 'status says so' 0 crashctl status
	has 'in words' "$OUT" 'run time'
	_before=$(crash_ranges | tail -n 1)
	exits 'reserve --live of more, with an image loaded, exits 0' 0 \
		crashctl reserve --live ${HIGH:+--high} 256M --json
	json 'the image was loaded again' .reserve.outcome loaded
	is 'main has it' "$(crash_ranges | tail -n 1 | awk '{ print $2 - $1 + 1 }')" \
		$((256 * MIB))
	is 'the kernel has an image' "$(crash_file crash_loaded)" 1
	exits 'status exits 0 after that' 0 crashctl status --json
	json 'the image is fresh' .status.freshness fresh
	# What was main before is ordinary memory now, and belongs into the dump.
	# shellcheck disable=SC2086 # two numbers
	dump_has $_before
	log_is_clean
}

guest()
{
	. /vm/grow.sh
	install_module
	case $VARIANT in
	*-high) HIGH=yes ;;
	esac
	OLD=$(reserved)
	not_without_the_module
	grown
	loaded_and_larger
	crash "crashctl-test grow@$VARIANT"
}
