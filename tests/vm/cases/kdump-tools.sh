# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# Debian's kdump-tools owns the crash image: its real files, enabled as its own install
# scripts do. It knows nothing of crashctl's lock, so crashctl keeps its hands off.

CMDLINE='crashkernel=256M'
FILES=kdump-tools
ASSERTIONS=15

UNIT=/etc/systemd/system/basic.target.wants/kdump-tools.service

# What its postinst does, and then kdump-config's symlinks.
enabled()
{
	cp /usr/share/kdump-tools/kdump-tools.conf /etc/default/kdump-tools
	mkdir -p "${UNIT%/*}"
	ln -s /usr/lib/systemd/system/kdump-tools.service "$UNIT"
	ln -s "/boot/vmlinuz-$(uname -r)" /var/lib/kdump/vmlinuz
	ln -s "/var/lib/kdump/initrd.img-$(uname -r)" /var/lib/kdump/initrd.img
}

refused()
{
	exits "$1 exits 1" 1 crashctl "$@"
	has "$1 names kdump-tools" "$ERR" 'kdump-tools'
	has "$1 names the command that disables it" "$ERR" 'systemctl disable --now kdump-tools'
}

guest()
{
	enabled
	remember
	exits 'status is allowed, and exits 3' 3 crashctl status --json
	json 'it says who owns the image' .status.configured.owner kdump-tools
	refused load
	refused reserve auto
	exits 'load --json exits 1 too' 1 crashctl load --json
	json 'its error has a stable identifier' .error.id other-owner
	unchanged 'nothing has changed'
	rm "$UNIT"
	exits 'with the unit disabled, load exits 0' 0 crashctl load
	is 'the image is loaded' "$(crash_file crash_loaded)" 1
	ln -s /usr/lib/systemd/system/kdump-tools.service "$UNIT"
	echo 'USE_KDUMP=0' > /etc/default/kdump-tools
	exits 'with USE_KDUMP=0, reload exits 0' 0 crashctl reload
	is 'the image is still loaded' "$(crash_file crash_loaded)" 1
}
