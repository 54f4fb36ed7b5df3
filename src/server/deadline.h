/* SPDX-License-Identifier: MIT */
/* A deadline that is moved far more often than it is met. Moving it later is
 * one store: the timer below fires at the old time, sees that it is too early,
 * and goes to sleep again. */
#ifndef SL_DEADLINE_H
#define SL_DEADLINE_H

#include <uv.h>

#include "core/base/base.h"
#include "server/loop.h"

#define DEADLINE_NONE INT64_MAX

struct deadline {
    void *owner;
    void (*on_due)(struct deadline *d);
    void (*on_closed)(struct deadline *d); /* may be NULL */
    /* private */
    uv_timer_t timer;
    struct loop *loop;
    int64_t at_ms;    /* what was asked for */
    int64_t fires_ms; /* when the timer fires; DEADLINE_NONE: it sleeps */
};

void deadline_init(struct deadline *d, struct loop *l,
                   void (*on_due)(struct deadline *d), void *owner);
/* On the loop's clock; replaces the one before. DEADLINE_NONE: none. */
void deadline_set(struct deadline *d, int64_t at_ms);
/* on_closed follows; the memory may go then. */
void deadline_close(struct deadline *d, void (*on_closed)(struct deadline *d));

#endif
