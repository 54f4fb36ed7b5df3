/* SPDX-License-Identifier: MIT */
/* Which store is meant, and the one that keeps nothing: with "memory:" the
 * state of the process is all there is. */
#include "store/store.h"

static void memory_close(struct store *s)
{
    (void)s;
}

static bool memory_read_turns(struct store *s, store_each_turn *each, void *ctx)
{
    (void)s;
    (void)each;
    (void)ctx;
    return true;
}

static bool memory_write_turns(struct store *s, const struct store_turn *v,
                               size_t n)
{
    (void)s;
    (void)v;
    (void)n;
    return true;
}

static const struct store_ops memory_ops = {
    .close = memory_close,
    .read_turns = memory_read_turns,
    .write_turns = memory_write_turns,
    .lasts = false,
};

struct store *store_open(struct str spec, char why[STORE_WHY])
{
    static struct store memory = {&memory_ops};
    struct str sqlite = STR("sqlite:");

    if (str_starts(spec, sqlite))
        return sqlite_open(str_skip(spec, sqlite.n), why);
    return &memory;
}

void store_close(struct store *s)
{
    if (s != NULL)
        s->ops->close(s);
}

bool store_read_turns(struct store *s, store_each_turn *each, void *ctx)
{
    return s->ops->read_turns(s, each, ctx);
}

bool store_write_turns(struct store *s, const struct store_turn *v, size_t n)
{
    return s->ops->write_turns(s, v, n);
}

bool store_lasts(const struct store *s)
{
    return s->ops->lasts;
}
