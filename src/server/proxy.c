/* SPDX-License-Identifier: MIT */
/* Asking a proxy for a way to a provider. The messages hold credentials: they
 * live in memory that is wiped, and no longer than until the way is open. */
#include "server/proxy.h"

#include "core/http/tunnel.h"
#include "server/files.h"

#include <stdlib.h>
#include <string.h>

struct tunnel *proxy_new(const struct origin *origin)
{
    struct tunnel *t = malloc(sizeof *t);

    if (t != NULL &&
        tunnel_init(t, origin->proxy, origin, &mem_wiping) != SL_OK) {
        free(t);
        t = NULL;
    }
    return t;
}

void proxy_free(struct tunnel *t)
{
    if (t == NULL)
        return;
    tunnel_release(t);
    free(t);
}

void proxy_start(struct tunnel *t, struct stream *s)
{
    stream_put(s, tunnel_first(t));
    stream_flush(s);
}

enum sl_rc proxy_feed(struct tunnel *t, struct stream *s, struct str bytes,
                      const char **text)
{
    struct str next;
    enum sl_rc rc = tunnel_feed(t, bytes, &next);

    *text = rc == SL_NOMEM ? "out of memory" : t->text;
    if (rc == SL_AGAIN) {
        stream_put(s, next);
        stream_flush(s);
    }
    return rc;
}

enum sl_rc proxy_rc(enum sl_rc rc, const char **text)
{
    switch ((int)rc) {
    case SL_NOMEM:
        return rc;
    case SL_UP_CONNECT_TIMEOUT:
        *text = "the proxy took too long";
        return rc;
    case SL_UP_DNS:
        *text = "the proxy's name does not resolve";
        return SL_UP_REFUSED;
    case SL_UP_TLS:
        *text = "the proxy's TLS is not acceptable";
        return SL_UP_REFUSED;
    case SL_UP_REFUSED:
        *text = "the proxy can't be reached";
        return rc;
    default:
        *text = "the proxy closed the connection";
        return SL_UP_REFUSED;
    }
}
