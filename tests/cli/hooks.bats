# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# What runs in the crash kernel: the watcher of its memory, and what brings it there.

load common

setup()
{
	W=$BATS_TEST_TMPDIR
	HOOKS=$TOP/cli/hooks
	mkdir -p "$W"/{proc/sys/kernel,run,root/var/crash/202001010000}
	echo "$RELEASE_72" >"$W/proc/sys/kernel/osrelease"
	: >"$W/proc/vmcore"
	# 640 KiB less a page, and 128 MiB less one; the kernel inside counts once.
	cat >"$W/proc/iomem" <<-'END'
		00000000-00000fff : Reserved
		00001000-0009ffff : System RAM
		  00002000-00002fff : System RAM
		46000000-4dffefff : System RAM
		  46000000-47131f2f : Kernel code
		100000000-1000fffff : PCI Bus 0000:00
	END
	printf '%s\n' 'proc /proc proc rw 0 0' "none $W/root ext4 rw 0 0" >"$W/proc/mounts"
	available 50000
	touch -d 2020-01-01 "$W/root/var/crash/202001010000"
	DUMP=$W/root/var/crash/127.0.0.1-2026-11-20-20:12:44
}

teardown()
{
	[ -z "${WATCHER:-}" ] || kill "$WATCHER" 2>/dev/null || :
}

available()
{
	printf 'MemTotal:  131072 kB\nMemFree:  60000 kB\nMemAvailable: %s kB\n' "$1" >"$W/meminfo"
	mv "$W/meminfo" "$W/proc/meminfo"
}

watch()
{
	# shellcheck disable=SC2086 # "busybox sh"
	CRASHCTL_PROC=$W/proc CRASHCTL_RUN=$W/run $SHELL_UNDER_TEST \
		"$HOOKS/crashctl-memory-watch" "$@" </dev/null >"$W/out" 2>&1 3>&- &
	WATCHER=$!
}

# until_so COMMAND...: it becomes true within ten seconds
until_so()
{
	for ((i = 0; i < 200; i++)); do
		"$@" && return
		sleep 0.05
	done
	fail "never: $*"
}

lowest_is()
{
	grep -qx "MEM_AVAILABLE_LOWEST=$(($2 * 1024))" "$1" 2>/dev/null
}

ended()
{
	! kill -0 "$WATCHER" 2>/dev/null
}

watches()
{
	watch /var/crash
	until_so lowest_is "$W/run/crashctl-memory" 50000
	mkdir "$DUMP"
	until_so test -s "$DUMP/crashctl-memory"
	assert_equal "$(grep -v TIME= "$DUMP/crashctl-memory")" "RELEASE=$RELEASE_72
RAM=$((0x9f000 + 0x7fff000))
MEM_AVAILABLE_LOWEST=$((50000 * 1024))"
	now=$(date +%s)
	time=$(sed -n 's/^TIME=//p' "$DUMP/crashctl-memory")
	assert [ "$time" -le "$now" ]
	assert [ "$time" -gt $((now - 60)) ]
	available 31000
	until_so lowest_is "$DUMP/crashctl-memory" 31000
	# What is taken away is written again, with the lowest and not with what is now.
	available 40000
	rm "$DUMP/crashctl-memory"
	until_so test -s "$DUMP/crashctl-memory"
	lowest_is "$DUMP/crashctl-memory" 31000
	assert_equal "$(ls "$W/root/var/crash/202001010000")" ""
	assert_equal "$(find "$W/root" -type f)" "$DUMP/crashctl-memory"
	# The root has changed: the next one knows what this one saw.
	mv "$W/proc/meminfo" "$W/gone"
	until_so ended
	mv "$W/gone" "$W/proc/meminfo"
	rm "$DUMP/crashctl-memory"
	watch /var/crash
	until_so test -s "$DUMP/crashctl-memory"
	lowest_is "$DUMP/crashctl-memory" 31000
	assert_equal "$(cat "$W/out")" ""
}

@test "the watcher under sh" {
	SHELL_UNDER_TEST='sh'
	watches
}

@test "the watcher under busybox" {
	"$TOP/tests/vm/fetch" busybox-static >"$BATS_TEST_TMPDIR/fetch" 2>&1 ||
		skip "no busybox: $(tail -n 1 "$BATS_TEST_TMPDIR/fetch")"
	SHELL_UNDER_TEST="$("$TOP/tests/vm/fetch" --path busybox-static)/usr/bin/busybox sh"
	watches
}

@test "in a rehearsal the watcher tells the console, and else it does not" {
	SHELL_UNDER_TEST='sh'
	export CRASHCTL_CONSOLE=$W/console
	: >"$CRASHCTL_CONSOLE"
	echo 'panic=-1 crashctl.rehearsals' >"$W/proc/cmdline"
	watch /var/crash
	until_so lowest_is "$W/run/crashctl-memory" 50000
	kill "$WATCHER"
	until_so ended
	assert [ ! -s "$CRASHCTL_CONSOLE" ]
	rm "$W"/run/*
	echo 'panic=-1 crashctl.rehearsal' >"$W/proc/cmdline"
	watch /var/crash
	until_so grep -qx "crashctl-memory: lowest=$((50000 * 1024))" "$CRASHCTL_CONSOLE"
	available 31000
	until_so grep -qx "crashctl-memory: lowest=$((31000 * 1024))" "$CRASHCTL_CONSOLE"
}

@test "the watcher writes beside dumps alone" {
	SHELL_UNDER_TEST='sh'
	watch /srv /var/crash
	until_so test -s "$W/run/crashctl-memory"
	mkdir "$W/000011112222"
	# Only root can give a folder away.
	[ "$(id -u)" -ne 0 ] || chown 1 "$W/000011112222"
	[ -O "$W/000011112222" ] || mv "$W/000011112222" "$W/root/var/crash"
	mkdir "$W/root/var/crash/0undated"
	: >"$W/root/var/crash/0.1999.crash"
	mkdir "$DUMP"
	until_so test -s "$DUMP/crashctl-memory"
	assert_equal "$(find "$W/root" -name crashctl-memory)" "$DUMP/crashctl-memory"
}

@test "what the watcher writes is what estimate reads" {
	machine 7.2-main-cma
	add_image
	mkdir -p "$M/var/crash"
	printf '%s\n' "none $M ext4 rw 0 0" >"$W/proc/mounts"
	SHELL_UNDER_TEST='sh'
	watch /var/crash
	until_so test -s "$W/run/crashctl-memory"
	mkdir "$M/var/crash/202611202012"
	until_so test -s "$M/var/crash/202611202012/crashctl-memory"
	copy estimate --json
	wrote estimate 0
	field .estimate.observed.release "\"$RELEASE_72\""
	field .estimate.observed.ram $((0x9f000 + 0x7fff000))
	field .estimate.observed.available_lowest $((50000 * 1024))
	field .estimate.observed.fits true
}

@test "without a crash kernel the watcher ends at once" {
	rm "$W/proc/vmcore"
	run env CRASHCTL_PROC="$W/proc" CRASHCTL_RUN="$W/run" "$HOOKS/crashctl-memory-watch" /x
	assert_equal "$status:$output:$(ls "$W/run")" "0::"
	run "$HOOKS/crashctl-memory-watch"
	assert_equal "$status" 64
}

# A program that says what it was called with, once.
stand_in()
{
	printf '#!/bin/sh\necho "$0 $*" >%s.new; mv %s.new %s\n' "$W/called" "$W/called" \
		"$W/called" >"$1"
	chmod +x "$1"
}

@test "dracut: only where asked for; the folder is kdump.conf's" {
	run bash -euc '
		for f in inst_multiple inst_script inst_hook; do
			eval "$f() { echo $f \"\$@\"; }"
		done
		. <(sed s:@BINDIR@:/usr/sbin: "$1")
		check && exit 1 || echo "check $?"
		moddir=/m
		install' bash "$HOOKS/dracut-module-setup.sh.in"
	assert_equal "$status" 0
	assert_output 'check 255
inst_multiple date sleep
inst_script /usr/sbin/crashctl-memory-watch /bin/crashctl-memory-watch
inst_hook cmdline 05 /m/crashctl-memory.sh'
	mkdir "$W/bin"
	stand_in "$W/bin/crashctl-memory-watch"
	# kdump-utils leaves "path" empty where the folder is a file system of its own.
	for want in "/var/crash" "/srv/dumps" ""; do
		printf '%s\n' 'ext4 /dev/vda2' "path $want" 'final_action poweroff' >"$W/kdump.conf"
		[ "$want" != /var/crash ] || rm "$W/kdump.conf"
		rm -f "$W/called"
		sed "s:/etc/kdump.conf:$W/kdump.conf:" "$HOOKS/dracut-hook.sh" >"$W/hook"
		PATH=$W/bin:$PATH sh -c ". $W/hook; wait"
		assert_equal "$(cat "$W/called")" "$W/bin/crashctl-memory-watch $want"
	done
}

@test "initramfs-tools: only where asked for" {
	echo 'copy_exec() { echo "copy_exec $*"; }' >"$W/hook-functions"
	sed -e 's:@BINDIR@:/usr/sbin:' -e "s:/usr/share/.*/hook-functions:$W/hook-functions:" \
		"$HOOKS/initramfs-tools-hook.in" >"$W/hook"
	mkdir -p "$W/conf/conf.d"
	run env CONFDIR="$W/conf" BUSYBOX=y sh "$W/hook"
	assert_equal "$status:$output" "0:"
	: >"$W/conf/conf.d/crashctl-memory"
	run env CONFDIR="$W/conf" BUSYBOX=y sh "$W/hook"
	assert_equal "$status:$output" "0:copy_exec /usr/sbin/crashctl-memory-watch /bin"
	run env CONFDIR="$W/conf" BUSYBOX=n sh "$W/hook"
	assert_equal "$status:${lines[1]}" "0:copy_exec /bin/date /bin"
	run env CONFDIR="$W/conf" sh "$W/hook" prereqs
	assert_equal "$status:$output" "0:"

	sed "s:/bin/crashctl-memory-watch:$W&:" "$HOOKS/initramfs-tools-script" >"$W/script"
	run sh "$W/script"
	assert_equal "$status:$output" "0:"
	mkdir "$W/bin"
	stand_in "$W/bin/crashctl-memory-watch"
	run sh "$W/script" prereqs
	assert_equal "$status:$output" "0:"
	run sh "$W/script"
	assert_equal "$status:$output" "0:"
	until_so test -e "$W/called"
	assert_equal "$(cat "$W/called")" "$W/bin/crashctl-memory-watch /var/crash"
}
