# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
#
# What systemd brings (kernel-install, systemd-boot's entries, unified kernel images), and
# u-boot-menu: made by the real tools, changed by `reserve', and made anew by the tools.

load common

KERNELS='6.1 6.12 7.2'

# kernel_install X.Y...: with systemd's own plugins, those of other loaders left out
kernel_install()
{
	local release

	for release in "$@"; do
		release=$(release "$release")
		inside kernel-install add "$release" "/boot/vmlinuz-$release" \
			"/boot/initrd.img-$release"
	done
}

# systemd_boot: entries on an ESP that is /boot
systemd_boot()
{
	machine 6.1-main
	no_grub
	mkdir -p "$M/boot/EFI/systemd" "$M/boot/loader"
	cp "$M/.usr/lib/systemd/boot/efi/systemd-bootx64.efi" "$M/boot/EFI/systemd/" 2>/dev/null || :
	printf 'layout=bls\nBOOT_ROOT=/boot\n' >"$M/etc/kernel/install.conf"
	ln -sf /dev/null "$M/etc/kernel/install.d/91-u-boot-menu.install"
	echo 'root=/dev/vda1 ro quiet' >"$M/etc/kernel/cmdline"
}

@test "systemd-boot: the words are in every entry that kernel-install has made" {
	systemd_boot
	# shellcheck disable=SC2086 # a list
	kernel_install $KERNELS
	lines_have '' 3 < <(bls_entries)
	remember
	crashctl reserve 300M --config
	exits 0
	lines_have crashkernel=300M 3 < <(bls_entries)
	lines_have crashkernel=300M 1 <"$M/etc/kernel/cmdline"
	crashctl reserve 300M --config
	exits 0
	lines_have crashkernel=300M 3 < <(bls_entries)
	crashctl reserve 0 --config
	exits 0
	unchanged
	nothing_left
}

@test "systemd-boot: a kernel that is installed afterwards gets the words" {
	systemd_boot
	kernel_install 6.1 6.12
	crashctl reserve 300M --config
	exits 0
	kernel_install 7.2
	lines_have crashkernel=300M 3 < <(bls_entries)
	remember
	crashctl reserve 300M --config
	exits 0
	unchanged
}

@test "systemd-boot: entries of another system are left alone" {
	systemd_boot
	kernel_install 6.1
	cat >"$M/boot/loader/entries/windows.conf" <<-'END'
	title Another system
	efi /EFI/other/other.efi
	options crashkernel=1M
	END
	cp "$M/boot/loader/entries/windows.conf" "$BATS_TEST_TMPDIR/"
	crashctl reserve 300M --config
	exits 0
	cmp "$M/boot/loader/entries/windows.conf" "$BATS_TEST_TMPDIR/windows.conf"
}

@test "systemd-boot: one kernel alone gets CMA, and kernels to come do not" {
	systemd_boot
	# shellcheck disable=SC2086 # a list
	kernel_install $KERNELS
	echo 'root=/dev/vda1 ro quiet' >"$M/etc/kernel/cmdline"
	crashctl reserve 300M --cma 640M --config --kernel "$(release 7.2)"
	exits 0
	run -0 grep -l 'crashkernel=640M,cma crashkernel=300M' "$M"/boot/loader/entries/*.conf
	assert_equal "${#lines[@]}" 1
	assert_regex "$output" "$(release 7.2 | sed 's/[+.]/\\&/g').conf"
	run ! grep -rq crashkernel= "$M"/boot/loader/entries/*-6.*.conf
}

# A unified image with systemd's own stub, as ukify makes it.
unified()
{
	machine 7.2-main-cma 7.2
	no_grub
	mkdir -p "$M/boot/EFI/Linux"
	inside ukify build --linux="/boot/vmlinuz-$(release 7.2)" \
		--initrd="/boot/initrd.img-$(release 7.2)" --uname="$(release 7.2)" \
		--cmdline="root=/dev/vda1 ro quiet${1:+ $1}" --output=/boot/EFI/Linux/linux.efi
}

addon()
{
	inside ukify inspect "${1#"$M"}" | sed -n '/^\.cmdline:/,/^\./s/^    //p'
}

@test "UKI: the real ukify makes the add-on with the words" {
	unified
	remember
	crashctl reserve 300M --config
	exits 0
	run -0 find "$M/boot" -name '*.addon.efi'
	[ "${#lines[@]}" -ge 1 ]
	run -0 addon "${lines[0]}"
	assert_regex "$output" 'crashkernel=300M'
	crashctl status
	assert_regex "$output" '300 MiB'
	crashctl reserve 0 --config
	exits 0
	run -0 find "$M/boot" -name '*.addon.efi'
	assert_output ''
}

@test "UKI: words in the signed image cannot be taken out, and that is said" {
	unified crashkernel=128M
	remember
	crashctl reserve 300M --config
	exits 1
	assert_regex "$stderr" 'the image, or an add-on'
	unchanged
}

extlinux()
{
	machine 6.1-main
	no_grub
	inside u-boot-update
	extlinux_lines >"$BATS_TEST_TMPDIR/lines"
}

extlinux_lines()
{
	sed -nE 's/^[[:space:]]*append[[:space:]]+//p' "$M/boot/extlinux/extlinux.conf"
}

@test "extlinux: the real u-boot-update writes the words, and what stood there stays" {
	extlinux
	cp "$M/boot/extlinux/extlinux.conf" "$BATS_TEST_TMPDIR/old"
	crashctl reserve 300M --config
	exits 0
	# Its rescue entries have a line of their own.
	lines_have crashkernel=300M 3 < <(extlinux_lines | grep -v single)
	diff -b "$BATS_TEST_TMPDIR/old" <(without_words "$M/boot/extlinux/extlinux.conf")
	inside u-boot-update
	lines_have crashkernel=300M 3 < <(extlinux_lines | grep -v single)
	crashctl reserve 0 --config
	exits 0
	diff "$BATS_TEST_TMPDIR/old" "$M/boot/extlinux/extlinux.conf"
}

@test "extlinux: without u-boot-update the file itself is edited" {
	extlinux
	rm "$M/usr/sbin/u-boot-update" "$M/etc/default/u-boot"
	remember
	crashctl reserve 300M --config
	exits 0
	lines_have crashkernel=300M "$(wc -l <"$BATS_TEST_TMPDIR/lines")" < <(extlinux_lines)
	crashctl reserve 0 --config
	exits 0
	unchanged
}
