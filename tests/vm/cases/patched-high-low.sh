# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034,SC2154,SC1091
#
# The patched kernel with main above 4 GiB and low memory below: main grows where it is, low
# memory stays as it is, and the panic is captured.

KERNEL=7.3-debug
SUITE=kernel
MEMORY=6144
SECONDS_MAX=1800
CMDLINE="crashkernel=64M,high crashkernel=128M,low $DEBUG_WORDS"
DUMP=yes
ASSERTIONS=18

low()
{
	crash_ranges | head -n 1
}

main()
{
	crash_ranges | tail -n 1 | cut -d ' ' -f 1
}

guest()
{
	. /vm/grow.sh
	. /vm/patched.sh
	checks_are_on
	begin_account
	is 'the size is main and low' "$SIZE_BEFORE" $((192 * MIB))
	_low=$(low)
	sized 'it grows to 1 GiB, of both together' $((1024 * MIB))
	is 'low memory is where it was' "$(low)" "$_low"
	holds 'main is above 4 GiB' [ "$(main)" -ge $((4 << 30)) ]
	sized 'it shrinks to low memory and 16 MiB' $((144 * MIB))
	is 'low memory is where it was still' "$(low)" "$_low"
	_main=$(main)
	sized 'it grows again' $((960 * MIB))
	is 'in place' "$(main)" "$_main"
	refused '4 GiB are too much' $((4096 * MIB)) "$NO_MEMORY"
	exits 'load exits 0' 0 crashctl load
	exits 'status exits 0' 0 crashctl status --json
	json 'verdict: captured' .status.verdict captured
	json 'low: 128 MiB' .status.pools.low.reserved $((128 * MIB))
	log_is_whole
	crash 'crashctl-test patched-high-low'
}
