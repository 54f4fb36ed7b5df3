/* SPDX-License-Identifier: MIT */
/* Accepting. The one hard idea: with SO_REUSEPORT the kernel spreads
 * connections by a hash, which is even for thousands and lumpy for dozens, and
 * connections of an AI client live long. So a loop that has clearly more than
 * its share passes new ones on: balance_choose. */
#include "server/listener.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/app.h"
#include "server/files.h"
#include "server/worker.h"

enum {
    ACCEPTS = 16,       /* connections of one turn */
    PAUSE_MS = 100,     /* without file descriptors */
    STARVED_MS = 10000, /* between two lines about that */
    BALANCE_SLACK = 8,  /* connections over the share */
    BALANCE_LOOPS = 1024,
};

/* ---- balance ---- */

size_t balance_emptiest(const size_t *counts, size_t n, size_t own)
{
    size_t best = own;

    for (size_t i = 0; i < n; i++)
        if (counts[i] < counts[best])
            best = i;
    return best;
}

size_t balance_choose(const size_t *counts, size_t n, size_t own)
{
    size_t total = 1;

    for (size_t i = 0; i < n; i++)
        total += counts[i];
    /* own + 1 > 1.25 × total / n + 8, in whole numbers. */
    if (4 * n * (counts[own] + 1) <= 5 * total + 4 * n * BALANCE_SLACK)
        return own;
    return balance_emptiest(counts, n, own);
}

static struct worker *choose(struct worker *w, bool is_unix)
{
    struct app *a = w->app;
    size_t own = (size_t)(w - a->workers);
    size_t counts[BALANCE_LOOPS];

    if (a->n_loops == 1)
        return w;
    for (unsigned i = 0; i < a->n_loops; i++)
        counts[i] = atomic_load_explicit(&a->workers[i].n_clients,
                                         memory_order_relaxed);
    return &a->workers[is_unix ? balance_emptiest(counts, a->n_loops, own)
                               : balance_choose(counts, a->n_loops, own)];
}

/* ---- accepting ---- */

static void place(struct worker *w, const struct handed *h)
{
    struct worker *to = choose(w, h->is_unix);

    atomic_fetch_add(&w->app->n_clients, 1);
    atomic_fetch_add(&to->n_clients, 1);
    if (to == w) {
        worker_accept(w, h);
        return;
    }
    if (worker_hand(to, h))
        return;
    atomic_fetch_sub(&to->n_clients, 1);
    atomic_fetch_add(&w->n_clients, 1);
    worker_accept(w, h);
}

/* Once in a while: it is tried ten times a second. */
static void say_starved(struct worker *w)
{
    int64_t now_ms = loop_now(w->loop);

    if (w->starved_ms != 0 && now_ms - w->starved_ms < STARVED_MS)
        return;
    w->starved_ms = now_ms;
    say("can't accept connections: %s; trying on", strerror(errno));
}

/* False: no more for now. */
static bool accept_one(struct listener *l)
{
    struct handed h = {.is_unix = l->address.is_unix};
    socklen_t size = sizeof(h.peer);

    h.fd = accept4(l->fd, (struct sockaddr *)&h.peer, &size,
                   SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (h.fd >= 0) {
        place(l->worker, &h);
        return true;
    }
    switch (errno) {
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
        say_starved(l->worker);
        listeners_pause(l->worker, true);
        return false;
    case EINTR:
    case ECONNABORTED: /* it left before it was accepted */
        return true;
    default:
        return false;
    }
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    struct listener *l = poll->data;
    struct loop *loop = l->worker->loop;

    (void)events;
    for (int i = 0; status == 0 && i < ACCEPTS && accept_one(l); i++)
        ;
    loop_leave(loop);
}

void listeners_start(struct worker *w)
{
    for (struct listener *l = w->listeners; l != NULL; l = l->next) {
        if (uv_poll_init(&w->loop->uv, &l->poll, l->fd) != 0) {
            say("a listening socket can't be watched");
            continue;
        }
        l->poll.data = l;
        l->has_handle = true;
        (void)uv_poll_start(&l->poll, UV_READABLE, on_readable);
    }
}

void listeners_pause(struct worker *w, bool paused)
{
    for (struct listener *l = w->listeners; l != NULL; l = l->next) {
        if (!l->has_handle)
            continue;
        if (paused)
            (void)uv_poll_stop(&l->poll);
        else
            (void)uv_poll_start(&l->poll, UV_READABLE, on_readable);
    }
    if (paused)
        deadline_set(&w->accept_again, loop_now(w->loop) + PAUSE_MS);
}

static void listener_free(struct listener *l)
{
    close(l->fd);
    if (l->owns_path)
        (void)unlink(l->address.u.local.sun_path);
    free(l);
}

static void on_closed(uv_handle_t *handle)
{
    struct listener *l = handle->data;

    listener_free(l);
}

void listeners_close(struct worker *w)
{
    while (w->listeners != NULL) {
        struct listener *l = w->listeners;

        w->listeners = l->next;
        if (l->has_handle)
            uv_close((uv_handle_t *)&l->poll, on_closed);
        else
            listener_free(l);
    }
}

/* ---- opening ---- */

static bool set_flag(int fd, int level, int name, int value)
{
    return setsockopt(fd, level, name, &value, sizeof(value)) == 0;
}

/* -1 and errno. Without `shared` it fails where anybody listens already. */
static int open_tcp(const struct address *a, bool shared)
{
    int family = a->u.any.sa_family;
    int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int error;

    if (fd < 0)
        return -1;
    if (set_flag(fd, SOL_SOCKET, SO_REUSEADDR, 1) &&
        (!shared || set_flag(fd, SOL_SOCKET, SO_REUSEPORT, 1)) &&
        (family != AF_INET6 ||
         set_flag(fd, IPPROTO_IPV6, IPV6_V6ONLY, !a->is_any)) &&
        bind(fd, &a->u.any, a->size) == 0 && listen(fd, SOMAXCONN) == 0)
        return fd;
    error = errno;
    close(fd);
    errno = error;
    return -1;
}

/* True when the socket file is left over: nobody answers behind it. */
static bool is_stale(const struct address *a)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool refused;

    if (fd < 0)
        return false;
    refused = connect(fd, &a->u.any, a->size) != 0 && errno == ECONNREFUSED;
    close(fd);
    return refused;
}

static int open_unix(const struct address *a)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int error;

    if (fd < 0)
        return -1;
    error = bind(fd, &a->u.any, a->size) == 0 ? 0 : errno;
    if (error == EADDRINUSE && is_stale(a)) {
        (void)unlink(a->u.local.sun_path);
        error = bind(fd, &a->u.any, a->size) == 0 ? 0 : errno;
    }
    if (error == 0 && listen(fd, SOMAXCONN) == 0)
        return fd;
    error = error != 0 ? error : errno;
    close(fd);
    errno = error;
    return -1;
}

static void add(struct worker *w, const struct address *a, int fd)
{
    struct listener *l = xzalloc(sizeof(*l));

    l->worker = w;
    l->address = *a;
    l->fd = fd;
    l->owns_path = a->is_unix;
    l->next = w->listeners;
    w->listeners = l;
}

/* The port that the kernel chose. */
static void learn_port(struct address *a, int fd)
{
    struct address bound = *a;

    if (a->is_unix || address_port(a) != 0)
        return;
    if (getsockname(fd, &bound.u.any, &bound.size) == 0)
        address_set_port(a, address_port(&bound));
}

/* With SO_REUSEPORT a second program of the same user could take half of our
 * connections, or we half of its: so first we ask for the port alone. */
static bool is_free(struct address *a)
{
    int fd = open_tcp(a, false);

    if (fd < 0 && errno == EAFNOSUPPORT && a->is_any) {
        address_set_any4(a);
        fd = open_tcp(a, false);
    }
    if (fd < 0)
        return false;
    close(fd);
    return true;
}

static bool open_one(struct app *app, struct address *a)
{
    unsigned n = a->is_unix ? 1 : app->n_loops;

    if (!a->is_unix && !is_free(a))
        return false;
    for (unsigned i = 0; i < n; i++) {
        int fd = a->is_unix ? open_unix(a) : open_tcp(a, true);

        if (fd < 0)
            return false;
        learn_port(a, fd);
        add(&app->workers[i], a, fd);
    }
    return true;
}

static void keep(struct listening *out, const struct address *a)
{
    out->v[out->n++] = *a;
}

static bool open_text(struct app *app, struct str text, struct listening *out,
                      char why[256])
{
    struct address found[ADDRESSES];
    const char *what = "";
    size_t n = address_parse(text, found, &what);

    for (size_t i = 0; i < n; i++) {
        if (i != 0 && address_port(&found[i]) == 0)
            address_set_port(&found[i], address_port(&found[0]));
        if (open_one(app, &found[i])) {
            keep(out, &found[i]);
        } else if (!found[i].is_optional) {
            what = strerror(errno);
            n = 0;
        }
    }
    if (n == 0)
        snprintf(why, 256, "can't listen on %.*s: %s",
                 (int)(text.n < 128 ? text.n : 128), text.p, what);
    return n != 0;
}

bool listeners_open(struct app *a, struct listening *out, char why[256])
{
    const struct config *c = &a->workers[0].generation->config;

    *out = (struct listening){
        .v = xzalloc(sizeof(*out->v) * (ADDRESSES * c->n_listen + 1))};
    for (size_t i = 0; i < c->n_listen; i++) {
        if (open_text(a, c->listen[i], out, why))
            continue;
        for (unsigned w = 0; w < a->n_loops; w++)
            listeners_close(&a->workers[w]);
        free(out->v);
        *out = (struct listening){0};
        return false;
    }
    return true;
}
