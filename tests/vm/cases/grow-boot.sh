# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# A machine that boots through GRUB from its disk gets more of main: now, by the module, and
# by the words of its next boot, which then finds it done.

MODULE=yes
MEMORY=3072
LONG=yes
SECONDS_MAX=900
DISK=yes
DUMP=yes
ASSERTIONS=23

MIB=1048576

words()
{
	tr ' ' '\n' < /proc/cmdline | grep '^crashkernel=' | paste -sd ' '
}

larger()
{
	is 'GRUB has booted it with 256 MiB' "$(words)" crashkernel=256M
	exits 'load exits 0' 0 crashctl load
	exits 'reserve of more exits 0: the words are changed' 0 crashctl reserve --json 320M
	json 'a reboot is required' .reserve.reboot_required true
	is 'main is as it was' "$(crash_file crash_size)" $((256 * MIB))
	exits 'reserve --undo exits 0' 0 crashctl reserve --undo
	insmod "$MODULE_PATH"
	exits 'with the module it exits 0' 0 crashctl reserve --json 384M
	json 'no reboot is required' .reserve.reboot_required false
	is 'main has it now' "$(crash_file crash_size)" $((384 * MIB))
	is 'the image is loaded again' "$(crash_file crash_loaded)" 1
	is 'every entry of the next boot has it too' \
		"$(grep -E '^[[:space:]]+linux' /boot/grub/grub.cfg | grep -c crashkernel=384M)" 3
	exits 'status exits 0' 0 crashctl status --json
	json 'main has come at run time' .status.pools.main.origin grown
	json 'the next boot has as much' .status.pools.main.configured $((384 * MIB))
	json 'and nobody is told to reboot' \
		'[.status.findings[] | select(.id == "reboot-pending")] | length' 0
	boot_again second
}

booted()
{
	is 'GRUB has booted it with the new words' "$(words)" crashkernel=384M
	is 'main has it from the beginning' "$(crash_file crash_size)" $((384 * MIB))
	exits 'load exits 0' 0 crashctl load
	exits 'status exits 0' 0 crashctl status --json
	json 'main has come with the boot' .status.pools.main.origin boot
	insmod "$MODULE_PATH"
	exits 'reserve --live of more exits 0' 0 crashctl reserve --live --json 448M
	exits 'status exits 0 after that' 0 crashctl status --json
	json 'it says until when that holds' \
		'[.status.findings[] | select(.id == "grown-until-reboot")] | length' 1
	next_stage never
	crash 'crashctl-test grow-boot'
}

guest()
{
	case $(stage) in
	first) larger ;;
	second) booted ;;
	*) not_ok 'a panic was not captured: the machine has booted again' ;;
	esac
}
