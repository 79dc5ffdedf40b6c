# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# No crashkernel= at all: what can be had now, and the words for the next boot.

CMDLINE=''
ASSERTIONS=21

guest()
{
	exits 'status exits 4' 4 crashctl status
	has 'it says that nothing is reserved' "$OUT" 'no memory is reserved'
	exits 'status --json exits 4 too' 4 crashctl status --json
	json 'verdict: not-reserved' .status.verdict not-reserved
	json 'main: 0, which is known' .status.pools.main.reserved 0
	exits 'estimate needs no reservation' 0 crashctl estimate --json
	_need=$(value .estimate.needed.main)
	holds 'it tells what would be needed' [ "$_need" -gt 0 ]
	exits 'estimate --check exits 4' 4 crashctl estimate --check
	exits 'load exits 1' 1 crashctl load
	has 'it says why' "$ERR" 'reserved'
	has 'it says what to do' "$ERR" 'crashctl reserve'
	exits 'load --json exits 1 too' 1 crashctl load --json
	json 'its error has a stable identifier' .error.id not-reserved
	exits 'reserve auto exits 1: the words have to be written by hand' 1 \
		crashctl reserve auto --json
	json 'which is the error it names' .error.id no-boot-loader
	json 'a reboot is required' .reserve.reboot_required true
	_words=$(value .reserve.words)
	has 'it gives the words' "$OUT" 'crashkernel=[0-9]+M'
	holds 'they are as large as the estimate' \
		[ "$(echo "$_words" | sed 's/.*crashkernel=\([0-9]*\)M$/\1/')" -ge \
			$((_need / 1048576)) ]
	exits 'reserve --live auto exits 1' 1 crashctl reserve --live auto
	is 'nothing is loaded' "$(crash_file crash_loaded)" 0
	is 'nothing is reserved' "$(crash_file crash_size)" 0
}
