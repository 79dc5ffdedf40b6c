# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# The verdict on machines that real kernels showed, and on what may become of them.

load common

@test "main reserved, nothing loaded, on 6.1" {
	machine 6.1-main
	add_image
	copy status
	assert_equal "$status" 3
	assert_equal "${lines[0]}" "A panic now would be lost: no crash image is loaded."
	assert_line --regexp '^main +- 256 MiB +256 MiB +[0-9.]+ MiB 0x[0-9a-f]+-0x[0-9a-f]+$'
	assert_line --partial '[not-loaded]'
	assert_line '  → crashctl load'
	assert_equal "$stderr" ""
	copy status --json
	wrote status 3
	field .status.verdict '"not-loaded"'
	field .status.verdict_code 3
	field .status.release "\"$RELEASE_61\""
	field .status.arch '"x86_64"'
	field .status.loaded false
	field .status.image null
	field .status.pools.main.reserved 268435456
	field .status.pools.main.booted 268435456
	field .status.pools.main.configured null
	field .status.pools.cma.reserved 0
	field '.status.pools.main.ranges | length' 1
	field '.status.pools.main.ranges[0] | .end - .start + 1' 268435456
}

@test "main and cma on 7.2: both sizes and the range of cma" {
	machine 7.2-main-cma
	add_image
	copy status
	assert_equal "$status" 3
	assert_line --regexp '^main +- 256 MiB +256 MiB '
	assert_line --regexp '^cma +- 512 MiB +512 MiB .* 0x4e000000-0x6dffffff$'
	copy status --json
	wrote status 3
	field .status.pools.cma.reserved 536870912
	field .status.pools.cma.booted 536870912
	field '.status.pools.cma.ranges' '[{"start":1308622848,"end":1845493759}]'
	field '.status.pools.main.needed < .status.pools.main.reserved' true
}

@test "high and low on 7.2" {
	machine 7.2-high-low
	add_image
	copy status --json
	wrote status 3
	field .status.pools.main.reserved 268435456
	field '.status.pools.main.ranges[0].start >= 4294967296' true
	field .status.pools.low.reserved 134217728
	field '.status.pools.low.ranges[0].end < 4294967296' true
}

@test "high and low on arm64, whose kernel has no kexec_file_load" {
	machine 7.2-arm64
	copy status --json
	wrote status 3
	field .status.arch '"aarch64"'
	field .status.pools.main.reserved 201326592
	field '.status.pools.main.ranges[0].start' 5156896768
	field .status.pools.low.reserved 67108864
	field '.status.pools.low.ranges' '[{"start":4160749568,"end":4227858431}]'
	field '[.status.findings[].id]' '["not-loaded","no-kernel"]'
}

@test "nothing reserved: 4" {
	machine 7.2-none
	copy status
	assert_equal "$status" 4
	assert_line --partial '[not-reserved]'
	copy status --json
	wrote status 4
	field .status.verdict '"not-reserved"'
	field .status.pools.main.reserved 0
}

@test "a kernel without kexec: 5" {
	machine 7.2-nokexec
	copy status
	assert_equal "$status" 5
	assert_line --partial 'built without kexec'
	copy status --json
	wrote status 5
	field .status.verdict '"impossible"'
}

@test "loading is locked before a load: 5, and the sysctl is named" {
	machine 7.2-main-cma
	echo 1 >"$M/proc/sys/kernel/kexec_load_disabled"
	copy status
	assert_equal "$status" 5
	assert_output --partial kernel.kexec_load_disabled
}

@test "loading is locked after a load: captured, and frozen" {
	machine 7.2-main-cma
	add_image
	live load
	assert_equal "$status" 0
	echo 1 >"$M/proc/sys/kernel/kexec_load_disabled"
	live status
	assert_equal "$status" 0
	assert_line --partial '[frozen]'
	live status --json
	wrote status 0
	field .status.frozen true
	field '.status.findings[0] | [.id, .severity]' '["frozen","note"]'
	live status --strict
	assert_equal "$status" 2
}

@test "loaded by something else: captured, foreign" {
	machine 7.2-main-cma
	add_image
	echo 1 >"$M/sys/kernel/kexec/crash_loaded"
	copy status --json
	wrote status 0
	field .status.freshness '"foreign"'
	field .status.image null
	field '.status.findings | map(.id) | contains(["foreign-image"])' true
}

@test "loaded here: captured and fresh; a new initramfs makes it stale: 2" {
	machine 7.2-main-cma
	add_image
	live load
	live status --json
	wrote status 0
	field .status.verdict '"captured"'
	field .status.freshness '"fresh"'
	field .status.image.kernel "\"$KERNEL\""
	field .status.image.initramfs "\"$INITRAMFS\""
	field '.status.image.cmdline | contains("crashkernel")' false
	field '.status.image.loaded_at > 0' true
	live status --strict
	assert_equal "$status" 0
	mkimage initramfs "$M$INITRAMFS" --files 5
	live status --json
	wrote status 2
	field .status.verdict '"degraded"'
	field .status.freshness '"stale"'
	field '.status.findings[0].id' '"stale-initramfs"'
	live status
	assert_line '  → crashctl reload'
}

@test "the reservation is too small for what is loaded: 2" {
	machine 6.1-main
	add_image
	live load
	assert_equal "$status" 0
	# 64 MiB from the same address on: loaded, and out of memory when it runs.
	echo 67108864 >"$M/sys/kernel/kexec_crash_size"
	sed -i 's/-7dffffff : Crash kernel/-71ffffff : Crash kernel/' "$M/proc/iomem"
	live status --json
	wrote status 2
	field '.status.findings | map(.id) | contains(["too-small"])' true
}

@test "an ordinary user sees the verdict, and null for what is hidden" {
	machine 7.2-unprivileged
	copy status --json
	wrote status 3
	field .status.pools.main.reserved 268435456
	field .status.pools.main.ranges null
	field '.status.findings | map(.id) | contains(["addresses-hidden"])' true
	copy status
	assert_line --regexp '^main .* hidden$'
}

@test "what decides it is not to be seen: 6" {
	machine 7.2-main-cma
	rm -r "$M/sys"
	copy status --json
	wrote status 6
	field .status.verdict '"unknown"'
	field .status.loaded null
	# /proc/iomem shows the region; what is loaded stands in /sys alone.
	field .status.pools.main.reserved 268435456
	field .status.pools.cma.reserved null
	field .status.pools.cma.ranges null
	copy status
	assert_equal "$status" 6
}

@test "an image that is missing is told with where it was looked for" {
	machine 7.2-main-cma
	copy status
	assert_equal "$status" 3
	assert_line --partial '[no-kernel]'
	assert_line --partial "$KERNEL"
	copy status --json
	wrote status 3
	field .status.pools.main.needed null
}

@test "quiet is the exit code alone; json is written all the same" {
	machine 7.2-none
	copy status -q
	assert_equal "$status" 4
	assert_equal "$output$stderr" ""
	copy status -q --json
	wrote status 4
}

@test "paths that could steer a terminal are shown escaped, and whole in JSON" {
	machine 7.2-main-cma
	add_image
	name=$'/boot/\e[31mred\x9b'
	cp "$M$KERNEL" "$M$name"
	copy estimate --kernel "$name"
	assert_equal "$status" 0
	assert_line --partial '/boot/\x1b[31mred\x9b'
	copy estimate --kernel "$name" --json
	wrote estimate 0
	field .estimate.kernel '"/boot/\u001b[31mred�"'
	copy estimate --kernel "$name-"
	failed 1 '/boot/\\x1b\[31mred\\x9b-: '
}

@test "no colour where standard output is no terminal, nor with NO_COLOR on one" {
	machine 7.2-none
	TERM=xterm copy status
	refute_output --partial $'\e['
	run script -qec "TERM=xterm $CRASHCTL -R $M status" /dev/null
	assert_output --partial $'\e[31m'
	run script -qec "NO_COLOR=1 TERM=xterm $CRASHCTL -R $M status" /dev/null
	refute_output --partial $'\e['
}

# another_load HOTPLUG: as another tool leaves it; the record of ours stays.
another_load()
{
	for kind in cpu memory; do
		echo "$1" >"$M/sys/devices/system/$kind/crash_hotplug"
	done
}

@test "memory that comes makes it stale where the kernel does not keep it current" {
	machine 6.1-main
	add_image
	live load
	assert_equal "$status" 0
	live status --json
	wrote status 0
	field .status.freshness '"fresh"'
	field .status.image.syscall '"file"'
	field '.status.image.version | test("^[0-9.]+")' true
	echo "100000000-107ffffff : System RAM" >>"$M/proc/iomem"
	live status --json
	wrote status 2
	field .status.freshness '"stale"'
	field '.status.findings[0] | [.id, .advice]' '["memory-changed","crashctl reload"]'
	# An ordinary user cannot compare, and is not alarmed.
	cp "$M/proc/iomem" "$BATS_TEST_TMPDIR/iomem"
	sed -i -E 's/[0-9a-f]+-[0-9a-f]+ :/00000000-00000000 :/' "$M/proc/iomem"
	live status --json
	wrote status 0
	field .status.freshness '"unknown"'
	field '.status.findings | map(.id) | contains(["memory-not-compared"])' true
	cp "$BATS_TEST_TMPDIR/iomem" "$M/proc/iomem"
	live reload --if-stale --json
	wrote reload 0
	field .reload.skipped false
	live reload --if-stale --json
	wrote reload 0
	field .reload.skipped true
	# CPUs: 6.1 describes those that are present.
	echo 0-7 >"$M/sys/devices/system/cpu/present"
	live status --json
	wrote status 2
	field '.status.findings[0].id' '"cpus-changed"'
	live reload --if-stale --json
	wrote reload 0
	field .reload.skipped false
}

@test "the kernel keeps the image current: memory that comes changes nothing" {
	machine 7.2-main-cma
	add_image
	live load
	echo "100000000-107ffffff : System RAM" >>"$M/proc/iomem"
	echo 0-7 >"$M/sys/devices/system/cpu/present"
	live status --json
	wrote status 0
	field .status.freshness '"fresh"'
	live reload --if-stale --json
	wrote reload 0
	field .reload.skipped true
}

@test "another tool's load after ours is noticed by crash_hotplug or by the size" {
	machine 7.2-main-cma
	add_image
	live load
	another_load 0
	live status --json
	wrote status 0
	field .status.freshness '"foreign"'
	field .status.image null
	field '.status.findings[0] | [.id, (.text | test("in place of"))]' '["foreign-image",true]'
	live reload --json
	wrote reload 1
	field .error.id '"no-fallback"'
	another_load 1
	live status --json
	wrote status 0
	field .status.freshness '"fresh"'
}

@test "an update that replaced the running kernel's file is told" {
	machine 7.2-main-cma
	add_image
	build=$(sed 's/.*) #/#/' "$M/proc/version")
	mkimage kernel "$M$KERNEL" --release "$RELEASE" --build "$build"
	live load
	live status --json
	wrote status 0
	field '.status.findings | map(.id) | contains(["kernel-replaced"])' false
	mkimage kernel "$M$KERNEL" --release "$RELEASE" --build "#2 SMP other"
	live status --json
	wrote status 2
	field '.status.findings | map(.id)' '["stale-kernel","kernel-replaced"]'
	live reload
	live status --json
	wrote status 0
	field .status.freshness '"fresh"'
	field '.status.findings | map([.id, .severity])' '[["kernel-replaced","note"]]'
}

@test "nobody watches: told where an image of ours is loaded, and never a finding" {
	machine 7.2-main-cma
	add_image
	live status
	refute_line --regexp '^Watched:'
	live load
	live status --strict
	assert_equal "$status" 0
	assert_line 'Watched:    not running; after an update or new memory: crashctl reload --if-stale'
	live status --json
	wrote status 0
	field '.status.watch | [.running, .reloads, .failures]' '[false,0,0]'
	field '.status.watch | [.since, .last_at, .last_reason, .last_ms, .failed_id, .retry_at, .limited]' \
		'[null,null,null,null,null,null,null]'
	# Of a copy of a machine it is not known.
	copy status --json
	wrote status 0
	field '.status.watch | [.running, .since, .reloads, .failures, .limited]' \
		'[null,null,null,null,null]'
	copy status
	refute_line --regexp '^Watched:'
}

@test "a watcher: since when, how many reloads, the last one and why" {
	machine 7.2-main-cma
	add_image
	live load
	watched RELOADS=3 LAST_TIME=1767225500 LAST_REASON=initramfs LAST_MS=812
	watching status --strict
	assert_equal "$status" 0
	assert_line 'Watched:    running since 2025-12-31 23:50:00, 3 reloads, the last at 2025-12-31 23:58:20 because of initramfs in 812 ms'
	watching status --json
	wrote status 0
	field .status.watch '{"running":true,"since":1767225000,"reloads":3,"failures":0,"last_at":1767225500,"last_reason":"initramfs","last_ms":812,"failed_id":null,"retry_at":null,"limited":false}'
	# It was killed: what it did is true still, that it goes on is not.
	live status --json
	wrote status 0
	field '.status.watch | [.running, .since, .reloads, .limited]' '[false,null,3,null]'
	# The copy of a machine tells what was recorded.
	copy status --json
	wrote status 0
	field '.status.watch | [.running, .since, .reloads]' '[null,1767225000,3]'
	# Of another boot.
	echo another >"$M/proc/sys/kernel/random/boot_id"
	watching status --json
	wrote status 0
	field '.status.watch | [.running, .since, .reloads]' '[true,null,0]'
}

@test "a reload of the watcher that failed is a warning, until somebody mends it" {
	machine 7.2-main-cma
	add_image
	live load
	watched RELOADS=1 FAILURES=2 LAST_TIME=1767225100 LAST_REASON=memory LAST_MS=5 \
		FAILED_TIME=1767225600 FAILED_ID=signature-rejected \
		FAILED_TEXT="'kexec_file_load: no'" RETRY_TIME=1767225660 LIMITED=1
	watching status
	assert_equal "$status" 0
	assert_line 'Watched:    running since 2025-12-31 23:50:00, 1 reload at 2025-12-31 23:51:40 because of memory in 5 ms, 2 failed'
	assert_line "warning: the watcher's last reload failed at 2026-01-01 00:00:00 UTC and is tried again at 2026-01-01 00:01:00 UTC: kexec_file_load: no [watch-failed]"
	assert_line '  → crashctl reload tries it at once'
	assert_line --partial '[watch-limited]'
	watching status --json
	wrote status 0
	field '.status.watch | [.failures, .failed_id, .retry_at, .limited]' \
		'[2,"signature-rejected",1767225660,true]'
	watching status --strict
	assert_equal "$status" 2
	# What was loaded later mended it: the fake's clock stands at 2026.
	sed -i 's/^FAILED_TIME=.*/FAILED_TIME=1767225599/' "$M/run/crashctl/watch"
	watching status --json
	wrote status 0
	field '.status.watch | [.failures, .failed_id, .retry_at]' '[2,null,null]'
}

@test "what was unloaded on purpose is told as such, until something is loaded" {
	machine 7.2-main-cma
	add_image
	live load
	live unload
	assert_equal "$status" 0
	live status
	assert_equal "$status" 3
	assert_line 'note: the image was unloaded by crashctl unload at 2026-01-01 00:00:00 UTC [unloaded-on-purpose]'
	live load
	live status --strict
	assert_equal "$status" 0
}

@test "--ours: 0 where memory is reserved, or was asked for, and no other tool is enabled" {
	machine 7.2-main-cma
	live status --ours
	assert_equal "$status" 0
	assert_equal "$output$stderr" ""
	copy status --ours --json
	wrote status 0
	field .status.ours true
	field '.status | [.verdict, .pools, .watch, .findings, .boot]' '[null,null,null,null,null]'
	field .status.configured.owner null
	# Asked for, and nothing was set aside: a load is to fail of that.
	machine 7.2-none
	echo "root=/dev/vda1 crashkernel=256M" >"$M/proc/cmdline"
	live status --ours
	assert_equal "$status" 0
	# The whole status says it too.
	copy status --json
	wrote status 4
	field .status.ours true
}

@test "--ours: 1 and why where nothing is reserved, or another tool keeps the image" {
	machine 7.2-none
	live status --ours
	failed 1 '\[not-reserved\]'
	assert_regex "$stderr" 'crashctl reserve auto reserves it at the next boot \(--dry-run'
	live status --ours --json
	wrote status 1
	field '[.status.ours, .error.id]' '[false,"not-reserved"]'
	machine 7.2-main-cma
	mkdir -p "$M/etc/systemd/system/multi-user.target.wants" "$M/usr/sbin"
	echo >"$M/etc/systemd/system/multi-user.target.wants/kdump-tools.service"
	echo >"$M/usr/sbin/kdump-config"
	live status --ours --quiet
	failed 1 'kdump-tools is enabled.*\[other-owner\]'
	assert_regex "$stderr" 'systemctl disable --now kdump-tools'
	copy status --json
	wrote status 3
	field '[.status.ours, .status.configured.owner]' '[false,"kdump-tools"]'
	machine 7.2-nokexec
	live status --ours
	failed 1 '\[kexec-not-built-in\]'
	# Neither what is reserved nor the words can be seen.
	machine 7.2-main-cma
	rm -r "$M/sys" "$M/proc/iomem" "$M/proc/cmdline"
	copy status --ours --json
	wrote status 1
	field '[.status.ours, .error.id]' '[null,"reserved-not-known"]'
	copy status --ours --strict
	assert_equal "$status" 64
}

@test "--ours reads no image" {
	machine 7.2-main-cma
	add_image
	calls()
	{
		KD_FAKE_ROOT=$M KD_FAKE_CALLS=$BATS_TEST_TMPDIR/calls "$CRASHCTL" "$@" >/dev/null
		cat "$BATS_TEST_TMPDIR/calls"
	}
	mkimage initramfs "$M$INITRAMFS" --size 1000 --codec none
	small=$(calls status --ours) small_status=$(calls status || :)
	rm -r "$M/var/cache"
	mkimage initramfs "$M$INITRAMFS" --size 20000000 --codec none
	assert_equal "$(calls status --ours)" "$small"
	# As a status does, which shows that it would be noticed.
	assert [ "$(calls status || :)" -gt $((small_status + 10)) ]
}
