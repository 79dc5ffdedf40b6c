# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
#
# What is run when a kernel was installed.  A stand-in answers for crashctl; the document
# that it gives is one that crashctl wrote.

load common

setup()
{
	W=$BATS_TEST_TMPDIR
	mkdir -p "$W"/{bin,install.d,postinst.d,run/systemd/system,answers}
	: >"$W/iomem"
	for hook in 95-crashctl.install zz-crashctl; do
		sed -e "s:@BINDIR@:$W/bin:; s:@KERNELINSTALLDIR@:$W/install.d:" \
			-e "s:/run/systemd/system:$W&:; s:/proc/iomem:$W/iomem:" \
			-e "s:/etc/kernel/postinst.d:$W/postinst.d:" \
			"$TOP/cli/kernel-install/$hook.in" >"$W/$hook"
		chmod +x "$W/$hook"
	done
	mv "$W/95-crashctl.install" "$W/install.d/"
	mv "$W/zz-crashctl" "$W/postinst.d/"
	cat >"$W/bin/crashctl" <<-END
		#!/bin/sh
		echo "\$*" >>$W/called
		case "\$*" in
		*--ours) name=ours ;;
		*) name=estimate ;;
		esac
		cat $W/answers/\$name.err >&2
		cat $W/answers/\$name
		exit \$(cat $W/answers/\$name.code)
	END
	chmod +x "$W/bin/crashctl"
	answer ours 0
	answer estimate 0
	: >"$W/called"
}

# answer NAME CODE [STDERR [STDOUT]]
answer()
{
	echo "$2" >"$W/answers/$1.code"
	printf '%s' "${3:-}" >"$W/answers/$1.err"
	printf '%s' "${4:-}" >"$W/answers/$1"
}

add()
{
	run --separate-stderr "$W/install.d/95-crashctl.install" add 7.2.1 /boot/x/7.2.1 \
		/boot/vmlinuz-7.2.1 /boot/initrd.img-7.2.1
	assert_equal "$status:$output" "0:"
}

asked()
{
	assert_equal "$(cat "$W/called")" "$(printf '%s\n' "$@")"
}

BOTH=('status --ours' '--json estimate --release 7.2.1 --check')

@test "enough for the new kernel: nothing is said" {
	add
	asked "${BOTH[@]}"
	assert_equal "$stderr" ""
}

@test "too little for the new kernel: how much, and what to do" {
	machine 6.1-main
	add_image
	mkimage initramfs "$M/boot/large" --files 250 --size 1000000
	copy --json estimate --check --initramfs /boot/large
	wrote estimate 2
	need=$(jq .estimate.needed.main "$BATS_TEST_TMPDIR/json")
	assert [ "$need" -gt 268435456 ]
	assert_equal $((need % 1048576)) 0
	answer estimate 2 '' "$output"
	add
	assert_equal "$stderr" "crashctl: the crash image of kernel 7.2.1 needs \
$((need >> 20))M of memory, 256M are reserved: once it runs, a panic may be lost
crashctl: reserve more, which takes a reboot: crashctl reserve $((need >> 20))M"
}

@test "a document that is not understood still gives a warning" {
	answer estimate 4 '' '{"schema":1,"estimate":{"needed":{"main":null},"reserved":null}}'
	add
	assert_regex "$stderr" 'crash image of kernel 7.2.1 needs more of memory'
	assert_regex "$stderr" 'crashctl reserve auto$'
}

@test "no crash initramfs yet: what crashctl says of it, and how to ask again" {
	answer estimate 1 'crashctl: no crash initramfs found
  → build it (mkdumprd)
' '{"schema":1}'
	add
	assert_equal "$stderr" "crashctl: no crash initramfs found
  → build it (mkdumprd)
crashctl: whether enough is reserved for kernel 7.2.1 is not known; ask again by: \
crashctl estimate --release 7.2.1 --check
crashctl: once it runs no panic is captured, unless its crash initramfs is there: \
see crashctl status after the reboot"
	# Of the kernel that runs there is no reboot to wait for.
	run --separate-stderr "$W/install.d/95-crashctl.install" add "$(uname -r)"
	refute_regex "$stderr" 'after the reboot'
	assert_regex "$stderr" 'ask again by: crashctl estimate'
}

@test "another tool's machine: it says so and stands aside" {
	answer ours 1 'crashctl: kdump-tools is enabled
'
	add
	asked 'status --ours'
	assert_equal "$stderr" 'crashctl: kdump-tools is enabled'
}

@test "a crashctl that dies fails no installation" {
	answer ours 0
	answer estimate 139
	add
	rm "$W/bin/crashctl"
	: >"$W/called"
	add
	asked
	assert_equal "$stderr" ""
}

@test "nothing is asked of another command, nor where an image is built" {
	hook=$W/install.d/95-crashctl.install
	for args in 'remove 7.2.1' 'inspect' 'add' ''; do
		# shellcheck disable=SC2086 # a list of words
		run "$hook" $args
		assert_equal "$status:$output" "0:"
	done
	rm "$W/iomem"
	add
	: >"$W/iomem"
	rmdir "$W/run/systemd/system"
	add
	asked
	assert_equal "$stderr" ""
}

@test "Debian's packages: one warning, whichever hooks they run" {
	answer estimate 2
	export DEB_MAINT_PARAMS='configure 7.2.0'
	run "$W/postinst.d/zz-crashctl" 7.2.1 /boot/vmlinuz-7.2.1
	assert_equal "$status:${#lines[@]}" 0:2
	add
	asked "${BOTH[@]}"
	assert_equal "$stderr" ""
	# By hand, or without the other hook, it speaks.
	rm "$W/postinst.d/zz-crashctl"
	add
	assert_regex "$stderr" 'crash image of kernel 7.2.1'
}

@test "Debian's hook is still there when the package is gone" {
	rm "$W/install.d/95-crashctl.install"
	run "$W/postinst.d/zz-crashctl" 7.2.1 /boot/vmlinuz-7.2.1
	assert_equal "$status:$output" "0:"
}
