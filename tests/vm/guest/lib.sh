# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh
#
# What the guest half of a case is written with: every assertion is one line of TAP
# on the second serial port, with what was found below it when it failed.

TAP=/dev/ttyS1

note()
{
	printf '# %s\n' "$*" > "$TAP"
}

ok()
{
	echo "ok - $*"
	printf 'ok - %s\n' "$*" > "$TAP"
}

not_ok()
{
	echo "not ok - $*"
	printf 'not ok - %s\n' "$*" > "$TAP"
}

# attach FILE...: the end of what a command wrote, below a failed assertion
attach()
{
	for _file; do
		tail -n 30 "$_file" | sed "s/^/#   ${_file##*/}: /" > "$TAP"
	done
}

# is TEXT FOUND WANTED
is()
{
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1"
		note "  found '$2', wanted '$3'"
		return 1
	fi
}

# holds TEXT COMMAND...: the command succeeds
holds()
{
	_text=$1
	shift
	if "$@"; then
		ok "$_text"
	else
		not_ok "$_text"
		note "  failed: $*"
		return 1
	fi
}

# has TEXT FILE REGEX: a line of the file matches, whatever the case
has()
{
	if grep -Eqi -e "$3" "$2"; then
		ok "$1"
	else
		not_ok "$1"
		note "  nothing matches '$3'"
		attach "$2"
		return 1
	fi
}

# run COMMAND...: its output in $OUT and $ERR, its status in $STATUS
OUT=/tmp/out
ERR=/tmp/err
run()
{
	echo "+ $*"
	STATUS=0
	"$@" > "$OUT" 2> "$ERR" || STATUS=$?
	cat "$OUT" "$ERR"
}

# exits TEXT WANTED COMMAND...: runs it and compares the exit status
exits()
{
	_text=$1
	_wanted=$2
	shift 2
	run "$@"
	if [ "$STATUS" -eq "$_wanted" ]; then
		ok "$_text"
	else
		not_ok "$_text"
		note "  '$*' ended with $STATUS, wanted $_wanted"
		attach "$OUT" "$ERR"
		return 1
	fi
}

# json FILTER: one value out of the last command's output
json()
{
	jq -r "$1" "$OUT"
}

meminfo()
{
	awk -v key="$1:" '$1 == key { print $2 * 1024 }' /proc/meminfo
}

# crash TEXT: the last line of a case that panics; TEXT is to be found in the dump
crash()
{
	note "panic with: $1"
	sync
	echo "$1" > /dev/kmsg
	echo 1 > /proc/sys/kernel/sysrq
	echo c > /proc/sysrq-trigger
	sleep 10
	not_ok 'the guest outlived its panic'
}
