/* SPDX-License-Identifier: MIT */
/* Asking a proxy for a way to a provider, incrementally: CONNECT of HTTP, or
 * SOCKS 5 with user and password (RFC 1928, 1929). Names go to the proxy as
 * they are; it resolves them.
 *
 *     rc = tunnel_init(&t, proxy, origin, mem);      SL_OK or SL_NOMEM
 *     write(tunnel_first(&t));
 *     while ((rc = tunnel_feed(&t, bytes, &next)) == SL_AGAIN)
 *         write(next);
 *     ... SL_OK: what is written now reaches the provider
 *     tunnel_release(&t);
 *
 * Whatever the proxy says too much is refused: nobody has asked the provider
 * anything yet, so it can't be an answer of it. */
#ifndef SL_TUNNEL_H
#define SL_TUNNEL_H

#include "core/http/head.h"
#include "core/origin.h"

enum { TUNNEL_ANSWER = 16 * 1024 /* bytes of an answer to CONNECT */ };

enum tunnel_state {
    TUNNEL_HEAD,   /* the answer to CONNECT */
    TUNNEL_METHOD, /* which login the SOCKS proxy wants */
    TUNNEL_LOGIN,  /* whether it is accepted */
    TUNNEL_REPLY,  /* whether the way is open */
    TUNNEL_DONE,
};

struct tunnel {
    const char *text; /* why it failed; static */
    /* private */
    enum tunnel_state state;
    bool has_login;
    struct buf out; /* all messages; holds credentials */
    size_t login_at, request_at;
    struct buf in; /* the answer at hand */
    struct head progress;
    unsigned n_interim;
};

/* mem: should wipe what it is given back. Nothing of proxy and origin is kept.
 */
SL_MUST_USE enum sl_rc tunnel_init(struct tunnel *t, const struct proxy *proxy,
                                   const struct origin *origin,
                                   const struct sl_mem *mem);
/* Safe on {0}. */
void tunnel_release(struct tunnel *t);
/* What the proxy is told first; borrowed until the release. */
struct str tunnel_first(const struct tunnel *t);
/* Bytes of the proxy. SL_OK, SL_UP_REFUSED with t->text, SL_NOMEM; SL_AGAIN:
 * *next is what to write now, or {0}; borrowed until the release. */
SL_MUST_USE enum sl_rc tunnel_feed(struct tunnel *t, struct str bytes,
                                   struct str *next);

/* What user and password are on the wire; they must fit (tunnel_takes). */
void tunnel_write_login(struct buf *out, enum proxy_kind kind, struct str user,
                        struct str password);
/* Basic has no colon in a user and no control characters anywhere, SOCKS 1 to
 * 255 bytes of each. */
bool tunnel_takes(enum proxy_kind kind, struct str user, struct str password);

#endif
