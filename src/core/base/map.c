/* SPDX-License-Identifier: MIT */
/* A hash map: entries in an array in order of insertion, and a table of their
 * indexes with open addressing, at most half full. The hash is SipHash-1-3
 * (Aumasson, Bernstein), which needs additions and rotations only: wasm has no
 * 128-bit product, on which the quicker ones rest. */
#include "core/base/map.h"

#include "core/base/base.h"

/* Wraparound is what a hash is made of. */
#if defined(__clang__)
#define WRAPS __attribute__((no_sanitize("integer")))
#else
#define WRAPS
#endif

enum { FIRST_CAP = 8 };

struct sip {
    uint64_t a, b, c, d;
};

WRAPS static uint64_t rotate(uint64_t v, unsigned n)
{
    return v << n | v >> (64 - n);
}

WRAPS static void sip_round(struct sip *s)
{
    s->a += s->b;
    s->b = rotate(s->b, 13) ^ s->a;
    s->a = rotate(s->a, 32);
    s->c += s->d;
    s->d = rotate(s->d, 16) ^ s->c;
    s->a += s->d;
    s->d = rotate(s->d, 21) ^ s->a;
    s->c += s->b;
    s->b = rotate(s->b, 17) ^ s->c;
    s->c = rotate(s->c, 32);
}

static void sip_word(struct sip *s, uint64_t word)
{
    s->d ^= word;
    sip_round(s);
    s->a ^= word;
}

/* Up to eight bytes, the first one lowest. */
static uint64_t word_of(const char *p, size_t n)
{
    uint64_t word = 0;

    for (size_t i = 0; i < n; i++)
        word |= (uint64_t)(unsigned char)p[i] << (8 * i);
    return word;
}

WRAPS uint64_t hash_quick(struct str s, uint64_t base)
{
    uint64_t h = base ^ s.n;
    uint64_t word;
    size_t at = 0;

    for (; at + 8 <= s.n; at += 8) {
        memcpy(&word, s.p + at, 8);
        h = (h ^ word) * 0x9E3779B97F4A7C15U;
        h ^= h >> 32;
    }
    word = 0;
    if (at != s.n)
        memcpy(&word, s.p + at, s.n - at);
    h = (h ^ word) * 0x9E3779B97F4A7C15U;
    return h ^ h >> 29;
}

WRAPS uint64_t hash_str(struct str s, uint64_t seed)
{
    /* The key is the seed twice; its halves need not be independent. */
    uint64_t twin = seed ^ 0x9E3779B97F4A7C15U;
    struct sip state = {seed ^ 0x736F6D6570736575U, twin ^ 0x646F72616E646F6DU,
                        seed ^ 0x6C7967656E657261U, twin ^ 0x7465646279746573U};
    size_t whole = s.n / 8 * 8;

    for (size_t i = 0; i < whole; i += 8)
        sip_word(&state, word_of(s.p + i, 8));
    sip_word(&state,
             (uint64_t)s.n << 56 |
                 (s.n == whole ? 0 : word_of(s.p + whole, s.n - whole)));
    state.c ^= 0xFF;
    for (int i = 0; i < 3; i++)
        sip_round(&state);
    return state.a ^ state.b ^ state.c ^ state.d;
}

void map_init(struct map *m, struct arena *arena, uint64_t seed)
{
    *m = (struct map){.arena = arena, .seed = seed};
}

/* The slot of key: its index is there, or the slot is free. The table is never
 * full, so the walk ends. */
static uint32_t *find_slot(const struct map *m, uint32_t *slots, size_t n_slots,
                           struct str key)
{
    size_t mask = n_slots - 1;
    size_t at = (size_t)hash_str(key, m->seed) & mask;

    while (slots[at] != 0 && !str_eq(m->entries[slots[at] - 1].key, key))
        at = (at + 1) & mask;
    return &slots[at];
}

/* Room for one more entry; nothing has changed when there is no memory. */
static bool grow(struct map *m)
{
    size_t cap = m->cap == 0 ? FIRST_CAP : m->cap * 2;
    struct map_entry *entries;
    uint32_t *slots;

    if (cap < m->cap || cap > UINT32_MAX / 2)
        return false;
    entries = arena_array(m->arena, struct map_entry, cap);
    if (entries == NULL)
        return false;
    slots = arena_array(m->arena, uint32_t, cap * 2);
    if (slots == NULL)
        return false;
    if (m->n != 0)
        memcpy(entries, m->entries, m->n * sizeof *entries);
    for (size_t i = 0; i < m->n; i++)
        *find_slot(m, slots, cap * 2, entries[i].key) = (uint32_t)(i + 1);
    m->entries = entries;
    m->slots = slots;
    m->cap = cap;
    m->n_slots = cap * 2;
    return true;
}

bool map_put(struct map *m, struct str key, void *value)
{
    if (m->n_slots != 0) {
        uint32_t at = *find_slot(m, m->slots, m->n_slots, key);

        if (at != 0) {
            m->entries[at - 1].value = value;
            return true;
        }
    }
    if (m->n == m->cap && !grow(m))
        return false;
    m->entries[m->n] = (struct map_entry){key, value};
    *find_slot(m, m->slots, m->n_slots, key) = (uint32_t)++m->n;
    return true;
}

void *map_find(const struct map *m, struct str key)
{
    uint32_t at;

    if (m->n == 0)
        return NULL;
    at = *find_slot(m, m->slots, m->n_slots, key);
    return at == 0 ? NULL : m->entries[at - 1].value;
}

size_t map_count(const struct map *m)
{
    return m->n;
}

const struct map_entry *map_at(const struct map *m, size_t i)
{
    SL_ASSERT(i < m->n);
    return &m->entries[i];
}

void map_check(const struct map *m)
{
    size_t used = 0;

    SL_ASSERT(m->n <= m->cap);
    SL_ASSERT(m->n_slots == m->cap * 2);
    SL_ASSERT((m->n_slots & (m->n_slots - (m->n_slots != 0))) == 0);
    for (size_t i = 0; i < m->n_slots; i++)
        used += m->slots[i] != 0;
    SL_ASSERT(used == m->n);
    for (size_t i = 0; i < m->n; i++)
        SL_ASSERT(*find_slot(m, m->slots, m->n_slots, m->entries[i].key) ==
                  i + 1);
}
