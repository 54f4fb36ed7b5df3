/* SPDX-License-Identifier: MIT */
/* Listening sockets. Each loop has one of its own for each TCP address, all
 * bound to the same port (SO_REUSEPORT: the kernel spreads connections); of a
 * Unix socket there is one, on loop 0, which hands connections out. A loop
 * that has too many hands new ones to the emptiest. */
#ifndef SL_LISTENER_H
#define SL_LISTENER_H

#include <uv.h>

#include "server/address.h"

struct app;
struct worker;

struct listener {
    struct listener *next;
    struct worker *worker;
    struct address address;
    int fd;
    bool owns_path; /* a Unix socket: its file goes with it */
    bool has_handle;
    uv_poll_t poll;
};

/* What app.c prints and judges: the addresses that are listened on. */
struct listening {
    struct address *v;
    size_t n;
};

/* Every address of the configuration, for every worker. False: *why says what
 * is wrong with which; nothing stays open. */
SL_MUST_USE bool listeners_open(struct app *a, struct listening *out,
                                char why[256]);
/* Starts to accept. */
void listeners_start(struct worker *w);
/* Stops for a moment: no file descriptors. */
void listeners_pause(struct worker *w, bool paused);
/* For good; Unix socket files are removed. */
void listeners_close(struct worker *w);

/* Which loop a new connection of loop `own` goes to, by the numbers of
 * connections of all n loops: its own unless it would have more than 1.25 ×
 * the mean + 8. */
size_t balance_choose(const size_t *counts, size_t n, size_t own);
/* The loop with the fewest; `own` when it is one of them. */
size_t balance_emptiest(const size_t *counts, size_t n, size_t own);

#endif
