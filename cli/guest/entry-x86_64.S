/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Where the kernel enters its first process, and how that calls the kernel. */
	.text
	.globl	_start
_start:
	xorl	%ebp, %ebp
	andq	$-16, %rsp
	call	guest_main
	hlt

	/* long guest_call(long number, long a, long b, long c, long d, long e) */
	.globl	guest_call
guest_call:
	movq	%rdi, %rax
	movq	%rsi, %rdi
	movq	%rdx, %rsi
	movq	%rcx, %rdx
	movq	%r8, %r10
	movq	%r9, %r8
	syscall
	ret

	.section .note.GNU-stack, "", @progbits
