/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Entered from arch/x86/kernel/relocate_kernel_64.S in 64-bit mode: memory mapped
 * one to one, interrupts off, descriptor tables of no use, no stack that is ours.
 * Left as Documentation/arch/x86/boot.rst wants it of "64-bit BOOT PROTOCOL": code
 * segment 0x10, data segments 0x18, %rsi the boot parameters.
 */
	.section .head, "ax", @progbits
	.globl	kd_target_entry
kd_target_entry:
	cli
	cld
	leaq	kd_target_stack_end(%rip), %rsp

	leaq	gdt(%rip), %rax
	movq	%rax, gdt_pointer + 2(%rip)
	lgdt	gdt_pointer(%rip)
	movl	$0x18, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	movl	%eax, %fs
	movl	%eax, %gs
	leaq	1f(%rip), %rax
	pushq	$0x10
	pushq	%rax
	lretq
1:
	xorl	%ebp, %ebp
	leaq	kd_target_told(%rip), %rdi
	call	kd_target_main

	/* struct kd_purgatory: entry, argument */
	movq	kd_target_told(%rip), %rax
	movq	kd_target_told + 8(%rip), %rsi
	xorl	%ebx, %ebx
	xorl	%ecx, %ecx
	xorl	%edx, %edx
	xorl	%edi, %edi
	xorl	%ebp, %ebp
	jmpq	*%rax

	.section .data, "aw", @progbits
	.balign	16
gdt:
	.quad	0, 0
	.quad	0x00af9a000000ffff	/* 0x10: code, 64 bit, all of memory */
	.quad	0x00cf92000000ffff	/* 0x18: data */
gdt_pointer:
	.word	. - gdt - 1
	.quad	0

	.section .note.GNU-stack, "", @progbits
