/* SPDX-License-Identifier: MIT */
/* The life of the process: start, reload, drain. The one hard idea: a start
 * does everything that can fail (configuration, certificates, sockets) on one
 * thread before the loops run, so that it either serves or says why not. */
#include "server/app.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "server/files.h"
#include "server/generation.h"
#include "server/listener.h"
#include "server/shared.h"
#include "server/signals.h"
#include "server/worker.h"
#include "store/memory.h"
#include "store/store.h"

enum {
    STORE_BYTES = 16 * 1024 * 1024,
    WATCH_MS = 1000, /* between two looks at the files */
    WATCHED = 3,     /* configuration, certificate, key */
};

struct app_private {
    const struct app_options *options;
    pthread_mutex_t lock;
    struct generation *generation; /* under the lock */
    unsigned generations;
    struct listening listening;
    struct signals signals;
    bool has_signals;
    struct deadline watch;
    struct file_stamp loaded[WATCHED]; /* as of the last load */
    struct file_stamp seen[WATCHED];   /* as of the last look */
    unsigned n_workers;                /* initialised */
    int exit_code;
};

/* ---- the snapshot ---- */

struct generation *app_generation(struct app *a)
{
    struct app_private *p = a->private_;
    struct generation *g;

    pthread_mutex_lock(&p->lock);
    g = generation_hold(p->generation);
    pthread_mutex_unlock(&p->lock);
    return g;
}

static void publish(struct app *a, struct generation *g)
{
    struct app_private *p = a->private_;
    struct generation *old;

    pthread_mutex_lock(&p->lock);
    old = p->generation;
    g->number = ++p->generations;
    p->generation = g;
    pthread_mutex_unlock(&p->lock);
    generation_drop(old);
}

/* ---- files that change ---- */

static void look(struct app *a, struct file_stamp out[WATCHED])
{
    struct generation *g = a->private_->generation;
    struct tls_paths paths;

    generation_tls_paths(g, &paths);
    out[0] = file_stamp(config_path(a->private_->options));
    out[1] = file_stamp(paths.cert);
    out[2] = file_stamp(paths.key);
}

static bool same(const struct file_stamp *x, const struct file_stamp *y)
{
    for (size_t i = 0; i < WATCHED; i++)
        if (!file_stamp_eq(&x[i], &y[i]))
            return false;
    return true;
}

static void note_fixed(const struct config *old, const struct config *new)
{
    bool is_same = old->n_listen == new->n_listen;

    for (size_t i = 0; is_same && i < old->n_listen; i++)
        is_same = str_eq(old->listen[i], new->listen[i]);
    if (!is_same)
        say("the new listen addresses take effect after a restart");
    if (old->threads != new->threads)
        say("the new number of threads takes effect after a restart");
    if (!str_eq(old->store, new->store))
        say("the new store takes effect after a restart");
}

void app_reload(struct app *a)
{
    struct app_private *p = a->private_;
    struct generation *old = p->generation;
    struct generation *g;

    if (atomic_load(&a->draining))
        return;
    look(a, p->loaded);
    memcpy(p->seen, p->loaded, sizeof(p->seen));
    g = generation_load(a, p->options, &p->listening);
    if (g == NULL) {
        say("the configuration was not reloaded; the old one stays");
        return;
    }
    note_fixed(&old->config, &g->config);
    publish(a, g);
    /* The new one may name other certificates. */
    look(a, p->loaded);
    memcpy(p->seen, p->loaded, sizeof(p->seen));
    for (unsigned i = 0; i < a->n_loops; i++)
        worker_post(&a->workers[i]);
    say("configuration reloaded");
}

/* A file that is being written changes from one look to the next: half of it
 * must not be read, so two looks have to agree. */
void app_reload_if_changed(struct app *a)
{
    struct app_private *p = a->private_;
    struct file_stamp now[WATCHED];
    bool is_settled;

    look(a, now);
    is_settled = same(now, p->seen);
    memcpy(p->seen, now, sizeof(now));
    if (is_settled && !same(now, p->loaded))
        app_reload(a);
}

static void on_watch(struct deadline *d)
{
    struct app *a = d->owner;

    app_reload_if_changed(a);
    deadline_set(d, loop_now(&a->loops[0]) + WATCH_MS);
}

/* ---- the end ---- */

void app_end(struct app *a)
{
    if (atomic_exchange(&a->draining, true)) {
        say("stopping at once");
        atomic_store(&a->stopping, true);
    } else {
        size_t n = atomic_load(&a->n_clients);

        say("draining: connections open: %zu; once more stops at once", n);
    }
    for (unsigned i = 0; i < a->n_loops; i++)
        worker_post(&a->workers[i]);
}

/* What loop 0 runs for all. */
static void on_first_finish(struct worker *w)
{
    struct app_private *p = w->app->private_;

    if (p->has_signals)
        signals_close(&p->signals);
    p->has_signals = false;
    deadline_close(&p->watch, NULL);
}

/* ---- start ---- */

/* Each connection is a file, and the usual soft limit is 1024. */
static void raise_file_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

static bool make_workers(struct app *a)
{
    struct app_private *p = a->private_;
    const struct config *c = &p->generation->config;

    a->n_loops =
        c->threads > 0 ? (unsigned)c->threads : uv_available_parallelism();
    a->loops = xzalloc(a->n_loops * sizeof(*a->loops));
    a->workers = xzalloc(a->n_loops * sizeof(*a->workers));
    for (unsigned i = 0; i < a->n_loops; i++) {
        if (!worker_init(&a->workers[i], a, i)) {
            say("out of memory at start");
            return false;
        }
        p->n_workers++;
    }
    return true;
}

static bool start_workers(struct app *a)
{
    struct app_private *p = a->private_;

    if (!make_workers(a))
        return false;
    a->workers[0].on_finish = on_first_finish;
    deadline_init(&p->watch, &a->loops[0], on_watch, a);
    p->has_signals = signals_init(&p->signals, a);
    if (!p->has_signals)
        say("signals can't be watched");
    return p->has_signals;
}

static bool open_store(struct app *a, const struct config *c)
{
    char why[STORE_WHY] = "";
    struct store *store = store_open(c->store, why);

    if (store == NULL)
        say("store: %s", why);
    else if (shared_keep(a->shared, store))
        return true;
    else
        say("store: %.*s can't be read", (int)c->store.n, c->store.p);
    return false;
}

static bool start(struct app *a)
{
    struct app_private *p = a->private_;
    char why[256] = "";

    raise_file_limit();
    p->generation = generation_load(a, p->options, NULL);
    if (p->generation == NULL || !open_store(a, &p->generation->config) ||
        !start_workers(a))
        return false;
    if (!listeners_open(a, &p->listening, why)) {
        say("%s", why);
        return false;
    }
    look(a, p->loaded);
    memcpy(p->seen, p->loaded, sizeof(p->seen));
    deadline_set(&p->watch, loop_now(&a->loops[0]) + WATCH_MS);
    return true;
}

static bool start_local(struct app *a, bool serves)
{
    static const struct listening nothing = {0};
    struct app_private *p = a->private_;
    struct config *c;

    p->generation = generation_load(a, p->options, serves ? NULL : &nothing);
    if (p->generation == NULL)
        return false;
    /* Who can read the configuration needs no other credentials. */
    c = &p->generation->config;
    c->is_open = true;
    c->log_format = LOG_OFF;
    a->is_local = true;
    c->threads = 1;
    return make_workers(a);
}

static struct app *make(const struct app_options *options)
{
    struct app *a = xzalloc(sizeof(*a));
    struct app_private *p = xzalloc(sizeof(*p));
    struct timespec now;

    a->private_ = p;
    p->options = options;
    SL_ASSERT(pthread_mutex_init(&p->lock, NULL) == 0);
    a->shared = shared_new();
    a->store = memory_new(STORE_BYTES);
    SL_ASSERT(a->store != NULL);
    clock_gettime(CLOCK_REALTIME, &now);
    a->started_wall_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
    return a;
}

struct app *app_new(const struct app_options *options)
{
    struct app *a = make(options);

    if (start(a))
        return a;
    app_free(a);
    return NULL;
}

struct app *app_new_local(const struct app_options *options, bool serves)
{
    struct app *a = make(options);

    if (start_local(a, serves))
        return a;
    app_free(a);
    return NULL;
}

static void *run_thread(void *worker)
{
    worker_run(worker);
    return NULL;
}

int app_run(struct app *a)
{
    struct app_private *p = a->private_;
    unsigned n = 1;

    greet(a, &p->listening, config_path(p->options));
    while (n < a->n_loops && pthread_create(&a->workers[n].thread, NULL,
                                            run_thread, &a->workers[n]) == 0)
        n++;
    if (n < a->n_loops) {
        say("only %u of %u threads could be started", n, a->n_loops);
        p->exit_code = 1;
        atomic_fetch_add(&a->n_finished, a->n_loops - n);
        app_end(a);
        app_end(a);
    }
    worker_run(&a->workers[0]);
    for (unsigned i = 1; i < n; i++)
        pthread_join(a->workers[i].thread, NULL);
    return p->exit_code;
}

void app_free(struct app *a)
{
    struct app_private *p = a->private_;

    for (unsigned i = 0; i < p->n_workers; i++)
        worker_release(&a->workers[i]);
    generation_drop(p->generation);
    tls_context_drop(a->tls_client);
    memory_free(a->store);
    shared_free(a->shared);
    free(p->listening.v);
    free(a->workers);
    free(a->loops);
    pthread_mutex_destroy(&p->lock);
    free(p);
    free(a);
}

bool app_check(const struct app_options *options)
{
    struct generation *g = generation_load(NULL, options, NULL);
    bool is_ok = g != NULL;

    generation_drop(g);
    return is_ok;
}
