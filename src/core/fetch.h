/* SPDX-License-Identifier: MIT */
/* One provider request as the core sees it: what is sent, its deadlines, and
 * who is told of the answer. The built-in provider is called the same way and
 * answers from echo.c.
 *
 *     c->on = &my_events; c->owner = me;
 *     fetch_prepare(x, c, provider, key);
 *     fetch_field(x, c, name, value); …
 *     fetch_open(x, c, method, target, &framing);
 *     fetch_push(x, c, bytes); fetch_end(x, c);
 *
 * It is over after on->body with last, on->failed, or fetch_cancel. */
#ifndef SL_FETCH_H
#define SL_FETCH_H

#include "core/api/surface.h"

struct fetch;
struct echo;
struct signing;

struct fetch_events {
    void (*head)(struct exchange *x, struct fetch *c,
                 const struct http_response *res, int64_t length);
    void (*body)(struct exchange *x, struct fetch *c, struct str bytes,
                 bool last);
    void (*failed)(struct exchange *x, struct fetch *c, enum sl_rc rc);
};

struct fetch {
    struct fetch *next;
    uint32_t id;
    bool open;      /* it goes on */
    bool is_called; /* the host works on it */
    bool has_head;
    const struct provider *provider;
    size_t key;                 /* index into provider->keys */
    const struct secret *token; /* sent instead of that key; NULL: none. Set
                                   after fetch_prepare */
    struct signing *signing;    /* it waits to be signed: signed.h */
    const struct fetch_events *on;
    void *owner;
    struct call_request request;
    size_t fields_cap;
    int64_t deadline_ms; /* 0: none */
    struct echo *echo;   /* the built-in provider's side */
    bool holds_keys;     /* keys are in its body, which is for the AI Gateway's
                            universal endpoint; set between prepare and open */
    bool is_shown;       /* not sent, but shown (shown.h); set as holds_keys */
    bool is_left; /* another one follows: its answer is read, no more is sent */
    struct str sent;     /* the body, kept for the built-in provider, and to be
                            shown */
    struct str base_end; /* what the provider's base ends in and this path's
                            does not: cut off; {0}: nothing */
    struct str why; /* of a failure on the way through a proxy: whose fault it
                       was; {0}: not said */
};

/* Fields for host, key and what the provider always wants. */
void fetch_prepare(struct exchange *x, struct fetch *c,
                   const struct provider *p, size_t key);
void fetch_field(struct exchange *x, struct fetch *c, struct str name,
                 struct str value);
/* target: what follows the provider's base path; '/' first, or "". */
void fetch_open(struct exchange *x, struct fetch *c, struct str method,
                struct str target, const struct http_framing *framing);
void fetch_push(struct exchange *x, struct fetch *c, struct str bytes);
void fetch_end(struct exchange *x, struct fetch *c);
void fetch_cancel(struct exchange *x, struct fetch *c);
/* True when pushed bytes must stay where they are until the call is over, and
 * the whole body is wanted: it is signed. */
bool fetch_wants_whole(const struct fetch *c);
/* The next deadline, in milliseconds from now; never past the provider's
 * limit for the whole exchange. */
void fetch_within(struct exchange *x, struct fetch *c, int64_t ms);

/* What a failure is called: the code's text, and whose fault it was where a
 * proxy stands between. */
struct str fetch_why(struct exchange *x, const struct fetch *c, enum sl_rc rc);

/* For signed.c: the host begins with an open one; it fails. */
void fetch_call(struct exchange *x, struct fetch *c);
void fetch_fail(struct exchange *x, struct fetch *c, enum sl_rc rc);

/* For exchange.c: events of the host, and time. */
void fetch_on_event(struct exchange *x, const struct event *ev);
void fetch_on_time(struct exchange *x);
/* The earliest deadline of all fetches; 0: none. */
int64_t fetch_next_deadline(const struct exchange *x);
/* Providers whose answers were not read for a while: their silence counts from
 * now. */
void fetch_renew(struct exchange *x);
void fetch_cancel_all(struct exchange *x);

#endif
