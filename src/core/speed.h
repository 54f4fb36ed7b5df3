/* SPDX-License-Identifier: MIT */
/* How soon targets answer: the time to their first byte, as an average in
 * which the last answers count most. Pure; a host keeps one table for all
 * loops under its lock, notes what a MARK brings and answers LOAD_SPEEDS. */
#ifndef SL_SPEED_H
#define SL_SPEED_H

#include "core/base/buf.h"

enum {
    SPEEDS = 1024,                   /* targets; the oldest goes first */
    SPEED_STALE_MS = 10 * 60 * 1000, /* older is not known any more */
};

#define SPEED_UNKNOWN UINT32_MAX

struct speeds {
    struct speed {
        uint64_t id;     /* 0: free */
        int64_t at_ms;   /* of the last answer */
        uint32_t ms_x16; /* sixteenths of a millisecond */
    } v[SPEEDS];
};

/* What a provider's model is called here; never 0. */
uint64_t speed_id(struct str provider, struct str model);
void speeds_note(struct speeds *s, uint64_t id, int64_t took_ms,
                 int64_t now_ms);
/* Milliseconds; SPEED_UNKNOWN. */
uint32_t speeds_find(const struct speeds *s, uint64_t id, int64_t now_ms);
/* LOAD_SPEEDS: the uint64_t ids in, a uint32_t for each out. */
void speeds_answer(const struct speeds *s, struct str ids, int64_t now_ms,
                   struct buf *out);

#endif
