/* SPDX-License-Identifier: MIT */
/* POST /: the universal endpoint. With an AI Gateway the whole array goes
 * there, each step with a key of ours; without one the steps are tried here,
 * the next one when a step fails or its requestTimeout has passed.
 *
 * The one hard idea: towards the gateway keys stand within the body. They are
 * written to one buffer, `glue`, that holds all that is not the caller's own
 * and is wiped at the end; the caller's queries stay where they are. */
#include "core/api/universal.h"

#include "core/api/raw.h"
#include "core/api/request.h"
#include "core/base/json.h"
#include "core/base/num.h"

enum {
    GLUE_BYTES = 1024 * 1024,
    PIECES_PER_STEP = 2,
};

/* A part of the body to the gateway: up to `end` of the glue, then `raw`. */
struct piece {
    size_t end;
    struct str raw;
};

struct universal {
    struct attempt attempt; /* first: found by its attempt */
    struct step *steps;
    size_t n, at;
    int64_t until_ms; /* of the step at hand; 0: no limit of its own */
    struct sl_mem wiping;
    struct buf glue;
    struct piece *pieces;
    size_t n_pieces;
};

/* ---- memory that keeps no key ---- */

static void *wiping_get(void *ctx, size_t n)
{
    const struct exchange *x = ctx;

    return x->bodies->get(x->bodies->ctx, n);
}

/* Volatile: a compiler may leave out what nobody reads again. */
static void wiping_put(void *ctx, void *p, size_t n)
{
    const struct exchange *x = ctx;
    volatile char *bytes = p;

    for (size_t i = 0; p != NULL && i < n; i++)
        bytes[i] = 0;
    x->bodies->put(x->bodies->ctx, p, n);
}

/* ---- by the gateway ---- */

static bool gets_key(const struct step *s)
{
    return s->provider != NULL && s->provider->n_keys != 0 &&
           !s->has_credentials;
}

static void write_field(struct buf *out, struct str name, struct str value)
{
    json_key(out, name);
    json_str(out, value);
    buf_add_char(out, ',');
}

/* As the provider wants its key on this endpoint. */
static void write_key(struct universal *u, struct exchange *x,
                      const struct step *s)
{
    const struct provider *p = s->provider;
    struct str path = JOIN(x, STR("/"), universal_endpoint(x, s));
    struct str name = STR("authorization");
    struct buf key;

    if (!str_eq(s->slug, STR("compat")) && p->row->key_style == KEY_X_API_KEY)
        name = STR("x-api-key");
    else if (!str_eq(s->slug, STR("compat")) &&
             p->row->key_style == KEY_X_GOOG &&
             !str_starts(path, p->row->compat))
        name = STR("x-goog-api-key");
    buf_init(&key, &u->wiping, GLUE_BYTES);
    if (name.p[0] == 'a')
        buf_add(&key, STR("Bearer "));
    secret_write(&key, &p->keys[s->key]);
    write_field(&u->glue, name, buf_str(&key));
    if (key.failed)
        x->failed = true;
    buf_release(&key);
}

static void write_step(struct universal *u, struct exchange *x,
                       const struct step *s)
{
    struct buf *out = &u->glue;
    bool is_compat = str_eq(s->slug, STR("compat"));

    buf_add(out, STR("{\"provider\":"));
    json_str(out, s->slug);
    buf_add(out, STR(",\"endpoint\":"));
    json_str(out, universal_endpoint(x, s));
    buf_add(out, STR(",\"headers\":{"));
    for (size_t i = 0; i < s->fields.n; i++)
        write_field(out, s->fields.v[i].name, s->fields.v[i].value);
    if (gets_key(s))
        write_key(u, x, s);
    if (s->provider != NULL && !is_compat &&
        s->provider->row->fixed_name.n != 0 &&
        http_find(&s->fields, s->provider->row->fixed_name) == NULL)
        write_field(out, s->provider->row->fixed_name,
                    s->provider->row->fixed_value);
    if (http_find(&s->fields, STR("content-type")) == NULL)
        write_field(out, STR("content-type"), STR("application/json"));
    if (!out->failed && out->p[out->n - 1] == ',')
        out->n--;
    buf_add(out, STR("},\"query\":"));
}

static void add_piece(struct universal *u, struct str raw)
{
    u->pieces[u->n_pieces++] = (struct piece){u->glue.n, raw};
}

static bool write_body(struct exchange *x, struct universal *u)
{
    buf_init(&u->glue, &u->wiping, GLUE_BYTES);
    u->pieces =
        arena_array(&x->arena, struct piece, PIECES_PER_STEP * u->n + 1);
    if (u->pieces == NULL) {
        x->failed = true;
        return false;
    }
    for (size_t i = 0; i < u->n; i++) {
        const struct step *s = &u->steps[i];

        buf_add_char(&u->glue, i == 0 ? '[' : ',');
        write_step(u, x, s);
        add_piece(u, s->query);
        if (s->config.n != 0) {
            buf_add(&u->glue, STR(",\"config\":"));
            add_piece(u, s->config);
        }
        buf_add_char(&u->glue, '}');
    }
    buf_add_char(&u->glue, ']');
    add_piece(u, (struct str){0});
    if (buf_rc(&u->glue) == SL_TOO_LARGE)
        reply_rc(x, SL_TOO_LARGE,
                 STR("the headers of all steps are over "
                     "1 MiB"));
    else if (u->glue.failed)
        x->failed = true;
    return !u->glue.failed && !x->failed;
}

static void gateway_send(struct exchange *x, struct attempt *a)
{
    struct universal *u = (struct universal *)a;
    struct http_framing framing = {.body = HTTP_BODY_LENGTH,
                                   .length = u->glue.n};
    struct str glue = buf_str(&u->glue);
    size_t at = 0;

    for (size_t i = 0; i < u->n_pieces; i++)
        framing.length += u->pieces[i].raw.n;
    fetch_field(x, &a->fetch, STR("content-type"), STR("application/json"));
    request_forward_fields(x, &a->fetch);
    fetch_open(x, &a->fetch, STR("POST"), x->gateway, &framing);
    for (size_t i = 0; i < u->n_pieces; i++) {
        fetch_push(x, &a->fetch,
                   str_range(glue.p + at, glue.p + u->pieces[i].end));
        fetch_push(x, &a->fetch, u->pieces[i].raw);
        at = u->pieces[i].end;
    }
    fetch_end(x, &a->fetch);
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
    gateway_send, can_resend, gateway_head, raw_body, raw_failed,
};

/* Each step has a key of its own; they are picked one after the other. */
static void pick_next(struct exchange *x, struct universal *u)
{
    for (; u->at < u->n; u->at++) {
        struct step *s = &u->steps[u->at];
        struct key_range range;
        struct key_pick *pick;
        struct action *act;

        if (!gets_key(s) || s->provider->n_keys == 0)
            continue;
        range = key_selector_range(&x->selector, s->provider->n_keys);
        x->key_wrapped = x->key_wrapped || range.is_wrapped;
        s->key = range.first;
        if (range.first == range.last)
            continue;
        pick = arena_new(&x->turn, struct key_pick);
        act = pick == NULL ? NULL : exchange_act(x, ACTION_PICK);
        if (act == NULL) {
            x->failed = true;
            return;
        }
        pick->first = range.first;
        pick->last = range.last;
        pick->is_even = x->selector.is_set;
        act->provider = s->provider;
        act->pick = pick;
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
           (s->max_attempts == 0 || (int64_t)a->n < s->max_attempts);
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
    local_send, may_resend, local_head, raw_body, local_failed,
};

static void start_step(struct exchange *x, struct universal *u)
{
    const struct step *s = &u->steps[u->at];

    /* The last one has nothing to make way for. */
    u->until_ms =
        s->timeout_ms != 0 && u->at + 1 < u->n ? x->now_ms + s->timeout_ms : 0;
    u->attempt.n = 0;
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
    u->wiping = (struct sl_mem){wiping_get, wiping_put, x};
    x->state = u;
    x->body.mode = BODY_HELD;
}

static void ready(struct exchange *x)
{
    struct universal *u = x->state;

    if (!universal_read(x, str_trim(body_bytes(x)), &u->steps, &u->n))
        return;
    if (x->gateway.n != 0)
        pick_next(x, u);
    else
        start_step(x, u);
}

static void picked(struct exchange *x, enum sl_rc rc, size_t key)
{
    struct universal *u = x->state;
    struct step *s = &u->steps[u->at];

    if (u->attempt.provider != NULL) {
        attempt_picked(x, &u->attempt, rc, key);
        return;
    }
    if (rc != SL_OK) {
        reply_rc(x, rc, (struct str){0});
        return;
    }
    s->key = key % s->provider->n_keys;
    u->at++;
    pick_next(x, u);
}

static void release(struct exchange *x)
{
    struct universal *u = x->state;

    if (u != NULL)
        buf_release(&u->glue);
}

const struct surface surface_universal = {
    .name = STR_INIT("universal"),
    .start = start,
    .ready = ready,
    .picked = picked,
    .release = release,
};
