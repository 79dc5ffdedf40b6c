# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=bash disable=SC2034
#
# Where things are, for the host's side of the guests. Sourced, with VM_DIR set to the
# folder of this file.

ROOT=$(cd "$VM_DIR/../.." && pwd)
BUILD=${BUILD:-$ROOT/build}
case $BUILD in
/*) ;;
*) BUILD=$ROOT/$BUILD ;;
esac
VM=$BUILD/vm
CACHE=${CRASHCTL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/crashctl}
ARM64=$CACHE/arm64-root
# The words of a case for a kernel with all its checks. With five levels of page tables KASAN
# finds fault with whatever interrupt comes while identify_cpu() (arch/x86/kernel/cpu/common.c)
# has cleared the features of the CPU, among them the one that says where its shadow begins.
DEBUG_WORDS='no5lvl log_buf_len=4M page_owner=on page_table_check=on'
ME=${0##*/}

die()
{
	printf '%s: %s\n' "$ME" "$*" >&2
	exit 1
}

# need COMMAND...: all that is not there, in one message
need()
{
	local cmd missing=''

	for cmd; do
		command -v "$cmd" > /dev/null || missing="$missing $cmd"
	done
	[ -z "$missing" ] || die "not found:$missing (run 'make deps')"
}

# said NAME: what a guest has written to its second serial port, and its host beside it
said()
{
	{ cat "$VM/$1.tap" "$VM/$1.host" 2> /dev/null || :; } | tr -d '\r'
}

# The reader of dumps, on the host.
build_readdump()
{
	[ "$VM_DIR/readdump.c" -nt "$VM/readdump" ] || return 0
	${CC:-cc} -O2 -Wall -Wextra -o "$VM/readdump" "$VM_DIR/readdump.c" -lkdumpfile
}

# arch_of KERNEL: of a name as fetch has it
arch_of()
{
	case $1 in
	*-arm64) echo aarch64 ;;
	*) echo x86_64 ;;
	esac
}

# made_here KERNEL: by mkkernel, and not fetched
made_here()
{
	case $1 in
	*-debug | *-small | *-stock) ;;
	*) return 1 ;;
	esac
}

# kernel_dir KERNEL: where it is unpacked
kernel_dir()
{
	if made_here "$1"; then
		echo "$VM/kernel-$1"
	else
		echo "$CACHE/kernel-$1"
	fi
}

# get_kernel KERNEL
get_kernel()
{
	if made_here "$1"; then
		"$VM_DIR/mkkernel" "$1"
	else
		"$VM_DIR/fetch" "kernel-$1"
	fi
}

# guest_program NAME TREE: NAME.c of this folder, to be run in any guest of this machine's
# architecture
guest_program()
{
	mkdir -p "$2/usr/sbin"
	${CC:-cc} -static -O2 -Wall -Wextra -o "$2/usr/sbin/$1" "$VM_DIR/$1.c"
}

# guest_small_kernel TREE: /small, an image that is loaded in a tenth of the time that a kernel
# with every check takes, and a hundred times
guest_small_kernel()
{
	"$VM_DIR/fetch" kernel-7.3
	cp -L "$CACHE/kernel-7.3/vmlinuz" "$1/small"
}

# guest_watchdog FOLDER: the modules of the one that QEMU has, for $KERNEL
guest_watchdog()
{
	local module

	mkdir -p "$1"
	for module in watchdog i6300esb; do
		xz -dc "$(kernel_dir "$KERNEL")/modules/kernel/drivers/watchdog/$module.ko.xz" \
			> "$1/$module.ko"
	done
}

# build_of KERNEL: where crashctl for it is built
build_of()
{
	case $1 in
	*-arm64) echo "$BUILD/arm64" ;;
	*) echo "$BUILD" ;;
	esac
}

# machine ACCEL KERNEL: QEMU and its words. Multi-threaded emulation corrupts guests. 6.12 is
# unstable with cmpxchg16b under QEMU 7.2's emulation.
machine()
{
	if [ "$(arch_of "$2")" = aarch64 ]; then
		echo qemu-system-aarch64 -accel tcg,thread=single -cpu cortex-a72 \
			-machine virt,gic-version=3
		return
	fi
	echo -n 'qemu-system-x86_64 '
	case $1 in
	kvm) echo '-accel kvm -cpu host -machine pc' ;;
	*)
		echo -n '-accel tcg,thread=single -cpu max'
		[ "${2%-generic}" != 6.12 ] || echo -n ',-cx16'
		echo ' -machine pc' ;;
	esac
}

# with_case INITRAMFS SCRIPT OUTPUT [TREE]: a second archive after the first
with_case()
{
	local dir

	dir=$(mktemp -d "$VM/case.XXXXXX")
	[ -z "${4:-}" ] || cp -a "$4/." "$dir"
	mkdir "$dir/vm"
	cp "$2" "$dir/vm/case.sh"
	{
		cat "$1"
		(cd "$dir" && find . -mindepth 1 |
			cpio --quiet --format newc --owner 0:0 --create)
	} > "$3"
	rm -rf "$dir"
}
