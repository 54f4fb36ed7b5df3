/* SPDX-License-Identifier: MIT */
#include "core/speed.h"

#include "core/base/map.h"

enum {
    NEAR = 8,            /* places where an id can be */
    LEAST_WEIGHT = 4,    /* of the newest answer, in sixteenths, */
    STEP_MS = 15 * 1000, /* and one more for each of these since */
    MOST_MS = 60 * 60 * 1000,
    ANSWER = 16, /* what one counts */
};

/* Quick: who chooses a model's name so that its id is another's could as well
 * ask for that other one. */
static uint64_t id_with(uint64_t id, struct str name)
{
    id = hash_quick(name, id);
    return id == 0 ? 1 : id;
}

uint64_t speed_id(struct str provider, struct str model)
{
    return id_with(id_with(0, provider), model);
}

uint64_t speed_late_id(struct str provider, struct str model, bool is_stream)
{
    return id_with(speed_id(provider, model),
                   is_stream ? STR("stream") : STR("whole"));
}

/* NULL: nothing is known, or not of late. */
static const struct speed *find(const struct speeds *s, uint64_t id,
                                int64_t now_ms)
{
    for (size_t i = 0; i < NEAR; i++) {
        const struct speed *v = &s->v[(id % SPEEDS + i) % SPEEDS];

        if (v->id == id)
            return now_ms - v->at_ms > SPEED_STALE_MS ? NULL : v;
    }
    return NULL;
}

uint32_t speeds_find(const struct speeds *s, uint64_t id, int64_t now_ms)
{
    const struct speed *v = find(s, id, now_ms);

    return v == NULL ? SPEED_UNKNOWN : v->ms_x16 / 16;
}

/* ---- by when nearly all have come ---- */

/* 0, 1, 2, 3 have their own; from 4 on four for each power of two. */
static size_t bucket_of(uint32_t ms)
{
    unsigned power = 0;
    size_t i;

    if (ms < 4)
        return ms;
    while (ms >> power > 7)
        power++;
    i = 4 * (size_t)power + (ms >> power);
    return i < LATE_BUCKETS ? i : LATE_BUCKETS - 1;
}

/* The first millisecond that is in the next one. */
static uint32_t end_of(size_t bucket)
{
    if (bucket < 4)
        return (uint32_t)bucket + 1;
    return (uint32_t)(bucket % 4 + 5) << (bucket / 4 - 1);
}

uint32_t speeds_late(const struct speeds *s, uint64_t id, int64_t now_ms)
{
    const struct speed *v = find(s, id, now_ms);
    uint32_t sum = 0;
    size_t i = 0;

    if (v == NULL || v->total < LATE_LEAST * ANSWER)
        return SPEED_UNKNOWN;
    for (; i < LATE_BUCKETS - 1; i++) {
        sum += v->counts[i];
        if (sum * 100 >= v->total * 95)
            break;
    }
    return end_of(i);
}

static void count(struct speed *v, uint32_t ms)
{
    uint16_t *n = &v->counts[bucket_of(ms)];

    if (v->total + ANSWER > LATE_MOST * ANSWER) {
        v->total = 0;
        for (size_t i = 0; i < LATE_BUCKETS; i++) {
            v->counts[i] /= 2;
            v->total += v->counts[i];
        }
    }
    *n = (uint16_t)(*n + ANSWER);
    v->total += ANSWER;
}

/* ---- noting ---- */

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

    if (v->id != id || age > SPEED_STALE_MS) {
        *v = (struct speed){.id = id};
        weight = 16;
    }
    if (weight > 16)
        weight = 16;
    old += (16 * took - old) * weight / 16;
    v->at_ms = now_ms;
    v->ms_x16 = (uint32_t)old;
    count(v, (uint32_t)took);
}

/* ---- answers ---- */

static void answer(const struct speeds *s, struct str ids, int64_t now_ms,
                   struct buf *out,
                   uint32_t (*ask)(const struct speeds *, uint64_t, int64_t))
{
    for (; ids.n >= sizeof(uint64_t); ids = str_skip(ids, sizeof(uint64_t))) {
        uint64_t id;
        uint32_t ms;

        memcpy(&id, ids.p, sizeof(id));
        ms = ask(s, id, now_ms);
        buf_add(out, (struct str){(const char *)&ms, sizeof(ms)});
    }
}

void speeds_answer(const struct speeds *s, struct str ids, int64_t now_ms,
                   struct buf *out)
{
    answer(s, ids, now_ms, out, speeds_find);
}

void speeds_answer_late(const struct speeds *s, struct str ids, int64_t now_ms,
                        struct buf *out)
{
    answer(s, ids, now_ms, out, speeds_late);
}
