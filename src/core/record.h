/* SPDX-License-Identifier: MIT */
/* What one exchange was: the line of the log and the sample of the metrics.
 * Never a secret, never a prompt. */
#ifndef SL_RECORD_H
#define SL_RECORD_H

#include "core/base/buf.h"
#include "core/base/rc.h"
#include "core/usage.h"

struct record {
    int64_t wall_ms;   /* Unix time of the request's head */
    struct str id;     /* x-request-id */
    struct str peer;   /* client address */
    struct str caller; /* "key-0": which caller's secret; "" when none */
    struct str method;
    struct str route;    /* the route's pattern, never the path itself */
    struct str provider; /* "" when none was asked */
    struct str model;    /* as the provider knows it */
    int status;          /* what the client got; 499: it left before */
    unsigned attempts;   /* provider requests made, */
    unsigned hedges;     /* and those of them beside a late one */
    bool hedge_won;      /* one of these gave the answer */
    uint64_t bytes_in, bytes_out; /* bodies */
    struct usage usage;
    int64_t first_byte_ms; /* since the head; -1: nothing was sent */
    int64_t total_ms;
    bool is_stream;
    struct str finish; /* finish reason as the provider gave it */
    struct str loss;   /* what the translation of the answer dropped */
    enum sl_rc rc;     /* why it failed; SL_OK */
    struct str error;  /* a sentence for the log */
};

/* One line, with its line end. */
void record_write_text(struct buf *out, const struct record *r);
void record_write_json(struct buf *out, const struct record *r);
/* "2026-11-21T12:00:00.123Z" */
void record_write_time(struct buf *out, int64_t wall_ms);

#endif
