/* SPDX-License-Identifier: MIT */
/* A hash map from slices to pointers, insertion order kept. Keys and values
 * are borrowed; memory comes from an arena, so nothing is ever removed.
 * The hash is seeded, so that peers can't choose colliding keys. */
#ifndef SL_MAP_H
#define SL_MAP_H

#include "core/base/arena.h"
#include "core/base/str.h"

struct map_entry {
    struct str key;
    void *value;
};

struct map {
    /* private */
    struct arena *arena;
    uint64_t seed;
    struct map_entry *entries; /* in order of insertion */
    uint32_t *slots;           /* index + 1 into entries; 0 is free */
    size_t n, cap, n_slots;
};

void map_init(struct map *m, struct arena *arena, uint64_t seed);
/* Sets or replaces. False: no memory. */
SL_MUST_USE bool map_put(struct map *m, struct str key, void *value);
/* NULL when absent. */
void *map_find(const struct map *m, struct str key);
size_t map_count(const struct map *m);
/* The i-th entry in order of insertion, i < map_count. */
const struct map_entry *map_at(const struct map *m, size_t i);
void map_check(const struct map *m);

/* Quick, and nobody's secret: for tables whose keys no peer gains by choosing.
 * base: the hash of what came before s, or 0. */
uint64_t hash_quick(struct str s, uint64_t base);
/* The hash itself, for other tables. */
uint64_t hash_str(struct str s, uint64_t seed);

#endif
