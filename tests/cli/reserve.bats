# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# reserve: plans for copies of machines, and steps on the fake kernel.

load common
load boot

BOOTED_72='crashkernel=512M,cma crashkernel=256M'

size()
{
	assert_equal "$(cat "$M/sys/kernel/kexec/crash_size")" $(($1 << 20))
}

@test "a copy of a machine is about the next boot: no step is for now" {
	machine 7.2-main-cma
	add_image
	add_grub "$BOOTED_72"
	remember
	copy reserve 200M --dry-run --json
	wrote reserve 0
	field .error null
	field .reserve.dry_run true
	field .reserve.done false
	field .reserve.words '"crashkernel=512M,cma crashkernel=200M"'
	field .reserve.reboot_required true
	field .reserve.met_now false
	field .reserve.changed false
	field .reserve.outcome null
	field '[.reserve.steps[] | [.action, .when, .pool]]' '[["words","boot",null]]'
	copy reserve 200M --dry-run
	assert_equal "$status" 0
	assert_line "Would be done:"
	assert_equal "$stderr" ""
	unchanged
}

@test "what the next boot asks for already is no step" {
	machine 7.2-main-cma
	add_image
	add_grub "$BOOTED_72"
	copy reserve 256M --json
	wrote reserve 0
	field .reserve.steps '[]'
	field .reserve.reboot_required false
	copy reserve 256M
	assert_output "Nothing to do: the boot configuration asks for it already."
	live reserve 256M
	assert_output "Nothing to do: all is as wished."
}

@test "words: cma first, high and low, none at all" {
	machine 7.2-main-cma
	add_image
	add_grub "$BOOTED_72"
	copy reserve 100M --cma 1G --dry-run --json
	wrote reserve 0
	field .reserve.words '"crashkernel=1024M,cma crashkernel=100M"'
	copy reserve 300M --cma 0 --high --low 72M --dry-run --json
	wrote reserve 0
	field .reserve.words '"crashkernel=300M,high crashkernel=72M,low"'
	copy reserve 0 --dry-run --json
	wrote reserve 0
	field .reserve.words '""'
	copy reserve 0 --dry-run
	assert_line "to    no crashkernel= word"
}

@test "auto: live, unloaded and loaded again, and the rest for the next boot" {
	machine 7.2-main-cma
	add_image
	add_grub "$BOOTED_72"
	live load
	live reserve auto --json
	wrote reserve 0
	field '[.reserve.steps[] | [.action, .when]]' \
		'[["words","boot"],["unload","now"],["resize","now"],["load","now"]]'
	field .reserve.done true
	field .reserve.changed true
	field .reserve.outcome '"loaded"'
	field .reserve.met_now true
	need=$(jq '.reserve.steps[2].to' "$BATS_TEST_TMPDIR/json")
	size $((need >> 20))
	live status --json
	wrote status 0
	field .status.pools.main.reserved "$need"
	field .status.freshness '"fresh"'
	live reserve auto --live --json
	wrote reserve 0
	field .reserve.steps '[]'
}

@test "live steps alone, and nothing loaded: the kernel is asked for the size" {
	machine 7.2-main-cma
	add_image
	live reserve 200M --live
	assert_equal "$status" 0
	assert_line --regexp '1\. now +set main from 256 MiB to 200 MiB'
	refute_line --regexp "^to "
	size 200
}

@test "--config alone changes nothing live" {
	machine 7.2-main-cma
	add_image
	add_grub "$BOOTED_72"
	before=$(digest "$M/proc")$(digest "$M/sys")
	live reserve 200M --config --json
	wrote reserve 0
	field '[.reserve.steps[] | .action]' '["words"]'
	assert_equal "$(digest "$M/proc")$(digest "$M/sys")" "$before"
}

@test "0 gives all of it back; status says what is lost" {
	machine 7.2-main-cma
	add_image
	add_grub "$BOOTED_72"
	live load
	live reserve 0 --json
	wrote reserve 0
	field '[.reserve.steps[] | .action]' '["words","unload","resize"]'
	field .reserve.outcome '"unprotected"'
	size 0
	live status -q
	assert_equal "$status" 4
}

@test "more than there is, now: refused with the kernel's reason and what to do" {
	machine 7.2-main-cma
	add_image
	remember
	live reserve 512M --live
	failed 1 'refused: .*Invalid argument.*\[cannot-grow\]'
	assert_regex "$stderr" '→ leave out --live'
	live reserve 512M --live --json
	wrote reserve 1
	field '.reserve.refusals[0] | [.id, .forced, .can_be_forced]' \
		'["cannot-grow",false,false]'
	field .error.id '"cannot-grow"'
	unchanged
}

@test "less than is needed: refused, and overridden by its identifier alone" {
	machine 6.1-main
	add_image
	add_grub crashkernel=256M
	copy reserve 70M --dry-run --json
	wrote reserve 1
	field '[.reserve.refusals[] | [.id, .can_be_forced]]' '[["too-small",true]]'
	copy reserve 70M --dry-run --force no-fallback,other-owner --json
	wrote reserve 1
	copy reserve 70M --dry-run --force no-fallback --force other-owner,too-small --json
	wrote reserve 0
	field '.reserve.refusals[0].forced' true
	copy reserve 70M --dry-run --force too-small
	assert_line --partial "forced [too-small]: "
}

@test "cma where the kernel does not know it, cma alone, low alone: refused" {
	machine 6.1-main
	add_image
	copy reserve --cma 512M --json
	wrote reserve 1
	field .error.id '"cma-unsupported"'
	field '.error.message | contains("6.17")' true
	machine 7.2-none
	copy reserve --cma 512M --json
	wrote reserve 1
	field .error.id '"cma-alone"'
	machine 7.2-main-cma
	copy reserve --low 72M --json
	wrote reserve 1
	field .error.id '"low-without-high"'
	copy reserve 100G --json
	wrote reserve 1
	field .error.id '"larger-than-memory"'
}

@test "refused before the first step: frozen, load limit, foreign image" {
	machine 7.2-main-cma
	add_image
	live load
	echo 2 >"$M/proc/sys/kernel/kexec_load_limit_panic"
	live reserve 100M --live --json
	wrote reserve 1
	field .error.id '"load-limit"'
	echo 1 >"$M/proc/sys/kernel/kexec_load_disabled"
	live reserve 100M --live --json
	wrote reserve 1
	field .error.id '"frozen"'
	machine 7.2-main-cma
	add_image
	echo 1 >"$M/sys/kernel/kexec/crash_loaded"
	live reserve 100M --live --json
	wrote reserve 1
	field .error.id '"no-fallback"'
	size 256
}

@test "the load after the shrink is refused and put back: 7, restored" {
	machine 7.2-main-cma
	add_image
	live load
	KD_FAKE_REFUSE=1:ENOMEM live reserve 100M --live --json
	wrote reserve 7
	field .reserve.changed true
	field .reserve.done false
	field .reserve.outcome '"restored"'
	size 100
	live status -q
	assert_equal "$status" 0
}

@test "the load after the shrink is refused for good: 7, unprotected, and said" {
	machine 7.2-main-cma
	add_image
	live load
	KD_FAKE_REFUSE=9:ENOMEM live reserve 100M --live
	failed 7 'nothing is loaded any more: a panic now would not be captured'
	live status -q
	assert_equal "$status" 3
}

@test "auto without an image: why there is no estimate" {
	machine 7.2-main-cma
	add_grub "$BOOTED_72"
	copy reserve auto
	failed 1 'no kernel image found'
	copy reserve auto --json
	wrote reserve 1
	field .error.id '"no-kernel"'
	field .reserve.steps null
	# A size can be named; whether it is enough cannot be known.
	copy reserve 100M --dry-run --json
	wrote reserve 1
	field .error.id '"unknown-need"'
	copy reserve 100M --dry-run --force unknown-need --json
	wrote reserve 0
	live reserve 100M --live --json
	wrote reserve 1
	field .error.id '"unknown-need"'
}

@test "live on a copy of a machine is refused; the plan can be seen" {
	machine 7.2-main-cma
	add_image
	remember
	copy reserve 200M --live --dry-run
	assert_equal "$status" 0
	copy reserve 200M --live
	failed 1 'copy of a machine'
	unchanged
}

@test "quiet: the exit code, and errors" {
	machine 7.2-main-cma
	add_image
	live reserve 200M --live -q
	assert_equal "$status" 0
	assert_equal "$output$stderr" ""
	live reserve 300M --live -q
	failed 1 cannot-grow
	assert_equal "$output" ""
}
