# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# reserve: interrupted, put back, undone; and how its tools are run.

load common
load boot

setup()
{
	machine 7.2-main-cma
	add_image
	add_grub 'crashkernel=256M'
}

# tool COMMAND...: grub-script-check does that, as the last tool before grub.cfg is replaced.
tool()
{
	printf '#!/bin/sh\n%s\n' "$*" >"$M/usr/bin/grub-script-check"
}

# interrupt: dies once the drop-in is written.
interrupt()
{
	# shellcheck disable=SC2016 # for the other shell
	tool 'kill -KILL $PPID; sleep 2; touch "$KD_FAKE_ROOT/survived"'
	# The shell that waits would tell of the signal.
	run --separate-stderr bash -c 'KD_FAKE_ROOT=$1 "$2" reserve 300M --config; exit $?' - \
		"$M" "$CRASHCTL"
	assert_equal "$status" 137
	assert [ -e "$M/$DROPIN" ]
	cp "$TOP/tests/cli/standins/grub-script-check" "$M/usr/bin/"
}

@test "killed: status says so, --recover puts all back, the next reserve needs no --recover" {
	before=$(digest "$M/boot")$(digest "$M/etc")
	interrupt
	sleep 2.5
	assert [ ! -e "$M/survived" ]
	live status --json
	assert_equal "$(jq '.status.findings | any(.id == "interrupted-change")' <<<"$output")" true
	live reserve --recover --json
	wrote reserve 0
	field .reserve.recovered true
	assert_equal "$(digest "$M/boot")$(digest "$M/etc")" "$before"
	live reserve --recover --json
	wrote reserve 0
	field .reserve.recovered false
	interrupt
	live reserve 400M --config --dry-run
	assert_line --partial "interrupted will be put back first"
	live reserve --recover
	assert_output "A change that had been interrupted was put back."
	live reserve --recover
	assert_output "Nothing to put back: no change was interrupted."
	interrupt
	live reserve 300M --config
	assert_equal "$status" 0
	boots "crashkernel=300M"
	assert_equal "$(find "$M" -name '*.new' -o -name '*.crashctl' -o -name open)" ""
}

@test "killed, and a file edited since: that one is left alone, and said" {
	interrupt
	echo '# mine' >>"$M/$DROPIN"
	live reserve --recover
	failed 1 'zz-crashctl.cfg: changed by somebody else since.*\[changed-since\]'
	assert_equal "$(tail -n 1 "$M/$DROPIN")" '# mine'
	assert [ ! -e "$M/$CFG.crashctl" ]
	live reserve --recover
	assert_equal "$status" 0
}

@test "killed, and the journal is damaged: said, nothing is guessed" {
	interrupt
	echo 'FORMAT=1' >"$M/var/lib/crashctl/journal/open"
	remember
	live reserve --recover
	failed 1 '\[journal-unusable\]'
	unchanged
	live reserve 400M --config
	failed 1 '\[journal-unusable\]'
	unchanged
}

@test "nothing to undo" {
	remember
	live reserve --undo
	failed 1 '\[nothing-to-undo\]'
	unchanged
}

@test "the saved texts are gone: nothing is undone, and what to do is told" {
	live reserve 300M --config
	assert_equal "$status" 0
	find "$M/var/lib/crashctl/journal" -type f ! -name 'done' -delete
	remember
	live reserve --undo
	failed 1 '\[saved-unusable\]'
	assert_regex "$stderr" 'crashctl reserve SIZE'
	unchanged
}

@test "undone after a new kernel: by the words" {
	live reserve 300M --config
	assert_equal "$status" 0
	sed -i "s/^KERNELS=.*/KERNELS=\"$RELEASE 7.3.1-amd64\"/" "$M/etc/default/grub"
	cp "$M/boot/config-$RELEASE" "$M/boot/config-7.3.1-amd64"
	mkconfig
	boots "crashkernel=300M"
	live reserve --undo
	assert_equal "$status" 0
	boots "crashkernel=256M"
	grep -q 7.3.1-amd64 "$M/$CFG"
}

@test "a tool has no environment, no input, no descriptors, no terminal of ours" {
	# shellcheck disable=SC2016 # for the other shell
	tool 'exec >"$KD_FAKE_ROOT/seen"
	env | sed "s/=.*//" | grep -vxE "PWD|_|SHLVL|OLDPWD" | sort | paste -sd " "
	readlink /proc/self/fd/0
	ls /proc/$$/fd | paste -sd " "
	cut -d " " -f 5 /proc/$$/stat | sed "s/^$$\$/own group/"
	sed -n "/^Sig\(Blk\|Ign\):/s/.*\t//p" /proc/$$/status | paste -sd " "'
	exec 7</dev/null
	SECRET=1 live reserve 300M --config
	exec 7<&-
	assert_equal "$status" 0
	run cat "$M/seen"
	assert_line --index 0 "KD_FAKE_ROOT LC_ALL PATH"
	assert_line --index 1 /dev/null
	# 10: where the shell reads the script from.
	assert_line --index 2 --regexp '^0 1 10 2( 3)?$'
	assert_line --index 3 "own group"
	# None blocked; SIGTTIN and SIGTTOU ignored, and of the real-time signals those that
	# whoever runs the tests has left so.
	assert_line --index 4 --regexp '^0{16} [0-9a-f]{8}[08]0300000$'
}

@test "a tool that says much, and one that leaves something running" {
	tool 'seq 1 30000; echo "the end" >&2; exit 1'
	remember
	live reserve 300M --config
	failed 1 'exited with 1: the end.*\[tool-failed\]'
	# shellcheck disable=SC2016 # for the other shell
	tool 'sleep 30 & echo $! >"$KD_FAKE_ROOT/pid"'
	SECONDS=0
	live reserve 300M --config
	kill "$(cat "$M/pid")"
	assert_equal "$status" 0
	assert [ "$SECONDS" -lt 20 ]
	boots "crashkernel=300M"
}

@test "a tool that cannot be started" {
	before=$(digest "$M/boot")$(digest "$M/etc")
	chmod -x "$M/usr/bin/grub-script-check"
	live reserve 300M --config
	failed 1 'could not be started: Permission denied.*\[tool-failed\]'
	assert_equal "$(digest "$M/boot")$(digest "$M/etc")" "$before"
}

@test "a key stroke waits until all of it is done" {
	# shellcheck disable=SC2016 # for the other shell
	tool 'kill -INT $PPID; kill -TERM $PPID; kill -HUP $PPID'
	run bash -c 'KD_FAKE_ROOT=$1 "$2" reserve 300M --config >/dev/null 2>&1; exit $?' - \
		"$M" "$CRASHCTL"
	assert [ "$status" -gt 128 ]
	boots "crashkernel=300M"
	assert_equal "$(find "$M" -name open)" ""
}

@test "a file that is a link: what it leads to is replaced; one that leads nowhere is refused" {
	mkdir -p "$M/srv"
	mv "$M/$CFG" "$M/srv/menu"
	ln -s /srv/menu "$M/$CFG"
	chmod 600 "$M/srv/menu"
	live reserve 300M --config
	assert_equal "$status" 0
	assert_equal "$(readlink "$M/$CFG")" /srv/menu
	assert_equal "$(stat -c %a "$M/srv/menu")" 600
	grep -q crashkernel=300M "$M/srv/menu"
	ln -s /nowhere "$M/etc/default/grub.d/zz-crashctl.cfg.link"
	mv "$M/etc/default/grub.d/zz-crashctl.cfg.link" "$M/$DROPIN"
	live reserve 400M --config
	failed 1 '\[dangling-link\]'
	# grub-mkconfig would take it for a file that is not there.
	rm "$M/$DROPIN"
	mv "$M/etc/default/grub" "$M/srv/"
	ln -s /nowhere "$M/etc/default/grub"
	remember
	live reserve 400M --config
	failed 1 '/etc/default/grub: is a link that leads nowhere.*\[dangling-link\]'
	unchanged
	ln -sf ../../srv/grub "$M/etc/default/grub"
	live reserve 400M --config
	assert_equal "$status" 0
}
