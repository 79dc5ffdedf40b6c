# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034,SC2154,SC1091
#
# The patched kernel, with all its checks: booted without crashkernel=, it is given memory by
# a write to crash_size, the image is loaded there, and the panic is captured.

KERNEL=7.3-debug
SUITE=kernel
MEMORY=3072
SECONDS_MAX=1200
CMDLINE=$DEBUG_WORDS
DUMP=yes
ASSERTIONS=18

guest()
{
	. /vm/grow.sh
	. /vm/patched.sh
	checks_are_on
	begin_account
	is 'the kernel says that it can grow' "$(cat "$KEXEC/crash_growable")" 1
	is 'nothing is reserved' "$(account)" "$(wanted 0)"
	exits 'load exits 1' 1 crashctl load
	sized 'it grows to 768 MiB' $((768 * MIB))
	is 'which lie below 4 GiB' "$(crash_ranges | awk '{ print ($2 < 4294967296) }')" 1
	is 'inside System RAM' "$(awk '/^[^ ]/ { top = $0 } /Crash kernel/ {
		sub(/.* : /, "", top); print top }' /proc/iomem)" 'System RAM'
	exits 'load exits 0' 0 crashctl load
	exits 'status exits 0' 0 crashctl status --json
	json 'verdict: captured' .status.verdict captured
	json 'main: 768 MiB' .status.pools.main.reserved $((768 * MIB))
	refused 'it does not grow while an image is loaded' $((800 * MIB)) "$LOADED"
	refused 'nor shrink' $((700 * MIB)) "$LOADED"
	is 'the image is loaded still' "$(crash_file crash_loaded)" 1
	dump_has $((0x100000)) $((0x1fffff))
	# shellcheck disable=SC2046 # two numbers
	dump_lacks $(crash_ranges)
	log_is_whole
	crash 'crashctl-test patched-grow'
}
