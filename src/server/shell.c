/* SPDX-License-Identifier: MIT */
/* The imperative shell around an exchange. The one hard idea is the drain: the
 * core's actions borrow its memory until the queue is empty, so everything is
 * gathered while draining and written once at its end, the client first. */
#include "server/shell.h"

#include <stdlib.h>

#include "server/files.h"
#include "server/sign.h"
#include "store/memory.h"

enum {
    SPARE_SHELLS = 64,             /* kept for the next requests */
    LOAD_BYTES = 16 * 1024 * 1024, /* of one loaded value */
};

/* One provider request of the exchange. */
struct shell_call {
    struct shell_call *next;
    struct shell *shell;
    struct call *call;
    uint32_t id;
    struct key_group *group; /* where it counts as busy, with `key`; NULL */
    size_t key;
    bool touched; /* something was pushed in this drain */
    struct loop_dead dead;
};

struct shell {
    struct worker *worker;
    struct generation *generation;
    struct exchange *x;
    const struct shell_events *events; /* NULL: the client is gone */
    void *owner;
    struct shell_call *calls;
    size_t n_begun; /* calls so far */
    struct deadline wake;
    bool is_over;   /* DONE was said */
    bool is_stream; /* counted as one */
    bool has_sent;
    bool client_full; /* the client does not keep up: calls are paused */
    bool wake_missed; /* the clock rang meanwhile */
    bool calls_full;  /* a provider does not keep up */
    bool touched;     /* some call was */
    struct loop_dead dead;
    struct shell *next_spare;
};

static const struct limits *limits_of(const struct shell *s)
{
    return &s->generation->config.limits;
}

static void feed(struct shell *s, const struct event *ev)
{
    exchange_feed(s->x, ev, loop_now(s->worker->loop));
}

/* ---- calls ---- */

static void bury_call(struct loop_dead *dead)
{
    free(LOOP_OWNER(dead, struct shell_call, dead));
}

static struct shell_call *find_call(const struct shell *s, uint32_t id)
{
    struct shell_call *c = s->calls;

    while (c != NULL && c->id != id)
        c = c->next;
    return c;
}

/* The call is over, whichever way. */
static void forget_call(struct shell *s, struct shell_call *c)
{
    struct shell_call **at = &s->calls;

    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
    if (c->group != NULL)
        shared_busy(c->group, c->key, -1);
    loop_bury(s->worker->loop, &c->dead);
}

static void cancel_call(struct shell *s, struct shell_call *c)
{
    call_cancel(c->call);
    forget_call(s, c);
}

static bool are_calls_full(const struct shell *s)
{
    for (const struct shell_call *c = s->calls; c != NULL; c = c->next)
        if (call_queued(c->call) > (size_t)limits_of(s)->high_water)
            return true;
    return false;
}

static void pause_calls(struct shell *s, bool paused)
{
    s->client_full = paused;
    for (struct shell_call *c = s->calls; c != NULL; c = c->next)
        call_pause(c->call, paused);
}

/* Recursion by way of the table below: what a call reports is fed and drained,
 * and a drain may start calls. */
static void drain(struct shell *s);

static void on_call_head(struct call *call, void *owner,
                         const struct http_response *res, int64_t length)
{
    struct shell_call *c = owner;

    (void)call;
    feed(c->shell, &(struct event){.kind = EVENT_CALL_HEAD,
                                   .call = c->id,
                                   .response = res,
                                   .length = length});
    drain(c->shell);
}

static void on_call_body(struct call *call, void *owner, struct str bytes,
                         bool last)
{
    struct shell_call *c = owner;
    struct shell *s = c->shell;

    (void)call;
    if (last)
        forget_call(s, c);
    feed(s, &(struct event){.kind = EVENT_CALL_BODY,
                            .call = c->id,
                            .bytes = bytes,
                            .last = last});
    drain(s);
}

static void on_call_failed(struct call *call, void *owner, enum sl_rc rc,
                           const char *text)
{
    struct shell_call *c = owner;
    struct shell *s = c->shell;
    struct err err = {.rc = rc, .what = str_of(text)};

    (void)call;
    forget_call(s, c);
    feed(s,
         &(struct event){
             .kind = EVENT_CALL_FAILED, .call = c->id, .rc = rc, .err = &err});
    drain(s);
}

static void on_call_drain(struct call *call, void *owner)
{
    struct shell *s = ((struct shell_call *)owner)->shell;

    (void)call;
    if (!s->calls_full || are_calls_full(s))
        return;
    s->calls_full = false;
    if (s->events != NULL)
        s->events->on_turn(s->owner);
}

static const struct call_events call_events = {
    .on_head = on_call_head,
    .on_body = on_call_body,
    .on_failed = on_call_failed,
    .on_drain = on_call_drain,
};

/* Only where the strategy asks for it: a lock a call. */
static void count_busy(struct shell *s, struct shell_call *c,
                       const struct call_request *request)
{
    const struct provider *p = request->provider;

    if (p->strategy != KEYS_LEAST_BUSY || request->key >= p->n_keys)
        return;
    c->group = s->generation->groups[p->index];
    c->key = request->key;
    shared_busy(c->group, c->key, 1);
}

static void do_call(struct shell *s, const struct action *act)
{
    static const struct err no_memory = {
        .rc = SL_NOMEM, .what = STR_INIT("no memory for a provider request")};
    struct shell_call *c = malloc(sizeof(*c));

    if (c != NULL) {
        *c = (struct shell_call){.shell = s, .id = act->call};
        c->dead.bury = bury_call;
        c->call = call_start(s->worker->loop, act->request, &call_events, c);
    }
    if (c == NULL || c->call == NULL) {
        free(c);
        feed(s, &(struct event){.kind = EVENT_CALL_FAILED,
                                .call = act->call,
                                .rc = SL_UP_REFUSED,
                                .err = &no_memory});
        return;
    }
    c->next = s->calls;
    s->calls = c;
    count_busy(s, c, act->request);
    shared_call(s->worker->app->shared, loop_now(s->worker->loop));
    s->n_begun++;
    c->touched = s->touched = true;
    if (s->client_full)
        call_pause(c->call, true);
}

static void do_push(struct shell *s, const struct action *act)
{
    struct shell_call *c = find_call(s, act->call);

    if (c == NULL)
        return;
    call_push(c->call, act->bytes);
    c->touched = s->touched = true;
}

static void do_end(struct shell *s, const struct action *act)
{
    struct shell_call *c = find_call(s, act->call);

    if (c == NULL)
        return;
    call_end(c->call);
    c->touched = s->touched = true;
}

static void do_cancel(struct shell *s, const struct action *act)
{
    struct shell_call *c = find_call(s, act->call);

    if (c != NULL)
        cancel_call(s, c);
}

static void flush_calls(struct shell *s)
{
    if (!s->touched)
        return;
    s->touched = false;
    for (struct shell_call *c = s->calls; c != NULL; c = c->next) {
        if (c->touched)
            call_flush(c->call);
        c->touched = false;
    }
    s->calls_full = are_calls_full(s);
}

/* ---- the other actions ---- */

static void do_pick(struct shell *s, const struct action *act)
{
    struct event ev = {.kind = EVENT_PICKED, .call = act->call};
    int64_t now = loop_now(s->worker->loop);
    const struct provider *p = act->provider;

    if (p->n_keys != 0)
        ev.rc = shared_pick(s->generation->groups[p->index], &s->worker->random,
                            act->pick, now, &ev.number);
    else if ((act->pick->is_retry || act->pick->is_hedge) &&
             !shared_retry(s->worker->app->shared, now))
        ev.rc = SL_LIMITED;
    feed(s, &ev);
}

/* Its number alone: a key is never shown. */
static void do_mark(struct shell *s, const struct action *act)
{
    const struct provider *p = act->mark->provider;
    int64_t now = loop_now(s->worker->loop);
    struct key_state state;
    struct str name;

    if (!shared_mark(s->generation->groups[p->index], act->mark, now, &state) ||
        s->generation->app->is_local)
        return;
    name = keys_health_name(&state, now);
    if (state.health == KEY_HEALTHY)
        say("provider %.*s: key %zu is %.*s again", (int)p->name.n, p->name.p,
            act->mark->key, (int)name.n, name.p);
    else
        say("provider %.*s: key %zu is %.*s for %lld ms", (int)p->name.n,
            p->name.p, act->mark->key, (int)name.n, name.p,
            (long long)keys_wait_ms(&state, now));
}

static void write_states(const struct generation *g, struct buf *out)
{
    for (size_t i = 0; i < g->config.n_providers; i++)
        shared_write_states(g->groups[i], out);
}

static void load(struct shell *s, const struct action *act, struct event *ev)
{
    struct worker *w = s->worker;
    struct buf out;

    buf_init(&out, arena_mem(worker_scratch(w)), LOAD_BYTES);
    if (str_eq(act->key, LOAD_METRICS)) {
        worker_write_metrics(w, &out);
        ev->rc = buf_rc(&out);
    } else if (str_eq(act->key, LOAD_KEYS)) {
        write_states(s->generation, &out);
        ev->rc = buf_rc(&out);
    } else if (str_eq(act->key, LOAD_SPEEDS)) {
        shared_write_speeds(w->app->shared, act->bytes, loop_now(w->loop),
                            &out);
        ev->rc = buf_rc(&out);
    } else if (str_eq(act->key, LOAD_LATE)) {
        shared_write_late(w->app->shared, act->bytes, loop_now(w->loop), &out);
        ev->rc = buf_rc(&out);
    } else {
        ev->rc = memory_get(w->app->store, act->key, loop_now(w->loop), &out);
    }
    ev->bytes = buf_str(&out);
}

static void do_load(struct shell *s, const struct action *act)
{
    struct event ev = {.kind = EVENT_LOADED, .call = act->call};

    if (str_eq(act->key, LOAD_READY))
        ev.rc = atomic_load(&s->worker->app->draining) ? SL_BUSY : SL_OK;
    else
        load(s, act, &ev);
    feed(s, &ev);
}

/* A value that is not kept costs a question later, no more. */
static void do_store(struct shell *s, const struct action *act)
{
    struct memory_item item = {act->key, act->bytes, act->ttl_ms};
    struct worker *w = s->worker;

    if (memory_put(w->app->store, &item, loop_now(w->loop)) != SL_OK)
        return;
}

/* At once: an RSA signature takes a millisecond, and one is made an hour. */
static void do_sign(struct shell *s, const struct action *act)
{
    struct event ev = {.kind = EVENT_SIGNED, .call = act->call};
    struct buf out;

    buf_init(&out, arena_mem(worker_scratch(s->worker)), SIGN_BYTES);
    ev.rc = sign_do(act->job, &out);
    ev.bytes = buf_str(&out);
    feed(s, &ev);
}

static void do_send(struct shell *s, const struct action *act)
{
    if (!s->has_sent) {
        s->has_sent = true;
        s->is_stream = exchange_record(s->x)->is_stream;
        if (s->is_stream)
            atomic_fetch_add_explicit(&s->worker->n_streams, 1,
                                      memory_order_relaxed);
    }
    if (s->events != NULL)
        s->events->on_send(s->owner, act->head, act->bytes);
}

static void do_done(struct shell *s, const struct action *act)
{
    s->is_over = true;
    if (s->events != NULL)
        s->events->on_done(s->owner, act->abort, act->close);
}

static void perform(struct shell *s, const struct action *act)
{
    switch (act->kind) {
    case ACTION_CALL:
        do_call(s, act);
        break;
    case ACTION_PUSH:
        do_push(s, act);
        break;
    case ACTION_END:
        do_end(s, act);
        break;
    case ACTION_CANCEL:
        do_cancel(s, act);
        break;
    case ACTION_SEND:
        do_send(s, act);
        break;
    case ACTION_PICK:
        do_pick(s, act);
        break;
    case ACTION_MARK:
        do_mark(s, act);
        break;
    case ACTION_LOAD:
        do_load(s, act);
        break;
    case ACTION_STORE:
        do_store(s, act);
        break;
    case ACTION_SIGN:
        do_sign(s, act);
        break;
    case ACTION_WAKE:
        deadline_set(&s->wake, act->at_ms);
        break;
    case ACTION_DONE:
        do_done(s, act);
        break;
    }
}

/* ---- the end ---- */

static void account(struct shell *s)
{
    const struct record *r = exchange_record(s->x);
    struct worker *w = s->worker;

    log_record(&w->log, r, s->generation->config.log_format);
    pthread_mutex_lock(&w->metrics_lock);
    metrics_add(w->metrics, r);
    w->stats = upstreams_stats(w->loop);
    pthread_mutex_unlock(&w->metrics_lock);
    atomic_fetch_sub_explicit(&w->n_exchanges, 1, memory_order_relaxed);
    if (s->is_stream)
        atomic_fetch_sub_explicit(&w->n_streams, 1, memory_order_relaxed);
}

static void on_wake_closed(struct deadline *d)
{
    free(d->owner);
}

/* Exchange and configuration go; the shell with its timer is kept. */
static void bury(struct loop_dead *dead)
{
    struct shell *s = LOOP_OWNER(dead, struct shell, dead);
    struct worker *w = s->worker;

    exchange_free(s->x);
    s->x = NULL;
    generation_drop(s->generation);
    s->generation = NULL;
    if (w->finished || w->n_spare_shells == SPARE_SHELLS) {
        deadline_close(&s->wake, on_wake_closed);
        return;
    }
    s->next_spare = w->spare_shells;
    w->spare_shells = s;
    w->n_spare_shells++;
}

static void end(struct shell *s)
{
    while (s->calls != NULL)
        cancel_call(s, s->calls);
    deadline_set(&s->wake, DEADLINE_NONE);
    account(s);
    s->events = NULL;
    loop_bury(s->worker->loop, &s->dead);
}

/* Without calls it is the built-in provider that waits: for its next wake. */
static void check_client(struct shell *s)
{
    if (s->events == NULL || s->client_full)
        return;
    if (s->events->queued(s->owner) > (size_t)limits_of(s)->high_water)
        pause_calls(s, true);
}

static void drain(struct shell *s)
{
    struct worker *w = s->worker;
    struct action act;

    while (!s->is_over && exchange_next(s->x, &act))
        perform(s, &act);
    if (s->events != NULL)
        s->events->on_turn(s->owner);
    flush_calls(s);
    if (w->has_scratch) {
        w->has_scratch = false;
        arena_release(&w->scratch);
    }
    if (s->is_over) {
        end(s);
        return;
    }
    exchange_rest(s->x);
    check_client(s);
}

/* ---- use ---- */

static void on_wake(struct deadline *d)
{
    struct shell *s = d->owner;

    /* Silence of a provider that is not read means nothing. */
    if (s->client_full) {
        s->wake_missed = true;
        return;
    }
    feed(s, &(struct event){.kind = EVENT_WAKE});
    drain(s);
}

static struct shell *take_spare(struct worker *w)
{
    struct shell *s = w->spare_shells;

    if (s != NULL) {
        w->spare_shells = s->next_spare;
        w->n_spare_shells--;
        return s;
    }
    s = calloc(1, sizeof(*s));
    if (s == NULL)
        return NULL;
    s->worker = w;
    s->dead.bury = bury;
    deadline_init(&s->wake, w->loop, on_wake, s);
    return s;
}

static struct exchange *make_exchange(struct worker *w, struct str peer)
{
    struct exchange_setup setup = {
        .config = &w->generation->config,
        .mem = &w->loop->mem,
        .bodies = &w->generation->bodies,
        .random = {random_u64(&w->random), random_u64(&w->random)},
        .now_ms = loop_now(w->loop),
        .wall_ms = loop_wall(w->loop),
        .peer = peer,
    };

    return exchange_new(&setup);
}

struct shell *shell_new(struct worker *w, const struct shell_events *events,
                        void *owner, struct str peer)
{
    struct shell *s = take_spare(w);

    if (s == NULL)
        return NULL;
    s->generation = generation_hold(w->generation);
    s->x = make_exchange(w, peer);
    if (s->x == NULL) {
        bury(&s->dead);
        return NULL;
    }
    s->events = events;
    s->owner = owner;
    s->calls = NULL;
    s->n_begun = 0;
    s->is_over = s->is_stream = s->has_sent = false;
    s->client_full = s->calls_full = s->touched = false;
    s->wake_missed = false;
    atomic_fetch_add_explicit(&w->n_exchanges, 1, memory_order_relaxed);
    return s;
}

void shell_feed(struct shell *s, const struct event *ev)
{
    SL_ASSERT(!s->is_over);
    feed(s, ev);
    drain(s);
}

void shell_leave(struct shell *s)
{
    if (s->is_over)
        return;
    s->events = NULL;
    feed(s, &(struct event){.kind = EVENT_CLIENT_GONE});
    drain(s);
    if (s->is_over)
        return;
    /* An exchange without a client has nothing left to do. */
    s->is_over = true;
    end(s);
}

void shell_drained(struct shell *s)
{
    if (!s->client_full)
        return;
    pause_calls(s, false);
    feed(s, &(struct event){.kind = EVENT_DRAINED});
    if (s->wake_missed)
        feed(s, &(struct event){.kind = EVENT_WAKE});
    s->wake_missed = false;
    drain(s);
}

const struct config *shell_config(const struct shell *s)
{
    return &s->generation->config;
}

bool shell_wants_body(const struct shell *s)
{
    return !s->is_over && !s->calls_full && exchange_wants_body(s->x);
}

bool shell_is_full(const struct shell *s)
{
    return s->calls_full;
}

struct exchange_room shell_room(struct shell *s)
{
    if (!shell_wants_body(s))
        return (struct exchange_room){0};
    return exchange_room(s->x);
}

void shell_calls(const struct shell *s, size_t *begun, size_t *open)
{
    *begun = s->n_begun;
    *open = 0;
    for (const struct shell_call *c = s->calls; c != NULL; c = c->next)
        ++*open;
}

void shells_release(struct worker *w)
{
    while (w->spare_shells != NULL) {
        struct shell *s = w->spare_shells;

        w->spare_shells = s->next_spare;
        deadline_close(&s->wake, on_wake_closed);
    }
    w->n_spare_shells = 0;
}
