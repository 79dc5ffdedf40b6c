# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# A panic on purpose, what came of it, and what status says of that.

load common

setup()
{
	machine 7.2-main-cma
	add_image
	CRASH=$M/var/crash
	mkdir -p "$CRASH"
	echo testhost >"$M/proc/sys/kernel/hostname"
	: >"$M/proc/sysrq-trigger"
}

# What the time is to the fake (tests/fake/fake-lock.c).
NOW=1767225600

mkdump()
{
	"$TOP/tests/cli/mkdump" "$@"
}

loaded()
{
	live load
	assert_equal "$status" 0
}

# of_record KEY: as the record of the load has it
of_record()
{
	sed -n "s/^$1=//p" "$M/run/crashctl/loaded"
}

# marked KEY=VALUE...: a test was begun with what is loaded, in the boot before this one
marked()
{
	mkdir -p "$M/var/lib/crashctl"
	{
		echo BOOT_ID=00000000-0000-0000-0000-000000000000
		printf '%s\n' TIME=1795208400 "KERNEL_SHA256=$(of_record KERNEL_SHA256)" \
			"KERNEL_SIZE=$(of_record KERNEL_SIZE)" \
			"INITRAMFS_SHA256=$(of_record INITRAMFS_SHA256)" \
			"INITRAMFS_SIZE=$(of_record INITRAMFS_SIZE)" "CMDLINE=$(of_record CMDLINE)" \
			RESERVED=268435456 CMA=536870912 RELEASE= FOLDER=/var/crash COUNT=0 DUMPS= \
			DEATH=0 OUTCOME=0 DUMP= RAM=0 LOWEST=0 \
			WALL=0 DISK_FULL=0 WHY= "$@"
	} >"$M/var/lib/crashctl/test"
}

recorded()
{
	live test --record
	assert_equal "$status" 0
	assert [ ! -e "$M/var/lib/crashctl/test" ]
}

finding()
{
	field "[.status.findings[] | select(.id == \"$1\")] | length" "$2"
}

@test "refused where it would be lost, and forced" {
	live test --yes-crash-now
	failed 1 'A panic now would be lost: no crash image is loaded. \[not-captured\]'
	live test --yes-crash-now --json
	wrote test 1
	field .error.id '"not-captured"'
	field .test.verdict '"not-loaded"'
	live test --dry-run --force not-captured
	failed 1 '\[unknown-image\]'
	live test --dry-run --force not-captured,unknown-image
	assert_equal "$status" 0
	assert_equal "$(cat "$M/proc/sysrq-trigger")" ""
}

@test "refused where status says that the dump would be lost" {
	loaded
	mkdir -p "$M/sys/dev/block"
	echo 'target = /dev/nowhere' >"$M/etc/crashctl.conf"
	live status --json
	wrote status 2
	field '.status | [.verdict, .findings[0].id]' '["degraded","target-not-found"]'
	live test --dry-run
	failed 1 'there is no such device\. \[not-captured\]'
	live test --dry-run --force not-captured
	assert_equal "$status" 0
}

@test "says what it does, and does nothing that was not confirmed" {
	loaded
	remember
	live test --dry-run
	assert_equal "$status" 0
	assert_line --partial 'The kernel is made to panic'
	live test </dev/null
	failed 1 '\[not-confirmed\]'
	assert_line --partial 'The kernel is made to panic'
	live test --json
	wrote test 1
	field .error.id '"not-confirmed"'
	unchanged
}

@test "wrong arguments" {
	live test --record --yes-crash-now
	assert_equal "$status" 64
	live test --force nothing
	assert_equal "$status" 64
}

@test "the name of the host, typed on a terminal" {
	loaded
	for name in testhost other; do
		: >"$M/proc/sysrq-trigger"
		run python3 - "$name" env KD_FAKE_ROOT="$M" "$CRASHCTL" test <<-'END'
			import os, pty, sys
			pid, fd = pty.fork()
			if not pid:
			    os.execvp(sys.argv[2], sys.argv[2:])
			os.write(fd, sys.argv[1].encode() + b"\n")
			try:
			    while os.read(fd, 4096):
			        pass
			except OSError:
			    pass
			sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
		END
		assert_equal "$status" 1
		assert_equal "$name:$(cat "$M/proc/sysrq-trigger")" \
			"$([ "$name" = testhost ] && echo testhost:c || echo other:)"
	done
}

@test "refused where it could not be told which dump comes of it" {
	loaded
	echo '/dev/vdb1 /var/crash ext4 nofail 0 2' >"$M/etc/fstab"
	live test --yes-crash-now
	failed 1 '/var/crash: what is to be mounted there is not: which dump.*\[folder-not-seen\]'
	assert_regex "$stderr" 'mount it; --force folder-not-seen'
	assert_equal "$(cat "$M/proc/sysrq-trigger")" ""
	live test --dry-run --force folder-not-seen
	assert_equal "$status" 0
	live test --yes-crash-now --force folder-not-seen
	assert_equal "$(cat "$M/proc/sysrq-trigger")" c
}

@test "what was hidden before the test is no dump of it" {
	loaded
	# It is by two days older.
	marked FOLDER= TIME=$((1795208463 + 2 * 86400))
	mkdump kdump "$CRASH/202001010000/vmcore"
	recorded
	live status --json
	wrote status 0
	field .status.tested.result '"never"'
	field '[.status.findings[] | select(.id == "test-not-seen").text | contains("could not be looked '\
'into before")]' '[true]'
}

@test "where nothing is saved, and where nobody looks" {
	loaded
	mkdir -p "$M/etc/default"
	echo 'SSH="u@h"' >"$M/etc/default/kdump-tools"
	live test --dry-run
	assert_equal "$status" 0
	assert_line --partial 'what came of the test has to be seen there,'
	refute_line --partial 'crashctl status tells'
	echo 'target = none' >"$M/etc/crashctl.conf"
	live status --json
	wrote status 2
	field '.status | [.verdict, .findings[0].id]' '["degraded","no-dump-saved"]'
	live test --dry-run
	failed 1 'leave no dump: the configuration says that none is saved\. \[not-captured\]'
}

@test "a kernel that does not panic after all leaves no mark" {
	loaded
	live test --yes-crash-now
	failed 1 '\[no-panic\]'
	assert_equal "$(cat "$M/proc/sysrq-trigger")" c
	assert [ ! -e "$M/var/lib/crashctl/test" ]
	rm "$M/proc/sysrq-trigger"
	live test --yes-crash-now
	failed 1 '\[no-sysrq\]'
	mkdir "$M/proc/sysrq-trigger"
	live test --yes-crash-now
	failed 1 '\[sysrq-refused\]'
	assert [ ! -e "$M/var/lib/crashctl/test" ]
}

@test "neither in a crash kernel nor on a copy" {
	loaded
	marked
	copy test --record
	failed 1 '\[not-live\]'
	touch "$M/proc/vmcore"
	remember
	live test --record
	assert_equal "$status" 0
	unchanged
	rm "$M/var/lib/crashctl/test"
	live test --yes-crash-now
	failed 1 '\[in-crash-kernel\]'
}

@test "never tested, and a proof of what is loaded" {
	loaded
	live status
	assert_equal "$status" 0
	assert_line 'Tested:     never, with just this kernel, initramfs, command line and memory'
	marked
	mkdump flattened "$CRASH/202611202101/dump.202611202101"
	printf 'RELEASE=7.2\nTIME=1795208463\nRAM=268435456\nMEM_AVAILABLE_LOWEST=31457280\n' \
		>"$CRASH/202611202101/crashctl-memory"
	live status --json
	wrote status 0
	field .status.tested.result '"never"'
	finding test-not-recorded 1
	live test --yes-crash-now
	failed 1 '\[test-not-recorded\]'
	recorded
	live status --json
	wrote status 0
	field '.status.tested | [.result, .time, .dump, .why, .lowest]' \
		'["captured",1795208400,"/var/crash/202611202101/dump.202611202101",null,31457280]'
	field .status.last_dump.complete true
	field '.status.findings | map(select(.severity != "note")) | length' 0
	live status
	assert_line --regexp '^Tested:     captured 2026-11-[0-9: ]+, with 30 MiB of memory left$'
	assert_line --regexp '^Last dump:  /var/crash/202611202101/dump.202611202101, .*, complete, of '
}

@test "a proof is of that very image" {
	loaded
	marked
	mkdump kdump "$CRASH/202611202101/vmcore"
	recorded
	live load --append other
	assert_equal "$status" 0
	live status --json
	wrote status 0
	field .status.tested.result '"never"'
}

@test "what was there before proves nothing" {
	loaded
	mkdump kdump "$CRASH/202611202101/vmcore"
	marked DUMPS=202611202101/ COUNT=1
	recorded
	live status --json
	wrote status 0
	field '.status.tested | [.result, .why, .dump]' '["failed","no dump came of it",null]'
	finding test-failed 1
	live status
	assert_line --regexp '^Tested:     not captured 2026'
	assert_line --regexp '^warning: a test of what is loaded was not captured: no dump came of it; by the estimate main \(256 MiB\) is enough \([0-9.]+ MiB\), in which .* is least certain; a watchdog, a driver'
	assert_line '  → crashctl rehearse shows whether it boots with that'
}

@test "a dump that is cut: the part of the estimate for the time of the dump" {
	loaded
	marked
	mkdump flattened "$CRASH/202611202101/dump-incomplete" 16
	touch -d @1795208463 "$CRASH/202611202101/dump-incomplete"
	recorded
	live status --json
	wrote status 0
	field .status.tested.result '"failed"'
	field '[.status.findings[] | select(.id == "test-failed").text | test("by the estimate main '\
'.256 MiB. is enough .[0-9.]+ MiB., in which allocations of the boot .boot. is least certain; a full disk")]' '[true]'
	finding dump-incomplete 0
	field '.status.findings[] | select(.id == "test-failed").text | test("a watchdog, a loss of '\
'power or a copy that was stopped can have cut it as well$")' true
}

@test "a disk that was full is no want of memory" {
	loaded
	marked
	mkdump full "$CRASH/202611202101/vmcore"
	recorded
	live status
	assert_line --partial 'makedumpfile had no room for all of it [test-failed]'
	assert_line '  → make room where dumps are saved: /var/crash'
}

@test "the last words of the crash kernel say why" {
	loaded
	marked
	printf '%s\n' '[ 0.0] Command line: elfcorehdr=1' \
		'[ 8.0] Out of memory: Killed process 7 (systemd-udevd)' >"$BATS_TEST_TMPDIR/log"
	mkdir -p "$M/sys/fs/pstore"
	cp "$BATS_TEST_TMPDIR/log" "$M/sys/fs/pstore/dmesg-efi-1"
	touch -d @1795208470 "$M/sys/fs/pstore/dmesg-efi-1"
	live status --json
	wrote status 0
	finding crash-kernel-died 1
	recorded
	live status --json
	wrote status 0
	field .status.tested.why '"Out of memory: Killed process 7 (systemd-udevd)"'
	field '[.status.findings[] | select(.id == "test-failed").text | contains("while the crash '\
'kernel started")]' '[true]'
	finding crash-kernel-died 0
}

@test "last words without a sign of a crash kernel, between the panic and this boot" {
	loaded
	mkdir -p "$M/sys/fs/pstore"
	echo 'btime 1795208500' | sed '1i cpu 1' >"$M/proc/stat"
	# Of the kernel that was to panic, before it, and of this one.
	printf '%s\n' 'Panic#1 Part1' '[ 9.0] Out of memory: Killed process 7 (x)' \
		'[99.0] Kernel panic - not syncing: sysrq triggered crash' \
		>"$M/sys/fs/pstore/dmesg-efi-179520840101001"
	for time in 1795208399 1795208501; do
		printf '%s\n' 'Panic#1 Part1' '[ 9.0] Out of memory: Killed process 8 (x)' \
			>"$M/sys/fs/pstore/dmesg-efi-${time}01001"
	done
	live history --json
	wrote history 0
	field .history.deaths '[]'
	marked
	live history --json
	wrote history 0
	field .history.deaths '[]'
	printf '%s\n' 'Panic#1 Part1' '[ 9.0] Out of memory: Killed process 9 (udevd)' \
		>"$M/sys/fs/pstore/dmesg-efi-179520845001001"
	recorded
	live status --json
	wrote status 0
	field .status.tested.why '"Out of memory: Killed process 9 (udevd)"'
	live history --json
	wrote history 0
	field .history.deaths '[]'
}

@test "where dumps go elsewhere nothing is proven, and nothing failed" {
	loaded
	marked
	mkdir -p "$M/etc/default"
	echo 'SSH="u@h"' >"$M/etc/default/kdump-tools"
	recorded
	rm "$M/etc/default/kdump-tools"
	live status --json
	wrote status 0
	field .status.tested.result '"never"'
}

@test "where what is to be mounted there is not yet, what came of it waits" {
	loaded
	mkdump kdump "$M/var/other/vmcore"
	marked "TIME=$NOW"
	echo '/dev/vdb1 /var ext4 nofail 0 2' >"$M/etc/fstab"
	live test --record --json
	wrote test 0
	field .test.recorded false
	assert [ -e "$M/var/lib/crashctl/test" ]
	live status --json
	wrote status 0
	field '[.status.findings[] | select(.id == "test-not-recorded").advice]' \
		'["mount what belongs to /var/crash, then crashctl test --record"]'
	live test --yes-crash-now
	failed 1 '\[test-not-recorded\]'
	live history --json
	wrote history 0
	field '.history.notes' '["/var/crash: what is to be mounted there is not"]'
	# It comes late.
	echo '40 2 254:17 / /var rw - ext4 /dev/vdb1 rw' >>"$M/proc/self/mountinfo"
	mkdump kdump "$CRASH/202611202101/vmcore"
	touch "$CRASH/202611202101/vmcore"
	recorded
	live status --json
	wrote status 0
	field .status.tested.result '"captured"'
}

@test "but not for ever, and then nothing failed" {
	loaded
	marked "TIME=$((NOW - 8 * 86400))"
	echo '/dev/vdb1 /var/crash ext4 nofail 0 2' >"$M/etc/fstab"
	recorded
	live status --json
	wrote status 0
	field .status.tested.result '"never"'
	finding test-not-seen 1
	assert_equal "$(grep ^OUTCOME "$M/var/lib/crashctl/proofs")" OUTCOME=3
}

@test "sixteen proofs are kept, and damaged ones passed over" {
	loaded
	for i in $(seq 20); do
		marked "TIME=$((1795208400 + i))" DUMPS=202611202101/
		recorded
	done
	assert_equal "$(grep -c ^BOOT_ID "$M/var/lib/crashctl/proofs")" 16
	live status --json
	wrote status 0
	field .status.tested.time 1795208420
	sed -i '0,/^TIME=.*/s//TIME=x/' "$M/var/lib/crashctl/proofs"
	live status --json
	wrote status 0
	field .status.tested.time 1795208419
	echo OUTCOME= >"$M/var/lib/crashctl/proofs"
	live status --json
	wrote status 0
	field .status.tested.result '"never"'
}

@test "a mark of this boot waits, a damaged one is none" {
	loaded
	marked BOOT_ID=0f5d9c1e-7a49-4cc5-9d3e-0123456789ab
	live test --record
	assert_equal "$status" 0
	assert [ -e "$M/var/lib/crashctl/test" ]
	truncate -s -3 "$M/var/lib/crashctl/test"
	live status --json
	wrote status 0
	field '[.status.findings[] | select(.id == "test-not-recorded").advice]' \
		'["crashctl test --record removes it"]'
	live test --record
	failed 1 'not a whole mark of a test, and removed: .*\[test-not-recorded\]'
	assert [ ! -e "$M/var/lib/crashctl/test" ]
	live status --json
	wrote status 0
	finding test-not-recorded 0
}

@test "a crash kernel whose clock begins in 1970" {
	loaded
	mkdump kdump "$CRASH/197001010001/vmcore"
	printf 'Z\0\0\0\0\0\0\0' | dd of="$CRASH/197001010001/vmcore" bs=1 seek=408 \
		conv=notrunc status=none
	touch -d @90 "$CRASH/197001010001/vmcore"
	marked
	recorded
	live status --json
	wrote status 0
	field .status.tested.result '"captured"'
}
