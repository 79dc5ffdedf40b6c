# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# How much is needed, of which the figures themselves are tested in tests/unit.

load common

@test "parts, limits, needs and whether it is enough" {
	machine 7.2-main-cma
	add_image
	copy estimate
	assert_equal "$status" 0
	assert_equal "$stderr" ""
	assert_line --partial "$KERNEL ($RELEASE_72)"
	assert_line --partial "$INITRAMFS"
	assert_line --regexp '^kernel, while it unpacks itself +60 MiB exact$'
	assert_line --regexp '^load: the image in one piece '
	assert_line --regexp '^main +[0-9]+ MiB +256 MiB$'
	assert_line "What is reserved is enough."
	copy estimate --json
	wrote estimate 0
	field .estimate.enough true
	field .estimate.reserved '{"main":268435456,"low":0,"cma":536870912}'
	field '.estimate.image.initramfs_size' "$(stat -c %s "$M$INITRAMFS")"
	field '.estimate.image.kernel_size' "$(stat -c %s "$M$KERNEL")"
	# Three files of 100000 bytes are 25 pages each.
	field '.estimate.image.initramfs_unpacked' $((3 * 25 * 4096))
	field '.estimate.needed.main_with_cma < .estimate.needed.main' true
	field '[.estimate.needed[] % 1048576] | add' 0
}

@test "each wall is the sum of its parts" {
	machine 7.2-main-cma
	add_image
	copy estimate --append rootfstype=tmpfs --json
	wrote estimate 0
	for wall in load tmpfs run dump; do
		field "[.estimate.parts[] | .bytes * .factors.$wall] | add" \
			"$(jq ".estimate.walls.$wall" "$BATS_TEST_TMPDIR/json")"
	done
	field '.estimate as $e | [$e.walls | keys[] as $w | .[$w] + $e.margins[$w]] | max ==
		$e.walls[$e.binding_wall] + $e.margins[$e.binding_wall]' true
	field '[.estimate.parts[] | select(.low > .bytes or .bytes > .high)]' '[]'
}

@test "a command line that lifts the limit of tmpfs takes that wall away" {
	machine 7.2-main-cma
	add_image
	copy estimate --append rootfstype=ramfs --json
	wrote estimate 0
	field .estimate.walls.tmpfs null
	field '.estimate.cmdline | contains("rootfstype=ramfs")' true
}

@test "--explain shows spread and source" {
	machine 7.2-main-cma
	add_image
	copy estimate --explain
	assert_equal "$status" 0
	assert_line --regexp '^PART +SIZE +BASIS +COUNTS AT$'
	assert_line --regexp '^initramfs unpacked +300 KiB +exact +run dump$'
	assert_line --regexp 'standard deviation [0-9.]+ KiB'
	assert_line --regexp '^ +sections .*: [0-9]+ sections x 128 MiB / 4 KiB x 64$'
}

@test "--check: 0, 2 and 4" {
	machine 7.2-main-cma
	add_image
	copy estimate --check -q
	assert_equal "$status" 0
	machine 6.1-main
	add_image
	mkimage initramfs "$M/boot/large" --files 250 --size 1000000
	copy estimate --check --initramfs /boot/large --json
	wrote estimate 2
	field .estimate.enough false
	machine 7.2-none
	add_image
	copy estimate --check -q
	assert_equal "$status" 4
	assert_equal "$output$stderr" ""
}

@test "--check where what is reserved is not to be seen fails" {
	machine 7.2-main-cma
	add_image
	rm -r "$M/sys" "$M/proc/iomem"
	copy estimate --check --json
	wrote estimate 1
	field .estimate.reserved.main null
	field .estimate.enough null
	field .error.id '"reserved-not-known"'
}

@test "every codec gives the same unpacked size" {
	machine 7.2-main-cma
	add_image
	for codec in none gzip bzip2 xz; do
		mkimage initramfs "$M/boot/$codec" --codec "$codec"
		copy estimate --initramfs "/boot/$codec" --json
		wrote estimate 0
		field .estimate.image.initramfs_unpacked 307200
		field .estimate.image.initramfs_files 4
	done
}

@test "no initramfs: where it was looked for, and what builds it; no number" {
	machine 7.2-main-cma
	mkimage kernel "$M$KERNEL"
	copy estimate
	failed 1 'no crash initramfs found; looked for /var/lib/kdump/initrd.img-'
	assert_regex "$stderr" '→ build it'
	assert_equal "$output" ""
	copy estimate --json
	wrote estimate 1
	field .error.id '"no-initramfs"'
	field .error.errno '"ENOENT"'
	field .estimate.needed null
	field .estimate.kernel "\"$KERNEL\""
	field .estimate.initramfs null
	field .estimate.reserved.main 268435456
}

# record MIB [RELEASE]: the crash kernel had 256 MiB, of which MIB were left, a second ago.
record()
{
	mkdir -p "$M/var/crash/202611202012"
	printf '%s\n' "RELEASE=${2:-$RELEASE}" "TIME=$(($(date +%s) + 1))" "RAM=$((256 << 20))" \
		"MEM_AVAILABLE_LOWEST=$(($1 << 20))" \
		>"$M/var/crash/202611202012/crashctl-memory"
}

@test "what a crash kernel has recorded is shown and not taken" {
	machine 7.2-main-cma
	add_image
	copy estimate --json
	wrote estimate 0
	field .estimate.observed null
	alone=$(jq -c '.estimate | [.needed, .walls, .parts]' "$BATS_TEST_TMPDIR/json")
	record 31
	copy estimate --json
	wrote estimate 0
	field '.estimate | [.needed, .walls, .parts]' "$alone"
	field '.estimate.observed | del(.time)' "$(jq -nc --arg r "$RELEASE" '{
		path: "/var/crash/202611202012/crashctl-memory", release: $r,
		ram: (256 * 1048576), available_lowest: (31 * 1048576),
		needed: (225 * 1048576 + 917616), fits: true, used: false}')"
	copy estimate
	assert_equal "$status" 0
	assert_line --partial "The crash kernel $RELEASE had 31 MiB of 256 MiB left at least on 20"
	assert_line '/var/crash/202611202012/crashctl-memory'
	assert_line --regexp '^Once it had started, that is 225\.9 MiB; the limit dump is '
	assert_line --partial '--use-observed'
}

@test "--use-observed takes it at the limit dump and at no other" {
	machine 7.2-main-cma
	add_image
	copy estimate --json
	wrote estimate 0
	others=$(jq -c '.estimate.walls | del(.dump)' "$BATS_TEST_TMPDIR/json")
	load=$(jq -c '.estimate.needed.main_with_cma' "$BATS_TEST_TMPDIR/json")
	main=$(jq -c '.estimate.needed.main' "$BATS_TEST_TMPDIR/json")
	record 31
	copy estimate --use-observed --json
	wrote estimate 0
	field .estimate.observed.used true
	field '.estimate.walls | del(.dump)' "$others"
	field .estimate.walls.dump $(((225 << 20) + 917616))
	field '[.estimate.parts[] | select(.factors.dump > 0) | .id]' '["observed"]'
	field .estimate.margins.dump 0
	field .estimate.binding_wall '"dump"'
	field .estimate.needed.main $((226 << 20))
	field .estimate.needed.main_with_cma "$load"
	# Less than it takes to start does not make main smaller.
	record 250
	copy estimate --use-observed --json
	wrote estimate 0
	field '.estimate.walls | del(.dump)' "$others"
	field '.estimate.binding_wall == "dump"' false
	assert [ "$(jq .estimate.needed.main "$BATS_TEST_TMPDIR/json")" -le "$main" ]
	assert [ "$(jq .estimate.needed.main "$BATS_TEST_TMPDIR/json")" -ge "$load" ]
	copy estimate --use-observed
	assert_line --regexp '^Once it had started, that is 6\.9 MiB; this is what counts here'
}

@test "a record of another image is not taken; nor is one that is not there" {
	machine 7.2-main-cma
	add_image
	copy estimate --use-observed --json
	wrote estimate 1
	field .error.id '"no-observed"'
	record 31 6.1.0-other
	copy estimate --json
	wrote estimate 0
	field .estimate.observed.fits false
	copy estimate
	assert_line 'It was another kernel, or an older initramfs.'
	refute_line --partial '--use-observed'
	copy estimate --use-observed --json
	wrote estimate 1
	field .error.id '"observed-other-image"'
	field .error.errno '"ESTALE"'
	record 31
	touch -d '1 hour' "$M$INITRAMFS"
	copy estimate --use-observed
	failed 1 'crashctl-memory: of another kernel than this, or older'
	# Another machine has no record here.
	copy estimate --ram 8G --json
	wrote estimate 0
	field .estimate.observed null
}

@test "where dumps are saved is where the record is looked for" {
	machine 7.2-main-cma
	add_image
	record 31
	mkdir -p "$M/srv" "$M/etc/default"
	mv "$M/var/crash" "$M/srv/dumps"
	copy estimate --json
	wrote estimate 0
	field .estimate.observed null
	echo 'KDUMP_COREDIR="/srv/dumps"' >"$M/etc/default/kdump-tools"
	copy estimate --json
	wrote estimate 0
	field .estimate.observed.path '"/srv/dumps/202611202012/crashctl-memory"'
	echo 'SSH="kdump@server"' >>"$M/etc/default/kdump-tools"
	copy estimate --json
	wrote estimate 0
	field .estimate.observed null
}

@test "another machine: nothing that is reserved here counts" {
	machine 7.2-main-cma
	add_image
	copy estimate --json
	wrote estimate 0
	here=$(jq .estimate.needed.main "$BATS_TEST_TMPDIR/json")
	copy estimate --ram 64G --cpus 32 --target none --append quiet --json
	wrote estimate 0
	field .estimate.enough null
	field .estimate.reserved '{"main":null,"low":null,"cma":null}'
	field ".estimate.needed.main > $here" true
	field '[.estimate.suggestions[].id] | contains(["nr-cpus"])' true
	copy estimate --ram 64G --check
	assert_equal "$status" 1
	assert_regex "$stderr" "\[reserved-not-known\]"
	for wrong in "--ram 0" "--cpus 0" "--cpus -1" "--page-size 0" "--margin 5x%" "--ram 1X"; do
		# shellcheck disable=SC2086 # two words
		copy estimate $wrong
		assert_equal "$status" 64
	done
	for wrong in "--ram 1M" "--cpus 100000" "--page-size 8K" "--arch vax" "--margin 5000%" \
		"--target nowhere"; do
		# shellcheck disable=SC2086
		copy estimate $wrong
		assert_equal "$status" 1
	done
}

@test "--margin is on top of the estimate's own" {
	machine 7.2-main-cma
	add_image
	copy estimate --json
	wrote estimate 0
	bare=$(jq .estimate.needed.main "$BATS_TEST_TMPDIR/json")
	copy estimate --margin 16M --json
	wrote estimate 0
	field .estimate.asked_margin 16777216
	field ".estimate.needed.main - $bare" 16777216
}

@test "--release: as if that kernel were the running one; what is reserved here counts" {
	machine 6.1-main
	add_image
	copy estimate --json
	wrote estimate 0
	running=$(jq .estimate.needed.main "$BATS_TEST_TMPDIR/json")
	mkimage kernel "$M/boot/vmlinuz-9.9.9-new" --release 9.9.9-new
	mkimage initramfs "$M/var/lib/kdump/initrd.img-9.9.9-new" --size 90000000
	copy estimate --release 9.9.9-new --json
	wrote estimate 0
	field .estimate.kernel '"/boot/vmlinuz-9.9.9-new"'
	field .estimate.initramfs '"/var/lib/kdump/initrd.img-9.9.9-new"'
	field .estimate.image.release '"9.9.9-new"'
	field .estimate.reserved.main 268435456
	field ".estimate.needed.main > $running + 80000000" true
	copy estimate --release 9.9.9-new --check
	assert_equal "$status" 2
	copy estimate --check
	assert_equal "$status" 0
	# What is named wins, wherever it stands.
	copy estimate --initramfs "$INITRAMFS" --release 9.9.9-new --json
	wrote estimate 0
	field .estimate.kernel '"/boot/vmlinuz-9.9.9-new"'
	field .estimate.initramfs "\"$INITRAMFS\""
	# %v of crashctl.conf is that kernel's too.
	mkimage initramfs "$M/boot/mine-9.9.9-new"
	mkdir -p "$M/etc"
	echo 'initramfs = /boot/mine-%v' >"$M/etc/crashctl.conf"
	copy estimate --release 9.9.9-new --json
	wrote estimate 0
	field .estimate.initramfs '"/boot/mine-9.9.9-new"'
}

@test "--release: files that are not there are named, with what builds them" {
	machine 7.2-main-cma
	add_image
	copy estimate --release 9.9.9-new
	failed 1 '/boot/vmlinuz-9\.9\.9-new.*\[no-kernel\]'
	refute_regex "$stderr" "$RELEASE"
	mkimage kernel "$M/boot/vmlinuz-9.9.9-new" --release 9.9.9-new
	copy estimate --release 9.9.9-new
	failed 1 '/var/lib/kdump/initrd.img-9\.9\.9-new.*\[no-initramfs\]'
	assert_regex "$stderr" ', then /etc/kernel/postinst\.d/kdump-tools 9\.9\.9-new\)'
	copy estimate --release 9.9.9-new --check --json
	wrote estimate 1
	field .error.id '"no-initramfs"'
	# kdumpctl builds for the kernel that runs, whichever is meant.
	echo ID=fedora >"$M/etc/os-release"
	copy estimate --release 9.9.9-new
	failed 1 '\[no-initramfs\]'
	assert_regex "$stderr" 'once 9\.9\.9-new runs: .*kdumpctl rebuild'
	copy estimate
	refute_regex "$stderr" 'once .* runs'
	assert_regex "$stderr" 'kdumpctl rebuild'
	echo 'ID_LIKE="suse opensuse"' >"$M/etc/os-release"
	copy estimate
	assert_regex "$stderr" 'then mkdumprd -f\)'
	for wrong in "" ../7.2 a/b; do
		copy estimate --release "$wrong"
		assert_equal "$status" 64
		assert_regex "$stderr" 'not a release'
	done
	copy estimate --release 9.9.9-new --facts x
	assert_equal "$status" 64
}
