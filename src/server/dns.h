/* SPDX-License-Identifier: MIT */
/* Names to addresses, for one loop: asked off the loop, remembered for a
 * while, and asked once however many wait.
 *
 *     rc = dns_find(loop, host, &query);
 *     SL_OK: query.addrs is filled in; SL_AGAIN: query.on_found will be called
 *     dns_cancel(&query);    any time before */
#ifndef SL_DNS_H
#define SL_DNS_H

#include <netinet/in.h>

#include "core/base/rc.h"
#include "server/loop.h"

enum { DNS_ADDRS = 16 }; /* of one name; more are not tried */

union dns_addr {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

/* In the order to try them: families take turns, the preferred one first
 * (RFC 8305, section 4). Ports are 0. */
struct dns_addrs {
    union dns_addr v[DNS_ADDRS];
    unsigned n;
};

struct dns_query {
    /* SL_OK: addrs is filled in; SL_UP_DNS. text is static. */
    void (*on_found)(struct dns_query *q, enum sl_rc rc, const char *text);
    struct dns_addrs addrs;
    /* private */
    struct dns_query *next, **link; /* among those who wait; NULL: does not */
};

/* Sets loop->dns. False: no memory. */
SL_MUST_USE bool dns_init(struct loop *l);
/* Nobody may wait any more. Answers still under way need the loop to run. */
void dns_release(struct loop *l);
/* How long an answer is used. */
void dns_set_ttl(struct loop *l, int64_t ms);

/* Numeric addresses, localhost and remembered names are SL_OK at once.
 * SL_AGAIN: wait; SL_UP_DNS: not a name; SL_NOMEM. Only on_found is read from
 * *q. */
SL_MUST_USE enum sl_rc dns_find(struct loop *l, struct str host,
                                struct dns_query *q);
/* on_found will not be called. */
void dns_cancel(struct dns_query *q);

#endif
