# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# reserve, more than is reserved and now: by a kernel that can, and by the module crash_grow
# (tests/fake/fake-grow.c), which a stand-in for modprobe loads.

load common
load boot

# none WHAT: a machine that was booted without crashkernel=, and offers that.
none()
{
	machine 7.2-none
	add_image
	offer "$1"
	DKMS=$M/lib/modules/$RELEASE/updates/dkms
}

offer()
{
	case $1 in
	kernel)
		echo 1 >"$M/sys/kernel/kexec/crash_growable" ;;
	module)
		"$TOP/tests/cli/standins/crash-grow-files" "$M" ;;
	installed)
		mkdir -p "$M/lib/modules/$RELEASE/updates/dkms" "$M/usr/sbin"
		: >"$M/lib/modules/$RELEASE/updates/dkms/crash_grow.ko.xz"
		cp "$TOP/tests/cli/standins/modprobe" "$TOP/tests/cli/standins/crash-grow-files" \
			"$M/usr/sbin/" ;;
	esac
}

size()
{
	assert_equal "$(cat "$M/sys/kernel/kexec/crash_size")" $(($1 << 20))
}

# No 384 MiB are in one piece that is nobody's.
full()
{
	sed -i 's/^  .* : Kernel code$/  00200000-6dffffff : Kernel code/
		/: Kernel \(rodata\|data\|bss\)$/d' "$M/proc/iomem"
}

# Nothing is taken that is not the reservation's.
nothing_taken()
{
	assert_equal "$(cat "$M/sys/kernel/crash_grow/main")" ""
	assert_equal "$(cat "$M/sys/kernel/crash_grow/low_size")" 268435456
}

@test "from nothing, by the module: a dry run changes nothing, then it is done, and loads" {
	none module
	remember
	live reserve 192M --live --dry-run
	assert_equal "$status" 0
	assert_line "Would be done:"
	assert_line --regexp '^  1\. now +take 192 MiB for main: '
	assert_line --regexp '^  2\. now +set main from 0 to 192 MiB: '
	assert_line "note: nothing is loaded yet: crashctl load does that"
	unchanged
	live reserve 192M --live --json
	wrote reserve 0
	field '[.reserve.steps[] | [.action, .when, .pool, .from, .to]]' \
		"[[\"take\",\"now\",\"main\",0,$((192 << 20))],[\"resize\",\"now\",\"main\",0,$((192 << 20))]]"
	field .reserve.changed true
	field .reserve.met_now true
	field .reserve.reboot_required false
	size 192
	nothing_taken
	live load
	assert_equal "$status" 0
	live status --json
	wrote status 0
	field .status.growth '"module"'
	field .status.pools.main.origin '"grown"'
	field '.status.pools.main.reserved' $((192 << 20))
	field '[.status.findings[] | [.id, .severity]]' '[["grown-until-reboot","warning"]]'
	live status
	assert_line "Main was made larger while the system runs."
	assert_line --regexp '^warning: main: 192 MiB, taken at run time; the next boot has none \[grown-until-reboot\]$'
	live reserve 192M --live
	assert_output "Nothing to do: all is as wished."
	# The kernel's own shrink gives it back.
	live reserve 128M --live
	assert_equal "$status" 0
	size 128
	live reserve 0 --live
	assert_equal "$status" 0
	size 0
}

@test "loaded: taken before the image goes, loaded again behind it, and words for the next boot" {
	machine 7.2-main-cma
	add_image
	add_grub 'crashkernel=512M,cma crashkernel=256M'
	offer module
	live load
	live reserve 384M --json
	wrote reserve 0
	field '[.reserve.steps[] | [.action, .when]]' \
		'[["words","boot"],["take","now"],["unload","now"],["resize","now"],["load","now"]]'
	field .reserve.outcome '"loaded"'
	field .reserve.reboot_required false
	field .reserve.met_now true
	boots "crashkernel=512M,cma crashkernel=384M"
	size 384
	nothing_taken
	live status --json
	wrote status 0
	field .status.freshness '"fresh"'
	field .status.pools.main.origin '"grown"'
	field '.status.findings | any(.id == "grown-until-reboot")' false
	live reserve 400M
	assert_equal "$status" 0
	assert_line "This boot meets the wish; the words are for the next ones."
	refute_output --partial "reboot is needed"
	live reserve 400M
	assert_output "Nothing to do: all is as wished."
}

@test "a kernel that grows by itself needs no module" {
	none kernel
	live reserve auto --live --json
	wrote reserve 0
	field '[.reserve.steps[] | .action]' '["resize"]'
	need=$(jq '.reserve.steps[0].to' "$BATS_TEST_TMPDIR/json")
	size $((need >> 20))
	live status --json
	wrote status 3
	field .status.growth '"kernel"'
	field .status.pools.main.origin '"grown"'
}

@test "installed and not loaded: offered, and loaded only where that is said" {
	none installed
	add_grub ''
	live status --json
	wrote status 4
	field .status.growth '"module-installed"'
	field '.status.findings[0].advice | contains("--load-module")' true
	live reserve 192M --live
	failed 1 'refused: .*crash_grow, which is installed.*\[cannot-grow\]'
	assert_regex "$stderr" '→ add --load-module'
	live reserve 192M --json
	wrote reserve 0
	field '[.reserve.steps[] | .action]' '["words"]'
	field '.reserve.notes | any(contains("--load-module loads crash_grow"))' true
	field .reserve.reboot_required true
	assert [ ! -e "$M/sys/kernel/crash_grow" ]
	refute grep -q modprobe "$M/called"
	live reserve 192M --load-module --dry-run
	assert_line --regexp '^  1\. now +load the module crash_grow: '
	assert_line --regexp '^ +/usr/sbin/modprobe crash_grow$'
	live reserve 192M --load-module --json
	wrote reserve 0
	field '[.reserve.steps[] | .action]' '["module","take","resize"]'
	field .reserve.commands '["/usr/sbin/modprobe crash_grow"]'
	field .reserve.met_now true
	size 192
	assert_equal "$(tail -n 1 "$M/called")" "modprobe crash_grow"
}

@test "load-module in crashctl.conf says so too" {
	none installed
	echo 'load-module = yes' >"$M/etc/crashctl.conf"
	live reserve 192M --live --json
	wrote reserve 0
	size 192
	live status --json
	wrote status 3
	field .status.configured.load_module true
	field .status.configured.load_module_source '"/etc/crashctl.conf"'
}

# says TEXT ID PATTERN: what modprobe fails by, and what is made of it.
says()
{
	none installed
	echo "$1" >"$M/modprobe-says"
	live reserve 192M --live --load-module
	failed 1 "$3.*\\[$2\\]"
	size 0
	live reserve 192M --live --load-module --json
	wrote reserve 1
	field .error.id "\"$2\""
	field .reserve.changed false
}

@test "modprobe fails: one clear sentence for each reason" {
	says "modprobe: ERROR: could not insert 'crash_grow': Key was rejected by service" \
		module-not-signed 'takes only modules that are signed by a key it trusts'
	says "modprobe: ERROR: could not insert 'crash_grow': Exec format error" \
		module-of-other-kernel 'built for another kernel'
	says "modprobe: FATAL: Module crash_grow not found in directory /lib/modules/$RELEASE" \
		module-not-found 'modprobe does not find crash_grow'
	says "modprobe: ERROR: could not insert 'crash_grow': Operation not permitted" \
		module-refused 'can be loaded by nobody here'
	says "modprobe: ERROR: could not insert 'crash_grow': Cannot allocate memory" \
		module-failed 'crash_grow is not loaded: it exited with 1: .*Cannot allocate memory'
	says nothing module-failed 'crash_grow is not there'
	# The tool itself cannot be started, or is not there at all.
	none installed
	chmod 644 "$M/usr/sbin/modprobe"
	live reserve 192M --live --load-module
	failed 1 'could not be started: Permission denied.*\[no-modprobe\]'
	rm "$M/usr/sbin/modprobe"
	live reserve 192M --live --load-module
	failed 1 'refused: there is no modprobe.*\[no-modprobe\]'
}

@test "no room: nothing is left taken, and the words are put back" {
	machine 7.2-main-cma
	add_image
	add_grub 'crashkernel=512M,cma crashkernel=256M'
	offer module
	live load
	full
	before=$(digest "$M/boot")$(digest "$M/etc")
	live reserve 384M --json
	wrote reserve 1
	field .error.id '"no-room"'
	field '.error.advice | contains("--config")' true
	field .reserve.changed false
	field .reserve.outcome '"untouched"'
	size 256
	nothing_taken
	assert_equal "$(digest "$M/boot")$(digest "$M/etc")" "$before"
	live status -q
	assert_equal "$status" 0
}

@test "the module stays where the step behind it fails, and that is said: 7" {
	none installed
	full
	live reserve 384M --live --load-module
	failed 7 'the module crash_grow stays loaded; what was done before it stays done \[no-room\]'
	nothing_taken
}

@test "too little memory is available: refused beforehand" {
	none module
	sed -i 's/^MemAvailable:.*/MemAvailable: 200000 kB/' "$M/proc/meminfo"
	remember
	live reserve 192M --live
	failed 1 'refused: .*available.*\[no-memory\]'
	unchanged
}

@test "sizes that make no sense: none of them reaches the kernel" {
	none module
	for args in "1:64:whole MiB" "18446744073709551615:64:64 TiB" \
		"18446744073709551616:64:too large a number" "0x7ffffffffffff:64:64 TiB" \
		"much:64:not a size" "-1:64:not a size" "64T:1:larger-than-memory" "2G:1:larger-than-memory"; do
		IFS=: read -r size code text <<<"$args"
		remember
		live reserve --live -- "$size"
		assert_equal "$size $status" "$size $code"
		assert_regex "$stderr" "$text"
		unchanged
	done
	live reserve 0 --live
	assert_output "Nothing to do: all is as wished."
	unchanged
	# Less than there is is no growth.
	live reserve 192M --live
	live reserve 190M --live --json
	wrote reserve 0
	field '[.reserve.steps[] | .action]' '["resize"]'
	size 190
}

@test "what cannot be unloaded cannot grow" {
	machine 7.2-main-cma
	add_image
	offer module
	live load
	echo 2 >"$M/proc/sys/kernel/kexec_load_limit_panic"
	live reserve 384M --live
	failed 1 'load-limit'
	echo 1 >"$M/proc/sys/kernel/kexec_load_disabled"
	live reserve 384M --live
	failed 1 'frozen'
	size 256
	nothing_taken
}

@test "the load behind it fails for good: 7, and said" {
	machine 7.2-main-cma
	add_image
	offer module
	live load
	KD_FAKE_REFUSE=1:ENOMEM live reserve 384M --live --json
	wrote reserve 7
	field .reserve.outcome '"restored"'
	size 384
	KD_FAKE_REFUSE=9:ENOMEM live reserve 400M --live
	failed 7 'nothing is loaded any more'
	nothing_taken
}

@test "a copy of a machine is about the next boot, and shows what could be now" {
	none module
	remember
	copy reserve 192M --live --dry-run
	assert_equal "$status" 0
	assert_line --regexp 'take 192 MiB for main'
	copy reserve 192M --live
	failed 1 'copy of a machine'
	copy status --json
	wrote status 4
	field .status.growth '"module"'
	unchanged
	run --separate-stderr "$CRASHCTL" -R "$M" facts
	assert_equal "$status" 0
	grep -q '"sys/kernel/crash_grow' <<<"$output"
}

# ---- --configured ----

@test "--configured: nothing to do where nothing is configured, or enough is there" {
	none module
	live reserve --configured
	assert_equal "$status" 0
	assert_output "Nothing to do: crashctl.conf(5) names nothing to reserve at run time."
	live reserve --configured -q
	assert_equal "$status$output$stderr" 0
	live reserve --configured --json
	wrote reserve 0
	field .reserve.steps null
	field .reserve.done true
	field .reserve.changed false
	machine 7.2-main-cma
	offer module
	echo 'reserve = 192M' >"$M/etc/crashctl.conf"
	add_image
	live reserve --configured
	assert_equal "$status" 0
	assert_output "Nothing to do: all is as wished."
	size 256
}

@test "--configured: takes what is missing, with no boot loader and no image if need be" {
	none module
	echo 'reserve = 192M' >"$M/etc/crashctl.conf"
	rm "$M$INITRAMFS"
	live reserve --configured --json
	wrote reserve 0
	field '[.reserve.steps[] | .action]' '["take","resize"]'
	field '.reserve.refusals | map([.id, .forced])' '[["unknown-need",true]]'
	size 192
	live status --json
	wrote status 3
	field .status.configured.reserve '"192M"'
	field '.status.findings | any(.id == "grown-until-reboot" and .severity == "warning" and
		.advice == "systemctl enable crashctl-reserve crashctl")' true
	# What [Install] of the units makes.
	wants=$M/etc/systemd/system/crashctl.service.wants
	mkdir -p "$wants" "$M/etc/systemd/system/multi-user.target.wants"
	touch "$M/etc/systemd/system/multi-user.target.wants/crashctl.service"
	live status --json
	wrote status 3
	field '.status.findings | any(.id == "grown-until-reboot" and .severity == "warning")' true
	touch "$wants/crashctl-reserve.service"
	live status --json
	wrote status 3
	field '.status.findings | any(.id == "grown-until-reboot" and .severity == "note")' true
	ln -s /dev/null "$M/etc/systemd/system/crashctl-reserve.service"
	live status --json
	wrote status 3
	field '.status.findings | any(.id == "grown-until-reboot" and .severity == "warning")' true
	rm "$M/etc/systemd/system/crashctl-reserve.service"
	live reserve --configured
	assert_output "Nothing to do: all is as wished."
}

@test "--configured: auto, and the module where that is configured" {
	none installed
	printf 'reserve = auto\nload-module = yes\n' >"$M/etc/crashctl.conf"
	live reserve --configured --dry-run
	assert_line --regexp 'load the module crash_grow'
	assert [ ! -e "$M/sys/kernel/crash_grow" ]
	live reserve --configured
	assert_equal "$status" 0
	live load
	assert_equal "$status" 0
}

@test "--configured: what cannot be done now is an error, and changes nothing" {
	none nothing
	echo 'reserve = 192M' >"$M/etc/crashctl.conf"
	remember
	live reserve --configured
	failed 1 'cannot-grow'
	unchanged
	echo 'reserve = auto' >"$M/etc/crashctl.conf"
	rm "$M$INITRAMFS"
	live reserve --configured
	failed 1 'no-initramfs'
}

@test "arguments that make no sense together" {
	none module
	for args in "--configured 192M" "--configured --live" "--configured --undo" \
		"--configured --cma 64M" "--configured --kernel $RELEASE" "--undo --load-module" \
		"192M --config --load-module" "--load-module" "--configured --recover"; do
		# shellcheck disable=SC2086 # several arguments
		live reserve $args
		assert_equal "$args $status" "$args 64"
	done
}
