# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh
#
# What the cases about growth at run time share, over lib.sh.

GROW=/sys/kernel/crash_grow
MIB=1048576

# module_is_there: loaded by hand, where a case is not about who loads it
module_is_there()
{
	insmod "$MODULE_PATH" && [ -d $GROW ]
}

# crash_memory: every entry of it that /proc/iomem has, what is taken among them
crash_memory()
{
	sed -n 's/^ *\([0-9a-f]*-[0-9a-f]* : \(Crash kernel\|crash_grow\)\)$/\1/p' /proc/iomem
}

# ram_entries: those of System RAM, nested ones too; a shrink leaves one
ram_entries()
{
	grep -c ': System RAM$' /proc/iomem
}

# grow_state: what has to be as it was after anything that failed
grow_state()
{
	echo "$(mem_total) $(crash_file crash_size) $(crash_file crash_loaded)" \
		"$(ram_entries)" "$(crash_memory)"
}

# Allocation by line of source, where the kernel counts it: bytes that the module's lines
# and those of alloc_contig_range() are charged with.
charged()
{
	[ -e /proc/allocinfo ] || return 0
	awk '/crash_grow|alloc_contig/ { n += $1 } END { print n + 0 }' /proc/allocinfo
}

# answers TEXT WANTED FILE VALUE: the error of a write to a file of the module's, or "done"
answers()
{
	_answer=$( { echo "$4" > "$GROW/$3"; } 2>&1 ) && _answer='done'
	is "$1" "${_answer##*: }" "$2"
}

# says_why TEXT WANTED FILE VALUE REGEX: as answers; and the log has one line more, which says
# why
says_why()
{
	_lines=$(dmesg | grep -c 'crash_grow: ')
	answers "$1" "$2" "$3" "$4"
	dmesg | grep 'crash_grow: ' | tail -n "+$((_lines + 1))" > /tmp/why
	is "$1: one line of the log says why" \
		"$(grep -c . /tmp/why) $(grep -Ec "$5" /tmp/why)" '1 1'
}

# log_is_clean: nothing that the kernel complains of
log_is_clean()
{
	dmesg | grep -E 'WARNING|BUG|KASAN|INFO: |Bad page|possible (recursive|circular)|Oops|Call Trace' \
		> /tmp/complaints
	is 'the kernel complains of nothing' "$(head -n 1 /tmp/complaints)" ''
}

# hog_begin MIB [NICE]: memory whose every word is verified, all the time or in what is left
# of it
hog_begin()
{
	memhog "$1" > /tmp/memhog &
	HOG=$!
	within 120 grep -q filled /tmp/memhog
	has "memhog holds $1 MiB" /tmp/memhog 'pages filled'
	[ -z "${2:-}" ] || renice -n "$2" -p $HOG
}

hog_end()
{
	kill -TERM $HOG
	_status=0
	wait $HOG || _status=$?
	is 'memhog has not lost a word' "$_status" 0
	has 'and has verified all of them' /tmp/memhog ', 0 corrupted words'
	note "$(tail -n 1 /tmp/memhog)"
}

# log_is_whole: a clean log proves something only if its beginning is there, too
log_is_whole()
{
	dmesg > /tmp/log
	has 'the log is there from its beginning' /tmp/log 'Linux version'
	log_is_clean
}

# checks_are_on: or a clean log would prove nothing
checks_are_on()
{
	dmesg > /tmp/log
	is 'the lock checker is at work' \
		"$(awk '$1 == "debug_locks:" { print $2 }' /proc/lockdep_stats)" 1
	has 'KASAN is at work' /tmp/log 'KernelAddressSanitizer initialized'
	is 'allocations are counted' "$(cut -c1 /proc/sys/vm/mem_profiling)" 1
}
