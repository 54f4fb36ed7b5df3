/* SPDX-License-Identifier: MIT */
#include "worker/heap.h"

enum { PAGE = 65536, SMALLEST = 4, CLASSES = 32 };

/* The linker's: where data and stack end. */
extern char __heap_base[];

struct block {
    struct block *next;
};

static struct block *free_blocks[CLASSES]; /* by log2 of their size */
static uintptr_t top;                      /* end of what was handed out */
static size_t live;

/* The smallest class that holds n bytes; CLASSES: none does. */
static size_t class_of(size_t n)
{
    size_t c = SMALLEST;

    while (c < CLASSES && ((size_t)1 << c) < n)
        c++;
    return c;
}

/* NULL: the machine gives no more. */
static void *take(size_t n)
{
    uintptr_t end = (uintptr_t)__builtin_wasm_memory_size(0) * PAGE;
    uintptr_t at;

    if (top == 0)
        top = ((uintptr_t)__heap_base + 15) & ~(uintptr_t)15;
    if (n > end - top) {
        size_t pages = (n - (end - top) + PAGE - 1) / PAGE;

        if (__builtin_wasm_memory_grow(0, pages) == SIZE_MAX)
            return NULL;
    }
    at = top;
    top += n;
    return (void *)at;
}

static void *get(void *ctx, size_t n)
{
    size_t c = class_of(n);
    void *p;

    (void)ctx;
    if (c == CLASSES)
        return NULL;
    p = free_blocks[c];
    if (p != NULL)
        free_blocks[c] = free_blocks[c]->next;
    else
        p = take((size_t)1 << c);
    if (p != NULL)
        live += (size_t)1 << c;
    return p;
}

static void put(void *ctx, void *p, size_t n)
{
    struct block *b = p;
    size_t c = class_of(n);

    (void)ctx;
    if (p == NULL)
        return;
    b->next = free_blocks[c];
    free_blocks[c] = b;
    live -= (size_t)1 << c;
}

const struct sl_mem heap_mem = {get, put, NULL};

size_t heap_live(void)
{
    return live;
}
