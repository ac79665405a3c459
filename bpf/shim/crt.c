// SPDX-License-Identifier: Apache-2.0
/* The way from the kernel to main(), and what the compiler expects to find. */
#include <elf.h>
#include "sys.h"

int main(int argc, char **argv, char **envp);

/* Filled from the kernel's random bytes before any function that checks it. */
unsigned long __stack_chk_guard;

__attribute__((noreturn)) void __stack_chk_fail(void);
__attribute__((noreturn)) void __stack_chk_fail(void)
{
	static const char text[] = "[agentcgroup] stack smashed, giving up\n";

	sys_write(2, text, sizeof(text) - 1);
	sys_kill(sys_getpid(), SIGABRT);
	sys_exit(134);
}

static void set_guard(char **envp)
{
	Elf64_auxv_t *aux;

	while (*envp)
		envp++;
	for (aux = (Elf64_auxv_t *)(envp + 1); aux->a_type != AT_NULL; aux++)
		if (aux->a_type == AT_RANDOM)
			memcpy(&__stack_chk_guard, (void *)aux->a_un.a_val,
			       sizeof(__stack_chk_guard));
	/* A zero byte first, so that no string can carry it. */
	__stack_chk_guard &= ~0xfful;
}

__attribute__((noreturn, used, no_stack_protector)) static void enter(long *stack)
{
	int argc = (int)stack[0];
	char **argv = (char **)(stack + 1);
	char **envp = argv + argc + 1;

	set_guard(envp);
	sys_exit(main(argc, argv, envp));
}

__asm__(".globl _start\n"
	".type _start, @function\n"
	"_start:\n"
	"	xor %ebp, %ebp\n"
	"	mov %rsp, %rdi\n"
	"	and $-16, %rsp\n"
	"	call enter\n"
	"	hlt\n"
	".size _start, . - _start\n");
