# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
#
# GRUB as Debian has it: `reserve' runs the real grub-mkconfig, and what counts is
# the command line of every entry of the grub.cfg that boots.

load common

DROPIN=/etc/default/grub.d/zz-crashctl.cfg

# default LINE...: at the end of /etc/default/grub, and grub.cfg made anew
default()
{
	printf '%s\n' "$@" >>"$M/etc/default/grub"
	mkconfig
}

@test "the words are in every entry, in submenus and recovery entries too" {
	machine 6.1-main
	cp "$M$CFG" "$BATS_TEST_TMPDIR/old"
	crashctl reserve 300M --config
	exits 0
	entries_have crashkernel=300M 7
	diff "$BATS_TEST_TMPDIR/old" <(without_words "$M$CFG")
	run stat -c '%a %U' "$M$CFG"
	assert_output "$(stat -c '%a %U' "$BATS_TEST_TMPDIR/old")"
	nothing_left
}

@test "a second time there is nothing to do" {
	machine 6.1-main
	crashctl reserve 300M --config
	exits 0
	remember
	crashctl reserve 300M --config
	exits 0
	unchanged
}

@test "reserve 0: every byte is as before" {
	machine 6.1-main
	remember
	crashctl reserve 300M --config
	exits 0
	[ -e "$M$DROPIN" ]
	crashctl reserve 0 --config
	exits 0
	unchanged
}

@test "reserve --undo: every byte is as before" {
	machine 6.1-main
	crashctl reserve 300M --config
	exits 0
	remember
	crashctl reserve 320M --config
	exits 0
	entries_have crashkernel=320M 7
	crashctl reserve --undo
	exits 0
	unchanged
	entries_have crashkernel=300M 7
}

@test "a dry run changes nothing and shows the file" {
	machine 6.1-main
	remember
	crashctl reserve 300M --config --dry-run
	exits 0
	unchanged
	assert_regex "$output" "\+\+\+ .*$DROPIN"
	assert_regex "$output" '\+.*crashkernel=300M'
}

@test "CMA comes before main, where every kernel knows it" {
	machine 7.2-main-cma 7.2
	crashctl reserve 300M --cma 640M --config
	exits 0
	entries_have 'crashkernel=640M,cma crashkernel=300M' 3
}

@test "where an entry boots a kernel that does not know CMA, main has to hold alone" {
	machine 7.2-main-cma
	remember
	crashctl reserve 72M --cma 640M --config
	exits 1
	assert_regex "$stderr" '6\.1'
	unchanged
	crashctl reserve 300M --cma 640M --config
	exits 0
	assert_regex "$output$stderr" '6\.1'
	entries_have 'crashkernel=640M,cma crashkernel=300M' 7
}

@test "words in /etc/default/grub are replaced, not doubled" {
	machine 6.1-main
	default 'GRUB_CMDLINE_LINUX="console=ttyS0 crashkernel=128M"'
	entries_have crashkernel=128M 7
	crashctl reserve 300M --config
	exits 0
	entries_have crashkernel=300M 7
	crashctl reserve 0 --config
	exits 0
	entries_have '' 7
}

@test "kdump-tools' own drop-in is overridden, not doubled" {
	machine 6.1-main
	fetch=$("$TOP/tests/vm/fetch" kdump-tools; "$TOP/tests/vm/fetch" --path kdump-tools)
	cp "$fetch/etc/default/grub.d/kdump-tools.cfg" "$M/etc/default/grub.d/"
	mkconfig
	run grep -c crashkernel= "$M$CFG"
	assert_output 4
	cp "$M/etc/default/grub.d/kdump-tools.cfg" "$BATS_TEST_TMPDIR/"
	crashctl reserve 300M --config
	exits 0
	entries_have crashkernel=300M 7
	crashctl reserve 0 --config
	exits 0
	entries_have '' 7
	cmp "$M/etc/default/grub.d/kdump-tools.cfg" "$BATS_TEST_TMPDIR/kdump-tools.cfg"
}

@test "words in a variable of the user's are replaced too" {
	machine 6.1-main
	default 'CRASH="crashkernel=128M"' 'GRUB_CMDLINE_LINUX_DEFAULT="quiet $CRASH splash"'
	run grep -c crashkernel=128M "$M$CFG"
	assert_output 4
	crashctl reserve 300M --config
	exits 0
	entries_have crashkernel=300M 7
}

@test "a drop-in that sorts behind ours is no way around it" {
	machine 6.1-main
	echo 'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX crashkernel=64M"' \
		>"$M/etc/default/grub.d/zzz.cfg"
	mkconfig
	remember
	crashctl reserve 300M --config
	if [ "$status" -eq 0 ]; then
		entries_have crashkernel=300M 7
	else
		assert_regex "$stderr" 'crashkernel'
		unchanged
	fi
}

@test "unbalanced quotes: nothing is changed, and the reason is told" {
	machine 6.1-main
	echo 'GRUB_CMDLINE_LINUX="console=ttyS0' >>"$M/etc/default/grub"
	remember
	crashctl reserve 300M --config
	exits 1
	assert_regex "$stderr" '[Qq]uot|grub-mkconfig'
	unchanged
	nothing_left
}

@test "a tool that fails: its output is shown, and everything is put back" {
	machine 6.1-main
	printf '#!/bin/sh\necho "no such luck" >&2\nexit 3\n' >"$M/etc/grub.d/15_bad"
	chmod 755 "$M/etc/grub.d/15_bad"
	remember
	crashctl reserve 300M --config
	exits 1
	assert_regex "$stderr" 'no such luck'
	unchanged
	nothing_left
}

@test "a script that grub-script-check refuses: everything is put back" {
	machine 6.1-main
	printf '#!/bin/sh\necho "menuentry {{ (("\n' >"$M/etc/grub.d/15_bad"
	chmod 755 "$M/etc/grub.d/15_bad"
	remember
	crashctl reserve 300M --config
	exits 1
	unchanged
	nothing_left
}

@test "an entry with a command line of its own is told, and not passed over" {
	machine 6.1-main
	cat >>"$M/etc/grub.d/40_custom" <<-'END'
	menuentry 'by hand' --id by-hand {
		linux /boot/vmlinuz-6.1.0-50-cloud-amd64 root=/dev/vda1 crashkernel=64M
	}
	END
	mkconfig
	remember
	crashctl reserve 300M --config
	assert_regex "$output$stderr" 'by hand|by-hand'
	[ "$status" -eq 0 ] || unchanged
}

@test "read-only /boot is an error that says so" {
	machine 6.1-main
	remember
	SCRATCH_RO=/boot crashctl reserve 300M --config
	exits 1
	assert_regex "$stderr" 'read-only'
	unchanged
}

@test "a kernel that comes afterwards gets the words" {
	machine 6.1-main 6.1 6.12
	crashctl reserve 300M --config
	exits 0
	entries_have crashkernel=300M 5
	cp "$BATS_FILE_TMPDIR"/6.1-main/boot/*-7.2.* "$M/boot/"
	mkconfig
	entries_have crashkernel=300M 7
	remember
	crashctl reserve 300M --config
	exits 0
	unchanged
}

@test "a disk that is full: nothing is changed" {
	machine 6.1-main
	remember
	SCRATCH_FULL=/boot/grub crashctl reserve 300M --config
	exits 1
	unchanged
	nothing_left
	crashctl reserve 300M --config
	exits 0
	entries_have crashkernel=300M 7
}

@test "two at the same time: the result is one of the two wishes" {
	machine 6.1-main
	inside crashctl reserve 310M --config >"$BATS_TEST_TMPDIR/first" 2>&1 &
	crashctl reserve 320M --config
	wait || :
	run -0 sort -u < <(grub_entries | grep -o 'crashkernel=.*M')
	assert_equal "${#lines[@]}" 1
	assert_regex "$output" '^crashkernel=3[12]0M$'
	assert_equal "$(grub_entries | wc -l)" 7
	inside grub-script-check "$CFG"
	nothing_left
}

@test "status tells the words of the next boot, and that a reboot is pending" {
	machine 6.1-main
	crashctl reserve 300M --config
	exits 0
	crashctl status
	assert_regex "$output" '300 MiB'
	assert_regex "$output" 'reboot-pending'
}

@test "the tool has the caller's language, and nothing else of the environment" {
	machine 6.1-main
	rm "$M/usr/sbin/grub-mkconfig"
	printf '%s\n' '#!/bin/sh' '# sources /etc/default/grub.d as the real one does' \
		'env >/run/seen' 'exec /.usr/sbin/grub-mkconfig "$@"' >"$M/usr/sbin/grub-mkconfig"
	chmod +x "$M/usr/sbin/grub-mkconfig"
	run inside env -u LC_ALL LANG=de_DE.UTF-8 LANGUAGE=de SECRET=1 crashctl reserve 300M --config
	assert_success
	run grep -vE '^(PWD|OLDPWD|_|SHLVL)=' "$M/run/seen"
	assert_equal "$(sort <<<"$output" | paste -sd ' ')" \
		"LANG=de_DE.UTF-8 LANGUAGE=de PATH=/usr/sbin:/usr/bin:/sbin:/bin"
}
