# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# What only the kernel can tell: locked down, it knows no key that verifies this signature.
# Nor can the image from before be put back then, and that is said.

CMDLINE='crashkernel=256M'
LONG=yes
ASSERTIONS=12

guest()
{
	exits 'load exits 0' 0 crashctl load
	echo integrity > /sys/kernel/security/lockdown
	has 'the kernel is locked down' /sys/kernel/security/lockdown '\[integrity\]'
	exits 'status exits 0 still' 0 crashctl status
	exits 'reload exits 7' 7 crashctl reload --json
	json 'its identifier' .error.id lockdown
	json "the kernel's errno" .error.errno EPERM
	json 'what it left' .reload.outcome unprotected
	has 'the signature is named, not its lack' "$ERR" "verify the image.s signature"
	has 'that nothing is loaded is said' "$ERR" 'would not be captured'
	is 'nothing is loaded' "$(crash_file crash_loaded)" 0
	exits 'status exits 3' 3 crashctl status --json
	json 'it calls nothing loaded fresh' .status.freshness unknown
}
