// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: The crashctl developers
/*
 * Whoever writes to /proc/oops has one. Debian's kernels are built without CONFIG_LKDTM, and
 * SysRq-C is a panic, not an oops, since 5.x (drivers/tty/sysrq.c:sysrq_handle_crash()).
 */
#include <linux/module.h>
#include <linux/proc_fs.h>

static ssize_t oops_write(struct file *file, const char __user *text, size_t len, loff_t *at)
{
	WRITE_ONCE(*(int *)8, 0);
	return len;
}

static const struct proc_ops oops_ops = {
	.proc_write = oops_write,
};

static int __init oops_init(void)
{
	return proc_create("oops", 0200, NULL, &oops_ops) ? 0 : -ENOMEM;
}

static void __exit oops_exit(void)
{
	remove_proc_entry("oops", NULL);
}

module_init(oops_init);
module_exit(oops_exit);
MODULE_DESCRIPTION("An oops, for the tests of crashctl");
MODULE_LICENSE("GPL");
