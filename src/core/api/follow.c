/* SPDX-License-Identifier: MIT */
/* Asking again for what was promised. The leg stays the one attempt it was:
 * whatever comes is judged and passed on as its answer. */
#include "core/api/follow.h"

#include "core/base/url.h"

/* A request that waits for its time. */
struct follow {
    struct follow *next;
    struct answer *an;
    struct chat_follow to;
    int64_t at_ms;    /* 0: it was made */
    int64_t began_ms; /* of its attempt: another one's is not followed */
};

static bool is_at(const struct origin *o, const struct url *u)
{
    return str_eq_nocase(u->host, o->host) && u->port == o->port &&
           str_eq_nocase(u->scheme, STR("https")) == o->tls;
}

/* Where this provider is found as well. Keys for an address of the operator's
 * own go nowhere else. */
static void add_hosts(const struct provider *p, struct chat_promise *promise)
{
    struct url usual;

    promise->base = (struct url){
        .scheme = p->origin.tls ? STR("https") : STR("http"),
        .host = p->origin.host,
        .port = p->origin.port,
    };
    if (url_parse(p->row->base_url, &usual, NULL) != SL_OK ||
        !is_at(&p->origin, &usual))
        return;
    promise->hosts = p->row->hosts;
    promise->n_hosts = p->row->n_hosts;
}

/* The provider at that address: its key and limits, that origin and path. */
static struct provider *elsewhere(struct exchange *x, const struct provider *p,
                                  const struct url *u)
{
    struct provider *at = arena_new(&x->arena, struct provider);

    if (at == NULL) {
        x->failed = true;
        return NULL;
    }
    *at = *p;
    at->shuns_gateway = true;
    at->places = NULL;
    at->base_path = u->path;
    for (size_t i = 0; i < p->row->n_hosts && !is_at(&p->origin, u); i++) {
        if (str_eq_nocase(u->host, p->row->hosts[i]))
            origin_https(&at->origin, p->row->hosts[i], p->origin.proxy);
    }
    return at;
}

static void ask(struct exchange *x, struct follow *f)
{
    static const struct http_framing none = {.body = HTTP_BODY_NONE};
    struct attempt *a = &f->an->attempt;
    struct provider *at;
    struct url u;

    f->at_ms = 0;
    if (url_parse(f->to.url, &u, NULL) != SL_OK)
        return;
    at = elsewhere(x, a->provider, &u);
    if (at == NULL)
        return;
    f->an->state = ANSWER_WAITING;
    fetch_prepare(x, &a->fetch, at, a->key);
    fetch_field(x, &a->fetch, STR("accept"), f->to.accept);
    fetch_field(x, &a->fetch, STR("accept-encoding"), STR("identity"));
    fetch_open(x, &a->fetch, f->to.method,
               u.query.n != 0 ? JOIN(x, STR("?"), u.query) : (struct str){0},
               &none);
    fetch_end(x, &a->fetch);
    answer_expect_still(x, f->an);
}

enum sl_rc follow_answer(struct exchange *x, struct answer *an, struct str body)
{
    struct chat_promise promise = {.arena = &x->turn,
                                   .body = body,
                                   .wants_stream = an->asked_stream,
                                   .followed = an->followed};
    struct chat_follow to = {0};
    struct follow *f;
    enum sl_rc rc;

    if (an->request == NULL || an->provider == NULL ||
        an->provider->follow == NULL)
        return SL_EOF;
    add_hosts(an->attempt.provider, &promise);
    rc = an->provider->follow(&promise, &to);
    if (rc != SL_OK || to.url.n == 0)
        return rc != SL_OK ? rc : SL_EOF;
    f = arena_new(&x->arena, struct follow);
    if (f == NULL || !arena_copy(&x->arena, to.url, &to.url))
        return SL_NOMEM;
    *f = (struct follow){.next = x->follows,
                         .an = an,
                         .to = to,
                         .at_ms = x->now_ms + to.delay_ms,
                         .began_ms = an->attempt.began_ms};
    x->follows = f;
    an->followed++;
    if (to.delay_ms == 0)
        ask(x, f);
    return SL_OK;
}

/* The leg that waits for it may have lost, or begun anew. */
static bool is_wanted(const struct follow *f)
{
    const struct attempt *a = &f->an->attempt;

    return f->at_ms != 0 && f->an->is_running && !a->fetch.open &&
           !a->committed && a->began_ms == f->began_ms;
}

void follow_on_time(struct exchange *x)
{
    for (struct follow *f = x->follows; f != NULL; f = f->next) {
        if (f->at_ms == 0 || x->now_ms < f->at_ms)
            continue;
        if (is_wanted(f))
            ask(x, f);
        f->at_ms = 0;
    }
}

int64_t follow_next_time(const struct exchange *x)
{
    int64_t at = 0;

    for (const struct follow *f = x->follows; f != NULL; f = f->next) {
        if (f->at_ms != 0 && (at == 0 || f->at_ms < at))
            at = f->at_ms;
    }
    return at;
}
