# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh
#
# The guest's half of the demonstration: what is typed and what comes back goes to the
# second serial port, which the host shows as it grows.

show()
{
	STATUS=0
	printf '\n\033[1m# %s\033[0m\n' "$*" > "$TAP"
	LC_ALL=C.UTF-8 "$@" > "$OUT" 2>&1 || STATUS=$?
	cat "$OUT" > "$TAP"
	[ "$STATUS" -eq 0 ] || printf '(exit status %s)\n' "$STATUS" > "$TAP"
}

guest()
{
	show uname -r
	show cat /proc/cmdline
	show crashctl status
	[ "$STATUS" -eq 3 ] || return 1
	show crashctl estimate
	show crashctl load
	show crashctl reserve --live auto
	show crashctl status
	[ "$STATUS" -eq 0 ] || return 1
	printf '\n\033[1m# echo c > /proc/sysrq-trigger\033[0m\n' > "$TAP"
	crash 'crashctl-test demo'
}
