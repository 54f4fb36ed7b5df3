/* SPDX-License-Identifier: MIT */
/* Counters of what happened, and their Prometheus text (exposition format
 * 0.0.4). A host keeps one per loop, adds each record under its own lock and
 * sums them when asked. Label values come from the route table and the
 * configuration alone, so their number is bounded. */
#ifndef SL_METRICS_H
#define SL_METRICS_H

#include "core/base/buf.h"
#include "core/record.h"

struct metrics;

/* Gauges that the host reads off its own state at the time of asking. */
struct metrics_gauges {
    uint64_t connections;          /* client connections open */
    uint64_t exchanges;            /* requests in progress */
    uint64_t streams;              /* of them streamed answers */
    uint64_t pool_idle, pool_busy; /* provider connections */
    uint64_t connects, reuses; /* provider requests on a new, on a kept one */
    uint64_t refused;          /* connections over limits.connections */
    int64_t started_wall_ms;
};

/* Bytes to give to metrics_init. */
size_t metrics_size(void);
/* In the caller's memory of metrics_size() bytes. */
struct metrics *metrics_init(void *memory);
void metrics_add(struct metrics *m, const struct record *r);
/* sum += m; for scraping. */
void metrics_merge(struct metrics *sum, const struct metrics *m);
void metrics_write(struct buf *out, const struct metrics *m,
                   const struct metrics_gauges *g);

#endif
