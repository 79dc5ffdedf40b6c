// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: The crashctl developers
/*
 * Growth of the crash kernel's reservation at run time.
 *
 * The kernel can shrink it and no more (kernel/crash_core.c:crash_shrink_memory()).
 * Here memory is taken beside it, in one piece and at leisure; then, with no image
 * loaded, it becomes the reservation. The two are apart because only the second one
 * leaves the machine without an image. See sysfs-kernel-crash_grow.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/capability.h>
#include <linux/kobject.h>
#include <linux/kstrtox.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/nodemask.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <xen/xen.h>

#include "crash_grow.h"

#if !IS_ENABLED(CONFIG_X86_64)
#error "crash_grow: written and tested for x86_64 only"
#endif
#if !IS_ENABLED(CONFIG_KEXEC_CORE) || !IS_ENABLED(CONFIG_CONTIG_ALLOC)
#error "crash_grow: this kernel lacks CONFIG_KEXEC_CORE or CONFIG_CONTIG_ALLOC"
#endif

/* Below it a crash kernel finds memory for devices that reach no further. */
#define LOW_MAX		SZ_4G
/* What lies there (real mode, old devices) is best left alone: MAX_DMA_ADDRESS. */
#define LOW_MIN		SZ_16M

/* All that follows, and every change of the tree. */
static DEFINE_MUTEX(grow_mutex);
static struct grow_area taken_main, taken_low;
static bool keeps_low;
static u64 kept_low;			/* what the low part has to have then, at least */
static u64 low_size = SZ_256M;		/* the kernel's own default */
static u64 margin;
static int node = NUMA_NO_NODE;
static bool high;			/* above 4 GiB first, as crashkernel=,high */

#ifdef CRASH_GROW_DEBUG
unsigned int grow_fail_step, grow_delay_ms;
#endif

/*
 * What the files show of what is taken: a copy, so that nobody who reads has to wait until
 * pages have been moved.
 */
static DEFINE_SPINLOCK(shown_lock);
static struct grow_area shown_main, shown_low;

static void publish(void)
{
	spin_lock(&shown_lock);
	shown_main = taken_main;
	shown_low = taken_low;
	spin_unlock(&shown_lock);
}

/* A refusal that has not said yet why. */
static int refused(int err, const char *why)
{
	pr_info("%s\n", why);
	return err;
}

static void give_back(void)
{
	grow_give_back(&taken_main);
	grow_give_back(&taken_low);
	keeps_low = false;
}

/*
 * What is moved to make room needs room itself, and the machine is to go on: an eighth
 * of what is taken besides, and the margin.
 */
static int check_memory(u64 bytes)
{
	u64 available = (u64)si_mem_available() << PAGE_SHIFT;

	if (!grow_fails(GROW_STEP_MARGIN) && bytes + bytes / 8 + margin <= available)
		return 0;
	pr_info("%llu MiB are available: too few to take %llu MiB and leave %llu MiB\n",
		available >> 20, bytes >> 20, margin >> 20);
	return -ENOMEM;
}

static int take_area(const struct grow_want *want, struct grow_area *area)
{
	int err = grow_take(want, area);

	if (err == -ENOSPC)
		pr_info("no %llu MiB in one piece that can be moved out of lie between %llu and %llu MiB\n",
			want->bytes >> 20, want->from >> 20, want->below >> 20);
	return err;
}

static int take_below_4g(u64 bytes, int on_node, struct grow_area *area)
{
	const struct grow_want want = {
		.bytes = bytes,
		.from = LOW_MIN,
		.below = min_t(u64, LOW_MAX, grow_end_of_memory()),
		.node = on_node,
	};

	return take_area(&want, area);
}

/* Wherever main is to lie: what is below 4 GiB belongs to one node, as a rule. */
static int take_low(u64 main_bytes)
{
	int err = check_memory(main_bytes + low_size);

	if (!err && grow_fails(GROW_STEP_TAKE_LOW))
		err = -ENOSPC;
	return err ?: take_below_4g(low_size, NUMA_NO_NODE, &taken_low);
}

/* Above 4 GiB, with a low part beside it unless one is there that is large enough. */
static int take_above_4g(u64 bytes, const struct grow_reserved *now)
{
	const struct grow_want want = {
		.bytes = bytes,
		.from = LOW_MAX,
		.below = grow_end_of_memory(),
		.node = node,
	};
	int err;

	if (want.below <= want.from)
		return -ENOSPC;
	keeps_low = now->low && now->low >= low_size;
	kept_low = low_size;
	if (!keeps_low && low_size) {
		err = take_low(bytes);
		if (err)
			return err;
	}
	if (grow_fails(GROW_STEP_ABOVE))
		return -ENOSPC;
	return take_area(&want, &taken_main);
}

static int check_size(u64 bytes, const struct grow_reserved *now)
{
	if (bytes > (u64)totalram_pages() << PAGE_SHIFT) {
		pr_info("%llu MiB are more than this machine has\n", bytes >> 20);
		return -E2BIG;
	}
	if (bytes <= now->main) {
		pr_info("%llu MiB are not more than is reserved: kexec_crash_size shrinks\n",
			bytes >> 20);
		return -EINVAL;
	}
	return check_memory(bytes);
}

static int take(u64 bytes)
{
	struct grow_reserved now;
	int err;

	if (grow_is_taken(&taken_main))
		return refused(-EALREADY, "something is taken already: 0 gives it back");
	grow_forget_remains();
	if (grow_look(&now))
		return refused(-EAGAIN, "nothing is taken: the kexec lock is busy");
	err = check_size(bytes, &now);
	if (err)
		return err;
	bytes = round_up(bytes, GROW_ALIGN);
	if (grow_fails(GROW_STEP_TAKE))
		return -ENOSPC;
	err = high ? take_above_4g(bytes, &now) : take_below_4g(bytes, node, &taken_main);
	/* Below 4 GiB there is no low part that memory could be too short for. */
	if (err == -ENOSPC || (high && err == -ENOMEM)) {
		give_back();
		err = high ? take_below_4g(bytes, node, &taken_main) :
			     take_above_4g(bytes, &now);
	}
	if (err)
		give_back();
	return err;
}

static int commit(void)
{
	int err;

	if (!grow_is_taken(&taken_main))
		return refused(-ENODATA, "nothing is taken that could be committed");
	err = grow_commit(&taken_main, &taken_low, keeps_low ? &kept_low : NULL);
	if (err) {
		pr_info("the reservation stays as it is: %s\n",
			err == -EBUSY ? "an image is loaded" :
			err == -EAGAIN ? "the kexec lock is busy" :
			err == -ESTALE ? "the low part that was to stay has become smaller" :
			"the resource tree did not take it");
		return err;
	}
	pr_info("the crash kernel has %llu MiB at %pa now\n",
		(u64)resource_size(&taken_main.res) >> 20, &taken_main.res.start);
	keeps_low = false;
	return 0;
}

/* ---- files ---- */

/* As the two calls that load an image want it, and who writes to files here. */
static bool may_change(void)
{
	return capable(CAP_SYS_BOOT) && capable(CAP_SYS_ADMIN);
}

/* A leading zero is no sign of an octal number here. */
static unsigned int base_of(const char *buf)
{
	return strncasecmp(buf, "0x", 2) ? 10 : 16;
}

static int begin(const char *buf, u64 *value)
{
	int err;

	/* Without a word: who may change nothing is not to fill the log either. */
	if (!may_change())
		return -EPERM;
	err = kstrtou64(buf, base_of(buf), value);
	if (err == -ERANGE)
		return refused(-E2BIG, "what was written is above 2^64-1");
	if (err)
		return refused(-EINVAL, "what was written is not a number");
	return mutex_lock_interruptible(&grow_mutex);
}

static ssize_t take_store(struct kobject *kobj, struct kobj_attribute *attr,
			  const char *buf, size_t count)
{
	u64 bytes;
	int err = begin(buf, &bytes);

	if (err)
		return err;
	if (bytes)
		err = take(bytes);
	else
		give_back();
	publish();
	mutex_unlock(&grow_mutex);
	return err ?: count;
}

static ssize_t commit_store(struct kobject *kobj, struct kobj_attribute *attr,
			    const char *buf, size_t count)
{
	u64 yes;
	int err = begin(buf, &yes);

	if (err)
		return err;
	err = yes == 1 ? commit() : refused(-EINVAL, "commit takes a 1");
	publish();
	mutex_unlock(&grow_mutex);
	return err ?: count;
}

static ssize_t show_area(const struct resource *res, bool there, char *buf)
{
	if (!there)
		return sysfs_emit(buf, "\n");
	return sysfs_emit(buf, "%016llx-%016llx\n", (u64)res->start, (u64)res->end);
}

static ssize_t show_taken(const struct grow_area *shown, char *buf)
{
	struct grow_area area;

	spin_lock(&shown_lock);
	area = *shown;
	spin_unlock(&shown_lock);
	return show_area(&area.res, grow_is_taken(&area), buf);
}

static ssize_t main_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return show_taken(&shown_main, buf);
}

static ssize_t low_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return show_taken(&shown_low, buf);
}

static ssize_t grown_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct resource main;
	bool ours = grow_is_ours(&main);

	return show_area(&main, ours, buf);
}

static ssize_t low_size_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", READ_ONCE(low_size));
}

static ssize_t low_size_store(struct kobject *kobj, struct kobj_attribute *attr,
			      const char *buf, size_t count)
{
	u64 bytes;
	int err = begin(buf, &bytes);

	if (err)
		return err;
	if (bytes < LOW_MAX)
		WRITE_ONCE(low_size, round_up(bytes, GROW_ALIGN));
	else
		err = refused(-E2BIG, "a low part has to be less than 4 GiB");
	mutex_unlock(&grow_mutex);
	return err ?: count;
}

static ssize_t margin_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", READ_ONCE(margin));
}

static ssize_t margin_store(struct kobject *kobj, struct kobj_attribute *attr,
			    const char *buf, size_t count)
{
	u64 bytes;
	int err = begin(buf, &bytes);

	if (err)
		return err;
	if (bytes <= (u64)totalram_pages() << PAGE_SHIFT)
		WRITE_ONCE(margin, bytes);
	else
		err = refused(-E2BIG, "a margin cannot be more than this machine has");
	mutex_unlock(&grow_mutex);
	return err ?: count;
}

static ssize_t high_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", READ_ONCE(high));
}

static ssize_t high_store(struct kobject *kobj, struct kobj_attribute *attr,
			  const char *buf, size_t count)
{
	u64 yes;
	int err = begin(buf, &yes);

	if (err)
		return err;
	if (yes <= 1)
		WRITE_ONCE(high, yes);
	else
		err = refused(-EINVAL, "high takes a 0 or a 1");
	mutex_unlock(&grow_mutex);
	return err ?: count;
}

static ssize_t node_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", READ_ONCE(node));
}

static ssize_t node_store(struct kobject *kobj, struct kobj_attribute *attr,
			  const char *buf, size_t count)
{
	int wanted, err;

	if (!may_change())
		return -EPERM;
	err = kstrtoint(buf, base_of(buf), &wanted);
	if (err && err != -ERANGE)
		return refused(-EINVAL, "what was written is not a number");
	if (err || (wanted != NUMA_NO_NODE &&
		    (wanted < 0 || wanted >= MAX_NUMNODES || !node_online(wanted))))
		return refused(-ENODEV, "there is no such node");
	err = mutex_lock_interruptible(&grow_mutex);
	if (err)
		return err;
	WRITE_ONCE(node, wanted);
	mutex_unlock(&grow_mutex);
	return count;
}

static struct kobj_attribute take_attr = __ATTR(take, 0200, NULL, take_store);
static struct kobj_attribute commit_attr = __ATTR(commit, 0200, NULL, commit_store);
static struct kobj_attribute main_attr = __ATTR(main, 0400, main_show, NULL);
static struct kobj_attribute low_attr = __ATTR(low, 0400, low_show, NULL);
static struct kobj_attribute grown_attr = __ATTR(grown, 0400, grown_show, NULL);
static struct kobj_attribute low_size_attr =
	__ATTR(low_size, 0600, low_size_show, low_size_store);
static struct kobj_attribute margin_attr =
	__ATTR(margin, 0600, margin_show, margin_store);
static struct kobj_attribute high_attr = __ATTR(high, 0600, high_show, high_store);
static struct kobj_attribute node_attr = __ATTR(node, 0600, node_show, node_store);

static struct attribute *grow_attrs[] = {
	&take_attr.attr,
	&commit_attr.attr,
	&main_attr.attr,
	&low_attr.attr,
	&grown_attr.attr,
	&low_size_attr.attr,
	&margin_attr.attr,
	&high_attr.attr,
	&node_attr.attr,
	NULL
};

static const struct attribute_group grow_group = { .attrs = grow_attrs };
static struct kobject *grow_kobj;

#ifdef CRASH_GROW_DEBUG
module_param_named(fail_step, grow_fail_step, uint, 0600);
MODULE_PARM_DESC(fail_step, "the step that fails (enum grow_step), 0: none");
module_param_named(delay_ms, grow_delay_ms, uint, 0600);
MODULE_PARM_DESC(delay_ms, "how long to wait before each step");
#endif

static int __init grow_init(void)
{
	int err;

	/* Where crashkernel= is ignored, too: what is contiguous there is not. */
	if (xen_pv_domain()) {
		pr_err("a Xen PV domain has no crash kernel\n");
		return -EOPNOTSUPP;
	}
	err = grow_find_hidden();
	if (err)
		return err;
	margin = SZ_64M + ((u64)totalram_pages() << PAGE_SHIFT) / 64;
	grow_kobj = kobject_create_and_add(KBUILD_MODNAME, kernel_kobj);
	if (!grow_kobj)
		return -ENOMEM;
	err = sysfs_create_group(grow_kobj, &grow_group);
	if (err)
		kobject_put(grow_kobj);
	return err;
}

/* A load holds the lock for as long as it reads files; and nobody can do it later. */
#define EXIT_TRIES	100
#define EXIT_WAIT_MS	50

static void __exit grow_exit(void)
{
	/*
	 * Nobody is in a file any more once they are gone. The last reference would take them
	 * away, too, but late: another may be held, and CONFIG_DEBUG_KOBJECT_RELEASE waits.
	 */
	kobject_del(grow_kobj);
	kobject_put(grow_kobj);
	give_back();
	for (int i = 0; i < EXIT_TRIES && !grow_forget_remains(); i++)
		msleep(EXIT_WAIT_MS);
}

module_init(grow_init);
module_exit(grow_exit);
MODULE_DESCRIPTION("Growth of the crash kernel's reservation at run time");
MODULE_AUTHOR("The crashctl developers");
MODULE_LICENSE("GPL");
