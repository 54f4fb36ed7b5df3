/* SPDX-License-Identifier: MIT */
/* A TCP connection to a name: resolving, then the addresses after one another,
 * overlapping (RFC 8305). The first that connects wins. One deadline holds for
 * all of it and goes on until dial_free, so that it bounds what the owner does
 * next on the socket (a proxy's greeting, TLS) as well.
 *
 *     d = dial_new(loop, &origin, connect_ms, &events, owner);
 *     ... on_connected(owner, fd), then or before that on_failed
 *     dial_free(d);      always; from within an event too
 *
 * No event comes from inside these functions. */
#ifndef SL_DIAL_H
#define SL_DIAL_H

#include "core/config.h"
#include "server/loop.h"

struct dial;

struct dial_events {
    /* The socket is the owner's. */
    void (*on_connected)(void *owner, int fd);
    /* SL_UP_DNS, _REFUSED, _CONNECT_TIMEOUT, SL_NOMEM; text is static. */
    void (*on_failed)(void *owner, enum sl_rc rc, const char *text);
};

/* NULL: no memory. origin is not kept. connect_ms: 0 is no deadline. */
struct dial *dial_new(struct loop *l, const struct origin *origin,
                      int64_t connect_ms, const struct dial_events *events,
                      void *owner);
/* Gives up what is under way. Safe on NULL. */
void dial_free(struct dial *d);

#endif
