# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# bash completion for crashctl; the commands are asked of the program itself.

_crashctl_loaders='ostree pbl grubby grub-bls grub systemd-boot uki zipl extlinux'

# Kernels that are installed.
_crashctl_releases()
{
	local dir

	for dir in /lib/modules/*/; do
		[[ -d $dir ]] && basename -- "$dir"
	done
}

# The command on the line so far, or nothing.
_crashctl_command()
{
	local i word commands

	commands=" $(crashctl --list-commands 2>/dev/null | tr '\n' ' ')"
	for ((i = 1; i < COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		[[ $commands == *" $word "* ]] && printf '%s' "$word" && return
	done
}

_crashctl_options()
{
	local global='-R --sysroot --json -q --quiet -v --verbose -h --help --usage --version'
	local image='--kernel --initramfs --append --reuse-cmdline'
	local change='--dry-run --force'
	local machine='--ram --cpus --page-size --arch --target --luks --margin --use-observed'

	case $1 in
	status)   printf '%s' "--strict --ours --openmetrics $global" ;;
	estimate) printf '%s' "$image $machine --check --explain --cma --no-cache --release --facts $global" ;;
	rehearse) printf '%s' "$image --main --cma --ram --cpus --timeout --bisect $global" ;;
	facts)    printf '%s' "$image --output $global" ;;
	reserve)  printf '%s' "--cma --low --high --at --policy --live --config --kernel" \
			" --bootloader --undo --recover --load-module --configured" \
			" $change $global" ;;
	load)     printf '%s' "$image --syscall $change $global" ;;
	watch)    printf '%s' "--once --settle --at-most --force $global" ;;
	test)     printf '%s' "--yes-crash-now --record $change $global" ;;
	reload)   printf '%s' "--if-stale $image --syscall $change $global" ;;
	*)        printf '%s' "$global" ;;
	esac
}

_crashctl()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command

	COMPREPLY=()
	command=$(_crashctl_command)
	case $prev in
	-R|--sysroot)
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return ;;
	--kernel)
		if [[ $command == reserve ]]; then
			mapfile -t COMPREPLY < <(compgen -W "all $(_crashctl_releases)" -- "$cur")
			return
		fi
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return ;;
	--release)
		mapfile -t COMPREPLY < <(compgen -W "$(_crashctl_releases)" -- "$cur")
		return ;;
	--initramfs|--facts|--output)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return ;;
	--cma|--low)
		mapfile -t COMPREPLY < <(compgen -W 'auto 0' -- "$cur")
		return ;;
	--syscall)
		mapfile -t COMPREPLY < <(compgen -W 'auto file segments' -- "$cur")
		return ;;
	--policy)
		mapfile -t COMPREPLY < <(compgen -W 'bottom-up top-down' -- "$cur")
		return ;;
	--bootloader)
		mapfile -t COMPREPLY < <(compgen -W "$_crashctl_loaders" -- "$cur")
		return ;;
	--append|--force|--at)
		return ;;
	esac
	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_crashctl_options "$command")" -- "$cur")
	elif [[ -z $command ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(crashctl --list-commands 2>/dev/null)" \
			-- "$cur")
	elif [[ $command == reserve ]]; then
		mapfile -t COMPREPLY < <(compgen -W 'auto 0' -- "$cur")
	fi
}

complete -F _crashctl crashctl
