# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034,SC2154,SC1091
#
# The patched kernel, booted with 16 MiB reserved: every size that has to be refused, growth
# in place and elsewhere, the selftest of the series, and a panic out of what has grown in the
# end.

KERNEL=7.3-debug
SUITE=kernel
MEMORY=3072
SECONDS_MAX=1800
CMDLINE="crashkernel=16M $DEBUG_WORDS"
DUMP=yes
ASSERTIONS=52

# new_file PATH: that a patch of the series makes
new_file()
{
	awk -v wanted="+++ b/$1" '
	/^(diff |-- $)/ { on = 0 }
	on && /^\+/ { print substr($0, 2); lines++ }
	$0 == wanted { on = 1 }
	END { exit !lines }' "$ROOT"/kernel/patches/0*.patch
}

files()
{
	guest_program memhog "$1"
	mkdir -p "$1/selftest"
	cp "$("$VM_DIR/mkkernel" --source)/tools/testing/selftests/kexec/kexec_common_lib.sh" \
		"$1/selftest"
	new_file tools/testing/selftests/kexec/test_crash_size.sh > "$1/selftest/test"
	mkdir -p "$1/usr/bin"
	printf '#!/bin/sh\necho 4096\n' > "$1/usr/bin/getconf"
	chmod 755 "$1/usr/bin/getconf"
}

refusals()
{
	for _value in '' text 256M -1 1.5 0x 18446744073709551616; do
		refused "'$_value' is no number" "$_value" "$INVALID"
	done
	for _value in 18446744073709551615 18446744073709547521 18446744073709547520 \
		9223372036854775808 9223372036854775807 $((1 << 52)) $((8 << 30)); do
		refused "$_value bytes are absurd" "$_value" "$INVALID"
	done
	refused '3 GiB less 64 MiB are too much' $((3008 * MIB)) "$NO_MEMORY"
	refused '2500 MiB would leave too little' $((2500 * MIB)) "$NO_MEMORY"
}

small_ones()
{
	sized '1 becomes a page' 1 4096
	sized 'and the page is no more with 0' 0
	is 'there is nothing in /proc/iomem' "$(grep -c 'Crash kernel' /proc/iomem)" 0
	refused 'the largest number is refused now, too' 18446744073709551615 "$INVALID"
	sized '1 is a page when nothing is reserved, too' 1 4096
	sized 'the size that it has changes nothing' 4096
	sized '0 again' 0
	sized 'and 0 once more' 0
}

# place: where main begins
place()
{
	crash_ranges | cut -d ' ' -f 1
}

# Whatever lies behind main may be in the way: that some of the steps are made in place is
# all that can be asked for. With an odd size none can be.
in_place()
{
	sized 'it grows to an odd size, of whole pages' $((48 * MIB + 1)) $((48 * MIB + 4096))
	_place=$(place) _stays=0
	sized 'by a page' $((48 * MIB + 8192))
	holds 'which is elsewhere' [ "$(place)" != "$_place" ]
	sized 'it shrinks to 48 MiB' $((48 * MIB))
	for _size in 64 66 80 96 128 130 160 176; do
		_place=$(place)
		sized "it grows to $_size MiB" $((_size * MIB))
		[ "$(place)" != "$_place" ] || _stays=$((_stays + 1))
	done
	note "$_stays of these in place"
	holds 'some of that in place' [ $_stays -ge 1 ]
	_place=$(place)
	sized 'it shrinks to 50 MiB' $((50 * MIB))
	is 'from its end' "$(place)" "$_place"
	sized 'it shrinks to what it was at boot' "$SIZE_BEFORE"
}

guest()
{
	. /vm/grow.sh
	. /vm/patched.sh
	checks_are_on
	begin_account
	is 'the size is the one asked for at boot' "$SIZE_BEFORE" $((16 * MIB))
	refusals
	small_ones
	in_place
	hog_begin 900
	exits "the series' own selftest passes" 0 \
		sh -c 'cd /selftest && exec sh ./test'
	hog_end
	sized 'it grows to 480 MiB' $((480 * MIB))
	exits 'load exits 0' 0 crashctl load
	# shellcheck disable=SC2046 # two numbers
	dump_lacks $(crash_ranges)
	log_is_whole
	crash 'crashctl-test patched-sizes'
}
