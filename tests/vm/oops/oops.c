/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Whoever writes to /proc/oops has one. Debian's kernels are built without CONFIG_LKDTM, and
 * SysRq-C is a panic, not an oops, since 5.x (drivers/tty/sysrq.c:sysrq_handle_crash()).
 */
#include <linux/module.h>
#include <linux/proc_fs.h>

static ssize_t write_oops(struct file *file, const char __user *text, size_t len, loff_t *at)
{
	WRITE_ONCE(*(int *)8, 0);
	return len;
}

static const struct proc_ops operations = {
	.proc_write = write_oops,
};

static int __init start_oops(void)
{
	return proc_create("oops", 0200, NULL, &operations) ? 0 : -ENOMEM;
}

static void __exit stop_oops(void)
{
	remove_proc_entry("oops", NULL);
}

module_init(start_oops);
module_exit(stop_oops);
MODULE_DESCRIPTION("An oops, for the tests of crashctl");
MODULE_LICENSE("GPL");
