# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# Refusals that are known beforehand, each with its own identifier: after each the image
# from before is still in place.

CMDLINE='crashkernel=256M'
SECONDS_MAX=360
ASSERTIONS=49

# refused TITLE ID OUTCOME [OPTION...]: null where the files alone were looked at
refused()
{
	_title=$1 _id=$2 _outcome=$3
	shift 3
	exits "$_title: exits 1" 1 crashctl reload --json "$@"
	json "$_title: its identifier" .error.id "$_id"
	json "$_title: what it left" .reload.outcome "$_outcome"
	is "$_title: an image is loaded" "$(crash_file crash_loaded)" 1
}

# An Image of arm64: magic, size, and nothing else.
arm64_image()
{
	{
		head -c 16 /dev/zero
		printf '\0\0\200\0\0\0\0\0\012\0\0\0\0\0\0\0'
		head -c 24 /dev/zero
		printf 'ARM\144'
		head -c 1000000 /dev/zero
	} > "$1"
}

# Offset and size of the certificates are 0, wherever the header has them.
strip()
{
	cp "$1" "$2"
	_pe=$(od -An -tu4 -j 60 -N 4 "$1" | tr -d ' ')
	head -c 8 /dev/zero | dd of="$2" bs=1 seek=$((_pe + 24 + 112 + 32)) conv=notrunc \
		2> /dev/null
}

guest()
{
	K=/boot/vmlinuz-$(uname -r)
	I=/var/lib/kdump/initrd.img-$(uname -r)
	exits 'load exits 0' 0 crashctl load

	# Beforehand.
	head -c 1000000 /dev/urandom > /tmp/random
	refused 'garbage' not-a-kernel null --kernel /tmp/random
	arm64_image /tmp/arm64
	refused 'another architecture' kernel-unsupported null --kernel /tmp/arm64
	{ cat "$I"; head -c 300000000 /dev/zero; } > /tmp/large
	refused 'too small a reservation' reservation-too-small untouched \
		--initramfs /tmp/large
	rm /tmp/large
	cp "$K" /tmp/busy
	exec 5>> /tmp/busy
	refused 'a writer' file-being-written untouched --kernel /tmp/busy
	exec 5>&-
	refused 'too long a command line' cmdline-too-long untouched \
		--append "$(head -c 3000 /dev/zero | tr '\0' x)"
	run su user -c 'crashctl reload --json'
	is 'without CAP_SYS_BOOT: exits 1' "$STATUS" 1
	json 'without CAP_SYS_BOOT: its identifier' .error.id no-privilege

	# A lockdown is there to stay: what it refuses for certain is not tried.
	strip "$K" /tmp/unsigned
	exits 'unsigned, and not locked down' 0 crashctl -q reload --kernel /tmp/unsigned
	exits 'reload exits 0' 0 crashctl -q reload
	echo integrity > /sys/kernel/security/lockdown
	has 'the kernel is locked down' /sys/kernel/security/lockdown '\[integrity\]'
	refused 'locked down, unsigned' lockdown untouched --kernel /tmp/unsigned
	refused 'locked down, segments' lockdown untouched --syscall segments

	# Limits that only a reboot lifts.
	echo 1 > /proc/sys/kernel/kexec_load_limit_panic
	refused 'the last load but none to put it back' load-limit untouched
	echo 0 > /proc/sys/kernel/kexec_load_limit_panic
	refused 'the limit is used up' load-limit-used-up untouched
	echo 1 > /proc/sys/kernel/kexec_load_disabled
	refused 'disabled' load-disabled untouched
	exits 'unload is refused too' 1 crashctl unload --json
	json 'with the same identifier' .error.id load-disabled
	exits 'status exits 0 in the end' 0 crashctl status
}
