# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# Arguments, help, and standard output that cannot be written to.

load common

COMMANDS="status estimate reserve load reload unload watch rehearse test history facts explain"

setup()
{
	machine 7.2-main-cma
}

@test "global options stand before or after the command" {
	run --separate-stderr "$CRASHCTL" --json --sysroot "$M" status
	wrote status 3
	run --separate-stderr "$CRASHCTL" status --json --sysroot="$M"
	wrote status 3
	run --separate-stderr "$CRASHCTL" -q status -R "$M"
	assert_equal "$status" 3
	assert_equal "$output" ""
}

@test "the version is that of config.mk" {
	run "$CRASHCTL" --version
	assert_success
	assert_output "crashctl $(sed -n 's/^VERSION = //p' "$TOP/config.mk")"
	copy status --json
	wrote status 3
	field .version "$(sed -n 's/^VERSION = \(.*\)/"\1"/p' "$TOP/config.mk")"
}

@test "help lists every command, and each has its own" {
	run --separate-stderr "$CRASHCTL" --help
	assert_success
	assert_equal "$stderr" ""
	help=$output
	run "$CRASHCTL" -h
	assert_output "$help"
	run "$CRASHCTL" --list-commands
	assert_output "$(tr ' ' '\n' <<<"$COMMANDS")"
	for command in $COMMANDS; do
		assert_regex "$help" "
  $command +[a-z]"
		run --separate-stderr "$CRASHCTL" "$command" --help
		assert_success
		assert_line --index 0 --regexp "^Usage: crashctl $command "
		assert_equal "$stderr" ""
		run "$CRASHCTL" "$command" --usage
		assert_success
	done
	# As crashctl(8) and the completions have it.
	run "$CRASHCTL" reserve --help
	assert_line --regexp '--cma=SIZE\|auto '
	assert_line --regexp '--low=SIZE\|auto '
	run "$CRASHCTL" status --help
	assert_regex "$(tr -s '\n ' ' ' <<<"$output")" 'degraded \(too small, stale, or the dump would be lost\)'
}

@test "wrong arguments: 64, a reason, and one document where JSON is asked for" {
	for args in "" "frob" "--frob" "status --frob" "status extra" "reserve" \
		"reserve 1M 2M" "reserve 1M --live --config" "reserve --cma" \
		"reserve 1M --force nonsense" "reserve 1M --force ," "load extra" \
		"unload --dry-run" "estimate --kernel" "status --strict=1"; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr "$CRASHCTL" -R "$M" $args
		assert_equal "$args: $status" "$args: 64"
		assert_regex "$stderr" '^crashctl'
		assert_equal "$output" ""
	done
	run --separate-stderr "$CRASHCTL" frob --json
	wrote - 64
	field .error.id '"usage"'
	field .error.message '"frob: no such command"'
	run --separate-stderr "$CRASHCTL" status --frob --json
	wrote - 64
	run --separate-stderr "$CRASHCTL" reserve 1X --json
	wrote - 64
	field '.error.message | startswith("1X: ")' true
	copy reserve 1M --force nonsense --json
	wrote reserve 64
	field .error.id '"bad-force"'
}

@test "an unknown command is answered with the list of them" {
	run --separate-stderr "$CRASHCTL" frob
	assert_equal "$status" 64
	for command in $COMMANDS; do
		assert_regex "$stderr" "  $command +"
	done
}

@test "sizes that are none: 64" {
	for size in 1X "" M 1.5G 12Q "1 G" 0x 99999999999999999999G 18446744073709551616; do
		run --separate-stderr "$CRASHCTL" -R "$M" reserve "$size"
		assert_equal "$size: $status" "$size: 64"
		assert_regex "$stderr" "^crashctl reserve: $size: "
	done
	for size in -1 -1M; do
		run --separate-stderr "$CRASHCTL" -R "$M" reserve "$size"
		assert_equal "$status" 64
		run --separate-stderr "$CRASHCTL" -R "$M" reserve -- "$size"
		assert_equal "$status" 64
		run --separate-stderr "$CRASHCTL" -R "$M" reserve --cma "$size"
		assert_equal "$status" 64
	done
	for size in 100001K 1 17592186044416M 100T; do
		run --separate-stderr "$CRASHCTL" -R "$M" reserve "$size"
		assert_equal "$size: $status" "$size: 64"
	done
}

@test "a full disk and a closed standard output are failures" {
	for args in "-R $M status" "-R $M status --json" "--help" "--version" \
		"-R $M explain" "status --help"; do
		run sh -c "$CRASHCTL $args >/dev/full"
		assert_equal "$args: $status" "$args: 1"
		assert_output "crashctl: standard output: No space left on device"
		run sh -c "$CRASHCTL $args >&-"
		assert_equal "$args: $status" "$args: 1"
	done
	# With nothing to write there is nothing to fail.
	run sh -c "$CRASHCTL -R $M status -q >&-"
	assert_equal "$status" 3
}

@test "files do not take the place of a closed standard error" {
	add_image
	run sh -c "KD_FAKE_ROOT=$M $CRASHCTL -v load <&- >&- 2>&-"
	assert_equal "$status" 7
	run cat "$M/sys/kernel/kexec/crash_size" "$M/run/crashctl.lock" "$M/run/crashctl/loaded"
	refute_output --partial crashctl:
	refute_output --partial Loaded:
}

@test "-v says what is read and done, on standard error alone" {
	add_image
	live load --json
	plain=$output
	live -v load --json
	assert_equal "$stderr" "crashctl: loading $KERNEL with $INITRAMFS"
	assert_equal "$output" "$plain"
}

@test "a sysroot that is not there, or is no folder" {
	touch "$BATS_TEST_TMPDIR/file"
	for root in "$BATS_TEST_TMPDIR/none" "$BATS_TEST_TMPDIR/file" ""; do
		M=$root
		copy status
		failed 1 .
		copy status --json
		wrote status 1
		field .error.id '"root-unusable"'
		field .status.verdict null
	done
}
