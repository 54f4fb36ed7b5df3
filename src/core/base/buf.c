/* SPDX-License-Identifier: MIT */
/* A growing text. It grows by doubling, cut off at its limit; the first thing
 * that does not fit makes it fail for good, so that writers need no checks. */
#include "core/base/buf.h"

#include "core/base/base.h"
#include "core/base/num.h"

enum { FIRST_CAP = 128 };

void buf_init(struct buf *b, const struct sl_mem *mem, size_t limit)
{
    *b = (struct buf){.mem = mem, .limit = limit};
}

void buf_release(struct buf *b)
{
    if (b->p != NULL)
        b->mem->put(b->mem->ctx, b->p, b->cap);
    b->p = NULL;
    b->n = b->cap = 0;
    b->failed = b->over = false;
}

void buf_reset(struct buf *b)
{
    b->n = 0;
    b->failed = b->over = false;
}

/* False, and failed for good, when n more bytes can't be had. */
static bool grow(struct buf *b, size_t n)
{
    size_t cap = b->cap == 0 ? FIRST_CAP : b->limit;
    char *p;

    if (n > b->limit - b->n) {
        b->failed = b->over = true;
        return false;
    }
    if (b->cap != 0 && b->cap <= b->limit / 2)
        cap = b->cap * 2;
    if (cap < b->n + n)
        cap = b->n + n;
    if (cap > b->limit)
        cap = b->limit;
    p = b->mem->get(b->mem->ctx, cap);
    if (p == NULL) {
        b->failed = true;
        return false;
    }
    if (b->n != 0)
        memcpy(p, b->p, b->n);
    if (b->p != NULL)
        b->mem->put(b->mem->ctx, b->p, b->cap);
    b->p = p;
    b->cap = cap;
    return true;
}

char *buf_room(struct buf *b, size_t n)
{
    if (b->failed || (n > b->cap - b->n && !grow(b, n)))
        return NULL;
    return b->p + b->n;
}

void buf_grew(struct buf *b, size_t n)
{
    SL_ASSERT(!b->failed && n <= b->cap - b->n);
    b->n += n;
}

void buf_add_slow(struct buf *b, struct str s)
{
    char *p;

    if (s.n == 0)
        return;
    p = buf_room(b, s.n);
    if (p == NULL)
        return;
    memcpy(p, s.p, s.n);
    b->n += s.n;
}

void buf_add_u64(struct buf *b, uint64_t v)
{
    char digits[20];

    buf_add(b, (struct str){digits, num_write_u64(digits, v)});
}

void buf_add_i64(struct buf *b, int64_t v)
{
    char digits[21] = "-";
    /* -(v + 1) + 1 because the least number has no positive twin. */
    uint64_t size = v < 0 ? (uint64_t) - (v + 1) + 1 : (uint64_t)v;
    size_t n = num_write_u64(digits + 1, size);

    buf_add(b,
            v < 0 ? (struct str){digits, n + 1} : (struct str){digits + 1, n});
}

void buf_add_hex(struct buf *b, uint64_t v, unsigned digits)
{
    char text[16];
    size_t at = sizeof text;

    SL_ASSERT(digits <= sizeof text);
    while (v != 0 || sizeof text - at < digits || at == sizeof text) {
        text[--at] = "0123456789abcdef"[v & 15];
        v >>= 4;
    }
    buf_add(b, (struct str){text + at, sizeof text - at});
}

size_t buf_spare(const struct buf *b)
{
    return b->cap - b->n;
}

void buf_drop(struct buf *b, size_t n)
{
    SL_ASSERT(n <= b->n);
    b->n -= n;
    if (n != 0 && b->n != 0)
        memmove(b->p, b->p + n, b->n);
}

struct str buf_str(const struct buf *b)
{
    return (struct str){b->p, b->n};
}

enum sl_rc buf_rc(const struct buf *b)
{
    if (!b->failed)
        return SL_OK;
    return b->over ? SL_TOO_LARGE : SL_NOMEM;
}

void buf_check(const struct buf *b)
{
    SL_ASSERT(b->n <= b->cap);
    SL_ASSERT(b->cap <= b->limit);
    SL_ASSERT((b->p == NULL) == (b->cap == 0));
    SL_ASSERT(b->failed || !b->over);
}
