# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# kexec_load_disabled is set before anything is loaded: until the next boot there is no
# way to capture a panic.

CMDLINE='crashkernel=256M'
ASSERTIONS=10

guest()
{
	echo 1 > /proc/sys/kernel/kexec_load_disabled
	exits 'status exits 5' 5 crashctl status
	has 'it names the sysctl' "$OUT" 'kexec_load_disabled'
	exits 'status --json exits 5 too' 5 crashctl status --json
	json 'verdict: impossible' .status.verdict impossible
	exits 'load exits 1' 1 crashctl load
	has 'it names the sysctl' "$ERR" 'kexec_load_disabled'
	exits 'load --json exits 1 too' 1 crashctl load --json
	json 'its error has a stable identifier' .error.id load-disabled
	is 'nothing is loaded' "$(crash_file crash_loaded)" 0
	is 'the reservation is whole' "$(crash_file crash_size)" 268435456
}
