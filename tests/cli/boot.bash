# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
#
# A boot loader for the machine of a test: GRUB as Debian sets it up, with
# stand-ins for its tools (standins/), which tests/boot has for real.
#
# shellcheck shell=bash disable=SC2034,SC2154

CFG=boot/grub/grub.cfg
DROPIN=etc/default/grub.d/zz-crashctl.cfg

# add_grub [WORDS [KERNEL ...]]: words that stand in /etc/default/grub.
add_grub()
{
	local words=${1-} kernel
	shift || :
	local kernels=("${@:-$RELEASE}")

	mkdir -p "$M/boot/grub" "$M/etc/default/grub.d" "$M/usr/sbin" "$M/usr/bin" "$M/var/lib"
	cp "$TOP/tests/cli/standins/grub-mkconfig" "$M/usr/sbin/"
	cp "$TOP/tests/cli/standins/grub-script-check" "$M/usr/bin/"
	printf '%s\n' '# If you change this file, run update-grub.' 'GRUB_DEFAULT=0' \
		'GRUB_CMDLINE_LINUX_DEFAULT="quiet"' "GRUB_CMDLINE_LINUX=\"$words\"" \
		"KERNELS=\"${kernels[*]}\"" >"$M/etc/default/grub"
	for kernel in "${kernels[@]}"; do
		[[ -e $M/boot/config-$kernel ]] ||
			printf '%s\n' CONFIG_KEXEC_FILE=y CONFIG_CMA=y >"$M/boot/config-$kernel"
	done
	mkconfig
	rm "$M/called"
}

# What grub-mkconfig makes of what is there.
mkconfig()
{
	KD_FAKE_ROOT=$M "$M/usr/sbin/grub-mkconfig" -o "/$CFG"
}

# How the lines of GRUB's configuration that load one of our kernels end.
entry_words()
{
	sed -n '/10_linux/,/END/s/^\t*linux\t[^ ]* root=[^ ]* ro *//p' "$M/$CFG"
}

# boots WORDS: every entry of ours has these crashkernel= words and no others.
boots()
{
	local line n=0

	while read -r line; do
		assert_equal "$(tr ' ' '\n' <<<"$line" | grep ^crashkernel= | paste -sd ' ')" "$1"
		n=$((n + 1))
	done < <(entry_words)
	assert [ "$n" -ge 3 ]
	grep -q 'root=/dev/sdb1 crashkernel=77M$' "$M/$CFG"
}
