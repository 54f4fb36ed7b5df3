/* SPDX-License-Identifier: MIT */
/* POST /: the universal endpoint (or, by its body, a bare prompt: run.c). With
 * an AI Gateway the whole array goes there, each step with a key of ours;
 * without one the steps are tried here, the next one when a step fails or its
 * requestTimeout has passed. */
#include "core/api/universal.h"

#include "core/api/bundle.h"
#include "core/api/raw.h"
#include "core/api/request.h"
#include "core/api/run.h"
#include "core/base/num.h"
#include "core/gateway.h"

enum { PIECES_PER_STEP = 2 }; /* of the caller's own */

struct universal {
    struct attempt attempt; /* first: found by its attempt */
    struct step *steps;
    size_t n, at;
    int64_t until_ms; /* of the step at hand; 0: no limit of its own */
    struct ask pick;  /* of a step's key */
    struct bundle bundle;
};

/* ---- by the gateway ---- */

static bool write_body(struct exchange *x, struct universal *u)
{
    struct bundle *b = &u->bundle;

    bundle_init(x, b, PIECES_PER_STEP * u->n);
    for (size_t i = 0; i < u->n && !x->failed; i++) {
        const struct step *s = &u->steps[i];

        bundle_step(x, b, s);
        bundle_raw(x, b, s->query);
        if (s->config.n != 0) {
            bundle_text(b, STR(",\"config\":"));
            bundle_raw(x, b, s->config);
        }
        bundle_text(b, STR("}"));
    }
    return !x->failed && bundle_finish(x, b);
}

static void gateway_send(struct exchange *x, struct attempt *a)
{
    struct universal *u = (struct universal *)a;

    fetch_field(x, &a->fetch, STR("content-type"), STR("application/json"));
    request_forward_fields(x, &a->fetch, false);
    bundle_send(x, &u->bundle, &a->fetch, x->gateway);
    fetch_within(x, &a->fetch, a->provider->timeouts.first_byte_ms);
}

static bool can_resend(struct exchange *x, struct attempt *a)
{
    (void)x;
    return !a->committed;
}

static void gateway_head(struct exchange *x, struct attempt *a,
                         const struct http_response *res, int64_t length)
{
    raw_head(x, a, res, length, NULL);
    body_release(x);
}

static const struct attempt_events gateway_on = {
    gateway_send, can_resend, gateway_head, raw_body, raw_failed, NULL,
};

/* Those that a selector leaves of some keys in a row. */
static struct key_range select_keys(struct exchange *x, struct key_range all)
{
    struct key_range range =
        key_selector_range(&x->selector, all.last - all.first + 1);

    x->key_wrapped = x->key_wrapped || range.is_wrapped;
    range.first += all.first;
    range.last += all.first;
    return range;
}

/* Recursion by way of this: the answer leads on to the next step. */
static void pick_next(struct exchange *x, struct universal *u);

static void on_pick(struct exchange *x, struct ask *q, enum sl_rc rc,
                    struct str bytes)
{
    struct universal *u = x->state;
    struct step *s = &u->steps[u->at];

    (void)bytes;
    if (rc != SL_OK) {
        reply_rc(x, rc, (struct str){0});
        return;
    }
    s->key = q->number % s->provider->n_keys;
    u->at++;
    pick_next(x, u);
}

/* Each step has a key of its own; they are picked one after the other. */
static void pick_next(struct exchange *x, struct universal *u)
{
    for (; u->at < u->n; u->at++) {
        struct step *s = &u->steps[u->at];
        struct key_range range;
        struct key_pick *pick;

        if (!bundle_gets_key(s))
            continue;
        range = gateway_keys(s->provider);
        if (range.first > range.last) { /* all are of other accounts */
            s->provider = NULL;
            continue;
        }
        range = select_keys(x, range);
        s->key = range.first;
        if (range.first == range.last)
            continue;
        pick = arena_new(&x->turn, struct key_pick);
        if (pick == NULL) {
            x->failed = true;
            return;
        }
        pick->first = range.first;
        pick->last = range.last;
        pick->is_even = x->selector.is_set;
        u->pick.answered = on_pick;
        ask_pick(x, &u->pick, s->provider, pick);
        return;
    }
    if (write_body(x, u))
        attempt_start(x, &u->attempt, &x->config->gateway, &gateway_on);
}

/* ---- step by step ---- */

/* Recursion: a step that can not even start leads on to the next. */
static void start_step(struct exchange *x, struct universal *u);

/* False: the step at hand was the last one. */
static bool next_step(struct exchange *x, struct universal *u)
{
    if (u->at + 1 >= u->n || x->failed)
        return false;
    attempt_cancel(x, &u->attempt);
    u->at++;
    start_step(x, u);
    return true;
}

static void local_send(struct exchange *x, struct attempt *a)
{
    struct universal *u = (struct universal *)a;
    const struct step *s = &u->steps[u->at];
    struct http_framing framing = {.body = HTTP_BODY_LENGTH,
                                   .length = s->query.n};
    struct fetch *c = &a->fetch;
    int64_t ms = a->provider->timeouts.first_byte_ms;

    if (http_find(&s->fields, STR("content-type")) == NULL)
        fetch_field(x, c, STR("content-type"), STR("application/json"));
    if (http_find(&s->fields, STR("accept-encoding")) == NULL)
        fetch_field(x, c, STR("accept-encoding"), STR("identity"));
    for (size_t i = 0; i < s->fields.n; i++)
        fetch_field(x, c, s->fields.v[i].name, s->fields.v[i].value);
    /* No key of ours goes along: none is judged, counted or tried next. */
    if (s->has_credentials) {
        a->key = c->key = c->request.key = SIZE_MAX;
        a->pick.last = a->pick.first;
    }
    fetch_open(x, c, STR("POST"), universal_path(x, s), &framing);
    fetch_push(x, c, s->query);
    fetch_end(x, c);
    a->is_hurried = u->until_ms != 0 && u->until_ms - x->now_ms < ms;
    if (a->is_hurried)
        ms = u->until_ms - x->now_ms;
    fetch_within(x, c, ms);
}

static bool may_resend(struct exchange *x, struct attempt *a)
{
    const struct universal *u = (struct universal *)a;
    const struct step *s = &u->steps[u->at];

    return !a->committed && (u->until_ms == 0 || x->now_ms < u->until_ms) &&
           (s->max_attempts == 0 ||
            (int64_t)x->record.attempts < s->max_attempts);
}

/* Any error leads on: the steps are different requests, so that what is wrong
 * with one says nothing of the next. */
static void local_head(struct exchange *x, struct attempt *a,
                       const struct http_response *res, int64_t length)
{
    struct universal *u = (struct universal *)a;
    const struct step *s = &u->steps[u->at];
    char room[24];
    struct http_field step = {.name = STR("sluice-step")};

    if (res->status >= 400) {
        if (!s->has_credentials &&
            attempt_again_after(x, a, res->status, &res->fields))
            return;
        if (next_step(x, u))
            return;
    }
    step.value = JOIN(x, ((struct str){room, num_write_u64(room, u->at)}));
    raw_head(x, a, res, length, &step);
    body_release(x);
}

static void local_failed(struct exchange *x, struct attempt *a, enum sl_rc rc)
{
    struct universal *u = (struct universal *)a;

    if (a->committed || !next_step(x, u))
        raw_failed(x, a, rc);
}

static const struct attempt_events local_on = {
    local_send, may_resend, local_head, raw_body, local_failed, NULL,
};

static void start_step(struct exchange *x, struct universal *u)
{
    const struct step *s = &u->steps[u->at];

    /* The last one has nothing to make way for. */
    u->until_ms =
        s->timeout_ms != 0 && u->at + 1 < u->n ? x->now_ms + s->timeout_ms : 0;
    x->record.attempts = 0;
    attempt_start(x, &u->attempt, s->provider, &local_on);
}

/* ---- the request ---- */

static void start(struct exchange *x)
{
    struct universal *u;

    /* For all else there is nothing at this path, as there ever was. */
    if (x->method != HTTP_POST) {
        reply_failure(x, &(struct failure){
                             .rc = SL_NOT_FOUND,
                             .code = STR("unknown_url"),
                             .what = STR("Only POST is served here: the "
                                         "universal endpoint."),
                         });
        return;
    }
    if (!request_is_plain(x))
        return;
    u = arena_new(&x->arena, struct universal);
    if (u == NULL) {
        x->failed = true;
        return;
    }
    x->state = u;
    x->body.mode = BODY_HELD;
}

static void ready(struct exchange *x)
{
    struct universal *u = x->state;
    struct str body = str_trim(body_bytes(x));

    if (run_is_prompt(body)) {
        run_start(x, body);
        return;
    }
    if (!universal_read(x, body, &u->steps, &u->n))
        return;
    if (x->gateway.n != 0)
        pick_next(x, u);
    else
        start_step(x, u);
}

static void release(struct exchange *x)
{
    struct universal *u = x->state;

    if (u != NULL)
        bundle_release(&u->bundle);
}

const struct surface surface_universal = {
    .name = STR_INIT("universal"),
    .start = start,
    .ready = ready,
    .release = release,
};
