/* SPDX-License-Identifier: MIT */
/* A growing text with a limit. Writers fail once: after a failed append
 * `failed` is set, later appends do nothing, and one look at the end is
 * enough. */
#ifndef SL_BUF_H
#define SL_BUF_H

#include "core/base/arena.h"
#include "core/base/rc.h"
#include "core/base/str.h"

struct buf {
    char *p;
    size_t n;    /* bytes in use */
    bool failed; /* an append did not fit */
    /* private */
    bool over; /* it failed at the limit, not for want of memory */
    size_t cap;
    size_t limit;
    const struct sl_mem *mem;
};

/* limit: most bytes it may hold. Nothing is allocated before the first use. */
void buf_init(struct buf *b, const struct sl_mem *mem, size_t limit);
/* Gives the memory back; safe on {0}. */
void buf_release(struct buf *b);
/* Empty and not failed again; memory kept. */
void buf_reset(struct buf *b);

/* s must not be part of b: growing moves it. */
/* What does not fit as it is: grows, or fails. */
void buf_add_slow(struct buf *b, struct str s);

/* Written out here because every text of a request goes through it: as a call
 * it was a tenth of the instructions of a relayed request. */
static inline void buf_add(struct buf *b, struct str s)
{
    if (s.n >= b->cap - b->n || b->failed || s.n == 0) {
        buf_add_slow(b, s);
        return;
    }
    memcpy(b->p + b->n, s.p, s.n);
    b->n += s.n;
}

static inline void buf_add_char(struct buf *b, char c)
{
    buf_add(b, (struct str){&c, 1});
}

void buf_add_u64(struct buf *b, uint64_t v);
void buf_add_i64(struct buf *b, int64_t v);
/* Lower-case hexadecimal, at least `digits` long. */
void buf_add_hex(struct buf *b, uint64_t v, unsigned digits);

/* Room for at least n more bytes, to be written by the caller and then
 * counted with buf_grew; NULL when it does not fit (failed is set then). */
char *buf_room(struct buf *b, size_t n);
void buf_grew(struct buf *b, size_t n);
/* Bytes that fit without another allocation. */
size_t buf_spare(const struct buf *b);
/* Drops the first n bytes, keeping the rest. */
void buf_drop(struct buf *b, size_t n);

/* What stands in it; borrowed until the next change. */
struct str buf_str(const struct buf *b);
/* SL_OK, or why it failed: SL_TOO_LARGE over the limit, else SL_NOMEM. */
enum sl_rc buf_rc(const struct buf *b);

void buf_check(const struct buf *b);

#endif
