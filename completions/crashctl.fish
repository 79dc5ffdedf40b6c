# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# fish completion for crashctl.

set -l image '__fish_seen_subcommand_from estimate rehearse facts load reload'
set -l change '__fish_seen_subcommand_from reserve load reload test'

complete -c crashctl -f

complete -c crashctl -n __fish_use_subcommand -a status -d 'say whether a panic now would be captured'
complete -c crashctl -n __fish_use_subcommand -a estimate -d 'say how much memory the crash kernel needs'
complete -c crashctl -n __fish_use_subcommand -a reserve -d 'set memory aside for the crash kernel, or give it back'
complete -c crashctl -n __fish_use_subcommand -a load -d 'load the crash kernel'
complete -c crashctl -n __fish_use_subcommand -a reload -d 'load it again, after something changed'
complete -c crashctl -n __fish_use_subcommand -a unload -d 'unload the crash kernel'
complete -c crashctl -n __fish_use_subcommand -a watch -d 'keep what is loaded right while the machine changes'
complete -c crashctl -n __fish_use_subcommand -a rehearse -d 'crash this kernel in QEMU, and see whether it would be captured'
complete -c crashctl -n __fish_use_subcommand -a test -d 'make the machine panic, to see it captured'
complete -c crashctl -n __fish_use_subcommand -a history -d 'list the dumps that are there'
complete -c crashctl -n __fish_use_subcommand -a facts -d 'write what an estimate needs to know of this machine'
complete -c crashctl -n __fish_use_subcommand -a explain -d 'say what crashkernel= words mean here'

complete -c crashctl -s R -l sysroot -x -a '(__fish_complete_directories)' -d 'take every file from below a folder'
complete -c crashctl -l json -d 'one JSON document on standard output'
complete -c crashctl -s q -l quiet -d 'errors and the exit code only'
complete -c crashctl -s v -l verbose -d 'say what is read and done'
complete -c crashctl -s h -l help -d 'show the options'
complete -c crashctl -l usage -d 'show a short summary of the options'
complete -c crashctl -l version -d 'show the version'

complete -c crashctl -n '__fish_seen_subcommand_from status' -l strict -d 'any finding is exit code 2'
complete -c crashctl -n '__fish_seen_subcommand_from status' -l openmetrics -d 'write metrics for Prometheus'
complete -c crashctl -n '__fish_seen_subcommand_from status' -l ours -d 'say by the exit code whether the image is crashctl\'s to keep'

complete -c crashctl -n "$image" -l kernel -r -F -d 'kernel image'
complete -c crashctl -n "$image" -l initramfs -r -F -d 'initramfs'
complete -c crashctl -n "$image" -l append -x -d 'words to append to the command line'
complete -c crashctl -n "$image" -l reuse-cmdline -d 'keep the running kernel\'s command line'
complete -c crashctl -n "$change" -l dry-run -d 'say what would be done, change nothing'
complete -c crashctl -n "$change" -l force -x -d 'override the refusals of these identifiers'

complete -c crashctl -n '__fish_seen_subcommand_from estimate' -l check -d 'say by the exit code whether enough is reserved'
complete -c crashctl -n '__fish_seen_subcommand_from estimate' -l explain -d 'show where each part comes from'
complete -c crashctl -n '__fish_seen_subcommand_from estimate' -l cma -d 'show what leaning on CMA takes'
complete -c crashctl -n '__fish_seen_subcommand_from estimate' -l no-cache -d 'read the files again'
complete -c crashctl -n '__fish_seen_subcommand_from estimate' -l release -x -a '(path basename /lib/modules/*)' -d 'for the kernel of this release'
complete -c crashctl -n '__fish_seen_subcommand_from estimate' -l ram -x -d 'memory of another machine'
complete -c crashctl -n '__fish_seen_subcommand_from estimate' -l cpus -x -d 'its CPUs'
complete -c crashctl -n '__fish_seen_subcommand_from estimate' -l page-size -x -a '4K 16K 64K' -d 'its page size'
complete -c crashctl -n '__fish_seen_subcommand_from estimate' -l arch -x -a 'x86_64 aarch64 riscv64 loongarch64 ppc64le s390x' -d 'its architecture'
complete -c crashctl -n '__fish_seen_subcommand_from estimate' -l target -x -a 'none files: raw: nfs: ssh: network' -d 'where the dump goes'
complete -c crashctl -n '__fish_seen_subcommand_from estimate' -l luks -r -F -d 'LUKS header that is unlocked for it'
complete -c crashctl -n '__fish_seen_subcommand_from estimate' -l margin -x -d 'more than the margin of the estimate'
complete -c crashctl -n '__fish_seen_subcommand_from estimate' -l use-observed -d 'take what a crash kernel has recorded'
complete -c crashctl -n '__fish_seen_subcommand_from estimate' -l facts -r -F -d 'for the machine that these facts are of'

complete -c crashctl -n '__fish_seen_subcommand_from rehearse' -l main -x -d 'what is reserved in the guest'
complete -c crashctl -n '__fish_seen_subcommand_from rehearse' -l ram -x -d 'memory of the guest'
complete -c crashctl -n '__fish_seen_subcommand_from rehearse' -l cpus -x -d 'CPUs of the machine'
complete -c crashctl -n '__fish_seen_subcommand_from rehearse' -l timeout -x -d 'how long a guest may run'
complete -c crashctl -n '__fish_seen_subcommand_from rehearse' -l bisect -d 'find the smallest main that boots'

complete -c crashctl -n '__fish_seen_subcommand_from facts' -l output -r -F -d 'write into a file'

complete -c crashctl -n '__fish_seen_subcommand_from reserve' -a 'auto 0'
complete -c crashctl -n '__fish_seen_subcommand_from reserve' -l cma -x -a 'auto 0' -d 'CMA pool'
complete -c crashctl -n '__fish_seen_subcommand_from reserve' -l low -x -a 'auto 0' -d 'pool below 4 GiB'
complete -c crashctl -n '__fish_seen_subcommand_from reserve' -l high -d 'main may lie above 4 GiB'
complete -c crashctl -n '__fish_seen_subcommand_from reserve' -l at -x -d 'where main begins'
complete -c crashctl -n '__fish_seen_subcommand_from reserve' -l policy -x -a 'bottom-up top-down' -d 'where main is looked for'
complete -c crashctl -n '__fish_seen_subcommand_from reserve' -l kernel -x -a 'all (path basename /lib/modules/*)' -d 'only the boot entries of that kernel'
complete -c crashctl -n '__fish_seen_subcommand_from reserve' -l bootloader -x -a 'ostree pbl grubby grub-bls grub systemd-boot uki zipl extlinux' -d 'the boot loader to configure'
complete -c crashctl -n '__fish_seen_subcommand_from reserve' -l undo -d 'put the words of the last change back'
complete -c crashctl -n '__fish_seen_subcommand_from reserve' -l recover -d 'put a change back that was interrupted'
complete -c crashctl -n '__fish_seen_subcommand_from reserve' -l live -d 'only what can be done now'
complete -c crashctl -n '__fish_seen_subcommand_from reserve' -l config -d 'only what is for the next boot'
complete -c crashctl -n '__fish_seen_subcommand_from reserve' -l load-module -d 'load crash_grow where main is to grow now'
complete -c crashctl -n '__fish_seen_subcommand_from reserve' -l configured -d 'now, and at least, what crashctl.conf wants reserved'

complete -c crashctl -n '__fish_seen_subcommand_from load reload' -l syscall -x -a 'auto file segments' -d 'how to load'
complete -c crashctl -n '__fish_seen_subcommand_from reload' -l if-stale -d 'only if what is loaded is stale'

complete -c crashctl -n '__fish_seen_subcommand_from watch' -l once -d 'end when nothing is pending any more'
complete -c crashctl -n '__fish_seen_subcommand_from watch' -l settle -x -d 'how long a silence ends a burst'
complete -c crashctl -n '__fish_seen_subcommand_from watch' -l at-most -x -d 'how long a burst may last'
complete -c crashctl -n '__fish_seen_subcommand_from watch' -l force -x -d 'override the refusals of these identifiers'

complete -c crashctl -n '__fish_seen_subcommand_from test' -l yes-crash-now -d 'do not ask for the host name first'
complete -c crashctl -n '__fish_seen_subcommand_from test' -l record -d 'write down what came of the last one'
