/* SPDX-License-Identifier: MIT */
/* How many requests may be tried again: at most one in five of the last ten
 * seconds, and always ten. When a provider fails for everybody, retries would
 * otherwise multiply what it has to refuse (DESIGN 11). What can't make a storm
 * is free: another key that is known to answer, the first attempt at another
 * provider. Pure; a host keeps one
 * for all loops under its lock: it notes each call, and takes for each PICK
 * that is a retry. */
#ifndef SL_BUDGET_H
#define SL_BUDGET_H

#include "core/base/base.h"

enum {
    BUDGET_SECONDS = 10,
    BUDGET_LEAST = 10, /* retries in them, however few requests */
    BUDGET_SHARE = 5,  /* one retry for so many requests */
};

/* Zero is a fresh one. */
struct budget {
    struct budget_second {
        int64_t at; /* in seconds */
        uint32_t calls, retries;
    } v[BUDGET_SECONDS];
};

/* A provider request begins, retries included. */
void budget_note(struct budget *b, int64_t now_ms);
/* May one more be tried again? Then it counts. */
bool budget_take(struct budget *b, int64_t now_ms);

#endif
