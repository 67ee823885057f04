/*
 * entry: a program without a libc. The kernel's entry calls begin() with the stack as execve(2) leaves it:
 * a number (though typed as an address), so many arguments, NULL, the environment, NULL.
 */
#ifndef BENCH_ENTRY_H
#define BENCH_ENTRY_H

__attribute__((used, noreturn)) static void begin(char *const *stack);

#if defined __x86_64__
__asm__(".globl _start\n_start:\n\tmov %rsp, %rdi\n\tand $-16, %rsp\n\tcall begin\n");
#elif defined __aarch64__
__asm__(".globl _start\n_start:\n\tmov x0, sp\n\tbl begin\n");
#else
#error "entry: not written for this processor"
#endif

#endif
