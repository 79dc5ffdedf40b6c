# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh
#
# What the guest half of a case is written with: every assertion is one line of TAP
# on the second serial port, with what was found below it when it failed.

TAP=${TAP:-/dev/ttyS1}

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
	fi
}

# run COMMAND...: its output in $OUT and $ERR, its status in $STATUS. JSON goes to the
# host, where there is a validator.
OUT=/tmp/out
ERR=/tmp/err
run()
{
	echo "+ $*"
	STATUS=0
	"$@" > "$OUT" 2> "$ERR" || STATUS=$?
	cat "$OUT" "$ERR"
	case " $* " in
	*' --json '*) sed 's/^/# json /' "$OUT" > "$TAP" ;;
	esac
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
	fi
}

# json TEXT FILTER WANTED: one value out of the last command's document
json()
{
	_found=$(jq -r "$2" "$OUT" 2>&1) || _found="jq: $_found"
	is "$1" "$_found" "$3"
}

# value FILTER: the same, to reckon with
value()
{
	jq -r "$1" "$OUT"
}

mem_total()
{
	awk '$1 == "MemTotal:" { printf "%.0f", $2 * 1024 }' /proc/meminfo
}

# what the kernel itself says, under the newer name or the older one
crash_file()
{
	if [ -d /sys/kernel/kexec ]; then
		cat "/sys/kernel/kexec/$1"
	else
		cat "/sys/kernel/kexec_$1"
	fi
}

# unchanged TEXT: what is loaded and reserved is as it was at remember
remember()
{
	BEFORE="$(crash_file crash_loaded) $(crash_file crash_size)"
}

unchanged()
{
	is "$1" "$(crash_file crash_loaded) $(crash_file crash_size)" "$BEFORE"
}

# For guests with a disk of their own: what is left to do after the next boot.
stage()
{
	cat /vm/stage 2> /dev/null || echo first
}

next_stage()
{
	echo "$1" > /vm/stage
	sync
}

boot_again()
{
	next_stage "$1"
	/vm/busybox reboot -f
	sleep 10
	not_ok 'the guest outlived its reboot'
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
