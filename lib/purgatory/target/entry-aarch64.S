/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Entered from arch/arm64/kernel/cpu-reset.S at EL1 or EL2 with MMU and caches off,
 * so that every address is a physical one and every access to data is slow and has
 * to be aligned.  Left as Documentation/arch/arm64/booting.rst wants it: x0 the device
 * tree, x1 to x3 zero, interrupts masked.
 */
#define SCTLR_I		(1 << 12)
#define EL2		(2 << 2)

	.section .head, "ax", %progbits
	.globl	kd_target_entry
kd_target_entry:
	msr	daifset, #0xf
	/* Instructions at least may be cached, after what is old has been dropped. */
	ic	iallu
	dsb	nsh
	isb
	mrs	x20, CurrentEL
	cmp	x20, #EL2
	b.eq	1f
	mrs	x19, sctlr_el1
	orr	x0, x19, #SCTLR_I
	msr	sctlr_el1, x0
	b	2f
1:	mrs	x19, sctlr_el2
	orr	x0, x19, #SCTLR_I
	msr	sctlr_el2, x0
2:	isb
	adr	x0, kd_target_stack_end
	mov	sp, x0
	mov	x29, xzr
	adr	x0, kd_target_told
	bl	kd_target_main

	cmp	x20, #EL2
	b.eq	3f
	msr	sctlr_el1, x19
	b	4f
3:	msr	sctlr_el2, x19
4:	isb
	/* struct kd_purgatory: entry, argument */
	adr	x4, kd_target_told
	ldp	x4, x0, [x4]
	mov	x1, xzr
	mov	x2, xzr
	mov	x3, xzr
	br	x4

	.section .note.GNU-stack, "", %progbits
