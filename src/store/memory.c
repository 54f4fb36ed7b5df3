/* SPDX-License-Identifier: MIT */
/* Values in memory: a chained hash table and a list in order of use through
 * the same entries. The one hard idea: nothing sweeps. What has expired goes
 * when it is asked for, or when it has become the one used longest ago and
 * room is needed. */
#include "store/memory.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>

#include "core/base/map.h"

enum { SLOTS_FIRST = 64 };

struct entry {
    struct entry *chain;         /* next in the slot */
    struct entry *newer, *older; /* by last use */
    uint64_t hash;
    int64_t expires_ms; /* INT64_MAX: never */
    size_t n_key, n_value;
    char bytes[]; /* key, then value */
};

struct memory_store {
    pthread_mutex_t lock;
    struct entry **slots;
    size_t n_slots; /* a power of two */
    size_t n, bytes, max_bytes;
    struct entry *newest, *oldest;
    uint64_t seed;
};

struct memory_store *memory_new(size_t max_bytes)
{
    struct memory_store *m = calloc(1, sizeof(*m));

    if (m == NULL)
        return NULL;
    m->slots = calloc(SLOTS_FIRST, sizeof(*m->slots));
    if (m->slots == NULL || pthread_mutex_init(&m->lock, NULL) != 0) {
        free(m->slots);
        free(m);
        return NULL;
    }
    m->n_slots = SLOTS_FIRST;
    m->max_bytes = max_bytes;
    /* Without it keys could be chosen to collide, which is slow, no more. */
    if (getrandom(&m->seed, sizeof(m->seed), GRND_NONBLOCK) < 0)
        m->seed = (uint64_t)(uintptr_t)m;
    return m;
}

void memory_free(struct memory_store *m)
{
    if (m == NULL)
        return;
    while (m->newest != NULL) {
        struct entry *e = m->newest;

        m->newest = e->older;
        free(e);
    }
    pthread_mutex_destroy(&m->lock);
    free(m->slots);
    free(m);
}

static size_t cost(const struct entry *e)
{
    return sizeof(*e) + e->n_key + e->n_value;
}

static struct entry **slot_of(const struct memory_store *m, uint64_t hash)
{
    return &m->slots[hash & (m->n_slots - 1)];
}

static struct entry *find(const struct memory_store *m, struct str key)
{
    uint64_t hash = hash_str(key, m->seed);
    struct entry *e = *slot_of(m, hash);

    while (e != NULL &&
           (e->hash != hash || !str_eq((struct str){e->bytes, e->n_key}, key)))
        e = e->chain;
    return e;
}

static void list_remove(struct memory_store *m, struct entry *e)
{
    *(e->newer != NULL ? &e->newer->older : &m->newest) = e->older;
    *(e->older != NULL ? &e->older->newer : &m->oldest) = e->newer;
}

static void list_add_newest(struct memory_store *m, struct entry *e)
{
    e->newer = NULL;
    e->older = m->newest;
    *(m->newest != NULL ? &m->newest->newer : &m->oldest) = e;
    m->newest = e;
}

static void drop(struct memory_store *m, struct entry *e)
{
    struct entry **at = slot_of(m, e->hash);

    while (*at != e)
        at = &(*at)->chain;
    *at = e->chain;
    list_remove(m, e);
    m->n--;
    m->bytes -= cost(e);
    free(e);
}

/* Doubles the table; without memory the chains just grow longer. */
static void widen(struct memory_store *m)
{
    size_t n = m->n_slots * 2;
    struct entry **slots = calloc(n, sizeof(*slots));

    if (slots == NULL)
        return;
    for (struct entry *e = m->newest; e != NULL; e = e->older) {
        e->chain = slots[e->hash & (n - 1)];
        slots[e->hash & (n - 1)] = e;
    }
    free(m->slots);
    m->slots = slots;
    m->n_slots = n;
}

static void add(struct memory_store *m, struct entry *e)
{
    struct entry **slot;

    if (m->n >= m->n_slots)
        widen(m);
    slot = slot_of(m, e->hash);
    e->chain = *slot;
    *slot = e;
    list_add_newest(m, e);
    m->n++;
    m->bytes += cost(e);
}

static struct entry *entry_new(const struct memory_store *m,
                               const struct memory_item *item, int64_t now_ms)
{
    size_t n = item->key.n + item->value.n;
    struct entry *e = malloc(sizeof(*e) + n);

    if (e == NULL)
        return NULL;
    *e = (struct entry){
        .hash = hash_str(item->key, m->seed),
        .n_key = item->key.n,
        .n_value = item->value.n,
        .expires_ms = INT64_MAX,
    };
    if (item->ttl_ms > 0 && item->ttl_ms < INT64_MAX - now_ms)
        e->expires_ms = now_ms + item->ttl_ms;
    if (item->key.n != 0)
        memcpy(e->bytes, item->key.p, item->key.n);
    if (item->value.n != 0)
        memcpy(e->bytes + item->key.n, item->value.p, item->value.n);
    return e;
}

static enum sl_rc put(struct memory_store *m, const struct memory_item *item,
                      int64_t now_ms)
{
    struct entry *old = find(m, item->key);
    struct entry *e;

    if (old != NULL)
        drop(m, old);
    if (m->max_bytes < sizeof(*e) || item->key.n > m->max_bytes - sizeof(*e) ||
        item->value.n > m->max_bytes - sizeof(*e) - item->key.n)
        return SL_TOO_LARGE;
    e = entry_new(m, item, now_ms);
    if (e == NULL)
        return SL_NOMEM;
    while (cost(e) > m->max_bytes - m->bytes)
        drop(m, m->oldest);
    add(m, e);
    return SL_OK;
}

enum sl_rc memory_put(struct memory_store *m, const struct memory_item *item,
                      int64_t now_ms)
{
    enum sl_rc rc;

    pthread_mutex_lock(&m->lock);
    rc = put(m, item, now_ms);
    pthread_mutex_unlock(&m->lock);
    return rc;
}

static enum sl_rc get(struct memory_store *m, struct str key, int64_t now_ms,
                      struct buf *out)
{
    struct entry *e = find(m, key);

    if (e == NULL)
        return SL_NOT_FOUND;
    if (e->expires_ms <= now_ms) {
        drop(m, e);
        return SL_NOT_FOUND;
    }
    list_remove(m, e);
    list_add_newest(m, e);
    buf_add(out, (struct str){e->bytes + e->n_key, e->n_value});
    return buf_rc(out);
}

enum sl_rc memory_get(struct memory_store *m, struct str key, int64_t now_ms,
                      struct buf *out)
{
    enum sl_rc rc;

    pthread_mutex_lock(&m->lock);
    rc = get(m, key, now_ms, out);
    pthread_mutex_unlock(&m->lock);
    return rc;
}

void memory_remove(struct memory_store *m, struct str key)
{
    struct entry *e;

    pthread_mutex_lock(&m->lock);
    e = find(m, key);
    if (e != NULL)
        drop(m, e);
    pthread_mutex_unlock(&m->lock);
}

struct memory_stats memory_stats(struct memory_store *m)
{
    struct memory_stats s;

    pthread_mutex_lock(&m->lock);
    s = (struct memory_stats){m->n, m->bytes};
    pthread_mutex_unlock(&m->lock);
    return s;
}

static void check(const struct memory_store *m)
{
    const struct entry *newer = NULL;
    size_t n = 0;
    size_t bytes = 0;

    for (const struct entry *e = m->newest; e != NULL; e = e->older) {
        SL_ASSERT(e->newer == newer);
        SL_ASSERT(find(m, (struct str){e->bytes, e->n_key}) == e);
        newer = e;
        n++;
        bytes += cost(e);
    }
    SL_ASSERT(m->oldest == newer);
    SL_ASSERT(n == m->n && bytes == m->bytes && bytes <= m->max_bytes);
}

void memory_check(struct memory_store *m)
{
    pthread_mutex_lock(&m->lock);
    check(m);
    pthread_mutex_unlock(&m->lock);
}
