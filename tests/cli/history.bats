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

# efi TIME COUNT LINE...: the log of a crash kernel in three variables, as efi-pstore.c names
# them: the last part is the begin of the log, and each has the time at which it was written.
efi()
{
	local folder=${FOLDER:-$M/sys/fs/pstore} part words

	mkdir -p "$folder"
	words=('' "${*:3}" '[    1.0] something in between'
		$'[    0.0] Linux version 7.2.12-crash (x) #1\n[    0.0] Command line: elfcorehdr=0x7f')
	for part in 1 2 3; do
		printf 'Panic#%d Part%d\n%s\n' "$2" "$part" "${words[part]}" \
			>"$folder/dmesg-${BACKEND:-efi}-$(((($1 + part / 3) * 100 + part) * 1000 + $2))"
	done
}

# erst ID LINE...: the same as records of ERST, whose parts have an id each
erst()
{
	local folder=${FOLDER:-$M/sys/fs/pstore} part words

	mkdir -p "$folder"
	words=('' "${*:2}" '[    1.0] something in between' '[    0.0] Command line: elfcorehdr=0x7f')
	for part in 1 2 3; do
		printf 'Panic#1 Part%d\n%s\n' "$part" "${words[part]}" \
			>"$folder/dmesg-erst-$(($1 + part - 1))"
		touch -d @1795208463 "$folder/dmesg-erst-$(($1 + part - 1))"
	done
}

# death FILE LINE...: the log of a crash kernel, in pstore, where one record holds all of it
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
	mkdump elf "$CRASH/2026-11-21-08-00/vmcore"
	copy history --json
	wrote history 0
	field '[.history.dumps[] | .path]' '["/var/crash/127.0.0.1-2026-11-27-23:41:11/vmcore",'\
'"/var/crash/2026-11-22-08:00/vmcore","/var/crash/2026-11-21-08-00/vmcore",'\
'"/var/crash/202611202012/dump.202611202012"]'
	field '[.history.dumps[] | .layout]' '["fedora","suse","suse","debian"]'
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

@test "a log in parts is one, whoever keeps it" {
	efi 1795208463 1 '[ 9.0] Out of memory: Killed process 7 (first)'
	efi 1795208463 2 '[ 9.0] Kernel panic - not syncing: second'
	BACKEND=efi_pstore efi 1795208563 1 '[ 9.0] Kernel panic - not syncing: third'
	copy history --json
	wrote history 0
	field '[.history.deaths[] | [.time, .why, .release]]' '[[1795208563,"Kernel panic - not '\
'syncing: third","7.2.12-crash"],[1795208463,"Out of memory: Killed process 7 (first)",'\
'"7.2.12-crash"],[1795208463,"Kernel panic - not syncing: second","7.2.12-crash"]]'
	field '.history.deaths[0].path' '"/sys/fs/pstore/dmesg-efi_pstore-179520856301001"'
	rm "$M/sys/fs/pstore"/*
	erst $((1795208400 << 32)) '[ 9.0] Kernel panic - not syncing: of ERST'
	erst $(((1795208400 << 32) + 3)) '[ 9.0] Kernel panic - not syncing: of ERST too'
	copy history --json
	wrote history 0
	field '[.history.deaths[] | [.time, .why]] | sort' '[[1795208463,"Kernel panic - not syncing: '\
'of ERST"],[1795208463,"Kernel panic - not syncing: of ERST too"]]'
	# A part of the middle that is lost does no harm, the one with the reason does.
	rm "$M/sys/fs/pstore/dmesg-erst-$(((1795208400 << 32) + 1))" \
		"$M/sys/fs/pstore/dmesg-erst-$(((1795208400 << 32) + 3))"
	copy history --json
	wrote history 0
	field '[.history.deaths[] | .why]' '["Kernel panic - not syncing: of ERST"]'
}

@test "where systemd moved them to: by the time of the parts, and once" {
	FOLDER=$M/var/lib/systemd/pstore/1795208463/001 efi 1795208463 1 \
		'[ 9.0] Kernel panic - not syncing: moved'
	cat "$M/var/lib/systemd/pstore/1795208463/001"/dmesg-efi-* \
		>"$M/var/lib/systemd/pstore/1795208463/001/dmesg.txt"
	mkdir -p "$M/var/lib/systemd/pstore/1795208464/001"
	mv "$M/var/lib/systemd/pstore/1795208463/001"/dmesg-efi-1795208464* \
		"$M/var/lib/systemd/pstore/1795208464/001"
	copy history --json
	wrote history 0
	field '[.history.deaths[] | [.time, .why]]' \
		'[[1795208463,"Kernel panic - not syncing: moved"]]'
	rm "$M/var/lib/systemd/pstore"/*/001/dmesg-efi-*
	death var/lib/systemd/pstore/1795208463/001/dmesg.txt \
		'[ 9.0] Kernel panic - not syncing: joined'
	copy history --json
	wrote history 0
	field '[.history.deaths[] | [.time, .why]]' \
		'[[1795208463,"Kernel panic - not syncing: joined"]]'
}

@test "the log of a crash kernel that did not die, and one that had no initramfs" {
	death sys/fs/pstore/console-ramoops-0 '[ 9.0] reboot: Restarting system'
	death sys/fs/pstore/dmesg-ramoops-0 \
		'[ 0.5] Initramfs unpacking failed: junk within compressed archive' \
		'[ 0.9] Kernel panic - not syncing: VFS: Unable to mount root fs'
	copy history --json
	wrote history 0
	field '[.history.deaths[] | [.why, .wall]]' \
		'[["Initramfs unpacking failed: junk within compressed archive",null]]'
}

@test "very many records: the newest are looked at" {
	mkdir -p "$M/sys/fs/pstore"
	for i in $(seq 100 400); do
		echo x >"$M/sys/fs/pstore/dmesg-efi-1795208${i}01001"
	done
	efi 1795209463 1 '[ 9.0] Kernel panic - not syncing: newest'
	copy history --json
	wrote history 0
	field '[.history.deaths[] | .why]' '["Kernel panic - not syncing: newest"]'
	field .history.notes '["pstore: 48 older ones: passed over"]'
}

@test "dumps that go elsewhere are not looked for" {
	mkdump kdump "$CRASH/202611202001/vmcore"
	mkdir -p "$M/etc/default"
	echo 'SSH="u@h"' >"$M/etc/default/kdump-tools"
	copy history --json
	wrote history 0
	field .history.folder null
	field '.history | [.dumps, .older]' '[null,null]'
	field '.history.notes' '["dumps go to u@h, where they are not looked for"]'
	rm "$M/etc/default/kdump-tools"
	echo 'target = none' >"$M/etc/crashctl.conf"
	copy history --json
	wrote history 0
	field '.history.notes' '["no dumps are saved: that is what is configured"]'
}

@test "a folder that cannot be looked into has no dumps that one knows of" {
	mkdump kdump "$CRASH/202611202001/vmcore"
	echo '/dev/vdb1 /var ext4 nofail 0 2' >"$M/etc/fstab"
	copy history --json
	wrote history 0
	field '.history | [.folder, .dumps, .older]' '["/var/crash",null,null]'
	field '.history.notes' '["/var/crash: what is to be mounted there is not"]'
	rm -r "$CRASH"
	copy history
	assert_line 'It cannot be seen whether a dump is in /var/crash.'
}

@test "a dump of another owner: what it is, and why it is not looked into" {
	[ "$(id -u)" -eq 0 ] || skip "only root can make a file of another owner"
	mkdump kdump "$CRASH/202611202001/vmcore"
	chown 1000 "$CRASH/202611202001/vmcore"
	copy history --json
	wrote history 0
	field '.history.dumps[0] | [.complete, .bytes == 0, .bytes == null]' '[null,false,false]'
	field '.history.dumps[0].why' \
		'"it is of another owner than the folder of the dumps, and not trusted"'
}

@test "a configuration that is not used is told of" {
	echo 'target = bogus bogus' >"$M/etc/crashctl.conf"
	copy history
	assert_equal "$status" 0
	assert_regex "$stderr" '/etc/crashctl.conf'
}

@test "the end of a log that is longer than is read has the reason" {
	death sys/fs/pstore/console-ramoops-0 "$(yes '[ 1.0] a line of many' | head -n 60000)" \
		'[ 2.0] Command line: elfcorehdr=0x7f000000' \
		'[ 9.0] Kernel panic - not syncing: at the end'
	copy history --json
	wrote history 0
	field '[.history.deaths[] | .why]' '["Kernel panic - not syncing: at the end"]'
	field .history.notes '[]'
}

@test "links that lead nowhere and empty files are no records, and others are counted" {
	mkdir -p "$M/sys/fs/pstore"
	for i in 1 2 3; do
		ln -s /nowhere "$M/sys/fs/pstore/dmesg-nvram-$i"
		: >"$M/sys/fs/pstore/dmesg-ramoops-$i"
	done
	for i in $(seq 1 20); do
		death "sys/fs/pstore/dmesg-pstore_blk-$i" '[ 9.0] Kernel panic - not syncing: x'
	done
	copy history --json
	wrote history 0
	field '.history.deaths | length' 16
	field '.history.notes' '["pstore: 4 older ones: passed over"]'
}
