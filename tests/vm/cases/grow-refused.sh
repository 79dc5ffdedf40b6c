# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034,SC2154,SC1091
#
# Where growth cannot be had: no module, one of another kernel, one that is not signed under
# lockdown, sizes that make no sense. One sentence each, and nothing has changed.

VARIANTS='missing other-kernel lockdown sizes'
KERNEL=7.2
CMDLINE=crashkernel=64M
MODULE=yes
case $VARIANT in
missing) ASSERTIONS=8 ;;
other-kernel) ASSERTIONS=6 ;;
lockdown)
	CMDLINE="$CMDLINE lockdown=integrity lsm=lockdown"
	ASSERTIONS=6 ;;
sizes) ASSERTIONS=19 ;;
esac

# The module of another kernel, where modprobe looks for this one's.
files()
{
	local other

	[ "$VARIANT" = other-kernel ] || return 0
	other=$("$VM_DIR/mkmodule" 6.12)
	mkdir "$1/other"
	cp "$other" "$1/other/"
}

# refused TEXT STATUS REGEX COMMAND...: with a reason that matches, and an advice
refused()
{
	_what=$1
	_reason=$3
	exits "$1: exits $2" "$2" crashctl "$4" "$5" "$6" ${7:+"$7"}
	has "$_what: the reason" "$ERR" "$_reason"
	has "$_what: what to do" "$ERR" '->'
}

missing()
{
	refused 'no module' 1 'shrinks a reservation .*\[cannot-grow\]' reserve --live 192M
	refused 'no module, and it is to be loaded' 1 'shrinks a reservation .*\[cannot-grow\]' \
		reserve --live --load-module 192M
}

other_kernel()
{
	MODULE_PATH=/other/crash_grow.ko
	install_module
	refused 'the module of another kernel' 1 'built for another kernel.*\[module-of-other-kernel\]' \
		reserve --live --load-module 192M
	is 'it is not loaded' "$(grep -c ^crash_grow /proc/modules)" 0
}

lockdown()
{
	install_module
	has 'the kernel is locked down' /sys/kernel/security/lockdown '\[integrity\]'
	# EPERM: only module.sig_enforce answers EKEYREJECTED (kernel/module/signing.c)
	refused 'the module is not signed' 1 'lockdown.*\[module-refused\]' \
		reserve --live --load-module 192M
}

# nonsense TEXT STATUS REGEX SIZE: what is no size needs no advice
nonsense()
{
	exits "$1: exits $2" "$2" crashctl reserve --live "$4"
	has "$1: the reason" "$ERR" "$3"
}

sizes()
{
	module_is_there
	nonsense 'text' 64 'many: not a size' many
	nonsense 'one byte' 64 'whole MiB' 1
	nonsense 'ULONG_MAX' 64 'more than 64 TiB' 18446744073709551615
	nonsense 'more than 64 bits' 64 'too large a number' 18446744073709551616
	refused 'more than the machine has' 1 'memory|available' reserve --live 8G
	refused 'more than is available' 1 'memory|available' reserve --live 1900M
	refused 'less than is needed' 1 'need' reserve --live 70M
}

guest()
{
	. /vm/grow.sh
	WAS=$(grow_state)
	case $VARIANT in
	missing) missing ;;
	other-kernel) other_kernel ;;
	lockdown) lockdown ;;
	sizes) sizes ;;
	esac
	is 'nothing has changed' "$(grow_state)" "$WAS"
	log_is_clean
}
