# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh
#
# What the cases of the patched kernel (kernel/patches) are written with, over grow.sh.

KEXEC=/sys/kernel/kexec

# write_size VALUE: as it is; what the shell has to say of a refusal is in $SAID
write_size()
{
	SAID=$({ echo "$1" > "$KEXEC/crash_size"; } 2>&1)
}

# iomem_size: of all that /proc/iomem shows to be reserved
iomem_size()
{
	crash_ranges | {
		_sum=0
		while read -r _start _end; do
			_sum=$((_sum + _end - _start + 1))
		done
		echo $_sum
	}
}

# begin_account: everything is measured against this
begin_account()
{
	SIZE_BEFORE=$(crash_file crash_size)
	TOTAL_BEFORE=$(mem_total)
	RAM_BEFORE=$(ram_entries)
}

# account: the size, the resources, the memory that is missing elsewhere, resources that have
# been left behind, and what /proc/allocinfo counts as ours (nothing, reserved or not)
account()
{
	_size=$(crash_file crash_size)
	echo "$_size $(iomem_size) $(($(mem_total) + _size - SIZE_BEFORE))" \
		"$(ram_entries) $(grow_bytes)"
}

# wanted SIZE: the account as it should be
wanted()
{
	echo "$1 $1 $TOTAL_BEFORE $RAM_BEFORE 0"
}

# grow_bytes: of the pages that crash_grow.c has allocated, by /proc/allocinfo
grow_bytes()
{
	awk '/kernel\/crash_grow\.c/ { n += $1; seen++ }
		END { if (!seen) n = "absent"; print n }' /proc/allocinfo
}

# alloc_total: of everybody, in KiB
alloc_total()
{
	awk '$1 ~ /^[0-9]+$/ { n += $1 } END { printf "%.0f\n", n / 1024 }' /proc/allocinfo
}

# sized TEXT SIZE [RESULT]: is written, and all of the account says so
sized()
{
	write_size "$2" || note "  $SAID"
	is "$1" "$(account)" "$(wanted "${3:-$2}")"
}

# refused TEXT VALUE WHY: and nothing has changed
refused()
{
	_before=$(account)
	_said='it was accepted'
	write_size "$2" || _said=$SAID
	is "$1" "${_said##*: } $(account)" "$3 $_before"
}

INVALID='Invalid argument'
NO_MEMORY='Cannot allocate memory'
LOADED='No such file or directory'
