# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# Memory that is plugged in after the image was loaded by kexec_load(): the kernel writes
# elfcorehdr anew, which purgatory must not take for damage, and the dump has that memory.
# The crash kernel must not use it: it would write over what is to be saved.

KERNEL=6.12
MEMORY=1G,slots=4,maxmem=4G
CMDLINE='crashkernel=256M'
HOST=yes
DUMP=yes
MEMTOTAL='96 256'
LONG=yes
SECONDS_MAX=480
ASSERTIONS=8

guest()
{
	memory_plugged
	crash 'crashctl-test hotplug-6.12'
}
