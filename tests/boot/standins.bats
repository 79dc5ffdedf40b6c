# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
#
# Loaders whose tools Debian does not have: trees as their documentation shows them, and
# stand-ins that do what it says and record how they were called.

load common

put()
{
	"$BOOT/standins/put" "$M" "$@"
}

# Fedora and RHEL: GRUB reads the entries, and grubby edits them.
fedora()
{
	machine 6.1-main
	no_grub
	mkdir -p "$M/boot/grub2"
	printf 'insmod blscfg\nblscfg\n' >"$M/boot/grub2/grub.cfg"
	printf '%s\n' 'GRUB_CMDLINE_LINUX="rhgb quiet"' 'GRUB_ENABLE_BLSCFG=true' \
		>"$M/etc/default/grub"
	echo 'root=UUID=1234 ro rhgb quiet' >"$M/etc/kernel/cmdline"
	for version in 6.1 6.12 7.2; do
		add_bls "0123456789abcdef0123456789abcdef-$(release "$version")" \
			"$(release "$version")" root=UUID=1234 ro rhgb quiet
	done
	add_bls 0123456789abcdef0123456789abcdef-0-rescue 0-rescue root=UUID=1234 ro quiet
}

@test "grubby: one call for all entries, and the words are in each" {
	fedora
	put /usr/sbin/grubby
	crashctl reserve 300M --config
	exits 0
	argv_was 'grubby [--update-kernel=ALL] [--args=crashkernel=300M]'
	lines_have crashkernel=300M 4 < <(bls_entries)
	run -0 grep -c crashkernel=300M "$M/etc/kernel/cmdline"
	assert_output 1
}

@test "grubby: reserve 0 takes the words out, and every byte is as before" {
	fedora
	put /usr/sbin/grubby
	remember
	crashctl reserve 300M --config
	exits 0
	rm "$M/var/log/standins"
	crashctl reserve 0 --config
	exits 0
	argv_was 'grubby [--update-kernel=ALL] [--remove-args=crashkernel]'
	unchanged
}

@test "grubby: several words go in one call" {
	machine 7.2-main-cma 7.2
	no_grub
	put /usr/sbin/grubby
	add_bls "machine-$(release 7.2)" "$(release 7.2)" root=/dev/vda1 crashkernel=64M ro
	crashctl reserve 300M --cma 640M --config
	exits 0
	argv_was 'grubby [--update-kernel=ALL] [--args=crashkernel=640M,cma crashkernel=300M]'
	lines_have 'crashkernel=640M,cma crashkernel=300M' 1 < <(bls_entries)
}

@test "grubby fails: every entry is put back" {
	fedora
	printf '#!/bin/sh\nsed -i s/quiet/loud/ /boot/loader/entries/*.conf\nexit 1\n' \
		>"$M/usr/sbin/grubby"
	chmod 755 "$M/usr/sbin/grubby"
	remember
	crashctl reserve 300M --config
	exits 1
	assert_regex "$stderr" 'grubby'
	unchanged
}

@test "grubby that does nothing and says that it did is not believed" {
	fedora
	printf '#!/bin/sh\nexit 0\n' >"$M/usr/sbin/grubby"
	chmod 755 "$M/usr/sbin/grubby"
	remember
	crashctl reserve 300M --config
	exits 1
	unchanged
}

@test "BLS without grubby: the entries and /etc/kernel/cmdline themselves" {
	fedora
	remember
	crashctl reserve 300M --config
	exits 0
	lines_have crashkernel=300M 4 < <(bls_entries)
	run -0 grep -c crashkernel=300M "$M/etc/kernel/cmdline"
	assert_output 1
	crashctl reserve 0 --config
	exits 0
	unchanged
}

@test "BLS: CRLF, no line end, a line of 1 MiB and a dangling link" {
	fedora
	rm "$M"/boot/loader/entries/*-6.12.* "$M"/boot/loader/entries/*-rescue.conf
	sed -i 's/$/\r/' "$M"/boot/loader/entries/*-6.1.*.conf
	truncate -s -1 "$M"/boot/loader/entries/*-7.2.*.conf
	ln -s nowhere.conf "$M/boot/loader/entries/dangling.conf"
	remember
	crashctl reserve 300M --config
	exits 0
	run -0 cat "$M"/boot/loader/entries/*-6.1.*.conf
	assert_regex "$output" $'options .* crashkernel=300M\r'
	lines_have crashkernel=300M 2 < <(bls_entries 2>/dev/null | tr -d '\r')
	crashctl reserve 0 --config
	exits 0
	unchanged
	add_bls long "$(release 6.12)" "$(head -c 1M /dev/zero | tr '\0' x)"
	remember
	crashctl reserve 300M --config
	exits 1
	assert_regex "$stderr" 'long.conf'
	unchanged
}

# SLE and openSUSE: the same GRUB under another name, and pbl in front of it.
suse()
{
	machine 6.1-main
	mkdir -p "$M/boot/grub2"
	rm "$M/boot/grub/grub.cfg"
	printf 'LOADER_TYPE="grub2"\nUPDATE_NVRAM="yes"\n' >"$M/etc/sysconfig-bootloader"
	mkdir -p "$M/etc/sysconfig"
	mv "$M/etc/sysconfig-bootloader" "$M/etc/sysconfig/bootloader"
	sed -i 's/^GRUB_CMDLINE_LINUX_DEFAULT=.*/GRUB_CMDLINE_LINUX_DEFAULT="splash=silent quiet"/' \
		"$M/etc/default/grub"
	echo 'GRUB_DISABLE_RECOVERY="true"' >>"$M/etc/default/grub"
	inside grub-mkconfig -o /boot/grub2/grub.cfg
	CFG=/boot/grub2/grub.cfg
	put /usr/sbin/pbl
}

@test "pbl: the words go in one call, then grub.cfg is made anew" {
	suse
	remember
	crashctl reserve 300M --config
	exits 0
	entries_have crashkernel=300M 4
	argv_was 'pbl [--del-option] [crashkernel]' 'pbl [--add-option] [crashkernel=300M]' \
		'pbl [--config]'
	rm "$M/var/log/standins"
	crashctl reserve 0 --config
	exits 0
	argv_was 'pbl [--del-option] [crashkernel]' 'pbl [--config]'
	entries_have '' 4
	unchanged
}

@test "pbl fails: /etc/default/grub and grub.cfg are put back" {
	suse
	printf '#!/bin/sh\necho broken >/boot/grub2/grub.cfg\necho >>/etc/default/grub\nexit 1\n' \
		>"$M/usr/sbin/pbl"
	remember
	crashctl reserve 300M --config
	exits 1
	unchanged
}

# Fedora CoreOS: two deployments, of which rpm-ostree changes the one that boots next.
coreos()
{
	machine 6.1-main
	no_grub
	mkdir -p "$M/boot/loader.0/entries" "$M/boot/grub2" "$M/ostree" "$M/run"
	: >"$M/run/ostree-booted"
	ln -s loader.0 "$M/boot/loader"
	printf 'insmod blscfg\nblscfg\n' >"$M/boot/grub2/grub.cfg"
	for number in 1 2; do
		cat >"$M/boot/loader.0/entries/ostree-$number.conf" <<-END
		title Fedora CoreOS 41 (ostree:$((2 - number)))
		version $number
		options root=UUID=1234 rw ostree=/ostree/boot.0/fedora-coreos/abc/$number${1:+ $1}
		linux /boot/vmlinuz-$(release 6.1)
		initrd /boot/initrd.img-$(release 6.1)
		END
	done
	put /usr/bin/rpm-ostree
}

@test "rpm-ostree: a new deployment with the words" {
	coreos
	crashctl reserve 300M --config
	exits 0
	argv_was 'rpm-ostree [kargs] [--append=crashkernel=300M]'
	run -0 sed -n 's/^options //p' "$M/boot/loader/entries/ostree-2.conf"
	assert_regex "$output" ' crashkernel=300M$'
}

@test "rpm-ostree: old words are deleted by their values" {
	coreos crashkernel=128M
	crashctl reserve 300M --config
	exits 0
	argv_was "rpm-ostree [kargs] [--delete-if-present=crashkernel=128M]\
 [--append=crashkernel=300M]"
	lines_have crashkernel=300M 1 \
		< <(sed -n 's/^options //p' "$M/boot/loader/entries/ostree-2.conf")
}

# s390: zipl.conf, which zipl writes to the disk.
s390()
{
	machine 6.1-main
	no_grub
	cat >"$M/etc/zipl.conf" <<-END
	[defaultboot]
	default = linux
	target = /boot

	[linux]
	    image = /boot/vmlinuz-$(release 6.1)
	    ramdisk = /boot/initrd.img-$(release 6.1)
	    parameters = "root=/dev/dasda1 quiet"

	[old]
	    image = /boot/vmlinuz-$(release 6.12)
	    ramdisk = /boot/initrd.img-$(release 6.12)
	    parameters = "root=/dev/dasda1"
	END
	put /usr/sbin/zipl
}

@test "zipl: the file is edited, and zipl is run" {
	s390
	cp "$M/etc/zipl.conf" "$BATS_TEST_TMPDIR/old"
	crashctl reserve 300M --config
	exits 0
	run -0 cut -d' ' -f1 "$M/var/log/standins"
	assert_output zipl
	lines_have crashkernel=300M 2 \
		< <(sed -n 's/^ *parameters = "\(.*\)"/\1/p' "$M/etc/zipl.conf")
	run -0 grep -c crashkernel=300M "$M/boot/bootmap"
	assert_output 2
	crashctl reserve 0 --config
	exits 0
	diff "$BATS_TEST_TMPDIR/old" "$M/etc/zipl.conf"
}

@test "zipl fails: zipl.conf is put back" {
	s390
	printf '#!/bin/sh\nexit 1\n' >"$M/usr/sbin/zipl"
	remember
	crashctl reserve 300M --config
	exits 1
	unchanged
}
