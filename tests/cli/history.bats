# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# What earlier panics have left: dumps of each tool, and crash kernels that died.

load common

setup()
{
	machine 7.2-main-cma
	CRASH=$M/var/crash
	mkdir -p "$CRASH"
}

mkdump()
{
	"$TOP/tests/cli/mkdump" "$@"
}

# death FILE LINE...: the log of a crash kernel, in pstore
death()
{
	mkdir -p "$(dirname "$M/$1")"
	printf '%s\n' 'Panic#1 Part1' '[    0.0] Linux version 7.2.12-crash (x) #1' \
		'[    0.0] Command line: root=/dev/vda1 elfcorehdr=0x7f000000' "${@:2}" >"$M/$1"
}

@test "no folder, and an empty one" {
	copy history
	assert_equal "$status" 0
	assert_output "No dump in /var/crash."
	rmdir "$CRASH"
	copy history --json
	wrote history 0
	field .history '{"folder":"/var/crash","dumps":[],"older":0,"deaths":[],"notes":[]}'
}

@test "the ways of three distributions, the newest first" {
	mkdump flattened "$CRASH/202611202012/dump.202611202012"
	touch "$CRASH/202611202012/dmesg.202611202012"
	mkdump kdump "$CRASH/127.0.0.1-2026-11-27-23:41:11/vmcore"
	touch "$CRASH/127.0.0.1-2026-11-27-23:41:11/vmcore-dmesg.txt"
	mkdump elf "$CRASH/2026-11-22-08:00/vmcore"
	touch "$CRASH/2026-11-22-08:00/README.txt" "$CRASH"/{kexec_cmd,kdump_lock}
	copy history --json
	wrote history 0
	field '[.history.dumps[] | .path]' '["/var/crash/127.0.0.1-2026-11-27-23:41:11/vmcore",'\
'"/var/crash/2026-11-22-08:00/vmcore","/var/crash/202611202012/dump.202611202012"]'
	field '[.history.dumps[] | .layout]' '["fedora","suse","debian"]'
	field '[.history.dumps[] | .complete] | unique' '[true]'
	field '[.history.dumps[] | .release] | unique' '["7.2.12-crashed"]'
	field '.history.dumps[0].time' 1795208463
	field '.history.dumps[1].bytes' 5120
	field '.history.notes' '[]'
	copy history
	assert_equal "$status" 0
	assert_line --regexp '^TIME +SIZE +COMPLETE +MEMORY LEFT +KERNEL +LAYOUT +PATH'
	assert_line --regexp '^2026-11-[0-9: ]+ 16\.1 KiB +yes +- +7\.2\.12-crashed +fedora +/var/'
}

@test "dumps that are not complete, and why" {
	mkdump flattened "$CRASH/202611202001/dump.202611202001" 16
	mkdump full "$CRASH/202611202002/vmcore"
	mkdump kdump "$CRASH/202611202003/dump-incomplete"
	mkdump elf "$CRASH/202611202004/vmcore" 1
	mkdir -p "$CRASH/202611202005" "$CRASH/202611202006"
	touch "$CRASH/202611202006/vmcore"
	copy history --json
	wrote history 0
	field '[.history.dumps[] | .complete] | unique' '[false]'
	field '[.history.dumps[] | .why] | sort' '["it ends before its headers say","it has the name '\
'of one that was not finished","it is empty","makedumpfile had no room for all of it",'\
'"the stream has no end mark","there is no dump in it"]'
	field '.history.dumps[1].path' '"/var/crash/202611202005"'
	copy history
	assert_line '/var/crash/202611202002/vmcore: makedumpfile had no room for all of it'
}

@test "what cannot be told" {
	mkdir -p "$CRASH/202611202001"
	printf '\037\213\b\0' >"$CRASH/202611202001/dump.202611202001.gz"
	copy history --json
	wrote history 0
	field '.history.dumps[0].complete' null
	field '.history.dumps[0].why' '"it is compressed as a whole, and not looked into"'
	field '.history.dumps[0].release' null
	copy history
	assert_line --regexp ' unknown '
}

@test "the finished file counts, where both are there" {
	mkdump kdump "$CRASH/202611202001/dump-incomplete" 4000
	mkdump elf "$CRASH/202611202001/vmcore.202611202001"
	copy history --json
	wrote history 0
	field '[.history.dumps[] | [.path, .complete]]' \
		'[["/var/crash/202611202001/vmcore.202611202001",true]]'
}

@test "the crash kernel's own record" {
	mkdump kdump "$CRASH/202611202001/vmcore"
	printf 'RELEASE=7.2\nTIME=1795208463\nRAM=268435456\nMEM_AVAILABLE_LOWEST=31457280\n' \
		>"$CRASH/202611202001/crashctl-memory"
	copy history --json
	wrote history 0
	field '.history.dumps[0] | [.ram, .lowest]' '[268435456,31457280]'
	copy history
	assert_line --regexp ' 30 MiB '
}

@test "foreign files and folders of others are told of" {
	mkdump kdump "$CRASH/202611202001/vmcore"
	touch "$CRASH/_usr_bin_x.0.crash" "$CRASH/202611202002"
	ln -s nowhere "$CRASH/202611202003"
	mkfifo "$CRASH/202611202001/dump.202611202001"
	copy history --json
	wrote history 0
	field '.history.notes[0]' '"/var/crash: 1 with a name that no dump has: passed over"'
	field '.history.notes[1]' "\"/var/crash: 2 of another owner than the folder's, or no folders: \
passed over\""
	field '.history.notes | length' 2
	field '.history.dumps | length' 1
	field '.history.dumps[0].complete' null
}

@test "more dumps than are shown are counted" {
	for day in $(seq 10 28); do
		mkdir "$CRASH"/202610"$day"{10,11,12,13}00
	done
	copy history --json
	wrote history 0
	field '.history.dumps | length' 64
	field .history.older 12
	field '.history.dumps[0].path' '"/var/crash/202610281300"'
	field '.history.dumps[63].path' '"/var/crash/202610131000"'
	copy history
	assert_line 'note: 12 older dumps are not shown'
	# What is no dump does not take a place from one.
	touch "$CRASH"/20990{1,2,3}{10..28}{10,11}00
	copy history --json
	wrote history 0
	field '.history.dumps[0].path' '"/var/crash/202610281300"'
	field '.history | [(.dumps | length), .older]' '[64,12]'
}

@test "crash kernels that died, and of what" {
	death sys/fs/pstore/dmesg-efi-1 '[ 9.0] Kernel panic - not syncing: x'
	death var/lib/systemd/pstore/177/001/dmesg.txt \
		'[ 8.0] Out of memory: Killed process 77 (makedumpfile) total-vm:1kB'
	death var/lib/systemd/pstore/178/console-ramoops-0 \
		'[ 0.5] Initramfs unpacking failed: write error'
	echo '[ 1.0] Kernel panic - not syncing: of the kernel that runs' \
		>"$M/sys/fs/pstore/dmesg-efi-2"
	touch -d @1 "$M/sys/fs/pstore/dmesg-efi-1"
	touch -d @3 "$M/var/lib/systemd/pstore/177/001/dmesg.txt"
	touch -d @2 "$M/var/lib/systemd/pstore/178/console-ramoops-0"
	copy history --json
	wrote history 0
	field '[.history.deaths[] | [.time, .wall]]' '[[3,"dump"],[2,"tmpfs"],[1,null]]'
	field '.history.deaths[0].path' '"/var/lib/systemd/pstore/177/001/dmesg.txt"'
	field '.history.deaths[2].why' '"Kernel panic - not syncing: x"'
	field '[.history.deaths[].release] | unique' '["7.2.12-crash"]'
	copy history
	assert_line 'Crash kernels that died:'
	assert_line --partial 'dmesg.txt: Out of memory: Killed process 77 (makedumpfile)'
}

@test "dumps that go elsewhere are not looked for" {
	mkdump kdump "$CRASH/202611202001/vmcore"
	mkdir -p "$M/etc/default"
	echo 'SSH="u@h"' >"$M/etc/default/kdump-tools"
	copy history --json
	wrote history 0
	field .history.folder null
	field '.history.dumps' '[]'
	field '.history.notes' '["dumps go to u@h, where they are not looked for"]'
}
