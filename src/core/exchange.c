/* SPDX-License-Identifier: MIT */
/* The spine of an exchange: takes events in, hands actions out, reads the
 * request's head, finds route and caller, keeps the body, and writes answers.
 * What a request means is decided by its surface (api/), what a provider is
 * told by fetch.c and attempt.c.
 *
 * The one hard idea: bytes are passed through without copies, so they must
 * live until the host has drained the queue. Events' bytes do; what was put
 * together meanwhile lives in x->turn, an arena that the first feed after a
 * drain empties, if exchange_rest has not. */
#include "core/exchange.h"

#include "core/api/follow.h"
#include "core/api/model_shapes.h"
#include "core/api/pings.h"
#include "core/api/race.h"
#include "core/api/surface.h"
#include "core/ask.h"
#include "core/attempt.h"
#include "core/auth.h"
#include "core/base/json.h"
#include "core/base/num.h"
#include "core/base/url.h"
#include "core/dialects/dialect.h"
#include "core/explain.h"
#include "core/fetch.h"
#include "core/gateway.h"
#include "core/route.h"

enum {
    ARENA_FIRST = 4480, /* a usual streamed request fits in one chunk */
    TURN_FIRST = 1024,  /* rarely used: events that were cut */
    QUEUE_FIRST = 12,   /* actions of a usual turn */
    FIELDS_FIRST = 14,  /* fields of a usual answer */
    BODY_FIRST = 16384, /* of a body whose length is not known */
    ID_DIGITS = 16,     /* of each half of a request id */
};

/* ---- actions ---- */

struct action *exchange_act(struct exchange *x, enum action_kind kind)
{
    /* Nothing more is said after something could not be. */
    if (x->failed)
        return NULL;
    if (x->queue_n == x->queue_cap) {
        size_t cap = x->queue_cap == 0 ? QUEUE_FIRST : 2 * x->queue_cap;
        struct action *queue = arena_array(&x->arena, struct action, cap);

        if (queue == NULL) {
            x->failed = true;
            return NULL;
        }
        if (x->queue_n != 0)
            memcpy(queue, x->queue, x->queue_n * sizeof(*queue));
        x->queue = queue;
        x->queue_cap = cap;
    }
    x->queue[x->queue_n] = (struct action){.kind = kind};
    return &x->queue[x->queue_n++];
}

struct str exchange_keep(struct exchange *x, struct str bytes)
{
    struct str copy = {0};

    if (!arena_copy(&x->turn, bytes, &copy))
        x->failed = true;
    return copy;
}

struct str exchange_join(struct exchange *x, const struct str *parts, size_t n)
{
    size_t total = 0;
    size_t at = 0;
    char *p;

    for (size_t i = 0; i < n; i++)
        total += parts[i].n;
    p = arena_get(&x->arena, total);
    if (p == NULL) {
        x->failed = true;
        return (struct str){0};
    }
    for (size_t i = 0; i < n; i++) {
        if (parts[i].n != 0)
            memcpy(p + at, parts[i].p, parts[i].n);
        at += parts[i].n;
    }
    return (struct str){p, total};
}

/* ---- answering ---- */

struct http_field *exchange_field(struct exchange *x, struct http_fields *f,
                                  size_t *cap, size_t first)
{
    if (f->n == *cap) {
        size_t more = *cap == 0 ? first : 2 * *cap;
        struct http_field *v = arena_array(&x->arena, struct http_field, more);

        if (v == NULL) {
            x->failed = true;
            return NULL;
        }
        if (f->n != 0)
            memcpy(v, f->v, f->n * sizeof(*v));
        f->v = v;
        *cap = more;
    }
    f->v[f->n] = (struct http_field){0};
    return &f->v[f->n++];
}

void reply_field(struct exchange *x, struct str name, struct str value)
{
    struct http_field *f =
        exchange_field(x, &x->reply.fields, &x->reply_cap, FIELDS_FIRST);

    if (f == NULL)
        return;
    f->name = name;
    f->value = value;
}

void reply_start(struct exchange *x, int status)
{
    struct str why;

    SL_ASSERT(!x->head_sent);
    x->reply.status = status;
    x->reply.fields.n = 0;
    reply_field(x, STR("x-request-id"), x->record.id);
    if (x->id_field.n != 0)
        reply_field(x, x->id_field, x->record.id);
    reply_field(x, STR("access-control-allow-origin"), STR("*"));
    reply_field(x, STR("access-control-expose-headers"), STR("*"));
    if (x->key_wrapped)
        reply_field(x, STR("sluice-key-wrapped"), STR("true"));
    why = explain_value(x);
    if (why.n != 0)
        reply_field(x, STR("sluice-explain"), why);
}

void reply_head_send(struct exchange *x, int64_t length)
{
    struct action *a;

    SL_ASSERT(!x->head_sent && x->reply.status != 0);
    a = exchange_act(x, ACTION_SEND);
    if (a == NULL)
        return;
    a->head = &x->reply;
    x->reply.length = length;
    x->head_sent = true;
    x->record.status = x->reply.status;
    x->record.first_byte_ms = x->now_ms - x->start_ms;
}

void reply_send(struct exchange *x, struct str bytes)
{
    struct action *a = NULL;

    if (bytes.n == 0 || x->ended)
        return;
    /* The head and the first bytes are one action. */
    if (x->queue_n > x->queue_at)
        a = &x->queue[x->queue_n - 1];
    if (a == NULL || a->kind != ACTION_SEND || a->bytes.n != 0)
        a = exchange_act(x, ACTION_SEND);
    if (a == NULL)
        return;
    a->bytes = bytes;
    x->record.bytes_out += bytes.n;
    x->pings.sent_ms = x->now_ms;
}

static void finish(struct exchange *x, bool abort)
{
    struct action *a;

    if (x->ended)
        return;
    fetch_cancel_all(x);
    x->record.total_ms = x->now_ms - x->start_ms;
    a = exchange_act(x, ACTION_DONE);
    if (a == NULL)
        return;
    a->abort = abort;
    a->close = abort || x->refused;
    x->ended = true;
}

void reply_end(struct exchange *x)
{
    SL_ASSERT(x->head_sent || x->failed);
    finish(x, false);
}

void reply_abort(struct exchange *x)
{
    finish(x, true);
}

void reply_whole(struct exchange *x, int status, struct str type,
                 struct str body)
{
    reply_start(x, status);
    reply_field(x, STR("content-type"), type);
    reply_head_send(x, (int64_t)body.n);
    reply_send(x, body);
    reply_end(x);
}

/* ---- failures ---- */

static struct str failure_code(const struct failure *f)
{
    if (f->code.n != 0)
        return f->code;
    switch ((int)f->rc) {
    case SL_UNAUTHENTICATED:
        return STR("invalid_api_key");
    case SL_LIMITED:
        return STR("rate_limit_exceeded");
    case SL_UP_TIMEOUT:
    case SL_UP_CONNECT_TIMEOUT:
        return STR("upstream_timeout");
    default:
        return rc_info(f->rc)->retry ? STR("upstream_error") : (struct str){0};
    }
}

struct chat_error failure_error(const struct failure *f)
{
    const struct rc_info *info = rc_info(f->rc);

    return (struct chat_error){
        .status = f->status != 0 ? f->status : info->status,
        .message = f->what.n != 0 ? f->what : info->text,
        .type = f->type.n != 0 ? f->type : info->type,
        .param = f->param,
        .code = failure_code(f),
    };
}

void failure_write(struct exchange *x, struct buf *out, const struct failure *f)
{
    struct chat_error error = failure_error(f);

    x->dialect->write_error(out, &error);
}

struct str exchange_number(struct exchange *x, uint64_t v)
{
    char text[24];

    return JOIN(x, ((struct str){text, num_write_u64(text, v)}));
}

/* Which provider was asked, and how often, before it failed. */
static void note_attempts(struct exchange *x)
{
    if (x->record.attempts == 0)
        return;
    reply_field(x, STR("sluice-provider"), x->record.provider);
    reply_field(x, STR("sluice-attempts"),
                exchange_number(x, x->record.attempts));
    if (x->record.hedges != 0)
        reply_field(x, STR("sluice-hedged"), STR("true"));
}

void reply_failure(struct exchange *x, const struct failure *f)
{
    struct buf body;

    x->record.rc = f->rc;
    if (x->record.error.n == 0)
        x->record.error = f->what.n != 0 ? f->what : rc_info(f->rc)->text;
    if (x->head_sent) {
        if (!pings_fail(x, f))
            reply_abort(x);
        return;
    }
    buf_init(&body, arena_mem(&x->arena), 65536);
    failure_write(x, &body, f);
    if (body.failed) {
        x->failed = true;
        return;
    }
    reply_start(x, f->status != 0 ? f->status : rc_info(f->rc)->status);
    note_attempts(x);
    if (f->rc == SL_UNAUTHENTICATED)
        reply_field(x, STR("www-authenticate"), STR("Bearer"));
    if (f->allow.n != 0)
        reply_field(x, STR("allow"), f->allow);
    if (f->retry_after.n != 0)
        reply_field(x, STR("retry-after"), f->retry_after);
    else if (x->reply.status == 503)
        reply_field(x, STR("retry-after"), STR("1"));
    reply_field(x, STR("content-type"), STR("application/json"));
    reply_head_send(x, (int64_t)body.n);
    reply_send(x, buf_str(&body));
    reply_end(x);
}

void reply_rc(struct exchange *x, enum sl_rc rc, struct str what)
{
    reply_failure(x, &(struct failure){.rc = rc, .what = what});
}

/* ---- the body ---- */

struct str body_bytes(const struct exchange *x)
{
    return (struct str){x->body.p, x->body.n};
}

void body_release(struct exchange *x)
{
    if (x->body.p != NULL)
        x->bodies->put(x->bodies->ctx, x->body.p, x->body.cap);
    x->body.p = NULL;
    x->body.n = 0;
    x->body.cap = 0;
}

/* SL_BUSY: all held bodies together have reached their limit. */
static enum sl_rc body_grow(struct exchange *x, size_t cap)
{
    char *p = x->bodies->get(x->bodies->ctx, cap);

    if (p == NULL)
        return SL_BUSY;
    if (x->body.n != 0)
        memcpy(p, x->body.p, x->body.n);
    if (x->body.p != NULL)
        x->bodies->put(x->bodies->ctx, x->body.p, x->body.cap);
    x->body.p = p;
    x->body.cap = cap;
    return SL_OK;
}

static void body_too_large(struct exchange *x)
{
    reply_rc(x, SL_TOO_LARGE,
             JOIN(x, STR("the request's body is over limits.body, "),
                  exchange_number(x, (uint64_t)x->config->limits.body),
                  STR(" bytes: raise it in the configuration, or send less")));
}

/* A held body whose length is told gets its memory at once, so that the host
 * can read straight into it. */
static void body_begin(struct exchange *x)
{
    enum sl_rc rc;

    if (x->ended || x->body.mode != BODY_HELD ||
        x->framing.body != HTTP_BODY_LENGTH || x->framing.length == 0)
        return;
    if (x->framing.length > (uint64_t)x->config->limits.body) {
        body_too_large(x);
        return;
    }
    rc = body_grow(x, (size_t)x->framing.length);
    if (rc != SL_OK)
        reply_rc(x, rc, STR("too many request bodies are held at the moment"));
}

static void body_hold(struct exchange *x, struct str bytes)
{
    size_t limit = (size_t)x->config->limits.body;

    if (bytes.n == 0)
        return;
    if (bytes.n > limit - x->body.n) {
        body_too_large(x);
        return;
    }
    if (bytes.n > x->body.cap - x->body.n) {
        size_t cap = x->body.cap == 0 ? BODY_FIRST : 2 * x->body.cap;

        while (cap < x->body.n + bytes.n)
            cap *= 2;
        if (body_grow(x, cap < limit ? cap : limit) != SL_OK) {
            reply_rc(x, SL_BUSY,
                     STR("too many request bodies are held at the moment"));
            return;
        }
    }
    /* The host may have read it to where it belongs (exchange_room). */
    if (bytes.p != x->body.p + x->body.n)
        memcpy(x->body.p + x->body.n, bytes.p, bytes.n);
    x->body.n += bytes.n;
}

static void on_body(struct exchange *x, struct str bytes, bool last)
{
    if (x->body.is_complete)
        return;
    x->record.bytes_in += bytes.n;
    x->body.is_complete = last;
    switch (x->body.mode) {
    case BODY_IGNORED:
        break;
    case BODY_HELD:
        body_hold(x, bytes);
        if (last && !x->ended && x->surface->ready != NULL)
            x->surface->ready(x);
        break;
    case BODY_STREAMED:
        x->surface->body(x, bytes, last);
        break;
    }
}

struct exchange_room exchange_room(struct exchange *x)
{
    if (x->ended || x->body.mode != BODY_HELD || x->body.is_complete ||
        x->body.p == NULL || x->framing.body != HTTP_BODY_LENGTH)
        return (struct exchange_room){0};
    return (struct exchange_room){x->body.p + x->body.n,
                                  x->body.cap - x->body.n};
}

bool exchange_wants_body(const struct exchange *x)
{
    return !x->ended && !x->body.is_complete && x->body.mode != BODY_IGNORED;
}

/* ---- the request's head ---- */

static bool copy_fields(struct exchange *x, const struct http_fields *from)
{
    size_t total = 0;
    char *p;

    for (size_t i = 0; i < from->n; i++)
        total += from->v[i].name.n + from->v[i].value.n;
    p = arena_get(&x->arena, total);
    x->fields.v = arena_array(&x->arena, struct http_field, from->n);
    if (p == NULL || x->fields.v == NULL)
        return false;
    x->fields.n = from->n;
    for (size_t i = 0; i < from->n; i++) {
        struct http_field *to = &x->fields.v[i];
        struct str name = from->v[i].name;
        struct str value = from->v[i].value;

        memcpy(p, name.p, name.n);
        to->name = (struct str){p, name.n};
        p += name.n;
        if (value.n != 0)
            memcpy(p, value.p, value.n);
        to->value = (struct str){p, value.n};
        p += value.n;
    }
    return true;
}

/* Splits the target, makes the path canonical, takes the caller's key out of
 * the query. */
static enum sl_rc take_target(struct exchange *x, struct str target,
                              struct str *query)
{
    struct str copy;
    enum sl_rc rc;

    if (!arena_copy(&x->arena, target, &copy))
        return SL_NOMEM;
    *query = str_skip(copy, str_find(copy, '?') + 1);
    if (str_eq(copy, STR("*"))) {
        x->path = copy;
        return SL_OK;
    }
    rc = url_normalize(&x->arena, str_before(copy, '?'), &x->path);
    if (rc != SL_OK)
        return rc;
    if (query->n == 0)
        return SL_OK;
    return url_query_without(&x->arena, *query, STR("key"), &x->query);
}

/* /key/{selector}/… in front of any path: which keys may be used. */
static void take_selector(struct exchange *x)
{
    struct str after = str_skip(x->path, 5);
    size_t slash = str_find(after, '/');

    if (!str_starts(x->path, STR("/key/")) ||
        !key_selector_read(str_first(after, slash), &x->selector))
        return;
    x->path = slash == after.n ? STR("/") : str_skip(after, slash);
}

static void name_caller(struct exchange *x, size_t caller)
{
    if (caller == SIZE_MAX)
        return;
    x->record.caller = JOIN(x, STR("key-"), exchange_number(x, caller));
}

/* By path, or by the field `supplier`: then the client may have brought a key
 * of its own. False: answered, since there is no such supplier. */
static bool choose_supplier(struct exchange *x, const struct route_match *match,
                            const struct auth_result *who)
{
    struct str name = match->supplier;

    if (name.n == 0)
        name = str_trim(http_value(&x->fields, STR("supplier")));
    if (name.n == 0)
        return true;
    x->supplier = config_provider(x->config, name);
    if (x->supplier == NULL) {
        surface_suppliers.start(x);
        return false;
    }
    x->has_own_key = auth_own_key(x->config, who, &x->fields, &x->own_key);
    return true;
}

/* True when the caller may go on; else it has been answered. */
static bool admit(struct exchange *x, const struct route_match *match,
                  struct str query)
{
    const struct route *route = match->route;
    struct auth_result who;

    if (route != NULL && route->auth == AUTH_OPEN)
        return true;
    who = auth_check(x->config, &x->fields, query, &x->arena);
    if (!who.is_known) {
        reply_rc(x, SL_UNAUTHENTICATED,
                 STR("No valid credentials: send one of PROXY_API_KEY as "
                     "\"Authorization: Bearer KEY\"."));
        return false;
    }
    if (auth_is_foreign(x->config, &x->fields)) {
        reply_rc(x, SL_FORBIDDEN,
                 STR("Without PROXY_API_KEY only programs and pages of this "
                     "machine are served: this Origin or Host is foreign."));
        return false;
    }
    name_caller(x, who.caller);
    if (route != NULL && route->endpoint != NULL && !route->endpoint->is_list)
        return choose_supplier(x, match, &who);
    return true;
}

static void refuse_method(struct exchange *x, unsigned allowed)
{
    struct buf list;
    struct failure f = {.rc = SL_BAD_METHOD};

    buf_init(&list, arena_mem(&x->arena), 256);
    for (int m = HTTP_GET; m < HTTP_OTHER; m++) {
        if ((allowed & (1u << m)) == 0)
            continue;
        if (list.n != 0)
            buf_add(&list, STR(", "));
        buf_add(&list, http_method_name((enum http_method)m));
    }
    f.allow = buf_str(&list);
    f.what = JOIN(x, STR("This path takes "), f.allow, STR("."));
    reply_failure(x, &f);
}

static void begin_surface(struct exchange *x, const struct route_match *match)
{
    x->route = match->route;
    x->rest = match->rest;
    x->provider = match->provider;
    x->record.route = match->route->pattern;
    x->surface = match->route->surface;
    if (match->provider != NULL)
        x->record.provider = match->provider->name;
    x->surface->start(x);
    body_begin(x);
}

/* The caller is told which; the log is not: a path may hold a secret. */
static void unknown_path(struct exchange *x, struct str near)
{
    struct str hint = STR("; see GET /status for the providers.");

    if (near.n != 0)
        hint = JOIN(x, STR("; is "), str_first(near, 200),
                    STR(" meant? Check the client's base URL."));
    /* A selector was not understood, or nothing followed it. */
    if (str_starts(x->path, STR("/key/")) || str_eq(x->path, STR("/key")))
        hint = STR("; /key/ is followed by a key's number or a range, and the "
                   "path: /key/2/…, /key/0-1/….");
    x->record.error = STR("unknown path");
    reply_failure(x, &(struct failure){
                         .rc = SL_NOT_FOUND,
                         .code = STR("unknown_url"),
                         .what = JOIN(x, STR("Unknown path "),
                                      str_first(x->path, 200), hint),
                     });
}

/* Of a list of models. */
static void choose_shape(struct exchange *x, const struct endpoint *e)
{
    x->dialect = model_shapes_choose(e, &x->fields);
    x->id_field = x->dialect->id_field;
}

/* Whose words errors are told in: the route's, or that of the one that was
 * meant, or the provider's that a pass-through speaks to. */
static void choose_dialect(struct exchange *x, const struct route_match *match)
{
    const struct route *route =
        match->route != NULL ? match->route : match->near;
    const struct endpoint *e = route != NULL ? route->endpoint : NULL;
    const struct chat_way *way = NULL;

    if (e != NULL && e->dialect != NULL) {
        x->dialect = e->dialect;
        x->id_field = e->dialect->id_field;
    }
    if (match->route != NULL && (match->route->surface == &surface_models ||
                                 match->route->surface == &surface_model))
        choose_shape(x, e);
    if (match->provider != NULL)
        way = way_choose(match->provider, NULL, (struct str){0});
    if (way != NULL && way->dialect->write_error != NULL)
        x->dialect = way->dialect;
}

static void on_request(struct exchange *x, const struct event *ev)
{
    const struct http_request *req = ev->request;
    struct route_match match;
    struct failure bad_gateway;
    bool has_gateway;
    struct str query = {0};
    enum sl_rc rc;

    x->method = req->method;
    x->framing = *ev->framing;
    if (!copy_fields(x, &req->fields) ||
        !arena_copy(&x->arena, req->method_text, &x->record.method)) {
        x->failed = true;
        return;
    }
    rc = take_target(x, req->target, &query);
    if (rc == SL_NOMEM) {
        x->failed = true;
        return;
    }
    if (rc != SL_OK) {
        reply_rc(x, SL_BAD_REQUEST, STR("the request's path is malformed"));
        return;
    }
    explain_start(x);
    take_selector(x);
    has_gateway = gateway_choose(x, req->target, &bad_gateway);
    route_find(x->config, x->method, x->path, &match);
    choose_dialect(x, &match);
    if (!admit(x, &match, query))
        return;
    if (!has_gateway && x->method != HTTP_OPTIONS) {
        reply_failure(x, &bad_gateway);
        return;
    }
    if (match.route != NULL)
        begin_surface(x, &match);
    else if (match.allowed != 0)
        refuse_method(x, match.allowed);
    else
        unknown_path(x, match.near_path);
}

static void on_refused(struct exchange *x, const struct event *ev)
{
    struct failure f = {.rc = ev->rc};

    x->refused = true;
    x->record.method = STR("-");
    if (ev->err != NULL)
        f.what = ev->err->what;
    reply_failure(x, &f);
}

static void on_client_gone(struct exchange *x)
{
    x->record.status = rc_info(SL_CLIENT_GONE)->status;
    x->record.rc = SL_CLIENT_GONE;
    x->record.error = rc_info(SL_CLIENT_GONE)->text;
    finish(x, true);
}

/* ---- time ---- */

/* Of two times, of which 0 is none. */
static int64_t sooner(int64_t a, int64_t b)
{
    if (a == 0 || b == 0)
        return a == 0 ? b : a;
    return a < b ? a : b;
}

static void arm(struct exchange *x)
{
    int64_t at =
        sooner(fetch_next_deadline(x),
               sooner(attempt_next_time(x),
                      sooner(race_next_time(x),
                             sooner(pings_next_time(x), follow_next_time(x)))));
    struct action *a;

    if (x->ended || at == 0 || (x->armed_ms != 0 && x->armed_ms <= at))
        return;
    a = exchange_act(x, ACTION_WAKE);
    if (a == NULL)
        return;
    a->at_ms = at;
    x->armed_ms = at;
}

/* ---- in and out ---- */

static void write_id(struct exchange *x)
{
    struct buf b;

    buf_init(&b, arena_mem(&x->arena), 64);
    buf_add(&b, STR("req_"));
    buf_add_hex(&b, x->random[0], ID_DIGITS);
    buf_add_hex(&b, x->random[1], ID_DIGITS);
    x->record.id = buf_str(&b);
    if (b.failed)
        x->failed = true;
}

struct exchange *exchange_new(const struct exchange_setup *setup)
{
    struct exchange *x = setup->mem->get(setup->mem->ctx, sizeof(*x));

    if (x == NULL)
        return NULL;
    *x = (struct exchange){
        .config = setup->config,
        .mem = setup->mem,
        .bodies = setup->bodies,
        .random = {setup->random[0], setup->random[1]},
        .now_ms = setup->now_ms,
        .start_ms = setup->now_ms,
        .wall_ms = setup->wall_ms,
        .dialect = &dialect_openai_chat,
        .record = {.wall_ms = setup->wall_ms,
                   .first_byte_ms = -1,
                   .usage = USAGE_UNKNOWN},
    };
    arena_init(&x->arena, x->mem, ARENA_FIRST,
               (size_t)x->config->limits.exchange);
    arena_init(&x->turn, x->mem, TURN_FIRST,
               (size_t)x->config->limits.exchange);
    if (!arena_copy(&x->arena, setup->peer, &x->record.peer))
        x->failed = true;
    write_id(x);
    return x;
}

void exchange_free(struct exchange *x)
{
    const struct sl_mem *mem;

    if (x == NULL)
        return;
    if (x->surface != NULL && x->surface->release != NULL)
        x->surface->release(x);
    body_release(x);
    arena_release(&x->turn);
    arena_release(&x->arena);
    mem = x->mem;
    mem->put(mem->ctx, x, sizeof(*x));
}

static void dispatch(struct exchange *x, const struct event *ev)
{
    switch (ev->kind) {
    case EVENT_REQUEST:
        on_request(x, ev);
        break;
    case EVENT_REFUSED:
        on_refused(x, ev);
        break;
    case EVENT_BODY:
        on_body(x, ev->bytes, ev->last);
        break;
    case EVENT_BODY_FAILED:
        x->refused = true;
        reply_rc(x, ev->rc, ev->err != NULL ? ev->err->what : (struct str){0});
        break;
    case EVENT_CLIENT_GONE:
        on_client_gone(x);
        break;
    case EVENT_CALL_HEAD:
    case EVENT_CALL_BODY:
    case EVENT_CALL_FAILED:
        fetch_on_event(x, ev);
        break;
    case EVENT_LOADED:
        if (ev->call != 0)
            ask_on_event(x, ev);
        else if (x->surface != NULL && x->surface->loaded != NULL)
            x->surface->loaded(x, ev->rc, ev->bytes);
        break;
    case EVENT_PICKED:
    case EVENT_SIGNED:
        ask_on_event(x, ev);
        break;
    case EVENT_DRAINED:
        fetch_renew(x);
        break;
    case EVENT_WAKE:
        x->armed_ms = 0;
        break;
    }
}

void exchange_feed(struct exchange *x, const struct event *ev, int64_t now_ms)
{
    if (x->ended || x->failed)
        return;
    x->now_ms = now_ms;
    if (!x->draining) {
        x->draining = true;
        x->queue_n = 0;
        x->queue_at = 0;
        arena_release(&x->turn);
    }
    dispatch(x, ev);
    if (!x->ended && !x->failed)
        attempt_on_time(x);
    if (!x->ended && !x->failed)
        follow_on_time(x);
    if (!x->ended && !x->failed)
        fetch_on_time(x);
    if (!x->ended && !x->failed)
        race_on_time(x);
    if (!x->ended && !x->failed)
        pings_on_time(x);
    arm(x);
}

/* Out of memory: what can still be said needs none. */
static bool next_failed(struct exchange *x, struct action *act)
{
    static const char text[] =
        "{\"error\":{\"message\":\"out of memory for this request\",\"type\":"
        "\"server_error\",\"param\":null,\"code\":null}}";

    if (!x->head_sent) {
        x->head_sent = true;
        x->record.status = rc_info(SL_NOMEM)->status;
        x->record.rc = SL_NOMEM;
        x->record.error = rc_info(SL_NOMEM)->text;
        x->last_field[0] = (struct http_field){
            .name = STR("content-type"), .value = STR("application/json")};
        x->reply = (struct reply_head){.status = x->record.status,
                                       .fields = {x->last_field, 1},
                                       .length = (int64_t)sizeof(text) - 1};
        *act = (struct action){.kind = ACTION_SEND,
                               .head = &x->reply,
                               .bytes = {text, sizeof(text) - 1}};
        x->record.bytes_out += act->bytes.n;
        x->refused = true;
        return true;
    }
    *act = (struct action){
        .kind = ACTION_DONE, .abort = !x->refused, .close = true};
    x->record.total_ms = x->now_ms - x->start_ms;
    x->ended = true;
    x->failed = false;
    return true;
}

bool exchange_next(struct exchange *x, struct action *act)
{
    if (x->queue_at < x->queue_n) {
        *act = x->queue[x->queue_at++];
        return true;
    }
    if (x->failed && !x->ended) {
        /* Calls the host works on are told off first. */
        for (struct fetch *c = x->fetches; c != NULL; c = c->next) {
            if (!c->open || !c->is_called)
                continue;
            c->open = false;
            *act = (struct action){.kind = ACTION_CANCEL, .call = c->id};
            return true;
        }
        return next_failed(x, act);
    }
    x->draining = false;
    return false;
}

void exchange_rest(struct exchange *x)
{
    if (!x->draining)
        arena_release(&x->turn);
}

const struct record *exchange_record(const struct exchange *x)
{
    return &x->record;
}
