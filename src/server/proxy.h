/* SPDX-License-Identifier: MIT */
/* The host's side of asking a proxy for a way (core/http/tunnel.h): memory that
 * is wiped, and writing to the stream.
 *
 *     t = proxy_new(&origin);
 *     ... connected to the proxy: proxy_start(t, &stream);
 *     rc = proxy_feed(t, &stream, bytes, &text);     SL_AGAIN, SL_OK: open
 *     proxy_free(t);                                 safe on NULL */
#ifndef SL_PROXY_H
#define SL_PROXY_H

#include "core/origin.h"
#include "server/stream.h"

struct tunnel;

/* A way to origin through origin->proxy. NULL: no memory. Nothing of origin is
 * kept. */
struct tunnel *proxy_new(const struct origin *origin);
void proxy_free(struct tunnel *t);
void proxy_start(struct tunnel *t, struct stream *s);
/* SL_UP_REFUSED or SL_NOMEM with *text, which is static. */
SL_MUST_USE enum sl_rc proxy_feed(struct tunnel *t, struct stream *s,
                                  struct str bytes, const char **text);
/* What a failed connection to a proxy is, said of the proxy: nobody should
 * look for the mistake at the provider. */
enum sl_rc proxy_rc(enum sl_rc rc, const char **text);

#endif
