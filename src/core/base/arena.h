/* SPDX-License-Identifier: MIT */
/* Where the core's memory comes from, and the arena that holds everything of
 * one exchange until it ends.
 *
 *     struct arena a;
 *     arena_init(&a, mem, 4096, limit);
 *     struct thing *t = arena_new(&a, struct thing);   NULL: no memory
 *     ...
 *     arena_release(&a);                               all at once */
#ifndef SL_ARENA_H
#define SL_ARENA_H

#include "core/base/base.h"
#include "core/base/str.h"

/* A source of memory, given by the host. `get` returns memory aligned for any
 * type, or NULL; `put` gets the size that was asked for. */
struct sl_mem {
    void *(*get)(void *ctx, size_t n);
    void (*put)(void *ctx, void *p, size_t n);
    void *ctx;
};

struct arena_chunk;

struct arena {
    /* private */
    const struct sl_mem *mem;
    struct arena_chunk *chunks; /* the shared one in use first */
    char *p, *end;              /* its free room */
    size_t first;               /* bytes of the first chunk */
    size_t next;                /* bytes of the next chunk to ask for */
    size_t used;                /* bytes asked from mem so far */
    size_t limit;               /* never more than that */
    struct sl_mem as_mem;       /* what arena_mem() hands out */
};

/* first: bytes of the first chunk, asked for at the first use. */
void arena_init(struct arena *a, const struct sl_mem *mem, size_t first,
                size_t limit);
/* Gives every chunk back. Safe on {0}; the arena can be used again. */
void arena_release(struct arena *a);

/* n bytes, not cleared, aligned for any type; NULL when over the limit or
 * when the source has none. n may be 0. */
void *arena_get(struct arena *a, size_t n);
/* n × size bytes, cleared; NULL also when the product overflows. */
void *arena_zero(struct arena *a, size_t n, size_t size);
#define arena_new(a, T) ((T *)arena_zero((a), 1, sizeof(T)))
#define arena_array(a, T, n) ((T *)arena_zero((a), (n), sizeof(T)))

/* A copy of s that lives as long as the arena. False: no memory. */
SL_MUST_USE bool arena_copy(struct arena *a, struct str s, struct str *copy);

/* The arena as a source of memory (for a buf): put does nothing. Lives as
 * long as the arena, which must not move. */
const struct sl_mem *arena_mem(struct arena *a);

/* Asserts its invariants; for tests. */
void arena_check(const struct arena *a);

#endif
