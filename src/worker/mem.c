/* SPDX-License-Identifier: MIT */
/* The mem functions of libc, where there is no libc. The one hard idea: the
 * machine copies and fills by one instruction each (bulk memory), and the
 * builtins below become that instruction, not a call to themselves. This file
 * is compiled with -fno-builtin, or the loops would become such calls. */
#include <string.h>

#ifndef __wasm_bulk_memory__
#error "compile with -mbulk-memory: the builtins below would call themselves"
#endif

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
    return __builtin_memcpy(to, from, n);
}

void *memmove(void *to, const void *from, size_t n)
{
    return __builtin_memmove(to, from, n);
}

void *memset(void *to, int c, size_t n)
{
    return __builtin_memset(to, c, n);
}

int memcmp(const void *a, const void *b, size_t n)
{
    const unsigned char *p = a;
    const unsigned char *q = b;

    for (size_t i = 0; i < n; i++)
        if (p[i] != q[i])
            return p[i] < q[i] ? -1 : 1;
    return 0;
}

void *memchr(const void *in, int c, size_t n)
{
    const unsigned char *p = in;

    for (size_t i = 0; i < n; i++)
        if (p[i] == (unsigned char)c)
            return (void *)(unsigned long)(p + i);
    return NULL;
}
