# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# What explain predicts is compared with what the kernel does at the next boot, for one
# size after the other: main and low, below and above 4 GiB, and at an address.

MEMORY=6144
SECONDS_MAX=1200
DISK=yes
LONG=yes
ASSERTIONS=24

ASKED='256M
512M
1G
256M,high
300M,high crashkernel=72M,low
256M@0x20000000
128M@0x60000000
64M@0x120000000'

# words_of N: the Nth. Where KASLR puts the kernel in the way of so much memory, main lies
# lower than predicted, and nobody can tell before.
words_of()
{
	_words=$(echo "$ASKED" | sed -n "$1p")
	[ -z "$_words" ] || echo "nokaslr crashkernel=$_words"
}

# place POOL: of the last explain or status, as text
predicted()
{
	value ".explain.place.$1 | if . then \"\(.start)-\(.end)\" else \"none\" end"
}

reserved()
{
	value "[.status.pools.$1.ranges[]? | \"\(.start)-\(.end)\"] | join(\" \") |
		if . == \"\" then \"none\" else . end"
}

compare()
{
	_words=$(words_of "$1")
	exits "$_words: status exits 3" 3 crashctl status --json
	is "$_words: main lies where it was predicted" "$(reserved main)" "$(cat /vm/main)"
	is "$_words: low lies where it was predicted" "$(reserved low)" "$(cat /vm/low)"
}

# predict N: writes what is predicted for the Nth, and boots with its words
predict()
{
	_words=$(words_of "$1")
	# shellcheck disable=SC2046 # one word each
	run crashctl explain $(echo "$_words" | tr ' ' '\n' | grep crashkernel=) --json
	predicted main > /vm/main
	predicted low > /vm/low
	note "$_words: $(value '.explain.place | "\(.result) \(.why)"')," \
		"main at $(cat /vm/main), low at $(cat /vm/low)"
	sed -i -E "s/^([[:space:]]+linux[[:space:]].*no_timer_check).*/\1 $_words/" \
		/boot/grub/grub.cfg
	boot_again "$1"
}

guest()
{
	_number=$(stage)
	if [ "$_number" = first ]; then
		_number=0
	else
		compare "$_number"
	fi
	_number=$((_number + 1))
	[ -z "$(words_of "$_number")" ] || predict "$_number"
}
