# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# crashctl rehearse, with a stand-in for QEMU that writes what a guest would.  tests/vm has
# the real one.

load common

setup()
{
	machine 7.2-loaded
	add_image
	# Of this machine's CMA a case says when it counts.
	: >"$M/sys/kernel/kexec/crash_cma_ranges"
	# Of root's QEMU nobody is left, who gets nowhere in the tests' own folder.
	Q=$(mktemp -d "${TMPDIR:-/tmp}/crashctl-qemu.XXXXXX")
	chmod 777 "$Q"
	cp "$TOP/tests/cli/standins/qemu" "$Q/qemu-system-x86_64"
	PATH=$Q:$PATH
	LOADED=$'\ncrashctl-rehearsal: loaded\n'
	BOOTED=$LOADED$'[    0.0] Linux version 7.2\n[    1.0] Memory: 31000K/98036K available (1K)\n'
	INIT=$BOOTED$'[    2.4] Freeing initrd memory: 1K\n[    4.2] Run /init as init process\n'
}

teardown()
{
	rm -rf "$Q"
}

console()
{
	printf '%s' "$1" >"$Q/console${2:-}"
}

@test "an image that boots: exit 0, and how far it came" {
	console "$INIT"
	live rehearse --json --main 100M
	wrote rehearse 0
	field .rehearse.result '"boots"'
	field .rehearse.main $((100 << 20))
	field '[.rehearse.stages[]]' '[true,true,true,true]'
	field .rehearse.memory.total $((98036 * 1024))
	field .rehearse.memory.available $((31000 * 1024))
	field .rehearse.memory.available_lowest null
	field .rehearse.why null
	field .rehearse.minimum null
	field '.rehearse.trials | length' 1
	live rehearse --main 100M
	assert_success
	assert_line 'It would boot.'
	assert_line --regexp '^lowest +not known'
}

@test "the guest has no network, no file, and the words that the report tells of" {
	console "$INIT"
	live rehearse --main 100M
	assert_success
	run cat "$Q/arguments"
	for word in -nodefaults -no-user-config -no-reboot none stdio; do
		assert_line -- "$word"
	done
	assert_line --regexp 'nokaslr crashkernel=104857600@0x[0-9a-f]+$'
	refute_line --regexp '^-(netdev|virtfs)|file='
	assert_line 'driver=null-co,size=16M,if=none,id=nothing'
	assert_equal "$(cat "$Q/started.sum")" "$(sha256sum <"$M$KERNEL")"
	assert_equal "$(cat "$Q/kernel.sum")" "$(sha256sum <"$M$KERNEL")"
	assert_equal "$(cat "$Q/initramfs.sum")" "$(sha256sum <"$M$INITRAMFS")"
	# Files in memory that cannot be executed: others are refused with vm.memfd_noexec=2.
	mode=$(python3 -c 'import os
try:
	os.stat(os.memfd_create("x", 8)); print("666")
except OSError:
	print("777")')
	assert_equal "$(cat "$Q/modes")" "$mode"$'\n'"$mode"
	assert_regex "$(cat "$Q/cmdline")" 'console=ttyS0 loglevel=7 .*crashctl.rehearsal$'
	assert_equal "$(head -c 4 "$Q/init" | tail -c 3)" ELF
}

# The stand-in's own process, as it would be QEMU's.
state_of_qemu()
{
	# shellcheck disable=SC2016 # for the stand-in
	echo 'cat /proc/$$/status >"$here/status"; cat /proc/$$/oom_score_adj >"$here/oom"
		id -G >"$here/groups"' >"$Q/then"
}

@test "QEMU has no privileges, goes first when memory runs out, and has its sandbox" {
	console "$INIT"
	state_of_qemu
	live rehearse --json --main 100M
	wrote rehearse 0
	field .rehearse.guest.sandbox true
	assert_equal "$(cat "$Q/oom")" 1000
	for line in 'NoNewPrivs:.1' 'CapEff:.0+' 'CapPrm:.0+' 'CapInh:.0+' 'CapAmb:.0+'; do
		grep -qE "^$line\$" "$Q/status"
	done
	grep -qx -- -sandbox "$Q/arguments"
	grep -qx 'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny' \
		"$Q/arguments"
	if [ "$(id -u)" = 0 ]; then
		grep -qE '^Uid:.65534.65534.65534.65534$' "$Q/status"
		grep -qE '^Gid:.65534.65534.65534.65534$' "$Q/status"
		assert_equal "$(cat "$Q/groups")" 65534
	else
		grep -qE "^Uid:.$(id -u)." "$Q/status"
	fi
}

@test "QEMU that was built without a sandbox: it is done without, and said" {
	# shellcheck disable=SC2016 # for the stand-in
	echo 'case " $* " in *" -sandbox "*)
		echo "qemu-system-x86_64: -sandbox on: seccomp support is disabled" >&2; exit 1 ;;
	esac; cat "$here/heard"' >"$Q/then"
	printf '%s' "$INIT" >"$Q/heard"
	live rehearse --json --main 100M
	wrote rehearse 0
	field .rehearse.result '"boots"'
	field .rehearse.guest.sandbox false
	field .rehearse.guest.accelerator '"tcg"'
	assert_regex "$stderr" 'no sandbox here: it runs without: .*seccomp support is disabled'
	assert_equal "$(wc -l <"$Q/sizes")" 2
}

# kvm WORDS: what the stand-in does then under KVM, which is there
kvm()
{
	mkdir -p "$M/dev"
	: >"$M/dev/kvm"
	echo "case \" \$* \" in *' -accel kvm '*) $1 ;; esac; cat \"\$here/heard\"" >"$Q/then"
	printf '%s' "$INIT" >"$Q/heard"
}

@test "KVM where it works, else software emulation, and that is said" {
	kvm :
	live rehearse --json --main 100M
	wrote rehearse 0
	field .rehearse.guest.accelerator '"kvm"'
	assert_equal "$stderr" ''
	grep -qx host "$Q/arguments"
	# It cannot be opened by QEMU; it ends at once; its first kernel panics.
	for words in 'echo "Could not access KVM kernel module: Permission denied" >&2; exit 1' \
		'exit 0' 'echo; echo "Kernel panic - not syncing: VFS: what"; exit 0'; do
		kvm "$words"
		rm -f "$Q/sizes"
		live rehearse --json --main 100M
		wrote rehearse 0
		field .rehearse.result '"boots"'
		field .rehearse.guest.accelerator '"tcg"'
		assert_regex "$stderr" 'KVM brings up no guest here: software emulation it is'
		assert_equal "$(wc -l <"$Q/sizes")" 2
		field '.rehearse.trials | length' 1
	done
	kvm 'echo "Could not access KVM kernel module: Permission denied" >&2; exit 1'
	live rehearse --main 100M
	assert_success
	assert_line --regexp '^guest .* software emulation$'
	assert_regex "$stderr" 'emulation it is: .*KVM kernel module: Permission denied'
	# Once the crash kernel runs it is no question of KVM any more.
	kvm "cat \"\$here/heard\"; echo 'Out of memory: Killed process 77 (dd)'; exit 0"
	live rehearse --json --main 100M
	wrote rehearse 2
	field .rehearse.guest.accelerator '"kvm"'
	# And a search does not lose what it knows.
	kvm 'exit 0'
	live rehearse --json --bisect --main 100M
	assert_equal "$status" 0
	assert_equal "$(grep -c 'software emulation' <<<"$stderr")" 1
}

@test "CMA that is reserved here: the guest has as much" {
	echo 4e000000-6dffffff >"$M/sys/kernel/kexec/crash_cma_ranges"
	console "${INIT//98036K/620000K}"
	live rehearse --json --main 100M
	wrote rehearse 0
	field .rehearse.guest.cma $((512 << 20))
	field .rehearse.guest.lacked 0
	run grep -x -- '.* crashkernel=536870912,cma crashkernel=104857600@0x[0-9a-f]*' "$Q/arguments"
	assert_success
	with=$(jq .rehearse.guest.ram "$BATS_TEST_TMPDIR/json")
	live rehearse --main 100M
	assert_line --regexp '^guest +100 MiB for main, 512 MiB of CMA, of '
	live rehearse --json --main 100M --cma 0
	wrote rehearse 0
	field .rehearse.guest.cma 0
	field .rehearse.guest.ram $((with - (512 << 20)))
	refute grep -q ,cma "$Q/arguments"
	live rehearse --json --main 100M --cma 64M
	wrote rehearse 0
	field .rehearse.guest.cma $((64 << 20))
	# A search is of main alone.
	live rehearse --bisect --main 100M
	assert_success
	refute grep -q ,cma "$Q/arguments"
}

@test "CMA that the guest's kernel does not know: what it dies of says nothing" {
	echo 4e000000-6dffffff >"$M/sys/kernel/kexec/crash_cma_ranges"
	console "${BOOTED}[    2.0] Initramfs unpacking failed: write error"$'\n'
	live rehearse --json --main 100M
	wrote rehearse 1
	field .error.id '"rehearsal-lacks"'
	field .rehearse.result '"root-full"'
	field .rehearse.guest.lacked $((512 << 20))
	live rehearse --main 100M
	failed 1 'with 100 MiB of main, without the 512 MiB .* \[rehearsal-lacks\]'
	# It had it, and was short of memory all the same; or the image does not go into main.
	console "${BOOTED//98036K/620000K}[    2.0] Initramfs unpacking failed: write error"$'\n'
	live rehearse --json --main 100M
	wrote rehearse 2
	field .rehearse.guest.lacked 0
	console $'crashctl-rehearsal: refused 99\n'
	live rehearse --json --main 100M
	wrote rehearse 2
	field .rehearse.result '"load-refused"'
}

@test "low beside a main above 4 GiB: the guest has none, and that is said" {
	machine 7.2-high-low
	add_image
	console "$INIT"
	live rehearse
	assert_success
	assert_line 'It would boot.'
	assert_line --regexp '^guest +256 MiB for main, of '
	assert_line --regexp '^not there +128 MiB beside main that this machine has for it$'
	console "${INIT}[    9.0] Out of memory: Killed process 77 (dd)"$'\n'
	live rehearse --json
	wrote rehearse 1
	field .error.id '"rehearsal-lacks"'
	field .rehearse.guest.lacked $((128 << 20))
	field .rehearse.result '"init-memory"'
	console "${BOOTED}[    2.0] Kernel panic - not syncing: No working init found."$'\n'
	live rehearse --json
	wrote rehearse 2
	field .rehearse.result '"no-init"'
}

@test "a guest that this machine has no memory for is not started" {
	console "$INIT"
	sed -i 's/^MemAvailable:.*/MemAvailable:  400000 kB/' "$M/proc/meminfo"
	live rehearse --main 100M
	failed 1 '390.7 MiB of memory are available \[guest-too-large\]'
	assert [ ! -e "$Q/sizes" ]
	sed -i '/^MemAvailable:/d' "$M/proc/meminfo"
	live rehearse --main 100M
	assert_success
}

@test "main is what is reserved, where nothing else is said" {
	console "$INIT"
	live rehearse --json
	wrote rehearse 0
	live status --json
	assert_equal "$(jq .status.pools.main.reserved <<<"$output")" \
		"$(jq .rehearse.main "$BATS_TEST_TMPDIR/json")"
}

@test "what it died of: exit 2, and the line that tells" {
	while IFS='|' read -r result line; do
		console "${BOOTED}[    2.0] $line"$'\n'
		live rehearse --json --main 100M
		wrote rehearse 2
		field .rehearse.result "\"$result\""
		field .rehearse.why "\"$line\""
		field .rehearse.stages.init false
	done <<-'END'
		root-full|Initramfs unpacking failed: write error
		unpack-failed|Initramfs unpacking failed: invalid magic at start of compressed archive
		unpack-memory|Out of memory: Killed process 1 (init)
		no-init|Kernel panic - not syncing: No working init found.
		panic|Kernel panic - not syncing: Fatal exception
	END
	console "${INIT}[    9.0] Out of memory: Killed process 77 (dd)"$'\n'
	live rehearse --main 100M
	assert_equal "$status" 2
	assert_line 'It would not boot: out of memory once init ran.'
	assert_line '  Out of memory: Killed process 77 (dd)'
	console $'crashctl-rehearsal: refused 99\n'
	live rehearse --json --main 100M
	wrote rehearse 2
	field .rehearse.result '"load-refused"'
	field .rehearse.why '"kexec_file_load: Cannot assign requested address (99)"'
	console "$LOADED"
	live rehearse --json --main 100M
	wrote rehearse 2
	field .rehearse.result '"silent"'
}

@test "the crash kernel's own record of its memory is told" {
	console "${INIT}crashctl-memory: lowest=30000000"$'\n'"crashctl-memory: lowest=20000000"$'\n'
	live rehearse --json --main 100M
	wrote rehearse 0
	field .rehearse.memory.available_lowest 20000000
}

@test "--bisect finds the smallest main, from where it is told to begin" {
	for size in $(seq 80 130); do
		if [ "$size" -ge 97 ]; then
			console "$INIT" ".$size"
		else
			console "${BOOTED}[ 2.0] Initramfs unpacking failed: write error"$'\n' ".$size"
		fi
	done
	live rehearse --bisect --json --main 100M
	wrote rehearse 0
	field .rehearse.minimum $((97 << 20))
	field .rehearse.below_minimum '"root-full"'
	assert [ "$(wc -l <"$Q/sizes")" -le 8 ]
	live rehearse --bisect --main 90M
	assert_success
	assert_line 'The smallest main that boots is 97 MiB.'
}

# The smallest main is 97 MiB.
bisected()
{
	for size in 9{0..6}; do
		console "${BOOTED}[ 2.0] Initramfs unpacking failed: write error"$'\n' ".$size"
	done
	for size in 9{7..9} 10{0..9}; do
		console "$INIT" ".$size"
	done
	live rehearse --bisect --json --main 98M
	wrote rehearse 0
	field .rehearse.minimum $((97 << 20))
}

measured()
{
	live estimate --json "$@"
	wrote estimate 0
	jq -c '[.estimate.parts[] | select(.basis == "measured") | .bytes]' \
		"$BATS_TEST_TMPDIR/json"
}

@test "a measured minimum is kept, and goes before what is modelled" {
	live estimate --json
	wrote estimate 0
	dump=$(jq '.estimate.walls.dump + .estimate.margins.dump' "$BATS_TEST_TMPDIR/json")
	bisected
	field .rehearse.kept true
	live estimate --json
	wrote estimate 0
	field '[.estimate.parts[] | select(.id == "measured") | .basis]' '["measured"]'
	bytes=$(jq '.estimate.parts[] | select(.id == "measured") | .bytes' \
		"$BATS_TEST_TMPDIR/json")
	# And no more than the struct pages of another place, and what describes the memory.
	assert [ "$bytes" -ge $((97 << 20)) ]
	assert [ "$bytes" -le $((100 << 20)) ]
	field .estimate.walls.run "$bytes"
	field '.estimate.walls.dump + .estimate.margins.dump' "$dump"
	field '.estimate.needed.main >= .estimate.walls.run + .estimate.margins.run' true
	live estimate
	assert_line --regexp '^smallest main that booted +9[0-9.]+ MiB +measured'
}

@test "it is one of these files, this command line, this record" {
	bisected
	entry=$(echo "$M"/var/cache/crashctl/measured-*)
	assert [ -s "$entry" ]
	refute [ "$(measured)" = '[]' ]
	assert_equal "$(measured --append 'nr_cpus=1 other')" '[]'
	assert_equal "$(measured --no-cache)" '[]'
	# The same bytes in another file are the same image.
	cp "$M$INITRAMFS" "$M/boot/new"
	mv "$M/boot/new" "$M$INITRAMFS"
	refute [ "$(measured)" = '[]' ]
	cp "$entry" "$BATS_TEST_TMPDIR/entry"
	for line in FORMAT=0 MAIN=0 MAIN=-1 MAIN=99999999999999 CPUS= 'TIME=x' KERNEL_SHA256=0; do
		{ cat "$BATS_TEST_TMPDIR/entry"; echo "$line"; } >"$entry"
		assert_equal "$line $(measured)" "$line []"
	done
	head -c -1 "$BATS_TEST_TMPDIR/entry" >"$entry"
	assert_equal "$(measured)" '[]'
	cp "$BATS_TEST_TMPDIR/entry" "$entry"
	chmod g+w "$entry"
	assert_equal "$(measured)" '[]'
	chmod g-w "$entry"
	refute [ "$(measured)" = '[]' ]
	mkimage initramfs "$M$INITRAMFS" --files 9
	assert_equal "$(measured)" '[]'
}

@test "so many measured minima are kept, and no more" {
	mkdir -p "$M/var/cache/crashctl"
	for n in {10..30}; do
		touch -d "2020-01-$((n)) 00:00" \
			"$M/var/cache/crashctl/measured-$(printf '%064d' "$n")"
	done
	touch "$M/var/cache/crashctl/measured-mine"
	bisected
	assert_equal "$(find "$M/var/cache/crashctl" -name 'measured-*' | wc -l)" 17
	assert [ -e "$M/var/cache/crashctl/measured-$(printf '%064d' 30)" ]
	refute [ -e "$M/var/cache/crashctl/measured-$(printf '%064d' 15)" ]
}

@test "--bisect does not look for what memory does not mend" {
	console "${BOOTED}[ 2.0] Initramfs unpacking failed: junk"$'\n'
	live rehearse --bisect --json
	wrote rehearse 2
	field .rehearse.minimum null
	field '.rehearse.trials | length' 1
}

@test "no QEMU: one sentence, and what to install" {
	rm "$Q/qemu-system-x86_64"
	run --separate-stderr env PATH="$Q" KD_FAKE_ROOT="$M" "$CRASHCTL" rehearse --json
	wrote rehearse 1
	field .error.id '"no-qemu"'
	failed 1 'qemu-system-x86_64: not found in PATH \[no-qemu\]'
}

@test "QEMU that is too old, is killed, or cannot be run" {
	echo 'echo "qemu-system-x86_64: -nic: invalid option" >&2; exit 1' >"$Q/then"
	live rehearse --main 100M
	failed 1 '-nic: invalid option \[qemu-failed\]'
	# shellcheck disable=SC2016 # for the stand-in
	echo 'kill -9 $$' >"$Q/then"
	live rehearse --main 100M
	failed 1 'ended by signal 9 \[qemu-killed\]'
	# Once the crash kernel runs, too: that is no word of the image.
	console "$BOOTED"
	live rehearse --json --main 100M
	wrote rehearse 1
	field .error.id '"qemu-killed"'
	field .rehearse.result null
	field .rehearse.stages.booted true
	printf '#!/nowhere/at-all\n' >"$Q/qemu-system-x86_64"
	live rehearse --main 100M
	failed 1 'No such file or directory \[qemu-failed\]'
}

@test "QEMU that closes its console and does not end" {
	console "$BOOTED"
	echo 'exec >/dev/null; exec sleep 60' >"$Q/then"
	SECONDS=0
	live rehearse --main 100M
	failed 1 'closed the guest.s console, and did not end \[qemu-failed\]'
	assert [ $SECONDS -lt 20 ]
}

@test "a guest whose first kernel does not come so far" {
	live rehearse --json --main 100M
	wrote rehearse 1
	field .error.id '"rehearsal-not-tried"'
	console $'Kernel panic - not syncing: VFS: Unable to mount root fs\n'
	live rehearse --main 100M
	failed 1 'Unable to mount root fs \[rehearsal-not-tried\]'
	console $'crashctl-rehearsal: reserved 0\ncrashctl-rehearsal: refused 99\n'
	live rehearse --main 100M
	failed 1 'did not set main aside \[rehearsal-not-tried\]'
}

@test "time is up: --timeout" {
	# shellcheck disable=SC2016 # for the stand-in
	echo 'exec sleep 60' >"$Q/then"
	console "$BOOTED"
	live rehearse --json --main 100M --timeout 2
	wrote rehearse 2
	field .rehearse.result '"timeout"'
	rm "$Q/console"
	live rehearse --main 100M --timeout 1
	failed 1 '\[rehearsal-not-tried\]'
}

@test "a signal ends the guest too, and nothing is left" {
	# shellcheck disable=SC2016 # for the stand-in
	echo 'echo $$ >"$here/pid"; exec sleep 60' >"$Q/then"
	console "$BOOTED"
	for signal in TERM KILL; do
		rm -f "$Q/pid"
		KD_FAKE_ROOT=$M "$CRASHCTL" rehearse --main 100M >/dev/null 2>&1 3>&- &
		pid=$!
		for _ in $(seq 100); do
			[ ! -s "$Q/pid" ] || break
			sleep 0.1
		done
		kill -$signal $pid
		run wait $pid
		for _ in $(seq 50); do
			kill -0 "$(cat "$Q/pid")" 2>/dev/null || break
			sleep 0.1
		done
		run kill -0 "$(cat "$Q/pid")"
		assert_failure
	done
}

@test "files that are of no use are not tried" {
	console "$INIT"
	echo 'no kernel' >"$M$KERNEL"
	live rehearse --main 100M
	assert_equal "$status" 1
	assert [ ! -e "$Q/sizes" ]
	rm "$M$KERNEL"
	live rehearse --json --main 100M
	wrote rehearse 1
	assert [ ! -e "$Q/sizes" ]
}

@test "wrong arguments" {
	for arguments in '--main 0' '--main 3G' '--main x' '--timeout 0' '--timeout 1s' '--cpus 0' \
		'extra' '-R /' '--cma x' '--bisect --cma 64M'; do
		# shellcheck disable=SC2086 # words
		live rehearse --json $arguments
		assert_equal "$arguments: $status" "$arguments: 64"
	done
	live rehearse --main 100M --ram 128M
	failed 1 'are needed \[guest-too-small\]'
}
