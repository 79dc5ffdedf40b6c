# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh
#
# The guest's half of the demonstration: types the commands as an administrator would.
# What it shows goes to the second serial port behind a bar; the host prints that.

show()
{
	printf '| %s\n' "$*" > /dev/ttyS1
}

# type_in COMMAND...: the command, then what it says
type_in()
{
	show
	show "root@guest:~# $*"
	"$@" > /tmp/out 2>&1
	ret=$?
	sed 's/^/| /' /tmp/out > /dev/ttyS1
	[ "$ret" -eq 0 ] || show "(exit status $ret)"
}

guest()
{
	show "Linux $(uname -r), booted with: $(cat /proc/cmdline)"
	type_in crashctl status
	type_in crashctl estimate
	type_in crashctl load
	type_in crashctl reserve auto --live
	type_in crashctl status
	crashctl -q status || return 1
	show
	show 'root@guest:~# echo c > /proc/sysrq-trigger      (the kernel panics)'
	echo c > /proc/sysrq-trigger
}
