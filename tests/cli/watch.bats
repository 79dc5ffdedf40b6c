# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# The watcher on the fake kernel: what it hears, does, says, and how it ends.
#
# shellcheck disable=SC2154 # set by common.bash

load common

setup()
{
	machine 7.2-main-cma
	add_image
	UEVENTS=$BATS_TEST_TMPDIR/uevents
	mkfifo "$UEVENTS"
	SAID=$BATS_TEST_TMPDIR/said
	ERR=$BATS_TEST_TMPDIR/err
}

teardown()
{
	[[ -z ${WATCHER:-} ]] || kill -KILL "$WATCHER" 2>/dev/null || :
}

# On a clock that goes on by itself; in place of the shell that it is called in.
watching()
{
	exec env KD_FAKE_ROOT="$M" KD_FAKE_CLOCK=real KD_FAKE_UEVENTS="$UEVENTS" "$@"
}

# in_time COMMAND...: the same, for one that ends
in_time()
{
	watching timeout 20 "$@"
}

# In the background, until it has looked for the first time.
watch()
{
	: >"$SAID"
	watching "$CRASHCTL" watch --settle 0.05 --at-most 0.2 --json >"$SAID" 2>"$ERR" 3>&- &
	WATCHER=$! SEEN=0
	soon said 1
}

# soon COMMAND...: it comes to succeed
soon()
{
	for _ in $(seq 200); do
		"$@" && return
		sleep 0.05
	done
	echo "never: $*"
	cat "$SAID" "$ERR"
	return 1
}

# said COUNT: so many decisions were told
said()
{
	DECISION=
	[[ $(wc -l <"$SAID") -ge $1 ]]
}

# last FILTER VALUE: of the last decision; of the one that was waited for, behind decided,
# for on a busy machine the next one may be there by then
last()
{
	assert_equal "$(jq -c "$1" <<<"${DECISION:-$(tail -n 1 "$SAID")}")" "$2" || {
		cat "$SAID" "$ERR"
		return 1
	}
}

# decided REASON: by one behind that which was waited for before, of which more may follow
decided()
{
	local at

	at=$(jq -r .watch.reason "$SAID" |
		awk -v seen="$SEEN" -v reason="$1" 'NR > seen && $0 == reason { print NR; exit }')
	[ -n "$at" ] || return 1
	SEEN=$at
	DECISION=$(sed -n "${at}p" "$SAID")
}

event()
{
	printf '%s\n' "$*" >"$UEVENTS"
}

# ends CODE [SIGNAL]: all that it said is valid, and it ends with that
ends()
{
	local code=0

	kill -"${2:-TERM}" "$WATCHER"
	wait "$WATCHER" || code=$?
	WATCHER=
	assert_equal "$code" "$1"
	while read -r line; do
		"$TOP/tests/cli/validate" watch <<<"$line"
	done <"$SAID"
}

loaded()
{
	assert_equal "$(cat "$M"/sys/kernel/kexec{/,_}crash_loaded 2>/dev/null | head -n 1)" "$1"
}

@test "nothing is loaded: it loads, once, and is told so" {
	watch
	last .watch.choice '"load"'
	last .watch.reason '"not-loaded"'
	last .watch.outcome '"loaded"'
	last .watch.verdict '"captured"'
	last .watch.loads 1
	loaded 1
	ends 0
	loaded 1
	assert_equal "$(cat "$ERR")" ""
}

@test "a replaced initramfs is loaded, the same one is not" {
	live load
	watch
	last .watch.choice '"keep"'
	mkimage initramfs "$M$INITRAMFS.new" --files 5
	mv "$M$INITRAMFS.new" "$M$INITRAMFS"
	soon decided initramfs
	last .watch.outcome '"loaded"'
	last '.watch.events.initramfs > 0' true
	cp "$M$INITRAMFS" "$M$INITRAMFS.new"
	mv "$M$INITRAMFS.new" "$M$INITRAMFS"
	soon said 3
	last .watch.choice '"keep"'
	last .watch.loads 1
	ends 0
}

@test "garbage is refused before the good one is touched, and tried again" {
	live load
	watch
	echo garbage >"$M$INITRAMFS"
	soon grep -q '"error"' "$SAID"
	last .watch.choice '"load"'
	last .watch.outcome null
	last '.watch.retry_at > 0' true
	last .watch.failures 1
	loaded 1
	grep -qF "crashctl: $INITRAMFS: " "$ERR"
	mkimage initramfs "$M$INITRAMFS" --files 2
	soon grep -q '"outcome":"loaded"' "$SAID"
	last .error null
	last .watch.retry_at null
	ends 0
}

@test "hotplug is left to a kernel that sees to it, a burst is looked at once" {
	live load
	watch
	for n in 1 2 3 4 5; do
		event memory online "memory$n"
	done
	soon said 2
	last .watch.reason '"kernel-updates"'
	last .watch.events.memory 5
	event lost
	soon said 3
	last .watch.events.unknown 1
	ends 0
}

# More memory than there was, and a kernel that does not tell the image.
memory_comes()
{
	printf '200000000-27fffffff : System RAM\n' >>"$M/proc/iomem"
	event memory online memory64
}

@test "memory came and the files are of no use: what is loaded is loaded again, from its copy" {
	machine 6.1-main
	add_image
	live load
	watch
	rm "$M$INITRAMFS"
	soon decided gone
	memory_comes
	soon decided memory
	last .watch.choice '"load-copy"'
	last .watch.outcome '"loaded"'
	last .error null
	soon decided gone
	echo garbage >"$M$INITRAMFS"
	soon decided initramfs
	last .error.id '"initramfs-broken"'
	printf '280000000-2ffffffff : System RAM\n' >>"$M/proc/iomem"
	event memory online memory80
	soon decided memory
	last .watch.loads 2
	# That the file is of no use is not forgotten over it.
	soon decided initramfs
	last .error.id '"initramfs-broken"'
	loaded 1
	rm -r "$M/var/lib/crashctl"
	printf '300000000-37fffffff : System RAM\n' >>"$M/proc/iomem"
	event memory online memory96
	soon decided memory
	last .error.id '"initramfs-broken"'
	last .watch.outcome '"untouched"'
	loaded 1
	ends 0
}

# Nor can root, where the new text would have to stand.
@test "what cannot be recorded is recorded later, and not loaded for ever" {
	machine 6.1-main
	add_image
	live load
	watch
	mkdir -p "$M/run/crashctl/.loaded.new"
	mkimage initramfs "$M$INITRAMFS" --files 5
	soon grep -q 'not recorded' "$SAID"
	soon grep -q '"id":"record-not-written"' "$SAID"
	last .watch.loads 1
	loaded 1
	sleep 1
	last .watch.loads 1
	rmdir "$M/run/crashctl/.loaded.new"
	kill -HUP "$WATCHER"
	soon decided fresh
	last .error null
	live status --json
	wrote status 0
	field .status.freshness '"fresh"'
	ends 0
}

@test "nothing can be loaded from the files: the last good image is better than none" {
	live load
	live unload
	rm "$M/run/crashctl/unloaded"
	echo garbage >"$M$INITRAMFS"
	watch
	soon decided not-loaded
	last .watch.choice '"load-copy"'
	last .watch.outcome '"loaded"'
	loaded 1
	soon decided initramfs
	last .error.id '"initramfs-broken"'
	rm -r "$M/var/lib/crashctl"
	live unload
	rm "$M/run/crashctl/unloaded"
	kill -HUP "$WATCHER"
	soon decided not-loaded
	last .error.id '"initramfs-broken"'
	ends 0
}

@test "a user who locks the file for reading keeps no watcher out" {
	live load
	watch
	ends 0
	exec 9<"$M/run/crashctl/watch.lock"
	python3 -c 'import fcntl, struct
fcntl.fcntl(9, 37, struct.pack("hhqqi", fcntl.F_RDLCK, 0, 0, 0, 0))'
	watch
	last .watch.choice '"keep"'
	run --separate-stderr in_time "$CRASHCTL" watch
	failed 1 already-watched
	ends 0
	exec 9<&-
}

@test "a change of the configuration is followed" {
	live load
	watch
	mkdir -p "$M/etc/crashctl.conf.d"
	echo 'append-more = one.more=1' >"$M/etc/crashctl.conf.d/a.conf"
	soon decided configuration
	last .watch.outcome '"loaded"'
	live status --json
	wrote status 0
	field '.status.image.cmdline | contains("one.more=1")' true
	ends 0
}

@test "what was named at the load is named again" {
	mkimage kernel "$M/boot/other" --release 7.2.99
	live load --kernel /boot/other --append "one two"
	watch
	last .watch.reason '"kernel-updates"'
	mkimage initramfs "$M$INITRAMFS" --files 5
	soon decided initramfs
	live status --json
	wrote status 0
	field .status.image.kernel '"/boot/other"'
	field '.status.image.cmdline | contains("one two")' true
	# And is followed.
	mkimage kernel "$M/boot/other" --release 7.2.98
	soon decided kernel
	ends 0
}

@test "unloaded on purpose stays so, until something is loaded again" {
	live load
	watch
	live unload
	assert_equal "$status" 0
	soon decided unloaded-on-purpose
	kill -HUP "$WATCHER"
	soon said 3
	last .watch.reason '"unloaded-on-purpose"'
	loaded 0
	live load
	soon decided kernel-updates
	last .watch.loads 0
	ends 0 INT
}

@test "one watcher on a machine; --once beside it has nothing to do" {
	live load
	watch
	run --separate-stderr in_time "$CRASHCTL" watch
	failed 1 already-watched
	run --separate-stderr in_time "$CRASHCTL" watch --json
	wrote - 1
	field .error.id '"already-watched"'
	run --separate-stderr in_time "$CRASHCTL" watch --once
	assert_equal "$status" 0
	ends 0
	# And its lock goes with it.
	run --separate-stderr in_time "$CRASHCTL" watch --once --settle 0.01 --at-most 0.01
	assert_equal "$status" 0
}

@test "--once waits for the burst, does what is to be done, and ends" {
	run --separate-stderr in_time "$CRASHCTL" watch --once --settle 0.05 --json
	wrote watch 0
	field .watch.outcome '"loaded"'
	run --separate-stderr in_time "$CRASHCTL" watch --once --settle 0.05
	assert_equal "$status $output" "0 "
	echo garbage >"$M$INITRAMFS"
	run --separate-stderr in_time "$CRASHCTL" watch --once --settle 0.05
	failed 1 initramfs-broken
	assert_line --partial "tried again"
	loaded 1
	mkimage initramfs "$M$INITRAMFS" --files 2
	run --separate-stderr in_time "$CRASHCTL" watch --once --settle 0.05
	assert_equal "$status" 0
	assert_regex "$output" '^Loaded in [0-9.]+ s: the initramfs was replaced'
}

@test "-v tells each event and decision, -q only what fails" {
	live load
	: >"$SAID"
	watching "$CRASHCTL" watch -v --settle 0.05 >"$SAID" 2>"$ERR" 3>&- &
	WATCHER=$!
	soon grep -q '^Kept: ' "$SAID"
	event cpu add cpu7
	soon grep -q 'cpu7 add' "$ERR"
	soon grep -q '^Kept: .*(1 cpu)$' "$SAID"
	kill "$WATCHER"
	wait "$WATCHER"
	watching "$CRASHCTL" watch -q --settle 0.05 --at-most 0.05 >"$SAID" 2>"$ERR" 3>&- &
	WATCHER=$!
	mkimage initramfs "$M$INITRAMFS" --files 2
	soon test -s "$M/run/crashctl/watch"
	soon grep -q RELOADS=1 "$M/run/crashctl/watch"
	kill "$WATCHER"
	wait "$WATCHER"
	WATCHER=
	assert_equal "$(cat "$SAID" "$ERR")" ""
}

@test "a service manager hears when it is ready, what came of it, and that it lives" {
	command -v python3 >/dev/null
	python3 - "$BATS_TEST_TMPDIR/notify" >"$BATS_TEST_TMPDIR/heard" <<-'END' 3>&- &
	import socket, sys
	s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
	s.bind(sys.argv[1])
	s.settimeout(20)
	while True:
	    text = s.recv(4096).decode()
	    print(text, flush=True)
	    if "STOPPING=1" in text:
	        break
	END
	soon test -S "$BATS_TEST_TMPDIR/notify"
	NOTIFY_SOCKET=$BATS_TEST_TMPDIR/notify WATCHDOG_USEC=400000 watch
	soon grep -q '^READY=1' "$BATS_TEST_TMPDIR/heard"
	grep -q '^STATUS=A panic now would be captured' "$BATS_TEST_TMPDIR/heard"
	before=$(grep -c WATCHDOG=1 "$BATS_TEST_TMPDIR/heard")
	sleep 1
	[[ $(grep -c WATCHDOG=1 "$BATS_TEST_TMPDIR/heard") -ge $((before + 3)) ]]
	ends 0
	soon grep -q STOPPING=1 "$BATS_TEST_TMPDIR/heard"
	wait
}

@test "whoever reads it may go away" {
	live load
	watching "$CRASHCTL" watch --json --settle 0.05 --at-most 0.05 2>"$ERR" 3>&- \
		> >(head -n 1 >"$SAID") &
	WATCHER=$!
	soon said 1
	mkimage initramfs "$M$INITRAMFS" --files 2
	soon grep -q RELOADS=1 "$M/run/crashctl/watch"
	kill -0 "$WATCHER"
	code=0
	kill "$WATCHER"
	wait "$WATCHER" || code=$?
	WATCHER=
	# It could not say what it did.
	assert_equal "$code" 7
}

@test "wrong times, another root, an unknown identifier" {
	for times in "--settle 0" "--settle x" "--at-most 3601" "--settle 2 --at-most 1" \
		"--settle 1s" "--at-most nan" "--settle -1"; do
		# shellcheck disable=SC2086 # options and their arguments
		live watch $times
		assert_equal "$times: $status" "$times: 64"
	done
	copy watch
	failed 1 sysroot
	copy watch --once --json
	wrote - 1
	live watch --once --settle 0.01 --force nonsense
	assert_equal "$status" 1
	assert_regex "$stderr" bad-force
}
