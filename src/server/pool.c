/* SPDX-License-Identifier: MIT */
/* Connections to providers, pooled per site (scheme, host, port and proxy). The
 * last
 * one in is the first one out: few connections stay warm and the rest expire.
 * One timer for all of them wakes when the oldest is due; giving one back and
 * taking it again touches no timer and no system call. */
#include "server/pool.h"

#include "server/app.h"
#include "server/dial.h"
#include "server/dns.h"
#include "server/proxy.h"
#include "server/upstream.h"

#include <stdlib.h>
#include <unistd.h>

enum { BUCKETS = 64 };

struct site {
    struct site *next;
    struct upstreams *upstreams;
    uint64_t id;
    uint16_t port;
    bool tls;
    struct conn *newest, *oldest; /* idle */
    size_t n_idle, n_conns;
    /* The proxy's; 0 and {0}: none. Connections through different proxies, or
     * with different credentials, serve different sites. */
    uint64_t proxy_id;
    uint16_t proxy_port;
    bool proxy_tls;
    struct str host, proxy_host; /* behind this struct */
};

struct upstreams {
    struct loop *loop;
    struct site *sites[BUCKETS]; /* by id */
    uv_timer_t expiry;
    bool released, timer_closed;
    size_t n_conns; /* closing ones too */
    size_t pool;    /* limits.pool */
    int64_t idle_ms;
    struct upstream_stats stats;
    struct loop_dead dead;
};

static void close_conn(struct conn *c)
{
    dial_free(c->dial);
    c->dial = NULL;
    proxy_free(c->tunnel);
    c->tunnel = NULL;
    c->owner = NULL;
    stream_close(&c->stream);
}

/* ---- the idle ones ---- */

static void stop_idling(struct conn *c)
{
    struct site *site = c->site;

    if (c->newer != NULL)
        c->newer->older = c->older;
    else
        site->newest = c->older;
    if (c->older != NULL)
        c->older->newer = c->newer;
    else
        site->oldest = c->newer;
    c->newer = c->older = NULL;
    c->is_idle = false;
    site->n_idle--;
    c->upstreams->stats.idle--;
}

static void close_idle(struct conn *c)
{
    stop_idling(c);
    close_conn(c);
}

static bool is_expired(const struct conn *c)
{
    return loop_now(c->stream.loop) - c->idle_since_ms >= c->upstreams->idle_ms;
}

/* Closes what has expired; the time the next one will, -1: there is none. */
static int64_t expire(struct upstreams *u)
{
    int64_t next = -1;

    for (size_t i = 0; i < BUCKETS; i++) {
        for (struct site *s = u->sites[i]; s != NULL; s = s->next) {
            while (s->oldest != NULL && is_expired(s->oldest))
                close_idle(s->oldest);
            if (s->oldest != NULL &&
                (next < 0 || s->oldest->idle_since_ms + u->idle_ms < next))
                next = s->oldest->idle_since_ms + u->idle_ms;
        }
    }
    return next;
}

static void on_expiry(uv_timer_t *timer)
{
    struct upstreams *u = timer->data;
    struct loop *l = u->loop;
    int64_t next = expire(u);

    if (next >= 0)
        (void)uv_timer_start(timer, on_expiry, (uint64_t)(next - loop_now(l)),
                             0);
    loop_leave(l);
}

static void start_idling(struct conn *c)
{
    struct upstreams *u = c->upstreams;
    struct site *site = c->site;

    c->idle_since_ms = loop_now(u->loop);
    c->stream.doing = "waiting in the pool";
    c->is_idle = true;
    c->older = site->newest;
    if (c->older != NULL)
        c->older->newer = c;
    else
        site->oldest = c;
    site->newest = c;
    site->n_idle++;
    u->stats.idle++;
    stream_pause(&c->stream, false);
    if (uv_is_active((uv_handle_t *)&u->expiry) == 0)
        (void)uv_timer_start(&u->expiry, on_expiry, (uint64_t)u->idle_ms, 0);
}

/* ---- events of the stream ---- */

static struct conn *of_stream(struct stream *s)
{
    return LOOP_OWNER(s, struct conn, stream);
}

/* The connection is made. */
static void ready(struct conn *c)
{
    dial_free(c->dial);
    c->dial = NULL;
    c->is_ready = true;
    c->events->on_ready(c->owner);
}

static void fail(struct conn *c, enum sl_rc rc, const char *text)
{
    c->events->on_end(c->owner, rc, text);
}

/* NULL, and told of: the trust can't be read. */
static struct tls_context *tls_of(struct conn *c)
{
    struct tls_context *ctx = tls_client_once(&c->stream.loop->app->tls_client);

    if (ctx == NULL)
        fail(c, SL_UP_TLS, "the trusted certificates can't be read");
    return ctx;
}

/* The way through the proxy is open. */
static void tunneled(struct conn *c)
{
    struct site *site = c->site;
    struct tls_context *ctx = site->tls ? tls_of(c) : NULL;

    proxy_free(c->tunnel);
    c->tunnel = NULL;
    if (!site->tls) {
        ready(c);
        return;
    }
    c->stream.doing = "shaking hands with the provider";
    if (ctx != NULL && !stream_secure(&c->stream, ctx, site->host, site->port))
        fail(c, SL_NOMEM, "out of memory");
}

static void on_stream_open(struct stream *s)
{
    struct conn *c = of_stream(s);

    if (c->tunnel != NULL)
        proxy_start(c->tunnel, s);
    else
        ready(c);
}

static void take_tunnel(struct conn *c, struct str bytes)
{
    const char *text;
    enum sl_rc rc = proxy_feed(c->tunnel, &c->stream, bytes, &text);

    if (rc == SL_OK)
        tunneled(c);
    else if (rc != SL_AGAIN)
        fail(c, rc, text);
}

static void on_stream_data(struct stream *s, struct str bytes)
{
    struct conn *c = of_stream(s);

    /* Nobody has asked: whatever this is, the next answer would not be where
     * it is looked for. */
    if (c->is_idle)
        close_idle(c);
    else if (c->tunnel != NULL)
        take_tunnel(c, bytes);
    else if (c->owner != NULL)
        c->events->on_data(c->owner, bytes);
}

static void on_stream_end(struct stream *s, enum sl_rc rc, const char *text)
{
    struct conn *c = of_stream(s);

    if (c->tunnel != NULL)
        rc = proxy_rc(rc, &text);
    if (c->is_idle)
        close_idle(c);
    else if (c->owner != NULL)
        c->events->on_end(c->owner, rc, text);
}

static void on_stream_drain(struct stream *s)
{
    struct conn *c = of_stream(s);

    if (c->owner != NULL)
        c->events->on_drain(c->owner);
}

static void bury_upstreams(struct loop_dead *dead)
{
    struct upstreams *u = LOOP_OWNER(dead, struct upstreams, dead);

    for (size_t i = 0; i < BUCKETS; i++) {
        while (u->sites[i] != NULL) {
            struct site *next = u->sites[i]->next;

            free(u->sites[i]);
            u->sites[i] = next;
        }
    }
    free(u);
}

static void bury_if_done(struct upstreams *u)
{
    if (u->released && u->timer_closed && u->n_conns == 0)
        loop_bury(u->loop, &u->dead);
}

static void bury_conn(struct loop_dead *dead)
{
    free(LOOP_OWNER(dead, struct conn, dead));
}

static void on_stream_closed(struct stream *s)
{
    struct conn *c = of_stream(s);

    c->site->n_conns--;
    c->upstreams->n_conns--;
    loop_bury(s->loop, &c->dead);
    bury_if_done(c->upstreams);
}

static const struct stream_events stream_events = {
    .on_open = on_stream_open,
    .on_data = on_stream_data,
    .on_end = on_stream_end,
    .on_drain = on_stream_drain,
    .on_closed = on_stream_closed,
};

/* ---- making one ---- */

/* To the provider, or to the proxy, which is asked for the way first. */
static void on_connected(void *owner, int fd)
{
    struct conn *c = owner;
    struct site *site = c->site;
    bool by_proxy = c->tunnel != NULL;
    struct str host = by_proxy ? site->proxy_host : site->host;
    uint16_t port = by_proxy ? site->proxy_port : site->port;
    bool tls = by_proxy ? site->proxy_tls : site->tls;
    struct tls_context *ctx = NULL;

    if (tls) {
        ctx = tls_of(c);
        if (ctx == NULL) {
            close(fd);
            return;
        }
    }
    c->upstreams->stats.connects++;
    c->stream.doing = by_proxy ? "asking the proxy"
                      : tls    ? "shaking hands with the provider"
                               : "";
    if (!stream_adopt(&c->stream, fd, ctx, host, port))
        fail(c, SL_NOMEM, "out of memory");
    else if (ctx == NULL)
        on_stream_open(&c->stream);
}

static void on_dial_failed(void *owner, enum sl_rc rc, const char *text)
{
    struct conn *c = owner;

    if (c->tunnel != NULL)
        rc = proxy_rc(rc, &text);
    fail(c, rc, text);
}

static const struct dial_events dial_events = {
    .on_connected = on_connected,
    .on_failed = on_dial_failed,
};

static bool is_site_of(const struct site *s, const struct origin *origin)
{
    const struct proxy *proxy = origin->proxy;

    if (s->id != origin->id || s->port != origin->port ||
        s->tls != origin->tls || !str_eq(s->host, origin->host))
        return false;
    if (proxy == NULL)
        return s->proxy_host.n == 0;
    return s->proxy_id == proxy->at.id && s->proxy_port == proxy->at.port &&
           s->proxy_tls == proxy->at.tls &&
           str_eq(s->proxy_host, proxy->at.host);
}

/* NULL: no memory. */
static struct site *new_site(const struct origin *origin)
{
    struct str host = origin->host;
    struct str by = origin->proxy == NULL ? STR("") : origin->proxy->at.host;
    struct site *s = calloc(1, sizeof *s + host.n + by.n);
    char *texts;

    if (s == NULL)
        return NULL;
    texts = (char *)(s + 1);
    s->id = origin->id;
    s->port = origin->port;
    s->tls = origin->tls;
    s->host = (struct str){texts, host.n};
    s->proxy_host = (struct str){texts + host.n, by.n};
    if (host.n != 0)
        memcpy(texts, host.p, host.n);
    if (by.n != 0)
        memcpy(texts + host.n, by.p, by.n);
    if (origin->proxy != NULL) {
        s->proxy_id = origin->proxy->at.id;
        s->proxy_port = origin->proxy->at.port;
        s->proxy_tls = origin->proxy->at.tls;
    }
    return s;
}

/* NULL: no memory. */
static struct site *find_site(struct upstreams *u, const struct origin *origin)
{
    struct site **at = &u->sites[origin->id % BUCKETS];
    struct site *s;

    for (s = *at; s != NULL; s = s->next)
        if (is_site_of(s, origin))
            return s;
    s = new_site(origin);
    if (s == NULL)
        return NULL;
    s->upstreams = u;
    s->next = *at;
    *at = s;
    return s;
}

static struct conn *make_conn(struct site *site, const struct conn_want *want,
                              const struct conn_events *events, void *owner)
{
    const struct origin *to = want->origin;
    const struct proxy *proxy = to->proxy;
    struct upstreams *u = site->upstreams;
    struct conn *c = calloc(1, sizeof *c);

    if (c == NULL)
        return NULL;
    stream_init(&c->stream, u->loop, &stream_events);
    c->stream.doing = "connecting to the provider";
    c->events = events;
    c->owner = owner;
    c->upstreams = u;
    c->site = site;
    c->dead.bury = bury_conn;
    if (proxy != NULL) {
        c->tunnel = proxy_new(want->origin);
        to = &proxy->at;
    }
    if (proxy == NULL || c->tunnel != NULL)
        c->dial = dial_new(u->loop, to, want->connect_ms, &dial_events, c);
    if (c->dial == NULL) {
        proxy_free(c->tunnel);
        free(c);
        return NULL;
    }
    site->n_conns++;
    u->n_conns++;
    return c;
}

struct conn *conn_take(struct loop *l, const struct conn_want *want,
                       const struct conn_events *events, void *owner)
{
    struct upstreams *u = l->upstreams;
    struct site *site = find_site(u, want->origin);
    struct conn *c = NULL;

    if (site == NULL)
        return NULL;
    if (!want->fresh && site->newest != NULL && !is_expired(site->newest)) {
        c = site->newest;
        stop_idling(c);
        c->events = events;
        c->owner = owner;
        u->stats.reuses++;
    } else {
        c = make_conn(site, want, events, owner);
    }
    if (c != NULL)
        u->stats.busy++;
    return c;
}

void conn_return(struct conn *c, bool keep)
{
    struct upstreams *u = c->upstreams;

    SL_ASSERT(c->owner != NULL);
    c->owner = NULL;
    c->is_used = true;
    u->stats.busy--;
    if (keep && !u->released && stream_is_open(&c->stream) &&
        c->site->n_idle < u->pool)
        start_idling(c);
    else
        close_conn(c);
}

/* ---- all of them ---- */

bool upstreams_init(struct loop *l)
{
    static const struct limits defaults = {
#define X(name, key, kind, value, text) .name = (value),
#include "core/tbl/limits.h"
#undef X
    };
    struct upstreams *u = calloc(1, sizeof *u);

    if (u == NULL || !dns_init(l)) {
        free(u);
        return false;
    }
    u->loop = l;
    u->dead.bury = bury_upstreams;
    (void)uv_timer_init(&l->uv, &u->expiry);
    u->expiry.data = u;
    l->upstreams = u;
    upstreams_set_limits(l, &defaults);
    return true;
}

/* Those of one bucket that nothing is connected to. */
static void free_unused_sites(struct site **at)
{
    while (*at != NULL) {
        struct site *s = *at;

        if (s->n_conns != 0) {
            at = &s->next;
            continue;
        }
        *at = s->next;
        free(s);
    }
}

void upstreams_set_limits(struct loop *l, const struct limits *limits)
{
    struct upstreams *u = l->upstreams;

    u->pool = limits->pool > 0 ? (size_t)limits->pool : 0;
    u->idle_ms = limits->pool_idle_ms;
    dns_set_ttl(l, limits->dns_ms);
    /* What the last configuration used may have gone. */
    for (size_t i = 0; i < BUCKETS; i++)
        free_unused_sites(&u->sites[i]);
}

void upstreams_close_idle(struct loop *l)
{
    struct upstreams *u = l->upstreams;

    for (size_t i = 0; i < BUCKETS; i++)
        for (struct site *s = u->sites[i]; s != NULL; s = s->next)
            while (s->oldest != NULL)
                close_idle(s->oldest);
    (void)uv_timer_stop(&u->expiry);
}

static void on_timer_closed(uv_handle_t *timer)
{
    struct upstreams *u = timer->data;
    struct loop *l = u->loop;

    u->timer_closed = true;
    bury_if_done(u);
    loop_leave(l);
}

void upstreams_release(struct loop *l)
{
    struct upstreams *u = l->upstreams;

    if (u == NULL)
        return;
    SL_ASSERT(u->stats.busy == 0);
    upstreams_close_idle(l);
    dns_release(l);
    u->released = true;
    l->upstreams = NULL;
    uv_close((uv_handle_t *)&u->expiry, on_timer_closed);
}

struct upstream_stats upstreams_stats(const struct loop *l)
{
    return l->upstreams->stats;
}
