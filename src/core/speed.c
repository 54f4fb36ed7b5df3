/* SPDX-License-Identifier: MIT */
#include "core/speed.h"

#include "core/base/map.h"

enum {
    NEAR = 8,            /* places where an id can be */
    LEAST_WEIGHT = 4,    /* of the newest answer, in sixteenths, */
    STEP_MS = 15 * 1000, /* and one more for each of these since */
    MOST_MS = 60 * 60 * 1000,
};

uint64_t speed_id(struct str provider, struct str model)
{
    uint64_t id = hash_str(model, hash_str(provider, 0));

    return id == 0 ? 1 : id;
}

uint32_t speeds_find(const struct speeds *s, uint64_t id, int64_t now_ms)
{
    for (size_t i = 0; i < NEAR; i++) {
        const struct speed *v = &s->v[(id % SPEEDS + i) % SPEEDS];

        if (v->id == id)
            return now_ms - v->at_ms > SPEED_STALE_MS ? SPEED_UNKNOWN
                                                      : v->ms_x16 / 16;
    }
    return SPEED_UNKNOWN;
}

/* Where the id is, or the place that is free, or was used longest ago. */
static struct speed *place_of(struct speeds *s, uint64_t id)
{
    struct speed *best = &s->v[id % SPEEDS];

    for (size_t i = 0; i < NEAR; i++) {
        struct speed *v = &s->v[(id % SPEEDS + i) % SPEEDS];

        if (v->id == id)
            return v;
        if (best->id != 0 && (v->id == 0 || v->at_ms < best->at_ms))
            best = v;
    }
    return best;
}

void speeds_note(struct speeds *s, uint64_t id, int64_t took_ms, int64_t now_ms)
{
    struct speed *v = place_of(s, id);
    int64_t took = took_ms < 0 ? 0 : took_ms > MOST_MS ? MOST_MS : took_ms;
    int64_t age = now_ms - v->at_ms;
    int64_t weight = age < 0 ? LEAST_WEIGHT : LEAST_WEIGHT + age / STEP_MS;
    int64_t old = v->ms_x16;

    if (v->id != id || weight > 16)
        weight = 16;
    old += (16 * took - old) * weight / 16;
    *v = (struct speed){.id = id, .at_ms = now_ms, .ms_x16 = (uint32_t)old};
}

void speeds_answer(const struct speeds *s, struct str ids, int64_t now_ms,
                   struct buf *out)
{
    for (; ids.n >= sizeof(uint64_t); ids = str_skip(ids, sizeof(uint64_t))) {
        uint64_t id;
        uint32_t ms;

        memcpy(&id, ids.p, sizeof(id));
        ms = speeds_find(s, id, now_ms);
        buf_add(out, (struct str){(const char *)&ms, sizeof(ms)});
    }
}
