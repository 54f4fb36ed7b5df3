/* SPDX-License-Identifier: MIT */
/* Memory that is given back all at once. Small requests share chunks whose
 * sizes double; a big one gets a chunk of its own, linked behind the shared
 * one in use, so that what is left of that is not lost. */
#include "core/base/arena.h"

#include "core/base/base.h"

/* Fuzzers are built with 1: each request gets a block of its own, as long as
 * it was asked for, so that a byte too far is seen. */
#ifndef ARENA_ALONE
#define ARENA_ALONE 0
#endif

enum { ALIGN = 16, CHUNK_MIN = 64, CHUNK_MAX = 64 * 1024 };

struct arena_chunk {
    _Alignas(ALIGN) struct arena_chunk *next;
    size_t size; /* as asked for, this header included */
};

void arena_init(struct arena *a, const struct sl_mem *mem, size_t first,
                size_t limit)
{
    if (first < CHUNK_MIN)
        first = CHUNK_MIN;
    if (first > CHUNK_MAX)
        first = CHUNK_MAX;
    *a = (struct arena){
        .mem = mem, .first = first, .next = first, .limit = limit};
}

void arena_release(struct arena *a)
{
    struct arena_chunk *c = a->chunks;

    while (c != NULL) {
        struct arena_chunk *next = c->next;

        a->mem->put(a->mem->ctx, c, c->size);
        c = next;
    }
    a->chunks = NULL;
    a->p = a->end = NULL;
    a->next = a->first;
    a->used = 0;
}

/* A chunk from the source, counted but not linked. */
static struct arena_chunk *take_chunk(struct arena *a, size_t size)
{
    struct arena_chunk *c;

    if (size > a->limit - a->used)
        return NULL;
    c = a->mem->get(a->mem->ctx, size);
    if (c == NULL)
        return NULL;
    SL_ASSERT((uintptr_t)c % ALIGN == 0);
    *c = (struct arena_chunk){.size = size};
    a->used += size;
    return c;
}

static void *get_alone(struct arena *a, size_t n)
{
    struct arena_chunk *c = take_chunk(a, n + sizeof *c);

    if (c == NULL)
        return NULL;
    if (a->chunks == NULL) {
        a->chunks = c;
    } else {
        c->next = a->chunks->next;
        a->chunks->next = c;
    }
    return c + 1;
}

static bool add_shared(struct arena *a)
{
    size_t left = (a->limit - a->used) / ALIGN * ALIGN;
    size_t size = a->next / ALIGN * ALIGN;
    struct arena_chunk *c;

    if (size > left)
        size = left;
    if (size < sizeof *c)
        return false;
    c = take_chunk(a, size);
    if (c == NULL)
        return false;
    c->next = a->chunks;
    a->chunks = c;
    a->p = (char *)(c + 1);
    a->end = (char *)c + size;
    if (a->next <= CHUNK_MAX / 2)
        a->next *= 2;
    return true;
}

static size_t room(const struct arena *a)
{
    return a->p == NULL ? 0 : (size_t)(a->end - a->p);
}

void *arena_get(struct arena *a, size_t n)
{
    void *p;

    if (n > SIZE_MAX - ALIGN - sizeof(struct arena_chunk))
        return NULL;
    if (ARENA_ALONE)
        return get_alone(a, n);
    n = n == 0 ? ALIGN : (n + ALIGN - 1) / ALIGN * ALIGN;
    if (n > room(a)) {
        if (n > a->next / 2)
            return get_alone(a, n);
        if (!add_shared(a) || n > room(a))
            return NULL;
    }
    p = a->p;
    a->p += n;
    return p;
}

void *arena_zero(struct arena *a, size_t n, size_t size)
{
    void *p;

    if (size != 0 && n > SIZE_MAX / size)
        return NULL;
    p = arena_get(a, n * size);
    return p == NULL ? NULL : memset(p, 0, n * size);
}

bool arena_copy(struct arena *a, struct str s, struct str *copy)
{
    char *p;

    if (s.n == 0) {
        *copy = (struct str){0};
        return true;
    }
    p = arena_get(a, s.n);
    if (p == NULL)
        return false;
    *copy = (struct str){memcpy(p, s.p, s.n), s.n};
    return true;
}

static void *mem_get(void *ctx, size_t n)
{
    return arena_get(ctx, n);
}

static void mem_put(void *ctx, void *p, size_t n)
{
    (void)ctx;
    (void)p;
    (void)n;
}

const struct sl_mem *arena_mem(struct arena *a)
{
    a->as_mem = (struct sl_mem){mem_get, mem_put, a};
    return &a->as_mem;
}

void arena_check(const struct arena *a)
{
    size_t sum = 0;

    for (const struct arena_chunk *c = a->chunks; c != NULL; c = c->next)
        sum += c->size;
    SL_ASSERT(sum == a->used);
    SL_ASSERT(a->used <= a->limit);
    SL_ASSERT(a->next >= a->first && a->next <= CHUNK_MAX);
    SL_ASSERT((a->p == NULL) == (a->end == NULL));
    if (a->p != NULL) {
        SL_ASSERT(a->chunks != NULL);
        SL_ASSERT(a->p > (char *)a->chunks && a->p <= a->end);
        SL_ASSERT(a->end == (char *)a->chunks + a->chunks->size);
        SL_ASSERT((uintptr_t)a->p % ALIGN == 0);
    }
}
