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
