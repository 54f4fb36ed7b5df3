/* SPDX-License-Identifier: MIT */
/* What must be one truth across loops: whose turn it is among a provider's
 * keys, and how each of them fares. And the random numbers of each loop, which
 * must not be.
 *
 * Turns survive a restart when the store lasts: a thread writes them in leases
 * of 256 steps ahead of the requests, which never wait for it, and exactly at
 * the end. After a crash the next process goes on behind the lease. */
#ifndef SL_SHARED_H
#define SL_SHARED_H

#include "core/budget.h"
#include "core/keys.h"
#include "core/speed.h"

struct shared;
struct key_group; /* the keys of one provider in one configuration */
struct store;     /* store/store.h */

enum { SHARED_LEASE = 256 };

/* Ends the process when there is no memory. */
struct shared *shared_new(void);
/* Writes what has to be written. */
void shared_free(struct shared *s);
/* Takes the turns from the store, which is the callee's from here on, and
 * writes them back from now on. False: it can't be read. Once, before the
 * loops run. */
SL_MUST_USE bool shared_keep(struct shared *s, struct store *store);

/* The provider lives as long as the group. Keys that the provider's last group
 * had keep their health, and turns go on. NULL: no memory. */
struct key_group *shared_group(struct shared *s, const struct provider *p);
void shared_group_free(struct key_group *g);

/* Bytes of the system's secure generator, fetched a block at a time. One per
 * loop; zero-initialise. */
struct random {
    uint64_t block[256];
    size_t left;
};
uint64_t random_u64(struct random *r);

SL_MUST_USE enum sl_rc shared_pick(struct key_group *g, struct random *r,
                                   const struct key_pick *pick, int64_t now_ms,
                                   size_t *key);
/* Appends the answers to LOAD_SPEEDS and LOAD_LATE. */
void shared_write_speeds(struct shared *s, struct str ids, int64_t now_ms,
                         struct buf *out);
void shared_write_late(struct shared *s, struct str ids, int64_t now_ms,
                       struct buf *out);
/* True when the key's health has changed: *now_is is what it is now. */
bool shared_mark(struct key_group *g, const struct key_mark *m, int64_t now_ms,
                 struct key_state *now_is);
/* A provider request begins: the more there are, the more retries may be. */
void shared_call(struct shared *s, int64_t now_ms);
/* May one more request be tried again? Then it counts. */
bool shared_retry(struct shared *s, int64_t now_ms);
/* A provider request with that key begins (1) or is over (-1). */
void shared_busy(struct key_group *g, size_t key, int step);
/* The states of all its keys, appended as they lie in memory. */
void shared_write_states(struct key_group *g, struct buf *out);
void shared_write_metrics(struct key_group *g, struct buf *out, int64_t now_ms);

#endif
