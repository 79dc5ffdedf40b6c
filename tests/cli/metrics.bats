# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# status --openmetrics: what is written, and that Prometheus' own reader takes it.

load common

# The package is never installed: its scripts would start a server here.
promtool()
{
	local tool

	"$TOP/tests/vm/fetch" prometheus >"$BATS_TEST_TMPDIR/fetch" 2>&1 ||
		skip "no promtool: $(tail -n 1 "$BATS_TEST_TMPDIR/fetch")"
	tool=$("$TOP/tests/vm/fetch" --path prometheus)/usr/bin/promtool
	run "$tool" check metrics
}

# value NAME[{LABELS}] VALUE, of the last run
value()
{
	assert_equal "$1 $(grep -F -- "$1 " <<<"$output" | grep -v '^#' | cut -d ' ' -f 2)" "$1 $2"
}

@test "every metric, on a machine that is watched" {
	machine 7.2-main-cma
	add_image
	live load
	watched RELOADS=3 FAILURES=1 LAST_TIME=1767225500 LAST_REASON=memory LAST_MS=1062
	watching status --openmetrics
	assert_equal "$status" 0
	assert_equal "$stderr" ""
	value 'crashctl_build_info{version="'"$("$CRASHCTL" --version | cut -d ' ' -f 2)"'"}' 1
	value crashctl_verdict_code 0
	value crashctl_loaded 1
	value crashctl_stale 0
	value 'crashctl_reserved_bytes{pool="main"}' 268435456
	value 'crashctl_reserved_bytes{pool="low"}' 0
	value 'crashctl_reserved_bytes{pool="cma"}' 536870912
	assert_line --regexp '^crashctl_needed_bytes\{pool="main"\} [1-9][0-9]+$'
	value crashctl_watch_running 1
	value crashctl_watch_reloads_total 3
	value crashctl_watch_reload_failures_total 1
	value crashctl_watch_last_reload_timestamp_seconds 1767225500
	value crashctl_watch_last_reload_duration_seconds 1.062
	# Nothing else, each with its help and its type.
	assert_equal "$(grep -vc '^#' <<<"$output")" 15
	assert_equal "$(grep -c '^# HELP' <<<"$output")" 11
	assert_equal "$(grep -c '^# TYPE' <<<"$output")" 11
	mkimage initramfs "$M$INITRAMFS" --files 5
	watching status --openmetrics -q
	assert_equal "$status" 2
	value crashctl_verdict_code 2
	value crashctl_stale 1
}

@test "what is not known is left out, and the exit code is that of the verdict" {
	machine 7.2-none
	copy status --openmetrics
	assert_equal "$status" 4
	value crashctl_verdict_code 4
	value crashctl_loaded 0
	value 'crashctl_reserved_bytes{pool="main"}' 0
	for name in stale needed watch; do
		refute_output --partial "crashctl_$name"
	done
	machine 7.2-main-cma
	rm -r "$M/sys" "$M/proc/iomem"
	copy status --openmetrics
	assert_equal "$status" 6
	value crashctl_verdict_code 6
	refute_output --partial crashctl_loaded
	refute_output --partial crashctl_reserved
	# Nothing could be found out: nothing is written, and a file of before is left alone.
	copy -R "$M/nowhere" status --openmetrics
	failed 1 'root-unusable'
	assert_equal "$output" ""
}

@test "not together with --json or --ours" {
	machine 7.2-none
	copy status --openmetrics --ours
	assert_equal "$status" 64
	copy status --openmetrics --json
	wrote - 64
	field .error.id '"usage"'
}

@test "promtool finds nothing, and would" {
	machine 7.2-main-cma
	add_image
	live load
	watched RELOADS=3 FAILURES=1 LAST_TIME=1767225500 LAST_REASON=memory LAST_MS=1062
	watching status --openmetrics
	good=$output
	promtool <<<"$good"
	assert_success
	assert_output ""
	copy status --openmetrics
	promtool <<<"$output"
	assert_success
	assert_output ""
	promtool <<<"${good//reloads_total/reloads}"
	assert_failure
	assert_output --partial '_total'
	promtool <<<"${good/ gauge/ info}"
	assert_failure
	assert_output --partial 'unknown metric type'
}
