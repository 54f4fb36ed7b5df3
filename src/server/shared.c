/* SPDX-License-Identifier: MIT */
/* Key rotation across loops. The one hard idea: counters are found under the
 * lock once per configuration, and stepped without it: one atomic addition is
 * an exact round robin however many loops take part. */
#include "server/shared.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/random.h>

#include "server/files.h"

struct key_counter {
    struct key_counter *next;
    atomic_uint_least64_t steps;
    size_t n;
    char name[];
};

struct shared {
    pthread_mutex_t lock;
    struct key_counter *counters;
};

struct shared *shared_new(void)
{
    struct shared *s = xmalloc(sizeof(*s));

    *s = (struct shared){.counters = NULL};
    SL_ASSERT(pthread_mutex_init(&s->lock, NULL) == 0);
    return s;
}

void shared_free(struct shared *s)
{
    if (s == NULL)
        return;
    while (s->counters != NULL) {
        struct key_counter *c = s->counters;

        s->counters = c->next;
        free(c);
    }
    pthread_mutex_destroy(&s->lock);
    free(s);
}

static struct key_counter *find(const struct shared *s, struct str name)
{
    for (struct key_counter *c = s->counters; c != NULL; c = c->next)
        if (str_eq((struct str){c->name, c->n}, name))
            return c;
    return NULL;
}

static struct key_counter *add(struct shared *s, struct str name)
{
    struct key_counter *c = malloc(sizeof(*c) + name.n);

    if (c == NULL)
        return NULL;
    atomic_init(&c->steps, 0);
    c->n = name.n;
    if (name.n != 0)
        memcpy(c->name, name.p, name.n);
    c->next = s->counters;
    s->counters = c;
    return c;
}

struct key_counter *shared_counter(struct shared *s, struct str key_id)
{
    struct key_counter *c;

    pthread_mutex_lock(&s->lock);
    c = find(s, key_id);
    if (c == NULL)
        c = add(s, key_id);
    pthread_mutex_unlock(&s->lock);
    return c;
}

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

/* A remainder prefers small numbers unless the range is a multiple of n: the
 * few values past the last whole multiple are drawn again. */
uint64_t random_below(struct random *r, uint64_t n)
{
    uint64_t excess = (UINT64_MAX % n + 1) % n;
    uint64_t v;

    do {
        v = random_u64(r);
    } while (v > UINT64_MAX - excess);
    return v % n;
}

enum sl_rc shared_pick(struct key_counter *counter, struct random *r,
                       const struct provider *p, size_t *key)
{
    uint64_t step;

    if (p->n_keys == 0)
        return SL_NO_KEY;
    if (p->n_keys == 1) {
        *key = 0;
        return SL_OK;
    }
    switch (p->strategy) {
    case KEYS_RANDOM:
        *key = (size_t)random_below(r, p->n_keys);
        return SL_OK;
    case KEYS_ROUNDROBIN:
        break;
    }
    step = atomic_fetch_add_explicit(&counter->steps, 1, memory_order_relaxed);
    *key = (size_t)(step % p->n_keys);
    return SL_OK;
}
