/* SPDX-License-Identifier: MIT */
/* One event loop: a thread, its libuv loop, and what its connections share
 * without locks. Every libuv callback ends with loop_leave(), which runs what
 * was deferred (writes that were gathered) and then frees what was buried:
 * nothing dies in its own callback. */
#ifndef SL_LOOP_H
#define SL_LOOP_H

#include <stddef.h>
#include <uv.h>

#include "core/base/arena.h"
#include "core/base/str.h"

struct app;       /* app.h: what all loops share */
struct upstreams; /* upstream.h: the pool of provider connections */
struct dns;       /* dns.h */

enum { LOOP_READ = 64 * 1024 }; /* bytes of one read */

/* The struct that embeds what ptr points to. */
#define LOOP_OWNER(ptr, type, member) \
    ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

/* Something to do when the current callback ends; embedded in its owner. */
struct loop_task {
    struct loop_task *next;
    void (*run)(struct loop_task *task);
    bool queued;
};

/* Something to free at the end of the turn; embedded in its owner. */
struct loop_dead {
    struct loop_dead *next;
    void (*bury)(struct loop_dead *dead);
};

struct loop {
    uv_loop_t uv;
    struct app *app;
    unsigned index;
    struct upstreams *upstreams;
    struct dns *dns;
    char *read_buffer; /* LOOP_READ bytes, for the read at hand */
    struct sl_mem mem; /* malloc; also for exchanges' arenas */
    /* private */
    struct loop_task *tasks, **tasks_end;
    struct loop_dead *dead;
    char *wire;   /* LOOP_READ encrypted bytes; once there is a TLS stream */
    char *tunnel; /* LOOP_READ bytes out of TLS to a proxy; the same */
    bool leaving;
};

/* Everything but upstreams and dns (upstreams_init). False: no memory. */
SL_MUST_USE bool loop_init(struct loop *l, struct app *app, unsigned index);
/* Runs what is still closing, then gives everything back. Every handle must be
 * closed or closing by now. */
void loop_release(struct loop *l);

/* Milliseconds of the loop's monotonic clock, as of this turn. */
int64_t loop_now(const struct loop *l);
/* Unix milliseconds. */
int64_t loop_wall(const struct loop *l);
/* Runs the task once, at loop_leave; again is a no-op until it ran. */
void loop_defer(struct loop *l, struct loop_task *task);
void loop_bury(struct loop *l, struct loop_dead *dead);
void loop_leave(struct loop *l);

#endif
