/* SPDX-License-Identifier: MIT */
/* What the fuzz targets share: the panic of the core, a source of memory, and
 * the input in a block of exactly its size, so that one byte too far is seen.
 * Each target is one file with one LLVMFuzzerTestOneInput; included once.
 *
 *     int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
 *     {
 *         struct str in = fuzz_copy(data, size);
 *         ...
 *         FUZZ_CHECK(consumed <= in.n);
 *         fuzz_free(in);
 *         return 0;
 *     } */
#ifndef SL_FUZZ_H
#define SL_FUZZ_H

#include "core/base/arena.h"
#include "core/base/base.h"
#include "core/base/str.h"

#include <stdio.h>
#include <stdlib.h>

/* libFuzzer declares none of its entry points. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The property does not hold: libFuzzer keeps the input. */
#define FUZZ_CHECK(cond) \
    ((cond) ? (void)0 : sl_panic(__FILE__, __LINE__, #cond))

_Noreturn void sl_panic(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
    abort();
}

static void *fuzz_get(void *ctx, size_t n)
{
    (void)ctx;
    return malloc(n == 0 ? 1 : n);
}

static void fuzz_put(void *ctx, void *p, size_t n)
{
    (void)ctx;
    (void)n;
    free(p);
}

static const struct sl_mem fuzz_mem SL_UNUSED = {fuzz_get, fuzz_put, NULL};

/* A copy of the input on the heap; fuzz_free gives it back. */
static inline struct str fuzz_copy(const uint8_t *data, size_t size)
{
    /* Of an empty input not even one byte can be read: malloc(0). */
    char *p = malloc(size);

    if (p == NULL)
        sl_panic(__FILE__, __LINE__, "memory for the input");
    if (size != 0)
        memcpy(p, data, size);
    return (struct str){p, size};
}

static inline void fuzz_free(struct str s)
{
    free((void *)(uintptr_t)s.p);
}

/* Takes one byte off the front of *in to steer the target with (a cut, a
 * choice); 0 when there is none left. */
static inline uint8_t fuzz_byte(struct str *in)
{
    uint8_t b = 0;

    if (in->n != 0) {
        b = (uint8_t)in->p[0];
        *in = (struct str){in->p + 1, in->n - 1};
    }
    return b;
}

#endif
