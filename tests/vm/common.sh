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

# The reader of dumps, on the host.
build_readdump()
{
	[ "$VM_DIR/readdump.c" -nt "$VM/readdump" ] || return 0
	${CC:-cc} -O2 -Wall -Wextra -o "$VM/readdump" "$VM_DIR/readdump.c" -lkdumpfile
}
