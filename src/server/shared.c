/* SPDX-License-Identifier: MIT */
/* Keys across loops, under one short lock. The one hard idea is the lease: the
 * store says that turns up to a step are spent before they are, so that after
 * a crash they are skipped and seldom repeated: no request waits for the disk.
 */
#include "server/shared.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>

#include "server/files.h"
#include "store/store.h"

/* Lives as long as the process, so that a reload goes on where the last
 * configuration was. */
struct counter {
    struct counter *next;
    struct key_turn turn;
    struct key_turn written; /* what the store has */
    bool is_written;
    size_t n;
    char name[];
};

struct key_group {
    struct key_group *next; /* newest first */
    struct shared *shared;
    const struct provider *provider;
    struct key_ring ring;
    uint64_t *hashes; /* of the keys: to know them again */
    struct counter *counter;
};

struct shared {
    pthread_mutex_t lock;
    struct counter *counters;
    struct key_group *groups;
    struct speeds speeds;
    struct budget budget; /* of retries */
    struct store *store;  /* the thread's own once it runs */
    pthread_cond_t wake;
    pthread_t thread;
    bool has_thread, wants_write, stopping;
    bool is_failing; /* of the thread: it was said */
};

/* ---- chance ---- */

/* Without the generator there is no safe way on: request ids and key choice
 * would be guessable. Only a kernel older than 3.17 lacks it. */
static void refill(struct random *r)
{
    unsigned char *p = (unsigned char *)r->block;
    size_t got = 0;

    while (got < sizeof(r->block)) {
        ssize_t n = getrandom(p + got, sizeof(r->block) - got, 0);

        SL_ASSERT(n > 0 || errno_is_interrupt());
        if (n > 0)
            got += (size_t)n;
    }
    r->left = SL_LEN(r->block);
}

uint64_t random_u64(struct random *r)
{
    uint64_t v;

    if (r->left == 0)
        refill(r);
    v = r->block[--r->left];
    r->block[r->left] = 0;
    return v;
}

/* ---- life ---- */

struct shared *shared_new(void)
{
    struct shared *s = xzalloc(sizeof(*s));

    SL_ASSERT(pthread_mutex_init(&s->lock, NULL) == 0);
    SL_ASSERT(pthread_cond_init(&s->wake, NULL) == 0);
    return s;
}

/* ---- counters ---- */

static struct counter *add_counter(struct shared *s, struct str name)
{
    struct counter *c = calloc(1, sizeof(*c) + name.n);

    if (c == NULL)
        return NULL;
    c->n = name.n;
    if (name.n != 0)
        memcpy(c->name, name.p, name.n);
    c->next = s->counters;
    s->counters = c;
    return c;
}

/* NULL: no memory. */
static struct counter *find_counter(struct shared *s, struct str name)
{
    for (struct counter *c = s->counters; c != NULL; c = c->next)
        if (str_eq((struct str){c->name, c->n}, name))
            return c;
    return add_counter(s, name);
}

/* ---- the store ---- */

static void take_stored(void *ctx, const struct store_turn *t)
{
    struct counter *c = find_counter(ctx, t->name);

    if (c == NULL)
        return;
    c->turn = c->written = t->turn;
    c->is_written = true;
}

/* Does the store have less than half a lease to go? */
static bool is_short(const struct counter *c)
{
    return c->turn.among != c->written.among ||
           c->turn.step + SHARED_LEASE / 2 > c->written.step;
}

static bool is_changed(const struct counter *c)
{
    return c->turn.among != 0 && (c->turn.step != c->written.step ||
                                  c->turn.among != c->written.among);
}

/* What has to be written; ahead: steps of lease to add. Counters are never
 * removed, so that their names may be read without the lock. */
static size_t gather(struct shared *s, struct store_turn **out, uint64_t ahead)
{
    struct store_turn *v;
    size_t n = 0;

    for (struct counter *c = s->counters; c != NULL; c = c->next)
        n++;
    v = calloc(n + 1, sizeof(*v));
    *out = v;
    n = 0;
    for (struct counter *c = s->counters; v != NULL && c != NULL; c = c->next) {
        if (!is_changed(c) || (ahead != 0 && !is_short(c)))
            continue;
        c->written = c->turn;
        c->written.step += ahead;
        v[n++] = (struct store_turn){{c->name, c->n}, c->written};
    }
    return n;
}

/* A store that fails costs the order after a restart, no request. */
static void write_out(struct shared *s, const struct store_turn *v, size_t n)
{
    bool ok = n == 0 || store_write_turns(s->store, v, n);

    if (!ok && !s->is_failing)
        say("the store can't be written: turns of keys may be repeated after "
            "a restart");
    s->is_failing = !ok;
}

static void *run_writer(void *shared)
{
    struct shared *s = shared;
    struct store_turn *v;
    size_t n;

    pthread_mutex_lock(&s->lock);
    while (!s->stopping) {
        if (!s->wants_write) {
            pthread_cond_wait(&s->wake, &s->lock);
            continue;
        }
        s->wants_write = false;
        n = gather(s, &v, SHARED_LEASE);
        pthread_mutex_unlock(&s->lock);
        write_out(s, v, n);
        free(v);
        pthread_mutex_lock(&s->lock);
    }
    n = gather(s, &v, 0);
    pthread_mutex_unlock(&s->lock);
    write_out(s, v, n);
    free(v);
    return NULL;
}

bool shared_keep(struct shared *s, struct store *store)
{
    bool ok;

    s->store = store;
    pthread_mutex_lock(&s->lock);
    ok = store_read_turns(store, take_stored, s);
    pthread_mutex_unlock(&s->lock);
    if (!ok || !store_lasts(store))
        return ok;
    s->has_thread = pthread_create(&s->thread, NULL, run_writer, s) == 0;
    return s->has_thread;
}

void shared_free(struct shared *s)
{
    if (s == NULL)
        return;
    if (s->has_thread) {
        pthread_mutex_lock(&s->lock);
        s->stopping = true;
        pthread_cond_signal(&s->wake);
        pthread_mutex_unlock(&s->lock);
        pthread_join(s->thread, NULL);
    }
    store_close(s->store);
    while (s->counters != NULL) {
        struct counter *c = s->counters;

        s->counters = c->next;
        free(c);
    }
    pthread_cond_destroy(&s->wake);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

/* ---- groups ---- */

static const struct key_group *find_group(const struct shared *s,
                                          const struct provider *p)
{
    const struct key_group *g = s->groups;

    while (g != NULL && !str_eq(g->provider->name, p->name))
        g = g->next;
    return g;
}

/* What is known of the keys that stay. */
static void inherit(struct key_group *g, const struct key_group *old)
{
    for (size_t i = 0; i < g->ring.n; i++) {
        for (size_t k = 0; k < old->ring.n; k++) {
            /* Most stay where they were. */
            size_t at = (i + k) % old->ring.n;

            if (old->hashes[at] != g->hashes[i])
                continue;
            g->ring.v[i] = old->ring.v[at];
            g->ring.v[i].busy = 0;
            break;
        }
    }
}

/* One token may be the key of several accounts. */
static uint64_t hash_of(const struct provider *p, size_t key)
{
    uint64_t hash = secret_hash(&p->keys[key]);

    return p->places == NULL ? hash : hash_str(p->places[key].base_path, hash);
}

struct key_group *shared_group(struct shared *s, const struct provider *p)
{
    struct key_group *g = calloc(1, sizeof(*g));
    const struct key_group *old;

    if (g == NULL)
        return NULL;
    g->provider = p;
    g->ring.n = p->n_keys;
    g->ring.strategy = p->strategy;
    g->ring.weights = p->weights;
    g->ring.v = calloc(p->n_keys + 1, sizeof(*g->ring.v));
    g->hashes = calloc(p->n_keys + 1, sizeof(*g->hashes));
    if (g->ring.v == NULL || g->hashes == NULL) {
        shared_group_free(g);
        return NULL;
    }
    g->ring.ids = g->hashes;
    for (size_t i = 0; i < p->n_keys; i++)
        g->hashes[i] = hash_of(p, i);
    pthread_mutex_lock(&s->lock);
    g->counter = find_counter(s, p->key_id);
    if (g->counter != NULL) {
        g->ring.turn = &g->counter->turn;
        old = find_group(s, p);
        if (old != NULL)
            inherit(g, old);
        g->shared = s;
        g->next = s->groups;
        s->groups = g;
    }
    pthread_mutex_unlock(&s->lock);
    if (g->shared != NULL)
        return g;
    shared_group_free(g);
    return NULL;
}

void shared_group_free(struct key_group *g)
{
    struct key_group **at;

    if (g == NULL)
        return;
    if (g->shared != NULL) {
        pthread_mutex_lock(&g->shared->lock);
        at = &g->shared->groups;
        while (*at != g)
            at = &(*at)->next;
        *at = g->next;
        pthread_mutex_unlock(&g->shared->lock);
    }
    free(g->ring.v);
    free(g->hashes);
    free(g);
}

/* ---- use ---- */

/* A key that is known to answer makes no storm; what is asked of it although
 * another is at work does. */
static bool counts(const struct key_group *g, const struct key_pick *pick,
                   size_t key)
{
    return pick->is_hedge ||
           (pick->is_retry && !keys_is_proven(&g->ring.v[key]));
}

enum sl_rc shared_pick(struct key_group *g, struct random *r,
                       const struct key_pick *pick, int64_t now_ms, size_t *key)
{
    struct shared *s = g->shared;
    enum sl_rc rc;

    if (g->ring.n == 0)
        return SL_NO_KEY;
    pthread_mutex_lock(&s->lock);
    do {
        rc = keys_pick(&g->ring, pick, random_u64(r), now_ms, key);
    } while (rc == SL_AGAIN);
    if (rc == SL_OK && counts(g, pick, *key) &&
        !budget_take(&s->budget, now_ms))
        rc = SL_LIMITED;
    if (s->has_thread && !s->wants_write && is_changed(g->counter) &&
        is_short(g->counter)) {
        s->wants_write = true;
        pthread_cond_signal(&s->wake);
    }
    pthread_mutex_unlock(&s->lock);
    return rc;
}

bool shared_mark(struct key_group *g, const struct key_mark *m, int64_t now_ms,
                 struct key_state *now_is)
{
    bool is_news = false;

    pthread_mutex_lock(&g->shared->lock);
    if (m->speed_id != 0)
        speeds_note(&g->shared->speeds, m->speed_id, m->took_ms, now_ms);
    if (m->late_id != 0)
        speeds_note(&g->shared->speeds, m->late_id, m->late_ms, now_ms);
    if (m->verdict != VERDICT_NONE) {
        is_news = keys_mark(&g->ring, m, now_ms);
        *now_is = g->ring.v[m->key];
    }
    pthread_mutex_unlock(&g->shared->lock);
    return is_news;
}

void shared_write_speeds(struct shared *s, struct str ids, int64_t now_ms,
                         struct buf *out)
{
    pthread_mutex_lock(&s->lock);
    speeds_answer(&s->speeds, ids, now_ms, out);
    pthread_mutex_unlock(&s->lock);
}

void shared_write_late(struct shared *s, struct str ids, int64_t now_ms,
                       struct buf *out)
{
    pthread_mutex_lock(&s->lock);
    speeds_answer_late(&s->speeds, ids, now_ms, out);
    pthread_mutex_unlock(&s->lock);
}

bool shared_retry(struct shared *s, int64_t now_ms)
{
    bool ok;

    pthread_mutex_lock(&s->lock);
    ok = budget_take(&s->budget, now_ms);
    pthread_mutex_unlock(&s->lock);
    return ok;
}

void shared_call(struct shared *s, int64_t now_ms)
{
    pthread_mutex_lock(&s->lock);
    budget_note(&s->budget, now_ms);
    pthread_mutex_unlock(&s->lock);
}

void shared_busy(struct key_group *g, size_t key, int step)
{
    pthread_mutex_lock(&g->shared->lock);
    if (step > 0)
        g->ring.v[key].busy++;
    else
        g->ring.v[key].busy--;
    pthread_mutex_unlock(&g->shared->lock);
}

void shared_write_states(struct key_group *g, struct buf *out)
{
    pthread_mutex_lock(&g->shared->lock);
    buf_add(out, (struct str){(const char *)g->ring.v,
                              g->ring.n * sizeof(*g->ring.v)});
    pthread_mutex_unlock(&g->shared->lock);
}

void shared_write_metrics(struct key_group *g, struct buf *out, int64_t now_ms)
{
    pthread_mutex_lock(&g->shared->lock);
    keys_write_metrics(out, g->provider->name, &g->ring, now_ms);
    pthread_mutex_unlock(&g->shared->lock);
}
