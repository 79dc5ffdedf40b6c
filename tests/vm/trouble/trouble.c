/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Whoever writes "oops" to /proc/trouble has one; "hang" keeps the CPU for ten seconds, as a
 * kernel that is caught in a loop would for ever. Debian's kernels are built without
 * CONFIG_LKDTM, and SysRq-C is a panic, not an oops, since 5.x
 * (drivers/tty/sysrq.c:sysrq_handle_crash()).
 */
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/proc_fs.h>
#include <linux/uaccess.h>

static void hang(void)
{
	unsigned long end = jiffies + 10 * HZ;

	preempt_disable();
	while (time_before(jiffies, end))
		cpu_relax();
	preempt_enable();
}

static ssize_t write_trouble(struct file *file, const char __user *text, size_t len, loff_t *at)
{
	char first;

	if (!len || get_user(first, text))
		return -EFAULT;
	if (first == 'o')
		WRITE_ONCE(*(int *)8, 0);
	else if (first == 'h')
		hang();
	else
		return -EINVAL;
	return len;
}

static const struct proc_ops operations = {
	.proc_write = write_trouble,
};

static int __init start_trouble(void)
{
	return proc_create("trouble", 0200, NULL, &operations) ? 0 : -ENOMEM;
}

static void __exit stop_trouble(void)
{
	remove_proc_entry("trouble", NULL);
}

module_init(start_trouble);
module_exit(stop_trouble);
MODULE_DESCRIPTION("An oops or a loop, for the tests of crashctl");
MODULE_LICENSE("GPL");
