# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# crashctl test on a real kernel: refused while nothing is loaded, nothing done until it is
# confirmed, and then a panic whose dump is whole.

KERNEL=6.12
CMDLINE='crashkernel=256M'
DUMP=yes
ASSERTIONS=11

guest()
{
	exits 'with nothing loaded it is refused' 1 crashctl test --yes-crash-now
	has 'as a panic would be lost' "$ERR" 'not-captured'
	exits 'load exits 0' 0 crashctl load
	exits 'status exits 0' 0 crashctl status --json
	json 'what is loaded was never tested' .status.tested.result never
	exits 'unconfirmed it is not done' 1 crashctl test
	has 'and that is said' "$ERR" 'not-confirmed'
	exits 'it says what it would do' 0 crashctl test --dry-run
	has 'that the kernel is made to panic' "$OUT" 'made to panic'
	exits 'there is nothing to record' 0 crashctl test --record --json
	json 'and nothing was' .test.recorded false
	echo 'crashctl-test test-panic' > /dev/kmsg
	crashctl test --yes-crash-now > "$OUT" 2> "$ERR"
	not_ok 'the machine panics'
	note "$(cat "$ERR")"
}
