# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
#
# What others would reserve, in MiB, for the same machine and images.

# table RANGES RAM: of crashkernel=START-END:SIZE,..., sizes in GiB and MiB. As the kernel
# does, RAM (MiB) is rounded up to 128 MiB; 0 where no range holds it.
function table(ranges, ram,    n, i, part, bound, rows)
{
	ram = int((ram + 127) / 128) * 128
	n = split(ranges, rows, ",")
	for (i = 1; i <= n; i++) {
		split(rows[i], part, ":")
		split(part[1], bound, "-")
		if (ram >= bound[1] * 1024 && (bound[2] == "" || ram < bound[2] * 1024))
			return part[2] + 0
	}
	return 0
}

# kexec-tools of CentOS Stream 9, crashkernel-howto.txt.
function rhel9(ram)
{
	return table("1-4:192,4-64:256,64-:512", ram)
}

# kdump-utils, kdump-lib.sh: kdump_get_arch_recommend_crashkernel().
function fedora(ram)
{
	return table("2-64:256,64-:512", ram)
}

# kdump-tools 1.10: debian/kdump-tools.grub.default, amd64.
function debian(ram)
{
	return ram >= 512 ? 192 : 0
}

# kdump-tools of Ubuntu 24.10 and later.
function ubuntu(ram)
{
	return table("2-4:320,4-32:512,32-64:1024,64-128:2048,128-:4096", ram)
}

# kdump-utils, kdumpctl: do_estimate(), without modules, for none is loaded here: the
# kernel's PT_LOAD segments, three times the initramfs, 16 MiB, and for LUKS2 what the key
# takes and 20 MiB. It recommends the larger of this and its table.
function kdumpctl(kernel, initramfs, luks)
{
	return (kernel + 3 * initramfs) / 1048576 + 16 + (luks ? luks + 20 : 0)
}

# openSUSE's kdump, kdumptool/calibrate.cc, in KiB, with the constants that its package was
# built with for Leap 15.3 on x86_64 (they hold an initramfs of its own), one CPU, no
# framebuffer and no ACPI caches.
function opensuse(ram, network, luks, high,    base, init, cached, r, boot)
{
	base = 56404; init = 20292; cached = 32628
	luks *= 1024
	r = base + cached + luks + 236 + 2 * 50 + 3 * 4 + 128 + 5 + 17076
	boot = base + init + cached
	if (network) {
		r += 4420
		boot += 3428 + 8992
	}
	r += ram / 16 < 32768 ? ram / 16 : 32768
	r += 96
	r *= 100 / (100 - 20 - 20 * 64 / 1024)
	r *= 1048576 / (1048576 - 232 * 8)
	r *= 4096 / (4096 - 64)
	if (r < boot)
		r = boot
	r = (r - luks) * 1.3 + luks
	return r / 1024 + 64 + (high ? 64 : 0)
}
