/* SPDX-License-Identifier: MIT */
/* What outlives the process. So far: whose turn it is among the keys of each
 * provider. Every call may wait for a disk, so loops make none.
 *
 *     s = store_open("sqlite:FILE", why);     NULL: why says what is wrong
 *     store_read_turns(s, each, me);
 *     store_write_turns(s, turns, n);          all of them or none
 *     store_close(s);
 *
 * A store is used by one thread at a time. */
#ifndef SL_STORE_H
#define SL_STORE_H

#include "core/keys.h"

struct store;

enum { STORE_WHY = 256 };

struct store_turn {
    struct str name; /* of the variable that holds the keys */
    struct key_turn turn;
};

typedef void store_each_turn(void *ctx, const struct store_turn *t);

/* "memory:" or "sqlite:FILE", as the configuration has checked it. */
struct store *store_open(struct str spec, char why[STORE_WHY]);
void store_close(struct store *s);
/* False: the store failed. */
SL_MUST_USE bool store_read_turns(struct store *s, store_each_turn *each,
                                  void *ctx);
SL_MUST_USE bool store_write_turns(struct store *s, const struct store_turn *v,
                                   size_t n);
/* False: what is written is gone with the process. */
bool store_lasts(const struct store *s);

/* ---- for the stores: struct store is the first member of each ---- */

struct store_ops {
    void (*close)(struct store *s);
    bool (*read_turns)(struct store *s, store_each_turn *each, void *ctx);
    bool (*write_turns)(struct store *s, const struct store_turn *v, size_t n);
    bool lasts;
};

struct store {
    const struct store_ops *ops;
};

struct store *sqlite_open(struct str file, char why[STORE_WHY]);

#endif
