# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# reserve: what takes a reboot, on GRUB's files and stand-ins for its tools.

load common
load boot

@test "a size for the next boot: drop-in, generated, read back; a second run has nothing to do" {
	machine 7.2-main-cma
	add_image
	add_grub 'crashkernel=512M,cma crashkernel=256M net.ifnames=0'
	live reserve 300M --cma 600M --json
	wrote reserve 0
	field '[.reserve.steps[] | [.action, .when]]' '[["words","boot"]]'
	field .reserve.words '"crashkernel=600M,cma crashkernel=300M"'
	field .reserve.files '["/etc/default/grub.d/zz-crashctl.cfg","/boot/grub/grub.cfg"]'
	field '.reserve.notes | any(startswith("/boot/grub/grub.cfg is made anew"))' true
	field .reserve.changed true
	field .reserve.done true
	field .reserve.reboot_required true
	boots "crashkernel=600M,cma crashkernel=300M"
	entry_words | grep -q net.ifnames=0
	run cat "$M/called"
	assert_line --index 0 "grub-mkconfig -o /$CFG.crashctl"
	assert_line --index 1 "grub-script-check /$CFG.crashctl"
	assert [ ! -e "$M/$CFG.crashctl" ]
	remember
	live reserve 300M --cma 600M --json
	wrote reserve 0
	field .reserve.steps '[]'
	unchanged
	live status --json
	wrote status 3
	field .status.boot.loader '"grub"'
	field .status.boot.reboot_pending true
	field .status.pools.main.configured $((300 << 20))
	field '.status.findings | any(.id == "reboot-pending")' true
	field '[.status.boot.entries[] | select(.ours).cma] | unique' "[$((600 << 20))]"
	field '[.status.boot.entries[] | select(.ours | not).title]' '["Another Linux"]'
}

@test "a next boot that asks for less than is needed is no matter of taste" {
	machine 7.2-main-cma
	add_image
	add_grub 'crashkernel=512M,cma crashkernel=32M'
	live load
	live status --json
	wrote status 0
	field '.status.findings[] | select(.id == "reboot-pending") | [.severity,
		(.text | test("asks for 32 MiB of main, and [0-9.]+ MiB are needed"))]' '["warning",true]'
	sed -i s/=32M/=224M/ "$M/$CFG"
	live status --json
	wrote status 0
	field '.status.findings[] | select(.id == "reboot-pending").severity' '"note"'
}

@test "a dry run shows the words, the diff and the tools, and changes nothing" {
	machine 7.2-main-cma
	add_image
	add_grub 'crashkernel=512M,cma crashkernel=256M'
	remember
	live reserve 300M --dry-run
	assert_equal "$status" 0
	assert_line --regexp '^ +1\. next boot'
	assert_line "+++ /$DROPIN"
	assert_output --partial 'crashkernel=512M,cma crashkernel=300M'
	assert_line --regexp '^ +/usr/sbin/grub-mkconfig -o /boot/grub/grub.cfg.crashctl$'
	assert_line "A reboot is needed."
	unchanged
}

@test "0 takes the words out, also those of other files, and is undone byte for byte" {
	machine 7.2-main-cma
	add_image
	add_grub 'crashkernel=512M,cma crashkernel=256M'
	echo 'GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT crashkernel=384M-:128M"' \
		>"$M/etc/default/grub.d/kdump-tools.cfg"
	mkconfig
	before=$(digest "$M/boot")$(digest "$M/etc")
	live reserve 0 --json
	wrote reserve 0
	boots ""
	live reserve --undo --json
	wrote reserve 0
	assert_equal "$(digest "$M/boot")$(digest "$M/etc")" "$before"
	# Undone twice, it is there again.
	live reserve --undo
	assert_equal "$status" 0
	boots ""
}

@test "0 leaves no drop-in where no other file brings words" {
	machine 7.2-none
	add_image
	add_grub ''
	live reserve 200M --json
	wrote reserve 0
	boots crashkernel=200M
	live reserve 0 --json
	wrote reserve 0
	boots ""
	assert [ ! -e "$M/$DROPIN" ]
}

@test "the tool fails: all is as before, and its words are in the error" {
	machine 7.2-main-cma
	add_image
	add_grub 'crashkernel=256M'
	echo 'MKCONFIG=fail' >>"$M/etc/default/grub"
	before=$(digest "$M/boot")$(digest "$M/etc")
	live reserve 300M
	failed 1 'cannot find a device for /'
	assert_equal "$(digest "$M/boot")$(digest "$M/etc")" "$before"
	live status --json
	wrote status 3
	field '.status.findings | any(.id == "interrupted-change")' false
}

@test "the tool is killed, writes nothing, or not the words: all is as before" {
	for how in killed empty same; do
		machine 7.2-main-cma
		add_image
		add_grub 'crashkernel=256M'
		echo "MKCONFIG=$how" >>"$M/etc/default/grub"
		before=$(digest "$M/boot")$(digest "$M/etc")
		live reserve 300M --json
		wrote reserve 1
		field .reserve.changed false
		assert_equal "$(digest "$M/boot")$(digest "$M/etc")" "$before"
	done
}

@test "live steps fail after the words were written: the words are put back" {
	machine 7.2-main-cma
	add_image
	add_grub 'crashkernel=512M,cma crashkernel=256M'
	live load
	before=$(digest "$M/boot")$(digest "$M/etc")
	KD_FAKE_REFUSE=9:ENOMEM live reserve 100M --json
	wrote reserve 7
	assert_equal "$(digest "$M/boot")$(digest "$M/etc")" "$before"
}

@test "words and live steps together" {
	machine 7.2-main-cma
	add_image
	add_grub 'crashkernel=512M,cma crashkernel=256M'
	live load
	live reserve 100M --json
	wrote reserve 0
	field '[.reserve.steps[] | [.action, .when]]' \
		'[["words","boot"],["unload","now"],["resize","now"],["load","now"]]'
	boots "crashkernel=512M,cma crashkernel=100M"
	assert_equal "$(cat "$M/sys/kernel/kexec/crash_size")" $((100 << 20))
	live status --json
	wrote status 0
	field .status.boot.reboot_pending true
}

@test "what is refused or has failed is not called done, and asks for no reboot" {
	machine 7.2-main-cma
	add_image
	add_grub 'crashkernel=256M'
	live reserve 20M --dry-run
	assert_equal "$status" 1
	assert_line --index 0 "Refused; it would be:"
	refute_output --partial reboot
	# The error first, what else is refused behind it.
	assert_regex "$stderr" 'at the next boot, the crash kernel needs.*20 MiB, the crash kernel'
	echo 'MKCONFIG=fail' >>"$M/etc/default/grub"
	live reserve 300M
	assert_equal "$status" 1
	assert_line --index 0 "Failed; this was to be done:"
	refute_output --partial reboot
}

@test "another root: the files are written below it, the commands are told" {
	machine 7.2-none
	add_image
	add_grub ''
	# Without a folder to write below, the fake lets nothing be written.
	run --separate-stderr env KD_FAKE_ROOT="$BATS_TEST_TMPDIR" "$CRASHCTL" -R "$M" \
		reserve 200M --json
	wrote reserve 0
	field .reserve.left_to_run "$(jq -nc '["/usr/sbin/grub-mkconfig -o $", "/usr/bin/grub-script-check $",
		"mv -f $ /boot/grub/grub.cfg"] | map("chroot '"$M"' " + sub("\\$"; "/boot/grub/grub.cfg.crashctl"))')"
	assert [ -e "$M/$DROPIN" ]
	assert [ ! -e "$M/called" ]
	boots ""
	run --separate-stderr env KD_FAKE_ROOT="$BATS_TEST_TMPDIR" "$CRASHCTL" -R "$M" \
		reserve --undo
	assert_equal "$status" 0
	assert [ ! -e "$M/$DROPIN" ]
}

@test "an entry whose kernel lacks ,cma is judged by main alone, by name" {
	machine 7.2-main-cma
	add_image
	add_grub 'crashkernel=512M,cma crashkernel=256M' "$RELEASE" 6.12.9-amd64
	live reserve 70M --cma 512M --json
	wrote reserve 1
	field '.reserve.refusals | any(.text | contains("6.12.9-amd64"))' true
	live reserve 256M --cma 600M --json
	wrote reserve 0
	boots "crashkernel=600M,cma crashkernel=256M"
}

@test "no boot loader: refused before the first step, with the words to write by hand" {
	machine 7.2-main-cma
	add_image
	live load
	remember
	live reserve 200M
	failed 1 'no-boot-loader'
	assert_regex "$stderr" 'crashkernel=512M,cma crashkernel=200M'
	unchanged
}

@test "files that a shell would have to be asked about" {
	machine 7.2-none
	add_image
	add_grub ''
	echo 'GRUB_CMDLINE_LINUX="unbalanced' >>"$M/etc/default/grub"
	remember
	live reserve 200M
	assert_equal "$status" 1
	rm -rf "$M/var/lib/crashctl" "$M/called" "$M/run/crashctl.lock"
	assert_equal "$(grep -c crashkernel=200M "$M/$CFG")" 0
}

@test "arguments that make no sense together" {
	for args in "--undo 200M" "--recover --undo" "--undo --live" "--at 1G" \
		"200M@1G --at 1G" "--policy up 200M" "--recover --dry-run" "200M@#BU"; do
		machine 7.2-none
		# shellcheck disable=SC2086 # several arguments
		live reserve $args
		assert_equal "$args $status" "$args 64"
	done
	add_grub ''
	live reserve 200M --bootloader lilo
	failed 1 'lilo: no such boot loader is here.*bad-bootloader'
	assert_regex "$stderr" 'name one of .*extlinux'
	live reserve 200M --kernel "$RELEASE" --force unknown-need
	failed 1 'not-writable'
	assert_regex "$stderr" 'leave out --kernel'
	live reserve 1K
	failed 64 '1024 bytes: a reservation is made of whole MiB'
}
