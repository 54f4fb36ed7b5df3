/* SPDX-License-Identifier: MIT */
/* Keep-alives for a client that waits for more of a stream: its dialect's
 * `ping`, which means nothing to it, when it has got nothing for a while
 * (server.pings), so that no proxy on the way takes the connection for dead.
 * What a client gets is sent in whole events, so a ping stands between two.
 *
 *     pings_allow(x, is_array)    a stream was asked for: with
 *                                 server.earlyPings the first ping may open it
 *     pings_start(x)              the answer has opened it
 *
 * A stream that a ping has opened has status 200 whatever comes: attempts go
 * on behind it, and their failure is an error event (pings_fail). */
#ifndef SL_PINGS_H
#define SL_PINGS_H

#include "core/api/surface.h"

/* is_array: the stream is one JSON array (Gemini's). */
void pings_allow(struct exchange *x, bool is_array);
void pings_start(struct exchange *x);
/* Ends the exchange with an error event; false: it is no stream that a ping has
 * opened, or there is no memory. */
bool pings_fail(struct exchange *x, const struct failure *f);

/* For exchange.c: one may be due. When one will be; 0: none. */
void pings_on_time(struct exchange *x);
int64_t pings_next_time(const struct exchange *x);

#endif
