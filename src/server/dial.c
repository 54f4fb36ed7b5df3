/* SPDX-License-Identifier: MIT */
/* A TCP connection to a name. The hard idea: an attempt that takes long is not
 * given up but joined by the next one, a quarter of a second later or as soon
 * as one has failed; so a dead address family costs little and a slow one can
 * still win. Each attempt is a socket that libuv polls, not a libuv stream,
 * since only the winner becomes one. */
#include "server/dial.h"

#include "server/dns.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { STAGGER_MS = 250 }; /* RFC 8305, section 5 */

struct attempt {
    uv_poll_t poll;
    struct dial *dial;
    struct attempt *next;
    int fd;
};

struct dial {
    struct loop *loop;
    const struct dial_events *events;
    void *owner;
    uint16_t port;
    struct dns_query query;
    unsigned next;            /* address to try */
    struct attempt *attempts; /* under way */
    uv_timer_t stagger, deadline;
    unsigned handles; /* of libuv, not yet closed */
    struct loop_task task;
    struct loop_dead dead;
    enum sl_rc rc; /* what to tell when nothing is under way */
    const char *text;
    bool connected, over;
};

static void bury(struct loop_dead *dead)
{
    free(LOOP_OWNER(dead, struct dial, dead));
}

static void handle_gone(struct dial *d)
{
    struct loop *l = d->loop;

    if (--d->handles == 0)
        loop_bury(l, &d->dead);
    loop_leave(l);
}

static void on_timer_closed(uv_handle_t *timer)
{
    handle_gone(timer->data);
}

static void on_attempt_closed(uv_handle_t *poll)
{
    struct attempt *a = LOOP_OWNER(poll, struct attempt, poll);
    struct dial *d = a->dial;

    free(a);
    handle_gone(d);
}

/* Takes a off the list. The poll must end before the socket: libuv forgets
 * about the number then, which may be used again at once. */
static void end_attempt(struct attempt *a)
{
    struct attempt **at = &a->dial->attempts;

    while (*at != a)
        at = &(*at)->next;
    *at = a->next;
    uv_close((uv_handle_t *)&a->poll, on_attempt_closed);
    if (a->fd >= 0)
        (void)close(a->fd);
}

static void end_attempts(struct dial *d)
{
    (void)uv_timer_stop(&d->stagger);
    while (d->attempts != NULL)
        end_attempt(d->attempts);
}

/* fd is connected. */
static void won(struct dial *d, int fd)
{
    d->connected = true;
    end_attempts(d);
    d->events->on_connected(d->owner, fd);
}

static void failed(struct dial *d, enum sl_rc rc, const char *text)
{
    end_attempts(d);
    dns_cancel(&d->query);
    (void)uv_timer_stop(&d->deadline);
    d->events->on_failed(d->owner, rc, text);
}

/* What connect() said, for the log. */
static const char *reason(int error)
{
    switch (error) {
    case ECONNREFUSED:
        return "connection refused";
    case ENETUNREACH:
    case EHOSTUNREACH:
        return "no route to the provider";
    case ETIMEDOUT:
        return "no answer from the provider's address";
    default:
        return "connecting failed";
    }
}

static void try_next(struct dial *d);

static void on_ready(uv_poll_t *poll, int status, int events)
{
    struct attempt *a = LOOP_OWNER(poll, struct attempt, poll);
    struct dial *d = a->dial;
    struct loop *l = d->loop;
    socklen_t len = sizeof(int);
    int fd = a->fd;
    int error = 0;

    (void)events;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
        error = errno;
    if (error == 0 && status < 0)
        error = ECONNRESET;
    if (error == 0) {
        a->fd = -1;
        won(d, fd);
    } else {
        d->text = reason(error);
        end_attempt(a);
        try_next(d);
    }
    loop_leave(l);
}

/* Waits until fd is connected. False: no memory. */
static bool watch(struct dial *d, int fd)
{
    struct attempt *a = malloc(sizeof *a);

    if (a == NULL)
        return false;
    *a = (struct attempt){.dial = d, .fd = fd, .next = d->attempts};
    if (uv_poll_init(&d->loop->uv, &a->poll, fd) != 0) {
        free(a);
        return false;
    }
    d->handles++;
    d->attempts = a;
    if (uv_poll_start(&a->poll, UV_WRITABLE, on_ready) == 0)
        return true;
    a->fd = -1; /* the caller closes it */
    end_attempt(a);
    return false;
}

/* Connects to an address. -1: it failed; -2: under way; else connected. */
static int start_attempt(struct dial *d, union dns_addr *addr)
{
    bool is_v4 = addr->any.sa_family == AF_INET;
    socklen_t len = is_v4 ? sizeof addr->v4 : sizeof addr->v6;
    int fd = socket(addr->any.sa_family,
                    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0) {
        d->text = "no socket can be had";
        return -1;
    }
    if (is_v4)
        addr->v4.sin_port = htons(d->port);
    else
        addr->v6.sin6_port = htons(d->port);
    if (connect(fd, &addr->any, len) == 0)
        return fd;
    d->text = reason(errno);
    if (errno == EINPROGRESS && watch(d, fd))
        return -2;
    (void)close(fd);
    return -1;
}

static void on_stagger(uv_timer_t *timer)
{
    struct dial *d = timer->data;
    struct loop *l = d->loop;

    try_next(d);
    loop_leave(l);
}

/* The next address that does not fail at once. */
static void try_next(struct dial *d)
{
    (void)uv_timer_stop(&d->stagger);
    while (d->next < d->query.addrs.n) {
        int fd = start_attempt(d, &d->query.addrs.v[d->next++]);

        if (fd == -1)
            continue;
        if (fd >= 0)
            won(d, fd);
        else if (d->next < d->query.addrs.n)
            (void)uv_timer_start(&d->stagger, on_stagger, STAGGER_MS, 0);
        return;
    }
    if (d->attempts == NULL)
        failed(d, SL_UP_REFUSED, d->text);
}

static void on_deadline(uv_timer_t *timer)
{
    struct dial *d = timer->data;
    struct loop *l = d->loop;

    failed(d, SL_UP_CONNECT_TIMEOUT,
           d->query.link != NULL ? "resolving took too long"
           : d->connected        ? "the TLS handshake took too long"
                                 : "connecting took too long");
    loop_leave(l);
}

static void on_found(struct dns_query *q, enum sl_rc rc, const char *text)
{
    struct dial *d = LOOP_OWNER(q, struct dial, query);

    if (rc == SL_OK)
        try_next(d);
    else
        failed(d, rc, text);
}

/* What dns_find knew at once. */
static void run_task(struct loop_task *task)
{
    struct dial *d = LOOP_OWNER(task, struct dial, task);

    if (!d->over)
        on_found(&d->query, d->rc, d->text);
}

struct dial *dial_new(struct loop *l, const struct origin *origin,
                      int64_t connect_ms, const struct dial_events *events,
                      void *owner)
{
    struct dial *d = calloc(1, sizeof *d);

    if (d == NULL)
        return NULL;
    d->loop = l;
    d->events = events;
    d->owner = owner;
    d->port = origin->port;
    d->task.run = run_task;
    d->dead.bury = bury;
    d->query.on_found = on_found;
    (void)uv_timer_init(&l->uv, &d->stagger);
    (void)uv_timer_init(&l->uv, &d->deadline);
    d->stagger.data = d->deadline.data = d;
    d->handles = 2;
    if (connect_ms > 0)
        (void)uv_timer_start(&d->deadline, on_deadline, (uint64_t)connect_ms,
                             0);
    d->rc = dns_find(l, origin->host, &d->query);
    d->text = d->rc == SL_NOMEM ? "out of memory" : "not a host name";
    if (d->rc != SL_AGAIN)
        loop_defer(l, &d->task);
    return d;
}

void dial_free(struct dial *d)
{
    if (d == NULL || d->over)
        return;
    d->over = true;
    end_attempts(d);
    dns_cancel(&d->query);
    uv_close((uv_handle_t *)&d->stagger, on_timer_closed);
    uv_close((uv_handle_t *)&d->deadline, on_timer_closed);
}
