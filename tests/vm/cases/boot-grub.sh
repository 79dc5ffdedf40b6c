# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# A machine that boots through GRUB from its disk, with main only, gets CMA: main stays as
# it is until the boot that brings the CMA, a panic before that boot is captured; after it
# main can shrink to its minimum, and a panic is captured.

MEMORY=3072
SECONDS_MAX=600
DISK=yes
DUMP=yes
DUMPS=2
ASSERTIONS=26

MIB=1048576

words()
{
	tr ' ' '\n' < /proc/cmdline | grep '^crashkernel=' | paste -sd ' '
}

main_only()
{
	is 'GRUB has booted it with main only' "$(words)" crashkernel=256M
	exits 'load exits 0' 0 crashctl load
	exits 'status exits 0' 0 crashctl status
	remember
	exits 'reserve --cma 1G exits 0' 0 crashctl reserve --cma 1G --json
	json 'it is carried out' '.reserve.done and .reserve.changed' true
	json 'a reboot is required' .reserve.reboot_required true
	unchanged 'main and what is loaded are as they were'
	value .reserve.words > /vm/words
	note "the words of the next boot: $(cat /vm/words)"
	has 'CMA stands before main' /vm/words '^crashkernel=1024M,cma crashkernel=[0-9]+M$'
	is 'every entry has them' "$(grep -F "$(cat /vm/words)" /boot/grub/grub.cfg |
		grep -cE '^[[:space:]]+linux')" 3
	exits 'status exits 0 still' 0 crashctl status --json
	json 'main was not touched' .status.pools.main.reserved $((256 * MIB))
	json 'it says that a reboot is pending' \
		'[.status.findings[] | select(.id == "reboot-pending")] | length' 1
	next_stage second
	crash 'crashctl-test boot-grub'
}

with_cma()
{
	is 'GRUB has booted it with the new words' "$(words)" "$(cat /vm/words)"
	exits 'status exits 3: nothing is loaded yet' 3 crashctl status --json
	json 'cma: 1 GiB is reserved' .status.pools.cma.reserved $((1024 * MIB))
	is 'main is what the words ask for' \
		"crashkernel=1024M,cma crashkernel=$(($(value .status.pools.main.reserved) / MIB))M" \
		"$(cat /vm/words)"
	json 'no reboot is pending' \
		'[.status.findings[] | select(.id == "reboot-pending")] | length' 0
	exits 'load exits 0' 0 crashctl load
	exits 'status exits 0 with the new pools' 0 crashctl status --json
	json 'verdict: captured' .status.verdict captured
	exits 'reserve auto exits 0' 0 crashctl reserve auto --json
	exits 'status exits 0 after that' 0 crashctl status --json
	_main=$(value .status.pools.main.reserved)
	note "main is now $((_main / MIB)) MiB"
	holds 'main is at its minimum' [ "$_main" -le $((96 * MIB)) ]
	json 'which is what is needed' '.status.pools.main | .reserved >= .needed' true
	exits 'once more exits 0' 0 crashctl reserve auto --json
	json 'and changes nothing' '.reserve.changed' false
	next_stage never
	crash 'crashctl-test boot-grub 2'
}

guest()
{
	case $(stage) in
	first) main_only ;;
	second) with_cma ;;
	*) not_ok 'a panic was not captured: the machine has booted again' ;;
	esac
}
