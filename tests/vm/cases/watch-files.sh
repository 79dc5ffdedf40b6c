# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# Whatever happens to the initramfs and the configuration, the newest image that is good is
# loaded at all times: replaced, written slowly, deleted, made garbage, behind a link. Not
# what was unloaded on purpose. And with /run full, or no inotify to be had.

MEMORY=1024
CMDLINE='crashkernel=256M'
SECONDS_MAX=900
ASSERTIONS=57

IMAGE=/var/lib/kdump/initrd.img-$(uname -r)

# image NUMBER: /tmp/NUMBER, as good as the one that is there and other than all others
image()
{
	mkdir -p /tmp/more
	echo "$1" > "/tmp/more/number"
	{
		# The next part begins at a multiple of four bytes (init/initramfs.c:unpack_to_rootfs()).
		dd if=/tmp/first bs=512 conv=sync 2> /dev/null
		(cd /tmp/more && echo number | cpio -o -H newc 2> /dev/null)
	} > "/tmp/$1"
}

# loaded_is TEXT FILE: by the record of the load
loaded_is()
{
	is "$1" "$(sed -n "s/^INITRAMFS_SHA256=['\"]*\([0-9a-f]*\).*/\1/p" /run/crashctl/loaded)" \
		"$(sha256sum "$2" | cut -d' ' -f1)"
	is 'and an image is loaded' "$(crash_file crash_loaded)" 1
}

# Seven seconds, in which the file is open all the time.
slowly()
{
	_bytes=$(stat -c %s "$1")
	_part=$((_bytes / 6 + 1))
	for _n in 0 1 2 3 4 5; do
		dd if="$1" bs=$_part skip=$_n count=1 2> /dev/null
		sleep 1
	done > "$2"
}

last_reason()
{
	jq -sr last.watch.reason $WATCH
}

reason_is()
{
	[ "$(last_reason)" = "$1" ]
}

replaced()
{
	image 2
	cp /tmp/2 $IMAGE.new
	mv $IMAGE.new $IMAGE
	loads_become 'a renamed initramfs is loaded' 1
	watched 'because of the initramfs' .watch.reason initramfs
	loaded_is 'it is the new one' /tmp/2
	image 3
	sleep 10
	slowly /tmp/3 $IMAGE &
	sleep 4
	loaded_is 'while it is written, the one before is loaded' /tmp/2
	wait $!
	loads_become 'when it is written, the new one is loaded' 2
	loaded_is 'and it is that' /tmp/3
	is 'nothing was tried while it was written' "$(jq -s 'map(.error | select(.)) | length' \
		$WATCH)" 0
}

spoiled()
{
	rm $IMAGE
	within 20 reason_is gone
	loaded_is 'one that is deleted stays loaded' /tmp/3
	exits 'status says so' 0 crashctl status --json
	json 'as a finding' '[.status.findings[].id] | index("loaded-files-gone") != null' true
	dd if=/dev/urandom of=$IMAGE bs=1M count=2 2> /dev/null
	within 30 failed
	holds 'garbage is refused' failed
	loaded_is 'and the good one stays loaded' /tmp/3
	exits 'status tells of it' 2 crashctl status --json
	json 'as a finding' '[.status.findings[].id] | index("watch-failed") != null' true
	cp /tmp/3 $IMAGE
	within 40 reason_is kernel-updates
	is 'the same content again is nothing to load' "$(loads)" 2
	exits 'status exits 0' 0 crashctl status --json
	json 'and has forgotten the failure' \
		'[.status.findings[].id] | index("watch-failed") == null' true
}

failed()
{
	[ "$(jq -s '[.[].error | select(.)] | length' $WATCH)" -gt 0 ]
}

linked()
{
	image 4
	image 5
	mkdir -p /tmp/elsewhere
	mv /tmp/4 /tmp/5 /tmp/elsewhere
	ln -sf /tmp/elsewhere/4 $IMAGE
	loads_become 'a link in its place is followed' 3
	loaded_is 'to the file' /tmp/elsewhere/4
	ln -s 5 /tmp/elsewhere/new
	mv /tmp/elsewhere/new /tmp/elsewhere/4
	loads_become 'and through another link' 4
	loaded_is 'to the next file' /tmp/elsewhere/5
	mkdir -p /etc/crashctl.conf.d
	sleep 2
	echo 'append-more = crashctl.test=1' > /etc/crashctl.conf.d/50-test.conf
	loads_become 'a folder of drop-ins that was not there is followed' 5
	watched 'because of the configuration' .watch.reason configuration
}

# Another file lies under the name when a file system is mounted over its folder.
mounted()
{
	image 9
	mkdir -p /tmp/over
	cp /tmp/9 "/tmp/over/${IMAGE##*/}"
	sleep 10
	mount --bind /tmp/over /var/lib/kdump
	loads_become 'what a mount brings is loaded' 6
	loaded_is 'it is that file' /tmp/9
	sleep 10
	umount /var/lib/kdump
	loads_become 'and what lay below, when it is gone' 7
	loaded_is 'it is the one of before' /tmp/elsewhere/5
}

unloaded()
{
	exits 'unload exits 0' 0 crashctl unload
	image 6
	cp /tmp/6 /tmp/elsewhere/5
	within 30 reason_is unloaded-on-purpose
	sleep 3
	is 'what was unloaded on purpose stays unloaded' "$(crash_file crash_loaded)" 0
	exits 'load exits 0' 0 crashctl load
	within 30 reason_is kernel-updates
	is 'and is no news to the watcher' "$(loads)" 7
}

run_is_full()
{
	dd if=/dev/zero of=/run/full bs=64k 2> /dev/null
	image 7
	cp /tmp/7 /tmp/elsewhere/5
	loads_become 'with /run full it is loaded all the same' 8
	is 'and an image is there' "$(crash_file crash_loaded)" 1
	rm /run/full
	exits 'status exits 0 afterwards' 0 crashctl status
}

no_inotify()
{
	echo 3 > /proc/sys/fs/inotify/max_user_watches
	watch_begin
	exits 'status exits 0' 0 crashctl status --json
	json 'it says that files are looked at now and then' .status.watch.limited true
	image 8
	cp /tmp/8 /tmp/elsewhere/5
	within 90 has_loads 1
	loaded_is 'which is enough' /tmp/elsewhere/5
	watch_end
}

guest()
{
	cp $IMAGE /tmp/first
	exits 'load exits 0' 0 crashctl load
	watch_begin
	exits 'a second watcher exits 1' 1 crashctl watch
	has 'and says why' "$ERR" already-watched
	exits '--once beside it exits 0' 0 crashctl watch --once
	replaced
	spoiled
	linked
	mounted
	unloaded
	run_is_full
	watch_end
	no_inotify
}
