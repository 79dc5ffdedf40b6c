# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# A thousand reloads, as many as years of updates bring.

CMDLINE='crashkernel=256M'
SECONDS_MAX=7200
LONG=yes
ASSERTIONS=6

guest()
{
	exits 'load exits 0' 0 crashctl load
	reload_often 1000
	is 'an image is loaded' "$(crash_file crash_loaded)" 1
}
