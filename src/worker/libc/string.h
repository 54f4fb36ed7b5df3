/* SPDX-License-Identifier: MIT */
/* All of libc that the core may use, for a target that has none: the mem
 * functions, in src/worker/mem.c. */
#ifndef SL_WORKER_STRING_H
#define SL_WORKER_STRING_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *in, int c, size_t n);

#endif
