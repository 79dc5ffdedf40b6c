# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034,SC2153,SC2154
#
# A watchdog that somebody has opened goes on after a panic. Where the crash initramfs has
# its driver, that takes it over, and a dump which takes longer than its time is saved; where
# it has not, the machine is reset in the midst of it, and status has said so. Then what a
# crash kernel never comes to see: an oops that only ends a process.

VARIANTS='taken-over fires'
CMDLINE='crashkernel=256M'
DEVICES='-device i6300esb -action watchdog=poweroff'
SECONDS_MAX=400
ASSERTIONS=13

case $VARIANT in
taken-over) DUMP=part ;;
fires) DUMP=lost ;;
esac

# Longer than the crash kernel takes to its init, shorter than what it does there.
HEARTBEAT=60 DELAY=90

files()
{
	guest_watchdog "$1/lib/modules/extra"
}

# A second archive behind the first: what comes first in the crash kernel, and the modules.
slow_initramfs()
{
	_initramfs=/var/lib/kdump/initrd.img-$(uname -r)
	mkdir -p /tmp/slow/lib/modules/extra
	cat > /tmp/slow/slow <<-END
		#!/bin/busybox sh
		/bin/busybox mount -t devtmpfs devtmpfs /dev
		echo '# crash started' > /dev/ttyS1
		for module in watchdog i6300esb; do
			/bin/busybox insmod /lib/modules/extra/\$module.ko
		done
		/bin/busybox sleep $DELAY
		/bin/busybox umount /dev
		exec /init
	END
	chmod 755 /tmp/slow/slow
	# An archive begins at a multiple of 4 bytes, behind zeros.
	_padding=$(((4 - $(stat -c %s "$_initramfs") % 4) % 4))
	head -c $_padding /dev/zero >> "$_initramfs"
	[ "$1" = without ] || cp /lib/modules/extra/*.ko /tmp/slow/lib/modules/extra/
	(cd /tmp/slow && find . | cpio -o -H newc) >> "$_initramfs" 2> /dev/null
}

finding()
{
	value "[.status.findings[].id] | index(\"$1\") != null"
}

oops()
{
	echo 1 > /proc/sys/kernel/panic_on_oops
	exits 'status exits 0' 0 crashctl status --json
	is 'an oops would be captured' "$(finding oops-not-captured)" false
	echo 0 > /proc/sys/kernel/panic_on_oops
	exits 'it does so still' 0 crashctl status --json
	is 'an oops would not be captured, it says' "$(finding oops-not-captured)" true
	# Nobody has asked for that yet: it is to be seen who is right.
	echo 1 > /proc/sys/kernel/panic_on_oops
}

guest()
{
	insmod /lib/modules/extra/watchdog.ko
	insmod /lib/modules/extra/i6300esb.ko heartbeat=$HEARTBEAT
	exits 'an idle watchdog is no finding' 0 crashctl -q load
	exits 'status can be asked' 0 crashctl status --json
	is 'nor is it one' "$(finding watchdog-fires)" false
	exec 9> /dev/watchdog
	is 'the watchdog runs' "$(cat /sys/class/watchdog/watchdog0/state)" active
	exits 'status says so' 0 crashctl status --json
	is 'that it fires, as its driver is not in the initramfs' \
		"$(finding watchdog-fires)" true
	if [ "$VARIANT" = fires ]; then
		slow_initramfs without
	else
		slow_initramfs with
	fi
	exits 'what is slower is loaded' 0 crashctl load --append 'rdinit=/slow nr_cpus=1'
	exits 'status says what comes of it' 0 crashctl status --json
	is 'that it fires, or that its driver is there' "$(finding watchdog-fires)" \
		"$([ "$VARIANT" = fires ] && echo true || echo false)"
	oops
	# Nobody says so any more if it fires.
	[ "$VARIANT" = taken-over ] || echo '# guest ended 0' > "$TAP"
	crash 'crashctl-test watchdog'
}
