/* SPDX-License-Identifier: MIT */
/* How soon targets answer: the time to their first byte, as an average in
 * which the last answers count most; and, for hedges, by when nearly all of
 * their answers have come. Pure; a host keeps one table for all loops under its
 * lock, notes what a MARK brings and answers LOAD_SPEEDS and LOAD_LATE. */
#ifndef SL_SPEED_H
#define SL_SPEED_H

#include "core/base/buf.h"

enum {
    SPEEDS = 1024,                   /* targets; the oldest goes first */
    SPEED_STALE_MS = 10 * 60 * 1000, /* older is not known any more */
    LATE_LEAST = 20, /* answers from which on it is known what is late, */
    LATE_MOST = 256, /* and how many count: then older ones fade */
    LATE_BUCKETS = 72,
};

#define SPEED_UNKNOWN UINT32_MAX

struct speeds {
    struct speed {
        uint64_t id;     /* 0: free */
        int64_t at_ms;   /* of the last answer */
        uint32_t ms_x16; /* sixteenths of a millisecond */
        uint32_t total;  /* of the counts below */
        /* Answers by their time, in sixteenths. Four buckets for each power of
         * two: they end a quarter apart, from 1 ms to almost nine minutes. */
        uint16_t counts[LATE_BUCKETS];
    } v[SPEEDS];
};

/* What a provider's model is called here; never 0. */
uint64_t speed_id(struct str provider, struct str model);
/* The same for the times to an answer that is worth passing on: streams begin
 * while other answers are yet to be finished, so each has its own. */
uint64_t speed_late_id(struct str provider, struct str model, bool is_stream);
void speeds_note(struct speeds *s, uint64_t id, int64_t took_ms,
                 int64_t now_ms);
/* Milliseconds; SPEED_UNKNOWN. */
uint32_t speeds_find(const struct speeds *s, uint64_t id, int64_t now_ms);
/* By when 95 of 100 answers have come, rounded up to a bucket's end;
 * SPEED_UNKNOWN before LATE_LEAST of them. */
uint32_t speeds_late(const struct speeds *s, uint64_t id, int64_t now_ms);
/* LOAD_LATE: likewise. */
void speeds_answer_late(const struct speeds *s, struct str ids, int64_t now_ms,
                        struct buf *out);
/* LOAD_SPEEDS: the uint64_t ids in, a uint32_t for each out. */
void speeds_answer(const struct speeds *s, struct str ids, int64_t now_ms,
                   struct buf *out);

#endif
