# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# load, reload and unload on the fake kernel.

load common

setup()
{
	machine 7.2-main-cma
	add_image
}

loaded()
{
	assert_equal "$(cat "$M/sys/kernel/kexec/crash_loaded")" "$1"
}

@test "load, and what is told of it" {
	live load
	assert_equal "$status" 0
	assert_equal "$stderr" ""
	assert_line "Loaded:"
	assert_line --partial "$KERNEL"
	loaded 1
	live load --json
	wrote load 0
	field .load.outcome '"loaded"'
	field .load.changed true
	field .load.kernel "\"$KERNEL\""
	field .load.release "\"$RELEASE_72\""
	field '.load.cmdline | contains("crashkernel")' false
	field .load.note null
}

@test "--dry-run looks at everything and loads nothing" {
	remember
	live load --dry-run
	assert_equal "$status" 0
	assert_line "Would load:"
	unchanged
	live load --dry-run --json
	wrote load 0
	field .load.dry_run true
	field .load.outcome null
	field .load.changed false
	loaded 0
	echo 1 >"$M/proc/sys/kernel/kexec_load_disabled"
	live load --dry-run
	failed 1 kexec_load_disabled
}

@test "the image can be named, and its command line" {
	mkimage kernel "$M/boot/other" --release 7.2.99
	live load --kernel /boot/other --append "one two" --json
	wrote load 0
	field .load.kernel '"/boot/other"'
	field .load.release '"7.2.99"'
	field '.load.cmdline | contains("one two")' true
	# The reason is as much an answer as the exit code.
	live load --append crashkernel=1M --json
	wrote load 1
	field .error.id '"append-crashkernel"'
}

@test "reload --if-stale loads only what is not fresh" {
	live reload --if-stale --json
	wrote reload 0
	field .reload.outcome '"loaded"'
	live reload --if-stale --json
	wrote reload 0
	field .reload.skipped true
	field .reload.changed false
	field .reload.outcome null
	mkimage initramfs "$M$INITRAMFS" --files 5
	live reload --if-stale --json
	wrote reload 0
	field .reload.skipped false
	field .reload.outcome '"loaded"'
	live reload --json
	wrote reload 0
	field .reload.skipped false
}

@test "unload, and again: nothing is loaded, and said" {
	live load
	live unload
	assert_equal "$status" 0
	assert_line "Nothing is loaded now: a panic would not be captured."
	loaded 0
	live unload --json
	wrote unload 0
	field .unload.changed false
	field .unload.outcome '"unprotected"'
	live status -q
	assert_equal "$status" 3
}

@test "a load that the kernel refuses where nothing was loaded: 1, untouched" {
	KD_FAKE_REFUSE=1:EKEYREJECTED live load
	failed 1 'signature.*; nothing was changed'
	KD_FAKE_REFUSE=1:EKEYREJECTED live load --json
	wrote load 1
	field .error.id '"signature-rejected"'
	field .error.errno '"EKEYREJECTED"'
	field .load.outcome '"untouched"'
	field .load.changed false
	loaded 0
}

@test "a load that the kernel refuses is put back from the copy: 1, restored" {
	live load
	mkimage initramfs "$M$INITRAMFS" --files 5
	KD_FAKE_REFUSE=1:ENOEXEC live reload
	failed 1 'not know this kind.*; the image that was loaded before is loaded again'
	loaded 1
	KD_FAKE_REFUSE=1:ENOEXEC live reload --json
	wrote reload 1
	field .reload.outcome '"restored"'
	field .reload.changed false
}

@test "refused twice: 7, unprotected, and said" {
	live load
	KD_FAKE_REFUSE=2:ENOMEM live reload
	failed 7 'nothing is loaded any more: a panic now would not be captured'
	loaded 0
	live load
	KD_FAKE_REFUSE=2:ENOMEM live reload --json
	wrote reload 7
	field .reload.outcome '"unprotected"'
	field .reload.changed true
}

@test "an image that is not ours is not replaced without a way back" {
	echo 1 >"$M/sys/kernel/kexec/crash_loaded"
	live load --json
	wrote load 1
	# Unloaded first it would be gone before anything is checked.
	field '[.error.id, .error.advice]' '["no-fallback","override with --force no-fallback"]'
	live load --force no-fallback --json
	wrote load 0
	field .load.outcome '"loaded"'
}

@test "another tool that is enabled is refused by name" {
	mkdir -p "$M/etc/systemd/system/multi-user.target.wants" "$M/usr/lib/systemd/system" \
		"$M/usr/sbin"
	touch "$M/usr/sbin/kdump-config" "$M/usr/lib/systemd/system/kdump-tools.service"
	ln -s /usr/lib/systemd/system/kdump-tools.service \
		"$M/etc/systemd/system/multi-user.target.wants/kdump-tools.service"
	live load
	failed 1 'kdump-tools is enabled'
	assert_regex "$stderr" 'systemctl disable'
	live load --force other-owner,no-fallback --json
	wrote load 0
	live status --json
	wrote status 0
	field .status.configured.owner '"kdump-tools"'
}

@test "nothing reserved, too little reserved, locked" {
	machine 7.2-none
	add_image
	live load --json
	wrote load 1
	field '[.error.id, (.error.advice | contains("reserves it at the next boot"))]' \
		'["not-reserved",true]'
	machine 6.1-main
	add_image
	mkimage initramfs "$M/boot/large" --files 300 --size 1000000 --codec none
	live load --initramfs /boot/large --json
	wrote load 1
	field .error.id '"reservation-too-small"'
	field .error.errno '"EADDRNOTAVAIL"'
	echo 1 >"$M/proc/sys/kernel/kexec_load_disabled"
	live load --json
	wrote load 1
	field .error.id '"load-disabled"'
	live unload --json
	wrote unload 1
	field .error.id '"load-disabled"'
}

@test "a kernel without kexec" {
	machine 7.2-nokexec
	add_image
	live load --json
	wrote load 1
	field .error.errno '"ENOSYS"'
}

@test "a copy of a machine is never changed" {
	remember
	for command in load reload unload; do
		copy "$command"
		failed 1 'copy of a machine'
		copy "$command" --json
		wrote "$command" 1
		field .error.id '"sysroot"'
		field .error.errno '"EROFS"'
	done
	unchanged
}

@test "what was done is a failure if it cannot be told: 7" {
	run sh -c "KD_FAKE_ROOT=$M $CRASHCTL load >/dev/full"
	assert_equal "$status" 7
	assert_output --partial "No space left on device"
	loaded 1
}

@test "--dry-run shows what would lie where, for either call" {
	mkimage handover "$M"
	live load --dry-run --json
	wrote load 0
	field .load.syscall '"file"'
	field '[.load.segments[].name] | contains(["kernel", "initramfs", "elfcorehdr"])' true
	live load --dry-run --syscall segments --json
	wrote load 0
	field .load.syscall '"segments"'
	field '[.load.segments[].name] | sort | join(" ")' \
		'"boot parameters elfcorehdr initramfs kernel purgatory"'
	# Inside main, in pages, none on another: 6e000000-7dffffff in the tree.
	field '.load.segments | all(.start >= 1845493760 and .end <= 2113929215 and
		.start % 4096 == 0 and (.end + 1) % 4096 == 0)' true
	field '.load.segments | sort_by(.start) | [range(1; length) as $i |
		.[$i - 1].end < .[$i].start] | all' true
	live load --dry-run --syscall segments
	assert_line --partial "kexec_load, segments placed by crashctl"
	assert_line --regexp '^purgatory +0x[0-9a-f]+ +0x[0-9a-f]+ '
	loaded 0
}

@test "--syscall segments loads them, and what is recorded goes back the same way" {
	mkimage handover "$M"
	live load --syscall segments --json
	wrote load 0
	field .load.syscall '"segments"'
	loaded 1
	live status --json
	wrote status 0
	field .status.freshness '"fresh"'
	field .status.image.syscall '"segments"'
	before=$(cat "$M/.fake-loaded")
	[[ $before == "segments 5 "* ]]
	# The kernel refuses the next one: what was there is loaded again, by the same call.
	KD_FAKE_REFUSE=1:EINVAL live reload --syscall file --json
	wrote reload 1
	field .reload.outcome '"restored"'
	assert_equal "$(cat "$M/.fake-loaded")" "$before"
	live reload --syscall file --json
	wrote reload 0
	field .reload.syscall '"file"'
}

@test "a kernel without kexec_file_load gets segments, unless told otherwise" {
	mkimage handover "$M"
	: >"$M/.fake-no-file-call"
	live load --syscall file
	failed 1 kexec_file_load
	loaded 0
	live load --json
	wrote load 0
	field .load.syscall '"segments"'
	loaded 1
}

@test "what the kernel hides is told, and nothing is touched" {
	mkimage handover "$M"
	live load
	loaded 1
	rm "$M/proc/kcore"
	live load --syscall segments --json
	wrote load 1
	field .error.id '"handover-hidden"'
	field .load.outcome '"untouched"'
	loaded 1
}

@test "another word for --syscall is a usage error" {
	live load --syscall kexec
	assert_equal "$status" 64
	assert_equal "${stderr_lines[0]}" \
		"crashctl load: --syscall: 'kexec' is none of auto, file, segments"
}

# A PE header into a kernel of mkimage, without certificates.
make_unsigned()
{
	printf 'MZ' | dd of="$1" conv=notrunc 2>/dev/null
	printf '\100\0\0\0' | dd of="$1" bs=1 seek=60 conv=notrunc 2>/dev/null
	printf 'PE\0\0\144\206' | dd of="$1" bs=1 seek=64 conv=notrunc 2>/dev/null
	printf '\13\2' | dd of="$1" bs=1 seek=88 conv=notrunc 2>/dev/null
	printf '\6\0\0\0' | dd of="$1" bs=1 seek=196 conv=notrunc 2>/dev/null
}

@test "what a locked down kernel refuses for certain is not tried" {
	live load
	loaded 1
	echo "none [integrity] confidentiality" >"$M/sys/kernel/security/lockdown"
	live reload --syscall segments --json
	wrote reload 1
	field .error.id '"lockdown"'
	field .reload.outcome '"untouched"'
	loaded 1
	mkimage kernel "$M/boot/unsigned" --release "$RELEASE"
	make_unsigned "$M/boot/unsigned"
	live reload --kernel /boot/unsigned --json
	wrote reload 1
	field '[.error.id, .error.errno]' '["lockdown","EPERM"]'
	field '.error.message | test("is not signed")' true
	field .reload.outcome '"untouched"'
	loaded 1
	live load --dry-run --kernel /boot/unsigned --json
	wrote load 1
	field .error.id '"lockdown"'
	# Where nothing is locked down it is as good as any.
	echo "[none] integrity confidentiality" >"$M/sys/kernel/security/lockdown"
	live reload --kernel /boot/unsigned --json
	wrote reload 0
}

@test "keys of encrypted disks go by the file call alone" {
	mkimage handover "$M"
	mkdir -p "$M/sys/kernel/config/crash_dm_crypt_keys"
	echo 2 >"$M/sys/kernel/config/crash_dm_crypt_keys/count"
	live load
	loaded 1
	live load --syscall segments --json
	wrote load 1
	field .error.id '"keys-need-file"'
	field .load.outcome '"untouched"'
	loaded 1
	# They take a place on the command line too.
	live load --append "$(printf 'x%.0s' {1..1950})" --json
	wrote load 1
	field .error.id '"cmdline-too-long"'
	loaded 1
	echo 0 >"$M/sys/kernel/config/crash_dm_crypt_keys/count"
	live load --append "$(printf 'x%.0s' {1..1950})"
	assert_equal "$status" 0
}

@test "CMA that is not to be seen cannot be handed over" {
	mkimage handover "$M"
	rm "$M/sys/kernel/kexec/crash_cma_ranges"
	live load --syscall segments --json
	wrote load 1
	field .error.id '"cma-not-seen"'
	loaded 0
	live load --syscall file
	assert_equal "$status" 0
}

@test "an image of more than half of memory is refused before the kernel does" {
	mkimage handover "$M"
	live load
	loaded 1
	sed -i 's/^MemTotal:.*/MemTotal:         110000 kB/' "$M/proc/meminfo"
	for call in file segments; do
		live load --syscall "$call" --json
		wrote load 1
		field .error.id '"more-than-half"'
		field .load.outcome '"untouched"'
		loaded 1
	done
}
