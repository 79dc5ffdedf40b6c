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

# host COMMAND...: asks the machine outside for something (tests/vm/host). The port has to
# be open before the answer comes, or it is lost.
host()
{
	_answer='nothing'
	exec 3< /dev/ttyS2
	note "host $*"
	read -r -t 90 _answer <&3 || :
	exec 3<&-
	is "the host did it: $1" "$_answer" 'done'
}

# dump_has START END, dump_lacks START END: said of the dump that is to come; check holds
# its program headers against that
dump_has()
{
	note "dump-has $1 $2"
}

dump_lacks()
{
	note "dump-lacks $1 $2"
}

# crash_ranges: "START END" of main, and of low before it
crash_ranges()
{
	sed -n 's/^ *\([0-9a-f]*\)-\([0-9a-f]*\) : Crash kernel/0x\1 0x\2/p' /proc/iomem |
		while read -r _start _end; do
			echo "$((_start)) $((_end))"
		done
}

# segments_fit: those of the last load --json lie in main, and none in another
segments_fit()
{
	json 'every segment lies in main, and none in another' \
		"[$(crash_ranges | tail -n 1 | tr ' ' ,)]"' as [$first, $last] |
		.load.segments | sort_by(.start) | length > 3 and
		all(.[]; .start >= $first and .end <= $last and .start <= .end) and
		([.[1:], .[:-1]] | transpose | all(.[]; .[0].start > .[1].end))' true
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

# reload_often COUNT: by the two calls in turn. What the kernel, or a process that has not
# ended, would keep of each shows after the first ten, when all is in place that stays.
reload_often()
{
	_failed=0
	for _n in $(seq "$1"); do
		[ "$_n" -ne 11 ] || _before=$(memory_kept)
		_call=file
		[ $((_n % 2)) -eq 0 ] || _call=segments
		crashctl -q reload --syscall $_call > "$OUT" 2> "$ERR" || _failed=$((_failed + 1))
	done
	_after=$(memory_kept)
	[ $_failed -eq 0 ] || attach "$OUT" "$ERR"
	is "$1 reloads, none of them failed" "$_failed" 0
	note "MemFree, Slab (kB), open files: $_before, then $_after"
	# shellcheck disable=SC2086 # three numbers each
	kept_little $_before $_after
}

# memory_kept: MemFree and Slab in kB, and how many files are open, the caches dropped
memory_kept()
{
	sync
	echo 3 > /proc/sys/vm/drop_caches
	sleep 1
	echo "$(awk '$1 == "MemFree:" { free = $2 } $1 == "Slab:" { slab = $2 }
		END { print free, slab }' /proc/meminfo) $(cut -f 1 /proc/sys/fs/file-nr)"
}

# A page kept of each of a hundred would be 400 kB; what comes and goes by itself is less
# than 2 MiB.
kept_little()
{
	holds 'free memory has not gone down' [ $(($1 - $4)) -le 2048 ]
	holds 'slab has not grown' [ $(($5 - $2)) -le 1024 ]
	holds 'no file is open that was not' [ $(($6 - $3)) -le 32 ]
}

# The image is loaded by segments of our own, over one of the kernel's own call, too.
segments_loaded()
{
	exits 'a dry run exits 0' 0 crashctl load --syscall segments --dry-run --json
	is 'and loads nothing' "$(crash_file crash_loaded)" 0
	segments_fit
	exits 'load exits 0' 0 crashctl load --syscall segments --json
	json 'the outcome: loaded' .load.outcome loaded
	is 'the kernel has an image' "$(crash_file crash_loaded)" 1
	exits 'status exits 0' 0 crashctl status --json
	json 'verdict: captured' .status.verdict captured
	exits 'reload by the other call exits 0' 0 crashctl reload --syscall file
	exits 'and by this one exits 0' 0 crashctl reload --syscall segments
	is 'the kernel has an image still' "$(crash_file crash_loaded)" 1
}

# 512 MiB come above 4 GiB while segments are loaded, and are to be in the dump.
memory_plugged()
{
	exits 'load exits 0' 0 crashctl load --syscall segments
	is 'the kernel keeps the image current itself' \
		"$(cat /sys/devices/system/memory/crash_hotplug)" 1
	_total=$(mem_total)
	host monitor object_add memory-backend-ram,id=more,size=512M
	host monitor device_add pc-dimm,id=dimm,memdev=more
	for _second in $(seq 30); do
		[ "$(mem_total)" -eq "$_total" ] || break
		sleep 1
	done
	is 'the machine has 512 MiB more' "$((($(mem_total) - _total) >> 20))" 512
	is 'which lie above 4 GiB' \
		"$(grep -c '^100000000-11fffffff : System RAM' /proc/iomem)" 1
	dump_has $((0x100000000)) $((0x11fffffff))
	is 'the image is still loaded' "$(crash_file crash_loaded)" 1
	exits 'status exits 0' 0 crashctl status
}

# The watcher under test; what it decides is a JSON document a line.
WATCH=/tmp/watch.json

# watch_begin [OPTION...]: returns when the watcher has looked for the first time
watch_begin()
{
	: > $WATCH
	crashctl watch --json "$@" > $WATCH 2> /tmp/watch.err &
	WATCHER=$!
	within 30 [ -s $WATCH ]
	holds 'the watcher runs' kill -0 $WATCHER
}

# watch_end: it ends cleanly, and leaves loaded what is
watch_end()
{
	sed 's/^/# json /' $WATCH > "$TAP"
	watch_costs
	kill -TERM $WATCHER
	_status=0
	wait $WATCHER || _status=$?
	is 'the watcher ends with 0' "$_status" 0
	is 'and leaves the image loaded' "$(crash_file crash_loaded)" 1
}

# within SECONDS COMMAND...: tries until it succeeds
within()
{
	_left=$1
	shift
	while [ "$_left" -gt 0 ] && ! "$@"; do
		sleep 1
		_left=$((_left - 1))
	done
}

appears()
{
	within 30 [ -e "$1" ]
}

loads()
{
	jq -s 'map(select(.watch.outcome == "loaded")) | length' $WATCH
}

has_loads()
{
	[ "$(loads)" -ge "$1" ]
}

# loads_become TEXT COUNT: so many in all, and it stays so when a burst would be over
loads_become()
{
	within 60 has_loads "$2"
	sleep 3
	is "$1" "$(loads)" "$2"
	[ "$(loads)" = "$2" ] || attach $WATCH /tmp/watch.err
}

# watched TEXT FILTER WANTED: one value out of the last decision to load
watched()
{
	is "$1" "$(jq -sr "map(select(.watch.choice == \"load\")) | last | $2" $WATCH 2>&1)" "$3"
}

# fresh WHEN: what is loaded is what would be loaded now
fresh()
{
	exits "status exits 0 $1" 0 crashctl status --json
	json "the image is fresh $1" .status.freshness fresh
}

# cpu_time: of the watcher, in clock ticks
cpu_time()
{
	awk '{ print $14 + $15 }' /proc/$WATCHER/stat
}

# Nothing happens, and nothing is done: not even woken up. What came close behind the last
# load has been looked at by then.
watch_idle()
{
	sleep 12
	_ticks=$(cpu_time)
	_switches=$(awk '/ctxt_switches/ { n += $2 } END { print n }' /proc/$WATCHER/status)
	sleep 5
	is 'the watcher takes no CPU time while nothing happens' "$(cpu_time)" "$_ticks"
	is 'and is not woken up' "$(awk '/ctxt_switches/ { n += $2 } END { print n }' \
		/proc/$WATCHER/status)" "$_switches"
}

watch_costs()
{
	note "watcher: $(cpu_time) ticks of CPU time," \
		"$(awk '$1 == "VmHWM:" { print $2 }' /proc/$WATCHER/status) kB at most"
}

# memory_comes SIZE START END: one more DIMM, brought online by the kernel
memory_comes()
{
	_total=$(mem_total)
	host monitor "object_add memory-backend-ram,id=more,size=$1"
	host monitor device_add pc-dimm,id=dimm,memdev=more
	within 60 mem_total_is $((_total + $3 - $2 + 1))
	is "the machine has $1 more" $((($(mem_total) - _total) >> 20)) $((($3 - $2 + 1) >> 20))
}

is_fresh()
{
	[ "$(crashctl status --json 2> /dev/null | jq -r .status.freshness)" = fresh ]
}

mem_total_is()
{
	[ "$(mem_total)" -eq "$1" ]
}

# The kernel module, in guests of a case with MODULE; those that have a disk have it there.
MODULE_PATH=/lib/modules/extra/crash_grow.ko
[ -e "$MODULE_PATH" ] || MODULE_PATH=/vm/crash_grow.ko

# install_module: where modprobe finds it, as after an installation
install_module()
{
	_modules=/lib/modules/$(uname -r)
	mkdir -p "$_modules/extra"
	cp "$MODULE_PATH" "$_modules/extra/"
	depmod -a
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
