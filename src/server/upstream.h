/* SPDX-License-Identifier: MIT */
/* Provider requests of one loop: resolving, connecting, TLS, HTTP/1.1, and a
 * pool of kept connections.
 *
 *     struct call *c = call_start(loop, &request, &events, owner);
 *     call_push(c, bytes); call_end(c); call_flush(c);
 *     ... events.on_head, on_body (last: true once), or on_failed
 *     call_cancel(c);      any time before that; closes the connection
 *
 * A call is over with its last body piece, on_failed or call_cancel; the
 * pointer is dead then. No event comes from inside these functions. */
#ifndef SL_UPSTREAM_H
#define SL_UPSTREAM_H

#include "core/exchange.h"
#include "server/loop.h"

struct call;
struct limits;

struct call_events {
    /* 1xx heads are not reported. length: of the body, -1 not known. The
     * slices are borrowed until the callback returns. */
    void (*on_head)(struct call *c, void *owner,
                    const struct http_response *res, int64_t length);
    void (*on_body)(struct call *c, void *owner, struct str bytes, bool last);
    /* SL_UP_DNS, _REFUSED, _TLS, _CONNECT_TIMEOUT; SL_UP_STALE: a kept
     * connection ended before a byte of an answer; SL_UP_CUT: in the middle;
     * SL_UP_GARBAGE: no HTTP; SL_NOMEM. text: static, for the log. */
    void (*on_failed)(struct call *c, void *owner, enum sl_rc rc,
                      const char *text);
    /* The queue of call_queued has become small again. */
    void (*on_drain)(struct call *c, void *owner);
};

struct upstream_stats {
    uint64_t idle, busy, connects, reuses;
};

/* Sets loop->upstreams and loop->dns; limits have their defaults. The TLS
 * context is the app's tls_client. False: no memory. */
SL_MUST_USE bool upstreams_init(struct loop *l);
/* From the loop's thread: pool, poolIdle and dns are used. */
void upstreams_set_limits(struct loop *l, const struct limits *limits);
/* Closes idle connections; new calls still work. */
void upstreams_close_idle(struct loop *l);
/* All calls must be over. What is still closing needs the loop to run. */
void upstreams_release(struct loop *l);
struct upstream_stats upstreams_stats(const struct loop *l);

/* NULL: no memory. Nothing of *request is kept after the return but what was
 * copied. */
struct call *call_start(struct loop *l, const struct call_request *request,
                        const struct call_events *events, void *owner);
/* Borrowed until call_flush. */
void call_push(struct call *c, struct str bytes);
void call_end(struct call *c);
void call_flush(struct call *c);
size_t call_queued(const struct call *c);
/* Stops or resumes reading the answer; what was read already still comes. */
void call_pause(struct call *c, bool paused);
void call_cancel(struct call *c);

#endif
