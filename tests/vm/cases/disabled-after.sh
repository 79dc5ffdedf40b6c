# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# The usual hardening: load, then kexec_load_disabled. A panic is captured, and nothing
# that crashctl is asked for may lose the image, which could not be loaded again.

CMDLINE='crashkernel=256M'
ASSERTIONS=14

guest()
{
	exits 'load exits 0' 0 crashctl load
	echo 1 > /proc/sys/kernel/kexec_load_disabled
	remember
	exits 'status exits 0' 0 crashctl status
	has 'it says: frozen' "$OUT" 'frozen'
	exits 'status --json exits 0 too' 0 crashctl status --json
	json 'verdict: captured' .status.verdict captured
	json 'frozen' .status.frozen true
	exits 'reload exits 1' 1 crashctl reload
	has 'it names the sysctl' "$ERR" 'kexec_load_disabled'
	exits 'unload exits 1' 1 crashctl unload
	has 'it names the sysctl' "$ERR" 'kexec_load_disabled'
	exits 'reserve --live 128M exits 1' 1 crashctl reserve --live 128M
	has 'it says why' "$ERR" 'no longer be unloaded'
	unchanged 'the image is still loaded, the reservation whole'
	exits 'status exits 0 still' 0 crashctl status
}
