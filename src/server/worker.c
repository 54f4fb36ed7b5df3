/* SPDX-License-Identifier: MIT */
/* The client side of one loop. The one hard idea: other threads never touch
 * it; they leave a note in the mailbox and ring, and everything that happens
 * to a worker happens on its own thread. */
#include "server/worker.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "server/client.h"
#include "server/files.h"
#include "server/listener.h"
#include "server/shell.h"

enum {
    HEAD_BYTES = 1024 * 1024, /* of an answer's head */
    SCRATCH_FIRST = 4096,
    SCRATCH_BYTES = 64 * 1024 * 1024, /* of values loaded in one drain */
    TURNED = 256, /* connections over the limit that get an answer */
};

/* ---- the end ---- */

static void close_upstreams(struct worker *w)
{
    if (w->loop->upstreams != NULL)
        upstreams_release(w->loop);
}

/* Closes everything that keeps the loop running. */
static void finish(struct worker *w)
{
    w->finished = true;
    pthread_mutex_lock(&w->mail_lock);
    w->closed = true;
    pthread_mutex_unlock(&w->mail_lock);
    uv_close((uv_handle_t *)&w->wake, NULL);
    listeners_close(w);
    deadline_close(&w->drain, NULL);
    deadline_close(&w->accept_again, NULL);
    shells_release(w);
    log_close(&w->log, NULL);
    close_upstreams(w);
    if (w->on_finish != NULL)
        w->on_finish(w);
}

void worker_post(struct worker *w)
{
    pthread_mutex_lock(&w->mail_lock);
    if (!w->closed)
        (void)uv_async_send(&w->wake);
    pthread_mutex_unlock(&w->mail_lock);
}

/* The first loop hears the signals, so it stays until all others have ended. */
static bool is_needed(const struct worker *w)
{
    const struct app *a = w->app;

    return w == a->workers && atomic_load(&a->n_finished) + 1 < a->n_loops;
}

static void finish_if_empty(struct worker *w)
{
    struct app *a = w->app;

    if (!w->draining || w->finished || atomic_load(&w->n_clients) != 0 ||
        is_needed(w))
        return;
    finish(w);
    atomic_fetch_add(&a->n_finished, 1);
    if (w != a->workers)
        worker_post(&a->workers[0]);
}

void worker_client_left(struct worker *w, bool is_turned)
{
    atomic_fetch_sub(&w->n_clients, 1);
    atomic_fetch_sub(is_turned ? &w->app->n_turned : &w->app->n_clients, 1);
    finish_if_empty(w);
}

static void cut_all(struct worker *w)
{
    for (struct client *c = w->clients; c != NULL; c = client_next(c))
        client_close(c);
}

static void on_drain_due(struct deadline *d)
{
    struct worker *w = d->owner;
    size_t n = atomic_load(&w->n_clients);

    if (n != 0)
        say("limits.drain is over; connections cut: %zu", n);
    cut_all(w);
}

static void begin_drain(struct worker *w)
{
    w->draining = true;
    listeners_close(w);
    for (struct client *c = w->clients; c != NULL; c = client_next(c))
        client_drain(c);
    upstreams_close_idle(w->loop);
    deadline_set(&w->drain,
                 loop_now(w->loop) + w->generation->config.limits.drain_ms);
}

/* ---- the mailbox ---- */

static void take_generation(struct worker *w)
{
    struct generation *g = app_generation(w->app);
    struct generation *old = w->generation;

    w->generation = g;
    if (g != old)
        upstreams_set_limits(w->loop, &g->config.limits);
    generation_drop(old);
}

static void take_handed(struct worker *w)
{
    struct handed *v;
    size_t n;

    pthread_mutex_lock(&w->mail_lock);
    v = w->handed;
    n = w->n_handed;
    w->handed = NULL;
    w->n_handed = 0;
    w->handed_cap = 0;
    pthread_mutex_unlock(&w->mail_lock);
    for (size_t i = 0; i < n; i++)
        worker_accept(w, &v[i]);
    free(v);
}

static void on_wake(uv_async_t *wake)
{
    struct worker *w = wake->data;

    take_handed(w);
    take_generation(w);
    if (atomic_load(&w->app->draining) && !w->draining)
        begin_drain(w);
    if (atomic_load(&w->app->stopping))
        cut_all(w);
    finish_if_empty(w);
    loop_leave(w->loop);
}

/* Under the lock. */
static bool put_handed(struct worker *w, const struct handed *h)
{
    if (w->closed)
        return false;
    if (w->n_handed == w->handed_cap) {
        size_t cap = w->handed_cap == 0 ? 16 : 2 * w->handed_cap;
        struct handed *v = realloc(w->handed, cap * sizeof(*v));

        if (v == NULL)
            return false;
        w->handed = v;
        w->handed_cap = cap;
    }
    w->handed[w->n_handed++] = *h;
    (void)uv_async_send(&w->wake);
    return true;
}

bool worker_hand(struct worker *w, const struct handed *h)
{
    bool taken;

    pthread_mutex_lock(&w->mail_lock);
    taken = put_handed(w, h);
    pthread_mutex_unlock(&w->mail_lock);
    return taken;
}

/* ---- connections ---- */

/* Over the limit a connection is told so. Beyond some more of them, and where
 * telling would cost a TLS handshake, it is just closed. SL_BUSY and
 * SL_CLIENT_GONE stand for the two. */
static enum sl_rc admit(struct worker *w, const struct handed *h)
{
    size_t limit = (size_t)w->generation->config.limits.connections;
    struct app *a = w->app;

    if (w->draining)
        return SL_CLIENT_GONE;
    if (atomic_load_explicit(&a->n_clients, memory_order_relaxed) <= limit)
        return SL_OK;
    atomic_fetch_add_explicit(&a->n_refused, 1, memory_order_relaxed);
    if (atomic_load_explicit(&a->n_turned, memory_order_relaxed) >= TURNED ||
        (w->generation->tls_server != NULL && !h->is_unix))
        return SL_CLIENT_GONE;
    atomic_fetch_sub(&a->n_clients, 1);
    atomic_fetch_add(&a->n_turned, 1);
    return SL_BUSY;
}

void worker_accept(struct worker *w, const struct handed *h)
{
    enum sl_rc rc = admit(w, h);

    if (rc != SL_CLIENT_GONE && client_start(w, h, rc))
        return;
    if (rc == SL_CLIENT_GONE)
        close(h->fd);
    worker_client_left(w, rc == SL_BUSY);
}

static void on_accept_again(struct deadline *d)
{
    listeners_pause(d->owner, false);
}

/* ---- scratch ---- */

struct str worker_date(struct worker *w)
{
    int64_t now_s = loop_wall(w->loop) / 1000;
    time_t t = (time_t)now_s;
    struct tm tm;

    if (now_s != w->date_s) {
        w->date_s = now_s;
        gmtime_r(&t, &tm);
        w->date_n = strftime(w->date, sizeof(w->date),
                             "date: %a, %d %b %Y %H:%M:%S GMT\r\n", &tm);
    }
    return (struct str){w->date, w->date_n};
}

struct http_field *worker_fields(struct worker *w, size_t n)
{
    if (n > w->n_fields) {
        struct http_field *v = realloc(w->fields, n * sizeof(*v));

        if (v == NULL)
            return NULL;
        w->fields = v;
        w->n_fields = n;
    }
    return w->fields;
}

struct arena *worker_scratch(struct worker *w)
{
    w->has_scratch = true;
    return &w->scratch;
}

static void add_gauges(struct metrics_gauges *g, struct worker *w)
{
    g->connections += atomic_load(&w->n_clients);
    g->exchanges += atomic_load(&w->n_exchanges);
    g->streams += atomic_load(&w->n_streams);
    g->pool_idle += w->stats.idle;
    g->pool_busy += w->stats.busy;
    g->connects += w->stats.connects;
    g->reuses += w->stats.reuses;
}

static void write_key_metrics(const struct worker *w, struct buf *out)
{
    const struct generation *g = w->generation;

    keys_write_metrics_head(out);
    for (size_t i = 0; i < g->config.n_providers; i++)
        shared_write_metrics(g->groups[i], out, loop_now(w->loop));
}

void worker_write_metrics(struct worker *w, struct buf *out)
{
    struct metrics_gauges g = {.started_wall_ms = w->app->started_wall_ms};
    void *memory = arena_get(worker_scratch(w), metrics_size());
    struct metrics *sum;

    if (memory == NULL) {
        out->failed = true;
        return;
    }
    sum = metrics_init(memory);
    g.refused = atomic_load(&w->app->n_refused);
    for (unsigned i = 0; i < w->app->n_loops; i++) {
        struct worker *other = &w->app->workers[i];

        pthread_mutex_lock(&other->metrics_lock);
        if (other == w)
            w->stats = upstreams_stats(w->loop);
        metrics_merge(sum, other->metrics);
        add_gauges(&g, other);
        pthread_mutex_unlock(&other->metrics_lock);
    }
    metrics_write(out, sum, &g);
    write_key_metrics(w, out);
}

/* ---- life ---- */

bool worker_init(struct worker *w, struct app *app, unsigned index)
{
    struct loop *l = &app->loops[index];

    *w = (struct worker){.app = app, .loop = l};
    if (!loop_init(l, app, index))
        return false;
    if (!upstreams_init(l) || uv_async_init(&l->uv, &w->wake, on_wake) != 0)
        return false;
    w->wake.data = w;
    w->generation = app_generation(app);
    upstreams_set_limits(l, &w->generation->config.limits);
    w->metrics = metrics_init(xzalloc(metrics_size()));
    SL_ASSERT(pthread_mutex_init(&w->metrics_lock, NULL) == 0);
    SL_ASSERT(pthread_mutex_init(&w->mail_lock, NULL) == 0);
    log_init(&w->log, l, STDOUT_FILENO);
    deadline_init(&w->drain, l, on_drain_due, w);
    deadline_init(&w->accept_again, l, on_accept_again, w);
    arena_init(&w->scratch, &l->mem, SCRATCH_FIRST, SCRATCH_BYTES);
    buf_init(&w->head, &l->mem, HEAD_BYTES);
    return true;
}

void worker_run(struct worker *w)
{
    listeners_start(w);
    uv_run(&w->loop->uv, UV_RUN_DEFAULT);
}

void worker_release(struct worker *w)
{
    if (w->loop == NULL)
        return;
    if (!w->finished)
        finish(w);
    loop_release(w->loop);
    generation_drop(w->generation);
    arena_release(&w->scratch);
    buf_release(&w->head);
    free(w->fields);
    free(w->metrics);
    free(w->handed);
    pthread_mutex_destroy(&w->metrics_lock);
    pthread_mutex_destroy(&w->mail_lock);
    w->loop = NULL;
}
