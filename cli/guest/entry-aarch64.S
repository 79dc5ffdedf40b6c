/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Where the kernel enters its first process, and how that calls the kernel. */
	.text
	.globl	_start
_start:
	mov	x29, #0
	mov	x30, #0
	bl	guest_main
	brk	#0

	/* long guest_call(long number, long a, long b, long c, long d, long e) */
	.globl	guest_call
guest_call:
	mov	x8, x0
	mov	x0, x1
	mov	x1, x2
	mov	x2, x3
	mov	x3, x4
	mov	x4, x5
	svc	#0
	ret

	.section .note.GNU-stack, "", @progbits
