# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# The image is loaded by kexec_load(), with segments that crashctl has made: a panic is
# captured as it is with the kernel's own call, on an old kernel.

KERNEL=6.1
CMDLINE='crashkernel=256M'
DUMP=yes
MEMTOTAL='96 256'
SECONDS_MAX=480
ASSERTIONS=11

guest()
{
	segments_loaded
	crash 'crashctl-test segments-6.1'
}
