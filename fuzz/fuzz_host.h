/* SPDX-License-Identifier: MIT */
/* A host for fuzzing the exchange: it keeps to its side of the contract of
 * exchange.h, and checks that the exchange keeps to the other.
 *
 *     struct fuzz_host h;
 *     if (fuzz_host_begin(&h, &config)) {
 *         fuzz_host_feed(&h, &event); ...
 *         fuzz_host_end(&h);
 *     } */
#ifndef SL_FUZZ_HOST_H
#define SL_FUZZ_HOST_H

#include "fuzz.h"

#include "core/exchange.h"

enum { FUZZ_CALLS = 256 };

struct fuzz_call {
    uint32_t id;
    enum http_method method;
    struct http_framing framing; /* of what is sent */
    uint64_t pushed;
    bool ended, has_head, over;
};

struct fuzz_host {
    struct exchange *x;
    struct sl_mem mem;
    size_t live;      /* bytes of memory in use */
    unsigned failing; /* so many requests for memory fail from now on */
    int64_t now_ms, wake_ms;
    struct fuzz_call calls[FUZZ_CALLS];
    size_t n_calls;
    unsigned picks, loads; /* that were not answered yet */
    unsigned signs;
    uint32_t pick, load, sign; /* the last one's call */
    bool is_head;              /* the client sent HEAD */
    bool has_head, done, aborted;
    int64_t length; /* of the answer; -1: not known */
    uint64_t sent;
};

static void *fuzz_host_get(void *ctx, size_t n)
{
    struct fuzz_host *h = ctx;

    if (h->failing != 0) {
        h->failing--;
        return NULL;
    }
    h->live += n;
    return malloc(n == 0 ? 1 : n);
}

static void fuzz_host_put(void *ctx, void *p, size_t n)
{
    struct fuzz_host *h = ctx;

    if (p == NULL)
        return;
    FUZZ_CHECK(n <= h->live);
    h->live -= n;
    free(p);
}

static inline struct fuzz_call *fuzz_host_call(struct fuzz_host *h, uint32_t id)
{
    for (size_t i = 0; i < h->n_calls; i++) {
        if (h->calls[i].id == id)
            return &h->calls[i];
    }
    sl_panic(__FILE__, __LINE__, "an action names a call that was not made");
}

static inline void fuzz_host_open(struct fuzz_host *h, const struct action *a)
{
    struct fuzz_call *c = &h->calls[h->n_calls++];

    FUZZ_CHECK(h->n_calls < FUZZ_CALLS);
    FUZZ_CHECK(a->request->origin != NULL && a->request->connect_ms > 0);
    FUZZ_CHECK(str_starts(a->request->target, STR("/")));
    FUZZ_CHECK(http_find(&a->request->fields, STR("host")) != NULL);
    *c = (struct fuzz_call){.id = a->call,
                            .method = http_method_of(a->request->method),
                            .framing = a->request->framing};
}

static inline void fuzz_host_push(struct fuzz_host *h, const struct action *a)
{
    struct fuzz_call *c = fuzz_host_call(h, a->call);

    FUZZ_CHECK(!c->over && !c->ended && a->bytes.n != 0);
    c->pushed += a->bytes.n;
    FUZZ_CHECK(c->framing.body != HTTP_BODY_NONE);
    if (c->framing.body == HTTP_BODY_LENGTH)
        FUZZ_CHECK(c->pushed <= c->framing.length);
}

static inline void fuzz_host_finish(struct fuzz_host *h, const struct action *a)
{
    struct fuzz_call *c = fuzz_host_call(h, a->call);

    FUZZ_CHECK(!c->over && !c->ended);
    c->ended = true;
    if (c->framing.body == HTTP_BODY_LENGTH)
        FUZZ_CHECK(c->pushed == c->framing.length);
}

static inline void fuzz_host_send(struct fuzz_host *h, const struct action *a)
{
    FUZZ_CHECK((a->head != NULL) == !h->has_head);
    if (a->head != NULL) {
        h->has_head = true;
        h->length = a->head->length;
        FUZZ_CHECK(a->head->status >= 100 && a->head->status <= 999);
    }
    /* Every byte can be read. */
    for (size_t i = 0; i < a->bytes.n; i++)
        h->sent += (uint64_t)(a->bytes.p[i] != '\0') | 1;
    if (h->length >= 0 && !h->is_head)
        FUZZ_CHECK(h->sent <= (uint64_t)h->length);
}

static inline void fuzz_host_done(struct fuzz_host *h, const struct action *a)
{
    h->done = true;
    h->aborted = a->abort;
    FUZZ_CHECK(a->abort || h->has_head);
    FUZZ_CHECK(exchange_record(h->x)->status != 0);
    if (!a->abort && h->length >= 0 && !h->is_head)
        FUZZ_CHECK(h->sent == (uint64_t)h->length);
}

static inline void fuzz_host_perform(struct fuzz_host *h,
                                     const struct action *a)
{
    FUZZ_CHECK(!h->done);
    switch (a->kind) {
    case ACTION_CALL:
        fuzz_host_open(h, a);
        break;
    case ACTION_PUSH:
        fuzz_host_push(h, a);
        break;
    case ACTION_END:
        fuzz_host_finish(h, a);
        break;
    case ACTION_CANCEL:
        FUZZ_CHECK(!fuzz_host_call(h, a->call)->over);
        fuzz_host_call(h, a->call)->over = true;
        break;
    case ACTION_SEND:
        fuzz_host_send(h, a);
        break;
    case ACTION_PICK:
        FUZZ_CHECK(a->provider->n_keys > 1 || a->pick->is_retry ||
                   a->pick->is_hedge);
        FUZZ_CHECK(a->pick->first <= a->pick->last &&
                   (a->pick->last < a->provider->n_keys ||
                    (a->pick->last == 0 && a->provider->n_keys == 0)) &&
                   a->pick->n_tried <= a->pick->last - a->pick->first);
        h->picks++;
        h->pick = a->call;
        break;
    case ACTION_MARK:
        FUZZ_CHECK(a->mark->key < a->mark->provider->n_keys ||
                   a->mark->verdict == VERDICT_NONE);
        break;
    case ACTION_LOAD:
        FUZZ_CHECK(a->key.n != 0);
        h->loads++;
        h->load = a->call;
        break;
    case ACTION_STORE:
        FUZZ_CHECK(a->key.n != 0 && a->ttl_ms > 0);
        break;
    case ACTION_SIGN:
        FUZZ_CHECK(a->call != 0);
        FUZZ_CHECK(a->job->n != 0 || a->job->kind == SIGN_SHA256);
        h->signs++;
        h->sign = a->call;
        break;
    case ACTION_WAKE:
        h->wake_ms = a->at_ms;
        break;
    case ACTION_DONE:
        fuzz_host_done(h, a);
        break;
    }
}

/* Feeds and drains. */
static inline void fuzz_host_tell(struct fuzz_host *h, const struct event *ev)
{
    struct action a;

    exchange_feed(h->x, ev, h->now_ms);
    while (exchange_next(h->x, &a))
        fuzz_host_perform(h, &a);
    FUZZ_CHECK(!h->done || !exchange_wants_body(h->x));
}

/* The same; the event's bytes are a copy that dies afterwards. */
static inline void fuzz_host_feed(struct fuzz_host *h, const struct event *ev)
{
    struct event copy = *ev;

    if (ev->bytes.n != 0)
        copy.bytes =
            fuzz_copy((const uint8_t *)(const void *)ev->bytes.p, ev->bytes.n);
    fuzz_host_tell(h, &copy);
    if (ev->bytes.n != 0)
        fuzz_free(copy.bytes);
}

/* False: there was no memory for it. */
static inline bool fuzz_host_begin(struct fuzz_host *h,
                                   const struct config *config)
{
    struct exchange_setup setup = {.config = config,
                                   .mem = &h->mem,
                                   .bodies = &h->mem,
                                   .random = {1, 2},
                                   .now_ms = 1000,
                                   .wall_ms = 1700000000000,
                                   .peer = STR("192.0.2.1")};

    *h = (struct fuzz_host){
        .mem = {fuzz_host_get, fuzz_host_put, h}, .now_ms = 1000, .length = -1};
    h->x = exchange_new(&setup);
    return h->x != NULL;
}

/* The client goes; whatever was under way ends, and all memory is back. */
static inline void fuzz_host_end(struct fuzz_host *h)
{
    fuzz_host_feed(h, &(struct event){.kind = EVENT_CLIENT_GONE});
    FUZZ_CHECK(h->done);
    fuzz_host_feed(h, &(struct event){.kind = EVENT_WAKE});
    exchange_free(h->x);
    FUZZ_CHECK(h->live == 0);
}

#endif
