/* SPDX-License-Identifier: MIT */
/* One provider request as the core sees it: what is sent, its deadlines, and
 * who is told of the answer. The built-in provider is called the same way and
 * answers from echo.c.
 *
 *     c->on = &my_events; c->owner = me;
 *     call_prepare(x, c, provider, key);
 *     call_field(x, c, name, value); …
 *     call_open(x, c, method, target, &framing);
 *     call_push(x, c, bytes); call_end(x, c);
 *
 * It is over after on->body with last, on->failed, or call_cancel. */
#ifndef SL_CALL_H
#define SL_CALL_H

#include "core/api/surface.h"

struct call;
struct echo;

struct call_events {
    void (*head)(struct exchange *x, struct call *c,
                 const struct http_response *res, int64_t length);
    void (*body)(struct exchange *x, struct call *c, struct str bytes,
                 bool last);
    void (*failed)(struct exchange *x, struct call *c, enum sl_rc rc);
};

struct call {
    struct call *next;
    uint32_t id;
    bool open;          /* the host works on it */
    bool has_head;
    const struct provider *provider;
    size_t key;         /* index into provider->keys */
    const struct call_events *on;
    void *owner;
    struct call_request request;
    size_t fields_cap;
    int64_t deadline_ms; /* 0: none */
    struct echo *echo;   /* the built-in provider's side */
    struct str sent;     /* the body, kept for the built-in provider only */
};

/* Fields for host, key and what the provider always wants. */
void call_prepare(struct exchange *x, struct call *c,
                  const struct provider *p, size_t key);
void call_field(struct exchange *x, struct call *c, struct str name,
                struct str value);
/* target: what follows the provider's base path; '/' first, or "". */
void call_open(struct exchange *x, struct call *c, struct str method,
               struct str target, const struct http_framing *framing);
void call_push(struct exchange *x, struct call *c, struct str bytes);
void call_end(struct exchange *x, struct call *c);
void call_cancel(struct exchange *x, struct call *c);
/* The next deadline, in milliseconds from now; never past the provider's
 * limit for the whole exchange. */
void call_within(struct exchange *x, struct call *c, int64_t ms);

/* For exchange.c: events of the host, and time. */
void call_on_event(struct exchange *x, const struct event *ev);
void call_on_time(struct exchange *x);
/* The earliest deadline of all calls; 0: none. */
int64_t call_next_deadline(const struct exchange *x);
void call_cancel_all(struct exchange *x);

#endif
