# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034,SC2153,SC2154,SC1091
#
# Load, grow and shrink at once, growth that is killed, and somebody who reads all the while,
# on the patched kernel and with the module. Each of them may find the others in its way, and
# none may leave anything behind.

VARIANTS='7.3-debug 7.3-debug-stock'
KERNEL=$VARIANT
SUITE=kernel
BY=kernel
case $VARIANT in
*-stock) MODULE=debug BY=module ;;
esac
MEMORY=2560
CPUS=2
SECONDS_MAX=2400
CMDLINE=$DEBUG_WORDS
ASSERTIONS=17

LASTS=180

files()
{
	guest_program memhog "$1"
	guest_program kload "$1"
	guest_small_kernel "$1"
}

# goes_on: until $END; on a slow machine until everybody has had its way, or five times that
goes_on()
{
	_now=$(cut -d . -f 1 /proc/uptime)
	[ "$_now" -ge "$END" ] || return 0
	[ "$_now" -lt $((END + 4 * LASTS)) ] || return 1
	cut -d ' ' -f 1 /tmp/count-* | grep -qx '[0-2]'
}

# times NAME COMMAND...: how often it succeeded and failed, and with which words
times()
{
	_name=$1 _good=0 _bad=0
	shift
	while goes_on; do
		if "$@" 2>> "/tmp/$_name.err"; then
			_good=$((_good + 1))
		else
			_bad=$((_bad + 1))
		fi
		echo "$_good $_bad" > "/tmp/count-$_name"
	done
}

# random_mib FROM TO
random_mib()
{
	echo $((($1 + $(od -An -N2 -tu2 /dev/urandom) % ($2 - $1)) * MIB))
}

set_size()
{
	echo "$1" > "$KEXEC/crash_size"
}

# What the module has taken, and cannot put in its place, it gives back.
grow_by_module()
{
	echo "$1" > "$GROW/take" || return 1
	echo 1 > "$GROW/commit" && return
	echo 0 > "$GROW/take"
	return 1
}

growing()
{
	if [ $BY = kernel ]; then
		set_size "$(random_mib 128 320)"
	else
		grow_by_module "$(random_mib 128 320)"
	fi
}

# Not all the time, nor to less than an image takes, or nothing would ever be loaded.
shrinking()
{
	sleep 1
	set_size "$(random_mib 96 128)"
}

# What is loaded has to go again, or nobody else could do anything.
loading()
{
	kload /small "/var/lib/kdump/initrd.img-$(uname -r)" 'nr_cpus=1' || return 1
	[ "$(crash_file crash_loaded)" = 1 ] || echo 'not loaded' >> /tmp/wrong
	crashctl -q unload
}

# killed: a growth that is ended in the middle, or before, or after
killed()
{
	_file=$KEXEC/crash_size
	[ $BY = kernel ] || _file=$GROW/take
	sh -c "echo $(random_mib 200 500) > $_file" &
	usleep $(($(od -An -N2 -tu2 /dev/urandom) * 8))
	kill -KILL $! 2> /dev/null
	wait $!
	[ $BY = kernel ] || echo 0 > "$GROW/take"
}

# There is never more than one reservation, and its size is no surprise.
reading()
{
	cat /proc/iomem > /tmp/iomem
	[ "$(grep -c 'Crash kernel' /tmp/iomem)" -le 1 ] || cat /tmp/iomem >> /tmp/wrong
	_size=$(cat "$KEXEC/crash_size") || return 1
	[ $((_size & 4095)) -eq 0 ] || echo "size $_size" >> /tmp/wrong
}

said_only()
{
	sed 's/.*: //' "/tmp/$1.err" | sort | uniq -c | sed "s/^/#   $1: /" > "$TAP"
	is "$1 failed for no reason but the others" \
		"$(sed 's/.*: //' "/tmp/$1.err" | grep -Evc "^($2)$")" 0
}

guest()
{
	. /vm/grow.sh
	. /vm/patched.sh
	checks_are_on
	if [ $BY = module ]; then
		insmod "$MODULE_PATH"
		# The steps of a commit take their time, for others to come between.
		echo 20 > /sys/module/crash_grow/parameters/delay_ms
	fi
	begin_account
	hog_begin 600
	: > /tmp/wrong
	END=$(($(cut -d . -f 1 /proc/uptime) + LASTS))
	for _what in growing shrinking loading reading; do
		echo 0 0 > "/tmp/count-$_what"
		times $_what $_what &
		eval "_$_what=\$!"
	done
	# shellcheck disable=SC2154 # set by eval
	wait "$_growing" "$_shrinking" "$_loading" "$_reading"
	for _what in growing shrinking loading reading; do
		note "$_what: succeeded and failed $(cat "/tmp/count-$_what") times"
		holds "$_what succeeded now and then" [ "$(cut -d ' ' -f 1 "/tmp/count-$_what")" -ge 3 ]
	done
	# An image is loaded; the reservation is another one now, or somebody is at it; it has
	# become larger than that already.
	if [ $BY = kernel ]; then
		said_only growing 'No such file or directory|Device or resource busy'
	else
		said_only growing 'Device or resource busy|Resource temporarily unavailable|Invalid argument'
	fi
	# Without the patches a size above the present one is none.
	said_only shrinking "No such file or directory|Device or resource busy$(
		[ $BY = kernel ] || echo '|Invalid argument')"
	END=$(($(cut -d . -f 1 /proc/uptime) + LASTS / 4))
	times killed killed
	note "killed: $(cat /tmp/count-killed)"
	is 'nobody has seen anything that cannot be' "$(wc -l < /tmp/wrong)" 0
	[ ! -s /tmp/wrong ] || attach /tmp/wrong
	crashctl -q unload
	if [ $BY = kernel ]; then
		sized 'a size, after that' $((128 * MIB))
		sized 'and nothing' 0
	else
		echo 0 > /sys/module/crash_grow/parameters/delay_ms
		set_size 0
		grow_by_module $((128 * MIB))
		is 'a size, after that' "$(crash_file crash_size)" $((128 * MIB))
		set_size 0
		rmmod crash_grow
		is 'and nothing, with all memory back' "$(crash_file crash_size) $(mem_total) $(ram_entries)" \
			"0 $TOTAL_BEFORE $RAM_BEFORE"
	fi
	hog_end
	log_is_whole
}
