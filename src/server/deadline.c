/* SPDX-License-Identifier: MIT */
/* Lazy timers: the heap of libuv is touched only when a deadline comes nearer
 * or is met. */
#include "server/deadline.h"

static void on_timer(uv_timer_t *timer);

static void arm(struct deadline *d)
{
    int64_t wait = d->at_ms - loop_now(d->loop);

    d->fires_ms = d->at_ms;
    /* Fails only for a handle that is closing, which is never armed. */
    (void)uv_timer_start(&d->timer, on_timer, wait < 0 ? 0 : (uint64_t)wait, 0);
}

static void on_timer(uv_timer_t *timer)
{
    struct deadline *d = timer->data;
    struct loop *l = d->loop;

    d->fires_ms = DEADLINE_NONE;
    if (d->at_ms <= loop_now(l)) {
        d->at_ms = DEADLINE_NONE;
        d->on_due(d);
    } else if (d->at_ms != DEADLINE_NONE) {
        arm(d);
    }
    loop_leave(l);
}

void deadline_init(struct deadline *d, struct loop *l,
                   void (*on_due)(struct deadline *d), void *owner)
{
    *d = (struct deadline){
        .owner = owner,
        .on_due = on_due,
        .loop = l,
        .at_ms = DEADLINE_NONE,
        .fires_ms = DEADLINE_NONE,
    };
    (void)uv_timer_init(&l->uv, &d->timer);
    d->timer.data = d;
}

void deadline_set(struct deadline *d, int64_t at_ms)
{
    d->at_ms = at_ms;
    if (at_ms < d->fires_ms)
        arm(d);
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct deadline *d = handle->data;
    struct loop *l = d->loop;

    if (d->on_closed != NULL)
        d->on_closed(d);
    loop_leave(l);
}

void deadline_close(struct deadline *d, void (*on_closed)(struct deadline *d))
{
    d->on_closed = on_closed;
    d->at_ms = DEADLINE_NONE;
    uv_close((uv_handle_t *)&d->timer, on_handle_closed);
}
