# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# Files that are not what they should be: one clear error, the right exit code,
# nothing changed, in bounded time.

load common

setup()
{
	machine 7.2-main-cma
	add_image
	# What each way of being wrong looks like, as a kernel and as an initramfs.
	cd "$M/boot" || return
	: >empty
	mkdir folder
	mkfifo fifo
	python3 -c 'import random, sys; random.seed(7)
sys.stdout.buffer.write(random.randbytes(300000))' >random
	truncate -s 6G huge
	head -c 700 "$M$KERNEL" >kernel-cut-header
	head -c 500000 "$M$KERNEL" >kernel-cut
	head -c 200 "$M$INITRAMFS" >initramfs-cut
	mkimage initramfs plain --codec none
	head -c 100000 plain >plain-cut
	ln -s /etc/shadow outside
	ln -s loop-b loop-a
	ln -s loop-a loop-b
	printf 'a text\n' >text
	remember
}

# Each of status, estimate and load with a file: reason and identifier are the
# same, and in time.
bad()
{
	local option=$1 file=$2 id=$3 reason=$4

	run --separate-stderr timeout 60 "$CRASHCTL" -R "$M" estimate "$option" "/boot/$file"
	failed 1 "/boot/$file: .*$reason"
	assert_equal "$output" ""
	run --separate-stderr timeout 60 "$CRASHCTL" -R "$M" estimate "$option" "/boot/$file" --json
	wrote estimate 1
	field .error.id "\"$id\""
	field .estimate.needed null
	run --separate-stderr timeout 60 env KD_FAKE_ROOT="$M" "$CRASHCTL" load "$option" \
		"/boot/$file" --json
	wrote load 1
	field .error.id "\"$id\""
	field .load.outcome null
	unchanged
}

@test "a kernel that is none" {
	bad --kernel empty file-empty "is empty"
	bad --kernel folder file-unusable "regular file"
	bad --kernel fifo file-unusable "regular file"
	bad --kernel random not-a-kernel bzImage
	bad --kernel text not-a-kernel bzImage
	bad --kernel huge not-a-kernel bzImage
	bad --kernel missing file-missing "No such file"
	bad --kernel plain not-a-kernel bzImage
}

@test "a kernel that is cut" {
	bad --kernel kernel-cut-header not-a-kernel bzImage
	bad --kernel kernel-cut kernel-broken "cut"
}

@test "an initramfs that is none" {
	bad --initramfs empty file-empty "is empty"
	bad --initramfs folder file-unusable "regular file"
	bad --initramfs fifo file-unusable "regular file"
	bad --initramfs random initramfs-broken .
	bad --initramfs text initramfs-broken .
	bad --initramfs missing file-missing "No such file"
	bad --initramfs huge initramfs-broken .
}

@test "an initramfs that is cut" {
	bad --initramfs initramfs-cut initramfs-broken .
	bad --initramfs plain-cut initramfs-broken .
}

@test "100 GiB out of 120 KiB: refused in time and in little memory" {
	mkimage bomb bomb
	size=$(stat -c %s bomb)
	assert [ "$size" -lt 150000 ]
	remember
	# Address space cannot be limited under a sanitizer; resident memory is measured.
	run --separate-stderr timeout 120 python3 -c 'import resource, subprocess, sys
code = subprocess.call(sys.argv[2:])
open(sys.argv[1], "w").write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(code)' "$BATS_TEST_TMPDIR/peak" "$CRASHCTL" -R "$M" estimate \
		--initramfs /boot/bomb --json
	wrote estimate 1
	field .error.id '"initramfs-too-big"'
	field .error.errno '"EFBIG"'
	assert [ "$(cat "$BATS_TEST_TMPDIR/peak")" -lt 200000 ]
	unchanged
}

@test "links lead neither out of the sysroot nor round in circles" {
	bad --kernel outside file-missing "No such file"
	bad --kernel loop-a file-unusable "symbolic links"
	bad --initramfs ../../../../../../etc/passwd file-missing "No such file"
	# An absolute link inside is followed inside.
	ln -s "$KERNEL" inside
	copy estimate --kernel /boot/inside
	assert_equal "$status" 0
	ln -sfn / "$M/boot/up"
	copy estimate --kernel "/boot/up/boot/up$KERNEL"
	assert_equal "$status" 0
}

@test "a sysroot with files missing, one by one: an answer or an error, never a crash" {
	files=$(cd "$M" && find proc sys etc -type f)
	for file in $files; do
		mv "$M/$file" "$BATS_TEST_TMPDIR/away"
		copy status --json
		[[ $status =~ ^[0-6]$ ]] || fail "$file: $status $stderr"
		wrote status "$status"
		mv "$BATS_TEST_TMPDIR/away" "$M/$file"
	done
	unchanged
}

@test "files of the kernel that are empty or nonsense: an error names them" {
	for file in proc/iomem proc/cmdline sys/kernel/kexec/crash_size \
		sys/kernel/kexec/crash_cma_ranges sys/kernel/kexec/crash_loaded; do
		cp "$M/$file" "$BATS_TEST_TMPDIR/away"
		printf '\377\376 nonsense \033[31m' >"$M/$file"
		copy status --json
		[[ $status =~ ^[0-6]$ ]] || fail "$file: $status $stderr"
		wrote status "$status"
		if [[ $status = 1 ]]; then
			field '.error.id' '"bad-kernel-file"'
			assert_regex "$stderr" "${file##*/}"
		fi
		cp "$BATS_TEST_TMPDIR/away" "$M/$file"
	done
	: >"$M/proc/iomem"
	copy status --json
	wrote status 1
	field .error.id '"bad-kernel-file"'
}

@test "folders, pipes and loops in place of the kernel's files" {
	rm "$M/proc/cmdline" "$M/proc/iomem"
	mkdir "$M/proc/cmdline"
	mkfifo "$M/proc/iomem"
	run --separate-stderr timeout 20 "$CRASHCTL" -R "$M" status --json
	[[ $status =~ ^[0-6]$ ]] || fail "$status $stderr"
	wrote status "$status"
	rm -r "$M/proc/cmdline" "$M/proc/iomem"
	ln -s iomem "$M/proc/iomem"
	ln -s /proc/cmdline "$M/proc/cmdline"
	copy status --json
	[[ $status =~ ^[0-6]$ ]] || fail "$status $stderr"
	wrote status "$status"
}

@test "a configuration that only a shell could read is said and not run" {
	mkdir -p "$M/etc/default"
	cat >"$M/etc/default/kdump-tools" <<-END
		USE_KDUMP=1
		KDUMP_KERNEL=\$(touch $BATS_TEST_TMPDIR/was-run; echo /boot/vmlinuz)
		KDUMP_CMDLINE_APPEND="reset_devices \`touch $BATS_TEST_TMPDIR/was-run\`"
	END
	sed -i 's/^ID=.*/ID=debian/' "$M/etc/os-release"
	copy status --json
	wrote status 3
	field '[.status.findings[] | select(.id == "config-not-understood")] | length' 1
	field .status.configured.kernel "\"$KERNEL\""
	assert [ ! -e "$BATS_TEST_TMPDIR/was-run" ]
	head -c 2000000 /dev/zero >"$M/etc/default/kdump-tools"
	copy status --json
	wrote status 1
	field .error.id '"config-unreadable"'
}

@test "a hundred words, long words, and control characters on the command line" {
	python3 -c 'print("crashkernel=1M " * 100)' >"$M/proc/cmdline"
	copy status --json
	[[ $status =~ ^[0-6]$ ]] || fail "$status $stderr"
	wrote status "$status"
	python3 -c 'print("crashkernel=" + "9" * 4000)' >"$M/proc/cmdline"
	copy explain --json
	[[ $status =~ ^[01]$ ]] || fail "$status $stderr"
	wrote explain "$status"
	printf 'crashkernel=\033[31m,\n' >"$M/proc/cmdline"
	copy explain
	assert_equal "$status" 1
	refute_output --partial $'\033'
	refute [ "${stderr/$'\033'/}" != "$stderr" ]
}
