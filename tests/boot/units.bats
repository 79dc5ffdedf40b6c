# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
#
# What is installed beside the program, as systemd, udev and kernel-install read it.

load common

BUILD=${BUILD:-$TOP/build}

# installed: the machine with what `make install' puts there
installed()
{
	local to

	machine 7.2-main-cma 7.2
	mkdir -p "$M/etc/systemd/system" "$M/etc/kernel/install.d" "$M/etc/udev/rules.d"
	cp "$BUILD"/systemd/*.service "$M/etc/systemd/system/"
	cp "$BUILD/udev/98-crashctl.rules" "$M/etc/udev/rules.d/"
	cp "$BUILD/kernel-install/95-crashctl.install" "$M/etc/kernel/install.d/"
	chmod 755 "$M/etc/kernel/install.d/95-crashctl.install"
	to=$(sed -n 's/^ExecStart=\(.*\)\/crashctl .*/\1/p' "$BUILD/systemd/crashctl.service")
	mkdir -p "$M$to"
	BIN=$M$to/crashctl
	ln -s /opt/crashctl/bin/crashctl "$BIN"
	# procps, and what it comes with, is not unpacked.
	[ -e "$M/usr/bin/kill" ] || ln -s true "$M/usr/bin/kill"
}

@test "systemd finds nothing amiss in the units" {
	installed
	for unit in "$M"/etc/systemd/system/*.service; do
		run inside systemd-analyze verify --man=no "${unit##*/}"
		assert_equal "$status:$output" "0:"
	done
	# It would have told.
	sed -i 's/^ExecStart=.*/ExecStart=\/nowhere\/crashctl/' \
		"$M/etc/systemd/system/crashctl-watch.service"
	run ! inside systemd-analyze verify --man=no crashctl-watch.service
}

@test "the image may be loaded before sysctl forbids it, by a drop-in" {
	installed
	mkdir "$M/etc/systemd/system/crashctl.service.d"
	printf '[Unit]\nBefore=systemd-sysctl.service\n' \
		>"$M/etc/systemd/system/crashctl.service.d/early.conf"
	run inside systemd-analyze verify --man=no crashctl.service systemd-sysctl.service \
		multi-user.target
	refute_output --regexp 'cycle|crashctl'
	echo After=sysinit.target >>"$M/etc/systemd/system/crashctl.service.d/early.conf"
	run inside systemd-analyze verify --man=no crashctl.service systemd-sysctl.service \
		multi-user.target
	assert_output --partial cycle
}

# As much as the services need is left open, and no more.
@test "the services are confined" {
	installed
	for unit in crashctl crashctl-watch crashctl-once; do
		run -0 inside systemd-analyze security --offline=true --threshold=30 \
			"$unit.service"
		run -0 cat "$M/etc/systemd/system/$unit.service"
		assert_line --regexp '^ExecCondition=.*/crashctl status --ours$'
		refute_line --regexp '^ExecStop'
		# They hide what has to be read.
		refute_line --regexp \
			'^(ProtectKernelTunables|ProtectKernelModules|PrivateDevices|ProcSubset)='
	done
}

# It is not a service of an image that is there already, and runs modprobe besides.
@test "the service that reserves is confined, but for what it writes and loads" {
	installed
	run -0 inside systemd-analyze security --offline=true --threshold=40 \
		crashctl-reserve.service
	run -0 cat "$M/etc/systemd/system/crashctl-reserve.service"
	assert_line --regexp '^ExecStart=.*/crashctl reserve --configured$'
	refute_line --regexp '^ExecCondition='
	refute_line --regexp '^(ProtectKernelTunables|ProtectKernelModules)='
	# Ordered before what loads, and wanted by it; nothing waits for it in vain.
	mkdir "$M/etc/systemd/system/crashctl.service.wants"
	ln -s ../crashctl-reserve.service "$M/etc/systemd/system/crashctl.service.wants/"
	run inside systemd-analyze verify --man=no crashctl.service systemd-sysctl.service \
		multi-user.target
	refute_output --regexp 'cycle|crashctl'
}

# device PATH SUBSYSTEM: one below the recorded /sys
device()
{
	mkdir -p "$M/sys/bus/$2"
	mkdir -p "$M/sys/devices/system/$1"
	: >"$M/sys/devices/system/$2/uevent"
	: >"$M/sys/devices/system/$1/uevent"
	ln -sfn "../../../../bus/$2" "$M/sys/devices/system/$1/subsystem"
}

# event ACTION PATH: the programs that udev would run
event()
{
	# The recorded /sys is no sysfs.
	inside env SYSTEMD_DEVICE_VERIFY_SYSFS=0 udevadm test --action="$1" \
		"/sys/devices/system/$2" 2>&1
}

runs()
{
	run event "$@"
	assert_output --regexp "systemctl --no-block restart crashctl-once.service"
}

runs_not()
{
	run event "$@"
	assert_output --partial "$2"
	refute_output --partial crashctl-once
}

@test "udev: memory and CPUs that come and go are told, and nothing else" {
	installed
	run -0 inside udevadm verify /etc/udev/rules.d/98-crashctl.rules
	device memory/memory32 memory
	device cpu/cpu1 cpu
	for kind in memory cpu; do
		echo 0 >"$M/sys/devices/system/$kind/crash_hotplug"
	done
	runs online memory/memory32
	runs offline memory/memory32
	runs_not add memory/memory32
	runs add cpu/cpu1
	runs remove cpu/cpu1
	runs_not online cpu/cpu1
	device block/vda block
	runs_not add block/vda
}

@test "udev: where the kernel follows by itself, or nothing has happened, nothing is run" {
	installed
	device memory/memory32 memory
	device cpu/cpu1 cpu
	echo 1 >"$M/sys/devices/system/memory/crash_hotplug"
	echo 0 >"$M/sys/devices/system/cpu/crash_hotplug"
	runs_not online memory/memory32
	runs add cpu/cpu1
	echo SYNTH_UUID=0 >"$M/sys/devices/system/cpu/cpu1/uevent"
	runs_not add cpu/cpu1
}

@test "kernel-install runs the hook, with the release" {
	installed
	no_grub
	mkdir -p "$M/boot/EFI/systemd" "$M/boot/loader" "$M/run/systemd/system"
	printf 'layout=bls\nBOOT_ROOT=/boot\n' >"$M/etc/kernel/install.conf"
	ln -sf /dev/null "$M/etc/kernel/install.d/91-u-boot-menu.install"
	echo 'root=/dev/vda1 ro quiet' >"$M/etc/kernel/cmdline"
	# It asks a stand-in: the real one is asked in tests/cli and tests/vm.
	rm "$BIN"
	printf '#!/bin/sh\necho "$*" >>/run/asked\ncase $1 in --json) exit 2 ;; esac\n' >"$BIN"
	chmod 755 "$BIN"
	run -0 inside kernel-install add "$(release 7.2)" "/boot/vmlinuz-$(release 7.2)"
	assert_equal "$(cat "$M/run/asked")" \
		"status --ours
--json estimate --release $(release 7.2) --check"
	assert_output --partial "crashctl: the crash image of kernel $(release 7.2) needs"
	run -0 ls "$M"/boot/loader/entries
	rm "$M/run/asked"
	inside kernel-install remove "$(release 7.2)"
	[ ! -e "$M/run/asked" ]
}
