# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
#
# Helpers of all tests here.  A test works on copies of machines below its own
# folder: with -R, or live on the fake kernel (tests/fake/fake.h) that
# build/dev/test/crashctl is linked with.  Nothing else is ever run live.
#
# shellcheck shell=bash disable=SC2034,SC2154 # run sets, and the tests read

bats_require_minimum_version 1.5.0
bats_load_library bats-support
bats_load_library bats-assert

TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
if [[ -z ${CRASHCTL:-} ]]; then
	CRASHCTL=$TOP/build/dev/test/crashctl
	[[ -x $CRASHCTL ]] || CRASHCTL=$TOP/build/test/crashctl
fi
RELEASE_72=7.2.12+deb13-cloud-amd64
RELEASE_61=6.1.0-50-cloud-amd64

grep -q KD_FAKE_ROOT "$CRASHCTL" || {
	echo "$CRASHCTL does not run on the fake kernel: these tests refuse it" >&2
	exit 1
}

# machine NAME: $M is a copy of tests/machines/NAME, to be changed at will.
machine()
{
	M=$BATS_TEST_TMPDIR/machine
	rm -rf "$M"
	cp -r "$TOP/tests/machines/$1" "$M"
	chmod -R u+w "$M"
	mkdir -p "$M/run" "$M/boot" "$M/var/lib/kdump"
	# Each boot has its own; records of another one are not believed.
	mkdir -p "$M/proc/sys/kernel/random"
	echo 0f5d9c1e-7a49-4cc5-9d3e-0123456789ab >"$M/proc/sys/kernel/random/boot_id"
	RELEASE=$(cat "$M/proc/sys/kernel/osrelease")
	KERNEL=/boot/vmlinuz-$RELEASE
	INITRAMFS=/var/lib/kdump/initrd.img-$RELEASE
}

mkimage()
{
	"$TOP/tests/cli/mkimage" "$@"
}

# A kernel and an initramfs where Debian's tools put them.
add_image()
{
	mkimage kernel "$M$KERNEL" --release "$RELEASE"
	mkimage initramfs "$M$INITRAMFS"
}

# The machine from outside.
copy()
{
	run --separate-stderr "$CRASHCTL" -R "$M" "$@"
}

# The machine as the one that this runs on.
live()
{
	run --separate-stderr env KD_FAKE_ROOT="$M" "$CRASHCTL" "$@"
}

# wrote COMMAND CODE: the last run wrote one valid document for COMMAND and
# ended with CODE; it can then be asked by `field'.
wrote()
{
	assert_equal "$status" "$2"
	printf '%s\n' "$output" >"$BATS_TEST_TMPDIR/json"
	"$TOP/tests/cli/validate" "$1" <"$BATS_TEST_TMPDIR/json"
}

# field EXPRESSION VALUE, of the document.
field()
{
	assert_equal "$(jq -c "$1" "$BATS_TEST_TMPDIR/json")" "$2"
}

# failed CODE PATTERN: one error, on standard error, and nothing but it.
failed()
{
	assert_equal "$status" "$1"
	assert_regex "$stderr" "$2"
	assert_equal "$(grep -c '^crashctl' <<<"$stderr")" 1
}

# What is in a folder: names, kinds, contents.
digest()
{
	(
		cd "$1" || exit 1
		find . -printf '%p %y %m %l\n' | LC_ALL=C sort
		find . -type f -size -1M -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
	) | sha256sum
}

remember()
{
	BEFORE=$(digest "$M")
}

unchanged()
{
	assert_equal "$(digest "$M")" "$BEFORE"
}

# watched KEY=VALUE...: a watcher of this boot has left that, beside what is 0 and empty.
watched()
{
	mkdir -p "$M/run/crashctl"
	{
		echo BOOT_ID=0f5d9c1e-7a49-4cc5-9d3e-0123456789ab
		printf '%s\n' SINCE=1767225000 RELOADS=0 FAILURES=0 LAST_TIME=0 LAST_REASON= LAST_MS=0 \
			FAILED_TIME=0 FAILED_ID= FAILED_TEXT= RETRY_TIME=0 LIMITED=0 "$@"
	} >"$M/run/crashctl/watch"
}

# watching COMMAND...: while somebody holds the watcher's lock.
watching()
{
	cat >"$BATS_TEST_TMPDIR/hold" <<-'END'
		import fcntl, struct, subprocess, sys
		lock = open(sys.argv[1], "w")
		fcntl.fcntl(lock, fcntl.F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))
		sys.exit(subprocess.run(sys.argv[2:]).returncode)
	END
	mkdir -p "$M/run/crashctl"
	run --separate-stderr python3 "$BATS_TEST_TMPDIR/hold" "$M/run/crashctl/watch.lock" \
		env KD_FAKE_ROOT="$M" "$CRASHCTL" "$@"
}
