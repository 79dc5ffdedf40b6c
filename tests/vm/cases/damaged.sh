# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# One bit of the loaded initramfs is changed behind the kernel's back, as a stray write of
# a device would: after the panic purgatory finds that, says so and stops. What is not as
# it was loaded is not started.

CMDLINE='crashkernel=256M'
HOST=yes
SECONDS_MAX=480
ASSERTIONS=7

guest()
{
	exits 'a dry run tells where the segments will lie' 0 \
		crashctl load --syscall segments --dry-run --json
	_at=$(value '.load.segments[] | select(.name == "initramfs") | .start')
	exits 'load exits 0' 0 crashctl load --syscall segments
	is 'the kernel has an image' "$(crash_file crash_loaded)" 1
	host flip $((_at + 123456))
	host await 240 'crashctl: the crash kernel in memory is damaged'
	crash 'crashctl-test damaged'
}
