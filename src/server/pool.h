/* SPDX-License-Identifier: MIT */
/* Connections to providers: made when needed, one user at a time, kept while
 * idle. Idle ones go on reading, so that a provider's close is seen at once.
 *
 *     c = conn_take(loop, &want, &events, owner);
 *     c->is_ready, or events.on_ready later
 *     stream_put(&c->stream, …), events.on_data …
 *     conn_return(c, keep);       always, once
 *
 * No event comes from inside these functions. upstream.h has the functions
 * that the host sees. */
#ifndef SL_POOL_H
#define SL_POOL_H

#include "core/config.h"
#include "server/stream.h"

struct dial;
struct tunnel;
struct site;
struct upstreams;

struct conn_events {
    void (*on_ready)(void *owner);
    void (*on_data)(void *owner, struct str bytes);
    /* As on_end of a stream; or the connection could not be made. */
    void (*on_end)(void *owner, enum sl_rc rc, const char *text);
    void (*on_drain)(void *owner);
};

struct conn_want {
    const struct origin *origin;
    int64_t connect_ms;
    bool fresh; /* none that has been used */
};

struct conn {
    struct stream stream;
    const struct conn_events *events;
    void *owner;   /* NULL: idle, or closing */
    bool is_ready; /* what is put to the stream leaves */
    bool is_used;  /* it has served a request before */
    /* private */
    bool is_idle;
    struct upstreams *upstreams;
    struct site *site;
    struct dial *dial;          /* while it is being made */
    struct tunnel *tunnel;      /* while a proxy is asked */
    struct conn *newer, *older; /* among the idle ones of its site */
    int64_t idle_since_ms;
    struct loop_dead dead;
};

/* NULL: no memory. */
struct conn *conn_take(struct loop *l, const struct conn_want *want,
                       const struct conn_events *events, void *owner);
/* keep: an exchange on it is complete and it can carry another one; else it
 * is closed now. */
void conn_return(struct conn *c, bool keep);

#endif
