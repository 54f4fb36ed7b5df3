/* SPDX-License-Identifier: MIT */
/* A small store in memory, shared by all loops: values with a time to live,
 * under one lock, within a limit of bytes. What was used longest ago is pushed
 * out first.
 *
 *     struct memory_store *m = memory_new(16 << 20);
 *     rc = memory_put(m, &item, now_ms);
 *     rc = memory_get(m, key, now_ms, &out);      SL_NOT_FOUND
 *     memory_free(m); */
#ifndef SL_MEMORY_H
#define SL_MEMORY_H

#include "core/base/buf.h"

struct memory_store;

struct memory_item {
    struct str key, value; /* copied */
    int64_t ttl_ms;        /* 0: until it is pushed out */
};

struct memory_stats {
    size_t items, bytes; /* what they take, bookkeeping included */
};

/* NULL: no memory. */
struct memory_store *memory_new(size_t max_bytes);
void memory_free(struct memory_store *m);

/* Sets or replaces. SL_TOO_LARGE: it could never fit; SL_NOMEM. What stood
 * under the key is gone either way: an old value must not pass for new. */
SL_MUST_USE enum sl_rc memory_put(struct memory_store *m,
                                  const struct memory_item *item,
                                  int64_t now_ms);
/* Appends the value to out: SL_OK, SL_NOT_FOUND, or out's failure. */
SL_MUST_USE enum sl_rc memory_get(struct memory_store *m, struct str key,
                                  int64_t now_ms, struct buf *out);
void memory_remove(struct memory_store *m, struct str key);
struct memory_stats memory_stats(struct memory_store *m);
/* Asserts its invariants; for tests. */
void memory_check(struct memory_store *m);

#endif
