/* SPDX-License-Identifier: MIT */
/* Provider requests: what is sent, when it has lasted too long, and who is
 * told. The host is asked through actions; the built-in provider answers from
 * echo.c by the clock, so that nothing above this file knows the difference. */
#include "core/fetch.h"

#include "core/echo.h"
#include "core/gateway.h"
#include "core/shown.h"
#include "core/signed.h"

enum {
    FETCH_FIELDS = 10,
    ECHO_STEPS = 64, /* of the built-in provider in one turn */
};

static struct str ai_studio_compat(const struct provider *p)
{
    return p->row->key_style == KEY_X_GOOG ? p->row->compat : (struct str){0};
}

static struct http_field *add_field(struct exchange *x, struct fetch *c)
{
    return exchange_field(x, &c->request.fields, &c->fields_cap, FETCH_FIELDS);
}

void fetch_field(struct exchange *x, struct fetch *c, struct str name,
                 struct str value)
{
    struct http_field *f = add_field(x, c);

    if (f != NULL)
        *f = (struct http_field){.name = name, .value = value};
}

/* The client's own key is for the supplier it has named, and for no other. By
 * its name: p may be that provider elsewhere (api/follow.c). */
static bool has_clients_key(const struct exchange *x, const struct provider *p)
{
    return x->has_own_key && str_eq(p->name, x->supplier->name);
}

void fetch_prepare(struct exchange *x, struct fetch *c,
                   const struct provider *p, size_t key)
{
    SL_ASSERT(!c->open);
    c->provider = p;
    c->key = key;
    c->has_head = false;
    c->holds_keys = false;
    c->is_shown = false;
    c->is_left = false;
    c->token = NULL;
    c->signing = NULL;
    c->is_called = false;
    c->why = (struct str){0};
    c->base_end = (struct str){0};
    c->deadline_ms = 0;
    c->request.origin = &p->origin;
    c->request.provider = p;
    c->request.key = has_clients_key(x, p) ? SIZE_MAX : key;
    c->request.connect_ms = p->timeouts.connect_ms;
    c->request.fields.n = 0;
    fetch_field(x, c, STR("host"), p->origin.authority);
}

static const struct secret *key_of(const struct exchange *x,
                                   const struct fetch *c)
{
    const struct provider *p = c->provider;

    if (has_clients_key(x, p))
        return &x->own_key;
    if (c->token != NULL && c->key < p->n_keys)
        return c->token;
    return c->key < p->n_keys ? &p->keys[c->key] : NULL;
}

/* How the key travels to this provider on this path. */
static enum key_style style_of(const struct fetch *c, struct str target)
{
    struct str compat = ai_studio_compat(c->provider);

    if (c->token != NULL || (compat.n != 0 && str_starts(target, compat)))
        return KEY_BEARER;
    return c->provider->row->key_style;
}

static void add_key(struct exchange *x, struct fetch *c, struct str target)
{
    const struct secret *key = key_of(x, c);
    struct http_field *f;

    if (key == NULL || c->provider->row->key_style == KEY_NONE)
        return;
    f = add_field(x, c);
    if (f == NULL)
        return;
    *f = (struct http_field){.secret = key};
    switch (style_of(c, target)) {
    case KEY_X_API_KEY:
        f->name = STR("x-api-key");
        break;
    case KEY_X_GOOG:
        f->name = STR("x-goog-api-key");
        break;
    case KEY_API_KEY:
        f->name = STR("api-key");
        break;
    case KEY_BEARER:
    case KEY_NONE:
        f->name = STR("authorization");
        f->value = STR("Bearer ");
        break;
    }
}

/* What the row always sends, unless the client said it itself. */
static void add_fixed(struct exchange *x, struct fetch *c)
{
    const struct catalogue_row *row = c->provider->row;

    if (row->fixed_name.n != 0 &&
        http_find(&c->request.fields, row->fixed_name) == NULL)
        fetch_field(x, c, row->fixed_name, row->fixed_value);
}

static void link_fetch(struct exchange *x, struct fetch *c)
{
    c->next = x->fetches;
    x->fetches = c;
    c->open = true;
}

static void unlink_fetch(struct exchange *x, struct fetch *c)
{
    struct fetch **at = &x->fetches;

    while (*at != NULL && *at != c)
        at = &(*at)->next;
    if (*at != NULL)
        *at = c->next;
    c->next = NULL;
    c->open = false;
}

void fetch_call(struct exchange *x, struct fetch *c)
{
    struct action *a = exchange_act(x, ACTION_CALL);

    if (a == NULL)
        return;
    a->call = c->id;
    a->request = &c->request;
    c->is_called = true;
}

void fetch_open(struct exchange *x, struct fetch *c, struct str method,
                struct str target, const struct http_framing *framing)
{
    bool is_signed = signed_is_needed(x, c);

    if (!c->holds_keys && !is_signed)
        add_key(x, c, target);
    if (!c->holds_keys)
        add_fixed(x, c);
    c->id = ++x->last_fetch;
    c->request.method = method;
    c->request.target = gateway_target(x, c, target);
    c->request.framing = *framing;
    if (x->failed)
        return;
    c->echo = NULL;
    c->sent = (struct str){0};
    if (c->is_shown)
        ; /* nobody is called */
    else if (is_signed)
        signed_open(x, c);
    else if (!c->provider->row->is_builtin)
        fetch_call(x, c);
    if (!x->failed)
        link_fetch(x, c);
}

bool fetch_wants_whole(const struct fetch *c)
{
    return c->signing != NULL;
}

void fetch_push(struct exchange *x, struct fetch *c, struct str bytes)
{
    struct action *a;

    if (bytes.n == 0 || !c->open)
        return;
    if (c->provider->row->is_builtin || c->is_shown) {
        c->sent = c->sent.n == 0 ? JOIN(x, bytes) : JOIN(x, c->sent, bytes);
        return;
    }
    if (c->signing != NULL) {
        signed_push(x, c, bytes);
        return;
    }
    a = exchange_act(x, ACTION_PUSH);
    if (a == NULL)
        return;
    a->call = c->id;
    a->bytes = bytes;
}

void fetch_end(struct exchange *x, struct fetch *c)
{
    struct action *a;

    if (!c->open)
        return;
    if (c->is_shown) {
        shown_reply(x, c);
        return;
    }
    if (c->provider->row->is_builtin) {
        c->echo = echo_open(x, c->request.target, c->sent);
        return;
    }
    if (c->signing != NULL) {
        signed_end(x, c);
        return;
    }
    a = exchange_act(x, ACTION_END);
    if (a != NULL)
        a->call = c->id;
}

void fetch_cancel(struct exchange *x, struct fetch *c)
{
    struct action *a;

    if (!c->open)
        return;
    signed_cancel(x, c);
    unlink_fetch(x, c);
    if (!c->is_called)
        return;
    a = exchange_act(x, ACTION_CANCEL);
    if (a != NULL)
        a->call = c->id;
}

void fetch_cancel_all(struct exchange *x)
{
    while (x->fetches != NULL)
        fetch_cancel(x, x->fetches);
}

void fetch_within(struct exchange *x, struct fetch *c, int64_t ms)
{
    int64_t end = x->start_ms + c->provider->timeouts.total_ms;

    c->deadline_ms = x->now_ms + ms < end ? x->now_ms + ms : end;
}

void fetch_renew(struct exchange *x)
{
    for (struct fetch *c = x->fetches; c != NULL; c = c->next) {
        if (c->has_head && c->deadline_ms != 0)
            fetch_within(x, c, c->provider->timeouts.idle_ms);
    }
}

static struct fetch *find_fetch(struct exchange *x, uint32_t id)
{
    struct fetch *c = x->fetches;

    while (c != NULL && c->id != id)
        c = c->next;
    return c;
}

void fetch_fail(struct exchange *x, struct fetch *c, enum sl_rc rc)
{
    signed_cancel(x, c);
    unlink_fetch(x, c);
    c->on->failed(x, c, rc);
}

static void note_why(struct exchange *x, struct fetch *c, const struct err *err)
{
    if (err == NULL || c->request.origin->proxy == NULL)
        return;
    if (!arena_copy(&x->arena, err->what, &c->why))
        x->failed = true;
}

struct str fetch_why(struct exchange *x, const struct fetch *c, enum sl_rc rc)
{
    struct str text = rc_info(rc)->text;

    return c->why.n == 0 ? text : JOIN(x, text, STR(": "), c->why);
}

void fetch_on_event(struct exchange *x, const struct event *ev)
{
    struct fetch *c = find_fetch(x, ev->call);

    /* Of a fetch that was cancelled while the event was under way. */
    if (c == NULL)
        return;
    if (ev->kind == EVENT_CALL_HEAD) {
        c->has_head = true;
        c->on->head(x, c, ev->response, ev->length);
    } else if (ev->kind == EVENT_CALL_BODY) {
        if (ev->last)
            unlink_fetch(x, c);
        c->on->body(x, c, ev->bytes, ev->last);
    } else {
        note_why(x, c, ev->err);
        fetch_fail(x, c, ev->rc);
    }
}

/* One step of the built-in provider; false when it has none now. */
static bool echo_step(struct exchange *x, struct fetch *c)
{
    struct echo_event ev;

    if (c->echo == NULL || !echo_next(x, c->echo, &ev))
        return false;
    switch (ev.kind) {
    case ECHO_HEAD:
        c->has_head = true;
        c->on->head(x, c, &ev.response, ev.length);
        break;
    case ECHO_BODY:
        if (ev.last)
            unlink_fetch(x, c);
        c->on->body(x, c, ev.bytes, ev.last);
        break;
    case ECHO_CUT:
        fetch_fail(x, c, SL_UP_CUT);
        break;
    }
    return true;
}

static struct fetch *find_due(struct exchange *x)
{
    struct fetch *c = x->fetches;

    while (c != NULL && (c->deadline_ms == 0 || c->deadline_ms > x->now_ms))
        c = c->next;
    return c;
}

void fetch_on_time(struct exchange *x)
{
    struct fetch *c = x->fetches;
    int steps = 0;

    /* A step may open, end or free fetches: start over after each. What does
     * not fit into one turn goes on in the next: it is due already. */
    while (c != NULL && !x->ended && !x->failed && steps < ECHO_STEPS) {
        if (echo_step(x, c)) {
            c = x->fetches;
            steps++;
        } else {
            c = c->next;
        }
    }
    while (!x->ended && !x->failed && (c = find_due(x)) != NULL) {
        const struct fetch_events *on = c->on;

        fetch_cancel(x, c);
        on->failed(x, c, SL_UP_TIMEOUT);
    }
}

static int64_t sooner(int64_t a, int64_t b)
{
    if (a == 0 || b == 0)
        return a == 0 ? b : a;
    return a < b ? a : b;
}

int64_t fetch_next_deadline(const struct exchange *x)
{
    int64_t at = 0;

    for (const struct fetch *c = x->fetches; c != NULL; c = c->next) {
        at = sooner(at, c->deadline_ms);
        if (c->echo != NULL)
            at = sooner(at, echo_due(c->echo));
    }
    return at;
}
