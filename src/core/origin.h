/* SPDX-License-Identifier: MIT */
/* Where a provider is, and through which proxy it is reached. */
#ifndef SL_ORIGIN_H
#define SL_ORIGIN_H

#include "core/secret.h"

struct proxy;

/* Where a provider is: scheme, host and port. A key goes nowhere else. */
struct origin {
    struct str host;      /* name or address, no brackets */
    struct str authority; /* for the Host field: "api.x.ai", "[::1]:8080" */
    uint64_t id;          /* hash of scheme, host, port: for pools */
    uint16_t port;
    bool tls;
    const struct proxy *proxy; /* NULL: connected to without one */
};

enum proxy_kind {
    PROXY_HTTP,   /* CONNECT (RFC 9110 section 9.3.6), with or without TLS */
    PROXY_SOCKS5, /* RFC 1928; the proxy resolves names */
};

struct proxy {
    enum proxy_kind kind;
    /* Of the proxy itself; its id covers kind and credentials too. tls: TLS
     * is spoken to it. */
    struct origin at;
    bool has_login;
    /* As it goes on the wire: what follows "Basic ", or the whole message of
     * RFC 1929. */
    struct secret login;
};

/* The number of an origin. */
uint64_t origin_id(struct str authority, bool tls);
/* https at the usual port; host is in lower case and lives as long. */
void origin_https(struct origin *o, struct str host, const struct proxy *proxy);

#endif
