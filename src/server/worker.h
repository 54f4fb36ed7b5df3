/* SPDX-License-Identifier: MIT */
/* The client side of one loop: its listeners and clients, its log, counters
 * and random numbers, and the scratch memory that all its requests use in
 * turn. Other threads reach it through its mailbox alone.
 *
 *     worker_init(&w, app, index);    before its thread runs
 *     worker_run(&w);                 on its thread, until the end
 *     worker_release(&w);             after that */
#ifndef SL_WORKER_H
#define SL_WORKER_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include "core/base/buf.h"
#include "core/metrics.h"
#include "server/app.h"
#include "server/deadline.h"
#include "server/log.h"
#include "server/shared.h"
#include "server/upstream.h"

struct client;
struct listener;
struct shell;

enum {
    WORKER_LINES = 32, /* chunk size lines of one write */
    WORKER_SIP = 4096, /* bytes read at once that nobody waits for */
    WORKER_DATE = 40,
};

/* An accepted socket on its way to a loop. */
struct handed {
    int fd;
    bool is_unix;
    struct sockaddr_storage peer;
};

struct worker {
    struct app *app;
    struct loop *loop;
    struct generation *generation; /* the loop's own reference */
    struct listener *listeners;
    struct client *clients;
    struct shell *spare_shells;
    size_t n_spare_shells;
    struct random random;
    struct log log;

    /* Read by other threads. */
    atomic_size_t n_clients;
    atomic_size_t n_exchanges, n_streams;
    pthread_mutex_t metrics_lock;
    struct metrics *metrics;     /* under metrics_lock */
    struct upstream_stats stats; /* the same: as of the last request */

    /* Scratch of one drain. */
    struct arena scratch; /* what LOADED hands over */
    bool has_scratch;
    struct buf head;              /* the head that is being sent */
    char lines[WORKER_LINES][24]; /* chunk sizes that are being sent */
    unsigned n_lines;
    struct http_field *fields; /* of the head that is being read */
    size_t n_fields;
    char sip[WORKER_SIP];
    char date[WORKER_DATE]; /* the date field, as of date_s */
    size_t date_n;
    int64_t date_s;

    /* The mailbox. */
    pthread_mutex_t mail_lock;
    struct handed *handed; /* under mail_lock, like the next three */
    size_t n_handed, handed_cap;
    bool closed;
    uv_async_t wake;

    struct deadline drain; /* when open answers are cut */
    struct deadline accept_again;
    int64_t starved_ms; /* when it was last said */
    bool draining, finished;
    pthread_t thread;                    /* of loops but the first */
    void (*on_finish)(struct worker *w); /* its handles are being closed */
};

/* False: no memory. */
SL_MUST_USE bool worker_init(struct worker *w, struct app *app, unsigned index);
void worker_run(struct worker *w);
void worker_release(struct worker *w);

/* From any thread: look at the app's state (generation, draining). */
void worker_post(struct worker *w);
/* From any thread: a socket that was accepted elsewhere. False: the worker has
 * ended, or no memory; the socket is still the caller's. */
SL_MUST_USE bool worker_hand(struct worker *w, const struct handed *h);

/* Takes over an accepted socket: makes a client of it, or closes it. */
void worker_accept(struct worker *w, const struct handed *h);
/* After each client's end: the last one ends a draining worker. is_turned: it
 * was one over the limit. */
void worker_client_left(struct worker *w, bool is_turned);

/* "date: Tue, 15 Nov 1994 08:12:31 GMT\r\n" */
struct str worker_date(struct worker *w);
/* Room for that many fields of a request; NULL: no memory. */
struct http_field *worker_fields(struct worker *w, size_t n);
/* The arena of what lives until the end of the drain. */
struct arena *worker_scratch(struct worker *w);
/* Sums every loop's metrics, and writes them. */
void worker_write_metrics(struct worker *w, struct buf *out);

#endif
