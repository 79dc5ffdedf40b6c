# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# A Debian that boots with no crashkernel= at all: crashctl-reserve.service takes what
# crashctl.conf asks for, crashctl.service loads, and after a panic the dump is a file on its
# disk.

KERNEL=6.1
MODULE=yes
MEMORY=2G
SECONDS_MAX=900
DISK=debian
LONG=yes
DUMP=kdump-tools
ASSERTIONS=26

restart()
{
	next_stage "$1"
	systemctl reboot
	sleep 600
	not_ok 'the guest outlived its reboot'
}

reserving()
{
	systemctl show --value --property="$1" crashctl-reserve.service
}

install()
{
	echo 'deb [trusted=yes] file:/vm/repo ./' > /etc/apt/sources.list
	exits 'apt reads the packages' 0 apt-get -q update
	exits 'they are installed' 0 apt-get -q -y install crashctl
	install_module
	printf 'reserve = 192M\nload-module = yes\n' > /etc/crashctl.conf
	: > /etc/default/grub.d/kdump-tools.cfg
	exits "GRUB's menu is made anew" 0 update-grub
	is 'with no crashkernel= in it' "$(grep -c crashkernel= /boot/grub/grub.cfg)" 0
	restart booted
}

booted()
{
	is 'no crashkernel= is on the command line' "$(grep -c crashkernel= /proc/cmdline)" 0
	is 'crashctl-reserve.service is active' "$(systemctl is-active crashctl-reserve)" active
	is 'it did not fail' "$(reserving Result)" success
	is 'main has what crashctl.conf asks for' "$(crash_file crash_size)" $((192 << 20))
	is 'crashctl.service is active' "$(systemctl is-active crashctl.service)" active
	is 'no unit has failed' "$(systemctl list-units --failed --no-legend)" ''
	is 'the kernel has an image' "$(crash_file crash_loaded)" 1
	exits 'status exits 0' 0 crashctl status --json
	json 'verdict: captured' .status.verdict captured
	json 'main has come at run time' .status.pools.main.origin grown
	json 'it says that this is not for ever, but made again at each boot' \
		'.status.findings[] | select(.id == "grown-until-reboot") |
			"\(.severity) \(.text | contains("crashctl-reserve.service"))"' 'note true'
	has 'the kernel says that it is tainted' /proc/sys/kernel/tainted '^[1-9]'
	exits 'reserve --configured once more exits 0' 0 crashctl reserve --configured
	is 'the image is still loaded' "$(crash_file crash_loaded)" 1
	note "$(systemd-analyze security --no-pager crashctl-reserve.service 2>&1 | tail -n 1)"
	next_stage again
	crash 'crashctl-test debian-grow'
}

# And without the module, which an update of the kernel may bring about.
again()
{
	is 'the dump is on its disk' "$(find /var/crash -name 'dump.2*' | wc -l)" 1
	is 'main is there again' "$(crash_file crash_size)" $((192 << 20))
	rm "/lib/modules/$(uname -r)/extra/crash_grow.ko"
	depmod -a
	restart without
}

without()
{
	is 'without the module nothing is reserved' "$(crash_file crash_size)" 0
	holds 'and the machine has booted all the same' systemctl is-active --quiet multi-user.target
	exits 'status says so' 4 crashctl status --json
	json 'verdict: not-reserved' .status.verdict not-reserved
	journalctl -q -b -u crashctl-reserve > "$OUT"
	has 'the journal says why' "$OUT" crash_grow
	is 'crashctl-reserve.service has failed' "$(systemctl is-failed crashctl-reserve)" failed
}

guest()
{
	_stage=$(stage)
	note "stage $_stage, $(cut -d' ' -f1 /proc/uptime) s after the kernel"
	next_stage lost
	case $_stage in
	first) install ;;
	booted) booted ;;
	again) again ;;
	without) without ;;
	*) not_ok 'it has booted when it should not have' ;;
	esac
}
