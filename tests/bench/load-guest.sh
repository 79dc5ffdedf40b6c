# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh
#
# The guest's half of bench-load.

TRACE=/sys/kernel/tracing

trace_on()
{
	mount -t tracefs tracefs "$TRACE" 2> /dev/null
	echo mono > "$TRACE/trace_clock"
	echo kimage_free > "$TRACE/set_ftrace_filter"
	echo function > "$TRACE/current_tracer"
	for _call in kexec_load kexec_file_load; do
		echo 1 > "$TRACE/events/syscalls/sys_exit_$_call/enable"
	done
}

# window: "WINDOW TOTAL" in ms, of what was traced since the mark
window()
{
	awk '
	{
		for (i = 1; i <= NF && $i !~ /^[0-9]+\.[0-9]+:$/; i++)
			;
		if (i > NF)
			next
		at = $i * 1000
	}
	/: begin$/ { begin = at }
	/: end$/ { end = at }
	/kimage_free <-/ && begin && !gone { gone = at }
	/sys_kexec.* -> 0x0$/ { placed = at }
	END { printf "%.3f %.3f", gone && placed ? placed - gone : -1, end - begin }' \
		"$TRACE/trace"
}

# timed NAME COMMAND...
timed()
{
	_name=$1
	shift
	echo > "$TRACE/trace"
	echo begin > "$TRACE/trace_marker"
	time -f %M -o /tmp/peak "$@" > "$OUT" 2> "$ERR"
	_status=$?
	echo end > "$TRACE/trace_marker"
	if [ $_status -ne 0 ]; then
		not_ok "$_name: exit status $_status"
		attach "$ERR"
		return
	fi
	note "bench $_name $(window) $(tail -n 1 /tmp/peak)"
}

guest()
{
	_runs=$(tr ' ' '\n' < /proc/cmdline | sed -n 's/^bench-runs=//p')
	_kernel=/boot/vmlinuz-$(uname -r)
	_initramfs=/large-initramfs
	_line='console=ttyS0 nr_cpus=1 reset_devices'
	mkdir -p /tmp
	trace_on
	crashctl load --initramfs $_initramfs > "$OUT" 2> "$ERR" || attach "$ERR"
	for _run in $(seq "$_runs"); do
		timed kexec_file_load kload "$_kernel" $_initramfs "$_line"
		timed kexec-p-s kexec -p -s "$_kernel" --initrd=$_initramfs --command-line="$_line"
		timed kexec-p-c kexec -p -c "$_kernel" --initrd=$_initramfs --command-line="$_line"
		# What another tool has loaded could not be put back, so crashctl leaves it alone.
		crashctl -q reload --force no-fallback --initramfs $_initramfs
		timed crashctl-file crashctl -q reload --syscall file --initramfs $_initramfs
		timed crashctl-segments crashctl -q reload --syscall segments \
			--initramfs $_initramfs
	done
}
