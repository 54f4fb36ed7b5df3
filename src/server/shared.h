/* SPDX-License-Identifier: MIT */
/* What must be one truth across loops: whose turn it is among a provider's
 * keys. And the random numbers of each loop, which must not be. */
#ifndef SL_SHARED_H
#define SL_SHARED_H

#include "core/config.h"

struct shared;
struct key_counter;

/* Ends the process when there is no memory. */
struct shared *shared_new(void);
void shared_free(struct shared *s);
/* The counter of that name; it lives as long as `s`, so that a reload goes on
 * where the last configuration was. NULL: no memory. */
struct key_counter *shared_counter(struct shared *s, struct str key_id);

/* Bytes of the system's secure generator, fetched a block at a time. One per
 * loop; zero-initialise. */
struct random {
    uint64_t block[256];
    size_t left;
};
uint64_t random_u64(struct random *r);
/* Evenly from 0 … n-1, n > 0. */
uint64_t random_below(struct random *r, uint64_t n);

/* Which key of the provider is next: its strategy decides. SL_NO_KEY when it
 * has none. */
SL_MUST_USE enum sl_rc shared_pick(struct key_counter *counter,
                                   struct random *r, const struct provider *p,
                                   size_t *key);

#endif
